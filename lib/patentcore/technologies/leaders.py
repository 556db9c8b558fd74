"""Who leads a technology on either side: the paper's "research and development units"."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def leaders(members: DataFrame, holders: DataFrame, facts: DataFrame) -> DataFrame:
    """Return the owners of each technology's inventions, ranked within their side.

    The shares of owners in all quality inventions, of known side or not, are what a risk of
    monopoly is read from: that of the first.

    Args:
        members: unit, publication_number (the invention's).
        holders: publication_number, name, country, side, side_source, sector, share.
        facts: publication_number, is_quality, weight, is_key.

    Returns:
        unit, side, rank (by quality, then inventions, then name), owner, country, sector,
        side_source (the commonest of each), patents and key_patents (fractions), quality (of those
        that pass the technicality steps, each weighted by 1 plus its scaled core degree),
        quality_share.

    >>> members = spark.createDataFrame(
    ...     [("laser", "A"), ("laser", "B")], "unit string, publication_number string"
    ... )
    >>> holders = spark.createDataFrame(
    ...     [("A", "LG", "KR", "foreign", 0.5), ("A", "BYD", "CN", "domestic", 0.5),
    ...      ("B", "LG", "KR", "foreign", 1.0)],
    ...     "publication_number string, name string, country string, side string, share double",
    ... ).withColumns({"side_source": F.lit("name"), "sector": F.lit("enterprise")})
    >>> facts = spark.createDataFrame(
    ...     [("A", True, 2.0, True), ("B", False, 1.0, False)],
    ...     "publication_number string, is_quality boolean, weight double, is_key boolean",
    ... )
    >>> found = leaders(members, holders, facts).orderBy("side")
    >>> found.select("side", "rank", "owner", "patents", "quality", "quality_share").show()
    +--------+----+-----+-------+-------+-------------+
    |    side|rank|owner|patents|quality|quality_share|
    +--------+----+-----+-------+-------+-------------+
    |domestic|   1|  BYD|    0.5|    1.0|          0.5|
    | foreign|   1|   LG|    1.5|    1.0|          0.5|
    +--------+----+-----+-------+-------+-------------+
    <BLANKLINE>
    """
    weights = facts.select("publication_number", "is_quality", "weight", "is_key")
    share = F.col("share")
    quality = F.when(F.col("is_quality"), share * F.col("weight")).otherwise(0.0)
    owned = (
        members.join(weights, on="publication_number", how="inner")
        .join(holders, on="publication_number", how="inner")
        .groupBy("unit", F.col("name").alias("owner"))
        .agg(
            *(
                F.mode(name, deterministic=True).alias(name)
                for name in ("side", "country", "sector", "side_source")
            ),
            F.round(F.sum(share), 9).alias("patents"),
            F.round(F.sum(F.when(F.col("is_key"), share).otherwise(0.0)), 9).alias("key_patents"),
            F.round(F.sum(quality), 9).alias("quality"),
        )
    )
    in_order = (F.desc("quality"), F.desc("patents"), "owner")
    total = F.nullif(F.sum("quality").over(Window.partitionBy("unit")), F.lit(0.0))
    return owned.select(
        "unit",
        "side",
        F.row_number().over(Window.partitionBy("unit", "side").orderBy(*in_order)).alias("rank"),
        *("owner", "country", "sector", "side_source", "patents", "key_patents", "quality"),
        F.round(F.col("quality") / total, 9).alias("quality_share"),
    )
