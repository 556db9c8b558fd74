"""Popularity, main class frequency, core degree and ranking (Zheng & Liu, equations 4 to 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore.words.lists import without_nulls
from patentcore.words.symbols import at_level

# Column of each measure by its name among the weights.
MEASURES = {
    "degree": "degree_centrality",
    "betweenness": "betweenness",
    "popularity": "popularity",
    "main_class": "main_class_frequency",
}


def with_popularity(
    df: DataFrame, *, reference_year: int, citations: Column, family_members: str = "listed"
) -> DataFrame:
    """Add ``popularity`` K = (y + 0.5 q) / (Y - T + 1), equation 4.

    The publication year T must be known and not after Y, and neither number below 0, else
    popularity is null.

    Args:
        df: publication_number, publication_year, simple_family, simple_family_size.
        reference_year: Y.
        citations: y, the citations received.
        family_members: what q is, as for :func:`other_family_members`.

    >>> df = spark.createDataFrame(
    ...     [("CN1A", 2020, 7, 2), ("CN2A", 2024, 7, 2), ("CN3A", 2020, 7, -100)],
    ...     "publication_number string, publication_year int, received int, simple_family_size int",
    ... ).withColumn("simple_family", F.lit(None).cast("array<string>"))
    >>> df.transform(with_popularity, reference_year=2023, citations=F.col("received")).drop(
    ...     "simple_family"
    ... ).show()
    +------------------+----------------+--------+------------------+----------+
    |publication_number|publication_year|received|simple_family_size|popularity|
    +------------------+----------------+--------+------------------+----------+
    |              CN1A|            2020|       7|                 2|       2.0|
    |              CN2A|            2024|       7|                 2|      NULL|
    |              CN3A|            2020|       7|              -100|      NULL|
    +------------------+----------------+--------+------------------+----------+
    <BLANKLINE>
    """
    age = F.lit(reference_year) - F.col("publication_year") + 1
    members = other_family_members(family_members)
    popularity = (citations + 0.5 * members) / age
    is_known = (age >= 1) & (citations >= 0) & (members >= 0)
    return df.withColumn("popularity", F.when(is_known, popularity))


def other_family_members(reading: str = "listed") -> Column:
    """Members of the simple family, q of equation 4; 0 where nothing is known of it.

    Args:
        reading: ``listed`` counts the members other than the publication where they are listed,
            and else takes the figure as given; ``others`` then takes one from the figure, which
            counts the publication itself; ``whole`` does likewise, also where that is more
            than what is listed, which then is a part of the family; ``as_given`` takes the
            figure wherever there is one.

    Raises:
        ValueError: the reading is not one of these.

    >>> df = spark.createDataFrame(
    ...     [("CN1A", ["CN1A", "US1A"], 9), ("CN2A", None, 4), ("CN3A", None, None)],
    ...     "publication_number string, simple_family array<string>, simple_family_size int",
    ... )
    >>> df.select(
    ...     "simple_family",
    ...     "simple_family_size",
    ...     *(other_family_members(r).alias(r) for r in ("listed", "others", "whole", "as_given")),
    ... ).show()
    +-------------+------------------+------+------+-----+--------+
    |simple_family|simple_family_size|listed|others|whole|as_given|
    +-------------+------------------+------+------+-----+--------+
    | [CN1A, US1A]|                 9|     1|     1|    8|       9|
    |         NULL|                 4|     4|     3|    3|       4|
    |         NULL|              NULL|     0|     0|    0|       0|
    +-------------+------------------+------+------+-----+--------+
    <BLANKLINE>
    """
    family, size = F.col("simple_family"), F.col("simple_family_size")
    others = F.array_remove(without_nulls(family), F.col("publication_number"))
    listed = F.when(family.isNotNull(), F.size(F.array_distinct(others)))
    # A family of one may be given as 0; a size below that is left to be seen.
    but_itself = F.when(size > 0, size - 1).otherwise(size)
    # A publication is of its own family: a greater figure tells of members that are not listed.
    whole = F.when(family.isNotNull(), F.greatest(listed, but_itself))
    readings = {
        "listed": (listed, size),
        "others": (listed, but_itself),
        "whole": (whole, but_itself),
        "as_given": (size, listed),
    }
    if reading not in readings:
        raise ValueError(f"no reading of family members {reading!r}")
    return F.coalesce(*readings[reading], F.lit(0))


def with_main_class(df: DataFrame, *, level: str, key_patent_count: int) -> DataFrame:
    """Add ``main_class``, its count p_m and frequency f_m = 100 p_m / w, equation 5.

    Args:
        df: main_ipc of every key patent.
        level: section, class, subclass, group or symbol.
        key_patent_count: w.

    >>> df = spark.createDataFrame(
    ...     [("G06F3/041",), ("G06F3/044",), ("H04W4/02",), (None,)], "main_ipc string"
    ... )
    >>> df.transform(with_main_class, level="group", key_patent_count=4).orderBy("main_ipc").show()
    +---------+----------+----------------+--------------------+
    | main_ipc|main_class|main_class_count|main_class_frequency|
    +---------+----------+----------------+--------------------+
    |     NULL|      NULL|            NULL|                NULL|
    |G06F3/041|     G06F3|               2|                50.0|
    |G06F3/044|     G06F3|               2|                50.0|
    | H04W4/02|     H04W4|               1|                25.0|
    +---------+----------+----------------+--------------------+
    <BLANKLINE>
    """
    same_class = Window.partitionBy("main_class")
    known = F.col("main_class").isNotNull()
    patents = max(key_patent_count, 1)  # of none there are no rows, but engines divide at once
    return (
        df.withColumn("main_class", at_level(F.col("main_ipc"), level))
        .withColumn("main_class_count", F.when(known, F.count(F.lit(1)).over(same_class)))
        .withColumn("main_class_frequency", 100 * F.col("main_class_count") / F.lit(patents))
    )


def with_core_degree(df: DataFrame, *, weights: Mapping[str, float]) -> DataFrame:
    """Add ``core_degree``, the weighted sum of equation 6, and its min-max scaled variant.

    A measure that is null makes both null, unless its weight is 0.

    Args:
        df: the columns of ``MEASURES`` that have a weight.
        weights: by name of the measure, as in ``MEASURES``.

    >>> df = spark.createDataFrame(
    ...     [(0.5, 4.0), (1.0, 0.0), (1.0, None)], "degree_centrality double, betweenness double"
    ... )
    >>> df.transform(with_core_degree, weights={"degree": 0.5, "betweenness": 0.25}).show()
    +-----------------+-----------+-----------+------------------+
    |degree_centrality|betweenness|core_degree|core_degree_scaled|
    +-----------------+-----------+-----------+------------------+
    |              0.5|        4.0|       1.25|              0.25|
    |              1.0|        0.0|        0.5|               0.5|
    |              1.0|       NULL|       NULL|              NULL|
    +-----------------+-----------+-----------+------------------+
    <BLANKLINE>
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
    """Add ``rank``: core degree descending, ties by publication number; null where unscored.

    >>> df = spark.createDataFrame(
    ...     [("B", 2.0), ("A", 2.0), ("C", 5.0), ("D", None)],
    ...     "publication_number string, core_degree double",
    ... )
    >>> with_rank(df).orderBy("publication_number").show()
    +------------------+-----------+----+
    |publication_number|core_degree|rank|
    +------------------+-----------+----+
    |                 A|        2.0|   2|
    |                 B|        2.0|   3|
    |                 C|        5.0|   1|
    |                 D|       NULL|NULL|
    +------------------+-----------+----+
    <BLANKLINE>
    """
    order = Window.orderBy(F.col("core_degree").desc_nulls_last(), "publication_number")
    return df.withColumn(
        "rank", F.when(F.col("core_degree").isNotNull(), F.row_number().over(order))
    )


def with_missing_reason(
    df: DataFrame,
    *,
    reference_year: int,
    citations: Column,
    family_members: str = "listed",
    betweenness_is_off: bool = False,
) -> DataFrame:
    """Add ``missing_reason``: why a measure is null, or null where none is.

    Args:
        df: degree, main_class and what :func:`with_popularity` reads.
        reference_year: as for :func:`with_popularity`.
        citations: likewise.
        family_members: likewise.
        betweenness_is_off: betweenness was not computed.

    >>> df = spark.createDataFrame(
    ...     [("CN1A", 2020, "G06F", 3), ("CN2A", 2024, None, 3), ("CN3A", 2020, "G06F", -5)],
    ...     "publication_number string, publication_year int, main_class string, degree int",
    ... ).withColumns({
    ...     "simple_family": F.lit(None).cast("array<string>"),
    ...     "simple_family_size": F.lit(1),
    ... })
    >>> df.transform(with_missing_reason, reference_year=2023, citations=F.col("degree")).select(
    ...     "publication_number", "missing_reason"
    ... ).show(truncate=False)
    +------------------+-----------------------------------------------------------+
    |publication_number|missing_reason                                             |
    +------------------+-----------------------------------------------------------+
    |CN1A              |NULL                                                       |
    |CN2A              |published after the reference year 2023; main class unknown|
    |CN3A              |citations received below 0                                 |
    +------------------+-----------------------------------------------------------+
    <BLANKLINE>
    """
    year = F.col("publication_year")
    reasons = [
        F.when(year.isNull(), "publication year unknown"),
        F.when(year > reference_year, f"published after the reference year {reference_year}"),
        F.when(citations < 0, "citations received below 0"),
        F.when(other_family_members(family_members) < 0, "size of the family below 0"),
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
    family_members: str = "listed",
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
        family_members: q of equation 4, as for :func:`other_family_members`.
        betweenness_is_off: betweenness was not computed and carries no weight.

    Returns:
        the ``scores`` table.

    >>> import datetime as dt
    >>> key_patents = spark.createDataFrame(
    ...     [("CN1A", "G06F3/041", dt.date(2020, 6, 1)), ("CN2A", "H04W4/02", None)],
    ...     "publication_number string, main_ipc string, publication_date date",
    ... ).withColumns({
    ...     "simple_family": F.lit(None).cast("array<string>"),
    ...     **{name: F.lit(0) for name in ("simple_family_size", "cited_by_count")},
    ...     "family_cited_by_count": F.lit(0),
    ... })
    >>> centrality = spark.createDataFrame(
    ...     [("CN1A", 4, 1, 5, 0.5, 4.0), ("CN2A", 0, 0, 0, 0.0, 0.0)],
    ...     "id string, in_degree int, out_degree int, degree int, degree_centrality double, "
    ...     "betweenness double",
    ... )
    >>> scored = score(
    ...     key_patents,
    ...     centrality,
    ...     reference_year=2023,
    ...     popularity_citations="network",
    ...     main_class_level="symbol",
    ...     weights={"betweenness": 0.5, "popularity": 0.25},
    ...     key_patent_count=2,
    ... )
    >>> scored.select(
    ...     "publication_number", "rank", "core_degree", "popularity", "missing_reason"
    ... ).orderBy("publication_number").show(truncate=False)
    +------------------+----+-----------+----------+------------------------+
    |publication_number|rank|core_degree|popularity|missing_reason          |
    +------------------+----+-----------+----------+------------------------+
    |CN1A              |1   |2.25       |1.0       |NULL                    |
    |CN2A              |NULL|NULL       |NULL      |publication year unknown|
    +------------------+----+-----------+----------+------------------------+
    <BLANKLINE>
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
        .transform(
            with_popularity,
            reference_year=reference_year,
            citations=received,
            family_members=family_members,
        )
        .transform(with_main_class, level=main_class_level, key_patent_count=key_patent_count)
        .transform(with_core_degree, weights=weights)
        .transform(with_rank)
        .transform(
            with_missing_reason,
            reference_year=reference_year,
            citations=received,
            family_members=family_members,
            betweenness_is_off=betweenness_is_off,
        )
    )
