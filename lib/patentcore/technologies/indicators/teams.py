"""The teams of a unit: whether partners share their people, and how different the teams are."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from patentcore.technologies.indicators.knowledge import entropy


def teams(rows: DataFrame) -> DataFrame:
    """Return what a unit's inventions say of its teams (Liu & Zou, 3.2; paper C).

    A team is led by the inventor of an invention who has most of the unit's (then the first in the
    alphabet). The difference of teams is the part of the unit's breadth that lies between them: the
    Jensen-Shannon divergence of their main groups over the entropy of all (Lin 1991).

    Args:
        rows: unit, publication_number, inventors, groups, holders (owner).

    Returns:
        unit; shared_inventor_share, of its inventors those who invented for two owners or more;
        team_count; team_difference, 0 where all teams have the same main groups and 1 where no two
        share one; null for one team, or one main group.

    >>> rows = spark.createDataFrame(
    ...     [
    ...         ("t", "A", ["LI", "WANG"], ["G06F3"], [("ACME",), ("BOE",)]),
    ...         ("t", "B", ["LI"], ["G06F3"], [("ACME",)]),
    ...         ("t", "C", ["ZHAO"], ["H04L9"], [("ACME",)]),
    ...         ("u", "D", ["LI"], ["G06F3", "H04L9"], [("ACME",)]),
    ...         ("u", "E", ["ZHAO"], ["G06F3", "H04L9"], [("ACME",)]),
    ...     ],
    ...     "unit string, publication_number string, inventors array<string>, "
    ...     "groups array<string>, holders array<struct<owner string>>",
    ... )
    >>> shared = F.round("shared_inventor_share", 2).alias("shared_inventor_share")
    >>> found = teams(rows).orderBy("unit")
    >>> found.select("unit", shared, "team_count", "team_difference").show()
    +----+---------------------+----------+---------------+
    |unit|shared_inventor_share|team_count|team_difference|
    +----+---------------------+----------+---------------+
    |   t|                 0.67|         2|            1.0|
    |   u|                  0.0|         2|            0.0|
    +----+---------------------+----------+---------------+
    <BLANKLINE>
    """
    each = rows.select(
        "unit",
        "publication_number",
        "groups",
        F.array_min("holders.owner").alias("first_owner"),
        F.array_max("holders.owner").alias("last_owner"),
        F.explode("inventors").alias("inventor"),
    )
    # Lists of owners, of which most people have one, would take engines longer.
    is_shared = F.coalesce(F.min("first_owner") < F.max("last_owner"), F.lit(False))
    people = each.groupBy("unit", "inventor").agg(
        F.count(F.lit(1)).alias("stock"), is_shared.alias("is_shared")
    )
    most_first = Window.partitionBy("unit", "publication_number").orderBy(
        F.desc("stock"), "inventor"
    )
    counts = (
        each.join(people, on=["unit", "inventor"], how="inner")
        .withColumn("_place", F.row_number().over(most_first))
        .where(F.col("_place") == 1)
        .select("unit", "inventor", F.explode("groups").alias("group"))
        .groupBy("unit", "inventor", "group")
        .count()
    )
    shared = people.groupBy("unit").agg(
        F.avg(F.col("is_shared").cast("double")).alias("shared_inventor_share")
    )
    return shared.join(_difference(counts), on="unit", how="left")


def _difference(counts: DataFrame) -> DataFrame:
    """Return how many teams there are and how different: unit, inventor, group, count in."""
    within = (
        counts.groupBy("unit", "inventor")
        .agg(F.sum("count").alias("n"), entropy(F.col("count")).alias("h"))
        .groupBy("unit")
        .agg(
            F.count(F.lit(1)).alias("team_count"),
            (F.sum(F.col("n") * F.col("h")) / F.sum("n")).alias("_within"),
        )
    )
    whole = (
        counts.groupBy("unit", "group")
        .agg(F.sum("count").alias("n"))
        .groupBy("unit")
        .agg(F.round(entropy(F.col("n")), 12).alias("_whole"))
    )
    between = 1 - F.col("_within") / F.col("_whole")
    tells = (F.col("team_count") > 1) & (F.col("_whole") > 0)
    return within.join(whole, on="unit", how="inner").select(
        "unit", "team_count", F.when(tells, F.round(F.abs(between), 9)).alias("team_difference")
    )
