"""Every command of the README, run as a user would, in the order in which they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```bash\n(.*?)```", text, flags=re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [" ".join(line.split()) for line in lines if line.strip() and not line.startswith("#")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that stands for the project's when commands name ``out`` and ``exports``."""
    return tmp_path_factory.mktemp("place")


def path_without_java(place: Path) -> str:
    """Return a PATH of one folder, which has every program of the present one but Java's."""
    folder = place / "programs"
    folder.mkdir()
    for path in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in path.iterdir() if path.is_dir() else ():
            link = folder / program.name
            if not program.name.startswith("java") and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)


def run(command: str, place: Path, **settings: str) -> str:
    moved = re.sub(r"(?<=\s)(out|exports|exported)(?=/|\s|$)", rf"{place}/\1", command)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        ["bash", "-c", moved],
        cwd=ROOT,
        env=environment | {"PATENTCORE_OUT": str(place / "out" / "paper")} | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{moved}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def quickstart(place: Path) -> str:
    return run("scripts/quickstart", place, PATH=path_without_java(place), JAVA_HOME="")


def test_the_readme_names_the_commands_that_are_tested_here() -> None:
    assert readme_commands() == [
        "scripts/quickstart",
        "scripts/test",
        ".venv/bin/patentcore run --input exports/*.csv --output out/mine/straight",
        ".venv/bin/patentcore ingest --source patsnap --input exports/*.csv"
        " --output out/mine/corpus",
        ".venv/bin/patentcore run --config conf/paper.toml --input out/mine/corpus"
        " --output out/mine/result",
        ".venv/bin/patentcore show out/mine/result scores --top 20",
        ".venv/bin/patentcore report out/mine/result",
        "scripts/submit jobs/run_pipeline.py --config conf/paper.toml"
        " --input out/paper/corpus --output out/paper/submitted",
    ]


def test_the_test_command_is_what_continuous_integration_runs() -> None:
    assert 'scripts/test"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_quickstart_prints_every_published_figure_matched(quickstart: str, place: Path) -> None:
    assert "Table 2: screening funnel (8 of 8 figures as published)" in quickstart
    assert "Table 4: indicators (60 of 60 figures as published)" in quickstart
    assert "Table 5: core degree (10 of 10 figures as published)" in quickstart
    time, folder, report = quickstart.splitlines()[-3:]
    assert re.fullmatch(r"Time: [\d.]+ s to install; [\d.]+ s for the corpus, .* report", time)
    assert (place / folder.removeprefix("Output folder: ") / "run.json").is_file()
    assert (place / report.removeprefix("Report: ")).read_text(encoding="utf-8").startswith("<!")


def test_the_papers_network_has_its_published_size(quickstart: str, place: Path) -> None:
    manifest = json.loads((place / "out/paper/result/run.json").read_text(encoding="utf-8"))
    assert (manifest["network"]["vertices"], manifest["network"]["key_vertices"]) == (20821, 1993)
    assert manifest["network"]["loops_dropped"] > 0
    assert manifest["network"]["parallel_merged"] > 0
    assert [stage["stage"] for stage in manifest["stages"]] == [
        "screen",
        "network",
        "centrality",
        "score",
        "robustness",
    ]


def test_the_papers_top_ten_rank_in_the_published_order(quickstart: str, place: Path) -> None:
    published = pd.read_csv(ROOT / "lib/patentcore/results/reference/table5_core_degree.csv")
    scores = pd.read_parquet(place / "out/paper/result/scores").sort_values("rank")
    assert scores["publication_number"].head(10).tolist() == list(published["publication_number"])


def test_an_export_is_ingested_run_shown_and_reported(place: Path) -> None:
    patentcore = ".venv/bin/patentcore"
    run(f"{patentcore} corpus --output exported --scale 0.05 --layout patsnap", place)
    (place / "exports").mkdir()
    for file in (place / "exported").rglob("*.csv"):
        (place / "exports" / file.name).symlink_to(file)
    straight, ingest, method, show, report = readme_commands()[2:7]
    run(straight, place)
    run(ingest, place)
    run(method, place)
    pd.testing.assert_frame_equal(
        *(pd.read_parquet(place / "out/mine" / name / "scores") for name in ("straight", "result"))
    )
    assert "core_degree" in run(show, place)
    assert Path(place / run(report, place).strip().splitlines()[-1]).is_file()


def test_spark_submit_gives_the_same_result_as_the_command(quickstart: str, place: Path) -> None:
    printed = run(readme_commands()[7], place)
    assert printed == "", "progress is for standard error"
    tables = [
        pd.read_parquet(place / "out/paper" / name / "scores") for name in ("result", "submitted")
    ]
    pd.testing.assert_frame_equal(*tables)
