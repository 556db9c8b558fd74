"""What the checks of the input count."""

from __future__ import annotations

import datetime as dt

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.method import quality
from tests.factories import citations, patents

TODAY = dt.date(2024, 5, 1)
NOTHING = {
    "publication_number": None,
    "publication_date": None,
    "application_date": None,
    "main_ipc": None,
    "ipc": None,
    "cpc": None,
    "applicants": None,
    "claim_count": None,
}


def failed(found: list[quality.Finding]) -> dict[str, tuple[int, str | None]]:
    return {one.check: (one.failed, one.example) for one in found if one.failed}


def test_publications_are_checked_row_by_row(spark: SparkSession) -> None:
    day = dt.date(2020, 1, 1)
    sound = {
        "publication_date": day,
        "application_date": dt.date(2018, 1, 1),
        "ipc": ["G06F3/041"],
        "applicants": [("A", "CN", None)],
        "claim_count": 3,
    }
    df = patents(
        spark,
        {"publication_number": "A1"} | sound,
        {"publication_number": "A2"} | sound | {"application_date": dt.date(2021, 1, 1)},
        {"publication_number": "A3"} | sound | {"publication_date": dt.date(2024, 5, 2)},
        {"publication_number": "A4"} | sound | {"application_date": dt.date(1066, 1, 1)},
        {"publication_number": "A5"} | sound | {"ipc": None, "main_ipc": None, "cpc": ["G06F"]},
        NOTHING,
    )
    checks = quality.patent_checks(TODAY)
    counts = quality.counted(df, checks, key=F.col("publication_number")).collect()[0]
    assert failed(quality.findings("patents", checks, counts)) == {
        "missing_number": (1, None),
        "missing_date": (1, None),
        "implausible_date": (2, "A3"),
        "filed_after_publication": (1, "A2"),
        "missing_filing_date": (1, None),
        "missing_codes": (1, None),
        "missing_applicants": (1, None),
        "missing_claims": (1, None),
    }


def test_citations_are_checked_against_the_publications(spark: SparkSession) -> None:
    pairs = [("A", "B"), ("A", "A"), ("A", "X"), ("X", "B"), ("X", "Y"), (None, "A"), ("A", None)]
    df = citations(spark, *pairs).transform(
        quality.with_known_ends,
        # A number that occurs twice, and a publication without one.
        patents(spark, *({"publication_number": n} for n in ("A", "B", "B", None))),
    )
    checks = quality.citation_checks()
    counts = quality.counted(df, checks, key=F.coalesce("citing", "cited")).collect()[0]
    found = quality.findings("citations", checks, counts)
    assert {one.rows for one in found} == {7}
    assert failed(found) == {
        "missing_end": (2, "A"),
        "self_citation": (1, "A"),
        "unknown_citing": (2, "X"),
        "unknown_cited": (2, "A"),
        "points_nowhere": (1, "X"),
    }


def test_a_share_over_its_limit_is_found_and_of_no_rows_none() -> None:
    finding = quality.Finding("citations", "points_nowhere", 8, 2, "X", "have neither end here")
    assert quality.over_limit([finding], {"points_nowhere": 0.25}) == []
    assert quality.over_limit([finding], {"points_nowhere": 0.24}) == [finding]
    assert quality.over_limit([finding._replace(rows=0)], {"points_nowhere": 0.0}) == []
    assert str(finding) == "2 of 8 citations have neither end here, such as X"
