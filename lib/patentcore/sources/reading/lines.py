"""Lines taken one by one, which can be given back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator


class TakenLines:
    """Lines one by one, those of the present record being kept."""

    def __init__(self, lines: Iterator[str], longest: int) -> None:
        self._lines, self._longest = lines, longest
        self._again: deque[str] = deque()
        self.record: list[str] = []
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.record and self._length > self._longest:
            raise TooLong
        line = self._again.popleft() if self._again else next(self._lines)
        self.record.append(line)
        self._length += len(line)
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
