"""A result as CSV files, one a table, and a README of their columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from patentcore.lake.results import Result
from patentcore.results.export.cells import text_of
from patentcore.results.export.tables import Described, content_of
from patentcore.words.safety import without_controls, without_formula

README = "README.csv"


def write_csv(result: Result, tables: Sequence[str], folder: Path) -> None:
    """Write a folder of CSV files: UTF-8 with the mark that Excel knows it by, commas, CRLF."""
    columns: list[Described] = []
    for table in tables:
        content = content_of(result, table)
        columns += content.columns
        _write(folder / f"{table}.csv", content.names, content.rows)
    header = ("table", "column", "type", "meaning")
    _write(folder / README, header, map(astuple, columns))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = text_of(value)
    return None if text is None else without_formula(without_controls(text))
