"""The classifier of patents on texts whose truth is known."""

from __future__ import annotations

import importlib.util

import pytest
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.errors import EnvironmentProblem
from patentcore.stages.pipeline import check_files
from patentcore.technologies import classifier
from patentcore.technologies.classifier import Text
from tests.factories import patents

SEEDS = [f"CN{100000000 + i}A" for i in range(30)]
STRANGERS = [f"CN{200000000 + i}A" for i in range(300)]
LIKE, UNLIKE, FEW = "CN300000001A", "CN300000002A", "CN300000003A"


def laser(number: str) -> Text:
    return Text(f"一种激光雷达发射器{number[-2:]}", "Emitter of a lidar", ("G01S7/481",), number)


def chair(number: str) -> Text:
    return Text(f"Chair {number[-2:]} with a seat", "Furniture", ("A47C1/00",), number)


def told(**more: Text) -> dict[tuple[str, str], float]:
    texts = {n: laser(n) for n in SEEDS} | {n: chair(n) for n in STRANGERS} | more
    graded = {"laser": dict.fromkeys(SEEDS, "core"), "few": {FEW: "core"}}
    return classifier.classified(texts, graded, {"laser": set(more)}, STRANGERS)


def test_what_is_like_the_seed_is_told_from_what_is_not() -> None:
    found = told(**{LIKE: laser(LIKE), UNLIKE: chair(UNLIKE)})
    assert set(found) == {("laser", LIKE), ("laser", UNLIKE)}
    assert found["laser", LIKE] > 0.9
    assert found["laser", UNLIKE] < 0.1


def test_the_same_texts_give_the_same_probabilities() -> None:
    assert told(**{LIKE: laser(LIKE)}) == told(**{LIKE: laser(LIKE)})


def test_few_seeds_teach_nothing() -> None:
    few = dict.fromkeys(SEEDS[: classifier.FEWEST - 1], "core")
    texts = {n: laser(n) for n in SEEDS} | {n: chair(n) for n in STRANGERS}
    assert classifier.classified(texts, {"laser": few}, {"laser": SEEDS[-1:]}, STRANGERS) == {}
    # As many publications of fewer inventions.
    one = {n: text._replace(invention="same") for n, text in texts.items()}
    every = dict.fromkeys(SEEDS, "core")
    assert classifier.classified(one, {"laser": every}, {"laser": [LIKE]}, STRANGERS) == {}


def test_what_counts_against_is_judged_by_machines_that_have_not_seen_it() -> None:
    """Rules say that one merely uses the technology; it reads as the thing itself."""
    texts = {n: laser(n) for n in SEEDS} | {n: chair(n) for n in STRANGERS} | {LIKE: laser(LIKE)}
    graded = {"laser": {**dict.fromkeys(SEEDS, "core"), LIKE: "use"}}
    found = classifier.classified(texts, graded, {"laser": {LIKE}}, STRANGERS)
    assert found["laser", LIKE] > 0.9


def test_assignments_are_those_of_the_rules_and_the_classifiers_evidence(
    spark: SparkSession,
) -> None:
    texts = {n: laser(n) for n in (*SEEDS, LIKE)} | {n: chair(n) for n in (*STRANGERS, UNLIKE)}
    rows = [
        {"publication_number": n, "title": t.title, "abstract": t.abstract, "ipc": [*t.symbols]}
        for n, t in texts.items()
    ]
    keys = "technology string, publication_number string, grade string, rule string, matched string"
    ruled = [("laser", n, "core", "main code", "G01S7/481") for n in SEEDS]
    ruled += [("laser", n, "use", "code", "G01S7/481") for n in (LIKE, UNLIKE)]
    found = classifier.with_classified(
        spark.createDataFrame(ruled, keys),
        patents(spark, *rows),
        spark.createDataFrame(
            [(n, n) for n in texts], "publication_number string, invention string"
        ),
        spark.createDataFrame([], "citing string, cited string"),
        least=0.5,
    ).collect()
    by_number = {row.publication_number: row for row in found}
    assert len(found) == len(by_number) == len(SEEDS) + 2
    assert (by_number[LIKE].grade, by_number[LIKE].rule) == ("core", "classifier")
    assert 0.5 <= float(by_number[LIKE].matched) <= 1
    assert (by_number[UNLIKE].grade, by_number[UNLIKE].rule) == ("use", "code")
    assert {by_number[n].rule for n in SEEDS} == {"main code"}


def test_a_run_without_scikit_learn_is_refused_before_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    switched = ["technologies.catalogue=technologies", "technologies.classifier=true"]
    check_files(config.load(None, switched[:1]))
    with pytest.raises(EnvironmentProblem, match=r"pip install 'patentcore\[classifier\]'"):
        check_files(config.load(None, switched))
