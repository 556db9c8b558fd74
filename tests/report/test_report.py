"""The page as a whole: safe, self-contained, and complete whatever the run holds."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.report.conftest import Page, Tables, key_patent, score, write_run

import patentcore
from patentcore.config import Config
from patentcore.errors import InputError, OutputError
from patentcore.report import write_report
from patentcore.show import reference

PageOf = Callable[[Tables, dict[str, Any]], str]
SCRIPT = "<script>alert('x')</script>"


def test_report_is_written_into_the_folder_and_its_path_returned(
    tmp_path: Path, content: Tables, manifest: dict[str, Any]
) -> None:
    folder = write_run(tmp_path / "run", content, manifest)
    assert write_report(str(folder)) == str(folder / "report.html")
    assert write_report(folder.as_uri()) == str(folder / "report.html")
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_second_report_replaces_the_first_and_leaves_nothing_else(
    tmp_path: Path, content: Tables, manifest: dict[str, Any]
) -> None:
    folder = write_run(tmp_path / "run", content, manifest)
    before = {path.name for path in folder.iterdir()}
    write_report(str(folder))
    write_report(str(folder))
    assert {path.name for path in folder.iterdir()} - before == {"report.html"}


@pytest.mark.parametrize("make", [False, True])
def test_folder_that_is_no_finished_run_is_refused(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "run"
    if make:
        folder.mkdir()
    with pytest.raises(InputError, match="not a finished run"):
        write_report(str(folder))


def test_missing_table_is_named(tmp_path: Path, content: Tables, manifest: dict[str, Any]) -> None:
    del content["scores"]
    folder = write_run(tmp_path / "run", content, manifest)
    with pytest.raises(InputError, match="no table scores"):
        write_report(str(folder))
    assert not (folder / "report.html").exists()


def test_folder_that_takes_no_report_is_an_output_error(
    tmp_path: Path, content: Tables, manifest: dict[str, Any]
) -> None:
    folder = write_run(tmp_path / "run", content, manifest)
    (folder / "report.html").mkdir()
    with pytest.raises(OutputError, match=r"report\.html cannot be written"):
        write_report(str(folder))


# --- safe and self-contained --------------------------------------------------------------------


def test_text_of_the_data_is_escaped_everywhere(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    hostile = {"name": SCRIPT, "country": SCRIPT, "sector": SCRIPT}
    content["key_patents"][0] |= {"title": SCRIPT, "applicants": [hostile]}
    content["scores"][0]["main_class"] = SCRIPT
    content["scores"][3]["missing_reason"] = SCRIPT
    content["rejects"][0] |= dict.fromkeys(("source", "field", "value", "reason"), SCRIPT)
    content["funnel"][1] |= {"criterion": SCRIPT, "threshold": SCRIPT}
    manifest["input"]["uri"] = SCRIPT
    manifest["configuration"]["screening"]["authorities"] = [SCRIPT]
    manifest["versions"][SCRIPT] = SCRIPT
    manifest["stages"][0][SCRIPT] = SCRIPT
    page = page_of(content, manifest)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 15
    assert "script" not in Page(page).tags


def test_attributes_cannot_be_broken_out_of(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    content["funnel"][1]["criterion"] = '"><img src=x onerror=alert(1)>'
    content["key_patents"][0]["title"] = "\" onmouseover='alert(1)'"
    page_read = Page(page_of(content, manifest))
    assert "img" not in page_read.tags
    assert not [name for name, _ in page_read.attributes if name.startswith("on")]


def test_page_refers_to_nothing_outside_itself(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    page = page_of(content, manifest)
    page_read = Page(page)
    assert not re.search(r"https?://|url\(|@import|//\w", page)
    assert not {"script", "link", "img", "iframe", "object"} & set(page_read.tags)
    targets = [value or "" for name, value in page_read.attributes if name in ("href", "src")]
    assert all(target.startswith("#") for target in targets)
    ids = {value for name, value in page_read.attributes if name == "id"}
    assert {target[1:] for target in targets} <= ids


def test_page_is_well_formed_and_every_chart_speaks(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    page = page_of(content, manifest)
    assert Page(page).open == []
    charts = re.findall(r"<svg[^>]*>", page)
    assert len(charts) > 6
    assert all("aria-label=" in chart or "aria-hidden=" in chart for chart in charts)
    assert "NaN" not in page
    assert "None<" not in page


def test_report_is_made_from_a_zip_of_the_package(
    tmp_path: Path, content: Tables, manifest: dict[str, Any]
) -> None:
    folder = write_run(tmp_path / "run", content, manifest)
    package = Path(patentcore.__file__).parent
    with zipfile.ZipFile(tmp_path / "patentcore.zip", "w") as archive:
        for path in package.rglob("*"):
            if path.suffix in (".py", ".csv", ".html", ".css"):
                archive.write(path, path.relative_to(package.parent))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'patentcore.zip')!r}); import patentcore;"
        "from patentcore.report import write_report; assert '.zip' in patentcore.__file__;"
        f"print(write_report({str(folder)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout.strip() == str(folder / "report.html"), done.stderr


# --- what the run holds -------------------------------------------------------------------------


def test_figures_of_the_run_are_shown(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    page = page_of(content, manifest)
    rows = Page(page).rows
    assert rows["funnel"][1:] == [
        ["0", "Patent total", "-", "2,000", "100.0 %", "0", "0"],
        ["1", "Patent type", "invention", "1,500", "75.0 %", "500", "17"],
        ["2", "Quantity of claim", ">10", "4", "0.2 %", "1,496", "23"],
    ]
    assert rows["network"][:5] == [
        ["Vertices", "6"],
        ["of these key patents", "4"],
        ["Edges", "5"],
        ["Self-loops dropped", "2"],
        ["Parallel edges merged", "3"],
    ]
    assert rows["ranking"][1] == [
        *("1", "CN1A", "Touch panel", "华为技术有限公司", "G06F3/041"),
        *("31.36", "3 2 in, 1 out", "20.00", "0.60", "250.00"),
    ]
    assert [row[1] for row in rows["ranking"][2:]] == ["CN2A", "CN3B"]
    assert rows["left-out"][1] == ["publication year unknown", "1", "CN4A"]
    assert "citation without both publication numbers" in page
    assert "1 March 2026, 09:30 UTC" in page
    assert "1 min 23 s" in page
    assert "530.0 MB" in page
    assert "4.1.1" in page


def test_changed_settings_are_shown_beside_the_papers(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    manifest["configuration"]["screening"]["min_claims_exclusive"] = 5
    page = page_of(content, manifest)
    assert '<code>screening.min_claims_exclusive</code></th><td class="long">10</td>' in page


def test_default_settings_are_said_to_be_the_papers(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    assert "Every setting has the paper's value" in page_of(content, manifest)


def test_how_the_output_is_written_is_no_changed_setting(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    manifest["configuration"]["output"]["mode"] = "overwrite"
    assert "Every setting has the paper's value" in page_of(content, manifest)


def test_run_without_configuration_file_is_the_papers(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    manifest["configuration"] = Config().model_dump(mode="json")
    assert "Every setting has the paper's value" in page_of(content, manifest)


def test_run_without_limits_of_dates_differs_from_the_paper(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    manifest["configuration"]["corpus"]["published_from"] = None
    rows = Page(page_of(content, manifest)).rows["run"]
    assert ["corpus.published_from", "2000-01-01", "none"] in rows


def test_synthetic_records_are_announced(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    content["key_patents"][0]["source"] = "synthetic"
    page = page_of(content, manifest)
    assert "1 of the key patents are synthetic records" in page
    assert ["Key patents from", "patsnap (3), synthetic (1)"] in Page(page).rows["run"]


def test_real_records_need_no_announcement(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    assert "synthetic" not in page_of(content, manifest)


def test_result_without_key_patents_says_which_step_left_nothing(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    for table in ("key_patents", "centrality", "vertices", "edges", "scores", "rejects"):
        content[table] = []
    content["funnel"][2] |= {"patents": 0, "removed": 1500}
    manifest["network"] |= dict.fromkeys(("vertices", "key_vertices", "edges"), 0)
    page = page_of(content, manifest)
    assert "No publication passed the screening" in page
    assert "Step 2 (Quantity of claim: &gt;10) left nothing" in page
    assert "There are no key patents." in page
    assert 'id="ranking"' not in page
    assert Page(page).open == []


def test_run_in_which_no_patent_is_scored(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    content["scores"] = content["scores"][3:]
    page = page_of(content, manifest)
    assert 'id="ranking"' not in page
    assert "publication year unknown" in page


def test_undirected_network_has_no_directions(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    manifest["configuration"]["network"]["kind"] = "bibliographic_coupling"
    for row in content["scores"]:
        row |= {"in_degree": None, "out_degree": None}
    page = page_of(content, manifest)
    assert "each pair of vertices once" in page
    assert "bibliographic coupling" in page
    assert "– in" not in page


def test_betweenness_switched_off(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    manifest["configuration"]["centrality"]["betweenness"] = "off"
    for row in content["scores"]:
        row |= {"betweenness": None, "missing_reason": "betweenness switched off"}
    page = page_of(content, manifest)
    assert "not computed in this run" in page
    assert "betweenness alone" not in page
    assert "betweenness 0.0\xa0%" in page


def test_unknown_titles_and_applicants(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    for row in content["key_patents"]:
        row |= {"title": None, "applicants": None}
    page = page_of(content, manifest)
    assert [row[2] for row in Page(page).rows["ranking"][1:]] == ["–"] * 3
    assert "No key patent has an applicant on record" in page


def test_tables_without_the_columns_of_title_and_applicants(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    content["key_patents"] = [
        {"publication_number": row["publication_number"]} for row in content["key_patents"]
    ]
    page = page_of(content, manifest)
    assert [row[2:4] for row in Page(page).rows["ranking"][1:]] == [["–", "–"]] * 3


def test_long_titles_are_cut(page_of: PageOf, content: Tables, manifest: dict[str, Any]) -> None:
    content["key_patents"][0]["title"] = "触控" * 50_000
    page = page_of(content, manifest)
    assert len(page) < 60_000
    assert "触控触…" in page


def test_run_without_rejects_table(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    del content["rejects"]
    assert "None in this run." in page_of(content, manifest)


def test_manifest_of_a_run_stage_by_stage_has_few_figures(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    page = page_of(content, {"configuration": manifest["configuration"]})
    network = dict(Page(page).rows["network"][:5])
    assert network["Vertices"] == "6"
    assert network["Parallel edges merged"] == "2"
    assert network["Self-loops dropped"] == "–"


# --- the published tables -----------------------------------------------------------------------


def test_published_tables_are_left_out_without_the_papers_patents(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    assert 'id="published"' not in page_of(content, manifest)


def test_published_tables_stand_beside_the_runs(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    printed = reference("table4_indicators")[0]
    number = printed["publication_number"]
    content["key_patents"].append(key_patent(number))
    content["scores"].append(
        score(
            number,
            4,
            degree_centrality=float(printed["degree_centrality"]),
            betweenness=float(printed["betweenness"]) + 1,
        )
    )
    page = page_of(content, manifest)
    section = page.partition('id="published"')[2]
    degree, between = printed["degree_centrality"], printed["betweenness"]
    assert f'<td class="n">{degree}</td><td class="n">{degree}</td>' in section
    assert f'<td class="n">{between}</td><td class="n differs">{int(between) + 1} ≠</td>' in section


def test_table_2_is_compared_only_where_the_steps_are_the_papers(
    page_of: PageOf, content: Tables, manifest: dict[str, Any]
) -> None:
    number = reference("table4_indicators")[0]["publication_number"]
    content["scores"].append(score(number, 4))
    manifest["configuration"]["screening"]["steps"] = ["claims"]
    page = page_of(content, manifest)
    assert "Table 4, indicators" in page
    assert "Table 2, screening" not in page
