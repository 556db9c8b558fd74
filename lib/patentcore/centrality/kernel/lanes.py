# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Eight sources at once on a directed graph whose strongly connected components are small.

Labels are topological, so one sweep over the reached labels in ascending order meets every vertex
after all its predecessors, whatever their distances: path counts and distances are then final in
all lanes, and each edge is looked at once for eight searches. The reached labels wait in a set of
bits with three levels of summary. Vertices of one component are contiguous; they are relaxed level
by level among themselves before they go on. The sweep back visits the same vertices in reverse.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.fixedpoint import add_value
from patentcore.centrality.kernel.search import SIGMA_LIMIT, search_sources
from patentcore.centrality.kernel.vector import (
    LANES,
    largest_lane,
    pull_lanes,
    push_lanes,
    settle_lanes,
)

FARTHEST = 253


def lane_scratch_of(vertex_count: int, edge_count: int, inner: int) -> tuple[npt.NDArray[Any], ...]:
    """Return the arrays one thread sweeps with; at most 92 bytes a vertex and 4 an edge."""
    words = inner // 64 + 1
    return (
        np.full(vertex_count, -1, np.int32),  # place of a label, -1 while not reached
        np.empty(vertex_count, np.int32),  # label of a place
        np.empty((vertex_count, LANES), np.uint8),  # distance
        np.empty((vertex_count, LANES), np.float64),  # sigma, later share
        np.empty(edge_count, np.int32),  # heads of the edges of each swept vertex, as places
        np.empty(inner + 1, np.int64),  # where those end
        np.empty(inner + 1, np.int32),  # swept labels
        np.zeros(words, np.uint64),  # reached labels that wait
        np.zeros(words // 64 + 1, np.uint64),
        np.zeros(words // 4096 + 1, np.uint64),
    )


@compiled
def sweep_sources(
    offsets,
    targets,
    inner,
    loud,
    single,
    extra,
    source_weight,
    component,
    sources,
    reach_slot,
    sums,
    scratch,
    lane_scratch,
):
    """Add the dependencies of every vertex on ``sources``, eight at a time.

    Args are those of ``search_sources``, and ``component``: per inner label the first label of its
    strongly connected component. Returns the edges swept and the places used.
    """
    weights = np.zeros((1, LANES))
    swept = 0
    reached = 0
    for begin in range(0, len(sources), LANES):
        batch = sources[begin : begin + LANES]
        size, count, ok = _sweep_forward(offsets, targets, inner, component, batch, lane_scratch)
        if ok:
            weights[:] = 0.0
            for k in range(len(batch)):
                weights[0, k] = source_weight[batch[k]]
            _sweep_back(
                offsets, inner, loud, extra, component, weights, size, count, sums, lane_scratch
            )
            for k in range(len(batch)):
                if reach_slot[batch[k]] >= 0:
                    total = _reach_of_lane(k, size, extra, lane_scratch)
                    add_value(sums, reach_slot[batch[k]], total)
            swept += lane_scratch[5][count]
            reached += size
        place, label = lane_scratch[0], lane_scratch[1]
        for i in range(size):
            place[label[i]] = -1
        if not ok:
            swept += search_sources(
                offsets,
                targets,
                inner,
                loud,
                single,
                extra,
                source_weight,
                batch,
                reach_slot,
                sums,
                scratch,
            )
    return swept, reached


@compiled
def _reach_of_lane(k, size, extra, lane_scratch):
    label, distance = lane_scratch[1], lane_scratch[2]
    total = 0.0
    for i in range(size):
        if 0 < distance[i, k] < 255:
            total += 1.0 + extra[label[i]]
    return total


@compiled
def _trailing_zeros(word):
    count = 0
    if word & np.uint64(0xFFFFFFFF) == 0:
        word >>= np.uint64(32)
        count += 32
    if word & np.uint64(0xFFFF) == 0:
        word >>= np.uint64(16)
        count += 16
    if word & np.uint64(0xFF) == 0:
        word >>= np.uint64(8)
        count += 8
    if word & np.uint64(0xF) == 0:
        word >>= np.uint64(4)
        count += 4
    if word & np.uint64(0x3) == 0:
        word >>= np.uint64(2)
        count += 2
    if word & np.uint64(0x1) == 0:
        count += 1
    return count


@compiled
def _put(v, bits, summary, top):
    bits[v >> 6] |= np.uint64(1) << np.uint64(v & 63)
    summary[v >> 12] |= np.uint64(1) << np.uint64((v >> 6) & 63)
    top[v >> 18] |= np.uint64(1) << np.uint64((v >> 12) & 63)


@compiled
def _drop(v, bits, summary, top):
    bits[v >> 6] &= ~(np.uint64(1) << np.uint64(v & 63))
    if bits[v >> 6] == 0:
        summary[v >> 12] &= ~(np.uint64(1) << np.uint64((v >> 6) & 63))
        if summary[v >> 12] == 0:
            top[v >> 18] &= ~(np.uint64(1) << np.uint64((v >> 12) & 63))


@compiled
def _first_waiting(cursor, bits, summary, top):
    """Return the smallest waiting label, -1 for none; ``cursor`` is where to look in ``top``."""
    while cursor < len(top) and top[cursor] == 0:
        cursor += 1
    if cursor == len(top):
        return -1
    middle = (cursor << 6) + _trailing_zeros(top[cursor])
    low = (middle << 6) + _trailing_zeros(summary[middle])
    return (low << 6) + _trailing_zeros(bits[low])


@compiled
def _reach(v, size, place, label, distance, sigma):
    """Give label ``v`` the next place, reached in no lane yet."""
    place[v] = size
    label[size] = v
    for k in range(LANES):
        distance[size, k] = 255
        sigma[size, k] = 0.0
    return size + 1


@compiled
def _sweep_forward(offsets, targets, inner, component, batch, lane_scratch):
    """Return the places used, the labels swept, and whether no distance or count got too large."""
    place, label, distance, sigma, heads, heads_end, order, bits, summary, top = lane_scratch
    size = 0
    for k in range(len(batch)):
        size = _reach(batch[k], size, place, label, distance, sigma)
        distance[size - 1, k] = 0
        sigma[size - 1, k] = 1.0
        _put(batch[k], bits, summary, top)
    count = 0
    edges = 0
    heads_end[0] = 0
    ok = True
    cursor = 0
    while True:
        v = _first_waiting(cursor, bits, summary, top)
        if v < 0:
            break
        cursor = v >> 18
        first = component[v]
        last = v
        while last + 1 < inner and component[last + 1] == first:
            last += 1
        begin = count
        for u in range(first, last + 1):
            if place[u] < 0:
                size = _reach(u, size, place, label, distance, sigma)
            for e in range(offsets[u], offsets[u + 1]):
                w = targets[e]
                if place[w] < 0:
                    size = _reach(w, size, place, label, distance, sigma)
                    if w < inner and w > last:
                        _put(w, bits, summary, top)
                heads[edges] = place[w]
                edges += 1
            order[count] = u
            count += 1
            heads_end[count] = edges
            _drop(u, bits, summary, top)
        if first == last:
            i = place[v]
            push_lanes(distance, sigma, heads, heads_end[begin], edges, i, -1)
            if largest_lane(sigma, i) > SIGMA_LIMIT or _is_far(distance, i):
                ok = False
        else:
            ok &= _relax_component(first, last, begin, lane_scratch)
        if not ok:
            break
    if not ok:
        for i in range(size):
            if label[i] < inner:
                _drop(label[i], bits, summary, top)
    return size, count, ok


@compiled
def _is_far(distance, i):
    for k in range(LANES):  # noqa: SIM110
        if FARTHEST <= distance[i, k] < 255:
            return True
    return False


@compiled
def _levels(distance, place, first, last):
    """Return the smallest distance in the component, and the largest."""
    nearest, farthest = 255, -1
    for u in range(first, last + 1):
        for k in range(LANES):
            d = np.int64(distance[place[u], k])
            if d < 255:
                nearest = min(nearest, d)
                farthest = max(farthest, d)
    return nearest, farthest


@compiled
def _relax_component(first, last, begin, lane_scratch):
    """Finish distances and counts within a component level by level, then go on from it.

    A head within the component is relaxed at its tail's level, when the tail is final. Heads
    outside may be relaxed then as well, since they wait until the whole component is done.
    """
    place, _, distance, sigma, heads, heads_end, _, _, _, _ = lane_scratch
    level, farthest = _levels(distance, place, first, last)
    while level <= farthest:
        if level >= FARTHEST:
            return False
        for u in range(first, last + 1):
            i = place[u]
            if _is_at(distance, i, level):
                at = begin + u - first
                push_lanes(distance, sigma, heads, heads_end[at], heads_end[at + 1], i, level)
                if largest_lane(sigma, i) > SIGMA_LIMIT:
                    return False
        _, farthest = _levels(distance, place, first, last)
        level += 1
    return True


@compiled
def _is_at(distance, i, level):
    for k in range(LANES):  # noqa: SIM110
        if distance[i, k] == level:
            return True
    return False


@compiled
def _sweep_back(offsets, inner, loud, extra, component, weights, size, count, sums, lane_scratch):
    place, label, distance, share, heads, heads_end, order, _, _, _ = lane_scratch
    totals = np.zeros((1, LANES))
    for i in range(size):
        v = label[i]
        if v >= inner:
            total = settle_lanes(distance, share, i, totals, extra[v], weights, -1)
            if v < loud:
                add_value(sums, v, total)
    at = count - 1
    while at >= 0:
        v = order[at]
        first = component[v]
        if first == v:
            i = place[v]
            totals[:] = 0.0
            pull_lanes(distance, share, heads, heads_end[at], heads_end[at + 1], i, totals)
            add_value(sums, v, settle_lanes(distance, share, i, totals, extra[v], weights, -1))
        else:
            _settle_component(first, v, at - (v - first), extra, weights, sums, lane_scratch)
        at -= v - first + 1


@compiled
def _settle_component(first, last, begin, extra, weights, sums, lane_scratch):
    """Do the levels of a component from the farthest."""
    place, _, distance, share, heads, heads_end, _, _, _, _ = lane_scratch
    totals = np.zeros((1, LANES))
    nearest, level = _levels(distance, place, first, last)
    while level >= nearest:
        for u in range(first, last + 1):
            i = place[u]
            if _is_at(distance, i, level):
                at = begin + u - first
                totals[:] = 0.0
                pull_lanes(distance, share, heads, heads_end[at], heads_end[at + 1], i, totals)
                total = settle_lanes(distance, share, i, totals, extra[u], weights, level)
                add_value(sums, u, total)
        level -= 1
