"""Delimited text as rows, on literal bytes and without an engine."""

from __future__ import annotations

import io
import random
import re

import pytest

from patentcore.sources.reading import delimited, swallowed
from patentcore.sources.reading.delimited import Form, read_delimited

FORM = Form(width=3, keys=(0,))

Rows = list[tuple[int, list[str] | str]]


def rows_of(text: str, form: Form = FORM) -> Rows:
    """Return number and cells of each row, or the text of what is none."""
    found: Rows = []
    for block in read_delimited(lambda: io.BytesIO(text.encode()), form):
        columns = [column.to_pylist() for column in block.cells]
        cells = [list(row) for row in zip(*columns, strict=True)]
        found += list(zip(map(int, block.numbers), cells, strict=True))
        found += block.misfits
    return sorted(found, key=lambda row: row[0])


def strictly(text: str, form: Form, monkeypatch: pytest.MonkeyPatch) -> Rows:
    """Read row by row from the beginning, as where the strict reader fails at once."""
    with monkeypatch.context() as patch:
        patch.setattr(delimited._Fast, "blocks", _fail)
        return rows_of(text, form)


def _fail(self: object, text: object) -> None:
    raise delimited.pa.ArrowInvalid("no")


TEXTS = {
    "plain": "US1A,a,b\nUS2A,c,d\n",
    "no line's end": "US1A,a,b\nUS2A,c,d",
    "empty lines": "\nUS1A,a,b\n\n\nUS2A,c,d\n\n",
    "blank cells": ",,\nUS1A,a,\n",
    "breaks and marks in cells": 'US1A,"a\n""b"", c",d\r\nUS2A,"x\ry",z\r\n',
    "too few and too many cells": "US1A,a\nUS2A,b,c\nUS3A,d,e,f\nUS4A,g,h\n",
    "a mark inside": 'US1A,5" disk,b\nUS2A,c,d\n',
    "an open mark": 'US1A,a,b\nUS2A,"open,c\nUS3A,d,e\nUS4A,f,g\n',
    "an open mark that the next row closes": 'US1A,a,"open\nUS2A,c,"d"\nUS3A,e,f\n',
    "an open mark before rows with breaks": 'US1A,"open,b\nUS2A,"x, y","one\ntwo"\nUS3A,e,f\n',
    "old line ends": "US1A,a,b\rUS2A,c,d\r",
    "nothing": "",
    "a NUL": "US1A,a\0b,c\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_row_by_row_is_as_strict(name: str, monkeypatch) -> None:
    assert rows_of(TEXTS[name]) == strictly(TEXTS[name], FORM, monkeypatch)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("size", [64, 100, 1_000])
def test_blocks_do_not_show(name: str, size: int, monkeypatch) -> None:
    whole = rows_of(TEXTS[name] * 5)
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", size)
    assert rows_of(TEXTS[name] * 5) == whole


def test_an_open_mark_costs_its_own_row() -> None:
    assert rows_of(TEXTS["an open mark"]) == [
        (1, ["US1A", "a", "b"]), (2, 'US2A,"open,c'), (3, ["US3A", "d", "e"]),
        (4, ["US4A", "f", "g"]),
    ]  # fmt: skip
    assert rows_of(TEXTS["an open mark that the next row closes"]) == [
        (1, ["US1A", "a", "open"]), (2, ["US2A", "c", "d"]), (3, ["US3A", "e", "f"]),
    ]  # fmt: skip
    assert rows_of(TEXTS["an open mark before rows with breaks"]) == [
        (1, 'US1A,"open,b'), (2, ["US2A", "x, y", "one\ntwo"]), (3, ["US3A", "e", "f"]),
    ]  # fmt: skip


def test_rows_are_numbered_with_those_that_do_not_fit() -> None:
    assert [number for number, _ in rows_of(TEXTS["too few and too many cells"])] == [1, 2, 3, 4]
    assert rows_of("US1A,a\n" + "US2A,b,c\n")[0] == (1, "US1A,a")


def test_an_open_mark_to_the_end_of_a_long_text_costs_its_own_row(monkeypatch) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(delimited, "_LONGEST", 5_000)
    others = "".join(f"US{at}A,a,b\n" for at in range(1_000, 3_000))
    found = rows_of(f'{others}US1A,"open,b\n{others}')
    assert [number for number, _ in found] == list(range(1, 4_002))
    assert [row for _, row in found if isinstance(row, str)] == ['US1A,"open,b']


@pytest.mark.parametrize("size", [2_000, 20_000])
def test_a_cell_of_too_many_lines_costs_its_own_row_and_few_of_them_in_memory(
    size: int, monkeypatch
) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(delimited, "_LONGEST", 5_000)
    cell = "".join(f'{at} lines ""of"" a text\n' for at in range(size))
    [first, second] = rows_of(f'US1A,"{cell}",b\nUS2A,c,d\n')
    assert first[0] == 1
    assert (first[1][0], first[1][2]) == ("US1A", "b")
    assert len(first[1][1]) < 6_000
    assert cell.replace('""', '"').startswith(first[1][1])
    assert second == (2, ["US2A", "c", "d"])


def test_a_row_behind_too_many_lines_tells_that_a_mark_was_open(monkeypatch) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(delimited, "_LONGEST", 5_000)
    lines = "".join(f"{at} lines\n" for at in range(2_000))
    found = rows_of(f'US1A,"{lines}US2A,c,d\nUS3A,"e",f\n')
    assert [row for _, row in found if not isinstance(row, str)] == [
        ["US2A", "c", "d"], ["US3A", "e", "f"],
    ]  # fmt: skip


def lines_read(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, Rows]:
    """Return how many parts of records were looked at as rows, and the rows of a text."""
    read, parts = swallowed._read, []

    def counted(part: str, form: Form) -> swallowed.Row:
        parts.append(part)
        return read(part, form)

    with monkeypatch.context() as patch:
        patch.setattr(swallowed, "_read", counted)
        rows = rows_of(text)
    return len(parts), rows


@pytest.mark.parametrize("block", [1_000, 1_000_000])
def test_many_lines_in_one_cell_are_not_looked_at_all(monkeypatch, block: int) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", block)
    monkeypatch.setattr(delimited, "_LINES_TRIED", 100)
    cell = "".join(f"{at} lines, of, a text\n" for at in range(2_000))
    count, found = lines_read(f'US1A,"{cell}",b\nUS2A,c,d\n', monkeypatch)
    assert found == [(1, ["US1A", cell, "b"]), (2, ["US2A", "c", "d"])]
    assert 0 < count <= 200


def test_lines_behind_an_open_mark_cost_the_same_each(monkeypatch) -> None:
    counts = []
    for size in (500, 1_000):
        cell = "".join(f"{at} lines, of, a text\n" for at in range(size))
        count, found = lines_read(f'US1A,"{cell}US2A,c,d\n', monkeypatch)
        assert found[-1] == (size + 1, ["US2A", "c", "d"])
        counts.append(count)
    assert counts[1] < 2.1 * counts[0]


def test_lines_are_rows_where_no_cell_breaks() -> None:
    form = Form(width=3, is_lines=True)
    assert rows_of('1,"a,b\n2,c,d\n3,e",f\n', form) == [
        (1, '1,"a,b'), (2, ["2", "c", "d"]), (3, ["3", 'e"', "f"]),
    ]  # fmt: skip


PIECES = [b'"', b",", b"\n", b"\r", b"\0", b"\xff", b'""', b'"\n', b'",', b"\r\n", b"\xe9"]


def mutated(draw: random.Random) -> bytes:
    """Write a table, and damage it at some places."""
    row = 'US1A,a,b\nUS2A,"x, y","one\ntwo"\nUS3A,"say ""so""",\nUS4A,ü题,d\n'
    text = bytearray((row * draw.randint(1, 5)).encode())
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(text))
        text[at : at + draw.choice([0, 1, 9])] = draw.choice(PIECES)
    return bytes(text)


def test_nothing_of_a_damaged_text_is_lost() -> None:
    draw = random.Random(7)
    for _ in range(2_000):
        text = mutated(draw).decode(errors="replace")
        found = rows_of(text)
        assert [number for number, _ in found] == list(range(1, len(found) + 1))
        kept = "".join(row if isinstance(row, str) else "".join(row) for _, row in found)
        signs = [sorted(re.sub(r'[\s",\0]', "", one)) for one in (kept, text)]
        assert signs[0] == signs[1], text
