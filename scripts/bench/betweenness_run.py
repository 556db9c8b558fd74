"""Betweenness: our kernel and our Spark job beside other tools, on the same networks in one run.

Each line gives the wall and processor seconds of one tool on one network, both as multiples of ours
(on one thread unless --threads says otherwise), and whether its values agree with ours. Ours
include all preparation; other tools are given their graph already built. A tool that would need
longer than --limit is timed on a sample of sources and the whole is extrapolated, which the line
says; where a tool cannot be asked for some sources only, it is left out.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
from dataclasses import replace
from pathlib import Path
from queue import Empty
from typing import Any

import betweenness_executors as executors
import betweenness_large as large
import betweenness_networks as networks
import numpy as np
import pandas as pd
from betweenness_networks import Network
from betweenness_peers import PEERS, REPEATED, Timing, kadabra, simple, timed
from betweenness_through_spark import spark_command, spark_seconds, write_network
from method_measure import measure

from patentcore.centrality import kernel

SAMPLE = 200


def real_network(path: Path) -> Network:
    """Read the first two columns of a CSV file of citations."""
    table = pd.read_csv(path, usecols=[0, 1], dtype=str)
    numbers, ids = pd.factorize(pd.concat([table.iloc[:, 0], table.iloc[:, 1]]))
    half = len(table)
    src, dst = numbers[:half].astype(np.int32), numbers[half:].astype(np.int32)
    return Network("drones (real)", src, dst, len(ids), True)


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
