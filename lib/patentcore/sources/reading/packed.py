"""Packed files as the stream that is in them: gzip, bzip2, xz, Zstandard, zip of one file."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO, cast

# So begin the names of files, or of their folders, that systems add by themselves.
_ADDED = (".", "_")


class Unreadable(OSError):
    """A packed file is none that can be read; the message goes on behind its name."""


def unpacked(name: str, packed: BinaryIO) -> BinaryIO:
    """Return what is in a file where its name ends as a packed one's, else the file.

    Raises:
        Unreadable: it is a zip archive of several files or of none, or locked.
    """
    for suffix, unpack in _UNPACK.items():
        if name.lower().endswith(suffix):
            return unpack(packed)
    return packed


def _zstd(packed: BinaryIO) -> BinaryIO:
    import pyarrow as pa

    stream = pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd")
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream)))


def _zip(packed: BinaryIO) -> BinaryIO:
    """Open the only file of an archive."""
    archive = zipfile.ZipFile(packed)
    inside = [one for one in archive.infolist() if not one.is_dir()]
    given = [one for one in inside if not _is_added(one.filename)] or inside
    if len(given) != 1:
        raise Unreadable(f"it is a zip archive of {len(given)} files; unpack it")
    if given[0].flag_bits & 1:
        raise Unreadable("it is a zip archive with a password; unpack it")
    return cast(BinaryIO, archive.open(given[0]))


def _is_added(path: str) -> bool:
    return any(name.startswith(_ADDED) for name in path.split("/"))


_UNPACK: Mapping[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda packed: cast(BinaryIO, gzip.GzipFile(fileobj=packed)),
    ".bz2": lambda packed: cast(BinaryIO, bz2.BZ2File(packed)),
    ".xz": lambda packed: cast(BinaryIO, lzma.open(packed)),  # noqa: SIM115 - its reader closes it
    ".zst": _zstd,
    ".zip": _zip,
}
PACKED_SUFFIXES = tuple(_UNPACK)
BROKEN = (zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)
"""What reading a damaged packed file raises, beside what any file does."""
