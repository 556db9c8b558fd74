from __future__ import annotations

import datetime as dt
import json

import pytest
from tests.conftest import REAL_DATA, dates_of

from patentcore.sources import ingest
from patentcore.sources.formats.lens import Lens, LensJson

OLDEST = """\
#,Jurisdiction,Kind,Publication Number,Lens ID,Publication Date,Application Number,\
Application Date,Title,Applicants,Inventors,Full Text,Cited Count,Simple Family Size,\
CPC Classifications,IPCR Classifications
1,US,B2,US 9802691 B2,1-1,2017-10-31,US 201615322008 A,2016-12-23,Drone,ACME;;BETA CORP,\
DOE J;;ROE R,yes,3,2,B64C39/02,B64C39/02;;G05D1/00
"""
MIDDLE = """\
#,Jurisdiction,Kind,Publication Number,Lens ID,Publication Date,Earliest Priority Date,Title,\
Applicants,Owners (US),Cites Patent Count,Cited by Patent Count,Simple Family Size,\
IPCR Classifications,NPL Citation Count
1,US,A1,US 2017/0225567 A1,2-2,2017-08-10,2014-10-30,Device,,MITSUBISHI,0,15,17,B60K35/00,0
2,WO,A1,WO 2016/000001 A1,2-3,,,Other,X,,,,,,
"""
NEWEST = """\
#,Jurisdiction,Kind,Display Key,Lens ID,Publication Date,Title,Abstract,Applicants,Owners,\
Document Type,Simple Family Size,Simple Family Members,IPCR Classifications,Legal Status
1,CN,U,CN 204001234 U,3-3,2014-12-10,Fold,"Two
lines",A,B,Limited Patent,2,CN 204001234 U;;WO 2015/123456 A1,G06F3/041,ACTIVE
"""


@pytest.fixture(scope="module")
def patents(spark, tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("lens")
    for name, text in (("a.csv", OLDEST), ("b.csv", MIDDLE), ("c.csv", NEWEST)):
        (folder / name).write_text(text, encoding="utf-8-sig")
    ingested = Lens().read(spark, [str(folder)], cut)
    assert ingested.rejects.count() == 0
    return {row.publication_number: row for row in ingested.patents.collect()}


def test_the_oldest_layout(patents) -> None:
    patent = patents["US9802691B2"]
    assert patent.application_number == "US201615322008A"
    assert patent.publication_date == dt.date(2017, 10, 31)
    assert [applicant.name for applicant in patent.applicants] == ["ACME", "BETA CORP"]
    assert patent.inventors == ["DOE J", "ROE R"]
    assert (patent.cited_by_count, patent.simple_family_size) == (3, 2)
    assert (patent.main_ipc, patent.ipc) == ("B64C39/02", ["B64C39/02", "G05D1/00"])
    assert patent.patent_type == "invention"
    assert patent.claim_count is patent.cites_count is patent.is_pct is None


def test_the_layout_with_counts_of_citations(patents) -> None:
    patent = patents["US20170225567A1"]
    assert (patent.cites_count, patent.cited_by_count, patent.npl_citation_count) == (0, 15, 0)
    assert [applicant.name for applicant in patent.applicants] == ["MITSUBISHI"]
    assert patent.earliest_priority_date == dt.date(2014, 10, 30)
    assert patents["WO2016000001A1"].is_pct is True


def test_the_newest_layout(patents) -> None:
    patent = patents["CN204001234U"]
    assert patent.abstract == "Two\nlines"
    assert [applicant.name for applicant in patent.applicants] == ["A"]
    assert patent.patent_type == "utility_model"
    assert patent.simple_family == ["CN204001234U", "WO2015123456A1"]
    assert patent.is_pct is True
    assert patent.legal_status == "ACTIVE"


def test_family_members_given_as_ids_of_records(spark, tmp_path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text(
        "Display Key,Lens ID,Title,Simple Family Size,Simple Family Members,"
        "Simple Family Member Jurisdictions,IPCR Classifications,Legal Status\n"
        "EP 1 A1,000-000-000-000-01X,a,3,"
        "000-000-000-000-020;;000-000-000-000-01X;;000-000-000-000-999,WO;;EP;;US,G06F3/041,EXPIRED\n"
        "US 2 A,000-000-000-000-020,b,2,000-000-000-000-020;;EP 1 A1,US;;EP,G06F3/041,ACTIVE\n"
        "US 3 A,000-000-000-000-030,c,1,000-000-000-000-999,,G06F3/041,ACTIVE\n",
        encoding="utf-8",
    )
    ingested = Lens().read(spark, [str(path)])
    found = {row.publication_number: row for row in ingested.patents.collect()}
    assert ingested.rejects.count() == 0
    assert found["EP1A1"].simple_family == ["US2A", "EP1A1"]
    assert found["US2A"].simple_family == ["US2A", "EP1A1"]
    assert found["US3A"].simple_family is None
    assert [found[name].is_pct for name in ("EP1A1", "US2A", "US3A")] == [True, False, None]
    assert "legal_events" in Lens().fields


RECORD = {
    "lens_id": "1",
    "jurisdiction": "US",
    "doc_number": "9785553",
    "kind": "B2",
    "date_published": "2017-10-10",
    "biblio": {
        "application_reference": {"jurisdiction": "US", "doc_number": "1", "date": "2015-09-23"},
        "priority_claims": {
            "claims": [
                {"jurisdiction": "US", "doc_number": "62/1", "kind": "P", "date": "2015-02-02"},
                {"jurisdiction": "KR", "doc_number": "2014", "kind": "A", "date": "2014-02-02"},
            ]
        },
        "invention_title": [{"text": "标题", "lang": "zh"}, {"text": "Title", "lang": "en"}],
        "parties": {
            "applicants": [
                {"residence": "KR", "extracted_name": {"value": "SAMSUNG"}},
                {"residence": "KR"},
                {"residence": "KR", "extracted_name": {"value": "N/A"}},
            ],
            "inventors": [
                {"extracted_name": {"value": "KIM A"}},
                {"extracted_name": {"value": "NA"}},
            ],
        },
        "classifications_ipcr": {"classifications": [{"symbol": "N/A"}, {"symbol": "G06F 11/10"}]},
        "references_cited": {
            "citations": [
                {
                    "patcit": {
                        "document_id": {"jurisdiction": "CN", "doc_number": "1", "kind": "A"}
                    },
                    "category": ["X"],
                },
                {"nplcit": {"text": "a book"}},
            ],
            "npl_count": 1,
        },
        "cited_by": {
            "patents": [{"document_id": {"jurisdiction": "CN", "doc_number": "2", "kind": "A"}}]
        },
    },
    "families": {"simple_family": {"members": [], "size": 1}},
    "legal_status": {"patent_status": "DISCONTINUED", "application_expiry_date": "2022-01-14"},
    "claims": [
        {
            "claims": [
                {"claim_text": ["What is claimed is:", "1 . A thing", "2. The thing of claim 1"]}
            ]
        }
    ],
}


@pytest.fixture(scope="module")
def records(spark, tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("lens-jsonl")
    lines = [
        json.dumps(RECORD, ensure_ascii=False),
        '{"lens_id": "2", "jurisdi',
        '{"lens_id": "3"}',
    ]
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8-sig")
    array = json.dumps([RECORD | {"doc_number": "5"}, RECORD | {"doc_number": "6"}], indent=1)
    (folder / "b.json").write_text(array, encoding="utf-8")
    return LensJson().read(spark, [str(folder)], lambda frame, name: cut(frame, f"{name}-json"))


def test_a_record_of_the_api(records) -> None:
    patents = {row.publication_number: row for row in records.patents.collect()}
    assert set(patents) == {"US9785553B2", "US5B2", "US6B2"}
    patent = patents["US9785553B2"]
    assert patent.title == "Title"
    assert patent.application_date == dt.date(2015, 9, 23)
    assert patent.earliest_priority_date == dt.date(2014, 2, 2)
    assert [tuple(claim) for claim in patent.priorities] == [
        ("US621P", "US", dt.date(2015, 2, 2)),
        ("KR2014A", "KR", dt.date(2014, 2, 2)),
    ]
    assert [tuple(applicant) for applicant in patent.applicants] == [("SAMSUNG", "KR", None)]
    assert patent.inventors == ["KIM A"]
    assert patent.main_ipc == "G06F11/10"
    assert patent.claim_count == 2
    assert (patent.cites_count, patent.cited_by_count, patent.npl_citation_count) == (1, 1, 1)
    assert (patent.legal_status, patent.expiry_date) == ("DISCONTINUED", dt.date(2022, 1, 14))


def test_citations_of_records(records) -> None:
    found = {tuple(row) for row in records.citations.collect() if row.citing != "US5B2"}
    assert ("US9785553B2", "CN1A", "X", "cites") in found
    assert ("CN2A", "US9785553B2", None, "cited_by") in found


def test_a_broken_line_costs_itself_only(records) -> None:
    rejects = {(row.source, row.record, row.reason) for row in records.rejects.collect()}
    assert rejects == {
        ("a.jsonl", "row 2", "not a JSON record"),
        ("a.jsonl", "row 3", "no publication number"),
    }
    assert records.records.count() == 5


def test_family_members_of_records_given_by_their_ids(read_files) -> None:
    own, other, unknown = (f"00{n}-111-222-333-444" for n in (1, 2, 3))
    members = [{"lens_id": own}, {"lens_id": other}, {"lens_id": unknown}]
    known = {"jurisdiction": "WO", "doc_number": "2020123456", "kind": "A1"}
    content = [
        {"lens_id": own, "jurisdiction": "EP", "doc_number": "1234567", "kind": "A1",
         "families": {"simple_family": {"size": 3, "members": members}}},
        {"lens_id": other, "jurisdiction": "US", "doc_number": "7654321", "kind": "B2",
         "families": {"simple_family": {"size": 3, "members": members}}},
        {"lens_id": unknown[::-1], "jurisdiction": "CN", "doc_number": "105000001", "kind": "A",
         "families": {"simple_family": {"members": [{"lens_id": unknown, "document_id": known}]}}},
    ]  # fmt: skip
    tables = read_files(LensJson(), {"a.json": json.dumps(content).encode()})
    found = {row.publication_number: row for row in tables.patents.collect()}
    assert found["EP1234567A1"].simple_family == ["EP1234567A1", "US7654321B2"]
    assert found["US7654321B2"].simple_family == ["EP1234567A1", "US7654321B2"]
    assert found["US7654321B2"].is_pct is None
    assert found["CN105000001A"].simple_family == ["WO2020123456A1"]
    assert found["CN105000001A"].is_pct is True
    assert tables.rejects.collect() == []


def test_columns_tell_the_order_of_day_and_month_for_all_their_dates(read_files) -> None:
    headers = "Publication Number,Lens ID,Publication Date,Application Date,IPCR Classifications\n"
    files = {
        "days.csv": headers + "US 1 A,1,18/08/92,05/06/91,\nUS 2 A,2,07/08/92,1991-06-05,\n",
        "months.csv": headers + "US 3 A,3,07/08/92,5.31.1991,\nUS 4 A,4,8/18/92,13.01.1991,\n",
    }
    ingested = read_files(Lens(), {name: text.encode() for name, text in files.items()})
    assert dates_of(ingested.patents) == {
        "US1A": (dt.date(1992, 8, 18), dt.date(1991, 6, 5)),
        "US2A": (dt.date(1992, 8, 7), dt.date(1991, 6, 5)),
        "US3A": (dt.date(1992, 7, 8), None),
        "US4A": (dt.date(1992, 8, 18), None),
    }
    rejects = [(row.field, row.value) for row in ingested.rejects.collect()]
    assert sorted(rejects) == [
        ("application_date", "13.01.1991"),
        ("application_date", "5.31.1991"),
    ]


def test_a_kind_of_its_own_column_tells_the_type_where_the_number_ends_in_a_letter(
    read_files,
) -> None:
    text = (
        "Display Key,Kind,Lens ID,Applicants,IPCR Classifications\n"
        "SG 11201808232W A,A,1,ACME;; ;;BETA;;,\n"
        "SG11201808233WS,S,2,;;,\n"
    )
    ingested = read_files(Lens(), {"a.csv": text.encode()})
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert patents["SG11201808232WA"].patent_type == "invention"
    assert patents["SG11201808233WS"].patent_type == "design"
    names = [applicant.name for applicant in patents["SG11201808232WA"].applicants]
    assert names == ["ACME", "BETA"]
    assert patents["SG11201808233WS"].applicants is None


@pytest.mark.skipif(not REAL_DATA.exists(), reason="no exports beside the project")
def test_a_spreadsheet_s_export_in_western_letters(spark, tmp_path) -> None:
    file = REAL_DATA / "cases" / "lens-cp1252-excel.csv"
    summary = ingest(spark, "auto", [str(file)], str(tmp_path / "out"))
    assert {"not a date", "text not in the file's encoding"}.isdisjoint(summary.rejects)
    patents = spark.read.parquet(str(tmp_path / "out" / "patents"))
    found = {row.publication_number: row for row in patents.collect()}
    assert found["US5139758A"].inventors == ["DOE JOSÉ", "MÜLLER JÜRGEN"]
    assert found["US5139758A"].publication_date == dt.date(1992, 8, 18)
    assert found["US5139758A"].earliest_priority_date == dt.date(1990, 7, 31)
    assert all(row.publication_date and row.application_date for row in found.values())
