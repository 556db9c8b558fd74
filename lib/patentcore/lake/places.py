"""A place: a path in a store. What the user names becomes one here, literally and once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession

from patentcore.engine import Ability, running
from patentcore.errors import ConfigError, InputError, OutputError
from patentcore.lake.stores import FileInfo, HadoopStore, LocalStore, Store, is_data
from patentcore.lake.uris import CATALOG, absolute, is_catalog, local_path


@dataclass(frozen=True)
class Place:
    """A folder or file, there or not.

    Attributes:
        store: the file system.
        path: absolute, links resolved; without a slash at the end.
    """

    store: Store
    path: str

    def __str__(self) -> str:
        """Write the place as messages name it."""
        return self.path

    @property
    def name(self) -> str:
        """Last part of the path; empty for a root."""
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> Place:
        """The folder that this stands in; a root is its own."""
        head, slash, last = self.path.rpartition("/")
        if not last or head.endswith((":", ":/")):
            return self
        return Place(self.store, head or slash)

    @property
    def is_root(self) -> bool:
        """Whether nothing is above: a disk's, a file system's or a bucket's root."""
        return self.parent == self

    def __truediv__(self, name: str) -> Place:
        """Return a place inside."""
        return Place(self.store, f"{self.path.rstrip('/')}/{name}" if name else self.path)

    def sibling(self, name: str) -> Place:
        """Return a place beside this one."""
        return self.parent / name

    def holds(self, other: Place) -> bool:
        """Tell whether another place is this one or lies inside."""
        return f"{other.path.rstrip('/')}/".startswith(f"{self.path.rstrip('/')}/")

    def exists(self) -> bool:
        """Tell whether something stands here."""
        return self.store.exists(self.path)

    def is_folder(self) -> bool:
        """Tell whether a folder stands here."""
        return self.store.is_folder(self.path)

    def names(self) -> list[str]:
        """Return what stands inside, sorted."""
        return self.store.names(self.path)

    def files(self) -> list[FileInfo]:
        """Return all files below."""
        return self.store.files(self.path)

    def size(self) -> tuple[int, int]:
        """Return the number and the bytes of the files of rows below."""
        sizes = [file.size for file in self.files() if is_data(file.name)]
        return len(sizes), sum(sizes)

    def make(self) -> None:
        """Make the folder."""
        self.store.make(self.path)

    def delete(self) -> None:
        """Remove what stands here."""
        self.store.delete(self.path)

    def read_text(self) -> str:
        """Return a small UTF-8 file; FileNotFoundError where there is none."""
        return self.store.read(self.path).decode("utf-8")

    def read_json(self) -> dict[str, Any] | None:
        """Return a small JSON file; ``None`` where there is none or it is not JSON."""
        try:
            found = json.loads(self.read_text())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def write_text(self, text: str) -> None:
        """Write a small UTF-8 file, never seen half-written."""
        self.store.write(self.path, text.encode("utf-8"))

    def write_json(self, value: dict[str, Any]) -> None:
        """Write a small JSON file, never seen half-written."""
        self.write_text(as_json(value))


def as_json(value: dict[str, Any]) -> str:
    """Return JSON as it is written into files, for people to read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def local_place(uri: str) -> Place | None:
    """Return a place on this machine's disk; ``None`` where the URI names another store."""
    path = local_path(uri)
    return None if path is None else Place(LocalStore(), str(absolute(path)))


def place_at(spark: SparkSession, uri: str) -> Place:
    """Return the place that a path or URI names.

    Raises:
        ConfigError: the running engine has no client for the store.
        InputError: the store cannot be reached.
    """
    local = local_place(uri)
    if local is not None:
        return local
    engine = running()
    if not engine.reads(uri):
        raise ConfigError(
            f"{uri}: the engine {engine.name} has no client for {uri.partition(':')[0]}:; use "
            "--engine spark"
        )
    if Ability.JAVA in engine.abilities:
        hadoop = HadoopStore(spark, uri)
        return Place(hadoop, hadoop.qualified(uri).rstrip("/"))
    from patentcore.lake.arrow_store import ArrowStore  # takes a fifth of a second to load

    store = ArrowStore(uri)
    return Place(store, store.qualified(uri).rstrip("/"))


def anchor_of(spark: SparkSession, uri: str) -> Place:
    """Return the folder that an output's lock, journal and staging stand beside.

    That is the output; for a namespace, a folder of its name in the session's warehouse.

    Raises:
        OutputError: the store cannot be reached.
    """
    try:
        if is_catalog(uri):
            warehouse = place_at(spark, str(spark.conf.get("spark.sql.warehouse.dir")))
            return warehouse / uri.removeprefix(CATALOG)
        return place_at(spark, uri)
    except InputError as error:
        raise OutputError(str(error)) from error
