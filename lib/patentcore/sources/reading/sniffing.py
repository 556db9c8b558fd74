"""A first look at files: what the recognition of their format and their reading begin with."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

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
from patentcore.sources.reading.frames import (
    ARROW_MAGIC,
    PARQUET_MAGIC,
    names_in,
    plain_records,
    rows_below_names,
    schema_of,
    text_of,
)
from patentcore.sources.reading.json_records import decoded, loaded_records
from patentcore.sources.reading.packed import PACKED_SUFFIXES
from patentcore.sources.reading.scripts import encoding_of
from patentcore.sources.reading.workbooks import sheet_rows
from patentcore.sources.record.headers import normal_header

SUFFIXES = (
    *(
        f".{name}{packed}"
        for name in ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "xml", "sgm")
        for packed in ("", *PACKED_SUFFIXES)
    ),
    ".xlsx",
    ".xlsm",
    ".xls",
    ".parquet",
    ".feather",
    ".arrow",
)
_HEAD_RECORDS = 30
_LONGEST_HEADER = 1 << 20
# "Filing" in headers of Korean and Japanese exports.
_WORDS = {"CP949": "출원", "CP932": "出願"}

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8"),
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_GZIP_MAGIC = b"\x1f\x8b"
_DELIMITERS = (",", "\t", ";")

Records = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Look:
    """A file and its beginning.

    Attributes:
        file: the file.
        head: its first bytes, unpacked.
        sheet: the first rows of a workbook, or below their names those of a Parquet or Arrow file
            or of JSON records whose values are plain; empty for other files.
        columns: names of a Parquet or Arrow file's columns; empty for other files.
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
    def is_columnar(self) -> bool:
        """A Parquet file or one of Arrow's own (Feather)."""
        return self.head.startswith((PARQUET_MAGIC, ARROW_MAGIC))

    @property
    def is_text(self) -> bool:
        """Text of any kind."""
        return not (self.is_workbook or self.is_columnar)

    @property
    def may_be_table(self) -> bool:
        """Delimited text or a workbook; Parquet, Arrow or JSON records of plain values."""
        return bool(self.sheet) or (self.is_text and not (self.begins_json or self.begins_xml))

    @property
    def kind(self) -> str:
        """How a table is read: as csv, xlsx, json, or as columns where the file has no rows."""
        if self.is_text:
            return "json" if self.sheet else "csv"
        return "xlsx" if self.is_workbook else "columns"

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

    @property
    def is_wide(self) -> bool:
        """Text of which each letter has several bytes, so that no byte alone ends a line."""
        return self.encoding.startswith(("UTF-16", "UTF-32"))

    @cached_property
    def text(self) -> str:
        """The beginning as text, without a byte order mark."""
        return self.head.decode(self.encoding, errors="replace").lstrip("\ufeff")

    @cached_property
    def records(self) -> Mapping[str, Records]:
        """The first records that are no empty lines, by the delimiter they are read with."""
        if self.sheet or not self.is_text:
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
        return self.is_text and self.text.lstrip()[:1] in ("{", "[")

    @property
    def begins_xml(self) -> bool:
        """Whether the text begins as XML does."""
        return self.text.lstrip().startswith("<")

    def plain_lines(self) -> list[str]:
        """Return the whole lines of the head; none where it is no plain text."""
        if not self.is_text or self.begins_json or self.begins_xml:
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
        return Look(file, head, sheet=_first_rows(spark, file))
    if head.startswith((PARQUET_MAGIC, ARROW_MAGIC)):
        with told(file), with_content(spark, file).open() as stream:
            schema = schema_of(stream)
            rows = rows_below_names(stream, schema, _HEAD_RECORDS)
            return Look(file, head, rows, schema.names)
    look = Look(file, head)
    return replace(look, sheet=_rows_of_json(spark, look)) if look.begins_json else look


def _first_rows(spark: SparkSession, file: File) -> Records:
    with told(file), with_content(spark, file).open() as stream:
        rows = list(sheet_rows(stream, file.uri, limit=_HEAD_RECORDS))
    if not rows:
        raise InputError(f"{file.uri} holds no workbook with rows that can be read")
    return [[cell or "" for cell in cells] for _, cells in rows]


def _rows_of_json(spark: SparkSession, look: Look) -> Records:
    """Return the first plain records below the names of their values.

    Where records leave out what they have no value for, the whole file tells the names.
    """
    found = plain_records(look.text)
    names = names_in(found)
    if any(len(record) < len(names) for record in found):
        with told(look.file), with_content(spark, look.file).open() as stream:
            names = names_in(loaded_records(decoded(stream, look.encoding)))
    rows = [[text_of(record.get(name)) or "" for name in names] for record in found]
    return [names, *rows[:_HEAD_RECORDS]] if names else ()
