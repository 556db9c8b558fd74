"""Time and peak memory of the whole method: PatentCore by engine, the authors' and an expert's way.

Every way runs as a process of its own on the same corpus, and all results are compared; the exit
code is 1 where they differ.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import platform
import shutil
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from method_agree import disagreements
from method_measure import Measurement, measure
from method_paths import CONFIG, HERE, PROJECT
from method_plans import plans

ENGINES = ("embedded", "spark")
# The authors' way is for the paper's size; beyond it would take days.
AUTHORS_UP_TO = 1.0


@dataclass
class Result:
    """What one way needed at one scale."""

    scale: float
    way: str
    runs: list[Measurement] = field(default_factory=list)
    stages: list[dict[str, float]] = field(default_factory=list)
    time_limit: float | None = None

    @property
    def is_over_limit(self) -> bool:
        """Tell whether the time limit ended it."""
        return any(run.exit_code is None for run in self.runs)

    @property
    def seconds(self) -> float:
        """Median of the runs."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def cpu_seconds(self) -> float:
        """Processor seconds, median of the runs."""
        return statistics.median(run.cpu_seconds for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        """Largest of the runs."""
        return max(run.peak_bytes for run in self.runs)


class Failure(Exception):
    """The benchmark cannot go on, or the results differ."""


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; return its exit code."""
    arguments = parser().parse_args(argv)
    try:
        if arguments.plans:
            print(plans(corpus(arguments.corpus_dir, min(arguments.scales))))
            return 0
        results = [r for scale in arguments.scales for r in compare_at(scale, arguments)]
    except Failure as failure:
        print(f"benchmark: {failure}", file=sys.stderr)
        return 1
    print(table(results))
    print(growth(results))
    print(stage_table(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures(results), indent=2) + "\n")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/method", description=__doc__)
    parser.add_argument(
        "--scales",
        type=lambda text: [float(scale) for scale in text.split(",")],
        default=[1.0, 10.0, 33.0],
        help="sizes of the corpus; 1 is the paper's (default: 1,10,33)",
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of each way (default: 3)")
    parser.add_argument(
        "--engines",
        type=lambda text: [engine for engine in text.split(",") if engine],
        default=list(ENGINES),
        help="of ours; ratios are to the first (default: embedded,spark)",
    )
    parser.add_argument(
        "--peers",
        type=lambda text: [peer for peer in text.split(",") if peer],
        default=["authors", "expert"],
        help="authors, expert (default: both; authors at scale 1 and below, once)",
    )
    parser.add_argument(
        "--corpus-dir",
        type=Path,
        default=PROJECT / "out" / "bench",
        help="where the corpora are, or are made (default: out/bench)",
    )
    parser.add_argument(
        "--time-limit", type=float, default=1800, help="seconds for the authors (default: 1800)"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument(
        "--plans",
        action="store_true",
        help="instead of timing, show what each stage reads, scans and shuffles",
    )
    return parser


# --- runs ---------------------------------------------------------------------------------------


def corpus(folder: Path, scale: float) -> Path:
    """Return the corpus of a scale, made by the product's command where it is missing."""
    target = folder.absolute() / f"scale-{scale:g}"
    if target.is_dir():
        return target
    making = target.with_name(f".{target.name}.unfinished")
    shutil.rmtree(making, ignore_errors=True)
    say(f"making the corpus of scale {scale:g} in {target}")
    command = [patentcore(), "corpus", "--output", making, "--scale", f"{scale:g}"]
    done = measure(command, log=folder / f"corpus-{scale:g}.log")
    if done.exit_code != 0:
        raise Failure(f"patentcore corpus failed: {done.errors}")
    making.rename(target)
    return target


def compare_at(scale: float, arguments: argparse.Namespace) -> list[Result]:
    """Run every way at one scale, in turn, and compare what they wrote."""
    source = corpus(arguments.corpus_dir, scale)
    read_once(source)
    ours, *others = [Result(scale, engine) for engine in arguments.engines]
    peers = [Result(scale, peer) for peer in arguments.peers if is_feasible(peer, scale)]
    peers = [*others, *peers]
    with tempfile.TemporaryDirectory(dir=arguments.corpus_dir, prefix="run-") as folder:
        for number in range(1, arguments.runs + 1):
            for result in [ours, *peers]:
                if result.way == "authors" and number > 1:
                    continue
                result.time_limit = arguments.time_limit if result.way == "authors" else None
                run_once(result, source, Path(folder, result.way))
        for peer in peers:
            if peer.is_over_limit:
                continue
            problems = disagreements(Path(folder, ours.way), Path(folder, peer.way))
            if problems:
                raise Failure(
                    f"scale {scale:g}: {ours.way} and {peer.way} disagree:\n  "
                    + "\n  ".join(problems)
                )
            say(f"scale {scale:g}: {ours.way} and {peer.way} agree")
    return [ours, *peers]


def is_feasible(peer: str, scale: float) -> bool:
    """Tell whether a peer runs at a scale."""
    return peer != "authors" or scale <= AUTHORS_UP_TO


def run_once(result: Result, source: Path, output: Path) -> None:
    """Run one way once into an output folder that does not exist."""
    shutil.rmtree(output, ignore_errors=True)
    log = output.with_suffix(".log")
    run = measure(command_of(result.way, source, output), log=log, time_limit=result.time_limit)
    result.runs.append(run)
    if run.exit_code not in (0, None):
        raise Failure(f"{result.way} failed at scale {result.scale:g}: {run.errors}")
    if result.way in ENGINES:
        manifest = json.loads((output / "run.json").read_text())
        stages = {stage["stage"]: stage["seconds"] for stage in manifest["stages"]}
        stages["start, checks and publishing"] = run.seconds - sum(stages.values())
        result.stages.append(stages)
    shown = "over the limit" if run.exit_code is None else f"{run.seconds:.1f} s"
    shown += f", {run.cpu_seconds:.1f} CPU s, {gib(run.peak_bytes)} GiB"
    say(f"scale {result.scale:g}: {result.way}: {shown}")


def command_of(way: str, source: Path, output: Path) -> list[str | Path]:
    """Return the command of a way."""
    if way in ENGINES:
        # The other ways stop at the scores, do not ask how robust the ranking is, and draw nothing.
        less = ("--set", "robustness.samples=0", "--set", "technologies.catalogue=", "--no-report")
        method = ("--config", CONFIG, *less)
        places = ("--input", source, "--output", output)
        return [patentcore(), "run", *method, *places, "--engine", way]
    return [sys.executable, HERE / f"method_{way}.py", source, output]


def patentcore() -> Path:
    """Return the product's command."""
    return Path(sys.executable).with_name("patentcore")


def read_once(source: Path) -> None:
    """Read every file of the corpus, so that no way finds it colder than the next."""
    for path in source.rglob("*.parquet"):
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


# --- output -------------------------------------------------------------------------------------


def table(results: list[Result]) -> str:
    """Return the table of times and peaks, with ratios to the first way."""
    lines = [
        "| scale | way | runs | median s | CPU s | peak GiB | time | CPU | memory |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    first: dict[float, Result] = {}
    for result in results:
        own = first.setdefault(result.scale, result)
        more = "more than " if result.is_over_limit else ""
        lines.append(
            f"| {result.scale:g} | {result.way} | {len(result.runs)} "
            f"| {more}{result.seconds:.1f} | {more}{result.cpu_seconds:.1f} "
            f"| {gib(result.peak_bytes)} "
            f"| {more}{result.seconds / own.seconds:.2f} "
            f"| {more}{result.cpu_seconds / own.cpu_seconds:.2f} "
            f"| {result.peak_bytes / own.peak_bytes:.2f} |"
        )
    return "\n".join(lines)


def growth(results: list[Result]) -> str:
    """Return how time grows with the corpus: the exponent between its smallest and largest."""
    lines = [""]
    for way in dict.fromkeys(result.way for result in results):
        own = sorted((r for r in results if r.way == way), key=lambda result: result.scale)
        if len(own) > 1 and not own[-1].is_over_limit:
            ratio = math.log(own[-1].scale / own[0].scale)
            wall = math.log(own[-1].seconds / own[0].seconds) / ratio
            cpu = math.log(own[-1].cpu_seconds / own[0].cpu_seconds) / ratio
            lines.append(
                f"{way}: time grows as scale^{wall:.2f} (processor time ^{cpu:.2f}) "
                f"from {own[0].scale:g} to {own[-1].scale:g}"
            )
    return "\n".join(lines)


def stage_table(results: list[Result]) -> str:
    """Return the seconds by stage and engine, medians."""
    ours = [result for result in results if result.stages]
    stages = list(ours[0].stages[0]) if ours else []
    lines = [
        "",
        "| scale | engine | " + " | ".join(stages) + " |",
        "|---" * (len(stages) + 2) + "|",
    ]
    for result in ours:
        seconds = [statistics.median(run[stage] for run in result.stages) for stage in stages]
        shown = " | ".join(f"{value:.1f}" for value in seconds)
        lines.append(f"| {result.scale:g} | {result.way} | {shown} |")
    return "\n".join(lines)


def figures(results: list[Result]) -> dict[str, Any]:
    """Return everything measured, for a file."""
    packages = ["patentcore", "pysail", "pyspark", "pandas", "networkx", "duckdb", "igraph"]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "memory_bytes": memory},
        "versions": {"python": platform.python_version()} | {p: version(p) for p in packages},
        "results": [
            {
                "scale": result.scale,
                "way": result.way,
                "median_seconds": result.seconds,
                "is_over_limit": result.is_over_limit,
                "peak_bytes": result.peak_bytes,
                "runs": [
                    {k: v for k, v in asdict(run).items() if k != "errors"} for run in result.runs
                ],
                "stages": result.stages,
            }
            for result in results
        ],
    }


def gib(size: int) -> str:
    """Return bytes in GiB."""
    return f"{size / 2**30:.2f}"


def say(message: str) -> None:
    """Tell what is going on."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
