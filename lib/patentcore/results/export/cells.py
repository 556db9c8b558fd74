"""One cell of a table as text for people: lists joined, what would break the text escaped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

JOINED = (
    "elements of a list are joined by '; ', the fields of an element by ' | ', names and values by "
    "'='; a backslash stands before any of ; | = \\ that belongs to an element"
)
_MARKS = re.compile(r"([;|=\\])")


def text_of(value: Any) -> str | None:
    r"""Write a value as one text; ``None`` where it is unknown, or a list of nothing.

    >>> text_of([{"name": "Li; Co", "country": "CN", "sector": None}, {"name": "ZTE"}])
    'Li\\; Co | CN | ; ZTE'
    >>> text_of([("domestic_share", 0.25)]), text_of(["G06F3/041", None, "H04W4/02"]), text_of([])
    ('domestic_share=0.25', 'G06F3/041; ; H04W4/02', None)
    >>> text_of(True), text_of(dt.date(2016, 4, 20)), text_of("a; b"), text_of(0.1), text_of(None)
    ('true', '2016-04-20', 'a; b', '0.1', None)
    """
    if isinstance(value, list):
        return "; ".join(map(_element, value)) or None
    return _element(value) if isinstance(value, Mapping) else _plain(value)


def address(number: str, source: str | None) -> str | None:
    """Return where a patent can be read; ``None`` of one that a generator made, or of no source.

    >>> address("CN 1A", "lens"), address("CN1A", "synthetic")
    ('https://patents.google.com/patent/CN1A', None)
    """
    if source in (None, "synthetic"):
        return None
    return f"https://patents.google.com/patent/{re.sub('[^A-Za-z0-9]', '', number) or 'patent'}"


def _element(value: Any) -> str:
    if isinstance(value, Mapping):
        return " | ".join(map(_element, value.values()))
    if isinstance(value, tuple):  # an entry of a map
        return "=".join(map(_element, value))
    return _MARKS.sub(r"\\\1", _plain(value) or "")


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, dt.date) else str(value)
