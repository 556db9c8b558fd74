"""What is left to expressions of the engine: dates inside JSON records, and problems of lines."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.sources.record import cells
from patentcore.words.text import half_width

_DASHED_DATE = r"^((?:1[5-9]|2[01])[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T].*)?$"
_ISO_DATE = r"^(?:1[5-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_PLAIN_DATE = r"^((?:1[5-9]|2[01])[0-9]{2})([0-9]{2})([0-9]{2})$"

NUMBERS = "array<struct<raw:string,number:string,category:string>>"
PROBLEM = "struct<field:string,value:string,reason:string>"
PROBLEMS = f"array<{PROBLEM}>"


def to_date(text: Column) -> Column:
    """Read ``2019-03-01``, ``2019/3/1``, ``2019.03.01``, ``2019年3月1日`` or ``20190301``.

    >>> df = spark.createDataFrame([("2019/3/1",), ("20190301",), ("2019-02-30",)], "cell string")
    >>> df.select("cell", to_date(F.col("cell")).alias("date")).show()
    +----------+----------+
    |      cell|      date|
    +----------+----------+
    |  2019/3/1|2019-03-01|
    |  20190301|2019-03-01|
    |2019-02-30|      NULL|
    +----------+----------+
    <BLANKLINE>
    """
    plain = half_width(text)
    slow = F.coalesce(_date_of(plain, _DASHED_DATE), _date_of(plain, _PLAIN_DATE))
    return F.when(text.rlike(_ISO_DATE), text.try_cast("date")).otherwise(slow)


def day_of(text: str) -> dt.date | None:
    """Read a date as :func:`to_date` does.

    >>> day_of("2019/3/1"), day_of("2019-02-30")
    (datetime.date(2019, 3, 1), None)
    """
    plain = cells.half_width(text)
    for pattern in (_DASHED_DATE, _PLAIN_DATE):
        found = re.fullmatch(pattern, plain)
        if found:
            with suppress(ValueError):
                return dt.date(*map(int, found.groups()))
    return None


def _date_of(text: Column, pattern: str) -> Column:
    parts = [F.regexp_extract(text, pattern, group) for group in (1, 2, 3)]
    # Casting is done without the exception that reading by a pattern throws for every other text.
    return F.concat_ws("-", *parts).try_cast("date")


def problem(field: str, value: Column, reason: str | Column) -> Column:
    """Describe what is wrong with a cell.

    >>> df = spark.createDataFrame([("12 Foo 2019",)], "cell string")
    >>> found = problem("publication_date", F.col("cell"), "no date").alias("problem")
    >>> df.select(found).select("problem.*").show()
    +----------------+-----------+-------+
    |           field|      value| reason|
    +----------------+-----------+-------+
    |publication_date|12 Foo 2019|no date|
    +----------------+-----------+-------+
    <BLANKLINE>
    """
    # Lines come as the bytes of their file, which no reader of the rejects could decode again.
    shown = F.substring(F.make_valid_utf8(value), 1, 200)
    return F.struct(
        F.lit(field).alias("field"),
        shown.alias("value"),
        F.lit(reason).alias("reason"),
    )
