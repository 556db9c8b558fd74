"""From edges to the graph that is searched: checked, reduced, put in order and cut in blocks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import csr, waves
from patentcore.centrality.kernel.graph import Expansion, PreparedGraph
from patentcore.centrality.kernel.ordering import topological
from patentcore.centrality.kernel.reductions import (
    DIRECTED_REDUCTIONS,
    UNDIRECTED_REDUCTIONS,
    Reduced,
    fold_trees,
    pairs_through_trees,
    reduce_directed,
)


def prepare(
    src: npt.ArrayLike,
    dst: npt.ArrayLike,
    n: int,
    *,
    directed: bool,
    reductions: Collection[str] | None = None,
    lanes: int | None = None,
) -> PreparedGraph:
    """Return the graph ready to be searched.

    Args:
        src: tails of the edges as vertex numbers in 0..n-1.
        dst: heads; loops are dropped, parallel edges merged.
        n: number of vertices.
        directed: whether an edge leads only from ``src`` to ``dst``.
        reductions: names of the reductions to apply; all of them when not given.
        lanes: sources searched from together, 1, or 8 where undirected; chosen when not given.

    Raises:
        ValueError: an end is not a vertex number, the lengths differ, there are too many, or there
            is no such reduction or number of lanes.

    Example:
        Of three patents that cite one that cites two others, one source and one target are left:

        >>> graph = prepare([0, 1, 2, 3, 3], [3, 3, 3, 4, 5], 6, directed=True)
        >>> graph.vertex_count, graph.edge_count
        (2, 1)
        >>> unreduced = prepare([0, 1, 2, 3, 3], [3, 3, 3, 4, 5], 6, directed=True, reductions=[])
        >>> unreduced.vertex_count, unreduced.edge_count
        (6, 5)
    """
    src, dst = checked_ends(src, dst, n)
    unknown = set(reductions or ()) - {*DIRECTED_REDUCTIONS, *UNDIRECTED_REDUCTIONS}
    if unknown:
        raise ValueError(f"there is no reduction {', '.join(sorted(unknown))}")
    if lanes not in ((None, 1) if directed else (None, 1, waves.LANES)):
        raise ValueError(f"lanes must be 1, or {waves.LANES} where undirected, not {lanes}")
    if directed:
        graph = csr.build(src, dst, n)
        return _prepare_directed(graph, DIRECTED_REDUCTIONS if reductions is None else reductions)
    graph = csr.build(np.concatenate([src, dst]), np.concatenate([dst, src]), n)
    prepared = _prepare_undirected(
        graph, UNDIRECTED_REDUCTIONS if reductions is None else reductions
    )
    return replace(prepared, lanes=lanes or waves.choose_lanes(prepared.offsets, prepared.targets))


def _prepare_directed(graph: csr.Csr, reductions: Collection[str]) -> PreparedGraph:
    n = graph.vertex_count
    reduced = reduce_directed(graph, reductions)
    rows = reduced.graph
    order, _ = topological(rows, _roots(reduced))
    has_row = np.diff(rows.offsets)[order] > 0
    behind = np.zeros(n)  # a sum is worth keeping for a sink that one of its leaves lies behind
    kept = reduced.keeper >= 0
    np.maximum.at(behind, reduced.keeper[kept], reduced.leaves[kept])
    is_loud = has_row | (behind[order] > 0)
    is_single = ~(has_row | is_loud) & (reduced.targets[order] == 1.0)
    rank = np.where(has_row, 0, np.where(is_loud, 1, np.where(is_single, 3, 2)))
    order = order[np.argsort(rank, kind="stable")]
    label = np.full(n, -1, np.int32)
    label[order] = np.arange(len(order), dtype=np.int32)
    labelled = csr.relabel(rows, label, order)
    inner, loud = int(has_row.sum()), int(is_loud.sum())
    sum_label = np.full(n, -1, np.int32)
    sum_label[kept] = label[reduced.keeper[kept]]
    reach_slot, reach_row = _reach_rows(reduced.forwarded, sum_label, len(order))
    return PreparedGraph(
        offsets=labelled.offsets,
        targets=labelled.targets,
        extra=reduced.targets[order] - 1.0,
        source_weight=reduced.source_weight[order],
        sources=np.arange(inner, dtype=np.int32),
        reach_slot=reach_slot,
        block_ends=_block_ends(inner),
        component=np.zeros(0, np.int32),
        row_count=len(order) + int((reach_slot >= 0).sum()),
        inner_count=inner,
        loud_count=loud,
        single_from=int((rank < 3).sum()),
        lanes=1,
        expansion=Expansion(
            label=sum_label,
            portion=reduced.portion,
            forwarded=reduced.forwarded,
            leaves=reduced.leaves,
            reach_row=reach_row,
            chain=reduced.chain,
            apart=np.zeros(n),
            scale=1.0,
        ),
    )


def _roots(reduced: Reduced) -> npt.NDArray[np.int64]:
    """Return the kept vertices with edges, those without predecessors first."""
    rows = reduced.graph
    with_row = np.diff(rows.offsets) > 0
    with_row &= reduced.keeper == np.arange(rows.vertex_count)
    has_predecessor = np.zeros(rows.vertex_count, np.bool_)
    has_predecessor[rows.targets] = True
    return np.concatenate(
        [np.flatnonzero(with_row & ~has_predecessor), np.flatnonzero(with_row & has_predecessor)]
    )


def _reach_rows(
    forwarded: npt.NDArray[np.float64], label: npt.NDArray[np.int32], label_count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the row for its reach of each label that needs one, and of each vertex."""
    wanting = (forwarded > 0) & (label >= 0)
    slot = np.full(label_count, -1, np.int64)
    slot[label[wanting]] = 0
    slot[slot == 0] = label_count + np.arange((slot == 0).sum())
    row = np.full(len(label), -1, np.int64)
    row[wanting] = slot[label[wanting]]
    return slot, row


def _prepare_undirected(graph: csr.Csr, reductions: Collection[str]) -> PreparedGraph:
    """Put components together; trees and vertices without edges stay outside."""
    n = graph.vertex_count
    core = fold_trees(graph, reductions)
    order, component = topological(core.graph, np.flatnonzero(np.diff(core.graph.offsets)))
    label = np.full(n, -1, np.int32)
    label[order] = np.arange(len(order), dtype=np.int32)
    labelled = csr.relabel(core.graph, label, order)
    count = len(order)
    component = np.searchsorted(component, component).astype(np.int32)
    component_size = core.size.copy()  # of a tree: all of it hangs on one vertex
    component_size[order] = np.bincount(component, core.size[order])[component]
    return PreparedGraph(
        offsets=labelled.offsets,
        targets=labelled.targets,
        extra=core.size[order] - 1.0,
        source_weight=core.size[order],
        sources=np.arange(count, dtype=np.int32),
        reach_slot=np.full(count, -1, np.int64),
        block_ends=_block_ends(count),
        component=component,
        row_count=count,
        inner_count=count,
        loud_count=count,
        single_from=count,
        lanes=1,
        expansion=Expansion(
            label=label,
            portion=np.ones(n),
            forwarded=np.zeros(n),
            leaves=np.zeros(n),
            reach_row=np.full(n, -1, np.int64),
            chain=np.zeros((0, 2), np.int32),
            apart=pairs_through_trees(core, component_size),
            scale=0.5,
        ),
    )


def checked_ends(
    src: npt.ArrayLike, dst: npt.ArrayLike, n: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the ends as 32-bit numbers, or raise what ``prepare`` says it raises."""
    src, dst = np.asarray(src), np.asarray(dst)
    if src.ndim != 1 or src.shape != dst.shape:
        raise ValueError(
            f"src and dst must be two lists of one length, not {src.shape}, {dst.shape}"
        )
    if not 0 <= n < 2**31 - 1:
        raise ValueError(f"a graph of {n} vertices is outside 0..{2**31 - 2}")
    for name, ends in (("src", src), ("dst", dst)):
        if len(ends) and not np.issubdtype(ends.dtype, np.integer):
            raise ValueError(f"{name} must hold vertex numbers, not {ends.dtype}")
        if len(ends) and (ends.min() < 0 or ends.max() >= n):
            raise ValueError(f"{name} holds numbers outside 0..{n - 1}")
    return src.astype(np.int32, copy=False), dst.astype(np.int32, copy=False)


def _block_ends(source_count: int) -> npt.NDArray[np.int64]:
    size = max(64, source_count // 1024)
    ends = np.arange(size, source_count + size, size, dtype=np.int64)
    return np.minimum(ends, source_count)
