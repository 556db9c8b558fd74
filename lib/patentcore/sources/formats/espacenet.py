"""Espacenet downloads: CSV with a preamble, in German, English or French."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.table_records import PART
from patentcore.sources.formats.tables import TabularAdapter
from patentcore.sources.record.arrays import Flags, Lists, is_there
from patentcore.sources.record.column_bytes import are_empty, holds, parts_at
from patentcore.sources.record.number_arrays import publication_numbers

DIALECT = Dialect(
    name="espacenet",
    title="Espacenet result list (CSV or XLSX; German, English or French)",
    headers={
        "publication_number": (
            "Veröffentlichungsnummer",
            "Publication number",
            "Numéro de publication",
        ),
        "title": ("Titel", "Title", "Titre"),
        "inventors": ("Erfinder", "Inventors", "Inventeurs"),
        "original_applicant": ("Anmelder", "Applicants", "Demandeurs"),
        "earliest_priority_date": (
            "Früheste Priorität",
            "Earliest priority",
            "Priorité la plus ancienne",
        ),
        "ipc": ("IPC", "CIB"),
        "cpc": ("CPC",),
        "publication_date": (
            "Veröffentlichungsdatum",
            "Publication date",
            "Date de publication",
        ),
    },
    separator=r"\s*[\r\n]+\s*",
    marks=(
        "Familiennummer",
        "Früheste Veröffentlichung",
        "Family number",
        "Earliest publication",
        "Numéro de famille",
        "Publication la plus ancienne",
    ),
    reads_type_of_kind=True,
    has_country_in_name=True,
    prepare=lambda rows: one_row_a_publication(rows),
)


class Espacenet(TabularAdapter):
    """The adapter of Espacenet downloads."""

    def __init__(self) -> None:
        super().__init__(DIALECT)


MOST_PUBLICATIONS = 1_000
"""Of one row; applications have some five."""


def one_row_a_publication(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Part rows that list several publications of an application, each with its own date.

    Where numbers and dates are not equally many, the dates stay together and are no date. A cell of
    which no part is a number is not parted, nor is one of more than ``MOST_PUBLICATIONS``, with
    which its row would be repeated; it is no number.
    """
    count = batch.num_rows
    whole = {name: batch.column(name) for name in _PARTED if name in batch.schema.names}
    parts = {name: _parted_at_blanks(cells) for name, cells in whole.items()}
    # An unusable row has no number; it goes on as one publication.
    numbers = parts["publication_number"]
    lengths = numbers.lengths()
    may_be_parted = (lengths > 1) & (lengths <= MOST_PUBLICATIONS)
    sizes = np.where(may_be_parted & _have_number(numbers, may_be_parted), lengths, 1)
    rows = np.repeat(np.arange(count), sizes)
    part = np.arange(len(rows)) - (np.cumsum(sizes) - sizes)[rows]
    columns = {name: batch.column(name).take(pa.array(rows)) for name in batch.schema.names}
    for name in whole:
        own = parts[name]
        is_parted = np.array(own.lengths() == sizes)
        at = (np.cumsum(own.lengths()) - own.lengths())[rows] + part
        one = own.values.take(pa.array(at, mask=~is_parted[rows]))
        columns[name] = pc.if_else(pa.array(is_parted[rows]), one, columns[name])
    columns[PART] = pa.array(part.astype(np.int32))
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def _parted_at_blanks(cells: pa.Array) -> Lists:
    """Part cells at blanks, one or several of them."""
    found = parts_at(cells, _BREAKS)  # and a blank beside
    if found is not None and not holds(found[1], " ") and not are_empty(found[1]).any():
        return Lists(*found, len(cells))
    return Lists.of(pc.split_pattern_regex(cells, r"\s+"), len(cells))


def _have_number(numbers: Lists, asked: Flags) -> Flags:
    """Tell of the lists that are asked for which have a number, most of which the first is."""
    found = np.zeros(numbers.count, bool)
    is_first = np.append(True, numbers.rows[1:] != numbers.rows[:-1])[: len(numbers.rows)]
    for some in (is_first, ~is_first):
        looked_at = numbers.kept(some & (asked & ~found)[numbers.rows])
        found[looked_at.rows[is_there(publication_numbers(looked_at.values))]] = True
    return found


_BREAKS = ("\t", "\n", "\f", "\r")
_PARTED = ("publication_number", "publication_date")
