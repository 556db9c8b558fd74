"""Table formats and stores that a session is asked for besides the ordinary."""

from __future__ import annotations

from typing import NamedTuple


class Extras(NamedTuple):
    """Table formats and stores.

    Attributes:
        needed: it is an error where their jars are missing.
        useful: they are loaded where their jars are there.
    """

    needed: frozenset[str] = frozenset()
    useful: frozenset[str] = frozenset()


NOTHING_MORE = Extras()
