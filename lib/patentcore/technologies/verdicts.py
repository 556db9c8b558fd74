"""What every rule answers with: a word or two, or that it is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

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
