"""Who leads a technology: the paper's "research and development units", and countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.window import WindowSpec

from patentcore.technologies.owners import owners


def leaders(members: DataFrame, holders: DataFrame, facts: DataFrame) -> DataFrame:
    """Return the owners of each technology's inventions, ranked within their side.

    The shares of owners in all quality inventions, of known side or not, are what a risk of
    monopoly is read from: that of the first.

    Args:
        members: unit, publication_number (the invention's).
        holders: publication_number, name, country, side, side_source, sector, share.
        facts: publication_number, is_quality, weight, is_key.

    Returns:
        unit, side, rank (by inventions, then quality, then name), owner, country, sector,
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
    share = F.col("share")
    owned = (
        _owned(members, holders, facts)
        .groupBy("unit", F.col("name").alias("owner"))
        .agg(
            *(
                F.mode(name, deterministic=True).alias(name)
                for name in ("side", "country", "sector", "side_source")
            ),
            F.round(F.sum(share), 9).alias("patents"),
            F.round(F.sum(F.when(F.col("is_key"), share).otherwise(0.0)), 9).alias("key_patents"),
            F.round(F.sum("quality"), 9).alias("quality"),
        )
    )
    in_order = (F.desc("patents"), F.desc("quality"), "owner")
    total = F.nullif(F.sum("quality").over(Window.partitionBy("unit")), F.lit(0.0))
    return owned.select(
        "unit",
        "side",
        F.row_number().over(Window.partitionBy("unit", "side").orderBy(*in_order)).alias("rank"),
        *("owner", "country", "sector", "side_source", "patents", "key_patents", "quality"),
        F.round(F.col("quality") / total, 9).alias("quality_share"),
    )


def _owned(members: DataFrame, holders: DataFrame, facts: DataFrame) -> DataFrame:
    """Return the owners of each unit's inventions with ``quality``, their part of those of it."""
    weights = facts.select("publication_number", "is_quality", "weight", "is_key")
    quality = F.when(F.col("is_quality"), F.col("share") * F.col("weight")).otherwise(0.0)
    return (
        members.join(weights, on="publication_number", how="inner")
        .join(holders, on="publication_number", how="inner")
        .withColumn("quality", quality)
    )


def countries(
    members: DataFrame,
    holders: DataFrame,
    facts: DataFrame,
    of_corpus: DataFrame,
    *,
    fewest: int,
) -> DataFrame:
    """Return the countries of each technology's owners with their specialisation.

    The index is the revealed technological advantage (Soete 1987): a country's share of the
    technology's inventions over its share of the corpus's; 1 is as much as usual. Owners without a
    country are left out of both.

    Args:
        members: unit, publication_number (the invention's).
        holders: publication_number, country, share of owners.
        facts: publication_number, is_quality, weight, is_key.
        of_corpus: country, share of the owners of a sample of the corpus.
        fewest: a technology of fewer inventions has no index.

    >>> members = spark.createDataFrame(
    ...     [("laser", "A"), ("laser", "B")], "unit string, publication_number string"
    ... )
    >>> owned = "publication_number string, country string, share double"
    >>> holders = spark.createDataFrame([("A", "KR", 1.0), ("B", "CN", 1.0)], owned)
    >>> corpus = spark.createDataFrame(
    ...     [("A", "KR", 1.0)] + [(f"{i}", "CN", 1.0) for i in range(4)], owned
    ... )
    >>> facts = spark.createDataFrame(
    ...     [("A", True, 1.0, True), ("B", False, 1.0, False)],
    ...     "publication_number string, is_quality boolean, weight double, is_key boolean",
    ... )
    >>> countries(members, holders, facts, corpus, fewest=2).orderBy("rank").show()
    +-----+-------+----+-------+-----+--------------+-------+-------------+
    | unit|country|rank|patents|share|specialisation|quality|quality_share|
    +-----+-------+----+-------+-----+--------------+-------+-------------+
    |laser|     KR|   1|    1.0|  0.5|           2.5|    1.0|          1.0|
    |laser|     CN|   2|    1.0|  0.5|         0.625|    0.0|          0.0|
    +-----+-------+----+-------+-----+--------------+-------+-------------+
    <BLANKLINE>
    """
    usual = (
        of_corpus.where(F.col("country").isNotNull())
        .groupBy("country")
        .agg(F.round(F.sum("share"), 9).alias("_of_country"))
        .withColumn("_usual", _part_of("_of_country", Window.partitionBy(F.lit(1))))
    )
    counted = (
        _owned(members, holders, facts)
        .where(F.col("country").isNotNull())
        .groupBy("unit", "country")
        .agg(
            F.round(F.sum("share"), 9).alias("patents"),
            F.round(F.sum("quality"), 9).alias("quality"),
        )
        .join(F.broadcast(usual), on="country", how="left")
    )
    of_unit = Window.partitionBy("unit")
    in_order = of_unit.orderBy(F.desc("quality"), F.desc("patents"), "country")
    share = _part_of("patents", of_unit)
    return counted.select(
        "unit",
        "country",
        F.row_number().over(in_order).alias("rank"),
        "patents",
        F.round(share, 9).alias("share"),
        F.when(F.sum("patents").over(of_unit) >= fewest, F.round(share / F.col("_usual"), 9)).alias(
            "specialisation"
        ),
        "quality",
        F.round(_part_of("quality", of_unit), 9).alias("quality_share"),
    )


def _part_of(name: str, of_all: WindowSpec) -> Column:
    return F.col(name) / F.nullif(F.sum(name).over(of_all), F.lit(0.0))


def leads(
    led: DataFrame,
    of_countries: DataFrame,
    *,
    kinds: Mapping[Any, Sequence[str]] | None = None,
) -> DataFrame:
    """Return who leads on the domestic side, and how much the first owner and country hold.

    Args:
        led: as from :func:`leaders`.
        of_countries: as from :func:`countries`.
        kinds: names of owners by kind, which come before the curated list; case does not count.

    Returns:
        unit, domestic_lead, actual_lead (its kind by these, else by its sector), is_lead_open
        (before it stands an owner of unknown side and of another kind), first_owner_share,
        first_country_share (of the quality inventions).

    >>> led = spark.createDataFrame(
    ...     [("laser", "domestic", 1, "BYD", "enterprise", 2.0, 3.0, 0.2),
    ...      ("laser", "foreign", 1, "LG", "enterprise", 5.0, 5.0, 0.5),
    ...      ("laser", None, 1, "ACME UNIV", "university", 2.0, 4.0, 0.2)],
    ...     "unit string, side string, rank int, owner string, sector string, quality double, "
    ...     "patents double, quality_share double",
    ... )
    >>> of_countries = spark.createDataFrame(
    ...     [("laser", 0.5)], "unit string, quality_share double"
    ... )
    >>> found = leads(led, of_countries)
    >>> found.select("domestic_lead", "actual_lead", "is_lead_open", "first_owner_share").show()
    +-------------+------------------+------------+-----------------+
    |domestic_lead|       actual_lead|is_lead_open|first_owner_share|
    +-------------+------------------+------------+-----------------+
    |          BYD|leading enterprise|        true|              0.5|
    +-------------+------------------+------------+-----------------+
    <BLANKLINE>
    >>> found = leads(led, of_countries, kinds={"state organisation": ["Byd"]})
    >>> found.first()["actual_lead"]
    'state organisation'
    """
    is_first = (F.col("side") == "domestic") & (F.col("rank") == 1)
    kind = F.coalesce(_listed_kind(F.col("owner"), kinds or {}), _kind_of_sector(F.col("sector")))
    of_unit = Window.partitionBy("unit")
    first = {
        name: F.max(F.when(is_first, F.col(name))).over(of_unit) for name in ("quality", "patents")
    }
    is_ahead = (F.col("patents") > first["patents"]) | (
        (F.col("patents") == first["patents"]) & (F.col("quality") >= first["quality"])
    )
    lead = F.max(F.when(is_first, kind)).over(of_unit)
    is_other = F.col("side").isNull() & is_ahead & ~F.coalesce(kind == lead, F.lit(False))
    of_owners = (
        led.withColumns({"kind": kind, "is_other": is_other})
        .groupBy("unit")
        .agg(
            F.max(F.when(is_first, F.col("owner"))).alias("domestic_lead"),
            F.max(F.when(is_first, F.col("kind"))).alias("actual_lead"),
            F.coalesce(F.max("is_other"), F.lit(False)).alias("is_lead_open"),
            F.max("quality_share").alias("first_owner_share"),
        )
    )
    most = of_countries.groupBy("unit").agg(F.max("quality_share").alias("first_country_share"))
    return of_owners.join(most, on="unit", how="left")


def _listed_kind(owner: Column, given: Mapping[Any, Sequence[str]]) -> Column:
    curated: dict[str, list[str]] = {}
    for one in owners():
        curated.setdefault(one.kind, []).append(one.name)
    verdict = F.lit(None).cast("string")
    for kinds in (curated, given):
        for kind, names in kinds.items():
            is_one = F.upper(owner).isin([name.upper() for name in names])
            verdict = F.when(is_one, str(kind)).otherwise(verdict)
    return verdict


def _kind_of_sector(sector: Column) -> Column:
    return (
        F.when(sector == "government", "state organisation")
        .when(sector == "enterprise", "enterprise that no list names")
        .otherwise(sector)
    )
