"""Which document or application a number means, whatever its spelling.

Offices write one number in several ways, and exports take over one or another::

    KR1020170053704A  KR20170053704A                 the right's code in front of the year
    KR2014040486A     KR20140040486A                 a zero left out
    WO9203002A1       WO1992003002A1                 year and serial short, as until 2003
    WO02064032A2      WO2002064032A2
    JP05538472B2      JP5538472B2                    a granted number filled up with zeros
    KR1234567B1       KR101234567B1                  a registered one without the right's code
    BR1020123456789A2 BR102012345678A2               a check digit
    JP05012345A       JPH0512345A, JP1993012345A     the emperor's year without its letter, or ours
    KR970012345A      KR19970012345A                 a year of two digits
    US07654321B2      US7654321B2, EP123456A1        zeros in front, or none
    CN201410123456.7  CN201410123456A                an application's check digit, its kind
    EP12345678.9      EP12345678A, EP2012345678A
    US9105555W        PCT/US91/05555, WO1991US05555A an application under the PCT
    US201615360203A   US15/360203                    the year in front of a serial number
    RU0002456789C2    RU2456789C2, DE000004012345A1  zeros in front that an office's own files have
    JP2000-12345A     JP2000012345A                  a serial number that is not filled up
    JP2003509876W     JP2003509876A                  a translation's kind, as Derwent has it
    KR10-1234567-0000 KR101234567                    a registration's part
    IN1234/DEL/2010   IN2010DE01234A                 an Indian office's own order and code
    AU199912345A      AU1234599A                     the year in front, or behind
    MX/a/2010/012345  MX2010012345A, MXPA01012345A   the application's letter
    SG10201234567XA1  SG10201234567A1                a check letter

Numbers are taken in normal form: office, digits and kind without separators. Keys are for
comparing; numbers that are shown stay as the export writes them. Arrow keeps the rules, too.

What engines plan grows with each use of an expression inside another. So rules stand side by side
where no number meets two of them, each on the number as it is given. Most numbers meet none:
:data:`SETTLED` tells these at once, so that the rules are for the others.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.words.texts import (
    T,
    concat,
    length,
    lpad,
    regexp_extract,
    regexp_replace,
    substring,
    to_int,
    when,
)

# Behind the digits of Croatia's numbers and of Singapore's of today stands a letter of their own.
_LETTERED = "(?:HRP[0-9]{8}|SG1[01]20[0-9]{7})"
_KIND = f"(?:[0-9]|^{_LETTERED}[A-Z])([A-Z][0-9]?)$"
_YEAR = "(?:19|20)[0-9]{2}"
# Two-digit years of WO numbers: the treaty is of 1978.
_FIRST_YEAR = "78"
# Offices that write no zeros in front.
_UNPADDED = (
    *("US", "DE", "FR", "GB", "CN", "CA", "ES", "AT", "CH", "RU", "SU", "IT", "NL", "PL", "HK"),
    *("NZ", "UA", "EA", "IL", "PT", "AR"),
)
_KIND_BEHIND = "(?:[A-Z][0-9]?)?"
# What no rule for a publication number changes, but for Japan in front of any kind.
_PLAIN = (
    f"(?:{'|'.join(_UNPADDED)})[A-Z]{{0,2}}[1-9][0-9]*",
    "(?:HR|HU|IN|MX|SG)[1-9][0-9]*",
    "AU(?:[1-9][0-9]{0,6}|20[0-9]{8})",
    "BR(?:[1-9][0-9]{0,11}|(?:PI|MU)[1-9][0-9]{0,6})",
    f"(?:CZ[1-9][0-9]{{7,}}|ZA{_YEAR}[0-9]{{5}})",
    "EP(?:0[0-9]{6}|[1-9][0-9]{6,})",
    f"KR(?:[12]0[0-9]{{7}}|{_YEAR}[0-9]{{7}})",
    "WO[1-9][0-9]{9,}",
    "JP(?:H[01][0-9]|S[0-9]{2})[1-9][0-9]*",
)
_PLAIN_JAPANESE = "JP(?:[1-9][0-9]{6}(?:[B-Z][0-9]?)?|20[0-9]{8}(?:[ABU][0-9]?)?)"
SETTLED = f"^(?:(?:{'|'.join(_PLAIN)}){_KIND_BEHIND}|{_PLAIN_JAPANESE})$"
"""Publication numbers that are written as their office does already, those that are common."""

# Check digits, and years in front of a number that says its year itself: what is the number.
_APPLICATIONS = (
    # Behind the year a digit says which right is asked for; since 2003 years have four digits.
    "^(CN20[0-9]{2}[12389][0-9]{7})[0-9X]$",
    "^(CN(?:8[5-9]|9[0-9]|0[0-3])[12389][0-9]{5})[0-9X]$",
    "^(DE(?:1[0-2]|2[0-2]|50|60)20[0-9]{8})[0-9]$",
    "^(DE[1-9][0-9]{7})[0-9]$",
    "^(EP[0-9]{8})[0-9]$",
    "^(GB[0-9]{7})[0-9]$",
)
_YEARLY = (
    ("^EP(?:19|20)([0-9]{8})$", "EP$1"),
    ("^US(?:19|20)[0-9]{2}([0-9]{8})$", "US$1"),
    ("^GB(?:19|20)([0-9]{7})$", "GB$1"),
)

# But for Japan: in numbers of before 2000 the first digits are the emperor's year.
_ZEROS_IN_FRONT = "^([A-IK-Z][A-Z]+|J[A-OQ-Z][A-Z]*)0+([1-9])"

# Behind a Brazilian number, its check digit.
_BRAZILIAN = f"^(BR(?:[123][0-9]{_YEAR}[0-9]{{6}}|(?:PI|MU)[0-9]{{7}}))[0-9]([A-Z][0-9]?)?$"
# Indian applications in their office's own order, its code of three letters or of two.
_INDIAN = (
    "^IN([0-9]{1,5})((?:DEL|MUM|KOL|CHE)(?:NP)?|DE|MU|KO|CH|DN|MN|KN|CN)"
    f"({_YEAR})((?:[A-Z][0-9]?)?)$"
)


def kind_of(number: T) -> T:
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
    return regexp_extract(number, _KIND, 1)


def right_of(number: Column, kind: Column | None = None) -> Column:
    """Return which right a kind code is of: A inventions, U utility models, S designs, or empty.

    Args:
        number: the number.
        kind: its kind code, where a column has it.

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
    letter = F.substring(kind_of(number) if kind is None else kind, 1, 1)
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
    >>> texts += ["JP05012345A", "JP1993012345A", "KR970012345A", "US07654321B2", "EP123456A1"]
    >>> texts += ["KR234567B1", "BR1020123456789A2"]
    >>> df = spark.createDataFrame([(text,) for text in texts], "number string")
    >>> df.select(one_spelling(F.col("number")).alias("number")).show()
    +----------------+
    |          number|
    +----------------+
    |  KR20170053704A|
    |  KR20140040486A|
    |  WO1992003002A1|
    |  WO2002064032A2|
    |     JP5538472B2|
    |     JPH0512345A|
    |     JPH0512345A|
    |  KR19970012345A|
    |     US7654321B2|
    |     EP0123456A1|
    |   KR100234567B1|
    |BR102012345678A2|
    +----------------+
    <BLANKLINE>
    """
    return F.when(number.rlike(SETTLED), number).otherwise(spelling_by_rules(number))


def spelling_by_rules(number: T) -> T:
    """Return what :func:`one_spelling` does, without a short way for settled numbers."""
    office = substring(number, 1, 2)
    return (
        when(office == "WO", _international(number))
        .when(office == "KR", _korean(number))
        .when(office == "JP", _japanese(number))
        .when(office == "EP", _european(number))
        .when(office == "BR", regexp_replace(number, _BRAZILIAN, "$1$2"))
        .when(office == "AU", regexp_replace(number, "^AU19([0-9]{2})([0-9]{5})(.*)$", "AU$2$1$3"))
        .when(office == "CZ", _filled(number, f"^(CZ{_YEAR})([0-9]{{1,3}})(A[0-9])$", 4))
        .when(office == "ZA", _filled(number, f"^(ZA{_YEAR})([0-9]{{1,4}})((?:[A-Z][0-9]?)?)$", 5))
        .when(office == "HU", regexp_replace(number, "^HU[PU]([0-9]{7})", "HU$1"))
        .when(office == "IN", _indian(number))
        .when(office == "MX", _mexican(number))
        .when(
            office.isin("SG", "HR"),
            regexp_replace(number, f"^({_LETTERED})[A-Z]([A-Z][0-9]?)$", "$1$2"),
        )
        .when(office.isin(*_UNPADDED), regexp_replace(number, "^([A-Z]{2}[A-Z]*)0+([1-9])", "$1$2"))
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
    # Of what is settled, one office alone writes zeros in front.
    bare = _without_kind(number)
    plain = F.when(bare.startswith("EP0"), _without_zeros(bare)).otherwise(bare)
    return F.when(number.rlike(SETTLED), plain).otherwise(key_by_rules(number))


def key_by_rules(number: T) -> T:
    """Return what :func:`document_key` does, without a short way for settled numbers."""
    return _without_zeros(regexp_replace(spelling_by_rules(number), "([0-9])[A-Z][0-9]?$", "$1"))


def _without_kind(settled: Column) -> Column:
    """Take the kind off: behind a digit a letter, and maybe one more digit."""
    last, before, third = (F.substring(settled, -at, 1) >= "A" for at in (1, 2, 3))
    size = F.when(last, 1).when(before & ~third, 2).otherwise(0)
    return F.substring(settled, F.lit(1), F.length(settled) - size)


def _without_zeros(bare: T) -> T:
    return regexp_replace(bare, _ZEROS_IN_FRONT, "$1$2")


def application_key(number: Column) -> Column:
    """Return what spellings of one application number share.

    >>> texts = ["CN2014101234567", "CN201410123456A", "KR1020150155555", "US201615360203A"]
    >>> texts += ["EP123456789", "EP2012345678A", "US9105555W", "WO1991US05555A", "PCTUS1991005555"]
    >>> df = spark.createDataFrame([(text,) for text in texts], "number string")
    >>> df.select("number", application_key(F.col("number")).alias("key")).show()
    +---------------+--------------+
    |         number|           key|
    +---------------+--------------+
    |CN2014101234567|CN201410123456|
    |CN201410123456A|CN201410123456|
    |KR1020150155555| KR20150155555|
    |US201615360203A|    US15360203|
    |    EP123456789|    EP12345678|
    |  EP2012345678A|    EP12345678|
    |     US9105555W|WO1991US005555|
    | WO1991US05555A|WO1991US005555|
    |PCTUS1991005555|WO1991US005555|
    +---------------+--------------+
    <BLANKLINE>
    """
    given = F.regexp_replace(number, "([0-9X])A$", "$1")
    bare = given
    for pattern in _APPLICATIONS:
        bare = F.regexp_replace(bare, pattern, "$1")
    for pattern, by in _YEARLY:
        bare = F.regexp_replace(bare, pattern, by)
    is_korean = F.substring(number, 1, 2) == "KR"
    return F.when(is_korean, _korean(given)).otherwise(_of_treaty(given, bare))


def _of_treaty(number: Column, other: Column) -> Column:
    """Write an application under the PCT with its year, office and a serial of six digits.

    Args:
        number: of the application.
        other: what stands for a number that is of no such application.
    """
    short = "^(?:PCT([A-Z]{2})|([A-Z]{2}))([0-9]{2})([0-9]{5})W?$"
    long = f"^(?:PCT)?([A-Z]{{2}})({_YEAR})([0-9]{{5,6}})W?$"
    reversed_ = f"^WO({_YEAR})([A-Z]{{2}})([0-9]{{1,6}})$"
    is_named = number.rlike("^PCT|W$")
    year = F.regexp_extract(number, short, 3)
    century = F.when(year >= _FIRST_YEAR, F.lit("19")).otherwise(F.lit("20"))

    def of(pattern: str, year: Column, office: Column, serial: int) -> Column:
        padded = F.lpad(F.regexp_extract(number, pattern, serial), 6, "0")
        return F.concat(F.lit("WO"), year, office, padded)

    office = F.concat(F.regexp_extract(number, short, 1), F.regexp_extract(number, short, 2))
    part = F.regexp_extract
    return (
        F.when(
            number.rlike(reversed_),
            of(reversed_, part(number, reversed_, 1), part(number, reversed_, 2), 3),
        )
        .when(is_named & number.rlike(short), of(short, F.concat(century, year), office, 4))
        .when(
            is_named & number.rlike(long), of(long, part(number, long, 2), part(number, long, 1), 3)
        )
        .otherwise(other)
    )


def _international(number: T) -> T:
    """Write year and serial of a WO number with four and six digits."""
    digits = regexp_extract(number, "^WO([0-9]+)", 1)
    size = length(digits)
    is_short = (size == 7) | (size == 8)
    short_year = substring(digits, 1, 2)
    century = when(short_year >= _FIRST_YEAR, "19").otherwise("20")
    year = when(is_short, concat(century, short_year)).otherwise(substring(digits, 1, 4))
    serial = when(is_short, substring(digits, 3, 6)).otherwise(substring(digits, 5, 6))
    whole = concat("WO", year, lpad(serial, 6, "0"), kind_of(number))
    is_known = number.rlike(f"^WO(?:[0-9]{{7,8}}|{_YEAR}[0-9]{{5}})(?:[A-Z][0-9]?)?$")
    return when(is_known, whole).otherwise(number)


def _korean(number: T) -> T:
    """Leave out the code of the right in front of the year, and fill the serial to seven digits."""
    # Registered rights: code and seven digits, of which some leave out the code and zeros in front.
    digits = regexp_extract(number, "^KR([0-9]{6,7})[BY][0-9]?$", 1)
    code = when(kind_of(number).startswith("B"), "KR10").otherwise("KR20")
    registered = concat(code, lpad(digits, 7, "0"), kind_of(number))
    dated = regexp_replace(number, "^KR([789][0-9][0-9]{7}(?:[A-Z][0-9]?)?)$", "KR19$1")
    bare = regexp_replace(dated, f"^KR10({_YEAR}[0-9]{{7}}(?:[ABD][0-9]?)?)$", "KR$1")
    model = regexp_replace(bare, f"^KR20({_YEAR}[0-9]{{7}}[UY][0-9]?)$", "KR$1")
    part = regexp_replace(model, "^KR([12]0[0-9]{7})0000([BY][0-9]?)$", "KR$1$2")
    # A year in front of the serial number tells an application's number, which may end so.
    whole = regexp_replace(
        part, "^KR([12]0(?:0[0-9]|1[0-8]|2[1-9]|[3-9][0-9])[0-9]{5})0000$", "KR$1"
    )
    is_short = number.rlike(f"^KR{_YEAR}[0-9]{{6}}(?:[A-Z][0-9]?)?$")
    filled = concat(substring(number, 1, 6), "0", substring(number, 7, 10))
    return when(digits != "", registered).when(is_short, filled).otherwise(whole)


def _japanese(number: T) -> T:
    """Leave out the zero of granted numbers, and write years before 2000 as the emperor's."""
    year = to_int(substring(number, 3, 4))
    era = when(year >= 1989, "H").otherwise("S")
    own = year - when(year >= 1989, 1988).otherwise(1925)
    written = concat("JP", era, lpad(own.cast("string"), 2, "0"))
    serial = substring(number, 7, 9)
    dated = (
        when(number.rlike("^JP19[2-9][0-9]{7}[AU][0-9]?$"), concat(written, serial))
        .when(
            number.rlike("^JP20[0-9]{8}[TW][0-9]?$"),
            concat(substring(number, 1, 12), "A"),
        )
        .when(
            number.rlike("^JPWO"),
            concat("JP", _international(substring(number, 3, 30))),
        )
        .otherwise(_filled(number, "^(JP20[0-9]{2})([0-9]{4,5})((?:[AU][0-9]?)?)$", 6))
    )
    heisei = regexp_replace(dated, "^JP((?:0[1-9]|1[0-2])[0-9]{6}[AU][0-9]?)$", "JPH$1")
    # One digit for the year; the first years of two digits are not told from it.
    early = regexp_replace(
        heisei, "^JP(?:H([2-9][0-9]{1,6}[AU][0-9]?)|([1-9][0-9]{6}A[0-9]?))$", "JPH0$1$2"
    )
    showa = regexp_replace(early, "^JP([3-6][0-9]{7}[AU][0-9]?)$", "JPS$1")
    plain = regexp_replace(showa, "^JP([HS][0-9]{2})0*([1-9][0-9]*[A-Z][0-9]?)$", "JP$1$2")
    return regexp_replace(plain, "^JP0+([0-9]{7}B[0-9]?)$", "JP$1")


def _indian(number: T) -> T:
    """Write an application of India's offices with its year and their code of two letters."""
    serial, code, year, kind = (regexp_extract(number, _INDIAN, at) for at in range(1, 5))
    national = concat(substring(code, 1, 1), "N")
    short = when(code.endswith("NP"), national).otherwise(substring(code, 1, 2))
    whole = concat("IN", year, short, lpad(serial, 5, "0"), kind)
    return when(serial != "", whole).otherwise(number)


def _mexican(number: T) -> T:
    """Leave out the letter of an application, and the century of those of before 2002."""
    own = regexp_replace(number, "^MX[AUF](20[0-9]{8})", "MX$1")
    return regexp_replace(own, "^MXPAA20([0-9]{8})", "MXPA$1")


def _filled(number: T, pattern: str, size: int) -> T:
    """Fill a serial number up with zeros, which stands between what the other parts hold."""
    front, serial, kind = (regexp_extract(number, pattern, at) for at in (1, 2, 3))
    return when(serial != "", concat(front, lpad(serial, size, "0"), kind)).otherwise(number)


def _european(number: T) -> T:
    """Write a number with seven digits."""
    digits = regexp_extract(number, "^EP0*([0-9]{1,7}?)(?:[A-Z][0-9]?)?$", 1)
    whole = concat("EP", lpad(digits, 7, "0"), kind_of(number))
    return when(digits != "", whole).otherwise(number)
