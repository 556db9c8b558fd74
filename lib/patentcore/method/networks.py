"""The networks that key patents stand in: vertices and edges whatever the kind.

Every kind returns edges (src, dst) that may hold loops and parallel rows; :func:`merge_edges`
drops the loops and merges the parallel rows into a weight.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def citation_pairs(citations: DataFrame, key_ids: DataFrame, *, scope: str) -> DataFrame:
    """Return the citations of the scope as directed pairs, from citing to cited.

    Args:
        citations: citing, cited.
        key_ids: one column ``id``, the key patents; small enough to be sent to every executor.
        scope: ``incident`` keeps citations with at least one key patent, ``induced`` those
            between two, ``full`` all.

    Returns:
        src, dst; rows with an unknown end are left out.

    >>> citations = spark.createDataFrame(
    ...     [("a", "K"), ("K", "b"), ("b", "c"), (None, "K")], "citing string, cited string"
    ... )
    >>> key_ids = spark.createDataFrame([("K",)], "id string")
    >>> citation_pairs(citations, key_ids, scope="incident").orderBy("src").show()
    +---+---+
    |src|dst|
    +---+---+
    |  K|  b|
    |  a|  K|
    +---+---+
    <BLANKLINE>
    """
    pairs = citations.select(F.col("citing").alias("src"), F.col("cited").alias("dst")).where(
        F.col("src").isNotNull() & F.col("dst").isNotNull()
    )
    if scope == "full":
        return pairs
    keys = F.broadcast(key_ids.select(F.col("id")))
    marked = pairs
    for end in ("src", "dst"):
        marked = marked.join(
            keys.select(F.col("id").alias(f"_key_{end}")),
            on=F.col(end) == F.col(f"_key_{end}"),
            how="left",
        )
    is_key_src, is_key_dst = F.col("_key_src").isNotNull(), F.col("_key_dst").isNotNull()
    wanted = (is_key_src & is_key_dst) if scope == "induced" else (is_key_src | is_key_dst)
    return marked.where(wanted).select("src", "dst")


def merge_edges(pairs: DataFrame) -> DataFrame:
    """Drop loops and merge parallel pairs into one edge with their number as weight.

    Args:
        pairs: src, dst.

    Returns:
        src, dst, weight.

    >>> pairs = spark.createDataFrame(
    ...     [("a", "K"), ("a", "K"), ("K", "b"), ("K", "K")], "src string, dst string"
    ... )
    >>> merge_edges(pairs).orderBy("src").show()
    +---+---+------+
    |src|dst|weight|
    +---+---+------+
    |  K|  b|     1|
    |  a|  K|     2|
    +---+---+------+
    <BLANKLINE>
    """
    merged = pairs.groupBy("src", "dst").agg(F.count(F.lit(1)).alias("weight"))
    return merged.where(F.col("src") != F.col("dst"))


def filter_loops(pairs: DataFrame) -> DataFrame:
    """Keep the pairs that :func:`merge_edges` drops.

    Args:
        pairs: src, dst.

    >>> pairs = spark.createDataFrame(
    ...     [("a", "K"), ("K", "K"), (None, None)], "src string, dst string"
    ... )
    >>> filter_loops(pairs).show()
    +---+---+
    |src|dst|
    +---+---+
    |  K|  K|
    +---+---+
    <BLANKLINE>
    """
    return pairs.where(F.col("src") == F.col("dst"))


def vertices_of(edges: DataFrame, key_ids: DataFrame) -> DataFrame:
    """Return every end of an edge and every key patent, isolated ones included.

    Args:
        edges: src, dst.
        key_ids: id of the key vertices.

    Returns:
        id, is_key; one row a vertex.

    >>> edges = spark.createDataFrame([("a", "K")], "src string, dst string")
    >>> key_ids = spark.createDataFrame([("K",), ("alone",)], "id string")
    >>> vertices_of(edges, key_ids).orderBy("id").show()
    +-----+------+
    |   id|is_key|
    +-----+------+
    |    K|  true|
    |    a| false|
    |alone|  true|
    +-----+------+
    <BLANKLINE>
    """
    ends = edges.select(F.col("src").alias("id"), F.lit(False).alias("is_key")).unionByName(
        edges.select(F.col("dst").alias("id"), F.lit(False).alias("is_key"))
    )
    keys = key_ids.select("id", F.lit(True).alias("is_key"))
    return ends.unionByName(keys).groupBy("id").agg(F.max("is_key").alias("is_key"))


def is_undirected(kind: str) -> bool:
    """Tell whether a kind of network has no direction.

    >>> is_undirected("citation"), is_undirected("co_citation")
    (False, True)
    """
    return kind != "citation"
