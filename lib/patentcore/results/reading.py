"""Read the manifest and the small tables of a finished run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyspark.sql import SparkSession

from patentcore.lake.formats import extras_for
from patentcore.lake.results import Result, Session, consistently

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


def session_for(folder: str) -> Session:
    """Return what starts the session that reads a result, where only an engine can."""

    def start(forms: Iterable[str]) -> SparkSession:
        from patentcore.engine import get_spark

        return get_spark("patentcore show", extras=extras_for([folder], forms), places=[folder])

    return start
