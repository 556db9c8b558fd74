"""A real Lens export without citations by the commands, to judgements on its technologies.

That Spark gives the same tables is tested in ``tests/engines/test_equal_results.py``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def patentcore(*arguments: str) -> None:
    command = [sys.executable, "-m", "patentcore.cli", *arguments, "--engine", "embedded"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="module")
def result(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("driving")
    export = real_data / "lens-csv" / "autonomous-driving.csv.gz"
    corpus = str(folder / "corpus")
    patentcore("ingest", "--source", "lens", "--input", str(export), "--output", corpus)
    patentcore(
        *("run", "--config", "conf/lens.toml", "--input", corpus),
        *("--output", str(folder / "result")),
    )
    return folder / "result"


def test_key_patents_are_scored_through_their_main_code(result: Path) -> None:
    scores = pd.read_parquet(result / "scores")
    assert len(scores) == 1331
    assert scores["core_degree"].notna().all()


def test_laser_radar_is_judged_with_bounds_and_its_stage_is_refused(result: Path) -> None:
    judged = pd.read_parquet(result / "technology_judgements").set_index(["technology", "question"])
    status = judged.loc[("laser_radar", "status")]
    # Of 36 inventions six are of quality, and all sides are known: the paper's corpus says yes.
    assert (status["verdict"], status["published"], status["agrees"]) == ("no", "yes", False)
    figures = dict(status["figures"])
    assert (figures["quality_count"], figures["known_side_share"]) == (6, 1)
    # Far from the 0.92 that names alone tell.
    assert figures["domestic_share_low"] == figures["domestic_share_high"]
    assert figures["domestic_share_low"] == pytest.approx(0.173, abs=1e-3)
    stage = judged.loc[("laser_radar", "technology")]
    assert stage["verdict"] == "unknown"
    assert stage["reason"] == "the interval of the maturity spans a limit between stages"


def test_of_a_technology_with_nine_patents_nothing_is_told(result: Path) -> None:
    judged = pd.read_parquet(result / "technology_judgements").set_index(["technology", "question"])
    few = judged.loc["chip"]
    for question in ("status", "technology", "shortage_of_people", "weak_basic_research"):
        assert few.loc[question, "verdict"] == "unknown"
        assert few.loc[question, "reason"]
