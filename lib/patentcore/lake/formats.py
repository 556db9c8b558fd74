"""Table formats: which one a table has, and what a session needs for it.

A table is a folder of Parquet files, a Delta table or an Iceberg table; which of them shows in what
the folder holds. Iceberg tables in a folder are reached through an Iceberg catalogue whose
warehouse that folder is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from pyspark.sql import SparkSession

from patentcore.engine.extras import Extras
from patentcore.lake.uris import local_path

LAKE_FORMATS = ("delta", "iceberg")

_MARKS = {"_delta_log": "delta", "metadata": "iceberg"}


def format_by_content(names: Collection[str]) -> str:
    """Return the format of a table from the names in its folder.

    >>> format_by_content(["_delta_log", "part-0.parquet"]), format_by_content(["part-0.parquet"])
    ('delta', 'parquet')
    """
    return next((name for mark, name in _MARKS.items() if mark in names), "parquet")


def extras_for(uris: Iterable[str], formats: Iterable[str] = ()) -> Extras:
    """Return what a session needs besides to reach places and formats.

    A local folder is looked into. One elsewhere cannot be before there is a session, so there any
    format may turn up.

    Args:
        uris: of input and output.
        formats: known to be needed.
    """
    needed = {name for name in formats if name in LAKE_FORMATS}
    useful: set[str] = set()
    for uri in uris:
        path = local_path(uri)
        if uri.startswith("s3a:"):
            needed.add("s3a")
        if path is not None:
            needed |= set(_formats_in(path))
        else:
            useful |= set(LAKE_FORMATS)
    return Extras(frozenset(needed), frozenset(useful - needed))


def _formats_in(folder: Path) -> Iterable[str]:
    with suppress(OSError):  # a name that is too long, or a folder that cannot be looked into
        yield from (name for mark, name in _MARKS.items() if any(folder.glob(f"*/{mark}")))


def iceberg_catalog(spark: SparkSession, folder: str) -> str:
    """Return the name of the Iceberg catalogue whose warehouse a folder is; make it if need be."""
    name = "patentcore_" + hashlib.sha256(folder.encode()).hexdigest()[:12]
    prefix = f"spark.sql.catalog.{name}"
    if spark.conf.get(prefix, None) is None:
        spark.conf.set(f"{prefix}.type", "hadoop")
        spark.conf.set(f"{prefix}.warehouse", folder)
        spark.conf.set(f"{prefix}.cache-enabled", "false")
        spark.conf.set(prefix, "org.apache.iceberg.spark.SparkCatalog")
    return name
