"""What the three causes of an absence (paper M, section 2.2) look like in patents; all ours."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.owners import owners

# Fewer citations than this between inventions of known side tell no dependence.
FEWEST_CITATIONS = 10
_STATE_SECTORS = ("institute", "government")


def is_state(owner: Column, sector: Column) -> Column:
    """Tell whether an owner is a state organisation by the curated list, or an institute.

    >>> df = spark.createDataFrame(
    ...     [("ACME", "enterprise"), ("INSTITUTE OF OPTICS", "institute")],
    ...     "owner string, sector string",
    ... )
    >>> df.select(is_state(F.col("owner"), F.col("sector")).alias("is_state")).show()
    +--------+
    |is_state|
    +--------+
    |   false|
    |    true|
    +--------+
    <BLANKLINE>
    """
    listed = [one.name for one in owners() if one.kind == "state organisation"]
    return owner.isin(listed) | F.coalesce(sector.isin(*_STATE_SECTORS), F.lit(False))


def subjects(rows: DataFrame, *, fewest: int) -> DataFrame:
    """Return who holds the domestic quality inventions: the state's organisations, or enterprises.

    Args:
        rows: unit, holders (owner, side, share, sector), is_quality, weight.
        fewest: least number of such inventions; of fewer nothing is told.

    Returns:
        unit, state_quality_share: state organisations and institutes / those and enterprises.

    >>> holders = "array<struct<owner string, side string, share double, sector string>>"
    >>> rows = spark.createDataFrame(
    ...     [("laser", [("ACME", "domestic", 1.0, "enterprise")], True, 3.0),
    ...      ("laser", [("INSTITUTE OF OPTICS", "domestic", 1.0, "institute")], True, 1.0)],
    ...     f"unit string, holders {holders}, is_quality boolean, weight double",
    ... )
    >>> subjects(rows, fewest=2).show()
    +-----+-------------------+
    | unit|state_quality_share|
    +-----+-------------------+
    |laser|               0.25|
    +-----+-------------------+
    <BLANKLINE>
    """
    owned = (
        rows.where(F.col("is_quality"))
        .select("unit", "weight", F.explode("holders").alias("one"))
        .where(F.col("one.side") == "domestic")
    )
    state = is_state(F.col("one.owner"), F.col("one.sector"))
    is_told = state | (F.col("one.sector") == "enterprise")
    part = F.when(is_told, F.col("one.share") * F.col("weight"))
    told = F.round(F.sum(F.when(is_told, F.col("one.share"))), 9)
    share = F.round(F.sum(F.when(state, part).otherwise(0.0)) / F.nullif(F.sum(part), F.lit(0)), 9)
    return owned.groupBy("unit").agg(F.when(told >= fewest, share).alias("state_quality_share"))


def dependence(rows: DataFrame, links: DataFrame) -> DataFrame:
    """Return whose inventions the domestic side of a unit cites, by first owners.

    Args:
        rows: unit, publication_number, side.
        links: unit, citing, cited: citations within the unit.

    Returns:
        unit, foreign_cited_share: of the cited inventions of known side.

    >>> rows = spark.createDataFrame(
    ...     [("laser", "A", "domestic"), ("laser", "B", "domestic")]
    ...     + [("laser", f"X{i}", "foreign") for i in range(9)],
    ...     "unit string, publication_number string, side string",
    ... )
    >>> pairs = [("laser", "A", "B")] + [("laser", "A", f"X{i}") for i in range(9)]
    >>> links = spark.createDataFrame(pairs, "unit string, citing string, cited string")
    >>> dependence(rows, links).show()
    +-----+-------------------+
    | unit|foreign_cited_share|
    +-----+-------------------+
    |laser|                0.9|
    +-----+-------------------+
    <BLANKLINE>
    """

    def end(name: str) -> DataFrame:
        return rows.select(
            "unit", F.col("publication_number").alias(name), F.col("side").alias(f"{name}_side")
        )

    sided = (
        links.select("unit", "citing", "cited")
        .join(end("citing"), on=["unit", "citing"], how="inner")
        .join(end("cited"), on=["unit", "cited"], how="inner")
        .where((F.col("citing_side") == "domestic") & F.col("cited_side").isNotNull())
    )
    share = F.avg((F.col("cited_side") == "foreign").cast("double"))
    return sided.groupBy("unit").agg(
        F.when(F.count(F.lit(1)) >= FEWEST_CITATIONS, share).alias("foreign_cited_share")
    )
