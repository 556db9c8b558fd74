"""What a spreadsheet has cut off the end of lists in a column."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.arrays import Numbers, flags

# What a spreadsheet's cell holds at most, in units of UTF-16; the rest is cut off.
_FULLEST_CELL = 32_767
# Blanks that may have stood at such a cell's end are gone from it.
_TRIMMED = 2


def without_stumps(cells: pa.Array, separator: str) -> tuple[pa.Array, Numbers, pa.Array]:
    """Take off the last element, maybe a part of one, of lists that a spreadsheet has cut off.

    Returns:
        the cells, the places of those lists, and the elements that were taken off.

    >>> cells = pa.array(["a; b", "x; " * 10_921 + "US20"])
    >>> kept, places, stumps = without_stumps(cells, "; *")
    >>> [len(text) for text in kept.to_pylist()], places.tolist(), stumps.to_pylist()
    ([4, 32761], [1], ['US20'])
    """
    may_be_full = pc.greater_equal(pc.binary_length(cells), _FULLEST_CELL - _TRIMMED)
    rests: dict[int, str | None] = {}
    stumps = []
    for at in map(int, np.flatnonzero(flags(may_be_full))):
        text = cells[at].as_py()
        left = _FULLEST_CELL - len(text.encode("utf-16-le")) // 2
        marks = list(re.finditer(separator, text))
        is_at_mark = bool(marks) and marks[-1].end() == len(text)
        if left == 0 or (is_at_mark and 0 < left <= _TRIMMED):
            rests[at] = text[: marks[-1].start()] if marks else None
            stumps.append(text[marks[-1].end() :] if marks else text)
    places = np.array(list(rests), np.int64)
    if not rests:
        return cells, places, pa.array([], pa.string())
    mask = np.zeros(len(cells), bool)
    mask[places] = True
    kept = pc.replace_with_mask(cells, pa.array(mask), pa.array(list(rests.values()), pa.string()))
    return kept, places, pa.array(stumps, pa.string())
