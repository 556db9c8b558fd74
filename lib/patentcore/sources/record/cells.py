"""Cells of an export as values: functions of one text, called once for each distinct text.

What is common to many records (dates, symbols, countries, kinds of events) is read here, in plain
Python; :mod:`patentcore.sources.record.arrays` calls these once for each distinct text of a batch.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from patentcore.sources.record import vocabulary
from patentcore.sources.record.numbers import DATE, clean_number
from patentcore.words.text import FULL_WIDTH, HALF_WIDTH

_REMEMBERED = 1 << 16
_KEEPING = "='\""  # what makes a spreadsheet keep a text: 'text and ="text"
_HALF = str.maketrans(FULL_WIDTH, HALF_WIDTH)
_MOST = 2**31 - 1
_DASHED_DATE = re.compile(
    r"((?:1[5-9]|2[01])[0-9]{2})(?:[-/.]| ?[年년]) ?([0-9]{1,2})(?:[-/.]| ?[月월]) ?([0-9]{1,2})"
    r" ?[日号일.]?(?:(?:[ T]|[+-][0-9]{2}:).*)?"
)
# Years of the emperors of Japan, and of the Republic of China.
_ERAS = dict.fromkeys(("昭和", "昭", "S"), 1925) | dict.fromkeys(("平成", "平", "H"), 1988)
_ERAS |= dict.fromkeys(("令和", "令", "R"), 2018) | dict.fromkeys(("中華民國", "民國"), 1911)
_ERA_DATE = re.compile(
    rf"({'|'.join(_ERAS)}) ?(元|[0-9]{{1,3}})[年./] ?([0-9]{{1,2}})[月./] ?([0-9]{{1,2}})日?"
)
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")
_PLAIN_DATE = re.compile(r"((?:1[5-9]|2[01])[0-9]{2})([0-9]{2})([0-9]{2})(?:\.0+|T?[0-9]{6}Z?)?")
# What the names of months begin with, in English, German, French, Spanish, Italian, Portuguese.
_MONTHS = (
    ("jan", "jän", "ene", "gen"), ("feb", "fév", "fev"), ("mar", "mär", "mrz"),
    ("apr", "avr", "abr"), ("may", "mai", "mag"), ("jun", "juin", "giu"), ("jul", "juil", "lug"),
    ("aug", "aoû", "aou", "ago"), ("sep", "set"), ("oct", "okt", "ott", "out"), ("nov",),
    ("dec", "dez", "déc", "dic"),
)  # fmt: skip
_NUMBER_OF_MONTH = {name: at for at, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = rf"({'|'.join(_NUMBER_OF_MONTH)})[^\W\d_]*\.?"
_YEAR = "((?:1[5-9]|2[01])[0-9]{2})"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_TIME = "(?:,? [0-9]{1,2}[:.].*)?"
_DAY_AND_MONTH = re.compile(
    rf"{_WEEKDAY}([0-9]{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?:[-/. ]| de )?{_MONTH}"
    rf"(?:[-/., ]| de )? ?({_YEAR[1:-1]}|[0-9]{{2}}){_TIME}",
    re.I,
)
_MONTH_AND_DAY = re.compile(
    rf"{_WEEKDAY}{_MONTH}[-/ ]([0-9]{{1,2}})(?:st|nd|rd|th)?(?:[-/ ]|, ?){_YEAR}{_TIME}", re.I
)
_YEAR_AND_MONTH = re.compile(rf"{_YEAR}[-/ ]{_MONTH}[-/ ]([0-9]{{1,2}}){_TIME}", re.I)
# A date with the year behind, of which the column says what stands first.
_YEAR_BEHIND = re.compile(
    r"([0-9]{1,2})([-/.])([0-9]{1,2})\2((?:1[5-9]|2[01])?[0-9]{2})(?: [0-9]{1,2}:.*)?"
)
# Days that a spreadsheet counts from the last but one of 1899: of 1950 to 2099.
_SERIAL_DATE = re.compile(r"(1[89][0-9]{3}|[2-6][0-9]{4}|7[0-2][0-9]{3})(?:\.[0-9]+)?")
_LEAST_SERIAL = 18_264
_DAY_ZERO = dt.date(1899, 12, 30)
# Midnights that a data frame's JSON counts in milliseconds from 1970, of the years that dates have.
_MIDNIGHT = re.compile("-?[0-9]{8,14}")
_MILLISECONDS_A_DAY = 86_400_000
_UNIX_DAY_ZERO, _MOST_DAYS = dt.date(1970, 1, 1), 80_000
_COUNT = re.compile(r"(?:[0-9]+(?:,[0-9]{3,})*|[0-9]{1,3}(?:[ '’][0-9]{3})+)(?:\.0+)?")
# A spreadsheet's other ways to write one.
_POWER = re.compile("([0-9])(?:[.,]([0-9]{0,14}))?E\\+([0-9]{1,2})")
_DECIMAL_COMMA = re.compile("(?<=[0-9]),0{1,2}$")
_PLAIN_SYMBOL = re.compile("[A-HY][0-9]{2}[A-Z](?:[0-9]+/[0-9]+)?")
_HAS_PADDING = re.compile("[A-HY][0-9]{2}[A-Z](?:-?0|[0-9]{6}|[0-9]+/[0-9]{2}[0-9]*0$)")
# A symbol of fixed width: four places of the main group, then the subgroup.
_FIXED_SYMBOL = re.compile(r"^([A-HY][0-9]{2}[A-Z])([0-9]{4})([0-9]{2,6})\Z")
_PADDED_GROUP = re.compile(r"^([A-HY][0-9]{2}[A-Z])-?0{1,3}([1-9][0-9]{0,2})\Z")
_PADDED_SYMBOL = re.compile(r"^([A-HY][0-9]{2}[A-Z])0*([1-9][0-9]*)/([0-9]{2}(?:[0-9]*[1-9])?)0*\Z")
_IN_FRONT = re.compile(r"[\W_]*(?:(?:INT\.?\s*CL|IPC|CPC|FI)[\s.:0-9=()]*)?")
# A symbol with blanks or a dash, and what stands behind: an edition, marks, the codes of FI.
_SPACED_SYMBOL = re.compile(
    r"([A-HY][0-9]{2}[A-Z])[\s-]*([0-9]{1,4})\s*/\s*([0-9]{2,6})(?:[^0-9].*)?",
    re.DOTALL,
)
_NUMBER_AND_CATEGORY = re.compile(r"(.*?)\s*(?:[(\[]([A-Za-z]{1,3})[)\]])?")
_EVENT_DAY = "[12][0-9]{3}(?:[-./年]?[0-9]{1,2}[-./月]?[0-9]{1,2}日?)"
_DATED_EVENT = re.compile(
    rf"(.*?)\s*(?:[(\[【]([0-9][0-9./年月日-]*)[)\]】]|[\s:,]({_EVENT_DAY}))\s*"
)
_EVENT_BEHIND = re.compile(rf"[(\[]?({_EVENT_DAY})[)\]]?[\s:,-]*(.*)")
DATE_BEHIND = rf"[ ,;]({DATE})[ ]*$"
_DATE_BEHIND = re.compile(DATE_BEHIND.replace("$", r"\Z"))
_STATUS_ONLY = re.compile(vocabulary.STATUS_ONLY)

Vocabulary = tuple[tuple[str, re.Pattern[str]], ...]


def half_width(text: str) -> str:
    """Turn full-width letters, digits, punctuation and spaces into their half-width forms."""
    return text if text.isascii() else text.translate(_HALF)


@lru_cache(_REMEMBERED)
def to_date(text: str, order: str | None = None, first_year: int = 1930) -> dt.date | None:
    """Read ``2019-03-01``, ``2019/3/1``, ``2019.03.01``, ``2019年3月1日`` or ``20190301``.

    ``01-Mar-2019``, ``Mar 1, 2019``, a spreadsheet's number of the day and the milliseconds of a
    data frame's JSON are read, too.

    Args:
        text: the cell.
        order: of day and month in front of the year, from :func:`order_of`; without one, such
            dates are none.
        first_year: of the hundred in which years of two digits lie.

    >>> to_date("2019/3/1"), to_date("20190301"), to_date("2019-02-30")
    (datetime.date(2019, 3, 1), datetime.date(2019, 3, 1), None)
    >>> to_date("43525"), to_date("3/1/19", "mdy"), to_date("3/1/19")
    (datetime.date(2019, 3, 1), datetime.date(2019, 3, 1), None)
    >>> to_date("1551398400000"), to_date("1551398400001")
    (datetime.date(2019, 3, 1), None)
    """
    plain = half_width(text).strip(_KEEPING).translate(_DASHES)
    if found := _DASHED_DATE.fullmatch(plain) or _PLAIN_DATE.fullmatch(plain):
        return _day(found[1], found[2], found[3])
    if found := _SERIAL_DATE.fullmatch(plain):
        days = int(found[1])
        return _DAY_ZERO + dt.timedelta(days) if days >= _LEAST_SERIAL else None
    if found := _YEAR_BEHIND.fullmatch(plain):
        return None if order is None else _ordered_day(found, order, first_year)
    if found := _ERA_DATE.fullmatch(plain):
        year = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
        return _day(str(year), found[3], found[4])
    if _MIDNIGHT.fullmatch(plain):
        days, rest = divmod(int(plain), _MILLISECONDS_A_DAY)
        is_one = rest == 0 and abs(days) <= _MOST_DAYS
        return _UNIX_DAY_ZERO + dt.timedelta(days) if is_one else None
    return _day_of_named_month(plain, first_year)


def _day_of_named_month(text: str, first_year: int) -> dt.date | None:
    if found := _DAY_AND_MONTH.fullmatch(text):
        day, month, year = found[1], found[2], str(_whole_year(found[3], first_year))
    elif found := _MONTH_AND_DAY.fullmatch(text):
        month, day, year = found.groups()
    elif found := _YEAR_AND_MONTH.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    return _day(year, str(_NUMBER_OF_MONTH[month.lower()]), day)


def _ordered_day(found: re.Match[str], order: str, first_year: int) -> dt.date | None:
    day, month = (found[1], found[3]) if order == "dmy" else (found[3], found[1])
    return _day(str(_whole_year(found[4], first_year)), month, day)


def _whole_year(digits: str, first_year: int) -> int:
    """Return a year; one of two digits is of the hundred years from the first one on."""
    year = int(digits)
    if len(digits) == 2:
        year += first_year // 100 * 100
        year += 100 * (year < first_year)
    return year


def order_of(text: str) -> str | None:
    """Tell what stands first in a date with its year behind.

    Returns:
        ``dmy`` or ``mdy``; ``either``, where it may be both; ``neither``, where it is none of them;
        none for other texts.

    >>> [*map(order_of, ["18.08.1992", "8/18/92", "08/07/92", "92/08/18", "1992-08-18"])]
    ['dmy', 'mdy', 'either', 'neither', None]
    """
    found = _YEAR_BEHIND.fullmatch(half_width(text).translate(_DASHES))
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    if first <= 12 and second <= 12:
        return "either"
    if first <= 12 or second <= 12:
        return "dmy" if 12 < first <= 31 else "mdy" if 12 < second <= 31 else "neither"
    return "neither"


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


@lru_cache(_REMEMBERED)
def to_count(text: str) -> int | None:
    """Read a whole number that is not negative; thousands may be parted by commas.

    >>> to_count("1,234"), to_count("12.0"), to_count("about 10")
    (1234, 12, None)
    >>> to_count("12,0"), to_count("1.20E+01"), to_count("1.20E+05")
    (12, 12, None)
    """
    plain = half_width(text).strip(_KEEPING)
    if power := _POWER.fullmatch(plain):
        places, shift = power[2] or "", int(power[3])
        # Of more digits than are shown the last ones are lost.
        plain = f"{power[1]}{places[:shift]}.{places[shift:]}0" if shift <= len(places) else ""
    plain = _DECIMAL_COMMA.sub("", plain)
    if not _COUNT.fullmatch(plain):
        return None
    count = int(re.sub("[ ,'’]", "", plain.partition(".")[0]))
    return count if count <= _MOST else None


def to_boolean(text: str) -> bool | None:
    """Read 是 / 否, yes / no, true / false, 1 / 0.

    >>> to_boolean("Yes"), to_boolean("0"), to_boolean("maybe")
    (True, False, None)
    """
    word = half_width(text).lower()
    return True if word in vocabulary.YES else False if word in vocabulary.NO else None


@lru_cache(_REMEMBERED)
def to_symbol(text: str) -> str:
    """Write an IPC or CPC symbol without spaces and edition: ``G06F 3/041 (2006.01)``.

    >>> to_symbol("g06f 3/041 (2006.01)"), to_symbol("H01L21/00"), to_symbol("G06K0019073")
    ('G06F3/041', 'H01L21/00', 'G06K19/073')
    >>> to_symbol("H01L  21/    027 20060101AFI20051008BHEP"), to_symbol("G06F-003/041")
    ('H01L21/027', 'G06F3/041')
    """
    symbol = text
    if not _PLAIN_SYMBOL.fullmatch(text):
        symbol = _IN_FRONT.sub("", half_width(text).upper(), count=1)
        spaced = _SPACED_SYMBOL.fullmatch(symbol)
        symbol = (
            "{}{}/{}".format(*spaced.groups()) if spaced else re.sub(r"\(.*\Z|[\s;,]+", "", symbol)
        )
    if not _HAS_PADDING.match(symbol):
        return symbol
    parted = _FIXED_SYMBOL.sub(r"\1\2/\3", symbol)
    return _PADDED_GROUP.sub(r"\1\2", _PADDED_SYMBOL.sub(r"\1\2/\3", parted))


def vocabulary_of(words: Mapping[str, str]) -> Vocabulary:
    """Compile the expressions of a vocabulary, each with its canonical value itself."""
    return tuple((name, re.compile(f"^{name}$|{pattern}")) for name, pattern in words.items())


def to_word(text: str, words: Vocabulary) -> str | None:
    """Translate by the first expression of a vocabulary that is found; none where none is.

    >>> words = vocabulary_of({"utility_model": "utility|petty patent", "design": "design"})
    >>> to_word("Utility Model", words), to_word("Plant", words)
    ('utility_model', None)
    """
    lowered = half_width(text).lower()
    return next((canonical for canonical, pattern in words if pattern.search(lowered)), None)


_PATENT_TYPES = vocabulary_of(vocabulary.PATENT_TYPES)
_SECTORS = vocabulary_of(vocabulary.SECTORS)
_LEGAL_EVENTS = vocabulary_of(vocabulary.LEGAL_EVENTS)


def to_patent_type(text: str) -> str | None:
    """Read a patent type in words.

    >>> to_patent_type("发明授权"), to_patent_type("Plant")
    ('invention', None)
    """
    return to_word(text, _PATENT_TYPES)


def to_sector(text: str) -> str | None:
    """Read an applicant's sector; an unknown one stays as it is."""
    return None if text in vocabulary.MISSING_WORDS else to_word(text, _SECTORS) or text


def _keys(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    keys: dict[str, str] = {}
    for code, spellings in names.items():
        for name in spellings:
            keys.setdefault(name.replace(" ", "").lower(), code)
    return keys


_COUNTRIES = _keys(vocabulary.COUNTRIES)


def to_country(text: str) -> str | None:
    """Write a country or office as two letters; an unknown name stays as it is.

    >>> to_country("Germany"), to_country("de"), to_country("Atlantis"), to_country("N/A")
    ('DE', 'DE', 'Atlantis', None)
    """
    if re.fullmatch("[A-Za-z]{2}", text):
        return text.upper()
    if text in vocabulary.MISSING_WORDS:
        return None
    return _COUNTRIES.get(half_width(text).replace(" ", "").lower(), text)


def number_and_category(text: str) -> tuple[str, str | None]:
    """Part a cited number and its category in brackets.

    >>> number_and_category("US 7,639,714 B2(x)"), number_and_category("US1A [1]")
    (('US 7,639,714 B2', 'X'), ('US1A [1]', None))
    """
    found = _NUMBER_AND_CATEGORY.fullmatch(half_width(text))
    if found is None:
        return "", None
    return found[1], found[2].upper() if found[2] else None


def to_citation(text: str) -> dict[str, str | None]:
    """Read a cited number that has brackets.

    >>> to_citation("US 7,639,714 B2(X)")
    {'number': 'US7639714B2', 'category': 'X'}
    """
    number, category = number_and_category(text)
    return {"number": clean_number(number), "category": category}


def to_event(text: str) -> dict[str, object]:
    """Read a legal event: its kind, and its date as it stands and as a date.

    >>> to_event("权利转移(2019-03-01)")
    {'kind': 'assignment', 'raw_date': '2019-03-01', 'date': datetime.date(2019, 3, 1)}
    """
    plain = half_width(text)
    name, raw_date = plain, None
    if found := _DATED_EVENT.fullmatch(plain):
        name, raw_date = found[1], found[2] or found[3]
    elif found := _EVENT_BEHIND.fullmatch(plain):
        raw_date, name = found.groups()
    date = to_date(raw_date) if raw_date else None
    return {"kind": _kind_of_event(name.lower()), "raw_date": raw_date, "date": date}


@lru_cache(_REMEMBERED)
def _kind_of_event(name: str) -> str | None:
    return None if _STATUS_ONLY.search(name) else to_word(name, _LEGAL_EVENTS)


def date_behind(text: str) -> dt.date | None:
    """Return the date behind a number, none where there is none.

    >>> date_behind("US15360203A 20160920"), date_behind("US15360203A")
    (datetime.date(2016, 9, 20), None)
    """
    found = _DATE_BEHIND.search(text)
    if found is None:
        return None
    digits = re.sub("[^0-9]", "", found[1])
    return _day(digits[:4], digits[4:6], digits[6:])


@lru_cache(_REMEMBERED)
def kind_of(end: str) -> str | None:
    """Return the kind code in the last letters of a normalised number.

    A number may end with a letter of its own, as Singapore's do.

    >>> kind_of("4B2"), kind_of("99A"), kind_of("2WA"), kind_of("7XB1"), kind_of("728")
    ('B2', 'A', 'A', 'B1', None)
    """
    found = re.search(r"[0-9][A-Z]?([A-Z][0-9]?)\Z", end)
    return found[1] if found else None


@lru_cache(_REMEMBERED)
def type_of(office_and_end: str) -> str | None:
    """Read the patent type off a number's office and kind code (WIPO standard ST.16).

    U and Y are utility models and S designs, at every office; Chinese designs before 1993 have D.
    All other codes, reissues, plants and translations included, are inventions. None without code.

    >>> type_of("CN94U"), type_of("US4S1"), type_of("CN93D"), type_of("US93D"), type_of("US728")
    ('utility_model', 'design', 'design', 'invention', None)
    """
    kind = kind_of(office_and_end[2:])
    if kind is None:
        return None
    if kind[0] == "S" or (kind[0] == "D" and office_and_end.startswith("CN")):
        return "design"
    return "utility_model" if kind[0] in "UY" else "invention"


def type_of_letters(begin: str) -> str | None:
    """Read the patent type off the letters in front of a number of the United States.

    >>> [*map(type_of_letters, ["USD66", "USRE4", "USPP1", "USH12", "US765"])]
    ['design', 'invention', 'invention', 'invention', None]
    """
    found = re.match("US(D|RE|PP|H|T|X|RX|AI)[0-9]", begin)
    return None if found is None else "design" if found[1] == "D" else "invention"
