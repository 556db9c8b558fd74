"""What the page says of a patent that is chosen is what the command says of it."""

from __future__ import annotations

import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.results.report.conftest import Draft
from tests.results.report.test_technologies import filled

from patentcore import cli
from patentcore.arguments import parser_of
from patentcore.config import load, parse
from patentcore.results.explain import explain
from patentcore.results.report import explanations, vertices
from patentcore.results.report.again import FILE, command_of, settings_of


def told(draft: Draft) -> dict[str, Any]:
    data = draft.page().partition('<script type="application/json" id="data">')[2]
    found: dict[str, Any] = json.loads(data.partition("</script>")[0])["explained"]
    return found


@pytest.fixture
def connected(draft: Draft) -> Draft:
    """A patent with neighbours, one of which is ranked, and an event."""
    edges = [("X1", "CN1A"), ("X2", "CN1A"), ("CN1A", "CN2A"), ("X1", "CN2A")]
    draft.content["edges"] = [{"src": a, "dst": b, "weight": 1} for a, b in edges]
    for row in draft.content["key_patents"]:
        row["legal_events"] = [{"kind": "assignment", "date": None}]
        row["patent_type"] = "invention"
    spread = {"rank_lowest": 1, "rank_p05": 1.0, "rank_median": 2.0, "rank_p95": 3.0}
    spread |= {"rank_highest": 9, "betweenness_rank": 1.5, "top_share": 0.75}
    draft.content["robustness"] = [
        filled("robustness", publication_number="CN1A", rank=1, **spread)
    ]
    draft.manifest["robustness"] = {"samples": 100, "median_rank_range": 2.5, "top_stable": 3}
    return draft


def test_page_holds_what_the_command_says(connected: Draft) -> None:
    page = told(connected)
    found = explain(str(connected.folder), "CN1A")
    patent = page["patents"]["CN1A"]
    assert list(page["patents"]) == ["CN1A", "CN2A", "CN3B"]
    values = [value[0] if isinstance(value, list) else value for value in patent["values"]]
    assert values == [step.value for step in found.steps]
    assert [step[0] for step in page["steps"]] == [step.criterion for step in found.steps]
    assert found.score is not None
    assert patent["parts"] == [[part.value, part.formula] for part in found.score.parts]
    assert page["weights"] == [part.weight for part in found.score.parts]
    assert patent["ranks"] == [1.0, 3.0, 1.0, 9.0, 1.5, 0.75]
    around, near = found.surroundings, patent["around"]
    assert around is not None
    assert around.bridges is not None
    assert near["degree"] == around.degree
    assert near["near"] == [
        ["cited by", 2, [["X1", None], ["X2", None]]],
        ["cites", 1, [["CN2A", 2]]],
    ]
    assert [(n.id, n.rank) for n in around.neighbours] == [("CN2A", 2), ("X1", None), ("X2", None)]
    # X1 cites CN2A itself, so only the pair of X2 leads through CN1A.
    assert near["pairs"] == [1, 1, 1.0, [["X2", "CN2A", 1]]]
    assert (around.bridges.pairs, around.bridges.betweenness) == (1, 1.0)


def test_words_of_the_explanation_are_in_both_languages(connected: Draft) -> None:
    connected.content["funnel"][1]["threshold"] = "opposition, assignment"
    page = told(connected)
    assert page["steps"][1] == ["Patent type", "专利类型", "opposition, assignment", "异议、转让"]
    assert page["patents"]["CN1A"]["values"][2] == ["invention", "发明"]


def test_only_the_first_are_explained_and_the_page_says_so(
    connected: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explanations, "EXPLAINED", 2)
    assert list(told(connected)["patents"]) == ["CN1A", "CN2A"]
    page = (connected.folder / "report.html").read_text(encoding="utf-8")
    assert f"patentcore explain NUMBER {connected.folder}</code> explains any" in page


def test_pairs_of_a_hub_are_left_to_the_command(
    connected: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explanations, "MOST_PAIRS", 1)
    assert told(connected)["patents"]["CN1A"]["around"]["pairs"] is None


def test_in_a_network_without_edges_a_patent_stands_alone(connected: Draft) -> None:
    connected.manifest["network"] |= {"edges": 0}
    connected.content["edges"] = []
    patent = told(connected)["patents"]["CN1A"]
    assert (patent["around"]["near"], patent["around"]["pairs"]) == ([], [0, 0, 0.0, []])
    assert patent["parts"][1] == [20.0, ""]


def test_network_too_large_for_the_page_is_left_to_the_command(
    connected: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vertices, "MOST_EDGES", 3)
    assert told(connected)["patents"]["CN1A"]["around"] is None


# --- how to run it again ------------------------------------------------------------------------


def test_settings_of_a_run_are_a_file_that_gives_the_same_configuration(tmp_path: Path) -> None:
    configuration = load(
        "paper",
        [
            'corpus.published_from=""',
            'corpus.applicants="企\x7f业 \\"a\\".txt"',
            "scoring.weights.degree=0.123456789",
            'technologies.sector_words={enterprise = ["厂"]}',
            'output.mode="overwrite"',
        ],
    )
    text = settings_of({"configuration": configuration.model_dump(mode="json")})
    assert text is not None
    file = tmp_path / FILE
    file.write_text(text, encoding="utf-8")
    assert "mode" not in tomllib.loads(text)["output"]
    again = load(file).model_dump()
    assert again == configuration.model_dump() | {"output": again["output"]}
    assert parse({"output": again["output"]}).output.mode == "error"


def test_command_of_a_run_is_one_that_the_command_line_takes() -> None:
    paths = ["my exports/a.csv", "it's.csv"]
    manifest = {"input": {"uri": ", ".join(paths), "paths": paths}, "engine": {"name": "spark"}}
    words = shlex.split(command_of(manifest))
    taken = parser_of(cli._calls()).parse_args(words[1:])
    assert (taken.config, taken.input, taken.engine) == (FILE, paths, "spark")


def test_run_without_record_of_its_settings_offers_none(draft: Draft) -> None:
    draft.manifest = {}
    page = draft.page()
    assert "data-save=" not in page.partition("<script")[0]
    assert "--input INPUT --output NEW" in page
