"""Codes of a catalogue: what of IPC and CPC each covers.

The digits behind the stroke say the order of a scheme (each further digit is a decimal place: 7/207
stands between 7/20 and 7/21), but not which group is under which, which dots in the scheme's text
do: B25J9/1633 is no part of B25J9/163. So a code covers a subclass, a main group with all that is
below it, one subgroup alone, or the subgroups from one to another, in the scheme's order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUBCLASS = re.compile(r"[A-HY]\d\d[A-Z]")
_GROUP = re.compile(r"([A-HY]\d\d[A-Z]\d{1,4})(?:/0{2,})?")
_SUBGROUPS = re.compile(r"([A-HY]\d\d[A-Z]\d{1,4}/)(\d{2,6})(?:\.\.(\d{2,6}))?")


@dataclass(frozen=True)
class Place:
    """What a code covers: symbols that begin with ``start``, their digits from low to high."""

    start: str
    low: str = ""
    high: str = ""

    def covers(self, symbol: str) -> bool:
        """Tell whether a symbol, in capitals and without blanks, is among what the code covers.

        A symbol that is only a main group, as some exports cut it, is that group's.

        >>> symbols = ("B25J9/163", "B25J9/1633", "B25J9", "B25J91/02")
        >>> [Place("B25J9/", "163", "163").covers(symbol) for symbol in symbols]
        [True, False, False, False]
        >>> [Place("B25J9/").covers(symbol) for symbol in symbols]
        [True, True, True, False]
        """
        whole = symbol if "/" in symbol else f"{symbol}/"
        if not whole.startswith(self.start):
            return False
        return not self.low or self.low <= whole.rpartition("/")[2] <= self.high


def place_of(code: str) -> Place:
    """Return what a code of a catalogue covers.

    Raises:
        ValueError: it is none, or its range is empty.

    >>> place_of("H01S"), place_of("G03F 9/00")
    (Place(start='H01S', low='', high=''), Place(start='G03F9/', low='', high=''))
    >>> place_of("B25J9/163"), place_of("G03F7/20..24")
    (Place(start='B25J9/', low='163', high='163'), Place(start='G03F7/', low='20', high='24'))
    """
    plain = code.upper().replace(" ", "")
    if _SUBCLASS.fullmatch(plain):
        return Place(plain)
    if group := _GROUP.fullmatch(plain):
        return Place(f"{group[1]}/")
    if found := _SUBGROUPS.fullmatch(plain):
        start, low, high = found.groups()
        if (high or low) >= low:
            return Place(start, low, high or low)
        raise ValueError(f"code {code!r} ends before it begins")
    raise ValueError(
        f"code {code!r} is no subclass (H01L), main group (G03F9), subgroup (G03F7/20) or range "
        "of subgroups (G03F7/20..24)"
    )
