"""``import patentcore``: cheap until it is used, and a run as Python has it."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

import patentcore
from patentcore import api
from patentcore.config import Config
from patentcore.errors import ConfigError, InputError
from tests.jobs.test_run_of_exports import HEADER, rows


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exports") / "touch panels.csv"
    path.write_text("\n".join([HEADER, *rows()]).replace("t0", "触控<b>"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def result(spark, export: Path) -> patentcore.Result:
    return patentcore.run(
        export,
        export.parent / "out",
        settings={"scoring.reference_year": 2022},
        report=False,
        quiet=True,
    )


def test_the_import_loads_nothing_and_executors_take_no_more() -> None:
    code = (
        "import sys; before = set(sys.modules); import patentcore\n"
        "assert {'run', 'open', 'ingest', 'Result'} <= set(dir(patentcore))\n"
        "loaded = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "sys.exit(str(sorted(loaded - sys.stdlib_module_names - {'patentcore'}) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_a_name_that_is_not_offered_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="'patentcore' has no attribute 'rnu'"):
        patentcore.rnu  # noqa: B018
    assert patentcore.run is api.run


def test_a_run_gives_its_tables_as_dataframes_of_the_engine(result: patentcore.Result) -> None:
    funnel = result.funnel.toPandas()
    assert list(funnel["step"]) == list(range(len(funnel)))
    ranks = result.scores.toPandas()["rank"].tolist()
    assert ranks == [1, 2, 3, 4, 5, 6]
    assert result.table("edges").count() == 15
    assert {"funnel", "scores", "edges"} <= set(result.tables)
    assert result.manifest["configuration"]["scoring"]["reference_year"] == 2022
    with pytest.raises(InputError, match=r"technologies\.catalogue=technologies"):
        _ = result.technologies


def test_the_network_is_igraphs_with_the_measures_of_the_table(result: patentcore.Result) -> None:
    graph = result.graph()
    assert (graph.vcount(), graph.ecount(), graph.is_directed()) == (6, 15, True)
    assert graph.vs["betweenness"] == graph.betweenness()
    assert graph.vs["in_degree"] == graph.indegree()
    assert graph.es[graph.get_eid("CN100000003A", "CN100000001A")]["weight"] == 1


def test_a_notebook_shows_the_funnel_and_the_first_with_what_is_html_escaped(
    result: patentcore.Result,
) -> None:
    page = result._repr_html_()
    assert "Patent total" in page
    assert "CN100000000A" in page
    hostile = patentcore.Result.__new__(patentcore.Result)
    hostile.__dict__ |= result.__dict__ | {"folder": "<script>"}
    assert "<script>" not in hostile._repr_html_()
    assert repr(result).endswith("6 vertices, 15 edges)")


def test_a_finished_run_is_opened_and_its_report_written(result: patentcore.Result) -> None:
    again = patentcore.open(Path(result.folder))
    assert again.scores.count() == 6
    assert Path(again.report("zh")).read_text(encoding="utf-8").startswith("<!")
    assert "report.html" in again._repr_html_()
    with pytest.raises(InputError, match="not a finished run"):
        patentcore.open(Path(result.folder).parent)


def test_exports_are_ingested(spark, export: Path, tmp_path: Path) -> None:
    summary = patentcore.ingest(export, tmp_path / "corpus", quiet=True)
    assert (summary.patents, summary.citations) == (6, 15)
    found = patentcore.run(
        tmp_path / "corpus", tmp_path / "result", config="paper", report=False, quiet=True
    )
    assert found.scores.count() == 6


def test_the_program_that_runs_keeps_its_own_logging(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.log, "handlers", [])  # other tests' are of streams that are closed
    with api._told(quiet=False):  # of pytest's there is a handler
        api.log.info("hidden")
    assert capsys.readouterr().err == ""


def test_every_call_of_a_program_without_logging_tells_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.log, "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    for _ in range(2):
        with api._told(quiet=False):
            api.log.info("told")
    assert capsys.readouterr().err == "told\ntold\n"


def test_settings_beside_a_configuration_that_is_made_are_refused() -> None:
    with pytest.raises(ConfigError, match="change the Config itself"):
        patentcore.run("in", "out", config=Config(), settings={"output.mode": "overwrite"})


@pytest.mark.parametrize(
    ("inputs", "name"),
    [
        (["exports/my drones.xlsx"], "my drones-result"),
        (["v1.2"], "v1.2-result"),
        (["a/x.csv", "b/y.csv"], "x-result"),
        (["file:///data/drones.jsonl.gz"], "drones-result"),
        (["exports/*"], "exports-result"),
        (["无人机.csv"], "无人机-result"),
    ],
)
def test_a_result_is_named_after_the_input(
    inputs: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "v1.2").mkdir()
    assert api.named_after(inputs) == name


def test_the_working_folder_itself_has_a_name(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "drones").mkdir()
    monkeypatch.chdir(tmp_path / "drones")
    assert api.named_after(["."]) == "drones-result"


@pytest.mark.parametrize("inputs", [["s3://lake/exports"], ["catalog:lake"], ["a.csv", "s3a://b"]])
def test_an_input_elsewhere_needs_an_output(inputs: list[str]) -> None:
    with pytest.raises(ConfigError, match="needs --output DIR"):
        api.named_after(inputs)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"degree": 0.4, "betweenness": 0.6}, "{degree = 0.4, betweenness = 0.6}"),
        (True, "true"),
        ("触控", '"触控"'),
        (["a", "b"], '["a", "b"]'),
    ],
)
def test_values_of_settings_are_written_as_toml(value: object, text: str) -> None:
    assert api.overrides_of({"key": value}) == [f"key={text}"]
