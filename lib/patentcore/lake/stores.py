"""File systems behind one small protocol: the local disk, and whatever Hadoop's client reaches.

Object stores without Java are in :mod:`patentcore.lake.arrow_store`.

Paths are absolute and literal. What each store can promise shows in two attributes and is told in
docs/lake.md: whether a folder changes its name in one step, and whether two folders change places
in one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pyspark.sql import SparkSession

from patentcore.engine.failures import JavaError, message_line
from patentcore.errors import InputError


class FileInfo(NamedTuple):
    """A file below a folder.

    Attributes:
        name: path below the folder.
        size: bytes.
        modified: when it was last written, in the store's own units.
    """

    name: str
    size: int
    modified: int


class Store(Protocol):
    """A file system."""

    renames_folders: bool
    """Whether a folder changes its name in one step; elsewhere it is copied file by file."""
    reads_anywhere: bool
    """Whether a file can be opened to be read at any place in it."""

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is there; InputError if the store cannot be reached."""

    def is_folder(self, path: str) -> bool:
        """Tell whether a folder is there."""

    def names(self, path: str) -> list[str]:
        """Return what stands in a folder, sorted; nothing where there is none."""

    def files(self, path: str) -> list[FileInfo]:
        """Return all files below a folder, sorted by name, or the file that the path names."""

    def make(self, path: str) -> None:
        """Make a folder and those above it."""

    def delete(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it; nothing where there is none."""

    def rename(self, path: str, target: str) -> None:
        """Move to a name that is free."""

    def exchange(self, path: str, target: str) -> bool:
        """Let two folders change places in one step; ``False`` where the store has none."""

    def copy(self, path: str, target: str) -> None:
        """Copy a folder with all that is in it to a name that is free."""

    def read(self, path: str) -> bytes:
        """Return a small file; FileNotFoundError where there is none."""

    def open(self, path: str) -> Any:
        """Open a file, to be read at any place in it."""

    def write(self, path: str, content: bytes) -> None:
        """Write a small file, which is seen as it was or as it is now."""

    def create(self, path: str, content: bytes) -> bool:
        """Write a small file where none is; ``False`` where one is."""

    def now(self, folder: str) -> int:
        """Return the store's time, in the units of :attr:`FileInfo.modified`."""


def is_data(name: str) -> bool:
    """Tell whether a file holds rows, as against marks, logs and checksums.

    >>> is_data("run_id=a/part-0.parquet"), is_data("_SUCCESS"), is_data("_delta_log/0.json")
    (True, False, False)
    """
    return not any(part.startswith(("_", ".")) for part in name.split("/"))


# --- the local disk -----------------------------------------------------------------------------


class LocalStore:
    """The disk of this machine."""

    renames_folders = reads_anywhere = True

    def exists(self, path: str) -> bool:  # noqa: D102
        return os.path.lexists(path)

    def is_folder(self, path: str) -> bool:  # noqa: D102
        return os.path.isdir(path)

    def names(self, path: str) -> list[str]:  # noqa: D102
        return sorted(os.listdir(path)) if os.path.isdir(path) else []

    def files(self, path: str) -> list[FileInfo]:  # noqa: D102
        if os.path.isfile(path):
            status = os.stat(path)
            return [FileInfo("", status.st_size, status.st_mtime_ns)]
        if not os.path.isdir(path):
            return []
        return sorted(_walk(path, "", (os.path.realpath(path),)))

    def make(self, path: str) -> None:  # noqa: D102
        os.makedirs(path, exist_ok=True)

    def delete(self, path: str) -> None:  # noqa: D102
        if os.path.isdir(path) and not os.path.islink(path):
            _remove_folder(path)
        elif os.path.lexists(path):
            os.unlink(path)

    def rename(self, path: str, target: str) -> None:  # noqa: D102
        os.rename(path, target)

    def exchange(self, path: str, target: str) -> bool:  # noqa: D102
        return _exchange(path, target)

    def copy(self, path: str, target: str) -> None:  # noqa: D102
        shutil.copytree(path, target)

    def read(self, path: str) -> bytes:  # noqa: D102
        return Path(path).read_bytes()

    def open(self, path: str) -> Any:  # noqa: D102
        return open(path, "rb")

    def write(self, path: str, content: bytes) -> None:  # noqa: D102
        unfinished = f"{path}.{uuid.uuid4().hex[:8]}"
        try:
            with open(unfinished, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

    def create(self, path: str, content: bytes) -> bool:  # noqa: D102
        unfinished = f"{path}.{uuid.uuid4().hex[:8]}"
        Path(unfinished).write_bytes(content)
        try:
            # A link appears with its content at once, where opening would show an empty file.
            os.link(unfinished, path)
        except FileExistsError:
            return False
        finally:
            os.unlink(unfinished)
        return True

    def now(self, folder: str) -> int:  # noqa: D102
        probe = Path(folder) / f".patentcore-{uuid.uuid4().hex[:8]}"
        probe.touch()
        try:
            return probe.stat().st_mtime_ns
        finally:
            probe.unlink()


def _walk(root: str, below: str, ancestors: tuple[str, ...]) -> Iterator[FileInfo]:
    with os.scandir(os.path.join(root, below)) as entries:
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            if not entry.is_dir():
                status = entry.stat(follow_symlinks=entry.is_file())
                yield FileInfo(name, status.st_size, status.st_mtime_ns)
                continue
            real = os.path.realpath(entry.path)
            if entry.is_symlink() and real in ancestors:
                raise InputError(f"{entry.path} is a link back to a folder above it, {real}")
            yield from _walk(root, name, (*ancestors, real))


_WAITS, _WAIT_SECONDS = 100, 0.05


def _remove_folder(path: str) -> None:
    """Remove a folder, also one in which an engine still ends what was interrupted."""
    for last in [False] * _WAITS + [True]:
        try:
            shutil.rmtree(path)
        except OSError as error:
            if last or error.errno not in (errno.ENOTEMPTY, errno.ENOENT):
                raise
        if not os.path.lexists(path):
            return
        time.sleep(_WAIT_SECONDS)


_RENAME_EXCHANGE = 2  # Linux, linux/fs.h
_RENAME_SWAP = 2  # macOS, sys/stdio.h
_AT_FDCWD = -100


def _exchange(path: str, target: str) -> bool:
    """Let two folders change places; ``False`` where the system or the disk cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    one, other = os.fsencode(path), os.fsencode(target)
    if sys.platform.startswith("linux") and hasattr(library, "renameat2"):
        done = library.renameat2(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        done = library.renamex_np(one, other, _RENAME_SWAP)
    else:
        return False
    return bool(done == 0)


# --- Hadoop's client ----------------------------------------------------------------------------

# Stores of objects, in which a folder is only the beginning of names.
_OF_OBJECTS = frozenset({"s3", "s3a", "s3n", "gs", "oss", "obs", "cosn", "swift", "wasb", "wasbs"})


class HadoopStore:
    """A file system of Hadoop's client, with what the session configures for it.

    Args:
        spark: a classic session.
        uri: any place in the file system.
    """

    reads_anywhere = False

    def __init__(self, spark: SparkSession, uri: str) -> None:
        jvm = spark.sparkContext._jvm
        assert jvm is not None
        self._jvm = jvm
        self._configuration = spark._jsc.hadoopConfiguration()
        self._gateway = spark.sparkContext._gateway
        self.scheme = uri.partition(":")[0]
        self.renames_folders = self.scheme not in _OF_OBJECTS
        try:
            self._fs = self._path(uri).getFileSystem(self._configuration)
        except JavaError as error:
            raise InputError(f"{uri} cannot be reached: {message_line(error)}") from error

    def qualified(self, uri: str) -> str:
        """Return the URI with scheme and host."""
        return str(self._fs.makeQualified(self._path(uri)).toString())

    def exists(self, path: str) -> bool:  # noqa: D102
        try:
            return bool(self._fs.exists(self._path(path)))
        except JavaError as error:
            raise InputError(f"{path} cannot be reached: {message_line(error)}") from error

    def is_folder(self, path: str) -> bool:  # noqa: D102
        return self.exists(path) and bool(self._fs.getFileStatus(self._path(path)).isDirectory())

    def names(self, path: str) -> list[str]:  # noqa: D102
        if not self.is_folder(path):
            return []
        statuses = self._fs.listStatus(self._path(path))
        return sorted(str(status.getPath().getName()) for status in statuses)

    def files(self, path: str) -> list[FileInfo]:  # noqa: D102
        if not self.exists(path):
            return []
        root = self.qualified(path)
        entries = self._fs.listFiles(self._path(path), True)
        found = []
        while entries.hasNext():
            entry = entries.next()
            name = str(entry.getPath().toString())[len(root) :].lstrip("/")
            found.append(FileInfo(name, int(entry.getLen()), int(entry.getModificationTime())))
        return sorted(found)

    def make(self, path: str) -> None:  # noqa: D102
        self._fs.mkdirs(self._path(path))

    def delete(self, path: str) -> None:  # noqa: D102
        self._fs.delete(self._path(path), True)

    def rename(self, path: str, target: str) -> None:  # noqa: D102
        if self._fs.exists(self._path(target)):
            raise FileExistsError(target)  # Hadoop would move into a folder that is there
        if not self._fs.rename(self._path(path), self._path(target)):
            raise OSError(f"{path} cannot be renamed to {target}")

    def exchange(self, path: str, target: str) -> bool:  # noqa: D102
        return False

    def copy(self, path: str, target: str) -> None:  # noqa: D102
        util = self._jvm.org.apache.hadoop.fs.FileUtil
        # File by file: listed as folders, what a job's commit is still emptying would be missed.
        for file in self.files(path):
            done = util.copy(
                *(self._fs, self._path(f"{path}/{file.name}")),
                *(self._fs, self._path(f"{target}/{file.name}")),
                *(False, True, self._configuration),
            )
            if not done:
                raise OSError(f"{path}/{file.name} cannot be copied to {target}")

    def read(self, path: str) -> bytes:  # noqa: D102
        if not self.exists(path):
            raise FileNotFoundError(path)
        try:
            stream = self._fs.open(self._path(path))
        except JavaError as error:
            if "FileNotFoundException" in message_line(error):  # removed since
                raise FileNotFoundError(path) from error
            raise InputError(f"{path} cannot be read: {message_line(error)}") from error
        try:
            return bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream))
        finally:
            stream.close()

    def open(self, path: str) -> Any:  # noqa: D102
        return BytesIO(self.read(path))

    def write(self, path: str, content: bytes) -> None:  # noqa: D102
        if not self.renames_folders:
            self._put(path, content, overwrite=True)  # an object is replaced in one step
            return
        unfinished = f"{path}.{uuid.uuid4().hex[:8]}"
        self._put(unfinished, content, overwrite=False)
        rename = self._jvm.org.apache.hadoop.fs.Options.Rename
        assert self._gateway is not None
        options = self._gateway.new_array(rename, 1)
        options[0] = rename.OVERWRITE
        context = self._jvm.org.apache.hadoop.fs.FileContext.getFileContext(
            self._fs.getUri(), self._configuration
        )
        context.rename(self._path(unfinished), self._path(path), options)

    def create(self, path: str, content: bytes) -> bool:  # noqa: D102
        try:
            self._put(path, content, overwrite=False)
        except JavaError as error:
            if self._fs.exists(self._path(path)):
                return False
            raise OSError(f"{path} cannot be written: {message_line(error)}") from error
        # Not every store refuses a second creator; the one whose words stand is the first.
        return self.read(path) == content

    def now(self, folder: str) -> int:  # noqa: D102
        probe = f"{folder}/.patentcore-{uuid.uuid4().hex[:8]}"
        self._put(probe, b"now", overwrite=False)
        try:
            return int(self._fs.getFileStatus(self._path(probe)).getModificationTime())
        finally:
            self.delete(probe)

    def _put(self, path: str, content: bytes, *, overwrite: bool) -> None:
        stream = self._fs.create(self._path(path), overwrite)
        try:
            stream.write(bytearray(content))
        finally:
            stream.close()

    def _path(self, path: str) -> Any:
        is_root = re.fullmatch(r"[^:/]+://[^/]*", path)
        return self._jvm.org.apache.hadoop.fs.Path(f"{path}/" if is_root else path)
