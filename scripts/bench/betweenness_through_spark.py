"""Our Spark function on a network, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from betweenness_networks import Network
from method_measure import measure


def write_network(network: Network, folder: Path) -> None:
    """Write the network as our Spark function is given it."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"id": np.arange(network.vertex_count)}), folder / "vertices.parquet")
    pq.write_table(
        pa.table({"src": network.src.astype(np.int64), "dst": network.dst.astype(np.int64)}),
        folder / "edges.parquet",
    )


def spark_command(
    network: Network,
    folder: Path,
    memory: str,
    times: int,
    method: str = "exact",
    master: str = "local[2]",
) -> list[str | Path]:
    """Return the command that runs our Spark function so often on a network in a folder."""
    script = Path(__file__).with_name("betweenness_spark.py")
    kind = "directed" if network.directed else "undirected"
    return [sys.executable, script, folder, kind, method, memory, str(times), master]


def spark_seconds(
    network: Network, folder: Path, memory: str, method: str = "exact"
) -> list[float]:
    """Return the seconds of two runs in one session, from Parquet to the written result."""
    command = spark_command(network, folder, memory, 2, method)
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"the run through Spark failed:\n{run.stderr}")
    seconds: list[float] = json.loads((folder / "seconds.json").read_text())["runs"]
    return seconds


def speed_up(
    network: Network,
    folder: Path,
    counts: list[int],
    memory: str,
    expected: npt.NDArray[np.float64],
) -> None:
    """Print what more executors, of one core each, gain on this machine.

    Where executors share cores with each other and with what else runs, wall time says little: the
    processor time of the worker that has most to do is what the search would take on free cores.
    """
    write_network(network, folder)
    first = 0.0
    for count in counts:
        master = f"local-cluster[{count},1,1024]"
        command = spark_command(network, folder, memory, 1, master=master)
        took = measure(command, log=folder / "log")
        if took.exit_code != 0:
            raise SystemExit(f"{master} failed:\n{took.errors}")
        told = json.loads((folder / "seconds.json").read_text())
        values = pd.read_parquet(folder / "result").sort_values("id")["betweenness"].to_numpy()
        workers = sorted(told["workers"])[-count:]
        first = first or workers[-1]
        print(
            f"  {count} executors: {told['runs'][0]:7.1f} s wall, {took.cpu_seconds:6.1f} s cpu;"
            f" workers {', '.join(f'{one:.1f}' for one in workers)} s cpu:"
            f" {first / workers[-1]:.2f} times as fast,"
            f" {'the same bits' if np.array_equal(values, expected) else 'DIFFERS'}",
            flush=True,
        )
