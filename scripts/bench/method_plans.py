"""What each stage of ``patentcore run`` reads, scans and shuffles, from Spark's event log.

Each stage runs alone with the event log on, so that what is shown is what was executed: for each
query its scans with the columns read, and its exchanges.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from method_paths import CONFIG

STAGES = ("screen", "network", "centrality", "score")
ALL = 20  # columns from which they are counted, not listed
_EVENT = "org.apache.spark.sql.execution.ui.SparkListenerSQL"


@dataclass
class Query:
    """One query that Spark executed.

    Attributes:
        writes: the table written, or what was asked for.
        scans: table and columns of each scan.
        exchanges: kinds of shuffles and broadcasts.
    """

    writes: str
    scans: list[str] = field(default_factory=list)
    exchanges: list[str] = field(default_factory=list)


@dataclass
class Totals:
    """What a stage's tasks did."""

    rows: int = 0
    shuffled: int = 0
    tasks: int = 0


def plans(source: Path) -> str:
    """Run each stage on a corpus and return a list of its queries."""
    lines = []
    with tempfile.TemporaryDirectory(dir=source.parent, prefix="plans-") as folder:
        output = Path(folder, "output")
        for stage in STAGES:
            events = list(run_stage(stage, source, output, Path(folder, stage)))
            queries, totals = queries_of(events), totals_of(events)
            lines.append(
                f"{stage}: {len(queries)} queries, {totals.tasks} tasks, "
                f"{totals.rows:,} rows read, {totals.shuffled / 2**20:.1f} MiB shuffled"
            )
            lines += [line for query in queries for line in describe(query)]
    return "\n".join(lines)


def run_stage(stage: str, source: Path, output: Path, log: Path) -> Iterator[dict[str, Any]]:
    """Run one stage with the event log on; return its events."""
    log.mkdir()
    settings = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": log.as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        "spark.sql.debug.maxToStringFields": "200",
        "spark.sql.maxMetadataStringLength": "4000",
    }
    command = [str(Path(sys.executable).with_name("patentcore")), stage]
    command += ["--config", str(CONFIG), "--input", str(source), "--output", str(output)]
    command += ["--engine", "spark"]
    command += ["--set", "technologies.catalogue="]
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    (file,) = log.iterdir()
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def queries_of(events: list[dict[str, Any]]) -> list[Query]:
    """Return the queries in order, each with its final plan."""
    plans: dict[int, dict[str, Any]] = {}
    for event in events:
        kind = event["Event"].removeprefix(_EVENT)
        # The adaptive planner announces each change; the last is what was executed.
        if kind in ("ExecutionStart", "AdaptiveExecutionUpdate"):
            plans[event["executionId"]] = event["sparkPlanInfo"]
    queries = []
    for plan in plans.values():
        query = Query("an answer")
        for node in nodes(plan):
            note(node, query)
        queries.append(query)
    return queries


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the operators of a plan from the top."""
    yield plan
    for child in plan["children"]:
        yield from nodes(child)


def note(node: dict[str, Any], query: Query) -> None:
    """Add what an operator tells to its query."""
    name, text = node["nodeName"], node["simpleString"]
    if "InsertIntoHadoopFsRelationCommand" in text:
        query.writes = text.split("file:")[1].split(",")[0].rpartition("/")[2]
    elif name.startswith("Scan parquet"):
        table = node["metadata"]["Location"].rstrip("]").rpartition("/")[2]
        columns = top_level(node["metadata"]["ReadSchema"])
        shown = ", ".join(columns) if len(columns) < ALL else f"all {len(columns)} columns"
        query.scans.append(f"{table}({shown})")
    elif name in ("Exchange", "BroadcastExchange"):
        kind = re.match(r"Exchange (\w+)(?:\(([^,)]*))?", text)
        by = f"shuffle by {kind[2].partition('#')[0]}" if kind and kind[2] else "shuffle to one"
        query.exchanges.append("broadcast" if name == "BroadcastExchange" else by)


def top_level(schema: str) -> list[str]:
    """Return the column names of ``struct<a:int,b:struct<c:int>>``."""
    names, depth, name = [], 0, ""
    for character in schema.removeprefix("struct<"):
        if depth == 0 and character in ",>":
            names.append(name.partition(":")[0])
            name = ""
            continue
        depth += {"<": 1, ">": -1}.get(character, 0)
        name += character
    return [name for name in names if name]


def totals_of(events: list[dict[str, Any]]) -> Totals:
    """Return the sums over all tasks."""
    totals = Totals()
    for event in events:
        metrics = event.get("Task Metrics") if event["Event"] == "SparkListenerTaskEnd" else None
        if metrics:
            totals.tasks += 1
            totals.rows += metrics["Input Metrics"]["Records Read"]
            totals.shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
    return totals


def describe(query: Query) -> list[str]:
    """Return a query in a few lines."""
    lines = [f"  {query.writes}: " + (", ".join(query.exchanges) or "no exchange")]
    return lines + [f"    scans {scan}" for scan in query.scans]
