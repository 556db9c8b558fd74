# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Random shortest paths between random vertices, by a search from both ends.

M. Borassi and E. Natale, KADABRA is an adaptive algorithm for betweenness via random approximation,
J. Exp. Algorithmics 24 (2019). Each sample is drawn in three phases: both ends are searched from
until they meet (``_search``), the vertex where the path passes is drawn (``_draw_meeting``), and
the path is walked from there to either end (``_walk``). Sigma is the number of shortest paths as in
Brandes. Side 0 is the source's, side 1 the target's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.csr import Csr

_UNIT_BITS = 400


class SampleGraph(NamedTuple):
    """What to draw paths from."""

    successors: Csr
    predecessors: Csr

    @property
    def vertex_count(self) -> int:
        """Vertices."""
        return self.successors.vertex_count


class Scratch(NamedTuple):
    """What one thread draws with; arrays have a row for each side."""

    distance: npt.NDArray[np.int32]
    """Shape (2, n): from that end, -1 while not reached."""
    sigma: npt.NDArray[np.float64]
    """Shape (2, n): shortest paths from that end, in units of 2**400 to the power of exponent."""
    exponent: npt.NDArray[np.int32]
    """Shape (2, n)."""
    queue: npt.NDArray[np.int32]
    """Shape (2, n): reached vertices in the order of distance."""
    size: npt.NDArray[np.int64]
    """Shape (2,): how many were reached."""
    level_begin: npt.NDArray[np.int64]
    """Shape (2,): where the last level begins in the queue."""
    is_scaled: npt.NDArray[np.bool_]
    """Shape (2,): whether a path count was so large that exponents are in use."""
    state: npt.NDArray[np.uint64]
    """Shape (1,): of the generator."""


def scratch_of(n: int) -> Scratch:
    """Return what one thread draws with; 40 bytes a vertex."""
    return Scratch(
        distance=np.full((2, n), -1, np.int32),
        sigma=np.empty((2, n), np.float64),
        exponent=np.zeros((2, n), np.int32),
        queue=np.empty((2, n), np.int32),
        size=np.zeros(2, np.int64),
        level_begin=np.zeros(2, np.int64),
        is_scaled=np.zeros(2, np.bool_),
        state=np.zeros(1, np.uint64),
    )


@compiled
def draw_samples(graph, seed, begin, end, counts, scratch):
    """Draw samples number ``begin`` to ``end`` and count the vertices inside their paths."""
    n = len(counts)
    for i in range(begin, end):
        _seed(scratch.state, seed, i)
        s = int(_draw(scratch.state) * n)
        t = int(_draw(scratch.state) * (n - 1))
        t += t >= s
        met = _search(graph, s, t, scratch)
        if met >= 0:
            u = _draw_meeting(met, scratch)
            if u != s and u != t:
                counts[u] += 1
            _walk(graph.predecessors, 0, u, counts, scratch)
            _walk(graph.successors, 1, u, counts, scratch)
        _forget(scratch)


@compiled
def _seed(state, seed, i):
    """Start the generator of sample number ``i``."""
    state[0] = np.uint64(seed) * np.uint64(0xD1342543DE82EF95) + np.uint64(1)
    _draw(state)
    state[0] ^= np.uint64(i) * np.uint64(0xA0761D6478BD642F)
    _draw(state)


@compiled
def _draw(state):
    """Return a uniform number in [0, 1) and step the generator (splitmix64)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)) * 2.0**-53


@compiled
def _search(graph, s, t, scratch):
    """Grow the cheaper side until both meet; return the side that met, -1 for no path."""
    scratch.is_scaled[:] = False
    cost_ahead = _start(graph.successors, 0, s, scratch)
    cost_behind = _start(graph.predecessors, 1, t, scratch)
    while True:
        if cost_ahead <= cost_behind:
            side = 0
            is_met, cost_ahead = _grow(graph.successors, 0, scratch)
        else:
            side = 1
            is_met, cost_behind = _grow(graph.predecessors, 1, scratch)
        if is_met:
            return side
        if scratch.level_begin[side] == scratch.size[side]:
            return -1


@compiled
def _start(rows, side, v, scratch):
    """Put one end into its queue; return the edges that lead on from it."""
    scratch.distance[side, v] = 0
    scratch.sigma[side, v] = 1.0
    scratch.queue[side, 0] = v
    scratch.size[side] = 1
    scratch.level_begin[side] = 0
    return rows.offsets[v + 1] - rows.offsets[v]


@compiled
def _grow(rows, side, scratch):
    """Add one level; return whether it touches the other side, and the edges of the new level."""
    distance, sigma, exponent, queue = (
        scratch.distance,
        scratch.sigma,
        scratch.exponent,
        scratch.queue,
    )
    with_exponents = scratch.is_scaled[side]
    begin, end = scratch.level_begin[side], scratch.size[side]
    new_end = end
    level = distance[side, queue[side, begin]] + 1
    for k in range(begin, end):
        v = queue[side, k]
        paths = sigma[side, v]
        for e in range(rows.offsets[v], rows.offsets[v + 1]):
            w = rows.targets[e]
            if distance[side, w] < 0:
                distance[side, w] = level
                sigma[side, w] = paths
                if with_exponents:
                    exponent[side, w] = exponent[side, v]
                queue[side, new_end] = w
                new_end += 1
            elif distance[side, w] == level:
                if with_exponents:
                    _add_paths(side, v, w, scratch)
                else:
                    sigma[side, w] += paths
    scratch.level_begin[side] = end
    scratch.size[side] = new_end
    return _look_at_level(rows, side, scratch)


@compiled
def _look_at_level(rows, side, scratch):
    """Scale large path counts; return whether the other side is met, and the edges that lead on."""
    begin, end = scratch.level_begin[side], scratch.size[side]
    is_met = False
    cost = 0
    largest = 0.0
    for k in range(begin, end):
        w = scratch.queue[side, k]
        is_met |= scratch.distance[1 - side, w] >= 0
        cost += rows.offsets[w + 1] - rows.offsets[w]
        largest = max(largest, scratch.sigma[side, w])
    if largest > 2.0**_UNIT_BITS:
        scratch.is_scaled[side] = True
        for k in range(begin, end):
            w = scratch.queue[side, k]
            if scratch.sigma[side, w] > 2.0**_UNIT_BITS:
                scratch.sigma[side, w] *= 2.0**-_UNIT_BITS
                scratch.exponent[side, w] += 1
    return is_met, cost


@compiled
def _in_units(paths, gap):
    """Return a number of paths in units larger by 2**400 to the power of ``gap``."""
    if gap == 0:
        return paths
    return paths * 2.0 ** (-400.0 * gap) if gap < 3 else 0.0  # less than 2**-300 of the others


@compiled
def _add_paths(side, v, w, scratch):
    """Let the paths to ``v`` go on to ``w``, which others have reached before."""
    sigma, exponent = scratch.sigma, scratch.exponent
    gap = exponent[side, v] - exponent[side, w]
    if gap > 0:
        sigma[side, w] = _in_units(sigma[side, w], gap) + sigma[side, v]
        exponent[side, w] = exponent[side, v]
    else:
        sigma[side, w] += _in_units(sigma[side, v], -gap)


@compiled
def _draw_meeting(side, scratch):
    """Draw the vertex of the last level that the path passes, by its number of paths."""
    distance, sigma, exponent = scratch.distance, scratch.sigma, scratch.exponent
    level = scratch.queue[side, scratch.level_begin[side] : scratch.size[side]]
    top = 0
    for v in level:
        if distance[1 - side, v] >= 0:
            top = max(top, exponent[0, v] + exponent[1, v])
    total = 0.0
    for v in level:
        if distance[1 - side, v] >= 0:
            gap = top - exponent[0, v] - exponent[1, v]
            total += _in_units(sigma[0, v] * sigma[1, v], gap)
    wanted = _draw(scratch.state) * total
    chosen = -1
    for v in level:
        if distance[1 - side, v] >= 0:
            chosen = v
            gap = top - exponent[0, v] - exponent[1, v]
            wanted -= _in_units(sigma[0, v] * sigma[1, v], gap)
            if wanted < 0.0:
                break
    return chosen


@compiled
def _walk(rows, side, v, counts, scratch):
    """Walk from ``v`` to the end of its side, each step by number of paths; count on the way."""
    distance, sigma, exponent = scratch.distance, scratch.sigma, scratch.exponent
    while distance[side, v] > 1:
        level = distance[side, v] - 1
        nearer = rows.targets[rows.offsets[v] : rows.offsets[v + 1]]
        top = 0
        if scratch.is_scaled[side]:
            for w in nearer:
                if distance[side, w] == level:
                    top = max(top, exponent[side, w])
        total = 0.0
        for w in nearer:
            if distance[side, w] == level:
                total += _in_units(sigma[side, w], top - exponent[side, w])
        wanted = _draw(scratch.state) * total
        for w in nearer:
            if distance[side, w] == level:
                v = w
                wanted -= _in_units(sigma[side, w], top - exponent[side, w])
                if wanted < 0.0:
                    break
        counts[v] += 1


@compiled
def _forget(scratch):
    """Take the reached vertices out again."""
    for side in range(2):
        for k in range(scratch.size[side]):
            scratch.distance[side, scratch.queue[side, k]] = -1
        if scratch.is_scaled[side]:
            for k in range(scratch.size[side]):
                scratch.exponent[side, scratch.queue[side, k]] = 0
