"""Parquet files as records, in which what is nested may be JSON text, and as rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from patentcore.errors import InputError
from patentcore.sources.reading.batches import read_pieces, spread_over_cores
from patentcore.sources.reading.delimited import Block
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.json_lines import PLACE_DDL, arrow_schema, batches_of
from patentcore.sources.reading.sniffing import Look, texts_of

_ROWS_PER_BLOCK = 20_000


def read_parquet(spark: SparkSession, looks: Sequence[Look], schema: str, needed: str) -> DataFrame:
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
            yield from batches_of(piece, found, columns, is_lenient=True)

    pieces = [Piece(look.file) for look in looks]
    rows = read_pieces(spark, pieces, parse, f"{schema}, {PLACE_DDL}")
    return spread_over_cores(rows, pieces)


def _rows_of(stream: BinaryIO, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    file = pq.ParquetFile(stream)
    wanted = [name for name in file.schema_arrow.names if name in columns]
    for batch in file.iter_batches(columns=wanted):
        yield from batch.to_pylist()


def read_rows_of_parquet(piece: Piece) -> Iterator[Block]:
    """Read a table that was saved as Parquet; rows are numbered from 2, as below a header."""
    number = 2
    with piece.open() as stream:
        for batch in pq.ParquetFile(stream).iter_batches(_ROWS_PER_BLOCK):
            numbers = np.arange(number, number + batch.num_rows, dtype=np.int64)
            number += batch.num_rows
            yield Block(numbers, [texts_of(column) for column in batch.columns])
