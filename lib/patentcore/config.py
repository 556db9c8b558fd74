"""The configuration file as frozen models: every key typed and bounded, unknown keys refused.

The defaults are the paper's values, as conf/paper.toml writes them down.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from patentcore import shipped
from patentcore.errors import ConfigError
from patentcore.strict import Section, sentences, shown

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

StepName = Literal[
    "receiving_office",
    "patent_type",
    "claims",
    "citations",
    "breadth",
    "legal_events",
    "deduplicate",
]
IpcLevel = Literal["section", "class", "subclass", "group", "subgroup"]
MainClassLevel = Literal["section", "class", "subclass", "group", "symbol"]
PatentType = Literal["invention", "utility_model", "design"]
LegalEventKind = Literal[
    "opposition",
    "assignment",
    "litigation",
    "licence",
    "pledge",
    "invalidation",
    "fee_payment",
    "lapse",
    "expiry",
    "other",
]
EngineName = Literal["embedded", "spark", "connect"]
Sector = Literal["enterprise", "university", "institute", "government", "individual"]
OwnerKind = Literal[
    "state organisation",
    "leading enterprise",
    "small enterprise",
    "university",
    "institute",
    "government",
]
# Thresholds are compared with counts of 32 bits.
_MOST = 2**31 - 1
Count = Annotated[int, Field(ge=0, le=_MOST)]
_MOST_YEARS = 500  # of a window; there are no older patents
Years = Annotated[int, Field(ge=0, le=_MOST_YEARS)]
Seed = Annotated[int, Field(ge=0, le=_MOST)]
# So large a weight outweighs every other, and its sum is far from what a double holds.
Weight = Annotated[float, Field(ge=0, le=1e6)]
# Every draw ranks all key patents anew.
_MOST_SAMPLES = 10_000


def _none_where_empty(value: Any) -> Any:
    return None if value == "" else value


# TOML has no null: an empty text is no limit.
Limit = Annotated[dt.date | None, BeforeValidator(_none_where_empty)]
_LIMITS = ("published_from", "published_to")


class Corpus(Section):
    """Which publications of the input make up the corpus."""

    authorities: tuple[str, ...] = ()
    published_from: Limit = dt.date(2000, 1, 1)
    published_to: Limit = dt.date(2023, 12, 31)
    applicants: str | None = None
    check_unique_keys: bool = True

    @field_validator("applicants")
    @classmethod
    def _applicants_are_named(cls, path: str | None) -> str | None:
        if path is not None and not path.strip():
            raise ValueError("corpus.applicants names no file; leave it out for all applicants")
        return path

    @model_validator(mode="after")
    def _dates_are_in_order(self) -> Corpus:
        first, last = self.published_from, self.published_to
        if first and last and first > last:
            raise ValueError(f"corpus.published_from {first} is after corpus.published_to {last}")
        return self


class Screening(Section):
    """The funnel of Zheng & Liu, Table 2."""

    steps: tuple[StepName, ...] = (
        "receiving_office",
        "patent_type",
        "claims",
        "citations",
        "breadth",
        "legal_events",
        "deduplicate",
    )
    authorities: tuple[str, ...] = ("CN", "US", "JP", "KR", "GB", "FR", "DE", "EP", "WO")
    patent_types: tuple[PatentType, ...] = ("invention",)
    min_claims_exclusive: Count = 10
    min_citations_exclusive: Count = 0
    citations: Literal["family", "record"] = "family"
    breadth_level: IpcLevel = "subclass"
    min_breadth_exclusive: Count = 1
    legal_events: tuple[LegalEventKind, ...] = ("opposition", "assignment", "litigation")
    deduplicate_by: Literal["application_number", "simple_family"] = "application_number"

    @model_validator(mode="after")
    def _steps_make_a_funnel(self) -> Screening:
        if len(set(self.steps)) != len(self.steps):
            raise ValueError("screening.steps names a step twice")
        if "deduplicate" in self.steps[:-1]:
            raise ValueError("screening.steps: deduplicate compares publications, so it comes last")
        return self


class Network(Section):
    """Which network the key patents stand in."""

    kind: Literal["citation", "co_classification", "co_citation", "bibliographic_coupling"] = (
        "citation"
    )
    scope: Literal["incident", "induced", "full"] = "incident"
    code_system: Literal["ipc", "cpc"] = "ipc"
    code_level: IpcLevel = "subclass"
    largest_group: Annotated[int, Field(ge=2, le=_MOST)] = 1000


class Centrality(Section):
    """How betweenness is computed."""

    betweenness: Literal["exact", "approximate", "auto", "off"] = "exact"
    directed: bool = True
    epsilon: Annotated[float, Field(gt=0, lt=1)] = 0.001
    delta: Annotated[float, Field(gt=0, lt=1)] = 0.1
    seed: Seed = 2023


class Weights(Section):
    """Weights of equation 6."""

    degree: Weight = 0.4
    betweenness: Weight = 0.3
    popularity: Weight = 0.2
    main_class: Weight = 0.1

    @model_validator(mode="after")
    def _some_weight(self) -> Weights:
        # Of much less than that the draws of the robustness cannot be scaled to the same sum.
        if self.degree + self.betweenness + self.popularity + self.main_class < 1e-6:
            raise ValueError("scoring.weights are all 0, or nearly")
        return self


class Scoring(Section):
    """Equations 4 to 6."""

    reference_year: Annotated[int, Field(ge=1790, le=2200)] = 2023
    popularity_citations: Literal["network", "record"] = "network"
    family_members: Literal["listed", "others", "whole", "as_given"] = "listed"
    main_class_level: MainClassLevel = "symbol"
    weights: Weights = Weights()


class Robustness(Section):
    """Ranks under weights drawn around the configured ones."""

    samples: Annotated[int, Field(ge=0, le=_MOST_SAMPLES)] = 100
    spread: Annotated[float, Field(ge=0, le=1)] = 0.5
    seed: Seed = 2023


class Windows(Section):
    """The run by period of publication."""

    length: Years = 0
    step: Annotated[int, Field(ge=1, le=_MOST_YEARS)] = 1


Share = Annotated[float, Field(ge=0, le=1)]


class TechnologyThresholds(Section):
    """Limits of the judgements on technologies."""

    strong_share: Share = 0.3
    strong_maturity: Share = 0.1
    min_quality_patents: Count = 5
    generic_generality: Share = 0.5
    frontier_novelty: Share = 0.6
    emerging_maturity: Share = 0.1
    mature_maturity: Share = 0.5
    rising_novelty: Share = 0.05
    blocking_foreign_share: Share = 0.5
    blocking_concentration: Share = 0.15
    blocking_thicket: Share = 0.05
    min_patents: Count = 10
    little_cooperation: Share = 0.1
    weak_science: Share = 0.1
    low_enterprise_share: Share = 0.5
    few_inventors: Annotated[float, Field(ge=0, le=_MOST)] = 1.0
    narrow_breadth: Annotated[float, Field(ge=0, le=_MOST)] = 0.3


class Technologies(Section):
    """From patents to technologies; without a catalogue the stage is left out."""

    catalogue: str = ""
    home_country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "CN"
    classifier: bool = False
    classifier_probability: Share = 0.5
    count: Literal["inventions", "publications"] = "inventions"
    affiliates: Literal["owner", "location"] = "owner"
    unseen_years: Years = 2
    burn_in_years: Years = 5
    recent_years: Annotated[int, Field(ge=1, le=_MOST_YEARS)] = 5
    min_filings: Count = 10
    sector_words: dict[Sector, tuple[str, ...]] = Field(default_factory=dict)
    owner_kinds: dict[OwnerKind, tuple[str, ...]] = Field(default_factory=dict)
    thresholds: TechnologyThresholds = TechnologyThresholds()


class Quality(Section):
    """``[quality]``: the greatest share of an input's rows that may fail a check; 1 for any."""

    missing_number: Share = 1.0
    missing_date: Share = 1.0
    implausible_date: Share = 1.0
    filed_after_publication: Share = 1.0
    missing_filing_date: Share = 1.0
    missing_codes: Share = 1.0
    missing_applicants: Share = 1.0
    missing_claims: Share = 1.0
    missing_end: Share = 1.0
    self_citation: Share = 1.0
    unknown_citing: Share = 1.0
    unknown_cited: Share = 1.0
    points_nowhere: Share = 1.0


class Output(Section):
    """How the tables are written."""

    format: Literal["parquet", "delta", "iceberg"] = "parquet"
    mode: Literal["error", "overwrite", "append"] = "error"
    run_id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")] | None = None
    staging: str | None = None
    file_mb: Count = 128

    @field_validator("staging")
    @classmethod
    def _staging_is_a_folder(cls, folder: str | None) -> str | None:
        if folder is not None and not folder.strip():
            raise ValueError(
                "output.staging names no folder; leave it out for one beside the output"
            )
        return folder


class Config(Section):
    """One run's configuration.

    Every key has the paper's value as its default or, where the paper is silent, ours.
    """

    corpus: Corpus = Corpus()
    quality: Quality = Quality()
    screening: Screening = Screening()
    network: Network = Network()
    centrality: Centrality = Centrality()
    scoring: Scoring = Scoring()
    robustness: Robustness = Robustness()
    windows: Windows = Windows()
    technologies: Technologies = Technologies()
    output: Output = Output()
    engine: Annotated[EngineName | None, BeforeValidator(_none_where_empty)] = None


def load(path: str | Path | None = None, overrides: Iterable[str] = ()) -> Config:
    """Read a TOML file and apply ``section.key=value`` overrides.

    Args:
        path: the file, or the name of a shipped configuration; ``None`` means the defaults.
        overrides: as given to ``--set``, e.g. ``screening.min_claims_exclusive=5``. The value is
            read as TOML where it parses, else as a string.

    Raises:
        ConfigError: the file is missing or is not TOML, a key is unknown (the nearest name is
            suggested) or a value does not fit; all problems in one message.
    """
    values = {} if path is None else _read(_file(path))
    for override in overrides:
        _override(values, override)
    return parse(values)


def parse(values: Mapping[str, Any]) -> Config:
    """Validate configuration values; errors as for :func:`load`."""
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError(sentences(error, Config)) from error


def to_toml(values: Mapping[str, Any], name: str = "") -> str:
    r"""Return configuration values as a TOML file, which :func:`load` reads back to the same.

    Args:
        values: as :meth:`Config.model_dump` gives them in JSON's mode.
        name: of the section that they belong to.

    >>> print(to_toml({"engine": None, "corpus": {"published_to": None, "authorities": ["CN"]}}))
    [corpus]
    published_to = ""
    authorities = ["CN"]
    """
    lines = [f"[{name}]"] if name else []
    inner = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    for key, value in values.items():
        if key not in inner and (value is not None or key in _LIMITS):
            text = json.dumps("" if value is None else value, ensure_ascii=False)
            lines.append(f"{key} = {text}".replace("\x7f", r"\u007f"))
    prefix = f"{name}." if name else ""
    parts = [to_toml(value, prefix + key) for key, value in inner.items()]
    return "\n\n".join(["\n".join(lines), *parts] if lines else parts)


def _file(path: str | Path) -> Traversable:
    return shipped.locate(path, shipped.configurations(), "configuration")


def _read(path: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        named = Path(str(path)).stem
        hint = f"; --config {named} is the shipped one" * (named in shipped.configurations())
        raise ConfigError(f"no configuration file {shown(path, most=200)}{hint}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        file, why = shown(path, most=200), shown(error, most=200)
        raise ConfigError(f"{file} cannot be read as TOML: {why}") from error


def _override(values: dict[str, Any], override: str) -> None:
    dotted, equals, text = override.partition("=")
    if not equals or not dotted.strip():
        raise ConfigError(f"--set wants KEY=VALUE, not {shown(override)}")
    *sections, key = dotted.strip().split(".")
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"--set {shown(override)}: {shown(section)} is not a section")
        values = inner
    try:
        values[key] = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        values[key] = text
