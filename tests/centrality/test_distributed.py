"""Betweenness on Spark: any id type, any number of partitions, bad input."""

from __future__ import annotations

import pickle
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from chispa import assert_df_equality
from graphframes import GraphFrame
from pyspark import SparkContext
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.centrality import (
    betweenness,
    betweenness_of,
    kernel,
    search,
    sums,
    vertex_ids,
)
from patentcore.errors import EnvironmentProblem, InputError


def frames(
    spark: SparkSession, ids: list, edges: list[tuple], id_type: str = "string"
) -> tuple[DataFrame, DataFrame]:
    """Return vertices and edges DataFrames."""
    vertices = frame(spark, [(i,) for i in ids], f"id {id_type}")
    return vertices, frame(spark, edges, f"src {id_type}, dst {id_type}")


def frame(spark: SparkSession, rows: list[tuple], schema: str) -> DataFrame:
    """Return a DataFrame; Spark Connect takes none without rows."""
    if rows:
        return spark.createDataFrame(rows, schema)
    return spark.createDataFrame([(None,) * len(schema.split(", "))], schema).limit(0)


def values(df: DataFrame) -> dict:
    """Return betweenness by id."""
    return {row.id: row.betweenness for row in df.collect()}


@pytest.fixture(scope="module")
def random_network(spark: SparkSession) -> tuple[DataFrame, DataFrame]:
    rng = np.random.default_rng(11)
    pairs = rng.integers(0, 3000, (6000, 2)).tolist()
    vertices, edges = frames(
        spark, [f"P{v}" for v in range(3000)], [(f"P{s}", f"P{t}") for s, t in pairs]
    )
    return vertices.cache(), edges.cache()


def test_graph_frame_of_strings(spark: SparkSession) -> None:
    vertices, edges = frames(spark, ["a", "b", "c", "d"], [("a", "b"), ("b", "c")])
    expected = spark.createDataFrame(
        [("a", 0.0), ("b", 1.0), ("c", 0.0), ("d", 0.0)], "id string, betweenness double"
    )
    assert_df_equality(
        betweenness(GraphFrame(vertices, edges)),
        expected,
        ignore_row_order=True,
        ignore_nullable=True,
    )


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("id_type", ["string", "bigint", "tinyint", "decimal(10,0)", "date"])
def test_id_types_agree_with_networkx(spark: SparkSession, id_type: str, directed: bool) -> None:
    pairs = np.random.default_rng(2).integers(0, 30, (80, 2)).tolist()
    texts = spark.createDataFrame([(str(v),) for v in range(30)], "v string")
    cast = (
        "date_add(date'2000-01-01', int({0}))" if id_type == "date" else f"cast({{0}} as {id_type})"
    )
    vertices = texts.selectExpr(f"{cast.format('v')} as id")
    edges = spark.createDataFrame([(str(s), str(t)) for s, t in pairs], "s string, t string")
    edges = edges.selectExpr(f"{cast.format('s')} as src", f"{cast.format('t')} as dst")
    result = betweenness_of(vertices, edges, directed=directed)
    assert result.schema["id"].dataType == vertices.schema["id"].dataType
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(30))
    graph.add_edges_from((s, t) for s, t in pairs if s != t)
    expected = nx.betweenness_centrality(graph, normalized=False)
    ordered = [row.betweenness for row in result.join(vertices, "id").orderBy("id").collect()]
    order = sorted(range(30), key=str if id_type == "string" else int)
    np.testing.assert_allclose(ordered, [expected[v] for v in order], atol=1e-11)


@pytest.mark.classic
@pytest.mark.parametrize("directed", [True, False])
def test_partitions_do_not_change_a_bit(
    random_network: tuple[DataFrame, DataFrame], directed: bool
) -> None:
    results = [
        values(betweenness_of(*random_network, directed=directed, partitions=partitions))
        for partitions in (1, 2, 7, 64)
    ]
    assert len(results[0]) == 3000
    assert results[0] == results[1] == results[2] == results[3]


@pytest.mark.classic
@pytest.mark.parametrize("id_type", ["string", "bigint"])
def test_threads_of_the_driver_change_no_bit(
    random_network: tuple[DataFrame, DataFrame], id_type: str
) -> None:
    vertices, edges = random_network
    if id_type == "bigint":
        vertices = vertices.selectExpr("cast(substr(id, 2) as bigint) id")
        edges = edges.selectExpr(
            "cast(substr(src, 2) as bigint) src", "cast(substr(dst, 2) as bigint) dst"
        )
    on_executors = values(betweenness_of(vertices, edges, directed=True, partitions=2))
    for cores in (1, 3):
        assert values(betweenness_of(vertices, edges, directed=True, cores=cores)) == on_executors


def test_either_the_driver_searches_or_executors(spark: SparkSession) -> None:
    vertices, edges = frames(spark, ["a"], [])
    with pytest.raises(ValueError, match="either cores of the driver search or partitions"):
        betweenness_of(vertices, edges, directed=True, cores=1, partitions=1)


@pytest.mark.classic
def test_sums_added_on_the_executors_are_those_added_on_the_driver(
    random_network: tuple[DataFrame, DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_driver = values(betweenness_of(*random_network, directed=True, partitions=3))
    monkeypatch.setattr(search, "_COLLECT_AT_MOST", 0)
    assert values(betweenness_of(*random_network, directed=True, partitions=3)) == on_driver


def test_sums_come_back_from_their_parts_and_add_up_over_them() -> None:
    rows = np.array([0, 65_535, 65_536, 200_000], np.int64)
    pairs = np.array([[1, 2], [0, 1 << 51], [5, 0], [1 << 60, 3]], np.int64)
    table = pa.Table.from_batches(sums.packed(kernel.PartialSums(rows, pairs)))
    assert table["part"].to_pylist() == [0, 1, 3]
    back = list(sums.unpacked(table))
    assert np.concatenate([partial.rows for partial in back]).tolist() == rows.tolist()
    assert np.concatenate([partial.sums for partial in back]).tolist() == pairs.tolist()
    first = table.slice(0, 1)
    (twice,) = sums.unpacked(sums.added(pa.concat_tables([first, first])))
    assert twice.rows.tolist() == [0, 65_535]
    assert twice.sums.tolist() == [[2, 4], [1, 0]]


def test_a_broadcast_graph_is_mapped_and_not_copied(tmp_path: Path) -> None:
    src, dst = np.random.default_rng(3).integers(0, 20_000, (2, 60_000))
    graph = kernel.prepare(src, dst, 20_000, directed=True)
    payload = search._payload(graph)
    with (tmp_path / "broadcast").open("wb") as file:
        pickle.dump(payload, file, pickle.HIGHEST_PROTOCOL)
    in_arrow = pa.total_allocated_bytes()
    tracemalloc.start()
    loaded = kernel.PreparedGraph.load(tmp_path / "broadcast")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak + pa.total_allocated_bytes() - in_arrow < 0.1 * len(payload)
    assert np.array_equal(loaded.targets, graph.targets)


def test_of_no_sums_nothing_is_packed() -> None:
    nothing = kernel.PartialSums(np.zeros(0, np.int64), np.zeros((0, 2), np.int64))
    assert list(sums.packed(nothing)) == []


@pytest.mark.classic
def test_a_task_with_more_threads_than_blocks(
    random_network: tuple[DataFrame, DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = values(betweenness_of(*random_network, directed=True, partitions=64))
    monkeypatch.setattr(search, "_task_threads", lambda _: 4)
    found = betweenness_of(*random_network, directed=True, partitions=64)
    assert values(found) == expected


def test_a_network_without_paths_of_two_edges(spark: SparkSession) -> None:
    ids = [f"P{v}" for v in range(8)]
    edges = [(a, b) for a, b in zip(ids[::2], ids[1::2], strict=True)]
    found = betweenness_of(*frames(spark, ids, edges), directed=False)
    assert values(found) == dict.fromkeys(ids, 0.0)


@pytest.mark.parametrize("partitions", [None, pytest.param(3, marks=pytest.mark.classic)])
@pytest.mark.parametrize("is_joined", [True, False])
def test_equals_the_kernel_bit_for_bit_wherever_it_is_searched_and_looked_up(
    random_network: tuple[DataFrame, DataFrame],
    partitions: int | None,
    is_joined: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vertex_ids, "_JOINED_AT_MOST", 1 << 20 if is_joined else 0)
    vertices, edges = random_network
    key = F.xxhash64(F.lit(vertex_ids._SEEDS[0]), "id")
    ids = [row.id for row in vertices.orderBy(key).collect()]
    number = {name: i for i, name in enumerate(ids)}
    pairs = np.array([(number[r.src], number[r.dst]) for r in edges.collect()])
    expected = kernel.betweenness(pairs[:, 0], pairs[:, 1], 3000, directed=True)
    found = values(betweenness_of(vertices, edges, directed=True, partitions=partitions))
    assert [found[name] for name in ids] == expected.tolist()


@pytest.mark.parametrize("id_type", ["string", "bigint"])
@pytest.mark.parametrize("directed", [True, False])
def test_the_order_of_rows_does_not_change_a_bit(
    spark: SparkSession, directed: bool, id_type: str
) -> None:
    """Vertices come as a shuffle leaves them, in another order for every number of partitions."""
    rng = np.random.default_rng(12)
    pairs = rng.integers(0, 1500, (4500, 2))
    results, orders = [], []
    for partitions in (7, 8):
        rows = [tuple(row) for row in rng.permutation(pairs).tolist()]
        edges = spark.createDataFrame(rows, "src bigint, dst bigint")
        edges = edges.selectExpr(f"cast(src as {id_type}) src", f"cast(dst as {id_type}) dst")
        ends = edges.selectExpr("src as id").union(edges.selectExpr("dst as id"))
        vertices = ends.repartition(partitions, "id").dropDuplicates(["id"]).cache()
        orders.append([row.id for row in vertices.collect()])
        results.append(values(betweenness_of(vertices, edges, directed=directed)))
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])
    assert results[0] == results[1]


def test_the_order_of_rows_does_not_change_what_is_sampled(
    random_network: tuple[DataFrame, DataFrame],
) -> None:
    vertices, edges = random_network
    first, second = (
        betweenness_of(
            vertices.orderBy(order), edges, directed=False, method="approximate", epsilon=0.05
        )
        for order in (F.col("id"), F.col("id").desc())
    )
    assert values(first) == values(second)


def test_edges_to_unknown_vertices_are_left_out(
    spark: SparkSession, caplog: pytest.LogCaptureFixture
) -> None:
    vertices, edges = frames(
        spark, ["a", "b", "c"], [("a", "b"), ("b", "c"), ("b", "x"), (None, "b"), ("y", None)]
    )
    assert values(betweenness_of(vertices, edges, directed=True)) == {"a": 0.0, "b": 1.0, "c": 0.0}
    assert "3 of 5 edges" in caplog.text


def test_an_edge_without_an_end_is_no_edge_to_the_smallest_id(spark: SparkSession) -> None:
    smallest = -(2**63)
    vertices, edges = frames(spark, [smallest, 1, 2], [(1, None), (None, 2)], "bigint")
    found = betweenness_of(vertices, edges, directed=True)
    assert values(found) == {smallest: 0.0, 1: 0.0, 2: 0.0}


@pytest.mark.parametrize(
    ("id_type", "ids"),
    [
        ("struct<a: string, b: string>", [("x", None), (None, "x"), ("x", "x")]),
        ("array<string>", [["x"], ["x", None], [None, "x"]]),
        ("struct<a: array<int>, b: array<int>>", [([1], [1]), ([1, 1], []), ([1, 1], None)]),
    ],
)
def test_nulls_inside_ids_tell_them_apart(spark: SparkSession, id_type: str, ids: list) -> None:
    first, second, third = ids
    vertices, edges = frames(spark, ids, [(first, second), (second, third)], id_type)
    found = betweenness_of(vertices, edges, directed=True)
    by_id = {repr(row.id): row.betweenness for row in found.collect()}
    wanted = [repr(row.id) for row in vertices.collect()]
    assert by_id == dict(zip(wanted, [0.0, 1.0, 0.0], strict=True))


def test_ids_may_differ_from_ends_in_what_may_be_null_inside(spark: SparkSession) -> None:
    vertices = spark.range(3).selectExpr("struct(id) as id")
    edges = spark.sql("select struct(if(id < 9, id, null) as id) as src from range(2)")
    edges = edges.selectExpr("src", "struct(src.id + 1 as id) as dst")
    assert vertices.schema["id"].dataType != edges.schema["src"].dataType
    assert values(betweenness_of(vertices, edges, directed=True)) == {
        (0,): 0.0,
        (1,): 1.0,
        (2,): 0.0,
    }


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize(
    ("ids", "edges"),
    [([], []), (["a"], []), (["a"], [("a", "a")]), (["a", "b"], [("a", "b"), ("a", "b")])],
    ids=["empty", "one vertex", "only a loop", "parallel edges"],
)
def test_degenerate_networks(
    spark: SparkSession, ids: list[str], edges: list[tuple[str, str]], directed: bool
) -> None:
    found = values(betweenness_of(*frames(spark, ids, edges), directed=directed))
    assert found == dict.fromkeys(ids, 0.0)


@pytest.mark.parametrize("partitions", [None, pytest.param(3, marks=pytest.mark.classic)])
def test_progress_ends_with_every_block(
    random_network: tuple[DataFrame, DataFrame], partitions: int | None
) -> None:
    seen: list[tuple[int, int]] = []
    betweenness_of(
        *random_network,
        directed=True,
        partitions=partitions,
        on_progress=lambda *args: seen.append(args),
    )
    assert seen[-1][0] == seen[-1][1] > 0


class TestRefusals:
    @pytest.mark.parametrize("name", ["weight", "Weight"])
    def test_weights(self, spark: SparkSession, name: str) -> None:
        vertices, edges = frames(spark, ["a", "b"], [("a", "b")])
        graph = GraphFrame(vertices, edges.selectExpr("*", f"2.0 as {name}"))
        with pytest.raises(InputError, match="ignore_weights=True"):
            betweenness(graph)
        assert values(betweenness(graph, ignore_weights=True)) == {"a": 0.0, "b": 0.0}

    def test_null_id(self, spark: SparkSession) -> None:
        with pytest.raises(InputError, match="1 vertices have a null id"):
            betweenness_of(*frames(spark, ["a", None], [("a", "a")]), directed=True)

    @pytest.mark.parametrize("id_type", ["string", "bigint"])
    def test_id_twice(self, spark: SparkSession, id_type: str) -> None:
        ids = ["a", "b", "a"] if id_type == "string" else [1, 2, 1]
        with pytest.raises(InputError, match="occurs more than once"):
            betweenness_of(*frames(spark, ids, [], id_type), directed=True)

    def test_ends_of_another_type(self, spark: SparkSession) -> None:
        vertices, _ = frames(spark, ["1"], [])
        _, edges = frames(spark, [], [(1, 2)], "bigint")
        with pytest.raises(InputError, match="src is bigint"):
            betweenness_of(vertices, edges, directed=True)

    def test_missing_column(self, spark: SparkSession) -> None:
        vertices, edges = frames(spark, ["a"], [])
        with pytest.raises(InputError, match="lack the column dst"):
            betweenness_of(vertices, edges.drop("dst"), directed=True)

    def test_no_partitions(self, spark: SparkSession) -> None:
        with pytest.raises(ValueError, match="partitions must be at least 1, not 0"):
            betweenness_of(*frames(spark, ["a"], []), directed=True, partitions=0)

    def test_unknown_method(self, spark: SparkSession) -> None:
        with pytest.raises(ValueError, match="method must be one of"):
            betweenness_of(*frames(spark, ["a"], []), directed=True, method="exakt")


def test_two_ids_with_one_key_lead_to_another_seed(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key = vertex_ids._key

    def weak(name: str, df: DataFrame, seed: int) -> Column:
        strong = key(name, df, seed)
        return F.pmod(strong, F.lit(2)) if seed == vertex_ids._SEEDS[0] else strong

    monkeypatch.setattr(vertex_ids, "_key", weak)
    vertices, edges = frames(spark, ["a", "b", "c", "d"], [("a", "b"), ("b", "c")])
    with caplog.at_level("WARNING", logger="patentcore"):
        found = values(betweenness_of(vertices, edges, directed=True))
    assert found == {"a": 0.0, "b": 1.0, "c": 0.0, "d": 0.0}


@pytest.mark.parametrize(
    ("method", "partitions"),
    [("exact", None), pytest.param("exact", 2, marks=pytest.mark.classic), ("approximate", None)],
)
def test_a_search_without_memory_is_refused_with_both_figures(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, method: str, partitions: int | None
) -> None:
    monkeypatch.setattr(search, "_free_memory", lambda: 1 << 10)
    vertices = spark.range(60_000)
    edges = vertices.selectExpr("id as src", "(id * 7 + 1) % 60000 as dst")
    with pytest.raises(EnvironmentProblem, match=r"needs \d+ MiB .* but 0 MiB are there"):
        betweenness_of(vertices, edges, directed=True, method=method, partitions=partitions)


def test_a_worker_has_its_share_of_the_limit_by_cores_and_python_takes_some() -> None:
    settings = {"spark.executor.pyspark.memory": "4g", "spark.executor.cores": "4"}
    session: Any = SimpleNamespace(conf=settings)
    search.check_memory(session, 200 << 20, 8, threads=1)
    with pytest.raises(EnvironmentProblem, match=r"needs 1\d{3} MiB for each of 8 .* but 1024 MiB"):
        search.check_memory(session, 300 << 20, 8, threads=1)


def test_the_driver_has_no_more_threads_than_the_session_has_cores(
    random_network: tuple[DataFrame, DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(SparkContext, "defaultParallelism", 64)  # as a setting may ask for
    with caplog.at_level("INFO", logger="patentcore"):
        betweenness_of(*random_network, directed=True)
    assert "2 threads of the driver" in caplog.text


def test_the_driver_searches_on_as_many_threads_as_there_is_memory_for(
    random_network: tuple[DataFrame, DataFrame],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    expected = values(betweenness_of(*random_network, directed=True))
    for free, threads in ((1 << 30, 2), (400_000, 1)):
        monkeypatch.setattr(search, "_free_memory", lambda free=free: free)
        with caplog.at_level("INFO", logger="patentcore"):
            assert values(betweenness_of(*random_network, directed=True)) == expected
        assert f"{threads} threads of the driver" in caplog.text
