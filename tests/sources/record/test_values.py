from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.sources.record import values, vocabulary

LIST = r"\s*[|｜]\s*"


@pytest.fixture
def read(spark) -> Callable[[Callable[[Column], Column], list[str | None]], list[object]]:
    """Apply an expression to texts and return what it makes of each."""

    def apply(expression: Callable[[Column], Column], texts: list[str | None]) -> list[object]:
        frame = spark.createDataFrame([(text,) for text in texts], "text string")
        return [row[0] for row in frame.select(expression(F.col("text"))).collect()]

    return apply


def test_missing_cells(read) -> None:
    assert read(values.present, ["a", " a　", "", " ", "-", "--", "a-b", None]) == [
        "a", "a", None, None, None, None, "a-b", None,
    ]  # fmt: skip


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
        ("43525", None),
        ("soon", None),
        (None, None),
    ],
)
def test_dates(spark, text: str | None, date: dt.date | None) -> None:
    row = spark.range(1).select(values.to_date(F.lit(text).cast("string"))).first()
    assert row[0] == date


def test_counts(read) -> None:
    texts = ["12", "1,234", "12.0", "０", "1２", "-3", "1.5", "12a", "99999999999", None]
    assert read(values.to_count, texts) == [12, 1234, 12, 0, 12, None, None, None, None, None]


def test_booleans(read) -> None:
    texts = ["是", "否", "Yes", "FALSE", "1", "maybe", None]
    assert read(values.to_boolean, texts) == [True, False, True, False, True, None, None]


def test_lists_keep_order_and_leave_missing_elements_out(read) -> None:
    texts = ["a | b|c ｜ d", "a | - | b", "a", None]
    assert read(lambda text: values.listed(text, LIST), texts) == [
        ["a", "b", "c", "d"],
        ["a", "b"],
        ["a"],
        None,
    ]


def test_elements_keep_their_position(read) -> None:
    assert read(lambda text: values.elements(text, LIST), ["a | - | b"]) == [["a", None, "b"]]


def test_symbols_are_written_alike(read) -> None:
    texts = ["G06F3/041 | g06f 3/041(2006.01) | H04W 4/02", None]
    assert read(lambda text: values.to_symbols(text, LIST), texts) == [
        ["G06F3/041", "H04W4/02"],
        None,
    ]


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
        ("something", None),
    ],
)
def test_patent_types(spark, text: str, patent_type: str | None) -> None:
    row = spark.range(1).select(values.to_word(F.lit(text), vocabulary.PATENT_TYPES)).first()
    assert row[0] == patent_type


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
        ("期限届满", "expiry"),
        ("Expired", "expiry"),
        ("缴纳年费", "fee_payment"),
        ("口头审理", "other"),
        ("保全", "other"),
        ("nothing known", None),
    ],
)
def test_legal_events(spark, text: str, kind: str | None) -> None:
    row = spark.range(1).select(values.to_word(F.lit(text), vocabulary.LEGAL_EVENTS)).first()
    assert row[0] == kind


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (vocabulary.PATENT_TYPE_LABELS, vocabulary.PATENT_TYPES),
        (vocabulary.LEGAL_EVENT_LABELS, vocabulary.LEGAL_EVENTS),
        (vocabulary.SECTOR_LABELS, vocabulary.SECTORS),
    ],
)
def test_labels_and_canonical_values_are_read_back(read, labels, words) -> None:
    def as_canonical(text: Column) -> Column:
        return values.to_word(text, words)

    assert set(labels) == set(words)
    assert read(as_canonical, list(labels.values())) == list(labels)
    assert read(as_canonical, list(labels)) == list(labels)


def test_countries(read) -> None:
    texts = ["中国", "CN", "us", "United States", "SOUTH KOREA", "欧洲专利局（EPO）", "Atlantis"]
    assert read(lambda text: values.to_country(text, vocabulary.COUNTRIES), texts) == [
        "CN", "CN", "US", "US", "KR", "EP", "Atlantis",
    ]  # fmt: skip


def test_numbers_carry_their_category(read) -> None:
    (found,) = read(
        lambda text: values.to_numbers(text, LIST),
        ["CN 1234567A(X) | US2017064599A1（y） | US7639714B2 | none"],
    )
    assert [(entry["number"], entry["category"]) for entry in found] == [
        ("CN1234567A", "X"),
        ("US20170064599A1", "Y"),
        ("US7639714B2", None),
        (None, None),
    ]
