# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Compressed sparse rows: building, transposing and relabelling, in linear time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled

Offsets = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int32]


class Csr(NamedTuple):
    """Rows of neighbours: those of v are ``targets[offsets[v]:offsets[v + 1]]``, ascending."""

    offsets: Offsets
    targets: Labels

    @property
    def vertex_count(self) -> int:
        """Vertices."""
        return len(self.offsets) - 1

    @property
    def edge_count(self) -> int:
        """Edges."""
        return len(self.targets)


def build(src: npt.NDArray[np.integer], dst: npt.NDArray[np.integer], n: int) -> Csr:
    """Return the rows of ``n`` vertices without loops and with parallel edges merged."""
    return Csr(*_build(src, dst, n))


def transpose(graph: Csr) -> Csr:
    """Return the graph with every edge reversed."""
    return Csr(*_transpose(graph.offsets, graph.targets))


def relabel(graph: Csr, label: npt.NDArray[np.int32], n: int) -> Csr:
    """Return the rows over ``n`` new labels; vertices labelled -1 are dropped with their edges.

    Vertices that share a label are merged.
    """
    return Csr(*_relabel(graph.offsets, graph.targets, label, n))


@compiled
def _offsets_of(keys, n):
    offsets = np.zeros(n + 1, np.int64)
    for key in keys:
        offsets[key + 1] += 1
    for v in range(n):
        offsets[v + 1] += offsets[v]
    return offsets


@compiled
def _build(src, dst, n):
    by_dst = _offsets_of(dst, n)
    cursor = by_dst[:n].copy()
    sources = np.empty(len(src), np.int32)
    for e in range(len(src)):
        sources[cursor[dst[e]]] = src[e]
        cursor[dst[e]] += 1
    offsets, targets = _transpose(by_dst, sources)  # stable, so that each row ascends
    return _merge_parallels(offsets, targets)


@compiled
def _merge_parallels(offsets, targets):
    n = len(offsets) - 1
    kept = np.zeros(n + 1, np.int64)
    end = 0
    for v in range(n):
        last = -1
        for e in range(offsets[v], offsets[v + 1]):
            w = targets[e]
            if w != v and w != last:
                targets[end] = w
                end += 1
                last = w
        kept[v + 1] = end
    return kept, targets[:end].copy()


@compiled
def _transpose(offsets, targets):
    n = len(offsets) - 1
    reverse = _offsets_of(targets, n)
    cursor = reverse[:n].copy()
    sources = np.empty(len(targets), np.int32)
    for v in range(n):
        for e in range(offsets[v], offsets[v + 1]):
            w = targets[e]
            sources[cursor[w]] = v
            cursor[w] += 1
    return reverse, sources


@compiled
def _relabel(offsets, targets, label, n):
    renumbered = np.zeros(n + 1, np.int64)
    for v in range(len(label)):
        if label[v] >= 0:
            kept = 0
            for e in range(offsets[v], offsets[v + 1]):
                kept += label[targets[e]] >= 0
            renumbered[label[v] + 1] += kept
    for v in range(n):
        renumbered[v + 1] += renumbered[v]
    cursor = renumbered[:n].copy()
    heads = np.empty(renumbered[n], np.int32)
    for v in range(len(label)):
        if label[v] >= 0:
            at = cursor[label[v]]
            for e in range(offsets[v], offsets[v + 1]):
                w = label[targets[e]]
                if w >= 0:
                    heads[at] = w
                    at += 1
            cursor[label[v]] = at
    for v in range(n):
        _sort(heads, renumbered[v], renumbered[v + 1])
    return _merge_parallels(renumbered, heads)


@compiled
def _sort(values, begin, end):
    """Sort a slice in place: by insertion where it is short."""
    if end - begin > 48:
        values[begin:end] = np.sort(values[begin:end])
        return
    for i in range(begin + 1, end):
        value = values[i]
        j = i
        while j > begin and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value
