from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patentcore.errors import InputError
from patentcore.sources.formats.google import Google
from patentcore.sources.formats.google_search import GOOGLE_SEARCH

PUBLICATION: dict[str, Any] = {
    "publication_number": "US-7650331-B1",
    "application_number": "US-87124404-A",
    "pct_number": "",
    "title_localized": [{"language": "zh", "text": "题"}, {"language": "en", "text": "Map"}],
    "abstract_localized": [],
    "claims_localized": [
        {"language": "en", "text": "What is claimed is: \n 1. A system of 3. parts\n 2. The system"}
    ],
    "publication_date": 20100119,
    "filing_date": 20040618,
    "priority_date": 0,
    "priority_claim": [{"application_number": "FR-9512326-A", "filing_date": 19951018}],
    "inventor": ["DEAN J"],
    "inventor_harmonized": [{"name": "DEAN JEFFREY", "country_code": "US"}],
    "assignee": ["Google Inc."],
    "assignee_harmonized": [{"name": "GOOGLE INC", "country_code": "US"}],
    "ipc": [{"code": "G06F9/46", "first": False}, {"code": "G06F15/16", "first": True}],
    "cpc": [{"code": "G06F9/5066", "first": True}],
    "citation": [
        {"publication_number": "US-4876643-A", "npl_text": "", "type": "X"},
        {"publication_number": "", "npl_text": "a book", "type": ""},
    ],
}


def as_text(publication: dict[str, Any]) -> dict[str, Any]:
    """Write nested values as JSON text, as other warehouses export them."""
    nested = {k: json.dumps(v, indent=1) for k, v in publication.items() if isinstance(v, list)}
    return publication | nested


@pytest.fixture(scope="module")
def ingested(spark, tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("google")
    lines = [PUBLICATION, as_text(PUBLICATION | {"publication_number": "US-2-A"})]
    (folder / "a.json").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (folder / "b").mkdir()
    table = pa.Table.from_pylist([PUBLICATION | {"publication_number": "US-3-A"}])
    pq.write_table(table, folder / "b" / "b.parquet")
    flat = [
        {
            "publication_number": "US-4-A",
            "title": "t",
            "code": "C12Q1/686",
            "number_of_cited_by": "7",
        }
    ]
    (folder / "c.json").write_text(json.dumps(flat, indent=2), encoding="utf-8")
    (folder / "d.csv").write_text(
        "publication_number,title,publication_date,ipc_codes,assignees,number_of_cited_by\n"
        'US-5-A,t,20180104,"G06F9/46, G06F15/16",A Corp;B Corp,7\n',
        encoding="utf-8",
    )
    return Google().read(spark, [str(folder)], cut)


@pytest.fixture(scope="module")
def patents(ingested):
    return {row.publication_number: row for row in ingested.patents.collect()}


@pytest.mark.parametrize("number", ["US7650331B1", "US2A", "US3A"])
def test_nested_records_as_json_json_text_and_parquet(patents, number: str) -> None:
    patent = patents[number]
    assert patent.title == "Map"
    assert patent.abstract is patent.earliest_priority_date is None
    assert [tuple(claim) for claim in patent.priorities] == [
        ("FR9512326A", "FR", dt.date(1995, 10, 18))
    ]
    assert patent.application_number == "US87124404A"
    assert patent.publication_date == dt.date(2010, 1, 19)
    assert [tuple(applicant) for applicant in patent.applicants] == [("GOOGLE INC", "US", None)]
    assert patent.inventors == ["DEAN JEFFREY"]
    assert patent.main_ipc == "G06F15/16"
    assert patent.ipc == ["G06F9/46", "G06F15/16"]
    assert patent.cpc == ["G06F9/5066"]
    assert patent.claim_count == 2
    assert (patent.cites_count, patent.npl_citation_count) == (1, 1)
    assert patent.is_pct is False


def test_query_results_as_json_and_csv(patents) -> None:
    assert patents["US4A"].cited_by_count == 7
    assert patents["US4A"].cpc == ["C12Q1/686"]
    assert patents["US4A"].cites_count is None
    assert patents["US5A"].ipc == ["G06F9/46", "G06F15/16"]
    assert [applicant.name for applicant in patents["US5A"].applicants] == ["A Corp", "B Corp"]
    assert patents["US5A"].publication_date == dt.date(2018, 1, 4)


def test_citations_of_publications(ingested) -> None:
    assert ("US3A", "US4876643A", "X", "cites") in {
        tuple(row) for row in ingested.citations.collect()
    }
    assert ingested.rejects.count() == 0


def test_another_parquet_table_is_refused(spark, tmp_path) -> None:
    spark.range(2).write.parquet(str(tmp_path / "t"))
    with pytest.raises(InputError, match="no column publication_number"):
        Google().read(spark, [str(tmp_path / "t")])


def test_search_downloads(spark, tmp_path) -> None:
    (tmp_path / "gp-search.csv").write_text(
        "search URL:,https://patents.google.com/?q=a\n"
        "id,title,assignee,inventor/author,priority date,filing/creation date,publication date,"
        "grant date,result link,representative figure link\n"
        'US-11355780-B2,Sulfide ,"Idemitsu Kosan Co., Ltd., Toyota Jidosha","A B, C D",'
        "2017-03-08,2018-03-08,2022-06-07,2022-06-07,https://x,\n"
        "bad,t,,,,,,,,\n",
        encoding="utf-8",
    )
    ingested = GOOGLE_SEARCH.read(spark, [str(tmp_path)])
    (patent,) = ingested.patents.collect()
    assert patent.title == "Sulfide"
    names = [applicant.name for applicant in patent.applicants]
    assert names == ["Idemitsu Kosan Co., Ltd.", "Toyota Jidosha"]
    assert patent.inventors == ["A B", "C D"]
    assert patent.earliest_priority_date == dt.date(2017, 3, 8)
    (reject,) = ingested.rejects.collect()
    assert (reject.record, reject.value) == ("row 4", "bad")
