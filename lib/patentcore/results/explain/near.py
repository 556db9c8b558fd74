"""Numbers that may be meant by one that is not there; no session, no path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

SHOWN = 5
DIGITS = "^[A-Z]*0*([0-9]+)"
"""What stands between office, leading zeros and kind, as every engine reads it."""
_FEWEST = 4


def digits_of(number: str) -> str:
    """Return the digits of a number, without office, leading zeros and kind.

    >>> digits_of("CN105513499A"), digits_of("USD0668832S1"), digits_of("n/a")
    ('105513499', '668832', '')
    """
    found = re.search(DIGITS, number)
    return found[1] if found else ""


def variants(number: str) -> set[str]:
    """Return the digits of a number and those one slip away: left out, too many, wrong, swapped.

    >>> sorted(variants("CN12A")), "105513949" in variants("CN105513499A")
    (['12'], True)
    """
    digits = digits_of(number)
    found = {digits} if digits else set()
    if len(digits) < _FEWEST:
        return found
    for at in range(len(digits) + 1):
        head, tail = digits[:at], digits[at:]
        found.update(head + digit + tail for digit in "0123456789")
        if tail:
            found.add(head + tail[1:])
            found.update(head + digit + tail[1:] for digit in "0123456789")
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    return {one.lstrip("0") for one in found} - {""}


def nearest(number: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that are most likely meant, the likeliest first.

    One with the same digits goes first, then one of the same office, then the most alike.

    >>> nearest("CN105513499B", ["US105513499A1", "CN105513949A", "CN105513499A"])
    ['CN105513499A', 'US105513499A1', 'CN105513949A']
    """
    digits = digits_of(number)

    def order(other: str) -> tuple[bool, bool, float, str]:
        alike = difflib.SequenceMatcher(None, number, other).ratio()
        return (digits_of(other) != digits, other[:2] != number[:2], -alike, other)

    return sorted(set(candidates), key=order)[:SHOWN]
