"""The map: key patents and their neighbours, placed, clustered and named."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import igraph
import pandas as pd

SHOWN = 1500
"""Vertices of the map at most."""
KEYS_SHOWN = 750
"""Key patents among them, where there are more."""
SEED = 2023
HELD = 0.03
"""Pull of the hub beside that of an edge within a cluster."""
TELLING = 3

HUBS = 25
"""First key patents whose neighbours come before others."""
NEIGHBOURS = 15
"""Neighbours of each of these, at most."""
LONGEST_RUN = 8
"""Characters of Chinese that are still one word."""

_WORDS = re.compile(r"[a-z][a-z-]{3,}|[\u4e00-\u9fff]{2,}|[\u3040-\u30ff]{3,}")
_PARTICLES = re.compile("一种|及其|以及|用于|基于|方法|装置|系统|设备|[的及其与和或在]")
_USUAL = frozenset(
    (
        *("method", "methods", "system", "systems", "device", "devices", "apparatus", "thereof"),
        *("same", "with", "using", "based", "from", "having", "therefor", "that", "which", "into"),
        *("存储", "介质", "存储介质"),
    )
)


def chosen(edges: pd.DataFrame, ranked: Sequence[str]) -> list[str]:
    """Return the vertices of the map: key patents by rank, and neighbours of theirs.

    First come neighbours of the first key patents, which would else stand alone; then those with
    most edges to key patents.

    Args:
        edges: src, dst.
        ranked: key vertices, the highest first.

    >>> edges = pd.DataFrame({"src": ["X", "X", "Y", "Z"], "dst": ["A", "B", "A", "Q"]})
    >>> chosen(edges, ["A", "B"])
    ['A', 'B', 'X', 'Y']
    """
    keys = list(dict.fromkeys(ranked))
    if len(keys) + min(len(edges), SHOWN) > SHOWN:
        keys = keys[:KEYS_SHOWN]
    known = set(keys)
    ties: Counter[str] = Counter()
    beside: dict[str, list[str]] = {}
    for one, other in (("src", "dst"), ("dst", "src")):
        outward = edges[edges[one].isin(known) & ~edges[other].isin(known)]
        ties.update(outward[other])
        for name, neighbour in zip(outward[one], outward[other], strict=True):
            beside.setdefault(name, []).append(neighbour)
    by_ties = sorted(ties, key=lambda name: (-ties[name], name))
    order = {name: place for place, name in enumerate(by_ties)}
    of_hubs = (sorted(set(beside.get(key, ())), key=order.__getitem__) for key in keys[:HUBS])
    first = [name for found in of_hubs for name in found[:NEIGHBOURS]]
    return list(dict.fromkeys([*keys, *first, *by_ties]))[:SHOWN]


def joined(edges: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return those of the vertices that have an edge to another of them.

    >>> joined(pd.DataFrame({"src": ["A", "B", "C"], "dst": ["B", "B", "Z"]}), ["A", "B", "C"])
    ['A', 'B']
    """
    known = set(names)
    inside = edges[
        edges["src"].isin(known) & edges["dst"].isin(known) & (edges["src"] != edges["dst"])
    ]
    ends = set(inside["src"]) | set(inside["dst"])
    return [name for name in names if name in ends]


def placed(edges: pd.DataFrame, names: Sequence[str]) -> dict[str, Any]:
    """Return places (0 to 1) and clusters of vertices, and the edges among them by number.

    The layout is Fruchterman and Reingold's, the clusters are Leiden's by modularity (Traag et al.
    2019), both of igraph with a fixed seed, so that a result has one map.
    """
    numbers = {name: number for number, name in enumerate(names)}
    inside = edges[edges["src"].isin(numbers) & edges["dst"].isin(numbers)]
    pairs = sorted(
        {(numbers[a], numbers[b]) for a, b in zip(inside["src"], inside["dst"], strict=True)}
    )
    graph = igraph.Graph(n=len(names), edges=pairs).simplify()
    igraph.set_random_number_generator(random.Random(SEED))
    try:
        clusters = graph.community_leiden("modularity", n_iterations=5).membership
        layout = _layout(graph, clusters)
    finally:
        igraph.set_random_number_generator(random)
    by_size = Counter(clusters).most_common()
    order = {cluster: place for place, (cluster, _) in enumerate(by_size)}
    return {
        "x": _spread([place[0] for place in layout]),
        "y": _spread([place[1] for place in layout]),
        "cluster": [order[cluster] for cluster in clusters],
        "edges": pairs,
    }


def _layout(graph: igraph.Graph, clusters: Sequence[int]) -> list[tuple[float, float]]:
    """Place vertices, edges within a cluster pulling most; a hub holds the components together."""
    count = graph.vcount()
    pulls = [1.0 if clusters[a] == clusters[b] else 0.2 for a, b in graph.get_edgelist()]
    held = graph.copy()
    held.add_vertices(1)
    held.add_edges([(vertex, count) for vertex in range(count)])
    placed = held.layout_fruchterman_reingold(
        niter=250, seed=held.layout_circle(), weights=pulls + [HELD] * count, grid=False
    )
    return [(x, y) for x, y in placed[:count]]


def _spread(values: Sequence[float]) -> list[float]:
    """Bring coordinates to 0 to 1, by rank for a third: stray vertices leave the rest its room.

    >>> _spread([5.0, 5.0]), _spread([1.0, 2.0, 3.0])
    ([0.5, 0.5], [0.0, 0.5, 1.0])
    """
    column = pd.Series(values, dtype="float64")
    low, high = column.min(), column.max()
    if not high > low:
        return [0.5] * len(column)
    ranks = (column.rank() - 1) / max(len(column) - 1, 1)
    return [round(float(v), 4) for v in (2 * (column - low) / (high - low) + ranks) / 3]


def names_of_clusters(
    clusters: Sequence[int], titles: Sequence[str], classes: Sequence[str], *, named: int = 12
) -> list[str]:
    """Return a name for each of the first clusters: its most telling class and title words.

    Telling is what is more frequent inside than elsewhere: count inside by the share of all.

    >>> titles = ["Touch panel", "Touch screen", "Laser"]
    >>> names_of_clusters([0, 0, 1], titles, ["G06F", "G06F", "H01S"])
    ['G06F: touch', 'H01S: laser']
    """
    words = [set(words_of(title)) for title in titles]
    every_word = Counter(w for found in words for w in found)
    for cut in _cuts(every_word):
        del every_word[cut]
    words = [found & every_word.keys() for found in words]
    every_class = Counter(c for c in classes if c)
    found = []
    for cluster in range(min(named, max(clusters, default=-1) + 1)):
        members = [i for i, c in enumerate(clusters) if c == cluster]
        telling = _telling(Counter(w for i in members for w in words[i]), every_word)
        of_class = _telling(Counter(classes[i] for i in members if classes[i]), every_class)
        parts = [", ".join(of_class[:1]), ", ".join(telling)]
        found.append(": ".join(part for part in parts if part))
    return found


def _cuts(counts: Mapping[str, int]) -> list[str]:
    """Return runs of Chinese that are no words: too long, or nearly always in a longer run.

    >>> _cuts({"通信": 5, "信资": 3, "通信资源": 3, "资源": 3, "通信资": 3, "信资源": 3})
    ['信资', '资源', '通信资', '信资源']
    """
    within: Counter[str] = Counter()
    for word, count in counts.items():
        if not word.isascii():
            for part in (word[1:], word[:-1]):
                within[part] = max(within[part], count)
    return [
        word
        for word in counts
        if not word.isascii() and (len(word) > LONGEST_RUN or within[word] >= 0.8 * counts[word])
    ]


def _telling(inside: Mapping[str, int], everywhere: Mapping[str, int]) -> list[str]:
    """Return words, the most telling first; none that overlaps one before it."""
    repeated = [w for w in inside if inside[w] > 1] or list(inside)
    found: list[str] = []
    for word in sorted(repeated, key=lambda w: (-(inside[w] ** 2) * len(w) / everywhere[w], w)):
        pieces = [word[i : i + 2] for i in range(len(word) - 1)]
        if word.isascii():
            pieces = [part for part in word.split("-") if len(part) > 3]
        if not any(piece in other or other in word for piece in pieces for other in found):
            found.append(word)
        if len(found) == TELLING:
            break
    return found


def words_of(title: str) -> Iterable[str]:
    """Yield the words of a title; of Chinese, which has no blanks, runs of two to nine characters.

    >>> list(words_of("Touch panel with LEDs")), list(words_of("一种触控屏的应用"))
    (['touch', 'panel', 'leds'], ['触控', '控屏', '触控屏', '应用'])
    """
    for run in _WORDS.findall(title.lower()[:500]):
        pieces = [run] if run[0].isascii() else _runs(run)
        yield from (piece for piece in pieces if piece not in _USUAL)


def _runs(text: str) -> Iterable[str]:
    for part in _PARTICLES.split(text):
        for length in range(2, LONGEST_RUN + 2):
            yield from (part[i : i + length] for i in range(len(part) - length + 1))
