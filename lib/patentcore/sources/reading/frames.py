"""Tables that programs saved from their memory: Parquet, Arrow's own files, JSON records.

Needs no engine. Their cells are typed; here they are the text that a table of text would have.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as pa_ipc
import pyarrow.parquet as pq

from patentcore.sources.reading.delimited import Block
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.json_records import decoded, loaded_records

PARQUET_MAGIC = b"PAR1"
ARROW_MAGIC = b"ARROW1"

_ROWS_PER_BLOCK = 20_000
_RECORDS_PER_BLOCK = 5_000
_LARGEST_WHOLE = float(1 << 53)  # of the whole numbers that a float holds without a gap

Cells = Sequence[Sequence[str]]


def batches_of(
    stream: BinaryIO, columns: Collection[str] | None = None, rows: int = _ROWS_PER_BLOCK
) -> Iterator[pa.RecordBatch]:
    """Read a Parquet or Arrow file, which its first bytes tell.

    Args:
        stream: the file.
        columns: names of those that are read; all where none are named.
        rows: in a batch, at most.
    """
    file = _opened(stream)
    if isinstance(file, pq.ParquetFile):
        names = file.schema_arrow.names
        wanted = None if columns is None else [name for name in names if name in columns]
        yield from file.iter_batches(rows, columns=wanted)
        return
    for at in range(file.num_record_batches):
        batch = file.get_batch(at)
        if columns is not None:
            batch = batch.select([name for name in batch.schema.names if name in columns])
        for begin in range(0, batch.num_rows, rows):
            yield batch.slice(begin, rows)


def schema_of(stream: BinaryIO) -> pa.Schema:
    """Return the columns of a Parquet or Arrow file."""
    file = _opened(stream)
    return file.schema_arrow if isinstance(file, pq.ParquetFile) else file.schema


def _opened(stream: BinaryIO) -> pq.ParquetFile | pa_ipc.RecordBatchFileReader:
    stream.seek(0)
    magic = stream.read(len(ARROW_MAGIC))
    stream.seek(0)
    is_parquet = magic.startswith(PARQUET_MAGIC)
    return pq.ParquetFile(stream) if is_parquet else pa_ipc.open_file(stream)


def rows_below_names(stream: BinaryIO, schema: pa.Schema, count: int) -> Cells:
    """Return the first rows below the names of their columns; none where values are nested."""
    if any(pa.types.is_nested(of) or pa.types.is_binary(of) for of in schema.types):
        return ()
    batch = next(batches_of(stream, rows=count), None)
    columns = [texts_of(column).to_pylist() for column in batch.columns] if batch else []
    return [schema.names, *([cell or "" for cell in row] for row in zip(*columns, strict=True))]


def texts_of(column: pa.Array) -> pa.Array:
    """Write plain values as tables of text do; days have no time, whole numbers no power of ten.

    >>> texts_of(pa.array([12, None])).to_pylist()
    ['12', None]
    >>> texts_of(pa.array([201410123456.0, 12.5])).to_pylist()
    ['201410123456', '12.5']
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_decimal(column.type) and column.type.scale:
        column = column.cast(pa.float64())  # whose text, unlike a decimal's, has no 0E-9
    if pa.types.is_timestamp(column.type):
        if column.type.tz:  # the day is that of where it was written
            column = pc.local_timestamp(column)
        texts = pc.cast(column.cast(pa.timestamp("s"), safe=False), pa.string())
        return pc.replace_substring(texts, " 00:00:00", "")
    if not pa.types.is_floating(column.type):
        return column.cast(pa.string())
    finite = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    is_whole = pc.and_(pc.equal(pc.floor(finite), finite), pc.less(pc.abs(finite), _LARGEST_WHOLE))
    whole = pc.if_else(is_whole, finite, pa.scalar(None, column.type)).cast(pa.int64())
    return pc.coalesce(whole.cast(pa.string()), finite.cast(pa.string()))


# --- JSON records whose values are plain, as a data frame is saved -----------------------------


def plain_records(text: str) -> list[dict[str, Any]]:
    """Return the records that a text begins with; none where one holds lists or objects.

    >>> plain_records('[{"a": 1}, {"a": null, "b": "x"}, {"a": ')
    [{'a': 1}, {'a': None, 'b': 'x'}]
    >>> plain_records('{"a": [1]}')
    []
    """
    found = []
    for record in loaded_records([text]):
        if isinstance(record, str):
            continue
        if not is_plain(record):
            return []
        found.append(record)
    return found


def is_plain(record: Mapping[str, Any]) -> bool:
    """Tell that no value is a list or an object."""
    return not any(isinstance(value, (list, dict)) for value in record.values())


def names_in(found: Iterable[Mapping[str, Any] | str]) -> list[str]:
    """Return the names of values in the order in which records have them.

    >>> names_in([{"a": 1}, {"b": 1, "a": 2}])
    ['a', 'b']
    """
    sound = (record for record in found if not isinstance(record, str))
    return list(dict.fromkeys(itertools.chain.from_iterable(sound)))


def text_of(value: object) -> str | None:
    """Write a plain value of JSON as tables of text do.

    >>> text_of(12.0), text_of("12"), text_of(True), text_of(None)
    ('12', '12', 'true', None)
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_WHOLE else str(value)


# --- their rows --------------------------------------------------------------------------------


def read_rows_of_frame(piece: Piece, encoding: str, names: Sequence[str]) -> Iterator[Block]:
    """Read the rows of a Parquet or Arrow file, or the JSON records of a text.

    Args:
        piece: the file.
        encoding: of the text; empty of a file of columns.
        names: of the columns.
    """
    with piece.open() as stream:
        yield from _of_records(stream, encoding, names) if encoding else _of_columns(stream)


def _of_columns(stream: BinaryIO) -> Iterator[Block]:
    """Return rows numbered from 2, as below a header."""
    number = 2
    for batch in batches_of(stream):
        numbers = np.arange(number, number + batch.num_rows, dtype=np.int64)
        number += batch.num_rows
        yield Block(numbers, [texts_of(column) for column in batch.columns])


def _of_records(stream: BinaryIO, encoding: str, names: Sequence[str]) -> Iterator[Block]:
    """Return records of plain values, numbered from 1, as the cells of these names.

    What is no such record, or has other names, does not fit.
    """
    known = frozenset(names)
    numbered = enumerate(loaded_records(decoded(stream, encoding)), start=1)
    while some := list(itertools.islice(numbered, _RECORDS_PER_BLOCK)):
        sound: list[tuple[int, Mapping[str, Any]]] = []
        misfits: list[tuple[int, str]] = []
        for number, record in some:
            if isinstance(record, str):
                misfits.append((number, record))
            elif is_plain(record) and known.issuperset(record):
                sound.append((number, record))
            else:
                misfits.append((number, json.dumps(record, ensure_ascii=False)))
        cells = [
            pa.array([text_of(record.get(name)) for _, record in sound], pa.string())
            for name in names
        ]
        yield Block(np.array([number for number, _ in sound], np.int64), cells, misfits)
