"""Where tables live: a folder of tables of any format, or a catalogue's namespace.

A home reads its tables, says which version of a Delta or Iceberg table stands, and commits new
versions; what makes tables a result is the manifest (see :mod:`patentcore.lake.output`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.engine import Ability, require, running
from patentcore.errors import InputError, OutputError
from patentcore.lake.formats import LAKE_FORMATS, format_by_content, iceberg_catalog
from patentcore.lake.places import Place, place_at
from patentcore.lake.uris import CATALOG, is_catalog, quoted
from patentcore.lake.versioned import RUN_ID, PathTable, SqlTable, Versioned, refuse_path

# Spark takes a path for a pattern of names unless told otherwise.
_LITERAL = {"__globPaths__": "false"}
# How the embedded engine writes what is read once and removed: in a third of the processor time.
_SCRATCH = {
    "dictionary_enabled": "false",
    "statistics_enabled": "chunk",
    "compression": "lz4_raw",
}


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

    def takes(self, form: str) -> None:
        """Refuse a format that tables cannot be written in here.

        Raises:
            OutputError: the home has it not.
            ConfigError: the running engine has it not here.
        """

    def versioned(self, table: str, form: str) -> Versioned:
        """Return what reads and commits a Delta or Iceberg table, there or not."""

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

    def takes(self, form: str) -> None:  # noqa: D102
        if form in LAKE_FORMATS and not _has_sql():
            refuse_path(self.place, form)

    def versioned(self, table: str, form: str) -> Versioned:  # noqa: D102
        place = self.at(table)
        if not _has_sql():
            return PathTable(self.spark, place, form)
        if form == "delta":
            return SqlTable(self.spark, f"delta.{quoted(place.path)}", form, place.path)
        catalog = iceberg_catalog(self.spark, place.parent.path)
        return SqlTable(self.spark, quoted(catalog, table), form)

    def version(self, table: str) -> str | None:  # noqa: D102
        form = self.format_of(table)
        return None if form == "parquet" else self.versioned(table, form).version()

    def read(self, table: str, version: str | None = None) -> DataFrame:  # noqa: D102
        form = self.format_of(table)
        if form == "parquet":
            return read_parquet(self.spark, self.at(table))
        return self.versioned(table, form).read(version)

    def size(self, table: str) -> tuple[int, int]:  # noqa: D102
        return self.at(table).size()

    def drop(self, table: str) -> None:  # noqa: D102
        self.at(table).delete()


class Namespace:
    """A catalogue's namespace.

    Args:
        spark: the session.
        uri: ``catalog:`` and the namespace's name.

    Raises:
        ConfigError: the running engine has no catalogues.
    """

    def __init__(self, spark: SparkSession, uri: str) -> None:
        require(Ability.CATALOGS, uri)
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

    def takes(self, form: str) -> None:  # noqa: D102
        if form not in LAKE_FORMATS:
            raise OutputError(f"{self.uri}: a namespace takes output.format delta or iceberg")

    def sql_name(self, table: str) -> str:
        """Return what SQL calls a table."""
        return quoted(*self.parts, table)

    def versioned(self, table: str, form: str) -> Versioned:  # noqa: D102
        return SqlTable(self.spark, self.sql_name(table), form)

    def version(self, table: str) -> str | None:  # noqa: D102
        form = self.format_of(table)  # others of a catalogue have no versions
        return self.versioned(table, form).version() if form in LAKE_FORMATS else None

    def read(self, table: str, version: str | None = None) -> DataFrame:  # noqa: D102
        return self.versioned(table, "").read(version)

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
    """Read a folder of Parquet files, whatever its name; any column may be null, as Spark has it.

    Another engine takes a column that no row lacks in one file for one that no file lacks.
    """
    reader = spark.read.options(**_LITERAL)
    if any(name.startswith(f"{RUN_ID}=") for name in place.names()):
        # Runs of different versions may have different columns.
        reader = reader.option("mergeSchema", True)
    frame = reader.parquet(running().literal(place.path))
    if not frame.columns:  # not every engine calls that an error
        raise InputError(f"{place} cannot be read as Parquet: it has no files")
    if all(field.nullable for field in frame.schema):
        return frame
    return read_written(spark, [place], schemas.bare(frame.schema))


def read_written(spark: SparkSession, places: Iterable[Place], schema: Any) -> DataFrame:
    """Read folders of Parquet files that were written with these columns."""
    paths = [running().literal(place.path) for place in places]
    return spark.read.options(**_LITERAL).schema(schema).parquet(*paths)


def write_parquet(
    df: DataFrame, place: Place, mode: str = "overwrite", *, is_scratch: bool = False
) -> None:
    """Write rows into a folder of Parquet files, whatever its name.

    Args:
        df: the rows.
        place: the folder.
        mode: what becomes of files that are there.
        is_scratch: the files are soon removed: quick to write rather than small.
    """
    place.parent.make()  # a link to nowhere is not followed
    options = _SCRATCH if is_scratch and running().name == "embedded" else {}
    df.write.options(**options).mode(mode).parquet(running().literal(place.path))


def _has_sql() -> bool:
    """Tell whether the running engine reaches Delta and Iceberg tables by Spark's SQL."""
    return Ability.CATALOGS in running().abilities
