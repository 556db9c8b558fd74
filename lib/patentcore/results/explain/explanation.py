"""What is said of one patent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """What one step of the screening found.

    Attributes:
        number: 0 for the selection of the corpus, then as in the funnel.
        criterion, threshold: what the step asks for.
        value: what the patent has there; ``None`` where nothing tells.
        outcome: ``passed``, ``failed``, ``unknown`` (which removes, too) or ``not reached``.
    """

    number: int
    criterion: str
    threshold: str
    value: str | None
    outcome: str


@dataclass(frozen=True)
class Part:
    """One term of equation 6.

    Attributes:
        measure: degree, betweenness, popularity or main_class.
        weight, value: the factors; the value is ``None`` where it is unknown.
        formula: the equation of the value with its numbers; empty for betweenness.
        share: of the core degree, 0 to 1; ``None`` without one.
    """

    measure: str
    weight: float
    value: float | None
    formula: str
    share: float | None


@dataclass(frozen=True)
class Score:
    """The score of a key patent.

    Attributes:
        rank: ``None`` where a measure is unknown.
        of: how many are ranked; ``None`` where that is not recorded.
        core_degree: the sum of the parts.
        parts: in the order of the equation.
        missing_reason: why there is no score.
    """

    rank: int | None
    of: int | None
    core_degree: float | None
    parts: Sequence[Part]
    missing_reason: str | None


@dataclass(frozen=True)
class Ranks:
    """The ranks under weights drawn anew (table ``robustness``).

    Attributes:
        lowest, p05, median, p95, highest: best rank, percentiles, worst rank.
        by_betweenness: rank by betweenness alone; ties have their mean.
        top_share: share of draws that rank it among the first ten.
        samples: number of draws; ``None`` where it is not recorded.
    """

    lowest: float
    p05: float
    median: float
    p95: float
    highest: float
    by_betweenness: float
    top_share: float
    samples: int | None


@dataclass(frozen=True)
class Neighbour:
    """A neighbour in the network.

    Attributes:
        id: the vertex.
        relation: ``cites`` (the patent cites it), ``cited by``, or ``joined`` without direction.
        weight: parallel edges merged into this one.
        rank: of a ranked key patent.
        betweenness: its own.
    """

    id: str
    relation: str
    weight: int
    rank: int | None
    betweenness: float | None


@dataclass(frozen=True)
class Bridge:
    """Two neighbours that the vertex joins: a shortest path between them leads through it.

    Attributes:
        source, target: the ends; a path leads from the one to the other where edges are directed.
        paths: shortest paths between them, all of two edges, of which one leads through it.
    """

    source: str
    target: str
    paths: int

    @property
    def share(self) -> float:
        """What the pair adds to the vertex's betweenness."""
        return 1 / self.paths


@dataclass(frozen=True)
class Bridges:
    """The pairs of neighbours without an edge between them.

    Attributes:
        pairs: how many there are.
        alone: of them those that no other vertex joins in two steps.
        betweenness: what all of them add to the vertex's betweenness; the rest comes of pairs of
            which one at least is farther away. Of that, nothing can be said by pair.
        strongest: the first of them: highest share, then the highest betweenness of both ends.
    """

    pairs: int
    alone: int
    betweenness: float
    strongest: Sequence[Bridge]


@dataclass(frozen=True)
class Surroundings:
    """The vertex of a patent in the network.

    Attributes:
        vertex: its name: the number, or the code that the patent is scored through.
        degree, betweenness: of the vertex.
        neighbours: all, ranked ones first.
        bridges: ``None`` where there are too many pairs to look at.
    """

    vertex: str
    degree: int | None
    betweenness: float | None
    neighbours: Sequence[Neighbour]
    bridges: Bridges | None


@dataclass(frozen=True)
class Explanation:
    """How a patent came out of a run.

    Attributes:
        number: as the result writes it.
        state: ``ranked``, ``unscored``, ``screened out``, ``outside the corpus`` or ``only cited``
            (a vertex of the network of which the input has no record).
        title: as given.
        steps: of the screening; none for a patent that is only cited.
        score: of a key patent.
        ranks: of a ranked one, where the run drew weights.
        surroundings: ``None`` where it is not in the network.
        remarks: what else has to be known.
    """

    number: str
    state: str
    title: str | None
    steps: Sequence[Step]
    score: Score | None
    ranks: Ranks | None
    surroundings: Surroundings | None
    remarks: Sequence[str] = ()
