"""The page as a whole: safe, self-contained, and complete whatever the run holds."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.results.report.conftest import Draft, Page, key_patent, score

import patentcore
from patentcore.config import Config
from patentcore.errors import InputError, OutputError
from patentcore.results.compare import reference
from patentcore.results.report import write_report
from patentcore.results.report.scripts import scripts as scripts_of_the_page

SCRIPT = "<script>alert('x')</script>"


def test_report_is_written_into_the_folder_and_its_path_returned(draft: Draft) -> None:
    folder = draft.write()
    assert write_report(str(folder)) == str(folder / "report.html")
    assert write_report(folder.as_uri()) == str(folder / "report.html")
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_second_report_replaces_the_first_and_leaves_nothing_else(draft: Draft) -> None:
    folder = draft.write()
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


def test_missing_table_is_named(draft: Draft) -> None:
    del draft.content["scores"]
    folder = draft.write()
    with pytest.raises(InputError, match="no table scores"):
        write_report(str(folder))
    assert not (folder / "report.html").exists()


def test_folder_that_takes_no_report_is_an_output_error(draft: Draft) -> None:
    folder = draft.write()
    (folder / "report.html").mkdir()
    with pytest.raises(OutputError, match=r"report\.html cannot be written"):
        write_report(str(folder))


# --- safe and self-contained --------------------------------------------------------------------


def test_text_of_the_data_is_escaped_everywhere(draft: Draft) -> None:
    hostile = {"name": SCRIPT, "country": SCRIPT, "sector": SCRIPT}
    draft.content["key_patents"][0] |= {"title": SCRIPT, "applicants": [hostile]}
    draft.content["scores"][0]["main_class"] = SCRIPT
    draft.content["scores"][3]["missing_reason"] = SCRIPT
    draft.content["rejects"][0] |= dict.fromkeys(("source", "field", "value", "reason"), SCRIPT)
    draft.content["funnel"][1] |= {"criterion": SCRIPT, "threshold": SCRIPT}
    draft.manifest["input"]["uri"] = SCRIPT
    draft.manifest["configuration"]["screening"]["authorities"] = [SCRIPT]
    draft.manifest["versions"][SCRIPT] = SCRIPT
    draft.manifest["engine"]["name"] = SCRIPT
    draft.manifest["stages"][0][SCRIPT] = SCRIPT
    page = draft.page()
    body, scripts = page.split('<script type="application/json"')
    assert "<script" not in body
    assert body.count("&lt;script&gt;") >= 15
    data = scripts.partition("</script>")[0]
    assert "\\u003cscript\\u003e" in data
    assert not set("<>&") & set(data.partition(">")[2])
    assert Page(page).tags.count("script") == 1 + len(scripts_of_the_page())


def test_attributes_cannot_be_broken_out_of(draft: Draft) -> None:
    draft.content["funnel"][1]["criterion"] = '"><img src=x onerror=alert(1)>'
    draft.content["key_patents"][0]["title"] = "\" onmouseover='alert(1)'"
    page_read = Page(draft.page())
    assert "img" not in page_read.tags
    assert not [name for name, _ in page_read.attributes if name.startswith("on")]


def test_page_refers_to_nothing_outside_itself(draft: Draft) -> None:
    page = draft.page()
    page_read = Page(page)
    ours = re.sub(r"sha256-[\w+/=]+", "", page.partition("<script")[0])  # a hash may hold "//"
    assert not re.search(r"https?://|url\(|@import|//\w", ours)
    assert not {"link", "img", "iframe", "object"} & set(page_read.tags)
    [policy] = [
        value for name, value in page_read.attributes if name == "content" and "src" in value
    ]
    assert policy.startswith("default-src 'none'; ")
    for script in scripts_of_the_page():
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
        assert f"<script>{script}</script>" in page
    targets = [value or "" for name, value in page_read.attributes if name in ("href", "src")]
    assert all(target.startswith("#") for target in targets)
    ids = {value for name, value in page_read.attributes if name == "id"}
    assert {target[1:] for target in targets} <= ids


def test_page_is_well_formed_and_every_chart_speaks(draft: Draft) -> None:
    page = draft.page()
    assert Page(page).open == []
    ours = page.partition("<script>")[0]
    charts = re.findall(r'<svg[^>]*>|<canvas[^>]*>|<div class="vega"[^>]*>', ours)
    assert len(charts) > 10
    assert all("aria-label=" in chart or "aria-hidden=" in chart for chart in charts)
    assert "NaN" not in ours
    assert "None<" not in ours


def test_report_is_made_from_a_zip_of_the_package(tmp_path: Path, draft: Draft) -> None:
    folder = draft.write()
    package = Path(patentcore.__file__).parent
    with zipfile.ZipFile(tmp_path / "patentcore.zip", "w") as archive:
        for path in package.rglob("*"):
            if path.suffix in (".py", ".csv", ".html", ".css", ".js"):
                archive.write(path, path.relative_to(package.parent))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'patentcore.zip')!r}); import patentcore;"
        "from patentcore.results.report import write_report; assert '.zip' in patentcore.__file__;"
        f"print(write_report({str(folder)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout.strip() == str(folder / "report.html"), done.stderr


# --- what the run holds -------------------------------------------------------------------------


def test_figures_of_the_run_are_shown(draft: Draft) -> None:
    page = draft.page()
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


def test_changed_settings_are_shown_beside_the_papers(draft: Draft) -> None:
    draft.manifest["configuration"]["screening"]["min_claims_exclusive"] = 5
    page = draft.page()
    assert (
        '<code>screening.min_claims_exclusive</code></th><td class="long"><code>10</code></td>'
        in page
    )


def test_default_settings_are_said_to_be_the_papers(draft: Draft) -> None:
    assert "Every setting has the paper's value" in draft.page()


def test_how_the_output_is_written_is_no_changed_setting(draft: Draft) -> None:
    draft.manifest["configuration"]["output"]["mode"] = "overwrite"
    assert "Every setting has the paper's value" in draft.page()


def test_run_without_configuration_file_is_the_papers(draft: Draft) -> None:
    draft.manifest["configuration"] = Config().model_dump(mode="json")
    assert "Every setting has the paper's value" in draft.page()


def test_run_without_limits_of_dates_differs_from_the_paper(draft: Draft) -> None:
    draft.manifest["configuration"]["corpus"]["published_from"] = None
    rows = Page(draft.page()).rows["run"]
    assert ["corpus.published_from", "2000-01-01", "none"] in rows


def test_synthetic_records_are_announced(draft: Draft) -> None:
    draft.content["key_patents"][0]["source"] = "synthetic"
    page = draft.page()
    assert "1 of the key patents are synthetic records" in page
    assert ["Key patents from", "patsnap (3), synthetic (1)"] in Page(page).rows["run"]


def test_real_records_need_no_announcement(draft: Draft) -> None:
    assert "synthetic" not in draft.page()


def test_result_without_key_patents_says_which_step_left_nothing(draft: Draft) -> None:
    for table in ("key_patents", "centrality", "vertices", "edges", "scores", "rejects"):
        draft.content[table] = []
    draft.content["funnel"][2] |= {"patents": 0, "removed": 1500}
    draft.manifest["network"] |= dict.fromkeys(("vertices", "key_vertices", "edges"), 0)
    page = draft.page()
    assert "No publication passed the screening" in page
    assert "Step 2 (Quantity of claim: &gt;10) left nothing" in page
    assert "There are no key patents." in page
    assert 'id="ranking"' not in page
    assert Page(page).open == []


def test_run_in_which_no_patent_is_scored(draft: Draft) -> None:
    draft.content["scores"] = draft.content["scores"][3:]
    page = draft.page()
    assert 'id="ranking"' not in page
    assert "publication year unknown" in page


def test_undirected_network_has_no_directions(draft: Draft) -> None:
    draft.manifest["configuration"]["network"]["kind"] = "bibliographic_coupling"
    for row in draft.content["scores"]:
        row |= {"in_degree": None, "out_degree": None}
    page = draft.page()
    assert "each pair of vertices once" in page
    assert "bibliographic coupling" in page
    assert "– in" not in page


def test_betweenness_switched_off(draft: Draft) -> None:
    draft.manifest["configuration"]["centrality"]["betweenness"] = "off"
    for row in draft.content["scores"]:
        row |= {"betweenness": None, "missing_reason": "betweenness switched off"}
    page = draft.page()
    assert "not computed in this run" in page
    assert "betweenness alone" not in page.partition("<script")[0]
    assert "betweenness 0.0\xa0%" in page


def test_unknown_titles_and_applicants(draft: Draft) -> None:
    for row in draft.content["key_patents"]:
        row |= {"title": None, "applicants": None}
    page = draft.page()
    assert [row[2] for row in Page(page).rows["ranking"][1:]] == ["–"] * 3
    assert "No key patent has an applicant on record" in page


def test_tables_without_the_columns_of_title_and_applicants(draft: Draft) -> None:
    draft.content["key_patents"] = [
        {"publication_number": row["publication_number"]} for row in draft.content["key_patents"]
    ]
    page = draft.page()
    assert [row[2:4] for row in Page(page).rows["ranking"][1:]] == [["–", "–"]] * 3


def test_long_titles_are_cut(draft: Draft) -> None:
    draft.content["key_patents"][0]["title"] = "触控" * 50_000
    page = draft.page()
    assert len(page.replace(scripts_of_the_page()[0], "")) < 120_000
    assert "触控触…" in page


def test_run_without_rejects_table(draft: Draft) -> None:
    del draft.content["rejects"]
    assert "None in this run." in draft.page()


def test_manifest_of_a_run_stage_by_stage_has_few_figures(draft: Draft) -> None:
    draft.manifest = {"configuration": draft.manifest["configuration"]}
    page = draft.page()
    network = dict(Page(page).rows["network"][:5])
    assert network["Vertices"] == "6"
    assert network["Parallel edges merged"] == "2"
    assert network["Self-loops dropped"] == "–"


# --- the published tables -----------------------------------------------------------------------


def test_published_tables_are_left_out_without_the_papers_patents(draft: Draft) -> None:
    assert 'id="published"' not in draft.page()


def test_published_tables_stand_beside_the_runs(draft: Draft) -> None:
    printed = reference("table4_indicators")[0]
    number = printed["publication_number"]
    draft.content["key_patents"].append(key_patent(number))
    draft.content["scores"].append(
        score(
            number,
            4,
            degree_centrality=float(printed["degree_centrality"]),
            betweenness=float(printed["betweenness"]) + 1,
        )
    )
    page = draft.page()
    section = page.partition('id="published"')[2]
    degree, between = printed["degree_centrality"], printed["betweenness"]
    assert f'<td class="n">{degree}</td><td class="n">{degree}</td>' in section
    assert f'<td class="n">{between}</td><td class="n differs">{int(between) + 1} ≠</td>' in section


def test_table_2_is_compared_only_where_the_steps_are_the_papers(draft: Draft) -> None:
    number = reference("table4_indicators")[0]["publication_number"]
    draft.content["scores"].append(score(number, 4))
    draft.manifest["configuration"]["screening"]["steps"] = ["claims"]
    page = draft.page()
    assert "Table 4, indicators" in page
    assert "Table 2, screening" not in page
