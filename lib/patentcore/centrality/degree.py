"""Degree centrality on GraphFrames (Zheng & Liu, equations 1 and 2)."""

from __future__ import annotations

from graphframes import GraphFrame
from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def degrees(graph: GraphFrame, *, directed: bool) -> DataFrame:
    """Return every vertex's degrees; a vertex without edges has degree 0.

    Args:
        graph: vertices (id), edges (src, dst) without loops or parallel edges.
        directed: count both directions apart; else only ``degree`` is known.

    Returns:
        id, in_degree, out_degree (null where undirected), degree, degree_centrality
        (degree / (g - 1), 0 when g = 1).

    Example:
        >>> vertices = spark.createDataFrame([("a",), ("b",), ("c",)], "id string")
        >>> edges = spark.createDataFrame([("a", "b"), ("c", "b")], "src string, dst string")
        >>> degrees(GraphFrame(vertices, edges), directed=True).orderBy("id").show()
        +---+---------+----------+------+-----------------+
        | id|in_degree|out_degree|degree|degree_centrality|
        +---+---------+----------+------+-----------------+
        |  a|        0|         1|     1|              0.5|
        |  b|        2|         0|     2|              1.0|
        |  c|        0|         1|     1|              0.5|
        +---+---------+----------+------+-----------------+
        <BLANKLINE>
    """
    vertices = graph.vertices.select("id")
    return (_directed(graph, vertices) if directed else _undirected(graph, vertices)).transform(
        with_degree_centrality, vertex_count=vertices.count()
    )


def _directed(graph: GraphFrame, vertices: DataFrame) -> DataFrame:
    return (
        vertices.join(graph.inDegrees, on="id", how="left")
        .join(graph.outDegrees, on="id", how="left")
        .select(
            "id",
            F.coalesce(F.col("inDegree").cast("bigint"), F.lit(0)).alias("in_degree"),
            F.coalesce(F.col("outDegree").cast("bigint"), F.lit(0)).alias("out_degree"),
        )
        .withColumn("degree", F.col("in_degree") + F.col("out_degree"))
    )


def _undirected(graph: GraphFrame, vertices: DataFrame) -> DataFrame:
    return vertices.join(graph.degrees, on="id", how="left").select(
        "id",
        F.lit(None).cast("bigint").alias("in_degree"),
        F.lit(None).cast("bigint").alias("out_degree"),
        F.coalesce(F.col("degree").cast("bigint"), F.lit(0)).alias("degree"),
    )


def with_degree_centrality(df: DataFrame, *, vertex_count: int) -> DataFrame:
    """Add ``degree_centrality``: degree / (g - 1), and 0 in a network of one vertex.

    Example:
        >>> df = spark.createDataFrame([("a", 1), ("b", 3)], "id string, degree bigint")
        >>> with_degree_centrality(df, vertex_count=5).show()
        +---+------+-----------------+
        | id|degree|degree_centrality|
        +---+------+-----------------+
        |  a|     1|             0.25|
        |  b|     3|             0.75|
        +---+------+-----------------+
        <BLANKLINE>
    """
    others = vertex_count - 1
    centrality = F.col("degree") / F.lit(float(others)) if others > 0 else F.lit(0.0)
    return df.withColumn("degree_centrality", centrality)
