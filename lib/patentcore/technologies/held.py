"""Frames of few rows that are held in this process: each computed once, by a plan of its own.

Engines take longer to plan what joins a dozen of them than to compute all of them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame

_AT_ONCE = 4
MOST = 200_000
"""Rows that are held; of more, planning is the least."""


def held(few: DataFrame) -> DataFrame:
    """Return a frame of few rows that several things read as it is computed once.

    >>> held(spark.range(2)).count()
    2
    """
    table = few.toArrow()
    return few.sparkSession.createDataFrame(table) if table.num_rows else few


def joined(parts: Sequence[DataFrame], *, on: str) -> DataFrame:
    """Return the rows of the first of some frames, with the columns of the others.

    Where the first has more than :data:`MOST` rows, the engine joins them.

    Args:
        parts: each with the column that they are joined on, in which no value is repeated, and
            with others, which no two of them have.
        on: the column.

    >>> one = spark.createDataFrame([("a", 1), ("b", 2)], "unit string, n int")
    >>> other = spark.createDataFrame([("b", 3), ("c", 4)], "unit string, m int")
    >>> joined([one, other], on="unit").orderBy("unit").show()
    +----+---+----+
    |unit|  n|   m|
    +----+---+----+
    |   a|  1|NULL|
    |   b|  2|   3|
    +----+---+----+
    <BLANKLINE>
    """
    first = parts[0].limit(MOST + 1).toArrow()
    if not 0 < first.num_rows <= MOST:
        return reduce(lambda whole, part: whole.join(part, on=on, how="left"), parts)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        others = list(pool.map(lambda part: part.toArrow(), parts[1:]))
    names = first[on].to_pylist()
    columns = {name: first[name] for name in first.column_names}
    for other in others:
        place = {name: row for row, name in enumerate(other[on].to_pylist())}
        rows = pa.array([place.get(name) for name in names], pa.int64())
        columns |= {name: other[name].take(rows) for name in other.column_names if name != on}
    return parts[0].sparkSession.createDataFrame(pa.table(columns))
