"""Functions of arrays are right on arrays that are cuts of longer ones in memory.

Joins and limits pass such arrays on. The embedded engine's ``array_compact`` and ``arrays_overlap``
read beside them, so the library has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from patentcore.words.lists import have_shared, without_nulls

ROWS = [
    (at, None if at % 5 == 4 else [f"a{at}", None, f"b{at}", f"a{at}"][: 1 + at % 4])
    for at in range(12)
]
CUT = 3


def distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


# What the library makes of an array, and the same in Python.
FUNCTIONS: dict[str, tuple[Callable[[], Column], Callable[[list[Any]], Any]]] = {
    "without_nulls": (lambda: without_nulls("list"), lambda v: [e for e in v if e is not None]),
    "have_shared": (
        lambda: F.coalesce(have_shared("list", F.array(F.lit("a7"), F.lit("b6"))), F.lit(False)),
        lambda v: bool({"a7", "b6"} & set(v)),
    ),
    "array_contains": (
        lambda: F.coalesce(F.array_contains("list", "b7"), F.lit(False)),
        lambda v: "b7" in v,
    ),
    "array_remove": (
        lambda: F.array_remove(
            without_nulls("list"), F.concat(F.lit("a"), F.col("at").cast("string"))
        ),
        lambda v: [e for e in v if e is not None and not e.startswith("a")],
    ),
    "array_distinct": (lambda: F.array_distinct("list"), distinct),
    "array_except": (
        lambda: F.array_except("list", F.array(F.lit("a7")).cast("array<string>")),
        lambda v: distinct([e for e in v if e != "a7"]),
    ),
    "array_union": (
        lambda: F.array_union("list", F.array(F.lit("c"))),
        lambda v: distinct([*v, "c"]),
    ),
    "array_min": (lambda: F.array_min("list"), lambda v: min(e for e in v if e is not None)),
    "array_sort": (
        lambda: F.array_sort(without_nulls("list")),
        lambda v: sorted(e for e in v if e is not None),
    ),
    "array_join": (
        lambda: F.array_join("list", "|"),
        lambda v: "|".join(e for e in v if e is not None),
    ),
    "get": (lambda: F.get("list", F.lit(0)), lambda v: v[0]),
    "slice": (lambda: F.slice("list", 1, 2), lambda v: v[:2]),
    "concat": (lambda: F.concat("list", F.array(F.lit("c"))), lambda v: [*v, "c"]),
    "transform": (lambda: F.transform("list", F.upper), lambda v: [e and e.upper() for e in v]),
    "filter": (
        lambda: F.filter("list", lambda element: element.isNotNull()),
        lambda v: [e for e in v if e is not None],
    ),
    "exists": (
        lambda: F.coalesce(F.exists("list", lambda element: element == "a7"), F.lit(False)),
        lambda v: "a7" in v,
    ),
    "size": (lambda: F.size("list"), len),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_list_that_was_cut_out_of_a_batch_is_read_where_it_begins(
    spark: SparkSession, name: str
) -> None:
    make, expected = FUNCTIONS[name]
    column = make()
    cut = spark.createDataFrame(ROWS, "at int, list array<string>").offset(CUT)
    rows = cut.where(F.col("list").isNotNull()).select("at", column.alias("found")).collect()
    found = cut.select("at", F.when(F.col("list").isNotNull(), column).alias("found")).collect()
    known = {at: expected(values) for at, values in ROWS[CUT:] if values is not None}
    assert {row.at: row.found for row in rows} == known
    assert {row.at: row.found for row in found if row.found is not None} == known
