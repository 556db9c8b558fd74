from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest
from pyspark.sql import functions as F

from patentcore.errors import InputError
from patentcore.sources import ingest, recognise
from patentcore.sources.formats.derwent import Derwent, lens_date, lens_date_before

NUMBERS = """\
application_number,basic_patent_date,basic_patent_number,cited_patents,citing_patents,\
dwpi_family_numbers,dwpi_family_members_count,inpadoc_family_members,priority_number,\
publication_number,publication_year
US15322008A 2016-12-23,2016-03-02,JP05875093B1,GB1548884A; US6860449B1,US20180000001A1,\
JP05875093B1; US9802691B2; WO2016204180A1,3,WO2016204180A1 20161222; US9802691B2 20171031,\
JP2015122335A 2015-06-17; WO2016JP67809A 2016-06-15,US9802691B2,2017
US2016578323F 2016-09-20,,,USD801224S1,,,,,US2016578323F 2016-09-20,USD801224S1,2017
US62133061P 2015-03-13,2016-05-12,US20160134358A1,bad,,US20160134358A1,x,,,US20160134358A1,2016
,,,,,,,,,DE202017000001U1,
"""
APPLICANTS = """\
application_number,applicant,applicant_cleaned
US15322008A 2016-12-23,Acme Corp; ACME CORP.,ACME CORP.
US2016578323F 2016-09-20,"Hubsan,Shenzhen,CN; N/A",
"""
LENS = """\
publication_number,publication_date,publication_year,application_date,title,applicants,inventors,\
cited_count,simple_family_size,cpc_classifications,ipcr_classifications
US D801224 S1,31/12/18,2017,20/09/16,Drone,HUBSAN,DOE J;;ROE R,4,2,B64C39/024,B64C39/02;;G05D1/00
US 1234567 A,31/12/16,2015,,Unmatched,,,,,,
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("derwent")
    (path / "Numbers-2017.csv.gz").write_bytes(gzip.compress(NUMBERS.encode()))
    (path / "applicants.csv").write_text(APPLICANTS, encoding="utf-8")
    (path / "lens_drones.csv").write_text(LENS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ingested(spark, folder, cut):
    return Derwent().read(spark, [str(folder)], cut)


@pytest.fixture(scope="module")
def patents(ingested):
    return {row.publication_number: row for row in ingested.patents.collect()}


def test_a_record_of_the_numbers_file(patents) -> None:
    patent = patents["US9802691B2"]
    assert patent.application_number == "US15322008A"
    assert (patent.authority, patent.kind_code, patent.patent_type) == ("US", "B2", "invention")
    assert patent.publication_date == dt.date(2017, 10, 31)  # beside its number in INPADOC's list
    assert patent.application_date == dt.date(2016, 12, 23)
    assert patent.earliest_priority_date == dt.date(2015, 6, 17)
    assert [applicant.name for applicant in patent.applicants] == ["ACME CORP."]
    assert patent.cites_count == 2
    assert patent.cited_by_count == 1
    assert patent.simple_family == ["JP05875093B1", "US9802691B2", "WO2016204180A1"]
    assert patent.simple_family_size == 3
    assert patent.is_pct is True
    assert patent.claim_count is patent.legal_events is patent.title is None


def test_lens_rows_are_joined_in_where_they_match(patents) -> None:
    patent = patents["USD801224S1"]
    assert patent.title == "Drone"
    assert patent.patent_type == "design"
    assert patent.publication_date == dt.date(2017, 12, 31)
    assert patent.inventors == ["DOE J", "ROE R"]
    assert patent.main_ipc == "B64C39/02"
    assert patent.ipc == ["B64C39/02", "G05D1/00"]
    assert patent.cpc == ["B64C39/024"]
    assert patent.cited_by_count == 4
    assert patent.simple_family_size == 2
    assert [(a.name, a.country) for a in patent.applicants] == [("Hubsan", "CN")]
    assert "US1234567A" not in patents


def test_the_basic_patent_has_its_date(patents) -> None:
    patent = patents["US20160134358A1"]
    assert patent.publication_date == dt.date(2016, 5, 12)
    assert patent.is_pct is False


def test_a_record_without_anything_else(patents) -> None:
    patent = patents["DE202017000001U1"]
    assert patent.patent_type == "utility_model"
    assert patent.application_number is patent.publication_date is patent.is_pct is None


def test_citations_and_rejects(ingested) -> None:
    assert {tuple(row) for row in ingested.citations.collect()} == {
        ("US9802691B2", "GB1548884A", None, "cites"),
        ("US9802691B2", "US6860449B1", None, "cites"),
        ("US20180000001A1", "US9802691B2", None, "cited_by"),
        ("USD801224S1", "USD801224S1", None, "cites"),
    }
    file = "Numbers-2017.csv.gz"
    assert {tuple(row) for row in ingested.rejects.collect()} == {
        (file, "row 4", "cited_patents", "bad", "not a publication number"),
        (file, "row 4", "simple_family_size", "x", "not a whole number"),
    }


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("31/12/16", "2015", dt.date(2015, 12, 31)),  # the year of the week, corrected
        ("05/10/17", "2017", dt.date(2017, 10, 5)),
        ("05/10/68", "", dt.date(2068, 10, 5)),
        ("05/10/69", "", dt.date(1969, 10, 5)),
        ("05/10/1899", "", dt.date(1899, 10, 5)),
        ("30/02/17", "2017", None),
        ("n/a", "2017", None),
    ],
)
def test_years_of_lens_dates(text: str, year: str, expected: dt.date | None) -> None:
    assert lens_date(text, year) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("12/02/16", "2017", dt.date(2016, 2, 12)),
        ("12/02/18", "2017", dt.date(1918, 2, 12)),
        ("12/02/65", "1966", dt.date(1965, 2, 12)),
        ("12/02/1965", "", dt.date(1965, 2, 12)),
        ("12/02/16", "", None),
    ],
)
def test_application_years_are_the_latest_before_publication(
    text: str, limit: str, expected: dt.date | None
) -> None:
    assert lens_date_before(text, limit) == expected


def test_the_numbers_file_is_needed(spark, tmp_path) -> None:
    (tmp_path / "applicants.csv").write_text(APPLICANTS, encoding="utf-8")
    with pytest.raises(InputError, match="no file numbers"):
        Derwent().read(spark, [str(tmp_path)])


@pytest.mark.slow
@pytest.mark.usefixtures("compiled")
def test_the_real_export(spark, real_data, tmp_path) -> None:
    """The counts of its own edge list: 337,890 pairs of 161,018 publications, 9 loops."""
    folder = real_data / "derwent-drones"
    (found,), _ = recognise(spark, [str(folder)])
    assert found.adapter.name == "derwent"
    output = tmp_path / "drones"
    summary = ingest(spark, "derwent", [str(folder)], str(output))
    assert (summary.rows_read, summary.patents, summary.citations) == (15_776, 15_776, 337_890)
    assert summary.rejects == {"only the year is known": 166}
    citations = spark.read.parquet(f"{output}/citations")
    edges = spark.read.csv(f"{folder}/edges.csv.gz", header=True)
    ours = citations.select(
        "citing",
        "cited",
        F.when(F.col("origin") == "cited_by", "0").otherwise("1"),
        F.when(F.col("origin") == "cites", "0").otherwise("1"),
    )
    assert ours.exceptAll(edges).count() == edges.exceptAll(ours).count() == 0
    ends = citations.select("citing").union(citations.select("cited")).distinct()
    assert ends.count() == 161_018
    assert citations.where("citing = cited").count() == 9
    patents = spark.read.parquet(f"{output}/patents")
    assert patents.where("title is not null").count() == 6_636
