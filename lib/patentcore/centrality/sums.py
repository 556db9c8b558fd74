"""The sums of a search as a few wide rows for Spark to carry, and their addition there.

Every task has a sum for nearly every vertex. As rows of numbers Spark would spend more on them than
on the search of a small network, so they travel in parts of 65,536 vertices: the part's number, the
places in it that have a sum, and the sums.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from patentcore.centrality.kernel import PartialSums, fixedpoint

SCHEMA = "part int, places binary, sums binary"
BYTES_A_ROW = 18
"""Of one vertex's sum on its way."""

_PART_BITS = 16


def packed(partial: PartialSums) -> Iterator[pa.RecordBatch]:
    """Yield the parts of ``partial``, whose rows must ascend, a batch of ``SCHEMA`` each.

    Of a partial without rows, as of a thread that found no block left, nothing comes.
    """
    parts, begins = np.unique(partial.rows >> _PART_BITS, return_index=True)
    spans = itertools.pairwise([*begins.tolist(), len(partial.rows)])
    for part, (begin, end) in zip(parts.tolist(), spans, strict=True):
        places = (partial.rows[begin:end] & ((1 << _PART_BITS) - 1)).astype(np.uint16)
        yield pa.RecordBatch.from_arrays(
            [
                pa.array([part], pa.int32()),
                pa.array([places.tobytes()], pa.binary()),
                pa.array([partial.sums[begin:end].tobytes()], pa.binary()),
            ],
            names=["part", "places", "sums"],
        )


def unpacked(table: pa.Table) -> Iterator[PartialSums]:
    """Yield the sums of each row of a table of ``SCHEMA``."""
    for batch in table.to_batches():
        for part, places, sums in zip(*batch.columns, strict=True):
            rows = np.frombuffer(places.as_buffer(), np.uint16).astype(np.int64)
            rows += part.as_py() << _PART_BITS
            # Copied, because the compiled addition is made for arrays that may be written to.
            pairs = np.array(np.frombuffer(sums.as_buffer(), np.int64)).reshape(-1, 2)
            yield PartialSums(rows, pairs)


def added(rows_of_one_part: pa.Table) -> pa.Table:
    """Return one row with the sum of all rows, which are of the same part; for ``applyInArrow``."""
    first = rows_of_one_part["part"][0].as_py() << _PART_BITS
    total = fixedpoint.zeros(1 << _PART_BITS)
    for partial in unpacked(rows_of_one_part):
        fixedpoint.merge(total, partial.rows - first, partial.sums)
    places = np.flatnonzero(total.any(axis=1))
    return pa.Table.from_batches(packed(PartialSums(places + first, total[places])))
