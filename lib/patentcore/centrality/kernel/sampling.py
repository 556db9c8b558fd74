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

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel import csr, paths
from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.paths import SampleGraph
from patentcore.centrality.kernel.prepare import checked_ends

_GROWTH = 1.5
_RIONDATO = 0.5

Counts = npt.NDArray[np.int64]


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
    return SampleGraph(rows, back)


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

    Example:
        >>> star = prepare_sampling([0, 0, 0, 0], [1, 2, 3, 4], 5, directed=False)
        >>> found = approximate(star, directed=False, epsilon=0.05, delta=0.1)
        >>> found.samples <= found.largest_sample, bool(abs(found.betweenness[0] - 6.0) <= 0.5)
        (True, True)
    """
    _check_wish(epsilon, delta, top_k)
    n = graph.vertex_count
    run = run or _local_runner(graph, seed)
    has_successor = np.diff(graph.successors.offsets) > 0
    interior = np.flatnonzero(has_successor & (np.diff(graph.predecessors.offsets) > 0))
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
    paths.draw_samples(graph, seed, begin, end, counts, paths.scratch_of(graph.vertex_count))
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
        vertices_on_path = int(_diameter_bound(*graph.successors)) + 1
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

    Example:
        What was seen in half of 1,000 samples, at a chance of failure of one in 148 a side:

        >>> below, above = entropy_interval(np.array([0.5]), 1000, 5.0)
        >>> below.round(3).tolist(), above.round(3).tolist()
        ([0.45], [0.55])
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


def sample_memory_needed(graph: SampleGraph, threads: int = 1) -> int:
    """Return the bytes that a process needs to draw samples, besides Python's own.

    The graph, and for each thread 40 bytes a vertex to search and 24 to count and to hand the
    counts over.
    """
    arrays = {id(array): array.nbytes for rows in graph for array in rows}
    return sum(arrays.values()) + 64 * graph.vertex_count * threads


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
