"""Where tables live: a folder of tables of any format, or a catalogue's namespace.

A home reads its tables, says which version of a Delta or Iceberg table stands, and commits new
versions; what makes tables a result is the manifest (see :mod:`patentcore.lake.output`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.lake.formats import format_by_content, iceberg_catalog
from patentcore.lake.places import Place, place_at
from patentcore.lake.uris import CATALOG, is_catalog, quoted

RUN_ID = "run_id"
"""Column that tells the rows of appended runs apart."""

# Spark takes a path for a pattern of names unless told otherwise.
_LITERAL = {"__globPaths__": "false"}


class Home(Protocol):
    """Where tables live."""

    spark: SparkSession
    uri: str

    def exists(self) -> bool:
        """Tell whether the home is there."""

    def names(self) -> list[str]:
        """Return what stands there, tables and else."""

    def has(self, table: str) -> bool:
        """Tell whether a table is there."""

    def format_of(self, table: str) -> str:
        """Return a table's format: parquet, delta or iceberg."""

    def sql_name(self, table: str, form: str) -> str:
        """Return what SQL calls a Delta or Iceberg table."""

    def version(self, table: str) -> str | None:
        """Return the present version of a Delta or the snapshot of an Iceberg table."""

    def read(self, table: str, version: str | None = None) -> DataFrame:
        """Read a table with the columns it has, at a version where one is named."""

    def size(self, table: str) -> tuple[int, int]:
        """Return the number and the bytes of the files of a table's present version."""

    def drop(self, table: str) -> None:
        """Remove a table."""


def home_at(spark: SparkSession, uri: str) -> Home:
    """Return the folder at a URI, or the namespace that it names."""
    if is_catalog(uri):
        return Namespace(spark, uri)
    return Folder(spark, place_at(spark, uri))


class Folder:
    """A folder of tables.

    Args:
        spark: the session.
        place: where the folder is.
        moved: tables that stand elsewhere for now, by name.
    """

    def __init__(
        self, spark: SparkSession, place: Place, moved: Mapping[str, Place] | None = None
    ) -> None:
        self.spark = spark
        self.place = place
        self.uri = place.path
        self._moved = dict(moved or {})

    def at(self, table: str) -> Place:
        """Return where a table stands."""
        return self._moved.get(table, self.place / table)

    def exists(self) -> bool:  # noqa: D102
        return self.place.exists()

    def names(self) -> list[str]:  # noqa: D102
        return sorted({*self.place.names(), *self._moved})

    def has(self, table: str) -> bool:  # noqa: D102
        return self.at(table).exists()

    def format_of(self, table: str) -> str:  # noqa: D102
        return format_by_content(self.at(table).names())

    def sql_name(self, table: str, form: str) -> str:  # noqa: D102
        if form == "delta":
            return f"delta.{quoted(self.at(table).path)}"
        return quoted(iceberg_catalog(self.spark, self.at(table).parent.path), table)

    def version(self, table: str) -> str | None:  # noqa: D102
        form = self.format_of(table)
        return (
            None if form == "parquet" else version_of(self.spark, self.sql_name(table, form), form)
        )

    def read(self, table: str, version: str | None = None) -> DataFrame:  # noqa: D102
        form = self.format_of(table)
        if form == "parquet":
            return read_parquet(self.spark, self.at(table))
        return read_version(self.spark, self.sql_name(table, form), version)

    def size(self, table: str) -> tuple[int, int]:  # noqa: D102
        return self.at(table).size()

    def drop(self, table: str) -> None:  # noqa: D102
        self.at(table).delete()


class Namespace:
    """A catalogue's namespace.

    Args:
        spark: the session.
        uri: ``catalog:`` and the namespace's name.
    """

    def __init__(self, spark: SparkSession, uri: str) -> None:
        self.spark = spark
        self.uri = uri
        self.parts = uri.removeprefix(CATALOG).split(".")

    @property
    def name(self) -> str:
        """Last part of the name."""
        return self.parts[-1]

    def make(self) -> None:
        """Create the namespace."""
        self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {quoted(*self.parts)}")

    def exists(self) -> bool:  # noqa: D102
        try:
            self.spark.sql(f"DESCRIBE NAMESPACE {quoted(*self.parts)}").collect()
        except AnalysisException:
            return False
        return True

    def names(self) -> list[str]:  # noqa: D102
        if not self.exists():
            return []
        tables = self.spark.sql(f"SHOW TABLES IN {quoted(*self.parts)}")
        return sorted(row["tableName"] for row in tables.collect() if not row["isTemporary"])

    def has(self, table: str) -> bool:  # noqa: D102
        return table in self.names()

    def format_of(self, table: str) -> str:  # noqa: D102
        rows = self.spark.sql(f"DESCRIBE TABLE EXTENDED {self.sql_name(table)}").collect()
        return next(str(row["data_type"]) for row in rows if row["col_name"] == "Provider")

    def sql_name(self, table: str, form: str = "") -> str:  # noqa: D102
        return quoted(*self.parts, table)

    def version(self, table: str) -> str | None:  # noqa: D102
        return version_of(self.spark, self.sql_name(table), self.format_of(table))

    def read(self, table: str, version: str | None = None) -> DataFrame:  # noqa: D102
        return read_version(self.spark, self.sql_name(table), version)

    def size(self, table: str) -> tuple[int, int]:  # noqa: D102
        form = self.format_of(table)
        if form == "delta":
            row = self.spark.sql(f"DESCRIBE DETAIL {self.sql_name(table)}").collect()[0]
            return int(row["numFiles"]), int(row["sizeInBytes"])
        if form == "iceberg":
            files = self.spark.table(f"{self.sql_name(table)}.files")
            total = files.agg(F.count(F.lit(1)), F.coalesce(F.sum("file_size_in_bytes"), F.lit(0)))
            count, size = total.collect()[0]
            return int(count), int(size)
        return len(self.read(table).inputFiles()), 0

    def drop(self, table: str) -> None:  # noqa: D102
        self.spark.sql(f"DROP TABLE {self.sql_name(table)}")


def read_parquet(spark: SparkSession, place: Place) -> DataFrame:
    """Read a folder of Parquet files, whatever its name."""
    reader = spark.read.options(**_LITERAL)
    if any(name.startswith(f"{RUN_ID}=") for name in place.names()):
        # Runs of different versions may have different columns.
        reader = reader.option("mergeSchema", True)
    return reader.parquet(place.path)


def read_written(spark: SparkSession, place: Place, schema: Any) -> DataFrame:
    """Read a folder of Parquet files that were written with these columns."""
    return spark.read.options(**_LITERAL).schema(schema).parquet(place.path)


def read_version(spark: SparkSession, name: str, version: str | None) -> DataFrame:
    """Read a Delta or Iceberg table as of a version or snapshot; the present one if ``None``."""
    if version is None:
        return spark.table(name)
    return spark.sql(f"SELECT * FROM {name} VERSION AS OF {int(version)}")


def version_of(spark: SparkSession, name: str, form: str) -> str | None:
    """Return the version of a Delta, the snapshot of an Iceberg table; ``None`` while it has none.

    Other formats of a catalogue have no versions.
    """
    if form == "delta":
        return str(spark.sql(f"DESCRIBE HISTORY {name} LIMIT 1").collect()[0]["version"])
    if form == "iceberg":
        row = spark.table(f"{name}.refs").where("name = 'main'").select("snapshot_id").first()
        return str(row[0]) if row else None
    return None
