from __future__ import annotations

import datetime as dt

import pytest

from patentcore.sources.formats.dii import Dii, family
from patentcore.sources.reading.sniffing import look_at

TAGGED = """\ufeffFN Clarivate Analytics Web of Science
VR 1.0
PT P
PN US2020000001-A1; US10000001-B2; WO2020000001-A1
TI Separator for water,
   has two filters.
AU DOE J
   ROE R
AE ACME CO LTD (ACME-C)
   DOE J (DOEJ-Individual)
GA 2020123456
AB    NOVELTY - A separator.
   USE - For water.
IP B01D-011/02; C07C-403/08
PD US2020000001-A1   02 Jan 2020   B01D-011/02   202010   Pages: 10   English
   US10000001-B2   13 Jul 2021   C07C-403/08   202160   English
AD US2020000001-A1    US123456    11 Oct 2018
   US10000001-B2    US123456    11 Oct 2018
   US10000001-B2    US999999    12 Oct 2019
PI US744963P    12 Oct 2017
   US123456    11 Oct 2018
CP US2020000001-A1
      US5825759-A   ERICSSON (TELF-C)   LIU
      EP1234567-A1
   US10000001-B2
      US6000001-B1
CR US2020000001-A1
      Smith, A book, 1999.
      Roe, A paper, 2001.
UT DIIDW:2020123456
ER

PT P
TI A record without its number
UT DIIDW:2020123457
ER

EF
"""


@pytest.fixture(scope="module")
def ingested(spark, tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("dii")
    (folder / "savedrecs.txt").write_text(TAGGED, encoding="utf-8")
    return Dii().read(spark, [str(folder)], cut)


def test_members_of_a_family_are_publications(ingested) -> None:
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"US20200000001A1", "US10000001B2", "WO2020000001A1"}
    granted = patents["US10000001B2"]
    assert granted.publication_date == dt.date(2021, 7, 13)
    assert (granted.application_number, granted.application_date) == (
        "US123456",
        dt.date(2018, 10, 11),
    )
    assert (granted.main_ipc, granted.ipc) == ("C07C403/08", ["B01D11/02", "C07C403/08"])
    assert [tuple(a) for a in granted.applicants] == [
        ("ACME CO LTD", None, None),
        ("DOE J", None, "individual"),
    ]
    assert granted.inventors == ["DOE J", "ROE R"]
    assert granted.title == "Separator for water, has two filters."
    assert granted.abstract == "NOVELTY - A separator. USE - For water."
    assert [tuple(p) for p in granted.priorities] == [
        ("US744963P", "US", dt.date(2017, 10, 12)),
        ("US123456", "US", dt.date(2018, 10, 11)),
    ]
    assert granted.earliest_priority_date == dt.date(2017, 10, 12)
    assert (granted.simple_family_size, granted.is_pct) == (3, True)
    assert patents["US20200000001A1"].npl_citation_count == 2
    assert patents["US20200000001A1"].npl_citations == [
        "Smith, A book, 1999.",
        "Roe, A paper, 2001.",
    ]
    assert patents["WO2020000001A1"].publication_date is None


def test_each_member_cites_what_stands_below_it(ingested) -> None:
    assert {(row.citing, row.cited) for row in ingested.citations.collect()} == {
        ("US20200000001A1", "US5825759A"),
        ("US20200000001A1", "EP1234567A1"),
        ("US10000001B2", "US6000001B1"),
    }


def test_a_record_without_number_is_a_reject(ingested) -> None:
    rejects = [(row.record, row.reason) for row in ingested.rejects.collect()]
    assert rejects == [("row 2", "no publication number")]


def test_fields_of_a_table_are_on_one_line() -> None:
    members = list(
        family(
            {
                "PN": ["CN109502914-A; CN209383619-U"],
                "PD": [
                    "CN109502914-A 22 Mar 2019 C02F-009/14 201926 Pages: 11 Chinese "
                    "CN209383619-U 13 Sep 2019 C02F-009/14 201972 Chinese"
                ],
            }
        )
    )
    assert [(m["publication_number"], m["publication_date"], m["main_ipc"]) for m in members] == [
        ("CN109502914-A", "2019-03-22", "C02F9/14"),
        ("CN209383619-U", "2019-09-13", "C02F9/14"),
    ]


def test_real_exports(spark, cut, real_data) -> None:
    """A tagged record of one member, and a table of ten records: 13 members by PN."""
    paths = [str(real_data / "cases" / name) for name in ("dii-tagged.txt", "dii-table.xlsx")]
    assert all(Dii().recognise([look]) for look in look_at(spark, paths))
    ingested = Dii().read(spark, paths, cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert len(patents) == 14
    assert ingested.rejects.count() == 0
    assert all(p.publication_date and p.application_date and p.priorities for p in patents.values())
    assert patents["WO2020077281A1"].application_date == dt.date(2019, 10, 11)
    assert patents["CN109502914B"].publication_date == dt.date(2023, 10, 31)
    assert patents["CN109502914B"].simple_family == [
        "CN109502914A",
        "CN209383619U",
        "CN109502914B",
    ]
    assert patents["US20230390695A1"].earliest_priority_date == dt.date(2017, 9, 21)
    assert patents["CN209383619U"].patent_type == "utility_model"
