"""Whole numbers that stand for rows, pairs or texts."""

from __future__ import annotations

import numpy as np


def distinct(numbers: np.ndarray) -> np.ndarray:
    """Return each number once, in order; of whole numbers sorting is quicker than hashing.

    >>> distinct(np.array([3, 1, 3])).tolist(), distinct(np.zeros(0, dtype=np.int64)).tolist()
    ([1, 3], [])
    """
    in_order = np.sort(numbers)
    is_first = np.ones(len(in_order), dtype=bool)
    is_first[1:] = in_order[1:] != in_order[:-1]
    return in_order[is_first]
