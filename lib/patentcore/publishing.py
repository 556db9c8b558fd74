"""Publish a run's tables as Delta or Iceberg tables, run by run or stage by stage.

The run's tables are complete in a staging folder before anything is published. Then each becomes a
table of its format in one commit, and the manifest comes last, so that tables without a manifest
are not a result. A run that is appended marks its rows with its identifier; readers take the rows
of runs that have a manifest. A stage alone replaces its own tables among those of other stages.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import uuid
from collections.abc import Iterable
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import formats
from patentcore.errors import OutputError
from patentcore.manifests import RUN_ID, open_manifests, tables_in
from patentcore.tables import (
    UNFINISHED,
    Folder,
    Namespace,
    Publication,
    Staged,
    TableStore,
    of_few_files,
)
from patentcore.targets import ParquetFolder, bring_back, open_target

log = logging.getLogger("patentcore")


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


# --- whole runs ---------------------------------------------------------------------------------


class TablePublication(Staged):
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

    def publish(self, manifest: dict[str, Any]) -> None:
        """Write every table, and the manifest last; a failure leaves no rows of this run behind."""
        self._refuse_what_is_there()
        names = tables_in(self.staging.folder)
        frames = {name: self._frame(name) for name in names}
        if self.keyed:
            self._refuse_other_types(frames)
            self.place.forget(self.run_id)
        else:
            self.place.clear()
            self.place.write_progress({"stages": []}, self.form)  # no stage can go on from a part
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
        if not self.keyed:
            self.place.forget_progress()
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


# --- single stages ------------------------------------------------------------------------------


class StageOutput(Staged):
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


def same_type(one: Any, other: Any) -> bool:
    """Tell whether two columns hold the same; what may be null does not count."""
    return bool(one.simpleString() == other.simpleString())


def compacted(df: DataFrame, folder: Folder, table: str, file_bytes: int) -> DataFrame:
    """Return the rows in as few partitions as files of the wanted size take; 0 leaves them."""
    if not file_bytes:
        return df
    _, size = folder.size(table)
    return df.coalesce(max(1, math.ceil(size / file_bytes)))


# --- where tables gather ------------------------------------------------------------------------


def staging_folder(spark: SparkSession, output: str, run_id: str, staging: str | None) -> Folder:
    """Return the folder in which a run's tables gather.

    Beside the output; for a namespace in the session's warehouse; or inside ``staging``.
    """
    target = Namespace(spark, output) if formats.is_catalog(output) else Folder(spark, output)
    name = f".{target.name}{UNFINISHED}{run_id}"
    if staging is None and formats.is_catalog(output):
        staging = spark.conf.get("spark.sql.warehouse.dir")
    if staging is not None:
        return Folder(spark, f"{staging.rstrip('/')}/{name}")
    return target.sibling(name)
