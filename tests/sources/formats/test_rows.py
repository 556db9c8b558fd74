"""Tables of Orbit, WIPS, KIPRIS, J-PlatPat and PATENTSCOPE, made after their headers."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from patentcore.sources import recognise
from patentcore.sources.columns import unread
from patentcore.sources.formats import jplatpat, records
from patentcore.sources.formats.jplatpat import JPLATPAT, number_of
from patentcore.sources.formats.korean import KIPRIS, WIPS, application, document
from patentcore.sources.formats.orbit import ORBIT
from patentcore.sources.formats.patentscope import PATENTSCOPE
from patentcore.sources.reading.sniffing import look_at
from patentcore.sources.reading.tabular import LOST

ORBIT_TABLE = """\
Questel unique family ID (FAN),Title,Abstract,Publication numbers,Publication kind codes,\
Publication dates,Earliest priority date,Inventors,\
Latest standardized assignees - inventors removed,IPC - International classification,\
CPC - Cooperative classification,Cited patents - Standardized publication number
12,(US20200000001) Pump,(US20200000001) It pumps.,"US20200000001
US10000001","A1
B2","2020-01-02
2021-07-13",2018-10-11,"DOE J
ROE R","ACME ([US])
KYOTO KK ([JP])","F04B-001/00
F04B-003/00",F04B-001/00,"US5825759
EP1234567"
"""
WIPS_TABLE = """\
국가코드,DB종류,특허/실용 구분,문헌종류 코드,출원번호,출원일,공개번호,공개일,등록번호,등록일,\
발명의 명칭,요약,청구항 수,출원인,출원인 국적,발명자,Current IPC All,Original CPC All,우선권 번호,\
우선권 국가,우선권 주장일,인용 문헌번호(B1),피인용 문헌 수(F1),"상태정보[KR,JP,US]",WIPS ON key
KR,KR,P,B1,10-2015-0012345,2015.01.26,10-2016-0090001,2016.08.03,10-1234567,2017.02.01,\
펌프,펌프이다,12,주식회사 가 | 나,KR | US,김 | 이,F04B 1/00 | F04B 3/00,F04B 1/00,62/000001,US,\
2014.02.01,US5825759A | JP2010123456A,7,등록,4914000
US,US,P,A1,15/000001,2017.03.01,2017-0064599,2017.09.01,,,Pump,It pumps,20,Acme,US,Doe,\
F04B 1/00,,,,,,,공개,4914001
"""
KIPRIS_TABLE = """\
출원번호,출원일자,공개번호,공개일자,등록번호,등록일자,발명의명칭,출원인,발명자,IPC분류,등록상태
10-2015-0012345,2015.01.26,10-2016-0090001,2016.08.03,10-1234567-0000,2017.02.01,펌프,가,김,\
F04B 1/00,등록
20-2015-0000001,2015.01.26,,,,,받침,나,이,F04B 1/00,거절
"""
JPLATPAT_TABLE = """\
文献番号,出願番号,出願日,公知日,発明の名称,出願人/権利者,FI,要約,公開番号,登録番号,ステージ,イベント詳細
特開2011-204261,特願2011-123693,2011/06/01,2011/10/13,ポンプ,株式会社甲,\
"C12N15/00@A,G01N37/00,102,G06F19/00,622","(57)【要約】　（修正有）
【課題】課題。",特開2011-204261,特許5517996,特許 消滅,年金不納による特許権の消滅
番外1,特願2011-1,2011/06/01,2011/10/13,弁,乙,,,,,,
"""
PATENTSCOPE_TABLE = """\
Application Id,Application Number,Application Date,Country,Title,Abstract,I P C,Applicants,\
Inventors,Priorities Data
WO2015123456,PCT/EP2015/000001,12.01.2015,WO,Pump,It pumps,F04B 1/00; F04B 3/00,ACME;KYOTO,\
"DOE, Jane; ROE, R",10 2014 000 001.1 12.03.2014 DE; 62000001 01.02.2014 US
"""


@pytest.fixture(scope="module")
def read(read_files):
    """Return what reads a table: its publications by number, and all."""

    def tables(adapter, text: str, encoding: str = "utf-8"):
        ingested = read_files(adapter, {"export.csv": text.encode(encoding)})
        return {row.publication_number: row for row in ingested.patents.collect()}, ingested

    return tables


def test_orbit_has_several_numbers_in_a_cell(read) -> None:
    patents, ingested = read(ORBIT, ORBIT_TABLE)
    assert set(patents) == {"US20200000001A1", "US10000001B2"}
    granted = patents["US10000001B2"]
    assert (granted.title, granted.abstract) == ("Pump", "It pumps.")
    assert granted.publication_date == dt.date(2021, 7, 13)
    assert granted.simple_family == ["US20200000001A1", "US10000001B2"]
    assert [tuple(a) for a in granted.applicants] == [
        ("ACME", "US", None),
        ("KYOTO KK", "JP", None),
    ]
    assert (granted.ipc, granted.inventors) == (["F04B1/00", "F04B3/00"], ["DOE J", "ROE R"])
    assert {(row.citing, row.cited) for row in ingested.citations.collect()} == {
        ("US20200000001A1", "US5825759"),
        ("US20200000001A1", "EP1234567"),
    }


def test_who_cites_stands_behind_numbers_of_orbit(read) -> None:
    _, ingested = read(ORBIT, ORBIT_TABLE.replace("US5825759\n", "US5825759;EXAMINER\n"))
    assert {(row.cited, row.category) for row in ingested.citations.collect()} == {
        ("US5825759", "EXAMINER"),
        ("EP1234567", None),
    }
    assert ingested.rejects.count() == 0


def test_columns_of_dates_tell_the_order_of_day_and_month(read) -> None:
    table = ORBIT_TABLE.replace("2020-01-02\n2021-07-13", "02/01/2020\n13/07/2021")
    patents, ingested = read(ORBIT, table.replace("2018-10-11", "11/10/2018"))
    dates = {number: patent.publication_date for number, patent in patents.items()}
    assert dates == {
        "US20200000001A1": dt.date(2020, 1, 2),
        "US10000001B2": dt.date(2021, 7, 13),
    }
    # Its own column leaves open whether the 10th of November is meant; the other one tells.
    assert {patent.earliest_priority_date for patent in patents.values()} == {dt.date(2018, 10, 11)}
    assert ingested.rejects.count() == 0


def test_dates_of_which_no_column_tells_the_order_are_rejects(read) -> None:
    _, ingested = read(ORBIT, ORBIT_TABLE.replace("2018-10-11", "11/10/2018"))
    assert {row.value for row in ingested.rejects.collect()} == {"11/10/2018"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_wips_rows_are_documents(read, encoding: str) -> None:
    patents, ingested = read(WIPS, WIPS_TABLE, encoding)
    assert set(patents) == {"KR101234567B1", "US20170064599A1"}
    granted = patents["KR101234567B1"]
    assert (granted.title, granted.inventors) == ("펌프", ["김", "이"])
    assert (granted.application_number, granted.application_date) == (
        "KR1020150012345",
        dt.date(2015, 1, 26),
    )
    assert granted.publication_date == dt.date(2017, 2, 1)
    assert [tuple(a) for a in granted.applicants] == [
        ("주식회사 가", "KR", None),
        ("나", "US", None),
    ]
    assert (granted.ipc, granted.cpc) == (["F04B1/00", "F04B3/00"], ["F04B1/00"])
    assert [tuple(c) for c in granted.priorities] == [("US62000001", "US", dt.date(2014, 2, 1))]
    assert (granted.claim_count, granted.cited_by_count, granted.cites_count) == (12, 7, 2)
    assert granted.legal_status == "등록"
    assert ingested.rejects.count() == 0


def test_kipris_rows_are_applications(read) -> None:
    patents, ingested = read(KIPRIS, KIPRIS_TABLE, "cp949")
    dates = {number: patent.publication_date for number, patent in patents.items()}
    assert dates == {
        "KR1020160090001A": dt.date(2016, 8, 3),
        "KR101234567B1": dt.date(2017, 2, 1),
    }
    rejects = [(row.record, row.reason) for row in ingested.rejects.collect()]
    assert rejects == [("row 3", "no publication number")]


def test_what_else_a_row_of_wips_tells() -> None:
    row = dict.fromkeys(WIPS.columns) | {
        "country": "KR",
        "kind": "B1",
        "registered": "10-1234567-00-00",
        "published": "10-2016-0090001",
        "applicants": "가 | 나",
        "countries": "KR | US",
        "addresses": "서울 | Austin",
        "inventors": "김",
        "inventors_countries": "KR",
        "owners": "다",
        "pct": "PCT/KR2015/000001",
        "literature": "One. | Two.",
        "assigned": "2018.01.02",
        "lawsuits": "2",
        "family_size": "7",
    }
    (record,) = document(row)
    assert record["publication_number"] == "KR101234567B1"
    assert record["applicant_addresses"] == [
        {"name": "가", "country": "KR", "address": "서울"},
        {"name": "나", "country": "US", "address": "Austin"},
    ]
    assert record["inventor_addresses"] == [{"name": "김", "country": "KR", "address": None}]
    assert [owner["name"] for owner in record["owners"]] == ["다"]
    assert record["legal_events"] == [
        {"kind": "assignment", "date": "2018-01-02"},
        {"kind": "litigation", "date": None},
    ]
    assert (record["is_pct"], record["simple_family_size"]) == (True, "7")
    assert record["npl_citations"] == ["One.", "Two."]
    (old,) = document(
        dict.fromkeys(WIPS.columns)
        | {"country": "JP", "kind": "B2", "announced": "07-012345", "announced_date": "1995.02.15"}
    )
    assert (old["publication_number"], old["publication_date"]) == ("JP07012345B2", "1995.02.15")


def test_kipris_has_documents_of_other_offices() -> None:
    none = dict.fromkeys(KIPRIS.columns)
    foreign = none | {
        "country": "미국",
        "published": "US20190012345A1",
        "gazette": "US10123456B2",
        "application": "16/123456",
    }
    records = list(application(foreign))
    assert [one["publication_number"] for one in records] == ["US20190012345A1", "US10123456B2"]
    assert records[0]["application_number"] == "US16123456"
    own = none | {"published": "1020160090001", "pct": "PCT/US2014/1", "examination": "20150126/12"}
    (korean,) = application(own)
    assert korean["publication_number"] == "KR1020160090001A"
    assert (korean["is_pct"], korean["claim_count"]) == (True, "12")
    (ended,) = application(own | {"status": "소멸"})
    assert ended["legal_events"] == [{"kind": "lapse", "date": None}]


def test_marks_events_and_treaty_applications_of_jplatpat() -> None:
    row = dict.fromkeys(JPLATPAT.columns) | {
        "number": "特許7123456",
        "published": "特開2021-012345",
        "application": "PCT/JP2019/012345",
        "title": "▲ポンプ▼",
        "applicants": "株式会社甲,深▲セン▼市乙有限公司",
        "stage": "特許 消滅",
    }
    (record,) = jplatpat.document(row)
    assert record["application_number"] == "PCT/JP2019/012345"
    names = [applicant["name"] for applicant in record["applicants"]]
    assert (record["title"], names) == ("ポンプ", ["株式会社甲", "深セン市乙有限公司"])
    assert record["legal_events"] == [{"kind": "lapse", "date": None}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_jplatpat(read, encoding: str) -> None:
    patents, ingested = read(JPLATPAT, JPLATPAT_TABLE, encoding)
    patent = patents["JP2011204261A"]
    assert (patent.application_number, patent.application_date) == (
        "JP2011123693",
        dt.date(2011, 6, 1),
    )
    assert patent.publication_date == dt.date(2011, 10, 13)
    assert (patent.main_ipc, patent.ipc) == ("C12N15/00", ["C12N15/00", "G01N37/00", "G06F19/00"])
    assert [applicant.name for applicant in patent.applicants] == ["株式会社甲"]
    assert patent.abstract == "【課題】課題。"
    assert patent.legal_status == "特許 消滅 | 年金不納による特許権の消滅"
    rejects = [(row.record, row.value) for row in ingested.rejects.collect()]
    assert [value for _, value in rejects] == ["番外1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("特表2010-510230", "JP2010510230A"),
        ("特開平10-123456", "JPH10123456A"),
        ("特公平7-12345", "JPH0712345B2"),
        ("再表2015/012345", "JPWO2015012345A1"),
        ("特許第５５１７９９６号", "JP5517996B2"),
        ("実登3112345", "JP3112345U"),
        ("意匠1234567", None),
    ],
)
def test_numbers_of_jplatpat(text: str, expected: str | None) -> None:
    assert number_of(text, is_published=True) == expected


def test_patentscope(read) -> None:
    patents, _ = read(PATENTSCOPE, PATENTSCOPE_TABLE)
    patent = patents["WO2015123456"]
    assert (patent.application_date, patent.is_pct) == (dt.date(2015, 1, 12), True)
    assert (patent.ipc, patent.inventors) == (["F04B1/00", "F04B3/00"], ["DOE, Jane", "ROE, R"])
    assert patent.earliest_priority_date == dt.date(2014, 2, 1)
    assert [applicant.name for applicant in patent.applicants] == ["ACME", "KYOTO"]


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (ORBIT_TABLE, "utf-8", "orbit"),
        (WIPS_TABLE, "cp949", "wips"),
        (KIPRIS_TABLE, "utf-8-sig", "kipris"),
        (JPLATPAT_TABLE, "cp932", "jplatpat"),
        (PATENTSCOPE_TABLE, "utf-8", "patentscope"),
    ],
)
def test_tables_are_recognised(spark, tmp_path, text: str, encoding: str, name: str) -> None:
    (tmp_path / "export.csv").write_bytes(text.encode(encoding))
    (part,), _ = recognise(spark, [str(tmp_path / "export.csv")])
    assert part.adapter.name == name


def test_cells_too_long_are_told_and_columns_that_nobody_reads(spark, tmp_path, cut) -> None:
    table = PATENTSCOPE_TABLE.replace("Inventors,Prior", "Inventors,Note,Prior").replace(
        '"DOE, Jane; ROE, R"', f"{'x' * 4_000_001},new"
    )
    path = tmp_path / "list.csv"
    path.write_text(table, encoding="utf-8")
    tables = PATENTSCOPE.read(spark, [str(path)], cut)
    assert [row.inventors for row in tables.patents.collect()] == [None]
    (reject,) = tables.rejects.collect()
    assert (reject.field, reject.reason) == ("inventors", "cell of more than 4,000,000 bytes")
    assert unread(PATENTSCOPE, look_at(spark, [str(path)])) == {"Note": ""}


def test_lists_that_a_spreadsheet_cut_off_lose_their_last_element() -> None:
    cites = ("US7654321\n" * 3_277)[:32_767]
    columns = {"title": "x" * 32_767, "cites": cites, LOST: []}
    (row,) = records._whole_rows(pa.RecordBatch.from_pylist([columns]), ["title", "cites"])
    assert row["title"] == "x" * 32_767
    assert row["cites"].split("\n") == ["US7654321"] * 3_276
    assert [(one["field"], one["value"]) for one in row[LOST]] == [("cites", "US76543")]
