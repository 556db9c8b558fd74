"""Tables of many small files, written anew in few before anything is replaced."""

from __future__ import annotations

import math

from pyspark.sql import DataFrame, SparkSession

from patentcore.lake.homes import read_parquet, write_parquet
from patentcore.lake.places import Place

_SMALL_FILES = 32
"""Files that a table may have beyond what its size needs before it is worth rewriting."""


def in_few_files(df: DataFrame, size: int, file_bytes: int) -> DataFrame:
    """Return the rows in as few partitions as files of the wanted size take.

    Args:
        df: the rows.
        size: their bytes.
        file_bytes: size of files to aim at; 0 leaves them.
    """
    return df.coalesce(max(1, math.ceil(size / file_bytes))) if file_bytes else df


def compact(spark: SparkSession, table: Place, file_bytes: int) -> None:
    """Write a Parquet table anew where its files are many and small."""
    files, size = table.size()
    needed = math.ceil(size / file_bytes) if file_bytes else files
    if files <= needed + _SMALL_FILES:
        return
    fewer = table.sibling("_compact") / table.name
    write_parquet(in_few_files(read_parquet(spark, table), size, file_bytes), fewer)
    replace_folder(fewer, table)


def replace_folder(new: Place, old: Place) -> None:
    """Put a folder in the place of another, both of them staged: nobody reads them yet."""
    old.delete()
    if new.store.renames_folders:
        new.store.rename(new.path, old.path)
    else:
        new.store.copy(new.path, old.path)
        new.delete()
