"""Staged tables on their way into an output, each in the way that its format has.

Parquet tables move into place. Delta and Iceberg tables get a new version where they stand. A Delta
table that replaces one of another format is made beside the output and moves too; an Iceberg table
does not bear moving, so the one that it replaces is set aside.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.engine.failures import message_line
from patentcore.errors import OutputError
from patentcore.lake import exchange
from patentcore.lake.commits import FIRST_VERSION, commit, commit_run, restore
from patentcore.lake.compaction import compact, in_few_files
from patentcore.lake.exchange import WHOLE, Journal
from patentcore.lake.guard import DROPPINGS
from patentcore.lake.homes import RUN_ID, Folder, Home, read_parquet, write_parquet
from patentcore.lake.manifests import NamespaceManifests
from patentcore.lake.places import Place
from patentcore.lake.signals import uninterrupted

log = logging.getLogger("patentcore")

_FORMER, _MOVING = "_former", "_moving"


@dataclass
class TableChange:
    """Tables that are about to change.

    Attributes:
        anchor: the output's folder; for a namespace, what its lock stands beside.
        home: the output's tables.
        gather: where the new ones were written.
        beside: staging folder on the output's own store.
        form: format of the new ones.
        run_id: where the rows are those of one run among others.
        file_bytes: size of files to aim at; 0 leaves them.
        moves: names beside the output -> names inside, as a journal has them.
        undoing: what stands aside meanwhile.
    """

    anchor: Place
    home: Home
    gather: Place
    beside: Place
    form: str
    run_id: str | None
    file_bytes: int
    moves: dict[str, str] = field(default_factory=dict)
    undoing: Journal | None = None
    _committed: dict[str, str | None] = field(default_factory=dict)

    def prepare(self, tables: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Do all that comes before the step; return format, files, bytes, version by table.

        A failure takes back what was done.

        Raises:
            OutputError: a column has another type than in the runs that are there.
        """
        if self.run_id is not None:
            self._refuse_other_types(tables)
        ways = {table: self._way(table) for table in tables}
        described = {table: {"format": self.form} | self._size(table) for table in tables}
        try:
            for table, way in ways.items():
                if way == "move":
                    described[table] |= self._prepare_move(table)
            self._set_aside([table for table, way in ways.items() if way == "aside"])
            for table, way in ways.items():
                if way != "move":
                    described[table]["version"] = self._commit(table)
        except BaseException:
            self.take_back()
            raise
        return described

    def take_back(self) -> None:
        """Make the former versions the present ones again, as far as that succeeds."""
        if self.undoing is not None:
            exchange.undo(self.anchor, self.undoing)
            self.undoing = None
        for table, version in self._committed.items():
            try:
                restore(self.home, table, self.form, version)
            except Exception as error:
                log.warning(
                    "the latest version of %s is of a run that failed and no part of a result: %s",
                    *(table, message_line(error)),
                )
        self._committed.clear()

    def settle_all(self, tables: Sequence[str]) -> None:
        """Bring staged Parquet tables onto the output's store, in few files."""
        for table in tables:
            self.settle(table)

    def settle(self, table: str) -> None:
        """Bring one staged Parquet table there."""
        place = self.beside / table
        if self.gather.path != self.beside.path:
            frame = read_parquet(self.home.spark, self.gather / table)
            size = self._size(table)["bytes"]
            write_parquet(in_few_files(frame, size, self.file_bytes), place)
        else:
            compact(self.home.spark, place, self.file_bytes)

    def _way(self, table: str) -> str:
        if self.form == "parquet":
            return "move"
        if not isinstance(self.home, Folder) or not self.home.has(table):
            return "commit"
        if self.home.format_of(table) == self.form:
            return "commit"
        return "move" if self.form == "delta" else "aside"

    def _size(self, table: str) -> dict[str, int]:
        files, size = (self.gather / table).size()
        return {"files": files, "bytes": size}

    def _rows(self, table: str) -> DataFrame:
        frame = read_parquet(self.home.spark, self.gather / table)
        frame = in_few_files(frame, self._size(table)["bytes"], self.file_bytes)
        return frame if self.run_id is None else frame.withColumn(RUN_ID, F.lit(self.run_id))

    def _prepare_move(self, table: str) -> dict[str, Any]:
        if self.form == "delta":
            moving = Folder(self.home.spark, self.beside / _MOVING)
            commit(moving, self._rows(table), table, self.form)
            self.moves[f"{self.beside.name}/{_MOVING}/{table}"] = table
            return {"version": FIRST_VERSION}
        self.settle(table)
        part = "" if self.run_id is None else f"/{RUN_ID}={self.run_id}"
        self.moves[f"{self.beside.name}/{table}"] = f"{table}{part}"
        files, size = (self.beside / table).size()
        return {"files": files, "bytes": size}

    def _set_aside(self, tables: Sequence[str]) -> None:
        if not tables:
            return
        moves = {f"{self.beside.name}/{_FORMER}/{table}": table for table in tables}
        self.undoing = Journal("undo", moves=moves, leftovers=(self.beside.name,))
        exchange.set_aside(self.anchor, self.undoing)

    def _commit(self, table: str) -> str:
        before = self.home.version(table) if self.home.has(table) else None
        self._committed[table] = before
        if self.run_id is None:
            commit(self.home, self._rows(table), table, self.form)
        else:
            commit_run(self.home, self._rows(table), table, self.form, self.run_id)
        version = self.home.version(table)
        assert version is not None  # it was just committed
        return version

    def _refuse_other_types(self, tables: Sequence[str]) -> None:
        """Refuse columns that changed their type, before any table is touched."""
        problems = []
        for table in tables:
            if not self.home.has(table):
                continue
            there = {field.name: field.dataType for field in self.home.read(table).schema}
            problems += [
                f"{table}.{field.name} is {there[field.name].simpleString()} there and "
                f"{field.dataType.simpleString()} in this run"
                for field in read_parquet(self.home.spark, self.gather / table).schema
                if field.name in there
                and there[field.name].simpleString() != field.dataType.simpleString()
            ]
        if problems:
            raise OutputError(f"output {self.anchor} cannot take the run: {'; '.join(problems)}")


def describe(home: Home, table: str) -> dict[str, Any]:
    """Return a table's format, files, bytes and version as manifests do."""
    files, size = home.size(table)
    version = home.version(table)
    found: dict[str, Any] = {"format": home.format_of(table), "files": files, "bytes": size}
    return found if version is None else found | {"version": version}


# --- the step -----------------------------------------------------------------------------------


def exchange_folder(staged: Place, output: Place) -> None:
    """Let a whole staged result become the output; the old one goes.

    Args:
        staged: its folder, beside the output, with the manifest in it.
        output: the folder that stands there, or does not.
    """
    for scratch in staged.names():
        if scratch.startswith("_"):
            (staged / scratch).delete()
    output.parent.make()
    with uninterrupted():
        if exchange.swap(staged, output):
            for name in DROPPINGS & set(staged.names()):
                staged.store.rename((staged / name).path, (output / name).path)
            staged.delete()
        else:
            journal = Journal(moves={staged.name: WHOLE}, leftovers=(staged.name,))
            exchange.write_journal(output, journal)
            exchange.finish(output, journal)


def step_in_folder(
    change: TableChange,
    files: Mapping[str, dict[str, Any]],
    withdraws: Sequence[str],
    drops: Sequence[str],
) -> None:
    """Make prepared tables and their manifest what stands in a folder.

    Args:
        change: prepared.
        files: manifests by name.
        withdraws: manifests of the old, removed before tables move.
        drops: what the new one does not have.
    """
    journal = Journal(
        moves=change.moves,
        withdraws=tuple(withdraws),
        drops=tuple(drops),
        files=files,
        leftovers=(change.beside.name,),
    )
    with uninterrupted():
        try:
            exchange.write_journal(change.anchor, journal)
        except BaseException:
            change.take_back()
            raise
        exchange.finish(change.anchor, journal)


def step_in_namespace(
    manifests: NamespaceManifests,
    change: TableChange,
    manifest: dict[str, Any] | None,
    drops: Sequence[str],
) -> None:
    """Make prepared tables and their manifest what stands in a namespace.

    Args:
        manifests: of the namespace.
        change: prepared.
        manifest: ``None`` makes it no result.
        drops: tables that the new one does not have.
    """
    with uninterrupted():
        if change.run_id is not None and manifest is not None:
            manifests.put(manifest, change.run_id, change.form)
        else:
            manifests.replace(manifest, change.form)
        for table in drops:
            change.home.drop(table)
