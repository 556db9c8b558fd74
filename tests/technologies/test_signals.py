"""What the synthetic corpus plants is what the judgements find."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.stages.pipeline import run_all
from patentcore.synthetic.signals import SIGNALS, thresholds
from patentcore.synthetic.timeline import Timeline
from patentcore.technologies.catalogue import load
from tests.technologies.test_catalogue import CATALOGUE

pytestmark = pytest.mark.usefixtures("compiled")


def test_every_technology_of_table_6_is_planted_as_printed() -> None:
    catalogue = load(CATALOGUE)
    printed = {
        name: one.published.broken_through
        for name, one in catalogue.items()
        if one.published.broken_through is not None
    }
    assert {one.name: one.is_domestic for one in SIGNALS} == printed


def test_thresholds_never_pass_the_draw() -> None:
    for limits in thresholds(Timeline(1.0, 2023).year_shares):
        assert limits == sorted(limits)
        assert limits[-1] < 500_000


def catalogue_of_planted_words(path: Path) -> Path:
    """Write a catalogue of the words that are planted.

    Codes are drawn at random over the whole corpus, so that by the shipped catalogue's codes much
    would be assigned that was not planted; this is a test of the judgements.
    """
    entries = (
        f"[{one.name}]\nname_zh = {json.dumps(one.chinese)}\nname_en = {json.dumps(one.english)}\n"
        f"keywords_zh = [{json.dumps(one.chinese)}]\nkeywords_en = [{json.dumps(one.english)}]\n"
        for one in SIGNALS
    )
    path.write_text("\n".join(entries), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def verdicts(
    spark: SparkSession, paper_corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("signals")
    words = catalogue_of_planted_words(folder / "planted.toml")
    run_all(
        spark,
        config.load(None, [f"technologies.catalogue={words}", "centrality.betweenness=off"]),
        source=str(paper_corpus),
        output=str(folder / "result"),
    )
    found = pd.read_parquet(folder / "result" / "technology_judgements")
    return found.pivot(index="technology", columns="question", values="verdict")


@pytest.mark.slow
def test_the_judgements_recover_what_is_planted_or_refuse(verdicts: pd.DataFrame) -> None:
    """Refused is the cooperation of technologies with fewer than twenty domestic inventions."""
    expected = {
        one.name: {
            "status": "yes" if one.is_domestic else "no",
            "unsound_mechanism": "no" if one.is_joint else "yes",
            "weak_basic_research": "no" if one.is_scientific else "yes",
        }
        for one in SIGNALS
    }
    wrong = [
        (name, question, verdict, verdicts.at[name, question])
        for name, questions in expected.items()
        for question, verdict in questions.items()
        if verdicts.at[name, question] not in (verdict, "unknown")
    ]
    assert not wrong
    asked = verdicts.loc[list(expected), ["status", "unsound_mechanism", "weak_basic_research"]]
    assert (asked == "unknown").sum().to_dict() == {
        "status": 0,
        "unsound_mechanism": 4,
        "weak_basic_research": 0,
    }
