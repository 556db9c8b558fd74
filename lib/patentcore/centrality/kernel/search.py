# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
"""One source at a time: Brandes' search and accumulation, confined to what the source reaches.

U. Brandes, A faster algorithm for betweenness centrality, J. Math. Sociol. 25 (2001), whose symbols
these are: S holds the reached vertices in the order of distance, sigma the number of shortest paths
to each, P the edges on them, delta a vertex's dependency. Each source is

1. searched from (``_search``): S, sigma and P;
2. accumulated (``_accumulate``): delta, from the end of S;
3. added up (``add_value``): delta into the sums, which ``exact.finish`` rescales in the end.

Reached vertices are numbered by places in S: those with successors by their place in the queue that
S is as well; sinks, which are most of what a citation network's searches reach and from which
nothing is searched, behind all of them. Sigma and the rest live in short arrays over those places;
of the arrays over the whole graph only the places themselves are read per edge. Since places are
given in the order of distance, an edge lies on a shortest path exactly when its head's place is
behind those of the tail's level, so no distances are kept. P is kept at the tails of its edges, not
at the heads as in the paper, so that accumulation only reads. Nothing of the size of the graph is
cleared: what a search has touched it resets.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.compiled import compiled
from patentcore.centrality.kernel.fixedpoint import add_value

SIGMA_LIMIT = 2.0**900
"""Above this number of shortest paths a source is searched again with separate exponents."""

NOWHERE = np.uint32(0xFFFFFFFF)
"""The place of a vertex that is not reached."""


class Rows(NamedTuple):
    """What compiled code sees of a prepared graph; ``PreparedGraph`` says what the fields are.

    All numbers that index are unsigned, which spares the compiled code a check of the sign.
    """

    offsets: npt.NDArray[np.uint64]
    targets: npt.NDArray[np.uint32]
    extra: npt.NDArray[np.float64]
    source_weight: npt.NDArray[np.float64]
    reach_slot: npt.NDArray[np.int64]
    component: npt.NDArray[np.uint32]
    inner: np.uint64
    loud: np.uint64
    single: np.uint64


class Scratch(NamedTuple):
    """What one thread searches with; left as it was found."""

    place: npt.NDArray[np.uint32]
    """Of a label: its place in S, or ``NOWHERE``."""
    S: npt.NDArray[np.uint32]
    """Of a place: its label."""
    sigma: npt.NDArray[np.float64]
    """Of a place: shortest paths from the source."""
    share: npt.NDArray[np.float64]
    """Of a place: (1 + delta) / sigma, what each shortest path to it hands back."""
    P: npt.NDArray[np.uint32]
    """Edges on shortest paths, by tail: the places of their heads. Has room for one more."""
    tail: npt.NDArray[np.uint32]
    """The places of their tails."""
    P_end: npt.NDArray[np.uint64]
    """Of a place: where its edges in P end."""


class Reached(NamedTuple):
    """What one search left in the scratch."""

    end: np.uint64
    """End of the places with successors; the source's is 0."""
    sinks_end: np.uint64
    """End of the sinks' places, which begin at ``Rows.inner``."""
    largest_sigma: float
    """Of the places with successors."""


def scratch_of(vertex_count: int, edge_count: int) -> Scratch:
    """Return what one thread searches a graph with; 32 bytes a vertex and 8 an edge."""
    return Scratch(
        place=np.full(vertex_count, NOWHERE, np.uint32),
        S=np.empty(vertex_count, np.uint32),
        sigma=np.empty(vertex_count, np.float64),
        share=np.empty(vertex_count, np.float64),
        P=np.empty(edge_count + 1, np.uint32),
        tail=np.empty(edge_count + 1, np.uint32),
        P_end=np.empty(vertex_count, np.uint64),
    )


@compiled
def search_sources(graph, sources, sums, scratch):
    """Add the dependencies of every vertex on ``sources`` to ``sums``.

    Args:
        graph: ``Rows``.
        sources: labels to search from.
        sums: fixed-point sums by label, then by reach slot; added to.
        scratch: what ``scratch_of`` returned for this graph.

    Returns:
        The number of edges on shortest paths that the searches found.
    """
    found = np.uint64(0)
    for s in sources:
        reached = _search(graph, s, scratch)
        found += scratch.P_end[reached.end - np.uint64(1)]
        weight = graph.source_weight[s]
        if reached.largest_sigma < SIGMA_LIMIT:
            _share_sinks(graph, reached, weight, scratch, sums)
            _accumulate(graph, reached, weight, scratch, sums)
        else:
            _accumulate_with_exponents(graph, reached, weight, scratch, sums)
        if graph.reach_slot[s] >= 0:
            add_value(sums, graph.reach_slot[s], _targets_reached(graph, reached, scratch))
        _forget(graph, reached, scratch)
    return np.int64(found)


@compiled
def _search(graph, s, scratch):
    """Fill S, sigma and P from the source on, a level at a time; return ``Reached``.

    The edges to new places are first gathered without a branch, for a processor foresees badly
    which these are, then followed in one loop over the whole level, whose end it foresees.
    """
    offsets, targets, inner = graph.offsets, graph.targets, graph.inner
    place, S, sigma, P, tail = scratch.place, scratch.S, scratch.sigma, scratch.P, scratch.tail  # noqa: N806
    one = np.uint64(1)
    S[0] = s
    place[s] = 0
    sigma[0] = 1.0
    begin, end, sinks_end = np.uint64(0), one, inner
    edges = gathered = np.uint64(0)
    largest = 1.0
    while begin < end:
        level_end, sinks_level_end = end, sinks_end
        for i in range(begin, level_end):
            v = S[i]
            largest = max(largest, sigma[i])
            for e in range(offsets[v], offsets[v + one]):
                w = targets[e]
                P[gathered] = w
                tail[gathered] = np.uint32(i)
                gathered += np.uint64(place[w] >= (level_end if w < inner else sinks_level_end))
            scratch.P_end[i] = gathered
        begin = level_end
        while edges < gathered:
            w = P[edges]
            j = place[w]
            if j != NOWHERE:
                sigma[j] += sigma[tail[edges]]
                P[edges] = j
            else:
                is_inner = w < inner
                j = np.uint32(end if is_inner else sinks_end)
                place[w] = j
                S[j] = w
                sigma[j] = sigma[tail[edges]]
                P[edges] = j
                end += np.uint64(is_inner)
                sinks_end += np.uint64(not is_inner)
            edges += one
    return Reached(end, sinks_end, largest)


@compiled
def _share_sinks(graph, reached, weight, scratch, sums):
    """Accumulate the sinks: delta of each is what lies folded behind it."""
    S, sigma, share, extra = scratch.S, scratch.sigma, scratch.share, graph.extra  # noqa: N806
    for i in range(graph.inner, reached.sinks_end):
        share[i] = 1.0 / sigma[i]
    if graph.inner == graph.single:
        return
    for i in range(graph.inner, reached.sinks_end):
        v = S[i]
        if v < graph.single:
            share[i] = (1.0 + extra[v]) / sigma[i]
            if v < graph.loud and extra[v] > 0.0:
                add_value(sums, v, weight * extra[v])


@compiled
def _accumulate(graph, reached, weight, scratch, sums):
    """Accumulate the others from the farthest: delta = extra + sigma * (shares of the heads)."""
    S, sigma, share, P_end = scratch.S, scratch.sigma, scratch.share, scratch.P_end  # noqa: N806
    one = np.uint64(1)
    i = reached.end - one
    while i > 0:
        v = S[i]
        total = 0.0
        for e in range(P_end[i - one], P_end[i]):
            total += share[scratch.P[e]]
        delta = graph.extra[v] + sigma[i] * total
        share[i] = (1.0 + delta) / sigma[i]
        if v < graph.loud and delta > 0.0:
            add_value(sums, v, weight * delta)
        i -= one


@compiled
def _targets_reached(graph, reached, scratch):
    """Return the targets that the reached vertices, but for the source, stand for."""
    total = 0.0
    for i in range(np.uint64(1), reached.end):
        total += 1.0 + graph.extra[scratch.S[i]]
    for i in range(graph.inner, reached.sinks_end):
        total += 1.0 + graph.extra[scratch.S[i]]
    return total


@compiled
def _forget(graph, reached, scratch):
    """Take the reached vertices out of S."""
    for i in range(np.uint64(0), reached.end):
        scratch.place[scratch.S[i]] = NOWHERE
    for i in range(graph.inner, reached.sinks_end):
        scratch.place[scratch.S[i]] = NOWHERE


@compiled
def _accumulate_with_exponents(graph, reached, weight, scratch, sums):
    """Do the same where path counts leave the range of doubles: sigma = mantissa * 2**exponent."""
    S, P, P_end, extra = scratch.S, scratch.P, scratch.P_end, graph.extra  # noqa: N806
    mantissa, exponent = _sigma_with_exponents(reached, scratch)
    n = len(mantissa)
    delta = np.zeros(n, np.float64)
    for i in range(np.int64(graph.inner), n):
        delta[i] = extra[S[i]]
        if S[i] < graph.loud and delta[i] > 0.0:
            add_value(sums, S[i], weight * delta[i])
    for i in range(np.int64(reached.end) - 1, 0, -1):
        v = S[i]
        total = 0.0
        for e in range(P_end[i - 1], P_end[i]):
            j = P[e]
            ratio = mantissa[i] / mantissa[j]
            total += ratio * _power_of_two(exponent[i] - exponent[j]) * (1.0 + delta[j])
        delta[i] = extra[v] + total
        if v < graph.loud and delta[i] > 0.0:
            add_value(sums, v, weight * delta[i])


@compiled
def _sigma_with_exponents(reached, scratch):
    """Return the mantissa and the exponent of sigma at each place, counted again along P."""
    n = np.int64(reached.sinks_end)
    mantissa = np.zeros(n, np.float64)
    exponent = np.zeros(n, np.int64)
    mantissa[0] = 1.0
    begin = np.uint64(0)
    for i in range(np.int64(reached.end)):
        if mantissa[i] >= 2.0**500:
            mantissa[i] *= 2.0**-500
            exponent[i] += 500
        for e in range(begin, scratch.P_end[i]):
            j = scratch.P[e]
            gap = exponent[i] - exponent[j]
            if mantissa[j] == 0.0:
                mantissa[j] = mantissa[i]
                exponent[j] = exponent[i]
            elif gap >= 0:
                mantissa[j] = mantissa[i] + mantissa[j] * _power_of_two(-gap)
                exponent[j] = exponent[i]
            else:
                mantissa[j] += mantissa[i] * _power_of_two(gap)
        begin = scratch.P_end[i]
    return mantissa, exponent


@compiled
def _power_of_two(k):
    """Return 2**k, or 0 where that leaves the range of doubles downwards."""
    return 2.0**k if k > -1070 else 0.0
