from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.method.screening import criteria
from patentcore.method.screening.criteria import Step
from patentcore.words.symbols import at_level, distinct_count
from tests import factories
from tests.method.screening.paper import paper_steps


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
            lambda: criteria.citations(0, of="record"),
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
        (lambda: criteria.legal_events([]), [{}, {"legal_events": None}], [0, None]),
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
