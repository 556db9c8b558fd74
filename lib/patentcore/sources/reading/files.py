"""Find files and look into them, on any file system that Spark's Hadoop client reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from patentcore.engine.failures import causes, java_message
from patentcore.errors import InputError

HEAD_BYTES = 1 << 16
# Below this, starting tasks takes longer than their work.
_WORTH_DEALING = 4 << 20
_PACKED = (".gz", ".bz2")
_PACKED_BEGINNINGS = (b"\x1f\x8b", b"BZ")
# What is said of the end of a packed file, and what Spark says instead.
_END = "(?i)EOFException|unexpected end of"
_MAY_BE_END = rf"{_END}|FAILED_READ_FILE|TextParsingException"


@dataclass(frozen=True)
class File:
    """A file: its URI and its bytes."""

    uri: str
    size: int

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.uri.rpartition("/")[2]

    @property
    def is_named_as_packed(self) -> bool:
        """The name ends as a packed file's."""
        return self.name.lower().endswith(_PACKED)

    @property
    def path(self) -> str:
        """The URI for Spark's readers, which take it for a pattern: ``export[1].csv``."""
        return re.sub(r"([\\\[\]{}*?])", r"\\\1", self.uri)


def find_files(spark: SparkSession, paths: Sequence[str], suffixes: Sequence[str]) -> list[File]:
    """Return the files that are named, and those with one of the suffixes inside named folders.

    Folders are searched whole; names that begin with ``_`` or ``.`` are passed over. A path that
    does not exist as it stands may be a pattern of names.

    Raises:
        InputError: a path does not exist, or nothing was found.
    """
    found: dict[str, File] = {}
    for path in paths:
        for file, was_named in _walk(spark, path):
            if was_named or file.name.lower().endswith(tuple(suffixes)):
                found[file.uri] = file
    if not found:
        raise InputError(f"no {', '.join(suffixes)} file in {', '.join(paths)}")
    return sorted(found.values(), key=lambda file: file.uri)


def spread_over_cores(rows: DataFrame, files: Sequence[File], by: str) -> DataFrame:
    """Spread the rows of few large files over all cores, where one task reads a whole file.

    Args:
        rows: of these files.
        files: that cannot be read in pieces.
        by: a column of different values, by which the rows are spread the same each time.
    """
    cores = rows.sparkSession.sparkContext.defaultParallelism
    if len(files) >= cores or sum(file.size for file in files) < _WORTH_DEALING:
        return rows
    return rows.repartition(cores, by)


def other_files(spark: SparkSession, paths: Sequence[str], suffixes: Sequence[str]) -> list[File]:
    """Return the files inside folders that :func:`find_files` leaves out for their suffix."""
    found = [file for path in paths for file, was_named in _walk(spark, path) if not was_named]
    others = (file for file in found if not file.name.lower().endswith(tuple(suffixes)))
    return sorted(others, key=lambda file: file.uri)


def is_file(spark: SparkSession, path: str) -> bool:
    """Tell whether a path is a file, or a pattern of which files come first."""
    return next((was_named for _, was_named in _walk(spark, path)), False)


def _walk(spark: SparkSession, path: str) -> Iterator[tuple[File, bool]]:
    file_system, jpath = _open(spark, path)
    if file_system.exists(jpath):
        found: Any = [file_system.getFileStatus(jpath)]
    else:
        # No shell expands patterns on other file systems, nor quoted ones.
        found = file_system.globStatus(jpath) if re.search(r"[*?\[{]", path) else None
    if not found:
        raise InputError(f"no such file or folder: {path}")
    for status in found:
        yield from _walk_from(file_system, status)


def _walk_from(file_system: Any, status: Any) -> Iterator[tuple[File, bool]]:
    if status.isFile():
        yield File(status.getPath().toString(), status.getLen()), True
        return
    root = status.getPath().toString()
    entries = file_system.listFiles(status.getPath(), True)
    while entries.hasNext():
        entry = entries.next()
        uri = entry.getPath().toString()
        if not any(part.startswith(("_", ".")) for part in uri[len(root) :].split("/")):
            yield File(uri, entry.getLen()), False


def read_head(spark: SparkSession, file: File, count: int = HEAD_BYTES) -> bytes:
    """Return the first bytes of a file, unpacked where its name ends as a packed one's.

    Raises:
        InputError: the file cannot be read or unpacked.
    """
    try:
        with _unpacked(spark, file) as stream:
            return bytes(stream.readNBytes(count))
    except Exception as error:  # Py4J wraps whatever the Java side throws
        message = java_message(error)
        if _is_end(message) and _is_packed(spark, file):
            raise InputError(_truncated(file.uri)) from error
        raise InputError(f"{file.uri} cannot be read: {message}") from error


def truncated_file(
    spark: SparkSession, paths: Sequence[str], suffixes: tuple[str, ...], error: Exception
) -> str | None:
    """Say which packed file ends too early, if that is why Spark failed to read these.

    What fails on an executor does not always come with the name: the packed files are read again,
    those first whose name the error has.
    """
    told = "\n".join([str(error), *causes(error)])
    if not re.search(_MAY_BE_END, told):
        return None
    packed = [file for file in find_files(spark, paths, suffixes) if _is_packed(spark, file)]
    packed.sort(key=lambda file: file.name not in told)
    return next((_truncated(file.uri) for file in packed if _ends_early(spark, file)), None)


def _is_end(told: str) -> bool:
    return re.search(_END, told) is not None


def _truncated(uri: str) -> str:
    return f"{uri} is truncated: unexpected end of the compressed data; fetch or pack it again"


def _is_packed(spark: SparkSession, file: File) -> bool:
    """Tell whether a file is packed, as its name and its first bytes say."""
    if not file.is_named_as_packed:
        return False
    file_system, jpath = _open(spark, file.uri)
    stream = file_system.open(jpath)
    try:
        return bytes(stream.readNBytes(2)) in _PACKED_BEGINNINGS
    finally:
        stream.close()


def _ends_early(spark: SparkSession, file: File) -> bool:
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    try:
        with _unpacked(spark, file) as stream:
            stream.transferTo(jvm.java.io.OutputStream.nullOutputStream())
    except Exception as error:  # Py4J wraps whatever the Java side throws
        return _is_end(f"{java_message(error)} {error}")
    return False


@contextmanager
def _unpacked(spark: SparkSession, file: File) -> Iterator[Any]:
    """Open a file as a Java stream, unpacked where its name ends as a packed one's."""
    file_system, jpath = _open(spark, file.uri)
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    codecs = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(_hadoop(spark))
    codec = codecs.getCodec(jpath)
    stream = file_system.open(jpath)
    try:
        yield codec.createInputStream(stream) if codec is not None else stream
    finally:
        stream.close()


def _open(spark: SparkSession, path: str) -> tuple[Any, Any]:
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    jpath = jvm.org.apache.hadoop.fs.Path(path)
    return jpath.getFileSystem(_hadoop(spark)), jpath


def _hadoop(spark: SparkSession) -> Any:
    return spark._jsc.hadoopConfiguration()
