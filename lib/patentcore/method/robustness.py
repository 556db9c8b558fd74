"""How far the ranking hangs on the weights of equation 6, and on raw betweenness alone.

The sum of equation 6 mixes scales, so its ranking may be that of one measure. The weights are
drawn anew around the configured ones and every draw ranks the patents again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

TOP = 10
"""Ranks that count as the top."""

_PERCENTILES = {"rank_p05": 0.05, "rank_median": 0.5, "rank_p95": 0.95}
_SPREAD = (
    *("rank_lowest", "rank_p05", "rank_median", "rank_p95", "rank_highest", "rank_deviation"),
    "top_share",
)


def draw_weights(
    weights: Mapping[str, float], *, samples: int, spread: float, seed: int
) -> list[dict[str, float]]:
    """Draw weights around the given ones.

    Each is multiplied by a factor drawn evenly from 1 - spread to 1 + spread, then all are scaled
    to the given sum. A weight of 0 stays 0.

    Args:
        weights: at least one above 0.
        samples: number of draws.
        spread: 0 to 1.
        seed: of the draws; one seed gives one result everywhere.

    >>> draws = draw_weights({"a": 0.6, "b": 0.4, "c": 0.0}, samples=2, spread=0.5, seed=1)
    >>> [round(sum(draw.values()), 9) for draw in draws], draws[0]["c"]
    ([1.0, 1.0], 0.0)
    """
    given = np.array(list(weights.values()), dtype=float)
    factors = np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (samples, len(given)))
    drawn = given * factors
    # A spread of 1 may draw nothing but zeros only with probability 0.
    drawn *= given.sum() / drawn.sum(axis=1, keepdims=True)
    return [dict(zip(weights, map(float, row), strict=True)) for row in drawn]


def robustness(
    scores: DataFrame,
    draws: Sequence[Mapping[str, float]],
    *,
    weights: Mapping[str, float],
    measures: Mapping[str, str],
) -> DataFrame:
    """Rank the patents under every draw of weights.

    Args:
        scores: publication_number, rank, core_degree, core_degree_scaled and the measures; patents
            without a rank are left out.
        draws: weights by name.
        weights: the configured weights.
        measures: column of each weight's measure.

    Returns:
        the ``robustness`` table, a row a ranked patent.

    >>> scores = spark.createDataFrame(
    ...     [("A", 1, 8.0, 1.0, 10.0, 6.0), ("B", 2, 3.0, 0.5, 2.0, 4.0), ("C", None, *[None] * 4)],
    ...     "publication_number string, rank int, core_degree double, core_degree_scaled double, "
    ...     "betweenness double, popularity double",
    ... )
    >>> weights = {"betweenness": 0.5, "popularity": 0.5}
    >>> robust = robustness(
    ...     scores,
    ...     [{"betweenness": 0.75, "popularity": 0.25}, {"betweenness": 0.25, "popularity": 0.75}],
    ...     weights=weights,
    ...     measures={name: name for name in weights},
    ... )
    >>> robust.select("publication_number", "rank", "rank_lowest", "rank_highest").orderBy(
    ...     "rank"
    ... ).show()
    +------------------+----+-----------+------------+
    |publication_number|rank|rank_lowest|rank_highest|
    +------------------+----+-----------+------------+
    |                 A|   1|          1|           1|
    |                 B|   2|          2|           2|
    +------------------+----+-----------+------------+
    <BLANKLINE>
    """
    ranked = scores.where(F.col("rank").isNotNull())
    used = [name for name, weight in weights.items() if weight > 0]
    values = [F.col(measures[name]).alias(name) for name in used]
    spark = scores.sparkSession
    drawn = spark.createDataFrame(
        [(i, *(float(draw[name]) for name in used)) for i, draw in enumerate(draws)],
        "draw int, " + ", ".join(f"weight_{name} double" for name in used),
    )
    # Ranks tell the patents apart in half the memory that their numbers take.
    sampled = ranked.select("rank", "publication_number", *values).crossJoin(F.broadcast(drawn))
    score = reduce(add, (F.col(f"weight_{name}") * F.col(name) for name in used))
    spreads = (
        sampled.select("draw", "rank", "publication_number", score.alias("score"))
        .withColumn("sampled_rank", _rank_by("score", within=("draw",)))
        .groupBy("rank")
        .agg(*_spread("sampled_rank"), F.sort_array(F.collect_list("sampled_rank")).alias("ranks"))
        .withColumns({name: _percentile("ranks", share) for name, share in _PERCENTILES.items()})
        .select("rank", *_SPREAD)
    )
    columns = [
        F.col("publication_number"),
        F.col("rank"),
        _rank_by("core_degree_scaled").alias("scaled_rank"),
        _betweenness_rank(used, measures).alias("betweenness_rank"),
        _share(used, weights, measures).alias("betweenness_share"),
    ]
    return ranked.select(*columns).join(spreads, on="rank", how="left")


def _rank_by(score: str, within: Sequence[str] = ()) -> Column:
    """Rank as ``rank`` does: descending, ties by publication number."""
    order = Window.partitionBy(*within).orderBy(
        F.col(score).desc_nulls_last(), "publication_number"
    )
    return F.row_number().over(order)


def _spread(rank: str) -> list[Column]:
    return [
        F.min(rank).alias("rank_lowest"),
        F.max(rank).alias("rank_highest"),
        _deviation(rank).alias("rank_deviation"),
        F.avg((F.col(rank) <= TOP).cast("double")).alias("top_share"),
    ]


def _percentile(ranks: str, share: float) -> Column:
    """Return a percentile of sorted ranks, between two of them in proportion, to a hundredth.

    A patent has as many ranks as there are draws, which are few; an engine's own function takes ten
    times as long. Between whole numbers a hundredth's percentile lies on a hundredth.
    """
    place = F.lit(share) * (F.size(ranks) - 1)
    below = F.floor(place).cast("int")
    low, high = F.get(ranks, below), F.get(ranks, F.least(below + 1, F.size(ranks) - 1))
    return F.round(low + (high - low) * (place - below), 2)


def _deviation(rank: str) -> Column:
    """Return the standard deviation of ranks, the same to the bit on every engine.

    It is made of whole sums, which are exact: a running mean hangs on the order of rows, and leaves
    a trace where all ranks are equal.
    """
    whole = F.col(rank).cast("decimal(10,0)")
    count = F.count(rank)
    squares, total = F.sum(whole * whole), F.sum(whole)
    variance = count * squares - total * total
    return F.sqrt(variance.cast("double")) / count


def _betweenness_rank(used: Sequence[str], measures: Mapping[str, str]) -> Column:
    """Rank by betweenness alone; the many without any share the mean of their ranks."""
    if "betweenness" not in used:
        return F.lit(None)
    value = F.col(measures["betweenness"])
    alike = F.count(F.lit(1)).over(Window.partitionBy(value))
    return F.rank().over(Window.orderBy(value.desc())) + (alike - 1) / 2


def _share(
    used: Sequence[str], weights: Mapping[str, float], measures: Mapping[str, str]
) -> Column:
    """Weighted betweenness as a share of the core degree; null where that is 0."""
    if "betweenness" not in used:
        return F.lit(None)
    part = weights["betweenness"] * F.col(measures["betweenness"])
    return F.when(F.col("core_degree") > 0, part / F.col("core_degree"))


def summarise(robust: DataFrame) -> dict[str, Any]:
    """Return the figures of the whole ranking.

    Args:
        robust: what :func:`robustness` returns.

    Returns:
        ranked; of the draws: median_rank_range (half the patents move within fewer ranks, p05 to
        p95), top_stable (of the first ``TOP`` by rank, those in the first ``TOP`` of every draw);
        of each other ranking (``betweenness``, ``scaled``): spearman with the rank and
        top_10_shared, top_100_shared, patents among the first of both (who ties for such a place is
        among them; null where more than that tie and no other is ranked); betweenness_share_median
        over patents with any betweenness. Null where it cannot be known.

    >>> robust = spark.createDataFrame(
    ...     [(1, 1, 2.0, 0.5, 1.0, 3.0, 1.0), (2, 2, 1.0, 0.25, 1.0, 2.0, 0.5)],
    ...     "rank int, scaled_rank int, betweenness_rank double, betweenness_share double, "
    ...     "rank_p05 double, rank_p95 double, top_share double",
    ... )
    >>> found = summarise(robust)
    >>> {name: found[name] for name in ("ranked", "top_stable", "betweenness_spearman")}
    {'ranked': 2, 'top_stable': 1, 'betweenness_spearman': -1.0}
    """
    in_top = F.col("rank") <= TOP
    wanted = [
        F.count(F.lit(1)).alias("ranked"),
        F.percentile(F.col("rank_p95") - F.col("rank_p05"), F.lit(0.5)).alias("median_rank_range"),
        F.count_if(in_top & (F.col("top_share") == 1)).alias("top_stable"),
        F.percentile(
            F.when(F.col("betweenness_share") > 0, F.col("betweenness_share")), F.lit(0.5)
        ).alias("betweenness_share_median"),
    ]
    for other in ("betweenness", "scaled"):
        theirs, place = F.col(f"{other}_rank"), F.col(f"{other}_place")
        robust = robust.withColumn(f"{other}_place", _place(f"{other}_rank"))
        # Pearson's coefficient of ranks, ties at their mean, is Spearman's of the scores.
        deviations = F.stddev_pop(F.when(theirs.isNotNull(), F.col("rank"))) * F.stddev_pop(theirs)
        spearman = F.when(deviations > 0, F.covar_pop("rank", theirs) / deviations)
        wanted.append(spearman.alias(f"{other}_spearman"))
        for top in (10, 100):
            both = (F.col("rank") <= top) & (place <= top)
            is_told = (F.max(place) > 1) | (F.count(theirs).between(1, top))
            wanted.append(F.when(is_told, F.count_if(both)).alias(f"{other}_top_{top}_shared"))
    row = robust.agg(*wanted).first()
    assert row is not None  # an aggregate without groups has one row
    return {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in row.asDict().items()
    }


def _place(rank: str) -> Column:
    """Return the first of the places that those of one mean rank share."""
    alike = F.count(F.lit(1)).over(Window.partitionBy(rank))
    return F.when(F.col(rank).isNotNull(), F.col(rank) - (alike - 1) / 2)
