from __future__ import annotations

import datetime as dt

from patentcore.sources.formats.patentsview_api import PATENTSVIEW_API, patent
from patentcore.sources.reading.sniffing import look_at

OF_TODAY = {
    "patent_id": "10000001",
    "wipo_kind": "B2",
    "patent_title": "Pump",
    "patent_date": "2018-06-19",
    "application": [{"application_id": "15/000001", "filing_date": "2016-01-02"}],
    "assignees": [
        {"assignee_organization": "Acme", "assignee_country": "US", "assignee_type": "2"},
        {"assignee_individual_name_first": "Jane", "assignee_individual_name_last": "Doe",
         "assignee_country": "DE", "assignee_type": "5"},
    ],
    "inventors": [{"inventor_name_first": "Ann", "inventor_name_last": "Roe"}],
    "cpc_current": [{"cpc_subclass_id": "F04B", "cpc_group_id": "F04B1/00"}],
    "us_patent_citations": [
        {"citation_patent_id": "RE34575", "citation_category": "cited by examiner"},
    ],
    "patent_num_times_cited_by_us_patents": "3",
}  # fmt: skip


def test_a_record_of_the_api_of_today() -> None:
    (made,) = patent(OF_TODAY)
    assert (made["publication_number"], made["application_number"]) == (
        "US10000001B2",
        "US15000001",
    )
    assert made["applicants"] == [
        {"name": "Acme", "country": "US", "sector": None},
        {"name": "Jane Doe", "country": "DE", "sector": "individual"},
    ]
    assert (made["inventors"], made["cpc"]) == (["Ann Roe"], ["F04B1/00"])
    assert [cite["number"] for cite in made["cites"]] == ["USRE34575"]
    assert (made["cited_by_count"], made["cites_count"]) == ("3", None)


def test_a_real_answer(spark, cut, real_data) -> None:
    """Counted in the file: 258 patents, 6,667 cited and 322 citing numbers, 6,742 pairs."""
    path = str(real_data / "cases" / "patentsview-api.json")
    assert PATENTSVIEW_API.recognise(look_at(spark, [path]))
    ingested = PATENTSVIEW_API.read(spark, [path], cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert len(patents) == 258
    assert ingested.rejects.count() == 0
    assert sum(row.cites_count for row in patents.values()) == 6667
    assert sum(row.cited_by_count for row in patents.values()) == 322
    first = patents["US9928926"]
    assert (first.application_number, first.application_date) == (
        "US14242912",
        dt.date(2014, 4, 2),
    )
    assert (first.publication_date, first.cites_count) == (dt.date(2018, 3, 27), 28)
    pairs = {(row.citing, row.cited) for row in ingested.citations.collect()}
    assert ("US9928926", "US2969308") in pairs
    assert len(pairs) == 6742
