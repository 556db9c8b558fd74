"""The method as a reader would check it, in plain pandas and igraph, apart from the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import igraph
import numpy as np
import pandas as pd
import pyarrow.dataset as ds

AUTHORITIES = {"CN", "US", "JP", "KR", "GB", "FR", "DE", "EP", "WO"}
DECIDING = {"opposition", "assignment", "litigation"}
REFERENCE = Path(__file__).resolve().parents[2] / "lib" / "patentcore" / "results" / "reference"


@dataclass(frozen=True)
class Corpus:
    patents: pd.DataFrame
    citations: pd.DataFrame


def read(folder: Path) -> Corpus:
    tables = (ds.dataset(folder / name).to_table().to_pandas() for name in ("patents", "citations"))
    return Corpus(*tables)


def funnel(patents: pd.DataFrame) -> tuple[list[int], pd.DataFrame]:
    """Count what is left after each step of Table 2, and return the key patents."""
    cited = patents["family_cited_by_count"].fillna(patents["cited_by_count"])
    width = patents["ipc"].map(lambda ipc: 0 if ipc is None else len({s[:4] for s in ipc}))
    decided = patents["legal_events"].map(
        lambda events: events is not None and any(e["kind"] in DECIDING for e in events)
    )
    passes = [
        patents["authority"].isin(AUTHORITIES),
        patents["patent_type"] == "invention",
        patents["claim_count"] > 10,
        cited > 0,
        width > 1,
        decided,
    ]
    left, counts = pd.Series(True, index=patents.index), [len(patents)]
    for condition in passes:
        left &= condition
        counts.append(int(left.sum()))
    ordered = patents[left].sort_values(["publication_date", "publication_number"])
    keys = ordered[~ordered.duplicated("application_number")]
    return [*counts, len(keys)], keys


def incident_edges(citations: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    numbers = set(keys["publication_number"])
    touches = citations["citing"].isin(numbers) | citations["cited"].isin(numbers)
    edges = citations[touches & (citations["citing"] != citations["cited"])]
    return edges[["citing", "cited"]].drop_duplicates()


def scores(corpus: Corpus) -> tuple[pd.DataFrame, int]:
    """Return equations 1 to 6 for the key patents, best first, and the number of vertices."""
    _, keys = funnel(corpus.patents)
    edges = incident_edges(corpus.citations, keys)
    names = sorted({*edges["citing"], *edges["cited"], *keys["publication_number"]})
    place = {name: i for i, name in enumerate(names)}
    ends = zip(edges["citing"].map(place), edges["cited"].map(place), strict=True)
    graph = igraph.Graph(n=len(names), edges=list(ends), directed=True)
    at = keys["publication_number"].map(place).to_numpy()
    received, made = np.array(graph.indegree())[at], np.array(graph.outdegree())[at]
    relatives = keys["simple_family"].map(len).to_numpy() - 1
    age = 2023 - pd.to_datetime(keys["publication_date"]).dt.year.to_numpy() + 1
    table = pd.DataFrame(
        {
            "publication_number": keys["publication_number"].to_numpy(),
            "degree_centrality": (received + made) / (len(names) - 1),
            "betweenness": np.array(graph.betweenness(directed=True))[at],
            "popularity": (received + 0.5 * relatives) / age,
            "main_class_frequency_percent": (
                100 * keys["main_ipc"].map(keys["main_ipc"].value_counts()) / len(keys)
            ).to_numpy(),
        }
    )
    table["core_degree"] = (
        0.4 * table["degree_centrality"]
        + 0.3 * table["betweenness"]
        + 0.2 * table["popularity"]
        + 0.1 * table["main_class_frequency_percent"]
    )
    return table.sort_values("core_degree", ascending=False, ignore_index=True), len(names)


def as_printed(value: float, printed: str) -> str:
    """Write a figure with the digits of the printed one."""
    if "E" in printed:
        return f"{value:.2E}"
    decimals = len(printed.partition(".")[2])
    return f"{value:.{decimals}f}"


def published(table: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / table, dtype=str)
