"""What the page's scripts draw: plain lists for JSON, as few rows as stay usable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from patentcore.results.report.content import (
    LISTED,
    applicants,
    contributions,
    degrees,
    main_classes,
    names_of,
    records,
    years,
)
from patentcore.results.report.result import Result
from patentcore.results.report.text import is_missing, shorten

RANKED_ROWS = 3000
"""Rows of the ranking that the page holds."""
INTERVALS = 30
WINDOW_TOP = 10
MOVERS = 20
POINTS = 400


def embedded(
    result: Result, network_map: dict[str, Any] | None, explained: dict[str, Any]
) -> dict[str, Any]:
    """Return everything that the scripts need."""
    return {
        "ranking": ranking_rows(result),
        "scores": score_points(result.scored["core_degree"]),
        "degrees": {
            "all": degrees(result.centrality["degree"]).points,
            "key": degrees(result.scores["degree"]).points,
        },
        "classes": _counts(main_classes(result.scores, top=LISTED), "main_class"),
        "applicants": _counts(applicants(result, top=LISTED), "name"),
        "years": years(result.scores["publication_year"]),
        "robustness": intervals(result.robustness),
        "windows": window_ranks(result),
        "moves": moves(result),
        "technologies": technology_years(result.technology_years),
        "map": network_map,
        "explained": explained,
    }


def _counts(rows: list[dict[str, Any]], name: str) -> list[list[Any]]:
    return [[shorten(row[name], 40), int(row["count"])] for row in rows]


def ranking_rows(result: Result) -> list[list[Any]]:
    """Return rank, number, title, applicants, class, year, score, its parts, 5th and 95th rank.

    The last field tells whether the record is a real one, which offices have a page of.
    """
    first = described(result.scored.head(RANKED_ROWS), result.key_patents)
    parts = contributions(first, result.weights)
    ranks = result.robustness.drop_duplicates("publication_number").set_index("publication_number")
    spans = ranks[["rank_p05", "rank_p95"]].reindex(first["publication_number"])
    return [
        [
            int(row["rank"]),
            shorten(row["publication_number"], 40),
            shorten(row["title"], 150),
            names_of(row["applicants"]),
            shorten(row["main_class"], 24),
            whole(row["publication_year"]),
            *(rounded(v) for v in (row["core_degree"], *part.values())),
            *(rounded(v) for v in span),
            int(row["source"] != "synthetic"),
        ]
        for row, part, span in zip(
            records(first), records(parts), spans.itertuples(index=False), strict=True
        )
    ]


def described(scores: pd.DataFrame, key_patents: pd.DataFrame) -> pd.DataFrame:
    """Return scores with title, applicants and source of their patents."""
    columns = ["publication_number", "title", "applicants", "source"]
    described = key_patents[columns].drop_duplicates("publication_number")
    return scores.merge(described, on="publication_number", how="left")


def whole(value: Any) -> int | None:
    """Return a whole number, ``None`` for a missing one."""
    return None if is_missing(value) else int(value)


def rounded(value: Any) -> float | None:
    """Return a number in five digits, ``None`` for a missing one.

    >>> rounded(310.28449), rounded(None)
    (310.28, None)
    """
    return None if is_missing(value) else float(f"{float(value):.5g}")


def score_points(column: pd.Series) -> list[tuple[int, float]]:
    """Return rank and core degree, thinned to ranks that differ on a logarithmic scale."""
    values = [float(value) for value in column if value > 0]
    if not values:
        return []
    places = {round(len(values) ** (i / (POINTS - 1))) for i in range(POINTS)}
    return [(place, float(f"{values[place - 1]:.5g}")) for place in sorted(places)]


def intervals(robustness: pd.DataFrame) -> list[list[Any]]:
    """Return number, rank, least, 5th, median, 95th and greatest rank of the first patents."""
    names = ("rank", "rank_lowest", "rank_p05", "rank_median", "rank_p95", "rank_highest")
    first = robustness.sort_values("rank").head(INTERVALS)
    return [
        [shorten(row["publication_number"], 40), *(rounded(row[name]) for name in names)]
        for row in records(first)
    ]


def window_ranks(result: Result) -> list[list[Any]]:
    """Return window, number, title and rank of the first patents of every window."""
    ranked = result.window_scores
    first = described(ranked[ranked["rank"] <= WINDOW_TOP], result.key_patents)
    return [
        [span(row), row["publication_number"], shorten(row["title"], 40), int(row["rank"])]
        for row in records(first.sort_values(["window_from", "rank"]))
    ]


def moves(result: Result) -> list[list[Any]]:
    """Return window, number, title, and rank before and after of those that moved most."""
    moved = described(pd.DataFrame(movers(result)), result.key_patents) if movers(result) else None
    return [
        [
            span(row),
            row["publication_number"],
            shorten(row["title"], 40),
            rounded(row["rank_before"]),
            rounded(row["rank_after"]),
        ]
        for row in records(moved if moved is not None else pd.DataFrame())
        if not is_missing(row["rank_before"]) and not is_missing(row["rank_after"])
    ]


def movers(result: Result) -> list[dict[str, Any]]:
    """Return the patents that gained or lost most standing from one window to the next."""
    moved = result.window_movers
    known = moved[moved["standing_gained"].notna()]
    order = known["standing_gained"].astype("float64").abs().sort_values(ascending=False).index
    return records(known.loc[order].head(MOVERS))


def span(row: Mapping[str, Any]) -> str:
    """Return the years of a window."""
    return f"{row['window_from']}–{row['window_to']}"


def technology_years(table: pd.DataFrame) -> Mapping[str, list[list[Any]]]:
    """Return year, cumulative inventions and the fitted curve of each technology."""
    found: dict[str, list[list[Any]]] = {}
    for row in records(table.sort_values(["technology", "year"])):
        of = found.setdefault(str(row["technology"]), [])
        of.append([whole(row["year"]), whole(row["cumulative"]), rounded(row["fitted"])])
    return found
