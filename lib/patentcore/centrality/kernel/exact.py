"""Exact betweenness without Spark: search and accumulate blocks of sources, add up, rescale.

The phases are those of Brandes (``search``). The first two work on one source at a time, in any
order and anywhere (``accumulate``); the third puts together what that returned (``finish``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import fixedpoint, search, waves
from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.graph import Expansion, PreparedGraph
from patentcore.centrality.kernel.numbering import Numbering
from patentcore.centrality.kernel.prepare import prepare


class PartialSums(NamedTuple):
    """Sums of some blocks: only rows that are not zero."""

    rows: npt.NDArray[np.int64]
    """Shape (k,): ascending row numbers."""
    sums: fixedpoint.Sums
    """Shape (k, 2)."""


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
    search_block = searcher(graph, sums)
    for index in blocks:
        search_block(graph.block(index))
        if on_block:
            on_block(index)
    rows = np.flatnonzero(sums.any(axis=1))
    return PartialSums(rows, sums[rows])


def searcher(graph: PreparedGraph, sums: fixedpoint.Sums) -> Callable[[npt.NDArray[np.int32]], int]:
    """Return what adds the dependencies on some sources to ``sums``, with its own scratch.

    It returns how many edges on shortest paths it found.
    """
    rows = _rows_of(graph)
    kernel: Callable[..., Any] = search.search_sources
    scratch: tuple[Any, ...] = (search.scratch_of(graph.vertex_count, graph.edge_count),)
    if graph.lanes > 1:
        kernel = waves.wave_sources
        scratch += (waves.waves_of(graph.vertex_count),)

    def search_from(sources: npt.NDArray[np.int32]) -> int:
        sources = sources.view(np.uint32)
        sources.flags.writeable = False  # as in a prepared graph: one type, so compiled once
        return int(kernel(rows, sources, sums, *scratch))

    return search_from


def _rows_of(graph: PreparedGraph) -> search.Rows:
    return search.Rows(
        offsets=graph.offsets.view(np.uint64),
        targets=graph.targets.view(np.uint32),
        extra=graph.extra,
        source_weight=graph.source_weight,
        reach_slot=graph.reach_slot,
        component=graph.component.view(np.uint32),
        inner=np.uint64(graph.inner_count),
        loud=np.uint64(graph.loud_count),
        single=np.uint64(graph.single_from),
    )


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

    Example:
        >>> path = prepare([0, 1, 2], [1, 2, 3], 4, directed=True, reductions=[])
        >>> dependencies_on(path, np.array([0])).tolist()
        [0.0, 2.0, 1.0, 0.0]
    """
    expansion = graph.expansion
    if expansion is None or graph.extra.any() or (expansion.portion != 1.0).any():
        raise ValueError("prepare the graph with reductions=[] to ask for single sources")
    labels = expansion.label[sources]
    if (labels < 0).any():
        raise ValueError("a source has no edges")
    sums = fixedpoint.zeros(graph.row_count)
    searcher(graph, sums)(labels[labels < graph.inner_count])
    return _rescale(fixedpoint.to_float(sums), replace(expansion, scale=1.0))


def finish(graph: PreparedGraph, partials: Iterable[PartialSums]) -> npt.NDArray[np.float64]:
    """Return the betweenness of every original vertex from the sums of all blocks.

    Raises:
        ValueError: the graph was loaded from a file, so that its expansion is not known.

    Example:
        Two halves of the work, wherever they were done, give the whole:

        >>> path = prepare(np.arange(200), np.arange(1, 201), 201, directed=True, reductions=[])
        >>> path.block_count
        4
        >>> halves = [accumulate(path, blocks) for blocks in ([0, 2], [3, 1])]
        >>> finish(path, halves)[:4].tolist()
        [0.0, 199.0, 396.0, 591.0]
    """
    if graph.expansion is None:
        raise ValueError("only the graph that prepare returned can be finished")
    return _rescale(_add_up(partials, graph.row_count), graph.expansion)


def _add_up(partials: Iterable[PartialSums], row_count: int) -> npt.NDArray[np.float64]:
    """Return the sums of all blocks, shape (row_count,)."""
    sums = fixedpoint.zeros(row_count)
    for partial in partials:
        fixedpoint.merge(sums, partial.rows, partial.sums)
    return fixedpoint.to_float(sums)


def _rescale(values: npt.NDArray[np.float64], expansion: Expansion) -> npt.NDArray[np.float64]:
    """Return the betweenness of every original vertex, shape (n,), from sums by row.

    The sums count ordered pairs of labels; a vertex has its portion of its label's, what passes it
    from the sources folded into it, and half of all where each unordered pair was met twice.
    """
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


@compiled
def _reach_along_chain(chain, leaves, reach):  # type: ignore[no-untyped-def]
    for i in range(len(chain) - 1, -1, -1):
        into = chain[i, 1]
        reach[chain[i, 0]] = reach[into] + 1.0 + leaves[into]


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
        lanes: sources searched from together, 1, or 8 where undirected; chosen when not given.

    Returns:
        float64 of shape (n,); the same bits for every number of threads and order of edges.

    Example:
        A path of four, on whose inner vertices two ordered pairs depend:

        >>> betweenness([0, 1, 2], [1, 2, 3], 4, directed=True).tolist()
        [0.0, 2.0, 2.0, 0.0]

        Two shortest paths around a square, of which each side holds a half:

        >>> betweenness([0, 0, 1, 2], [1, 2, 3, 3], 4, directed=True).tolist()
        [0.0, 0.5, 0.5, 0.0]
        >>> betweenness([0, 0, 1, 2], [1, 2, 3, 3], 4, directed=False).tolist()
        [0.5, 0.5, 0.5, 0.5]

        The middle of a star of four rays holds every pair of them, once where undirected:

        >>> betweenness([0, 0, 0, 0], [1, 2, 3, 4], 5, directed=False).tolist()
        [6.0, 0.0, 0.0, 0.0, 0.0]
        >>> betweenness([0, 0, 0, 0], [1, 2, 3, 4], 5, directed=True).tolist()
        [0.0, 0.0, 0.0, 0.0, 0.0]
    """
    graph = prepare(src, dst, n, directed=directed, reductions=reductions, lanes=lanes)
    return finish(graph, accumulate_threaded(graph, range(graph.block_count), threads=threads))


def warm_up() -> None:
    """Compile every kernel, so that later processes of this user find the machine code on disk."""
    src, dst = np.array([0, 1, 1, 2, 3, 3]), np.array([1, 2, 0, 3, 4, 5])
    for directed in (True, False):
        betweenness(src, dst, 6, directed=directed)
    tails, heads = np.nonzero(~np.eye(9, dtype=bool))  # dense enough for waves
    betweenness(tails, heads, 9, directed=False)
    Numbering(src).numbers(dst)
