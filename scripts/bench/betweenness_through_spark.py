"""Our Spark function on a network, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from betweenness_networks import Network


def write_network(network: Network, folder: Path) -> None:
    """Write the network as our Spark function is given it."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"id": np.arange(network.vertex_count)}), folder / "vertices.parquet")
    pq.write_table(
        pa.table({"src": network.src.astype(np.int64), "dst": network.dst.astype(np.int64)}),
        folder / "edges.parquet",
    )


def spark_command(
    network: Network, folder: Path, memory: str, times: int, method: str = "exact"
) -> list[str | Path]:
    """Return the command that runs our Spark function so often on a network in a folder."""
    script = Path(__file__).with_name("betweenness_spark.py")
    kind = "directed" if network.directed else "undirected"
    return [sys.executable, script, folder, kind, method, memory, str(times)]


def spark_seconds(
    network: Network, folder: Path, memory: str, method: str = "exact"
) -> list[float]:
    """Return the seconds of two runs in one session, from Parquet to the written result."""
    command = spark_command(network, folder, memory, 2, method)
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"the run through Spark failed:\n{run.stderr}")
    seconds: list[float] = json.loads((folder / "seconds.json").read_text())
    return seconds
