# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""One source at a time: Brandes' search and accumulation, confined to what the source reaches.

U. Brandes, A faster algorithm for betweenness centrality, J. Math. Sociol. 25 (2001).

Reached vertices are numbered by their place in the queue. Path counts (sigma), dependencies (delta)
and the edges of shortest paths live in short arrays over those places; of the arrays over the whole
graph only the places themselves are read per edge. Since the queue is ordered by distance, an edge
lies on a shortest path exactly when its head's place is behind the tail's level, so no distances
are kept. Nothing of the size of the graph is cleared: what a search has touched it resets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.fixedpoint import add_value

SIGMA_LIMIT = 2.0**1000
"""Above this number of shortest paths a source is searched again with separate exponents."""


def scratch_of(vertex_count: int, edge_count: int) -> tuple[npt.NDArray[Any], ...]:
    """Return the arrays one thread searches with; 32 bytes a vertex and 4 an edge."""
    return (
        np.full(vertex_count, NOWHERE, np.uint32),  # place in the queue
        np.empty(vertex_count, np.uint32),  # queue
        np.empty(vertex_count, np.float64),  # sigma
        np.empty(vertex_count, np.float64),  # share
        np.empty(edge_count, np.uint32),  # heads of the edges on shortest paths
        np.empty(vertex_count, np.uint64),  # where those of each place end
    )


NOWHERE = np.uint32(0xFFFFFFFF)
"""The place of a vertex that is not reached."""


@compiled
def search_sources(
    offsets, targets, inner, loud, extra, source_weight, sources, reach_slot, sums, scratch
):
    """Add the dependencies of every vertex on ``sources`` to ``sums``.

    Args:
        offsets: where each label's row begins.
        targets: the rows.
        inner: labels below this have successors.
        loud: labels below this can be interior.
        extra: targets beyond itself that each label stands for.
        source_weight: how many sources each vertex stands for, itself included.
        sources: labels to search from.
        reach_slot: per label, the row of ``sums`` for the number of targets it reaches, or -1.
        sums: fixed-point sums by label, then by reach slot; added to.
        scratch: what ``scratch_of`` returned for this graph; left as it was found.

    Returns:
        The number of edges that the searches looked at.
    """
    place, queue, sigma, share, tight, tight_end = scratch
    offsets = offsets.view(
        np.uint64
    )  # unsigned numbers spare the compiled code a check of the sign
    targets = targets.view(np.uint32)
    inner, loud = np.uint64(inner), np.uint64(loud)
    work = 0
    for s in sources:
        queue[0] = s
        place[s] = 0
        sigma[0] = 1.0
        size, largest = _search(offsets, targets, inner, place, queue, sigma, tight, tight_end)
        work += np.int64(tight_end[size - np.uint64(1)])
        if largest < SIGMA_LIMIT:
            _accumulate(
                queue, size, sigma, share, tight, tight_end, loud, extra, source_weight[s], sums
            )
        else:
            _accumulate_with_exponents(
                queue, np.int64(size), tight, tight_end, loud, extra, source_weight[s], sums
            )
        if reach_slot[s] >= 0:
            total = 0.0
            for i in range(1, np.int64(size)):
                total += 1.0 + extra[queue[i]]
            add_value(sums, reach_slot[s], total)
        for i in range(np.int64(size)):
            place[queue[i]] = NOWHERE
    return work


@compiled
def _search(offsets, targets, inner, place, queue, sigma, tight, tight_end):
    """Fill the queue from its first entry; return its length and the largest path count."""
    one = np.uint64(1)
    size = one
    level_end = one
    edges = np.uint64(0)
    largest = 1.0
    i = np.uint64(0)
    while i < size:
        if i == level_end:
            level_end = size
        v = queue[i]
        paths = sigma[i]
        largest = max(largest, paths)
        if v < inner:
            for e in range(offsets[v], offsets[v + one]):
                w = targets[e]
                j = place[w]
                if j == NOWHERE:
                    place[w] = np.uint32(size)
                    queue[size] = w
                    sigma[size] = paths
                    tight[edges] = np.uint32(size)
                    edges += one
                    size += one
                elif j >= level_end:
                    sigma[j] += paths
                    tight[edges] = j
                    edges += one
        tight_end[i] = edges
        i += one
    return size, largest


@compiled
def _accumulate(queue, size, sigma, share, tight, tight_end, loud, extra, weight, sums):
    """Add delta of each reached vertex; ``share`` is (1 + extra + delta) / sigma."""
    one = np.uint64(1)
    i = size - one
    while i > 0:
        v = queue[i]
        total = 0.0
        for e in range(tight_end[i - one], tight_end[i]):
            total += share[tight[e]]
        behind = extra[v] + sigma[i] * total
        share[i] = (1.0 + behind) / sigma[i]
        if v < loud and behind > 0.0:
            add_value(sums, v, weight * behind)
        i -= one


@compiled
def _accumulate_with_exponents(queue, size, tight, tight_end, loud, extra, weight, sums):
    """Do the same where path counts leave the range of doubles: sigma = mantissa * 2**exponent."""
    mantissa = np.zeros(size, np.float64)
    exponent = np.zeros(size, np.int64)
    mantissa[0] = 1.0
    begin = np.uint64(0)
    for i in range(size):
        if mantissa[i] >= 2.0**500:
            mantissa[i] *= 2.0**-500
            exponent[i] += 500
        for e in range(begin, tight_end[i]):
            j = tight[e]
            gap = exponent[i] - exponent[j]
            if mantissa[j] == 0.0:
                mantissa[j] = mantissa[i]
                exponent[j] = exponent[i]
            elif gap >= 0:
                mantissa[j] = mantissa[i] + mantissa[j] * _power_of_two(-gap)
                exponent[j] = exponent[i]
            else:
                mantissa[j] += mantissa[i] * _power_of_two(gap)
        begin = tight_end[i]
    behind = np.zeros(size, np.float64)
    for i in range(size - 1, 0, -1):
        v = queue[i]
        total = 0.0
        for e in range(tight_end[i - 1], tight_end[i]):
            j = tight[e]
            ratio = mantissa[i] / mantissa[j]
            total += ratio * _power_of_two(exponent[i] - exponent[j]) * (1.0 + behind[j])
        behind[i] = extra[v] + total
        if v < loud and behind[i] > 0.0:
            add_value(sums, v, weight * behind[i])


@compiled
def _power_of_two(k):
    """Return 2**k, or 0 where that leaves the range of doubles downwards."""
    return 2.0**k if k > -1070 else 0.0


@compiled
def depth_from(offsets, targets, source):
    """Return the number of levels below ``source``."""
    distance = np.full(len(offsets) - 1, -1, np.int32)
    queue = np.empty(len(offsets) - 1, np.int32)
    queue[0] = source
    distance[source] = 0
    size = 1
    i = 0
    while i < size:
        v = queue[i]
        for e in range(offsets[v], offsets[v + 1]):
            if distance[targets[e]] < 0:
                distance[targets[e]] = distance[v] + 1
                queue[size] = targets[e]
                size += 1
        i += 1
    return distance[queue[size - 1]]
