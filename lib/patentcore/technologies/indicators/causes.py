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

    What subject dislocation (paper M, 2.2.1) is read from; ours.

    Args:
        rows: unit, holders (owner, side, share, sector), is_quality, weight.
        fewest: least number of such inventions; of fewer nothing is told.

    Returns:
        unit, state_quality_share: state organisations and institutes / those and enterprises;
        state_quality_bound: the same with the owners of unknown side.

    >>> holders = "array<struct<owner string, side string, share double, sector string>>"
    >>> rows = spark.createDataFrame(
    ...     [("laser", [("ACME", "domestic", 1.0, "enterprise")], True, 3.0),
    ...      ("laser", [("INSTITUTE OF OPTICS", "domestic", 1.0, "institute")], True, 1.0)],
    ...     f"unit string, holders {holders}, is_quality boolean, weight double",
    ... )
    >>> more = [("laser", [("BETA", None, 1.0, "enterprise")], True, 4.0)]
    >>> rows = rows.union(spark.createDataFrame(more, rows.schema))
    >>> subjects(rows, fewest=2).show()
    +-----+-------------------+-------------------+
    | unit|state_quality_share|state_quality_bound|
    +-----+-------------------+-------------------+
    |laser|               0.25|              0.125|
    +-----+-------------------+-------------------+
    <BLANKLINE>
    """
    owned = (
        rows.where(F.col("is_quality"))
        .select("unit", "weight", F.explode("holders").alias("one"))
        .where(F.coalesce(F.col("one.side") == "domestic", F.lit(True)))
    )
    state = is_state(F.col("one.owner"), F.col("one.sector"))
    is_told = state | (F.col("one.sector") == "enterprise")
    is_domestic = F.col("one.side").isNotNull()
    part = F.when(is_told, F.col("one.share") * F.col("weight"))
    told = F.round(F.sum(F.when(is_told & is_domestic, F.col("one.share"))), 9)

    def share(of: Column) -> Column:
        of_state = F.sum(F.when(state & of, part).otherwise(0.0))
        return F.round(of_state / F.nullif(F.sum(F.when(of, part)), F.lit(0)), 9)

    return owned.groupBy("unit").agg(
        F.when(told >= fewest, share(is_domestic)).alias("state_quality_share"),
        F.when(told >= fewest, share(F.lit(True))).alias("state_quality_bound"),
    )


def dependence(rows: DataFrame, links: DataFrame) -> DataFrame:
    """Return whose inventions the domestic side of a unit cites, by first owners.

    What path dependence (paper M, 2.2.2) is read from; ours.

    Args:
        rows: unit, publication_number, side.
        links: unit, citing, cited: citations within the unit.

    Returns:
        unit, foreign_cited_share: of the cited inventions of known side; foreign_cited_share_low:
        were all of unknown side domestic, whether they cite or are cited;
        foreign_cited_share_high: were they foreign.

    >>> rows = spark.createDataFrame(
    ...     [("laser", "A", "domestic"), ("laser", "B", "domestic")]
    ...     + [("laser", f"X{i}", "foreign") for i in range(9)],
    ...     "unit string, publication_number string, side string",
    ... )
    >>> rows = rows.union(spark.createDataFrame([("laser", "U", None)], rows.schema))
    >>> pairs = [("laser", "A", "B")] + [("laser", "A", f"X{i}") for i in range(9)]
    >>> pairs += [("laser", "A", "U"), ("laser", "U", "B")]
    >>> links = spark.createDataFrame(pairs, "unit string, citing string, cited string")
    >>> found = dependence(rows, links)
    >>> found.select([F.round(name, 3).alias(name) for name in found.columns[1:]]).show()
    +-------------------+-----------------------+------------------------+
    |foreign_cited_share|foreign_cited_share_low|foreign_cited_share_high|
    +-------------------+-----------------------+------------------------+
    |                0.9|                   0.75|                   0.909|
    +-------------------+-----------------------+------------------------+
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
        .where(F.coalesce(F.col("citing_side") == "domestic", F.lit(True)))
    )
    is_foreign, is_known = F.col("cited_side") == "foreign", F.col("cited_side").isNotNull()
    cites = F.col("citing_side").isNotNull()
    enough = F.count_if(cites & is_known) >= FEWEST_CITATIONS

    def share(where: Column, of: Column) -> Column:
        return F.when(enough, F.avg(F.when(where, of.cast("double"))))

    return sided.groupBy("unit").agg(
        share(cites & is_known, is_foreign).alias("foreign_cited_share"),
        share(F.lit(True), is_known & is_foreign).alias("foreign_cited_share_low"),
        share(cites, ~is_known | is_foreign).alias("foreign_cited_share_high"),
    )
