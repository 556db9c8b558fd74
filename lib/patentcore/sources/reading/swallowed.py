"""Rows inside a record of delimited text, which an open quotation mark made one of several."""

from __future__ import annotations

import csv
import itertools
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from patentcore.sources.record.numbers import clean_number

# With fewer columns, a line of a text may look like a row by chance.
LEAST_WIDTH_TO_RECOVER = 3
LINE_BREAK = re.compile("\r\n|\r|\n")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
# A row of cells, line breaks in quotation marks being text; a mark that is not closed ends with
# its line.
_ROW = re.compile(r'(?:[^"\r\n]++|"[^"]*+"|"[^\r\n]*+)++')


@dataclass(frozen=True)
class Form:
    """How a text is delimited.

    Attributes:
        width: cells of a row.
        delimiter: between cells.
        keys: cells that hold publication numbers, by which rows are told from lines of a text.
        is_lines: no cell breaks over lines.
    """

    width: int
    delimiter: str = ","
    keys: tuple[int, ...] = ()
    is_lines: bool = False


@dataclass
class Row:
    """A record that was read by itself: its cells, or its text where they do not fit."""

    cells: list[str] | None
    text: str = ""


def rows_in(text: str, form: Form, tried: int | None = None) -> list[Row] | None:
    """Part a record into its lines where an open quotation mark made several rows one.

    That shows by lines inside it that are rows themselves: as many cells as the header, and
    numbers in the columns ``keys``, which a line of a text would have by the rarest chance. The
    lines that are none, the one with the open mark above all, stay as texts. Behind that line,
    line breaks in quotation marks are text again, where they make rows that fit.

    Args:
        text: the record.
        form: of the text.
        tried: so many of its lines are looked at for one that is a row; all where none are named.
    """
    if form.width < LEAST_WIDTH_TO_RECOVER or not LINE_BREAK.search(text):
        return None
    # A long text of which no line is a row is never held as its lines.
    behind = itertools.islice(_lines_in(text, form), 1, tried)
    return list(_lines_in(text, form)) if any(_fits(row, form) for row in behind) else None


def may_be_row(line: str, form: Form) -> bool:
    """Tell whether a line inside a cell may be a row, as far as the table's width lets one tell."""
    return form.width < LEAST_WIDTH_TO_RECOVER or _fits(_read(line.rstrip("\r\n"), form), form)


def _lines_in(text: str, form: Form) -> Iterator[Row]:
    first = re.match("[^\r\n]*", text)
    assert first is not None
    if first[0].strip(" "):
        yield _read(first[0], form)
    for found in _ROW.finditer(text, first.end()):
        row = _read(found[0], form)
        if LINE_BREAK.search(found[0]) and (form.is_lines or not _fits(row, form)):
            lines = (line for line in LINE_BREAK.split(found[0]) if line.strip(" "))
            yield from (_read(line, form) for line in lines)
        elif found[0].strip(" "):
            yield row


def _read(text: str, form: Form) -> Row:
    if '"' not in text and not LINE_BREAK.search(text):
        cells = text.split(form.delimiter)
        return Row(cells) if len(cells) == form.width else Row(None, text)
    try:
        records = list(reader([text], form))
    except csv.Error:  # a line break outside of quotation marks
        return Row(None, text)
    cells = records[0] if len(records) == 1 else []
    return Row(cells) if len(cells) == form.width else Row(None, text)


def _fits(row: Row, form: Form) -> bool:
    return row.cells is not None and all(_is_number(row.cells[at].strip()) for at in form.keys)


def _is_number(cell: str) -> bool:
    # Of most texts a look at their signs is enough.
    return bool(_DIGIT.search(cell) and _LETTER.search(cell) and clean_number(cell))


def reader(lines: Any, form: Form) -> Any:
    """Read the cells of lines as the standard library does, however long these are."""
    csv.field_size_limit(sys.maxsize)
    return csv.reader(lines, delimiter=form.delimiter)
