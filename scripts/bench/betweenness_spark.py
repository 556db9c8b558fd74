"""Betweenness through Spark, in a process of its own: Parquet in, Parquet out.

Usage: betweenness_spark.py FOLDER directed|undirected exact|approximate DRIVER_MEMORY TIMES. Writes
the seconds of each run to FOLDER/seconds.json.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from patentcore.centrality import betweenness_of
from patentcore.engine.session import get_spark


def main() -> None:
    """Run as often as asked."""
    folder, (kind, method, memory) = Path(sys.argv[1]), sys.argv[2:5]
    spark = get_spark(master="local[2]", conf={"spark.driver.memory": memory})
    vertices = spark.read.parquet(str(folder / "vertices.parquet"))
    edges = spark.read.parquet(str(folder / "edges.parquet"))
    seconds = []
    for _ in range(int(sys.argv[5])):
        begin = time.perf_counter()
        result = betweenness_of(vertices, edges, directed=kind == "directed", method=method)
        result.write.mode("overwrite").parquet(str(folder / "result"))
        seconds.append(time.perf_counter() - begin)
    (folder / "seconds.json").write_text(json.dumps(seconds))
    spark.stop()


if __name__ == "__main__":
    main()
