"""Which pairs of its neighbours a vertex joins; no session, no path.

Betweenness sums over pairs of vertices the share of their shortest paths that lead through a
vertex (equation 3). For two of its own neighbours that no edge joins, every shortest path has two
edges, so that share is exactly 1 / (vertices that join them in two steps). Other pairs would take
a search through the whole network.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations

from patentcore.results.explain.explanation import Bridge, Bridges

MOST_PAIRS = 1_000_000
"""Pairs of neighbours that are looked at."""
STRONGEST = 10


def bridges(
    vertex: str,
    edges: Iterable[tuple[str, str]],
    betweenness: Mapping[str, float],
    *,
    is_directed: bool,
) -> Bridges | None:
    """Return the pairs that a vertex joins; ``None`` where there are more than ``MOST_PAIRS``.

    Args:
        vertex: it.
        edges: those with an end at it or at a neighbour.
        betweenness: of the neighbours, which orders pairs of one share.
        is_directed: whether paths follow the edges' direction.

    >>> edges = [("A", "V"), ("V", "B"), ("V", "C"), ("A", "W"), ("W", "B"), ("A", "C")]
    >>> found = bridges("V", edges, {}, is_directed=True)
    >>> found.pairs, found.betweenness, found.strongest
    (1, 0.5, [Bridge(source='A', target='B', paths=2)])
    """
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for src, dst in edges:
        for one, other in ((src, dst),) if is_directed else ((src, dst), (dst, src)):
            after.setdefault(one, set()).add(other)
            before.setdefault(other, set()).add(one)
    into, out = before.get(vertex, set()), after.get(vertex, set())
    most = len(into) * len(out) if is_directed else len(out) * (len(out) - 1) // 2
    if most > MOST_PAIRS:
        return None
    found = [
        Bridge(a, b, len(after[a] & before[b]))
        for a, b in _pairs(into, out, is_directed)
        if b not in after[a]
    ]

    def order(pair: Bridge) -> tuple[float, float, str, str]:
        ends = betweenness.get(pair.source, 0.0) + betweenness.get(pair.target, 0.0)
        return (pair.paths, -ends, pair.source, pair.target)

    return Bridges(
        pairs=len(found),
        alone=sum(pair.paths == 1 for pair in found),
        betweenness=sum(pair.share for pair in found),
        strongest=heapq.nsmallest(STRONGEST, found, key=order),
    )


def _pairs(
    into: Collection[str], out: Collection[str], is_directed: bool
) -> Iterator[tuple[str, str]]:
    if is_directed:
        yield from ((a, b) for a in sorted(into) for b in sorted(out) if a != b)
    else:
        yield from combinations(sorted(out), 2)
