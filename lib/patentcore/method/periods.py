"""Periods of publication, what belongs to each, and who moved between them."""

from __future__ import annotations

from typing import NamedTuple

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F


class Period(NamedTuple):
    """Years of publication, both included."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """As a folder may be called."""
        return f"{self.first}-{self.last}"

    def holds(self, date: Column) -> Column:
        """Tell whether a date is in the period; null where the date is.

        >>> import datetime as dt
        >>> df = spark.createDataFrame(
        ...     [(dt.date(2004, 12, 31),), (dt.date(2005, 1, 1),), (None,)], "published date"
        ... )
        >>> df.withColumn("is_in", Period(2000, 2004).holds(F.col("published"))).show()
        +----------+-----+
        | published|is_in|
        +----------+-----+
        |2004-12-31| true|
        |2005-01-01|false|
        |      NULL| NULL|
        +----------+-----+
        <BLANKLINE>
        """
        if self.first < 1:  # a long period may begin before there are dates
            return date <= _last_day(self.last)
        return date.between(F.lit(f"{self.first:04}-01-01").cast("date"), _last_day(self.last))


def periods(first: int, last: int, *, length: int, step: int) -> list[Period]:
    """Return the periods from one year to another; all of full length, the last ends with ``last``.

    >>> periods(2000, 2008, length=5, step=2)
    [Period(first=2000, last=2004), Period(first=2002, last=2006), Period(first=2004, last=2008)]
    >>> periods(2007, 2008, length=5, step=1)
    [Period(first=2004, last=2008)]
    """
    ends = range(last, min(first + length - 2, last - 1), -step)
    return [Period(end - length + 1, end) for end in reversed(ends)]


def dated_citations(citations: DataFrame, patents: DataFrame) -> DataFrame:
    """Add ``cited_on``, the citing publication's date; null where the patents do not have it.

    Args:
        citations: citing, cited.
        patents: publication_number, publication_date.

    >>> import datetime as dt
    >>> citations = spark.createDataFrame([("A", "K"), ("X", "K")], "citing string, cited string")
    >>> patents = spark.createDataFrame(
    ...     [("A", dt.date(2004, 1, 1))], "publication_number string, publication_date date"
    ... )
    >>> dated_citations(citations, patents).orderBy("citing").show()
    +------+-----+----------+
    |citing|cited|  cited_on|
    +------+-----+----------+
    |     A|    K|2004-01-01|
    |     X|    K|      NULL|
    +------+-----+----------+
    <BLANKLINE>
    """
    dates = (
        patents.where(F.col("publication_number").isNotNull())
        .groupBy(F.col("publication_number").alias("citing"))
        .agg(F.min("publication_date").alias("cited_on"))
    )
    return citations.join(dates, on="citing", how="left")


def known_by(period: Period) -> Column:
    """Tell whether a dated citation was made by the period's end, or has no date.

    >>> import datetime as dt
    >>> df = spark.createDataFrame(
    ...     [(dt.date(2004, 12, 31),), (dt.date(2005, 1, 1),), (None,)], "cited_on date"
    ... )
    >>> df.withColumn("is_known", known_by(Period(2000, 2004))).show()
    +----------+--------+
    |  cited_on|is_known|
    +----------+--------+
    |2004-12-31|    true|
    |2005-01-01|   false|
    |      NULL|    true|
    +----------+--------+
    <BLANKLINE>
    """
    return F.col("cited_on").isNull() | (F.col("cited_on") <= _last_day(period.last))


def _last_day(year: int) -> Column:
    # As text, for PySpark hands over a date of before the year 1000 in a form that Java refuses.
    return F.lit(f"{year:04}-12-31").cast("date")


def with_window(df: DataFrame, period: Period) -> DataFrame:
    """Add the period's years as ``window_from`` and ``window_to``.

    >>> df = spark.createDataFrame([("CN1A",)], "publication_number string")
    >>> df.transform(with_window, Period(2000, 2004)).show()
    +------------------+-----------+---------+
    |publication_number|window_from|window_to|
    +------------------+-----------+---------+
    |              CN1A|       2000|     2004|
    +------------------+-----------+---------+
    <BLANKLINE>
    """
    return df.withColumns({"window_from": F.lit(period.first), "window_to": F.lit(period.last)})


def movers(before: DataFrame, after: DataFrame, period: Period) -> DataFrame:
    """Return how each key patent's rank changed between two windows.

    Args:
        before: scores of the window before: publication_number, rank.
        after: scores of the period's window.
        period: the later one.

    Returns:
        the ``window_movers`` table; patents without a rank in both are left out.

    >>> ranks = "publication_number string, rank int"
    >>> before = spark.createDataFrame([("a", 1), ("b", 2), ("n", None)], ranks)
    >>> after = spark.createDataFrame([("b", 1), ("c", 2), ("n", None)], ranks)
    >>> moved = movers(before, after, Period(2001, 2005)).orderBy("publication_number")
    >>> moved.select("publication_number", "move", "rank_before", "rank_after").show()
    +------------------+-------+-----------+----------+
    |publication_number|   move|rank_before|rank_after|
    +------------------+-------+-----------+----------+
    |                 a|   left|          1|      NULL|
    |                 b|     up|          2|         1|
    |                 c|entered|       NULL|         2|
    +------------------+-------+-----------+----------+
    <BLANKLINE>
    """
    rank_before, rank_after = F.col("rank_before"), F.col("rank_after")
    move = (
        F.when(rank_before.isNull(), "entered")
        .when(rank_after.isNull(), "left")
        .when(rank_after < rank_before, "up")
        .when(rank_after > rank_before, "down")
        .otherwise("same")
    )
    return (
        _standing(before, "before")
        .join(_standing(after, "after"), on="publication_number", how="full")
        .withColumn("move", move)
        .withColumn("ranks_gained", rank_before - rank_after)
        .withColumn("standing_gained", F.col("standing_after") - F.col("standing_before"))
        .transform(with_window, period)
    )


def _standing(scores: DataFrame, when: str) -> DataFrame:
    """Ranks depend on how many are ranked, so they are also given as a share: 1 is the first."""
    ranked = F.count(F.lit(1)).over(Window.partitionBy())
    share = (ranked - F.col("rank") + 1) / ranked
    return scores.where(F.col("rank").isNotNull()).select(
        "publication_number",
        F.col("rank").alias(f"rank_{when}"),
        share.alias(f"standing_{when}"),
    )
