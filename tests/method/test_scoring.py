from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.method import scoring
from tests import factories

PAPER = {"degree": 0.4, "betweenness": 0.3, "popularity": 0.2, "main_class": 0.1}


def centrality(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    return spark.createDataFrame(
        list(rows),
        "id string, in_degree bigint, out_degree bigint, degree bigint, "
        "degree_centrality double, betweenness double",
    )


def score(patents: DataFrame, measured: DataFrame, **changed: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "reference_year": 2023,
        "popularity_citations": "network",
        "main_class_level": "symbol",
        "weights": PAPER,
        "key_patent_count": patents.count(),
    }
    scored = scoring.score(patents, measured, **(settings | changed))
    return {row.publication_number: row for row in scored.collect()}


def test_core_degree_is_the_published_sum(spark: SparkSession) -> None:
    """CN103454808A of Table 4, and the arithmetic of equation 6 by hand."""
    patents = factories.patents(
        spark,
        {
            "publication_number": "CN103454808A",
            "publication_date": dt.date(2013, 12, 18),
            "simple_family": ["CN103454808A", "US20150205163A1", None],
        },
        {"publication_number": "CN2A", "main_ipc": "H04W4/02"},
    )
    measured = centrality(
        spark, ("CN103454808A", 22, 15, 37, 37 / 20820, 330.0), ("CN2A", 0, 0, 0, 0.0, 0.0)
    )
    found = score(patents, measured)["CN103454808A"]
    assert found.popularity == pytest.approx(22.5 / 11)
    assert (found.main_class_count, found.main_class_frequency) == (1, 50.0)
    by_hand = 0.4 * 37 / 20820 + 0.3 * 330 + 0.2 * 22.5 / 11 + 0.1 * 50
    assert found.core_degree == pytest.approx(by_hand)
    assert found.core_degree_scaled == pytest.approx(0.4 + 0.3 + 0.2 + 0.0)
    assert found.missing_reason is None


@pytest.mark.parametrize(
    ("family", "size", "others"),
    [
        (["CN1A", "US1A", "US1A"], 9, 1),
        (["US1A", "US2A"], None, 2),
        ([], 4, 0),
        (None, 4, 4),
        (None, None, 0),
        (["CN1A", None], None, 0),
    ],
)
def test_family_members_other_than_itself(
    spark: SparkSession, family: list[str] | None, size: int | None, others: int
) -> None:
    df = factories.patents(
        spark, {"publication_number": "CN1A", "simple_family": family, "simple_family_size": size}
    )
    row = df.select(scoring.other_family_members()).first()
    assert row is not None
    assert row[0] == others


@pytest.mark.parametrize(
    ("family", "size", "listed", "others", "whole", "as_given"),
    [
        (["CN1A", "US1A"], 9, 1, 1, 8, 9),
        (["CN1A", "US1A"], 2, 1, 1, 1, 2),
        (["US1A", "US2A"], 2, 2, 2, 2, 2),
        (["CN1A", "US1A"], None, 1, 1, 1, 1),
        (None, 4, 4, 3, 3, 4),
        (None, 1, 1, 0, 0, 1),
        (None, 0, 0, 0, 0, 0),
        (None, -7, -7, -7, -7, -7),
        (None, None, 0, 0, 0, 0),
    ],
)
def test_readings_of_the_family(
    spark: SparkSession,
    family: list[str] | None,
    size: int | None,
    listed: int,
    others: int,
    whole: int,
    as_given: int,
) -> None:
    df = factories.patents(
        spark, {"publication_number": "CN1A", "simple_family": family, "simple_family_size": size}
    )
    readings = ("listed", "others", "whole", "as_given")
    row = df.select(*map(scoring.other_family_members, readings)).first()
    assert row is not None
    assert tuple(row) == (listed, others, whole, as_given)


def test_an_unknown_reading_of_the_family_is_refused() -> None:
    with pytest.raises(ValueError, match="no reading of family members 'all'"):
        scoring.other_family_members("all")


def test_the_reading_of_the_family_changes_popularity(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {
            "publication_number": "CN1A",
            "publication_date": dt.date(2023, 1, 1),
            "simple_family_size": 4,
        },
    )
    measured = centrality(spark, ("CN1A", 3, 0, 3, 1.0, 0.0))
    found = {
        reading: score(df, measured, family_members=reading)["CN1A"].popularity
        for reading in ("listed", "others", "as_given")
    }
    assert found == {"listed": 5.0, "others": 4.5, "as_given": 5.0}


@pytest.mark.parametrize("reading", ["listed", "others", "as_given"])
def test_a_family_of_a_negative_size_gives_no_popularity_and_says_why(
    spark: SparkSession, reading: str
) -> None:
    df = factories.patents(spark, {"publication_number": "CN1A", "simple_family_size": -100})
    measured = centrality(spark, ("CN1A", 3, 0, 3, 1.0, 0.0))
    found = score(df, measured, family_members=reading)["CN1A"]
    assert (found.popularity, found.core_degree, found.rank) == (None, None, None)
    assert found.missing_reason == "size of the family below 0"


def test_a_negative_number_of_citations_gives_no_popularity_and_says_why(
    spark: SparkSession,
) -> None:
    df = factories.patents(spark, {"publication_number": "CN1A", "cited_by_count": -3})
    measured = centrality(spark, ("CN1A", 3, 0, 3, 1.0, 0.0))
    assert score(df, measured)["CN1A"].popularity is not None
    found = score(df, measured, popularity_citations="record")["CN1A"]
    assert found.popularity is None
    assert found.missing_reason == "citations received below 0"


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        (None, "publication year unknown"),
        (dt.date(2024, 1, 1), "published after the reference year 2023"),
    ],
)
def test_a_year_that_cannot_be_used_gives_no_popularity_and_says_why(
    spark: SparkSession, published: dt.date | None, reason: str
) -> None:
    df = factories.patents(spark, {"publication_number": "CN1A", "publication_date": published})
    found = score(df, centrality(spark, ("CN1A", 3, 0, 3, 1.0, 0.0)))["CN1A"]
    assert found.popularity is None
    assert found.core_degree is None
    assert found.rank is None
    assert found.missing_reason == reason


def test_the_reference_year_itself_counts_as_one_year(spark: SparkSession) -> None:
    df = factories.patents(
        spark, {"publication_number": "CN1A", "publication_date": dt.date(2023, 12, 31)}
    )
    found = score(df, centrality(spark, ("CN1A", 3, 0, 3, 1.0, 0.0)))["CN1A"]
    assert found.popularity == 3.0


def test_popularity_can_take_the_records_citations(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {"publication_number": "CN1A", "publication_date": dt.date(2023, 1, 1)},
        {
            "publication_number": "CN2A",
            "publication_date": dt.date(2023, 1, 1),
            "family_cited_by_count": 8,
        },
    )
    measured = centrality(spark, ("CN1A", 1, 0, 1, 1.0, 0.0), ("CN2A", 1, 0, 1, 1.0, 0.0))
    found = score(df, measured, popularity_citations="record")
    assert (found["CN1A"].popularity, found["CN2A"].popularity) == (3.0, 8.0)


@pytest.mark.parametrize(
    ("level", "main_class", "count"),
    [
        ("symbol", "G06F3/041", 2),
        ("group", "G06F3", 3),
        ("subclass", "G06F", 3),
        ("class", "G06", 4),
    ],
)
def test_main_class_is_counted_at_its_level(
    spark: SparkSession, level: str, main_class: str, count: int
) -> None:
    symbols = ["G06F3/041", "G06F 3/041", "G06F3/044", "G06K9/00", None]
    df = factories.patents(spark, *({"main_ipc": symbol} for symbol in symbols))
    measured = df.transform(scoring.with_main_class, level=level, key_patent_count=5)
    found = measured.where("publication_number = 'CN100000001A'").first()
    assert found is not None
    assert (found.main_class, found.main_class_count) == (main_class, count)
    assert found.main_class_frequency == 100 * count / 5
    unknown = measured.where(F.col("main_ipc").isNull()).first()
    assert unknown is not None
    assert unknown.main_class_count is None


def test_ranks_descend_and_ties_go_by_publication_number(spark: SparkSession) -> None:
    df = spark.createDataFrame(
        [("B", 2.0), ("A", 2.0), ("C", 5.0), ("D", None)],
        "publication_number string, core_degree double",
    )
    ranks = {row.publication_number: row["rank"] for row in scoring.with_rank(df).collect()}
    assert ranks == {"C": 1, "A": 2, "B": 3, "D": None}


def test_scaled_core_degree_of_equal_measures_is_0(spark: SparkSession) -> None:
    df = factories.patents(spark, {"publication_number": "CN1A"}, {"publication_number": "CN2A"})
    measured = centrality(spark, ("CN1A", 1, 1, 2, 1.0, 5.0), ("CN2A", 1, 1, 2, 1.0, 5.0))
    found = score(df, measured)
    assert {row.core_degree_scaled for row in found.values()} == {0.0}


def test_unknown_main_class_and_switched_off_betweenness_are_said(spark: SparkSession) -> None:
    df = factories.patents(spark, {"publication_number": "CN1A", "main_ipc": None})
    measured = centrality(spark, ("CN1A", 1, 1, 2, 1.0, None))
    found = score(df, measured, betweenness_is_off=True)["CN1A"]
    assert found.core_degree is None
    assert found.missing_reason == "main class unknown; betweenness switched off"


def test_switched_off_betweenness_carries_no_weight(spark: SparkSession) -> None:
    df = factories.patents(
        spark, {"publication_number": "CN1A", "publication_date": dt.date(2023, 1, 1)}
    )
    measured = centrality(spark, ("CN1A", 1, 1, 2, 1.0, None))
    found = score(df, measured, betweenness_is_off=True)["CN1A"]
    assert found.core_degree == pytest.approx(0.4 * 1.0 + 0.2 * 1.0 + 0.1 * 100)
