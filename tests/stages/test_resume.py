"""An interrupted run goes on after its last finished stage, to the result of an undisturbed one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.cli import main
from patentcore.lake.output import Output
from patentcore.results import reading
from patentcore.stages import pipeline
from patentcore.stages.run import Run
from tests.lake.small import EXPORT, run_arguments
from tests.lake.test_interrupted_publishing import signalled

from .conftest import WITHOUT_LIMITS

SETTINGS = (
    *WITHOUT_LIMITS,
    "corpus.check_unique_keys=false",
    "robustness.samples=5",
    "windows.length=5",
    "windows.step=5",
)
STAGES = ["screen", "network", "centrality", "score"]
Resume = Callable[..., dict[str, Any]]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stages that ran, in order."""
    return broken(monkeypatch, at=None)


def broken(monkeypatch: pytest.MonkeyPatch, *, at: str | None) -> list[str]:
    """Let a stage write its tables and fail then; return the stages that came to their end."""
    done: list[str] = []

    def failing(stage: Any) -> Any:
        def run(inner: Run) -> None:
            stage.run(inner)
            if stage.name == at:
                raise MemoryError(at)
            done.append(stage.name)

        return stage._replace(run=run)

    stages = [failing(stage) for stage in originals]
    monkeypatch.setattr(pipeline, "STAGES", stages)
    for name in ("SCREEN", "TECHNOLOGIES"):
        (one,) = [s for s in stages if s.name == getattr(pipeline, name).name]
        monkeypatch.setattr(pipeline, name, one)
    return done


originals = list(pipeline.STAGES)


def rows(folder: Path, name: str) -> pd.DataFrame:
    """A table of a result without regard to the order of its rows."""
    frame = pd.read_parquet(folder / name)
    order = frame.astype(str).sort_values(list(frame.columns)).index
    return frame.loc[order].reset_index(drop=True)


@pytest.fixture
def resume(spark: SparkSession, canonical: Path, tmp_path: Path) -> Resume:
    """Run the method into ``tmp_path / "out"``, going on from what is there."""

    def run(*overrides: str, resumes: bool = True) -> dict[str, Any]:
        settings = config.load(None, [*SETTINGS, *overrides])
        return pipeline.run_all(
            spark, settings, source=str(canonical), output=str(tmp_path / "out"), resumes=resumes
        )

    return run


@pytest.fixture(scope="module")
def undisturbed(
    spark: SparkSession, canonical: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    settings = config.load(None, [*SETTINGS])
    return output, pipeline.run_all(spark, settings, source=str(canonical), output=str(output))


@pytest.mark.parametrize("at", ["screen", "score"])
def test_a_run_that_failed_in_a_stage_goes_on_with_that_stage(
    at: str,
    resume: Resume,
    undisturbed: tuple[Path, dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = broken(monkeypatch, at=at)
    with pytest.raises(MemoryError):
        resume()
    assert not (tmp_path / "out").exists()
    before = list(done)
    done[:] = []
    again = broken(monkeypatch, at=None)
    manifest = resume()

    whole, wanted = undisturbed
    assert before + again == STAGES
    assert [one["stage"] for one in manifest["stages"]] == [
        one["stage"] for one in wanted["stages"]
    ]
    assert manifest["funnel"] == wanted["funnel"]
    assert manifest["tables"].keys() == wanted["tables"].keys()
    for name in wanted["tables"]:
        assert_frame_equal(rows(tmp_path / "out", name), rows(whole, name))
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_nothing_is_gone_on_with_that_was_begun_with_another_configuration(
    resume: Resume, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken(monkeypatch, at="score")
    with pytest.raises(MemoryError):
        resume()
    done = broken(monkeypatch, at=None)
    resume("screening.min_claims_exclusive=1")
    assert done == STAGES
    assert "another configuration" in caplog.text
    assert "begins at its first stage" in caplog.text


def test_without_resuming_a_failed_run_leaves_nothing(
    resume: Resume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, at="score")
    with pytest.raises(MemoryError):
        resume(resumes=False)
    assert list(tmp_path.iterdir()) == []


def test_what_lost_a_file_is_not_gone_on_with(
    resume: Resume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, at="score")
    with pytest.raises(MemoryError):
        resume()
    (left,) = tmp_path.glob(".out.unfinished-*")
    next((left / "edges").glob("*.parquet")).unlink()
    done = broken(monkeypatch, at=None)
    resume()
    assert done == STAGES


def test_a_run_of_an_export_that_failed_as_it_published_has_only_that_left(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: list[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the store is away")

    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    arguments = run_arguments(tmp_path / "export.csv", tmp_path / "out", "--resume", "--no-report")
    with monkeypatch.context() as failing:
        failing.setattr(Output, "publish", fail)
        assert main(arguments) == 1
    assert ran == STAGES
    assert main(arguments) == 0
    assert ran == STAGES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.csv", "out"]
    assert not list((tmp_path / "out").glob("_*"))


@pytest.mark.slow
def test_a_killed_run_of_an_export_is_resumed_after_its_last_stage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ran: list[str]
) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    arguments = run_arguments(tmp_path / "export.csv", tmp_path / "out", "--resume")
    assert signalled("SIGKILL", "centrality", arguments, tmp_path).returncode == -9
    assert main(arguments) == 0
    assert "ingest, screen, network finished before" in capsys.readouterr().err
    assert ran == ["centrality", "score"]
    assert list(tmp_path.glob(".out*")) == []

    assert main(run_arguments(tmp_path / "export.csv", tmp_path / "whole", "--no-report")) == 0
    resumed, whole = (reading.read_manifest(str(tmp_path / name)) for name in ("out", "whole"))
    for same in ("ingest", "chosen", "funnel", "network"):
        assert resumed[same] == whole[same]
    assert resumed["tables"].keys() == whole["tables"].keys()
    for name in whole["tables"]:
        assert_frame_equal(rows(tmp_path / "out", name), rows(tmp_path / "whole", name))
    assert (tmp_path / "out" / "ingest.json").exists()
