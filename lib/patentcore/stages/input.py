"""The input of a run: checked before any work, and the same from start to end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.config import Config
from patentcore.engine.failures import ENGINE_ERRORS
from patentcore.errors import InputError, meant
from patentcore.lake.fingerprints import InputPrint, fingerprint, refuse_changed
from patentcore.lake.places import Place, place_at
from patentcore.lake.tables import TableStore
from patentcore.lake.uris import is_catalog, local_path

KEYS = {"patents": ("publication_number",), "citations": ("citing", "cited")}
"""Columns of the canonical tables that are publication numbers."""


def open_input(spark: SparkSession, config: Config, source: str) -> InputPrint:
    """Return the input as it is now, its tables of versions pinned; errors as for check_input."""
    tables = TableStore.open(spark, source)
    _refuse_missing(tables)
    given = fingerprint(tables, ("patents", "citations"))
    check_input(given.store, kind=config.network.kind)
    return given._replace(store=with_keys(given.store))


def with_keys(tables: TableStore) -> TableStore:
    """Return canonical tables in which an empty text is no publication number."""
    for table, keys in KEYS.items():
        if tables.has(table):
            frame = tables.read_raw(table)
            there = {key: F.nullif(F.col(key), F.lit("")) for key in keys if key in frame.columns}
            tables = tables.with_frame(table, frame.withColumns(there))
    return tables


def is_canonical(spark: SparkSession, inputs: Sequence[str]) -> bool:
    """Tell whether inputs are canonical tables, or nothing at all, and not exports.

    Several inputs are exports, and so are files and folders of files without the tables.
    """
    if len(inputs) != 1:
        return False
    if is_catalog(inputs[0]):
        return True
    place = place_at(spark, inputs[0])
    if not place.exists():  # or a pattern of names
        return not set("*?[") & set(inputs[0])
    if not place.is_folder():
        return False
    names = set(place.names())
    return not names or bool(names & {"patents", "citations"})


def input_places(spark: SparkSession, source: str) -> list[Place]:
    """Return the folder that is read; a namespace is none."""
    return [] if is_catalog(source) else [place_at(spark, source)]


def check_input(tables: TableStore, *, kind: str = "citation") -> None:
    """Refuse an input that cannot be run, before any work is done.

    Args:
        tables: the canonical tables.
        kind: of network; a network of codes needs no citations.

    Raises:
        InputError: naming what is missing or wrong.
    """
    _refuse_missing(tables)
    tables.read("patents", required=("publication_number",))
    if kind != "co_classification":
        tables.read("citations", required=("citing", "cited"))


def _refuse_missing(tables: TableStore) -> None:
    home = tables.home
    if not home.exists():
        path = local_path(home.uri)
        beside = path.parent.iterdir() if path and path.parent.is_dir() else ()
        near = meant(path.name, (other.name for other in beside)) if path else ""
        raise InputError(f"no such input {home.uri}{near}")
    if not home.names():
        raise InputError(f"input {home.uri} is empty; it should hold the tables patents, citations")


@contextmanager
def unchanged(given: InputPrint) -> Iterator[None]:
    """Refuse an input that changed while the body read it, also where that broke the reading.

    Raises:
        InputError: naming what changed.
    """
    try:
        yield
    except ENGINE_ERRORS as error:
        try:
            refuse_changed(given.seen)
        except InputError as changed:
            raise changed from error
        raise
    refuse_changed(given.seen)
