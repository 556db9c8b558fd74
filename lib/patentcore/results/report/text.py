"""Numbers and names as a reader wants them; the template's filters."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

import pandas as pd
from jinja2.filters import do_filesizeformat

MISSING = "–"


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds nothing; a list is never missing."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def number(value: Any, digits: int | None = None) -> str:
    """Return a number with separators of thousands.

    Args:
        value: the number; a dash stands for a missing one.
        digits: digits after the point; ``None`` shows at most two and drops trailing zeros.

    >>> number(306561), number(2.5), number(310.284, 2), number(None), number(0.00012, 1)
    ('306,561', '2.5', '310.28', '–', '0.0001')
    """
    if is_missing(value):
        return MISSING
    figure = float(value)
    if figure == int(figure) and not digits:
        return f"{int(figure):,}"
    places = 2 if digits is None else digits
    if figure != 0 and abs(figure) < 0.5 * 10**-places:
        return f"{figure:.1g}"
    shown = f"{figure:,.{places}f}"
    return shown.rstrip("0").rstrip(".") if digits is None else shown


def percent(share: Any) -> str:
    r"""Return a share of 1 as a percentage, which no line break divides.

    >>> [percent(share) for share in (0.5, 0.9999, 1.0, 0.0004, 0, None)]
    ['50.0\xa0%', '>\xa099.9\xa0%', '100.0\xa0%', '<\xa00.1\xa0%', '0.0\xa0%', '–']
    """
    if is_missing(share):
        return MISSING
    shown = f"{100 * share:.1f} %"
    if 0 < share < 0.0005:
        shown = "< 0.1 %"
    elif 0.9995 <= share < 1:
        shown = "> 99.9 %"
    return shown.replace(" ", "\N{NO-BREAK SPACE}")


def size(count: Any) -> str:
    """Return a number of bytes in decimal units.

    >>> size(999), size(1_530_000), size(2_000_000_000), size(None)
    ('999 Bytes', '1.5 MB', '2.0 GB', '–')
    """
    return MISSING if is_missing(count) else do_filesizeformat(count)


def duration(seconds: Any) -> str:
    """Return a time in the units that suit it.

    >>> duration(8.25), duration(83), duration(3725), duration(None)
    ('8.2 s', '1 min 23 s', '1 h 2 min', '–')
    """
    if is_missing(seconds):
        return MISSING
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(stamp: Any, language: str = "en") -> str:
    """Return an ISO time stamp as date and time; other text as it is.

    >>> moment("2026-03-01T09:30:12+00:00"), moment("yesterday"), moment(None)
    ('1 March 2026, 09:30 UTC', 'yesterday', '–')
    >>> print(moment("2026-03-01T09:30:12+00:00", "zh"))
    2026年3月1日 09:30 UTC
    """
    if is_missing(stamp):
        return MISSING
    try:
        parsed = dt.datetime.fromisoformat(str(stamp))
    except ValueError:
        return str(stamp)
    zone = f" {parsed.tzname()}" if parsed.tzinfo else ""
    if language == "zh":
        return f"{parsed.year}年{parsed.month}月{parsed.day}日 {parsed:%H:%M}{zone}"
    return f"{parsed.day} {parsed:%B %Y, %H:%M}{zone}"


def shorten(text: Any, longest: int = 160) -> str:
    r"""Cut text to a width, in which a Chinese character takes two places.

    Control characters become spaces.

    >>> shorten("touch\x00 panel"), shorten("a" * 200, 5), shorten("触控面板", 6), shorten(None)
    ('touch panel', 'aaaa…', '触控…', '–')
    """
    if is_missing(text):
        return MISSING
    # Only the beginning is looked at: a field can hold a whole document.
    head = str(text)[: 4 * longest]
    if not head.isprintable():
        head = "".join(c if c.isprintable() else " " for c in head)
    plain = " ".join(head.split())
    if not plain:
        return MISSING
    if plain.isascii():  # a place a character, as of most numbers and names
        return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"
    ends = list(accumulate(map(_places, plain)))
    if ends[-1] <= longest:
        return plain
    return plain[: bisect_right(ends, longest - 1)].rstrip() + "…"


def _places(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


def setting(value: Any) -> str:
    """Return a configured value.

    >>> setting(True), setting(["CN", "US"]), setting([]), setting(None), setting(0.4)
    ('true', 'CN, US', 'none', 'none', '0.4')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value is None or value == "" else str(value)


def figure(value: Any) -> str:
    """Return a recorded fact: a number as a number, other values as they are.

    >>> figure(1993), figure("exact"), figure({"a": 1})
    ('1,993', 'exact', "{'a': 1}")
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return number(value) if is_number else shorten(value)


FILTERS = {
    "figure": figure,
    "number": number,
    "percent": percent,
    "size": size,
    "duration": duration,
    "moment": moment,
    "shorten": shorten,
    "setting": setting,
}
