"""The figures behind the sections, on tables whose answers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import Row
from tests.results.report.conftest import Tables, key_patent, score, write_run

from patentcore.results.report import content as sections
from patentcore.results.report.result import Result, read_result

WEIGHTS = {"degree": 0.4, "betweenness": 0.3, "popularity": 0.2, "main_class": 0.1}


@pytest.fixture
def result(tmp_path: Path, content: Tables, manifest: dict[str, Any]) -> Result:
    return read_result(str(write_run(tmp_path / "run", content, manifest)))


def frame_of(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def test_parts_of_a_score_add_up_to_it(result: Result) -> None:
    parts = sections.contributions(result.scored, result.weights)
    assert parts.iloc[0].tolist() == pytest.approx([0.24, 6.0, 0.12, 25.0])
    assert parts.sum(axis=1).tolist() == pytest.approx([31.36, 25.18, 25.18])


def test_measure_without_weight_adds_nothing_though_null() -> None:
    scored = frame_of(score("A", 1, betweenness=None))
    parts = sections.contributions(scored, WEIGHTS | {"betweenness": 0.0})
    assert parts["betweenness"].tolist() == [0.0]


def test_weights_of_a_run_without_betweenness(
    tmp_path: Path, content: Tables, manifest: dict[str, Any]
) -> None:
    manifest["configuration"]["centrality"]["betweenness"] = "off"
    run = read_result(str(write_run(tmp_path / "run", content, manifest)))
    assert run.weights == WEIGHTS | {"betweenness": 0.0}


def test_shares_are_of_the_summed_score() -> None:
    parts = pd.DataFrame(
        {"degree": [0.0, 1.0], "betweenness": [6.0, 0.0], "popularity": 0.0, "main_class": 0.5}
    )
    [(name, count, shares)] = sections.shares(parts)
    assert (name, count) == ("all", 2)
    assert shares == pytest.approx(
        {"degree": 0.125, "betweenness": 0.75, "popularity": 0.0, "main_class": 0.125}
    )


def test_shares_tell_the_first_from_all() -> None:
    betweenness = [1.0] * 10 + [0.0] * 50
    parts = pd.DataFrame({"betweenness": betweenness, "popularity": [1 - b for b in betweenness]})
    groups = sections.shares(parts)
    assert [(name, count) for name, count, _ in groups] == [
        ("first 10", 10),
        ("first 50", 50),
        ("all", 60),
    ]
    assert [part["betweenness"] for *_, part in groups] == pytest.approx([1, 0.2, 1 / 6])


def test_scores_of_zero_have_no_parts() -> None:
    parts = pd.DataFrame({name: [0.0] for name in WEIGHTS})
    assert sections.shares(parts)[0][2] == dict.fromkeys(WEIGHTS, 0.0)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ([4.0, 3.0, 2.0, 1.0], 1.0),
        ([1.0, 2.0, 3.0, 4.0], -1.0),
        ([5.0, 0.0, 0.0, 0.0], 0.774597),  # ties at rank 2: sqrt(3/5)
        ([0.0, 0.0, 0.0, 0.0], None),
    ],
)
def test_agreement_is_a_correlation_of_ranks(second: list[float], expected: float | None) -> None:
    rows = [
        score(f"P{i}", i + 1, core_degree=40.0 - 10 * i, betweenness=value)
        for i, value in enumerate(second)
    ]
    by_order = {row.order: row for row in sections.agreements(frame_of(*rows))}
    found = by_order["betweenness alone"].spearman
    assert found == pytest.approx(expected, abs=1e-6)


def test_agreement_counts_shared_patents_at_the_top() -> None:
    rows = [
        score(f"P{i:02}", i, core_degree=100.0 - i, betweenness=float(i), popularity=-float(i))
        for i in range(1, 13)
    ]
    by_order = {row.order: row for row in sections.agreements(frame_of(*rows))}
    assert by_order["betweenness alone"].spearman == pytest.approx(-1)
    assert (by_order["betweenness alone"].shared, by_order["betweenness alone"].top) == (8, 10)
    assert by_order["popularity alone"].shared == 10


def test_applicant_counts_once_a_patent_and_every_applicant_counts(
    tmp_path: Path, content: Tables, manifest: dict[str, Any]
) -> None:
    zte, blank = {"name": "ZTE ", "country": "CN"}, {"name": " ", "country": None}
    content["key_patents"] = [
        key_patent("CN1A", applicants=[{"name": "华为", "country": None}, zte]),
        key_patent("CN2A", applicants=[zte, zte, blank]),
        key_patent("CN4A", applicants=[zte]),
        key_patent("CN5A", applicants=[]),
    ]
    run = read_result(str(write_run(tmp_path / "run", content, manifest)))
    rows = sections.applicants(run, top=20)
    assert [(r["name"], r["count"], r["best"], r["ranked"]) for r in rows] == [
        ("ZTE", 3, 1, 2),
        ("华为", 1, 1, 1),
    ]


def test_applicants_read_through_spark_are_rows() -> None:
    cell = [Row(name="ZTE", country="CN"), Row(name=None, country=None)]
    assert sections.names_of(cell) == "ZTE"


def test_many_applicants_are_counted_not_listed() -> None:
    assert sections.names_of([{"name": name} for name in "ABCDE"]) == "A; B; C +2"


def test_main_classes_go_by_count_then_name() -> None:
    scores = frame_of(
        score("A", 2, main_class="H04W", main_class_count=1),
        score("B", 1, main_class="G06F", main_class_count=2),
        score("C", None, main_class="G06F", main_class_count=2),
        score("D", 3, main_class="A01B", main_class_count=1),
        score("E", None, main_class=None, main_class_count=None),
    )
    rows = sections.main_classes(scores, top=2)
    assert [(row["main_class"], row["count"], row["best"]) for row in rows] == [
        ("G06F", 2, 1),
        ("A01B", 1, 3),
    ]


def test_degrees_leave_out_what_is_unknown() -> None:
    found = sections.degrees(pd.Series([0.0, 0.0, 1.0, 5.0, None]))
    assert found == sections.Degrees([(0, 2), (1, 1), (5, 1)], 2, 1.5, 0.5, 5)
    assert sections.degrees(pd.Series([], dtype="float64")).largest is None


def test_years_are_counted_without_the_unknown() -> None:
    assert sections.years(pd.Series([2016.0, None, 2011.0, 2016.0])) == [(2011, 1), (2016, 2)]


def test_rejects_are_counted_by_reason(result: Result) -> None:
    row = {"source": "s", "record": "1", "field": "f", "value": None, "reason": "r"}
    rows = [row, row | {"value": "x"}, row | {"reason": "rare", "field": None}]
    assert [
        (r["reason"], r["count"], r["examples"]) for r in sections.rejects(frame_of(*rows))
    ] == [
        ("r", 2, ["1", "x"]),
        ("rare", 1, ["1"]),
    ]


def test_settings_that_an_older_version_did_not_have_are_shown() -> None:
    assert sections.changed_settings({"network": {"kind": "citation", "hops": 2}}) == [
        ("network.hops", None, 2)
    ]
