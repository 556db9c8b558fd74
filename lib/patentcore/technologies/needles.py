"""Many needles in many texts at once, by hashes of whole arrays of characters.

A regular expression of thousands of words outgrows the automaton that would make it fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa

_FACTOR = 0x9E3779B97F4A7C15
_SIFTED = 3  # characters by which most places are told to begin no needle
_FOLLOWED = 8  # more, by which the others are
_BITS = 20
_END = "\n"  # stands in no needle and no text


class Needles:
    """Needles to look for.

    Args:
        needles: each once; without line breaks.

    >>> needles = Needles([" euv ", "靶材", " wafer stepper "])
    >>> texts = pa.array([" a wafer stepper | euv ", " lamp ", " ito 靶材 "])
    >>> [found.tolist() for found in needles.found(texts)]
    [[0, 0, 2], [0, 2, 1]]
    """

    def __init__(self, needles: Sequence[str]) -> None:
        of_length: dict[int, list[int]] = {}
        for number, needle in enumerate(needles):
            of_length.setdefault(len(needle), []).append(number)
        self._count = len(needles)
        # By length: hashes in order, and the number of each one's needle.
        self._known: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        # By length: hashes of whole needles, or of the first characters of longer ones.
        self._begins = np.zeros((_FOLLOWED + 1, 1 << _BITS), dtype=bool)
        for length, numbers in sorted(of_length.items()):
            table = _characters("".join(needles[one] for one in numbers)).reshape(-1, length)
            parts = (table * _powers(length)).cumsum(axis=1, dtype=np.uint64)
            for begin in range(min(length, _SIFTED), min(length, _FOLLOWED) + 1):
                self._begins[begin, _bucket(parts[:, begin - 1])] = True
            order = np.argsort(parts[:, -1])
            self._known[length] = parts[order, -1], np.array(numbers)[order]

    def found(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Return which needles stand in which texts: rows and numbers, each pair once, in order.

        Hashes have 64 bits, so that two that are alike are of the same characters.

        Args:
            texts: without nulls and line breaks.
        """
        longest = max(self._known, default=0)
        padding = _END * (longest + _SIFTED)
        characters = _characters(_END.join(texts.to_pylist()) + padding)
        places = self._likely(characters[: len(characters) - len(padding)])
        hashed, powers = np.zeros(len(places), dtype=np.uint64), _powers(longest)
        found: list[tuple[np.ndarray, np.ndarray]] = []
        for length in range(1, longest + 1):
            hashed += characters[places + length - 1] * powers[length - 1]
            if length in self._known:
                hashes, numbers = self._known[length]
                nearest = np.minimum(np.searchsorted(hashes, hashed), len(hashes) - 1)
                is_one = hashes[nearest] == hashed
                found.append((places[is_one], numbers[nearest[is_one]]))
            if _SIFTED < length <= _FOLLOWED:
                goes_on = self._begins[length, _bucket(hashed)]
                places, hashed = places[goes_on], hashed[goes_on]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        place, number = (np.concatenate(one) for one in zip(*found, strict=True))
        row = np.searchsorted(np.flatnonzero(characters == ord(_END)), place)
        row, number = np.divmod(np.unique(row * self._count + number), self._count)
        return row, number

    def _likely(self, characters: np.ndarray) -> np.ndarray:
        """Return where a needle may begin."""
        hashed = np.zeros(len(characters), dtype=np.uint64)
        is_likely = np.zeros(len(characters), dtype=bool)
        for length, (begins, power) in enumerate(
            zip(self._begins[1 : _SIFTED + 1], _powers(_SIFTED), strict=True), 1
        ):
            hashed[: len(characters) - length + 1] += characters[length - 1 :] * power
            if begins.any():
                is_likely |= begins[_bucket(hashed)]
        return np.flatnonzero(is_likely)


def _characters(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)


def _bucket(hashed: np.ndarray) -> np.ndarray:
    return (hashed >> np.uint64(64 - _BITS)).astype(np.int64)


@cache
def _powers(count: int) -> np.ndarray:
    """Return the first powers of the factor; multiplication wraps around."""
    return np.multiply.accumulate(np.full(count, _FACTOR, dtype=np.uint64))
