"""Windows of a run against runs of each period alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.cli import main
from tests import factories
from tests.stages.conftest import Finished, table


def known_in(spark: SparkSession, canonical: Path, folder: Path, year: int) -> Path:
    """The corpus without the citations that publications after a year made."""
    patents = spark.read.parquet(str(canonical / "patents"))
    later = patents.where(F.year("publication_date") > year).select(
        F.col("publication_number").alias("citing")
    )
    citations = spark.read.parquet(str(canonical / "citations"))
    citations.join(later, on="citing", how="left_anti").write.parquet(str(folder / "citations"))
    (folder / "patents").symlink_to(canonical / "patents")
    return folder


@pytest.mark.parametrize(
    "kind",
    [
        "citation",
        # Each engine makes windows above, and the networks of these kinds in tests/engines.
        pytest.param("co_classification", marks=[pytest.mark.slow, pytest.mark.any_engine]),
        pytest.param("bibliographic_coupling", marks=[pytest.mark.slow, pytest.mark.any_engine]),
    ],
)
def test_a_window_is_the_run_of_its_period(
    spark: SparkSession, finish: Finished, canonical: Path, tmp_path: Path, kind: str
) -> None:
    manifest = finish(f"network.kind={kind}", "windows.length=5", "windows.step=5")
    assert manifest["windows"]["windows"] == 2
    sizes = table(tmp_path / "out", "windows").set_index("window_from")
    every = table(tmp_path / "out", "window_scores")
    for first in (2010, 2015):
        alone = finish(
            f"network.kind={kind}",
            f"corpus.published_from={first}-01-01",
            f"corpus.published_to={first + 4}-12-31",
            f"scoring.reference_year={first + 4}",
            output=f"alone-{first}",
            source=known_in(spark, canonical, tmp_path / f"known-{first}", first + 4),
        )
        size = sizes.loc[first]
        assert alone["network"]["vertices"] == size["vertices"]
        assert alone["network"]["edges"] == size["edges"] > 0
        expected = table(tmp_path / f"alone-{first}", "scores")
        found = every[every["window_from"] == first].drop(columns=["window_from", "window_to"])
        found = found.sort_values("publication_number").reset_index(drop=True)
        pd.testing.assert_frame_equal(found, expected)
        assert size["top"] == expected.set_index("rank").loc[1, "publication_number"]


def test_movers_follow_from_the_ranks_of_windows(finish: Finished, tmp_path: Path) -> None:
    finish("windows.length=5", "windows.step=4")
    scores = table(tmp_path / "out", "window_scores")
    ranks = scores.pivot(index="publication_number", columns="window_to", values="rank")
    moved = table(tmp_path / "out", "window_movers").set_index("publication_number")
    assert set(moved["window_to"]) == {2019}
    both = ranks[[2015, 2019]].dropna()
    assert len(both) > 0
    gained = moved.loc[both.index, "ranks_gained"].astype(int)
    assert gained.tolist() == (both[2015] - both[2019]).astype(int).tolist()
    assert (moved["move"] == "entered").sum() == ranks[2019].notna().sum() - len(both)


@pytest.mark.any_engine  # each makes windows above
def test_enterprises_that_are_missing_are_named_once(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # One enterprise stopped before the second window, whose network of codes asks for it again.
    rows = [
        {"publication_date": dt.date(2010, 1, 1), "applicants": [("Early Ltd", None, None)]},
        {"publication_date": dt.date(2014, 1, 1), "applicants": [("Late Inc", None, None)]},
    ]
    factories.patents(spark, *rows).write.parquet(str(tmp_path / "in" / "patents"))
    names = tmp_path / "names.txt"
    names.write_text("Nobody\nEarly\nLate\nNoone\n", encoding="utf-8")
    settings = (f"corpus.applicants={names}", "network.kind=co_classification")
    options = ["--input", str(tmp_path / "in"), "--output", str(tmp_path / "out")]
    options += ["--window", "2", "--step", "2"]
    assert main(["run", *options, *(f"--set={setting}" for setting in settings)]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "no applicant" in line]
    assert told == ["no applicant is called Nobody", "no applicant is called Noone"]


def test_without_windows_there_are_no_tables_of_windows(finish: Finished, tmp_path: Path) -> None:
    manifest = finish("robustness.samples=7")
    assert "windows" not in manifest
    assert not list((tmp_path / "out").glob("window*"))
    assert manifest["robustness"]["samples"] == 7
    assert len(table(tmp_path / "out", "robustness")) == manifest["robustness"]["ranked"] > 30


@pytest.mark.any_engine  # each makes windows above
def test_options_set_the_windows_and_show_prints_them(
    canonical: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "out")
    options = ("--input", str(canonical), "--output", output, "--window", "6", "--step", "4")
    assert main(["run", *options]) == 0
    assert "windows 2" in capsys.readouterr().err
    assert main(["show", output, "windows"]) == 0
    assert "2014" in capsys.readouterr().out
    assert main(["show", output, "robustness", "--top", "5"]) == 0
    shown = capsys.readouterr().out
    assert "rank_p95" in shown
    assert "Spearman" in shown
    assert main(["run", *options[:4], "--window", "-1"]) == 2
    assert "windows.length" in capsys.readouterr().err
