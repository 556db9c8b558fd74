"""The map's vertices with what is known of them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from patentcore.results.reading import read_small
from patentcore.results.report.content import names_of, network, records
from patentcore.results.report.embedded import described, rounded, whole
from patentcore.results.report.network_map import chosen, joined, names_of_clusters, placed
from patentcore.results.report.result import Result
from patentcore.results.report.text import is_missing, shorten

MOST_EDGES = 5_000_000
"""Edges of a network whose table is still read for the page."""
CODE_TITLES = 8
"""Titles that tell what a code is about, of the first patents under it."""


def edges_of(result: Result) -> pd.DataFrame | None:
    """Return the edges of a run (src, dst, weight); ``None`` where there are too many."""
    if network(result)["edges"] > MOST_EDGES:
        return None
    edges = read_small(result.folder, "edges")[["src", "dst", "weight"]]
    return edges.astype({"src": str, "dst": str})


def map_of(result: Result, edges: pd.DataFrame | None) -> dict[str, Any] | None:
    """Return the map of a run; ``None`` where there is no edge to draw, or there are too many."""
    if edges is None or edges.empty:
        return None
    names = joined(edges, chosen(edges, _key_vertices(result)))
    if not names:
        return None
    drawn = placed(edges, names)
    known = _known(result, names)
    if _is_of_codes(result):
        titles, classes = _of_codes(result, names, drawn["cluster"])
    else:
        titles = [str(row["title"] or "") for row in known]
        classes = [str(row["main_class"] or "").partition("/")[0] for row in known]
    return {
        "x": drawn["x"],
        "y": drawn["y"],
        "cluster": drawn["cluster"],
        "edges": [end for pair in drawn["edges"] for end in pair],
        "names": names_of_clusters(drawn["cluster"], titles, classes),
        "id": [shorten(name, 40) for name in names],
        **{key: [row[key] for row in known] for key in known[0]},
        "vertices": network(result)["vertices"],
    }


def _key_vertices(result: Result) -> list[str]:
    """Return the key vertices, the highest ranked first; codes in networks of codes."""
    if not _is_of_codes(result):
        return [str(number) for number in result.scores["publication_number"]]
    by_betweenness = result.centrality.sort_values(
        ["betweenness", "degree", "id"], ascending=[False, False, True]
    )
    return [str(name) for name in by_betweenness["id"]]


def _is_of_codes(result: Result) -> bool:
    return bool(result.configured("network", "kind") == "co_classification")


def _of_codes(result: Result, names: list[str], clusters: list[int]) -> tuple[list[str], list[str]]:
    """Return what clusters of codes are named by: titles under a code, and the cluster's first."""
    ranked = described(result.scored, result.key_patents)
    classes = ranked["main_class"].fillna("").astype(str)
    titles = [
        " ".join(map(str, ranked["title"][classes.str.startswith(name)].dropna().head(CODE_TITLES)))
        for name in names
    ]
    first: dict[int, str] = {}
    for name, cluster in zip(names, clusters, strict=True):
        first.setdefault(cluster, name)
    return titles, [first[cluster] for cluster in clusters]


def _known(result: Result, names: list[str]) -> list[dict[str, Any]]:
    """Return betweenness and, of key patents, rank, title, class, year, applicant, technology."""
    measured = _by(result.centrality, "id")
    ranked = _by(result.scores, "publication_number")
    patents = _by(
        result.key_patents[["publication_number", "title", "applicants", "source"]],
        "publication_number",
    )
    belongs = _by(
        result.technology_patents[["publication_number", "technology"]], "publication_number"
    )
    is_of_codes = _is_of_codes(result)
    found = []
    for name in names:
        score, patent = ranked.get(name, {}), patents.get(name, {})
        main_class = score.get("main_class")
        found.append(
            {
                "betweenness": rounded(measured.get(name, {}).get("betweenness")) or 0,
                "rank": whole(score.get("rank")),
                "key": int(name in ranked or is_of_codes),
                "real": int(patent.get("source") != "synthetic"),
                "title": shorten(patent["title"], 100) if patent.get("title") else None,
                "main_class": None if is_missing(main_class) else shorten(main_class, 24),
                "year": whole(score.get("publication_year")),
                "applicant": names_of(patent.get("applicants"), 1) or None,
                "technology": belongs.get(name, {}).get("technology"),
            }
        )
    return found


def _by(table: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    rows = records(table.drop_duplicates(key))
    return {str(row[key]): row for row in rows}
