# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Eight sources at once on an undirected graph of small diameter, level by level.

In a dense network everything is a few steps from everything, so eight searches are on the same
level of nearly the same vertices. A level is then a product of the adjacency matrix with a matrix
of eight columns: each vertex that some search has not reached yet adds up its neighbours' path
counts, with no test per edge. The way back does the same with shares.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.fixedpoint import add_value
from patentcore.centrality.kernel.search import SIGMA_LIMIT, search_sources
from patentcore.centrality.kernel.vector import LANES, add_rows

DEEPEST = 250


def wave_scratch_of(vertex_count: int) -> tuple[npt.NDArray[Any], ...]:
    """Return the arrays one thread works with; 200 bytes a vertex."""
    return (
        np.empty((vertex_count, LANES), np.uint8),  # distance
        np.empty((vertex_count, LANES), np.float64),  # sigma, later share
        np.empty((vertex_count, LANES), np.float64),  # what the last level hands on
        np.empty((vertex_count, LANES), np.float64),  # what this level will
    )


@compiled
def wave_sources(
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
    wave_scratch,
):
    """Add the dependencies of every vertex on ``sources``; arguments as for ``sweep_sources``."""
    edges = 0
    begin = 0
    while begin < len(sources):
        first = component[sources[begin]]
        end = begin + 1
        while end < len(sources) and end - begin < LANES and component[sources[end]] == first:
            end += 1
        batch = sources[begin:end]
        last = np.searchsorted(component, first, side="right")
        deepest = _waves_out(offsets, targets, first, last, batch, wave_scratch)
        if deepest > 0:
            weights = np.zeros(LANES)
            for k in range(len(batch)):
                weights[k] = source_weight[batch[k]]
            _waves_back(offsets, targets, first, last, extra, weights, deepest, sums, wave_scratch)
            edges += (offsets[last] - offsets[first]) * deepest
        else:
            edges += search_sources(
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
        begin = end
    return edges


@compiled
def _waves_out(offsets, targets, first, last, batch, wave_scratch):
    """Fill distances and path counts; return the deepest level, 0 where they grow too large."""
    distance, sigma, handed, handing = wave_scratch
    distance[first:last] = 255
    handed[first:last] = 0.0
    sigma[first:last] = 0.0
    for k in range(len(batch)):
        s = batch[k]
        distance[s, k] = 0
        sigma[s, k] = 1.0
        for e in range(offsets[s], offsets[s + 1]):
            w = targets[e]
            distance[w, k] = 1
            sigma[w, k] = 1.0
            handed[w, k] = 1.0
    for k in range(len(batch), LANES):
        distance[first:last, k] = 254  # a lane without a source is never reached nor waited for
    totals = np.zeros((1, LANES))
    level = 1
    while True:
        is_found = False
        largest = 0.0
        for w in range(first, last):
            is_open = False
            for k in range(LANES):
                is_open |= distance[w, k] == 255
            if not is_open:
                for k in range(LANES):
                    handing[w, k] = 0.0
                continue
            add_rows(handed, targets, offsets[w], offsets[w + 1], totals)
            for k in range(LANES):
                paths = totals[0, k] if distance[w, k] == 255 else 0.0
                handing[w, k] = paths
                if paths > 0.0:
                    distance[w, k] = level + 1
                    sigma[w, k] = paths
                    is_found = True
                    largest = max(largest, paths)
        if largest > SIGMA_LIMIT or level >= DEEPEST:
            return 0
        if not is_found:
            return level
        level += 1
        handed, handing = handing, handed


@compiled
def _waves_back(offsets, targets, first, last, extra, weights, deepest, sums, wave_scratch):
    distance, share, handed, _ = wave_scratch
    totals = np.zeros((1, LANES))
    for level in range(deepest, 0, -1):
        for v in range(first, last):
            is_due = False
            for k in range(LANES):
                is_due |= distance[v, k] == level
            if not is_due:
                continue
            totals[:] = 0.0
            if level < deepest:
                add_rows(handed, targets, offsets[v], offsets[v + 1], totals)
            total = 0.0
            for k in range(LANES):
                if distance[v, k] == level:
                    behind = extra[v] + share[v, k] * totals[0, k]
                    total += weights[k] * behind
                    share[v, k] = (1.0 + behind) / share[v, k]
            if total > 0.0:
                add_value(sums, v, total)
        for v in range(first, last):
            for k in range(LANES):
                handed[v, k] = share[v, k] if distance[v, k] == level else 0.0
