"""The exact search through Spark on more and more executors, in processes of one machine.

Spark's `local-cluster` starts each executor as a JVM of its own with one core, to which the graph
is broadcast as on a cluster. The search is the same for every number: all sources, the same bits.
Where the machine has fewer cores than executors, seconds of the clock cannot show what they would
gain; the processor seconds of the executor that worked longest can.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
from betweenness_networks import Network
from betweenness_through_spark import Run, run_through_spark, spark_command, write_network

MEGABYTES = 1024
"""Memory of an executor, and of the worker that starts it."""


def speed_up(
    network: Network, folder: Path, counts: list[int], memory: str, times: int = 2
) -> None:
    """Print what so many executors take on a network, and how many times less than the fewest.

    Args:
        network: to search.
        folder: for the network and the results.
        counts: numbers of executors; the first is what others are compared with.
        memory: heap of the driver's Java.
        times: runs in a session, of which the one with the least busy executor counts; the first
            loads the kernel.
    """
    write_network(network, folder)
    print(
        f"\n{network.name}: {network.vertex_count:,} vertices, {len(network.src):,} edges,"
        f" executors of one core each on {os.cpu_count()} cores; of {times} runs"
        " the one whose busiest executor worked least\n"
        "| executors | clock (s) | faster | processor, all (s) | the busiest executor (s)"
        " | less | load before |\n|--:|--:|--:|--:|--:|--:|--:|",
        flush=True,
    )
    first: tuple[Run, np.ndarray] | None = None
    for count in counts:
        load = os.getloadavg()[0]
        master = f"local-cluster[{count},1,{MEGABYTES}]"
        command = spark_command(network, folder, memory, times, master=master)
        runs = run_through_spark(command, folder)
        best = min(runs, key=lambda run: run.busiest)
        if best.busiest == 0:
            raise SystemExit(f"{network.name} is so small that the driver searches it")
        found = pd.read_parquet(folder / "result").sort_values("id")["betweenness"].to_numpy()
        first = first or (best, found)
        if not np.array_equal(first[1], found):
            raise SystemExit(f"{count} executors found other values")
        print(
            f"| {count} | {best.seconds:.1f} | {first[0].seconds / best.seconds:.2f} x"
            f" | {best.processor:.1f} | {best.busiest:.1f}"
            f" | {first[0].busiest / best.busiest:.2f} x | {load:.1f} |",
            flush=True,
        )
    print("all values equal to the bit", flush=True)
