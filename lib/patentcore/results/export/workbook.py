"""A result as a workbook: a sheet a table, written row by row, within Excel's limits."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from patentcore.lake.results import Result
from patentcore.results.export.cells import JOINED, text_of
from patentcore.results.export.tables import Described, content_of
from patentcore.words.safety import without_controls, without_formula

MOST_ROWS = 1_048_576
"""Rows of a sheet, the header among them."""
MOST_CHARACTERS = 32_767
"""Characters of a cell, in the units of UTF-16."""
LONG = "Long texts"
README = "README"

_MOST_SHEET_NAME = 31
_EXACT = 2**53
_FIRST_DAY = dt.date(1900, 3, 1)  # Excel believes in a 29 February 1900
_POINTER = " … [whole in sheet Long texts]"


def write_workbook(
    result: Result,
    tables: Sequence[str],
    path: Path,
    *,
    about: Sequence[tuple[str, str]] = (),
    most_rows: int = MOST_ROWS,
) -> None:
    """Write one workbook; nothing is cut without the whole standing elsewhere in it.

    A table of more rows than a sheet has goes on in a further sheet, a text of more characters
    than a cell holds stands in pieces in the sheet ``Long texts``.

    Args:
        result: of which tables are written.
        tables: their names.
        path: of the file.
        about: what the README says of the result, name and value.
        most_rows: of a sheet, the header among them.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        _Writer(book, most_rows).write(result, tables, about)


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, most_rows: int) -> None:
        self.book, self.most_rows = book, most_rows
        self.head = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        # What spreadsheets keep as text also after it was edited.
        self.quoted = book.add_format({"quote_prefix": True})
        self.names: set[str] = set()
        self.long: list[tuple[str, int, str, str]] = []

    def write(
        self, result: Result, tables: Sequence[str], about: Sequence[tuple[str, str]]
    ) -> None:
        readme = self._sheet(README)
        columns: list[Described] = []
        sheets: list[tuple[str, int]] = []
        for table in tables:
            content = content_of(result, table)
            columns += content.columns
            sheets += self._table(table, content.names, content.rows)
        if self.long:
            sheets += self._long_texts()
        self._readme(readme, about, sheets, columns)

    def _sheet(self, name: str) -> Worksheet:
        short = name[:_MOST_SHEET_NAME]
        assert short.lower() not in self.names  # the schema's names are short
        self.names.add(short.lower())
        return self.book.add_worksheet(short)

    def _table(
        self, table: str, names: Sequence[str], rows: Iterator[Sequence[Any]]
    ) -> list[tuple[str, int]]:
        """Write a table into as many sheets as it fills; return their names and rows."""
        sheets: list[tuple[str, int]] = []
        row = next(rows, None)
        while row is not None or not sheets:
            title = table if not sheets else f"{table} {len(sheets) + 1}"
            sheet = self._sheet(title)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(names):
                sheet.write_string(0, column, name, self.head)
            line = 0
            while row is not None and line < self.most_rows - 1:
                line += 1
                for column, value in enumerate(row):
                    self._cell(sheet, line, column, value, names[column])
                row = next(rows, None)
            sheets.append((title, line))
        return sheets

    def _cell(self, sheet: Worksheet, line: int, column: int, value: Any, name: str) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(line, column, value)
        elif isinstance(value, int | float) and is_number(value):
            sheet.write_number(line, column, value)
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            if value >= _FIRST_DAY:
                sheet.write_datetime(line, column, value, self.day)
            else:
                sheet.write_string(line, column, value.isoformat())
        elif (text := text_of(value)) is not None:
            text = without_controls(text)
            if units(text) > MOST_CHARACTERS:
                self.long.append((sheet.get_name(), line + 1, name, text))
                text = pieces(text, MOST_CHARACTERS - len(_POINTER))[0] + _POINTER
            sheet.write_string(line, column, text, self._format_of(text))

    def _format_of(self, text: str) -> Format | None:
        return self.quoted if without_formula(text) != text else None

    def _long_texts(self) -> list[tuple[str, int]]:
        rows = (
            (sheet, line, column, number, piece)
            for sheet, line, column, text in self.long
            for number, piece in enumerate(pieces(text, MOST_CHARACTERS), start=1)
        )
        return self._table(LONG, ("sheet", "row", "column", "piece", "text"), rows)

    def _readme(
        self,
        sheet: Worksheet,
        about: Sequence[tuple[str, str]],
        sheets: Sequence[tuple[str, int]],
        columns: Sequence[Described],
    ) -> None:
        rows: list[Sequence[Any]] = [
            *about,
            ("lists", JOINED),
            ("long texts", f"of more than {MOST_CHARACTERS:,} characters: whole in sheet {LONG}"),
            ("many rows", f"a table of more than {MOST_ROWS - 1:,} goes on in a further sheet"),
            (),
            ("sheet", "rows"),
            *sheets,
            (),
            ("table", "column", "type", "meaning"),
            *map(astuple, columns),
        ]
        sheet.set_column(0, 2, 24)
        sheet.set_column(3, 3, 80)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                self._cell(sheet, line, column, value, "")


def is_number(value: float) -> bool:
    """Tell whether a spreadsheet holds a number as it is; others are written as text.

    >>> is_number(1993), is_number(2**60), is_number(float("nan"))
    (True, False, False)
    """
    return math.isfinite(value) and (isinstance(value, float) or abs(value) <= _EXACT)


def units(text: str) -> int:
    """Return the length of a text as Excel counts it: characters beyond U+FFFF are two.

    >>> units("触控"), units("😀")
    (2, 2)
    """
    return len(text) + sum(c > "\uffff" for c in text) if not text.isascii() else len(text)


def pieces(text: str, most: int) -> list[str]:
    """Part a text into pieces that a cell holds.

    >>> pieces("abcde", 2), pieces("😀😀", 3)
    (['ab', 'cd', 'e'], ['😀', '😀'])
    """
    found, begin, size = [], 0, 0
    for at, character in enumerate(text):
        width = 2 if character > "\uffff" else 1
        if size + width > most:
            found.append(text[begin:at])
            begin, size = at, 0
        size += width
    return [*found, text[begin:]]
