"""Object stores without Java: S3, Google's and Azure's through pyarrow's own clients.

None of them offers to write an object only where none is, so a lock is made as Hadoop's client
makes it on such stores: looked for, written, read back (see docs/lake.md).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlparse

from pyarrow import ArrowException
from pyarrow import fs as arrow

from patentcore.engine import object_stores
from patentcore.errors import EnvironmentProblem, InputError
from patentcore.lake.stores import FileInfo

_UNTRUE = frozenset("%?#*[]{}")
"""Characters that the engine's client does not take literally in a URI."""
_TRIES = 5
_COPIES = 8
"""Objects that are copied at once; the store does it, this waits."""


class ArrowStore:
    """An object store, in which a folder is only the beginning of names.

    Args:
        uri: any place in the store.

    Raises:
        InputError: the URI is none that every client reads alike.
        EnvironmentProblem: this pyarrow has no client for the store.
    """

    renames_folders = False
    reads_anywhere = True

    def __init__(self, uri: str) -> None:
        strange = sorted(_UNTRUE & set(uri))
        if strange:
            raise InputError(
                f"{uri} has {' '.join(strange)} in its name, which not every client of object "
                "stores takes literally; choose another name, or use --engine spark"
            )
        try:
            self._fs = _filesystem(uri)
        except (OSError, ArrowException) as error:
            raise InputError(f"{uri} cannot be reached: {_line(error)}") from error

    def qualified(self, uri: str) -> str:
        """Return the URI as every engine knows it: of S3's two names the one that Spark has."""
        scheme, mark, rest = uri.partition("://")
        return f"{'s3a' if scheme in object_stores.S3_SCHEMES else scheme}{mark}{rest}"

    def exists(self, path: str) -> bool:  # noqa: D102
        return bool(self._info(path).type != arrow.FileType.NotFound)

    def is_folder(self, path: str) -> bool:  # noqa: D102
        return bool(self._info(path).type == arrow.FileType.Directory)

    def names(self, path: str) -> list[str]:  # noqa: D102
        return sorted(entry.base_name for entry in self._inside(path, recursive=False))

    def files(self, path: str) -> list[FileInfo]:  # noqa: D102
        info = self._info(path)
        if info.is_file:
            return [FileInfo("", info.size, info.mtime_ns)]
        root = len(_key(path)) + 1
        return sorted(
            FileInfo(entry.path[root:], entry.size, entry.mtime_ns)
            for entry in self._inside(path, recursive=True)
            if entry.is_file
        )

    def make(self, path: str) -> None:
        """Do nothing: a folder is there with its first object."""

    def delete(self, path: str) -> None:  # noqa: D102
        info = self._info(path)
        with suppress(FileNotFoundError):  # another was quicker
            if info.is_file:
                self._fs.delete_file(info.path)
            elif info.type == arrow.FileType.Directory:
                self._fs.delete_dir(info.path)

    def rename(self, path: str, target: str) -> None:  # noqa: D102
        if self.exists(target):
            raise FileExistsError(target)
        if self.is_folder(path):
            self.copy(path, target)
            self.delete(path)
        else:
            self._fs.move(_key(path), _key(target))

    def exchange(self, path: str, target: str) -> bool:  # noqa: D102
        return False

    def copy(self, path: str, target: str) -> None:  # noqa: D102
        def copy_one(name: str) -> None:
            self._fs.copy_file(f"{_key(path)}/{name}", f"{_key(target)}/{name}")

        with ThreadPoolExecutor(_COPIES) as pool:
            list(pool.map(copy_one, [file.name for file in self.files(path)]))

    def read(self, path: str) -> bytes:
        """Return a small file; FileNotFoundError where there is none.

        The client asks for as many bytes as the file had a moment ago, so it asks again where the
        file was written anew in between.
        """
        failure = OSError("it is written anew all the time")
        for _ in range(_TRIES):
            try:
                with self.open(path) as file:
                    content = bytes(file.read())
            except OSError as error:
                if not self.exists(path):
                    raise FileNotFoundError(path) from error
                failure = error  # it may be back by now
                continue
            if self._info(path).size == len(content):
                return content
        raise InputError(f"{path} cannot be read: {_line(failure)}") from failure

    def write(self, path: str, content: bytes) -> None:  # noqa: D102
        with self._fs.open_output_stream(_key(path)) as file:
            file.write(content)

    def create(self, path: str, content: bytes) -> bool:  # noqa: D102
        if self.exists(path):
            return False
        self.write(path, content)
        # A second creator may have come in between; the one whose words stand is the first.
        return self.read(path) == content

    def now(self, folder: str) -> int:  # noqa: D102
        probe = f"{folder}/.patentcore-{uuid.uuid4().hex[:8]}"
        self.write(probe, b"now")
        try:
            return int(self._info(probe).mtime_ns)
        finally:
            self.delete(probe)

    def open(self, path: str) -> Any:  # noqa: D102
        return self._fs.open_input_file(_key(path))

    def _info(self, path: str) -> Any:
        with _reached(path):
            return self._fs.get_file_info([_key(path)])[0]

    def _inside(self, path: str, *, recursive: bool) -> list[Any]:
        if not self.is_folder(path):
            return []
        with _reached(path):
            selector = arrow.FileSelector(_key(path), allow_not_found=True, recursive=recursive)
            return list(self._fs.get_file_info(selector))


def _key(path: str) -> str:
    """Return what pyarrow calls a place: bucket or container, and the path in it.

    >>> _key("s3a://lake/corpus"), _key("abfss://lake@account.dfs.core.windows.net/corpus/")
    ('lake/corpus', 'lake/corpus')
    """
    host, _, below = path.partition("://")[2].partition("/")
    return f"{host.partition('@')[0]}/{below}".rstrip("/")


@contextmanager
def _reached(path: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ArrowException) as error:
        raise InputError(f"{path} cannot be reached: {_line(error)}") from error


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:500]


# --- pyarrow's clients --------------------------------------------------------------------------


def _filesystem(uri: str) -> Any:
    parsed = urlparse(uri)
    if parsed.scheme in object_stores.S3_SCHEMES:
        return _s3(parsed.netloc)
    name = "GcsFileSystem" if parsed.scheme in object_stores.GCS_SCHEMES else "AzureFileSystem"
    client = getattr(arrow, name, None)
    if client is None:
        raise EnvironmentProblem(f"{uri}: this pyarrow has no {name}; install a newer one")
    return client(**(_azure(parsed.netloc) if name == "AzureFileSystem" else {}))


def _s3(bucket: str) -> Any:
    endpoint, region = object_stores.s3_endpoint(), object_stores.s3_region()
    settings: dict[str, Any] = {
        "anonymous": object_stores.is_s3_anonymous(),
        "allow_delayed_open": True,  # small files in one request
    }
    if endpoint is not None:
        scheme, mark, host = endpoint.rpartition("://")
        settings |= {"endpoint_override": host} | ({"scheme": scheme} if mark else {})
    return arrow.S3FileSystem(region=region or arrow.resolve_s3_region(bucket), **settings)


# By the client's setting: the variable that the embedded engine reads, too.
_AZURE = {
    "account_key": "AZURE_STORAGE_ACCOUNT_KEY",
    "sas_token": "AZURE_STORAGE_SAS_TOKEN",
    "tenant_id": "AZURE_TENANT_ID",
    "client_id": "AZURE_CLIENT_ID",
    "client_secret": "AZURE_CLIENT_SECRET",
}


def _azure(host: str) -> dict[str, str]:
    """Return the settings of Azure's client: the account in the URI, else the variable's."""
    account = host.partition("@")[2].partition(".")[0] or os.environ.get(
        "AZURE_STORAGE_ACCOUNT_NAME", ""
    )
    if not account:
        raise EnvironmentProblem(
            "Azure needs the storage account: abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/..., "
            "or AZURE_STORAGE_ACCOUNT_NAME"
        )
    given = {name: os.environ[key] for name, key in _AZURE.items() if key in os.environ}
    ways = ("account_key",), ("sas_token",), ("tenant_id", "client_id", "client_secret")
    way = next((way for way in ways if given.keys() >= set(way)), ())
    return {"account_name": account} | {name: given[name] for name in way}
