"""The network that an export draws: key patents and their neighbours, or codes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import igraph
import pandas as pd

from patentcore.errors import ConfigError
from patentcore.lake.results import Result
from patentcore.results.reading import configured, is_directed
from patentcore.words.symbols import cut

SEED = 2023

ATTRIBUTES: dict[str, type] = {
    "is_key": bool,
    "rank": int,
    "core_degree": float,
    "degree": int,
    "betweenness": float,
    "year": int,
    "main_class": str,
    "title": str,
    "cluster": int,
}
"""What is known of vertices, and its type: year of publication; cluster 1 is the largest."""


@dataclass(frozen=True)
class Network:
    """A network to be drawn.

    Attributes:
        names: of the vertices.
        known: the attributes of each, in the order of the names; without those that are unknown.
        edges: ends by their number among the names, and weight.
        is_directed: whether an edge leads from citing to cited.
    """

    names: Sequence[str]
    known: Sequence[dict[str, Any]]
    edges: Sequence[tuple[int, int, int]]
    is_directed: bool


def network_of(result: Result, wanted: str | None = None) -> Network:
    """Return the network of a result.

    Args:
        result: it.
        wanted: ``citation`` or ``codes``; ``None`` is the network that the run measured.

    Raises:
        ConfigError: the run measured a network of codes and citations are wanted.
        InputError: the result lacks a table.
    """
    manifest = result.manifest()
    of_codes = configured(manifest, "network", "kind") == "co_classification"
    if wanted == "citation" and of_codes:
        raise ConfigError(
            "--network citation: the run's network is of codes (network.kind=co_classification)"
        )
    if wanted == "codes" and not of_codes:
        return codes_of_key_patents(
            _frame(result, "key_patents", ["ipc", "main_ipc", "cpc"]),
            system=configured(manifest, "network", "code_system"),
            level=configured(manifest, "network", "code_level"),
            largest=configured(manifest, "network", "largest_group"),
        )
    return _measured(result, is_directed=is_directed(manifest))


def _measured(result: Result, *, is_directed: bool) -> Network:
    """Return the measured network: key vertices, their neighbours, the edges between these."""
    vertices = _frame(result, "vertices", ["id", "is_key"])
    edges = _frame(result, "edges", ["src", "dst", "weight"])
    keys = set(vertices.loc[vertices["is_key"].fillna(False).astype(bool), "id"])
    touching = edges["src"].isin(keys) | edges["dst"].isin(keys)
    chosen = keys.union(edges.loc[touching, "src"], edges.loc[touching, "dst"])
    names = sorted(chosen)
    inside = edges[edges["src"].isin(chosen) & edges["dst"].isin(chosen)]
    number = {name: at for at, name in enumerate(names)}
    pairs = sorted(
        (number[src], number[dst], int(weight))
        for src, dst, weight in inside.itertuples(index=False)
    )
    known = _known(result).reindex(names)
    known["is_key"] = [name in keys for name in names]
    return Network(names, _attributes(known, clusters(len(names), pairs)), pairs, is_directed)


def _known(result: Result) -> pd.DataFrame:
    """Return the attributes of vertices by their name; a score's where the vertex is a patent."""
    measured = _frame(result, "centrality", ["id", "degree", "betweenness"]).set_index("id")
    names = ["publication_number", "rank", "core_degree", "publication_year", "main_class"]
    scores = _frame(result, "scores", names).rename(columns={"publication_year": "year"})
    titles = _frame(result, "key_patents", ["publication_number", "title"])
    joined = measured
    for table in (scores, titles):
        of_patent = table.drop_duplicates("publication_number").set_index("publication_number")
        joined = joined.join(of_patent, how="left")
    return joined


def codes_of_key_patents(
    patents: pd.DataFrame, *, system: str, level: str, largest: int
) -> Network:
    """Return the network of the codes of key patents; the weight is how many have both.

    Args:
        patents: ipc and main_ipc, or cpc.
        system: ``ipc`` or ``cpc``.
        level: as for :func:`patentcore.words.symbols.cut`.
        largest: patents with more codes make no pairs.

    >>> symbols = [["G06F3/041", "H04W4/02"], ["G06F3/044", "H04W 4/02"], None]
    >>> patents = pd.DataFrame({"ipc": symbols, "main_ipc": "H04W4/02"})
    >>> network = codes_of_key_patents(patents, system="ipc", level="subclass", largest=1000)
    >>> network.names, network.edges
    (['G06F', 'H04W'], [(0, 1, 2)])
    """
    together: Counter[tuple[str, str]] = Counter()
    found: set[str] = set()
    mains = patents["main_ipc"] if system == "ipc" else [None] * len(patents)
    for symbols, main in zip(patents[system], mains, strict=True):
        every = [*([] if symbols is None else symbols), main]
        codes = sorted({cut(s, level) for s in every if isinstance(s, str)} - {""})
        found.update(codes)
        if len(codes) <= largest:
            together.update(combinations(codes, 2))
    names = sorted(found)
    number = {name: at for at, name in enumerate(names)}
    edges = sorted((number[a], number[b], weight) for (a, b), weight in together.items())
    degree = Counter(end for src, dst, _ in edges for end in (src, dst))
    known = pd.DataFrame(
        {"is_key": [True] * len(names), "degree": [degree[at] for at in range(len(names))]},
        index=names,
    )
    return Network(names, _attributes(known, clusters(len(names), edges)), edges, False)


def clusters(count: int, edges: Iterable[tuple[int, int, int]]) -> list[int]:
    """Return the cluster of each vertex, 1 the largest: Leiden by modularity, a fixed seed.

    Traag, Waltman and van Eck 2019, of igraph; directions and weights do not count, as in the
    report's map.

    >>> clusters(5, [(0, 1, 1), (1, 2, 1), (0, 2, 1), (3, 4, 1)])
    [1, 1, 1, 2, 2]
    """
    graph = igraph.Graph(n=count, edges=[(src, dst) for src, dst, _ in edges]).simplify()
    igraph.set_random_number_generator(random.Random(SEED))
    try:
        found = graph.community_leiden("modularity", n_iterations=5).membership
    finally:
        igraph.set_random_number_generator(random)
    order = {cluster: at for at, (cluster, _) in enumerate(Counter(found).most_common(), start=1)}
    return [order[cluster] for cluster in found]


def _attributes(known: pd.DataFrame, of_clusters: Sequence[int]) -> list[dict[str, Any]]:
    table = known.assign(cluster=of_clusters).reset_index(drop=True)
    rows: list[dict[str, Any]] = [{} for _ in range(len(table))]
    for name, kind in ATTRIBUTES.items():
        if name in table:
            column = table[name].dropna()
            for at, value in zip(column.index.tolist(), column, strict=True):
                rows[at][name] = kind(value)
    return rows


def _frame(result: Result, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read some columns of a table; those it lacks are null."""
    frames = [batch.to_pandas() for batch in result.batches(table, columns=columns)]
    return pd.concat(frames, ignore_index=True).reindex(columns=list(columns))
