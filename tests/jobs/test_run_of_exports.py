"""``patentcore run`` straight from exports: recognised, ingested, run as fits what they have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from patentcore.cli import main
from patentcore.config import load
from patentcore.stages.fitting import Known, fitting

HEADER = (
    "公开(公告)号,申请号,标题,专利类型,公开(公告)日,申请日,[标]原始申请(专利权)人,IPC分类号,"
    "权利要求数,被引用专利数量,引用专利,法律事件"
)
EVERYTHING = frozenset(
    {
        *("authority", "patent_type", "claim_count", "cited_by_count", "ipc", "cpc"),
        *("legal_events", "application_number", "application_date"),
    }
)


def rows(year: int = 2015) -> Iterator[str]:
    for n in range(6):
        cited = " | ".join(f"CN10000000{other}A" for other in range(n))
        yield (
            f"CN10000000{n}A,CN20140000000{n},t{n},发明申请,{year}-01-0{n + 1},2014-01-01,A Co,"
            f"G06F3/041 | H04W4/02,12,3,{cited or '-'},权利转移(2018-01-01)"
        )
    yield "?,,broken,,,,,,,,,"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text("\n".join([HEADER, *rows()]), encoding="utf-8")
    return path


Ran = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ran:
    def call(*arguments: object) -> tuple[dict[str, Any], str]:
        out = tmp_path / "out"
        code = main(["run", "--output", str(out), "--input", *map(str, arguments)])
        stderr = capsys.readouterr().err
        assert code == 0, stderr
        return json.loads((out / "run.json").read_text(encoding="utf-8")), stderr

    return call


def test_an_export_is_ingested_and_run_with_the_configuration_that_fits(
    run: Ran, export: Path, tmp_path: Path
) -> None:
    manifest, stderr = run(export)
    assert "configuration paper: the export has what it needs" in stderr
    assert manifest["configuration"] == load("paper").model_dump(mode="json")
    assert manifest["chosen"]["name"] == "paper"
    assert manifest["input"] == {"uri": str(export), "paths": [str(export)], "files": 1}
    assert manifest["network"]["edges"] == 15
    assert "6 patents and 15 citations written, 1 rejects" in stderr
    out = tmp_path / "out"
    assert json.loads((out / "ingest.json").read_text(encoding="utf-8")) == manifest["ingest"]
    rejects = pd.read_parquet(out / "rejects")
    assert list(rejects["reason"]) == ["not a publication number"]
    assert len(pd.read_parquet(out / "scores")) == 6
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")]
    assert not (out / "_corpus").exists()


def test_it_is_what_ingest_and_run_make_of_it(run: Ran, export: Path, tmp_path: Path) -> None:
    manifest, _ = run(export, "--config", "paper")
    assert "chosen" not in manifest
    corpus, result = str(tmp_path / "corpus"), str(tmp_path / "result")
    assert main(["ingest", "--source", "auto", "--input", str(export), "--output", corpus]) == 0
    assert main(["run", "--config", "paper", "--input", corpus, "--output", result]) == 0
    for table in ("scores", "edges", "key_patents", "funnel", "centrality"):
        pd.testing.assert_frame_equal(
            *(
                frame.sort_values(list(frame.columns[:2])).reset_index(drop=True)
                for frame in (pd.read_parquet(tmp_path / f / table) for f in ("out", "result"))
            )
        )


def test_exports_of_several_formats_are_one_input(run: Ran, export: Path, tmp_path: Path) -> None:
    (tmp_path / "edges.txt").write_text("CN100000000A\tCN100000005\n", encoding="utf-8")
    manifest, _ = run(export, tmp_path / "edges.txt")
    assert manifest["ingest"]["source"] == "patsnap+edges"
    assert manifest["ingest"]["ends"]["resolved"] == 1
    assert manifest["network"]["edges"] == 16


def test_a_folder_of_exports_is_run_again_over_its_result(
    run: Ran, export: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    export.rename(folder / "a.csv")
    (folder / "b.csv").write_text(
        "\n".join([HEADER, *rows(2030)]).replace("CN1", "CN2"), encoding="utf-8"
    )
    manifest, stderr = run(folder)
    assert manifest["ingest"]["patents"] == 12
    assert manifest["configuration"]["scoring"]["reference_year"] == 2030
    assert manifest["configuration"]["corpus"]["published_to"] == "2030-12-31"
    assert "scoring.reference_year=2030, corpus.published_to=2030-12-31" in stderr
    again, _ = run(folder, "--set", "output.mode=overwrite", "--set", "scoring.reference_year=2031")
    assert again["configuration"]["scoring"]["reference_year"] == 2031
    assert again["id"] != manifest["id"]


def test_a_result_in_delta_has_it_too(run: Ran, export: Path, tmp_path: Path) -> None:
    manifest, _ = run(export, "--set", "output.format=delta")
    assert manifest["tables"]["rejects"]["format"] == "delta"
    assert (tmp_path / "out" / "ingest.json").exists()


def test_a_result_that_nobody_named_is_named_after_the_export(
    export: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--no-report", "--input", str(export)]) == 0
    assert "the result goes to export-result" in capsys.readouterr().err
    assert (tmp_path / "export-result" / "run.json").exists()
    assert main(["run", "--no-report", "--input", str(export)]) == 4
    assert "output export-result exists and is not empty" in capsys.readouterr().err


def test_measures_that_nothing_tells_have_no_weight() -> None:
    found = fitting(Known(EVERYTHING - {"ipc"}, citations=0, last_year=None))
    weights = found.config.scoring.weights
    assert (weights.popularity, weights.main_class) == (0, 0)
    assert found.config.corpus.published_from is found.config.corpus.published_to is None
    assert "popularity, main_class" in found.why


@pytest.mark.parametrize(
    ("missing", "citations", "name"),
    [
        ((), 1, "paper"),
        (("claim_count",), 1, "derwent"),
        (("legal_events",), 1, "derwent"),
        (("claim_count", "legal_events"), 0, "lens"),
        (("claim_count", "legal_events", "application_number"), 0, "lens"),
        (("cited_by_count", "ipc", "legal_events", "application_number"), 0, "patentsview"),
    ],
)
def test_the_configuration_fits_what_the_export_has(
    missing: tuple[str, ...], citations: int, name: str
) -> None:
    found = fitting(Known(EVERYTHING - set(missing), citations, last_year=2015))
    assert found.name == name
    if "application_number" in missing and name == "lens":
        assert "deduplicate" not in found.config.screening.steps
        assert found.why.endswith("left out, as nothing tells them: deduplicate")


def test_an_export_without_any_network_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thin.csv"
    path.write_text(
        "公开(公告)号,标题,公开(公告)日,申请日\nCN1A,x,2015-01-01,2014-01-01\n", "utf-8"
    )
    out = str(tmp_path / "out")
    assert main(["run", "--input", str(path), "--output", out]) == 3
    assert "neither citations nor classification symbols" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
