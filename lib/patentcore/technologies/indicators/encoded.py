"""All inventions of some units as whole numbers, for kernels of NumPy.

Engines explode lists into rows of texts, and plan each grouping of these; of the inventions of
technologies, which are few, kernels make the same figures in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame

Kernel = Callable[[pa.Table], Mapping[str, np.ndarray | pa.Array]]
"""From all rows of some units to columns; what is not a number is null."""
_PARTS = "spark.sql.shuffle.partitions"
_TYPES = {
    "string": pa.string(),
    "int": pa.int32(),
    "long": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "array<string>": pa.list_(pa.string()),
}


def of_units(rows: DataFrame, kernel: Kernel, schema: str) -> DataFrame:
    """Return what a kernel makes of a frame, a part of its units at a time (:func:`of_parts`)."""
    return of_parts(rows, kernel, schema, by="unit")


def parts_of(rows: DataFrame, most: int) -> int:
    """Return in how many parts rows are that have so many at most: one or more."""
    return -(-rows.count() // most) or 1


def of_parts(
    rows: DataFrame, kernel: Kernel, schema: str, *, by: str, fewest: int = 0
) -> DataFrame:
    """Return what a kernel makes of a frame, a part of its groups at a time.

    Args:
        rows: what the kernel reads, and the groups.
        kernel: makes the columns of the schema.
        schema: names and types of these, which are those of ``_TYPES``.
        by: the column of the groups; rows of one are in one part.
        fewest: parts, where the engine's own number of them may be too small for its memory.
    """
    names, kinds = zip(*(one.split() for one in schema.split(", ")), strict=True)

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        part = [batch for batch in batches if len(batch)]
        if part:
            found = kernel(pa.Table.from_batches(part).combine_chunks())
            columns = (pa.array(found[name], from_pandas=True) for name in names)
            arrays = [one.cast(_TYPES[kind]) for one, kind in zip(columns, kinds, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, names=names)

    usual = int(rows.sparkSession.conf.get(_PARTS) or 0) if fewest > 1 else fewest
    parted = rows.repartition(fewest, by) if fewest > usual else rows.repartition(by)
    return parted.mapInArrow(made, schema)


class Texts(NamedTuple):
    """A column of texts: the number of each row's in the alphabet, and the alphabet."""

    code: np.ndarray
    names: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Self:
        """Return a column without nulls.

        >>> Texts.of(pa.array(["b", "a", "b"])).code.tolist()
        [1, 0, 1]
        """
        column = column.cast(pa.string())
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        encoded = column.dictionary_encode()
        order = pc.sort_indices(encoded.dictionary)
        place = np.empty(len(order), dtype=np.int64)
        place[order.to_numpy()] = np.arange(len(order))
        return cls(place[encoded.indices.to_numpy()], encoded.dictionary.take(order))


class Lists(NamedTuple):
    """A column of lists of texts: row and number of each text, and how many texts there are."""

    row: np.ndarray
    code: np.ndarray
    size: int

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Self:
        """Return a column whose lists, not their texts, may be null.

        >>> lists = Lists.of(pa.chunked_array([[["b", "a"], None, ["b"]]]))
        >>> lists.row.tolist(), lists.code.tolist()
        ([0, 0, 2], [1, 0, 1])
        """
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
        texts = Texts.of(pc.list_flatten(column))
        row = np.repeat(np.arange(len(lengths)), lengths)
        return cls(row, texts.code, max(len(texts.names), 1))

    def of_rows(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the texts of some rows: the place among these and the number of each text.

        >>> lists = Lists(np.array([0, 0, 2]), np.array([1, 0, 1]), 2)
        >>> [found.tolist() for found in lists.of_rows(np.array([2, 1, 0]))]
        [[0, 2, 2], [1, 1, 0]]
        """
        counts = np.bincount(self.row, minlength=int(rows.max(initial=0)) + 1)
        begin, count = (counts.cumsum() - counts)[rows], counts[rows]
        place = np.repeat(np.arange(len(rows)), count)
        within = np.arange(len(place)) - np.repeat(count.cumsum() - count, count)
        return place, self.code[begin[place] + within]


def entropies(group: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
    """Return the Shannon entropy, in nats, of each group's counts; no number for an empty group.

    >>> entropies(np.array([0, 0, 2]), np.array([2, 2, 4]), 3).round(3).tolist()
    [0.693, nan, 0.0]
    """
    total = np.bincount(group, counts, size)
    logs = np.bincount(group, counts * np.log(counts), size)
    return np.log(over(total, total > 0)) - over(logs, total)


def over(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Return a quotient; where the divisor is zero, no number.

    >>> over(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist()
    [0.5, nan]
    """
    quotient = np.full(len(upper), np.nan)
    return np.divide(upper, lower, out=quotient, where=lower != 0)
