from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from pyspark.sql import Row

from patentcore.errors import InputError
from patentcore.sources.adapter import Ingested
from patentcore.sources.patsnap import PatSnap
from patentcore.sources.patsnap_headers import HEADERS

ROW = {
    "公开(公告)号": "CN105513499A",
    "标题": "折叠屏幕",
    "专利类型": "发明申请",
    "公开(公告)日": "2016-04-20",
}


def csv_text(rows: Sequence[dict[str, str]]) -> str:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, headers, restval="-", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


@pytest.fixture
def read(spark, tmp_path):
    """Write rows as one CSV file and read them; each row is ROW with some cells overridden."""

    def read_export(*cells: dict[str, str], encoding: str = "utf-8") -> Ingested:
        rows = [{**ROW, **changed} for changed in cells]
        (tmp_path / "export.csv").write_bytes(csv_text(rows).encode(encoding))
        return PatSnap().read(spark, [str(tmp_path)])

    return read_export


def only_patent(ingested: Ingested) -> Row:
    (patent,) = ingested.patents.collect()
    return patent


def reasons(ingested: Ingested) -> set[tuple[str, ...]]:
    return {tuple(row)[1:] for row in ingested.rejects.collect()}


def test_every_field_of_a_full_record(read) -> None:
    ingested = read(
        {
            "公开(公告)号": "CN 105513499 A",
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
        }
    )
    assert only_patent(ingested).asDict(recursive=True) == {
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
    }
    assert reasons(ingested) == set()


def test_english_headers(spark, tmp_path) -> None:
    row = {
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
    (tmp_path / "export.csv").write_text(csv_text([row]), encoding="utf-8-sig")
    patent = only_patent(PatSnap().read(spark, [str(tmp_path / "export.csv")]))
    assert patent.publication_number == "US20170064599A1"
    assert patent.claim_count == 20
    assert patent.cited_by_count == 7
    assert patent.main_ipc == "G06F3/041"
    assert patent.inventors == ["Doe, Jane", "Roe, Richard"]
    assert [event.kind for event in patent.legal_events] == ["assignment"]
    assert patent.legal_status == "Granted"
    assert patent.simple_family_size == 2  # no column for it: the list is counted
    assert patent.is_pct is False  # its family is known and has no WO member


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(read, encoding: str) -> None:
    ingested = read({"标题": "折叠\n屏幕，€𠮷"}, encoding=encoding)
    assert only_patent(ingested).title == "折叠\n屏幕，€𠮷"
    assert reasons(ingested) == set()


def test_full_width_headers_and_separators(spark, tmp_path) -> None:
    text = "公开（公告）号 ,标题,申请（专利权）人\nＣＮ１０５５１３４９９Ａ,x,甲 ｜ 乙\n"
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    patent = only_patent(PatSnap().read(spark, [str(tmp_path)]))
    assert patent.publication_number == "CN105513499A"
    assert [applicant.name for applicant in patent.applicants] == ["甲", "乙"]


def test_unusable_rows_go_to_the_rejects_whole(spark, tmp_path) -> None:
    text = (
        "序号,公开(公告)号,标题\n"
        "1,CN1A,a\n"
        "序号,公开(公告)号,标题\n"
        "2,-,b\n"
        "3,无,c\n"
        "4,CN2A\n"
        "5,CN3A,d,e\n"
    )
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    ingested = PatSnap().read(spark, [str(tmp_path)])
    assert only_patent(ingested).publication_number == "CN1A"
    assert {tuple(row) for row in ingested.rejects.collect()} == {
        ("export.csv", "row 3", "publication_number", "公开(公告)号", "header line repeated"),
        ("export.csv", "row 4", "publication_number", None, "no publication number"),
        ("export.csv", "row 5", "publication_number", "无", "not a publication number"),
        ("export.csv", "row 6", "", "4,CN2A", "cells do not fit the header"),
        ("export.csv", "row 7", "", "5,CN3A,d,e", "cells do not fit the header"),
    }


def test_unreadable_cells_become_null_and_the_row_is_kept(read) -> None:
    ingested = read(
        {
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
    )
    patent = only_patent(ingested)
    assert patent.publication_number == "CN105513499A"
    assert patent.publication_date is patent.application_date is patent.claim_count is None
    assert reasons(ingested) == {
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
    assert {(c.citing, c.cited) for c in ingested.citations.collect()} == {
        ("CN105513499A", "CN1A"),
        ("CN105513499A", "US7639714B2"),
    }


def test_event_dates_come_from_the_event_or_its_column(read) -> None:
    events = only_patent(
        read(
            {
                "法律状态/事件": "授权 | 权利转移 | 许可(2018-01-01) | 诉讼 | 期限届满",
                "权利转移生效日": "2017-05-01 | 2019-03-01",
                "许可生效日": "2018-01-01",
                "质押生效日": "2020-02-02",
                "失效日": "2022-02-02",
            }
        )
    ).legal_events
    assert [(event.kind, event.date) for event in events] == [
        ("licence", dt.date(2018, 1, 1)),
        ("litigation", None),
        ("expiry", dt.date(2022, 2, 2)),
        ("assignment", dt.date(2017, 5, 1)),
        ("assignment", dt.date(2019, 3, 1)),
        ("pledge", dt.date(2020, 2, 2)),
    ]


def test_status_is_told_from_events(read) -> None:
    combined = only_patent(read({"法律状态/事件": "授权 | 放弃-视为放弃 | 权利转移"}))
    assert combined.legal_status == "授权 | 放弃-视为放弃"
    assert [event.kind for event in combined.legal_events] == ["lapse", "assignment"]
    alone = only_patent(read({"法律状态": "未缴年费"}))
    assert alone.legal_status == "未缴年费"
    assert [event.kind for event in alone.legal_events] == ["lapse"]
    apart = only_patent(read({"法律状态": "未缴年费", "法律事件": "-"}))
    assert apart.legal_events is None


def test_the_most_complete_of_duplicates_is_kept_then_the_first(read) -> None:
    ingested = read(
        {"标题": "-"},
        {"标题": "first of the complete"},
        {"公开(公告)号": "CN-105513499-A", "标题": "second of the complete"},
        {"公开(公告)号": "CN206481394U"},
    )
    titles = {row.publication_number: row.title for row in ingested.patents.collect()}
    assert titles == {"CN105513499A": "first of the complete", "CN206481394U": "折叠屏幕"}
    why = "publication number given before or more completely"
    assert reasons(ingested) == {
        (record, "publication_number", "CN105513499A", why) for record in ("row 2", "row 4")
    }


def test_citations_of_both_directions(read) -> None:
    ingested = read(
        {"引用专利": "US1A | US2A(X)", "被引用专利": "CN206481394U | CN105513499A"},
        {"公开(公告)号": "CN206481394U", "引用专利": "CN105513499A | CN105513499A"},
    )
    assert {tuple(row) for row in ingested.citations.collect()} == {
        ("CN105513499A", "US1A", None, "cites"),
        ("CN105513499A", "US2A", "X", "cites"),
        ("CN206481394U", "CN105513499A", None, "both"),
        ("CN105513499A", "CN105513499A", None, "cited_by"),
    }


def test_main_class_falls_back_on_the_first_only_without_a_column(read) -> None:
    assert only_patent(read({"IPC分类号": "H04W4/02 | G06F3/041"})).main_ipc == "H04W4/02"
    assert only_patent(read({"IPC分类号": "H04W4/02", "IPC主分类号": "-"})).main_ipc is None


def test_current_owners_stand_in_for_missing_original_ones(read) -> None:
    patent = only_patent(read({"[标]当前申请(专利权)人": "乙", "原始申请(专利权)人": "-"}))
    assert [applicant.name for applicant in patent.applicants] == ["乙"]


def test_files_of_a_folder_may_differ_in_headers_encoding_and_packing(spark, tmp_path) -> None:
    (tmp_path / "_SUCCESS").touch()
    (tmp_path / "a.csv").write_bytes("标题,公开(公告)号\n甲,CN1A\n".encode("gb18030"))
    (tmp_path / "b c+d.csv").write_bytes("\ufeff公开(公告)号,标题\nCN2A,乙\n-,丙\n".encode())
    with gzip.open(tmp_path / "c.csv.gz", "wt", encoding="utf-8") as file:
        file.write("Publication Number\tTitle\nCN3A\td\n")
    ingested = PatSnap().read(spark, [str(tmp_path)])
    titles = {row.publication_number: row.title for row in ingested.patents.collect()}
    assert titles == {"CN1A": "甲", "CN2A": "乙", "CN3A": "d"}
    assert [(row.source, row.record) for row in ingested.rejects.collect()] == [
        ("b c+d.csv", "row 3")
    ]


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_workbooks(spark, tmp_path) -> None:
    workbook(
        tmp_path / "导出 1.xlsx",
        [
            ["公开（公告）号", "标题", "公开(公告)日", "权利要求数", "引用专利"],
            ["CN105513499A", "折叠\n屏幕", dt.datetime(2016, 4, 20), 12.0, "US1A | US2A"],
            [None] * 5,
            ["无", "x", "2016-04-20", "3", "-"],
            ["CN206481394U", "y"],
        ],
    )
    workbook(tmp_path / "2.xlsx", [["Title", "Publication Number"], ["z", "US7639714B2"]])
    ingested = PatSnap().read(spark, [str(tmp_path)])
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"CN105513499A", "CN206481394U", "US7639714B2"}
    folded = patents["CN105513499A"]
    assert (folded.title, folded.claim_count) == ("折叠\n屏幕", 12)
    assert folded.publication_date == dt.date(2016, 4, 20)
    assert ingested.citations.count() == 2
    assert [tuple(row) for row in ingested.rejects.collect()] == [
        ("导出 1.xlsx", "row 4", "publication_number", "无", "not a publication number")
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "公告编号,标题\nCN1A,x\n".encode(), "has no column 公开\\(公告\\)号.*公告编号"),
        ("a.csv", b"Publication Numbre,Title\nCN1A,x\n", "nearest: Publication Numbre"),
        ("a.csv", b"", "is empty"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "no workbook that can be read"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
        ("a.csv.gz", b"no gzip", "cannot be read"),
        ("a.pdf", b"%PDF", "no .csv"),
    ],
)
def test_files_that_cannot_be_read(
    spark, tmp_path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    target = tmp_path / name if name.endswith(".xls") else tmp_path
    with pytest.raises(InputError, match=message):
        PatSnap().read(spark, [str(target)])


def test_no_header_fills_two_fields() -> None:
    from patentcore.sources.tabular import normal_header

    names = [normal_header(name) for aliases in HEADERS.values() for name in aliases]
    assert len(names) == len(set(names))
