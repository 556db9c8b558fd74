"""Our Spark function on a network, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from betweenness_networks import Network

LOCAL = "local[2]"


@dataclass(frozen=True)
class Run:
    """From Parquet to the written result.

    Attributes:
        seconds: of the clock.
        processor: processor seconds of driver, Java and executors.
        busiest: processor seconds of the Python worker of an executor that worked longest; 0 where
            the driver searched.
    """

    seconds: float
    processor: float
    busiest: float


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
    *,
    method: str = "exact",
    master: str = LOCAL,
) -> list[str | Path]:
    """Return the command that runs our Spark function so often on a network in a folder."""
    script = Path(__file__).with_name("betweenness_spark.py")
    kind = "directed" if network.directed else "undirected"
    return [sys.executable, script, folder, kind, method, memory, str(times), master]


def run_through_spark(command: Sequence[str | Path], folder: Path) -> list[Run]:
    """Return what the runs of a :func:`spark_command` took, from Parquet to the written result."""
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"the run through Spark failed:\n{run.stderr}")
    return [Run(**told) for told in json.loads((folder / "runs.json").read_text())]


def spark_seconds(
    network: Network, folder: Path, memory: str, method: str = "exact"
) -> list[float]:
    """Return the seconds of two runs in one session, from Parquet to the written result."""
    command = spark_command(network, folder, memory, 2, method=method)
    return [run.seconds for run in run_through_spark(command, folder)]
