"""Find files and open them: by their path, on any engine; on others' file systems through Spark."""

from __future__ import annotations

import fnmatch
import io
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.engine import running
from patentcore.engine.failures import ENGINE_ERRORS, causes, message_line
from patentcore.errors import InputError
from patentcore.lake.places import Place, place_at
from patentcore.lake.stores import LocalStore, is_data
from patentcore.lake.uris import local_path
from patentcore.progress import CountedFile, advance, count_file
from patentcore.sources.reading.packed import BROKEN, PACKED_SUFFIXES, unpacked

if TYPE_CHECKING:
    import pyarrow as pa

HEAD_BYTES = 1 << 16
# A large file that is read in pieces has pieces of so many bytes.
_PIECE_BYTES = 64 << 20
# Files that are packed inside, and what such and packed ones commonly unpack to.
_PACKED_INSIDE = (".xlsx", ".xlsm", ".parquet", ".feather", ".arrow")
_UNPACKS_TO = 8
_NAMED = 3  # files that are of no use, in a message
# Schemes as Hadoop and as Arrow write them.
_SCHEMES = {"s3a": "s3", "s3n": "s3", "abfs": "abfs", "abfss": "abfss"}


@dataclass(frozen=True)
class File:
    """A file: its path or URI, and its bytes."""

    uri: str
    size: int

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.uri.rpartition("/")[2]

    @property
    def is_named_as_packed(self) -> bool:
        """The name ends as a packed file's."""
        return self.name.lower().endswith(PACKED_SUFFIXES)

    @property
    def path(self) -> str:
        """The URI for Spark's readers, which take it for a pattern: ``export[1].csv``."""
        return re.sub(r"([\\\[\]{}*?])", r"\\\1", self.uri)


@dataclass(frozen=True)
class Piece:
    """What one task reads: a file, or some bytes of it.

    Attributes:
        file: the file.
        begin: where the piece begins.
        end: where it ends; ``None`` at the file's end.
        content: the file's bytes, where no path leads to it.
        is_counted: what is read of it tells how far the reading is.
    """

    file: File
    begin: int = 0
    end: int | None = None
    content: bytes | None = None
    is_counted: bool = False

    @property
    def size(self) -> int:
        """Bytes of it, as they are stored."""
        return (self.file.size if self.end is None else self.end) - self.begin

    @property
    def unpacked(self) -> int:
        """Bytes of it, or about as many as it unpacks to."""
        is_plain = not self.file.name.lower().endswith((*PACKED_SUFFIXES, *_PACKED_INSIDE))
        return self.size if is_plain else self.size * _UNPACKS_TO

    def open(self) -> BinaryIO:
        """Open the file, unpacked where its name ends as a packed one's."""
        if self.content is not None:
            raw: BinaryIO = io.BytesIO(self.content)
        else:
            raw = open_raw(self.file.uri, is_counted=self.is_counted)
        return unpacked(self.file.name, raw)

    def lines(self, mark: bytes = b"\n") -> BinaryIO:
        """Open the piece from the first line that begins in it to the last one's end.

        Args:
            mark: what ends a line.
        """
        stream = self.open()
        return stream if self.begin == 0 and self.end is None else _Lines(stream, self, mark)


class _Lines(io.RawIOBase, BinaryIO):
    """The lines that begin inside a piece of a file."""

    def __init__(self, stream: BinaryIO, piece: Piece, mark: bytes) -> None:
        self._stream, self._mark, self._text = stream, mark, b""
        end = piece.file.size if piece.end is None else piece.end
        begin, self._is_last = piece.begin, piece.end is None
        if begin > 0:
            stream.seek(begin - len(mark))
            begin += sum(map(len, self._to_mark())) - len(mark)
            stream.seek(begin)
        self._left = max(0, end - begin)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read at most so many bytes; all that is left where none are named."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(1 << 20), b""))
        if not self._text and self._left > 0:
            self._text = self._stream.read(min(size, self._left))
            self._left -= len(self._text)
            if self._left <= 0 and not self._is_last:
                self._text += b"".join(self._to_mark(self._text[-len(self._mark) :]))
        taken, self._text = self._text[:size], self._text[size:]
        return taken

    def _to_mark(self, before: bytes = b"") -> Iterator[bytes]:
        """Read to the end of the next mark, which may begin in what was read before."""
        seen = before
        while self._mark not in seen:
            chunk = self._stream.read(1 << 16)
            if not chunk:
                return
            ahead = seen[max(0, len(seen) - len(self._mark) + 1) :]
            seen = ahead + chunk
            end = seen.find(self._mark)
            yield chunk if end < 0 else chunk[: end + len(self._mark) - len(ahead)]


def open_raw(uri: str, *, is_counted: bool = False) -> BinaryIO:
    """Open a file as it stands."""
    if "://" not in uri:
        return io.BufferedReader(CountedFile(uri), 1 << 18) if is_counted else open(uri, "rb")
    import pyarrow.fs

    scheme, _, rest = uri.partition("://")
    file_system, path = pyarrow.fs.FileSystem.from_uri(f"{_SCHEMES.get(scheme, scheme)}://{rest}")
    return cast(BinaryIO, file_system.open_input_file(path))


def has_path(file: File) -> bool:
    """Tell whether a path leads to a file from wherever Python runs, without the engine's help."""
    return "://" not in file.uri or running().name == "embedded"


# --- what is there -----------------------------------------------------------------------------


def find_files(spark: SparkSession, paths: Sequence[str], suffixes: Sequence[str]) -> list[File]:
    """Return the files that are named, and those with one of the suffixes inside named folders.

    Folders are searched whole but for names that begin with ``_`` or ``.``, and packed files that
    lie there unpacked, too. A path that does not exist as it stands may be a pattern of names.

    Raises:
        InputError: a path does not exist, or nothing was found.
    """
    found: dict[str, File] = {}
    named: set[str] = set()
    for path in paths:
        for file, was_named in _walk(spark, path):
            if was_named or file.name.lower().endswith(tuple(suffixes)):
                found[file.uri] = file
                named |= {file.uri} if was_named else set()
    found = {u: file for u, file in found.items() if u in named or not _is_twin(file, found)}
    if not found:
        kinds = ", ".join(name for name in suffixes if not name.endswith(PACKED_SUFFIXES))
        names = [file.name for file in other_files(spark, paths, suffixes)]
        there = f"; there is {', '.join(names[:_NAMED])}" if names else ""
        raise InputError(f"no file of a kind that is read in {', '.join(paths)} ({kinds}){there}")
    return sorted(found.values(), key=lambda file: file.uri)


def other_files(spark: SparkSession, paths: Sequence[str], suffixes: Sequence[str]) -> list[File]:
    """Return the files inside folders that :func:`find_files` leaves out."""
    found = [file for path in paths for file, was_named in _walk(spark, path) if not was_named]
    uris = {file.uri for file in found}
    return sorted(
        (f for f in found if not f.name.lower().endswith(tuple(suffixes)) or _is_twin(f, uris)),
        key=lambda file: file.uri,
    )


def _is_twin(file: File, uris: Collection[str]) -> bool:
    """Tell whether a packed file lies among others unpacked."""
    return file.is_named_as_packed and file.uri.rpartition(".")[0] in uris


def is_file(spark: SparkSession, path: str) -> bool:
    """Tell whether a path is a file, or a pattern of which files come first."""
    return next((was_named for _, was_named in _walk(spark, path)), False)


def _walk(spark: SparkSession, path: str) -> Iterator[tuple[File, bool]]:
    found = _places(spark, path)
    if not found:
        raise InputError(f"no such file or folder: {path}")
    for place in found:
        is_folder = place.is_folder()
        for below in place.files():
            if not is_folder:
                yield File(place.path, below.size), True
            elif is_data(below.name):
                yield File(f"{place.path.rstrip('/')}/{below.name}", below.size), False


def _places(spark: SparkSession, path: str) -> list[Place]:
    local = local_path(path)
    # Links keep their names, which say what is behind them.
    whole = Place(LocalStore(), os.path.abspath(local)) if local else place_at(spark, path)
    if whole.exists():
        return [whole]
    # No shell expands patterns on other file systems, nor quoted ones.
    parts = whole.path.split("/")
    first = next((at for at, part in enumerate(parts) if re.search(r"[*?\[{]", part)), None)
    if first is None:
        return []
    found = [Place(whole.store, "/".join(parts[:first]) or "/")]
    for part in parts[first:]:
        wanted = _pattern(part)
        found = [at / name for at in found for name in at.names() if wanted.fullmatch(name)]
    return found


def _pattern(part: str) -> re.Pattern[str]:
    """Translate a pattern of names, in which braces list alternatives."""
    choices = re.split(r"\{([^{}]*)\}", part)
    texts = [
        "(?:" + "|".join(fnmatch.translate(one) for one in choice.split(",")) + ")"
        if at % 2
        else fnmatch.translate(choice)
        for at, choice in enumerate(choices)
    ]
    return re.compile("".join(text.replace(r"\Z", "") for text in texts))


# --- a first look ------------------------------------------------------------------------------


def read_head(spark: SparkSession, file: File, count: int = HEAD_BYTES) -> bytes:
    """Return the first bytes of a file, unpacked where its name ends as a packed one's.

    Raises:
        InputError: the file cannot be read or unpacked.
    """
    # What an archive holds is told at its end.
    content = None if file.name.lower().endswith(".zip") else count << 8
    with told(file), with_content(spark, file, content).open() as stream:
        return stream.read(count)


def with_content(spark: SparkSession, file: File, count: int | None = None) -> Piece:
    """Return a piece that this process can open, with its first bytes where no path leads to it."""
    if has_path(file):
        return Piece(file)
    content = F.col("content") if count is None else F.substring("content", 1, count)
    try:
        row = spark.read.format("binaryFile").load(file.path).select(content).first()
    except ENGINE_ERRORS as error:
        raise InputError(f"{file.uri} cannot be read: {message_line(error)}") from error
    return Piece(file, content=bytes(row[0]) if row else b"")


@contextmanager
def told(file: File) -> Iterator[None]:
    """Name the file whose reading fails, in words that :func:`reason_told` finds again.

    Raises:
        InputError: it cannot be read or unpacked.
    """
    from pyarrow import ArrowInvalid  # which a look at a folder does not need

    try:
        yield
    except EOFError as error:
        raise InputError(
            f"{file.uri} is truncated: unexpected end of the compressed data; "
            "fetch or pack it again"
        ) from error
    except (OSError, *BROKEN, ArrowInvalid, UnicodeDecodeError) as error:
        raise InputError(f"{file.uri} cannot be read: {error}") from error


def reason_told(error: Exception) -> str | None:
    """Return what a task said of a file that it could not read, if that is why a query failed."""
    text = "\n".join([str(error), *causes(error)])
    found = re.search(r"(?:patentcore\.errors\.|External error: )InputError: (.+)", text)
    return found[1].strip() if found else None


# --- tasks -------------------------------------------------------------------------------------


def pieces_of(files: Iterable[File]) -> list[Piece]:
    """Part large files of lines that are not packed into pieces."""
    pieces = []
    for file in files:
        if file.is_named_as_packed or file.size <= _PIECE_BYTES or not has_path(file):
            pieces.append(Piece(file))
            continue
        begins = range(0, file.size, _PIECE_BYTES)
        pieces += [Piece(file, at, at + _PIECE_BYTES) for at in begins]
        pieces[-1] = replace(pieces[-1], end=None)
    return pieces


def batches_of_piece(
    piece: Piece, parse: Callable[[Piece], Iterable[pa.RecordBatch]]
) -> Iterator[pa.RecordBatch]:
    """Read a piece, telling how far, and which file it is that cannot be read."""
    with told(piece.file):
        yield from parse(replace(piece, is_counted=True))
    if piece.end is None:
        count_file()


def tell_parts(done: int, parts: int) -> None:
    """Let the user know how many parts of what was read are made into tables."""
    advance(done, parts)
