"""Which of day and month stands first in the columns of a table: a first pass over its files.

A column that leaves it open takes what the others of its file tell, and a file that does what the
others tell. Only files among whose first records such a date stands are read twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.made import Made
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.reading.tabular import FILE, made_of
from patentcore.sources.record.arrays import encoded
from patentcore.sources.record.cells import order_of
from patentcore.sources.record.headers import Aliases, match_headers
from patentcore.sources.record.list_cells import listed

_SCHEMA = "file string, field string, order string"
_YEAR_BEHIND = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]((?:1[5-9]|2[01])?[0-9]{2})(?: [0-9]{1,2}:.*)?$"
# Years of two digits are read as spreadsheets read them.
_FIRST_YEAR = "30"


def day_orders(
    spark: SparkSession,
    looks: Sequence[Look],
    aliases: Aliases,
    separators: Mapping[str, str],
    header: Sequence[str] = (),
    required: Sequence[str] = ("publication_number",),
    *,
    is_lines: bool = False,
) -> dict[str, dict[str, str]]:
    """Return ``dmy`` or ``mdy`` by file and field, where the values tell.

    A column does where some dates can be read in one order only, and none in the other only.

    Args:
        spark: the session.
        looks: the files.
        aliases: names of the columns that fill a field.
        separators: of the dates in a cell, by field.
        header: names of the columns of files that have no header row.
        required: the fields without whose column a file cannot be read.
        is_lines: no cell of these files breaks over lines.
    """
    dated = [look for look in looks if _may_need_order(look, aliases, separators, header)]
    if not dated:
        return {}
    made = Made(_SCHEMA, lambda batch: _orders_in(batch, separators))
    rows = made_of(spark, dated, aliases, required, made, header, is_lines=is_lines).frame()
    found: dict[str, dict[str, set[str]]] = {}
    for file, name, order in rows.distinct().collect():
        found.setdefault(file, {}).setdefault(name, set()).add(order)
    return decided(found)


def decided(found: Mapping[str, Mapping[str, Set[str]]]) -> dict[str, dict[str, str]]:
    """Return the order of each column that is told, by its dates or by those of others.

    Columns that contradict themselves have none, nor do open ones beside columns or files that
    contradict each other.

    Args:
        found: by file and field, what :func:`order_of` says of its dates.

    >>> decided({"a": {"x": {"either"}, "y": {"either", "dmy"}}, "b": {"x": {"either"}}})
    {'a': {'x': 'dmy', 'y': 'dmy'}, 'b': {'x': 'dmy'}}
    >>> decided({"a": {"x": {"dmy"}, "y": {"mdy"}, "z": {"either"}, "w": {"dmy", "mdy"}}})
    {'a': {'x': 'dmy', 'y': 'mdy'}}
    """
    told = {
        file: {name: order for name, several in columns.items() if (order := _one_of(several))}
        for file, columns in found.items()
    }
    everywhere = {order for columns in told.values() for order in columns.values()}
    for file, columns in found.items():
        own = set(told[file].values()) or everywhere
        is_torn = any(
            several != {"either"} and not _one_of(several) for several in columns.values()
        )
        if len(own) == 1 and not is_torn:
            told[file] = dict.fromkeys(columns, next(iter(own)))
    return {file: columns for file, columns in told.items() if columns}


def with_year_in_front(
    rows: DataFrame, orders: Mapping[str, Mapping[str, str]], file: str = FILE
) -> DataFrame:
    """Write dates that have the year behind as others, in columns of text of these files.

    >>> found = [("a", "2/24/2010"), ("b", "2/3/2010")]
    >>> rows = spark.createDataFrame(found, "file string, day string")
    >>> with_year_in_front(rows, {"a": {"day": "mdy"}}, "file").show()
    +----+----------+
    |file|       day|
    +----+----------+
    |   a|2010-02-24|
    |   b|  2/3/2010|
    +----+----------+
    <BLANKLINE>
    """
    for uri, columns in orders.items():
        for name, order in columns.items():
            given = F.col(name)
            is_meant = (F.col(file) == uri) & given.rlike(_YEAR_BEHIND)
            rows = rows.withColumn(name, F.when(is_meant, _written(given, order)).otherwise(given))
    return rows


def _written(date: Column, order: str) -> Column:
    first, second, year = (F.regexp_extract(date, _YEAR_BEHIND, at) for at in (1, 2, 3))
    month, day = (first, second) if order == "mdy" else (second, first)
    century = F.when(year >= _FIRST_YEAR, F.lit("19")).otherwise(F.lit("20"))
    whole = F.when(F.length(year) == 2, F.concat(century, year)).otherwise(year)
    return F.concat_ws("-", whole, F.lpad(month, 2, "0"), F.lpad(day, 2, "0"))


def _one_of(several: Set[str]) -> str | None:
    """Return the order that dates tell, of which none may contradict it."""
    orders = several - {"either"}
    return next(iter(orders)) if len(orders) == 1 and "neither" not in orders else None


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
