# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Sums that do not depend on the order of addition.

A dependency is added as a pair of 64-bit integers: its whole part, and its fraction in units of
2**-52, which always stays below 2**52. Integer addition is associative, so however the sources are
spread over tasks and threads the sums have the same bits. Each addition rounds by at most 2**-53.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled

FRACTION_BITS = 52

Sums = npt.NDArray[np.int64]
"""Shape (k, 2): the whole part and the fraction in units of 2**-52."""


@compiled
def add_value(sums, index, value):
    """Add a finite ``value`` >= 0 below 2**63 to the pair at ``index``."""
    whole = np.int64(value)
    fraction = sums[index, 1] + np.int64((value - whole) * 4503599627370496.0 + 0.5)
    sums[index, 0] += whole + (fraction >> 52)
    sums[index, 1] = fraction & 4503599627370495


def zeros(size: int) -> Sums:
    """Return ``size`` pairs of zero."""
    return np.zeros((size, 2), np.int64)


def merge(into: Sums, at: npt.NDArray[np.int64], other: Sums) -> None:
    """Add ``other`` to the rows ``at`` of ``into``, exactly; a row may occur more than once.

    Example:
        >>> sums, half = zeros(2), np.array([[0, 1 << 51], [0, 1 << 51]])
        >>> merge(sums, np.array([1, 1]), half)
        >>> to_float(sums).tolist()
        [0.0, 1.0]
    """
    _merge(into, at, other)


@compiled
def _merge(into, at, other):
    for i in range(len(at)):
        fraction = into[at[i], 1] + other[i, 1]
        into[at[i], 0] += other[i, 0] + (fraction >> 52)
        into[at[i], 1] = fraction & 4503599627370495


def to_float(sums: Sums) -> npt.NDArray[np.float64]:
    """Return the sums as the nearest doubles (up to one rounding of each part).

    Example:
        >>> to_float(np.array([[2, 1 << 51]])).tolist()
        [2.5]
    """
    return sums[:, 0].astype(np.float64) + sums[:, 1].astype(np.float64) * 2.0**-FRACTION_BITS
