"""What an input was when it was read: its files' names, sizes and times, or a table's version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from patentcore.errors import InputError
from patentcore.lake.homes import Folder
from patentcore.lake.places import Place
from patentcore.lake.stores import FileInfo, is_data
from patentcore.lake.tables import TableStore

_NAMED = 3


class Seen(NamedTuple):
    """The files below a place as they were.

    Attributes:
        place: the folder or file.
        files: what was there, in the order of names.
    """

    place: Place
    files: tuple[FileInfo, ...]


def see(places: Iterable[Place]) -> list[Seen]:
    """Take down the files of rows below places.

    Raises:
        InputError: a link below leads back to a folder above it.
    """
    return [
        Seen(place, tuple(file for file in place.files() if is_data(file.name))) for place in places
    ]


def refuse_changed(seen: Iterable[Seen]) -> None:
    """Refuse a result of an input that was not the same from start to end.

    Raises:
        InputError: naming the files that are new, gone or written anew since.
    """
    for before in seen:
        (now,) = see([before.place])
        if now == before:
            continue
        names = sorted({file.name for file in set(now.files) ^ set(before.files)})
        shown = ", ".join(str(before.place / name) for name in names[:_NAMED])
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        raise InputError(
            f"the input changed while it was read: {shown}{more}; nothing was published"
        )


class InputPrint(NamedTuple):
    """The tables of an input as they were at the start.

    Attributes:
        tables: name -> format, files, bytes, version, and a digest of the listing.
        seen: the files of tables that have no versions.
        store: the input, reading Delta and Iceberg tables at these versions.
    """

    tables: dict[str, dict[str, Any]]
    seen: list[Seen]
    store: TableStore


def fingerprint(store: TableStore, names: Iterable[str]) -> InputPrint:
    """Take down the tables of an input, and pin the versions that are read.

    A Delta or Iceberg table's version stands for its files.
    """
    tables, seen, versions = {}, [], {}
    for name in names:
        if not store.has(name):
            continue
        version = store.home.version(name)
        files: tuple[FileInfo, ...] = ()
        if version is not None:
            versions[name] = version
        elif isinstance(store.home, Folder):
            seen += see([store.home.at(name)])
            files = seen[-1].files
        tables[name] = _described(store, name, version, files)
    return InputPrint(tables, seen, TableStore(store.home, versions))


def _described(
    store: TableStore, name: str, version: str | None, files: tuple[FileInfo, ...]
) -> dict[str, Any]:
    if version is None:
        count, size = len(files), sum(file.size for file in files)
        listing = [file.name.rpartition("/")[2] for file in files]
    else:
        count, size = store.home.size(name)
        listing = [version]
    digest = hashlib.sha256("\n".join([*listing, str(size)]).encode()).hexdigest()
    found: dict[str, Any] = {"format": store.home.format_of(name)}
    if version is not None:
        found["version"] = version
    return found | {"files": count, "bytes": size, "sha256_of_listing": digest}
