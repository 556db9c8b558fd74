"""An output that is whole or not there.

Tables gather in a staging folder while what stands at the output stays as it is. Publishing is one
step (see :mod:`patentcore.lake.exchange`): the exchange of two folders, or the writing of a journal
that names what is whole; of Delta and Iceberg tables, which keep their earlier versions, the
manifest names the ones that belong together. A lock keeps every other writer away meanwhile.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from pyspark.sql import SparkSession

from patentcore import schemas
from patentcore.engine.ending import end_queries, heed_interrupts
from patentcore.engine.failures import JavaError
from patentcore.errors import OutputError, PatentCoreError
from patentcore.lake import exchange
from patentcore.lake.checkpoint import Checkpoint
from patentcore.lake.guard import (
    DROPPINGS,
    MANIFEST,
    OWN,
    PROGRESS,
    RUNS,
    refuse_foreign,
    refuse_place,
)
from patentcore.lake.homes import RUN_ID, Folder, Home, Namespace
from patentcore.lake.lock import Lock
from patentcore.lake.manifests import FolderManifests, Manifests, NamespaceManifests
from patentcore.lake.places import Place, anchor_of, place_at
from patentcore.lake.publishing import (
    TableChange,
    describe,
    exchange_folder,
    step_in_folder,
    step_in_namespace,
)
from patentcore.lake.space import refuse_full, told_by
from patentcore.lake.staging import is_staging, make_staging, staging_name, sweep
from patentcore.lake.tables import TableStore, tables_in
from patentcore.lake.uris import is_catalog

log = logging.getLogger("patentcore")


def new_run_id() -> str:
    """Return an identifier that begins with a letter, so that no reader takes it for a number."""
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S")
    return f"run-{now}-{uuid.uuid4().hex[:6]}"


class Output:
    """An output in the making; enter it, write into :attr:`staging`, publish.

    Args:
        spark: the session.
        uri: a folder, or ``catalog:`` and a namespace.
        inputs: what is read, which the output must not harm.
        form: parquet, delta or iceberg.
        mode: ``error`` refuses an output that is there, ``overwrite`` replaces a result (with a run
            identifier: that run of it), ``append`` adds a run to it.
        adds: the output is a result in which one stage adds or replaces its tables, whatever the
            mode (see :meth:`publish_stage`).
        run_id: identifier of the run; made where it is not given.
        staging: folder in which tables gather; beside the output where it is not given.
        file_mb: size of files to aim at in tables of many small ones; 0 leaves them.

    Attributes:
        checkpoint: how what is finished is noted, and found where an earlier run had begun; given
            before entering.
        staging: the tables of this run.
        there: the tables of the result that stands there.
        told: what the stages so far recorded, or the manifest.
        finished: what the stages of the run that this one goes on with recorded; empty otherwise.
        beside_manifest: files to publish with it, by name; a namespace has no place for them.

    Raises:
        OutputError: the output is a root or would harm an input; on entering, where it cannot be
            written so for what is there. Nothing was touched then.
    """

    staging: TableStore
    there: TableStore
    told: dict[str, Any]

    def __init__(
        self,
        spark: SparkSession,
        uri: str,
        *,
        inputs: Sequence[Place] = (),
        form: str = "parquet",
        mode: str = "error",
        adds: bool = False,
        run_id: str | None = None,
        staging: str | None = None,
        file_mb: int = 128,
    ) -> None:
        self.spark = spark
        self.uri = uri
        self.form, self.mode, self.adds = form, mode, adds
        self.keyed = not adds and (mode == "append" or run_id is not None)
        self._run_id, self.run_id = run_id, run_id or new_run_id()
        self.finished: dict[str, Any] = {}
        self.checkpoint: Checkpoint | None = None
        self._keeps = False
        self.file_bytes = file_mb << 20
        self.beside_manifest: dict[str, dict[str, Any]] = {}
        self._manifest_id: str | None = None
        self._held = ExitStack()
        namespace = Namespace(spark, uri) if is_catalog(uri) else None
        self.anchor = anchor_of(spark, uri)
        self.home: Home = namespace or Folder(spark, self.anchor)
        self._elsewhere = None if staging is None else place_at(spark, staging)
        if not is_catalog(uri):
            refuse_place(self.anchor, inputs, self._elsewhere)

    # --- entering and leaving -------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Take the lock, mend what an interrupted run left, and make the staging folder."""
        try:
            self._enter()
        except (OSError, JavaError) as error:
            self._held.close()
            raise OutputError(f"output {self.uri} cannot be written: {told_by(error)}") from error
        except BaseException:
            self._held.close()
            raise
        return self

    def _enter(self) -> None:
        self.home.takes(self.form)
        if exchange.read_journal(self.anchor) is None:
            self._refuse_what_is_there()
        self.lock = self._held.enter_context(Lock(exchange.lock_of(self.anchor), self.uri))
        done = exchange.recover(self.anchor)
        if done:
            log.warning("%s", done)
        folders = [self.anchor.parent, *([self._elsewhere] if self._elsewhere else [])]
        if self.checkpoint:
            found = self.checkpoint.find(self.anchor, folders, self._run_id)
            self.run_id, self.finished = found or (self.run_id, {})
            self._keeps = bool(found)
        name = staging_name(self.anchor, self.run_id)
        self.beside = self.anchor.sibling(name)
        self._gather = self._elsewhere / name if self._elsewhere else self.beside
        self._held.callback(self._discard)
        sweep(self.anchor, *folders, kept=name if self.finished else None)
        self._look()
        self._refuse_what_is_there()
        self._refuse_other_runs()
        for place in {self.beside.path: self.beside, self._gather.path: self._gather}.values():
            make_staging(place, uri=self.uri, run_id=self.run_id)
        self.staging = TableStore(Folder(self.spark, self._gather))

    def _look(self) -> None:
        """Take in what stands at the output."""
        self.manifests: Manifests
        if isinstance(self.home, Namespace):
            self.home.make()
            self.manifests = NamespaceManifests(self.home)
        else:
            self.manifests = FolderManifests(self.anchor)
        self.told = self.manifests.progress()
        described = self.told.get("tables", {})
        versions = {name: one["version"] for name, one in described.items() if "version" in one}
        self.there = TableStore(self.home, versions)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the staging folder and give the lock back."""
        try:
            self._keeps = bool(error and self.checkpoint and self.checkpoint.keeps(self._gather))
            if error is not None:
                is_interrupt = not isinstance(error, Exception)
                if is_interrupt:
                    end_queries(self.spark)
                exchange.end(self.anchor)
                self._say_what_stands(is_interrupt=is_interrupt)
            if isinstance(error, Exception) and not isinstance(error, PatentCoreError):
                self._refuse_lost_staging(error)
                refuse_full(error, (self._gather, self.beside, self.anchor))
        finally:
            self._held.close()

    def _discard(self) -> None:
        """Remove the staging folder, unless a journal names what is in it or it is to go on."""
        if exchange.read_journal(self.anchor) is None and not self._keeps:
            for place in (self._gather, self.beside):
                place.delete()

    def _say_what_stands(self, *, is_interrupt: bool) -> None:
        if self._is_published():
            log.warning("the new result is whole: %s", self.uri)
        elif self.told:
            log.warning("nothing was published; the old result stands: %s", self.uri)
        elif is_interrupt:
            log.warning("nothing was published")
        if self._keeps:
            log.warning("the finished stages are kept; the same command with --resume goes on")

    def _is_published(self) -> bool:
        if self._manifest_id is None:
            return False
        self._look()
        return self._manifest_id in (self.told.get("id"), self.told.get("published"))

    # --- what is there --------------------------------------------------------------------------

    def _refuse_what_is_there(self) -> None:
        """Refuse an output that this mode does not write to, before any work."""
        if is_catalog(self.uri):
            is_there = bool(Namespace(self.spark, self.uri).names())
        else:
            is_there = self.anchor.exists() and (
                not self.anchor.is_folder() or bool(set(self.anchor.names()) - DROPPINGS)
            )
        if not is_there:
            return
        if self.mode == "error" and not self.adds:
            raise OutputError(
                f"output {self.uri} exists and is not empty; choose another or give "
                "--set output.mode=overwrite or append"
            )
        if not is_catalog(self.uri) and not self._is_of_tables_only():
            refuse_foreign(self.anchor)

    def _is_of_tables_only(self) -> bool:
        """Tell whether a stage finds tables that were put there by hand, which it may read."""
        names = set(self.anchor.names()) - DROPPINGS
        return self.adds and self.anchor.is_folder() and names <= set(schemas.TABLES)

    def _refuse_other_runs(self) -> None:
        tables = tables_in(self.home)
        if self.adds:
            if self.manifests.is_keyed():
                raise OutputError(
                    f"output {self.uri} holds runs by identifier, to which no stage alone can be "
                    "added; choose another"
                )
            return
        if not self.keyed or not tables:
            return
        if not self.manifests.is_keyed():
            raise OutputError(
                f"output {self.uri} holds a result without run identifiers, so no run can be "
                "added to it or replaced in it; choose another"
            )
        form = self.home.format_of(tables[0])
        if form != self.form:
            raise OutputError(f"output {self.uri} is {form}; its runs cannot be {self.form}")
        if self.mode == "append" and self.run_id in self.manifests.runs():
            raise OutputError(
                f"output {self.uri} holds the run {self.run_id} already; give another "
                "output.run_id, or --set output.mode=overwrite to replace that run"
            )

    def reading(self, tables: Iterable[str]) -> TableStore:
        """Return the store to work in: these tables are the output's, what is written is staged."""
        work = self.staging
        for table in tables:
            work = work.with_frame(table, self.there.read_raw(table))
        return work

    def note(self, told: dict[str, Any]) -> None:
        """Write down that what is staged is finished, for a run that goes on from here."""
        if self.checkpoint:
            self.checkpoint.write(self._gather, told)

    # --- publishing -----------------------------------------------------------------------------

    def publish(self, manifest: dict[str, Any], name: str = MANIFEST) -> dict[str, Any]:
        """Make what is staged the output, or a run of it; return the manifest as written.

        Args:
            manifest: what makes it a result; the tables' files, sizes and versions are added.
            name: of the manifest's file.

        Raises:
            OutputError: the staging folder or the lock was removed meanwhile, or something was put
                into the output that is not PatentCore's; what was there before stands.
        """
        heed_interrupts()
        staged, change = self._staged(), self._change()
        self._manifest_id = uuid.uuid4().hex
        manifest = manifest | {"id": self._manifest_id}
        if self.keyed:
            manifest |= {RUN_ID: self.run_id}
        if self.form == "parquet" and not self.keyed:
            change.settle_all(staged)
            manifest["tables"] = {
                table: describe(Folder(self.spark, self.beside), table) for table in staged
            }
            for file, content in {**self.beside_manifest, name: manifest}.items():
                (self.beside / file).write_json(content)
            self._refuse_what_is_there()
            exchange_folder(self.beside, self.anchor)
            return manifest
        manifest["tables"] = change.prepare(staged)
        files = {**self.beside_manifest, name: manifest}
        withdraws, stale = [], []
        if self.keyed:
            files = {f"{RUNS}/{self.run_id}.json": manifest, **files}
            withdraws = [n for n in (f"{RUNS}/{self.run_id}.json",) if (self.anchor / n).exists()]
        else:
            stale = sorted(set(self.home.names()) & OWN - set(staged) - set(files))
        if isinstance(self.manifests, NamespaceManifests):
            step_in_namespace(self.manifests, change, manifest, stale)
            self.manifests.forget_progress()
        else:
            step_in_folder(change, files, withdraws, stale)
        return manifest

    def publish_stage(
        self,
        tables: Iterable[str],
        progress: dict[str, Any],
        manifest: dict[str, Any] | None = None,
    ) -> None:
        """Replace a stage's tables in the output; those of other stages stay as they are.

        Args:
            tables: that the stage may write; those that it no longer makes go.
            progress: what the stages so far recorded.
            manifest: of the result, after the last stage; before it the output is none.

        Raises:
            OutputError: as for :meth:`publish`.
        """
        heed_interrupts()
        staged, change = self._staged(), self._change()
        there = tables_in(self.home)
        described = self._described(there) | change.prepare(staged)
        stale = sorted((set(tables) & set(there)) - set(staged))
        described = {name: one for name, one in sorted(described.items()) if name not in stale}
        self._manifest_id = uuid.uuid4().hex
        progress = progress | {"published": self._manifest_id, "tables": described}
        if manifest is not None:
            manifest = manifest | {"id": self._manifest_id, "tables": described}
        if isinstance(self.manifests, NamespaceManifests):
            self.manifests.write_progress(progress, self.form)
            step_in_namespace(self.manifests, change, manifest, stale)
            return
        files = {PROGRESS: progress} | ({MANIFEST: manifest} if manifest else {})
        step_in_folder(change, files, [MANIFEST], stale)

    def _staged(self) -> list[str]:
        """Return the tables in staging, and refuse to publish without it or without the lock."""
        self.lock.check()
        self._refuse_lost_staging()
        lost = [table for table in self.staging.written() if not self.staging.home.has(table)]
        if lost:
            raise OutputError(
                f"{', '.join(lost)} disappeared from the staging folder {self._gather}; nothing "
                "was published"
            )
        return tables_in(self.staging.home)

    def _refuse_lost_staging(self, error: Exception | None = None) -> None:
        """Name a staging folder that is gone, which is what an engine's error comes from."""
        if not is_staging(self._gather) or not is_staging(self.beside):
            raise OutputError(
                f"the staging folder {self._gather} was removed while the run went on; nothing was "
                "published"
            ) from error

    def _change(self) -> TableChange:
        return TableChange(
            anchor=self.anchor,
            home=self.home,
            gather=self._gather,
            beside=self.beside,
            form=self.form,
            run_id=self.run_id if self.keyed else None,
            file_bytes=self.file_bytes,
        )

    def _described(self, tables: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Describe the tables that stand, as the manifest or progress does where it knows them."""
        known = self.told.get("tables", {})
        return {
            table: known[table] if table in known else describe(self.home, table)
            for table in tables
        }
