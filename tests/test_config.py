from __future__ import annotations

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
    written = config.load(ROOT / "conf" / "paper.toml")
    differing = {
        name: (getattr(written, name), getattr(config.Config(), name))
        for name in ("screening", "network", "centrality", "scoring", "output")
        if getattr(written, name) != getattr(config.Config(), name)
    }
    assert not differing


@pytest.mark.parametrize("section", list(config.Config.model_fields))
def test_every_key_is_documented_in_the_papers_file(section: str) -> None:
    text = (ROOT / "conf" / "paper.toml").read_text(encoding="utf-8")
    for key in (
        getattr(config.Config(), section).model_fields_set
        or type(getattr(config.Config(), section)).model_fields
    ):
        assert f"{key} = " in text or f"[{section}.{key}]" in text, key


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
        ("[technologies.thresholds]\nstrong = 1", "did you mean technologies.thresholds.strong_"),
        ("[technologies]\nhome_country = 'China'", "technologies.home_country"),
        (
            "[corpus]\npublished_from = 2020-01-01\npublished_to = 2019-12-31",
            "corpus.published_from 2020-01-01 is after corpus.published_to 2019-12-31",
        ),
        ("[windows]\nlength = 3000", "windows.length: input should be less than or equal to 500"),
        ("[network]\nscope = 'all'", "'incident', 'induced' or 'full'"),
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
