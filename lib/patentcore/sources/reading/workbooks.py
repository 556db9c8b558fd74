"""The first sheet of XLSX workbooks as rows of text, read on the executors."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.reading.files import File

if TYPE_CHECKING:
    import pyarrow as pa

FILE, ROW, CELLS = "_file", "_row", "cells"
_ROWS_PER_BATCH = 2_000

_Rows = list[tuple[int, list[str | None]]]


def first_rows(
    spark: SparkSession, files: Sequence[File], count: int
) -> dict[File, list[list[str]]]:
    """Return the first rows of each workbook that are not blank; none of what is no workbook."""
    by_path: dict[str, list[tuple[int, list[str]]]] = {}
    for path, number, cells in read_sheets(spark, files, limit=count).collect():
        by_path.setdefault(_plain(path), []).append((number, [cell or "" for cell in cells]))
    return {
        file: [cells for _, cells in sorted(by_path.get(_plain(file.uri), []))] for file in files
    }


def _plain(uri: str) -> str:
    """Write a URI so that ``file:/x`` and ``file:///x`` are the same."""
    return uri.replace("///", "/")


def read_sheets(
    spark: SparkSession, files: Sequence[File], *, skip: int = 0, limit: int | None = None
) -> DataFrame:
    """Read rows ``_file``, ``_row``, ``cells``, a workbook to a task; blank rows are left out."""

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for path, content in zip(batch["path"], batch["content"], strict=True):
                yield from _batches(path.as_py(), content.as_py(), skip, limit)

    workbooks = (
        spark.read.format("binaryFile")
        .load([file.path for file in files])
        .select("path", "content")
        .repartition(len(files))
    )
    return workbooks.mapInArrow(read, f"{FILE} string, {ROW} long, {CELLS} array<string>")


def _batches(path: str, content: bytes, skip: int, limit: int | None) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    schema = pa.schema([(FILE, pa.string()), (ROW, pa.int64()), (CELLS, pa.list_(pa.string()))])

    def as_batch(rows: _Rows) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays(
            [
                pa.array([path] * len(rows), pa.string()),
                pa.array([number for number, _ in rows], pa.int64()),
                pa.array([cells for _, cells in rows], pa.list_(pa.string())),
            ],
            schema=schema,
        )

    pending: _Rows = []
    for index, row in enumerate(_sheet_rows(content)):
        if limit is not None and index >= limit:
            break
        if index < skip:
            continue
        pending.append(row)
        if len(pending) >= _ROWS_PER_BATCH:
            yield as_batch(pending)
            pending = []
    if pending:
        yield as_batch(pending)


def _sheet_rows(content: bytes) -> Iterator[tuple[int, list[str | None]]]:
    """Yield number and cells of each row of the first sheet that is not blank.

    A merged cell's value stands in every cell that it covers. A formula gives the value that was
    saved with it; without one, its own text, which begins with ``=``.
    """
    import zipfile

    import openpyxl

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        xml = _sheet_xml(content, workbook)
        formulas = (
            openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            if b"<f" in xml and re.search(rb"<f[ >/]", xml)
            else None
        )
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return
    merged = _merged_ranges(xml)
    rows = zip(_values(workbook), _values(formulas) if formulas else _nothing(), strict=False)
    anchors: dict[_Range, str | None] = {}
    for number, (values, texts) in enumerate(rows, start=1):
        cells = [_cell_text(value) for value in values]
        for at, text in enumerate(texts):
            if at < len(cells) and cells[at] is None and isinstance(text, str) and text[:1] == "=":
                cells[at] = text
        _fill_merged(number, cells, merged.get(number, ()), anchors)
        if any(cells):
            yield number, cells


def _values(workbook: Any) -> Iterator[tuple[object, ...]]:
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()  # what the file claims is often wrong
    yield from sheet.iter_rows(values_only=True)


def _nothing() -> Iterator[tuple[object, ...]]:
    while True:
        yield ()


def _sheet_xml(content: bytes, workbook: Any) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(workbook.worksheets[0]._worksheet_path)


_Range = tuple[int, int, int]  # first row, first and last column from 0


def _merged_ranges(xml: bytes) -> dict[int, list[_Range]]:
    """Return the merged ranges by each row that they cover."""
    from openpyxl.utils.cell import range_boundaries

    found: dict[int, list[_Range]] = {}
    for match in re.finditer(rb'<mergeCell\b[^>]*\bref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"', xml):
        first_column, first_row, last_column, last_row = range_boundaries(match[1].decode())
        for row in range(first_row, last_row + 1):
            found.setdefault(row, []).append((first_row, first_column - 1, last_column - 1))
    return found


def _fill_merged(
    number: int,
    cells: list[str | None],
    merged: Sequence[_Range],
    anchors: dict[_Range, str | None],
) -> None:
    for index in merged:
        first_row, first, last = index
        if number == first_row:
            anchors[index] = cells[first] if first < len(cells) else None
        if len(cells) <= last:
            cells.extend([None] * (last + 1 - len(cells)))
        cells[first : last + 1] = [anchors.get(index)] * (last + 1 - first)


def _cell_text(value: object) -> str | None:
    import datetime as dt

    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
