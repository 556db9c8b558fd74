"""The table of an Excel workbook as rows of text, in a process of its own.

What reads workbooks ends the whole process where one is damaged, and takes the memory that one
asks for. So it runs here, within bounds; :mod:`patentcore.sources.reading.workbooks` starts it with
this text and nothing else of the package.
"""

from __future__ import annotations

import datetime as dt
import html
import itertools
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

_Cell = tuple[int, int]
_Row = tuple[int, list[str | None]]
_Range = tuple[int, int, int, int]  # its place, last row, first and last column from 0
# A formula that no program has computed has no value beside it.
_FORMULA = re.compile(
    rb'<c\b[^>]*\br="([A-Z]+)([0-9]+)"[^>]*>\s*<f\b[^>]*>([^<]*)</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_HEAD = 1 << 14
_CHUNK = 1 << 20
_MOST_CELLS = 100_000_000
_MOST_MERGED = 10_000_000
_ROWS_AT_ONCE = 500
_ROWS_LOOKED_AT = 30
_END_OF_CELL = b"</c>"
_DAMAGED = "is damaged, locked with a password or no workbook; save it as .xlsx or .csv"
_DAMAGED_PARTS = "is a damaged workbook; open it in a spreadsheet and save it again"
_NO_BOOK = "is a zip archive with no workbook that can be read"


class Refused(Exception):
    """A workbook cannot be read; the message goes on behind its name."""


def rows_of(stream: BinaryIO, limit: int | None = None) -> Iterator[_Row]:
    """Yield number and cells of each row of a workbook's table that is not blank.

    It is the first visible sheet of several columns, else the first with any cell; sheets behind it
    that begin with the same row go on with it, and their rows are counted on. A merged cell's value
    stands in every cell that it covers. A formula gives the value that was saved with it; without
    one, its own text, which begins with ``=``.

    Args:
        stream: the file.
        limit: rows to read at most.

    Raises:
        Refused: the file is no workbook, or a damaged one, or its cells lie too far apart.
    """
    return itertools.islice(_all_rows(_Book(stream)), limit)


def _all_rows(book: _Book) -> Iterator[_Row]:
    rows, others = _table_of(book)
    first: list[str | None] | None = None
    last = 0
    for number, cells in rows:
        first = cells if first is None else first
        last = number
        yield number, cells
    for name in others:
        rows, before = book.rows(name), last
        if next(rows, (0, None))[1] != first:
            continue
        for number, cells in rows:
            last = before + number
            yield last, cells


def _table_of(book: _Book) -> tuple[Iterator[_Row], Sequence[str]]:
    """Return the rows of the sheet that holds the table, and the names of those behind it."""
    for at, name in enumerate(book.names):
        rows = book.rows(name)
        head = list(itertools.islice(rows, _ROWS_LOOKED_AT))
        if any(sum(map(bool, cells)) > 1 for _, cells in head):
            return itertools.chain(head, rows), book.names[at + 1 :]
    lists = (book.rows(name) for name in book.names)
    found = ((first, rows) for rows in lists if (first := next(rows, None)))
    first, rows = next(found, (None, iter(())))
    return itertools.chain([first] if first else [], rows), ()


class _Book:
    """A workbook, of which sheets are read one by one.

    Attributes:
        names: of its visible sheets of cells; of all of them where none is.
    """

    def __init__(self, stream: BinaryIO) -> None:
        import python_calamine

        self._stream = stream
        self._is_zip = stream.read(2) == b"PK"
        stream.seek(0)
        with self._told():
            self._book = python_calamine.CalamineWorkbook.from_filelike(stream)
            sheets = self._book.sheets_metadata
            of_cells = [s for s in sheets if s.typ == python_calamine.SheetTypeEnum.WorkSheet]
            is_shown = python_calamine.SheetVisibleEnum.Visible
            shown = [sheet for sheet in of_cells if sheet.visible == is_shown]
            self.names = [sheet.name for sheet in shown or of_cells or sheets[:1]]

    def rows(self, name: str) -> Iterator[_Row]:
        """Yield the rows of a sheet that are not blank."""
        with self._told():
            # The old format keeps a formula's value only.
            formulas = _formulas_of(self._stream, name) if self._is_zip else {}
            sheet = self._book.get_sheet_by_name(name)
        merged = _Merged(sheet.merged_cell_ranges or (), sheet.end[0] + 1 if sheet.end else 0)
        left = sheet.start[1] if sheet.start else 0
        for number, values in enumerate(sheet.iter_rows(), start=1):
            cells = [None] * left + [_cell_text(value) for value in values]
            for at, text in formulas.get(number, {}).items():
                cells += [None] * (at + 1 - len(cells))
                cells[at] = cells[at] or text
            merged.fill(number, cells)
            if any(cells):
                yield number, cells

    @contextmanager
    def _told(self) -> Iterator[None]:
        import python_calamine

        try:
            yield
        except (python_calamine.CalamineError, zipfile.BadZipFile, KeyError, IndexError) as error:
            raise Refused(_reason(self._stream) if self._is_zip else _DAMAGED) from error


def _reason(stream: BinaryIO) -> str:
    """Say why a zip archive is no workbook that can be read."""
    try:
        with zipfile.ZipFile(stream) as archive:
            is_book = "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        is_book = False
    return _DAMAGED_PARTS if is_book else _NO_BOOK


def _formulas_of(stream: BinaryIO, name: str) -> dict[int, dict[int, str]]:
    """Return the formulas without a value of a sheet by row and, from 0, column."""
    found: dict[int, dict[int, str]] = {}
    with zipfile.ZipFile(stream) as archive:
        sheets = [n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n)]
        if not sheets:
            return found
        with archive.open(_path_of(name, archive, sheets)) as xml:
            rest = xml.read(_HEAD)
            _refuse_far_cells(rest)
            while chunk := xml.read(_CHUNK):
                text = rest + chunk
                at = text.rfind(_END_OF_CELL)
                cut = at + len(_END_OF_CELL) if at >= 0 else 0
                _add_formulas(text[:cut], found)
                rest = text[max(cut, len(text) - _CHUNK) :]
            _add_formulas(rest, found)
    return found


def _add_formulas(xml: bytes, found: dict[int, dict[int, str]]) -> None:
    if b"<f" in xml:
        for letters, row, text in _FORMULA.findall(xml):
            found.setdefault(int(row), {})[_column(letters)] = "=" + html.unescape(text.decode())


def _refuse_far_cells(xml: bytes) -> None:
    """Refuse a sheet whose last cell is so far that the empty ones would fill the memory."""
    extent = re.search(rb'<dimension\b[^>]*\bref="[A-Z]+[0-9]+:([A-Z]+)([0-9]+)"', xml)
    if extent and (_column(extent[1]) + 1) * int(extent[2]) > _MOST_CELLS:
        raise Refused(
            f"has cells as far as {(extent[1] + extent[2]).decode()}, with too many empty ones "
            "in between to be read; delete what is far out, or save it as .csv"
        )


def _column(letters: bytes) -> int:
    """Return the place of a column from 0."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return column - 1


def _path_of(name: str, archive: zipfile.ZipFile, sheets: Sequence[str]) -> str:
    """Return where a sheet stands: as the workbook says, else the first by name."""
    book = archive.read("xl/workbook.xml")
    named = b"".join(
        tag
        for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", book)
        if (found := re.search(rb'\bname="([^"]*)"', tag))
        and html.unescape(found[1].decode("utf-8", errors="replace")) == name
    )
    place = re.search(rb'\br:id="([^"]+)"', named)
    links = re.findall(rb"<Relationship\b[^>]*>", archive.read("xl/_rels/workbook.xml.rels"))
    for link in links:
        target = re.search(rb'\bTarget="/?(?:xl/)?([^"]+)"', link)
        if place and target and b'Id="' + place[1] + b'"' in link:
            return f"xl/{target[1].decode()}"
    return sorted(sheets)[0]


class _Merged:
    """Merged cells, whose value stands in every cell that they cover."""

    def __init__(self, ranges: Sequence[tuple[_Cell, _Cell]], height: int) -> None:
        self._beginning: dict[int, list[_Range]] = {}
        covered = 0
        for at, ((first_row, first), (last_row, last)) in enumerate(ranges):
            covered += max(0, min(last_row + 1, height) - first_row) * (last + 1 - first)
            self._beginning.setdefault(first_row + 1, []).append((at, last_row + 1, first, last))
        if covered > _MOST_MERGED:
            raise Refused(
                f"has merged cells that cover {covered:,} cells; part them, or save it as .csv"
            )
        self._here: list[_Range] = []
        self._values: dict[int, str | None] = {}

    def fill(self, number: int, cells: list[str | None]) -> None:
        """Fill the merged cells of a row; rows come in their order."""
        begun = self._beginning.pop(number, [])
        self._here = sorted([one for one in self._here if one[1] >= number] + begun)
        for at, _, first, last in self._here:
            if at not in self._values:
                self._values[at] = cells[first] if first < len(cells) else None
            if len(cells) <= last:
                cells.extend([None] * (last + 1 - len(cells)))
            cells[first : last + 1] = [self._values[at]] * (last + 1 - first)


def _cell_text(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# --- the process ---------------------------------------------------------------------------------


def main() -> None:
    """Write the rows of the workbook on stdin to stdout, some a line, as JSON; a text at the end.

    Arguments are where modules are found, rows to read at most, bytes of memory and seconds of
    the processor. The text is why the workbook is refused; empty where all its rows were read.
    """
    sys.path[:], limit, memory, seconds = map(json.loads, sys.argv[1:])
    _keep_within(memory, seconds)
    import orjson

    end = ""
    try:
        rows = rows_of(sys.stdin.buffer, limit)
        while some := list(itertools.islice(rows, _ROWS_AT_ONCE)):
            sys.stdout.buffer.write(orjson.dumps(some) + b"\n")
    except Refused as error:
        end = str(error)
    sys.stdout.buffer.write(orjson.dumps(end) + b"\n")


def _keep_within(memory: int, seconds: int) -> None:
    """Let this process end where it takes more; not every system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass


if __name__ == "__main__":
    main()
