"""One patent explained: where it stood at each step, what its score is made of, whom it joins."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql.pandas.types import to_arrow_schema
from tests.results.report.conftest import MANIFEST, Tables, key_patent, score, tables, write_run

from patentcore import cli, schemas
from patentcore.config import Config
from patentcore.errors import InputError
from patentcore.lake.output import Output
from patentcore.lake.tables import TableStore
from patentcore.results.explain import Explanation, as_text, explain
from patentcore.results.explain.bridges import adjacency, bridges
from patentcore.results.explain.parts import value_of

FUNNEL = [
    {"step": n, "criterion": c, "threshold": t, "patents": 9 - n, "removed": 1, "unknown": 0}
    for n, (c, t) in enumerate(
        [
            ("Patent total", "-"),
            ("Patent-accepting country", "CN US"),
            ("Patent type", "invention"),
            ("Quantity of claim", ">10"),
            ("Citation frequency", ">0"),
            ("Breadth of patented technology", ">1"),
            ("Legal status of patent", "opposition, assignment, litigation"),
            ("Duplicate removal", "one publication per application number"),
        ]
    )
]
KEY: dict[str, Any] = {
    "application_number": "CN201010000001",
    "authority": "CN",
    "patent_type": "invention",
    "claim_count": 12,
    "cited_by_count": 3,
    "family_cited_by_count": None,
    "ipc": ["G06F3/041", "H04W4/02"],
    "legal_events": [{"kind": "assignment", "date": None}],
}


def run_on(folder: Path, records: list[dict[str, Any]], content: Tables | None = None) -> str:
    """Write canonical patents and a result of them; return the result's folder."""
    corpus = folder / "corpus" / "patents"
    corpus.mkdir(parents=True)
    schema = pa.schema([f.with_nullable(True) for f in to_arrow_schema(schemas.PATENTS)])
    rows = [{**KEY, **record} for record in records]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), corpus / "part-0.parquet")
    described = {"format": "parquet", "files": 1, "bytes": 1, "sha256_of_listing": "0"}
    manifest = MANIFEST | {
        "configuration": Config().model_dump(mode="json"),
        "funnel": FUNNEL,
        "input": {"uri": str(folder / "corpus"), "tables": {"patents": described}},
    }
    made = tables() if content is None else content
    made["key_patents"] = [
        row | {**KEY, "patent_width": 2, **record}
        for row, record in zip(made["key_patents"], records, strict=False)
    ]
    return str(write_run(folder / "run", made, manifest))


def key(number: str, **fields: Any) -> dict[str, Any]:
    return key_patent(number) | fields


@pytest.fixture
def result(tmp_path: Path) -> str:
    return run_on(
        tmp_path,
        [
            key("CN1A"),
            key("CN2A", application_number="CN201010000002"),
            key("CN3B", application_number="CN201010000003"),
            key("CN4A", application_number="CN201010000004"),
            key("RU5A", authority="RU"),
            key("CN6A", claim_count=None),
            key("CN7A", claim_count=4),
            key("CN1B", application_number="CN201010000001"),
            key("CN8A", application_number=None),
            key("CN9A", publication_date=None),
            key("CN10A", legal_events=[{"kind": "fee_payment", "date": None}]),
        ],
    )


def outcomes(found: Explanation) -> list[str]:
    return [step.outcome for step in found.steps]


# --- key patents --------------------------------------------------------------------------------


def test_a_key_patent_passed_every_step_and_its_values_are_told(result: str) -> None:
    found = explain(result, "CN1A")
    assert found.state == "ranked"
    assert outcomes(found) == ["passed"] * 8
    assert [step.value for step in found.steps] == [
        "CN, 2016-04-20",
        "CN",
        "invention",
        "12",
        "3",
        "2",
        "assignment",
        "CN201010000001",
    ]


def test_the_parts_of_the_score_are_the_equations_with_their_numbers(tmp_path: Path) -> None:
    measures = {"degree_centrality": 0.6, "betweenness": 20.0, "main_class_frequency": 150.0}
    content = tables()
    content["scores"][0] = score(
        "CN1A", 1, **measures, popularity=0.625, core_degree=0.24 + 6 + 0.125 + 15
    )
    found = explain(run_on(tmp_path, [key("CN1A")], content), "CN1A")
    assert found.score is not None
    formulas = {part.measure: part.formula for part in found.score.parts}
    assert formulas == {
        "degree": "3 / (6 - 1)",
        "betweenness": "",
        # y is the in-degree; what 8 years of popularity leave is half the family.
        "popularity": "(2 + 0.5 x 6) / (2023 - 2016 + 1)",
        "main_class": "100 x 3 / 2",
    }
    weighted = sum(part.weight * (part.value or 0) for part in found.score.parts)
    assert weighted == pytest.approx(found.score.core_degree)
    assert sum(part.share or 0 for part in found.score.parts) == pytest.approx(1)


def test_a_patent_without_score_says_why(result: str) -> None:
    found = explain(result, "CN4A")
    assert found.state == "unscored"
    assert found.score is not None
    assert found.score.missing_reason == "publication year unknown"
    assert "unknown: publication year unknown" in as_text(found)
    assert "未知: 公开年未知" in as_text(found, "zh")


def test_a_number_is_found_in_any_spelling(result: str) -> None:
    assert explain(result, " cn 1 a").number == "CN1A"


def test_the_range_of_the_rank_comes_from_the_drawn_weights(tmp_path: Path) -> None:
    row = {
        "publication_number": "CN1A",
        "rank": 1,
        "scaled_rank": 2,
        "betweenness_rank": 1.5,
        "betweenness_share": 0.9,
        "rank_lowest": 1,
        "rank_p05": 1.0,
        "rank_median": 2.0,
        "rank_p95": 4.0,
        "rank_highest": 7,
        "rank_deviation": 1.0,
        "top_share": 0.75,
    }
    found = explain(run_on(tmp_path, [key("CN1A")], tables() | {"robustness": [row]}), "CN1A")
    assert found.ranks is not None
    assert (found.ranks.p05, found.ranks.p95, found.ranks.highest) == (1.0, 4.0, 7)
    assert "90 % within 1 to 4, best 1, worst 7" in as_text(found)
    assert "90 % 在 1 至 4 之间" in as_text(found, "zh")


# --- others -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "step", "outcome", "value"),
    [
        ("RU5A", 1, "failed", "RU"),
        ("CN7A", 3, "failed", "4"),
        ("CN6A", 3, "unknown", None),
        ("CN10A", 6, "failed", "none of these"),
        ("CN8A", 7, "unknown", None),
    ],
)
def test_a_patent_that_was_screened_out_is_told_the_step_and_the_value(
    result: str, number: str, step: int, outcome: str, value: str | None
) -> None:
    found = explain(result, number)
    assert found.state == "screened out"
    assert outcomes(found) == ["passed"] * step + [outcome] + ["not reached"] * (7 - step)
    assert found.steps[step].value == value
    assert found.score is None


def test_of_publications_of_one_application_the_kept_one_is_named(result: str) -> None:
    found = explain(result, "CN1B")
    assert outcomes(found)[-1] == "failed"
    assert "CN1A was kept in its place" in found.remarks
    assert "已由 CN1A 代替保留" in as_text(found, "zh")


def test_a_patent_without_date_is_outside_the_corpus_as_nothing_tells(result: str) -> None:
    found = explain(result, "CN9A")
    assert found.state == "outside the corpus"
    assert outcomes(found)[0] == "unknown"


def test_an_input_that_changed_since_is_said(result: str) -> None:
    found = explain(result, "CN7A")
    assert any("changed since the run" in remark for remark in found.remarks)
    told = as_text(found, "zh")
    assert "运行之后输入已改变；各步按现有输入判断" in told
    assert "专利法律状态 异议、转让、诉讼: 转让 (未到此步)" in told


def test_a_document_that_is_only_cited_has_its_place_in_the_network(result: str) -> None:
    found = explain(result, "X1")
    assert (found.state, found.steps) == ("only cited", [])
    assert found.surroundings is not None
    assert [(n.relation, n.id, n.weight) for n in found.surroundings.neighbours] == [
        ("cites", "CN1A", 3)
    ]


def test_of_a_run_on_exports_what_was_screened_out_is_not_known(tmp_path: Path) -> None:
    manifest = MANIFEST | {"input": {"uri": "a.csv, b.csv", "files": 2}}
    run = str(write_run(tmp_path / "run", tables(), manifest))
    assert explain(run, "CN1A").state == "ranked"
    with pytest.raises(InputError, match="the run read exports"):
        explain(run, "CN77A")


def test_an_unknown_number_is_told_the_nearest(tmp_path: Path) -> None:
    content = tables()
    content["vertices"] = [{"id": "US9105513A1", "is_key": False}]
    run = run_on(tmp_path, [key("CN105513499A"), key("CN2A"), key("EP1234567B1")], content)
    for asked, likely in {
        "CN105513499B": "CN105513499A",
        "CN105514399": "CN105513499A",
        "EP123456A1": "EP1234567B1",
        "US09105513": "US9105513A1",
    }.items():
        with pytest.raises(InputError, match=rf"do not know {asked}; did you mean {likely}"):
            explain(run, asked)


# --- the network --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_directed", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_bridges_are_the_part_of_betweenness_that_comes_of_pairs_of_neighbours(
    is_directed: bool, seed: int
) -> None:
    """The oracle counts, of all shortest paths between two neighbours, those through the vertex."""
    graph = nx.gnp_random_graph(14, 0.2, seed=seed, directed=is_directed)
    edges = [(str(a), str(b)) for a, b in graph.edges]
    vertex = random.Random(seed).choice(list(graph))
    into = set(graph.predecessors(vertex)) if is_directed else set(graph[vertex])
    part = 0.0
    for a in into:
        for b in set(graph[vertex]) - {a}:
            paths = list(nx.all_shortest_paths(graph, a, b))
            part += sum(vertex in path[1:-1] for path in paths) / len(paths)
    near = adjacency(edges, is_directed=is_directed)
    found = bridges(str(vertex), near, {}, is_directed=is_directed)
    assert found is not None
    assert found.betweenness == pytest.approx(part if is_directed else part / 2)
    every = nx.betweenness_centrality(graph, normalized=False)[vertex]
    assert found.betweenness <= every + 1e-9


def test_pairs_that_nothing_else_joins_go_first_then_those_of_high_betweenness() -> None:
    edges = [("A", "V"), ("B", "V"), ("V", "C"), ("V", "D"), ("A", "W"), ("W", "C")]
    near = adjacency(edges, is_directed=True)
    found = bridges("V", near, {"B": 5.0, "D": 7.0}, is_directed=True)
    assert found is not None
    assert [(p.source, p.target, p.paths) for p in found.strongest] == [
        ("B", "D", 1),
        ("A", "D", 1),
        ("B", "C", 1),
        ("A", "C", 2),
    ]
    assert (found.pairs, found.alone, found.betweenness) == (4, 3, 3.5)


def test_of_a_hub_the_pairs_are_not_looked_at() -> None:
    edges = [(f"A{n}", "V") for n in range(1001)] + [("V", f"B{n}") for n in range(1000)]
    assert bridges("V", adjacency(edges, is_directed=True), {}, is_directed=True) is None


def test_in_a_network_of_codes_a_patent_is_explained_by_its_main_code(tmp_path: Path) -> None:
    content = tables()
    content["centrality"] = [
        {"id": "G06F", "degree": 1, "degree_centrality": 1.0, "betweenness": 0.0},
        {"id": "H04W", "degree": 1, "degree_centrality": 1.0, "betweenness": 0.0},
    ]
    content["edges"] = [{"src": "G06F", "dst": "H04W", "weight": 4}]
    settings = {"network": {"kind": "co_classification", "code_level": "subclass"}}
    run = str(write_run(tmp_path / "run", content, MANIFEST | {"configuration": settings}))
    around = explain(run, "CN1A").surroundings
    assert around is not None
    assert around.vertex == "G06F"
    assert [(n.relation, n.id, n.weight) for n in around.neighbours] == [("joined", "H04W", 4)]


# --- as text, as JSON, of other formats ---------------------------------------------------------


def test_numbers_of_citations_are_those_that_the_step_compares() -> None:
    patent = {"family_cited_by_count": 7, "cited_by_count": 3}
    assert value_of("citations", patent, {}) == "7"
    of_record = {"configuration": {"screening": {"citations": "record"}}}
    assert value_of("citations", patent, of_record) == "3"


def test_the_command_prints_text_in_both_languages_or_json(
    result: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain", "CN1A", result]) == 0
    assert capsys.readouterr().out.startswith("CN1A: ranked  Touch panel\n\nScreening\n")
    assert cli.main(["explain", "CN1A", result, "--lang", "zh"]) == 0
    assert capsys.readouterr().out.startswith("CN1A: 已排名  Touch panel\n\n筛选\n")
    assert cli.main(["explain", "CN7A", result, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"][3]["outcome"] == "failed"
    assert cli.main(["explain", "n/a", result]) == 3
    assert cli.main(["explain", "CN1A", f"{result}/scores"]) == 3


def test_hostile_titles_command_no_terminal_and_break_no_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    title = "\x1b[2J\x07\x9b31m\u202e<b>\x00"
    run = run_on(tmp_path, [key("CN1A", title=title)])
    assert cli.main(["explain", "CN1A", run, "--json"]) == 0
    told = capsys.readouterr().out
    assert not set("\x1b\x07\x9b\u202e\x00") & set(told)
    assert json.loads(told)["title"] == title
    assert cli.main(["explain", "CN1A", run]) == 0
    assert not set("\x1b\x07\x9b\u202e\x00") & set(capsys.readouterr().out)


@pytest.mark.parametrize("form", ["delta", "iceberg"])
def test_results_in_tables_of_versions_are_explained_alike(
    spark: Any, result: str, tmp_path: Path, form: str
) -> None:
    manifest = json.loads((Path(result) / "run.json").read_text())
    output = str(tmp_path / form)
    there = TableStore.open(spark, result)
    with Output(spark, output, inputs=[], form=form, mode="error") as made:
        for table in manifest["tables"]:
            made.staging.write(there.read(table), table)
        made.publish({name: value for name, value in manifest.items() if name != "tables"})
    for number in ("CN1A", "CN7A", "X1"):
        assert explain(output, number) == explain(result, number)


def test_the_score_row_without_measures_is_no_division(tmp_path: Path) -> None:
    content = tables()
    content["scores"][0] = score(
        "CN1A",
        None,
        **{
            name: None
            for name in schemas.SCORES.names
            if name not in ("publication_number", "rank", "missing_reason")
        },
    )
    assert explain(run_on(tmp_path, [key("CN1A")], content), "CN1A").state == "unscored"
