"""JSON records: a line each, an array, or an answer of an API; broken ones go to the rejects."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.errors import InputError
from patentcore.sources import plain
from patentcore.sources.looks import Look

_ARRAY_OR_ANSWER = r'\s*(?:\[|\{[^\[]{0,500}"data"\s*:\s*\[)'


def read_json(spark: SparkSession, looks: Sequence[Look], schema: str) -> DataFrame:
    """Read records into the columns of a schema and those of :data:`plain.PLACE`.

    Files of JSON lines are read in parallel pieces; an array, a record over several lines and an
    answer that has its records under ``data`` are read by one task. In a schema, ``string`` takes
    a nested value as its JSON text.

    Raises:
        InputError: a file is in UTF-16, of which Spark would lose the first record.
    """
    groups: dict[tuple[bool, str], list[Look]] = {}
    for look in looks:
        groups.setdefault((_is_one_document(look.text), look.encoding), []).append(look)
    frames = [
        _read(spark, group, schema, is_document) for (is_document, _), group in groups.items()
    ]
    return plain.numbered(reduce(DataFrame.unionByName, frames))


def _is_one_document(text: str) -> bool:
    """Tell whether a file is an array, an answer, or one object over several lines.

    Of two lines of records, one may be broken.
    """
    if re.match(_ARRAY_OR_ANSWER, text):
        return True
    lines = [line.strip() for line in text.splitlines() if line.strip()][:2]
    is_open = len(lines) == 2 and lines[0].endswith(("{", "[", ","))
    return is_open and not any(map(_is_record, lines))


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _read(spark: SparkSession, looks: Sequence[Look], schema: str, is_document: bool) -> DataFrame:
    encoding = looks[0].encoding
    if encoding.startswith("UTF-16"):
        raise InputError(f"{looks[0].file.uri} is JSON in UTF-16; save it as UTF-8")
    if encoding == "GB18030":
        # Spark 4 knows more encodings than it lets through unless told so.
        spark.conf.set("spark.sql.legacy.javaCharsets", "true")
    answer = f", data array<struct<{schema}>>" if is_document else ""
    rows = (
        spark.read.schema(f"{schema}, malformed string{answer}")
        .options(
            mode="PERMISSIVE",
            columnNameOfCorruptRecord="malformed",
            multiLine=str(is_document).lower(),
            encoding=encoding,
            # Spark finds the ends of lines by itself in UTF-8 alone.
            **({} if is_document or encoding == "UTF-8" else {"lineSep": "\n"}),
        )
        .json([look.file.path for look in looks])
    )
    placed = rows.select(
        "*",
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("block"),
        F.lit(0).alias("header_row"),
    )
    return _answered(placed) if is_document else placed


def _answered(rows: DataFrame) -> DataFrame:
    """Put the records of an answer in the place of the answer itself."""
    own = [name for name in rows.columns if name != "data"]
    record = [name for name in own if name not in plain.PLACE]
    itself = F.array(F.struct(*record))
    return (
        rows.withColumn("record", F.explode(F.coalesce("data", itself)))
        .select(*(name for name in own if name in plain.PLACE), "record.*")
        .select(*own)
    )
