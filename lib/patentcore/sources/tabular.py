"""Read CSV and XLSX exports of any header order and encoding into one frame of raw fields."""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from patentcore.errors import InputError
from patentcore.sources.cells import present
from patentcore.sources.files import File, find_files, read_head

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".csv.gz", ".csv.bz2", ".tsv", ".tsv.gz", ".txt", ".xlsx", ".xlsm")
Aliases = Mapping[str, Sequence[str]]

# Columns beside the raw fields.
FILE, SEQUENCE, ROW, MALFORMED, FILLED = "_file", "_sequence", "_row", "_malformed", "_filled"

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
_SPARK_ENCODINGS = {"UTF-8", "UTF-16LE", "UTF-16BE"}
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_XLSX_ROWS_PER_BATCH = 2_000


@dataclass(frozen=True)
class Layout:
    """What files must share to be read together."""

    kind: str
    header: tuple[str, ...]
    encoding: str = "UTF-8"
    delimiter: str = ","


def normal_header(header: str) -> str:
    """Fold what differs between two prints of one header: width, case, spaces.

    >>> normal_header("公开（公告）号 ") == normal_header("公开(公告)号")
    True
    """
    folded = unicodedata.normalize("NFKC", header.replace("\ufeff", "")).casefold()
    return "".join(folded.split())


def match_headers(header: Sequence[str], aliases: Aliases) -> dict[str, list[int]]:
    """Return for each field the positions of its columns, in the order of its aliases.

    >>> match_headers(["Title", "标题"], {"title": ("标题", "Title"), "abstract": ("摘要",)})
    {'title': [1, 0]}
    """
    positions = defaultdict(list)
    for position, name in enumerate(header):
        positions[normal_header(name)].append(position)
    found = {
        field: [p for name in names for p in positions.get(normal_header(name), [])]
        for field, names in aliases.items()
    }
    return {field: at for field, at in found.items() if at}


def read_rows(
    spark: SparkSession,
    paths: Sequence[str],
    aliases: Aliases,
    required: Iterable[str],
) -> DataFrame:
    """Read files into a column of raw text for each field of ``aliases``; missing is null.

    Beside them stand ``_file``, ``_sequence`` (ascending within a file), ``_row`` (the number of
    the row in its sheet; null for CSV, where it takes the file's first sequence to tell),
    ``_malformed`` (the text of a row that does not fit the header) and ``_filled`` (the fields
    for which the file has a column at all).

    Raises:
        InputError: a file is empty or unreadable, or lacks the column of a required field.
    """
    layouts = read_layouts(spark, find_files(spark, paths, SUFFIXES))
    frames = []
    for layout, files in layouts.items():
        _require(layout, files, aliases, required)
        read = _read_xlsx if layout.kind == "xlsx" else _read_csv
        frames.append(_select_fields(read(spark, layout, files), layout.header, aliases))
    # Numbered above the union: Spark would copy what is done with the rows into every branch of
    # it, were there nothing in between that may not be copied.
    rows = reduce(DataFrame.unionByName, frames)
    return rows.withColumn(SEQUENCE, F.monotonically_increasing_id())


def read_layouts(spark: SparkSession, files: Sequence[File]) -> dict[Layout, list[File]]:
    """Look into each file and group those that can be read together."""
    layouts: dict[Layout, list[File]] = defaultdict(list)
    workbooks = []
    for file in files:
        head = read_head(spark, file)
        if head.startswith(_OLE_MAGIC):
            raise InputError(f"{file.uri} is an old Excel file (.xls); save it as .xlsx or .csv")
        if head.startswith(_ZIP_MAGIC):
            workbooks.append(file)
        else:
            layouts[_csv_layout(file, head)].append(file)
    for file, header in _xlsx_headers(spark, workbooks).items():
        layouts[Layout("xlsx", header)].append(file)
    return dict(layouts)


def _csv_layout(file: File, head: bytes) -> Layout:
    encoding = _encoding(head)
    lines = io.StringIO(head.decode(encoding, errors="replace").lstrip("\ufeff"), newline="")
    text = lines.read()
    headers = {delimiter: _first_record(text, delimiter) for delimiter in (",", "\t", ";")}
    delimiter = max(headers, key=lambda candidate: len(headers[candidate]))
    if not headers[delimiter]:
        raise InputError(f"{file.uri} is empty")
    return Layout("csv", tuple(headers[delimiter]), encoding, delimiter)


def _encoding(head: bytes) -> str:
    """Return UTF-8, UTF-16 where a mark says so, or GB18030 for what is not UTF-8."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # else a character was cut by the end of the head
            return "GB18030"
    return "UTF-8"


def _first_record(text: str, delimiter: str) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return next((record for record in reader if any(cell.strip() for cell in record)), [])
    except csv.Error:
        return []


def _require(
    layout: Layout, files: Sequence[File], aliases: Aliases, required: Iterable[str]
) -> None:
    found = match_headers(layout.header, aliases)
    for field in required:
        if field not in found:
            wanted = {normal_header(name): name for name in aliases[field]}
            headers = {normal_header(name): name for name in layout.header}
            near = [
                headers[match]
                for name in wanted
                for match in difflib.get_close_matches(name, headers, n=1, cutoff=0.6)
            ]
            hint = f"; nearest: {near[0]}" if near else ""
            raise InputError(
                f"{files[0].uri} has no column {aliases[field][0]} ({field}); "
                f"its headers are {', '.join(layout.header[:60])}{hint}"
            )


def _read_csv(spark: SparkSession, layout: Layout, files: Sequence[File]) -> DataFrame:
    if layout.encoding not in _SPARK_ENCODINGS:
        # Spark 4 knows more encodings than it lets through unless told so.
        spark.conf.set("spark.sql.legacy.javaCharsets", "true")
    columns = [StructField(f"c{i}", StringType()) for i in range(len(layout.header))]
    rows = (
        spark.read.schema(StructType([*columns, StructField(MALFORMED, StringType())]))
        .option("header", "true")
        .option("multiLine", "true")
        .option("mode", "PERMISSIVE")
        .option("columnNameOfCorruptRecord", MALFORMED)
        .option("encoding", layout.encoding)
        .option("sep", layout.delimiter)
        .option("quote", '"')
        .option("escape", '"')
        .csv([file.uri for file in files])
    )
    cells = F.array(*(F.col(column.name) for column in columns))
    return rows.select(
        F.col("_metadata.file_path").alias(FILE),
        F.lit(None).cast("long").alias(ROW),
        MALFORMED,
        cells.alias("cells"),
    )


def _select_fields(rows: DataFrame, header: Sequence[str], aliases: Aliases) -> DataFrame:
    positions = match_headers(header, aliases)

    def field(name: str) -> Column:
        cells = [present(F.get("cells", F.lit(at))) for at in positions.get(name, [])]
        return F.coalesce(*cells) if cells else F.lit(None).cast("string")

    filled = F.array(*(F.lit(name) for name in positions))
    return rows.select(
        FILE,
        ROW,
        MALFORMED,
        filled.alias(FILLED),
        *(field(name).alias(name) for name in aliases),
    )


def _xlsx_headers(spark: SparkSession, files: Sequence[File]) -> dict[File, tuple[str, ...]]:
    if not files:
        return {}
    by_path = {
        row[FILE]: tuple(cell or "" for cell in row["cells"])
        for row in _xlsx_cells(spark, files, header_only=True).collect()
    }
    headers = {}
    for file in files:
        header = next((h for path, h in by_path.items() if _same_file(path, file)), None)
        if header is None:
            raise InputError(f"{file.uri} is empty or no workbook that can be read")
        headers[file] = header
    return headers


def _same_file(path: str, file: File) -> bool:
    """Compare URIs of which one may write ``file:/x`` and the other ``file:///x``."""
    return path.replace("///", "/") == file.uri.replace("///", "/")


def _read_xlsx(spark: SparkSession, layout: Layout, files: Sequence[File]) -> DataFrame:
    rows = _xlsx_cells(spark, files, header_only=False)
    return rows.select(
        FILE,
        ROW,
        F.lit(None).cast("string").alias(MALFORMED),
        "cells",
    )


def _xlsx_cells(spark: SparkSession, files: Sequence[File], *, header_only: bool) -> DataFrame:
    """Read the first sheet of each workbook on the executors, a workbook to a task."""

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for path, content in zip(batch["path"], batch["content"], strict=True):
                yield from _workbook_batches(path.as_py(), content.as_py(), header_only)

    workbooks = (
        spark.read.format("binaryFile")
        .load([file.uri for file in files])
        .select("path", "content")
        .repartition(len(files))
    )
    schema = f"{FILE} string, {ROW} long, cells array<string>"
    return workbooks.mapInArrow(read, schema)


def _workbook_batches(path: str, content: bytes, header_only: bool) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    schema = pa.schema([(FILE, pa.string()), (ROW, pa.int64()), ("cells", pa.list_(pa.string()))])

    def as_batch(rows: list[tuple[int, list[str | None]]]) -> pa.RecordBatch:
        numbers, cells = [number for number, _ in rows], [values for _, values in rows]
        return pa.RecordBatch.from_arrays(
            [
                pa.array([path] * len(rows), pa.string()),
                pa.array(numbers, pa.int64()),
                pa.array(cells, pa.list_(pa.string())),
            ],
            schema=schema,
        )

    pending: list[tuple[int, list[str | None]]] = []
    for index, row in enumerate(_sheet_rows(content)):
        if header_only != (index == 0):
            if header_only:
                break
            continue
        pending.append(row)
        if len(pending) >= _XLSX_ROWS_PER_BATCH:
            yield as_batch(pending)
            pending = []
    if pending:
        yield as_batch(pending)


def _sheet_rows(content: bytes) -> Iterator[tuple[int, list[str | None]]]:
    """Yield number and cells of each row of the first sheet that is not blank."""
    import zipfile

    import openpyxl

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()  # what the file claims is often wrong
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_cell_text(value) for value in row]
        if any(cells):
            yield number, cells


def _cell_text(value: object) -> str | None:
    import datetime as dt

    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
