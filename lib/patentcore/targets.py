"""Where finished tables go: folders of Parquet or Delta tables, Iceberg tables, a catalogue.

A table replaces another of its format in one commit; one of another format, or of Parquet files, is
set aside until the new one is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from patentcore import formats
from patentcore.errors import OutputError
from patentcore.manifests import FORMER, RUN_ID, tables_in
from patentcore.tables import Folder, Namespace


class Target(Protocol):
    """Where tables of one format are published."""

    def tables(self) -> list[str]:
        """Return the tables that are there."""

    def columns(self, table: str) -> StructType | None:
        """Return a table's columns; ``None`` where it is not there or of another format."""

    def replace(self, df: DataFrame, table: str) -> None:
        """Make the rows the whole table, in one commit."""

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:
        """Make the rows those of one run, in one commit; other runs' rows stay."""

    def forget_run(self, table: str, run_id: str) -> None:
        """Remove the rows of one run."""

    def drop(self, table: str) -> None:
        """Remove a table."""


class DeltaFolder:
    """Delta tables in a folder."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.spark = folder.spark

    def tables(self) -> list[str]:  # noqa: D102
        return tables_in(self.folder)

    def columns(self, table: str) -> StructType | None:  # noqa: D102
        if not self.folder.exists(table) or self.folder.format_of(table) != "delta":
            return None
        return self.folder.read(table).schema

    def replace(self, df: DataFrame, table: str) -> None:  # noqa: D102
        writer = df.write.format("delta").mode("overwrite").option("overwriteSchema", True)
        with other_format_aside(self.folder, table, "delta"):
            writer.save(self.folder.child(table))

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:  # noqa: D102
        writer = df.write.format("delta").mode("overwrite").option("mergeSchema", True)
        if self.columns(table) is not None:
            writer = writer.option("replaceWhere", f"{RUN_ID} = '{run_id}'")
        writer.save(self.folder.child(table))

    def forget_run(self, table: str, run_id: str) -> None:  # noqa: D102
        path = formats.quoted(self.folder.child(table))
        self.spark.sql(f"DELETE FROM delta.{path} WHERE {RUN_ID} = '{run_id}'")

    def drop(self, table: str) -> None:  # noqa: D102
        self.folder.delete(table)


class ParquetFolder:
    """Folders of Parquet files with a folder inside for each run, which moves into place whole."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def tables(self) -> list[str]:  # noqa: D102
        return tables_in(self.folder)

    def columns(self, table: str) -> StructType | None:  # noqa: D102
        if not self.folder.exists(table) or self.folder.format_of(table) != "parquet":
            return None
        return self.folder.read(table).schema

    def replace(self, df: DataFrame, table: str) -> None:  # noqa: D102
        unfinished = Folder(df.sparkSession, self.folder.child("_unfinished"))
        df.write.mode("overwrite").parquet(unfinished.child(table))
        self.take(unfinished, table)
        unfinished.delete()

    def take(self, source: Folder, table: str) -> None:
        """Replace a table by one that stands elsewhere on the file system, without a copy."""
        self.folder.make()
        with set_aside(self.folder, table):
            source.move_into(self.folder, table)

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:  # noqa: D102
        part = f"{RUN_ID}={run_id}"
        unfinished = Folder(df.sparkSession, self.folder.child(f"_unfinished-{run_id}"))
        df.drop(RUN_ID).write.mode("overwrite").parquet(unfinished.child(part))
        target = Folder(df.sparkSession, self.folder.child(table))
        target.make()
        target.delete(part)
        unfinished.move_into(target, part)
        unfinished.delete()

    def forget_run(self, table: str, run_id: str) -> None:  # noqa: D102
        Folder(self.folder.spark, self.folder.child(table)).delete(f"{RUN_ID}={run_id}")

    def drop(self, table: str) -> None:  # noqa: D102
        self.folder.delete(table)


class CatalogTables:
    """Tables of a catalogue's namespace; Iceberg tables in a folder are of the folder's own one."""

    def __init__(self, namespace: Namespace, form: str, folder: Folder | None = None) -> None:
        self.namespace = namespace
        self.form = form
        self.folder = folder
        self.spark = namespace.spark
        if folder is None:
            name = formats.quoted(*namespace.parts)
            self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {name}")

    def tables(self) -> list[str]:  # noqa: D102
        return tables_in(self.folder or self.namespace)

    def columns(self, table: str) -> StructType | None:  # noqa: D102
        if self.folder is not None and (
            not self.folder.exists(table) or self.folder.format_of(table) != self.form
        ):
            return None
        if not self.spark.catalog.tableExists(self.namespace.child(table)):
            return None
        return self.namespace.read(table).schema

    def replace(self, df: DataFrame, table: str) -> None:  # noqa: D102
        writer = df.write.format(self.form).mode("overwrite").option("overwriteSchema", True)
        with other_format_aside(self.folder, table, self.form):
            writer.saveAsTable(self.namespace.child(table))

    def replace_run(self, df: DataFrame, table: str, run_id: str) -> None:  # noqa: D102
        there = self.columns(table)
        if there is None:
            self.replace(df, table)
            return
        name = self.namespace.child(table)
        new = [field for field in df.schema if field.name not in there.names]
        if new:
            added = ", ".join(f"`{f.name}` {f.dataType.simpleString()}" for f in new)
            self.spark.sql(f"ALTER TABLE {name} ADD COLUMNS ({added})")
        df.select(
            *(
                F.col(name) if name in df.columns else F.lit(None).alias(name)
                for name in [*there.names, *(field.name for field in new)]
            )
        ).writeTo(name).overwrite(F.col(RUN_ID) == run_id)

    def forget_run(self, table: str, run_id: str) -> None:  # noqa: D102
        self.spark.sql(f"DELETE FROM {self.namespace.child(table)} WHERE {RUN_ID} = '{run_id}'")

    def drop(self, table: str) -> None:  # noqa: D102
        if self.folder is not None:
            self.folder.delete(table)
        else:
            self.spark.sql(f"DROP TABLE {self.namespace.child(table)}")


@contextmanager
def other_format_aside(folder: Folder | None, table: str, form: str) -> Iterator[None]:
    """Set a table of another format aside; tables of a format replace each other in one commit."""
    if folder is None or not folder.exists(table) or folder.format_of(table) == form:
        yield
        return
    with set_aside(folder, table):
        yield


@contextmanager
def set_aside(folder: Folder, table: str) -> Iterator[None]:
    """Move a table out of the new one's way; it comes back where that fails."""
    former = Folder(folder.spark, folder.child(FORMER))
    try:
        if folder.exists(table):
            former.make()
            former.delete(table)
            folder.move_into(former, table)
            former.write_text(_moved(table), "")
        yield
    except BaseException:
        bring_back(folder)
        raise
    former.delete()


def _moved(table: str) -> str:
    """Return the name of the file that says that a table has been moved whole."""
    return f"_moved-{table}"


def bring_back(folder: Folder) -> None:
    """Put tables that were set aside into the place of those that did not get finished.

    On an object store a move is a copy and then a deletion. Where it did not end, the larger of the
    two is the whole one.
    """
    former = Folder(folder.spark, folder.child(FORMER))
    for table in former.names():
        if table.startswith("_"):
            continue
        was_moved = former.exists(_moved(table)) or not folder.exists(table)
        if was_moved or former.size(table) > folder.size(table):
            folder.delete(table)
            former.move_into(folder, table)
    former.delete()


def open_target(spark: SparkSession, output: str, form: str) -> Target:
    """Return where tables of a format are published.

    Raises:
        OutputError: Parquet tables are wanted in a namespace.
    """
    if formats.is_catalog(output):
        if form == "parquet":
            raise OutputError(f"{output}: a namespace takes output.format delta or iceberg")
        return CatalogTables(Namespace(spark, output), form)
    folder = Folder(spark, output)
    if form == "delta":
        return DeltaFolder(folder)
    if form == "parquet":
        return ParquetFolder(folder)
    catalog = formats.iceberg_catalog(spark, folder.qualified())
    return CatalogTables(Namespace(spark, formats.CATALOG + catalog), form, folder)
