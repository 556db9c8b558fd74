# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Eight sources at once on an undirected graph of small diameter, level by level.

In a dense network everything is a few steps from everything, so eight searches are on the same
level of nearly the same vertices. A level is then a product of the adjacency matrix with a matrix
of eight columns: each vertex that some search has not reached yet adds up its neighbours' path
counts, with no test per edge. Accumulation does the same with shares. The phases and symbols are
those of ``search``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.fixedpoint import add_value
from patentcore.centrality.kernel.search import SIGMA_LIMIT, search_sources

LANES = 8
"""Sources that search together; ``_add_rows`` is written for so many."""

_DEEPEST = 250
_UNREACHED = 255
_NO_SOURCE = 254
"""The distance everywhere in a lane without a source, which is never reached nor waited for."""

_WAVE_DEGREE = 8
_WAVE_DEPTH = 8
_WAVE_SAMPLES = 8


class Waves(NamedTuple):
    """What one thread works with: a row of eight lanes for each vertex."""

    distance: npt.NDArray[np.uint8]
    sigma: npt.NDArray[np.float64]
    """Shortest paths from the source; on the way back shares, (1 + delta) / sigma."""
    handed: npt.NDArray[np.float64]
    """What the last level hands on to its neighbours."""
    handing: npt.NDArray[np.float64]
    """What this level will."""


class Component(NamedTuple):
    """The labels of a connected component."""

    first: int
    last: int
    """One more than its last label."""


def waves_of(vertex_count: int) -> Waves:
    """Return what one thread works with; 200 bytes a vertex."""
    shape = (vertex_count, LANES)
    return Waves(np.empty(shape, np.uint8), np.empty(shape), np.empty(shape), np.empty(shape))


def choose_lanes(offsets: npt.NDArray[np.int64], targets: npt.NDArray[np.int32]) -> int:
    """Return 8 where an undirected graph is dense and shallow, else 1.

    The choice rests on the graph, not on times, so that it is the same on every machine.
    """
    vertex_count = len(offsets) - 1
    if len(targets) < _WAVE_DEGREE * max(1, vertex_count):
        return 1
    sample = np.linspace(0, vertex_count - 1, _WAVE_SAMPLES).astype(np.int64)
    return LANES if max(_depth_from(offsets, targets, s) for s in sample) <= _WAVE_DEPTH else 1


@compiled
def wave_sources(graph, sources, sums, scratch, waves):
    """Add the dependencies of every vertex on ``sources`` to ``sums``.

    Arguments are those of ``search_sources``, and what ``waves_of`` returned for the graph.

    Returns:
        The number of edges that the waves passed.
    """
    found = 0
    begin = 0
    while begin < len(sources):
        first = graph.component[sources[begin]]
        end = begin + 1
        while end < len(sources) and end - begin < LANES:
            if graph.component[sources[end]] != first:
                break
            end += 1
        batch = sources[begin:end]
        last = np.searchsorted(graph.component, first, side="right")
        component = Component(np.int64(first), np.int64(last))
        deepest = _search(graph, component, batch, waves)
        if deepest > 0:
            _accumulate(graph, component, batch, deepest, waves, sums)
            found += np.int64(graph.offsets[last] - graph.offsets[first]) * deepest
        else:
            found += search_sources(graph, batch, sums, scratch)
        begin = end
    return found


@compiled
def _search(graph, component, batch, waves):
    """Fill distances and path counts; return the deepest level, 0 where they grow too large."""
    _start(graph, component, batch, waves)
    distance, sigma, handed, handing = waves
    level = 1
    while True:
        largest = 0.0
        for w in range(component.first, component.last):
            if not _is_any(distance, w, _UNREACHED):
                for k in range(LANES):
                    handing[w, k] = 0.0
                continue
            totals = _add_rows(handed, graph.targets, graph.offsets[w], graph.offsets[w + 1])
            for k in range(LANES):
                paths = totals[k] if distance[w, k] == _UNREACHED else 0.0
                handing[w, k] = paths
                if paths > 0.0:
                    distance[w, k] = level + 1
                    sigma[w, k] = paths
                    largest = max(largest, paths)
        if largest > SIGMA_LIMIT or level >= _DEEPEST:
            return 0
        if largest == 0.0:
            return level
        level += 1
        handed, handing = handing, handed


@compiled
def _start(graph, component, batch, waves):
    """Reach the sources and their neighbours."""
    distance, sigma, handed, _ = waves
    first, last = component
    distance[first:last] = _UNREACHED
    handed[first:last] = 0.0
    sigma[first:last] = 0.0
    for k in range(len(batch)):
        s = batch[k]
        distance[s, k] = 0
        sigma[s, k] = 1.0
        for e in range(graph.offsets[s], graph.offsets[s + 1]):
            w = graph.targets[e]
            distance[w, k] = 1
            sigma[w, k] = 1.0
            handed[w, k] = 1.0
    for k in range(len(batch), LANES):
        distance[first:last, k] = _NO_SOURCE


@compiled
def _accumulate(graph, component, batch, deepest, waves, sums):
    """Add delta of every vertex in every lane, from the deepest level."""
    distance, share, handed, _ = waves
    first, last = component
    weights = np.zeros(LANES)
    for k in range(len(batch)):
        weights[k] = graph.source_weight[batch[k]]
    for level in range(deepest, 0, -1):
        for v in range(first, last):
            if not _is_any(distance, v, level):
                continue
            begin = graph.offsets[v] if level < deepest else graph.offsets[v + 1]
            totals = _add_rows(handed, graph.targets, begin, graph.offsets[v + 1])
            added = 0.0
            for k in range(LANES):
                if distance[v, k] == level:
                    delta = graph.extra[v] + share[v, k] * totals[k]
                    added += weights[k] * delta
                    share[v, k] = (1.0 + delta) / share[v, k]
            if added > 0.0:
                add_value(sums, v, added)
        for v in range(first, last):
            for k in range(LANES):
                handed[v, k] = share[v, k] if distance[v, k] == level else 0.0


@compiled
def _is_any(distance, v, wanted):
    """Return whether a vertex has the wanted distance in some lane; without a branch."""
    found = False
    for k in range(LANES):
        found |= distance[v, k] == wanted
    return found


@compiled
def _add_rows(rows, targets, begin, end):
    """Return the sum of the rows ``targets[begin:end]``, by lane.

    Written out because the compiler makes vector instructions of this, and of a loop it does not.
    """
    t0 = t1 = t2 = t3 = t4 = t5 = t6 = t7 = 0.0
    for e in range(begin, end):
        w = targets[e]
        t0 += rows[w, 0]
        t1 += rows[w, 1]
        t2 += rows[w, 2]
        t3 += rows[w, 3]
        t4 += rows[w, 4]
        t5 += rows[w, 5]
        t6 += rows[w, 6]
        t7 += rows[w, 7]
    return t0, t1, t2, t3, t4, t5, t6, t7


@compiled
def _depth_from(offsets, targets, source):
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
