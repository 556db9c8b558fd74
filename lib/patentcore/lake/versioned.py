"""Delta and Iceberg tables, whose every commit is a version that can be gone back to.

Spark reaches them by names and in SQL, with the formats' own jars; the embedded engine by their
path alone. What the two have in common stands in :class:`Versioned`.
"""

from __future__ import annotations

import re
from typing import Protocol

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from patentcore.engine import running
from patentcore.engine.aliases import NOT_PLAIN
from patentcore.errors import ConfigError
from patentcore.lake.places import Place
from patentcore.lake.stores import LocalStore

RUN_ID = "run_id"
"""Column that tells the rows of appended runs apart."""


class Versioned(Protocol):
    """One Delta or Iceberg table, there or not."""

    def version(self) -> str | None:
        """Return the present version of a Delta, the snapshot of an Iceberg table.

        ``None`` while it has none.
        """

    def read(self, version: str | None = None) -> DataFrame:
        """Read the table as of a version or snapshot; the present one if ``None``."""

    def commit(self, df: DataFrame) -> None:
        """Make the rows the whole table, in one commit; earlier versions stay in its history."""

    def commit_run(self, df: DataFrame, run_id: str) -> None:
        """Make the rows those of one run of a table that is there; other runs' rows stay.

        Columns that the table lacks are added, in one commit with the rows but for Iceberg in SQL.
        """

    def restore(self, version: str) -> None:
        """Make an earlier version the present one."""


# --- Spark's SQL --------------------------------------------------------------------------------


class SqlTable:
    """A table that Spark's SQL knows by a name.

    Args:
        spark: a session of Spark.
        name: as SQL reads it.
        form: delta or iceberg.
        path: of a Delta table in a folder, which is written by it.
    """

    def __init__(self, spark: SparkSession, name: str, form: str, path: str | None = None) -> None:
        self._spark, self._name, self._form, self._path = spark, name, form, path

    def version(self) -> str | None:  # noqa: D102
        if self._form == "delta":
            history = self._spark.sql(f"DESCRIBE HISTORY {self._name} LIMIT 1")
            return str(history.collect()[0]["version"])
        refs = self._spark.table(f"{self._name}.refs").where("name = 'main'")
        row = refs.select("snapshot_id").first()
        return str(row[0]) if row else None

    def read(self, version: str | None = None) -> DataFrame:  # noqa: D102
        if version is None:
            return self._spark.table(self._name)
        return self._spark.sql(f"SELECT * FROM {self._name} VERSION AS OF {int(version)}")

    def commit(self, df: DataFrame) -> None:  # noqa: D102
        self._write(df, overwriteSchema="true")

    def commit_run(self, df: DataFrame, run_id: str) -> None:  # noqa: D102
        if self._form == "delta":
            self._write(df, mergeSchema="true", replaceWhere=f"{RUN_ID} = '{run_id}'")
            return
        there = self.read().schema
        new = [field for field in df.schema if field.name not in there.names]
        if new:
            added = ", ".join(f"`{f.name}` {f.dataType.simpleString()}" for f in new)
            self._spark.sql(f"ALTER TABLE {self._name} ADD COLUMNS ({added})")
        rows = with_columns(df, StructType([*there.fields, *new]))
        rows.writeTo(self._name).overwrite(F.col(RUN_ID) == run_id)

    def restore(self, version: str) -> None:  # noqa: D102
        if self._form == "delta":
            self._spark.sql(f"RESTORE TABLE {self._name} TO VERSION AS OF {int(version)}")
            return
        catalog, _, rest = self._name.partition(".")
        rest = rest.replace("`", "")
        self._spark.sql(f"CALL {catalog}.system.set_current_snapshot('{rest}', {int(version)})")

    def _write(self, df: DataFrame, **options: str) -> None:
        writer = df.write.format(self._form).mode("overwrite").options(**options)
        if self._path is not None:
            writer.save(self._path)
        else:
            writer.saveAsTable(self._name)


# --- by the path --------------------------------------------------------------------------------

_DELTA_COMMIT = re.compile(r"(\d{20})\.(?:json|checkpoint\..*parquet)")
_ICEBERG_METADATA = re.compile(r"v?(\d+)(?:-[0-9a-f-]+)?\.metadata\.json")
_AS_OF = {"delta": "versionAsOf", "iceberg": "snapshotId"}


class PathTable:
    """A table that is reached by its path: what the embedded engine does without a catalogue.

    Args:
        spark: its session.
        place: the table's folder.
        form: delta or iceberg.

    Raises:
        ConfigError: as :func:`refuse_path`.
    """

    def __init__(self, spark: SparkSession, place: Place, form: str) -> None:
        refuse_path(place, form)
        self._spark, self._place, self._form = spark, place, form
        self._path = running().literal(place.path, form)

    def version(self) -> str | None:  # noqa: D102
        return self._delta_version() if self._form == "delta" else self._iceberg_snapshot()

    def read(self, version: str | None = None) -> DataFrame:  # noqa: D102
        reader = self._spark.read.format(self._form)
        if version is not None:
            reader = reader.option(_AS_OF[self._form], str(int(version)))
        return reader.load(self._path)

    def commit(self, df: DataFrame) -> None:  # noqa: D102
        self._write(df, "overwrite", overwriteSchema="true")

    def commit_run(self, df: DataFrame, run_id: str) -> None:
        """Add the rows; where columns or rows of the run are there, write the table anew.

        The engine replaces rows by a condition in Delta only, and adds no columns as it does.
        """
        there = self.read()
        is_new = there.where(F.col(RUN_ID) == run_id).isEmpty()
        if is_new and set(df.columns) <= set(there.columns):
            self._write(with_columns(df, there.schema), "append")
            return
        others = there.where(F.col(RUN_ID) != run_id)
        self.commit(others.unionByName(df, allowMissingColumns=True))

    def restore(self, version: str) -> None:
        """Write the rows of the version anew: the engine has no command for it."""
        self.commit(self.read(version))

    def _write(self, df: DataFrame, mode: str, **options: str) -> None:
        self._place.parent.make()  # a link to nowhere is not followed
        df.write.format(self._form).mode(mode).options(**options).save(self._path)

    def _delta_version(self) -> str | None:
        names = (self._place / "_delta_log").names()
        found = [int(match[1]) for match in map(_DELTA_COMMIT.fullmatch, names) if match]
        return str(max(found)) if found else None

    def _iceberg_snapshot(self) -> str | None:
        metadata = self._place / "metadata"
        found = {
            int(match[1]): match[0]
            for match in map(_ICEBERG_METADATA.fullmatch, metadata.names())
            if match
        }
        latest = (metadata / found[max(found)]).read_json() if found else None
        snapshot = (latest or {}).get("current-snapshot-id", -1)
        return None if snapshot in (None, -1) else str(snapshot)


def refuse_path(place: Place, form: str) -> None:
    """Refuse a folder in which the embedded engine would not find what it wrote.

    Raises:
        ConfigError: its path has other characters than Latin letters, digits and a few signs.
            Delta tables, which do not hold their own path, are reached through a link then, which
            only local disks have.
    """
    is_linked = form == "delta" and isinstance(place.store, LocalStore)
    if NOT_PLAIN.search(place.path) and not is_linked:
        raise ConfigError(
            f"{place}: the embedded engine keeps {form.capitalize()} tables only where the path is "
            "of Latin letters, digits and - _ . ~ @ = + , alone; choose another folder, "
            "output.format=parquet, or --engine spark"
        )


def with_columns(df: DataFrame, schema: StructType) -> DataFrame:
    """Return the rows with the columns of a schema, in its order; those that they lack are null."""
    return df.select(
        *(
            F.col(field.name)
            if field.name in df.columns
            else F.lit(None).cast(field.dataType).alias(field.name)
            for field in schema
        )
    )
