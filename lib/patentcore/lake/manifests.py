"""Manifests: what makes tables a result, and what stages that ran apart tell the next one.

Of a folder they are JSON files, of a catalogue's namespace rows of tables. They are read through an
exchange that is under way.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from pyspark.sql import functions as F

from patentcore.lake.exchange import WHOLE, Journal, read_journal
from patentcore.lake.guard import MANIFEST, PROGRESS, RUNS
from patentcore.lake.homes import RUN_ID, Namespace
from patentcore.lake.places import Place

RUNS_TABLE = "runs"
"""The manifests of a namespace: a table with a row a run."""
RUNS_SCHEMA = "run_id string, finished string, manifest string"
PROGRESS_TABLE = "patentcore_stages"
"""The progress of stages in a namespace: a table of one row."""


class Manifests(Protocol):
    """The manifests of one output."""

    def last(self) -> dict[str, Any] | None:
        """Return the manifest of the result, the last run's of several; ``None`` without one."""

    def of_run(self, run_id: str) -> dict[str, Any] | None:
        """Return the manifest of one of several runs; ``None`` without one."""

    def runs(self) -> list[str]:
        """Return the identifiers of the runs."""

    def is_keyed(self) -> bool:
        """Tell whether what is there is made of runs by identifier."""

    def progress(self) -> dict[str, Any]:
        """Return what the stages so far recorded: in the manifest, or without one apart."""


class FolderManifests:
    """Manifests of a folder: ``run.json``, and one for each run that was appended."""

    def __init__(self, output: Place) -> None:
        self.output = output
        self.journal: Journal | None = read_journal(output)

    def last(self) -> dict[str, Any] | None:  # noqa: D102
        return self._read(MANIFEST)

    def of_run(self, run_id: str) -> dict[str, Any] | None:  # noqa: D102
        return self._read(f"{RUNS}/{run_id}.json")

    def runs(self) -> list[str]:  # noqa: D102
        names = {f"{RUNS}/{name}" for name in (self.output / RUNS).names()}
        if self.journal is not None:
            names = (names | set(self.journal.files)) - set(self.journal.withdraws)
        names = {name.removeprefix(f"{RUNS}/") for name in names if name.startswith(f"{RUNS}/")}
        return sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))

    def is_keyed(self) -> bool:  # noqa: D102
        return bool((self.output / RUNS).exists())

    def progress(self) -> dict[str, Any]:  # noqa: D102
        return self._read(MANIFEST) or self._read(PROGRESS) or {}

    def _read(self, name: str) -> dict[str, Any] | None:
        journal = self.journal
        if journal is not None and journal.kind == "finish":
            if name in journal.files:
                return journal.files[name]
            if name in journal.withdraws:
                return None
            for source, target in journal.moves.items():
                staged = self.output.sibling(source)
                if target == WHOLE and staged.exists():
                    return (staged / name).read_json()
        return (self.output / name).read_json()


class NamespaceManifests:
    """Manifests of a namespace: a row each of its table ``runs``."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.spark = namespace.spark
        self.table = namespace.sql_name(RUNS_TABLE)

    def last(self) -> dict[str, Any] | None:  # noqa: D102
        return self._newest(self._rows())

    def of_run(self, run_id: str) -> dict[str, Any] | None:  # noqa: D102
        return self._newest([row for row in self._rows() if row[RUN_ID] == run_id])

    def runs(self) -> list[str]:  # noqa: D102
        return [row[RUN_ID] for row in self._rows() if row[RUN_ID]]

    def is_keyed(self) -> bool:  # noqa: D102
        rows = self._rows()
        return bool(rows) and all(row[RUN_ID] for row in rows)

    def progress(self) -> dict[str, Any]:  # noqa: D102
        last = self.last()
        if last is not None:
            return last
        if not self.namespace.has(PROGRESS_TABLE):
            return {}
        found: dict[str, Any] = json.loads(self.namespace.read(PROGRESS_TABLE).collect()[0][0])
        return found

    def replace(self, manifest: dict[str, Any] | None, form: str) -> None:
        """Make this the only manifest, in one commit; ``None`` makes the namespace no result."""
        if manifest is None:
            if self.namespace.has(RUNS_TABLE):
                self.spark.sql(f"DELETE FROM {self.table}")
            return
        self._frame(manifest).write.format(form).mode("overwrite").saveAsTable(self.table)

    def put(self, manifest: dict[str, Any], run_id: str, form: str) -> None:
        """Make this the manifest of a run, beside those of others, in one commit."""
        if not self.namespace.has(RUNS_TABLE):
            self.replace(manifest, form)
            return
        writer = self._frame(manifest)
        if form == "delta":
            writer.write.format(form).mode("overwrite").option(
                "replaceWhere", f"{RUN_ID} = '{run_id}'"
            ).saveAsTable(self.table)
        else:
            writer.writeTo(self.table).overwrite(F.col(RUN_ID) == run_id)

    def write_progress(self, progress: dict[str, Any], form: str) -> None:
        """Keep what the stages so far recorded, in one commit."""
        text = json.dumps(progress, ensure_ascii=False)
        frame = self.spark.createDataFrame([(text,)], "progress string").coalesce(1)
        name = self.namespace.sql_name(PROGRESS_TABLE)
        frame.write.format(form).mode("overwrite").saveAsTable(name)

    def forget_progress(self) -> None:
        """Forget what single stages recorded."""
        if self.namespace.has(PROGRESS_TABLE):
            self.namespace.drop(PROGRESS_TABLE)

    def _frame(self, manifest: dict[str, Any]) -> Any:
        text = json.dumps(manifest, ensure_ascii=False)
        row = (manifest.get(RUN_ID), manifest["finished"], text)
        return self.spark.createDataFrame([row], RUNS_SCHEMA).coalesce(1)

    @staticmethod
    def _newest(rows: list[Any]) -> dict[str, Any] | None:
        if not rows:
            return None
        found: dict[str, Any] = json.loads(max(rows, key=lambda row: row["finished"])["manifest"])
        return found

    def _rows(self) -> list[Any]:
        if not self.namespace.has(RUNS_TABLE):
            return []
        return self.namespace.read(RUNS_TABLE).collect()
