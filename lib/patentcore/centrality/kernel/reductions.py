# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Exact reductions of a graph before any search.

After A. E. Sariyuce et al., Shattering and compressing networks for betweenness centrality, SDM
2013, carried over to directed graphs. Each takes vertices out of the search and keeps the result
exact. Directed:

* ``leaves``: a vertex without successors and with one predecessor is a target behind that one;
* ``sinks``: vertices without successors and with the same predecessors are one target of a
  multiple;
* ``chains``: a source (no predecessors) with one successor starts where that one starts; repeated;
* ``sources``: sources with the same successors are one source of a multiple.

Undirected:

* ``trees``: a vertex with one neighbour is a source and a target behind that one; repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import csr
from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.csr import Csr

DIRECTED_REDUCTIONS = ("leaves", "sinks", "chains", "sources")
UNDIRECTED_REDUCTIONS = ("trees",)


@dataclass
class Reduced:
    """A smaller graph over some of the vertices; arrays are per original vertex."""

    keeper: npt.NDArray[np.int32]
    """The vertex that stands for each vertex in the graph (often itself), -1 for none."""
    graph: Csr
    """Rows over original vertices; only those of keepers count."""
    leaves: npt.NDArray[np.float64]
    """Targets folded into the vertex."""
    forwarded: npt.NDArray[np.float64]
    """Sources folded into the vertex."""
    portion: npt.NDArray[np.float64]
    """Which part of its keeper's sum is the vertex's own."""
    targets: npt.NDArray[np.float64]
    """Of a keeper: the targets it stands for, itself included."""
    source_weight: npt.NDArray[np.float64]
    """Of a keeper: the sources it stands for, itself included."""
    chain: npt.NDArray[np.int32]
    """Shape (k, 2): vertices that were folded forward and into which vertex, in that order."""


class Core(NamedTuple):
    """What is left of an undirected graph without its trees; arrays are per original vertex."""

    graph: Csr
    """Rows over original vertices; those that hang in a tree have none."""
    size: npt.NDArray[np.float64]
    """Vertices in the tree that hangs on the vertex, itself included."""
    between: npt.NDArray[np.float64]
    """Pairs of vertices in different branches of that tree."""
    hangs_on: npt.NDArray[np.int32]
    """Shape (k, 2): vertices that were folded and onto which vertex, in that order."""


def fold_trees(graph: Csr, reductions: Collection[str]) -> Core:
    """Fold every tree of an undirected graph onto the vertex that it hangs on.

    A component that is a tree is folded onto one of its vertices.
    """
    n = graph.vertex_count
    size, between = np.ones(n), np.zeros(n)
    hangs_on = np.zeros((0, 2), np.int32)
    if "trees" in reductions:
        hangs_on = _fold_trees(graph.offsets, graph.targets, size, between)
    if len(hangs_on):
        keeper = np.arange(n, dtype=np.int32)
        keeper[hangs_on[:, 0]] = -1
        graph = csr.fold(graph, keeper)
    return Core(graph, size, between, hangs_on)


def pairs_through_trees(core: Core, component_size: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """Return for every vertex the unordered pairs that folded branches make pass through it.

    Args:
        core: what :func:`fold_trees` returned.
        component_size: of each vertex that was not folded, how many original vertices its
            component has; the others' entries are filled in.

    Returns:
        Shape (n,). Of a vertex that was not folded: the pairs between its branches, and half of
        those between a branch and the rest, whose other half its sum holds as targets behind it.
    """
    _along(core.hangs_on, component_size)
    share = np.full(len(core.size), 0.5)
    share[core.hangs_on[:, 0]] = 1.0
    return core.between + share * (core.size - 1.0) * (component_size - core.size)


def reduce_directed(graph: Csr, reductions: Collection[str]) -> Reduced:
    """Apply the named reductions."""
    n = graph.vertex_count
    reverse = csr.transpose(graph)
    keeper = np.arange(n, dtype=np.int32)
    leaves = np.zeros(n)
    portion = np.ones(n)
    targets = np.ones(n)
    if "leaves" in reductions:
        _fold_leaves(graph.offsets, reverse.offsets, reverse.targets, keeper, leaves)
        targets += leaves
    if "sinks" in reductions:
        is_sink = _without_rows(graph, keeper)
        _merge_alike(reverse.offsets, reverse.targets, *_alike(reverse, is_sink), keeper, targets)
        behind = targets[keeper] - 1.0
        merged = is_sink & (keeper >= 0) & (behind > 0.0)
        portion[merged] = leaves[merged] / behind[merged]
    if (keeper != np.arange(n)).any():
        graph = csr.fold(graph, keeper)
    forwarded = np.zeros(n)
    chain = np.zeros((0, 2), np.int32)
    in_degree = np.bincount(graph.targets, minlength=n).astype(np.int32)
    if "chains" in reductions:
        chain = _fold_chains(graph.offsets, graph.targets, in_degree, keeper, forwarded)
    source_weight = forwarded + 1.0
    if "sources" in reductions:
        is_source = (in_degree == 0) & (keeper == np.arange(n)) & (np.diff(graph.offsets) > 0)
        _merge_alike(graph.offsets, graph.targets, *_alike(graph, is_source), keeper, source_weight)
    return Reduced(keeper, graph, leaves, forwarded, portion, targets, source_weight, chain)


def _without_rows(graph: Csr, keeper: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return the kept vertices that have no kept successor."""
    has_successor = np.zeros(graph.vertex_count, np.bool_)
    _mark_successors(graph.offsets, graph.targets, keeper, has_successor)
    return ~has_successor & (keeper >= 0)


def _alike(
    graph: Csr, wanted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Return the wanted vertices sorted by a hash of their rows, and the hashes."""
    chosen = np.flatnonzero(wanted & (np.diff(graph.offsets) > 0))
    hashes = _row_hashes(graph.offsets, graph.targets, chosen)
    order = np.argsort(hashes, kind="stable")
    return chosen[order], hashes[order]


@compiled
def _fold_leaves(offsets, reverse_offsets, reverse_targets, keeper, leaves):
    for v in range(len(keeper)):
        no_successor = offsets[v] == offsets[v + 1]
        if no_successor and reverse_offsets[v + 1] - reverse_offsets[v] == 1:
            leaves[reverse_targets[reverse_offsets[v]]] += 1.0
            keeper[v] = -1


@compiled
def _fold_trees(offsets, targets, size, between):
    n = len(size)
    degree = offsets[1:] - offsets[:n]
    is_folded = np.zeros(n, np.bool_)
    hangs_on = np.empty((n, 2), np.int32)
    folded = 0
    stack = np.empty(n, np.int32)
    for start in range(n):
        depth = 1
        stack[0] = start
        while depth:
            depth -= 1
            v = stack[depth]
            if is_folded[v] or degree[v] != 1:
                continue
            e = offsets[v]
            while is_folded[targets[e]]:
                e += 1
            p = targets[e]
            between[p] += (size[p] - 1.0) * size[v]
            size[p] += size[v]
            is_folded[v] = True
            hangs_on[folded, 0] = v
            hangs_on[folded, 1] = p
            folded += 1
            degree[v] = 0
            degree[p] -= 1
            if degree[p] == 1 and p < start:
                stack[depth] = p
                depth += 1
    return hangs_on[:folded].copy()


@compiled
def _along(hangs_on, value):
    for i in range(len(hangs_on) - 1, -1, -1):
        value[hangs_on[i, 0]] = value[hangs_on[i, 1]]


@compiled
def _mark_successors(offsets, targets, keeper, has_successor):
    for v in range(len(keeper)):
        for e in range(offsets[v], offsets[v + 1]):
            if keeper[targets[e]] >= 0:
                has_successor[v] = True
                break


@compiled
def _row_hashes(offsets, targets, chosen):
    hashes = np.empty(len(chosen), np.uint64)
    for i in range(len(chosen)):
        v = chosen[i]
        value = np.uint64(offsets[v + 1] - offsets[v])
        for e in range(offsets[v], offsets[v + 1]):
            value = (value ^ np.uint64(targets[e])) * np.uint64(0x9E3779B97F4A7C15)
            value ^= value >> np.uint64(29)
        hashes[i] = value
    return hashes


@compiled
def _merge_alike(offsets, targets, chosen, hashes, keeper, weight):
    """Let the first of equal rows stand for the others and carry their weight.

    Only the first of each is looked back at, as otherwise a star of n would take n**2 / 2 looks.

    Returns:
        How many rows were looked back at.
    """
    firsts = np.empty(len(chosen), np.int64)  # of the rows with the present hash
    first_count = looks = 0
    for i in range(len(chosen)):
        v = chosen[i]
        if i == 0 or hashes[i] != hashes[i - 1]:
            first_count = 0
        for k in range(first_count):
            u = firsts[k]
            looks += 1
            if _same_rows(offsets, targets, u, v):
                keeper[v] = u
                weight[u] += weight[v]
                break
        else:
            firsts[first_count] = v
            first_count += 1
    return looks


@compiled
def _same_rows(offsets, targets, u, v):
    length = offsets[u + 1] - offsets[u]
    if offsets[v + 1] - offsets[v] != length:
        return False
    for k in range(length):  # noqa: SIM110
        if targets[offsets[u] + k] != targets[offsets[v] + k]:
            return False
    return True


@compiled
def _fold_chains(offsets, targets, in_degree, keeper, forwarded):
    """Fold each source with one successor into it, unless that has no successors itself."""
    n = len(keeper)
    chain = np.empty((n, 2), np.int32)
    stack = np.empty(n, np.int32)
    folded = 0
    for start in range(n):
        size = 1
        stack[0] = start
        while size:
            size -= 1
            s = stack[size]
            if keeper[s] != s or in_degree[s] or offsets[s + 1] - offsets[s] != 1:
                continue
            q = targets[offsets[s]]
            if offsets[q + 1] == offsets[q]:
                continue
            forwarded[q] += forwarded[s] + 1.0
            chain[folded, 0] = s
            chain[folded, 1] = q
            folded += 1
            keeper[s] = -1
            in_degree[q] -= 1
            if in_degree[q] == 0 and q < start:
                stack[size] = q
                size += 1
    return chain[:folded].copy()
