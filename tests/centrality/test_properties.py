"""Thousands of small graphs against networkx; every reduction and every kernel is neutral."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patentcore.centrality import kernel
from patentcore.centrality.kernel import reductions
from patentcore.centrality.kernel.reductions import DIRECTED_REDUCTIONS, UNDIRECTED_REDUCTIONS

Graph = tuple[int, list[tuple[int, int]]]


@st.composite
def graphs(draw: st.DrawFn, largest: int = 12) -> Graph:
    """Draw vertices and edges, acyclic half of the time."""
    n = draw(st.integers(1, largest))
    pair = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    pairs = draw(st.lists(pair, max_size=3 * n))
    if draw(st.booleans()):
        pairs = [(max(pair), min(pair)) for pair in pairs]
    return n, pairs


def oracle(graph: Graph, *, directed: bool) -> list[float]:
    n, pairs = graph
    other = nx.DiGraph() if directed else nx.Graph()
    other.add_nodes_from(range(n))
    other.add_edges_from(pair for pair in pairs if pair[0] != pair[1])
    values = nx.betweenness_centrality(other, normalized=False)
    return [values[v] for v in range(n)]


def ours(graph: Graph, *, directed: bool, **options: object) -> np.ndarray:
    n, pairs = graph
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return kernel.betweenness(ends[:, 0], ends[:, 1], n, directed=directed, **options)


many = settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@many
@given(graphs())
def test_directed_agrees_with_networkx(graph: Graph) -> None:
    np.testing.assert_allclose(
        ours(graph, directed=True), oracle(graph, directed=True), rtol=1e-12, atol=1e-11
    )


@pytest.mark.slow
@many
@given(graphs())
def test_undirected_agrees_with_networkx(graph: Graph) -> None:
    np.testing.assert_allclose(
        ours(graph, directed=False), oracle(graph, directed=False), rtol=1e-12, atol=1e-11
    )


@pytest.mark.slow
@many
@given(graphs(), st.sets(st.sampled_from(DIRECTED_REDUCTIONS)))
def test_any_reductions_are_neutral(graph: Graph, chosen: set[str]) -> None:
    plain = ours(graph, directed=True, reductions=[])
    found = ours(graph, directed=True, reductions=chosen)
    np.testing.assert_allclose(found, plain, rtol=1e-12, atol=1e-11)


@pytest.mark.slow
@many
@given(graphs(), st.sampled_from([[], UNDIRECTED_REDUCTIONS]), st.sampled_from([1, 8]))
def test_any_reductions_and_lanes_are_neutral_when_undirected(
    graph: Graph, chosen: list[str], lanes: int
) -> None:
    plain = ours(graph, directed=False, reductions=[], lanes=1)
    found = ours(graph, directed=False, reductions=chosen, lanes=lanes)
    np.testing.assert_allclose(found, plain, rtol=1e-12, atol=1e-11)


def test_trees_of_an_undirected_graph_are_not_searched() -> None:
    rng = np.random.default_rng(1)
    n = 3000
    src = np.arange(1, n)
    dst = (src * rng.random(n - 1)).astype(int)
    tree = kernel.prepare(src, dst, n, directed=False)
    assert tree.vertex_count == 0
    src, dst = np.append(src, rng.integers(0, n, 300)), np.append(dst, rng.integers(0, n, 300))
    before = kernel.prepare(src, dst, n, directed=False, reductions=[])
    after = kernel.prepare(src, dst, n, directed=False)
    assert after.vertex_count < before.vertex_count / 2
    np.testing.assert_allclose(
        kernel.betweenness(src, dst, n, directed=False),
        kernel.betweenness(src, dst, n, directed=False, reductions=[]),
        rtol=1e-12,
    )


def test_a_tree_has_the_betweenness_of_its_branches() -> None:
    """A star with a tail: 0 in the middle of 1, 2, 3 and the path 0 - 4 - 5."""
    found = kernel.betweenness([0, 0, 0, 0, 4], [1, 2, 3, 4, 5], 6, directed=False)
    assert found.tolist() == [9.0, 0.0, 0.0, 0.0, 4.0, 0.0]


@pytest.mark.parametrize("reduction", DIRECTED_REDUCTIONS)
def test_each_reduction_is_neutral_on_a_citation_network(reduction: str) -> None:
    rng = np.random.default_rng(1)
    src = rng.integers(200, 2000, 5000)
    dst = (src * rng.random(5000) ** 0.5).astype(int)
    src, dst = np.append(src, dst[:20]), np.append(dst, src[:20])  # a few cycles
    plain = kernel.betweenness(src, dst, 2000, directed=True, reductions=[])
    found = kernel.betweenness(src, dst, 2000, directed=True, reductions=[reduction])
    np.testing.assert_allclose(found, plain, rtol=1e-11, atol=1e-10)


@pytest.mark.parametrize("reduction", DIRECTED_REDUCTIONS)
def test_each_reduction_takes_something_out(reduction: str) -> None:
    rng = np.random.default_rng(1)
    src = rng.integers(200, 2000, 3000)
    dst = (src * rng.random(3000)).astype(int)
    before = kernel.prepare(src, dst, 2000, directed=True, reductions=[])
    after = kernel.prepare(src, dst, 2000, directed=True, reductions=[reduction])
    assert after.vertex_count < before.vertex_count


@pytest.mark.parametrize("hubs", [1, 3])
@pytest.mark.parametrize("inward", [True, False])
def test_a_star_is_looked_through_once(
    inward: bool, hubs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every ray is like the first one, so each of the others is compared with that one alone."""
    rays = 200_000
    looks: list[int] = []
    merge = reductions._merge_alike

    def counting(*args: Any) -> None:
        looks.append(merge(*args))

    monkeypatch.setattr(reductions, "_merge_alike", counting)
    ray = np.repeat(np.arange(hubs, hubs + rays), hubs)
    hub = np.tile(np.arange(hubs), rays)
    ends = (ray, hub) if inward else (hub, ray)
    graph = kernel.prepare(*ends, hubs + rays, directed=True, reductions=["sinks", "sources"])
    assert graph.vertex_count == 2
    assert rays - 1 <= sum(looks) <= rays + hubs


def test_rows_with_one_hash_are_merged_only_where_they_are_equal() -> None:
    """Rows (0, 1), (2, 3), (0, 1), (2, 3), (0, 1) under the same hash: two are left."""
    offsets = np.arange(0, 11, 2)
    targets = np.array([0, 1, 2, 3, 0, 1, 2, 3, 0, 1], np.int32)
    keeper, weight = np.arange(5, dtype=np.int32), np.ones(5)
    chosen, hashes = np.arange(5), np.zeros(5, np.uint64)
    looks = reductions._merge_alike(offsets, targets, chosen, hashes, keeper, weight)
    assert keeper.tolist() == [0, 1, 0, 1, 0]
    assert weight.tolist() == [3.0, 2.0, 1.0, 1.0, 1.0]
    assert looks == 1 + 1 + 2 + 1


def test_one_large_cycle_in_eight_lanes() -> None:
    """Half-way round a cycle leads past 250 levels, which is more than eight lanes count."""
    n = 600
    ends = np.arange(n), (np.arange(n) + 1) % n
    found = kernel.betweenness(*ends, n, directed=False, lanes=8)
    np.testing.assert_allclose(found, ((n - 2) / 2) ** 2 / 2, rtol=1e-12)


def test_one_large_directed_cycle() -> None:
    """Every vertex of a directed cycle is inside (n - 1) (n - 2) / 2 pairs."""
    n = 300
    found = kernel.betweenness(np.arange(n), (np.arange(n) + 1) % n, n, directed=True)
    np.testing.assert_allclose(found, (n - 1) * (n - 2) / 2, rtol=1e-12)


def test_path_counts_beyond_doubles_in_eight_lanes() -> None:
    """Eight lanes hand a batch whose counts leave the doubles' range to the careful search."""
    steps, width = 110, 1000
    tops = np.arange(steps)[:, None] * (width + 1)
    middles = tops + 1 + np.arange(width)
    src = np.concatenate([np.broadcast_to(tops, middles.shape).ravel(), middles.ravel()])
    dst = np.concatenate(
        [middles.ravel(), np.broadcast_to(tops + width + 1, middles.shape).ravel()]
    )
    n = steps * (width + 1) + 1
    values = []
    for lanes in (8, 1):
        graph = kernel.prepare(src, dst, n, directed=False, reductions=[], lanes=lanes)
        partial = kernel.accumulate(graph, [0])
        found = np.zeros(graph.row_count)
        found[partial.rows] = partial.sums[:, 0] + partial.sums[:, 1] * 2.0**-52
        values.append(found)
    assert np.isfinite(values[0]).all()
    assert values[0].max() > 0
    np.testing.assert_allclose(values[0], values[1], rtol=1e-11)
