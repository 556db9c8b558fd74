"""Which document or application a number means, whatever its spelling.

Offices write one number in several ways, and exports take over one or another::

    KR1020170053704A  KR20170053704A                 the right's code in front of the year
    KR2014040486A     KR20140040486A                 a zero left out
    WO9203002A1       WO1992003002A1                 year and serial short, as until 2003
    WO02064032A2      WO2002064032A2
    JP05538472B2      JP5538472B2                    a granted number filled up with a zero
    CN201410123456.7  CN201410123456A                an application's check digit, its kind

Numbers are taken in normal form: office, digits and kind without separators. Keys are for
comparing; numbers that are shown stay as the export writes them.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

_KIND = "[0-9]([A-Z][0-9]?)$"
_YEAR = "(?:19|20)[0-9]{2}"
# Two-digit years of WO numbers: the treaty is of 1978.
_FIRST_YEAR = "78"


def kind_of(number: Column) -> Column:
    """Return the kind code behind the last digits; empty where there is none.

    >>> df = spark.createDataFrame([("US7639714B2",), ("US9802728",)], "number string")
    >>> df.select("number", kind_of(F.col("number")).alias("kind")).show()
    +-----------+----+
    |     number|kind|
    +-----------+----+
    |US7639714B2|  B2|
    |  US9802728|    |
    +-----------+----+
    <BLANKLINE>
    """
    return F.regexp_extract(number, _KIND, 1)


def right_of(number: Column) -> Column:
    """Return which right a kind code is of: A inventions, U utility models, S designs, or empty.

    >>> df = spark.createDataFrame([("KR20170001234U",), ("KR20170001234",)], "number string")
    >>> df.select("number", right_of(F.col("number")).alias("right")).show()
    +--------------+-----+
    |        number|right|
    +--------------+-----+
    |KR20170001234U|    U|
    | KR20170001234|     |
    +--------------+-----+
    <BLANKLINE>
    """
    letter = F.substring(kind_of(number), 1, 1)
    is_design = (letter == "S") | ((letter == "D") & (F.substring(number, 1, 2) == "CN"))
    return (
        F.when(letter == "", letter)
        .when(is_design, F.lit("S"))
        .when(letter.isin("U", "Y"), F.lit("U"))
        .otherwise(F.lit("A"))
    )


def one_spelling(number: Column) -> Column:
    """Write a publication number as its office does now; others than those named above stay.

    >>> texts = ["KR1020170053704A", "KR2014040486A", "WO9203002A1", "WO02064032A2", "JP05538472B2"]
    >>> df = spark.createDataFrame([(text,) for text in texts], "number string")
    >>> df.select(one_spelling(F.col("number")).alias("number")).show()
    +--------------+
    |        number|
    +--------------+
    |KR20170053704A|
    |KR20140040486A|
    |WO1992003002A1|
    |WO2002064032A2|
    |   JP5538472B2|
    +--------------+
    <BLANKLINE>
    """
    office = F.substring(number, 1, 2)
    return (
        F.when(office == "WO", _international(number))
        .when(office == "KR", _korean(number))
        .when(office == "JP", F.regexp_replace(number, "^JP0([0-9]{7}B[0-9]?)$", "JP$1"))
        .otherwise(number)
    )


def document_key(number: Column) -> Column:
    """Return what publications of one number share: office and digits, without the kind.

    >>> texts = ["USD668832S1", "USD0668832", "EP0235972A1", "EP235972B1"]
    >>> df = spark.createDataFrame([(text,) for text in texts], "number string")
    >>> df.select("number", document_key(F.col("number")).alias("key")).show()
    +-----------+---------+
    |     number|      key|
    +-----------+---------+
    |USD668832S1|USD668832|
    | USD0668832|USD668832|
    |EP0235972A1| EP235972|
    | EP235972B1| EP235972|
    +-----------+---------+
    <BLANKLINE>
    """
    bare = F.regexp_replace(one_spelling(number), "([0-9])[A-Z][0-9]?$", "$1")
    # In Japanese numbers of before 2000 the first digits are the emperor's year.
    is_filled = F.substring(number, 1, 2) != "JP"
    return F.when(is_filled, F.regexp_replace(bare, "^([A-Z]+)0+([1-9])", "$1$2")).otherwise(bare)


def application_key(number: Column) -> Column:
    """Return what spellings of one application number share.

    >>> texts = ["CN2014101234567", "CN201410123456A", "KR1020150155555", "US15360203A"]
    >>> df = spark.createDataFrame([(text,) for text in texts], "number string")
    >>> df.select("number", application_key(F.col("number")).alias("key")).show()
    +---------------+--------------+
    |         number|           key|
    +---------------+--------------+
    |CN2014101234567|CN201410123456|
    |CN201410123456A|CN201410123456|
    |KR1020150155555| KR20150155555|
    |    US15360203A|    US15360203|
    +---------------+--------------+
    <BLANKLINE>
    """
    bare = F.regexp_replace(number, "([0-9X])A$", "$1")
    # Behind the year a digit says which right is asked for; since 2003 years have four digits.
    chinese = F.regexp_replace(bare, "^(CN20[0-9]{2}[12389][0-9]{7})[0-9X]$", "$1")
    old = F.regexp_replace(chinese, "^(CN(?:8[5-9]|9[0-9]|0[0-3])[12389][0-9]{5})[0-9X]$", "$1")
    return F.when(F.substring(number, 1, 2) == "KR", _korean(bare)).otherwise(old)


def _international(number: Column) -> Column:
    """Write year and serial of a WO number with four and six digits."""
    digits = F.regexp_extract(number, "^WO([0-9]+)", 1)
    size = F.length(digits)
    is_short = (size == 7) | (size == 8)
    short_year = F.substring(digits, 1, 2)
    century = F.when(short_year >= _FIRST_YEAR, F.lit("19")).otherwise(F.lit("20"))
    year = F.when(is_short, F.concat(century, short_year)).otherwise(F.substring(digits, 1, 4))
    serial = F.when(is_short, F.substring(digits, 3, 6)).otherwise(F.substring(digits, 5, 6))
    whole = F.concat(F.lit("WO"), year, F.lpad(serial, 6, "0"), kind_of(number))
    is_known = number.rlike(f"^WO(?:[0-9]{{7,8}}|{_YEAR}[0-9]{{5}})(?:[A-Z][0-9]?)?$")
    return F.when(is_known, whole).otherwise(number)


def _korean(number: Column) -> Column:
    """Leave out the code of the right in front of the year, and fill the serial to seven digits."""
    bare = F.regexp_replace(number, f"^KR10({_YEAR}[0-9]{{7}}(?:[ABD][0-9]?)?)$", "KR$1")
    model = F.regexp_replace(bare, f"^KR20({_YEAR}[0-9]{{7}}[UY][0-9]?)$", "KR$1")
    is_short = model.rlike(f"^KR{_YEAR}[0-9]{{6}}(?:[A-Z][0-9]?)?$")
    filled = F.concat(F.substring(model, 1, 6), F.lit("0"), F.substring(model, 7, 10))
    return F.when(is_short, filled).otherwise(model)
