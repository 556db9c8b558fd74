"""Read the manifest and the small tables of a finished run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyspark.sql import SparkSession

from patentcore.config import Config
from patentcore.lake.formats import extras_for
from patentcore.lake.results import Result, Session, consistently
from patentcore.method.networks import is_undirected
from patentcore.method.scoring import MEASURES

if TYPE_CHECKING:
    import pandas as pd


def read_manifest(folder: str, run_id: str | None = None) -> dict[str, Any]:
    """Return ``run.json``, or the manifest of one of several runs.

    Raises:
        InputError: the folder is not a finished run, or holds no such run.
    """
    return Result(folder, session_for(folder)).manifest(run_id)


def read_small(folder: str, table: str, run_id: str | None = None) -> pd.DataFrame:
    """Read an output table to pandas; local Parquet is read without starting Spark.

    Of several runs, the last one's rows are read, or those of ``run_id``.

    Raises:
        InputError: the folder is not a finished run or holds no such table.
    """
    return consistently(folder, session_for(folder), lambda result: result.frame(table, run_id))


def configured(manifest: dict[str, Any], section: str, key: str) -> Any:
    """Return a configured value; the paper's where the manifest does not name it."""
    values = manifest.get("configuration", {}).get(section, {})
    return values[key] if key in values else Config().model_dump(mode="json")[section][key]


def weights_of(manifest: dict[str, Any]) -> dict[str, float]:
    """Return the weights of equation 6 as the score used them: none for a betweenness left out."""
    weights = dict(configured(manifest, "scoring", "weights"))
    if configured(manifest, "centrality", "betweenness") == "off":
        weights["betweenness"] = 0.0
    return {name: float(weights.get(name, 0.0)) for name in MEASURES}


def is_directed(manifest: dict[str, Any]) -> bool:
    """Tell whether edges have a direction in the measures."""
    kind = configured(manifest, "network", "kind")
    return bool(configured(manifest, "centrality", "directed")) and not is_undirected(kind)


def session_for(folder: str) -> Session:
    """Return what starts the session that reads a result, where only an engine can."""

    def start(forms: Iterable[str]) -> SparkSession:
        from patentcore.engine import get_spark

        return get_spark("patentcore show", extras=extras_for([folder], forms), places=[folder])

    return start
