"""Run as a program: betweenness of a seeded network on the given master, written to a file.

    on_executors.py MASTER OUTPUT VERTICES [--kill] [KEY=VALUE ...]

With --kill one executor dies six seconds after both have worked.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pandas as pd

from patentcore.centrality import betweenness_of
from patentcore.engine.session import get_spark


def network(vertex_count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of a citation-like network: six citations each, to earlier vertices."""
    rng = np.random.default_rng(5)
    src = rng.integers(1, vertex_count, 6 * vertex_count)
    return src, src - 1 - (src * rng.random(len(src)) ** 4 * 0.5).astype(int)


def executors(application: str) -> list[int]:
    """Return the processes of the application's executors."""
    found = subprocess.run(
        ["pgrep", "-f", f"CoarseGrainedExecutorBackend.*--app-id {application}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) for line in found.stdout.split()]


def kill_one(application: str) -> None:
    """Kill an executor that is searching."""
    os.kill(executors(application)[0], signal.SIGKILL)
    print("killed an executor", flush=True)


def main() -> None:
    """Run and write the values by vertex number."""
    master, output, vertex_count, *rest = sys.argv[1:]
    conf = dict(item.split("=", 1) for item in rest if "=" in item)
    spark = get_spark("executors", master=master, conf=conf)
    src, dst = network(int(vertex_count))
    vertices = spark.range(int(vertex_count))
    edges = spark.createDataFrame(pd.DataFrame({"src": src, "dst": dst}))
    if "--kill" in rest:
        # Both executors have started when this is done.
        betweenness_of(vertices, edges.limit(10), directed=True, partitions=2).count()
        threading.Timer(6.0, kill_one, [spark.sparkContext.applicationId]).start()
    found = betweenness_of(vertices, edges, directed=True, partitions=8).toPandas()
    np.save(output, found.sort_values("id")["betweenness"].to_numpy())
    spark.stop()


if __name__ == "__main__":
    main()
