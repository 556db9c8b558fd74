"""Arrays of any origin: two functions that are right on every engine only here.

The embedded engine's own (0.7.2) read beside an array that is a cut of a longer one in memory, as
what joins and limits pass on is: ``array_compact`` returns the elements of other rows, and
``arrays_overlap`` misses what is shared. A slice is a copy, which both read as it is.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

_ALL = 2**31 - 1


def without_nulls(array: Column | str) -> Column:
    """Return an array without its nulls, in its order; null where the array is.

    >>> df = spark.createDataFrame([(["a", None, "b"],), ([None],), (None,)], "ipc array<string>")
    >>> df.select(without_nulls("ipc").alias("known")).show()
    +------+
    | known|
    +------+
    |[a, b]|
    |    []|
    |  NULL|
    +------+
    <BLANKLINE>
    """
    return F.array_compact(F.slice(array, 1, _ALL))


def have_shared(array: Column | str, wanted: Column | str) -> Column:
    """Tell whether two arrays share an element; null where they share none and one holds a null.

    >>> df = spark.createDataFrame(
    ...     [(["a", None],), (["b", None],), (["b"],), (None,)], "kinds array<string>"
    ... )
    >>> df.withColumn("shared", have_shared("kinds", F.array(F.lit("a")))).show()
    +---------+------+
    |    kinds|shared|
    +---------+------+
    |[a, NULL]|  true|
    |[b, NULL]|  NULL|
    |      [b]| false|
    |     NULL|  NULL|
    +---------+------+
    <BLANKLINE>
    """
    return F.arrays_overlap(F.slice(array, 1, _ALL), F.slice(wanted, 1, _ALL))
