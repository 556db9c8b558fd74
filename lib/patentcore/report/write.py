"""Read a run's tables, fill the template and write ``report.html`` beside them."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

from patentcore.errors import OutputError
from patentcore.formats import local_path
from patentcore.report import charts
from patentcore.report.content import content_of
from patentcore.report.result import read_result
from patentcore.report.text import FILTERS
from patentcore.tables import Folder

REPORT = "report.html"


def write_report(folder: str) -> str:
    """Write the report of a finished run into its folder.

    Args:
        folder: path or URI of a run's output.

    Returns:
        the path (or URI) of ``report.html``.

    Raises:
        InputError: the folder is not a finished run or lacks a table.
        OutputError: the report cannot be written there.
    """
    page = render(folder)
    path = local_path(folder)
    if path is None:
        return _write_remote(folder, page)
    return _write_local(path / REPORT, page)


def render(folder: str) -> str:
    """Return the report of a finished run as one HTML page; errors as for write_report."""
    environment = Environment(
        loader=FunctionLoader(_package_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    environment.globals["charts"] = charts
    return environment.get_template(REPORT).render(content_of(read_result(folder)))


def _package_text(name: str) -> str:
    """Return a file of this package, which may stand in a zip archive."""
    return (files("patentcore.report") / name).read_text(encoding="utf-8")


def _write_local(path: Path, page: str) -> str:
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(page, encoding="utf-8")
        os.replace(unfinished, path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    return str(path)


def _write_remote(folder: str, page: str) -> str:
    from patentcore.engine.session import get_spark

    target = Folder(get_spark("patentcore report"), folder)
    target.write_text(REPORT, page)
    return target.child(REPORT)
