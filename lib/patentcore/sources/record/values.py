"""Cells of an export as typed values: expressions ``Column -> Column`` without a UDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql.types import DataType

from patentcore.sources.record.numbers import is_normal, number_column, priority_column
from patentcore.sources.record.vocabulary import MISSING_WORDS
from patentcore.words.text import half_width

BLANKS = " \t\r\n\u3000\u00a0\ufeff"
MISSING = ("", "-", "--")
_DASHED_DATE = r"^((?:1[5-9]|2[01])[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T].*)?$"
_ISO_DATE = r"^(?:1[5-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_PLAIN_DATE = r"^((?:1[5-9]|2[01])[0-9]{2})([0-9]{2})([0-9]{2})$"
_COUNT = r"^[0-9]+(?:,[0-9]{3,})*(?:\.0+)?$"
_AT_BAR = r"[|｜][\s\u3000]*"
_HAS_PADDING = "^[A-HY][0-9]{2}[A-Z](?:0|[0-9]{6})"
_PLAIN_SYMBOL = "^[A-Z0-9/]+$"
_NUMBER_AND_CATEGORY = r"^(.*?)\s*(?:[(\[]([A-Za-z]{1,3})[)\]])?$"
# A symbol of fixed width: four places of the main group, then the subgroup.
_PADDED_SYMBOL = r"^([A-HY][0-9]{2}[A-Z])0*([1-9][0-9]*)/([0-9]{2,})$"
_FIXED_SYMBOL = r"^([A-HY][0-9]{2}[A-Z])([0-9]{4})([0-9]{2,6})$"


def present(text: Column) -> Column:
    """Trim a cell; null where it is empty or a dash.

    >>> df = spark.createDataFrame([(" G06F ",), ("--",), ("",)], "cell string")
    >>> df.select("cell", present(F.col("cell")).alias("present")).show()
    +------+-------+
    |  cell|present|
    +------+-------+
    | G06F |   G06F|
    |    --|   NULL|
    |      |   NULL|
    +------+-------+
    <BLANKLINE>
    """
    trimmed = F.trim(text, F.lit(BLANKS))
    return F.when(~trimmed.isin(*MISSING), trimmed)


def split_list(text: Column, separator: str) -> Column:
    """Split at a regular expression; lists written ``a | b``, the usual ones, at the letter.

    >>> df = spark.createDataFrame([("a; -; b",)], "cell string")
    >>> df.select(split_list(F.col("cell"), "; *").alias("parts")).show()
    +---------+
    |    parts|
    +---------+
    |[a, -, b]|
    +---------+
    <BLANKLINE>
    """
    if not separator.endswith(_AT_BAR):
        return F.split(text, separator)
    tight = F.replace(text, F.lit(" | "), F.lit("|"))
    is_odd = tight.rlike(r"[\s\u3000]\||\|[\s\u3000]|｜")
    return F.when(is_odd, F.split(text, separator)).otherwise(F.split(tight, r"\|"))


def listed(text: Column, separator: str, missing: Sequence[str] = MISSING) -> Column:
    """Split a list cell and leave missing elements out.

    >>> df = spark.createDataFrame([("a; -; b",)], "cell string")
    >>> df.select(listed(F.col("cell"), "; *").alias("parts")).show()
    +------+
    | parts|
    +------+
    |[a, b]|
    +------+
    <BLANKLINE>
    """
    parts = split_list(text, separator)
    for word in missing:
        parts = F.array_remove(parts, word)
    return parts


def to_priorities(text: Column, separator: str) -> Column:
    """Read a list of priorities as :func:`numbers.priority_column` reads each."""
    return F.transform(listed(text, separator), priority_column)


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


def _date_of(text: Column, pattern: str) -> Column:
    parts = [F.regexp_extract(text, pattern, group) for group in (1, 2, 3)]
    # Casting is done without the exception that reading by a pattern throws for every other text.
    return F.concat_ws("-", *parts).try_cast("date")


def to_count(text: Column) -> Column:
    """Read a whole number that is not negative; thousands may be parted by commas.

    >>> df = spark.createDataFrame([("1,234",), ("12.0",), ("about 10",)], "cell string")
    >>> df.select("cell", to_count(F.col("cell")).alias("count")).show()
    +--------+-----+
    |    cell|count|
    +--------+-----+
    |   1,234| 1234|
    |    12.0|   12|
    |about 10| NULL|
    +--------+-----+
    <BLANKLINE>
    """
    plain = half_width(text)
    digits = F.regexp_replace(plain, r",|\.0+$", "")
    slow = F.when(plain.rlike(_COUNT), digits.try_cast("int"))
    return F.when(text.rlike("^[0-9]{1,9}$"), text.try_cast("int")).otherwise(slow)


def to_symbol(text: Column) -> Column:
    """Write an IPC or CPC symbol without spaces and edition: ``G06F 3/041 (2006.01)``.

    >>> cells = [("g06f 3/041 (2006.01)",), ("H01L21/00",), ("G06K0019073",)]
    >>> df = spark.createDataFrame(cells, "cell string")
    >>> df.select("cell", to_symbol(F.col("cell")).alias("symbol")).show()
    +--------------------+----------+
    |                cell|    symbol|
    +--------------------+----------+
    |g06f 3/041 (2006.01)| G06F3/041|
    |           H01L21/00| H01L21/00|
    |         G06K0019073|G06K19/073|
    +--------------------+----------+
    <BLANKLINE>
    """
    slow = F.upper(F.regexp_replace(half_width(text), r"\(.*$|\s+", ""))
    symbol = F.when(text.rlike(_PLAIN_SYMBOL), text).otherwise(slow)
    parted = F.regexp_replace(symbol, _FIXED_SYMBOL, "$1$2/$3")
    bare = F.regexp_replace(parted, _PADDED_SYMBOL, "$1$2/$3")
    return F.when(symbol.rlike(_HAS_PADDING), bare).otherwise(symbol)


def to_symbols(text: Column, separator: str) -> Column:
    """Read a list of classification symbols, each once, in order.

    >>> df = spark.createDataFrame([("G06F 3/041; H01L 21/00; G06F3/041",)], "cell string")
    >>> df.select(to_symbols(F.col("cell"), "; *").alias("symbols")).show(truncate=False)
    +----------------------+
    |symbols               |
    +----------------------+
    |[G06F3/041, H01L21/00]|
    +----------------------+
    <BLANKLINE>
    """
    return F.array_distinct(F.transform(listed(text, separator, MISSING_WORDS), to_symbol))


def to_numbers(text: Column, separator: str) -> Column:
    """Read a list of publication numbers as structs of raw text, number and category.

    >>> df = spark.createDataFrame([("US 7,639,714 B2(X); n/a",)], "cell string")
    >>> df.select(F.inline(to_numbers(F.col("cell"), "; *"))).show()
    +------------------+-----------+--------+
    |               raw|     number|category|
    +------------------+-----------+--------+
    |US 7,639,714 B2(X)|US7639714B2|       X|
    |               n/a|       NULL|    NULL|
    +------------------+-----------+--------+
    <BLANKLINE>
    """

    def entry(raw: Column, number: Column, category: Column) -> Column:
        return F.struct(raw.alias("raw"), number.alias("number"), category.alias("category"))

    def parse(element: Column) -> Column:
        has_bracket = element.rlike(r"[(（\[]")
        plain = half_width(element)
        number = F.regexp_extract(plain, _NUMBER_AND_CATEGORY, 1)
        category = F.nullif(F.regexp_extract(plain, _NUMBER_AND_CATEGORY, 2), F.lit(""))
        bare = entry(element, number_column(element), F.lit(None).cast("string"))
        bracketed = entry(element, number_column(number), F.upper(category))
        normal = entry(element, element, F.lit(None).cast("string"))
        return F.when(is_normal(element), normal).when(has_bracket, bracketed).otherwise(bare)

    return F.transform(listed(text, separator), parse).cast(NUMBERS)


NUMBERS = "array<struct<raw:string,number:string,category:string>>"
PROBLEM = "struct<field:string,value:string,reason:string>"
PROBLEMS = f"array<{PROBLEM}>"


def together(kind: str | DataType, *arrays: Column) -> Column:
    """Put arrays of a type together, none of which is null, whatever in them may be null.

    >>> both = together("array<int>", F.array(F.lit(1)), F.array(F.lit(None)))
    >>> spark.range(1).select(both.alias("both")).first()
    Row(both=[1, None])
    """
    return F.concat(*(array.cast(kind) for array in arrays))


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


def unreadable(field: str, raw: Column, value: Column, reason: str) -> Column:
    """Return the problem of a cell that holds text but gave no value; else null.

    >>> df = spark.createDataFrame([("about 10",), ("12",)], "cell string")
    >>> found = unreadable("claim_count", F.col("cell"), to_count(F.col("cell")), "no count")
    >>> df.select("cell", found.alias("problem")).show(truncate=False)
    +--------+---------------------------------+
    |cell    |problem                          |
    +--------+---------------------------------+
    |about 10|{claim_count, about 10, no count}|
    |12      |NULL                             |
    +--------+---------------------------------+
    <BLANKLINE>
    """
    return F.when(raw.isNotNull() & value.isNull(), problem(field, raw, reason))


def unreadable_elements(field: str, array: Column, raw: str, value: str, reason: str) -> Column:
    """Return the problems of those structs of an array whose text gave no value.

    >>> cited = [("EP 1234567", "EP1234567"), ("n/a", None)]
    >>> df = spark.createDataFrame([(cited,)], "cited array<struct<raw string, number string>>")
    >>> found = unreadable_elements("cites", F.col("cited"), "raw", "number", "no number")
    >>> df.select(F.inline(found)).show()
    +-----+-----+---------+
    |field|value|   reason|
    +-----+-----+---------+
    |cites|  n/a|no number|
    +-----+-----+---------+
    <BLANKLINE>
    """
    bad = F.filter(array, lambda element: element[raw].isNotNull() & element[value].isNull())
    problems = F.transform(bad, lambda element: problem(field, element[raw], reason))
    return F.coalesce(problems, F.array().cast(f"array<{PROBLEM}>"))


def unreadable_numbers(columns: Mapping[str, str], reason: str) -> list[Column]:
    """Return the problems of lists of publication numbers, an array a list.

    Args:
        columns: field of the export -> column as from :func:`to_numbers`.
        reason: what is wrong with an element that is no number.
    """
    return [
        unreadable_elements(field, F.col(column), "raw", "number", reason)
        for field, column in columns.items()
    ]
