"""IPC and CPC symbols at the levels of the classification."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

_PREFIX = {"section": 1, "class": 3, "subclass": 4}


def at_level(symbol: Column, level: str) -> Column:
    """Cut a classification symbol to a level.

    ``G06F3/041`` is section G, class G06, subclass G06F, (main) group G06F3; ``subgroup`` and
    ``symbol`` keep the whole symbol, without spaces and in capitals. A blank one is none: null.

    Raises:
        ValueError: the level is not one of these.
    """
    whole = F.nullif(F.upper(F.replace(symbol, F.lit(" "), F.lit(""))), F.lit(""))
    if level in ("subgroup", "symbol"):
        return whole
    if level == "group":
        return F.substring_index(whole, "/", 1)
    if level not in _PREFIX:
        raise ValueError(f"no classification level {level!r}")
    return F.substring(whole, 1, _PREFIX[level])


def distinct_count(symbols: Column, level: str) -> Column:
    """Count the distinct codes of an array at a level; null where the array is null."""
    codes = F.array_distinct(F.transform(symbols, lambda symbol: at_level(symbol, level)))
    return F.when(symbols.isNotNull(), F.size(F.array_compact(codes)))
