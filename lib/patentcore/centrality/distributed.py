"""Betweenness of a network in DataFrames, computed on Spark.

The network comes to the driver as numbered arrays, is prepared there once and searched, or sampled,
on the executors; in local mode the driver's own threads search.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pyspark.sql import DataFrame, SparkSession

from patentcore.centrality import kernel
from patentcore.centrality.sample import sampler
from patentcore.centrality.search import Progress, search, usable_cores
from patentcore.centrality.vertex_ids import collect_network, with_values
from patentcore.errors import InputError

if TYPE_CHECKING:
    from graphframes import GraphFrame

log = logging.getLogger(__name__)

METHODS = ("exact", "approximate", "auto")

EXACT_SECONDS = 1800.0
"""What ``auto`` spends on an exact result, by its estimate."""


@dataclass(frozen=True)
class Report:
    """How a result was found."""

    method: str
    """``exact`` or ``approximate``."""
    samples: int
    """Paths sampled; 0 when exact."""
    bound: float
    """With probability 1 - delta no value is further off than this, as a share of all pairs."""


_SECONDS_PER_EDGE = 15e-9
"""Of those on shortest paths that a search finds; measured on citation networks."""
_SECONDS_PER_EDGE_OUT_OF_CACHE = 70e-9
_OUT_OF_CACHE = 1e6
"""Edges that one search finds, from which what it works on exceeds a processor's cache."""
_SECONDS_PER_EDGE_IN_LEVELS = 4e-9
"""The same where eight searches go level by level together."""


def betweenness(
    graph: GraphFrame,
    *,
    directed: bool = True,
    method: str = "exact",
    epsilon: float = 0.001,
    delta: float = 0.1,
    top_k: int | None = None,
    seed: int = 2023,
    ignore_weights: bool = False,
    partitions: int | None = None,
    cores: int | None = None,
    on_progress: Progress | None = None,
    on_report: Callable[[Report], None] | None = None,
) -> DataFrame:
    """Return the betweenness of every vertex of a GraphFrame.

    The values are unnormalised: the sum over pairs of other vertices s, t of the share of shortest
    paths from s to t that pass through the vertex. Loops and parallel edges do not matter, vertices
    without edges get 0.0, and edges to vertices that the graph does not have are left out.

    Args:
        graph: vertices with ``id`` of any type that can be hashed, edges with ``src`` and ``dst``.
        directed: count ordered pairs along directed edges; else unordered pairs, each once.
        method: ``exact``; ``approximate``, by sampling paths until every value is known to
            epsilon; or ``auto``, which is exact unless that would take longer than
            ``EXACT_SECONDS`` by an estimate that it logs.
        epsilon: approximate: the wanted bound, as a share of all pairs of vertices: times n (n - 1)
            where directed, times half of that where not, it is in the units of the result.
        delta: approximate: the probability with which the bound may fail.
        top_k: approximate: end as soon as the k highest vertices are known to be those.
        seed: approximate: seed of the samples; one seed gives one result everywhere.
        ignore_weights: accept edges with a ``weight`` column, and count edges instead.
        partitions: tasks on the executors; where not given their number is chosen, and in local
            mode, and for a second's work, the driver searches. Behind a Spark Connect server only
            exact searches are theirs, and only where this is given.
        cores: threads of the driver that search, whatever the session; not given, a classic session
            decides as said of ``partitions``, and with another all cores of this process search.
        on_progress: called with the blocks of sources, or samples, done and in all.
        on_report: called with the method used, the samples and the bound reached.

    Returns:
        id (of the graph's type), betweenness (double, never null).

    Raises:
        InputError: the edges are weighted, an id is null or occurs twice, or the ends of edges are
            of another type than ids.
    """
    if not ignore_weights:
        _refuse_weights(graph.edges)
    return betweenness_of(
        graph.vertices,
        graph.edges,
        directed=directed,
        method=method,
        epsilon=epsilon,
        delta=delta,
        top_k=top_k,
        seed=seed,
        partitions=partitions,
        cores=cores,
        on_progress=on_progress,
        on_report=on_report,
    )


def betweenness_of(
    vertices: DataFrame,
    edges: DataFrame,
    *,
    directed: bool,
    method: str = "exact",
    epsilon: float = 0.001,
    delta: float = 0.1,
    top_k: int | None = None,
    seed: int = 2023,
    partitions: int | None = None,
    cores: int | None = None,
    on_progress: Progress | None = None,
    on_report: Callable[[Report], None] | None = None,
) -> DataFrame:
    """Return the betweenness of every vertex; see ``betweenness`` for what it is.

    Args:
        vertices: id, unique and not null. Must give the same rows whenever it is computed.
        edges: src, dst; other columns, a weight among them, are not looked at.
        directed: count ordered pairs along directed edges; else unordered pairs, each once.
        method: ``exact``, ``approximate`` or ``auto``; this and all others as of ``betweenness``.
        epsilon: approximate: the wanted bound, as a share of all pairs of vertices.
        delta: approximate: the probability with which the bound may fail.
        top_k: approximate: end as soon as the k highest vertices are known to be those.
        seed: approximate: seed of the samples; one seed gives one result everywhere.
        partitions: tasks on the executors; where not given their number is chosen, and in local
            mode, and for a second's work, the driver searches. Behind a Spark Connect server only
            exact searches are theirs, and only where this is given.
        cores: threads of the driver that search, whatever the session; not given, a classic session
            decides as said of ``partitions``, and with another all cores of this process search.
        on_progress: called with the blocks of sources, or samples, done and in all.
        on_report: called with the method used, the samples and the bound reached.

    Returns:
        id, betweenness (double, never null).

    Raises:
        InputError: see ``betweenness``.

    Example:
        >>> edges = spark.createDataFrame([(0, 1), (1, 2)], "src bigint, dst bigint")
        >>> betweenness_of(spark.range(3), edges, directed=True).orderBy("id").collect()
        [Row(id=0, betweenness=0.0), Row(id=1, betweenness=1.0), Row(id=2, betweenness=0.0)]
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    if partitions is not None and partitions < 1:
        raise ValueError(f"partitions must be at least 1, not {partitions}")
    if cores is not None and partitions is not None:
        raise ValueError("either cores of the driver search or partitions of the executors")
    spark = vertices.sparkSession
    is_remote = not hasattr(spark, "sparkContext")
    here = usable_cores() if cores is None and is_remote else cores
    searching = cores if partitions is not None else here
    network = collect_network(vertices, edges)
    ends = (network.src, network.dst, len(network.numbering))
    graph = None if method == "approximate" else kernel.prepare(*ends, directed=directed)
    if graph is not None and (method == "exact" or _is_exact_affordable(spark, graph, here)):
        partials = search(spark, graph, partitions, searching, on_progress)
        values = kernel.finish(graph, partials)
        report = Report("exact", 0, 0.0)
    else:
        sample_graph = kernel.prepare_sampling(*ends, directed=directed)
        with sampler(spark, sample_graph, seed, partitions, here) as run:
            wish = {"directed": directed, "epsilon": epsilon, "delta": delta, "top_k": top_k}
            values, report = _sampled(sample_graph, run, on_progress, **wish)
    if on_report:
        on_report(report)
    return with_values(vertices, network, values, cores=here)


def _refuse_weights(edges: DataFrame) -> None:
    if "weight" in map(str.lower, edges.columns):
        raise InputError(
            "the edges have a weight column, but betweenness counts edges, not weights;"
            " drop the column or pass ignore_weights=True"
        )


def _sampled(
    graph: kernel.SampleGraph,
    run: Callable[[int, int], npt.NDArray[np.int64]],
    on_progress: Progress | None,
    **wish: Any,
) -> tuple[npt.NDArray[np.float64], Report]:
    """Return the approximate values by vertex number, and how they were found."""
    found = kernel.approximate(graph, run=run, on_round=_report_round(on_progress), **wish)
    if found.samples:
        log.info("betweenness: %d samples, bound %.2g", found.samples, found.bound)
    return found.betweenness, Report("approximate", found.samples, found.bound)


def _is_exact_affordable(
    spark: SparkSession, graph: kernel.PreparedGraph, cores: int | None
) -> bool:
    cores = cores or spark.sparkContext.defaultParallelism
    work = kernel.estimate_total_work(graph)
    seconds = work * _seconds_per_edge(graph, work) / cores
    is_affordable = seconds <= EXACT_SECONDS
    log.info(
        "betweenness: exact would take about %.0f s on %d cores, so it is %s",
        seconds,
        cores,
        "computed" if is_affordable else f"approximated (the limit is {EXACT_SECONDS:.0f} s)",
    )
    return is_affordable


def _seconds_per_edge(graph: kernel.PreparedGraph, work: float) -> float:
    if graph.lanes > 1:
        return _SECONDS_PER_EDGE_IN_LEVELS
    is_large = work > _OUT_OF_CACHE * len(graph.sources)
    return _SECONDS_PER_EDGE_OUT_OF_CACHE if is_large else _SECONDS_PER_EDGE


def _report_round(on_progress: Progress | None) -> Callable[[int, float, int], None]:
    def report(samples: int, bound: float, largest: int) -> None:
        log.info("betweenness: %d of at most %d samples, bound %.2g", samples, largest, bound)
        if on_progress:
            on_progress(samples, largest)

    return report
