"""The approximation keeps what it promises, and gives the same numbers everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from pyspark.sql import SparkSession

from patentcore.centrality import betweenness_of, kernel
from patentcore.centrality.kernel.sampling import count_samples, entropy_interval


def network(seed: int, n: int = 80, m: int = 240) -> tuple[np.ndarray, np.ndarray, int]:
    src, dst = np.random.default_rng(seed).integers(0, n, (2, m))
    return src, dst, n


def pair_count(n: int, *, directed: bool) -> float:
    return n * (n - 1) * (1.0 if directed else 0.5)


@pytest.mark.parametrize("directed", [True, False])
def test_bound_holds_over_many_seeds(directed: bool) -> None:
    """200 runs may miss a bound of delta = 0.1 some 20 times; Chernoff's bounds miss far less."""
    src, dst, n = network(1)
    exact = kernel.betweenness(src, dst, n, directed=directed) / pair_count(n, directed=directed)
    graph = kernel.prepare_sampling(src, dst, n, directed=directed)
    missed = 0
    for seed in range(200):
        found = kernel.approximate(graph, directed=directed, epsilon=0.05, delta=0.1, seed=seed)
        error = np.abs(found.betweenness / pair_count(n, directed=directed) - exact).max()
        missed += error > found.bound
        assert found.bound <= 0.05
        assert found.samples <= found.largest_sample
    assert missed <= 20


@pytest.mark.parametrize("directed", [True, False])
def test_estimates_are_unbiased(directed: bool) -> None:
    src, dst, n = network(2)
    exact = kernel.betweenness(src, dst, n, directed=directed) / pair_count(n, directed=directed)
    graph = kernel.prepare_sampling(src, dst, n, directed=directed)
    found = kernel.approximate(graph, directed=directed, epsilon=0.004, delta=0.1)
    error = found.betweenness / pair_count(n, directed=directed) - exact
    deviation = np.sqrt(np.maximum(exact * (1 - exact), 1e-9) / found.samples)
    assert np.abs(error / deviation).max() < 5.0
    assert abs(error.mean()) < 1e-4


def test_top_k_is_found_with_fewer_samples() -> None:
    src = [*range(1, 60), *range(60, 90)]
    dst = [*[0] * 59, *[1] * 30]
    graph = kernel.prepare_sampling(src, dst, 90, directed=False)
    every = kernel.approximate(graph, directed=False, epsilon=0.01, delta=0.1)
    top = kernel.approximate(graph, directed=False, epsilon=0.01, delta=0.1, top_k=2)
    assert top.samples < every.samples
    assert set(np.argsort(-top.betweenness)[:2]) == {0, 1}
    exact = kernel.betweenness(src, dst, 90, directed=False)
    farthest = np.abs(top.betweenness - exact)[:2].max() / pair_count(90, directed=False)
    assert 0.0 < farthest <= top.bound < 1.0


def test_many_shortest_paths_do_not_overflow() -> None:
    """A ladder of 1,500 diamonds has up to 2**1500 shortest paths between its ends."""
    steps = 1500
    tops = np.arange(steps) * 3
    src = np.concatenate([tops, tops, tops + 1, tops + 2])
    dst = np.concatenate([tops + 1, tops + 2, tops + 3, tops + 3])
    graph = kernel.prepare_sampling(src, dst, 3 * steps + 1, directed=False)
    found = kernel.approximate(graph, directed=False, epsilon=0.2, delta=0.1)
    middle = found.betweenness[3 * (steps // 2)] / pair_count(3 * steps + 1, directed=False)
    assert middle == pytest.approx(0.5, abs=0.2)


def diamonds(first: int, steps: int, width: int) -> tuple[list[tuple[int, int]], int]:
    """Return the edges of a ladder from vertex ``first`` on, and its last vertex."""
    edges = []
    for top in range(first, first + steps * (width + 1), width + 1):
        for middle in range(top + 1, top + 1 + width):
            edges += [(top, middle), (middle, top + 1 + width)]
    return edges, first + steps * (width + 1)


def test_few_paths_beside_incomparably_many_are_drawn_as_often_as_they_should() -> None:
    """From 0 to 1 leads one path of 1,800 edges, but for a choice of four in its middle.

    Blind alleys of diamonds at either end have 2**1800 times as many paths by then.
    """
    away, end = diamonds(2, 450, 16)
    before, top = diamonds(end + 1, 450, 1)
    choice = list(range(top + 1, top + 5))
    after, end = diamonds(top + 5, 450, 1)
    back, last = diamonds(end + 1, 450, 16)
    edges = [*away, *before, *after, *back, (0, 2), (0, before[0][0]), (end, 1), (last, 1)]
    edges += [pair for v in choice for pair in ((top, v), (v, choice[-1] + 1))]
    n = last + 4001
    edges += [(v, 0) for v in range(last + 1, last + 2001)]
    edges += [(1, v) for v in range(last + 2001, n)]
    graph = kernel.prepare_sampling(*np.array(edges).T, n, directed=True)
    counts = count_samples(graph, 2023, 0, 20_000)
    expected = 20_000 * 2902**2 / 4 / pair_count(n, directed=True)
    assert np.abs(counts[choice] - expected).max() < 5 * expected**0.5


def test_interval_holds_the_share_and_shrinks() -> None:
    share = np.array([0.0, 0.01, 0.5, 1.0])
    lower, upper = entropy_interval(share, 1000, 5.0)
    assert (lower <= share).all()
    assert (upper >= share).all()
    tighter = entropy_interval(share, 10_000, 5.0)
    assert (tighter[1] - tighter[0] < upper - lower).all()
    assert upper[0] == pytest.approx(1 - np.exp(-5.0 / 1000), rel=1e-9)  # (1 - p)**1000 = exp(-5)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"epsilon": 0.0}, "epsilon must be"),
        ({"epsilon": 1.0}, "epsilon must be"),
        ({"delta": 1.5}, "delta must be"),
        ({"top_k": 0}, "top_k must be"),
    ],
)
def test_wishes_out_of_range_are_refused(wish: dict, message: str) -> None:
    graph = kernel.prepare_sampling(*network(1), directed=True)
    with pytest.raises(ValueError, match=message):
        kernel.approximate(graph, directed=True, **({"epsilon": 0.1, "delta": 0.1} | wish))


@pytest.mark.classic
def test_spark_draws_what_one_process_draws(spark: SparkSession) -> None:
    src, dst, n = network(3)
    vertices = spark.range(n)
    edges = spark.createDataFrame(
        list(zip(src.tolist(), dst.tolist(), strict=True)), "src long, dst long"
    )
    reports: list = []
    found = [
        {
            row.id: row.betweenness
            for row in betweenness_of(
                vertices,
                edges,
                directed=False,
                method="approximate",
                epsilon=0.05,
                seed=9,
                on_report=reports.append,
                **where,
            ).collect()
        }
        for where in ({"partitions": 1}, {"partitions": 3}, {"cores": 2})
    ]
    graph = kernel.prepare_sampling(src, dst, n, directed=False)
    expected = kernel.approximate(graph, directed=False, epsilon=0.05, delta=0.1, seed=9)
    assert found[0] == found[1] == found[2] == dict(enumerate(expected.betweenness.tolist()))
    assert reports[0].method == "approximate"
    assert reports[0].samples == expected.samples
    assert reports[0].bound <= 0.05


def test_auto_is_exact_where_that_is_cheap(spark: SparkSession) -> None:
    reports: list = []
    edges = spark.createDataFrame([(0, 1), (1, 2)], "src long, dst long")
    found = betweenness_of(
        spark.range(3), edges, directed=True, method="auto", on_report=reports.append
    )
    assert [row.betweenness for row in found.orderBy("id").collect()] == [0.0, 1.0, 0.0]
    assert reports[0].method == "exact"


def test_auto_approximates_beyond_its_limit(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patentcore.centrality import distributed

    monkeypatch.setattr(distributed, "EXACT_SECONDS", 0.0)
    reports: list = []
    edges = spark.createDataFrame([(0, 1), (1, 2)], "src long, dst long")
    betweenness_of(
        spark.range(3),
        edges,
        directed=True,
        method="auto",
        epsilon=0.1,
        on_report=reports.append,
    )
    assert reports[0].method == "approximate"
