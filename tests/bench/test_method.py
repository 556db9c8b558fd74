"""The benchmark of the method: the ways agree, and the comparison notices when they do not."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import method_authors
import method_compare
import method_expert
import method_plans
import pandas as pd
import pyarrow.parquet as pq
import pytest
from method_agree import TABLES, compare, compare_ranks, disagreements, read
from method_measure import Measurement, measure
from pyspark.sql import SparkSession
from tests.bench.corpora import patent, write_corpus

from patentcore import config
from patentcore.stages.pipeline import run_all

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"
PAPER = BENCH.parents[1] / "conf" / "paper.toml"
LATE = dt.date(2024, 1, 1)
PEERS = {"authors": method_authors.run, "expert": method_expert.run}


@pytest.fixture(scope="module")
def ours(spark: SparkSession, small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("ours") / "out"
    run_all(
        spark,
        config.load(PAPER, ["technologies.catalogue="]),
        source=str(small_corpus),
        output=str(output),
    )
    return output


@pytest.mark.parametrize("peer", PEERS)
def test_peers_agree_with_the_pipeline(peer: str, ours: Path, small_corpus: Path, tmp_path: Path):
    PEERS[peer](small_corpus, tmp_path / "out")
    assert disagreements(ours, tmp_path / "out") == []


def test_the_small_corpus_exercises_every_step(ours: Path):
    funnel = pd.read_parquet(ours / "funnel")
    scores = pd.read_parquet(ours / "scores")
    rejects = pd.read_parquet(ours / "rejects")
    assert (funnel["removed"] > 0).all()
    assert (funnel["unknown"] > 0).all()
    assert set(rejects["source"]) == {"patents", "citations"}
    assert scores["betweenness"].gt(0).any()
    assert scores["main_class"].isna().any()


@pytest.mark.parametrize("peer", PEERS)
def test_peers_compute_what_is_known_by_hand(peer: str, tmp_path: Path):
    # B cites A and A cites C; Z, of two parallel citations, is cited by C, which no step keeps.
    patents = [patent("A"), patent("B", claim_count=10), patent("C", authority=None)]
    patents.append(patent("Z", simple_family=["Z", "Y"]))
    # Neither of these is known to be of the paper's years.
    patents += [patent("D", publication_date=None), patent("E", publication_date=LATE)]
    pairs = [("B", "A"), ("A", "C"), ("C", "Z"), ("C", "Z"), ("A", "A"), ("B", "C"), (None, "A")]
    source = write_corpus(tmp_path / "corpus", patents, pairs)
    PEERS[peer](source, tmp_path / "out")

    def table(name: str) -> list[dict[str, Any]]:
        return pq.read_table(tmp_path / "out" / name).to_pylist()

    assert [row["patents"] for row in table("funnel")] == [4, 3, 3, 2, 2, 2, 2, 2]
    assert [row["removed"] for row in table("funnel")] == [2, 1, 0, 1, 0, 0, 0, 0]
    assert [row["unknown"] for row in table("funnel")] == [1, 1, 0, 0, 0, 0, 0, 0]
    edges = {(row["src"], row["dst"], row["weight"]) for row in table("edges")}
    assert edges == {("B", "A", 1), ("A", "C", 1), ("C", "Z", 2)}
    assert {row["id"]: row["betweenness"] for row in table("centrality")} == {
        "A": 2,
        "B": 0,
        "C": 2,
        "Z": 0,
    }
    first, second = table("scores")
    assert (first["publication_number"], first["degree"], first["popularity"]) == ("A", 2, 1 / 9)
    assert (second["publication_number"], second["popularity"]) == ("Z", 1.5 / 9)
    core_degree = 0.4 * 2 / 3 + 0.3 * 2 + 0.2 / 9 + 0.1 * 100
    assert first["core_degree"] == pytest.approx(core_degree, rel=1e-12)
    assert [row["record"] for row in table("rejects")] == ["A"]


@pytest.mark.parametrize("peer", PEERS)
def test_peers_refuse_a_key_that_occurs_twice(peer: str, tmp_path: Path):
    source = write_corpus(tmp_path / "corpus", [patent("A"), patent("A")], [("A", "B")])
    with pytest.raises(ValueError, match="several rows"):
        PEERS[peer](source, tmp_path / "out")


# --- comparison ---------------------------------------------------------------------------------

CENTRALITY = next(table for table in TABLES if table.name == "centrality")


def centrality(**changes: Any) -> pd.DataFrame:
    row = {
        "id": "A",
        "in_degree": 1,
        "out_degree": 1,
        "degree": 2,
        "degree_centrality": 0.5,
        "betweenness": 100.0,
    }
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"betweenness": 100.0 + 1e-8}, None),
        ({"betweenness": 100.0 + 1e-6}, "betweenness differs in 1 rows"),
        ({"in_degree": 2}, "in_degree differs in 1 rows"),
        ({"betweenness": None}, "betweenness differs in 1 rows"),
        ({"id": "B"}, "1 rows only in ours"),
    ],
)
def test_compare_tells_what_differs(changes: dict[str, Any], problem: str | None):
    problems = compare(centrality(), centrality(**changes), CENTRALITY)
    assert bool(problems) == (problem is not None)
    assert problem is None or problem in problems[0]


def test_compare_pairs_rows_of_equal_key():
    table = next(table for table in TABLES if table.name == "rejects")
    row = {"source": "s", "record": None, "field": "f", "reason": "r"}
    assert compare(pd.DataFrame([row, row]), pd.DataFrame([row, row]), table) == []
    assert compare(pd.DataFrame([row, row]), pd.DataFrame([row]), table)


def test_ranks_may_swap_only_between_equal_core_degrees():
    def ranked(*rows: tuple[str, int, float]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=["publication_number", "rank", "core_degree"])

    first = ranked(("A", 1, 5.0), ("B", 2, 5.0), ("C", 3, 4.0))
    assert compare_ranks(first, ranked(("A", 2, 5.0), ("B", 1, 5.0), ("C", 3, 4.0))) == []
    assert compare_ranks(first, ranked(("A", 1, 5.0), ("B", 3, 5.0), ("C", 2, 4.0)))


def test_a_disagreement_ends_the_benchmark(
    small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
):
    # The authors' way stands in for ours, and the peer loses an edge.
    method_authors.run(small_corpus, tmp_path / "reference")

    def pretend(result: method_compare.Result, source: Path, output: Path) -> None:
        subprocess.run(["cp", "-r", tmp_path / "reference", output], check=True)
        if result.way == "expert":
            edges = read(output, next(table for table in TABLES if table.name == "edges"))
            edges.iloc[1:].to_parquet(output / "edges" / "part-0.parquet")
        result.runs.append(Measurement(1.0, 1, 1.0, 1, 0, ""))

    monkeypatch.setattr(method_compare, "run_once", pretend)
    monkeypatch.setattr(method_compare, "corpus", lambda folder, scale: small_corpus)
    arguments = ["--scales", "1", "--runs", "1", "--corpus-dir", str(tmp_path), "--peers", "expert"]
    assert method_compare.main(arguments) == 1
    assert "edges: 1 rows only in ours" in capsys.readouterr().err


# --- measurement --------------------------------------------------------------------------------


def test_memory_of_children_counts(tmp_path: Path):
    hold = "import time; held = bytearray(100_000_000); time.sleep(0.6)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    run = measure([sys.executable, "-c", parent], log=tmp_path / "log")
    assert run.exit_code == 0
    assert run.seconds > 0.6
    assert 100e6 < run.peak_bytes < 250e6
    assert run.processes == 2


def test_work_of_children_counts(tmp_path: Path):
    work = "import time\nwhile time.process_time() < 0.6: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    run = measure([sys.executable, "-c", parent], log=tmp_path / "log")
    assert run.cpu_seconds > 0.3


def test_the_time_limit_ends_the_whole_tree(tmp_path: Path):
    child = tmp_path / "child"
    wait = f"import os, time; open({str(child)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {wait!r}])"
    run = measure([sys.executable, "-c", parent], log=tmp_path / "log", time_limit=1)
    assert run.exit_code is None
    assert run.seconds < 30
    assert dies(int(child.read_text()))


def dies(pid: int) -> bool:
    """Tell whether a killed process goes; the kernel may take a moment on a busy machine."""
    for _ in range(100):
        if not is_alive(pid):
            return True
        time.sleep(0.1)
    return False


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_output_of_a_failure_is_kept(tmp_path: Path):
    run = measure([sys.executable, "-c", "raise SystemExit('why')"], log=tmp_path / "log")
    assert (run.exit_code, run.errors) == (1, "why")


def test_table_says_more_than_where_the_limit_was_hit():
    ours = method_compare.Result(1.0, "ours", [Measurement(2.0, 2**30, 4.0, 3, 0, "")])
    peer = method_compare.Result(1.0, "authors", [Measurement(30.0, 2**31, 30.0, 1, None, "")])
    lines = method_compare.table([ours, peer]).splitlines()
    assert lines[-1] == (
        "| 1 | authors | 1 | more than 30.0 | more than 30.0 | 2.00 "
        "| more than 15.00 | more than 7.50 | 2.00 |"
    )


def test_growth_is_an_exponent_of_the_scale():
    runs = [(1.0, 2.0, 3.0), (10.0, 20.0, 300.0)]
    results = [
        method_compare.Result(scale, "embedded", [Measurement(wall, 1, cpu, 1, 0, "")])
        for scale, wall, cpu in runs
    ]
    assert "embedded: time grows as scale^1.00 (processor time ^2.00)" in method_compare.growth(
        results
    )
    assert method_compare.growth(results[:1]) == ""


def test_columns_read_are_named_without_their_types():
    schema = "struct<a:int,b:array<struct<c:string,d:date>>,e:bigint>"
    assert method_plans.top_level(schema) == ["a", "b", "e"]
    assert method_plans.top_level("struct<>") == []


@pytest.mark.slow
def test_the_benchmark_runs_from_the_command_line(small_corpus: Path, tmp_path: Path):
    (tmp_path / "scale-0.05").symlink_to(small_corpus)
    figures = tmp_path / "figures.json"
    command = [BENCH / "method", "--scales", "0.05", "--runs", "1", "--corpus-dir", tmp_path]
    command += ["--engines", "embedded"]
    done = subprocess.run([*command, "--json", figures], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "embedded and authors agree" in done.stderr
    assert "| 0.05 | expert | 1 |" in done.stdout
    results = json.loads(figures.read_text())["results"]
    assert [result["way"] for result in results] == ["embedded", "authors", "expert"]
    assert all(result["peak_bytes"] > 0 for result in results)


@pytest.mark.slow
@pytest.mark.classic
def test_plans_show_scans_and_exchanges_of_each_stage(small_corpus: Path, tmp_path: Path):
    (tmp_path / "scale-0.05").symlink_to(small_corpus)
    command = [BENCH / "method", "--scales", "0.05", "--plans", "--corpus-dir", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if line[0] != " "] == [
        "screen",
        "network",
        "centrality",
        "score",
    ]
    assert "    scans citations(citing, cited)" in done.stdout
