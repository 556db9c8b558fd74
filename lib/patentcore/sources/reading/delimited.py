"""Delimited text as blocks of cells: a strict reader in Arrow, row by row where that fails.

Needs no engine. A record that does not fit comes as its text; a quotation mark that is never
closed costs its own record only.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from patentcore.sources.reading.lines import Bounded, TakenLines, TooLong
from patentcore.sources.reading.swallowed import (
    LEAST_WIDTH_TO_RECOVER,
    LINE_BREAK,
    Form,
    Row,
    may_be_row,
    reader,
    rows_in,
)
from patentcore.sources.record.column_bytes import content_of, holds

_BLOCK_BYTES = 4 << 20
_BLOCKS_REMEMBERED = 12
# A row that holds others by chance is not longer.
_LONGEST_ROW = 1 << 20
_MOST_TRIES = 1_000
_ROWS_PER_BLOCK = 5_000
# Where a record fits, rows inside it show among so many of its first lines, or there are none.
_LINES_TRIED = 10_000
# Of a record that goes on for longer than this, the lines are no longer kept.
_LONGEST = 1 << 26
# A cell of so many bytes is rejected, and a line of so many no row.
_LONGEST_CELL = 1 << 22
_LONGEST_LINE = 1 << 25


@dataclass(frozen=True)
class Block:
    """Some rows of a file, in its order but for those that do not fit.

    Attributes:
        numbers: of the rows that fit, from 1.
        cells: theirs, an array a column.
        misfits: numbers and texts of records that do not fit.
    """

    numbers: np.ndarray[Any, np.dtype[np.int64]]
    cells: Sequence[pa.Array]
    misfits: Sequence[tuple[int, str]] = ()


def read_delimited(open_text: Callable[[], BinaryIO], form: Form) -> Iterator[Block]:
    """Read a text from its beginning, all of it in bounded memory.

    Args:
        open_text: opens the text, which is UTF-8; twice where the strict reader fails.
        form: of the text.
    """
    fast = _Fast(form)
    try:
        yield from fast.blocks(open_text())
    except pa.ArrowInvalid:
        yield from _row_by_row(open_text(), form, fast.records, fast.records + fast.more)


# --- the strict reader -------------------------------------------------------------------------


@dataclass
class _Fast:
    """Arrow's reader, and what it has passed on.

    Attributes:
        form: of the text.
        records: that were passed on, as the reader counts them.
        more: rows among them, beyond one a record, that an open mark made one.
        misfits: numbers and texts of records of another width, ahead of what was passed on.
    """

    form: Form
    records: int = 0
    more: int = 0
    misfits: list[tuple[int, str]] = field(default_factory=list)

    def blocks(self, text: BinaryIO) -> Iterator[Block]:
        names = [str(at) for at in range(self.form.width)]
        self._read = _Remembering(text)
        reader = pa_csv.open_csv(
            self._read,
            # Threads of its own would leave the records without their numbers.
            pa_csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES, use_threads=False),
            pa_csv.ParseOptions(
                delimiter=self.form.delimiter,
                newlines_in_values=not self.form.is_lines,
                invalid_row_handler=self._misfit,
            ),
            pa_csv.ConvertOptions(
                check_utf8=False,  # it was decoded, and encoded again
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            yield self._block(batch)
        if self.misfits:
            yield self._block(None)

    def _misfit(self, row: pa_csv.InvalidRow) -> str:
        self.misfits.append((row.number, row.text))
        return "skip"

    def _block(self, batch: pa.RecordBatch | None) -> Block:
        cells = batch.columns if batch is not None else _no_cells(self.form.width)
        count = len(cells[0])
        odd = np.array([number for number, _ in self.misfits], np.int64)
        ahead = np.arange(self.records + 1, self.records + 1 + count + len(odd))
        numbers = np.setdiff1d(ahead, odd, assume_unique=True)[:count]
        last = int(numbers[-1]) if count and batch is not None else self.records
        if batch is None:
            last = max(last, int(odd.max()))
        due = [(number, text) for number, text in self.misfits if number <= last]
        self.misfits = self.misfits[len(due) :]
        self.records = last
        apart: list[tuple[int, list[Row]]] = [
            (number, rows_in(text, self.form) or [Row(None, text)]) for number, text in due
        ]
        kept = np.ones(count, bool)
        for at in _crowded(cells, self.form):
            texts = [column[int(at)].as_py() for column in cells]
            if rows := self._apart(texts):
                kept[at] = False
                apart.append((int(numbers[at]), rows))
        apart.sort(key=lambda part: part[0])
        return self._numbered(numbers, cells, kept, apart)

    def _apart(self, cells: list[str]) -> list[Row] | None:
        """Part a row that fits, but holds lines that may be rows, as it stands in the file."""
        rows = rows_in(_written(cells, self.form), self.form, tried=_LINES_TRIED)
        raw = self._read.text_of(cells, self.form) if rows else None
        return rows_in(raw, self.form) if raw else rows

    def _numbered(
        self,
        numbers: np.ndarray[Any, np.dtype[np.int64]],
        cells: Sequence[pa.Array],
        kept: np.ndarray[Any, np.dtype[np.bool_]],
        apart: Sequence[tuple[int, list[Row]]],
    ) -> Block:
        """Number the rows as they stand in the file, each that was swallowed by itself."""
        places = np.array([number for number, _ in apart], np.int64)
        more = np.cumsum([0, *(len(rows) - 1 for _, rows in apart)])
        moved = numbers + self.more + more[np.searchsorted(places, numbers)]
        found = [
            (number + self.more + int(more[at]) + place, row)
            for at, (number, rows) in enumerate(apart)
            for place, row in enumerate(rows)
        ]
        self.more += int(more[-1])
        if not kept.all():
            mask = pa.array(kept)
            cells = [column.filter(mask) for column in cells]
        return _with_rows(moved[kept], cells, found, self.form.width)


class _Remembering(io.RawIOBase, BinaryIO):
    """A text of which what was read last can be looked at again."""

    def __init__(self, text: BinaryIO) -> None:
        self._text = text
        self._last: deque[bytes] = deque(maxlen=_BLOCKS_REMEMBERED)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read at most so many bytes."""
        self._last.append(self._text.read(size if size is not None else -1))
        return self._last[-1]

    def text_of(self, cells: list[str], form: Form) -> str | None:
        """Return the text that a row was read from; ``None`` where it is no longer at hand."""
        text = b"".join(self._last)
        cell = next(cell for cell in cells if LINE_BREAK.search(cell))
        # A mark inside stands there twice, or else.
        first = b'"' + LINE_BREAK.split(cell)[0].partition('"')[0].encode()
        at = -1
        for _ in range(_MOST_TRIES):
            at = text.find(first, at + 1)
            if at < 0:
                break
            begin = max(text.rfind(b"\n", 0, at), text.rfind(b"\r", 0, at)) + 1
            found = io.BytesIO(text[begin : begin + _LONGEST_ROW])
            row, raw = next(_records(found, replace(form, is_lines=False)), ([], ""))
            if row == cells:
                return raw
        return None


def _no_cells(width: int) -> list[pa.Array]:
    return [pa.array([], pa.string())] * width


def _with_rows(
    numbers: np.ndarray[Any, np.dtype[np.int64]],
    cells: Sequence[pa.Array],
    rows: Sequence[tuple[int, Row]],
    width: int,
) -> Block:
    """Put rows that were read by themselves behind those of Arrow's."""
    sound = [(number, row.cells) for number, row in rows if row.cells is not None]
    misfits = [(number, row.text) for number, row in rows if row.cells is None]
    if sound:
        numbers = np.concatenate([numbers, np.array([number for number, _ in sound], np.int64)])
        cells = [
            pa.concat_arrays([cells[at], pa.array([texts[at] for _, texts in sound], pa.string())])
            for at in range(width)
        ]
    return Block(numbers, cells, misfits)


def _crowded(cells: Sequence[pa.Array], form: Form) -> Sequence[int]:
    """Return the rows of which some cells may be rows themselves, which an open mark swallowed."""
    if form.width < LEAST_WIDTH_TO_RECOVER or len(cells[0]) == 0:
        return ()
    breaks = _counted(cells, "\n") + _counted(cells, "\r")
    if form.is_lines or not breaks.any():
        return [int(place) for place in np.flatnonzero(breaks)]
    marks = _counted(cells, form.delimiter)
    return [int(place) for place in np.flatnonzero((breaks > 0) & (marks >= form.width - 1))]


def _counted(cells: Sequence[pa.Array], mark: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Count a mark in each row, by the bytes of whole columns: far quicker than cell by cell."""
    counts = np.zeros(len(cells[0]), np.int64)
    for column in cells:
        if holds(column, mark):
            ends, content = content_of(column)
            at = np.flatnonzero(content == ord(mark))
            rows = np.searchsorted(ends, at, side="right") - 1
            counts += np.bincount(rows, minlength=len(counts))
    return counts


def _written(cells: Sequence[str], form: Form) -> str:
    """Write cells as the line or lines they came from, the first with a mark that was open."""

    def cell(text: str) -> str:
        if LINE_BREAK.search(text):
            return text if text.startswith('"') else f'"{text}'
        if form.delimiter in text or '"' in text:
            return '"' + text.replace('"', '""') + '"'
        return text

    return form.delimiter.join(map(cell, cells))


# --- row by row --------------------------------------------------------------------------------


def _row_by_row(text: BinaryIO, form: Form, passed: int, rows: int) -> Iterator[Block]:
    """Read what is left behind the records that were passed on, as ``rows`` rows."""
    found: list[tuple[int, Row]] = []
    for at, record in enumerate(_records(text, form), start=1):
        if at <= passed:
            continue
        cells, raw = record
        row = Row(cells) if len(cells) == form.width else Row(None, raw)
        marks = sum(cell.count(form.delimiter) for cell in cells)
        is_crowded = row.cells is None or marks >= form.width - 1
        tried = None if row.cells is None else _LINES_TRIED
        parts = (rows_in(raw, form, tried) if is_crowded else None) or [row]
        for part in parts:
            rows += 1
            found.append((rows, part))
        if len(found) >= _ROWS_PER_BLOCK:
            yield _with_rows(np.array([], np.int64), _no_cells(form.width), found, form.width)
            found = []
    if found:
        yield _with_rows(np.array([], np.int64), _no_cells(form.width), found, form.width)


def _records(text: BinaryIO, form: Form) -> Iterator[tuple[list[str], str]]:
    """Return cells and text of each record that is not blank."""
    mark = form.delimiter.encode()
    bounded = Bounded(
        text,
        mark + b'"',
        longest_cell=_LONGEST_CELL,
        longest_line=_LONGEST_LINE,
        instead=mark * form.width,
    )
    lines = io.TextIOWrapper(bounded, "utf-8", errors="replace", newline="")
    taken = TakenLines(lines, _LONGEST, lambda line: may_be_row(line, form))
    if form.is_lines:
        for line in lines:
            bare = line.rstrip("\r\n")
            if bare:
                yield next(iter(reader([bare], form)), []), bare
        return
    found = reader(taken, form)
    while True:
        taken.begin()
        try:
            cells = next(found)
        except StopIteration:
            return
        except TooLong:
            bare = taken.give_back().rstrip("\r\n")
            found = reader(taken, form)
            yield [], bare
            continue
        if cells:
            yield cells, "".join(taken.record).rstrip("\r\n")
