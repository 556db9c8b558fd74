"""Large frames taken in blocks of equal texts, one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.sources.record.ingested import Cut, Together

_BLOCK = "_block"
# Bytes that are sorted at once, and rows that are handed over at once.
_RUN, _ROWS = 1 << 24, 1 << 14


@dataclass(frozen=True)
class Blocks:
    """Parts of frames in which equal texts are together.

    Attributes:
        count: of the blocks.
        cut: writes a frame.
    """

    count: int
    cut: Cut

    def parted(self, frame: DataFrame, text: Column, name: str) -> DataFrame:
        """Write a frame so that a block is read without the others."""
        return frame if self.count == 1 else self.cut(self.placed(frame, text), name)

    def placed(self, frame: DataFrame, text: Column) -> DataFrame:
        """Say of each row which block it is in; those of a block stand together in long runs.

        Neither shuffled nor sorted as a whole, so that memory does not grow with the frame.
        """
        if self.count == 1:
            return frame
        block = (F.coalesce(F.crc32(text), F.lit(0)) % self.count).cast("int")
        placed = frame.withColumn(_BLOCK, block)
        return placed.mapInArrow(in_runs, placed.schema)

    def of(self, frame: DataFrame, at: int) -> DataFrame:
        """Return the rows of a block of what was parted."""
        return frame if self.count == 1 else frame.where(F.col(_BLOCK) == at).drop(_BLOCK)

    def all(self, name: str, make: Callable[[int], DataFrame]) -> DataFrame:
        """Make block after block, each written before the next is begun."""
        if self.count == 1:
            return self.cut(make(0), name)
        names = [f"{name}_{at}" for at in range(self.count)]
        made = [self.cut(make(at), each) for at, each in enumerate(names)]
        if isinstance(self.cut, Together):
            # As one table: of a union, the embedded engine would read all parts at the same time.
            return self.cut.together(names)
        return reduce(DataFrame.unionByName, made)


def in_runs(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Sort rows by their block, as many at once as make a run."""
    run: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        run.append(batch)
        size += batch.nbytes
        if size >= _RUN:
            yield from _by_block(run)
            run, size = [], 0
    if run:
        yield from _by_block(run)


def _by_block(run: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    table = pa.Table.from_batches(run)
    return table.take(pc.sort_indices(table[_BLOCK])).to_batches(max_chunksize=_ROWS)
