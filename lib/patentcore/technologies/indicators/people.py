"""The people of a unit: how many, how experienced, how broad, how new (Liu & Zou, section 3)."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.indicators.knowledge import entropy


def of_sides(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return how many and how broad the inventors of either side are, by the first owner's side.

    Args:
        rows: unit, side and the columns of :func:`inventors`.
        last_year: as for :func:`inventors`.
        recent_years: as for :func:`inventors`.

    Returns:
        unit; domestic_ and foreign_ inventor_count and inventor_breadth.
    """
    sided = rows.where(F.col("side").isNotNull()).withColumn(
        "unit", F.concat("side", F.lit("|"), "unit")
    )
    found = inventors(sided, last_year=last_year, recent_years=recent_years)
    side = F.substring_index("unit", "|", 1)
    unit = F.substr("unit", F.length(side) + 2)
    figures = [
        F.max(F.when(F.col("side") == one, F.col(name))).alias(f"{one}_{name}")
        for one in ("domestic", "foreign")
        for name in ("inventor_count", "inventor_breadth")
    ]
    return (
        found.withColumns({"side": side, "_unit": unit})
        .groupBy(F.col("_unit").alias("unit"))
        .agg(*figures)
    )


def inventors(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return what a unit's patents say of its inventors, who are told apart by name only.

    Args:
        rows: unit, publication_number, year, inventors, groups.
        last_year: the last year that counts as observed.
        recent_years: the span in which somebody is new.

    Returns:
        unit; inventor_count; inventor_stock, patents per inventor (knowledge stock);
        inventor_breadth, the mean entropy of an inventor's IPC main groups (Jaffe 1989, technology
        spread); newcomer_share, of those active in the recent years the share that was not before.
    """
    each = rows.select(
        "unit", "publication_number", "year", "groups", F.explode("inventors").alias("inventor")
    )
    activity = each.groupBy("unit", "inventor").agg(
        F.count_distinct("publication_number").alias("patents"),
        F.min("year").alias("first_year"),
        F.max("year").alias("last_year"),
    )
    breadth = (
        each.select("unit", "inventor", F.explode("groups").alias("group"))
        .groupBy("unit", "inventor", "group")
        .count()
        .groupBy("unit", "inventor")
        .agg(entropy(F.col("count")).alias("breadth"))
    )
    begin = F.lit(last_year - recent_years)
    is_active = F.col("last_year") > begin
    is_new = F.col("first_year") > begin
    return (
        activity.join(breadth, on=["unit", "inventor"], how="left")
        .groupBy("unit")
        .agg(
            F.count(F.lit(1)).alias("inventor_count"),
            F.avg("patents").alias("inventor_stock"),
            F.avg("breadth").alias("inventor_breadth"),
            F.avg(F.when(is_active, is_new.cast("double"))).alias("newcomer_share"),
        )
    )
