from __future__ import annotations

import pytest
from chispa import assert_df_equality
from graphframes import GraphFrame
from pyspark.sql import DataFrame, SparkSession

from patentcore.centrality.degree import PlainGraph, degrees
from patentcore.method import networks
from tests import factories


def ids(spark: SparkSession, *names: str) -> DataFrame:
    return spark.createDataFrame([(name,) for name in names], "id string")


CITED = [
    ("a", "K"),
    ("a", "K"),
    ("K", "L"),
    ("L", "b"),
    ("b", "c"),
    ("K", "K"),
    ("K", None),
    (None, "K"),
]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("incident", [("a", "K", 2), ("K", "L", 1), ("L", "b", 1)]),
        ("induced", [("K", "L", 1)]),
        ("full", [("a", "K", 2), ("K", "L", 1), ("L", "b", 1), ("b", "c", 1)]),
    ],
)
def test_scope_keeps_its_citations_and_merges_parallel_ones(
    spark: SparkSession, scope: str, expected: list[tuple[str, str, int]]
) -> None:
    edges = (
        factories.citations(spark, *CITED)
        .transform(networks.citation_pairs, key_ids=ids(spark, "K", "L", "M"), scope=scope)
        .transform(networks.merge_edges)
    )
    assert_df_equality(
        edges,
        spark.createDataFrame(expected, "src string, dst string, weight bigint"),
        ignore_row_order=True,
        ignore_nullable=True,
    )


@pytest.mark.parametrize(
    ("scope", "counts"),
    [("incident", (2, 3, 1)), ("induced", (0, 0, 1)), ("full", (4, 5, 2))],
)
def test_loops_and_parallel_edges_are_counted(
    spark: SparkSession, scope: str, counts: tuple[int, ...]
) -> None:
    pairs = networks.citation_pairs(
        factories.citations(spark, *CITED, ("z", "z")), ids(spark, "K"), scope=scope
    )
    edges = networks.merge_edges(pairs)
    weights = [row.weight for row in edges.collect()]
    assert (len(weights), sum(weights), networks.filter_loops(pairs).count()) == counts


def test_isolated_key_patents_are_vertices(spark: SparkSession) -> None:
    edges = spark.createDataFrame([("a", "K", 1)], "src string, dst string, weight bigint")
    found = networks.vertices_of(edges, ids(spark, "K", "alone"))
    expected = spark.createDataFrame(
        [("a", False), ("K", True), ("alone", True)], "id string, is_key boolean"
    )
    assert_df_equality(found, expected, ignore_row_order=True, ignore_nullable=True)


DEGREES = "id string, in_degree bigint, out_degree bigint, degree bigint, degree_centrality double"


both = pytest.mark.parametrize("graph_of", [GraphFrame, PlainGraph])


def frames(spark: SparkSession) -> tuple[DataFrame, DataFrame]:
    return (
        ids(spark, "a", "K", "b", "alone", "c"),
        spark.createDataFrame([("a", "K"), ("c", "K"), ("K", "b")], "src string, dst string"),
    )


@both
def test_directed_degrees_keep_isolated_vertices(
    spark: SparkSession, graph_of: type[GraphFrame | PlainGraph]
) -> None:
    expected = spark.createDataFrame(
        [
            ("a", 0, 1, 1, 0.25),
            ("K", 2, 1, 3, 0.75),
            ("b", 1, 0, 1, 0.25),
            ("c", 0, 1, 1, 0.25),
            ("alone", 0, 0, 0, 0.0),
        ],
        DEGREES,
    )
    found = degrees(graph_of(*frames(spark)), directed=True)
    assert_df_equality(found, expected, ignore_row_order=True, ignore_nullable=True)


@both
def test_undirected_degrees_do_not_know_directions(
    spark: SparkSession, graph_of: type[GraphFrame | PlainGraph]
) -> None:
    found = {row.id: row for row in degrees(graph_of(*frames(spark)), directed=False).collect()}
    assert (found["K"].degree, found["K"].degree_centrality) == (3, 0.75)
    assert found["K"].in_degree is None
    assert found["alone"].degree == 0


@both
def test_a_network_of_one_vertex_has_degree_centrality_0(
    spark: SparkSession, graph_of: type[GraphFrame | PlainGraph]
) -> None:
    nobody = spark.createDataFrame([], "src string, dst string")
    row = degrees(graph_of(ids(spark, "K"), nobody), directed=True).first()
    assert row is not None
    assert (row.degree, row.degree_centrality) == (0, 0.0)


@pytest.mark.parametrize("directed", [True, False])
def test_plain_degrees_are_those_of_graphframes(spark: SparkSession, directed: bool) -> None:
    vertices = spark.range(60).selectExpr("cast(id as string) id")
    ends = "cast({} % 70 as string)"  # some lead to vertices that the graph does not have
    edges = spark.range(300).selectExpr(
        f"{ends.format('id * 31')} src", f"{ends.format('id * id + 7')} dst"
    )
    plain, of_graphframes = (
        degrees(graph_of(vertices, edges), directed=directed)
        for graph_of in (PlainGraph, GraphFrame)
    )
    assert_df_equality(plain, of_graphframes, ignore_row_order=True, ignore_nullable=True)
