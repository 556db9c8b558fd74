"""Lines within bounds, and lines taken one by one, which can be given back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

from patentcore.sources.reading.streams import CHUNK, Made


class Bounded(Made):
    r"""A text whose cells and lines end where they grow too long, so that one fits the memory.

    Of a cell, what is beyond its bound is left out up to the next mark; of a line, up to its end,
    and marks stand for it, so that it has too many cells to pass for a whole one.

    >>> import io
    >>> text = io.BytesIO(b"a,bcdef\n1,2,3,4,5,6,7\n")
    >>> Bounded(text, b",", longest_cell=3, longest_line=8, instead=b",,").read()
    b'a,bcd\n1,2,3,4,,,\n'
    """

    def __init__(
        self,
        text: BinaryIO,
        marks: bytes,
        *,
        longest_cell: int,
        longest_line: int,
        instead: bytes = b"",
    ) -> None:
        self._text, self._marks, self._instead = text, marks + b"\r\n", instead
        self._longest_cell, self._longest_line = longest_cell, longest_line
        self._cell = self._line = 0
        super().__init__()

    def fill(self, size: int) -> None:
        """Read on until something is left of what was read."""
        while not self.rest and (chunk := self._text.read(min(CHUNK, self._longest_cell))):
            self.rest = self._lines(self._cells(chunk))

    def _lines(self, chunk: bytes) -> bytes:
        """Leave out what is too much of lines."""
        first, last = _places(chunk, b"\r\n")
        before, self._line = self._line, len(chunk) - last - 1 if last >= 0 else len(chunk)
        if last < 0:
            self._line += before
        end = first if first >= 0 else len(chunk)
        if before + end <= self._longest_line:
            return chunk
        kept = max(0, self._longest_line - before)
        instead = self._instead if before <= self._longest_line else b""
        return chunk[:kept] + instead + chunk[end:]

    def _cells(self, chunk: bytes) -> bytes:
        """Leave out what is too much of cells."""
        first, last = _places(chunk, self._marks)
        end = first if first >= 0 else len(chunk)
        kept = max(0, self._longest_cell - self._cell)
        self._cell = len(chunk) - last - 1 if last >= 0 else self._cell + len(chunk)
        return chunk if end <= kept else chunk[:kept] + chunk[end:]


def _places(text: bytes, marks: bytes) -> tuple[int, int]:
    """Return the first and the last place of any of these bytes, or -1."""
    found = [at for mark in marks if (at := text.find(mark)) >= 0]
    return (min(found), max(map(text.rfind, marks))) if found else (-1, -1)


class TakenLines:
    """Lines one by one, those of the present record being kept while it is not too long.

    Args:
        lines: of a text, with their ends.
        longest: characters of a record of which all lines are kept. What is longer has an open
            quotation mark where a line of it is a row: then ``TooLong`` is raised. Otherwise it
            has a cell of many lines, of which those up to the closing mark are passed over.
        is_row: tells whether a line of a cell may be a row by itself.
    """

    def __init__(
        self, lines: Iterator[str], longest: int, is_row: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._lines, self._longest, self._is_row = lines, longest, is_row
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.record and self._length > self._longest:
            return self._closing()
        line = self._next()
        self.record.append(line)
        self._length += len(line)
        return line

    def _next(self) -> str:
        return self._again.popleft() if self._again else next(self._lines)

    def _closing(self) -> str:
        """Return the next line with a mark that closes the record's last cell.

        Raises:
            TooLong: a line in front of it, or of the record, is a row.
        """
        if any(map(self._is_row, self.record[1:])):
            raise TooLong
        while not (line := self._next()).count('"') % 2:
            if self._is_row(line):
                self._again.appendleft(line)
                raise TooLong
        return line

    def begin(self) -> None:
        """Begin a record."""
        self.record, self._length = [], 0

    def give_back(self) -> str:
        """Return the record's first line, and let the others come again."""
        first, *others = self.record
        self._again.extendleft(reversed(others))
        return first


class TooLong(Exception):
    """A record goes on for too long."""
