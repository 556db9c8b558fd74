"""JSON records: a line each, or an array; a broken record goes to the rejects as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources import plain
from patentcore.sources.looks import Look


def read_json(spark: SparkSession, looks: Sequence[Look], schema: str) -> DataFrame:
    """Read records into the columns of a schema and those of :data:`plain.PLACE`.

    Files of JSON lines are read in parallel pieces; an array is read by one task, as a stream. In
    a schema, ``string`` takes a nested value as its JSON text.
    """
    arrays = [look for look in looks if look.text.lstrip().startswith("[")]
    lines = [look for look in looks if look not in arrays]
    frames = [
        _read(spark, group, schema, is_array)
        for group, is_array in ((lines, False), (arrays, True))
        if group
    ]
    return plain.numbered(reduce(DataFrame.unionByName, frames))


def _read(spark: SparkSession, looks: Sequence[Look], schema: str, is_array: bool) -> DataFrame:
    rows = (
        spark.read.schema(f"{schema}, malformed string")
        .options(
            mode="PERMISSIVE",
            columnNameOfCorruptRecord="malformed",
            multiLine=str(is_array).lower(),
            encoding=looks[0].encoding,
        )
        .json([look.file.path for look in looks])
    )
    return rows.select(
        "*",
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("block"),
        F.lit(0).alias("header_row"),
    )
