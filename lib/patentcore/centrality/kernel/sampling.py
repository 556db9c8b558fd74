# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""Approximate betweenness with a guarantee, by sampling shortest paths.

A sample draws an ordered pair of vertices and one of its shortest paths, all uniformly, by a
breadth-first search from both ends that always grows the cheaper side (M. Borassi and E. Natale,
KADABRA is an adaptive algorithm for betweenness via random approximation, J. Exp. Algorithmics 24,
2019). The share of samples whose path has a vertex inside estimates its betweenness as a share of
all ordered pairs, p.

Guarantee: with probability at least 1 - delta every vertex's estimate is within epsilon of p. It
rests on two bounds that get half of delta each. Sampling ends at latest at the size of M. Riondato
and E. Kornaropoulos (Fast approximation of betweenness centrality through sampling, 2016). Before
that it ends at a check where Chernoff's bound (relative entropy) on each count, with delta divided
evenly over all checks, vertices and sides, puts every vertex within epsilon. The size of each round
is fixed before the first, so that the division is valid.

Sample number i draws from its own generator, seeded with (seed, i): counts are whole numbers and do
not depend on how samples are spread over tasks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import csr
from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.exact import checked_ends

_GROWTH = 1.5
_RIONDATO = 0.5

Counts = npt.NDArray[np.int64]


class SampleGraph(NamedTuple):
    """Rows of successors and of predecessors."""

    offsets: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int32]
    reverse_offsets: npt.NDArray[np.int64]
    reverse_targets: npt.NDArray[np.int32]

    @property
    def vertex_count(self) -> int:
        """Vertices."""
        return len(self.offsets) - 1


@dataclass(frozen=True)
class Approximation:
    """What sampling found."""

    betweenness: npt.NDArray[np.float64]
    """Unnormalised estimates, shape (n,)."""
    samples: int
    """Paths sampled."""
    bound: float
    """With probability 1 - delta no estimate is further than this from its value, as a share of
    the ordered pairs; where only the top k are wanted, none of those that may be among them."""
    rounds: int
    """Checks made."""
    largest_sample: int
    """Samples at which sampling would have ended at latest."""


def prepare_sampling(
    src: npt.ArrayLike, dst: npt.ArrayLike, n: int, *, directed: bool
) -> SampleGraph:
    """Return the graph to sample from; arguments and errors as for ``prepare``."""
    src, dst = checked_ends(src, dst, n)
    if directed:
        rows = csr.build(src, dst, n)
        back = csr.transpose(rows)
    else:
        rows = back = csr.build(np.concatenate([src, dst]), np.concatenate([dst, src]), n)
    return SampleGraph(*rows, *back)


def approximate(
    graph: SampleGraph,
    *,
    directed: bool,
    epsilon: float,
    delta: float,
    seed: int = 2023,
    top_k: int | None = None,
    run: Callable[[int, int], Counts] | None = None,
    on_round: Callable[[int, float, int], None] | None = None,
) -> Approximation:
    """Sample until every vertex is known to epsilon, with probability at least 1 - delta.

    Args:
        graph: from ``prepare_sampling``.
        directed: as it was prepared.
        epsilon: wanted bound, as a share of the n (n - 1) ordered pairs, in (0, 1).
        delta: probability with which the bound may fail, in (0, 1).
        seed: seed of the samples.
        top_k: end as soon as the k vertices of highest betweenness are known to be those (or every
            vertex that may be among them is known to epsilon).
        run: counts for samples number begin to end; by default they are drawn here.
        on_round: called with the samples so far, the bound reached, and the samples at most.

    Raises:
        ValueError: epsilon, delta or top_k is out of range.
    """
    _check_wish(epsilon, delta, top_k)
    n = graph.vertex_count
    run = run or _local_runner(graph, seed)
    interior = np.flatnonzero((np.diff(graph.offsets) > 0) & (np.diff(graph.reverse_offsets) > 0))
    pairs = n * (n - 1) * (1.0 if directed else 0.5)
    if n < 3 or not len(interior):
        return Approximation(np.zeros(n), 0, 0.0, 0, 0)
    largest = _largest_sample(graph, directed, epsilon, delta / 2)
    ends = _round_ends(len(interior), epsilon, delta / 2, largest)
    log_share = math.log(2.0 * len(interior) * len(ends) / (delta / 2))
    counts = np.zeros(n, np.int64)
    begin = 0
    bound = 1.0
    rounds = 0
    for end in ends:
        rounds += 1
        counts += run(begin, end)
        begin = end
        bound, is_parted = _bound_reached(counts[interior], end, log_share, top_k)
        if end == largest:
            bound = min(bound, epsilon)
        if on_round:
            on_round(end, bound, largest)
        if is_parted or bound <= epsilon:
            break
    return Approximation(counts / end * pairs, end, bound, rounds, largest)


def _check_wish(epsilon: float, delta: float, top_k: int | None) -> None:
    if not 0.0 < epsilon < 1.0:
        raise ValueError(f"epsilon must be between 0 and 1, not {epsilon}")
    if not 0.0 < delta < 1.0:
        raise ValueError(f"delta must be between 0 and 1, not {delta}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1, not {top_k}")


def _local_runner(graph: SampleGraph, seed: int) -> Callable[[int, int], Counts]:
    return lambda begin, end: count_samples(graph, seed, begin, end)


def count_samples(graph: SampleGraph, seed: int, begin: int, end: int) -> Counts:
    """Return how often each vertex is inside the paths number ``begin`` to ``end``, shape (n,)."""
    counts = np.zeros(graph.vertex_count, np.int64)
    scratch = sample_scratch_of(graph.vertex_count)
    draw_samples(*graph, seed, begin, end, counts, scratch)
    return counts


def _round_ends(vertices: int, epsilon: float, delta: float, largest: int) -> list[int]:
    """Return the sample sizes at which to check, the last of them ``largest``."""
    first = math.log(2.0 * vertices * 20 / delta) / epsilon  # what a vertex never met needs
    ends = []
    size = first
    while size < largest:
        ends.append(math.ceil(size))
        size *= _GROWTH
    return [*ends, largest]


def _largest_sample(graph: SampleGraph, directed: bool, epsilon: float, delta: float) -> int:
    """Return the size of Riondato and Kornaropoulos, theorem 1, from a bound on the diameter."""
    vertices_on_path = graph.vertex_count
    if not directed:
        vertices_on_path = int(_diameter_bound(graph.offsets, graph.targets)) + 1
    complexity = math.floor(math.log2(max(2, vertices_on_path - 2))) + 1
    return math.ceil(_RIONDATO / epsilon**2 * (complexity + math.log(1.0 / delta)))


def _bound_reached(
    counts: Counts, samples: int, log_share: float, top_k: int | None
) -> tuple[float, bool]:
    """Return the largest distance of an estimate from its value that the counts leave possible.

    Of the vertices that may be among the top k, where these are wanted. Second, whether they are
    just k: no other vertex can be as high.
    """
    distinct, where = np.unique(counts, return_inverse=True)
    share = distinct / samples
    lower, upper = entropy_interval(share, samples, log_share)
    width = np.maximum(upper - share, share - lower)
    if top_k is None or top_k >= len(counts):
        return float(width.max()), False
    lower, upper, width = lower[where], upper[where], width[where]
    order = np.argsort(-counts, kind="stable")
    chosen, others = order[:top_k], order[top_k:]
    threshold = lower[chosen].min()
    is_parted = bool(upper[others].max() <= threshold)
    possible = chosen if is_parted else upper >= threshold
    return float(width[possible].max()), is_parted


def entropy_interval(
    share: npt.NDArray[np.float64], samples: int, log_share: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the p below and above each observed share at which samples * KL(share, p) = log_share.

    Each side fails with probability at most exp(-log_share) (Chernoff). Found by bisection, and
    rounded outward.
    """
    radius = log_share / samples

    def side(outer: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        inside, outside = share.copy(), outer.copy()
        for _ in range(60):
            middle = 0.5 * (inside + outside)
            is_inside = _relative_entropy(share, middle) <= radius
            inside = np.where(is_inside, middle, inside)
            outside = np.where(is_inside, outside, middle)
        return outside

    return side(np.zeros_like(share)), side(np.ones_like(share))


def _relative_entropy(
    q: npt.NDArray[np.float64], p: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        hit = np.where(q > 0, q * np.log(q / p), 0.0)
        miss = np.where(q < 1, (1 - q) * np.log((1 - q) / (1 - p)), 0.0)
    return np.asarray(hit + miss)


def sample_scratch_of(n: int) -> tuple[npt.NDArray[Any], ...]:
    """Return the arrays one thread samples with; 40 bytes a vertex."""
    return (
        np.full((2, n), -1, np.int32),  # distance from each end
        np.empty((2, n), np.float64),  # path counts from each end, in units of
        np.zeros((2, n), np.int32),  # 2**400 to the power of this
        np.empty((2, n), np.int32),  # queues
    )


def sample_memory_needed(graph: SampleGraph) -> int:
    """Return the bytes that a process needs to draw samples, besides Python's own.

    The graph, 40 bytes a vertex to search and 24 to count and to hand the counts over.
    """
    return sum({id(array): array.nbytes for array in graph}.values()) + 64 * graph.vertex_count


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
def draw_samples(
    offsets, targets, reverse_offsets, reverse_targets, seed, begin, end, counts, scratch
):
    """Draw samples number ``begin`` to ``end`` and count the vertices inside their paths."""
    n = len(offsets) - 1
    distance, _, exponent, queue = scratch
    state = np.zeros(1, np.uint64)
    is_scaled = np.zeros(2, np.bool_)
    size = np.zeros(2, np.int64)
    level_begin = np.zeros(2, np.int64)
    for i in range(begin, end):
        state[0] = np.uint64(seed) * np.uint64(0xD1342543DE82EF95) + np.uint64(1)
        _draw(state)
        state[0] ^= np.uint64(i) * np.uint64(0xA0761D6478BD642F)
        _draw(state)
        s = int(_draw(state) * n)
        t = int(_draw(state) * (n - 1))
        t += t >= s
        is_scaled[:] = False
        met = _search_both(
            offsets,
            targets,
            reverse_offsets,
            reverse_targets,
            s,
            t,
            size,
            level_begin,
            is_scaled,
            scratch,
        )
        if met >= 0:
            u = _draw_meeting(met, size, level_begin, state, scratch)
            if u != s and u != t:
                counts[u] += 1
            _walk(reverse_offsets, reverse_targets, 0, u, state, counts, is_scaled[0], scratch)
            _walk(offsets, targets, 1, u, state, counts, is_scaled[1], scratch)
        for side in range(2):
            for k in range(size[side]):
                distance[side, queue[side, k]] = -1
            if is_scaled[side]:
                for k in range(size[side]):
                    exponent[side, queue[side, k]] = 0


@compiled
def _search_both(
    offsets, targets, reverse_offsets, reverse_targets, s, t, size, level_begin, is_scaled, scratch
):
    """Grow the cheaper side until both meet; return the side that met, -1 for no path."""
    distance, sigma, _, queue = scratch
    cost = np.zeros(2, np.int64)
    for side in range(2):
        v = t if side else s
        distance[side, v] = 0
        sigma[side, v] = 1.0
        queue[side, 0] = v
        size[side] = 1
        level_begin[side] = 0
    cost[0] = offsets[s + 1] - offsets[s]
    cost[1] = reverse_offsets[t + 1] - reverse_offsets[t]
    while True:
        side = 0 if cost[0] <= cost[1] else 1
        if side == 0:
            is_met, cost[0] = _grow(offsets, targets, 0, size, level_begin, is_scaled, scratch)
        else:
            is_met, cost[1] = _grow(
                reverse_offsets, reverse_targets, 1, size, level_begin, is_scaled, scratch
            )
        if is_met:
            return side
        if level_begin[side] == size[side]:
            return -1


@compiled
def _grow(offsets, targets, side, size, level_begin, is_scaled, scratch):
    """Add one level; return whether it touches the other side, and the edges of the new level."""
    distance, sigma, exponent, queue = scratch
    with_exponents = is_scaled[side]
    begin, end = level_begin[side], size[side]
    new_size = end
    level = distance[side, queue[side, begin]] + 1
    for k in range(begin, end):
        v = queue[side, k]
        paths = sigma[side, v]
        for e in range(offsets[v], offsets[v + 1]):
            w = targets[e]
            if distance[side, w] < 0:
                distance[side, w] = level
                sigma[side, w] = paths
                if with_exponents:
                    exponent[side, w] = exponent[side, v]
                queue[side, new_size] = w
                new_size += 1
            elif distance[side, w] == level:
                if with_exponents:
                    _add_paths(side, v, w, scratch)
                else:
                    sigma[side, w] += paths
    is_met = False
    cost = 0
    largest = 0.0
    for k in range(end, new_size):
        w = queue[side, k]
        is_met |= distance[1 - side, w] >= 0
        cost += offsets[w + 1] - offsets[w]
        largest = max(largest, sigma[side, w])
    if largest > 2.0**400:
        is_scaled[side] = True
        for k in range(end, new_size):
            w = queue[side, k]
            if sigma[side, w] > 2.0**400:
                sigma[side, w] *= 2.0**-400
                exponent[side, w] += 1
    level_begin[side] = end
    size[side] = new_size
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
    _, sigma, exponent, _ = scratch
    gap = exponent[side, v] - exponent[side, w]
    if gap > 0:
        sigma[side, w] = _in_units(sigma[side, w], gap) + sigma[side, v]
        exponent[side, w] = exponent[side, v]
    else:
        sigma[side, w] += _in_units(sigma[side, v], -gap)


@compiled
def _draw_meeting(side, size, level_begin, state, scratch):
    """Draw the vertex of the last level that the path passes, by its number of paths."""
    distance, sigma, exponent, queue = scratch
    top = 0
    for k in range(level_begin[side], size[side]):
        v = queue[side, k]
        if distance[1 - side, v] >= 0:
            top = max(top, exponent[0, v] + exponent[1, v])
    total = 0.0
    for k in range(level_begin[side], size[side]):
        v = queue[side, k]
        if distance[1 - side, v] >= 0:
            gap = top - exponent[0, v] - exponent[1, v]
            total += _in_units(sigma[0, v] * sigma[1, v], gap)
    wanted = _draw(state) * total
    chosen = -1
    for k in range(level_begin[side], size[side]):
        v = queue[side, k]
        if distance[1 - side, v] >= 0:
            chosen = v
            gap = top - exponent[0, v] - exponent[1, v]
            wanted -= _in_units(sigma[0, v] * sigma[1, v], gap)
            if wanted < 0.0:
                break
    return chosen


@compiled
def _walk(offsets, targets, side, v, state, counts, is_scaled, scratch):
    """Walk from ``v`` to the end of its side, each step by number of paths; count on the way."""
    distance, sigma, exponent, _ = scratch
    while distance[side, v] > 1:
        level = distance[side, v] - 1
        top = 0
        if is_scaled:
            for e in range(offsets[v], offsets[v + 1]):
                if distance[side, targets[e]] == level:
                    top = max(top, exponent[side, targets[e]])
        total = 0.0
        for e in range(offsets[v], offsets[v + 1]):
            w = targets[e]
            if distance[side, w] == level:
                total += _in_units(sigma[side, w], top - exponent[side, w])
        wanted = _draw(state) * total
        for e in range(offsets[v], offsets[v + 1]):
            w = targets[e]
            if distance[side, w] == level:
                v_next = w
                wanted -= _in_units(sigma[side, w], top - exponent[side, w])
                if wanted < 0.0:
                    break
        v = v_next
        counts[v] += 1


@compiled
def _diameter_bound(offsets, targets):
    """Return twice the eccentricity of one vertex of each component, the largest of them."""
    n = len(offsets) - 1
    distance = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    longest = 0
    for root in range(n):
        if distance[root] >= 0:
            continue
        distance[root] = 0
        queue[0] = root
        size = 1
        i = 0
        while i < size:
            v = queue[i]
            for e in range(offsets[v], offsets[v + 1]):
                w = targets[e]
                if distance[w] < 0:
                    distance[w] = distance[v] + 1
                    queue[size] = w
                    size += 1
            i += 1
        longest = max(longest, 2 * distance[queue[size - 1]])
    return longest
