"""Many needles in many texts at once, by hashes of whole arrays of characters.

A regular expression of thousands of words outgrows the automaton that would make it fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.technologies.numbers import distinct

_FACTOR = 0x9E3779B97F4A7C15
_BITS = 18  # a table of so many is thinly filled by thousands of needles
_EVERY = 0x110000  # characters of Unicode
_END = "\n"  # stands in no needle and no text


class Characters(NamedTuple):
    """Texts as one array of characters, an end behind each.

    Attributes:
        codes: of the characters, 32 bits each.
        ends: where the ends are.
    """

    codes: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, texts: pa.Array) -> Self:
        """Return texts without nulls and line breaks.

        >>> Characters.of(pa.array(["靶材", "", "ito"])).texts()[2]
        'ito'
        """
        lengths = pc.utf8_length(texts).to_numpy()
        whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
        joined = pc.binary_join(whole, _END)[0].as_py() + _END * bool(len(texts))
        return cls(_characters(joined), (lengths + 1).cumsum(dtype=np.int64) - 1)

    def texts(self) -> list[str]:
        """Return all texts, and an empty one behind them."""
        return self.codes.tobytes().decode("utf-32-le").split(_END)


class Needles:
    """Needles to look for.

    Args:
        needles: each once; without line breaks.

    >>> needles = Needles([" euv ", "靶材", " wafer stepper "])
    >>> texts = Characters.of(pa.array([" a wafer stepper | euv ", " lamp ", " ito 靶材 "]))
    >>> [found.tolist() for found in needles.found(texts)]
    [[0, 0, 2], [0, 2, 1]]
    """

    def __init__(self, needles: Sequence[str]) -> None:
        of_length: dict[int, list[int]] = {}
        for number, needle in enumerate(needles):
            of_length.setdefault(len(needle), []).append(number)
        self._count = len(needles)
        longest = max(of_length, default=0)
        # By length: hashes in order, and the number of each one's needle.
        self._known: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._is_first = np.zeros(_EVERY, dtype=bool)
        # By length: hashes of whole needles, and of the first characters of longer ones.
        self._ends, self._goes_on = np.zeros((2, longest + 1, 1 << _BITS), dtype=bool)
        for length, numbers in of_length.items():
            table = _characters("".join(needles[one] for one in numbers)).reshape(-1, length)
            self._is_first[table[:, 0]] = True
            parts = (table * _powers(length)).cumsum(axis=1, dtype=np.uint64)
            for begin in range(1, length):
                self._goes_on[begin, _bucket(parts[:, begin - 1])] = True
            self._ends[length, _bucket(parts[:, -1])] = True
            order = np.argsort(parts[:, -1])
            self._known[length] = parts[order, -1], np.array(numbers)[order]

    def found(self, texts: Characters) -> tuple[np.ndarray, np.ndarray]:
        """Return which needles stand in which texts: rows and numbers, each pair once, in order.

        Hashes have 64 bits, so that two that are alike are of the same characters.
        """
        longest = max(self._known, default=0)
        characters = np.append(texts.codes, np.full(longest, ord(_END), dtype=np.uint32))
        places = np.flatnonzero(self._is_first[texts.codes])
        hashed = np.zeros(len(places), dtype=np.uint64)
        nothing = np.zeros(0, dtype=np.int64)
        found: list[tuple[np.ndarray, np.ndarray]] = [(nothing, nothing)]
        for length, power in enumerate(_powers(longest), 1):
            hashed += characters[places + (length - 1)] * power
            bucket = _bucket(hashed)
            if length in self._known:
                hashes, numbers = self._known[length]
                likely = np.flatnonzero(self._ends[length, bucket])
                nearest = np.searchsorted(hashes, hashed[likely])
                nearest = np.minimum(nearest, len(hashes) - 1)
                is_one = hashes[nearest] == hashed[likely]
                found.append((places[likely[is_one]], numbers[nearest[is_one]]))
            goes_on = np.flatnonzero(self._goes_on[length, bucket])
            places, hashed = places[goes_on], hashed[goes_on]
        place, number = (np.concatenate(one) for one in zip(*found, strict=True))
        row = np.searchsorted(texts.ends, place)
        row, number = np.divmod(distinct(row * self._count + number), max(self._count, 1))
        return row, number


def _characters(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _bucket(hashed: np.ndarray) -> np.ndarray:
    return (hashed >> np.uint64(64 - _BITS)).astype(np.int64)


@cache
def _powers(count: int) -> np.ndarray:
    """Return the first powers of the factor; multiplication wraps around."""
    return np.multiply.accumulate(np.full(count, _FACTOR, dtype=np.uint64))
