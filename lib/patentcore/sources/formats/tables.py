"""The adapter of a table that a dialect describes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyspark.sql import SparkSession

from patentcore.sources.formats.day_orders import day_orders
from patentcore.sources.formats.dialect import DATE_FIELDS, FIELDS, LISTS, Dialect
from patentcore.sources.formats.table_records import columns_filled, parse
from patentcore.sources.reading.batches import Batches
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.made import Made
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.tabular import fields_in, made_of
from patentcore.sources.record import parsed
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage


class TabularAdapter:
    """The adapter of a dialect."""

    is_supplement = False

    def __init__(self, dialect: Dialect, header: Sequence[str] = ()) -> None:
        """Make the adapter; ``header`` names the columns of files that have no header row."""
        self.dialect = dialect
        self.header = tuple(header)
        self.name = dialect.name
        self.title = dialect.title
        self.fields = dialect.can_fill()
        self._aliases = {name: tuple(dialect.headers.get(name, ())) for name in FIELDS}

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which of the format's headers the first file has."""
        tables = _tables(looks)
        if not tables:
            return None
        layout = find_layout(tables[0], self._aliases)
        found = match_headers(layout.header, self._aliases)
        marks = match_headers(layout.header, {name: (name,) for name in self.dialect.marks})
        if "publication_number" not in found or len(found) < self.dialect.needs:
            return None
        if self.dialect.marks and not marks:
            return None
        known = [layout.header[at[0]] for at in (marks or found).values()]
        what = "only this format has" if marks else "such as"
        return f"{len(found)} of its columns are known, {what} {', '.join(known[:4])}"

    def has_headers(self, looks: Sequence[Look]) -> bool:
        """Tell whether the first file has as many known columns as are needed, marks or not."""
        tables = _tables(looks)
        if not tables:
            return False
        found = match_headers(find_layout(tables[0], self._aliases).header, self._aliases)
        return "publication_number" in found and len(found) >= self.dialect.needs

    def lacks_number(self, look: Look) -> tuple[int, int]:
        """Return how many marks and columns a table has that lacks the publication number."""
        if not _tables([look]):
            return 0, 0
        header = find_layout(look, self._aliases).header
        found = match_headers(header, self._aliases)
        marks = match_headers(header, {name: (name,) for name in self.dialect.marks})
        enough = "publication_number" not in found and len(found) >= self.dialect.needs
        return (len(marks), len(found)) if enough else (0, 0)

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read exports; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        tables = _tables(looks) or looks
        parsed = read_tables(spark, tables, self.dialect, self.header)
        present = fields_in(tables, self._aliases, self.header)
        return to_tables(parsed, cut, has_ids={"record_id", "simple_family"} <= set(present))


def _tables(looks: Sequence[Look]) -> list[Look]:
    return [look for look in looks if look.may_be_table]


def semicolon_list(look: Look, dialect: Dialect) -> str | None:
    """Return a list among a table's first rows that semicolons part; none where bars part any."""
    layout = find_layout(look, dialect.headers)
    positions = match_headers(layout.header, dialect.headers)
    at = [p for name in LISTS for p in positions.get(name, [])]
    rows = look.records[layout.delimiter][layout.skip + 1 :]
    texts = [row[p] for row in rows for p in at if p < len(row)]
    if any("|" in cell or "｜" in cell for cell in texts):
        return None
    parted = r"(?<!&amp)[;；]\s*\S"
    return next((cell[:60] for cell in texts if re.search(parted, cell)), None)


def read_tables(
    spark: SparkSession, looks: Sequence[Look], dialect: Dialect, header: Sequence[str] = ()
) -> Batches:
    """Read tables of a dialect into parsed records."""
    aliases = {name: tuple(dialect.headers.get(name, ())) for name in FIELDS}
    limited = dialect.limited_to(fields_in(looks, aliases, header))
    separators = {name: dialect.list_of(name) for name in DATE_FIELDS if limited.has(name)}
    orders = day_orders(spark, looks, aliases, separators, header)
    # What is read of a cell depends on its file by the columns there are, and by the orders.
    alike = None if orders else columns_filled
    made = Made(parsed.SCHEMA, lambda batch: parse(batch, limited, orders), alike)
    return made_of(spark, looks, aliases, ["publication_number"], made, header)
