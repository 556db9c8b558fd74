"""Excel workbooks as rows of text, each read by a process of its own. Needs no engine."""

from __future__ import annotations

import inspect
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import orjson
import pyarrow as pa

from patentcore.errors import InputError
from patentcore.sources.reading import sheets
from patentcore.sources.reading.delimited import Block
from patentcore.sources.reading.files import Piece

# What a workbook may take to be read; the largest that a spreadsheet saves of an export takes less.
_MOST_MEMORY = 3 << 29
_MOST_SECONDS = 300
_MOST_BYTES = 1 << 29
_CHUNK = 1 << 20
_ROWS_PER_BLOCK = 2_000

Row = tuple[int, list[str | None]]


def sheet_rows(stream: BinaryIO, name: str, limit: int | None = None) -> Iterator[Row]:
    """Return number and cells of each row of the first sheet that is not blank.

    See :func:`patentcore.sources.reading.sheets.rows_of`, which runs in a process of its own: a
    damaged workbook may end the process that reads it, or ask for any memory.

    Args:
        stream: the file, which is read at once.
        name: of the file, for messages.
        limit: rows to read at most.

    Raises:
        InputError: the file is no workbook, or a damaged or too large one, or its cells lie too
            far apart.
    """
    content = tempfile.TemporaryFile()  # noqa: SIM115 - closed where it is read
    while chunk := stream.read(_CHUNK):
        content.write(chunk)
        if content.tell() > _MOST_BYTES:
            content.close()
            raise InputError(f"{name} has more than {_MOST_BYTES >> 20} MiB; save it as .csv")
    return _rows(content, name, limit)


def _rows(content: BinaryIO, name: str, limit: int | None) -> Iterator[Row]:
    bounds = ([path for path in sys.path if path], limit, _MOST_MEMORY, _MOST_SECONDS)
    arguments = ["-I", "-S", "-c", inspect.getsource(sheets), *map(json.dumps, bounds)]
    with content:
        content.seek(0)
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    assert process.stdout is not None
    end = None
    try:
        for line in process.stdout:
            found = orjson.loads(line)
            if isinstance(found, str):
                end = found
            else:
                yield from found
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    if end is None:
        end = (
            f"is damaged, or takes more than {_MOST_MEMORY >> 20} MiB of memory or "
            f"{_MOST_SECONDS} s to be read; save it as .csv"
        )
    if end:
        raise InputError(f"{name} {end}")


def read_rows_of_workbook(piece: Piece, width: int, passed: int) -> Iterator[Block]:
    """Read the rows of a workbook, which keep the numbers that they have in their sheet.

    Args:
        piece: the file.
        width: how many cells are read of a row.
        passed: rows in front that are left out.
    """
    with piece.open() as stream:
        rows = sheet_rows(stream, piece.file.uri)
    found = itertools.islice(rows, passed, None)
    while some := list(itertools.islice(found, _ROWS_PER_BLOCK)):
        columns = [
            pa.array([cells[at] if at < len(cells) else None for _, cells in some], pa.string())
            for at in range(width)
        ]
        yield Block(np.array([number for number, _ in some], np.int64), columns)
