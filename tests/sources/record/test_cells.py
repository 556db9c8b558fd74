from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from patentcore.sources.record import cells, names, vocabulary
from patentcore.sources.record.arrays import is_word, once, present, present_in
from patentcore.sources.record.list_cells import elements, listed
from patentcore.sources.record.number_arrays import entries_of

LIST = r"\s*[|｜]\s*"


def read_lists(parted) -> list[list[str | None] | None]:
    """Return lists as Python's."""
    return parted.to_array().to_pylist()


def test_missing_cells() -> None:
    texts = pa.array(["a", " a　", "", " ", "-", "--", "a-b", None])
    assert present(texts).to_pylist() == ["a", "a", None, None, None, None, "a-b", None]


def test_words_for_missing_names_and_codes() -> None:
    words = [
        "NA",
        "N/A",
        "-",
        "null",
        "#N/A",
        "无",
        "nan",
        " N/A ",
        None,
        "Nil",
        "(blank)",
        "不详。",
    ]
    words += [
        "なし",
        "없음",
        "k.A.",
        "Keine Angabe",
        "#REF!",
        "UNKNOWN",
        "[null]",
        "\\N",
        "####",
        "?",
    ]
    assert not is_word(pa.array(words)).any()
    assert is_word(pa.array(["Na Li", "Nan", "G06F", "NASA", "无锡", "Blank", "Nilsson"])).all()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("title", "不详", None),
        ("authority", "NA", "NA"),
        ("authority", "n/a", None),
        ("is_pct", "无", "无"),
        ("is_pct", "unbekannt", None),
        ("publication_number", "n/a", "n/a"),
    ],
)
def test_words_for_what_is_missing(name: str, text: str, value: str | None) -> None:
    assert present_in(name, pa.array([text])).to_pylist() == [value]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2019-03-01", dt.date(2019, 3, 1)),
        ("2019/3/1", dt.date(2019, 3, 1)),
        ("2019.03.01", dt.date(2019, 3, 1)),
        ("20190301", dt.date(2019, 3, 1)),
        ("2019年3月1日", dt.date(2019, 3, 1)),
        ("２０１９－０３－０１", dt.date(2019, 3, 1)),
        ("2019-03-01 00:00:00", dt.date(2019, 3, 1)),
        ("2020-02-29", dt.date(2020, 2, 29)),
        ("2019-02-29", None),
        ("0000-00-00", None),
        ("2019-13-01", None),
        ("2019", None),
        ("2019111", None),
        ("43525", dt.date(2019, 3, 1)),
        ("43525.0", dt.date(2019, 3, 1)),
        ("18263", None),
        ("73100", None),
        ("01-Mar-2019", dt.date(2019, 3, 1)),
        ("1 March 2019", dt.date(2019, 3, 1)),
        ("Mar 1, 2019", dt.date(2019, 3, 1)),
        ("31-Feb-2019", None),
        ("01.03.2019", None),
        ("soon", None),
        ("2-Jan-15", dt.date(2015, 1, 2)),
        ("2-Jan-85", dt.date(1985, 1, 2)),
        ("2015년 1월 2일", dt.date(2015, 1, 2)),
        ("2013.12.31.", dt.date(2013, 12, 31)),
        ("平成27年1月2日", dt.date(2015, 1, 2)),
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("昭和60年2月30日", None),
        ("H27.1.2", dt.date(2015, 1, 2)),
        ("民國104年1月2日", dt.date(2015, 1, 2)),
        ("2015年1月2号", dt.date(2015, 1, 2)),
        ("2015–01–02", dt.date(2015, 1, 2)),
        ("2015-01-02+01:00", dt.date(2015, 1, 2)),
        ("20150102T000000Z", dt.date(2015, 1, 2)),
        ('="2015-01-02"', dt.date(2015, 1, 2)),
        ("02.JAN.2015", dt.date(2015, 1, 2)),
        ("02-JAN-15 12.00.00 AM", dt.date(2015, 1, 2)),
        ("2015-Jan-02", dt.date(2015, 1, 2)),
        ("Jan-02-2015", dt.date(2015, 1, 2)),
        ("Fri, 02 Jan 2015", dt.date(2015, 1, 2)),
        ("2. Januar 2015", dt.date(2015, 1, 2)),
        ("1. März 2019", dt.date(2019, 3, 1)),
        ("1er août 2019", dt.date(2019, 8, 1)),
        ("14 juillet 2019", dt.date(2019, 7, 14)),
        ("2 de enero de 2015", dt.date(2015, 1, 2)),
        ("31. Februar 2015", None),
        ("2 Smarch 2015", None),
    ],
)
def test_dates(text: str, date: dt.date | None) -> None:
    assert cells.to_date(text) == date


@pytest.mark.parametrize(
    ("text", "order", "date"),
    [
        ("18.08.1992", "dmy", dt.date(1992, 8, 18)),
        ("8/18/92", "mdy", dt.date(1992, 8, 18)),
        ("08/07/92", "dmy", dt.date(1992, 7, 8)),
        ("08/07/92", "mdy", dt.date(1992, 8, 7)),
        ("01-02-29", "dmy", dt.date(2029, 2, 1)),
        ("01-02-30", "dmy", dt.date(1930, 2, 1)),
        ("31/2/92", "dmy", None),
        ("8/18/92", "dmy", None),
        ("1/2/2003 00:00:00", "dmy", dt.date(2003, 2, 1)),
        ("1/2-2003", "dmy", None),
    ],
)
def test_dates_in_their_column_s_order(text: str, order: str, date: dt.date | None) -> None:
    assert cells.to_date(text, order) == date


def test_counts() -> None:
    texts = ["12", "1,234", "12.0", "０", "1２", "-3", "1.5", "12a", "99999999999"]
    assert [*map(cells.to_count, texts)] == [12, 1234, 12, 0, 12, None, None, None, None]


def test_booleans() -> None:
    texts = ["是", "否", "Yes", "FALSE", "1", "maybe"]
    assert [*map(cells.to_boolean, texts)] == [True, False, True, False, True, None]


@pytest.mark.parametrize("separator", [LIST, r"[\s\u3000]*[|｜][\s\u3000]*", r"(?:\s*[|｜]\s*)"])
def test_lists_keep_order_and_leave_missing_elements_out(separator: str) -> None:
    texts = pa.array(["a | b|c ｜ d", "a | - | b", "a", None])
    assert read_lists(listed(texts, separator, 4)) == [
        ["a", "b", "c", "d"],
        ["a", "b"],
        ["a"],
        None,
    ]


def test_lines_are_elements_however_many_breaks_part_them() -> None:
    texts = pa.array(["a \r\n\n b", "a\rb", ""])
    assert read_lists(elements(texts, r"\s*[\r\n]+\s*", 3))[:2] == [["a", "b"], ["a", "b"]]


def test_elements_keep_their_position() -> None:
    assert read_lists(elements(pa.array(["a | - | b"]), LIST, 1)) == [["a", None, "b"]]


def test_symbols_are_written_alike() -> None:
    found = listed(pa.array(["G06F3/041 | g06f 3/041(2006.01) | H04W 4/02", None]), LIST, 2)
    symbols = found.mapped(once(found.values, cells.to_symbol))
    assert read_lists(symbols.distinct()) == [["G06F3/041", "H04W4/02"], None]


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("G06K0019073", "G06K19/073"),
        ("F16K0001000", "F16K1/00"),
        ("H01L0021027000", "H01L21/027"),
        ("G06F-003/041", "G06F3/041"),
        ("F04B-001/00", "F04B1/00"),
        ("H01L  21/    027 20060101AFI20051008BHEP", "H01L21/027"),
        ("G06F 3/041 [I,A]", "G06F3/041"),
        ("G06F3/041,101", "G06F3/041"),
        ("H01L 21/02 (2006.01)", "H01L21/02"),
        ("C07D", "C07D"),
        ("G06F0003", "G06F3"),
        ("G06F-003", "G06F3"),
        ("Int. Cl. G06F 3/041", "G06F3/041"),
        ("IPC: G06F0003041;", "G06F3/041"),
        ("H01L27/04H", "H01L27/04"),
    ],
)
def test_a_symbol_is_one_however_padded(text: str, symbol: str) -> None:
    assert cells.to_symbol(text) == symbol


@pytest.mark.parametrize(
    ("text", "patent_type"),
    [
        ("发明申请", "invention"),
        ("授权发明", "invention"),
        ("实用新型", "utility_model"),
        ("外观设计", "design"),
        ("Invention", "invention"),
        ("Granted Patent", "invention"),
        ("Utility Model", "utility_model"),
        ("utility_model", "utility_model"),
        ("Design", "design"),
        ("新型", "utility_model"),
        ("發明", "invention"),
        ("設計", "design"),
        ("実用新案", "utility_model"),
        ("실용신안", "utility_model"),
        ("발명", "invention"),
        ("something", None),
    ],
)
def test_patent_types(text: str, patent_type: str | None) -> None:
    assert cells.to_patent_type(text) == patent_type


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("权利转移", "assignment"),
        ("Assignment", "assignment"),
        ("Transfer of rights", "assignment"),
        ("诉讼", "litigation"),
        ("异议", "opposition"),
        ("质押", "pledge"),
        ("许可", "licence"),
        ("License", "licence"),
        ("无效程序", "invalidation"),
        ("部分无效", "invalidation"),
        ("失效", "lapse"),
        ("放弃-视为放弃", "lapse"),
        ("未缴年费", "lapse"),
        ("撤回-未指定类型", "lapse"),
        ("撤回-视为撤回", "lapse"),
        ("申请终止", "lapse"),
        ("避免重复授权", "lapse"),
        ("撤回复审请求", "other"),
        ("驳回", "other"),
        ("期限届满", "expiry"),
        ("Expired", "expiry"),
        ("缴纳年费", "fee_payment"),
        ("口头审理", "other"),
        ("保全", "other"),
        ("撤回失效", "lapse"),
        ("发明专利申请公布后的撤回", "lapse"),
        ("发明专利申请公布后的驳回", "other"),
        ("专利权的终止", "lapse"),
        ("许可合同终止", "licence"),
        ("届满失效", "expiry"),
        ("消滅", "lapse"),
        ("年金不納による抹消", "lapse"),
        ("期間満了", "expiry"),
        ("無効", "invalidation"),
        ("移転", "assignment"),
        ("登録", None),
        ("소멸", "lapse"),
        ("등록료불납", "lapse"),
        ("존속기간만료", "expiry"),
        ("무효", "invalidation"),
        ("거절", "other"),
        ("등록", None),
        ("nothing known", None),
        ("撤回-视撤", "lapse"),
        ("已撤回", "lapse"),
        ("专利申请的撤回", "lapse"),
        ("申請撤回", "lapse"),
        ("撤回优先权", "other"),
        ("异议撤回", "opposition"),
        ("專利權終止", "lapse"),
        ("因费用终止", "lapse"),
        ("欠缴年费", "lapse"),
        ("未按时缴费", "lapse"),
        ("权利丧失", "lapse"),
        ("专利权在期限届满前终止", "lapse"),
        ("过期-未缴费", "lapse"),
        ("期限终止", "expiry"),
        ("有效期满", "expiry"),
        ("已过期", "expiry"),
        ("无效-期限届满", "expiry"),
        ("失效-驳回", "other"),
        ("无效-驳回", "other"),
        ("失效-全部撤销", "invalidation"),
        ("PCT-有效期满", None),
        ("PCT进入指定国(指定期满)", None),
        ("未失效", None),
        ("无质押", None),
        ("专利权人变更", "assignment"),
        ("申请人变更", "assignment"),
        ("繼承", "assignment"),
        ("专利权人的姓名或者名称、地址的变更", None),
        ("出质", "pledge"),
        ("专属授权", "licence"),
        ("其它", "other"),
        ("查封", "other"),
        ("Expired - Fee Related", "lapse"),
        ("Expired - Lifetime", "expiry"),
        ("Not yet expired", None),
        ("Anticipated expiration", None),
        ("No opposition filed within time limit", None),
        ("Change of ownership", "assignment"),
        ("年金未納", "lapse"),
        ("取り下げ", "lapse"),
        ("却下", "other"),
        ("譲渡", "assignment"),
        ("등록료 미납", "lapse"),
        ("각하", "other"),
        ("양도", "assignment"),
        ("Gilt als zurückgenommen", "lapse"),
        ("Einspruch", "opposition"),
        ("Déchéance pour non-paiement", "lapse"),
        ("expiré pour défaut de paiement", "lapse"),
        ("Expiré", "expiry"),
        ("En vigueur", None),
        ("non en vigueur", "lapse"),
        ("Cession totale", "assignment"),
        ("concession", None),
        ("Nantissement", "pledge"),
        ("Demande rejetée", "other"),
        ("Caducado", "lapse"),
        ("falta de pago de anualidad", "lapse"),
        ("no caducado", None),
        ("Concesión", None),
        ("Cesión de derechos", "assignment"),
        ("sin oposición", None),
        ("Nulidad", "invalidation"),
        ("Extinto", "lapse"),
        ("Vencida", "expiry"),
        ("Licença", "licence"),
        ("Anuidade paga", "fee_payment"),
        ("Indeferido", "other"),
        ("Decaduto", "lapse"),
        ("Scaduto", "expiry"),
        ("concessione", None),
        ("Opposizione", "opposition"),
        ("действует", None),
        ("не действует", "lapse"),
        ("прекратил действие, но может быть восстановлен", "lapse"),
        ("может прекратить свое действие", None),
        ("срок действия истёк", "expiry"),
        ("уступка исключительного права", "assignment"),
        ("лицензионный договор", "licence"),
        ("залог", "pledge"),
        ("признан недействительным", "invalidation"),
        ("отказ в выдаче патента", "other"),
    ],
)
def test_legal_events(text: str, kind: str | None) -> None:
    assert cells.to_event(text)["kind"] == kind


@pytest.mark.parametrize(
    "text",
    [
        "权利转移(2019-03-01)",
        "权利转移【2019-03-01】",
        "权利转移：2019.03.01",
        "权利转移 2019年3月1日",
        "2019-03-01 权利转移",
        "20190301权利转移",
        "[2019/3/1] 权利转移",
    ],
)
def test_a_date_before_or_behind_an_event(text: str) -> None:
    event = cells.to_event(text)
    assert (event["kind"], event["date"]) == ("assignment", dt.date(2019, 3, 1))


@pytest.mark.parametrize(
    "word",
    [
        *("暂无信息", "未公开", "不公告发明人", "【无】", "Ｎ／Ａ", "ＮＡ"),
        *("Unassigned", "#VALOR!", "(leer)", "N\\A"),
    ],
)
def test_words_for_a_missing_value(word: str) -> None:
    assert word in vocabulary.MISSING_WORDS


@pytest.mark.parametrize("name", ["Na", "Nan", "Blank", "Leer", "Undine", "无锡", "空中客车"])
def test_names_that_look_like_words_for_nothing(name: str) -> None:
    assert name not in vocabulary.MISSING_WORDS


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (vocabulary.PATENT_TYPE_LABELS, vocabulary.PATENT_TYPES),
        (vocabulary.LEGAL_EVENT_LABELS, vocabulary.LEGAL_EVENTS),
        (vocabulary.SECTOR_LABELS, vocabulary.SECTORS),
    ],
)
def test_labels_and_canonical_values_are_read_back(labels, words) -> None:
    known = cells.vocabulary_of(words)
    assert set(labels) == set(words)
    assert [cells.to_word(label, known) for label in labels.values()] == list(labels)
    assert [cells.to_word(canonical, known) for canonical in labels] == list(labels)


def test_countries() -> None:
    texts = ["中国", "CN", "us", "United States", "SOUTH KOREA", "欧洲专利局（EPO）", "Atlantis"]
    expected = ["CN", "CN", "US", "US", "KR", "EP", "Atlantis"]
    assert [*map(cells.to_country, texts)] == expected


def test_numbers_carry_their_category() -> None:
    texts = pa.array(["CN 1234567A(X) | US2017064599A1（y） | US7639714B2 | nothing"])
    found = entries_of(listed(texts, LIST, 1), has_categories=True).values.to_pylist()
    assert [(entry["number"], entry["category"]) for entry in found] == [
        ("CN1234567A", "X"),
        ("US20170064599A1", "Y"),
        ("US7639714B2", None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("PAYPAL INC.,San Jose,CA,US", "PAYPAL INC.", "US"),
        ("SAMSUNG ELECTRONICS CO., LTD.,Suwon-si, Gyeonggi-do,KR",
         "SAMSUNG ELECTRONICS CO., LTD.", "KR"),
        ("Foo Co.,Ltd.,Beijing,CN", "Foo Co.,Ltd.", "CN"),
        ("COLOGNE WORKS,COLOGNE,DE", "COLOGNE WORKS", "DE"),
        ("Doe, Jane,Austin,TX,US", "Doe, Jane", "US"),
        ("BOSCH GMBH,DE", "BOSCH GMBH", "DE"),
        ("Novartis,AG", "Novartis,AG", None),
        ("Apple, Inc.", "Apple, Inc.", None),
        ("Acme, Inc., US", "Acme, Inc., US", None),
        ("PAYPAL INC.,San Jose,CA, US", "PAYPAL INC.", "US"),
        ("Acme, Inc., San Jose, CA, US", "Acme, Inc.", "US"),
        ("PAYPAL INC", "PAYPAL INC", None),
    ],
)  # fmt: skip
def test_an_address_behind_a_name(text: str, name: str, country: str | None) -> None:
    read = names.name_and_address(text)
    assert (read["name"], read["country"]) == (name, country)
