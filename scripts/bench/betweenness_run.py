"""Betweenness: our kernel and our Spark job beside other tools, on the same networks in one run.

Each line gives the wall and processor seconds of one tool on one network, both as multiples of ours
(on one thread unless --threads says otherwise), and whether its values agree with ours. Ours
include all preparation; other tools are given their graph already built. A tool that would need
longer than --limit is timed on a sample of sources and the whole is extrapolated, which the line
says; where a tool cannot be asked for some sources only, it is left out.
"""

from __future__ import annotations

import argparse
import importlib
import math
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty
from typing import Any

import betweenness_executors as executors
import betweenness_large as large
import betweenness_networks as networks
import numpy as np
import pandas as pd
from betweenness_networks import Network
from betweenness_through_spark import spark_command, spark_seconds, write_network
from method_measure import measure

from patentcore.centrality import kernel

SAMPLE = 200
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


def real_network(path: Path) -> Network:
    """Read the first two columns of a CSV file of citations."""
    table = pd.read_csv(path, usecols=[0, 1], dtype=str)
    numbers, ids = pd.factorize(pd.concat([table.iloc[:, 0], table.iloc[:, 1]]))
    half = len(table)
    src, dst = numbers[:half].astype(np.int32), numbers[half:].astype(np.int32)
    return Network("drones (real)", src, dst, len(ids), True)


def simple(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges without loops, each once, as other tools want them."""
    src, dst = network.src.astype(np.int64), network.dst.astype(np.int64)
    if not network.directed:
        src, dst = np.maximum(src, dst), np.minimum(src, dst)
    pairs = np.unique((src * network.vertex_count + dst)[src != dst])
    return pairs // network.vertex_count, pairs % network.vertex_count


def ours(network: Network, threads: int, repeat: int) -> Timing:
    """Time our kernel, preparation included."""
    return timed(
        f"PatentCore, {threads} thread{'s' if threads > 1 else ''}",
        lambda: kernel.betweenness(
            network.src,
            network.dst,
            network.vertex_count,
            directed=network.directed,
            threads=threads,
        ),
        repeat=repeat,
    )


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


def spark_timings(network: Network, folder: Path, memory: str) -> list[Timing]:
    """Time our Spark function in a session that has just started, and once more in it.

    The largest memory, Java's included, is that of a run of its own: watching it takes time.
    """
    write_network(network, folder)
    seconds = spark_seconds(network, folder, memory)
    found = pd.read_parquet(folder / "result").sort_values("id")["betweenness"].to_numpy()
    watched = measure(spark_command(network, folder, memory, 1), log=folder / "log")
    note = f"{watched.peak_bytes / 2**30:.1f} GiB at most"
    return [
        Timing(f"PatentCore through Spark, local[2], {which}", wall, math.nan, found, note)
        for which, wall in zip(("first run", "again"), seconds, strict=True)
    ]


PEERS: dict[str, Callable[..., Timing]] = {
    "igraph": igraph_timing,
    "networkit": lambda *args: networkit_timing(*args, threads=1),
    "networkit2": lambda *args: networkit_timing(*args, threads=2),
    "rustworkx": rustworkx_timing,
    "networkx": networkx_timing,
    "graph-tool": graph_tool_timing,
}


def compare(network: Network, arguments: argparse.Namespace) -> None:
    """Print one network's lines."""
    print(
        f"\n{network.name}: {network.vertex_count:,} vertices, {len(simple(network)[0]):,} edges,"
        f" {'directed' if network.directed else 'undirected'}",
        flush=True,
    )
    repeat = arguments.repeat if len(network.src) < 1_000_000 else 1
    timings = [ours(network, threads, repeat) for threads in arguments.threads]
    reference = timings[0]
    for timing in timings:
        show(timing, reference)
    if arguments.spark:
        folder = Path(arguments.folder) / network.name.split()[0]
        for timing in spark_timings(network, folder, arguments.memory):
            show(timing, reference)
    if arguments.turns:
        in_turn(network, Path(arguments.folder) / network.name.split()[0], arguments)
    rng = np.random.default_rng(1)
    busy = np.unique(network.src)
    sources = np.sort(rng.choice(busy, min(SAMPLE, len(busy)), replace=False))
    for name in arguments.peers:
        try:
            show(PEERS[name](network, arguments.limit, sources), reference)
        except ImportError:
            print(f"  {name:44} not installed", flush=True)


def in_turn(network: Network, folder: Path, arguments: argparse.Namespace) -> None:
    """Print what Spark adds to the kernel on two threads, run by run: a machine's speed drifts."""
    write_network(network, folder)
    kernels = [ours(network, 2, 1).wall]
    added: list[list[float]] = []
    for _ in range(arguments.turns):
        seconds = spark_seconds(network, folder, arguments.memory)
        kernels.append(ours(network, 2, 1).wall)
        beside = (kernels[-2] + kernels[-1]) / 2
        added.append([wall / beside - 1 for wall in seconds])
        print(
            f"  through Spark {seconds[0]:.1f} s, again {seconds[1]:.1f} s; two threads before and"
            f" after {kernels[-2]:.1f} and {kernels[-1]:.1f} s:"
            f" {added[-1][0]:+.0%}, again {added[-1][1]:+.0%}",
            flush=True,
        )
    first, again = np.median(added, axis=0)
    print(f"  Spark adds {first:.0%}, again {again:.0%} (medians of {len(added)})", flush=True)


def show(timing: Timing, reference: Timing) -> None:
    """Print one line."""
    verdict = timing.note
    if timing.values is not None and reference.values is not None:
        agrees = np.allclose(timing.values, reference.values, rtol=1e-8, atol=1e-6)
        verdict = ("equal" if agrees else "DIFFERS") + (f"; {timing.note}" if timing.note else "")
    print(
        f"  {timing.tool:44} {timing.wall:10.3f} s wall {timing.cpu:10.3f} s cpu"
        f" {timing.wall / reference.wall:8.1f} x {timing.cpu / reference.cpu:8.1f} x  {verdict}",
        flush=True,
    )


def growth() -> None:
    """Print the cost at 1 to 8 times the size, and the fitted exponent."""
    print("\ngrowth of the citation network (average references as in the US data)")
    sizes, seconds = [], []
    for scale in (1, 2, 4, 8):
        network = networks.citation_network(
            f"{scale}x", 60_000 * scale, 262_500 * scale, classes=32 * scale
        )
        timing = ours(network, 1, 2)
        sizes.append(network.vertex_count)
        seconds.append(timing.cpu)
        print(
            f"  {scale} x: {network.vertex_count:9,} vertices {timing.cpu:10.3f} s cpu", flush=True
        )
    exponent = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
    print(f"  cost grows as size to the power {exponent:.2f}")


def approximation(vertex_count: int, arguments: argparse.Namespace) -> None:
    """Print the approximate mode beside networkit's KADABRA on an undirected network."""
    network = networks.citation_network("approximate", vertex_count, 4 * vertex_count)
    network = replace(network, directed=False)
    graph = kernel.prepare_sampling(network.src, network.dst, vertex_count, directed=False)
    print(f"\napproximate, undirected, {vertex_count:,} vertices, epsilon 0.001, delta 0.1")
    small = {"directed": False, "epsilon": 0.1, "delta": 0.1}
    kernel.approximate(graph, **small)
    timing = timed(
        "PatentCore, 1 thread",
        lambda: kernel.approximate(graph, directed=False, epsilon=0.001, delta=0.1),
    )
    found: Any = timing.values
    print(
        f"  PatentCore, 1 thread: {timing.wall:.1f} s wall, {timing.cpu:.1f} s cpu,"
        f" {found.samples:,} samples, bound {found.bound:.2g}",
        flush=True,
    )
    if arguments.spark:
        folder = Path(arguments.folder, network.name)
        write_network(network, folder)
        seconds = spark_seconds(network, folder, arguments.memory, "approximate")
        both = zip(("first run", "again"), seconds, strict=True)
        for which, wall in both:
            print(f"  PatentCore through Spark, local[2], {which}: {wall:.1f} s wall", flush=True)
    for threads in arguments.threads:
        # It cannot be interrupted, so it runs in a process of its own.
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        process = context.Process(target=kadabra, args=(network, threads, queue))
        process.start()
        try:
            wall, cpu = queue.get(timeout=arguments.limit)
            told = f"{wall:.1f} s wall, {cpu:.1f} s cpu"
        except Empty:
            told = f"not done after {arguments.limit:.0f} s"
        process.kill()
        print(f"  networkit KADABRA, {threads} threads: {told}", flush=True)


def kadabra(network: Network, threads: int, queue: Any) -> None:
    """Time networkit's KADABRA and put the seconds into a queue."""
    nk, graph = networkit_graph(network, threads, directed=False)
    timing = timed("networkit", nk.centrality.KadabraBetweenness(graph, 0.001, 0.1).run)
    queue.put((timing.wall, timing.cpu))


def bound_kept() -> None:
    """Print how far the approximate mode is from exact values, as shares of all pairs."""
    network = networks.citation_network("bound", 20_000, 80_000)
    n = network.vertex_count
    exact = kernel.betweenness(network.src, network.dst, n, directed=False, threads=2)
    graph = kernel.prepare_sampling(network.src, network.dst, n, directed=False)
    print(f"\nbound, undirected, {n:,} vertices, epsilon 0.001, delta 0.1, against exact values")
    for seed in range(5):
        found = kernel.approximate(graph, directed=False, epsilon=0.001, delta=0.1, seed=seed)
        farthest = np.abs(found.betweenness - exact).max() / (n * (n - 1) / 2)
        print(
            f"  seed {seed}: farthest {farthest:.2g}, bound {found.bound:.2g},"
            f" {found.samples:,} samples",
            flush=True,
        )


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    makers = {
        "paper": networks.paper_network,
        "drones": None,
        "dense": networks.dense_network,
        "coclass": networks.coclass_network,
        "us": networks.us_network,
        "long": networks.long_network,
        "us10": networks.ten_times_us_network,
    }
    usual = [name for name in makers if name != "us10"]
    parser.add_argument("--networks", nargs="*", default=usual, choices=list(makers))
    parser.add_argument(
        "--checked",
        action="store_true",
        help="instead of comparing tools: keep the search in parts, then check the values",
    )
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument(
        "--executors",
        type=int,
        nargs="+",
        help="instead of comparing tools: search through Spark on so many executors",
    )
    parser.add_argument("--limit", type=float, default=600.0, help="seconds a peer may take")
    parser.add_argument("--repeat", type=int, default=REPEATED)
    parser.add_argument("--edges", type=Path, help="CSV of real citations for the drones network")
    parser.add_argument("--spark", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--threads", type=int, nargs="+", default=[1, 2], help="of ours; the first is compared with"
    )
    parser.add_argument(
        "--turns", type=int, default=0, help="runs through Spark between runs of two threads"
    )
    parser.add_argument("--memory", default="3g", help="heap of the Java that Spark runs in")
    parser.add_argument("--growth", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--approximate", type=int, default=1_000_000, help="vertices; 0 for none")
    parser.add_argument("--folder", default="/tmp/patentcore-bench-betweenness")
    arguments = parser.parse_args()
    kernel.warm_up()
    for name in arguments.networks:
        make = makers[name]
        if make is not None and arguments.checked:
            print(f"\n{name}", flush=True)
            place = Path(arguments.folder, f"{name}-parts")
            large.run(make, place, arguments.threads[-1])
            large.check(make, place, arguments.threads[-1])
        elif make is not None and arguments.executors:
            place = Path(arguments.folder, f"{name}-executors")
            executors.speed_up(make(), place, arguments.executors, arguments.memory)
        elif make is not None:
            compare(make(), arguments)
        elif arguments.edges is not None:
            compare(real_network(arguments.edges), arguments)
        else:
            print("\ndrones: give --edges to run on real citations", flush=True)
    compares = not (arguments.checked or arguments.executors)
    if arguments.growth and compares:
        growth()
    if arguments.approximate and compares:
        bound_kept()
        approximation(arguments.approximate, arguments)


if __name__ == "__main__":
    main()
