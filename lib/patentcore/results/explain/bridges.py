"""Which pairs of its neighbours a vertex joins; no session, no path.

Betweenness sums over pairs of vertices the share of their shortest paths that lead through a
vertex (equation 3). For two of its own neighbours that no edge joins, every shortest path has two
edges, so that share is exactly 1 / (vertices that join them in two steps). Other pairs would take
a search through the whole network.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from patentcore.results.explain.explanation import Bridge, Bridges

MOST_PAIRS = 1_000_000
"""Pairs of neighbours that are looked at."""
STRONGEST = 10


@dataclass(frozen=True)
class Adjacency:
    """Which vertices stand next to which.

    Attributes:
        after, before: of a vertex, those that an edge leads to, and from; the same without
            direction.
    """

    after: Mapping[str, set[str]]
    before: Mapping[str, set[str]]


def adjacency(edges: Iterable[tuple[str, str]], *, is_directed: bool) -> Adjacency:
    """Return who stands next to whom.

    Args:
        edges: from where, and to where.
        is_directed: whether paths follow the edges' direction.
    """
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {} if is_directed else after
    for src, dst in edges:
        after.setdefault(src, set()).add(dst)
        before.setdefault(dst, set()).add(src)
    return Adjacency(after, before)


def bridges(
    vertex: str,
    edges: Adjacency,
    betweenness: Mapping[str, float],
    *,
    is_directed: bool,
    most: int = MOST_PAIRS,
) -> Bridges | None:
    """Return the pairs that a vertex joins; ``None`` where there are more than ``most``.

    Args:
        vertex: it.
        edges: those with an end at it or at a neighbour, or more.
        betweenness: of the neighbours, which orders pairs of one share.
        is_directed: whether paths follow the edges' direction.
        most: pairs of neighbours that are looked at.

    >>> edges = [("A", "V"), ("V", "B"), ("V", "C"), ("A", "W"), ("W", "B"), ("A", "C")]
    >>> found = bridges("V", adjacency(edges, is_directed=True), {}, is_directed=True)
    >>> found.pairs, found.betweenness, found.strongest
    (1, 0.5, [Bridge(source='A', target='B', paths=2)])
    """
    nobody: set[str] = set()
    into, out = edges.before.get(vertex, nobody), edges.after.get(vertex, nobody)
    pairs = len(into) * len(out) if is_directed else len(out) * (len(out) - 1) // 2
    if pairs > most:
        return None
    found = [
        Bridge(a, b, len(edges.after[a] & edges.before[b]))
        for a, b in _pairs(into, out, is_directed)
        if b not in edges.after[a]
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
