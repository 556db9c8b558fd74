"""Export a finished run: which writer a format has, and what may be asked of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from patentcore import schemas
from patentcore.errors import ConfigError
from patentcore.lake.results import Result, consistently
from patentcore.results.export import bibtex, csv_files, graphs, workbook
from patentcore.results.export.network import Network, network_of
from patentcore.results.export.pages import PAGES
from patentcore.results.export.publish import refuse_taken, staged, target_of
from patentcore.results.export.tables import chosen_tables
from patentcore.results.reading import session_for

NETWORKS = ("citation", "codes")


class Format(NamedTuple):
    """What a format takes and makes.

    Attributes:
        ending: of the file, or of the folder's name.
        takes: ``tables``, ``network`` or ``ranking``.
        files: in the folder that it makes, the tables' own aside; ``None`` where it is one file.
    """

    ending: str
    takes: str
    files: frozenset[str] | None = None


_PAJEK = frozenset(
    (
        *("network.net", "main_class.txt", "cluster.clu", "year.clu", "main_class.clu"),
        *("is_key.clu", "betweenness.vec", "core_degree.vec", "degree.vec"),
    )
)
_CSV = frozenset((csv_files.README, *(f"{name}.csv" for name in (*schemas.TABLES, *PAGES))))

FORMATS = {
    "xlsx": Format(".xlsx", "tables"),
    "csv": Format("-csv", "tables", _CSV),
    "graphml": Format(".graphml", "network"),
    "gexf": Format(".gexf", "network"),
    "vosviewer": Format("-vosviewer", "network", frozenset(("map.txt", "network.txt"))),
    "pajek": Format("-pajek", "network", _PAJEK),
    "bibtex": Format(".bib", "ranking"),
}
_WRITERS: dict[str, Callable[[Network, Path], None]] = {
    "graphml": graphs.write_graphml,
    "gexf": graphs.write_gexf,
    "vosviewer": graphs.write_vosviewer,
    "pajek": graphs.write_pajek,
}


@dataclass(frozen=True)
class Request:
    """What is exported.

    Attributes:
        to: one of ``FORMATS``.
        output: path; ``None`` is the result's name and the format's ending in the working folder.
        tables: of a workbook and of CSV files; all where none is named.
        network: one of ``NETWORKS``; ``None`` is the one that the run measured.
        overwrite: whether an earlier export there is replaced.
    """

    to: str
    output: str | None = None
    tables: Sequence[str] = field(default=())
    network: str | None = None
    overwrite: bool = False


def export(folder: str, request: Request) -> str:
    """Write a finished run's export and return its path: a file, or a folder of files.

    Args:
        folder: path or URI of the run's output.
        request: what is wanted.

    Raises:
        ConfigError: the request does not fit the format or the result.
        InputError: the folder is not a finished run, or lacks a table.
        OutputError: something stands there, or it cannot be written.
    """
    form = FORMATS[request.to]
    if request.tables and form.takes != "tables":
        raise ConfigError(f"--tables is of xlsx and csv, not of {request.to}")
    if request.network and form.takes != "network":
        raise ConfigError(f"--network is of formats of networks, not of {request.to}")
    # A folder's last part; of a catalogue's namespace, its name.
    name = folder.rstrip("/").rpartition("/")[2].rpartition(":")[2] or "result"
    if name in (".", ".."):
        name = Path(folder).resolve().name
    target = target_of(request.output or f"{name}{form.ending}", folder)
    refuse_taken(target, overwrite=request.overwrite, own_names=form.files)
    is_folder = form.files is not None
    with staged(target, overwrite=request.overwrite, is_folder=is_folder) as draft:

        def write(result: Result) -> None:
            if draft.is_dir():
                shutil.rmtree(draft)
            draft.unlink(missing_ok=True)
            if is_folder:
                draft.mkdir()
            _write(result, request, draft)

        consistently(folder, session_for(folder), write)
    return str(target)


def _write(result: Result, request: Request, draft: Path) -> None:
    if request.to in _WRITERS:
        _WRITERS[request.to](network_of(result, request.network), draft)
    elif request.to == "bibtex":
        bibtex.write_bibtex(result, draft)
    else:
        tables = chosen_tables(result, request.tables)
        if request.to == "csv":
            csv_files.write_csv(result, tables, draft)
        else:
            workbook.write_workbook(result, tables, draft, about=_about(result))


def _about(result: Result) -> list[tuple[str, str]]:
    manifest = result.manifest()
    return [
        ("result", result.uri),
        ("finished", str(manifest.get("finished", "unknown"))),
        ("patentcore", str(manifest.get("patentcore", "unknown"))),
    ]
