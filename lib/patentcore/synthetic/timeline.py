"""The corpus as a line of publications in order of time, and the shuffle that gives them roles.

A publication is its place ``t`` on the line, from 0 to ``rows - 1``. Everything about it follows
from ``t`` and the seed, so rows can be made anywhere and in any order. Its publication date and
the running part of its number rise with ``t``. Its role in the funnel is its ``rank``: a keyed
permutation of ``t``, which deals every role evenly over time.

Places exist as numpy arrays (the key patents and their network, on the driver) and as Spark
columns (all rows); both sides use integers only, so they agree exactly.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.synthetic import published

Integers: TypeAlias = npt.NDArray[np.int64]

BUCKETS = 128
EPOCH = dt.date(1970, 1, 1)
LAST_DAY = dt.date(2023, 9, 20)

# Publications of each year 2000-2023, in proportion.
_YEAR_WEIGHTS = (
    *(0.3, 0.4, 0.5, 0.7, 0.9, 1.1, 1.4, 1.7, 2.0, 2.4, 2.8, 3.3),
    *(3.9, 4.4, 4.7, 5.1, 5.8, 6.3, 7.2, 7.9, 8.8, 9.6, 10.2, 7.0),
)

# Running part of Chinese publication numbers (CN1 04267498 A) reached at the start of each year.
_CN_SERIALS = (
    *(10_000, 147_500, 285_000, 422_500, 560_000, 697_500, 835_000, 972_500),
    *(1_110_000, 1_350_000, 1_620_000, 1_930_000, 2_300_000, 2_860_000, 3_490_000, 4_260_000),
    *(5_210_000, 6_290_000, 7_540_000, 9_120_000, 10_630_000, 12_160_000, 13_870_000, 15_550_000),
    16_900_000,
)

# Four consecutive numbers belong to each place: see identity.py.
NUMBERS_PER_PLACE = 4


def _day(date: dt.date) -> int:
    return (date - EPOCH).days


def date_of(day: Column) -> Column:
    """Return the date of a number of days since 1970."""
    return F.date_from_unix_date(day.cast("int"))


def div(dividend: Column, divisor: Column | int) -> Column:
    """Integer quotient of non-negative whole numbers."""
    return F.call_function("div", dividend, F.lit(divisor))


@dataclass(frozen=True)
class Timeline:
    """Size and seed of a corpus, and the places that follow from them."""

    scale: float
    seed: int

    @cached_property
    def funnel(self) -> tuple[int, ...]:
        """Publications left after each step of the funnel."""
        return tuple(round(count * self.scale) for count in published.FUNNEL)

    @property
    def rows(self) -> int:
        """Publications in the corpus."""
        return self.funnel[0]

    @property
    def year_shares(self) -> dict[int, float]:
        """Share of the publications in each year."""
        total = sum(_YEAR_WEIGHTS)
        return {2000 + i: weight / total for i, weight in enumerate(_YEAR_WEIGHTS)}

    @property
    def keys(self) -> int:
        """Key patents; their ranks are 0 to ``keys - 1``."""
        return self.funnel[7]

    @property
    def candidates(self) -> int:
        """Publications that pass every step but the last: key patents, then their doubles."""
        return self.funnel[6]

    @property
    def doubles(self) -> int:
        """Later publications of key patents' applications; rank ``keys + r`` doubles rank ``r``."""
        return self.candidates - self.keys

    @property
    def vertices(self) -> int:
        """Vertices of the incident citation network."""
        return round(published.NETWORK_VERTICES * self.scale)

    # --- rank: an affine permutation ---------------------------------------------------------

    @cached_property
    def _factor(self) -> int:
        start = int(self.rows * 0.618_034) + 2 * (self.seed % 97)
        return next(
            factor for factor in range(start, start + self.rows) if math.gcd(factor, self.rows) == 1
        )

    @cached_property
    def _inverse_factor(self) -> int:
        return pow(self._factor, -1, self.rows)

    @property
    def _shift(self) -> int:
        return (self.seed * 7_919 + self.rows // 3) % self.rows

    def rank(self, t: Any) -> Any:
        """Rank of a place; numpy array or column alike."""
        return (t * self._factor + self._shift) % self.rows

    def place(self, rank: Any) -> Any:
        """Place of a rank; the inverse of :meth:`rank`."""
        return ((rank + (self.rows - self._shift)) % self.rows) * self._inverse_factor % self.rows

    # --- dates and numbers: piecewise linear ------------------------------------------------

    @cached_property
    def _bucket_days(self) -> Integers:
        starts = [_day(dt.date(year, 1, 1)) for year in range(2000, 2024)] + [_day(LAST_DAY)]
        shares = np.concatenate([[0.0], np.cumsum(_YEAR_WEIGHTS)]) / sum(_YEAR_WEIGHTS)
        days = np.interp(np.arange(BUCKETS + 1) / BUCKETS, shares, starts)
        return np.floor(days).astype(np.int64)

    @cached_property
    def _unscaled_blocks(self) -> Integers:
        starts = [_day(dt.date(year, 1, 1)) for year in range(2000, 2024)] + [_day(LAST_DAY)]
        serials = np.interp(self._bucket_days, starts, _CN_SERIALS)
        return np.floor(serials / NUMBERS_PER_PLACE).astype(np.int64)

    @cached_property
    def extra_digits(self) -> int:
        """Digits by which numbers are longer than real ones, for more rows than real numbers."""
        room = int(np.diff(self._unscaled_blocks).min())
        need = math.ceil(self.rows / BUCKETS)
        return max(0, math.ceil(math.log10(need / room)))

    @cached_property
    def _blocks(self) -> Integers:
        return self._unscaled_blocks * 10**self.extra_digits

    def day(self, t: Integers) -> Integers:
        """Publication date of places, in days since 1970."""
        return _interpolate(self._bucket_days, t, self.rows)

    def day_column(self, t: Column) -> Column:
        """Publication date of a place, in days since 1970."""
        return _interpolate_column(self._bucket_days, t, self.rows)

    def block_column(self, t: Column) -> Column:
        """Running part of a place's publication numbers, divided by ``NUMBERS_PER_PLACE``."""
        return _interpolate_column(self._blocks, t, self.rows)

    def first_place(self, day: int) -> int:
        """First place whose publication date is not before ``day``."""
        low, high = 0, self.rows
        while low < high:
            middle = (low + high) // 2
            if self.day(np.array([middle]))[0] < day:
                low = middle + 1
            else:
                high = middle
        return low


def _interpolate(table: Integers, t: Integers, rows: int) -> Integers:
    bucket = np.minimum(t * BUCKETS // rows, BUCKETS - 1)
    within = t * BUCKETS - bucket * rows
    return table[bucket] + np.diff(table)[bucket] * within // rows


def _interpolate_column(table: Integers, t: Column, rows: int) -> Column:
    bucket = F.least(div(t * BUCKETS, rows), F.lit(BUCKETS - 1)).cast("int")
    within = t * BUCKETS - bucket * F.lit(rows)
    start, step = F.get(F.lit(table), bucket), F.get(F.lit(np.diff(table)), bucket)
    return start + div(step * within, rows)
