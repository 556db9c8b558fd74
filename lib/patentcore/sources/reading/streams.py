"""A stream that is made of another one, part by part."""

from __future__ import annotations

import io
from abc import abstractmethod
from typing import BinaryIO

CHUNK = 1 << 20


class Made(io.RawIOBase, BinaryIO):
    """A stream of bytes that are made when they are asked for.

    Attributes:
        rest: what was made and not read yet.
    """

    def __init__(self) -> None:
        self.rest = b""

    @abstractmethod
    def fill(self, size: int) -> None:
        """Add to the rest, until so many bytes can be read or nothing is left to make."""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read into a buffer."""
        text = self.read(len(buffer))
        buffer[: len(text)] = text
        return len(text)

    def read(self, size: int | None = -1) -> bytes:
        """Read at most so many bytes; all that is left where none are named."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(CHUNK), b""))
        self.fill(size)
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken
