"""JSON records: a line each, an array, an answer of an API; broken ones go to the rejects."""

from __future__ import annotations

import codecs
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import itemgetter, or_
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.reading.files import spread_over_cores
from patentcore.sources.reading.json_records import begins_answer, records
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.record import text_records

if TYPE_CHECKING:
    import pyarrow as pa

_RECORDS_PER_BATCH = 500
# Where two records of one line meet, unless it is inside a text, which is looked at up to so many
# such places. An expression would take as long to look for them as it takes to read the records.
_GLUED = ("}{", "} {")
_BETWEEN_GLUED = r"(?<=\})(?=\s*\{)"
_MOST_GLUED = 1000
# Files are parted here, so that no piece is long, and put together again.
_PIECE = "{"


def read_json(spark: SparkSession, looks: Sequence[Look], schema: str) -> DataFrame:
    """Read records into the columns of a schema and those of :data:`text_records.PLACE`.

    Files of JSON lines are read in parallel pieces. Arrays, answers that have their records under
    ``data``, records over several lines and text in another encoding than UTF-8 are parted into
    the texts of their records first, each file by one task, as a stream. In a schema, ``string``
    takes a nested value as its JSON text.
    """
    lines = [look for look in looks if _is_lines(look)]
    documents: dict[str, list[Look]] = {}
    for look in looks:
        if look not in lines:
            documents.setdefault(look.encoding, []).append(look)
    frames = [
        *([_read_lines(spark, lines, schema)] if lines else []),
        *(_read_documents(spark, group, schema, name) for name, group in documents.items()),
    ]
    rows = text_records.numbered(reduce(DataFrame.unionByName, frames))
    if any(not look.file.is_named_as_packed for look in lines):
        return rows  # Spark reads these in pieces
    return spread_over_cores(rows, [look.file for look in looks], "sequence")


def _is_lines(look: Look) -> bool:
    """Tell whether a file has a record a line; of the first two, one may be broken."""
    if look.encoding != "UTF-8" or look.text.lstrip()[:1] == "[" or begins_answer(look.text):
        return False
    lines = [line for line in look.text.splitlines() if line.strip()]
    return len(lines) < 2 or lines[1].startswith("{") or _is_record(lines[0])


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read_lines(spark: SparkSession, looks: Sequence[Look], schema: str) -> DataFrame:
    line = F.ltrim("value", F.lit(" \t\ufeff"))
    texts = (
        spark.read.text([look.file.path for look in looks])
        .where(line != "")
        .select(
            F.explode(_records_of(line)).alias("text"),
            F.col("_metadata.file_path").alias("file"),
            F.col("_metadata.file_block_start").alias("block"),
        )
    )
    # What is not UTF-8 is broken, also where only fields that nobody reads are.
    return _parsed(texts.withColumn("is_object", F.is_valid_utf8("text")), schema)


def _records_of(line: Column) -> Column:
    """Part a line that holds several records; any other is one, whole or broken."""
    is_glued = reduce(or_, (line.contains(mark) for mark in _GLUED))
    return (
        F.when(is_glued, _apart(F.split(line, _BETWEEN_GLUED)))
        .when(line.startswith("["), F.coalesce(F.from_json(line, "array<string>"), F.array(line)))
        .otherwise(F.array(line))
    )


def _apart(parts: Column) -> Column:
    """Put parts together again that make an object only together, as a text was parted."""

    def add(state: Column, part: Column) -> Column:
        text = F.concat(state["open"], part)
        return F.when(
            _is_object(text), _state(F.array_append(state["whole"], text), F.lit(""))
        ).otherwise(_state(state["whole"], text))

    def finish(state: Column) -> Column:
        rest = F.array_remove(F.array(state["open"]), "")
        return F.concat(state["whole"], rest)

    none = F.array().cast("array<string>")
    together = F.aggregate(parts, _state(none, F.lit("")), add, finish)
    is_plain = F.forall(parts, _is_object) | (F.size(parts) > _MOST_GLUED)
    return F.when(is_plain, parts).otherwise(together)


def _is_object(text: Column) -> Column:
    return F.json_object_keys(text).isNotNull()


def _state(whole: Column, text: Column) -> Column:
    return F.struct(whole.alias("whole"), text.alias("open"))


def _parsed(texts: DataFrame, schema: str) -> DataFrame:
    """Read the texts of records; one that is no object is a broken record.

    The schema is stated once, of a record: with what holds the records the plan would grow past
    all memory.
    """
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "malformed"}
    text = F.when(F.col("is_object"), F.col("text"))
    return (
        texts.withColumn("record", F.from_json(text, f"{schema}, malformed string", options))
        .select(
            "record.*",
            "file",
            "block",
            F.lit(0).alias("header_row"),
            F.when(F.col("record").isNull(), F.col("text")).alias("no_object"),
        )
        .withColumn("malformed", F.coalesce("malformed", "no_object"))
        .drop("no_object")
    )


def _read_documents(
    spark: SparkSession, looks: Sequence[Look], schema: str, encoding: str
) -> DataFrame:
    pieces = (
        spark.read.option("lineSep", _PIECE)
        .text([look.file.path for look in looks])
        .select(
            F.col("_metadata.file_path").alias("file"),
            F.col("_metadata.file_block_start").alias("block"),
            F.monotonically_increasing_id().alias("at"),
            F.col("value").cast("binary").alias("piece"),
        )
        .repartition("file")
        .sortWithinPartitions("file", "block", "at")
        .select("file", "piece")
    )

    def part(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        found = _texts(batches, encoding)
        while batch := list(itertools.islice(found, _RECORDS_PER_BATCH)):
            columns = [pa.array(column) for column in zip(*batch, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, ["file", "text", "is_object"])

    texts = pieces.mapInArrow(part, "file string, text string, is_object boolean")
    return _parsed(texts.withColumn("block", F.lit(0).cast("long")), schema)


def _texts(batches: Iterable[pa.RecordBatch], encoding: str) -> Iterator[tuple[str, str, bool]]:
    """Put the pieces of each file together again, and part it into its records."""
    pieces = itertools.chain.from_iterable(
        zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        for batch in batches
    )
    for file, of_file in itertools.groupby(pieces, key=itemgetter(0)):
        texts = _decoded((piece for _, piece in of_file), encoding)
        for text, is_object in records(texts):
            yield file, text, is_object


def _decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for at, piece in enumerate(pieces):
        yield decoder.decode(piece if at == 0 else _PIECE.encode() + piece)
    yield decoder.decode(b"", final=True)
