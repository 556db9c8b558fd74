from __future__ import annotations

import datetime as dt

from chispa import assert_df_equality

from patentcore.sources import recognise
from patentcore.sources.formats.derwent_table import DerwentTable

EXPORT = (
    "Publication Number;Assignee/Applicant First;Inventor - DWPI;Publication Kind Code;"
    "Publication Date;IPC - Current - DWPI;Cited Refs - Patent;Count of Cited Refs - Patent;"
    "Count of Cited Refs - Non-patent;Citing Patents;Count of Citing Patents;Dead/Alive\n"
    "US9000001B2;PAYPAL INC.,San Jose,CA,US | EBAY INC;ROE J | DOE J;B2;2015-04-07;"
    "G06Q 20/40 | H04L 29/06;"
    "US1A | US2A;2;3;US3A1;1;Alive\n"
)


def test_a_table_of_derwent_innovation_is_not_taken_for_patsnaps(spark, tmp_path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="utf-8")
    (found,), _ = recognise(spark, [str(path)])
    assert found.adapter.name == "derwent-table"
    assert "Cited Refs - Patent" in found.why
    ingested = DerwentTable().read(spark, [str(path)])
    (row,) = ingested.patents.collect()
    assert (row.publication_number, row.kind_code, row.patent_type) == (
        "US9000001B2", "B2", "invention",
    )  # fmt: skip
    assert row.publication_date == dt.date(2015, 4, 7)
    named = [(applicant.name, applicant.country) for applicant in row.applicants]
    assert named == [("PAYPAL INC.", "US"), ("EBAY INC", None)]
    assert row.inventors == ["ROE J", "DOE J"]
    assert (row.main_ipc, row.ipc) == ("G06Q20/40", ["G06Q20/40", "H04L29/06"])
    assert (row.cites_count, row.npl_citation_count, row.cited_by_count) == (2, 3, 1)
    assert row.legal_status == "Alive"
    pairs = [("US9000001B2", "US1A"), ("US9000001B2", "US2A"), ("US3A1", "US9000001B2")]
    assert_df_equality(
        ingested.citations.select("citing", "cited"),
        spark.createDataFrame(pairs, "citing string, cited string"),
        ignore_row_order=True,
        ignore_nullable=True,
    )
