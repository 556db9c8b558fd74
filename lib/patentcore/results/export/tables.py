"""The tables of a result as an export takes them: chosen, in batches, described."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa

from patentcore import schemas
from patentcore.errors import ConfigError
from patentcore.lake.results import Result
from patentcore.results.export.pages import PAGES


@dataclass(frozen=True)
class Described:
    """What a reader is told of a column.

    Attributes:
        table: its table.
        column: its name.
        type: as the schema writes it.
        meaning: the schema's own description; empty where the schema does not know the column.
    """

    table: str
    column: str
    type: str
    meaning: str


class Content(NamedTuple):
    """What an export writes of a table or of the pages: columns with their meaning, and rows."""

    columns: Sequence[Described]
    rows: Iterator[Sequence[Any]]

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [one.column for one in self.columns]


def content_of(result: Result, table: str) -> Content:
    """Return a table of the result, or the pages that are made from its tables."""
    if table in PAGES:
        columns = [
            Described(table, field.name, field.dataType.simpleString(), field.metadata["comment"])
            for field in schemas.PAGES
        ]
        return Content(columns, PAGES[table](result))
    batches = result.batches(table)
    first = next(batches)
    columns = described(table, first.schema)
    return Content(columns, rows_of(chain([first], batches), [one.column for one in columns]))


def chosen_tables(result: Result, wanted: Sequence[str]) -> list[str]:
    """Return the tables that are exported, pages among them: those wanted, or all.

    Raises:
        ConfigError: the result has no such table.
        InputError: there is no result.
    """
    there = result.tables()
    there += PAGES if "technologies" in there else ()
    for name in wanted:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; it has {', '.join(there)}"
            raise ConfigError(f"--tables: the result has no table {name}{hint}")
    return list(dict.fromkeys(wanted)) or there


def rows_of(batches: Iterable[pa.RecordBatch], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield rows as Python values, in the order of the columns."""
    for batch in batches:
        yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def in_declared_order(table: str, found: Sequence[str]) -> list[str]:
    """Return the columns that a table has, those that the schema declares first.

    >>> in_declared_order("funnel", ["extra", "patents", "step"])
    ['step', 'patents', 'extra']
    """
    declared = schemas.TABLES[table].names
    return [n for n in declared if n in found] + [n for n in found if n not in declared]


def described(table: str, schema: pa.Schema) -> list[Described]:
    """Return what the schema says of the columns of a table.

    >>> described("edges", pa.schema([("src", pa.string())]))[0].meaning
    'citing publication; either end where undirected'
    """
    known = {field.name: field for field in schemas.TABLES[table]}
    return [
        Described(
            table,
            name,
            known[name].dataType.simpleString() if name in known else str(schema.field(name).type),
            known[name].metadata.get("comment", "") if name in known else "",
        )
        for name in in_declared_order(table, schema.names)
    ]
