"""What every rule answers with: a word or two, or that it is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.words.lists import without_nulls

UNKNOWN = "unknown"

Thresholds = Mapping[str, float]
"""Limits of the rules by name; what each means stands in conf/paper.toml."""


def known_rule(condition: Column, yes: str, no: str) -> Column:
    """Return ``yes`` or ``no``, and unknown where the condition is null.

    >>> df = spark.createDataFrame([(0.4,), (0.1,), (None,)], "share double")
    >>> verdict = known_rule(F.col("share") >= 0.3, "strong", "weak")
    >>> df.select("share", verdict.alias("verdict")).show()
    +-----+-------+
    |share|verdict|
    +-----+-------+
    |  0.4| strong|
    |  0.1|   weak|
    | NULL|unknown|
    +-----+-------+
    <BLANKLINE>
    """
    return F.when(condition.isNull(), UNKNOWN).when(condition, yes).otherwise(no)


def first_case(cases: Sequence[tuple[Column, str]], otherwise: str = UNKNOWN) -> Column:
    """Return the text of the first case that holds.

    A case that is null before it makes that unknown, unless it would say the same.

    >>> df = spark.createDataFrame(
    ...     [(True, None), (None, True), (False, True), (False, None)], "a boolean, b boolean"
    ... )
    >>> told = {
    ...     "x or y": first_case([(F.col("a"), "x"), (F.col("b"), "y")], "z"),
    ...     "x or x": first_case([(F.col("a"), "x"), (F.col("b"), "x")], "z"),
    ... }
    >>> df.select("a", "b", *(one.alias(name) for name, one in told.items())).show()
    +-----+----+-------+-------+
    |    a|   b| x or y| x or x|
    +-----+----+-------+-------+
    | true|NULL|      x|      x|
    | NULL|true|unknown|      x|
    |false|true|      y|      x|
    |false|NULL|unknown|unknown|
    +-----+----+-------+-------+
    <BLANKLINE>
    """
    possible, is_settled = [], F.lit(False)
    for case, text in cases:
        possible.append(F.when(~is_settled & F.coalesce(case, F.lit(True)), text))
        is_settled = is_settled | F.coalesce(case, F.lit(False))
    possible.append(F.when(~is_settled, otherwise))
    found = F.array_distinct(without_nulls(F.array(*possible)))
    return F.when(F.size(found) == 1, F.get(found, F.lit(0))).otherwise(UNKNOWN)


def texts(cases: Sequence[tuple[Column, str]]) -> Column:
    """Join the texts whose case holds; unknown where none does.

    >>> df = spark.createDataFrame([(0.4,), (None,)], "share double")
    >>> cases = [(F.col("share") > 0.1, "some"), (F.col("share") > 0.3, "many")]
    >>> df.select("share", texts(cases).alias("verdict")).show()
    +-----+----------+
    |share|   verdict|
    +-----+----------+
    |  0.4|some; many|
    | NULL|   unknown|
    +-----+----------+
    <BLANKLINE>
    """
    joined = F.concat_ws("; ", *(F.when(case, text) for case, text in cases))
    return F.when(joined == "", UNKNOWN).otherwise(joined)
