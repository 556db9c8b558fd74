"""A finished run as the report reads it: its manifest and small tables, in pandas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pyspark.sql.types import StructType

from patentcore import schemas
from patentcore.config import Config
from patentcore.errors import InputError
from patentcore.method.scoring import MEASURES as MEASURES
from patentcore.results.compare import Figure, published_figures
from patentcore.results.reading import (
    configured,
    is_directed,
    read_manifest,
    read_small,
    weights_of,
)

OPTIONAL = (
    *("rejects", "robustness", "window_scores", "window_movers", "technologies"),
    *("technology_judgements", "technology_owners", "technology_countries"),
    *("technology_patents", "technology_years"),
    *("technology_applicants", "enterprises", "cooperation_pairs"),
)


@dataclass(frozen=True)
class Result:
    """What the report is made from.

    Attributes:
        folder: where the run stands.
        manifest: ``run.json``.
        funnel, key_patents, centrality, rejects: the tables, with all their declared columns.
        scores: likewise, by rank, the unscored last.
        robustness, window_scores, window_movers, technologies, technology_judgements,
            technology_owners, technology_countries, technology_patents, technology_years,
            technology_applicants, enterprises, cooperation_pairs: likewise; empty where the run
            has none.
        figures: the published figures beside the run's.
    """

    folder: str
    manifest: dict[str, Any]
    funnel: pd.DataFrame
    key_patents: pd.DataFrame
    centrality: pd.DataFrame
    scores: pd.DataFrame
    rejects: pd.DataFrame
    robustness: pd.DataFrame
    window_scores: pd.DataFrame
    window_movers: pd.DataFrame
    technologies: pd.DataFrame
    technology_judgements: pd.DataFrame
    technology_owners: pd.DataFrame
    technology_countries: pd.DataFrame
    technology_patents: pd.DataFrame
    technology_years: pd.DataFrame
    technology_applicants: pd.DataFrame
    enterprises: pd.DataFrame
    cooperation_pairs: pd.DataFrame
    figures: list[Figure]

    def configured(self, section: str, key: str) -> Any:
        """Return a configured value; the default where the manifest does not name it."""
        return configured(self.manifest, section, key)

    @property
    def is_directed(self) -> bool:
        """Whether edges have a direction in the measures."""
        return is_directed(self.manifest)

    @property
    def weights(self) -> Mapping[str, float]:
        """Weights of equation 6 as the score used them: none for a betweenness left out."""
        return weights_of(self.manifest)

    @property
    def scored(self) -> pd.DataFrame:
        """The rows of ``scores`` that have a rank."""
        return self.scores[self.scores["rank"].notna()]


def paper_configuration() -> dict[str, Any]:
    """Return the paper's configuration, which a run has without a file."""
    return Config().model_dump(mode="json")


def read_result(folder: str) -> Result:
    """Read a finished run.

    Raises:
        InputError: the folder is not a finished run or lacks a table.
    """
    manifest = read_manifest(folder)
    scores = _read(folder, "scores", schemas.SCORES)
    return Result(
        folder=folder,
        manifest=manifest,
        funnel=_read(folder, "funnel", schemas.FUNNEL).sort_values("step"),
        key_patents=_read(folder, "key_patents", schemas.KEY_PATENTS),
        centrality=_read(folder, "centrality", schemas.CENTRALITY),
        scores=scores.sort_values(["rank", "publication_number"], na_position="last"),
        figures=published_figures(folder),
        **{table: _read_optional(folder, table) for table in OPTIONAL},
    )


def _read(folder: str, table: str, schema: StructType) -> pd.DataFrame:
    """Read a table with all its declared columns; those it lacks are null."""
    return read_small(folder, table).reindex(columns=list(schema.names))


def _read_optional(folder: str, table: str) -> pd.DataFrame:
    """Read a table that not every run has; those without it have no row of it."""
    schema = schemas.TABLES[table]
    try:
        return _read(folder, table, schema)
    except InputError:
        return pd.DataFrame(columns=list(schema.names))
