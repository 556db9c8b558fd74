"""How the cost of each stage grows with the corpus, and what the world's documents need by that.

``--measure`` runs the method on corpora of the scales named, and keeps what each run's ``run.json``
says of its stages. The figures kept are then printed: what each stage takes at each scale, the
exponent between the two largest, and what 150 million publications take (with the 600 million
citations that they have) when each goes on growing by the line, or by the power where that
is more, through the two largest.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

from method_compare import corpus, patentcore, read_once
from method_measure import measure
from method_paths import CONFIG, PROJECT

FIGURES = Path(__file__).with_name("scale_figures.json")
WORLD_PUBLICATIONS = 150_000_000
WORLD_CITATIONS = 600_000_000
UTILISATION = 0.5
"""Share of the cores that is at work: shuffles, stores and the last tasks wait."""
CORES = (4, 16, 64)
SHOWN = {
    "cpu": "CPU s",
    "read_bytes": "MB read",
    "written_bytes": "MB written",
    "shuffle_bytes": "MB shuffled",
    "spill_bytes": "MB spilled",
    "peak_bytes": "peak MB so far",
}
WHOLE = (
    ("CPU s", "cpu_seconds", 1),
    ("peak MB", "peak_bytes", 1e6),
    ("input MB", "input_bytes", 1e6),
    ("output MB", "output_bytes", 1e6),
)
Run = dict[str, Any]
"""One run: engine, scale, publications, peak_bytes, cpu_seconds, and the stages as in run.json."""


def main() -> int:
    """Measure where asked, then print the tables."""
    arguments = parser().parse_args()
    runs: list[Run] = json.loads(FIGURES.read_text()) if FIGURES.exists() else []
    for scale in arguments.measure:
        for engine in arguments.engines:
            new = run_once(engine, scale, arguments.corpus_dir, arguments.catalogue)
            runs = [run for run in runs if (run["engine"], run["scale"]) != (engine, scale)]
            runs = sorted([*runs, new], key=lambda run: (run["engine"], run["scale"]))
            FIGURES.write_text(json.dumps(runs, indent=1) + "\n")
    for engine in dict.fromkeys(run["engine"] for run in runs):
        own = [run for run in runs if run["engine"] == engine]
        if len(own) > 1:
            print(stage_table(own), cluster_table(own), network_table(own[-1]), sep="\n\n")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/scale", description=__doc__)
    parser.add_argument("--measure", type=float, nargs="+", default=[], metavar="SCALE")
    parser.add_argument("--engines", nargs="+", default=["embedded", "spark"])
    parser.add_argument("--catalogue", default="", help="of technologies, to judge them, too")
    parser.add_argument("--corpus-dir", type=Path, default=PROJECT / "out" / "bench")
    return parser


def run_once(engine: str, scale: float, corpus_dir: Path, catalogue: str) -> Run:
    """Run the method once and return its figures."""
    source = corpus(corpus_dir, scale)
    read_once(source)
    with tempfile.TemporaryDirectory(dir=corpus_dir, prefix="run-") as folder:
        output = Path(folder, "result")
        command = [patentcore(), "run", "--config", CONFIG, "--no-report", "--engine", engine]
        command += ["--set", f"technologies.catalogue={catalogue}"]
        command += ["--input", source, "--output", output]
        took = measure(command, log=Path(folder, "log"))
        if took.exit_code != 0:
            raise SystemExit(f"{engine} failed at scale {scale:g}: {took.errors}")
        manifest = json.loads((output / "run.json").read_text())
    return {
        "engine": engine,
        "scale": scale,
        "publications": manifest["stages"][0]["publications"],
        "input_bytes": sum(table["bytes"] for table in manifest["input"]["tables"].values()),
        "output_bytes": sum(table["bytes"] for table in manifest["tables"].values()),
        "cpu_seconds": round(took.cpu_seconds, 1),
        "peak_bytes": took.peak_bytes,
        "network": manifest["network"],
        "stages": manifest["stages"],
    }


def stage_figures(run: Run) -> dict[str, dict[str, float]]:
    """Return what each stage took, by name; bytes in millions."""
    found = {}
    for stage in run["stages"]:
        usage = stage["usage"]
        own = {name: usage[name] / 1e6 for name in SHOWN if name in usage}
        own["cpu"] = usage["cpu_seconds"] + usage.get("executor_cpu_seconds", 0)
        found[stage["stage"]] = own
    return found


def exponent(runs: list[Run], values: list[float]) -> float:
    """Return the power of the corpus that a figure grows with, between the two largest."""
    (a, b), (x, y) = (run["scale"] for run in runs[-2:]), values[-2:]
    return math.log(y / x) / math.log(b / a) if x > 0 and y > 0 else 0.0


def extrapolated(runs: list[Run], values: list[float]) -> float:
    """Return a figure for the world's publications: by line or, where that is more, by power."""
    (a, b), (x, y) = (run["publications"] for run in runs[-2:]), values[-2:]
    line = y + (y - x) / (b - a) * (WORLD_PUBLICATIONS - b)
    return max(line, y * (WORLD_PUBLICATIONS / b) ** exponent(runs, values))


def stage_table(runs: list[Run]) -> str:
    """Return each stage's figures by scale, the exponents, and the figures for the world."""
    scales = [f"{run['scale']:g}" for run in runs]
    lines = [
        f"\n{runs[0]['engine']}",
        "",
        "| stage | | " + " | ".join(scales) + " | grows as | the world |",
        "|---" * (len(scales) + 4) + "|",
    ]
    for stage, name, values in series(runs):
        shown = " | ".join(f"{value:,.1f}" for value in values)
        world = f"{extrapolated(runs, values):,.0f}"
        lines.append(f"| {stage} | {name} | {shown} | ^{exponent(runs, values):.2f} | {world} |")
    return "\n".join(lines)


def series(runs: list[Run]) -> list[tuple[str, str, list[float]]]:
    """Return stage, name of the figure and its values by scale; nothing that is always nought."""
    by_run = [stage_figures(run) for run in runs]
    found = [
        (stage, shown, [figures[stage].get(key, 0.0) for figures in by_run])
        for stage in by_run[0]
        for key, shown in SHOWN.items()
    ]
    for shown, key, unit in WHOLE:
        found.append(("whole run", shown, [run[key] / unit for run in runs]))
    return [(stage, name, values) for stage, name, values in found if any(values)]


def cluster_table(runs: list[Run]) -> str:
    """Return what the world's publications take in all, and the minutes by number of cores."""
    whole = {name: values for stage, name, values in series(runs) if stage == "whole run"}
    seconds = extrapolated(runs, whole["CPU s"])
    tables = sum(extrapolated(runs, whole[name]) for name in ("input MB", "output MB")) / 1000
    by_run = [stage_figures(run).values() for run in runs]
    shuffled = [sum(stage.get("shuffle_bytes", 0) for stage in stages) for stages in by_run]
    lines = [
        f"{seconds:,.0f} processor seconds, {tables:,.0f} GB of tables,"
        f" {extrapolated(runs, shuffled) / 1000:,.0f} GB shuffled",
        "",
        "| cores | minutes |",
        "|---|---|",
    ]
    lines += [f"| {n} | {seconds / 60 / n / UTILISATION:.1f} |" for n in CORES]
    return "\n".join(lines)


def network_table(last: Run) -> str:
    """Return what betweenness takes of the key patents' network, and of all citations at once."""
    factor = WORLD_PUBLICATIONS / last["publications"]
    key = [round(last["network"][name] * factor) for name in ("vertices", "edges")]
    lines = [
        "| network | vertices | edges | a worker, at most | driver: Java | Python | search |",
        "|---|---|---|---|---|---|---|",
    ]
    for scope, n, m in (("incident", *key), ("full", WORLD_PUBLICATIONS, WORLD_CITATIONS)):
        # A worker as docs/betweenness.md has it, with two rows of sums a vertex; the driver and the
        # search by what docs/laboratory/betweenness.md has of ten times the US network.
        worker = 40 * n + 4 * m + 32 * n + 8 * m + 40 * 2 * n
        java, python = 16 * m, 8.1 * 2**30 * m / 165e6
        hours = 2_100 * (n / 37.7e6) ** 1.3 / 3600
        gib = " | ".join(f"{size / 2**30:.1f} GiB" for size in (worker, java, python))
        lines.append(f"| {scope} | {n:,} | {m:,} | {gib} | {hours:.1f} h of a thread |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
