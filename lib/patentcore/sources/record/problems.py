"""Cells of a batch of records that could not be used, gathered column by column."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.arrays import Lists, Numbers, is_there, joined, plain

PROBLEM = pa.struct([(name, pa.string()) for name in ("field", "value", "reason")])
# What a problem shows of a cell.
_SHOWN = 200


def shown(texts: pa.Array) -> pa.Array:
    """Return what a problem shows of each text."""
    return pc.utf8_slice_codeunits(plain(texts), 0, _SHOWN)


@dataclass
class Problems:
    """Cells of some records that could not be used, gathered column by column.

    Attributes:
        count: of the records.
    """

    count: int
    _rows: list[Numbers] = field(default_factory=list)
    _found: list[pa.Array] = field(default_factory=list)

    def add(self, name: str, rows: Numbers, values: pa.Array, reason: str) -> None:
        """Add the cells of these records."""
        if not len(rows):
            return
        size = len(rows)
        columns = [pa.repeat(name, size), shown(values), pa.repeat(reason, size)]
        self._rows.append(rows)
        self._found.append(pa.StructArray.from_arrays(columns, fields=list(PROBLEM)))

    def unreadable(self, name: str, raw: pa.Array, value: pa.Array, reason: str) -> None:
        """Add the cells that hold text but gave no value."""
        rows = np.flatnonzero(is_there(raw) & ~is_there(value))
        self.add(name, rows, raw.take(pa.array(rows)), reason)

    def unreadable_elements(self, name: str, raw: Lists, value: pa.Array, reason: str) -> None:
        """Add the elements that hold text but gave no value."""
        at = np.flatnonzero(is_there(raw.values) & ~is_there(value))
        self.add(name, raw.rows[at], plain(raw.values).take(pa.array(at)), reason)

    def to_array(self, more: pa.Array | None = None) -> pa.Array:
        """Return each record's problems, behind them those of another array of lists."""
        rows, found = list(self._rows), list(self._found)
        if more is not None:
            others = Lists.of(more, self.count)
            rows.append(others.rows)
            found.append(others.values.cast(PROBLEM))
        return joined(
            [Lists(r, f, self.count) for r, f in zip(rows, found, strict=True)], self.count, PROBLEM
        ).to_array()
