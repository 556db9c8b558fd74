"""Which of day and month stands first in the columns of a table: a first pass over its files.

Only files among whose first records such a date stands are read twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from patentcore.sources.reading.made import Made
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.reading.tabular import FILE, find_layout, rows_of
from patentcore.sources.record.arrays import encoded, listed
from patentcore.sources.record.cells import order_of
from patentcore.sources.record.headers import Aliases, match_headers

_SCHEMA = "file string, field string, order string"


def day_orders(
    spark: SparkSession,
    looks: Sequence[Look],
    aliases: Aliases,
    separators: Mapping[str, str],
    header: Sequence[str] = (),
    required: str = "publication_number",
) -> dict[str, dict[str, str]]:
    """Return ``dmy`` or ``mdy`` by file and field, where the values of a whole column tell.

    A column does where some dates can be read in one order only, and none in the other only.

    Args:
        spark: the session.
        looks: the files.
        aliases: names of the columns that fill a field.
        separators: of the dates in a cell, by field.
        header: names of the columns of files that have no header row.
        required: the field without whose column a file cannot be read.
    """
    dated = [look for look in looks if _may_need_order(look, aliases, separators, header)]
    if not dated:
        return {}
    made = Made(_SCHEMA, lambda batch: _orders_in(batch, separators))
    rows = rows_of(spark, dated, aliases, [required], header, made=made)
    found: dict[tuple[str, str], set[str]] = {}
    for file, name, order in rows.distinct().collect():
        found.setdefault((file, name), set()).add(order)
    decided: dict[str, dict[str, str]] = {}
    for (file, name), several in found.items():
        told = several - {"either"}
        if len(told) == 1 and "neither" not in told:
            decided.setdefault(file, {})[name] = told.pop()
    return decided


def _may_need_order(
    look: Look, aliases: Aliases, separators: Mapping[str, str], header: Sequence[str]
) -> bool:
    layout = find_layout(look, aliases, header)
    positions = match_headers(layout.header, aliases)
    columns = {
        at: pattern for name, pattern in separators.items() for at in positions.get(name, ())
    }
    rows = look.records[layout.delimiter][layout.skip + 1 :]
    for at, pattern in columns.items():
        cells = pa.array([row[at].strip() for row in rows if at < len(row)], pa.string())
        if any(map(order_of, listed(cells, pattern, len(cells)).values.to_pylist())):
            return True
    return False


def _orders_in(batch: pa.RecordBatch, separators: Mapping[str, str]) -> pa.RecordBatch:
    found = []
    for name, pattern in separators.items():
        if name in batch.schema.names:
            texts = encoded(listed(batch.column(name), pattern, batch.num_rows).values).dictionary
            orders = set(map(order_of, texts.to_pylist())) - {None}
            found += [(name, order) for order in sorted(map(str, orders))]
    file = pc.fill_null(batch.column(FILE), "")[0].as_py() if batch.num_rows else ""
    columns = [[file] * len(found), [name for name, _ in found], [order for _, order in found]]
    return pa.RecordBatch.from_arrays(
        [pa.array(column, pa.string()) for column in columns], ["file", "field", "order"]
    )
