"""What the page says of a patent that is chosen; the same as ``patentcore explain``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from patentcore.lake.results import Result as Stored
from patentcore.results.explain.bridges import adjacency
from patentcore.results.explain.explain import rows_of
from patentcore.results.explain.explanation import Explanation, Ranks, Score, Surroundings
from patentcore.results.explain.parts import ranks_of, score_of, steps_of, vertex_of
from patentcore.results.explain.surroundings import End, Measured, surroundings
from patentcore.results.reading import session_for
from patentcore.results.report.content import records
from patentcore.results.report.embedded import rounded, whole
from patentcore.results.report.result import Result
from patentcore.results.report.text import is_missing, shorten
from patentcore.results.report.words import chinese

EXPLAINED = 2000
"""Patents that the page explains: the first by rank."""
NEIGHBOURS = 8
"""Neighbours of each kind that it names."""
PAIRS = 5
"""Pairs that it names."""
MOST_PAIRS = 10_000
"""Pairs of neighbours that are looked at for one patent; the command looks at more."""
MOST_EDGES = 1_000_000
"""Edges around the explained patents, above which pairs are left to the command."""
_LONGEST = 120


def explanations(result: Result, edges: pd.DataFrame | None) -> dict[str, Any]:
    """Return what the page's scripts tell of the first patents.

    Args:
        result: the run.
        edges: of its network; ``None`` where they are too many to be read.

    Returns:
        ``steps`` with criterion and threshold in both languages, ``weights``, ``draws``, and by
        number the ``patents``: ``values`` at the steps, ``parts`` (value, equation), ``ranks``
        (90 % from, to, best, worst, by betweenness alone, share among the first ten) and
        ``around`` (degree, betweenness, neighbours by relation, pairs).
    """
    names = [str(name) for name in result.scored["publication_number"].head(EXPLAINED)]
    manifest = dict(result.manifest) | {"funnel": records(result.funnel)}
    found = list(_explained(result, manifest, names, edges))
    first = found[0].steps if found else []
    return {
        "steps": [[*_both(step.criterion), *_both(step.threshold)] for step in first],
        "weights": list(result.weights.values()),
        "draws": (manifest.get("robustness") or {}).get("samples"),
        "patents": {shorten(one.number, 40): _compact(one) for one in found},
    }


def _explained(
    result: Result, manifest: dict[str, Any], names: Sequence[str], edges: pd.DataFrame | None
) -> Iterable[Explanation]:
    stored = Stored(result.folder, session_for(result.folder))
    wanted = {"publication_number": names}
    patents, scores, drawn = (
        {row["publication_number"]: row for row in rows_of(stored, table, **wanted)}
        if table in stored.tables()
        else {}
        for table in ("key_patents", "scores", "robustness")
    )
    vertices = {name: vertex_of(manifest, patents[name]) for name in names if name in patents}
    around = _around(result, set(vertices.values()), edges)
    for name, vertex in vertices.items():
        yield Explanation(
            number=name,
            state="ranked",
            title=None,
            steps=steps_of(manifest, patents[name], failed=None),
            score=score_of(manifest, scores[name], patents[name]),
            ranks=ranks_of(manifest, drawn[name]) if name in drawn else None,
            surroundings=around.get(vertex),
        )


def _around(
    result: Result, vertices: set[str], edges: pd.DataFrame | None
) -> Mapping[str, Surroundings]:
    """Return the surroundings of vertices."""
    if edges is None:
        return {}
    own = edges[edges["src"].isin(vertices) | edges["dst"].isin(vertices)]
    ends: dict[str, list[End]] = {vertex: [] for vertex in sorted(vertices)}
    for src, dst, weight in zip(own["src"], own["dst"], own["weight"], strict=True):
        if src in ends:
            ends[src].append(End("cites", dst, weight))
        if dst in ends:
            ends[dst].append(End("cited by", src, weight))
    near = vertices | set(own["src"]) | set(own["dst"])
    pairs = edges[edges["src"].isin(near) | edges["dst"].isin(near)]
    are_few = len(pairs) <= MOST_EDGES
    beside = adjacency(
        zip(pairs["src"], pairs["dst"], strict=True) if are_few else (),
        is_directed=result.is_directed,
    )
    known = result.centrality[result.centrality["id"].isin(near)]
    measured = {
        str(name): Measured(whole(degree), _digits(betweenness))
        for name, degree, betweenness in zip(
            known["id"], known["degree"], known["betweenness"], strict=True
        )
    }
    scored = result.scored
    ranks = dict(zip(scored["publication_number"], scored["rank"].map(int), strict=True))
    return {
        vertex: surroundings(
            vertex,
            of,
            beside,
            measured,
            ranks,
            is_directed=result.is_directed,
            most=MOST_PAIRS if are_few else -1,
        )
        for vertex, of in ends.items()
        if vertex in measured
    }


# --- as JSON holds it ---------------------------------------------------------------------------


def _both(text: str) -> list[str]:
    return [shorten(text, _LONGEST), chinese(text, _LONGEST)]


def _compact(found: Explanation) -> dict[str, Any]:
    return {
        "values": [_said(step.value) for step in found.steps],
        "parts": _parts(found.score),
        "ranks": _ranks(found.ranks),
        "around": _neighbourhood(found.surroundings, found.number),
    }


def _said(value: str | None) -> str | list[str] | None:
    """Return a value as it stands; in both languages where it is a word of ours."""
    if value is None:
        return None
    english, translated = _both(value)
    return english if english == translated else [english, translated]


def _parts(score: Score | None) -> list[list[Any]]:
    return [[_digits(part.value), part.formula] for part in score.parts] if score else []


def _ranks(ranks: Ranks | None) -> list[Any] | None:
    if ranks is None:
        return None
    ends = (ranks.p05, ranks.p95, ranks.lowest, ranks.highest, ranks.by_betweenness)
    return [*map(rounded, ends), rounded(ranks.top_share)]


def _neighbourhood(around: Surroundings | None, number: str) -> dict[str, Any] | None:
    if around is None:
        return None
    groups = {
        relation: [n for n in around.neighbours if n.relation == relation]
        for relation in ("cited by", "cites", "joined")
    }
    joined = around.bridges
    return {
        "vertex": None if around.vertex == number else shorten(around.vertex, 40),
        "degree": around.degree,
        "betweenness": around.betweenness,
        "near": [
            [relation, len(of), [[shorten(n.id, 40), n.rank] for n in of[:NEIGHBOURS]]]
            for relation, of in groups.items()
            if of
        ],
        "pairs": joined
        and [
            joined.pairs,
            joined.alone,
            _digits(joined.betweenness),
            [[shorten(p.source, 40), shorten(p.target, 40), p.paths] for p in joined.strongest][
                :PAIRS
            ],
        ],
    }


def _digits(value: float | None) -> float | None:
    """Return a number in six digits, as the command prints it."""
    return None if is_missing(value) else float(f"{value:.6g}")
