"""All exports below stand in one folder and are read once; each case has numbers of its own."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import gzip
import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from pyspark.sql import Row
from tests.conftest import REAL_DATA

from patentcore.errors import InputError
from patentcore.sources import ingest
from patentcore.sources.formats.patsnap import PatSnap
from patentcore.sources.formats.patsnap_headers import HEADERS, REQUIRED
from patentcore.sources.reading.tabular import read_rows
from patentcore.sources.record.headers import normal_header


def export(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, headers, restval="-", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def workbook(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


NUMBER = "公开(公告)号"
ODD_TEXT = "折叠\n屏幕，€𠮷"

FILES: dict[str, bytes] = {
    "full.csv": export(
        {
            NUMBER: "CN 105513499 A",
            "标题": "折叠屏幕",
            "专利类型": "发明申请",
            "公开(公告)日": "2016-04-20",
            "申请号": "CN201510001234.5",
            "受理局": "中国",
            "摘要": '含 "引号"，\n第二行',
            "申请日": "2015-01-03",
            "最早优先权日": "2014-12-01",
            "[标]原始申请(专利权)人": "华为技术有限公司 | Apple Inc. | 某人",
            "原始申请(专利权)人国家/地区": "中国 | US | -",
            "[标]原始申请(专利权)人类型": "企业 | - | 个人",
            "发明人": "张三 | 李四",
            "IPC主分类号": "G06F3/041",
            "IPC分类号": "G06F3/041 | H04W 4/02",
            "CPC分类号": "G06F3/041",
            "权利要求数": "12",
            "被引用专利数量": "3",
            "简单同族被引用专利总数": "9",
            "引用专利数量": "4",
            "非专利引用文献数量": "1",
            "简单同族": "CN105513499A | WO2016000001A1",
            "简单同族专利申请数量": "2",
            "法律状态": "未缴年费",
            "法律事件": "权利转移(2019-03-01) | 质押 | 未缴年费",
            "失效日": "2021-05-06",
        },
        {NUMBER: "CN100A", "法律状态": "未缴年费"},  # the column of events says: none
    ),
    "english.csv": export(
        {
            "Publication Number": "US2017064599A1",
            "Title": "Foldable display",
            "Patent Type": "Invention",
            "Publication Date": "2017/03/02",
            "Claims count": "20",
            "Cited by count": "7",
            "Main IPC": "G06F 3/041",
            "IPC": "G06F 3/041 | H04W 4/02",
            "Simple Family": "US20170064599A1 | US9801234B2",
            "Legal Status/Event": "Granted | Transfer",
            "Original Assignee": "Apple Inc.",
            "Inventor": "Doe, Jane | Roe, Richard",
        }
    ),
    "utf8.csv": export({NUMBER: "CN1U", "标题": ODD_TEXT}),
    "utf8-mark.csv": export({NUMBER: "CN2U", "标题": ODD_TEXT}, encoding="utf-8-sig"),
    "gb18030.csv": export({NUMBER: "CN3U", "标题": ODD_TEXT}, encoding="gb18030"),
    "utf16.csv": export({NUMBER: "CN4U", "标题": ODD_TEXT}, encoding="utf-16"),
    "width.csv": "公开（公告）号 ,标题,申请（专利权）人\nＣＮ５Ａ,x,甲 ｜ 乙\n".encode(),
    "unusable.csv": (
        "序号,公开(公告)号,标题\n"
        "1,CN6A,a\n"
        "序号,公开(公告)号,标题\n"
        "2,-,b\n"
        "3,无,c\n"
        "4,CN7A\n"
        "5,CN8A,d,e\n"
    ).encode(),
    "cells.csv": export(
        {
            NUMBER: "CN9A",
            "申请号": "201510001234.5",
            "公开(公告)日": "0000-00-00",
            "申请日": "2015-02-29",
            "权利要求数": "twelve",
            "专利类型": "?",
            "引用专利": "CN1A | x | US7639714B2",
            "是否PCT": "perhaps",
            "权利转移生效日": "2019-01-02 | 2019-99-99",
            "法律事件": "质押(2019.13.01)",
            "标题": "bro\ufffdken",
        }
    ),
    "events.csv": export(
        {
            NUMBER: "CN10A",
            "法律状态/事件": "授权 | 权利转移 | 许可(2018-01-01) | 诉讼 | 期限届满",
            "权利转移生效日": "2017-05-01 | 2019-03-01",
            "许可生效日": "2018-01-01",
            "质押生效日": "2020-02-02",
            "失效日": "2022-02-02",
        },
        {NUMBER: "CN11A", "法律状态/事件": "授权 | 放弃-视为放弃 | 权利转移"},
    ),
    "inpadoc.csv": export(
        {
            NUMBER: "CN26B",
            "法律状态/事件": "未缴年费 | 一案双申 | 权利转移 | 质押",
            "INPADOC法律状态": "2022-01-04 | -TERMINATION OF PATENT RIGHT AFTER NON-PAYMENT | CN | "
            "2021-04-30 | TRANSFER OF PATENT RIGHT | CN | 2020-13-03 | +PATENT GRANT | CN | "
            "2018-12-11 | PUBLICATION | CN",
        },
        {NUMBER: "CN27A", "法律状态/事件": "避免重复授权"},
    ),
    "status.csv": export({NUMBER: "CN12A", "法律状态": "未缴年费"}),
    "duplicates.csv": export(
        {NUMBER: "CN13A", "标题": "-"},
        {NUMBER: "CN13A", "标题": "first of the complete"},
        {NUMBER: "CN-13-A", "标题": "second of the complete"},
    ),
    "citations.csv": export(
        {NUMBER: "CN14A", "引用专利": "US1A | US2A(X)", "被引用专利": "CN15U | CN14A"},
        {NUMBER: "CN15U", "引用专利": "CN14A | CN14A"},
    ),
    "no-main-class.csv": export({NUMBER: "CN16A", "IPC分类号": "H04W4/02 | G06F3/041"}),
    "main-class.csv": export({NUMBER: "CN17A", "IPC分类号": "H04W4/02", "IPC主分类号": "-"}),
    "owners.csv": export(
        {NUMBER: "CN18A", "[标]当前申请(专利权)人": "乙", "原始申请(专利权)人": "-"}
    ),
    "words.csv": export(
        {
            NUMBER: "CN24A",
            "[标]原始申请(专利权)人": "N/A",
            "[标]当前申请(专利权)人": "null | 乙 | #N/A",
            "当前申请(专利权)人国家/地区": "US | CN | -",
            "发明人": "无 | 张三 | NA",
            "IPC主分类号": "#N/A",
            "IPC分类号": "NA | G06F3/041 | null",
            "CPC分类号": "N/A | -",
            "是否PCT": "无",
        },
        {NUMBER: "CN25A", "[标]原始申请(专利权)人": "null", "发明人": "NA", "IPC分类号": "N/A"},
    ),
    "tabs.csv.gz": gzip.compress(b"Title\tPublication Number\nd\tCN19A\n"),
    "b c+d%.csv": "\ufeff标题,公开(公告)号\n乙,CN20A\n丙,-\n".encode(),
    "导出 1.xlsx": workbook(
        ["公开（公告）号", "标题", "公开(公告)日", "权利要求数", "引用专利"],
        ["CN21A", "折叠\n屏幕", dt.datetime(2016, 4, 20), 12.0, "US1A | US2A"],
        [None] * 5,
        ["无", "x", "2016-04-20", "3", "-"],
        ["CN22U", "y"],
    ),
    "2.xlsx": workbook(["Title", "Publication Number"], ["z", "CN23A"]),
    "_SUCCESS": b"",
}


class Exports(NamedTuple):
    patents: dict[str, Any]
    citations: dict[tuple[str, str], Any]
    rejects: dict[str, set[tuple[str, str, str, str]]]


@pytest.fixture(scope="module")
def exports(spark, tmp_path_factory, cut) -> Exports:
    folder = tmp_path_factory.mktemp("exports")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    ingested = PatSnap().read(spark, [str(folder)], cut)
    rejects: dict[str, set[tuple[str, str, str, str]]] = {}
    for source, *rest in ingested.rejects.collect():
        rejects.setdefault(source, set()).add(tuple(rest))
    return Exports(
        {row.publication_number: row for row in ingested.patents.collect()},
        {(row.citing, row.cited): row for row in ingested.citations.collect()},
        rejects,
    )


def test_every_field_of_a_full_record(exports: Exports) -> None:
    assert exports.patents["CN105513499A"].asDict(recursive=True) == {
        "publication_number": "CN105513499A",
        "application_number": "CN2015100012345",
        "authority": "CN",
        "kind_code": "A",
        "patent_type": "invention",
        "title": "折叠屏幕",
        "abstract": '含 "引号"，\n第二行',
        "publication_date": dt.date(2016, 4, 20),
        "application_date": dt.date(2015, 1, 3),
        "earliest_priority_date": dt.date(2014, 12, 1),
        "priorities": None,
        "applicants": [
            {"name": "华为技术有限公司", "country": "CN", "sector": "enterprise"},
            {"name": "Apple Inc.", "country": "US", "sector": None},
            {"name": "某人", "country": None, "sector": "individual"},
        ],
        "inventors": ["张三", "李四"],
        "main_ipc": "G06F3/041",
        "ipc": ["G06F3/041", "H04W4/02"],
        "cpc": ["G06F3/041"],
        "claim_count": 12,
        "cited_by_count": 3,
        "family_cited_by_count": 9,
        "cites_count": 4,
        "npl_citation_count": 1,
        "simple_family": ["CN105513499A", "WO2016000001A1"],
        "simple_family_size": 2,
        "is_pct": True,
        "legal_events": [
            {"kind": "assignment", "date": dt.date(2019, 3, 1)},
            {"kind": "pledge", "date": None},
            {"kind": "lapse", "date": dt.date(2021, 5, 6)},
        ],
        "legal_status": "未缴年费",
        "expiry_date": dt.date(2021, 5, 6),
        "source": "patsnap",
        "applicant_addresses": None,
        "inventor_addresses": None,
        "owners": None,
        "npl_citations": None,
        "government_interest": None,
    }
    assert "full.csv" not in exports.rejects


def test_english_headers(exports: Exports) -> None:
    patent = exports.patents["US20170064599A1"]
    assert patent.claim_count == 20
    assert patent.cited_by_count == 7
    assert patent.main_ipc == "G06F3/041"
    assert patent.inventors == ["Doe, Jane", "Roe, Richard"]
    assert [event.kind for event in patent.legal_events] == ["assignment"]
    assert patent.legal_status == "Granted"
    assert patent.simple_family_size == 2  # no column for it: the list is counted
    assert patent.is_pct is False  # its family is known and has no WO member


def test_words_for_missing_names_and_codes(exports: Exports) -> None:
    patent = exports.patents["CN24A"]
    assert [(a.name, a.country) for a in patent.applicants] == [("乙", "CN")]
    assert patent.inventors == ["张三"]
    assert (patent.main_ipc, patent.ipc, patent.cpc) == (None, ["G06F3/041"], None)
    assert patent.is_pct is False  # here the word says no
    patent = exports.patents["CN25A"]
    assert patent.applicants is patent.inventors is patent.ipc is patent.main_ipc is None
    assert "words.csv" not in exports.rejects


def test_dated_events_of_the_offices(exports: Exports) -> None:
    patent = exports.patents["CN26B"]
    assert {(event.kind, event.date) for event in patent.legal_events} == {
        ("lapse", dt.date(2022, 1, 4)),
        ("assignment", dt.date(2021, 4, 30)),
        ("other", dt.date(2018, 12, 11)),
        ("other", None),
        ("pledge", None),
    }
    assert len(patent.legal_events) == 5
    assert patent.legal_status == "未缴年费"
    assert exports.rejects["inpadoc.csv"] == {("row 2", "legal_events", "2020-13-03", "not a date")}
    (event,) = exports.patents["CN27A"].legal_events
    assert (event.kind, event.date) == ("lapse", None)


@pytest.mark.parametrize("number", ["CN1U", "CN2U", "CN3U", "CN4U"])
def test_encodings_and_line_breaks_in_cells(exports: Exports, number: str) -> None:
    assert exports.patents[number].title == ODD_TEXT


def test_full_width_headers_numbers_and_separators(exports: Exports) -> None:
    assert [applicant.name for applicant in exports.patents["CN5A"].applicants] == ["甲", "乙"]


def test_unusable_rows_go_to_the_rejects_whole(exports: Exports) -> None:
    assert "CN6A" in exports.patents
    assert not {"CN7A", "CN8A"} & set(exports.patents)
    assert exports.rejects["unusable.csv"] == {
        ("row 3", "publication_number", "公开(公告)号", "header line repeated"),
        ("row 4", "publication_number", None, "no publication number"),
        ("row 5", "publication_number", "无", "not a publication number"),
        ("row 6", "", "4,CN7A", "cells do not fit the header"),
        ("row 7", "", "5,CN8A,d,e", "cells do not fit the header"),
    }


def test_unreadable_cells_become_null_and_the_row_is_kept(exports: Exports) -> None:
    patent = exports.patents["CN9A"]
    assert patent.publication_date is patent.application_date is patent.claim_count is None
    assert exports.rejects["cells.csv"] == {
        ("row 2", "application_number", "201510001234.5", "not an application number"),
        ("row 2", "publication_date", "0000-00-00", "not a date"),
        ("row 2", "application_date", "2015-02-29", "not a date"),
        ("row 2", "claim_count", "twelve", "not a whole number"),
        ("row 2", "patent_type", "?", "unknown patent type"),
        ("row 2", "cites", "x", "not a publication number"),
        ("row 2", "is_pct", "perhaps", "neither yes nor no"),
        ("row 2", "assignment_dates", "2019-99-99", "not a date"),
        ("row 2", "legal_events", "2019.13.01", "not a date"),
        ("row 2", "title", "bro\ufffdken", "text not in the file's encoding"),
    }
    assert {cited for citing, cited in exports.citations if citing == "CN9A"} == {
        "CN1A",
        "US7639714B2",
    }


def test_event_dates_come_from_the_event_or_its_column(exports: Exports) -> None:
    events = exports.patents["CN10A"].legal_events
    assert [(event.kind, event.date) for event in events] == [
        ("licence", dt.date(2018, 1, 1)),
        ("litigation", None),
        ("expiry", dt.date(2022, 2, 2)),
        ("assignment", dt.date(2017, 5, 1)),
        ("assignment", dt.date(2019, 3, 1)),
        ("pledge", dt.date(2020, 2, 2)),
    ]


def test_status_is_told_from_events(exports: Exports) -> None:
    combined = exports.patents["CN11A"]
    assert combined.legal_status == "授权 | 放弃-视为放弃"
    assert [event.kind for event in combined.legal_events] == ["lapse", "assignment"]
    status_alone = exports.patents["CN12A"]
    assert status_alone.legal_status == "未缴年费"
    assert [event.kind for event in status_alone.legal_events] == ["lapse"]
    events_known = exports.patents["CN100A"]
    assert events_known.legal_status == "未缴年费"
    assert events_known.legal_events is None


def test_the_most_complete_of_duplicates_is_kept_then_the_first(exports: Exports) -> None:
    assert exports.patents["CN13A"].title == "first of the complete"
    why = "publication number given before or more completely"
    assert exports.rejects["duplicates.csv"] == {
        (record, "publication_number", "CN13A", why) for record in ("row 2", "row 4")
    }


def test_citations_of_both_directions(exports: Exports) -> None:
    own = {"CN14A", "CN15U"}
    named = {tuple(row) for pair, row in exports.citations.items() if own & set(pair)}
    assert named == {
        ("CN14A", "US1A", None, "cites"),
        ("CN14A", "US2A", "X", "cites"),
        ("CN15U", "CN14A", None, "both"),
        ("CN14A", "CN14A", None, "cited_by"),
    }


def test_counts_come_from_the_lists_where_no_column_has_them(exports: Exports) -> None:
    assert exports.patents["CN14A"].cites_count == 2
    assert exports.patents["CN14A"].cited_by_count == 2
    assert exports.patents["CN15U"].cites_count == 1
    assert exports.patents["CN15U"].cited_by_count is None


def test_main_class_falls_back_on_the_first_only_without_a_column(exports: Exports) -> None:
    assert exports.patents["CN16A"].main_ipc == "H04W4/02"
    assert exports.patents["CN17A"].main_ipc is None


def test_current_owners_stand_in_for_missing_original_ones(exports: Exports) -> None:
    assert [applicant.name for applicant in exports.patents["CN18A"].applicants] == ["乙"]


def test_packed_files_tabs_and_odd_file_names(exports: Exports) -> None:
    assert exports.patents["CN19A"].title == "d"
    assert exports.patents["CN20A"].title == "乙"
    assert exports.rejects["b c+d%.csv"] == {
        ("row 3", "publication_number", None, "no publication number")
    }


def test_workbooks(exports: Exports) -> None:
    folded = exports.patents["CN21A"]
    assert (folded.title, folded.claim_count) == ("折叠\n屏幕", 12)
    assert folded.publication_date == dt.date(2016, 4, 20)
    assert {("CN21A", "US1A"), ("CN21A", "US2A")} <= set(exports.citations)
    assert exports.patents["CN22U"].title == "y"
    assert exports.patents["CN23A"].title == "z"
    assert exports.rejects["导出 1.xlsx"] == {
        ("row 4", "publication_number", "无", "not a publication number")
    }


# A workbook of BIFF 8: four columns, a date, a number, and 标题 of two rows merged.
OLD_WORKBOOK = zlib.decompress(
    base64.b85decode(
        "c-rk)O-NKx6#mYeH$Td#<D`KGB0}bvLTW-TbQ-mUV9e2?Kgl$Q3I~;;O)W|@7cGJyD2q0NE!tRZ`k^1H"
        "Rg1u=MGyotg{xLUQH1(B_skm`&A@>ajQ2h6x%ZxP?>Xn*bMJlczSmQ^vGKcwaV$auY?w1L;7H*Sr;KF9"
        "1C|?xDkgImC&R*;LWYY2>9FHb)+?uqp^A4L8t&-NnF1d<bz%^$1O4IRRYars&`rvRdZvUM%*jT9c;yv("
        "ROmXPx25G{q1%OXQD{B4jnP3&`CH4knX7oeRwA-&D82Wk&wJriAs;W*Dn5IO5^e1WL{D@_)|jA3cVhw^"
        "(3Wt2II8M7xQR^Q0HZP(tZZ(MA&-MSfp11J@HM%spA}pD)#VeI|6?KF`4_&6gSeP~S<`_b7)NB2jKYm}"
        "T}d>WIrK9$gFZR3RdRwNA#{}?656%LhwmNS!FhaaY!QDtYzH+R^R*9OXp9Vo-9S@o)t1`Ys+z5JbpahT"
        "))VX4-MRNLvArw0hy#*U2Qrl@IZ-?dPLwR!X>O*y$dPic>^Bb&Y3A0KH^H7Zf0uBE<SmkT*KAZngMney"
        "gF9!7M4zYS(qpsGbE0*FlnaIC@n+z>v@PE(>>QCc=S5n|c4`D~{hLzCWn3Qp9C}bR`pNI(@?=Z=bl&7U"
        "|2Rr`5_>`NjG%%l==wE<hyG+v=DGAiXu%(6luPrNz8mHXH3ze5S2A*iCTePSXuhVIbCsysxMnkT(Gt2y"
        "bm?Y$5?yw#Jz?L7^?32(s?u03x|9}8Y%J8Gi591+B@r)&Y1OubRhzU|k$cM2W{%*DrX<SaB9=^xKblAh"
        "4VoAClo>v)e<KqXELgB$!GZ+~7FHG{Uw<&a>LA~W4!JBO{_D(gnzMeB{I_Vw06!=BQn>^DoJVmgt@X1W"
        "c1r4^W%fz_FI3pa)}wq$?GZov(q6xO<D%5@EW4xU-)*6E?a!s-=L*~Z1#tZAVg"
    )
)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "公告编号,标题\nCN1A,x\n".encode(), r"has no column 公开\(公告\)号.*公告编号"),
        ("a.csv", b"Publication Numbre,Title\nCN1A,x\n", "nearest: Publication Numbre"),
        ("a.csv", b"", "is empty"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "no workbook that can be read"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "locked with a password.*save it as .xlsx"),
        ("a.xls", OLD_WORKBOOK[:3000], "is damaged.*save it as .xlsx"),
        ("a.csv.gz", b"no gzip", "cannot be read"),
        ("a.pdf", b"%PDF", r"no file of a kind that is read in .*there is a\.pdf"),
    ],
)
def test_files_that_cannot_be_read(
    spark, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_rows(spark, [str(tmp_path)], HEADERS, REQUIRED)


def test_columns_that_only_some_exports_have(read_files) -> None:
    row = {"标题": "x", "公开(公告)日": "2015-01-02", "申请日": "2014-01-02"}
    ingested = read_files(
        PatSnap(),
        {
            "more.csv": export(
                {**row, NUMBER: "CN1A", "简单同族国家/地区": "CN | 世界知识产权组织(WIPO)"},
                {**row, NUMBER: "CN2A", "简单同族国家/地区": "CN", "诉讼案件数": "2"},
                {
                    **row,
                    NUMBER: "CN3A",
                    "法律状态/事件": "授权；权利转移(2019-03-01)",
                    "诉讼案件数": "0",
                },
                {
                    **row,
                    NUMBER: "CN4A",
                    "INPADOC法律状态": (
                        "2021-04-30 | 专利权的转移 | CN\n2022-04-30 | 专利权的终止 | CN"
                    ),
                },
            )
        },
    )
    patents = {patent.publication_number: patent for patent in ingested.patents.collect()}
    assert [patents[number].is_pct for number in ("CN1A", "CN2A", "CN3A")] == [True, False, None]
    events = {
        number: [(event.kind, event.date) for event in patent.legal_events or ()]
        for number, patent in patents.items()
    }
    assert events == {
        "CN1A": [],
        "CN2A": [("litigation", None)],
        "CN3A": [("assignment", dt.date(2019, 3, 1))],
        "CN4A": [("assignment", dt.date(2021, 4, 30)), ("lapse", dt.date(2022, 4, 30))],
    }
    assert patents["CN3A"].legal_status == "授权"


def test_no_header_fills_two_fields() -> None:
    names = [normal_header(name) for aliases in HEADERS.values() for name in aliases]
    assert len(names) == len(set(names))


def test_old_workbooks(read_files) -> None:
    ingested = read_files(PatSnap(), {"导出.xls": OLD_WORKBOOK})
    assert {
        (row.publication_number, row.title, row.publication_date, row.claim_count)
        for row in ingested.patents.collect()
    } == {
        ("CN105513499A", "折叠屏幕", dt.date(2016, 4, 20), 12),
        ("CN1A", "阀", None, None),
        ("CN2A", "阀", None, 7),
    }
    assert ingested.rejects.count() == 0


def test_lists_that_fill_a_spreadsheet_s_cell_lose_their_last_element(read_files) -> None:
    many = "US1A | " * 4_680
    ends_inside, ends_behind, whole = f"{many}US20100", f"{many}US2A | ", f"{many}US2010"
    assert [*map(len, (ends_inside, ends_behind, whole))] == [32_767, 32_767, 32_766]
    records = [
        {NUMBER: f"CN{at}A", "引用专利": text}
        for at, text in enumerate((ends_inside, ends_behind, whole), start=1)
    ]
    ingested = read_files(PatSnap(), {"a.csv": export(*records)})
    cited = {(row.citing, row.cited) for row in ingested.citations.collect()}
    assert {pair for pair in cited if pair[1] != "US1A"} == {("CN2A", "US2A"), ("CN3A", "US2010")}
    rejects = {(row.record, row.field, row.value) for row in ingested.rejects.collect()}
    assert rejects == {("row 2", "cites", "US20100"), ("row 3", "cites", "")}
    assert all("incomplete" in row.reason for row in ingested.rejects.collect())


@pytest.mark.skipif(not REAL_DATA.exists(), reason="no exports beside the project")
def test_a_workbook_with_a_spreadsheet_s_habits(spark, tmp_path) -> None:
    file = REAL_DATA / "cases" / "excel-habits.xlsx"
    ingest(spark, "patsnap", [str(file)], str(tmp_path / "out"))
    tables = {
        name: spark.read.parquet(str(tmp_path / "out" / name)).collect()
        for name in ("patents", "citations", "rejects")
    }
    assert sum(row.cited == "CN111111111A" for row in tables["citations"]) == 1_927
    assert {row.publication_date for row in tables["patents"]} == {dt.date(2020, 3, 1)}
    assert {row.application_date for row in tables["patents"]} == {dt.date(2019, 3, 1)}
    assert {(row.record, row.field, row.value) for row in tables["rejects"]} == {
        ("row 2", "cited_by", "US201192"),
        ("row 4", "application_number", "2.01E+11"),
    }


def read_table(read_files, *lines: str) -> dict[str, Row]:
    ingested = read_files(PatSnap(), {"a.csv": "\n".join(lines).encode()})
    return {patent.publication_number: patent for patent in ingested.patents.collect()}


def priorities_of(found: dict) -> dict:
    """Return the priorities and the earliest date of them by publication number."""
    return {
        number: (
            row.priorities and [tuple(one) for one in row.priorities],
            row.earliest_priority_date,
        )
        for number, row in found.items()
    }


def test_offices_of_priorities_without_numbers(read_files) -> None:
    """They are kept as such; where none is named, the application is the first filing."""
    header = "公开(公告)号,标题,申请日,优先权国家/地区"
    rows = ("FR1A,a,2017-01-02,德国", "CN1A,b,2017-01-02,-", "CN2A,c,2017-01-02,US | NA")
    found = read_table(read_files, header, *rows)
    assert priorities_of(found) == {
        "FR1A": ([(None, "DE", None)], None),
        "CN1A": (None, dt.date(2017, 1, 2)),
        "CN2A": ([(None, "US", None), (None, "NA", None)], None),
    }


def test_dates_belong_to_offices_of_priorities_where_as_many_are_listed(read_files) -> None:
    header = "公开(公告)号,标题,申请日,优先权国家/地区,优先权日,优先权号"
    rows = (
        "CN1A,a,2017-01-02,US | JP,2016-03-01 | 2016-02-01,-",
        "CN2A,b,2017-01-02,US,2016-03-01,US62302001P",
        "CN3A,c,2017-01-02,-,2016-03-01,-",
    )
    found = read_table(read_files, header, *rows)
    march, february = dt.date(2016, 3, 1), dt.date(2016, 2, 1)
    assert priorities_of(found) == {
        "CN1A": ([(None, "US", march), (None, "JP", february)], february),
        "CN2A": ([("US62302001P", "US", march)], march),
        "CN3A": (None, march),
    }
