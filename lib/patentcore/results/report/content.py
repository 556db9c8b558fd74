"""The report's sections: plain rows for the template, from a run's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from patentcore.results.compare import Figure
from patentcore.results.reading import read_small
from patentcore.results.report.again import FILE, command_of, settings_of
from patentcore.results.report.result import MEASURES, Result, paper_configuration
from patentcore.results.report.text import is_missing, shorten

RANKED = 50
LISTED = 20
APPLICANTS_SHOWN = 3
EXAMPLES = 3

# What the template asks of the manifest, for runs that did not record it.
_UNRECORDED: dict[str, Any] = {
    "finished": None,
    "seconds": None,
    "patentcore": None,
    "input": {},
    "stages": [],
    "peak_memory": {},
    "tables": {},
}


def content_of(result: Result) -> dict[str, Any]:
    """Return everything that the template shows."""
    return {
        "manifest": _UNRECORDED | result.manifest,
        "versions": versions(result.manifest),
        "folder": result.folder,
        "sources": sources(result.key_patents["source"]),
        "settings": changed_settings(result.manifest.get("configuration", {})),
        "command": command_of(result.manifest),
        "all_settings": settings_of(result.manifest),
        "settings_file": FILE,
        "weights": result.weights,
        "is_directed": result.is_directed,
        "kind": result.configured("network", "kind"),
        "scope": result.configured("network", "scope"),
        "betweenness": result.configured("centrality", "betweenness"),
        "reference_year": result.configured("scoring", "reference_year"),
        "popularity_citations": result.configured("scoring", "popularity_citations"),
        "main_class_level": result.configured("scoring", "main_class_level"),
        "listed": LISTED,
        "ranked": RANKED,
        "key_count": len(result.scores),
        "scored_count": len(result.scored),
        "network": network(result),
        "degrees": degrees(result.centrality["degree"]),
        "key_degrees": degrees(result.scores["degree"]),
        "ranking": ranking(result, top=RANKED),
        "shares": shares(contributions(result.scored, result.weights)),
        "agreements": agreements(result.scored),
        "between_count": int((result.scored["betweenness"] > 0).sum()),
        "main_classes": main_classes(result.scores, top=LISTED),
        "applicants": applicants(result, top=LISTED),
        "years": years(result.scores["publication_year"]),
        "unscored": unscored(result.scores),
        "rejects": rejects(result.rejects),
        "published": published(result),
        "ends": (result.manifest.get("ingest") or {}).get("ends") or {},
    }


# --- the run ------------------------------------------------------------------------------------


def versions(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the engine of a run, where it was recorded, and the versions of what computed it.

    >>> versions({"engine": {"name": "embedded"}, "versions": {"sail": "0.7.2"}})
    {'engine': 'embedded', 'sail': '0.7.2'}
    """
    name = manifest.get("engine", {}).get("name")
    return ({"engine": name} if name else {}) | manifest.get("versions", {})


def sources(column: pd.Series) -> list[tuple[str, int]]:
    """Return the exports that the key patents came from, with their number of key patents."""
    return Counter(column.dropna().astype(str)).most_common()


def changed_settings(configuration: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return the settings that differ from the paper's: key, the paper's value, the run's.

    How the output is written makes no difference to the result and is left out.
    """
    ours, theirs = _flat(configuration), _flat(paper_configuration())
    return [
        (key, theirs.get(key), value)
        for key, value in ours.items()
        if value != theirs.get(key) and not key.startswith("output.")
    ]


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as dicts."""
    names = list(map(str, frame.columns))
    return [dict(zip(names, row.values(), strict=True)) for row in frame.to_dict("records")]


# --- the network --------------------------------------------------------------------------------


def network(result: Result) -> dict[str, Any]:
    """Return the network's size; from the tables where the manifest does not hold it."""
    recorded = result.manifest.get("network")
    if recorded:
        return {"loops_dropped": None, "parallel_merged": None, **recorded}
    weights = read_small(result.folder, "edges")["weight"]
    return {
        "vertices": len(result.centrality),
        "key_vertices": int(read_small(result.folder, "vertices")["is_key"].sum()),
        "edges": len(weights),
        "loops_dropped": None,
        "parallel_merged": int(weights.sum()) - len(weights),
    }


@dataclass(frozen=True)
class Degrees:
    """Distribution of the raw degree.

    Attributes:
        points: degree and the number of vertices that have it, ascending.
        isolated: vertices of degree 0.
        mean, median, largest: of all vertices; ``None`` where there is none.
    """

    points: list[tuple[int, int]]
    isolated: int
    mean: float | None
    median: float | None
    largest: int | None


def degrees(column: pd.Series) -> Degrees:
    """Return the distribution of a column of degrees."""
    known = column.dropna().astype("int64")
    counted = known.value_counts().sort_index()
    points = [(int(degree), int(count)) for degree, count in counted.items()]  # type: ignore[call-overload]
    if known.empty:
        return Degrees([], 0, None, None, None)
    isolated = int((known == 0).sum())
    return Degrees(points, isolated, float(known.mean()), float(known.median()), int(known.max()))


# --- the ranking --------------------------------------------------------------------------------


def contributions(scored: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Return what each weighted measure adds to the core degree, one column a measure."""
    parts = {name: weights[name] * scored[column] for name, column in MEASURES.items()}
    # A measure without weight may be null in a scored row.
    return pd.DataFrame(parts).astype("float64").fillna(0.0)


def ranking(result: Result, *, top: int, shown: int = APPLICANTS_SHOWN) -> list[dict[str, Any]]:
    """Return the first ``top`` key patents with title, applicants and parts of the score."""
    described = result.key_patents[["publication_number", "title", "applicants", "source"]]
    first = result.scored.head(top).merge(
        described.drop_duplicates("publication_number"), on="publication_number", how="left"
    )
    parts = contributions(first, result.weights)
    return [
        row | {"names": names_of(row["applicants"], shown), "parts": _to_shares(part)}
        for row, part in zip(records(first), records(parts), strict=True)
    ]


def _to_shares(parts: Mapping[str, float]) -> dict[str, float]:
    total = sum(parts.values())
    return {name: part / total if total else 0.0 for name, part in parts.items()}


def names_of(entries: Any, shown: int = APPLICANTS_SHOWN) -> str:
    """Return the first names of a list of applicants, and how many more there are."""
    names = [shorten(entry["name"], 80) for entry in as_applicants(entries)]
    more = f" +{len(names) - shown}" if len(names) > shown else ""
    return "; ".join(names[:shown]) + more


def as_applicants(entries: Any) -> list[dict[str, Any]]:
    """Return a cell of applicants as dicts with a name, each name once."""
    if is_missing(entries):
        return []
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry is None:
            continue
        applicant = dict(entry) if isinstance(entry, Mapping) else entry.asDict()
        if not is_missing(applicant.get("name")) and str(applicant["name"]).strip():
            found.setdefault(str(applicant["name"]).strip(), applicant)
    return [applicant | {"name": name} for name, applicant in found.items()]


# --- how far betweenness decides ----------------------------------------------------------------


def shares(parts: pd.DataFrame) -> list[tuple[str, int, dict[str, float]]]:
    """Return each measure's share of the summed core degree.

    Args:
        parts: contributions by rank.

    Returns:
        a name, the number of patents and the shares, for the first ten, the first fifty and all.
    """
    groups = [("first 10", parts.head(10)), ("first 50", parts.head(50)), ("all", parts)]
    smaller = [group for group in groups[:2] if len(group[1]) < len(parts)]
    return [
        (name, len(group), _to_shares({str(k): float(v) for k, v in group.sum().items()}))
        for name, group in [*smaller, groups[2]]
    ]


@dataclass(frozen=True)
class Agreement:
    """How far another order agrees with the ranking by core degree.

    Attributes:
        order: what the other order goes by.
        spearman: rank correlation over the scored patents, ties at their mean rank; ``None``
            where one of the orders has a single rank.
        shared: patents among the first ``top`` of both.
        top: number of patents compared, at most ten.
    """

    order: str
    spearman: float | None
    shared: int
    top: int


def agreements(scored: pd.DataFrame) -> list[Agreement]:
    """Compare the ranking with the orders by single measures and by the scaled score."""
    orders = {
        "betweenness alone": "betweenness",
        "degree centrality alone": "degree_centrality",
        "popularity alone": "popularity",
        "main class frequency alone": "main_class_frequency",
        "core degree of min-max scaled measures": "core_degree_scaled",
    }
    return [
        _agreement(scored, name, column)
        for name, column in orders.items()
        if scored[column].notna().any()
    ]


def _agreement(scored: pd.DataFrame, order: str, column: str) -> Agreement:
    known = scored[scored[column].notna()]
    top = min(10, len(known))
    # Ties go by publication number, as in the ranking.
    other = known.sort_values([column, "publication_number"], ascending=[False, True])
    shared = set(known["publication_number"].head(top)) & set(other["publication_number"].head(top))
    # Spearman's by hand: pandas asks scipy.stats for it, which takes a second to load.
    ranks, others = known["core_degree"].rank(), known[column].rank()
    spearman = round(ranks.corr(others), 12) if min(ranks.nunique(), others.nunique()) > 1 else None
    return Agreement(order, spearman, len(shared), top)


# --- who and what -------------------------------------------------------------------------------


def main_classes(scores: pd.DataFrame, *, top: int) -> list[dict[str, Any]]:
    """Return the main classes with most key patents, with the best rank among their patents."""
    classes = (
        scores[scores["main_class"].notna()]
        .groupby("main_class", as_index=False)
        .agg(
            count=("main_class_count", "first"),
            frequency=("main_class_frequency", "first"),
            best=("rank", "min"),
        )
        .sort_values(["count", "main_class"], ascending=[False, True])
    )
    return records(classes.head(top))


def applicants(result: Result, *, top: int) -> list[dict[str, Any]]:
    """Return the applicants with most key patents; a patent counts for each of its applicants."""
    ranks = result.scored.set_index("publication_number")["rank"]
    rows = [
        (applicant["name"], applicant.get("country"), ranks.get(number))
        for number, entries in zip(
            result.key_patents["publication_number"], result.key_patents["applicants"], strict=True
        )
        for applicant in as_applicants(entries)
    ]
    counted = (
        pd.DataFrame(rows, columns=["name", "country", "rank"])
        .astype({"rank": "float64"})
        .assign(ranked=lambda frame: frame["rank"] <= RANKED)
        .groupby("name", as_index=False)
        .agg(
            country=("country", "first"),
            count=("name", "size"),
            ranked=("ranked", "sum"),
            best=("rank", "min"),
        )
        .sort_values(["count", "best", "name"], ascending=[False, True, True])
    )
    return records(counted.head(top))


def years(column: pd.Series) -> list[tuple[int, int]]:
    """Return the years of publication with their number of key patents, ascending."""
    return [(year, count) for year, count in sorted(Counter(_whole(column)).items())]


def _whole(column: pd.Series) -> Iterable[int]:
    return (int(value) for value in column.dropna())


# --- what is left out ---------------------------------------------------------------------------


def unscored(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the reasons why key patents have no score, with their number and examples."""
    rows = scores[scores["rank"].isna()].assign(
        reason=lambda frame: frame["missing_reason"].fillna("not recorded")
    )
    return _counted(rows, ["reason"], example="publication_number")


def rejects(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the reasons why input rows were rejected, with their number and examples."""
    rows = table.assign(example=table["value"].fillna(table["record"]))
    return _counted(rows, ["source", "field", "reason"], example="example")


def _counted(rows: pd.DataFrame, keys: list[str], *, example: str) -> list[dict[str, Any]]:
    groups = [
        {
            **dict(zip(keys, names, strict=True)),
            "count": len(group),
            "examples": [shorten(v, 60) for v in group[example].dropna().unique()[:EXAMPLES]],
        }
        for names, group in rows.groupby(keys, dropna=False)
    ]
    return sorted(groups, key=lambda group: -group["count"])


# --- the published tables -----------------------------------------------------------------------


def published(result: Result) -> dict[str, Any] | None:
    """Return the published figures beside the run's; ``None`` without the paper's patents.

    Table 2 is compared only where the steps are the paper's.
    """
    of_patents = [figure for figure in result.figures if figure.table in (4, 5)]
    if all(is_missing(figure.computed) for figure in of_patents):
        return None
    steps = result.configured("screening", "steps")
    same_steps = steps == paper_configuration()["screening"]["steps"]
    shown = [figure for figure in result.figures if figure.table != 2 or same_steps]
    return {
        "equal": sum(figure.is_equal for figure in shown),
        "count": len(shown),
        "table2": [figure for figure in shown if figure.table == 2],
        "table4": _by_row(figure for figure in shown if figure.table == 4),
        "table5": [figure for figure in shown if figure.table == 5],
    }


def _by_row(figures: Iterable[Figure]) -> list[tuple[str, list[Figure]]]:
    rows: dict[str, list[Figure]] = {}
    for figure in figures:
        rows.setdefault(figure.row, []).append(figure)
    return list(rows.items())
