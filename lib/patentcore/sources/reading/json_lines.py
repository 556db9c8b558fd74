"""JSON records: a line each, an array, an answer of an API; broken ones go to the rejects."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from patentcore.sources.reading.batches import Batches
from patentcore.sources.reading.files import Piece, pieces_of
from patentcore.sources.reading.json_records import (
    begins_answer,
    decoded,
    loaded_records,
    without_surrogates,
)
from patentcore.sources.reading.processes import read_by_python
from patentcore.sources.reading.sniffing import Look

PLACE_DDL = "file string, block long, sequence long, row long, malformed string"
# Records of a first batch; later ones are to have so many bytes.
_RECORDS_PER_BATCH = 100
_MOST_PER_BATCH = 10_000
_BYTES_PER_BATCH = 2 << 20
_CHUNK = 1 << 18
# A line that is longer is cut, and so broken.
_LONGEST = 1 << 26
# Columns of JSON take less of Python than records of XML.
_WORTH_PROCESSES = 128 << 20
# So much of a broken record is shown, and so deep what nobody reads is cut to that.
_SHOWN = 200
_DEPTH = 3

Values = list[Any]
Read = Callable[[Any], Any]


def read_json(
    spark: SparkSession, looks: Sequence[Look], schema: str, *, is_lenient: bool = False
) -> Batches:
    """Read records into the columns of a schema and those of :data:`text_records.PLACE`.

    Large files of JSON lines are read in pieces. Arrays, answers that have their records under
    ``data``, records over several lines and text in another encoding than UTF-8 are parted into
    the texts of their records first, each file by one task, as a stream.

    Args:
        spark: the session.
        looks: the files.
        schema: of a record, as DDL; ``string`` takes any value as its JSON text. What is nested
            may be given as JSON text.
        is_lenient: what is of another type is null, and does not make the record a broken one.
    """
    columns = arrow_schema(schema)
    encodings = {look.file: look.encoding for look in looks if not _is_lines(look)}
    lines = pieces_of(look.file for look in looks if look.file not in encodings)
    pieces = [*lines, *map(Piece, encodings)]

    def parse(piece: Piece) -> Iterator[pa.RecordBatch]:
        encoding = encodings.get(piece.file)
        found = _lines_of(piece) if encoding is None else documents_of(piece, encoding)
        return batches_of(piece, found, columns, is_lenient=is_lenient)

    names = f"{schema}, {PLACE_DDL}"
    return read_by_python(spark, pieces, parse, names, _WORTH_PROCESSES).spread()


@cache  # the engine is asked what a schema says
def arrow_schema(ddl: str) -> pa.Schema:
    """Translate a schema."""
    schema = StructType.fromDDL(ddl)
    assert isinstance(schema, StructType)
    return to_arrow_schema(schema)


def _is_lines(look: Look) -> bool:
    """Tell whether a file has a record a line; of the first two, one may be broken."""
    if look.encoding != "UTF-8" or look.text.lstrip()[:1] == "[" or begins_answer(look.text):
        return False
    lines = [line for line in look.text.splitlines() if line.strip()]
    if len(lines) < 2:
        return not lines or not _has_several(lines[0])
    return lines[1].startswith("{") or _is_record(lines[0])


def _has_several(line: str) -> bool:
    """Tell whether a line, which may be cut, has a record behind its first one."""
    try:
        _, end = json.JSONDecoder().raw_decode(line.lstrip())
    except (ValueError, RecursionError):
        return False
    return bool(line.lstrip()[end:].strip())


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


# --- the records of a piece: objects, or the texts of what is none -----------------------------


def _lines_of(piece: Piece) -> Iterator[dict[str, Any] | str]:
    with piece.lines() as stream:
        for line in lines_of(stream):
            text = line.lstrip(b" \t\xef\xbb\xbf")
            if not text:
                continue
            try:
                value = orjson.loads(text)
            except orjson.JSONDecodeError:
                yield from _records_in(text.decode("utf-8", errors="replace"), text)
            else:
                if isinstance(value, dict):
                    yield value
                else:
                    yield from _objects(value, text.decode())


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Return the lines of a stream without their ends, in bounded memory: long ones are cut."""
    for block in blocks_of(stream):
        yield from block.splitlines()


def blocks_of(stream: BinaryIO, size: int | None = None) -> Iterator[bytes]:
    """Return whole lines, some bytes of them at once, in bounded memory: long ones are cut."""
    rest: list[bytes] = []
    length = 0
    while chunk := stream.read(size or _CHUNK):
        whole, mark, last = chunk.rpartition(b"\n")
        if mark:
            yield b"".join([*rest, whole])
            rest, length = [last], len(last)
        elif length < _LONGEST:
            rest.append(chunk)
            length += len(chunk)
    yield b"".join(rest)


def _objects(value: object, text: str) -> Iterator[dict[str, Any] | str]:
    """Return an object, or the elements of an array; anything else is broken."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield element if isinstance(element, dict) else orjson.dumps(element).decode()
    else:
        yield text


def _records_in(text: str, raw: bytes) -> Iterator[dict[str, Any] | str]:
    """Part a line that holds several records; what is left of it is one, whole or broken."""
    decoder = json.JSONDecoder()
    is_odd, at = "\ufffd" in text, 0
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
            # What is not UTF-8 is broken, also where only fields that nobody reads are.
            if is_odd:
                raw.decode()
        except (ValueError, RecursionError):
            yield text[at:]
            return
        yield from _objects(without_surrogates(value), text[at:end])
        at = end
        while at < len(text) and text[at] in " \t\r\n":
            at += 1


def documents_of(piece: Piece, encoding: str) -> Iterator[dict[str, Any] | str]:
    """Return the records of a file in an encoding; a text in place of a record is broken."""
    with piece.open() as stream:
        yield from loaded_records(decoded(stream, encoding))


# --- objects as columns ------------------------------------------------------------------------


def batches_of(
    piece: Piece,
    found: Iterable[dict[str, Any] | str],
    columns: pa.Schema,
    *,
    is_lenient: bool = False,
) -> Iterator[pa.RecordBatch]:
    """Make columns of records; a text in place of a record is broken."""
    count, wanted = 0, _RECORDS_PER_BATCH
    read = frozenset(columns.names)
    rest = (_without_unread(record, read) for record in found)
    while some := list(itertools.islice(rest, wanted)):
        numbers = range(count + 1, count + len(some) + 1)
        count += len(some)
        arrays, broken = _columns(some, columns, is_lenient=is_lenient)
        size = sum(array.nbytes for array in arrays) // len(some) + 1
        wanted = min(max(_RECORDS_PER_BATCH, _BYTES_PER_BATCH // size), _MOST_PER_BATCH)
        arrays += [
            pa.repeat(pa.scalar(piece.file.uri), len(some)),
            pa.repeat(pa.scalar(piece.begin, pa.int64()), len(some)),
            pa.array([piece.begin + number for number in numbers], pa.int64()),
            pa.array(numbers, pa.int64()),
            pa.array(broken, pa.string()),
        ]
        names = [*columns.names, "file", "block", "sequence", "row", "malformed"]
        yield pa.RecordBatch.from_arrays(arrays, names)


def _without_unread(record: dict[str, Any] | str, read: Collection[str]) -> dict[str, Any] | str:
    """Cut what no column reads, such as descriptions: no more of it is shown were it broken."""
    if isinstance(record, str):
        return record[:_SHOWN]
    return {name: value if name in read else _cut(value, _DEPTH) for name, value in record.items()}


def _cut(value: Any, depth: int) -> Any:
    """Cut texts, lists and objects whose beginning is all that is shown.

    >>> _cut({"text": "a" * 1000, "lang": "en"}, 3) == {"text": "a" * 200, "lang": "en"}
    True
    """
    if isinstance(value, str):
        return value[:_SHOWN]
    if depth and isinstance(value, list):
        return [_cut(element, depth - 1) for element in value[:_SHOWN]]
    if depth and isinstance(value, dict):
        first = itertools.islice(value.items(), _SHOWN)
        return {name: _cut(inner, depth - 1) for name, inner in first}
    return value


def _columns(
    some: Sequence[dict[str, Any] | str], columns: pa.Schema, *, is_lenient: bool
) -> tuple[list[pa.Array], list[str | None]]:
    """Return the values by column, and the texts of broken records."""
    broken = [record if isinstance(record, str) else None for record in some]
    sound = [{} if isinstance(record, str) else record for record in some]
    given = set().union(*sound)
    try:
        return [
            _by_parts([record.get(field.name) for record in sound], field.type)
            if field.name in given
            else pa.nulls(len(sound), field.type)
            for field in columns
        ], broken
    except (_OtherType, pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        pass  # some value is of another type than its column
    readers = [(field.name, _reader(field.type)) for field in columns]
    rows = []
    for at, record in enumerate(sound):
        values: Values = []
        for name, read in readers:
            try:
                values.append(read(_nested(record.get(name), read)))
            except _OtherType:
                values.append(None)
                if not is_lenient:
                    broken[at] = orjson.dumps(record).decode()
        rows.append(values)
    return [
        _array([row[at] for row in rows], field.type) for at, field in enumerate(columns)
    ], broken


def _by_parts(values: Values, kind: pa.DataType) -> pa.Array:
    """Make an array at once, or else by its parts, down to the texts that are given as numbers.

    Raises:
        _OtherType: a value is of another type, and no text is wanted.
    """
    # Arrow takes a text for a list of its letters.
    if not _has_texts_listed(kind):
        try:
            return _array(values, kind)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            pass
    if pa.types.is_string(kind):
        return _array(list(map(_text, values)), kind)
    is_list = pa.types.is_list(kind)
    wanted = list if is_list else dict
    if not pa.types.is_nested(kind) or any(not isinstance(v, wanted | None) for v in values):
        raise _OtherType
    mask = pa.array([value is None for value in values])
    if is_list:
        ends = itertools.accumulate((len(value or ()) for value in values), initial=0)
        elements = _by_parts([one for value in values for one in value or ()], kind.value_type)
        return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), elements, kind, mask=mask)
    parts = [_by_parts([(value or {}).get(of.name) for value in values], of.type) for of in kind]
    return pa.StructArray.from_arrays(parts, fields=list(kind), mask=mask)


def _has_texts_listed(kind: pa.DataType) -> bool:
    if pa.types.is_list(kind):
        return pa.types.is_string(kind.value_type) or _has_texts_listed(kind.value_type)
    return pa.types.is_struct(kind) and any(_has_texts_listed(of.type) for of in kind)


def _array(values: Values, kind: pa.DataType) -> pa.Array:
    return _null_inside(pa.array(values, kind))


def _null_inside(array: pa.Array) -> pa.Array:
    """Let the fields of structs that are null be null, too: not every engine looks at the struct.

    Arrow leaves empty texts there.
    """
    if pa.types.is_struct(array.type):
        fields = [_null_inside(field) for field in array.flatten()]
        return pa.StructArray.from_arrays(fields, fields=list(array.type), mask=array.is_null())
    if pa.types.is_list(array.type):
        values = _null_inside(array.values)
        return pa.ListArray.from_arrays(
            array.offsets, values, type=array.type, mask=array.is_null()
        )
    return array


class _OtherType(Exception):
    """A value is of another type than its column."""


def _reader(kind: pa.DataType) -> Read:
    """Return what reads a JSON value as a type.

    The reader raises:
        _OtherType: it is of another one.
    """
    if pa.types.is_string(kind):
        return _text
    if pa.types.is_list(kind):
        of_element = _reader(kind.value_type)
        return lambda value: _each(value, of_element)
    if pa.types.is_struct(kind):
        readers = [(field.name, _reader(field.type)) for field in kind]
        return lambda value: _struct(value, readers)
    return lambda value: _simple(value, bool if pa.types.is_boolean(kind) else int)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _each(value: Any, read: Read) -> list[Any] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise _OtherType
    return [read(element) for element in value]


def _struct(value: Any, readers: Sequence[tuple[str, Read]]) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _OtherType
    return {name: read(value.get(name)) for name, read in readers}


def _simple(value: Any, kind: type) -> Any:
    if value is None or isinstance(value, kind):
        return value
    raise _OtherType


def _nested(value: Any, read: Read) -> Any:
    """Read JSON text where no text is wanted, as other warehouses export what is nested."""
    if not isinstance(value, str) or read is _text:
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
