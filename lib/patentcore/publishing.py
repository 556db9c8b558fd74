"""Publish a run's tables as Delta or Iceberg tables, run by run or stage by stage.

The run's tables are complete in a staging folder before anything is published. Then each becomes a
table of its format in one commit, and the manifest comes last, so that tables without a manifest
are not a result. A run that is appended marks its rows with its identifier; readers take the rows
of runs that have a manifest. A stage alone replaces its own tables among those of other stages.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import math
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, Self

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from patentcore import formats, schemas
from patentcore.errors import OutputError
from patentcore.tables import (
    MANIFEST,
    Folder,
    Namespace,
    Publication,
    TableStore,
    of_few_files,
)

log = logging.getLogger("patentcore")

RUN_ID = "run_id"
RUNS = "_runs"
"""Folder of the manifests of appended runs, by identifier; ``run.json`` is the last one's."""
RUNS_TABLE = "runs"
"""The same in a namespace: a table with a row a run."""
RUNS_SCHEMA = "run_id string, finished string, manifest string"
PROGRESS = "_stages.json"
"""What the stages that ran apart from each other tell the next one, for the manifest."""
PROGRESS_TABLE = "stages"
"""The same in a namespace: a table of one row."""
FORMER = "_former"
"""Folder of a table that is set aside until the one that replaces it is there."""


def new_run_id() -> str:
    """Return an identifier that begins with a letter, so that no reader takes it for a number."""
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S")
    return f"run-{now}-{uuid.uuid4().hex[:6]}"


def open_publication(
    spark: SparkSession,
    output: str,
    *,
    form: str,
    mode: str,
    run_id: str | None = None,
    staging: str | None = None,
    file_mb: int = 128,
) -> Publication | TablePublication:
    """Return an output in the making.

    Args:
        spark: the session.
        output: URI of a folder, or ``catalog:`` and a namespace.
        form: parquet, delta or iceberg.
        mode: ``error`` refuses an output that is there, ``overwrite`` replaces it (with a run
            identifier: that run of it), ``append`` adds a run to it.
        run_id: identifier of the run; made where it is not given.
        staging: folder in which tables gather; beside the output where it is not given.
        file_mb: size of files to aim at.

    Raises:
        OutputError: the output cannot be written so.
    """
    keyed = mode == "append" or run_id is not None
    if form == "parquet" and not keyed and staging is None and not formats.is_catalog(output):
        return Publication(spark, output, overwrite=mode == "overwrite", file_mb=file_mb)
    return TablePublication(
        spark, output, form=form, mode=mode, run_id=run_id, staging=staging, file_mb=file_mb
    )


class Target(Protocol):
    """Where tables of one format are published."""

    def tables(self) -> list[str]:
        """Return the tables that are there."""

    def columns(self, table: str) -> StructType | None:
        """Return a table's columns; ``None`` where it is not there or of another format."""

    def replace(self, df: DataFrame, table: str) -> None:
        """Make the rows the whole table, in one commit."""

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:
        """Make the rows those of one run, in one commit; other runs' rows stay."""

    def forget_run(self, table: str, run_id: str) -> None:
        """Remove the rows of one run."""

    def drop(self, table: str) -> None:
        """Remove a table."""


class DeltaFolder:
    """Delta tables in a folder."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.spark = folder.spark

    def tables(self) -> list[str]:  # noqa: D102
        return tables_in(self.folder)

    def columns(self, table: str) -> StructType | None:  # noqa: D102
        if not self.folder.exists(table) or self.folder.format_of(table) != "delta":
            return None
        return self.folder.read(table).schema

    def replace(self, df: DataFrame, table: str) -> None:  # noqa: D102
        writer = df.write.format("delta").mode("overwrite").option("overwriteSchema", True)
        with other_format_aside(self.folder, table, "delta"):
            writer.save(self.folder.child(table))

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:  # noqa: D102
        writer = df.write.format("delta").mode("overwrite").option("mergeSchema", True)
        if self.columns(table) is not None:
            writer = writer.option("replaceWhere", f"{RUN_ID} = '{run_id}'")
        writer.save(self.folder.child(table))

    def forget_run(self, table: str, run_id: str) -> None:  # noqa: D102
        path = formats.quoted(self.folder.child(table))
        self.spark.sql(f"DELETE FROM delta.{path} WHERE {RUN_ID} = '{run_id}'")

    def drop(self, table: str) -> None:  # noqa: D102
        self.folder.delete(table)


class ParquetFolder:
    """Folders of Parquet files with a folder inside for each run, which moves into place whole."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def tables(self) -> list[str]:  # noqa: D102
        return tables_in(self.folder)

    def columns(self, table: str) -> StructType | None:  # noqa: D102
        if not self.folder.exists(table) or self.folder.format_of(table) != "parquet":
            return None
        return self.folder.read(table).schema

    def replace(self, df: DataFrame, table: str) -> None:  # noqa: D102
        unfinished = Folder(df.sparkSession, self.folder.child("_unfinished"))
        df.write.mode("overwrite").parquet(unfinished.child(table))
        self.take(unfinished, table)
        unfinished.delete()

    def take(self, source: Folder, table: str) -> None:
        """Replace a table by one that stands elsewhere on the file system, without a copy."""
        self.folder.make()
        with set_aside(self.folder, table):
            source.move_into(self.folder, table)

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:  # noqa: D102
        part = f"{RUN_ID}={run_id}"
        unfinished = Folder(df.sparkSession, self.folder.child(f"_unfinished-{run_id}"))
        df.drop(RUN_ID).write.mode("overwrite").parquet(unfinished.child(part))
        target = Folder(df.sparkSession, self.folder.child(table))
        target.make()
        target.delete(part)
        unfinished.move_into(target, part)
        unfinished.delete()

    def forget_run(self, table: str, run_id: str) -> None:  # noqa: D102
        Folder(self.folder.spark, self.folder.child(table)).delete(f"{RUN_ID}={run_id}")

    def drop(self, table: str) -> None:  # noqa: D102
        self.folder.delete(table)


class CatalogTables:
    """Tables of a catalogue's namespace; Iceberg tables in a folder are of the folder's own one."""

    def __init__(self, namespace: Namespace, form: str, folder: Folder | None = None) -> None:
        self.namespace = namespace
        self.form = form
        self.folder = folder
        self.spark = namespace.spark
        if folder is None:
            name = formats.quoted(*namespace.parts)
            self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {name}")

    def tables(self) -> list[str]:  # noqa: D102
        return tables_in(self.folder or self.namespace)

    def columns(self, table: str) -> StructType | None:  # noqa: D102
        if self.folder is not None and (
            not self.folder.exists(table) or self.folder.format_of(table) != self.form
        ):
            return None
        if not self.spark.catalog.tableExists(self.namespace.child(table)):
            return None
        return self.namespace.read(table).schema

    def replace(self, df: DataFrame, table: str) -> None:  # noqa: D102
        writer = df.write.format(self.form).mode("overwrite").option("overwriteSchema", True)
        with other_format_aside(self.folder, table, self.form):
            writer.saveAsTable(self.namespace.child(table))

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:  # noqa: D102
        there = self.columns(table)
        if there is None:
            self.replace(df, table)
            return
        name = self.namespace.child(table)
        new = [field for field in df.schema if field.name not in there.names]
        if new:
            added = ", ".join(f"`{f.name}` {f.dataType.simpleString()}" for f in new)
            self.spark.sql(f"ALTER TABLE {name} ADD COLUMNS ({added})")
        df.select(
            *(
                F.col(name) if name in df.columns else F.lit(None).alias(name)
                for name in [*there.names, *(field.name for field in new)]
            )
        ).writeTo(name).overwrite(F.col(RUN_ID) == run_id)

    def forget_run(self, table: str, run_id: str) -> None:  # noqa: D102
        self.spark.sql(f"DELETE FROM {self.namespace.child(table)} WHERE {RUN_ID} = '{run_id}'")

    def drop(self, table: str) -> None:  # noqa: D102
        if self.folder is not None:
            self.folder.delete(table)
        else:
            self.spark.sql(f"DROP TABLE {self.namespace.child(table)}")


@contextmanager
def other_format_aside(folder: Folder | None, table: str, form: str) -> Iterator[None]:
    """Set a table of another format aside; tables of a format replace each other in one commit."""
    if folder is None or not folder.exists(table) or folder.format_of(table) == form:
        yield
        return
    with set_aside(folder, table):
        yield


@contextmanager
def set_aside(folder: Folder, table: str) -> Iterator[None]:
    """Move a table out of the new one's way; it comes back where that fails."""
    former = Folder(folder.spark, folder.child(FORMER))
    if folder.exists(table):
        former.make()
        former.delete(table)
        folder.move_into(former, table)
    try:
        yield
    except BaseException:
        bring_back(folder)
        raise
    former.delete()


def bring_back(folder: Folder) -> None:
    """Put tables that were set aside into the place of those that did not get finished."""
    former = Folder(folder.spark, folder.child(FORMER))
    for table in former.names():
        folder.delete(table)
        former.move_into(folder, table)
    former.delete()


def open_target(spark: SparkSession, output: str, form: str) -> Target:
    """Return where tables of a format are published.

    Raises:
        OutputError: Parquet tables are wanted in a namespace.
    """
    if formats.is_catalog(output):
        if form == "parquet":
            raise OutputError(f"{output}: a namespace takes output.format delta or iceberg")
        return CatalogTables(Namespace(spark, output), form)
    folder = Folder(spark, output)
    if form == "delta":
        return DeltaFolder(folder)
    if form == "parquet":
        return ParquetFolder(folder)
    catalog = formats.iceberg_catalog(spark, folder.qualified())
    return CatalogTables(Namespace(spark, formats.CATALOG + catalog), form, folder)


def tables_in(place: Folder) -> list[str]:
    """Return the tables of a result: the names in a place that the schemas declare."""
    return [name for name in place.names() if name in schemas.TABLES]


# --- whole runs ---------------------------------------------------------------------------------


class TablePublication:
    """An output in the making, of tables that are written in place; see the module.

    Args:
        spark, output, form, mode, run_id, staging, file_mb: as for :func:`open_publication`.

    Raises:
        OutputError: the output is there, or is not of runs by identifier, or holds the run, or
            Parquet tables are wanted in a namespace.
    """

    def __init__(
        self,
        spark: SparkSession,
        output: str,
        *,
        form: str,
        mode: str,
        run_id: str | None,
        staging: str | None,
        file_mb: int,
    ) -> None:
        self.output = output
        self.form = form
        self.mode = mode
        self.keyed = mode == "append" or run_id is not None
        self.run_id = run_id or new_run_id()
        self.file_bytes = file_mb << 20
        self.place = open_manifests(spark, output)
        self._refuse_what_is_there()
        self.target = open_target(spark, output, form)
        self.staging = TableStore(staging_folder(spark, output, self.run_id, staging))
        self.staging.folder.make()

    def _refuse_what_is_there(self) -> None:
        names = self.place.names()
        if not names:
            return
        if self.mode == "error":
            raise OutputError(
                f"output {self.output} exists and is not empty; choose another or give "
                "--set output.mode=overwrite or append"
            )
        if self.keyed and not self.place.is_keyed():
            raise OutputError(
                f"output {self.output} holds a result without run identifiers, so no run can be "
                "added to it or replaced in it; choose another"
            )
        if self.keyed and (form := self.place.form()) != self.form:
            raise OutputError(f"output {self.output} is {form}; its runs cannot be {self.form}")
        if self.mode == "append" and self.run_id in self.place.runs():
            raise OutputError(
                f"output {self.output} holds the run {self.run_id} already; give another "
                "output.run_id, or --set output.mode=overwrite to replace that run"
            )

    def leftovers(self) -> list[str]:
        """Return the staging folders that interrupted runs left."""
        return leftovers(self.staging.folder)

    def publish(self, manifest: dict[str, Any]) -> None:
        """Write every table, and the manifest last; a failure leaves no rows of this run behind."""
        self._refuse_what_is_there()
        names = [name for name in self.staging.folder.names() if name in schemas.TABLES]
        frames = {name: self._frame(name) for name in names}
        if self.keyed:
            self._refuse_other_types(frames)
            self.place.forget(self.run_id)
        else:
            self.place.clear()
        done: list[str] = []
        try:
            for name, frame in frames.items():
                done.append(name)
                if self.keyed:
                    self.target.replace_run(frame, name, self.run_id)
                else:
                    self.target.replace(frame, name)
        except BaseException:
            self._take_back(done)
            raise
        if not self.keyed:
            for stale in set(self.target.tables()) - set(names):
                self.target.drop(stale)
        manifest |= {"run_id": self.run_id} if self.keyed else {}
        self.place.write(manifest, self.run_id)
        self.discard()

    def _frame(self, name: str) -> DataFrame:
        frame = compacted(self.staging.read_raw(name), self.staging.folder, name, self.file_bytes)
        return frame.withColumn(RUN_ID, F.lit(self.run_id)) if self.keyed else frame

    def _refuse_other_types(self, frames: dict[str, DataFrame]) -> None:
        """Refuse columns that changed their type, before any table is touched."""
        problems = []
        for name, frame in frames.items():
            there = {field.name: field.dataType for field in self.target.columns(name) or ()}
            problems += [
                f"{name}.{field.name} is {there[field.name].simpleString()} there and "
                f"{field.dataType.simpleString()} in this run"
                for field in frame.schema
                if field.name in there and not same_type(there[field.name], field.dataType)
            ]
        if problems:
            raise OutputError(f"output {self.output} cannot take the run: {'; '.join(problems)}")

    def _take_back(self, names: Iterable[str]) -> None:
        """Remove the rows that a failed publication wrote."""
        if not self.keyed:
            return
        for name in names:
            try:
                if self.target.columns(name) is not None:
                    self.target.forget_run(name, self.run_id)
            except Exception as error:
                log.warning(
                    "rows of the failed run %s stay in %s without being a result: %s",
                    *(self.run_id, name, str(error).splitlines()[0]),
                )

    def discard(self) -> None:
        """Remove the staging folder."""
        self.staging.folder.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


# --- single stages ------------------------------------------------------------------------------


class StageOutput:
    """A result in which one stage adds or replaces its tables.

    They gather in a staging folder. :meth:`publish` replaces the stage's tables only, one commit
    each; those of other stages stay as they are, whatever their format.

    Args:
        spark, output, form, staging, file_mb: as for :func:`open_publication`.

    Attributes:
        told: what the stages so far recorded.

    Raises:
        OutputError: the output is of runs by identifier, or Parquet tables are wanted in a
            namespace.
    """

    def __init__(
        self, spark: SparkSession, output: str, *, form: str, staging: str | None, file_mb: int
    ) -> None:
        self.output = output
        self.form = form
        self.file_bytes = file_mb << 20
        self.place = open_manifests(spark, output)
        self.there = TableStore.open(spark, output)
        if tables_in(self.there.folder) and self.place.is_keyed():
            raise OutputError(
                f"output {output} holds runs by identifier, to which no stage alone can be added; "
                "choose another"
            )
        self.told = self.place.progress()
        if self.told.get("interrupted") and not formats.is_catalog(output):
            bring_back(self.there.folder)
        self.target = open_target(spark, output, form)
        # A table that gathers beside its folder can be moved there; elsewhere it must be copied.
        self._is_beside = staging is None
        self.staging = TableStore(staging_folder(spark, output, new_run_id(), staging))
        self.staging.folder.make()

    def leftovers(self) -> list[str]:
        """Return the staging folders that interrupted runs left."""
        return leftovers(self.staging.folder)

    def reading(self, tables: Iterable[str]) -> TableStore:
        """Return the store to work in: these tables are the output's, what is written is staged."""
        work = self.staging
        for table in tables:
            work = work.with_frame(table, self.there.read_raw(table))
        return work

    def begin(self, progress: dict[str, Any]) -> None:
        """Make the output no result while its tables are replaced, and say how far it is."""
        self.place.write_progress(progress, self.form)
        self.place.withdraw()

    def publish(self, tables: Iterable[str]) -> None:
        """Replace the stage's tables; of its ``tables``, those that it no longer makes go."""
        staged = tables_in(self.staging.folder)
        for table in staged:
            self._replace(table)
        for stale in (set(tables) & set(self.target.tables())) - set(staged):
            self.target.drop(stale)

    def _replace(self, table: str) -> None:
        folder = self.staging.folder
        if isinstance(self.target, ParquetFolder) and self._is_beside:
            self.target.take(of_few_files(folder, table, self.file_bytes), table)
        else:
            frame = compacted(folder.read(table), folder, table, self.file_bytes)
            self.target.replace(frame, table)

    def finish(self, progress: dict[str, Any], manifest: dict[str, Any] | None) -> None:
        """Record the stage, and where it was the last one make the output a result."""
        self.place.write_progress(progress, self.form)
        if manifest is not None:
            self.place.write(manifest, run_id="")

    def discard(self) -> None:
        """Remove the staging folder."""
        self.staging.folder.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


def same_type(one: Any, other: Any) -> bool:
    """Tell whether two columns hold the same; what may be null does not count."""
    return bool(one.simpleString() == other.simpleString())


def compacted(df: DataFrame, folder: Folder, table: str, file_bytes: int) -> DataFrame:
    """Return the rows in as few partitions as files of the wanted size take; 0 leaves them."""
    if not file_bytes:
        return df
    _, size = folder.size(table)
    return df.coalesce(max(1, math.ceil(size / file_bytes)))


# --- where tables gather, and manifests ---------------------------------------------------------


def staging_folder(spark: SparkSession, output: str, run_id: str, staging: str | None) -> Folder:
    """Return the folder in which a run's tables gather.

    Beside the output; for a namespace in the session's warehouse; or inside ``staging``.
    """
    target = Namespace(spark, output) if formats.is_catalog(output) else Folder(spark, output)
    name = f".{target.name}.unfinished-{run_id}"
    if staging is None and formats.is_catalog(output):
        staging = spark.conf.get("spark.sql.warehouse.dir")
    if staging is not None:
        return Folder(spark, f"{staging.rstrip('/')}/{name}")
    return target.sibling(name)


def leftovers(staging: Folder) -> list[str]:
    """Return the staging folders that interrupted runs to the same output left."""
    prefix, _, _ = staging.name.partition(".unfinished-")
    found = staging.siblings(f"{prefix}.unfinished-")
    return [folder.uri for folder in found if folder.name != staging.name]


def open_manifests(spark: SparkSession, output: str) -> Manifests | ManifestTable:
    """Return where the manifests of an output are kept."""
    if formats.is_catalog(output):
        return ManifestTable(Namespace(spark, output))
    return Manifests(Folder(spark, output))


class Manifests:
    """Manifests of a folder: ``run.json``, and one for each run that was appended."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Return what stands in the folder."""
        return self.folder.names()

    def runs(self) -> list[str]:
        """Return the identifiers of the runs."""
        names = Folder(self.folder.spark, self.folder.child(RUNS)).names()
        return [name.removesuffix(".json") for name in names if name.endswith(".json")]

    def is_keyed(self) -> bool:
        """Tell whether what is there is made of runs by identifier."""
        return self.folder.exists(RUNS)

    def form(self) -> str | None:
        """Return the format of the tables; ``None`` where there are none."""
        tables = tables_in(self.folder)
        return self.folder.format_of(tables[0]) if tables else None

    def read(self, run_id: str | None = None) -> dict[str, Any]:
        """Return a run's manifest, the last one's if none is named."""
        name = MANIFEST if run_id is None else f"{RUNS}/{run_id}.json"
        found: dict[str, Any] = json.loads(self.folder.read_text(name))
        return found

    def clear(self) -> None:
        """Make the folder no result, and forget how it came about."""
        self.withdraw()
        for name in (RUNS, PROGRESS, FORMER):
            self.folder.delete(name)

    def withdraw(self) -> None:
        """Make the folder no result."""
        self.folder.delete(MANIFEST)

    def progress(self) -> dict[str, Any]:
        """Return what the stages so far recorded: in the manifest, or without one apart."""
        for name in (MANIFEST, PROGRESS):
            if self.folder.exists(name):
                found: dict[str, Any] = json.loads(self.folder.read_text(name))
                return found
        return {}

    def write_progress(self, progress: dict[str, Any], form: str) -> None:
        """Keep what the stages so far recorded, whatever the format of their tables."""
        self.folder.make()
        self.folder.write_json(PROGRESS, progress)

    def forget(self, run_id: str) -> None:
        """Make one run no result; ``run.json`` becomes another run's or goes."""
        Folder(self.folder.spark, self.folder.child(RUNS)).make()
        if run_id not in self.runs():
            return
        self.folder.delete(f"{RUNS}/{run_id}.json")
        rest = sorted((self.read(name)["finished"], name) for name in self.runs())
        if rest:
            self.folder.write_json(MANIFEST, self.read(rest[-1][1]))
        else:
            self.folder.delete(MANIFEST)

    def write(self, manifest: dict[str, Any], run_id: str) -> None:
        """Make the run a result."""
        if RUN_ID in manifest:
            self.folder.write_json(f"{RUNS}/{run_id}.json", manifest)
        self.folder.write_json(MANIFEST, manifest)


class ManifestTable:
    """Manifests of a namespace: a row each of its table ``runs``."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.spark = namespace.spark
        self.table = namespace.child(RUNS_TABLE)

    def names(self) -> list[str]:
        """Return the tables of the namespace."""
        return self.namespace.names()

    def runs(self) -> list[str]:
        """Return the identifiers of the runs."""
        return [row[RUN_ID] for row in self._rows() if row[RUN_ID]]

    def is_keyed(self) -> bool:
        """Tell whether what is there is made of runs by identifier."""
        rows = self._rows()
        tables = tables_in(self.namespace)
        if rows:
            return all(row[RUN_ID] for row in rows)
        return all(RUN_ID in self.namespace.read(name).columns for name in tables)

    def form(self) -> str | None:
        """Return the format of the tables; ``None`` where there are none."""
        tables = tables_in(self.namespace)
        return self.namespace.format_of(tables[0]) if tables else None

    def read(self, run_id: str | None = None) -> dict[str, Any]:
        """Return a run's manifest, the last one's if none is named."""
        rows = [row for row in self._rows() if run_id in (None, row[RUN_ID])]
        found: dict[str, Any] = json.loads(max(rows, key=lambda row: row["finished"])["manifest"])
        return found

    def clear(self) -> None:
        """Make the namespace no result, and forget how it came about."""
        self.withdraw()
        if self.namespace.exists(PROGRESS_TABLE):
            self.spark.sql(f"DROP TABLE {self.namespace.child(PROGRESS_TABLE)}")

    def withdraw(self) -> None:
        """Make the namespace no result."""
        if self.namespace.exists(RUNS_TABLE):
            self.spark.sql(f"DELETE FROM {self.table}")

    def progress(self) -> dict[str, Any]:
        """Return what the stages so far recorded: in the manifest, or without one apart."""
        if self._rows():
            return self.read()
        if not self.namespace.exists(PROGRESS_TABLE):
            return {}
        found: dict[str, Any] = json.loads(self.namespace.read(PROGRESS_TABLE).collect()[0][0])
        return found

    def write_progress(self, progress: dict[str, Any], form: str) -> None:
        """Keep what the stages so far recorded, in one commit."""
        text = json.dumps(progress, ensure_ascii=False)
        frame = self.spark.createDataFrame([(text,)], "progress string").coalesce(1)
        name = self.namespace.child(PROGRESS_TABLE)
        frame.write.format(form).mode("overwrite").saveAsTable(name)

    def forget(self, run_id: str) -> None:
        """Make one run no result."""
        if self.namespace.exists(RUNS_TABLE):
            self.spark.sql(f"DELETE FROM {self.table} WHERE {RUN_ID} = '{run_id}'")

    def write(self, manifest: dict[str, Any], run_id: str) -> None:
        """Make the run a result."""
        text = json.dumps(manifest, ensure_ascii=False)
        row = (manifest.get(RUN_ID), manifest["finished"], text)
        frame = self.spark.createDataFrame([row], RUNS_SCHEMA).coalesce(1)
        form = self.form()
        assert form is not None  # the tables are there
        frame.write.format(form).mode("append").saveAsTable(self.table)

    def _rows(self) -> list[Any]:
        if not self.namespace.exists(RUNS_TABLE):
            return []
        return self.namespace.read(RUNS_TABLE).collect()
