"""The first sheet of Excel workbooks as rows of text. Needs no engine."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from patentcore.errors import InputError

_Cell = tuple[int, int]
_Range = tuple[int, int, int]  # first row, first and last column from 0
# A formula that no program has computed has no value beside it.
_FORMULA = re.compile(
    rb'<c\b[^>]*\br="([A-Z]+)([0-9]+)"[^>]*>\s*<f\b[^>]*>([^<]*)</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_HEAD = 1 << 14
_MOST_CELLS = 100_000_000


def sheet_rows(
    content: bytes, name: str, limit: int | None = None
) -> Iterator[tuple[int, list[str | None]]]:
    """Yield number and cells of each row of the first sheet that is not blank.

    A merged cell's value stands in every cell that it covers. A formula gives the value that was
    saved with it; without one, its own text, which begins with ``=``.

    Args:
        content: the file.
        name: of the file, for messages.
        limit: rows to read at most.

    Raises:
        InputError: the file is no workbook, or a damaged one, or its cells lie too far apart.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        # The old format keeps a formula's value only.
        xml = _first_xml(content) if content.startswith(b"PK") else b""
        _refuse_far_cells(xml, name)
        sheet = book.get_sheet_by_name(_first_sheet(book))
        formulas = _formulas(xml)
    except (python_calamine.CalamineError, zipfile.BadZipFile, KeyError, IndexError) as error:
        what = (
            "is a zip archive with no workbook that can be read"
            if content.startswith(b"PK")
            else "is damaged, locked with a password or no workbook; save it as .xlsx or .csv"
        )
        raise InputError(f"{name} {what}") from error
    merged = _merged_by_row(sheet.merged_cell_ranges or ())
    anchors: dict[_Range, str | None] = {}
    left = sheet.start[1] if sheet.start else 0
    found = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if found == limit:
            return
        cells = [None] * left + [_cell_text(value) for value in values]
        for at, text in formulas.get(number, {}).items():
            cells += [None] * (at + 1 - len(cells))
            cells[at] = cells[at] or text
        _fill_merged(number, cells, merged.get(number, ()), anchors)
        if any(cells):
            found += 1
            yield number, cells


def _first_sheet(book: Any) -> str:
    """Return the name of the first sheet that holds cells."""
    import python_calamine

    sheets = book.sheets_metadata
    cells = [sheet for sheet in sheets if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
    return str((cells or sheets)[0].name)


def _first_xml(content: bytes) -> bytes:
    """Return what stands for the first sheet in a workbook of the present format."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n)]
        return archive.read(_path_of_first(archive, sheets)) if sheets else b""


def _refuse_far_cells(xml: bytes, name: str) -> None:
    """Refuse a sheet whose last cell is so far that the empty ones would fill the memory."""
    extent = re.search(rb'<dimension\b[^>]*\bref="[A-Z]+[0-9]+:([A-Z]+)([0-9]+)"', xml[:_HEAD])
    if extent and (_column(extent[1]) + 1) * int(extent[2]) > _MOST_CELLS:
        raise InputError(
            f"{name} has cells as far as {(extent[1] + extent[2]).decode()}, with too many empty "
            "ones in between to be read; delete what is far out, or save it as .csv"
        )


def _column(letters: bytes) -> int:
    """Return the place of a column from 0."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return column - 1


def _formulas(xml: bytes) -> dict[int, dict[int, str]]:
    """Return the formulas without a value by row and, from 0, column."""
    found: dict[int, dict[int, str]] = {}
    if b"<f" in xml:
        for letters, row, text in _FORMULA.findall(xml):
            found.setdefault(int(row), {})[_column(letters)] = "=" + html.unescape(text.decode())
    return found


def _path_of_first(archive: zipfile.ZipFile, sheets: Sequence[str]) -> str:
    """Return where the first sheet stands: as the workbook says, else by name."""
    book = archive.read("xl/workbook.xml")
    first = re.search(rb'<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"', book)
    links = re.findall(rb"<Relationship\b[^>]*>", archive.read("xl/_rels/workbook.xml.rels"))
    for link in links:
        target = re.search(rb'\bTarget="/?(?:xl/)?([^"]+)"', link)
        if first and target and b'Id="' + first[1] + b'"' in link:
            return f"xl/{target[1].decode()}"
    return sorted(sheets)[0]


def _merged_by_row(ranges: Sequence[tuple[_Cell, _Cell]]) -> dict[int, list[_Range]]:
    """Return the merged ranges by each row that they cover."""
    found: dict[int, list[_Range]] = {}
    for (first_row, first), (last_row, last) in ranges:
        for row in range(first_row + 1, last_row + 2):
            found.setdefault(row, []).append((first_row + 1, first, last))
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
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
