from __future__ import annotations

import datetime as dt

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.method import periods
from patentcore.method.periods import Period
from tests import factories


def test_periods_are_whole_and_the_last_ends_with_the_last_year() -> None:
    every = periods.periods(2000, 2023, length=5, step=1)
    assert (every[0], every[-1], len(every)) == (Period(2000, 2004), Period(2019, 2023), 20)
    assert periods.periods(2000, 2004, length=5, step=3) == [Period(2000, 2004)]
    assert periods.periods(2000, 2005, length=2, step=2) == [
        (2000, 2001),
        (2002, 2003),
        (2004, 2005),
    ]
    assert periods.periods(2001, 2001, length=1, step=1) == [Period(2001, 2001)]


def test_a_period_may_begin_before_there_are_dates(spark: SparkSession) -> None:
    (period,) = periods.periods(1999, 2000, length=2500, step=1)
    assert period == (-499, 2000)
    df = spark.createDataFrame([(dt.date(1, 1, 1),), (dt.date(2001, 1, 1),), (None,)], "day date")
    held = df.select(period.holds(F.col("day"))).collect()
    assert [row[0] for row in held] == [True, False, None]
    early = df.select(Period(1, 800).holds(F.col("day")), F.col("day") > "0800-12-31").collect()
    assert [tuple(row) for row in early] == [(True, False), (False, True), (None, None)]
    dated = df.withColumnRenamed("day", "cited_on")
    assert [row.cited_on for row in dated.where(periods.known_by(Period(1, 800))).collect()] == [
        dt.date(1, 1, 1),
        None,
    ]


def test_citations_count_from_the_citing_date_and_undated_ones_always(spark: SparkSession) -> None:
    patents = factories.patents(
        spark,
        {"publication_number": "A", "publication_date": dt.date(2004, 12, 31)},
        {"publication_number": "B", "publication_date": dt.date(2005, 1, 1)},
        {"publication_number": "C", "publication_date": None},
    )
    citations = factories.citations(spark, ("A", "K"), ("B", "K"), ("C", "K"), ("X", "K"))
    dated = periods.dated_citations(citations.select("citing", "cited"), patents)
    known = dated.where(periods.known_by(Period(2000, 2004))).collect()
    assert sorted(row.citing for row in known) == ["A", "C", "X"]


def test_movers_are_up_down_same_entered_and_left(spark: SparkSession) -> None:
    schema = "publication_number string, rank int"
    before = spark.createDataFrame([("a", 1), ("b", 2), ("c", 3), ("d", 4), ("n", None)], schema)
    after = spark.createDataFrame([("b", 1), ("a", 2), ("c", 3), ("e", 4), ("n", None)], schema)
    found = periods.movers(before, after, Period(2001, 2005)).collect()
    moves = {row.publication_number: (row.move, row.ranks_gained) for row in found}
    assert moves == {
        "a": ("down", -1),
        "b": ("up", 1),
        "c": ("same", 0),
        "d": ("left", None),
        "e": ("entered", None),
    }
    b = next(row for row in found if row.publication_number == "b")
    assert (b.standing_before, b.standing_after, b.standing_gained) == (0.75, 1.0, 0.25)
    assert (b.window_from, b.window_to) == (2001, 2005)
