"""How strong the domestic and the foreign side are in a technology, with bounds."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.verdicts import Thresholds


def with_strengths(units: DataFrame, limits: Thresholds) -> DataFrame:
    """Add the sides' shares of quality inventions with their bounds, and ``*_is_strong``.

    A side is strong with a share at least ``strong_share`` and a maturity at least
    ``strong_maturity``; its maturity is that of its own inventions, else of all where those are
    too few to fit. Bounds of a share: what is of unknown side is all the other side's, or all its
    own. A side is strong or weak only where it is at both bounds of its share and both ends of
    the interval of its maturity; where that interval spans the limit the catalogue's stage decides.
    Null otherwise, and where too few inventions pass the technicality steps, unless a side has no
    invention at all (:func:`has_none`): then it is weak.

    Args:
        units: domestic_quality, foreign_quality, unknown_quality, quality_count, said_stage,
            maturity_low, maturity_high and both for each side, and the columns of :func:`has_none`.
        limits: the thresholds.

    >>> units = spark.createDataFrame(
    ...     [
    ...         ("laser", 1.0, 8.0, 1.0, 10, 0.2, 0.4, 4.0),
    ...         ("wafer", 3.0, 4.0, 3.0, 10, 0.2, 0.4, 4.0),
    ...         ("young", 5.0, 5.0, 0.0, 10, 0.01, 0.4, 5.0),
    ...         ("few", 1.0, 1.0, 0.0, 2, 0.01, 0.05, 5.0),
    ...         ("none", 0.0, 2.0, 0.0, 2, 0.01, 0.05, 0.0),
    ...     ],
    ...     "unit string, domestic_quality double, foreign_quality double, "
    ...     "unknown_quality double, quality_count int, maturity_low double, "
    ...     "maturity_high double, domestic_count double",
    ... ).selectExpr(
    ...     "*", "cast(null as string) said_stage", "20 patent_count",
    ...     "20 - domestic_count foreign_count", "0.0D unknown_side_count",
    ...     *(
    ...         f"cast(null as double) {side}_maturity_{end}"
    ...         for side in ("domestic", "foreign") for end in ("low", "high")
    ...     ),
    ... )
    >>> limits = {
    ...     "strong_share": 0.3,
    ...     "strong_maturity": 0.1,
    ...     "min_quality_patents": 5,
    ...     "min_patents": 10,
    ... }
    >>> found = with_strengths(units, limits)
    >>> shares = ("domestic_share", "domestic_share_low", "domestic_share_high")
    >>> found.select("unit", *(F.round(name, 2).alias(name) for name in shares)).show()
    +-----+--------------+------------------+-------------------+
    | unit|domestic_share|domestic_share_low|domestic_share_high|
    +-----+--------------+------------------+-------------------+
    |laser|          0.11|               0.1|                0.2|
    |wafer|          0.43|               0.3|                0.6|
    |young|           0.5|               0.5|                0.5|
    |  few|          NULL|              NULL|               NULL|
    | none|          NULL|              NULL|               NULL|
    +-----+--------------+------------------+-------------------+
    <BLANKLINE>
    >>> found.select("unit", "domestic_is_strong", "foreign_is_strong").show()
    +-----+------------------+-----------------+
    | unit|domestic_is_strong|foreign_is_strong|
    +-----+------------------+-----------------+
    |laser|             false|             true|
    |wafer|              true|             true|
    |young|              NULL|             NULL|
    |  few|              NULL|             NULL|
    | none|             false|             NULL|
    +-----+------------------+-----------------+
    <BLANKLINE>
    """
    known = F.col("domestic_quality") + F.col("foreign_quality")
    total = known + F.col("unknown_quality")
    enough = F.col("quality_count") >= limits["min_quality_patents"]
    shares: dict[str, Column] = {"known_quality_share": F.when(total > 0, known / total)}
    for side in ("domestic", "foreign"):
        own = F.col(f"{side}_quality")
        shares[f"{side}_share"] = F.when(enough & (known > 0), own / known)
        shares[f"{side}_share_low"] = F.when(enough & (total > 0), own / total)
        shares[f"{side}_share_high"] = F.when(
            enough & (total > 0), (own + F.col("unknown_quality")) / total
        )
    return units.withColumns(shares).withColumns(
        {f"{side}_is_strong": _is_strong(side, enough, limits) for side in ("domestic", "foreign")}
    )


def _is_strong(side: str, enough: Column, limits: Thresholds) -> Column:
    """Three-valued: a share that is too small makes a side weak whatever its maturity."""
    at_least = [
        F.round(f"{side}_share_{end}", 12) >= limits["strong_share"] for end in ("low", "high")
    ]
    share = F.when(at_least[0] == at_least[1], at_least[0])
    low, high = _maturity(side)
    said = F.when(F.col("said_stage").isNotNull(), F.col("said_stage") != "emerging")
    limit = limits["strong_maturity"]
    is_grown = F.when(low >= limit, True).when(high < limit, False).otherwise(said)
    return F.when(has_none(side, limits), False).when(enough, share & is_grown)


def has_none(side: str, limits: Thresholds) -> Column:
    """Tell whether no invention can be a side's, in a technology that has enough of them.

    Its share is then nought whatever of them are of quality, and however many.

    Args:
        side: domestic or foreign; read are patent_count, unknown_side_count and the side's count.
        limits: the thresholds.

    >>> counts = [("chip", 45, 0.0, 0.0), ("laser", 30, 0.0, 1.0), ("lens", 9, 0.0, 0.0)]
    >>> units = spark.createDataFrame(
    ...     counts,
    ...     "unit string, patent_count int, domestic_count double, unknown_side_count double",
    ... )
    >>> units.select("unit", has_none("domestic", {"min_patents": 10}).alias("has_none")).show()
    +-----+--------+
    | unit|has_none|
    +-----+--------+
    | chip|    true|
    |laser|   false|
    | lens|   false|
    +-----+--------+
    <BLANKLINE>
    """
    most = F.round(F.col(f"{side}_count") + F.col("unknown_side_count"), 9)
    return F.coalesce((F.col("patent_count") >= limits["min_patents"]) & (most == 0), F.lit(False))


def _maturity(side: str) -> tuple[Column, Column]:
    """Ends of the interval of a side's own maturity, else of that of all."""
    low, high = (F.coalesce(f"{side}_maturity_{end}", f"maturity_{end}") for end in ("low", "high"))
    return low, high


def rests_on_said(limits: Thresholds, sides: Sequence[str]) -> Column:
    """Tell whether filings leave open how grown a side is, so that the catalogue's stage decides.

    Args:
        limits: the thresholds.
        sides: domestic, foreign or both.
    """
    limit = limits["strong_maturity"]
    is_open = F.lit(False)
    for side in sides:
        low, high = _maturity(side)
        is_told = F.coalesce((low >= limit) | (high < limit), F.lit(False))
        # A small share makes a side weak without that.
        may_be_strong = F.round(f"{side}_share_high", 12) >= limits["strong_share"]
        is_open = is_open | F.coalesce(may_be_strong & ~is_told, F.lit(False))
    return is_open
