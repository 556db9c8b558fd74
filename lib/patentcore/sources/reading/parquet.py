"""Parquet and Arrow files as records, in which what is nested may be JSON text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
from pyspark.sql import SparkSession

from patentcore.errors import InputError
from patentcore.sources.reading import json_lines
from patentcore.sources.reading.batches import Batches
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.frames import batches_of
from patentcore.sources.reading.json_lines import PLACE_DDL, arrow_schema
from patentcore.sources.reading.sniffing import Look


def read_parquet(spark: SparkSession, looks: Sequence[Look], schema: str, needed: str) -> Batches:
    """Read records as :func:`patentcore.sources.reading.json_lines.read_json` does.

    Args:
        spark: the session.
        looks: the files.
        schema: of a record, as DDL; what is of another type is null.
        needed: the column without which a file holds another table.

    Raises:
        InputError: the files hold another table.
    """
    for look in looks:
        if needed not in look.columns:
            raise InputError(
                f"{look.file.uri} has no column {needed}; "
                f"its columns are {', '.join(look.columns[:60])}"
            )
    columns = arrow_schema(schema)

    def parse(piece: Piece) -> Iterator[pa.RecordBatch]:
        with piece.open() as stream:
            found = _rows_of(stream, columns.names)
            yield from json_lines.batches_of(piece, found, columns, is_lenient=True)

    pieces = [Piece(look.file) for look in looks]
    return Batches(spark, pieces, parse, f"{schema}, {PLACE_DDL}").spread()


def _rows_of(stream: BinaryIO, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for batch in batches_of(stream, columns):
        yield from batch.to_pylist()
