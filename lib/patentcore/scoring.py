"""Popularity, main class frequency, core degree and ranking (Zheng & Liu, equations 4 to 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore.symbols import at_level

# Column of each measure by its name among the weights.
MEASURES = {
    "degree": "degree_centrality",
    "betweenness": "betweenness",
    "popularity": "popularity",
    "main_class": "main_class_frequency",
}


def with_popularity(df: DataFrame, *, reference_year: int, citations: Column) -> DataFrame:
    """Add ``popularity`` K = (y + 0.5 q) / (Y - T + 1), equation 4.

    Args:
        df: simple_family, simple_family_size, publication_number, publication_year.
        reference_year: Y.
        citations: y, the citations received.

    The publication year T must be known and not after Y, else popularity is null.
    """
    age = F.lit(reference_year) - F.col("publication_year") + 1
    popularity = (citations + 0.5 * other_family_members()) / age
    return df.withColumn("popularity", F.when(age >= 1, popularity))


def other_family_members() -> Column:
    """Simple family members other than the publication itself (q of equation 4).

    Counted where the export lists members, else the family figure as given, else 0.
    """
    listed = F.size(
        F.array_distinct(
            F.filter("simple_family", lambda member: member != F.col("publication_number"))
        )
    )
    return F.coalesce(
        F.when(F.col("simple_family").isNotNull(), listed), F.col("simple_family_size"), F.lit(0)
    )


def with_main_class(df: DataFrame, *, level: str, key_patent_count: int) -> DataFrame:
    """Add ``main_class``, its count p_m and frequency f_m = 100 p_m / w, equation 5.

    Args:
        df: main_ipc of every key patent.
        level: section, class, subclass, group or symbol.
        key_patent_count: w.
    """
    same_class = Window.partitionBy("main_class")
    known = F.col("main_class").isNotNull()
    return (
        df.withColumn("main_class", at_level(F.col("main_ipc"), level))
        .withColumn("main_class_count", F.when(known, F.count(F.lit(1)).over(same_class)))
        .withColumn(
            "main_class_frequency", 100 * F.col("main_class_count") / F.lit(key_patent_count)
        )
    )


def with_core_degree(df: DataFrame, *, weights: Mapping[str, float]) -> DataFrame:
    """Add ``core_degree``, the weighted sum of equation 6, and its min-max scaled variant.

    A measure that is null makes both null, unless its weight is 0.
    """
    used = {name: weight for name, weight in weights.items() if weight > 0}
    raw = _sum(weight * F.col(MEASURES[name]) for name, weight in used.items())
    scaled = _sum(weight * _min_max(MEASURES[name]) for name, weight in used.items())
    return df.withColumns({"core_degree": raw, "core_degree_scaled": scaled})


def _sum(terms: Iterable[Column]) -> Column:
    return reduce(add, terms, F.lit(0.0))


def _min_max(measure: str) -> Column:
    """Scale a measure to 0..1 over all rows; 0 where all are equal."""
    everything = Window.partitionBy()
    low, high = F.min(measure).over(everything), F.max(measure).over(everything)
    return F.when(F.col(measure).isNull(), None).otherwise(
        F.when(high == low, F.lit(0.0)).otherwise((F.col(measure) - low) / (high - low))
    )


def with_rank(df: DataFrame) -> DataFrame:
    """Add ``rank``: core degree descending, ties by publication number; null where unscored."""
    order = Window.orderBy(F.col("core_degree").desc_nulls_last(), "publication_number")
    return df.withColumn(
        "rank", F.when(F.col("core_degree").isNotNull(), F.row_number().over(order))
    )


def with_missing_reason(
    df: DataFrame, *, reference_year: int, betweenness_is_off: bool = False
) -> DataFrame:
    """Add ``missing_reason``: why a measure is null, or null where none is."""
    year = F.col("publication_year")
    reasons = [
        F.when(year.isNull(), "publication year unknown"),
        F.when(year > reference_year, f"published after the reference year {reference_year}"),
        F.when(F.col("main_class").isNull(), "main class unknown"),
        F.when(F.col("degree").isNull(), "not in the network"),
    ]
    if betweenness_is_off:
        reasons.append(F.lit("betweenness switched off"))
    joined = F.concat_ws("; ", *reasons)
    return df.withColumn("missing_reason", F.when(joined != "", joined))


def score(
    key_patents: DataFrame,
    centrality: DataFrame,
    *,
    reference_year: int,
    popularity_citations: str,
    main_class_level: str,
    weights: Mapping[str, float],
    key_patent_count: int,
    betweenness_is_off: bool = False,
) -> DataFrame:
    """Score and rank the key patents.

    Args:
        key_patents: one row a key patent.
        centrality: id (publication number), in_degree, out_degree, degree, degree_centrality,
            betweenness.
        reference_year: Y of equation 4.
        popularity_citations: ``network`` takes y from the in-degree, ``record`` from the record's
            cited frequency, which also stands in for an in-degree that an undirected network
            does not have.
        main_class_level: level of the main class.
        weights: of degree, betweenness, popularity and main_class.
        key_patent_count: w of equation 5.
        betweenness_is_off: betweenness was not computed and carries no weight.

    Returns:
        the ``scores`` table.
    """
    received = F.coalesce(F.col("family_cited_by_count"), F.col("cited_by_count"), F.lit(0))
    if popularity_citations == "network":
        received = F.coalesce(F.col("in_degree"), received)
    if betweenness_is_off:
        weights = {**weights, "betweenness": 0.0}
    needed = key_patents.select(
        "publication_number",
        "main_ipc",
        "simple_family",
        "simple_family_size",
        "cited_by_count",
        "family_cited_by_count",
        F.year("publication_date").alias("publication_year"),
    )
    return (
        needed.join(
            centrality.withColumnRenamed("id", "publication_number"),
            on="publication_number",
            how="left",
        )
        .transform(with_popularity, reference_year=reference_year, citations=received)
        .transform(with_main_class, level=main_class_level, key_patent_count=key_patent_count)
        .transform(with_core_degree, weights=weights)
        .transform(with_rank)
        .transform(
            with_missing_reason,
            reference_year=reference_year,
            betweenness_is_off=betweenness_is_off,
        )
    )
