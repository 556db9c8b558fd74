"""Read a result as it stands: by its manifest, whole, while others may be replacing it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema

from patentcore import schemas
from patentcore.engine.failures import ENGINE_ERRORS
from patentcore.errors import InputError, meant
from patentcore.lake.exchange import WHOLE, moved_tables, read_journal
from patentcore.lake.formats import format_by_content
from patentcore.lake.guard import MANIFEST
from patentcore.lake.homes import RUN_ID, Folder, Home, Namespace
from patentcore.lake.manifests import FolderManifests, Manifests, NamespaceManifests
from patentcore.lake.places import Place, local_place, place_at
from patentcore.lake.uris import is_catalog

if TYPE_CHECKING:
    import pandas as pd

Found = TypeVar("Found")
Session = Callable[[Iterable[str]], SparkSession]
"""Starts or returns a session that reads these table formats."""

_TRIES, _PAUSE_SECONDS = 40, 0.25
_BATCH_ROWS = 10_000
_UNEXPLAINED = 2
"""Engine's errors that are not believed though the result stands as it was."""


class Result:
    """The result at a place, at one moment; local Parquet is read without a session.

    Args:
        uri: of an output.
        session: called where only an engine can read.
    """

    def __init__(self, uri: str, session: Session) -> None:
        self.uri = uri
        self._session = session
        place = local_place(uri)
        self.manifests: Manifests
        self._home: Home | None = None
        self._place: Place | None = place
        if is_catalog(uri):
            self._home = Namespace(session(()), uri)
            self.manifests = NamespaceManifests(self._home)
            return
        if place is None:
            place = self._place = place_at(session(()), uri)
        self.manifests = FolderManifests(place)

    def manifest(self, run_id: str | None = None) -> dict[str, Any]:
        """Return the manifest of the result, or of one of several runs.

        Raises:
            InputError: there is no finished run, or none of this name.
        """
        found = self.manifests.last() if run_id is None else self.manifests.of_run(run_id)
        if found is not None:
            return found
        if run_id is not None:
            raise InputError(f"{self.uri} has no finished run {run_id}")
        raise InputError(
            f"{self.uri} is not a finished run: it has no {MANIFEST}; name a folder that patentcore"
            " run wrote"
        )

    def rows(self, table: str, run_id: str | None = None) -> DataFrame:
        """Return a table as a DataFrame of the engine, of which nothing is read yet.

        Raises:
            InputError: as for :meth:`frame`.
        """
        manifest = self.manifest(run_id)
        _, form, version = self._found(table, manifest)
        rows = self.home(self._session([form])).read(table, version)
        if RUN_ID in manifest and RUN_ID in rows.columns:
            return rows.where(F.col(RUN_ID) == F.lit(manifest[RUN_ID])).drop(RUN_ID)
        return rows

    def frame(self, table: str, run_id: str | None = None) -> pd.DataFrame:
        """Read a table; of several runs, the last one's rows or those of ``run_id``.

        Raises:
            InputError: there is no finished run, or the result has no such table.
        """
        manifest = self.manifest(run_id)
        place, form, version = self._found(table, manifest)
        if place is not None and form == "parquet" and local_place(self.uri) is not None:
            import pandas as pd  # which a manifest alone does not take

            frame = pd.read_parquet(place.path)
        else:
            home = self.home(self._session([form]))
            rows = home.read(table, version)
            columns, frame = rows.columns, rows.toPandas()
            if list(frame.columns) != columns:  # not every engine calls that an error
                raise InputError(f"{self.uri}: {table} was replaced while it was read")
        if RUN_ID in manifest and RUN_ID in frame.columns:
            frame = frame[frame[RUN_ID].astype(str) == manifest[RUN_ID]].drop(columns=RUN_ID)
        return frame

    def batches(
        self,
        table: str,
        run_id: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        among: Mapping[str, Sequence[str]] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Yield a table in batches, at least one; local Parquet is never read as a whole.

        Args:
            table: its name.
            run_id: as for :meth:`frame`.
            columns: those wanted, of which the table may lack some; all if ``None``.
            among: by column of text, the values that rows may have there.

        Raises:
            InputError: as for :meth:`frame`.
        """
        manifest = self.manifest(run_id)
        place, form, version = self._found(table, manifest)
        if place is not None and form == "parquet" and local_place(self.uri) is not None:
            yield from _scanned(place.path, manifest.get(RUN_ID), columns, among or {})
            return
        rows = self.home(self._session([form])).read(table, version)
        if RUN_ID in manifest and RUN_ID in rows.columns:
            rows = rows.where(F.col(RUN_ID) == F.lit(manifest[RUN_ID])).drop(RUN_ID)
        for name, values in (among or {}).items():
            rows = rows.where(F.col(name).isin(*values))
        wanted = rows.columns if columns is None else [c for c in columns if c in rows.columns]
        yield from rows.select(*wanted).toArrow().to_batches(_BATCH_ROWS) or [
            pa.RecordBatch.from_pylist([], to_arrow_schema(rows.select(*wanted).schema))
        ]

    def tables(self, run_id: str | None = None) -> list[str]:
        """Return the names of the result's tables, in the order in which they are declared."""
        described = self.manifest(run_id).get("tables") or self._unlisted()
        return [name for name in schemas.TABLES if name in described]

    def _found(self, table: str, manifest: dict[str, Any]) -> tuple[Place | None, str, str | None]:
        """Return where a table of the result stands, its format and version."""
        described = manifest.get("tables") or self._unlisted()
        if table not in described:
            raise InputError(
                f"{self.uri} has no table {table}; it has {', '.join(described)}"
                + meant(table, described)
            )
        place = self._at(table)
        form = described[table].get("format") or format_by_content(place.names() if place else ())
        return place, form, described[table].get("version")

    def home(self, spark: SparkSession) -> Home:
        """Return the tables, wherever they stand at the moment."""
        if self._home is not None:
            return self._home
        assert self._place is not None  # it is a folder
        moved = moved_tables(self._place, read_journal(self._place))
        return Folder(spark, moved.pop(WHOLE, self._place), moved)

    def _at(self, table: str) -> Place | None:
        if self._place is None:
            return None
        moved = moved_tables(self._place, read_journal(self._place))
        return moved.get(table, moved.get(WHOLE, self._place) / table)

    def _unlisted(self) -> dict[str, dict[str, Any]]:
        """Return the tables of a result whose manifest lists none."""
        names = self._place.names() if self._place is not None else []
        return {name: {} for name in names if name in schemas.TABLES}

    def state(self) -> tuple[Any, ...]:
        """Return what changes when the result does."""
        last = self.manifests.last() or {}
        journal = read_journal(self._place) if self._place is not None else None
        return (last.get("id"), last.get("finished"), journal)


def _scanned(
    path: str,
    run_id: str | None,
    columns: Sequence[str] | None,
    among: Mapping[str, Sequence[str]],
) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a local Parquet table, or of one run in it."""
    import pyarrow.dataset as ds  # which a manifest alone does not take

    of_runs = ds.partitioning(pa.schema([(RUN_ID, pa.string())]), flavor="hive")
    dataset = ds.dataset(path, format="parquet", partitioning=of_runs)
    names = dataset.schema.names
    is_wanted = ds.scalar(True)
    if run_id is not None and RUN_ID in names:
        is_wanted &= ds.field(RUN_ID) == run_id
    for name, values in among.items():
        is_wanted &= ds.field(name).isin(pa.array(values, pa.string()))
    wanted = [n for n in columns or names if n in names and n != RUN_ID]
    is_any = False
    for batch in dataset.to_batches(columns=wanted, filter=is_wanted, batch_size=_BATCH_ROWS):
        is_any = True
        yield batch
    if not is_any:
        schema = pa.schema([dataset.schema.field(name) for name in wanted])
        yield pa.RecordBatch.from_pylist([], schema)


def consistently(uri: str, session: Session, read: Callable[[Result], Found]) -> Found:
    """Read from a result; once more where it was replaced meanwhile.

    Args:
        uri: of an output.
        session: as for :class:`Result`.
        read: reads whatever belongs together.
    """
    unexplained = 0
    for _ in range(_TRIES):
        result = Result(uri, session)
        before = result.state()
        try:
            found = read(result)
        except (InputError, OSError, *ENGINE_ERRORS) as error:
            if Result(uri, session).state() == before and before[-1] is None:
                # While it writes a Delta table's checkpoint, the embedded engine reads none before.
                unexplained += 1
                if unexplained > _UNEXPLAINED or not isinstance(error, ENGINE_ERRORS):
                    raise
            time.sleep(_PAUSE_SECONDS)
            continue
        if Result(uri, session).state() == before:
            return found
    raise InputError(f"{uri} is being replaced again and again; try later")
