"""A first look at files: what the recognition of their format and their reading begin with."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from patentcore.errors import InputError
from patentcore.sources.reading.files import (
    HEAD_BYTES,
    File,
    find_files,
    read_head,
    told,
    with_content,
)
from patentcore.sources.reading.scripts import encoding_of
from patentcore.sources.reading.workbooks import sheet_rows
from patentcore.sources.record.headers import normal_header

SUFFIXES = (
    *(
        f".{name}{packed}"
        for name in ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "xml", "sgm")
        for packed in ("", ".gz", ".bz2")
    ),
    ".xlsx",
    ".xlsm",
    ".xls",
    ".parquet",
)
_HEAD_RECORDS = 30
_LONGEST_HEADER = 1 << 20
# "Filing" in headers of Korean and Japanese exports.
_WORDS = {"CP949": "출원", "CP932": "出願"}

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_GZIP_MAGIC = b"\x1f\x8b"
_PARQUET_MAGIC = b"PAR1"
_DELIMITERS = (",", "\t", ";")

Records = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Look:
    """A file and its beginning.

    Attributes:
        file: the file.
        head: its first bytes, unpacked.
        sheet: the first rows of a workbook, or of a Parquet file of plain values below their
            names; empty for other files.
        columns: names of a Parquet file's columns; empty for other files.
    """

    file: File
    head: bytes = field(repr=False)
    sheet: Records = ()
    columns: Sequence[str] = ()

    @property
    def is_workbook(self) -> bool:
        """An Excel workbook, of the present format or the old one."""
        return self.head.startswith((_ZIP_MAGIC, _OLE_MAGIC))

    @property
    def is_parquet(self) -> bool:
        """A Parquet file."""
        return self.head.startswith(_PARQUET_MAGIC)

    @property
    def may_be_table(self) -> bool:
        """Delimited text, a workbook, or Parquet of plain values."""
        if self.is_parquet:
            return bool(self.sheet)
        return not (self.begins_json or self.begins_xml)

    @cached_property
    def encoding(self) -> str:
        """UTF-8, UTF-16 where a mark or zero bytes say so, else what the text's script tells."""
        for mark, encoding in _BYTE_ORDER_MARKS:
            if self.head.startswith(mark):
                return encoding
        # UTF-16 has a zero byte with each Latin letter, digit and comma; other text hardly any.
        low, high = self.head[::2].count(0), self.head[1::2].count(0)
        if low + high > len(self.head) / 20 and max(low, high) > 9 * min(low, high):
            return "UTF-16LE" if high > low else "UTF-16BE"
        if _is_mostly_utf8(self.head):
            return "UTF-8"
        return _japanese_or_korean(self.head) or encoding_of(self.head)

    @cached_property
    def text(self) -> str:
        """The beginning as text, without a byte order mark."""
        return self.head.decode(self.encoding, errors="replace").lstrip("\ufeff")

    @cached_property
    def records(self) -> Mapping[str, Records]:
        """The first records that are no empty lines, by the delimiter they are read with."""
        if self.is_workbook or self.is_parquet:
            return {"": self.sheet}
        return {delimiter: _records(self.text, delimiter) for delimiter in _DELIMITERS}

    @cached_property
    def names(self) -> Mapping[str, Sequence[frozenset[str]]]:
        """The cells of the first records as headers are compared, by the same delimiters."""
        return {
            delimiter: [frozenset(map(normal_header, record)) for record in records]
            for delimiter, records in self.records.items()
        }

    @property
    def begins_json(self) -> bool:
        """Whether the text begins as JSON does."""
        return self.text.lstrip()[:1] in ("{", "[")

    @property
    def begins_xml(self) -> bool:
        """Whether the text begins as XML does."""
        return self.text.lstrip().startswith("<")

    def plain_lines(self) -> list[str]:
        """Return the whole lines of the head; none where it is no plain text."""
        if self.is_workbook or self.is_parquet or self.begins_json or self.begins_xml:
            return []
        lines = self.text.splitlines()
        return lines[:-1] if len(self.head) >= HEAD_BYTES else lines  # cut by the head's end


def _is_mostly_utf8(head: bytes) -> bool:
    """Tell whether most of the text is UTF-8: what is not is a defect of its line or of itself."""
    text = head.decode(errors="replace")
    bad = text.count("\ufffd")
    if bad == 0 or 2 * bad <= len(text) - len(text.encode("ascii", errors="ignore")):
        return True
    lines = head.splitlines()
    broken = 0
    for at, line in enumerate(lines):
        is_cut = at == len(lines) - 1 and len(head) >= HEAD_BYTES
        try:
            codecs.getincrementaldecoder("utf-8")().decode(line, final=not is_cut)
        except UnicodeDecodeError:
            broken += 1
    return 2 * broken <= sum(not line.isascii() for line in lines)


def _japanese_or_korean(head: bytes) -> str | None:
    """Tell Korean and Japanese text by words of their headers."""
    return next(
        (name for name, word in _WORDS.items() if word in head.decode(name, errors="replace")), None
    )


def _records(text: str, delimiter: str) -> Records:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[list[str]] = []
    try:
        for record in reader:
            if record:
                found.append(record)
            if len(found) == _HEAD_RECORDS:
                break
    except csv.Error:
        pass  # what was read before it is enough to look at
    return found


def look_at(spark: SparkSession, paths: Sequence[str]) -> list[Look]:
    """Look into the files that are named and those inside named folders.

    Raises:
        InputError: nothing is there, or a file cannot be opened.
    """
    return look_into(spark, find_files(spark, paths, SUFFIXES))


def look_into(spark: SparkSession, files: Sequence[File]) -> list[Look]:
    """Look into these files."""
    return [_look(spark, file, _head(spark, file)) for file in files]


def _head(spark: SparkSession, file: File) -> bytes:
    """Return the first bytes of a file, with the whole header of a table of many columns."""
    head = read_head(spark, file)
    is_line = len(head) >= HEAD_BYTES and b"\n" not in head and b"\r" not in head
    if is_line and head.lstrip(b"\xef\xbb\xbf \t")[:1] not in (b"{", b"[", b"<"):
        return read_head(spark, file, _LONGEST_HEADER)
    return head


def _look(spark: SparkSession, file: File, head: bytes) -> Look:
    if head.startswith(_OLE_MAGIC):
        return Look(file, head, sheet=_first_rows(spark, file))
    if head.startswith(_GZIP_MAGIC):
        raise InputError(f"{file.uri} is packed with gzip; its name must end in .gz")
    if head.startswith(_ZIP_MAGIC):
        if file.name.lower().endswith(".zip"):
            raise InputError(f"{file.uri} is a zip archive; unpack it, or pack its file as .gz")
        return Look(file, head, sheet=_first_rows(spark, file))
    if head.startswith(_PARQUET_MAGIC):
        with told(file), with_content(spark, file).open() as stream:
            table = pq.ParquetFile(stream)
            return Look(file, head, _rows_below_names(table), table.schema_arrow.names)
    return Look(file, head)


def _first_rows(spark: SparkSession, file: File) -> Records:
    with told(file), with_content(spark, file).open() as stream:
        rows = list(sheet_rows(stream, file.uri, limit=_HEAD_RECORDS))
    if not rows:
        raise InputError(f"{file.uri} holds no workbook with rows that can be read")
    return [[cell or "" for cell in cells] for _, cells in rows]


def _rows_below_names(table: pq.ParquetFile) -> Records:
    schema = table.schema_arrow
    if any(pa.types.is_nested(of) or pa.types.is_binary(of) for of in schema.types):
        return ()
    batch = next(table.iter_batches(_HEAD_RECORDS), None)
    columns = [texts_of(column).to_pylist() for column in batch.columns] if batch else []
    return [schema.names, *([cell or "" for cell in row] for row in zip(*columns, strict=True))]


def texts_of(column: pa.Array) -> pa.Array:
    """Write plain values as tables of text do; days have no time.

    >>> texts_of(pa.array([12, None])).to_pylist()
    ['12', None]
    """
    if pa.types.is_timestamp(column.type):
        texts = pc.cast(column.cast(pa.timestamp("s"), safe=False), pa.string())
        return pc.replace_substring(texts, " 00:00:00", "")
    return column.cast(pa.string())
