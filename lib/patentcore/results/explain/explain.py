"""Explain one patent from a result, and from the run's input where it is no key patent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from patentcore.errors import InputError
from patentcore.lake.results import Result, consistently
from patentcore.results.explain.bridges import adjacency
from patentcore.results.explain.explanation import Explanation, Surroundings
from patentcore.results.explain.near import DIGITS, nearest, variants
from patentcore.results.explain.parts import ranks_of, score_of, steps_of, vertex_of
from patentcore.results.explain.screened import Input, Judged
from patentcore.results.explain.surroundings import End, Measured, surroundings
from patentcore.results.reading import is_directed, session_for
from patentcore.sources.record.numbers import clean_number
from patentcore.strict import shown


def explain(folder: str, number: str) -> Explanation:
    """Return how a patent came out of a run.

    Args:
        folder: path or URI of a run's output.
        number: a publication number in any spelling.

    Raises:
        InputError: the folder is not a finished run, or neither it nor its input has the number;
            the message names the nearest ones.
    """
    return consistently(folder, session_for(folder), lambda result: explained(result, number))


def explained(result: Result, number: str) -> Explanation:
    """Explain a patent of a result that is open; as :func:`explain`."""
    manifest = result.manifest()
    if not manifest.get("funnel"):
        manifest = manifest | {"funnel": rows_of(result, "funnel")}
    spellings = [one for one in dict.fromkeys((number.strip(), clean_number(number))) if one]
    found = rows_of(result, "key_patents", publication_number=spellings)
    if found:
        return _of_key_patent(result, manifest, found[0])
    problem, given = "", None
    try:
        given = Input(manifest)
    except InputError as error:
        problem = str(error)
    keys = _column(result, "key_patents", "publication_number") if given else []
    for name in spellings if given else ():
        judged = given.judged(name, keys) if given else None
        if judged:
            return _of_rejected(
                result, manifest, judged, is_changed=bool(given and given.is_changed)
            )
    for name in spellings:
        surroundings = surroundings_of(result, manifest, name)
        if surroundings:
            remarks = [problem] if problem else []
            return Explanation(name, "only cited", None, [], None, None, surroundings, remarks)
    raise InputError(_unknown(result, spellings, given, problem))


def _of_key_patent(
    result: Result, manifest: dict[str, Any], patent: Mapping[str, Any]
) -> Explanation:
    name = str(patent["publication_number"])
    scores = rows_of(result, "scores", publication_number=[name])
    drawn = "robustness" in result.tables()
    ranks = rows_of(result, "robustness", publication_number=[name]) if drawn else []
    score = score_of(manifest, scores[0], patent) if scores else None
    return Explanation(
        number=name,
        state="unscored" if score is None or score.rank is None else "ranked",
        title=patent.get("title"),
        steps=steps_of(manifest, patent, failed=None),
        score=score,
        ranks=ranks_of(manifest, ranks[0]) if ranks else None,
        surroundings=surroundings_of(result, manifest, vertex_of(manifest, patent)),
    )


def _of_rejected(
    result: Result, manifest: dict[str, Any], judged: Judged, *, is_changed: bool
) -> Explanation:
    patent = judged.patent
    remarks = [f"{judged.kept} was kept in its place"] if judged.kept else []
    if is_changed:
        remarks.append("the input has changed since the run; the steps are judged on it as it is")
    return Explanation(
        number=patent["publication_number"],
        state="screened out" if judged.failed else "outside the corpus",
        title=patent.get("title"),
        steps=steps_of(manifest, patent, failed=judged.failed, is_unknown=judged.is_unknown),
        score=None,
        ranks=None,
        surroundings=surroundings_of(result, manifest, vertex_of(manifest, patent)),
        remarks=remarks,
    )


def surroundings_of(result: Result, manifest: dict[str, Any], vertex: str) -> Surroundings | None:
    """Return a vertex with its neighbours and the pairs that it joins; ``None`` where it is none.

    Args:
        result: the tables.
        manifest: of the run.
        vertex: its name.
    """
    if not rows_of(result, "centrality", id=[vertex]):
        return None
    directed = is_directed(manifest)
    out, into = rows_of(result, "edges", src=[vertex]), rows_of(result, "edges", dst=[vertex])
    ends = [End("cites", row["dst"], row["weight"]) for row in out]
    ends += [End("cited by", row["src"], row["weight"]) for row in into]
    names = sorted({vertex, *(end.id for end in ends)})
    measured = {
        row["id"]: Measured(row["degree"], row["betweenness"])
        for row in rows_of(result, "centrality", id=names)
    }
    ranks = {
        row["publication_number"]: row["rank"]
        for row in rows_of(result, "scores", publication_number=names)
    }
    pairs = {
        (row["src"], row["dst"])
        for one in ("src", "dst")
        for row in rows_of(result, "edges", **{one: names})
    }
    near = adjacency(pairs, is_directed=directed)
    return surroundings(vertex, ends, near, measured, ranks, is_directed=directed)


def _unknown(result: Result, spellings: Sequence[str], given: Input | None, problem: str) -> str:
    """Say that a number is not known, and which are near."""
    wanted = spellings[-1] if spellings else ""
    digits = sorted(variants(wanted))
    near = []
    if digits:
        near = [*_alike(result, "vertices", "id", digits)]
        near += _alike(result, "key_patents", "publication_number", digits)
        near += given.alike(digits) if given else []
    likely = nearest(wanted, near)
    hint = f"; did you mean {', '.join(map(shown, likely))}?" if likely else ""
    why = f" ({problem})" if problem else ""
    name = shown(wanted) or "an empty text"
    return f"{result.uri} and its input do not know {name}{hint}{why}"


def _alike(result: Result, table: str, column: str, digits: Sequence[str]) -> Iterable[str]:
    for batch in result.batches(table, columns=[column]):
        names = batch.column(column)
        own = pc.replace_substring_regex(pc.utf8_upper(names), DIGITS + ".*", r"\1")
        mask = pc.is_in(own, pa.array(digits, pa.string()))
        yield from names.filter(mask).to_pylist()


def _column(result: Result, table: str, column: str) -> list[str]:
    return [
        value
        for batch in result.batches(table, columns=[column])
        for value in batch.column(column).to_pylist()
    ]


def rows_of(result: Result, table: str, **among: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of a table that have these values, all columns."""
    if among and not any(among.values()):
        return []
    return [row for batch in result.batches(table, among=among) for row in batch.to_pylist()]
