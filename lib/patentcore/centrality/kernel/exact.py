"""Exact betweenness without Spark: prepare once, search blocks of sources anywhere, add up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import csr, fixedpoint, search, waves
from patentcore.centrality.kernel import lanes as lanes_kernel
from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.graph import Expansion, PreparedGraph
from patentcore.centrality.kernel.numbering import Numbering
from patentcore.centrality.kernel.ordering import topological
from patentcore.centrality.kernel.reductions import (
    DIRECTED_REDUCTIONS,
    UNDIRECTED_REDUCTIONS,
    Reduced,
    fold_trees,
    pairs_through_trees,
    reduce_directed,
)
from patentcore.centrality.kernel.vector import LANES

_LANES_WORTH_A_SAMPLE = 50_000
_WAVE_DEGREE = 8
_WAVE_DEPTH = 8
_WAVE_SAMPLES = 8
_LARGEST_LANE_COMPONENT = 2048
_SOURCES_PER_SAMPLE = 256
_SOURCES_ASKED = 2048
_ENOUGH_FOUND = 100_000_000
_GOLDEN_RATIO = 0.6180339887498949
"""Its multiples modulo 1 are spread evenly however many there are."""
_LANE_SAMPLES = 16
_LANE_OVERLAP = 2.0
"""Edges on shortest paths that eight searches find per edge of their union, from which they pay."""


class PartialSums(NamedTuple):
    """Sums of some blocks: only rows that are not zero."""

    rows: npt.NDArray[np.int64]
    """Shape (k,): ascending row numbers."""
    sums: fixedpoint.Sums
    """Shape (k, 2)."""


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
        lanes: sources that one sweep serves, 1 or 8; chosen by a sample when not given.

    Raises:
        ValueError: an end is not a vertex number, the lengths differ, there are too many, or there
            is no such reduction or number of lanes.
    """
    src, dst = checked_ends(src, dst, n)
    unknown = set(reductions or ()) - {*DIRECTED_REDUCTIONS, *UNDIRECTED_REDUCTIONS}
    if unknown:
        raise ValueError(f"there is no reduction {', '.join(sorted(unknown))}")
    if lanes not in (None, 1, LANES):
        raise ValueError(f"lanes must be 1 or {LANES}, not {lanes}")
    if directed:
        graph = csr.build(src, dst, n)
        prepared = _prepare_directed(
            graph, DIRECTED_REDUCTIONS if reductions is None else reductions
        )
        return replace(prepared, lanes=lanes or _choose_lanes(prepared))
    graph = csr.build(np.concatenate([src, dst]), np.concatenate([dst, src]), n)
    prepared = _prepare_undirected(
        graph, UNDIRECTED_REDUCTIONS if reductions is None else reductions
    )
    return replace(prepared, lanes=lanes or _choose_waves(prepared))


def _prepare_directed(graph: csr.Csr, reductions: Collection[str]) -> PreparedGraph:
    n = graph.vertex_count
    reduced = reduce_directed(graph, reductions)
    rows = reduced.graph
    order, component = topological(rows, _roots(reduced))
    component = component[np.diff(rows.offsets)[order] > 0]
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
        component=np.searchsorted(component, component).astype(np.int32),
        row_count=len(order) + int((reach_slot >= 0).sum()),
        inner_count=inner,
        loud_count=loud,
        single_from=int((rank < 3).sum()),
        lanes=1,
        symmetric=0,
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
        symmetric=1,
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


def accumulate(
    graph: PreparedGraph,
    blocks: Iterable[int],
    *,
    on_block: Callable[[int], None] | None = None,
) -> PartialSums:
    """Search from every source of ``blocks`` and return what they add.

    Args:
        graph: the prepared graph.
        blocks: numbers of blocks, each once; may be a generator shared with other threads.
        on_block: called with a block's number when it is done.
    """
    sums = fixedpoint.zeros(graph.row_count)
    search_block = _searcher(graph, sums)
    for index in blocks:
        search_block(graph.block(index))
        if on_block:
            on_block(index)
    rows = np.flatnonzero(sums.any(axis=1))
    return PartialSums(rows, sums[rows])


def _searcher(
    graph: PreparedGraph, sums: fixedpoint.Sums
) -> Callable[[npt.NDArray[np.int32]], Any]:
    """Return what adds the dependencies on some sources to ``sums``, with its own scratch."""
    arguments: tuple[Any, ...] = (
        graph.offsets,
        graph.targets,
        graph.inner_count,
        graph.loud_count,
        graph.single_from,
        graph.extra,
        graph.source_weight,
    )
    scratch: tuple[Any, ...] = (search.scratch_of(graph.vertex_count, graph.edge_count),)
    kernel: Callable[..., Any] = search.search_sources
    if graph.lanes > 1:
        arguments += (graph.component,)
        if graph.symmetric:
            kernel = waves.wave_sources
            scratch += (waves.wave_scratch_of(graph.vertex_count),)
        else:
            kernel = lanes_kernel.sweep_sources
            size = (graph.vertex_count, graph.edge_count, graph.inner_count)
            scratch += (lanes_kernel.lane_scratch_of(*size),)

    def search_from(sources: npt.NDArray[np.int32]) -> Any:
        sources = sources.view()
        sources.flags.writeable = False  # as in a prepared graph: one type, so compiled once
        return kernel(*arguments, sources, graph.reach_slot, sums, *scratch)

    return search_from


def _choose_waves(graph: PreparedGraph) -> int:
    """Return 8 where an undirected graph is dense and shallow, else 1."""
    if graph.edge_count < _WAVE_DEGREE * max(1, graph.vertex_count):
        return 1
    sample = np.linspace(0, graph.vertex_count - 1, _WAVE_SAMPLES).astype(np.int64)
    depth = max(search.depth_from(graph.offsets, graph.targets, s) for s in sample)
    return LANES if depth <= _WAVE_DEPTH else 1


def _choose_lanes(graph: PreparedGraph) -> int:
    """Return 8 where neighbouring sources share enough of what they reach, else 1.

    The choice rests on counts of edges, not on times, so that it is the same on every machine.
    """
    if len(graph.sources) < _LANES_WORTH_A_SAMPLE:
        return 1
    if np.bincount(graph.component).max() > _LARGEST_LANE_COMPONENT:
        return 1
    batch = np.linspace(0, len(graph.sources) - LANES, _LANE_SAMPLES).astype(np.int64)
    sample = graph.sources[(batch[:, None] + np.arange(LANES)).ravel()]
    sums = fixedpoint.zeros(graph.row_count)
    alone = _searcher(graph, sums)(sample)
    together, _ = _searcher(replace(graph, lanes=LANES), sums)(sample)
    return LANES if alone > _LANE_OVERLAP * together else 1


def memory_needed(graph: PreparedGraph, threads: int) -> int:
    """Return the bytes that a process needs to search with so many threads, besides Python's own.

    With n labels, m edges and r rows of sums: the graph takes 40 n + 4 m at most, each thread
    32 n + 8 m to search, 16 r to add up and 24 r to hand that over, and 92 n + 4 m more where it
    sweeps eight sources (200 n where the graph is undirected).
    """
    n, m = graph.vertex_count, graph.edge_count
    per_thread = 32 * n + 8 * m + 40 * graph.row_count
    if graph.lanes > 1:
        per_thread += 200 * n if graph.symmetric else 92 * n + 4 * m
    return 40 * n + 4 * m + threads * per_thread


def estimate_work(graph: PreparedGraph) -> npt.NDArray[np.float64]:
    """Return for each block about how many edges its searches find, from a sample of its sources.

    A few sources find most of the edges, so a block of 2,000 is judged by 8 of them.
    """
    sizes = np.diff(graph.block_ends, prepend=0)
    search_some = _searcher(replace(graph, lanes=1), fixedpoint.zeros(graph.row_count))

    def found(size: int, end: int) -> float:
        count = 1 + size // _SOURCES_PER_SAMPLE
        at = end - size + (np.arange(count) * 2 + 1) * size // (2 * count)
        return float(search_some(graph.sources[at])) / count

    mean = [found(*block) for block in zip(sizes.tolist(), graph.block_ends.tolist(), strict=True)]
    return sizes * (1.0 + np.array(mean))


def estimate_total_work(graph: PreparedGraph) -> float:
    """Return about how many edges all searches find, from at most 2,048 sources.

    Fewer where they find many, so that the estimate takes seconds however large the graph is.
    """
    count = len(graph.sources)
    if not count:
        return 0.0
    asked = np.arange(count)
    if count > _SOURCES_ASKED:
        asked = (np.arange(_SOURCES_ASKED) * _GOLDEN_RATIO % 1.0 * count).astype(np.int64)
    search_some = _searcher(replace(graph, lanes=1), fixedpoint.zeros(graph.row_count))
    found = searches = 0
    for source in asked.tolist():
        found += search_some(graph.sources[source : source + 1])
        searches += 1
        if found > _ENOUGH_FOUND:
            break
    return count * (1.0 + found / searches)


def accumulate_threaded(
    graph: PreparedGraph,
    blocks: Iterable[int],
    *,
    threads: int,
    on_block: Callable[[int], None] | None = None,
) -> list[PartialSums]:
    """Do the same on several threads, each taking the next block when it is free."""
    if threads == 1:
        return [accumulate(graph, blocks, on_block=on_block)]
    shared = _locked(iter(blocks))
    with ThreadPoolExecutor(threads) as pool:
        jobs = [pool.submit(accumulate, graph, shared, on_block=on_block) for _ in range(threads)]
        return [job.result() for job in jobs]


class _locked(Iterator[int]):  # noqa: N801
    """An iterator that several threads may draw from."""

    def __init__(self, items: Iterator[int]) -> None:
        self._items = items
        self._lock = threading.Lock()

    def __next__(self) -> int:
        with self._lock:
            return next(self._items)


def dependencies_on(
    graph: PreparedGraph, sources: npt.NDArray[np.integer]
) -> npt.NDArray[np.float64]:
    """Return the sum of every vertex's dependencies on some sources only, shape (n,).

    Serves to check against tools that take a list of sources; ordered pairs, also if undirected.

    Raises:
        ValueError: the graph was prepared with reductions, or a source has no label in it.
    """
    expansion = graph.expansion
    if expansion is None or graph.extra.any() or (expansion.portion != 1.0).any():
        raise ValueError("prepare the graph with reductions=[] to ask for single sources")
    labels = expansion.label[sources]
    if (labels < 0).any():
        raise ValueError("a source has no edges")
    sums = fixedpoint.zeros(graph.row_count)
    _searcher(graph, sums)(labels[labels < graph.inner_count])
    return _expand(fixedpoint.to_float(sums), replace(expansion, scale=1.0))


def finish(graph: PreparedGraph, partials: Iterable[PartialSums]) -> npt.NDArray[np.float64]:
    """Return the betweenness of every original vertex from the sums of all blocks.

    Raises:
        ValueError: the graph was loaded from a file, so that its expansion is not known.
    """
    if graph.expansion is None:
        raise ValueError("only the graph that prepare returned can be finished")
    sums = fixedpoint.zeros(graph.row_count)
    for partial in partials:
        fixedpoint.merge(sums, partial.rows, partial.sums)
    return _expand(fixedpoint.to_float(sums), graph.expansion)


@compiled
def _reach_along_chain(chain, leaves, reach):  # type: ignore[no-untyped-def]
    for i in range(len(chain) - 1, -1, -1):
        into = chain[i, 1]
        reach[chain[i, 0]] = reach[into] + 1.0 + leaves[into]


def _expand(values: npt.NDArray[np.float64], expansion: Expansion) -> npt.NDArray[np.float64]:
    n = len(expansion.label)
    result = np.zeros(n)
    known = expansion.label >= 0
    result[known] = values[expansion.label[known]] * expansion.portion[known]
    reach = np.zeros(n)
    counted = expansion.reach_row >= 0
    reach[counted] = values[expansion.reach_row[counted]]
    _reach_along_chain(expansion.chain, expansion.leaves, reach)
    result += expansion.forwarded * (reach + expansion.leaves)
    return result * expansion.scale + expansion.apart


def betweenness(
    src: npt.ArrayLike,
    dst: npt.ArrayLike,
    n: int,
    *,
    directed: bool,
    threads: int = 1,
    reductions: Collection[str] | None = None,
    lanes: int | None = None,
) -> npt.NDArray[np.float64]:
    """Return the unnormalised betweenness of every vertex.

    Shortest paths are unweighted; endpoints do not count. Directed: over ordered pairs; undirected:
    over unordered pairs, each once.

    Args:
        src: tails of the edges as vertex numbers in 0..n-1.
        dst: heads of the edges.
        n: number of vertices.
        directed: whether an edge leads only from ``src`` to ``dst``.
        threads: how many threads search.
        reductions: names of the reductions to apply; all of them when not given.
        lanes: sources that one sweep serves, 1 or 8; chosen by a sample when not given.

    Returns:
        float64 of shape (n,); the same bits for every number of threads.

    Example:
        >>> betweenness([0, 1, 2], [1, 2, 3], 4, directed=True).tolist()
        [0.0, 2.0, 2.0, 0.0]
    """
    graph = prepare(src, dst, n, directed=directed, reductions=reductions, lanes=lanes)
    return finish(graph, accumulate_threaded(graph, range(graph.block_count), threads=threads))


def warm_up() -> None:
    """Compile every kernel, so that later processes of this user find the machine code on disk."""
    src, dst = np.array([0, 1, 1, 2, 3, 3]), np.array([1, 2, 0, 3, 4, 5])
    for directed in (True, False):
        for lanes in (1, LANES):
            betweenness(src, dst, 6, directed=directed, lanes=lanes)
    Numbering(src).numbers(dst)
    search.depth_from(*csr.build(src.astype(np.int32), dst.astype(np.int32), 6), np.int64(0))
