"""Read and write tables; a result becomes visible whole or not at all.

A run writes into a staging folder beside its output and publishes at the end: each table is moved
into place and ``run.json`` last, so that a folder without ``run.json`` is not a result.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from patentcore import formats, schemas
from patentcore.engine.failures import ENGINE_ERRORS, JavaError, telling
from patentcore.errors import InputError, OutputError

MANIFEST = "run.json"

_SMALL_FILES = 32
"""Files that a table may have beyond what its size needs before it is worth rewriting."""


class Folder:
    """A folder on any file system that Spark's Hadoop client reads."""

    def __init__(self, spark: SparkSession, uri: str) -> None:
        self.spark = spark
        self.uri = uri.rstrip("/") or "/"
        jvm = spark.sparkContext._jvm
        assert jvm is not None
        self._path_class = jvm.org.apache.hadoop.fs.Path
        self._hadoop = spark._jsc.hadoopConfiguration()
        self._jpath = self._path_class(self.uri)
        self._fs = self._jpath.getFileSystem(self._hadoop)

    def child(self, name: str) -> str:
        """Return the URI of a table or file inside."""
        return f"{self.uri}/{name}"

    def sibling(self, name: str) -> Folder:
        """Return a folder beside this one."""
        parent, _, _ = self._fs.makeQualified(self._jpath).toString().rpartition("/")
        return Folder(self.spark, f"{parent}/{name}")

    @property
    def name(self) -> str:
        """Last part of the path."""
        return str(self._fs.makeQualified(self._jpath).getName())

    def exists(self, name: str = "") -> bool:
        """Tell whether the folder, or a table or file inside, is there.

        Raises:
            InputError: the store cannot be reached, or not with these credentials.
        """
        try:
            return bool(self._fs.exists(self._path(name)))
        except JavaError as error:
            raise InputError(f"{self.uri} cannot be reached: {telling(error)}") from error

    def names(self) -> list[str]:
        """Return what stands inside; empty where the folder does not exist."""
        if not self.exists():
            return []
        return sorted(status.getPath().getName() for status in self._fs.listStatus(self._jpath))

    def siblings(self, prefix: str) -> list[Folder]:
        """Return the folders beside this one whose name begins with ``prefix``."""
        parent = self._fs.makeQualified(self._jpath).getParent()
        if not self._fs.exists(parent):
            return []
        names = (status.getPath().getName() for status in self._fs.listStatus(parent))
        return [self.sibling(name) for name in names if name.startswith(prefix)]

    def qualified(self) -> str:
        """Return the URI with scheme and host."""
        return str(self._fs.makeQualified(self._jpath).toString())

    def format_of(self, table: str) -> str:
        """Return the format of a table inside: parquet, delta or iceberg."""
        return formats.format_by_content(Folder(self.spark, self.child(table)).names())

    def read(self, table: str) -> DataFrame:
        """Read a table inside, whatever its format."""
        form = self.format_of(table)
        if form == "iceberg":
            return self.spark.table(self._sql_name(table, form))
        reader = self.spark.read
        if form == "parquet" and self._holds_runs(table):
            # Runs of different versions may have different columns.
            reader = reader.option("mergeSchema", True)
        return reader.format(form).load(self.child(table))

    def _holds_runs(self, table: str) -> bool:
        names = Folder(self.spark, self.child(table)).names()
        return any(name.startswith("run_id=") for name in names)

    def version(self, table: str) -> str | None:
        """Return the version of a Delta or the snapshot of an Iceberg table, else ``None``."""
        form = self.format_of(table)
        if form == "delta":
            history = f"DESCRIBE HISTORY {self._sql_name(table, form)} LIMIT 1"
            return str(self.spark.sql(history).collect()[0]["version"])
        return snapshot_of(self.spark, self._sql_name(table, form)) if form == "iceberg" else None

    def _sql_name(self, table: str, form: str) -> str:
        """Return what SQL calls a Delta or Iceberg table inside."""
        if form == "delta":
            return f"delta.{formats.quoted(self.child(table))}"
        return formats.quoted(formats.iceberg_catalog(self.spark, self.qualified()), table)

    def size(self, name: str = "") -> tuple[int, int]:
        """Return the number of files and the bytes below the folder or a table inside."""
        summary = self._fs.getContentSummary(self._path(name))
        return int(summary.getFileCount()), int(summary.getLength())

    def make(self) -> None:
        """Create the folder and its parents."""
        self._fs.mkdirs(self._jpath)

    def delete(self, name: str = "") -> None:
        """Remove the folder, or a table or file inside; nothing happens where it is not there."""
        self._fs.delete(self._path(name), True)

    def move_into(self, target: Folder, name: str) -> None:
        """Move one table or file into another folder of the same file system."""
        if not self._fs.rename(self._path(name), target._path(name)):
            raise OutputError(f"{target.child(name)} cannot be written")

    def write_text(self, name: str, text: str) -> None:
        """Write a small UTF-8 file."""
        stream = self._fs.create(self._path(name), True)
        try:
            stream.write(bytearray(text, "utf-8"))
        finally:
            stream.close()

    def write_json(self, name: str, value: dict[str, Any]) -> None:
        """Write a small JSON file, which is never seen half-written."""
        unfinished = f"{name}.unfinished"
        self.write_text(unfinished, json.dumps(value, indent=2, ensure_ascii=False))
        self.delete(name)
        if not self._fs.rename(self._path(unfinished), self._path(name)):
            raise OutputError(f"{self.child(unfinished)} could not be renamed to {name}")

    def read_text(self, name: str) -> str:
        """Read a small UTF-8 file."""
        jvm = self.spark.sparkContext._jvm
        assert jvm is not None
        stream = self._fs.open(self._path(name))
        try:
            return str(jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()

    def _path(self, name: str) -> Any:
        return self._path_class(self.child(name)) if name else self._jpath


class Namespace(Folder):
    """A catalogue's namespace in a folder's place, to read from."""

    def __init__(self, spark: SparkSession, uri: str) -> None:
        self.spark = spark
        self.uri = uri
        self.parts = uri.removeprefix(formats.CATALOG).split(".")

    @property
    def name(self) -> str:
        """Last part of the name."""
        return self.parts[-1]

    def child(self, name: str) -> str:
        """Return the name of a table inside."""
        return formats.quoted(*self.parts, name)

    def exists(self, name: str = "") -> bool:
        """Tell whether the namespace, or a table inside, is there."""
        if name:
            return name in self.names()
        try:
            self.spark.sql(f"DESCRIBE NAMESPACE {formats.quoted(*self.parts)}").collect()
        except AnalysisException:
            return False
        return True

    def names(self) -> list[str]:
        """Return the tables inside; empty where the namespace does not exist."""
        if not self.exists():
            return []
        tables = self.spark.sql(f"SHOW TABLES IN {formats.quoted(*self.parts)}")
        return sorted(row["tableName"] for row in tables.collect() if not row["isTemporary"])

    def read(self, table: str) -> DataFrame:
        """Read a table inside."""
        return self.spark.table(self.child(table))

    def format_of(self, table: str) -> str:
        """Return the format that the catalogue names."""
        rows = self.spark.sql(f"DESCRIBE TABLE EXTENDED {self.child(table)}").collect()
        return next(str(row["data_type"]) for row in rows if row["col_name"] == "Provider")

    def _sql_name(self, table: str, form: str) -> str:
        return self.child(table)

    def size(self, name: str = "") -> tuple[int, int]:
        """Return the number of files and the bytes of a table's present version."""
        form = self.format_of(name)
        if form == "delta":
            row = self.spark.sql(f"DESCRIBE DETAIL {self.child(name)}").collect()[0]
            return int(row["numFiles"]), int(row["sizeInBytes"])
        if form == "iceberg":
            files = self.spark.table(f"{self.child(name)}.files")
            total = files.agg(F.count(F.lit(1)), F.coalesce(F.sum("file_size_in_bytes"), F.lit(0)))
            count, size = total.collect()[0]
            return int(count), int(size)
        return len(self.read(name).inputFiles()), 0


def snapshot_of(spark: SparkSession, table: str) -> str | None:
    """Return the identifier of an Iceberg table's present snapshot; ``None`` while it has none."""
    row = spark.table(f"{table}.refs").where("name = 'main'").select("snapshot_id").first()
    return str(row[0]) if row else None


def open_place(spark: SparkSession, uri: str) -> Folder:
    """Return the folder at a URI, or the namespace that it names."""
    return Namespace(spark, uri) if formats.is_catalog(uri) else Folder(spark, uri)


@dataclass(frozen=True)
class TableStore:
    """Tables of one folder, conforming to their declared schema on read and on write.

    Attributes:
        folder: where the tables are; a namespace where they are only read.
    """

    folder: Folder
    _frames: dict[str, DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _measured: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, spark: SparkSession, uri: str) -> Self:
        """Return the store at a URI, which need not exist yet."""
        return cls(open_place(spark, uri))

    def with_frame(self, table: str, df: DataFrame) -> Self:
        """Return this store with a frame read in place of one table."""
        return replace(self, _frames=self._frames | {table: df}, _measured={})

    def has(self, table: str) -> bool:
        """Tell whether the table is there."""
        return table in self._frames or self.folder.exists(table)

    def read(self, table: str, *, required: Iterable[str] = ()) -> DataFrame:
        """Read a table with exactly its declared columns; absent ones are null.

        Raises:
            InputError: the table is missing, unreadable, or not of its schema.
        """
        return schemas.conform(
            self.read_raw(table), schemas.TABLES[table], table=table, required=required
        )

    def read_raw(self, table: str) -> DataFrame:
        """Read a table with the columns its files have; errors as for :meth:`read`.

        The files are listed and their schema read once, however often the table is asked for.
        """
        if table in self._frames:
            return self._frames[table]
        uri = self.folder.child(table)
        if not self.has(table):
            raise InputError(f"no table {table} in {self.folder.uri}")
        form = "parquet"
        try:
            form = self.folder.format_of(table)
            self._frames[table] = self.folder.read(table)
        except ENGINE_ERRORS as error:
            jars = f" (it needs scripts/setup --with {form})" if form != "parquet" else ""
            raise InputError(
                f"{uri} cannot be read as {form.capitalize()}{jars}: {telling(error)}"
            ) from error
        return self._frames[table]

    def write(
        self,
        df: DataFrame,
        table: str,
        schema: StructType | None = None,
        metrics: Mapping[str, Column] | None = None,
    ) -> DataFrame:
        """Write a table and return it as read back, which cuts the lineage.

        Args:
            df: the rows.
            table: the table's name.
            schema: its columns, where they are not those declared for the name.
            metrics: aggregates of the table's rows; they are computed while it is written, and
                :meth:`measured` returns them.
        """
        uri = self.folder.child(table)
        wanted = schema or schemas.TABLES.get(table)
        if wanted is not None:
            df = df.select(
                *(F.col(field.name).cast(field.dataType).alias(field.name) for field in wanted)
            )
        wanted_metrics = {"rows": F.count(F.lit(1)), **(metrics or {})}
        observation = Observation()
        df.observe(
            observation, *(value.alias(name) for name, value in wanted_metrics.items())
        ).write.mode("overwrite").parquet(uri)
        self._frames[table] = self.folder.spark.read.schema(df.schema).parquet(uri)
        # Spark skips the rows of a result that it can prove empty, and then observes nothing.
        self._measured[table] = observed(observation) or dict.fromkeys(wanted_metrics, 0)
        return self._frames[table]

    def measured(self, table: str, metric: str = "rows") -> int:
        """Return a metric of a table as it was written; its rows are counted where need be."""
        if table not in self._measured:
            self._measured[table] = {"rows": self.read(table).count()}
        return self._measured[table][metric]

    def append(self, df: DataFrame, table: str) -> None:
        """Add rows to a table of this folder."""
        schema = schemas.TABLES[table]
        schemas.conform(df, schema, table=table).write.mode("append").parquet(
            self.folder.child(table)
        )
        self._frames.pop(table, None)
        self._measured.pop(table, None)


UNFINISHED = ".unfinished-"
"""What stands between an output's name and a run's in the name of a staging folder."""


class Staged:
    """An output in the making: its tables gather in a folder of their own, which goes at the end.

    Attributes:
        staging: that folder's tables.
    """

    staging: TableStore

    def leftovers(self) -> list[str]:
        """Return the staging folders that interrupted runs to the same output left."""
        own = self.staging.folder
        prefix = "".join(own.name.rpartition(UNFINISHED)[:2])
        return [folder.uri for folder in own.siblings(prefix) if folder.name != own.name]

    def discard(self) -> None:
        """Remove the staging folder."""
        self.staging.folder.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


class Publication(Staged):
    """An output folder in the making: tables gather in a staging folder until :meth:`publish`.

    Args:
        output: URI of the output folder.
        overwrite: replace what stands there instead of refusing.
        file_mb: size of files to aim at in tables of many small ones; 0 leaves them.

    Raises:
        OutputError: the output exists and ``overwrite`` is off.
    """

    def __init__(
        self, spark: SparkSession, output: str, *, overwrite: bool, file_mb: int = 128
    ) -> None:
        self.target = Folder(spark, output)
        self.overwrite = overwrite
        self.file_bytes = file_mb << 20
        self._refuse_existing()
        self.run_id = uuid.uuid4().hex[:12]
        name = f".{self.target.name}{UNFINISHED}{self.run_id}"
        self.staging = TableStore(self.target.sibling(name))
        self.staging.folder.make()

    def _refuse_existing(self) -> None:
        if not self.overwrite and self.target.names():
            raise OutputError(
                f"output {self.target.uri} exists and is not empty; choose another or give "
                "--set output.mode=overwrite"
            )

    def publish(self, manifest: dict[str, Any]) -> None:
        """Move every table to the output, and the manifest last."""
        self._refuse_existing()
        self.staging.folder.write_json(MANIFEST, manifest)
        if self.overwrite:
            self.target.delete(MANIFEST)  # from here on the folder is no result
            self.target.delete()
        self.target.make()
        for name in [n for n in self.staging.folder.names() if n != MANIFEST] + [MANIFEST]:
            if not name.startswith("_"):
                of_few_files(self.staging.folder, name, self.file_bytes).move_into(
                    self.target, name
                )
        self.discard()


def of_few_files(folder: Folder, table: str, file_bytes: int) -> Folder:
    """Return where a Parquet table stands, rewritten if its files are many and small.

    Args:
        folder: that holds the table.
        table: its name.
        file_bytes: size of files to aim at; 0 leaves them.
    """
    files, size = folder.size(table)
    needed = math.ceil(size / file_bytes) if file_bytes else files
    if files <= needed + _SMALL_FILES:
        return folder
    compact = Folder(folder.spark, folder.child("_compact"))
    frame = folder.read(table).coalesce(max(1, needed))
    frame.write.mode("overwrite").parquet(compact.child(table))
    return compact


def observed(observation: Observation) -> dict[str, int]:
    """Return what was observed; empty where Spark proved the result empty and skipped the rows."""
    try:
        return observation.get
    except JavaError:
        return {}
