"""The whole method on both engines, table by table: equal to the bit, or different as said here."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.sources import ingest
from patentcore.stages.pipeline import run_all
from patentcore.synthetic import generate
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.classic, pytest.mark.usefixtures("compiled")]

# What may differ, and by how much of its size: means and entropies are sums of doubles, which each
# engine adds in its own order of rows, and the curve is an exponential. All else is equal to the
# bit: counts, networks, centralities, scores, ranks, windows, fits and verdicts.
MEANS = (
    *("generality", "generality_rank", "originality", "novelty", "novelty_change"),
    *("inventor_breadth", "domestic_inventor_breadth", "foreign_inventor_breadth"),
    *("domestic_inventor_breadth_bound", "foreign_inventor_breadth_bound"),
    "known_side_share",
    *("partner_entropy", "iur_subjects", "chain_spread", "iur_chain"),
    *("class_breadth", "partner_distance"),
    *("domestic_quality", "foreign_quality", "unknown_quality"),
)
SHARES = (
    "known_quality_share",
    *("domestic_originality", "foreign_originality"),
    *("domestic_originality_bound", "foreign_originality_bound"),
    *(f"{side}_share{end}" for side in ("domestic", "foreign") for end in ("", "_low", "_high")),
)
BOUNDS: dict[tuple[str, str], float] = {
    **{("enterprises", name): 1e-12 for name in MEANS},
    **{("technologies", name): 1e-12 for name in (*MEANS, *SHARES)},
    **{("technology_years", name): 1e-12 for name in ("novelty", "fitted")},
    ("technology_judgements", "figures"): 1e-12,
}

RUNS: dict[str, list[str]] = {
    "citation": [
        f"technologies.catalogue={ROOT / 'conf' / 'technologies.toml'}",
        "windows.length=8",
        "windows.step=8",
        "robustness.samples=20",
    ],
    "co_classification": ["network.kind=co_classification", "robustness.samples=0"],
    "co_citation": ["network.kind=co_citation", "robustness.samples=0"],
    "bibliographic_coupling": [
        "network.kind=bibliographic_coupling",
        "centrality.betweenness=approximate",
        "centrality.epsilon=0.05",
        "robustness.samples=0",
    ],
}


@pytest.fixture(scope="module")
def corpus(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "corpus"
    generate(spark, str(folder), scale=0.02)
    return folder


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the embedded engine where no Java is to be found."""
    without_java = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    return subprocess.run(
        [sys.executable, "-m", "patentcore.cli", *arguments, "--engine", "embedded"],
        env=without_java | {"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """Return a table's rows in the order of what is equal in them."""
    exact = ds.dataset(folder / table, format="parquet").to_table().to_pylist()
    bounded = {column for name, column in BOUNDS if name == table}
    return sorted(exact, key=lambda row: repr([row[name] for name in row if name not in bounded]))


def differences(table: str, one: Path, other: Path) -> list[str]:
    """Return the rows in which a table differs by more than may be."""
    found = []
    for row, twin in zip(rows(one, table), rows(other, table), strict=True):
        assert list(row) == list(twin)
        for column, value in row.items():
            bound = BOUNDS.get((table, column), 0.0)
            if not is_equal(value, twin[column], bound):
                found.append(f"{table}.{column}: {value!r} is not {twin[column]!r}")
    return found


def is_equal(one: Any, other: Any, bound: float) -> bool:
    if bound and isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=bound)
    if is_map(one) and is_map(other):  # whose keys have no order
        pairs = list(zip(sorted(one), sorted(other), strict=True)) if len(one) == len(other) else []
        same = (key == twin and is_equal(a, b, bound) for (key, a), (twin, b) in pairs)
        return len(one) == len(other) and all(same)
    return repr(one) == repr(other)


def is_map(value: Any) -> bool:
    """Tell whether a value is a map, which comes as pairs."""
    return isinstance(value, list) and all(isinstance(pair, tuple) for pair in value)


def refuse_differences(tables: Iterable[str], one: Path, other: Path) -> None:
    found = [text for table in tables for text in differences(table, one, other)]
    assert not found, "\n".join([f"{len(found)} values", *found[:60]])


@pytest.mark.parametrize("name", RUNS)
def test_results_are_equal(spark: SparkSession, corpus: Path, tmp_path: Path, name: str) -> None:
    run_on_both(spark, corpus, tmp_path, settings=RUNS[name])


@pytest.mark.parametrize(
    ("source", "conf"),
    [("derwent-drones", "derwent.toml"), ("lens-csv/autonomous-driving.csv.gz", "lens.toml")],
    ids=["drones", "lens"],
)
def test_results_of_real_exports_are_equal(
    spark: SparkSession, real_data: Path, tmp_path: Path, source: str, conf: str
) -> None:
    export = str(real_data / source)
    (tmp_path / "embedded").mkdir()
    one, other = tmp_path / "corpus", tmp_path / "embedded" / "corpus"
    done = command("ingest", "--source", "auto", "--input", export, "--output", str(other))
    assert done.returncode == 0, done.stderr[-3000:]
    ingest(spark, "auto", [export], str(one))
    refuse_differences(("patents", "citations", "rejects"), one, other)
    catalogue = f"technologies.catalogue={ROOT / 'conf' / 'technologies.toml'}"
    run_on_both(
        spark, one, tmp_path / "result", settings=[catalogue, "robustness.samples=20"], conf=conf
    )


def run_on_both(
    spark: SparkSession, corpus: Path, folder: Path, settings: list[str], conf: str | None = None
) -> None:
    """Run the method on both engines and compare all tables and facts."""
    folder.mkdir(exist_ok=True)
    one, other = folder / "spark", folder / "embedded"
    path = str(ROOT / "conf" / conf) if conf else None
    arguments = [part for setting in settings for part in ("--set", setting)]
    arguments += ["--config", path] if path else []
    done = command("run", "--input", str(corpus), "--output", str(other), *arguments)
    assert done.returncode == 0, done.stderr[-3000:]
    run_all(spark, config.load(path, settings), source=str(corpus), output=str(one))
    manifests = [json.loads((folder / "run.json").read_text()) for folder in (one, other)]
    assert [manifest["engine"]["name"] for manifest in manifests] == ["spark", "embedded"]
    assert "java" not in manifests[1]["versions"]
    tables, facts = list(manifests[0]["tables"]), ("funnel", "network", "robustness", "windows")
    assert tables == list(manifests[1]["tables"])
    refuse_differences(tables, one, other)
    assert [manifests[0].get(fact) for fact in facts] == [manifests[1].get(fact) for fact in facts]


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest", "--source", "lens", "--input", "hdfs://nowhere/export.csv"),
        ("run", "--input", "hdfs://nowhere/corpus"),
        ("screen", "--input", "catalog:lake.corpus"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_only_spark_does_is_refused_before_any_work(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = command(*arguments, "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "does not have a client for" in done.stderr
    assert "use --engine spark" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
