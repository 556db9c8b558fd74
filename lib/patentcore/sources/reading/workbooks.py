"""Excel workbooks as rows of text, each read by a process of its own. Needs no engine."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

import orjson

from patentcore.errors import InputError
from patentcore.sources.reading import sheets

# What a workbook may take to be read; the largest that a spreadsheet saves of an export takes less.
_MOST_MEMORY = 3 << 29
_MOST_SECONDS = 300
_MOST_BYTES = 1 << 29
_CHUNK = 1 << 20

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
