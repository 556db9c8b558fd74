"""Betweenness through Spark, in a process of its own: Parquet in, Parquet out.

Usage: betweenness_spark.py FOLDER directed|undirected exact|approximate DRIVER_MEMORY TIMES MASTER.
Writes what each run took to FOLDER/runs.json.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import time
from pathlib import Path

import psutil
import pyspark

from patentcore.centrality import betweenness_of
from patentcore.engine.session import get_spark


def main() -> None:
    """Run as often as asked."""
    folder, (kind, method, memory) = Path(sys.argv[1]), sys.argv[2:5]
    spark = get_spark(master=sys.argv[6], conf={"spark.driver.memory": memory})
    vertices = spark.read.parquet(str(folder / "vertices.parquet"))
    edges = spark.read.parquet(str(folder / "edges.parquet"))
    runs = []
    for _ in range(int(sys.argv[5])):
        begin, (all_before, workers_before) = time.perf_counter(), processor_seconds()
        result = betweenness_of(vertices, edges, directed=kind == "directed", method=method)
        result.write.mode("overwrite").parquet(str(folder / "result"))
        seconds, (all_after, workers_after) = time.perf_counter() - begin, processor_seconds()
        busy = [took - workers_before.get(pid, 0.0) for pid, took in workers_after.items()]
        runs.append(
            {
                "seconds": seconds,
                "processor": all_after - all_before,
                "busiest": max(busy, default=0.0),
            }
        )
    (folder / "runs.json").write_text(json.dumps(runs))
    application = spark.sparkContext.applicationId
    spark.stop()
    # Workers of a `local-cluster` have their folders in Spark's own and leave them there.
    work = Path(pyspark.__file__).with_name("work")
    shutil.rmtree(work / application, ignore_errors=True)
    with contextlib.suppress(OSError):  # there is none, or another's folder is in it
        work.rmdir()


def processor_seconds() -> tuple[float, dict[int, float]]:
    """Return what this process and all below it took so far, and by number each Python worker."""
    whole, workers = 0.0, {}
    this = psutil.Process()
    for process in [this, *this.children(recursive=True)]:
        try:
            took = sum(process.cpu_times()[:2])
            is_worker = "pyspark.daemon" in process.cmdline()
        except psutil.NoSuchProcess:
            continue
        whole += took
        if is_worker:
            workers[process.pid] = took
    return whole, workers


if __name__ == "__main__":
    main()
