"""How many years one side is behind the other."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def lags(years: DataFrame, *, last_year: int, fewest: int) -> DataFrame:
    """Return the lag between both sides' cumulative curves (ours).

    The side with fewer inventions up to the last year is behind by as many years as have passed
    since the other one first had as many. Null where it has fewer than ``fewest``.

    Args:
        years: unit, year, domestic, foreign: inventions in fractions of owners.
        last_year: the last year that counts as observed.
        fewest: least number of inventions of either side.

    Returns:
        unit, domestic_lag: years; above 0 where the domestic side is behind, below where the
        foreign one is.

    By 2013 the domestic side has 5, which the foreign one passed with its 6 in 2011:

    >>> years = spark.createDataFrame(
    ...     [
    ...         ("laser", 2010, 0.0, 3.0),
    ...         ("laser", 2011, 1.0, 3.0),
    ...         ("laser", 2013, 4.0, 3.0),
    ...         ("laser", 2020, 9.0, 0.0),
    ...         ("young", 2013, 2.0, 9.0),
    ...     ],
    ...     "unit string, year int, domestic double, foreign double",
    ... )
    >>> lags(years, last_year=2013, fewest=5).orderBy("unit").show()
    +-----+------------+
    | unit|domestic_lag|
    +-----+------------+
    |laser|         2.0|
    |young|        NULL|
    +-----+------------+
    <BLANKLINE>
    """
    whole = Window.partitionBy("unit")
    so_far = whole.orderBy("year").rowsBetween(Window.unboundedPreceding, Window.currentRow)
    sides = ("domestic", "foreign")
    curves = years.where(F.col("year") <= last_year).withColumns(
        {
            # Rounded, so that the order of adding fractions leaves nothing.
            **{f"{side}_now": F.round(F.sum(side).over(whole), 9) for side in sides},
            **{f"{side}_then": F.round(F.sum(side).over(so_far), 9) for side in sides},
        }
    )
    is_behind = F.col("domestic_now") < F.col("foreign_now")
    had_as_many = F.when(is_behind, F.col("foreign_then") >= F.col("domestic_now")).otherwise(
        F.col("domestic_then") >= F.col("foreign_now")
    )
    since = last_year - F.min(F.when(had_as_many, F.col("year")))
    enough = F.least(F.max("domestic_now"), F.max("foreign_now")) >= fewest
    lag = F.when(F.max("domestic_now") < F.max("foreign_now"), since).otherwise(-since)
    return curves.groupBy("unit").agg(F.when(enough, lag).cast("double").alias("domestic_lag"))
