from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.method import screening
from patentcore.method.screening import Step
from patentcore.words.symbols import at_level, distinct_count
from tests import factories


def paper_steps() -> list[Step]:
    return [
        screening.receiving_office(["CN", "US", "EP", "WO"]),
        screening.patent_type(["invention"]),
        screening.claims(10),
        screening.citations(0, of="family"),
        screening.breadth(1, level="subclass"),
        screening.legal_events(["opposition", "assignment", "litigation"]),
        screening.deduplicate(),
    ]


def verdicts(df: DataFrame, step: Step) -> list[bool | None]:
    assert step.passes is not None
    return [row[0] for row in df.select(step.passes).collect()]


@pytest.mark.parametrize(
    ("step", "rows", "expected"),
    [
        (
            lambda: paper_steps()[0],
            [{"authority": "CN"}, {"authority": "RU"}, {"authority": None}],
            [1, 0, None],
        ),
        (
            lambda: paper_steps()[1],
            [{"patent_type": "invention"}, {"patent_type": "design"}, {"patent_type": None}],
            [1, 0, None],
        ),
        (
            lambda: paper_steps()[2],
            [{"claim_count": 11}, {"claim_count": 10}, {"claim_count": None}],
            [1, 0, None],
        ),
        (
            lambda: paper_steps()[3],
            [
                {"cited_by_count": 0, "family_cited_by_count": 2},
                {"cited_by_count": 5, "family_cited_by_count": 0},
                {"cited_by_count": 5, "family_cited_by_count": None},
                {"cited_by_count": None, "family_cited_by_count": None},
            ],
            [1, 0, 1, None],
        ),
        (
            lambda: screening.citations(0, of="record"),
            [{"cited_by_count": 0, "family_cited_by_count": 2}, {"cited_by_count": None}],
            [0, None],
        ),
        (
            lambda: paper_steps()[4],
            [
                {"ipc": ["H04W4/02", "H04L12/28"]},
                {"ipc": ["H04W4/02", "H04W 8/00", "h04w4/02"]},
                {"ipc": []},
                {"ipc": ["H04W4/02", None]},
                {"ipc": None},
            ],
            [1, 0, 0, 0, None],
        ),
        (
            lambda: paper_steps()[5],
            [
                {"legal_events": [("fee_payment", None), ("litigation", None)]},
                {"legal_events": [("fee_payment", None), (None, None)]},
                {"legal_events": []},
                {"legal_events": None},
            ],
            [1, 0, 0, None],
        ),
        (lambda: screening.legal_events([]), [{}, {"legal_events": None}], [0, None]),
    ],
    ids=["office", "type", "claims", "family", "record", "breadth", "events", "no kinds"],
)
def test_step_passes_fails_or_does_not_know(
    spark: SparkSession, step: Callable[[], Step], rows: list[dict], expected: list[int | None]
) -> None:
    df = factories.patents(spark, *rows)
    found = verdicts(df, step())
    assert found == [None if value is None else bool(value) for value in expected]
    unknown = [row[0] for row in df.select(step().is_unknown()).collect()]
    assert unknown == [value is None for value in expected]


@pytest.mark.parametrize(
    ("level", "count"), [("section", 1), ("class", 2), ("subclass", 3), ("group", 3), ("symbol", 4)]
)
def test_breadth_counts_distinct_codes_at_its_level(
    spark: SparkSession, level: str, count: int
) -> None:
    df = factories.patents(
        spark, {"ipc": ["H04W4/02", "H04W 4/029", "H04L12/28", "H01Q1/00", "h04w4/02", "", " "]}
    )
    row = df.select(distinct_count(F.col("ipc"), level)).first()
    assert row is not None
    assert row[0] == count


LEVELS = ("section", "class", "subclass", "group", "subgroup", "symbol")


@pytest.mark.parametrize("level", LEVELS)
def test_breadth_counts_the_codes_that_single_symbols_have(spark: SparkSession, level: str) -> None:
    pieces = [
        "H04W4/02",
        "h04w 4/02",
        "H04W4/029",
        "H04",
        "H",
        "/02",
        "H04W/",
        "4/2/3",
        "\n",
        "é1/2",
    ]
    symbols = [*pieces, " ", "", None]
    rows = [(list(row),) for n in (1, 2, 3) for row in itertools.product(symbols, repeat=n)]
    df = spark.createDataFrame(
        [(i, row) for i, (row,) in enumerate(rows)], "id int, ipc array<string>"
    )
    counted = df.select("id", distinct_count(F.col("ipc"), level).alias("count"))
    one_by_one = (
        df.select("id", F.explode_outer("ipc").alias("symbol"))
        .groupBy("id")
        .agg(F.count_distinct(at_level(F.col("symbol"), level)).alias("expected"))
    )
    different = counted.join(one_by_one, on="id", how="inner").where("count != expected")
    assert counted.count() == len(rows)
    assert different.count() == 0


def test_an_unknown_level_is_refused() -> None:
    for cut in (at_level, distinct_count):
        with pytest.raises(ValueError, match="no classification level 'main'"):
            cut(F.lit("H04W4/02"), "main")


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
    assert screening.filter_candidates(df, paper_steps()).collect() == df.limit(2).collect()
    counts = screening.failure_counts(df, paper_steps()).collect()
    rows = screening.funnel_rows(paper_steps(), counts, deduplicated=1)
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
    counts = screening.failure_counts(df, paper_steps()).collect()
    rows = screening.funnel_rows(paper_steps(), counts, deduplicated=0)
    assert {row[3:] for row in rows} == {(0, 0, 0)}


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
    kept = screening.filter_one_of_each(df).select("publication_number")
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
    steps = [screening.claims(10), screening.deduplicate("simple_family")]
    kept = screening.filter_one_of_each(df, by="simple_family").collect()
    assert {row.publication_number for row in kept} == {"CN1A", "CN2A", "CN4A"}
    counts = screening.failure_counts(df, steps).collect()
    last = screening.funnel_rows(steps, counts, deduplicated=len(kept))[-1]
    assert last[1:] == ("Duplicate removal", "one publication per simple family", 3, 3, 1)
    assert steps[1].needs == ("simple_family",)


def test_without_the_comparing_step_no_publication_is_unknown_to_it(spark: SparkSession) -> None:
    df = factories.patents(spark, {"application_number": None})
    counts = screening.failure_counts(df, [screening.claims(10)]).collect()
    assert [(row.failed_step, row.is_alone, row.patents) for row in counts] == [(None, False, 1)]


def test_indexes_are_added_and_nulls_stay_unknown(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {
            "legal_events": [("litigation", None), ("lapse", dt.date(2019, 1, 1))],
            "expiry_date": dt.date(2034, 1, 1),
        },
        {"legal_events": [("opposition", None)], "expiry_date": dt.date(2034, 1, 1)},
        {"legal_events": None, "ipc": None, "applicants": None, "application_date": None},
        {"applicants": [], "application_date": dt.date(2025, 1, 1)},
    )
    found = df.transform(
        screening.with_indexes, breadth_level="subclass", reference_year=2023
    ).select(
        "patent_width",
        "life_years",
        "has_assignment",
        "has_litigation",
        "has_opposition",
        "applicant_country",
    )
    expected = spark.createDataFrame(
        [
            (2, 4.9993, False, True, False, "CN"),
            (2, 9.9959, False, False, True, "CN"),
            (None, None, None, None, None, None),
            (2, 0.0, True, False, False, None),
        ],
        found.schema,
    )
    assert_df_equality(found, expected, ignore_nullable=True)


def test_corpus_is_selected_by_office_date_and_enterprise(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {"publication_number": "CN1A"},
        {"publication_number": "CN2A", "publication_date": dt.date(1999, 12, 31)},
        {"publication_number": "CN3A", "publication_date": None},
        {"publication_number": "CN4A", "applicants": [(None, None, None), ("Other", None, None)]},
        {"publication_number": "CN5A", "applicants": None},
        {"publication_number": "US6A", "authority": "US"},
    )
    kept = df.transform(
        screening.filter_corpus,
        authorities=["CN"],
        published_from="2000-01-01",
        published_to="2023-12-31",
        applicant_names=[" example co., ltd. "],
    )
    assert [row.publication_number for row in kept.collect()] == ["CN1A"]
    assert screening.filter_corpus(df).count() == 6
