"""Read tables of any header order and encoding, in any file that holds one, into one frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.reading.batches import Batches, read_pieces, spread_over_cores
from patentcore.sources.reading.delimited import Block, Form, read_delimited
from patentcore.sources.reading.encodings import Utf8
from patentcore.sources.reading.files import Piece, pieces_of
from patentcore.sources.reading.frames import read_rows_of_frame
from patentcore.sources.reading.layouts import Layout, find_layout, require
from patentcore.sources.reading.made import Made, read_made
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.workbooks import read_rows_of_workbook
from patentcore.sources.record.arrays import any_filled, present, present_in
from patentcore.sources.record.column_bytes import holds
from patentcore.sources.record.headers import Aliases, match_headers
from patentcore.sources.record.numbers import clean_number
from patentcore.sources.record.values import PROBLEM

# Columns beside the raw fields.
FILE, BLOCK, SEQUENCE, ROW = "_file", "_block", "_sequence", "_row"
MALFORMED, FILLED, LOST = "_malformed", "_filled", "_lost"

LONGEST_CELL = 4_000_000
OVERLONG = "cell of more than 4,000,000 bytes"
FORMULA = "formula without its value"

_LOST = pa.list_(pa.struct([(name, pa.string()) for name in ("field", "value", "reason")]))

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def read_rows(
    spark: SparkSession,
    paths: Sequence[str],
    aliases: Aliases,
    required: Sequence[str],
) -> DataFrame:
    """Read files into a column of raw text for each field of ``aliases``; missing is null.

    Beside them stand ``_file``, ``_block`` (the byte at which the piece of the file begins),
    ``_sequence`` (ascending within a file), ``_row`` (the number of the row in its sheet, or of
    the record in its piece), ``_malformed`` (the text of a row that does not fit the header),
    ``_lost`` (problems of cells that cannot be kept) and ``_filled`` (the fields for which the
    file has a column at all, in the first row of a batch).

    A quotation mark that is never closed costs its own row only: the rows that it swallowed are
    read again, line by line.

    Raises:
        InputError: a file is empty or unreadable, or lacks the column of a required field.
    """
    return rows_of(spark, look_at(spark, paths), aliases, required)


def rows_of(
    spark: SparkSession,
    looks: Sequence[Look],
    aliases: Aliases,
    required: Sequence[str],
    header: Sequence[str] = (),
    *,
    is_lines: bool = False,
) -> DataFrame:
    """Read the files of these looks as :func:`read_rows` does; ``header`` stands for header rows.

    Where ``is_lines``, no cell breaks over lines, so that large files are read in pieces.
    """
    pieces, read, present = _read_by(looks, aliases, required, header, is_lines=is_lines)
    schema = ", ".join(
        [
            f"{FILE} string, {BLOCK} long, {SEQUENCE} long, {ROW} long, {MALFORMED} string",
            f"{FILLED} array<string>, {LOST} array<{PROBLEM}>",
            *(f"`{name}` string" for name in present),
        ]
    )
    rows = read_pieces(spark, pieces, read, schema)
    # What no file has is the same in every row, which engines make use of.
    absent = {
        name: F.lit(None).cast("string").alias(name) for name in aliases if name not in present
    }
    places = (FILE, BLOCK, SEQUENCE, ROW, MALFORMED, FILLED, LOST)
    return spread_over_cores(rows, pieces).select(
        *places, *(absent.get(name, F.col(f"`{name}`")) for name in aliases)
    )


def made_of(
    spark: SparkSession,
    looks: Sequence[Look],
    aliases: Aliases,
    required: Sequence[str],
    made: Made,
    header: Sequence[str] = (),
    *,
    is_lines: bool = False,
) -> Batches:
    """Make something of the raw fields in the tasks that read them; as for :func:`rows_of`."""
    pieces, read, _ = _read_by(looks, aliases, required, header, is_lines=is_lines)
    return read_made(spark, pieces, read, made)


def _read_by(
    looks: Sequence[Look],
    aliases: Aliases,
    required: Sequence[str],
    header: Sequence[str],
    *,
    is_lines: bool,
) -> tuple[list[Piece], Callable[[Piece], Iterator[pa.RecordBatch]], list[str]]:
    """Return the pieces of files, what reads one, and the fields that there are."""
    layouts = {look.file: find_layout(look, aliases, header) for look in looks}
    for look in looks:
        require(layouts[look.file], look, aliases, required)
    tables = {
        file: Table(layout, aliases, required, is_lines and layout.kind == "csv")
        for file, layout in layouts.items()
    }
    known = fields_in(looks, aliases, header)
    present = [name for name in aliases if name in known]
    parted = [file for file, table in tables.items() if table.has_pieces]
    pieces = pieces_of(parted) + [Piece(file) for file in tables if file not in parted]

    def read(piece: Piece) -> Iterator[pa.RecordBatch]:
        return read_table(piece, tables[piece.file], present)

    return pieces, read, present


def fields_in(looks: Sequence[Look], aliases: Aliases, header: Sequence[str] = ()) -> set[str]:
    """Return the fields of which any of the files has a column."""
    return {
        name
        for look in looks
        for name in match_headers(find_layout(look, aliases, header).header, aliases)
    }


@dataclass(frozen=True)
class Table:
    """How a file is read.

    Attributes:
        layout: of the file.
        aliases: names of the columns that fill a field.
        keys: fields that hold publication numbers, by which rows are told from lines of a text.
        is_lines: no cell breaks over lines.
    """

    layout: Layout
    aliases: Aliases
    keys: Sequence[str] = ()
    is_lines: bool = False

    @cached_property
    def positions(self) -> Mapping[str, Sequence[int]]:
        """Return the columns of each field that has any."""
        return match_headers(self.layout.header, self.aliases)

    @property
    def has_pieces(self) -> bool:
        """The file can be parted where its lines end: their ends have one byte."""
        return self.is_lines and not self.layout.encoding.startswith(("UTF-16", "UTF-32"))

    def form(self) -> Form:
        """Return how the text is delimited."""
        keys = tuple(self.positions[name][0] for name in self.keys)
        return Form(len(self.layout.header), self.layout.delimiter, keys, self.is_lines)


def read_table(piece: Piece, table: Table, fields: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read a piece of a table into these fields and their places. Needs no engine."""
    layout = table.layout
    if layout.kind == "csv":
        blocks = _text_blocks(piece, table)
    elif layout.kind == "xlsx":
        blocks = read_rows_of_workbook(piece, len(layout.header), layout.skip + 1)
    else:
        blocks = read_rows_of_frame(piece, layout.encoding, layout.header)
    passed = layout.skip + 1 if piece.begin == 0 and layout.kind != "json" else 0
    for block in blocks:
        kept = _behind(block, passed, table)
        if len(kept.numbers):
            yield _batch(piece, table, fields, kept)
        if kept.misfits:
            yield _misfits(piece, table, fields, kept.misfits)


def _text_blocks(piece: Piece, table: Table) -> Iterator[Block]:
    encoding = table.layout.encoding

    def open_text() -> BinaryIO:
        return Utf8(piece.lines(), encoding)

    return read_delimited(open_text, table.form())


def _behind(block: Block, passed: int, table: Table) -> Block:
    """Leave out the headers, what in front of them is no publication, and blank rows then."""
    misfits = [(number, text) for number, text in block.misfits if number > passed]
    kept = block.numbers > passed
    for at in map(int, np.flatnonzero(block.numbers < passed)) if table.keys else ():
        kept[at] = all(clean_number(block.cells[key][at].as_py()) for key in table.form().keys)
    if table.layout.skip > 0:
        kept &= any_filled(block.cells)
    if kept.all():
        return Block(block.numbers, block.cells, misfits)
    mask = pa.array(kept)
    return Block(block.numbers[kept], [cells.filter(mask) for cells in block.cells], misfits)


def _batch(piece: Piece, table: Table, fields: Sequence[str], block: Block) -> pa.RecordBatch:
    positions, numbers, cells = table.positions, block.numbers, block.cells
    kept = {at: cells[at] for at_all in positions.values() for at in at_all}
    lost: dict[int, list[dict[str, str]]] = {}
    for name, at_all in positions.items():
        for at in at_all:
            kept[at] = _sound(name, cells[at], lost)

    def filled(name: str) -> pa.Array:
        found = [present_in(name, kept[at]) for at in positions.get(name, ())]
        if not found:
            return pa.nulls(len(numbers), pa.string())
        return pc.coalesce(*found) if len(found) > 1 else found[0]

    problems = pa.array([lost.get(at, []) for at in range(len(numbers))], _LOST) if lost else None
    columns = {name: filled(name) for name in fields}
    return _as_batch(piece, table, numbers, columns, lost=problems)


def _misfits(
    piece: Piece, table: Table, fields: Sequence[str], misfits: Sequence[tuple[int, str]]
) -> pa.RecordBatch:
    numbers = np.array([number for number, _ in misfits], np.int64)
    texts = pa.array([text for _, text in misfits], pa.string())
    columns = dict.fromkeys(fields, pa.nulls(len(misfits), pa.string()))
    if table.is_lines:
        # The key is what such a row is told by; it may stand in its place all the same.
        key = next(iter(table.aliases))
        at = table.positions[key][0]
        delimiter = table.layout.delimiter
        first = [(text.split(delimiter)[at : at + 1] or [""])[0].strip('"') for _, text in misfits]
        columns[key] = present(pa.array(first, pa.string()))
    return _as_batch(piece, table, numbers, columns, malformed=texts)


def _as_batch(
    piece: Piece,
    table: Table,
    numbers: Numbers,
    fields: Mapping[str, pa.Array],
    *,
    malformed: pa.Array | None = None,
    lost: pa.Array | None = None,
) -> pa.RecordBatch:
    count = len(numbers)
    no_texts = pa.nulls(count, pa.string())
    columns = {
        FILE: pa.repeat(pa.scalar(piece.file.uri), count),
        BLOCK: pa.repeat(pa.scalar(piece.begin, pa.int64()), count),
        # A row has more bytes than one, so that rows of later pieces come later.
        SEQUENCE: pa.array(numbers + piece.begin, pa.int64()),
        ROW: pa.array(numbers - table.layout.blank, pa.int64()),
        MALFORMED: no_texts if malformed is None else malformed,
        FILLED: _told_once(list(table.positions), count),
        LOST: _none_lost(count) if lost is None else lost,
    }
    columns |= fields
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def _told_once(names: list[str], count: int) -> pa.Array:
    first = pa.array([names] if count else [], pa.list_(pa.string()))
    return pa.concat_arrays([first, pa.nulls(max(count - 1, 0), first.type)])


def _none_lost(count: int) -> pa.Array:
    return pa.ListArray.from_arrays(
        pa.array(np.zeros(count + 1, np.int32)), pa.array([], _LOST.value_type)
    )


def _sound(field: str, cells: pa.Array, lost: dict[int, list[dict[str, str]]]) -> pa.Array:
    """Leave out cells that cannot be kept, and note them; ``="text"`` stands for its text."""
    if not holds(cells, "=") and cells.nbytes <= LONGEST_CELL:
        return cells
    is_odd = pc.or_kleene(
        pc.starts_with(cells, "="), pc.greater(pc.binary_length(cells), LONGEST_CELL)
    )
    at_all = np.flatnonzero(pc.fill_null(is_odd, False).to_numpy(zero_copy_only=False))
    if not len(at_all):
        return cells
    texts = {}
    for at in map(int, at_all):
        text = cells[at].as_py()
        is_long = len(text.encode()) > LONGEST_CELL
        formula = re.fullmatch('="([^"]*)"', text)
        texts[at] = formula[1] if formula and not is_long else None
        if is_long or not (formula and formula[1]):
            problem = {"field": field, "value": text[:200]}
            problem["reason"] = OVERLONG if is_long else FORMULA
            lost.setdefault(at, []).append(problem)
    mask = np.zeros(len(cells), bool)
    mask[list(texts)] = True
    return pc.replace_with_mask(cells, pa.array(mask), pa.array(list(texts.values()), pa.string()))
