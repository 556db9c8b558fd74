# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""One source at a time: Brandes' search and accumulation, confined to what the source reaches.

U. Brandes, A faster algorithm for betweenness centrality, J. Math. Sociol. 25 (2001).

Reached vertices are numbered by places: those with successors by their place in the queue; sinks,
which are most of what a citation network's searches reach and from which nothing is searched,
behind all of them. Path counts (sigma), dependencies (delta) and the edges of shortest paths live
in short arrays over those places; of the arrays over the whole graph only the places themselves are
read per edge. Since places are given in the order of distance, an edge lies on a shortest path
exactly when its head's place is behind those of the tail's level, so no distances are kept. Nothing
of the size of the graph is cleared: what a search has touched it resets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.fixedpoint import add_value

SIGMA_LIMIT = 2.0**900
"""Above this number of shortest paths a source is searched again with separate exponents."""


def scratch_of(vertex_count: int, edge_count: int) -> tuple[npt.NDArray[Any], ...]:
    """Return the arrays one thread searches with; 32 bytes a vertex and 8 an edge."""
    return (
        np.full(vertex_count, NOWHERE, np.uint32),  # place in the queue
        np.empty(vertex_count, np.uint32),  # label of a place: the queue
        np.empty(vertex_count, np.float64),  # sigma
        np.empty(vertex_count, np.float64),  # share
        np.empty(edge_count + 1, np.uint32),  # heads of the edges on shortest paths, and one more
        np.empty(edge_count + 1, np.uint32),  # their tails
        np.empty(vertex_count, np.uint64),  # where those of each place end
    )


NOWHERE = np.uint32(0xFFFFFFFF)
"""The place of a vertex that is not reached."""


@compiled
def search_sources(
    offsets, targets, inner, loud, single, extra, source_weight, sources, reach_slot, sums, scratch
):
    """Add the dependencies of every vertex on ``sources`` to ``sums``.

    Args:
        offsets: where each label's row begins.
        targets: the rows.
        inner: labels below this have successors.
        loud: labels below this can be interior.
        single: sinks from this label on stand for one target.
        extra: targets beyond itself that each label stands for.
        source_weight: how many sources each vertex stands for, itself included.
        sources: labels to search from.
        reach_slot: per label, the row of ``sums`` for the number of targets it reaches, or -1.
        sums: fixed-point sums by label, then by reach slot; added to.
        scratch: what ``scratch_of`` returned for this graph; left as it was found.

    Returns:
        The number of edges on shortest paths that the searches found.
    """
    place, queue, sigma, share, tight, tail, tight_end = scratch
    # Unsigned numbers spare the compiled code a check of the sign.
    offsets = offsets.view(np.uint64)
    targets = targets.view(np.uint32)
    inner, loud, single = np.uint64(inner), np.uint64(loud), np.uint64(single)
    one = np.uint64(1)
    found = np.uint64(0)
    for s in sources:
        queue[0] = s
        place[s] = 0
        sigma[0] = 1.0
        size, sinks_end, largest = _search(
            offsets, targets, inner, place, queue, sigma, tight, tail, tight_end
        )
        found += tight_end[size - one]
        weight = source_weight[s]
        if largest < SIGMA_LIMIT:
            _share_sinks(queue, inner, sinks_end, sigma, share, loud, single, extra, weight, sums)
            _accumulate(queue, size, sigma, share, tight, tight_end, loud, extra, weight, sums)
        else:
            _accumulate_with_exponents(
                queue, size, inner, sinks_end, tight, tight_end, loud, extra, weight, sums
            )
        if reach_slot[s] >= 0:
            total = _targets_behind(queue, one, size, extra)
            total += _targets_behind(queue, inner, sinks_end, extra)
            add_value(sums, reach_slot[s], total)
        for i in range(size):
            place[queue[i]] = NOWHERE
        for i in range(inner, sinks_end):
            place[queue[i]] = NOWHERE
    return np.int64(found)


@compiled
def _search(offsets, targets, inner, place, queue, sigma, tight, tail, tight_end):
    """Fill the places from the queue's first entry, a level at a time.

    The edges to new places are first gathered without a branch, for a processor foresees badly
    which these are, then followed in one loop over the whole level, whose end it foresees.

    Returns:
        The ends of the places with successors and of the sinks', which begin at ``inner``; the
        largest path count of those with successors.
    """
    one = np.uint64(1)
    begin, size, sinks_end = np.uint64(0), one, inner
    edges = gathered = np.uint64(0)
    largest = 1.0
    while begin < size:
        level_end, sinks_level_end = size, sinks_end
        for i in range(begin, level_end):
            v = queue[i]
            largest = max(largest, sigma[i])
            for e in range(offsets[v], offsets[v + one]):
                w = targets[e]
                tight[gathered] = w
                tail[gathered] = np.uint32(i)
                gathered += np.uint64(place[w] >= (level_end if w < inner else sinks_level_end))
            tight_end[i] = gathered
        begin = level_end
        while edges < gathered:
            w = tight[edges]
            j = place[w]
            if j != NOWHERE:
                sigma[j] += sigma[tail[edges]]
                tight[edges] = j
            else:
                is_inner = w < inner
                end = size if is_inner else sinks_end
                place[w] = np.uint32(end)
                queue[end] = w
                sigma[end] = sigma[tail[edges]]
                tight[edges] = np.uint32(end)
                size += np.uint64(is_inner)
                sinks_end += np.uint64(not is_inner)
            edges += one
    return size, sinks_end, largest


@compiled
def _targets_behind(queue, begin, end, extra):
    """Return the targets that the vertices of some places stand for."""
    total = 0.0
    for i in range(begin, end):
        total += 1.0 + extra[queue[i]]
    return total


@compiled
def _share_sinks(queue, begin, end, sigma, share, loud, single, extra, weight, sums):
    """Set the shares of the sinks at some places, and add what lies behind each."""
    for i in range(begin, end):
        share[i] = 1.0 / sigma[i]
    if begin == single:
        return
    for i in range(begin, end):
        v = queue[i]
        if v < single:
            share[i] = (1.0 + extra[v]) / sigma[i]
            if v < loud and extra[v] > 0.0:
                add_value(sums, v, weight * extra[v])


@compiled
def _accumulate(queue, size, sigma, share, tight, tight_end, loud, extra, weight, sums):
    """Add delta of each vertex with successors; ``share`` is (1 + extra + delta) / sigma."""
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
def _accumulate_with_exponents(
    queue, size, sinks, sinks_end, tight, tight_end, loud, extra, weight, sums
):
    """Do the same where path counts leave the range of doubles: sigma = mantissa * 2**exponent."""
    n = np.int64(sinks_end)
    mantissa = np.zeros(n, np.float64)
    exponent = np.zeros(n, np.int64)
    mantissa[0] = 1.0
    begin = np.uint64(0)
    for i in range(np.int64(size)):
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
    behind = np.zeros(n, np.float64)
    for i in range(np.int64(sinks), n):
        v = queue[i]
        behind[i] = extra[v]
        if v < loud and behind[i] > 0.0:
            add_value(sums, v, weight * behind[i])
    for i in range(np.int64(size) - 1, 0, -1):
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
