"""Draws that follow from a key column and the seed, whenever and wherever they are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F


def weighted(weights: dict[str, int]) -> list[str]:
    """Repeat each value by its weight, for :meth:`Draws.one_of`."""
    return [value for value, weight in weights.items() for _ in range(weight)]


def table(values: Sequence[str] | Sequence[int]) -> Column:
    """Return a constant array, handed to Spark in one piece."""
    texts = F.split(F.lit("|".join(map(str, values))), r"\|")
    return texts if isinstance(values[0], str) else texts.cast("array<bigint>")


def without_nulls(values: list[Column], element: str) -> Column:
    """Return the distinct values that are not null as an array; null where there are none.

    Unlike ``array_compact`` this is compiled, with everything that the values are drawn from.
    """
    kept = F.array_except(F.array(*values), F.array(F.lit(None).cast(element)))
    return F.nullif(kept, F.array().cast(f"array<{element}>"))


@dataclass(frozen=True)
class Draws:
    """Pseudo-random columns of a key column."""

    seed: int
    key: Column

    def below(self, limit: int | Column, salt: str) -> Column:
        """Return a whole number from 0 to ``limit - 1``."""
        bits = F.xxhash64(F.lit(self.seed), self.key, F.lit(salt))
        return F.pmod(bits, F.lit(limit) if isinstance(limit, int) else limit)

    def chance(self, percent: float, salt: str) -> Column:
        """Return true in ``percent`` of the rows."""
        return self.below(10_000, salt) < round(percent * 100)

    def one_of(self, values: Sequence[str] | Sequence[int], salt: str) -> Column:
        """Return one of the values, each as likely as the others."""
        return F.get(table(values), self.below(len(values), salt).cast("int"))

    def unit(self, salt: str) -> Column:
        """Return a number strictly between 0 and 1."""
        return (self.below(1_000_000, salt) + 0.5) / 1_000_000

    def skewed(self, limit: int, salt: str) -> Column:
        """Return a whole number from 0 to ``limit - 1``, Zipf-like: as 1, 1/2, 1/3 ..."""
        return _whole(F.pow(F.lit(float(limit + 1)), self.unit(salt))) - 1

    def heavy_tailed(self, exponent: float, largest: int, salt: str) -> Column:
        """Return a whole number from 1 to ``largest``, Pareto distributed."""
        drawn = _whole(F.pow(self.unit(salt), F.lit(-1 / exponent)))
        return F.least(drawn, F.lit(largest))


def _whole(value: Column) -> Column:
    # The last bit of a power may differ between compiled and interpreted evaluation.
    return F.floor(value + 1e-9).cast("long")
