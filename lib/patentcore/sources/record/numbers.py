"""One rule for publication and application numbers of all spellings.

1. Full-width letters, digits, punctuation and spaces become half-width (what NFKC does to them),
   letters become capitals, and Cyrillic ones that look Latin are Latin.
2. A date behind the number, after a space, comma or semicolon, goes: ``US20170064599A1 20170302``,
   ``US2016578323F 2016-09-20``, ``US6543210B1 4/2003``, ``EP1234567A1 12.3.2003``.
   A note behind it goes, too, or a category in front: ``EP1234567A1 [Y]``, ``Y: EP1234567A1``,
   ``EP1234567A1 / X``, ``CN102345678A 第3页``, ``WO 2019/123456 A1 p. 3``,
   ``EP1234567A1 * abstract *``, ``US 7654321 B2 (Smith et al.)``.
3. Everything but A-Z and 0-9 goes: ``US 2015/0375765 A1`` becomes ``US20150375765A1``.
   Application numbers of China lose the letters of patents: ``ZL201410123456.7``.
4. Publication numbers only: words for a patent go (``US Pat. No. 7,654,321``), a kind in front of
   the number goes behind it (``EP-A-0 123 456``); reissues, plants, designs and other numbers of
   the United States that begin with their own letters get the office (``RE46653``,
   ``Des. 295,437``), an office in front of itself goes (``WO WO/2006/004337``), and a PCT
   application (``PCT/CN2019/123456``, ``WO/US98/04444``), a Chinese one (``ZL201410123456.7``) or
   one of the United States (``US 14/123,456``) is none, nor is literature (``XP012345678``); a US
   pre-grant publication with a serial part of six digits gets the seventh: ``US2017064599A1``
   becomes ``US20170064599A1``. Japanese years of one or two digits in front of a dash are those
   of an emperor, Heisei to the eleventh and Showa from the thirtieth: ``JP 60-12345 A`` becomes
   ``JPS6012345A``, and not the later number 6012345; so are those that Japanese print
   (``特開昭60-12345``), whose words say the kind.
5. What does not begin with two to five letters in front of a digit, or ends with more than two,
   is no number: ``US7654321 Smith``. Nor are several of them: ``EP1234567A1; US7654321B2``, nor
   one that a spreadsheet has rounded: ``JP 2.01E+11``, nor more than 24 signs. All are null.

No other zero is added or taken away: stripping leading zeros would merge records that are
distinct in real exports.

The rule exists twice, for Python strings and for Spark columns; a property test holds them equal.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.sources.record.number_bytes import (
    CHINESE_PATENT,
    LITERATURE,
    LONGEST_NUMBER,
    OF_UNITED_STATES,
)
from patentcore.sources.record.vocabulary import COUNTRY_CODES
from patentcore.words.text import Folding

# Letters of Cyrillic keyboards that look like Latin ones, as in Russian kind codes.
_FOLD = Folding("АВСЕНКМОРТУХавсенкмортух", "ABCEHKMOPTYXABCEHKMOPTYX")

# Expressions of both re and java.util.regex; [0-9] because \d differs between them.
DATE = r"(?:18|19|20)[0-9]{2}[-./]?(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12][0-9]|3[01])"
_MONTHS = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*"
_OTHER_DATES = (
    r"(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|[0-9]{1,2}/(?:18|19|20)[0-9]{2}|"
    rf"(?:18|19|20)[0-9]{{2}}[./-][0-9]{{1,2}}[./-][0-9]{{1,2}}|00000000|0001-01-01|"
    rf"[0-9]{{1,2}}\.? ?{_MONTHS}\.?,? ?[0-9]{{4}})"
)
_TRAILING_DATE = rf"^([^0-9]*[0-9][\s\S]*?)[ \t\r\n,;]+(?:{DATE}|{_OTHER_DATES})\.?[ \t\r\n]*"
_SEPARATORS = r"[^A-Z0-9]+"
# What readers of citations write behind a number: marks, brackets, where they hold more than the
# kind code of a number without one, and words; a P without a dot is a plant's kind code.
_MARKS = r"^([\s\S]*[^*† \t])[ \t]*(?:[*†]+|\.(?:PDF|XML|HTML?))[ \t]*"
_BRACKETS = (
    r"^([\s\S]*[0-9][\s\S]*?)(?:[ \t]*(?:\[[^\]]*\]|【[^】]*】|\{[^}]*\}|\([^)]{3,}\)|"
    r"\*[^*]{3,}\*))+[ \t]*"
)
_CATEGORY = (
    r"^([\s\S]*?[0-9] ?[A-Z][0-9]?)(?:[ \t]*\([A-Z, ]+\)|"
    r"[ \t]*[ \t,/:;|-][ \t]*[XYDPEOTL](?:[ ,/]*[XYADPEOTL])*)[ \t]*"
)
# Chinese, Japanese and Korean words, and the year of a date of theirs; 和 parts two numbers.
_EASTERN = (
    r"^([^0-9]*[0-9][\s\S]*?)(?:[ \t,;:(]+(?:18|19|20)[0-9]{2})?[ \t,;:(]*"
    "[\u3040-\u30ff\u3400-\u4e0d\u4e0f-\u53c9\u53cb-\u548b\u548d-\u9fff\uac00-\ud7af]"
    r"[\s\S]*"
)
_WORDS = (
    r"^([\s\S]*?[0-9][\s\S]*?)[ \t,:*-]+(?:PP?\. ?[0-9]|PAGES? |CLAIMS? |FIG(?:URE)?S?\.? |"
    r"COL(?:UMN)?S?\.? |LINES? |PARA|"
    r"SEITEN? |ANSPR.CHE? |SPALTEN? |ABB\. |ABS(?:ATZ |\. ?[0-9])|REVENDICATIONS? |"
    r"ABSTRACT|CITED |SEE |WHOLE |ENTIRE |[§¶]|CTP\. ?[0-9]|C\. ?[0-9]|"
    r"DEAD|ALIVE|INDETERMINATE|"
    rf"{_MONTHS}\.? [0-9 ,]*[0-9]{{4}})[\s\S]*"
)
_NOTES = (_MARKS, _BRACKETS, _TRAILING_DATE, _BRACKETS, _CATEGORY, _EASTERN, _WORDS)
# A category in front, and no letter of a number of the United States.
_CATEGORY_IN_FRONT = (
    r"^[ \t]*[\[(【]?[XYADPEOTL](?:[ ,/]+[XYADPEOTL])*[\])】]?[ \t]*[ :;\])】][ \t]*"
    r"([A-Z]{2}[\s\S]*)"
)
_PATENT_WORDS = (
    r"\b(?:(?:APPLICATION |APPL?\. ?)?(?:PGPUB|PG-PUB|PUBLICATION|PUBL|PUB)|PATENT|PAT)\b\.?"
    r"(?: ?(?:NOS?|NR|NUMBER)\b\.?)?|^(?:SEE|CF\.|ALSO) "
)
# A kind between office and number, as in search reports.
_KIND_INSIDE = r"^([A-Z]{2})[ -]((?:[ABCUY][0-9]?|T[0-9]))[ -]+([0-9][0-9 .,/-]*)"
_KIND_GLUED = "^(EP|JP|GB|WO|DE|FR)([AB])([0-9]{5,})$"
_OLD_KIND = "^(DE|GB|AT|CH)(?:[AOP]S|GM)([0-9])"
_US_WORD = "^US(?:PN?|NO)([0-9]{7,8})"
# Reissues, plants, and designs, inventions registered, defensive publications and the oldest.
_OF_TWO = f"(?:{'|'.join(OF_UNITED_STATES)})"
_US_LETTERS = rf"^({_OF_TWO}[0-9]{{1,7}}|[DHTX][0-9]{{4,7}})((?:[A-Z][0-9]?)?)$"
_US_DESIGN = "^(?:US)?DES(?:IGN)?D?([0-9]{4,7})"
_US_REISSUE = "^(?:US)?REISSUE(?:RE)?([0-9]{4,6})"
_US_PLANT = "^(?:US)?PLANT(?:PP)?([0-9]{3,6})"
# Certificates of reexamination by the sign in front, and Japanese numbers as they were printed.
_US_REEXAMINED = "^US(B[1-9])([0-9]{7})$"
_JAPANESE = "^JPP((?:19|20)[0-9]{2}[0-9]{1,6}(?:[A-Z][0-9]?)?)$"
_US_OTHER = "^(?:US)?(?:DEF(T)|SIR(H))([0-9]{3,7})"
# An office's code in front of a number that begins with it, as where a column for each is joined.
OFFICE_TWICE = f"^(?:{'|'.join(2 * code for code in COUNTRY_CODES)})"
# What is done to a publication's number without separators, one after the other.
_STEPS = (
    (_US_DESIGN, "D$1"),
    (_US_REISSUE, "RE$1"),
    (_US_PLANT, "PP$1"),
    (_US_OTHER, "$1$2$3"),
    (_US_LETTERS, "US$1$2"),
    (_US_REEXAMINED, "US$2$1"),
    (_JAPANESE, "JP$1"),
    (_US_WORD, "US$1"),
    (_OLD_KIND, "$1$2"),
    (_KIND_GLUED, "$1$3$2"),
)
_CHINESE_PATENT = f"^(?:CN)?{CHINESE_PATENT}([0-9])"
# No publication: applications under the PCT, but for those with a kind code, which is what some
# exports call the publication; Chinese ones, and what readers name so; literature; several
# numbers in one; and more behind a kind code.
_LITERATURE = f"(?:{'|'.join(LITERATURE)})[0-9]"
_MORE_BEHIND = "[0-9][A-Z][0-9][A-Z]+[0-9]{1,3}$|[0-9][ABCUY][0-9]{2,}[A-Z]{0,2}$"
_NO_PUBLICATION = (
    f"{OFFICE_TWICE}|"
    "^PCT|^[A-Z]{2}PCT[A-Z]{2}[0-9]+$|^WO[A-VX-Z][A-Z](?:[0-9]{7}|(?:19|20)[0-9]{8})$|"
    f"{_CHINESE_PATENT}|"
    "^WO(?:19|20)[0-9]{2}[A-Z]{2}[0-9]{5,6}W?$|"
    "^[A-Z]{2}(?:APP|SER|SN)[0-9]|[0-9][A-Z][0-9][A-Z]{1,2}$|"
    "[0-9][A-Z][0-9]?[A-Z]{2}[0-9]{5,}|[0-9]{5,}[A-Z]{2}[0-9]{5,}|"
    f"^{_LITERATURE}|{_MORE_BEHIND}"
)
# A serial number of the United States, and a number whose office is a word for number.
US_SERIAL = r"^US ?[0-9]{2}/[0-9]{3},?[0-9]{3}(?:[^0-9][\s\S]*)?$"
_NO_OFFICE = r"^N[OR]\."
OWN_LETTERS = (
    f"{OFFICE_TWICE}|^(?:PCT|(?:CN)?{CHINESE_PATENT}|[A-Z]{{2}}PCT|"
    f"(?:US)?(?:DES|REISSUE|PLANT|SIRH|DEFT)|USB[1-9][0-9]{{7}}|JPP[12]|{_OF_TWO}[0-9]|US(?:PN?|NO)[0-9]|"
    "(?:DE|GB|AT|CH)(?:[AOP]S|GM)[0-9]|(?:EP|JP|GB|WO|DE|FR)[AB][0-9]|WO[A-Z]{2}[0-9]|"
    "WO(?:19|20)[0-9]{2}[A-Z]|[A-Z]{2}(?:APP|SER|SN)[0-9]|"
    f"{_LITERATURE})|{_MORE_BEHIND}|"
    "[0-9][A-Z][0-9][A-Z]{1,2}$|[0-9][A-Z][0-9]?[A-Z]{2}[0-9]{5}|[0-9]{5}[A-Z]{2}[0-9]{5}"
)
"""Numbers without separators that may need more than that."""
SHORT_US_PRE_GRANT = r"^(US20[0-9]{2})([0-9]{6})((?:[AP][1-9])?)$"
# A number that ends, a mark, and a number that begins; `B2, AUG 12` is none.
_SEVERAL = (
    r"[0-9][A-Z0-9]{0,3} *[;|,\u3001\u4e0e\u53ca\u548c\r\n][ \r\n]*"
    "(?:[A-Z]{2}[ -]?[0-9]{2}|[A-Z]{3,4}[0-9]{3})"
)
_CHECK_DIGIT = r"^(?:(?:CN ?)+(?:ZL ?)?|EP ?|DE ?|GB ?)[0-9 ]{7,15}\.[0-9X]$"
# Years of emperors of Japan in front of a dash: until 1999, when ours took their place.
_EMPERORS = (
    ("^JP[ -]?([1-9])-([0-9])", "JPH0$1-$2"),
    ("^JP[ -]?(0[1-9]|1[01])-([0-9])", "JPH$1-$2"),
    ("^JP[ -]?([3-6][0-9])-([0-9])", "JPS$1-$2"),
)
# The same as Japanese print them, with the kind in front: 特開昭60-12347, 特公平7-12345, 平5-12345.
_DASH = "[-\u2010-\u2015\u2212\u30fc]"
_PRINTED_YEAR = f"(?:[SH][0-9]{{2}}|(?:19|20)[0-9]{{2}}){_DASH}[0-9]{{1,6}}"
_ERAS = (
    (f"平成? ?([0-9]){_DASH}", "H0$1-"),
    (f"平成? ?([0-9]{{2}}){_DASH}", "H$1-"),
    (f"昭和? ?([0-9]{{2}}){_DASH}", "S$1-"),
)
_PRINTED = (
    *_ERAS,
    *(
        (
            rf"^(?:JP)?[ -]*{word} ?({_PRINTED_YEAR})(?:[ -]?[A-Z][0-9]?)?(?:号[\s\S]*)?$",
            f"JP$1-{kind}",  # a letter right behind would be read as part of the group's name
        )
        for word, kind in (("特[開表]", "A"), ("特公", "B2"), ("実開", "U"), ("実公", "Y2"))
    ),
    (r"^(?:JP)?[ -]*特許第? ?([0-9]{7})(?:号[\s\S]*)?$", "JP$1"),
    (f"^JP[ -]?([AB])[ -]?({_PRINTED_YEAR})$", "JP$2$1"),
    ("^([SH][0-9]{2}-[0-9]{3,6}(?:[ -]?[A-Z][0-9]?)?)$", "JP$1"),
)
_IS_PRINTED = rf"^JP(?:{_PRINTED_YEAR}(?:[ -]?[A-Z][0-9]?)?|[0-9]{{7}})$"
_MAY_BE_PRINTED = re.compile("[SH][0-9]{2}-|[^\\x00-\\x7f]")
_FILED = (*_ERAS, (rf"^(?:JP)?[ -]*[特実]願 ?({_PRINTED_YEAR})(?:号[\s\S]*)?$", "JP$1"))
# Years of an emperor in another form.
_EMPEROR = "[昭平令][0-9]{1,2}-"
_NO_NUMBER = f"{_CHECK_DIGIT}|{US_SERIAL}|{_NO_OFFICE}|{_EMPEROR}"
_LONGEST = 300  # characters, of which a note has most
# What a batch of records has, the next ones have again.
_REMEMBERED = 1 << 14
_ROUNDED = r"[0-9]E\+[0-9]"
_VALID = r"^[A-Z]{2}(?:[A-Z]{0,3}|PCT[A-Z]{2})[0-9](?:[A-Z0-9]*[0-9])?[A-Z]{0,2}$"
_NORMAL = _VALID.replace("$", r"\z")
# Spellings of publication numbers that need no more than their separators taken out, but for
# those that begin with letters of their own.
USUAL = (
    "^[A-Z]{2}(?:[ -]?[A-Z]{0,3}[0-9](?:[A-Z0-9]*[0-9])?(?:/[0-9]+)?(?:[ -]?[A-Z][0-9]?)?|"
    "[A-Z]{0,3}[0-9](?:[A-Z0-9]*[0-9])?[A-Z]{0,2})$"
)
_IS_USUAL = re.compile(USUAL.replace("$", r"\Z"))
_IS_OTHERWISE = re.compile(OWN_LETTERS)
_IS_US_SERIAL = re.compile(US_SERIAL)
_IS_SHORT = re.compile(SHORT_US_PRE_GRANT)


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


def normal_number(text: str | None) -> str | None:
    """Return what :func:`clean_number` does, sooner for usual spellings.

    >>> normal_number("US7654321B2"), normal_number("US 2017/064599 A1")
    ('US7654321B2', 'US20170064599A1')
    """
    if text is None or not _IS_USUAL.match(text) or _IS_US_SERIAL.match(text):
        return clean_number(text)
    bare = text.replace(" ", "").replace("/", "").replace("-", "")
    if len(bare) > LONGEST_NUMBER or _IS_OTHERWISE.search(bare):
        return clean_number(text)
    return _IS_SHORT.sub(r"\g<1>0\2\3", bare)


def clean_application_number(text: str | None) -> str | None:
    """Normalise an application number: the same rule without step 4.

    >>> clean_application_number("US2016578323F 2016-09-20")
    'US2016578323F'
    """
    return _cleaned(text, is_publication=False)


@lru_cache(_REMEMBERED)
def _cleaned(text: str | None, *, is_publication: bool) -> str | None:
    if text is None or len(text) > _LONGEST:
        return None
    folded = _FOLD.fold(text)
    if is_publication and _MAY_BE_PRINTED.search(folded) and (printed := _printed(folded)):
        return printed
    for note in _NOTES:
        folded = re.sub(note + r"\Z", r"\1", folded)
    if is_publication:
        own = re.sub(_CATEGORY_IN_FRONT + r"\Z", r"\1", folded)
        plain = re.sub(_PATENT_WORDS, " ", own).strip(" ")
        number = re.sub(_KIND_INSIDE + r"\Z", r"\1\3\2", plain)
        for pattern, by in _EMPERORS:
            number = re.sub(pattern, by.replace("$", "\\"), number)
        number = re.sub(_SEPARATORS, "", number)
        number = number[2:] if re.search(OFFICE_TWICE, number) else number
        for pattern, by in _STEPS:
            number = re.sub(pattern, by.replace("$", "\\"), number)
        if re.search(_NO_PUBLICATION, number) or re.search(_NO_NUMBER, plain):
            return None
    else:
        for pattern, by in () if folded.isascii() else _FILED:
            folded = re.sub(pattern, by.replace("$", "\\"), folded)
        number = re.sub(_CHINESE_PATENT, r"CN\1", re.sub(_SEPARATORS, "", folded))
        number = number.removeprefix("WO") if number.startswith("WOPCT") else number
        number = number[2:] if re.search(OFFICE_TWICE, number) else number
        if re.search(OFFICE_TWICE, number):
            return None
    is_one = len(number) <= LONGEST_NUMBER and re.search(_VALID, number)
    return number if is_one and not re.search(f"{_SEVERAL}|{_ROUNDED}", folded) else None


def _printed(folded: str) -> str | None:
    plain = folded.strip(" ")
    for pattern, by in _PRINTED:
        plain = re.sub(pattern.replace("$", r"\Z"), by.replace("$", "\\"), plain)
    is_one = re.search(_IS_PRINTED.replace("$", r"\Z"), plain)
    return re.sub(_SEPARATORS, "", plain) if is_one else None


def _printed_column(folded: Column) -> Column:
    plain = F.trim(folded)
    for pattern, by in _PRINTED:
        plain = F.regexp_replace(plain, pattern.replace("$", r"\z"), by)
    is_one = plain.rlike(_IS_PRINTED.replace("$", r"\z"))
    return F.when(is_one, F.regexp_replace(plain, _SEPARATORS, ""))


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
    is_one = text.rlike(_NORMAL) & (F.length(text) <= LONGEST_NUMBER)
    return is_one & ~text.rlike(SHORT_US_PRE_GRANT) & ~text.rlike(OWN_LETTERS)


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
    folded = _FOLD.column(text)
    for note in _NOTES:
        folded = F.regexp_replace(folded, note + r"\z", "$1")
    own = F.regexp_replace(folded, _CATEGORY_IN_FRONT + r"\z", "$1")
    plain = F.trim(F.regexp_replace(own, _PATENT_WORDS, " "))
    once = F.regexp_replace(plain, _KIND_INSIDE + r"\z", "$1$3$2")
    for pattern, by in _EMPERORS:
        once = F.regexp_replace(once, pattern, by)
    once = F.regexp_replace(once, _SEPARATORS, "")
    once = F.when(once.rlike(OFFICE_TWICE), F.substring(once, 3, _LONGEST)).otherwise(once)
    for pattern, by in _STEPS:
        once = F.regexp_replace(once, pattern, by)
    is_other = once.rlike(_NO_PUBLICATION) | plain.rlike(_NO_NUMBER)
    is_one = once.rlike(_VALID) & ~folded.rlike(f"{_SEVERAL}|{_ROUNDED}") & ~is_other
    is_short = (F.length(text) <= _LONGEST) & (F.length(once) <= LONGEST_NUMBER)
    number = F.when(is_one & is_short, once)
    padded = F.concat(F.substring(number, 1, 6), F.lit("0"), F.substring(number, 7, 8))
    long = F.when(number.rlike(SHORT_US_PRE_GRANT), padded).otherwise(number)
    printed = _printed_column(_FOLD.column(text))
    return F.when(is_normal(text), text).otherwise(F.coalesce(printed, long))


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
