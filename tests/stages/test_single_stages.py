"""Stages run apart from each other: what a repeated, changed or interrupted one leaves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from patentcore import config, schemas
from patentcore.errors import ConfigError, InputError, OutputError
from patentcore.lake import exchange
from patentcore.results import reading
from patentcore.stages import pipeline
from patentcore.stages.pipeline import run_stage, stages_of
from patentcore.stages.run import Run
from tests import factories

from .conftest import WITHOUT_LIMITS, Finished, table

ROBUST = ("robustness.samples=5", "windows.length=5", "windows.step=5")


class Stages:
    """Runs single stages into a copy of a result that was made stage by stage."""

    def __init__(self, spark: SparkSession, source: Path, output: Path) -> None:
        self.spark = spark
        self.source = source
        self.output = output

    def run(self, *stages: str, overrides: tuple[str, ...] = ROBUST) -> None:
        settings = config.load(
            None, [*WITHOUT_LIMITS, "corpus.check_unique_keys=false", *overrides]
        )
        for stage in stages:
            run_stage(
                self.spark, settings, stage=stage, source=str(self.source), output=str(self.output)
            )

    def manifest(self) -> dict[str, Any]:
        return reading.read_manifest(str(self.output))

    def progress(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.output / "_stages.json").read_text("utf-8"))
        return found

    def tables(self) -> dict[str, pd.DataFrame]:
        names = [path.name for path in self.output.iterdir() if path.name[0] not in "_."]
        return {name: table(self.output, name) for name in names if "." not in name}


@pytest.fixture(scope="module")
def finished(
    spark: SparkSession, canonical: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    output = tmp_path_factory.mktemp("finished") / "out"
    Stages(spark, canonical, output).run(*(stage.name for stage in stages_of(config.parse({}))))
    return output


@pytest.fixture
def stages(spark: SparkSession, canonical: Path, finished: Path, tmp_path: Path) -> Stages:
    shutil.copytree(finished, tmp_path / "out")
    return Stages(spark, canonical, tmp_path / "out")


def assert_same_tables(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame]) -> None:
    assert set(found) == set(expected)
    for name, frame in expected.items():
        by = list(frame.columns[:2])
        pd.testing.assert_frame_equal(
            found[name].sort_values(by, ignore_index=True), frame.sort_values(by, ignore_index=True)
        )


def test_every_output_table_is_of_a_stage() -> None:
    written = {name for stage in pipeline.STAGES for name in stage.writes}
    assert written == set(schemas.TABLES) - {"patents", "citations"}


def test_a_repeated_stage_replaces_its_own_rows(stages: Stages) -> None:
    expected = stages.tables()
    assert len(expected["rejects"]) == 1, "a citation without both ends"
    stages.run("network", "network")
    assert_same_tables(stages.tables(), expected)


@pytest.mark.parametrize("mode", ["error", "overwrite"])
def test_tables_that_a_repeated_stage_no_longer_makes_go(stages: Stages, mode: str) -> None:
    before = stages.manifest()
    assert {"robustness", "windows", "window_scores"} <= set(stages.tables())
    stages.run("score", overrides=("robustness.samples=0", f"output.mode={mode}"))
    gone = {"robustness", "windows", "window_scores", "window_movers"}
    assert set(before["tables"]) - set(stages.tables()) == gone
    after = stages.manifest()
    assert set(after["tables"]) == set(stages.tables())
    assert set(before) - set(after) == {"robustness", "windows"}
    for key in ("funnel", "network", "betweenness"):
        assert after[key] == before[key]
    assert after["stages"][:3] == before["stages"][:3]
    assert [record["stage"] for record in after["stages"]][3:] == ["score"]


def test_a_stage_of_a_whole_run_keeps_what_the_others_recorded(
    finish: Finished, spark: SparkSession, canonical: Path, tmp_path: Path
) -> None:
    whole = finish("robustness.samples=5")
    Stages(spark, canonical, tmp_path / "out").run("score", overrides=("robustness.samples=5",))
    again = reading.read_manifest(str(tmp_path / "out"))
    assert set(again) == set(whole)
    assert again["network"] == whole["network"]
    assert [r["stage"] for r in again["stages"]] == [r["stage"] for r in whole["stages"]]


def test_a_stage_that_fails_leaves_the_former_result(
    stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_way(run: Run) -> None:
        raise RuntimeError("half-way")

    tables, manifest = stages.tables(), stages.manifest()
    monkeypatch.setattr(pipeline, "measure_windows", half_way)
    with pytest.raises(RuntimeError, match="half-way"):
        stages.run("score", overrides=("scoring.reference_year=2030",))
    assert_same_tables(stages.tables(), tables)
    assert stages.manifest() == manifest
    assert [path.name for path in stages.output.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("step", ["write_journal", "finish"])
def test_a_stage_that_ends_while_it_publishes_leaves_the_former_result_or_the_new_one(
    stages: Stages, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("half-way")

    tables, manifest = stages.tables(), stages.manifest()
    other = (*ROBUST, "scoring.reference_year=2030")
    with monkeypatch.context() as patched:
        patched.setattr(exchange, step, broken)
        with pytest.raises(RuntimeError, match="half-way"):
            stages.run("score", overrides=other)
    if step == "write_journal":
        assert stages.manifest() == manifest
        assert_same_tables(stages.tables(), tables)
        return
    # The journal stands: readers read what it names, and the next writer carries it out.
    year = stages.manifest()["configuration"]["scoring"]["reference_year"]
    assert year == 2030
    by = {"by": "publication_number", "ignore_index": True}
    new = reading.read_small(str(stages.output), "scores").sort_values(**by)
    assert not new["popularity"].equals(tables["scores"].sort_values(**by)["popularity"])
    stages.run("score", overrides=other)
    pd.testing.assert_frame_equal(stages.tables()["scores"].sort_values(**by), new)
    assert [path.name for path in stages.output.parent.iterdir()] == ["out"]


def test_stages_after_a_repeated_one_run_again_in_their_order(stages: Stages) -> None:
    stages.run("screen")
    with pytest.raises(InputError, match="stage network has to run again before score"):
        stages.run("score")
    with pytest.raises(InputError, match="not a finished run"):
        stages.manifest()


def test_the_last_stage_drops_the_tables_of_stages_that_are_not_configured(stages: Stages) -> None:
    shutil.copytree(stages.output / "scores", stages.output / "technologies")
    stages.run("score")
    assert "technologies" not in stages.tables()
    assert "technologies" not in stages.manifest()["tables"]


@pytest.mark.parametrize("setting", ["output.mode=append", "output.run_id=first"])
def test_run_identifiers_are_for_whole_runs(stages: Stages, setting: str) -> None:
    with pytest.raises(ConfigError, match="belongs to one result without run identifiers"):
        stages.run("score", overrides=(setting,))


def test_runs_by_identifier_are_not_touched(
    finish: Finished, spark: SparkSession, canonical: Path, tmp_path: Path
) -> None:
    manifest = finish("robustness.samples=0", "output.run_id=first")
    with pytest.raises(OutputError, match="holds runs by identifier"):
        Stages(spark, canonical, tmp_path / "out").run("network")
    assert reading.read_manifest(str(tmp_path / "out")) == manifest
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.any_engine  # tests/engines compares what each counts
def test_an_input_that_is_not_good_enough_stops_the_run_before_any_work(
    finish: Finished, tmp_path: Path
) -> None:
    with pytest.raises(
        InputError, match=r"not good enough: 1 of 223 citations lack an end.*0\.001"
    ):
        finish("quality.missing_end=0.001")
    assert not (tmp_path / "out").exists()
    finish("quality.missing_end=0.01")
    found = table(tmp_path / "out", "quality").set_index("check")
    assert found.loc["missing_end", ["rows", "failed", "limit"]].tolist() == [223, 1, 0.01]
    assert found.loc["missing_date", ["rows", "failed"]].tolist() == [40, 1]


def test_counts_below_nought_are_rejects_and_unknown_and_an_empty_number_is_none(
    spark: SparkSession, tmp_path: Path, finish: Finished
) -> None:
    row = {"ipc": ["G06F3/041", "H04W4/02"], "main_ipc": "G06F3/041"}
    rows = [
        row | {"publication_number": "A", "simple_family": None, "simple_family_size": -100},
        row | {"publication_number": "B", "claim_count": -3},
        row | {"publication_number": ""},
    ]
    factories.patents(spark, *rows).write.parquet(str(tmp_path / "in" / "patents"))
    pairs = factories.citations(spark, ("B", "A"), ("", "A"))
    pairs.write.parquet(str(tmp_path / "in" / "citations"))
    finish(source=tmp_path / "in")
    rejects = table(tmp_path / "out", "rejects")
    assert sorted(zip(rejects["source"], rejects["field"], rejects["value"], strict=True)) == [
        ("citations", "citing", None),
        ("patents", "claim_count", "-3"),
        ("patents", "publication_number", None),
        ("patents", "simple_family_size", "-100"),
    ]
    scores = table(tmp_path / "out", "scores").set_index("publication_number")
    assert scores.index.tolist() == ["A"], "B is removed, as nothing tells its claims"
    assert scores.loc["A", "popularity"] >= 0
    funnel = table(tmp_path / "out", "funnel").set_index("criterion")
    assert funnel["unknown"].max() == 1
