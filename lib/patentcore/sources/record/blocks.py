"""Large frames taken in blocks of equal texts, one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.sources.record.ingested import Cut

_BLOCK = "_block"
# Written at once, each with what it gathers in memory.
_FILES = 16


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
        """Say of each row which block it is in; files hold few blocks each."""
        if self.count == 1:
            return frame
        block = F.coalesce(F.crc32(text), F.lit(0)) % self.count
        spread = frame.withColumn(_BLOCK, block).repartition(min(self.count, _FILES), _BLOCK)
        return spread if self.count <= _FILES else spread.sortWithinPartitions(_BLOCK)

    def of(self, frame: DataFrame, at: int) -> DataFrame:
        """Return the rows of a block of what was parted."""
        return frame if self.count == 1 else frame.where(F.col(_BLOCK) == at).drop(_BLOCK)

    def all(self, name: str, make: Callable[[int], DataFrame]) -> DataFrame:
        """Make block after block, each written before the next is begun."""
        if self.count == 1:
            return self.cut(make(0), name)
        made = (self.cut(make(at), f"{name}_{at}") for at in range(self.count))
        return reduce(DataFrame.unionByName, made)
