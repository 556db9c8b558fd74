"""IPC and CPC symbols at the levels of the classification.

Written twice, for one symbol and for an array joined into one text: a function applied to the
elements of an array cannot be compiled by Spark, nor stand in a filter on every engine.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

_PREFIX = {"section": 1, "class": 3, "subclass": 4}
_WHOLE = ("subgroup", "symbol")
# ASCII's unit separator: stands between the symbols of a joined array.
_BETWEEN = "\x1f"


def at_level(symbol: Column, level: str) -> Column:
    """Cut a classification symbol to a level.

    ``G06F3/041`` is section G, class G06, subclass G06F, (main) group G06F3; ``subgroup`` and
    ``symbol`` keep the whole symbol, without spaces and in capitals. A blank one is none: null.

    Raises:
        ValueError: the level is not one of these.

    >>> df = spark.createDataFrame([("G06F 3/041",), ("h04w4/02",), (" ",), (None,)], "ipc string")
    >>> levels = ("section", "class", "subclass", "group", "symbol")
    >>> df.select("ipc", *(at_level(F.col("ipc"), level).alias(level) for level in levels)).show()
    +----------+-------+-----+--------+-----+---------+
    |       ipc|section|class|subclass|group|   symbol|
    +----------+-------+-----+--------+-----+---------+
    |G06F 3/041|      G|  G06|    G06F|G06F3|G06F3/041|
    |  h04w4/02|      H|  H04|    H04W|H04W4| H04W4/02|
    |          |   NULL| NULL|    NULL| NULL|     NULL|
    |      NULL|   NULL| NULL|    NULL| NULL|     NULL|
    +----------+-------+-----+--------+-----+---------+
    <BLANKLINE>
    """
    _check(level)
    whole = _bare(symbol)
    if level in _WHOLE:
        code = whole
    elif level == "group":
        code = F.substring_index(whole, "/", 1)
    else:
        code = F.substring(whole, 1, _PREFIX[level])
    return F.nullif(code, F.lit(""))


def cut(symbol: str, level: str) -> str:
    """Cut one symbol to a level, as :func:`at_level` does; empty where it is blank.

    >>> [cut("G06F 3/041", level) for level in ("section", "subclass", "group", "symbol")]
    ['G', 'G06F', 'G06F3', 'G06F3/041']
    """
    _check(level)
    whole = symbol.replace(" ", "").upper()
    if level in _WHOLE:
        return whole
    return whole.partition("/")[0] if level == "group" else whole[: _PREFIX[level]]


def distinct_count(symbols: Column, level: str) -> Column:
    """Count the distinct codes of an array at a level; null where the array is null.

    Args:
        symbols: array of symbols; null and blank ones do not count.
        level: as for :func:`at_level`.

    Raises:
        ValueError: the level is not one of those.

    >>> df = spark.createDataFrame(
    ...     [(["H04W4/02", "H04W 8/00", "H04L12/28", None],), ([],), (None,)], "ipc array<string>"
    ... )
    >>> df.select("ipc", distinct_count(F.col("ipc"), "subclass").alias("subclasses")).show(
    ...     truncate=False
    ... )
    +--------------------------------------+----------+
    |ipc                                   |subclasses|
    +--------------------------------------+----------+
    |[H04W4/02, H04W 8/00, H04L12/28, NULL]|2         |
    |[]                                    |0         |
    |NULL                                  |NULL      |
    +--------------------------------------+----------+
    <BLANKLINE>
    """
    _check(level)
    if level in _WHOLE:
        code = rf"([^{_BETWEEN}]+)"
    elif level == "group":
        code = rf"([^{_BETWEEN}/]+)[^{_BETWEEN}]*"
    else:
        code = rf"([^{_BETWEEN}]{{1,{_PREFIX[level]}}})[^{_BETWEEN}]*"
    joined = _bare(F.array_join(symbols, _BETWEEN))
    codes = F.regexp_extract_all(joined, F.lit(f"(?:^|{_BETWEEN}){code}"), F.lit(1))
    return F.when(symbols.isNotNull(), F.size(F.array_distinct(codes)))


def _bare(symbols: Column) -> Column:
    return F.upper(F.replace(symbols, F.lit(" "), F.lit("")))


def _check(level: str) -> None:
    if level not in (*_PREFIX, "group", *_WHOLE):
        raise ValueError(f"no classification level {level!r}")
