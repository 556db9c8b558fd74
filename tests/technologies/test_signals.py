"""What the synthetic corpus plants is what the judgements find."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore import config
from patentcore.stages.pipeline import run_all
from patentcore.synthetic import generate
from patentcore.synthetic.signals import FOREIGN, SIGNALS, Signal, planted, thresholds
from patentcore.synthetic.timeline import Timeline
from patentcore.synthetic.vocabulary import ENTERPRISES
from patentcore.technologies.catalogue import load
from patentcore.technologies.places import form_of, place_of
from patentcore.technologies.sectors import plain
from tests.technologies.test_catalogue import CATALOGUE

pytestmark = pytest.mark.usefixtures("compiled")


OF_SIDES = tuple(
    f"{side}_{name}_share" for side in ("domestic", "foreign") for name in ("iur", "science")
)


def test_every_technology_of_table_6_is_planted_as_printed() -> None:
    catalogue = load(CATALOGUE)
    printed = {
        name: one.published.broken_through
        for name, one in catalogue.items()
        if one.published.broken_through is not None
    }
    assert {one.name: one.is_domestic for one in SIGNALS} == printed


def test_the_contrary_truth_contradicts_table_6_throughout() -> None:
    contrary = planted("contrary")
    assert all(
        one.name == other.name and one.is_domestic != other.is_domestic
        for one, other in zip(SIGNALS, contrary, strict=True)
    )
    # Young ones are strong nowhere: their status is no, whoever files, so they were printed yes.
    young = [one for one in contrary if one.shape == "emerging"]
    assert len(young) == 3
    assert not any(one.is_domestic for one in young)


def test_thresholds_never_pass_the_draw() -> None:
    for signals in (SIGNALS, planted("contrary")):
        for limits in thresholds(Timeline(1.0, 2023).year_shares, signals):
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


def verdicts_of(spark: SparkSession, corpus: Path, folder: Path) -> pd.DataFrame:
    """Run the method on a corpus; return the verdicts by technology and question."""
    words = catalogue_of_planted_words(folder / "planted.toml")
    run_all(
        spark,
        config.load(None, [f"technologies.catalogue={words}", "centrality.betweenness=off"]),
        source=str(corpus),
        output=str(folder / "result"),
    )
    found = pd.read_parquet(folder / "result" / "technology_judgements")
    measured = pd.read_parquet(folder / "result" / "technologies").set_index("technology")
    verdicts = found.pivot(index="technology", columns="question", values="verdict")
    return verdicts.join(measured[[*OF_SIDES, "foreign_patents"]])


def expected_problem(measured: pd.Series, name: str, *, is_rare: bool) -> str:
    """Return whether what is rare is a problem of the domestic side: only if rarer than abroad.

    It is planted for both sides alike, so that which has less of it is chance.
    """
    domestic, foreign = (measured[f"{side}_{name}_share"] for side in ("domestic", "foreign"))
    is_worse = measured["foreign_patents"] < 10 or round(domestic - foreign, 12) < 0
    return "yes" if is_rare and is_worse else "no"


def turned(verdicts: pd.DataFrame, signals: Sequence[Signal]) -> list[tuple[str, ...]]:
    """Return what is neither the planted truth nor refused."""
    expected = {
        one.name: {
            "status": "yes" if one.is_domestic else "no",
            "unsound_mechanism": expected_problem(
                verdicts.loc[one.name], "iur", is_rare=not one.is_joint
            ),
            "weak_basic_research": expected_problem(
                verdicts.loc[one.name], "science", is_rare=not one.is_scientific
            ),
        }
        for one in signals
    }
    return [
        (name, question, verdict, verdicts.at[name, question])
        for name, questions in expected.items()
        for question, verdict in questions.items()
        if verdicts.at[name, question] not in (verdict, "unknown")
    ]


@pytest.mark.slow
def test_the_judgements_recover_what_is_planted_or_refuse(
    spark: SparkSession, paper_corpus: Path, tmp_path: Path
) -> None:
    """Refused is the cooperation of technologies with fewer than twenty domestic inventions."""
    verdicts = verdicts_of(spark, paper_corpus, tmp_path)
    assert not turned(verdicts, SIGNALS)
    names = [one.name for one in SIGNALS]
    asked = verdicts.loc[names, ["status", "unsound_mechanism", "weak_basic_research"]]
    assert (asked == "unknown").sum().to_dict() == {
        "status": 0,
        "unsound_mechanism": 4,
        "weak_basic_research": 0,
    }


@pytest.mark.slow
def test_a_truth_against_table_6_is_recovered_where_sides_are_known_and_refused_where_they_are_not(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Each fourth of the technologies has no side hidden, some at random, the weak or strong one's.

    Where mostly the strong side is hidden, shares of what is known are the other side's: naive
    verdicts would be turned, the bounds disagree.
    """
    generate(spark, str(tmp_path / "corpus"), scale=0.5, truth="contrary", hidden="mixed")
    verdicts = verdicts_of(spark, tmp_path / "corpus", tmp_path)
    signals = planted("contrary", "mixed")
    assert not turned(verdicts, signals)
    status = {one.name: verdicts.at[one.name, "status"] for one in signals}
    by_rates = {
        rates: [status[one.name] for one in signals if one.hidden == rates]
        for rates in {one.hidden for one in signals}
    }
    known, random, weak, strong = (
        by_rates[rates].count("unknown") for rates in ((0, 0), (15, 15), (5, 85), (85, 5))
    )
    assert (known, strong) == (0, len(by_rates[85, 5]))
    assert random <= 2
    assert weak <= 2
    printed = {one.name: "yes" if one.is_domestic else "no" for one in SIGNALS}
    assert not [name for name, verdict in status.items() if verdict == printed[name]]


def test_hidden_applicants_have_nothing_in_their_names_that_tells_a_country(
    spark: SparkSession,
) -> None:
    names = [
        *(name.rpartition(" ")[0] for name, _ in FOREIGN),
        *(n for e in ENTERPRISES for n in e),
    ]
    rows = spark.createDataFrame([(name,) for name in names], "given string")
    told = rows.select(plain(F.col("given")).alias("name")).select(
        F.coalesce(place_of(F.col("name")), form_of(F.col("name"))).alias("country")
    )
    assert {row.country for row in told.collect()} == {None}
