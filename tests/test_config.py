from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from patentcore import config
from patentcore.errors import ConfigError
from tests.conftest import ROOT


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "conf.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_papers_file_holds_every_key_with_its_default() -> None:
    assert config.load(ROOT / "conf" / "paper.toml") == config.Config()


def test_the_papers_corpus_is_of_its_years() -> None:
    corpus = config.load().corpus
    assert (corpus.published_from, corpus.published_to) == (
        dt.date(2000, 1, 1),
        dt.date(2023, 12, 31),
    )


@pytest.mark.parametrize("name", ["derwent", "lens", "patentsview"])
def test_configurations_of_other_sources_say_which_years_they_cover(name: str) -> None:
    path = ROOT / "conf" / f"{name}.toml"
    assert {"published_from", "published_to"} <= config.load(path).corpus.model_fields_set


@pytest.mark.parametrize("section", list(config.Config.model_fields))
def test_every_key_is_documented_in_the_papers_file(section: str) -> None:
    text = (ROOT / "conf" / "paper.toml").read_text(encoding="utf-8")
    keys = getattr(type(getattr(config.Config(), section)), "model_fields", [section])
    for key in keys:
        assert f"{key} = " in text or f"[{section}.{key}]" in text, key


@pytest.mark.parametrize("text", ['""', ""])
def test_an_empty_date_is_no_limit(text: str) -> None:
    found = config.load(None, [f"corpus.published_from={text}", f"corpus.published_to={text}"])
    assert (found.corpus.published_from, found.corpus.published_to) == (None, None)


def test_overrides_are_read_as_toml_and_else_as_text() -> None:
    found = config.load(
        None,
        [
            "screening.min_claims_exclusive=5",
            "network.scope=full",
            'screening.legal_events=["litigation"]',
            "scoring.weights.degree=1",
        ],
    )
    assert found.screening.min_claims_exclusive == 5
    assert found.network.scope == "full"
    assert found.screening.legal_events == ("litigation",)
    assert found.scoring.weights.degree == 1.0
    assert found.scoring.weights.betweenness == 0.3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[screening]\nmin_claim_exclusive = 1", "did you mean screening.min_claims_exclusive?"),
        ("[scoring.weights]\nbetweeness = 1", "did you mean scoring.weights.betweenness?"),
        ("[zzz]\na = 1", "unknown key zzz"),
        ("[screening]\nmin_claims_exclusive = -1", "greater than or equal to 0 (got -1)"),
        ("[screening]\nmin_claims_exclusive = 'x'", "valid integer"),
        ("[screening]\nsteps = ['deduplicate', 'claims']", "deduplicate compares publications"),
        ("[screening]\nsteps = ['claims', 'claims']", "names a step twice"),
        ("[scoring.weights]\ndegree = -0.1", "greater than or equal to 0"),
        (
            "[scoring.weights]\ndegree = 0\nbetweenness = 0\npopularity = 0\nmain_class = 0",
            "weights are all 0",
        ),
        (
            "[scoring.weights]\ndegree = 5e-324\nbetweenness = 0\npopularity = 0\nmain_class = 0",
            "weights are all 0, or nearly",
        ),
        ("[technologies.thresholds]\nstrong = 1", "did you mean technologies.thresholds.strong_"),
        ("[technologies]\nhome_country = 'China'", "technologies.home_country"),
        (
            "[corpus]\npublished_from = 2020-01-01\npublished_to = 2019-12-31",
            "corpus.published_from 2020-01-01 is after corpus.published_to 2019-12-31",
        ),
        ("[windows]\nlength = 3000", "windows.length: input should be less than or equal to 500"),
        ("[network]\nscope = 'all'", "'incident', 'induced' or 'full'"),
        (
            "[scoring.weights]\ndegree = inf",
            "scoring.weights.degree: input should be a finite number",
        ),
        (
            "[scoring.weights]\ndegree = nan",
            "scoring.weights.degree: input should be a finite number",
        ),
        ("[scoring.weights]\ndegree = 1e308", "less than or equal to 1000000 (got 1e+308)"),
        (
            "[robustness]\nsamples = 10_001",
            "robustness.samples: input should be less than or equal",
        ),
        ("[robustness]\nseed = -1", "robustness.seed: input should be greater than or equal to 0"),
        ("[centrality]\nseed = -1", "centrality.seed: input should be greater than or equal to 0"),
        ("[centrality]\nepsilon = nan", "centrality.epsilon"),
        (f"[screening]\nmin_claims_exclusive = {2**63}", "less than or equal to 2147483647"),
        (f"[screening]\nmin_citations_exclusive = {2**63 - 1}", "less than or equal to 2147483647"),
        (f"[screening]\nmin_breadth_exclusive = {2**31}", "less than or equal to 2147483647"),
        (f"[network]\nlargest_group = {2**63}", "network.largest_group: input should be less"),
        (f"[technologies.thresholds]\nmin_patents = {2**63}", "thresholds.min_patents"),
        ("[technologies.thresholds]\nnarrow_breadth = inf", "a finite number (got inf)"),
        ("[technologies.thresholds]\nnarrow_breadth = 1e308", "less than or equal to 2147483647"),
        ("[technologies]\nrecent_years = 100_000", "technologies.recent_years"),
        ("[technologies]\nunseen_years = 100_000", "technologies.unseen_years"),
        ("[corpus]\napplicants = ''", "corpus.applicants names no file"),
        ("[corpus]\napplicants = ' '", "corpus.applicants names no file"),
        ("[corpus]\npublished_to = 'never'", "corpus.published_to: input should be a valid date"),
        ("[output]\nstaging = ''", "output.staging names no folder"),
        ("[screening]\ndeduplicate_by = 'title'", "'application_number' or 'simple_family'"),
        ("[scoring]\nfamily_members = 'all'", "'listed', 'others', 'whole' or 'as_given'"),
        ("not toml", "cannot be read as TOML"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(write(tmp_path, text))
    assert message in str(caught.value)


def test_all_problems_come_in_one_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"screening\.claims.*scoring\.reference_year"):
        config.load(write(tmp_path, "[screening]\nclaims = 1\n[scoring]\nreference_year = 'x'"))


LONG = "x" * 10_000


@pytest.mark.parametrize(
    ("text", "overrides"),
    [
        (f"[network]\nscope = '{LONG}'", []),
        (f"[network]\n{LONG} = 1", []),
        (f"[{LONG}]\na = 1", []),
        ('[network]\nscope = "a\\nb\\r\\u202e\\u001b[31m"', []),
        ('[network]\n"sc\\nope" = 1', []),
        ("[network]\n" + "\n".join(f"key{i} = 1" for i in range(1000)), []),
        ("[corpus]\nauthorities = [" + "1, " * 1000 + "]", []),
        (f"a = 1\n{LONG}", []),
        ("", [LONG]),
        ("", ["a\nb"]),
        ("", [f"network.kind={LONG}"]),
        ("", ["network.kind=a\nb"]),
        ("", [f"network.kind=citation\n{LONG}=1"]),
        ("[corpus]\napplicants = 'x'", [f"corpus.applicants.{LONG}=1"]),
        ("", [f"corpus.{LONG}.b=1", f"corpus.{LONG}=1"]),
    ],
)
def test_messages_are_short_and_of_one_line_whatever_was_given(
    tmp_path: Path, text: str, overrides: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(write(tmp_path, text), overrides)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 900


def test_of_many_problems_the_first_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    keys = "\n".join(f"key{i} = 1" for i in range(8))
    with pytest.raises(ConfigError, match=r"unknown key network\.key4; and 3 more problems$"):
        config.load(write(tmp_path, f"[network]\n{keys}"))


@pytest.mark.parametrize("override", ["novalue", "=3", "corpus.authorities.x=1"])
def test_an_override_that_is_not_key_and_value_is_refused(override: str) -> None:
    with pytest.raises(ConfigError):
        config.load(ROOT / "conf" / "paper.toml", [override])


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match="no configuration file /nowhere"):
        config.load("/nowhere/conf.toml")


def test_configuration_cannot_be_changed_after_loading() -> None:
    with pytest.raises(ValueError, match="frozen"):
        config.Config().scoring.reference_year = 2000  # type: ignore[misc]
