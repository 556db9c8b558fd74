"""The manifests of results, and what stages that ran apart from each other tell the next one.

Of a folder they are JSON files, of a catalogue's namespace tables. The manifest makes the tables
beside it a result; of runs by identifier each has its own.
"""

from __future__ import annotations

import json
from typing import Any

from pyspark.sql import SparkSession

from patentcore import formats, schemas
from patentcore.tables import MANIFEST, Folder, Namespace

RUN_ID = "run_id"
RUNS = "_runs"
"""Folder of the manifests of appended runs, by identifier; ``run.json`` is the last one's."""
RUNS_TABLE = "runs"
"""The same in a namespace: a table with a row a run."""
RUNS_SCHEMA = "run_id string, finished string, manifest string"
PROGRESS = "_stages.json"
"""What the stages that ran apart from each other tell the next one, for the manifest."""
PROGRESS_TABLE = "patentcore_stages"
"""The same in a namespace: a table of one row."""
FORMER = "_former"
"""Folder of a table that is set aside until the one that replaces it is there."""


def tables_in(place: Folder) -> list[str]:
    """Return the tables of a result: the names in a place that the schemas declare."""
    return [name for name in place.names() if name in schemas.TABLES]


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
        for name in (RUNS, FORMER):
            self.folder.delete(name)
        self.forget_progress()

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

    def forget_progress(self) -> None:
        """Forget what single stages recorded."""
        self.folder.delete(PROGRESS)

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
        self.forget_progress()

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

    def forget_progress(self) -> None:
        """Forget what single stages recorded."""
        if self.namespace.exists(PROGRESS_TABLE):
            self.spark.sql(f"DROP TABLE {self.namespace.child(PROGRESS_TABLE)}")

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
