"""Ingest: every export format read into the canonical tables, beside pandas and polars.

The real exports below --data are multiplied to --size megabytes each, with publication numbers of
their own, in as many files as there are cores times two; PatSnap's, of which no real file is
public, is written by `patentcore corpus --layout patsnap`. Ours reads, normalises, checks and
writes the canonical tables and the rejects. pandas and polars only read the same files into memory,
every column as text (XML: lxml parses each document): the least that any tool must do, and no
tables come of it. All in one process and one run; ours once before on one of the files, which
compiles.

With --bulk, made-up bulk tables of PatentsView and Google of so many gigabytes, each read by
a `patentcore ingest` of its own, whose processes' memory is watched; nothing else is run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import polars as pl
import psutil
from ingest_exports import EXPORTS, Export, bulk, multiply
from lxml import etree
from method_measure import measure

from patentcore.engine.garbage import collect_rarely
from patentcore.engine.session import get_spark
from patentcore.sources import ingest

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Run the benchmark and print a line for each format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the real exports")
    parser.add_argument("--size", type=int, default=100, help="megabytes of each format")
    parser.add_argument("--patsnap-scale", default="0.3", help="scale of the PatSnap-like corpus")
    parser.add_argument("--engine", default="embedded", help="embedded or spark")
    parser.add_argument("--only", nargs="*", default=(), help="names of sources")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench" / "ingest")
    parser.add_argument("--bulk", type=float, nargs="+", help="gigabytes of bulk tables")
    arguments = parser.parse_args()
    if arguments.bulk:
        time_bulk_tables(arguments.bulk, arguments.folder, arguments.engine, arguments.only)
        return
    if arguments.data is None:
        parser.error("--data is needed but for --bulk")
    cores = os.cpu_count() or 1
    jobs: list[tuple[Export, list[Path]]] = []
    for export in EXPORTS:
        if not arguments.only or export.source in arguments.only:
            name = export.name.replace(" ", "-").replace(",", "").lower()
            folder = arguments.folder / f"{name}-{arguments.size}"
            size = arguments.size * 1_000_000
            files = multiply(export, arguments.data, folder, size=size, files=2 * cores)
            jobs.append((export, files))
    if not arguments.only or "patsnap" in arguments.only:
        files = patsnap_files(arguments.folder, arguments.patsnap_scale)
        jobs.append((Export("PatSnap (synthetic)", "patsnap"), files))
    master = f"local[{cores}]" if arguments.engine == "spark" else None
    spark = get_spark("ingest benchmark", master=master, engine=arguments.engine)
    target = arguments.folder / "out"
    collect_rarely()  # as commands do; for the others, too

    def ours(source: str, files: Sequence[Path]) -> int:
        shutil.rmtree(target, ignore_errors=True)
        return ingest(spark, source, [str(file) for file in files], str(target)).rows_read

    print(
        f"{'':22}{'MB':>6}{'rows':>12}{'s':>8}{'MB/s':>7}{'CPU s':>8}{'MB/CPU s':>10}"
        "   others, read only: s, CPU s (ours / theirs)"
    )
    for export, files in jobs:
        megabytes = sum(file.stat().st_size for file in files) / 1e6
        ours(export.source, files if export.joins else files[:1])
        rows, seconds, cpu = timed(lambda e=export, f=files: ours(e.source, f))
        others = []
        for peer, read in peers(export, files).items():
            _, spent, used = timed(read)
            ratios = f"{seconds / spent:.1f}, {cpu / used:.1f} x"
            others.append(f"{peer} {spent:.2f}, {used:.2f} ({ratios})")
        print(
            f"{export.name:22}{megabytes:6.0f}{rows:12,}{seconds:8.1f}{megabytes / seconds:7.1f}"
            f"{cpu:8.1f}{megabytes / cpu:10.1f}   {'; '.join(others)}",
            flush=True,
        )
    spark.stop()


def time_bulk_tables(
    gigabytes: Sequence[float], folder: Path, engine: str, only: Sequence[str]
) -> None:
    """Print processor seconds and peak memory of ingests of bulk tables."""
    print(f"{'':14}{'MB':>7}{'rows':>12}{'s':>8}{'CPU s':>8}{'MB/CPU s':>10}{'peak, MiB':>11}")
    target = folder / "out"
    for source in only or ("patentsview", "google"):
        for size in gigabytes:
            tables = folder / f"bulk-{source}-{size}"
            megabytes = sum(f.stat().st_size for f in bulk(source, tables, int(size * 1e9))) / 1e6
            shutil.rmtree(target, ignore_errors=True)
            command = [Path(sys.executable).with_name("patentcore"), "ingest", "--source", "auto"]
            command += ["--engine", engine]
            command += ["--input", tables, "--output", target]
            took = measure(command, log=folder / f"{source}.log")
            if took.exit_code != 0:
                raise SystemExit(f"benchmark: {source} failed: {took.errors}")
            rows = json.loads((target / "ingest.json").read_text(encoding="utf-8"))["rows_read"]
            print(
                f"{source:14}{megabytes:7.0f}{rows:12,}{took.seconds:8.1f}{took.cpu_seconds:8.1f}"
                f"{megabytes / took.cpu_seconds:10.1f}{took.peak_bytes / (1 << 20):11.0f}",
                flush=True,
            )


def timed(work: Callable[[], int]) -> tuple[int, float, float]:
    """Return what the work returns, its seconds and its processor seconds, Java's among them."""
    begin, used = time.perf_counter(), cpu_seconds()
    result = work()
    return result, time.perf_counter() - begin, cpu_seconds() - used


def cpu_seconds() -> float:
    """Return the processor time of this process and of those that it started, ended ones, too."""
    own = psutil.Process()
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return sum(
        spent.user + spent.system + spent.children_user + spent.children_system for spent in times
    )


def patsnap_files(folder: Path, scale: str) -> list[Path]:
    """Write the synthetic corpus like a PatSnap export."""
    made = folder / f"patsnap-{scale}"
    if not made.exists():
        command = [Path(sys.executable).with_name("patentcore"), "corpus", "--layout", "patsnap"]
        subprocess.run([*command, "--scale", scale, "--output", str(made)], check=True)
    return sorted(made.rglob("*.csv"))


def peers(export: Export, files: Sequence[Path]) -> dict[str, Callable[[], int]]:
    """Return what reads the same files into memory and counts their rows."""
    if files[0].suffix == ".xml":
        return {"lxml": lambda: sum(map(documents, files))}
    if files[0].suffix == ".jsonl":
        return {
            "pandas": lambda: sum(len(pd.DataFrame(sound_lines(file))) for file in files),
            **(
                {}
                if export.source == "lens-jsonl"  # polars refuses the broken line
                else {"polars": lambda: sum(pl.read_ndjson(file).height for file in files)}
            ),
        }
    return {
        "pandas": lambda: sum(
            len(
                pd.read_csv(
                    file,
                    dtype=str,
                    sep=export.delimiter,
                    skiprows=export.preamble,
                    on_bad_lines="skip",
                )
            )
            for file in files
        ),
        "polars": lambda: sum(
            pl.read_csv(
                file,
                infer_schema=False,
                separator=export.delimiter,
                skip_rows=export.preamble,
                truncate_ragged_lines=True,
            ).height
            for file in files
        ),
    }


def sound_lines(file: Path) -> list[object]:
    """Read JSON lines with the standard library, as pandas cannot pass over a broken one."""
    rows = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return rows


def documents(file: Path) -> int:
    """Parse each document of a file of several."""
    parts = file.read_bytes().split(b"<?xml ")[1:]
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, recover=True)
    for part in parts:
        etree.fromstring(b"<?xml " + part, parser)
    return len(parts)


if __name__ == "__main__":
    main()
