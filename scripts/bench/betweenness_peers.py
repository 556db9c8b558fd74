"""The tools that betweenness is compared with, each timed on a network."""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from betweenness_networks import Network

from patentcore.centrality import kernel

REPEATED = 9


@dataclass(frozen=True)
class Timing:
    """One tool on one network."""

    tool: str
    wall: float
    cpu: float
    values: np.ndarray | None = None
    note: str = ""


def timed(tool: str, run: Callable[[], Any], *, repeat: int = 1, note: str = "") -> Timing:
    """Run and return the fastest of ``repeat`` runs."""
    best: Timing | None = None
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        values = run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if best is None or wall < best.wall:
            best = Timing(tool, wall, cpu, values, note)
    assert best is not None
    return best


def simple(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges without loops, each once, as other tools want them."""
    src, dst = network.src.astype(np.int64), network.dst.astype(np.int64)
    if not network.directed:
        src, dst = np.maximum(src, dst), np.minimum(src, dst)
    pairs = np.unique((src * network.vertex_count + dst)[src != dst])
    return pairs // network.vertex_count, pairs % network.vertex_count


def ours_from_sources(network: Network, sources: np.ndarray) -> np.ndarray:
    """Return the dependencies on some sources alone, unreduced, to check samples by."""
    from patentcore.centrality.kernel.exact import dependencies_on

    graph = kernel.prepare(
        network.src,
        network.dst,
        network.vertex_count,
        directed=network.directed,
        reductions=[],
        lanes=1,
    )
    return dependencies_on(graph, sources)


def igraph_timing(network: Network, limit: float, sources: np.ndarray) -> Timing:
    """Time igraph, one thread (it has no more)."""
    igraph = importlib.import_module("igraph")
    graph = igraph.Graph(
        n=network.vertex_count,
        edges=np.column_stack(simple(network)),
        directed=network.directed,
    )
    options = {"directed": network.directed}
    sample = timed("igraph", lambda: graph.betweenness(sources=sources.tolist(), **options))
    busy = int((np.array(graph.degree(mode="out")) > 0).sum())
    whole = sample.wall * busy / len(sources)
    if whole > limit:
        check = ours_from_sources(network, sources)
        found = np.asarray(sample.values) * (1.0 if network.directed else 2.0)
        agree = np.allclose(check, found, rtol=1e-9, atol=1e-6)
        note = (
            f"extrapolated from {len(sources)} sources; on these {'equal' if agree else 'DIFFERS'}"
        )
        return Timing("igraph", whole, sample.cpu * busy / len(sources), None, note)
    # As often as ours where that is cheap: the fastest run counts for both.
    repeat = REPEATED if whole < 5.0 else 1
    return timed("igraph", lambda: np.array(graph.betweenness(**options)), repeat=repeat)


def networkit_graph(network: Network, threads: int, *, directed: bool) -> tuple[Any, Any]:
    """Return networkit, with so many threads, and its graph."""
    nk = importlib.import_module("networkit")
    nk.setNumberOfThreads(threads)
    graph = nk.Graph(network.vertex_count, False, directed)
    src, dst = simple(network)
    graph.addEdges((src.astype(np.uint64), dst.astype(np.uint64)))
    return nk, graph


def networkit_timing(network: Network, limit: float, sources: np.ndarray, threads: int) -> Timing:
    """Time networkit; its undirected values count ordered pairs."""
    nk, graph = networkit_graph(network, threads, directed=network.directed)
    name = f"networkit, {threads} thread{'s' if threads > 1 else ''}"
    sample = timed(
        name, lambda: nk.centrality.EstimateBetweenness(graph, len(sources), False, True).run()
    )
    whole = sample.wall * network.vertex_count / len(sources)
    if whole > limit:
        return Timing(name, whole, math.nan, None, f"extrapolated from {len(sources)} sources")
    half = 1.0 if network.directed else 0.5
    return timed(name, lambda: np.array(nk.centrality.Betweenness(graph).run().scores()) * half)


def rustworkx_timing(network: Network, limit: float, sources: np.ndarray) -> Timing:
    """Time rustworkx with as many threads as RAYON_NUM_THREADS allows."""
    rx = importlib.import_module("rustworkx")
    del sources
    src, dst = simple(network)
    if network.vertex_count * len(src) > limit * 3e7:
        return Timing("rustworkx", math.nan, math.nan, None, "would exceed the limit; left out")
    graph = (rx.PyDiGraph if network.directed else rx.PyGraph)(multigraph=False)
    graph.add_nodes_from(range(network.vertex_count))
    graph.add_edges_from_no_data(list(zip(src.tolist(), dst.tolist(), strict=True)))
    compute = (
        rx.digraph_betweenness_centrality if network.directed else rx.graph_betweenness_centrality
    )

    def run() -> np.ndarray:
        found = compute(graph, normalized=False, parallel_threshold=50)
        return np.array([found[v] for v in range(network.vertex_count)])

    return timed("rustworkx, threads of its pool", run)


def networkx_timing(network: Network, limit: float, sources: np.ndarray) -> Timing:
    """Time networkx from a few sources, and in full where that fits the limit."""
    nx = importlib.import_module("networkx")
    src, dst = simple(network)
    graph = nx.DiGraph() if network.directed else nx.Graph()
    graph.add_nodes_from(range(network.vertex_count))
    graph.add_edges_from(zip(src.tolist(), dst.tolist(), strict=True))
    few = min(3, len(sources))
    sample = timed("networkx", lambda: nx.betweenness_centrality(graph, k=few, seed=1))
    whole = sample.wall * network.vertex_count / few
    if whole > limit:
        return Timing("networkx", whole, whole, None, f"extrapolated from {few} sources")
    return timed(
        "networkx",
        lambda: np.array(list(nx.betweenness_centrality(graph, normalized=False).values())),
    )


def graph_tool_timing(network: Network, limit: float, sources: np.ndarray) -> Timing:
    """Time graph-tool, which pip cannot install; only where it is there."""
    gt = importlib.import_module("graph_tool.all")
    del limit, sources
    graph = gt.Graph(np.column_stack(simple(network)), directed=network.directed)
    graph.add_vertex(network.vertex_count - graph.num_vertices())
    return timed("graph-tool", lambda: gt.betweenness(graph, norm=False)[0].a)


def kadabra(network: Network, threads: int, queue: Any) -> None:
    """Time networkit's KADABRA and put the seconds into a queue."""
    nk, graph = networkit_graph(network, threads, directed=False)
    timing = timed("networkit", nk.centrality.KadabraBetweenness(graph, 0.001, 0.1).run)
    queue.put((timing.wall, timing.cpu))


PEERS: dict[str, Callable[..., Timing]] = {
    "igraph": igraph_timing,
    "networkit": lambda *args: networkit_timing(*args, threads=1),
    "networkit2": lambda *args: networkit_timing(*args, threads=2),
    "rustworkx": rustworkx_timing,
    "networkx": networkx_timing,
    "graph-tool": graph_tool_timing,
}
