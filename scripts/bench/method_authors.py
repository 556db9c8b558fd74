"""The method as its authors would write it in a notebook: pandas and networkx, plainly.

``method_authors.py INPUT OUTPUT`` reads the canonical tables and writes the same output tables as
``patentcore run``. One cell after the other: read everything, filter step by step and print what
is left, build the graph, measure it, score with a function per row.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import method_paths as paper
import networkx as nx
import pandas as pd


def run(source: str | Path, output: str | Path) -> None:
    """Read the tables in ``source``, write the results to ``output``."""
    patents = pd.read_parquet(Path(source) / "patents")
    rejects = reject_patents(patents)
    patents = patents[patents["publication_number"].notna()]
    refuse_duplicates(patents)

    key_patents, funnel = screen(patents)
    key_patents = add_indexes(key_patents)
    print(funnel.to_string(index=False))

    citations = pd.read_parquet(Path(source) / "citations")
    rejects = pd.concat([rejects, reject_citations(citations)])
    edges = incident_edges(citations, set(key_patents["publication_number"]))
    graph = nx.DiGraph()
    graph.add_nodes_from(key_patents["publication_number"])
    graph.add_edges_from(zip(edges["src"], edges["dst"], strict=True))
    vertices = pd.DataFrame({"id": list(graph)})
    vertices["is_key"] = vertices["id"].isin(key_patents["publication_number"])
    centrality = measure(graph)
    scores = score(key_patents, centrality)
    print(scores.head(10).to_string(index=False))

    tables = {
        "funnel": funnel,
        "key_patents": key_patents,
        "rejects": rejects,
        "vertices": vertices,
        "edges": edges,
        "centrality": centrality,
        "scores": scores,
    }
    for name, table in tables.items():
        folder = Path(output) / name
        folder.mkdir(parents=True)
        table.to_parquet(folder / "part-0.parquet", index=False)


# --- data ---------------------------------------------------------------------------------------


def reject_patents(patents: pd.DataFrame) -> pd.DataFrame:
    """List the patents without a publication number."""
    bad = patents[patents["publication_number"].isna()]
    record = bad["application_number"].fillna(bad["title"].str[:200])
    return rejects_of("patents", record, "publication_number", "no publication number")


def reject_citations(citations: pd.DataFrame) -> pd.DataFrame:
    """List the citations that lack one of their ends."""
    bad = citations[citations["citing"].isna() | citations["cited"].isna()]
    side = bad["citing"].isna().map({True: "citing", False: "cited"})
    record = bad["citing"].fillna(bad["cited"])
    return rejects_of("citations", record, side, "citation without both publication numbers")


def rejects_of(source: str, record: pd.Series, side: pd.Series | str, reason: str) -> pd.DataFrame:
    """Return rows of the rejects table."""
    table = pd.DataFrame({"source": source, "record": record, "field": side, "value": None})
    table["reason"] = reason
    return table.astype("string")


def refuse_duplicates(patents: pd.DataFrame) -> None:
    """Stop where a publication number occurs twice."""
    twice = patents.loc[patents["publication_number"].duplicated(), "publication_number"]
    if len(twice):
        raise ValueError(f"several rows for one publication number, e.g. {list(twice[:3])}")


# --- screening ----------------------------------------------------------------------------------


def screen(patents: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply the seven steps of Table 2 one after the other; return what is left and the funnel."""
    published = pd.to_datetime(patents["publication_date"], errors="coerce")
    left = patents[(published >= paper.FIRST_DAY) & (published <= paper.LAST_DAY)]
    outside, undated = len(patents) - len(left), int(published.isna().sum())
    funnel = [(0, *paper.CRITERIA[0], len(left), outside, undated)]

    def keep(condition: pd.Series, unknown: pd.Series) -> None:
        nonlocal left
        before = len(left)
        left = left[condition & ~unknown]
        step = len(funnel)
        funnel.append(
            (step, *paper.CRITERIA[step], len(left), before - len(left), int(unknown.sum()))
        )

    keep(left["authority"].isin(paper.AUTHORITIES), left["authority"].isna())
    keep(left["patent_type"] == "invention", left["patent_type"].isna())
    keep(left["claim_count"] > 10, left["claim_count"].isna())
    cited = left["family_cited_by_count"].fillna(left["cited_by_count"])
    keep(cited > 0, cited.isna())
    width = left["ipc"].apply(subclass_count)
    keep(width > 1, width.isna())
    keep(left["legal_events"].apply(has_event, kinds=paper.EVENTS), left["legal_events"].isna())

    no_application = left["application_number"].isna()
    first = ~left.sort_values(
        ["publication_date", "publication_number"], na_position="last"
    ).duplicated("application_number")
    keep(first.reindex(left.index), no_application)
    columns = ["step", "criterion", "threshold", "patents", "removed", "unknown"]
    return left, pd.DataFrame(funnel, columns=columns)


def subclass_count(symbols: list[str] | None) -> float:
    """Count the distinct IPC subclasses."""
    if symbols is None:
        return float("nan")
    return len({symbol[:4].upper() for symbol in symbols if symbol is not None})


def has_event(events: list[dict] | None, kinds: list[str]) -> bool:
    """Tell whether an event of one of the kinds exists."""
    return events is not None and any(event["kind"] in kinds for event in events)


def add_indexes(patents: pd.DataFrame) -> pd.DataFrame:
    """Add the indexes of Table 1 that are not columns already."""
    patents = patents.copy()
    patents["patent_width"] = patents["ipc"].apply(subclass_count).astype("Int32")
    patents["life_years"] = patents.apply(life_years, axis=1)
    for kind in ("assignment", "litigation", "opposition"):
        patents[f"has_{kind}"] = patents["legal_events"].apply(has_event, kinds=[kind])
    patents["applicant_country"] = patents["applicants"].apply(
        lambda names: names[0]["country"] if names is not None and len(names) else None
    )
    return patents


def life_years(patent: pd.Series) -> float | None:
    """Years from filing to the earliest end."""
    if patent["application_date"] is None:
        return None
    ends = [dt.date(paper.REFERENCE_YEAR, 12, 31), patent["expiry_date"]]
    for event in patent["legal_events"]:
        if event["kind"] in ("lapse", "expiry"):
            ends.append(event["date"])
    end = min(day for day in ends if day is not None)
    return round(max((end - patent["application_date"]).days, 0) / 365.25, 4)


# --- network ------------------------------------------------------------------------------------


def incident_edges(citations: pd.DataFrame, keys: set[str]) -> pd.DataFrame:
    """Keep citations with a key patent at one end; merge parallel ones, drop loops."""
    citations = citations.dropna(subset=["citing", "cited"])
    citations = citations[citations["citing"].isin(keys) | citations["cited"].isin(keys)]
    citations = citations[citations["citing"] != citations["cited"]]
    edges = citations.groupby(["citing", "cited"]).size().reset_index(name="weight")
    return edges.rename(columns={"citing": "src", "cited": "dst"})


def measure(graph: nx.DiGraph) -> pd.DataFrame:
    """Degrees and betweenness of every vertex."""
    betweenness = nx.betweenness_centrality(graph, normalized=False)
    centrality = pd.DataFrame(
        {
            "id": list(graph),
            "in_degree": [degree for _, degree in graph.in_degree()],
            "out_degree": [degree for _, degree in graph.out_degree()],
        }
    )
    centrality["degree"] = centrality["in_degree"] + centrality["out_degree"]
    centrality["degree_centrality"] = centrality["degree"] / max(len(graph) - 1, 1)
    centrality["betweenness"] = centrality["id"].map(betweenness)
    return centrality


# --- scoring ------------------------------------------------------------------------------------


def score(key_patents: pd.DataFrame, centrality: pd.DataFrame) -> pd.DataFrame:
    """Equations 4 to 6 and the ranking."""
    scores = key_patents.merge(centrality, left_on="publication_number", right_on="id", how="left")
    scores["publication_year"] = scores["publication_date"].apply(lambda day: day.year)
    scores["popularity"] = scores.apply(popularity, axis=1)
    scores["main_class"] = scores["main_ipc"].apply(
        lambda symbol: None if symbol is None else symbol.replace(" ", "").upper()
    )
    scores["main_class_count"] = scores["main_class"].map(scores["main_class"].value_counts())
    scores["main_class_frequency"] = 100 * scores["main_class_count"] / len(scores)

    scores["core_degree"] = 0.0
    scores["core_degree_scaled"] = 0.0
    for column, weight in paper.WEIGHTS.items():
        low, high = scores[column].min(), scores[column].max()
        scaled = (scores[column] - low) / (high - low) if high > low else 0.0 * scores[column]
        scores["core_degree"] += weight * scores[column]
        scores["core_degree_scaled"] += weight * scaled
    scores["missing_reason"] = scores.apply(missing_reason, axis=1)
    scores = scores.sort_values(
        ["core_degree", "publication_number"], ascending=[False, True], na_position="last"
    )
    scores["rank"] = pd.Series(range(1, len(scores) + 1), index=scores.index, dtype="Int32")
    scores["rank"] = scores["rank"].where(scores["core_degree"].notna())
    return scores[paper.SCORE_COLUMNS].astype({"main_class_count": "Int64"})


def popularity(patent: pd.Series) -> float | None:
    """K = (y + 0.5 q) / (Y - T + 1), equation 4."""
    age = paper.REFERENCE_YEAR - patent["publication_year"] + 1
    if age < 1:
        return None
    if patent["simple_family"] is not None:
        others = len(set(patent["simple_family"]) - {patent["publication_number"], None})
    elif pd.notna(patent["simple_family_size"]):
        others = patent["simple_family_size"]
    else:
        others = 0
    return (patent["in_degree"] + 0.5 * others) / age


def missing_reason(patent: pd.Series) -> str | None:
    """Say why a measure is missing."""
    return "main class unknown" if patent["main_class"] is None else None


if __name__ == "__main__":
    run(*sys.argv[1:])
