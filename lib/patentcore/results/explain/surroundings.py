"""A vertex with its neighbours and the pairs that it joins; no session, no path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from patentcore.results.explain.bridges import MOST_PAIRS, Adjacency, bridges
from patentcore.results.explain.explanation import Neighbour, Surroundings


class Measured(NamedTuple):
    """Raw degree and betweenness of a vertex; ``None`` where they are not known."""

    degree: int | None = None
    betweenness: float | None = None


class End(NamedTuple):
    """An edge as one of its ends sees it.

    Attributes:
        relation: ``cites`` or ``cited by``: what the vertex is to the neighbour.
        id: the neighbour.
        weight: parallel edges merged into this one.
    """

    relation: str
    id: str
    weight: int


def surroundings(
    vertex: str,
    ends: Iterable[End],
    near: Adjacency,
    measured: Mapping[str, Measured],
    ranks: Mapping[str, int | None],
    *,
    is_directed: bool,
    most: int = MOST_PAIRS,
) -> Surroundings:
    """Return a vertex with its neighbours, the ranked ones first, and the pairs that it joins.

    Args:
        vertex: it.
        ends: its edges.
        near: all edges with an end at it or at a neighbour, or more.
        measured: of it and its neighbours.
        ranks: of those neighbours that are key patents.
        is_directed: whether paths follow the edges' direction.
        most: pairs of neighbours that are looked at.
    """
    neighbours = [
        Neighbour(
            id=end.id,
            relation=end.relation if is_directed else "joined",
            weight=end.weight,
            rank=ranks.get(end.id),
            betweenness=measured.get(end.id, Measured()).betweenness,
        )
        for end in ends
    ]
    neighbours.sort(key=lambda n: (n.rank is None, n.rank, -(n.betweenness or 0), n.id))
    weights = {n.id: n.betweenness or 0.0 for n in neighbours}
    own = measured.get(vertex, Measured())
    return Surroundings(
        vertex=vertex,
        degree=own.degree,
        betweenness=own.betweenness,
        neighbours=neighbours,
        bridges=bridges(vertex, near, weights, is_directed=is_directed, most=most),
    )
