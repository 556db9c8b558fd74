"""A real Derwent export, ingested through spark-submit, its betweenness against another tool.

The run is the command's: that Spark gives the same tables is tested in
``tests/engines/test_equal_results.py``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import igraph
import pandas as pd
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def call(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="module")
def result(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drones")
    corpus = str(folder / "corpus")
    call(
        *("scripts/submit", "jobs/ingest_patents.py", "--source", "derwent"),
        *("--input", str(real_data / "derwent-drones"), "--output", corpus),
    )
    call(
        *(sys.executable, "-m", "patentcore.cli", "run", "--engine", "embedded"),
        *("--config", "conf/derwent.toml", "--input", corpus, "--output", str(folder / "result")),
    )
    return folder / "result"


@pytest.fixture(scope="module")
def oracle(real_data: Path) -> pd.Series:
    edges = pd.read_csv(real_data / "derwent-drones" / "edges.csv.gz")
    pairs = edges.loc[edges["citing"] != edges["cited"], ["citing", "cited"]]
    graph = igraph.Graph.TupleList(pairs.itertuples(index=False), directed=True)
    return pd.Series(graph.betweenness(), index=graph.vs["name"])


def test_the_whole_network_of_the_export_is_there(result: Path) -> None:
    network = json.loads((result / "run.json").read_text(encoding="utf-8"))["network"]
    assert network["edges"] == 337_881
    assert network["loops_dropped"] == 9
    degree = pd.read_parquet(result / "centrality").set_index("id")["degree"]
    assert (degree > 0).sum() == 161_018
    vertices = pd.read_parquet(result / "vertices").set_index("id")["is_key"]
    assert vertices[degree.index[degree == 0]].all(), "only key patents stand alone"
    assert network["vertices"] == len(vertices) == len(degree)


def test_the_ten_of_highest_betweenness_are_an_independent_tools(
    result: Path, oracle: pd.Series
) -> None:
    ours = pd.read_parquet(result / "centrality").set_index("id")["betweenness"]
    pd.testing.assert_series_equal(
        ours.nlargest(10), oracle.nlargest(10), check_names=False, rtol=1e-9
    )


def test_every_vertex_has_the_independent_tools_betweenness(
    result: Path, oracle: pd.Series
) -> None:
    ours = pd.read_parquet(result / "centrality").set_index("id")["betweenness"].sort_index()
    expected = oracle.reindex(ours.index, fill_value=0.0)
    pd.testing.assert_series_equal(ours, expected, check_names=False, rtol=1e-9)
    assert set(oracle.index) <= set(ours.index)


def test_key_patents_are_ranked_by_core_degree(result: Path) -> None:
    scores = pd.read_parquet(result / "scores").sort_values("rank")
    assert len(scores) > 1000
    ranked = scores.dropna(subset=["rank"])
    assert ranked["core_degree"].is_monotonic_decreasing
    assert set(scores.loc[scores["rank"].isna(), "missing_reason"]) <= {
        "publication year unknown",
        "published after the reference year 2017",
        "main class unknown",
    }
