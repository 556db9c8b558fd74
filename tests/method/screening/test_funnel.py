from __future__ import annotations

import datetime as dt

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from patentcore.method.screening import criteria, funnel
from tests import factories
from tests.method.screening.paper import paper_steps


def test_funnel_counts_each_step_and_its_unknowns(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {},
        {"application_number": "CN200010000001"},
        {"authority": "RU"},
        {"authority": None},
        {"patent_type": "design"},
        {"claim_count": None},
        {"claim_count": 3, "ipc": None},
        {"cited_by_count": 0},
        {"ipc": ["H04W4/02"]},
        {"legal_events": None},
    )
    assert funnel.filter_candidates(df, paper_steps()).collect() == df.limit(2).collect()
    counts = funnel.failure_counts(df, paper_steps()).collect()
    rows = funnel.funnel_rows(paper_steps(), counts, deduplicated=1)
    assert [row[3:] for row in rows] == [
        (10, 0, 0),
        (8, 2, 1),
        (7, 1, 0),
        (5, 2, 1),
        (4, 1, 0),
        (3, 1, 0),
        (2, 1, 1),
        (1, 1, 0),
    ]


def test_funnel_of_an_empty_corpus_is_all_zero(spark: SparkSession) -> None:
    df = factories.patents(spark, {}).where("false")
    counts = funnel.failure_counts(df, paper_steps()).collect()
    rows = funnel.funnel_rows(paper_steps(), counts, deduplicated=0)
    assert {row[3:] for row in rows} == {(0, 0, 0)}


def test_spellings_of_an_application_number_are_one(spark: SparkSession) -> None:
    numbers = {
        "CN105000001A": "CN2014101234567",  # with its check digit
        "CN105000001B": "CN201410123456A",
        "KR1020170053704A": "KR1020150155555",
        "KR101234567B1": "KR20150155555A",
        "CN105000002A": "CN2014101234575",
    }
    rows = [{"publication_number": n, "application_number": a} for n, a in numbers.items()]
    kept = funnel.filter_one_of_each(factories.patents(spark, *rows)).collect()
    assert {row.publication_number for row in kept} == {
        "CN105000001A", "KR101234567B1", "CN105000002A",
    }  # fmt: skip


def test_one_publication_is_kept_for_each_application(spark: SparkSession) -> None:
    day = dt.date
    df = factories.patents(
        spark,
        {
            "publication_number": "CN2B",
            "application_number": "X",
            "publication_date": day(2014, 1, 1),
        },
        {
            "publication_number": "CN2A",
            "application_number": "X",
            "publication_date": day(2013, 1, 1),
        },
        {
            "publication_number": "CN4A",
            "application_number": "Y",
            "publication_date": day(2013, 1, 1),
        },
        {
            "publication_number": "CN3A",
            "application_number": "Y",
            "publication_date": day(2013, 1, 1),
        },
        {"publication_number": "CN5A", "application_number": "Z", "publication_date": None},
        {
            "publication_number": "CN6A",
            "application_number": "Z",
            "publication_date": day(2020, 1, 1),
        },
        {"publication_number": "CN7A", "application_number": None},
    )
    kept = funnel.filter_one_of_each(df).select("publication_number")
    expected = spark.createDataFrame([("CN2A",), ("CN3A",), ("CN6A",)], "publication_number string")
    assert_df_equality(kept, expected, ignore_row_order=True, ignore_nullable=True)


def test_one_publication_is_kept_for_each_simple_family(spark: SparkSession) -> None:
    family = ["CN1A", "US1A", "US1B"]
    df = factories.patents(
        spark,
        {"publication_number": "US1A", "simple_family": family},
        {"publication_number": "CN1A", "simple_family": ["US1B", "US1A"]},
        {"publication_number": "US1B", "simple_family": [*family, None], "publication_date": None},
        {"publication_number": "CN2A", "simple_family": []},
        {"publication_number": "CN3A", "simple_family": None, "application_number": "X"},
        {"publication_number": "CN4A", "application_number": None, "simple_family": ["CN4A"]},
    )
    steps = [criteria.claims(10), criteria.deduplicate("simple_family")]
    kept = funnel.filter_one_of_each(df, by="simple_family").collect()
    assert {row.publication_number for row in kept} == {"CN1A", "CN2A", "CN4A"}
    counts = funnel.failure_counts(df, steps).collect()
    last = funnel.funnel_rows(steps, counts, deduplicated=len(kept))[-1]
    assert last[1:] == ("Duplicate removal", "one publication per simple family", 3, 3, 1)
    assert steps[1].needs == ("simple_family",)


def test_without_the_comparing_step_no_publication_is_unknown_to_it(spark: SparkSession) -> None:
    df = factories.patents(spark, {"application_number": None})
    counts = funnel.failure_counts(df, [criteria.claims(10)]).collect()
    assert [(row.failed_step, row.is_alone, row.patents) for row in counts] == [(None, False, 1)]
