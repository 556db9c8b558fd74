"""The graph as the searches want it, in one file that can be memory-mapped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"PCBETW3\n"
_ALIGN = 64
_COUNTS = ("row_count", "inner_count", "loud_count", "single_from", "lanes")


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
        for name in _shipped():
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

    def save(self, path: str | Path) -> int:
        """Write everything but the expansion to one file; return its size in bytes."""
        with open(path, "wb") as file:
            for piece in self._pieces():
                file.write(piece)
            return file.tell()

    def to_bytes(self) -> bytes:
        """Return what ``save`` writes."""
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes | memoryview]:
        arrays = {name: np.ascontiguousarray(getattr(self, name)) for name in _shipped()}
        header: dict[str, Any] = {name: int(getattr(self, name)) for name in _COUNTS}
        header["arrays"] = {}
        position = 0
        for name, array in arrays.items():
            header["arrays"][name] = [array.dtype.str, len(array), position]
            position += array.nbytes + -array.nbytes % _ALIGN
        text = json.dumps(header).encode()
        text += b" " * (-(len(text) + len(_MAGIC) + 8) % _ALIGN)
        yield _MAGIC + len(text).to_bytes(8, "little") + text
        for array in arrays.values():
            yield array.data if array.size else b""
            yield b"\0" * (-array.nbytes % _ALIGN)

    @classmethod
    def load(cls, path: str | Path, *, mmap: bool = True) -> PreparedGraph:
        """Read what ``save`` wrote, mapping it into memory unless told otherwise.

        The file may begin with up to 256 bytes of something else, as a pickle of ``to_bytes`` does;
        it is mapped only where that leaves its arrays aligned.

        Raises:
            ValueError: the file is not a prepared graph, or is cut short.
        """
        with open(path, "rb") as file:
            begin = file.read(256 + len(_MAGIC)).find(_MAGIC)
        try:
            if mmap and begin % 8 == 0:
                return cls.from_buffer(np.memmap(path, np.uint8, "r", offset=0)[max(begin, 0) :])
            return cls.from_buffer(np.fromfile(path, np.uint8, offset=max(begin, 0)))
        except ValueError as error:
            raise ValueError(f"{path} cannot be loaded: {error}") from error

    @classmethod
    def from_buffer(cls, buffer: Any) -> PreparedGraph:
        """Return the graph of which ``buffer`` holds the bytes, without copying them.

        Raises:
            ValueError: these are not the bytes of a prepared graph, or not all of them.
        """
        data = np.frombuffer(buffer, np.uint8)
        start = len(_MAGIC) + 8
        if data[: len(_MAGIC)].tobytes() != _MAGIC:
            raise ValueError("this is not a prepared graph of this version")
        begin = start + int.from_bytes(data[len(_MAGIC) : start].tobytes(), "little")
        if len(data) < begin:
            raise ValueError("the prepared graph is cut short")
        header = json.loads(data[start:begin].tobytes())
        arrays = {}
        for name, (kind, size, at) in header["arrays"].items():
            first = begin + at
            raw = data[first : first + size * np.dtype(kind).itemsize]
            if len(raw) < size * np.dtype(kind).itemsize:
                raise ValueError("the prepared graph is cut short")
            arrays[name] = raw.view(kind)
        return cls(**{name: header[name] for name in _COUNTS}, **arrays)


def _shipped() -> list[str]:
    return [f.name for f in fields(PreparedGraph) if f.name not in (*_COUNTS, "expansion")]
