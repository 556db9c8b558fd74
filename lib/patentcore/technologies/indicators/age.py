"""How old what a unit cites is: technology cycle time (Kayal & Waters 1999)."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

# The median of fewer ages tells little.
FEWEST_CITATIONS = 10


def cited_ages(rows: DataFrame, citations: DataFrame, classes: DataFrame) -> DataFrame:
    """Return the median age in years of the inventions that a unit's inventions cite.

    Of the corpus alone, for of the others no year is known; by priority years. A side's is that of
    the inventions whose first owner is of it.

    Args:
        rows: unit, publication_number, year, side.
        citations: citing, cited inventions; each pair once.
        classes: publication_number, year of every invention of the corpus.

    Returns:
        unit, cycle_citations (ages known), cycle_time, domestic_cycle_time, foreign_cycle_time;
        null below ten ages.

    >>> rows = spark.createDataFrame(
    ...     [("laser", "A", 2015, "domestic"), ("laser", "B", 2016, "foreign")],
    ...     "unit string, publication_number string, year int, side string",
    ... )
    >>> classes = spark.createDataFrame(
    ...     [(f"X{i}", 2000 + i) for i in range(10)], "publication_number string, year int"
    ... )
    >>> pairs = [("A", f"X{i}") for i in range(10)] + [("B", "X9")]
    >>> citations = spark.createDataFrame(pairs, "citing string, cited string")
    >>> cited_ages(rows, citations, classes).show()
    +-----+---------------+----------+-------------------+------------------+
    | unit|cycle_citations|cycle_time|domestic_cycle_time|foreign_cycle_time|
    +-----+---------------+----------+-------------------+------------------+
    |laser|             11|      10.0|               10.5|              NULL|
    +-----+---------------+----------+-------------------+------------------+
    <BLANKLINE>
    """
    cited = classes.select(F.col("publication_number").alias("cited"), F.col("year").alias("_then"))
    age = F.col("year") - F.col("_then")
    ages = (
        rows.select("unit", F.col("publication_number").alias("citing"), "year", "side")
        .join(citations.select("citing", "cited"), on="citing", how="inner")
        .join(cited, on="cited", how="inner")
        .where(age >= 0)
        .withColumn("age", age.cast("double"))
    )
    of_scope = {
        "": F.col("age"),
        **{f"{s}_": F.when(F.col("side") == s, F.col("age")) for s in ("domestic", "foreign")},
    }
    return ages.groupBy("unit").agg(
        F.count(F.lit(1)).alias("cycle_citations"),
        *(
            F.when(F.count(one) >= FEWEST_CITATIONS, F.median(one)).alias(f"{scope}cycle_time")
            for scope, one in of_scope.items()
        ),
    )
