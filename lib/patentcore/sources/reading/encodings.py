"""Text of any encoding as UTF-8, as a stream."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

_CHUNK = 1 << 20


class Utf8(io.RawIOBase, BinaryIO):
    """A stream's text in UTF-8, without a byte order mark; what cannot be decoded is U+FFFD.

    >>> Utf8(io.BytesIO("Größe".encode("latin-1")), "latin-1").read().decode()
    'Größe'
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._rest = b""
        self._ended = self._began = False

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
            parts = []
            while part := self.read(_CHUNK):
                parts.append(part)
            return b"".join(parts)
        while len(self._rest) < size and not self._ended:
            self._rest += self._more(size)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def _more(self, size: int) -> bytes:
        chunk = self._stream.read(max(size, 4))
        self._ended = not chunk
        text = self._decoder.decode(chunk, final=self._ended)
        if text and not self._began:
            self._began, text = True, text.removeprefix("\ufeff")
        return text.encode("utf-8", errors="replace")
