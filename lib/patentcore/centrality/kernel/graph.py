"""The graph as the searches want it, in one Arrow file that can be memory-mapped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_ARRAYS = {
    "offsets": pa.int64(),
    "targets": pa.int32(),
    "extra": pa.float64(),
    "source_weight": pa.float64(),
    "sources": pa.int32(),
    "reach_slot": pa.int64(),
    "block_ends": pa.int64(),
    "component": pa.int32(),
}
_COUNTS = ("row_count", "inner_count", "loud_count", "single_from", "lanes")
_SCHEMA = pa.schema(
    [
        *((name, pa.large_list(kind)) for name, kind in _ARRAYS.items()),
        *((name, pa.int64()) for name in _COUNTS),
    ]
)
_MAGIC = b"ARROW1"
_AROUND = 256
"""Bytes at either end of a buffer in which the graph must begin and end."""


@dataclass(frozen=True)
class Expansion:
    """How sums over labels become the betweenness of the original vertices.

    All arrays have one entry per original vertex unless said otherwise.
    """

    label: npt.NDArray[np.int32]
    """The label whose sum a vertex shares, -1 for none."""
    portion: npt.NDArray[np.float64]
    """Which part of that sum is the vertex's own."""
    forwarded: npt.NDArray[np.float64]
    """How many sources have all their paths go through the vertex first."""
    leaves: npt.NDArray[np.float64]
    """How many targets lie directly behind the vertex and nowhere else."""
    reach_row: npt.NDArray[np.int64]
    """The row of the sums that holds how many targets the vertex reaches, -1 for none."""
    chain: npt.NDArray[np.int32]
    """Shape (k, 2): vertices that were folded forward and into which vertex, in that order."""
    apart: npt.NDArray[np.float64]
    """What is known of the vertex's betweenness without a search."""
    scale: float
    """1 for ordered pairs, 1/2 where each unordered pair was met twice."""


@dataclass(frozen=True)
class PreparedGraph:
    """The reduced, relabelled graph, its sources in search order and their division into blocks."""

    offsets: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int32]
    extra: npt.NDArray[np.float64]
    """Targets beyond itself that a label stands for; they lie behind it."""
    source_weight: npt.NDArray[np.float64]
    """Sources that a label stands for, itself included."""
    sources: npt.NDArray[np.int32]
    """Labels to search from."""
    reach_slot: npt.NDArray[np.int64]
    """Per label, the row of the sums that takes how many targets it reaches, or -1."""
    block_ends: npt.NDArray[np.int64]
    """Where each block of ``sources`` ends."""
    component: npt.NDArray[np.int32]
    """Per label, the first label of its connected component; empty where directed."""
    row_count: int
    """Rows of the sums: labels, then reach slots."""
    inner_count: int
    """Labels below this have successors."""
    loud_count: int
    """Labels below this can be interior to a path, counting what lies folded behind them."""
    single_from: int
    """Labels from this on are sinks that stand for one target each."""
    lanes: int
    """Sources searched from together: 1, or 8 (undirected only)."""
    expansion: Expansion | None = None
    """Stays with whoever prepared the graph; a loaded graph has none."""

    def __post_init__(self) -> None:
        """Make the arrays read-only, as a mapped file's are: one type, so compiled once."""
        for name in _ARRAYS:
            getattr(self, name).flags.writeable = False

    @property
    def vertex_count(self) -> int:
        """Vertices left after the reductions."""
        return len(self.offsets) - 1

    @property
    def edge_count(self) -> int:
        """Edges left after the reductions; an undirected edge counts twice."""
        return len(self.targets)

    @property
    def block_count(self) -> int:
        """Blocks of sources."""
        return len(self.block_ends)

    def block(self, index: int) -> npt.NDArray[np.int32]:
        """Return the sources of one block."""
        begin = self.block_ends[index - 1] if index else 0
        return self.sources[begin : self.block_ends[index]]

    def save(self, path: str | Path) -> None:
        """Write everything but the expansion to an Arrow file."""
        with pa.OSFile(str(path), "wb") as file:
            self._write(file)

    def to_bytes(self) -> bytes:
        """Return what ``save`` writes."""
        sink = pa.BufferOutputStream()
        self._write(sink)
        return bytes(sink.getvalue())

    def _write(self, sink: pa.NativeFile) -> None:
        """Write one row, in which each array is a list."""
        columns = [_as_list(getattr(self, name)) for name in _ARRAYS]
        columns += [pa.array([getattr(self, name)], pa.int64()) for name in _COUNTS]
        with pa.ipc.new_file(sink, _SCHEMA) as writer:
            writer.write_batch(pa.record_batch(columns, schema=_SCHEMA))

    @classmethod
    def load(cls, path: str | Path) -> PreparedGraph:
        """Map what ``save`` wrote into memory; see ``from_buffer`` for what may stand around it.

        Raises:
            ValueError: the file is not a prepared graph, or is cut short.
        """
        try:
            return cls.from_buffer(pa.memory_map(str(path)).read_buffer())
        except ValueError as error:
            raise ValueError(f"{path} cannot be loaded: {error}") from error

    @classmethod
    def from_buffer(cls, buffer: Any) -> PreparedGraph:
        """Return the graph of which ``buffer`` holds the bytes, without copying aligned ones.

        Before and behind them something else may stand, as in a pickle of ``to_bytes``.

        Raises:
            ValueError: these are not the bytes of a prepared graph, or not all of them.
        """
        data = pa.py_buffer(buffer)
        begin = bytes(data[:_AROUND]).find(_MAGIC)
        if begin < 0:
            raise ValueError("this is not a prepared graph of this version")
        end = bytes(data[-min(_AROUND, data.size) :]).rfind(_MAGIC)
        end += max(0, data.size - _AROUND) + len(_MAGIC)
        content = data[begin:end]
        if content.address % 8:
            content = pa.py_buffer(bytes(content))
        try:
            reader = pa.ipc.open_file(content)
        except pa.ArrowInvalid as error:
            raise ValueError("the prepared graph is cut short") from error
        if reader.schema != _SCHEMA:
            raise ValueError("this is not a prepared graph of this version")
        row = reader.get_batch(0)
        arrays = {name: row[name].flatten().to_numpy() for name in _ARRAYS}
        return cls(**arrays, **{name: row[name][0].as_py() for name in _COUNTS})


def _as_list(array: npt.NDArray[Any]) -> pa.Array:
    """Return an array as the only element of a column of lists, without copying it."""
    return pa.LargeListArray.from_arrays(pa.array([0, len(array)], pa.int64()), pa.array(array))
