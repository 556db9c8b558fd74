"""Citation rows: the incident network of the key patents, and the bulk that does not touch it.

Bulk citations are made from the cited side, so that each publication's number of citations is
known from its place alone, and, for prior art outside the corpus, from the citing side.
"""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.synthetic.draws import Draws
from patentcore.synthetic.identity import DOUBLE, FAILS_CITATIONS, FAILS_CLAIMS, with_identity
from patentcore.synthetic.network import KeyLayer
from patentcore.synthetic.timeline import Timeline, div

MOST_CITATIONS, MOST_PRIOR_ART = 250, 12


def bulk_cited_by(timeline: Timeline) -> Column:
    """Citations that a place receives from the bulk, given ``t`` and ``depth``."""
    draws = Draws(timeline.seed, F.col("t"))
    drawn = draws.heavy_tailed(1.35, MOST_CITATIONS, "cited by")
    # Citations take time to come: the window behind the place bounds their number.
    drawn = F.least(drawn, div(_window(timeline), 2) + 1)
    uncited = F.when(F.col("depth") < FAILS_CLAIMS + 1, draws.chance(35, "uncited")).otherwise(
        draws.chance(12, "uncited")
    )
    is_outside_bulk = (F.col("depth") >= DOUBLE) | (F.col("depth") == FAILS_CITATIONS)
    return F.when(is_outside_bulk | uncited, F.lit(0)).otherwise(drawn).cast("int")


def prior_art_count(timeline: Timeline) -> Column:
    """Publications outside the corpus that a place cites in the bulk, given ``t`` and ``depth``."""
    draws = Draws(timeline.seed, F.col("t"))
    drawn = draws.one_of([0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 5, MOST_PRIOR_ART], "prior art")
    return F.when(F.col("depth") >= DOUBLE, 0).otherwise(drawn).cast("int")


def _slack(timeline: Timeline) -> int:
    return timeline.rows // 64 + 2


def _window(timeline: Timeline) -> Column:
    """Number of places behind ``t`` in which its citing publications stand."""
    behind = F.lit(timeline.rows + _slack(timeline) - 1) - F.col("t")
    return F.least(behind, F.lit(timeline.rows // 3 + _slack(timeline)))


def bulk_pairs(places: DataFrame, timeline: Timeline) -> DataFrame:
    """Return ``t`` (cited), ``citing`` and ``citing_inside`` for the bulk citations.

    The window behind a cited publication is cut into as many strata as it has citations, and one
    citing publication is drawn from each: so they are distinct.
    """
    edges = places.withColumn("count", bulk_cited_by(timeline)).where(F.col("count") > 0)
    edges = edges.select(
        "t", "count", F.explode(F.sequence(F.lit(0), F.col("count") - 1)).alias("i")
    )
    draws = Draws(timeline.seed, F.col("t") * MOST_CITATIONS + F.col("i"))
    start = div(F.col("i") * _window(timeline), F.col("count"))
    end = div((F.col("i") + 1) * _window(timeline), F.col("count"))
    citing = F.col("t") + 1 + start + draws.below(end - start, "citing")
    edges = edges.withColumn("citing", citing)
    is_bulk = timeline.rank(F.col("citing")) >= timeline.candidates
    inside = (F.col("citing") < timeline.rows) & is_bulk & draws.chance(55, "inside")
    return edges.select("t", "citing", inside.alias("citing_inside"))


def prior_art_pairs(places: DataFrame, timeline: Timeline) -> DataFrame:
    """Return ``t`` (citing) and ``cited``, a shadow place, for the bulk's prior art.

    Places are rounded down to coarser steps for some, which makes a few publications classics;
    the remainder keeps those that one publication cites distinct.
    """
    edges = places.withColumn("count", prior_art_count(timeline)).where(F.col("count") > 0)
    edges = edges.select("t", F.explode(F.sequence(F.lit(0), F.col("count") - 1)).alias("i"))
    draws = Draws(timeline.seed, F.col("t") * 16 + F.col("i"))
    reach = F.lit(timeline.rows // 3)
    age = F.greatest(draws.below(reach, "age"), F.lit(16))
    nearer = div(age * draws.below(1000, "nearness"), 1000) + 16
    step = draws.one_of([16] * 12 + [256] * 3 + [4096], "classic")
    origin = F.col("t") - nearer + F.lit(timeline.rows)
    cited = div(origin, step) * step + F.col("i") - F.lit(timeline.rows)
    return edges.select("t", cited.alias("cited"))


def tally(places: DataFrame, layer: DataFrame, timeline: Timeline) -> DataFrame:
    """Count per place: citations made in the bulk, and made or received in the key network."""
    zero, one = F.lit(0), F.lit(1)
    bulk = bulk_pairs(places, timeline).where("citing_inside")
    layer = layer.where(~F.col("is_planted"))
    parts = [
        bulk.select(F.col("citing").alias("t"), one.alias("cites"), zero.alias("cited_by")),
        layer.where("citing_inside").select(
            F.col("citing").alias("t"), one.alias("cites"), zero.alias("cited_by")
        ),
        layer.where("cited_inside").select(
            F.col("cited").alias("t"), zero.alias("cites"), one.alias("cited_by")
        ),
    ]
    return (
        reduce(DataFrame.unionByName, parts)
        .groupBy("t")
        .agg(
            F.sum("cites").cast("int").alias("tally_cites"),
            F.sum("cited_by").cast("int").alias("tally_cited_by"),
        )
    )


# --- the table ----------------------------------------------------------------------------------


def citation_rows(
    places: DataFrame, edges: DataFrame, layer: KeyLayer, timeline: Timeline
) -> DataFrame:
    """Return the citations table.

    Args:
        places: the places ``t`` with their ``depth``.
        edges: the edges of the key layer.
        layer: the key layer.
        timeline: size and seed.
    """
    pairs = _bulk(places, timeline).unionByName(_prior_art(places, timeline)).unionByName(edges)
    return (
        pairs.transform(_with_number, timeline, layer, "citing")
        .transform(_with_number, timeline, layer, "cited")
        .select(
            F.col("citing_number").alias("citing"),
            F.col("cited_number").alias("cited"),
            F.lit(None).cast("string").alias("category"),
            _origin(timeline).alias("origin"),
        )
    )


def _bulk(places: DataFrame, timeline: Timeline) -> DataFrame:
    return bulk_pairs(places, timeline).select(
        "citing",
        F.col("t").alias("cited"),
        "citing_inside",
        F.lit(True).alias("cited_inside"),
        F.lit(False).alias("is_planted"),
    )


def _prior_art(places: DataFrame, timeline: Timeline) -> DataFrame:
    return prior_art_pairs(places, timeline).select(
        F.col("t").alias("citing"),
        "cited",
        F.lit(True).alias("citing_inside"),
        F.lit(False).alias("cited_inside"),
        F.lit(False).alias("is_planted"),
    )


def _with_number(pairs: DataFrame, timeline: Timeline, layer: KeyLayer, column: str) -> DataFrame:
    """Add ``..._number`` to a column of places: shadows' numbers where ``..._inside`` is false."""
    at_place = pairs.withColumn("t", F.col(column))
    is_shadow = ~F.col(f"{column}_inside")
    numbered = with_identity(at_place, timeline, is_shadow=is_shadow)
    published = F.when(~is_shadow, _published_number(layer))
    number = F.coalesce(published, F.col("publication_number"))
    return numbered.select(*pairs.columns, number.alias(f"{column}_number"))


def _published_number(layer: KeyLayer) -> Column:
    """Return the number that is laid down for a place, null for all but a few."""
    fixed = layer.keys.dropna(subset=["fixed_number"])
    number = F.lit(None).cast("string")
    for t, published in zip(fixed["t"], fixed["fixed_number"], strict=True):
        number = F.when(F.col("t") == int(t), published).otherwise(number)
    return F.when(F.col("t").isin(*map(int, fixed["t"])), number)


def _origin(timeline: Timeline) -> Column:
    """Tell which record names a pair; publications outside the corpus have none."""
    draws = Draws(timeline.seed, F.col("citing") * 31 + F.col("cited"))
    both = draws.one_of(["both"] * 8 + ["cites", "cited_by"], "origin")
    return (
        F.when(F.col("is_planted"), "cites")
        .when(~F.col("citing_inside"), "cited_by")
        .when(~F.col("cited_inside"), "cites")
        .otherwise(both)
    )
