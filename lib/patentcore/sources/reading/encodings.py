"""Text of any encoding as UTF-8, as a stream."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from patentcore.sources.reading.streams import Made


class Utf8(Made):
    """A stream's text in UTF-8, without a byte order mark; what cannot be decoded is U+FFFD.

    >>> import io
    >>> Utf8(io.BytesIO("Größe".encode("latin-1")), "latin-1").read().decode()
    'Größe'
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._is_utf8 = codecs.lookup(encoding).name == "utf-8"
        super().__init__()
        self._ended = self._began = False

    def fill(self, size: int) -> None:
        """Decode on until so many bytes are there."""
        while len(self.rest) < size and not self._ended:
            self.rest += self._more(size)

    def _more(self, size: int) -> bytes:
        chunk = self._stream.read(max(size, 4))
        self._ended = not chunk
        if self._is_utf8 and chunk.isascii() and not self._decoder.getstate()[0]:
            self._began |= bool(chunk)
            return chunk
        text = self._decoder.decode(chunk, final=self._ended)
        if text and not self._began:
            self._began, text = True, text.removeprefix("\ufeff")
        return text.encode("utf-8", errors="replace")
