"""What is left after each of many runs: in one process, and in fresh ones.

    python -m tests.faults.soak --engine embedded --input CORPUS [--runs 20] [--way one|fresh]

Prints a table in Markdown, and fails where something grew. A corpus is made with, say,
``patentcore corpus --scale 0.05 --output CORPUS``. The engine connect wants ``--master``.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.faults.apart import Apart, parents_and_children

Figures = dict[str, float]
MEGABYTE = 1 << 20
_CHILD = "--child"


def main(argv: Sequence[str] | None = None) -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--engine", choices=("embedded", "spark", "connect"), required=True)
    words.add_argument("--input", type=Path, required=True)
    words.add_argument("--runs", type=int, default=20)
    words.add_argument("--way", choices=("one", "fresh"), default="one")
    words.add_argument("--master")
    words.add_argument(_CHILD, type=Path, help=argparse.SUPPRESS)
    asked = words.parse_args(argv)
    if asked.child:
        inside(asked)
        return 0
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        seen = list((in_one if asked.way == "one" else in_fresh)(asked, Path(folder)))
    print(table(seen))
    grown = growth(seen)
    print("\n" + ("grew: " + "; ".join(grown) if grown else "nothing grew"))
    return bool(grown)


# --- in one process -----------------------------------------------------------------------------


def in_one(asked: argparse.Namespace, folder: Path) -> Iterator[Figures]:
    """Let one process make all runs; yield what it says after each."""
    apart = Apart(folder)
    told = folder / "told.jsonl"
    more = ("--master", asked.master) if asked.master else ()
    options = ("--engine", asked.engine, "--input", asked.input, "--runs", asked.runs, *more)
    process = apart.start(*options, _CHILD, told, module=__spec__.name)
    _, errors = process.communicate()
    assert process.returncode == 0, errors[-4000:]
    yield from map(json.loads, told.read_text(encoding="utf-8").splitlines())
    assert apart.processes() == []
    assert apart.files() == [], apart.files()


def inside(asked: argparse.Namespace) -> None:
    """Make the runs in this process, and write what is left after each."""
    import patentcore
    from patentcore.engine import get_spark

    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.runs):
            output = Path(folder, f"out-{number}")
            patentcore.run(
                asked.input, output, engine=asked.engine, master=asked.master, quiet=True
            )
            shutil.rmtree(output)
            figures = {"run": number + 1} | of_this_process()
            if asked.engine == "spark":
                figures |= of_java(get_spark())
            with asked.child.open("a", encoding="utf-8") as file:
                file.write(json.dumps(figures) + "\n")


def of_this_process() -> Figures:
    gc.collect()
    process = psutil.Process()
    places = (os.environ["TMPDIR"], os.environ["SPARK_LOCAL_DIRS"])
    return {
        "Python MB": process.memory_info().rss / MEGABYTE,
        "temporary files": sum(len(list(Path(place).rglob("*"))) for place in places),
        "open files": process.num_fds(),
        "threads": process.num_threads(),
    }


def of_java(spark: Any) -> Figures:
    """Return what Spark holds once its garbage is collected, and its cleaner has been told."""
    jvm = spark.sparkContext._jvm
    jvm.System.gc()
    time.sleep(1)
    jvm.System.gc()
    runtime = jvm.java.lang.Runtime.getRuntime()
    blocks = jvm.org.apache.spark.SparkEnv.get().blockManager().blockInfoManager().entries()
    process = psutil.Process(jvm.java.lang.ProcessHandle.current().pid())
    return {
        "Java heap MB": (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE,
        "Java MB": process.memory_info().rss / MEGABYTE,
        "Java threads": process.num_threads(),
        "cached frames": 0 if spark._jsparkSession.sharedState().cacheManager().isEmpty() else 1,
        "persisted RDDs": len(spark.sparkContext._jsc.getPersistentRDDs()),
        "blocks": len(str(blocks.mkString("\n")).splitlines()),
    }


# --- in fresh ones ------------------------------------------------------------------------------


def in_fresh(asked: argparse.Namespace, folder: Path) -> Iterator[Figures]:
    """Run the command anew each time; yield its peak memory and what it left."""
    apart = Apart(folder / "apart")
    more = ("--master", asked.master) if asked.master else ()
    for number in range(asked.runs):
        output = folder / f"out-{number}"
        process = apart.start(
            *("run", "--input", asked.input, "--output", output, "--engine", asked.engine, *more)
        )
        peak = peak_memory(process.pid)
        errors = process.communicate()[1]
        assert process.returncode == 0, errors[-4000:]
        shutil.rmtree(output)
        apart.settle()
        yield {
            "run": number + 1,
            "peak MB": peak / MEGABYTE,
            "temporary files": len(apart.files()),
            "beside the output": len(list(folder.glob(".*"))),
            "processes": len(apart.processes()),
        }


def peak_memory(process: int) -> int:
    """Watch a process and those below it to its end; return the most that they took together."""
    most = 0
    while (now := _memory(process)) is not None:
        most = max(most, now)
        time.sleep(0.1)
    return most


def _memory(process: int) -> int | None:
    total, is_running = 0, False
    for one in parents_and_children(process):
        try:
            is_running |= one.status() != psutil.STATUS_ZOMBIE
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total if is_running else None


# --- what grew ----------------------------------------------------------------------------------


def growth(seen: Sequence[Figures]) -> list[str]:
    """Name what grew after the first half of the runs.

    Counts may not be greater ever after than they were before. Of memory, of which more or less is
    free at any moment, the least of the last third may be a twentieth above that of the second.

    >>> growth([{"run": n, "open files": 7 + (n > 9), "Python MB": 500 + n % 9} for n in range(20)])
    ['open files from 7 to 8']
    """
    found = []
    for name in [name for name in seen[0] if name != "run"]:
        values = [figures[name] for figures in seen]
        half, third = len(values) // 2, -(-len(values) // 3)
        before, after = max(values[:half]), min(values[half:])
        if name.endswith("MB"):
            before, after = min(values[third:-third]) * 1.05, min(values[-third:])
        if after > before:
            found.append(f"{name} from {before:,.0f} to {after:,.0f}")
    return found


def table(seen: Sequence[Figures]) -> str:
    """Return some of the runs as a table in Markdown."""
    shown = [one for one in seen if one["run"] in (1, 2, 5, 10, 15, len(seen))]
    lines = ["| " + " | ".join(seen[0]) + " |", "|--:" * len(seen[0]) + "|"]
    lines += ["| " + " | ".join(f"{value:,.0f}" for value in one.values()) + " |" for one in shown]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
