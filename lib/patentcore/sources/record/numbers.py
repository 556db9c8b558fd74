"""One rule for publication and application numbers of all spellings.

1. Full-width letters, digits, punctuation and spaces become half-width (what NFKC does to them),
   and letters become capitals.
2. A date behind the number, after a space, comma or semicolon, goes: ``US20170064599A1 20170302``,
   ``US2016578323F 2016-09-20``.
   A note behind it goes, too: ``EP1234567A1 [Y]``, ``WO 2019/123456 A1 p. 3``.
3. Everything but A-Z and 0-9 goes: ``US 2015/0375765 A1`` becomes ``US20150375765A1``.
4. Publication numbers only: reissues, plants, designs and other numbers of the United States that
   begin with their own letters get the office (``RE46653``, ``D295437``), the office in front of
   ``WO`` goes, and a PCT application (``PCT/CN2019/123456``) is none; a US
   pre-grant publication with a serial part of six digits gets the seventh: ``US2017064599A1``
   becomes ``US20170064599A1``.
5. What does not begin with two letters, followed at some place by a digit, is no number, nor are
   several of them: ``EP1234567A1; US7654321B2``, nor one that a spreadsheet has rounded:
   ``JP 2.01E+11``. All are null.

No other zero is added or taken away: stripping leading zeros would merge records that are
distinct in real exports.

The rule exists twice, for Python strings and for Spark columns; a property test holds them equal.
"""

from __future__ import annotations

import re

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.words.text import Folding

_FOLD = Folding()

# Expressions of both re and java.util.regex; [0-9] because \d differs between them.
DATE = r"(?:18|19|20)[0-9]{2}[-./]?(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12][0-9]|3[01])"
_TRAILING_DATE = rf"^([^0-9]*[0-9][\s\S]*?)[ \t\r\n,;]+{DATE}[ \t\r\n]*"
_SEPARATORS = r"[^A-Z0-9]+"
# What readers of citations write behind a number; a P without a dot is a plant's kind code.
_NOTE = r"[ \t]*\[[A-Z, ]{0,9}\][ \t]*\z|[ \t]+PP?\. ?[0-9][0-9, -]*\z"
# Reissues, plants, and designs, inventions registered, defensive publications and the oldest.
_US_LETTERS = r"^((?:RE|PP)[0-9]{1,7}|[DHTX][0-9]{4,7})((?:[A-Z][0-9]?)?)$"
_OFFICE_TWICE = r"^WO(WO[0-9])"
_PCT = "^PCT"
_OWN_LETTERS = "^(?:WOWO|PCT|(?:RE|PP)[0-9])"
SHORT_US_PRE_GRANT = r"^(US20[0-9]{2})([0-9]{6})((?:[AP][1-9])?)$"
# A number that ends, a mark, and a number that begins; `B2, AUG 12` is none.
_SEVERAL = (
    r"[0-9][A-Z0-9]{0,3} *[;|,\u3001\r\n][ \r\n]*(?:[A-Z]{2}[ -]?[0-9]{2}|[A-Z]{3,4}[0-9]{3})"
)
_ROUNDED = r"[0-9]E\+[0-9]"
_VALID = r"^[A-Z]{2}[A-Z0-9]*[0-9]"
_NORMAL = r"^[A-Z]{2}[A-Z0-9]*[0-9][A-Z0-9]*\z"


def clean_number(text: str | None) -> str | None:
    """Normalise a publication number; ``None`` where the text is none.

    >>> clean_number("US 2017/064599 A1 20170302")
    'US20170064599A1'
    >>> clean_number("CN105513499A")
    'CN105513499A'
    >>> clean_number("n/a") is None
    True
    """
    number = _cleaned(text, is_publication=True)
    return number and re.sub(SHORT_US_PRE_GRANT, r"\g<1>0\2\3", number)


def clean_application_number(text: str | None) -> str | None:
    """Normalise an application number: the same rule without step 4.

    >>> clean_application_number("US2016578323F 2016-09-20")
    'US2016578323F'
    """
    return _cleaned(text, is_publication=False)


def _cleaned(text: str | None, *, is_publication: bool) -> str | None:
    if text is None:
        return None
    folded = re.sub(_NOTE.replace(r"\z", r"\Z"), "", _FOLD.fold(text))
    number = re.sub(_SEPARATORS, "", re.sub(_TRAILING_DATE + r"\Z", r"\1", folded))
    if is_publication:
        number = re.sub(_OFFICE_TWICE, r"\1", re.sub(_US_LETTERS, r"US\1\2", number))
        if re.search(_PCT, number):
            return None
    is_one = re.search(_VALID, number) and not re.search(f"{_SEVERAL}|{_ROUNDED}", folded)
    return number if is_one else None


def is_normal(text: Column) -> Column:
    """Tell whether a number is in normal form already, as most numbers of most exports are.

    >>> df = spark.createDataFrame([("EP1234567A1",), ("EP 1234567",)], "text string")
    >>> df.select("text", is_normal(F.col("text")).alias("is_normal")).show()
    +-----------+---------+
    |       text|is_normal|
    +-----------+---------+
    |EP1234567A1|     true|
    | EP 1234567|    false|
    +-----------+---------+
    <BLANKLINE>
    """
    return text.rlike(_NORMAL) & ~text.rlike(SHORT_US_PRE_GRANT) & ~text.rlike(_OWN_LETTERS)


def number_column(text: Column) -> Column:
    """Normalise a publication number; the Spark twin of :func:`clean_number`.

    >>> df = spark.createDataFrame([("US 2017/064599 A1",), ("n/a",)], "text string")
    >>> df.select("text", number_column(F.col("text")).alias("number")).show()
    +-----------------+---------------+
    |             text|         number|
    +-----------------+---------------+
    |US 2017/064599 A1|US20170064599A1|
    |              n/a|           NULL|
    +-----------------+---------------+
    <BLANKLINE>
    """
    folded = F.regexp_replace(_FOLD.column(text), _NOTE, "")
    dateless = F.regexp_replace(folded, _TRAILING_DATE + r"\z", "$1")
    lettered = F.regexp_replace(F.regexp_replace(dateless, _SEPARATORS, ""), _US_LETTERS, "US$1$2")
    once = F.regexp_replace(lettered, _OFFICE_TWICE, "$1")
    is_one = once.rlike(_VALID) & ~folded.rlike(f"{_SEVERAL}|{_ROUNDED}") & ~once.rlike(_PCT)
    number = F.when(is_one, once)
    padded = F.concat(F.substring(number, 1, 6), F.lit("0"), F.substring(number, 7, 8))
    long = F.when(number.rlike(SHORT_US_PRE_GRANT), padded).otherwise(number)
    return F.when(is_normal(text), text).otherwise(long)


def authority_column(number: Column) -> Column:
    """Return the two letters of the office in front of a normalised number.

    >>> df = spark.createDataFrame([("CN105513499A",)], "number string")
    >>> df.select("number", authority_column(F.col("number")).alias("authority")).show()
    +------------+---------+
    |      number|authority|
    +------------+---------+
    |CN105513499A|       CN|
    +------------+---------+
    <BLANKLINE>
    """
    return F.substring(number, 1, 2)
