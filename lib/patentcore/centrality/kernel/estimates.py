"""What a search will take: memory, and work from a sample of its sources."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import fixedpoint
from patentcore.centrality.kernel.exact import searcher
from patentcore.centrality.kernel.graph import PreparedGraph

_SOURCES_PER_SAMPLE = 256
_SOURCES_ASKED = 2048
_ENOUGH_FOUND = 100_000_000
_GOLDEN_RATIO = 0.6180339887498949
"""Its multiples modulo 1 are spread evenly however many there are."""


def memory_needed(graph: PreparedGraph, threads: int) -> int:
    """Return the bytes that a process needs to search with so many threads, besides Python's own.

    With n labels, m edges and r rows of sums: the graph takes 40 n + 4 m at most, each thread
    32 n + 8 m to search, 16 r to add up and 24 r to hand that over, and 200 n more where it
    searches from eight sources together.
    """
    n, m = graph.vertex_count, graph.edge_count
    per_thread = 32 * n + 8 * m + 40 * graph.row_count
    if graph.lanes > 1:
        per_thread += 200 * n
    return 40 * n + 4 * m + threads * per_thread


def estimate_work(graph: PreparedGraph) -> npt.NDArray[np.float64]:
    """Return for each block about how many edges its searches find, from a sample of its sources.

    A few sources find most of the edges, so a block of 2,000 is judged by 8 of them.
    """
    sizes = np.diff(graph.block_ends, prepend=0)
    search_some = searcher(replace(graph, lanes=1), fixedpoint.zeros(graph.row_count))

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
    search_some = searcher(replace(graph, lanes=1), fixedpoint.zeros(graph.row_count))
    found = searches = 0
    for source in asked.tolist():
        found += search_some(graph.sources[source : source + 1])
        searches += 1
        if found > _ENOUGH_FOUND:
            break
    return count * (1.0 + found / searches)
