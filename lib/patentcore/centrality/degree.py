"""Degree centrality (Zheng & Liu, equations 1 and 2), on GraphFrames or by plain aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from graphframes import GraphFrame


@dataclass(frozen=True)
class PlainGraph:
    """A graph whose degrees are plain aggregates, with the names and columns of GraphFrames.

    GraphFrames needs a classic session with its jar; this needs neither.

    Attributes:
        vertices: id.
        edges: src, dst.
    """

    vertices: DataFrame
    edges: DataFrame

    @property
    def inDegrees(self) -> DataFrame:  # noqa: N802
        """Edges that lead to a vertex, where any does: id, inDegree."""
        return _counted(self.edges.select(F.col("dst").alias("id")), "inDegree")

    @property
    def outDegrees(self) -> DataFrame:  # noqa: N802
        """Edges that lead from a vertex, where any does: id, outDegree."""
        return _counted(self.edges.select(F.col("src").alias("id")), "outDegree")

    @property
    def degrees(self) -> DataFrame:
        """Ends of edges at a vertex, where there are any: id, degree."""
        ends = self.edges.select(F.explode(F.array("src", "dst")).alias("id"))
        return _counted(ends, "degree")


def _counted(ends: DataFrame, name: str) -> DataFrame:
    return ends.groupBy("id").agg(F.count(F.lit(1)).cast("int").alias(name))


def degrees(graph: GraphFrame | PlainGraph, *, directed: bool) -> DataFrame:
    """Return every vertex's degrees; a vertex without edges has degree 0.

    Args:
        graph: vertices (id), edges (src, dst) without loops or parallel edges.
        directed: count both directions apart; else only ``degree`` is known.

    Returns:
        id, in_degree, out_degree (null where undirected), degree, degree_centrality
        (degree / (g - 1), 0 when g = 1).

    >>> vertices = spark.createDataFrame([("A",), ("B",), ("C",)], "id string")
    >>> edges = spark.createDataFrame([("A", "B")], "src string, dst string")
    >>> degrees(PlainGraph(vertices, edges), directed=True).orderBy("id").show()
    +---+---------+----------+------+-----------------+
    | id|in_degree|out_degree|degree|degree_centrality|
    +---+---------+----------+------+-----------------+
    |  A|        0|         1|     1|              0.5|
    |  B|        1|         0|     1|              0.5|
    |  C|        0|         0|     0|              0.0|
    +---+---------+----------+------+-----------------+
    <BLANKLINE>
    """
    vertices = graph.vertices.select("id")
    return (_directed(graph, vertices) if directed else _undirected(graph, vertices)).transform(
        with_degree_centrality, vertex_count=vertices.count()
    )


def _directed(graph: GraphFrame | PlainGraph, vertices: DataFrame) -> DataFrame:
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


def _undirected(graph: GraphFrame | PlainGraph, vertices: DataFrame) -> DataFrame:
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
