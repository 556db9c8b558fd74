"""Read and write tables; a result becomes visible whole or not at all.

A run writes into a staging folder beside its output and publishes at the end: each table is moved
into place and ``run.json`` last, so that a folder without ``run.json`` is not a result.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlparse

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from patentcore import schemas
from patentcore.errors import InputError, OutputError, telling

MANIFEST = "run.json"


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
        """Tell whether the folder, or a table or file inside, is there."""
        return bool(self._fs.exists(self._path(name)))

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
        """Write a small JSON file."""
        self.write_text(name, json.dumps(value, indent=2, ensure_ascii=False))

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


@dataclass(frozen=True)
class TableStore:
    """Tables of one folder, conforming to their declared schema on read and on write."""

    folder: Folder
    _frames: dict[str, DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _measured: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, spark: SparkSession, uri: str) -> Self:
        """Return the store at a URI, which need not exist yet."""
        return cls(Folder(spark, uri))

    def has(self, table: str) -> bool:
        """Tell whether the table is there."""
        return self.folder.exists(table)

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
        try:
            self._frames[table] = self.folder.spark.read.parquet(uri)
        except (PySparkException, Py4JJavaError) as error:
            raise InputError(f"{uri} cannot be read as Parquet: {telling(error)}") from error
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


class Publication:
    """An output folder in the making: tables gather in a staging folder until :meth:`publish`.

    Args:
        output: URI of the output folder.
        overwrite: replace what stands there instead of refusing.

    Raises:
        OutputError: the output exists and ``overwrite`` is off.
    """

    def __init__(self, spark: SparkSession, output: str, *, overwrite: bool) -> None:
        self.target = Folder(spark, output)
        self.overwrite = overwrite
        self._refuse_existing()
        self.run_id = uuid.uuid4().hex[:12]
        self.staging = TableStore(self.target.sibling(f"{self._prefix()}{self.run_id}"))
        self.staging.folder.make()

    def _prefix(self) -> str:
        return f".{self.target.name}.unfinished-"

    def _refuse_existing(self) -> None:
        if not self.overwrite and self.target.names():
            raise OutputError(
                f"output {self.target.uri} exists and is not empty; choose another or give "
                "--set output.mode=overwrite"
            )

    def leftovers(self) -> list[str]:
        """Return the staging folders that interrupted runs left beside the output."""
        return [
            folder.uri
            for folder in self.target.siblings(self._prefix())
            if folder.name != self.staging.folder.name
        ]

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
                self.staging.folder.move_into(self.target, name)
        self.discard()

    def discard(self) -> None:
        """Remove the staging folder."""
        self.staging.folder.delete()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()


def observed(observation: Observation) -> dict[str, int]:
    """Return what was observed; empty where Spark proved the result empty and skipped the rows."""
    try:
        return observation.get
    except Py4JJavaError:
        return {}


def local_path(uri: str) -> Path | None:
    """Return the path of a local URI, ``None`` where it names another file system."""
    parsed = urlparse(uri)
    if parsed.scheme in ("", "file"):
        return Path(unquote(parsed.path) if parsed.scheme else uri)
    return None
