"""What an output may be: nothing is replaced that PatentCore did not write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from patentcore import schemas
from patentcore.errors import OutputError
from patentcore.lake.places import Place

MANIFEST = "run.json"
"""Makes the tables beside it a result."""
PROGRESS = "_stages.json"
"""What the stages that ran apart from each other tell the next one, for the manifest."""
RUNS = "_runs"
"""Folder of the manifests of appended runs, by identifier; ``run.json`` is the last one's."""
CORPUS_MANIFESTS = ("ingest.json", "corpus.json")
"""Make the tables beside them a corpus."""

OWN = frozenset(
    {MANIFEST, PROGRESS, RUNS, *CORPUS_MANIFESTS, "report.html", "_former", *schemas.TABLES}
)
"""What a result or corpus holds."""
# What operating systems drop into any folder that is looked at.
DROPPINGS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
# Files in a table: Spark's rows, checksums and marks, and what Delta and Iceberg keep beside.
_OF_A_TABLE = re.compile(
    r"(part-.*|\..*\.crc|_SUCCESS|_metadata|_common_metadata|_temporary|.*\.parquet"
    r"|.*\.(json|checkpoint|crc|bin|avro|puffin|stats)|_last_checkpoint|version-hint\.text)"
)
_NAMED = 5


def refuse_place(output: Place, inputs: Iterable[Place], staging: Place | None) -> None:
    """Refuse an output, or a staging folder, whose replacement would harm something else.

    Args:
        output: the folder to write.
        inputs: folders or files that are read.
        staging: folder in which tables gather, if it is not beside the output.

    Raises:
        OutputError: the output is a root, an input or above one, or inside one of its tables.
    """
    if output.is_root:
        raise OutputError(f"output {output} is the root of a file system; name a folder in it")
    for given in inputs:
        if output.holds(given):
            what = "the input" if output.path == given.path else f"a folder above the input {given}"
            raise OutputError(f"output {output} is {what}; choose another")
        for table in schemas.TABLES:
            if (given / table).holds(output):
                raise OutputError(f"output {output} is inside the input's table {table}")
    if staging is None:
        return
    if staging.is_root:
        raise OutputError(f"output.staging {staging} is the root of a file system")
    for what, place in [("output", output), *(("input", given) for given in inputs)]:
        if place.holds(staging):
            raise OutputError(f"output.staging {staging} is the {what} {place} or inside it")


def foreign(output: Place) -> list[str]:
    """Return what stands in a result's folder that PatentCore did not write, by its name.

    Droppings of operating systems do not count.
    """
    found = []
    for name in output.names():
        place = output / name
        if name in DROPPINGS or _is_checksum(name) or name.startswith("_unfinished"):
            continue
        if name not in OWN:
            found.append(name)
        elif name in schemas.TABLES:
            found += [f"{name}/{inner}" for inner in _foreign_in(place)]
    return found


def _is_checksum(name: str) -> bool:
    return name.startswith(".") and name.endswith(".crc") and name[1:-4] in OWN


def _foreign_in(table: Place) -> list[str]:
    if not table.is_folder():
        return ["(a file in the place of a table)"]
    return [
        file.name
        for file in table.files()
        if not _OF_A_TABLE.fullmatch(file.name.rpartition("/")[2])
        and file.name.rpartition("/")[2] not in DROPPINGS
    ]


def refuse_foreign(output: Place) -> None:
    """Refuse to replace what is not a result of PatentCore's, or holds more than one.

    Raises:
        OutputError: naming what is in the way.
    """
    if not output.exists() or (output.is_folder() and not set(output.names()) - DROPPINGS):
        return
    if not output.is_folder():
        raise OutputError(f"output {output} is a file; choose another")
    if not is_result(output):
        raise OutputError(
            f"output {output} is no result of PatentCore's: it holds {_listed(output.names())} and "
            f"no {MANIFEST} of PatentCore's; choose another output"
        )
    others = foreign(output)
    if others:
        raise OutputError(
            f"output {output} holds what PatentCore did not write, {_listed(others)}, and is not "
            "overwritten; move it away or choose another output"
        )


def is_result(output: Place) -> bool:
    """Tell whether a folder carries a manifest of ours: of a result, of stages, of a corpus."""
    return any(_is_ours(output / name) for name in (MANIFEST, PROGRESS, *CORPUS_MANIFESTS)) or bool(
        (output / RUNS).names()
    )


def _is_ours(manifest: Place) -> bool:
    """Tell whether a file is a manifest of ours; earlier versions did not mark all of them."""
    found = manifest.read_json() or {}
    return "patentcore" in found or bool({"stages", "rows_read", "publications"} & set(found))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
