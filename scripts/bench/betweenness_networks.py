"""Seeded synthetic networks for the betweenness benchmark.

A citation network grows in time order. The first patents are leaves (their references lie before
the data begins); each later one draws a log-normal number of references. Some of these are taken
over from the references of a patent that it cites; of the others most stay within its technical
class, and go to something that the class cited lately or to a member of the class whose age is
exponential. A small share of citations is returned, as families of continuations do. With the
defaults the network of US size has the mean clustering of the real one (0.08). Numbers come from a
private generator, so that a seed means the same network on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from patentcore.centrality.kernel.paths import _draw

Edges = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


@dataclass(frozen=True)
class Network:
    """Edges between the vertices 0..vertex_count-1."""

    name: str
    src: npt.NDArray[np.int32]
    dst: npt.NDArray[np.int32]
    vertex_count: int
    directed: bool


@numba.njit(cache=True)
def _normal(state):
    radius = math.sqrt(-2.0 * math.log(1.0 - _draw(state)))
    return radius * math.cos(2.0 * math.pi * _draw(state))


@numba.njit(cache=True)
def _zipf_class(state, cumulative):
    return np.searchsorted(cumulative, _draw(state), side="right")


@numba.njit(cache=True)
def _classes(n, cumulative, state):
    """Draw the class of each patent; return it, and the sizes of the classes."""
    class_of = np.empty(n, np.int32)
    for v in range(n):
        class_of[v] = _zipf_class(state, cumulative)
    return class_of, np.bincount(class_of, minlength=len(cumulative))


@numba.njit(cache=True)
def _grow(n, m, leaves, cumulative, locality, closure, copying, lag, seed):
    state = np.array([seed], np.uint64)
    classes = len(cumulative)
    class_of, size = _classes(n, cumulative, state)
    begin = np.zeros(classes + 1, np.int64)
    begin[1:] = np.cumsum(size)
    members = np.empty(n, np.int32)
    count = np.zeros(classes, np.int64)
    # a reservoir per class of what it cited lately, for copying
    kept = 4096
    cited = np.empty((classes, kept), np.int32)
    cited_count = np.zeros(classes, np.int64)
    mean = m / (n - leaves)
    sigma = 0.9
    mu = math.log(mean) - sigma * sigma / 2.0
    src = np.empty(m, np.int32)
    dst = np.empty(m, np.int32)
    e = 0
    row = np.zeros(n + 1, np.int64)
    for v in range(n):
        row[v] = e
        if v >= leaves:
            due = m * (v + 1 - leaves) / (n - leaves) - e  # keeps the total on its course
            wanted = math.exp(mu + sigma * _normal(state)) * min(2.0, max(0.5, due / mean))
            references = min(int(wanted + _draw(state)), 500)
            if v == n - 1:
                references = m - e
            for _ in range(references):
                if e == m:
                    break
                if e > row[v] and _draw(state) < closure:
                    u = dst[row[v] + int(_draw(state) * (e - row[v]))]
                    if row[u + 1] > row[u]:
                        src[e] = v
                        dst[e] = dst[row[u] + int(_draw(state) * (row[u + 1] - row[u]))]
                        e += 1
                        continue
                c = class_of[v]
                if _draw(state) > locality or count[c] == 0:
                    c = class_of[int(_draw(state) * v)]
                if _draw(state) < copying and cited_count[c] > 0:
                    w = cited[c, int(_draw(state) * min(cited_count[c], kept))]
                else:
                    age = int(-math.log(1.0 - _draw(state)) * lag * size[c])
                    if age >= count[c]:
                        age = int(_draw(state) * count[c])
                    w = members[begin[c] + count[c] - 1 - age]
                src[e] = v
                dst[e] = w
                e += 1
                if cited_count[c] < kept:
                    cited[c, cited_count[c]] = w
                else:
                    cited[c, int(_draw(state) * kept)] = w
                cited_count[c] += 1
        row[v + 1] = e
        c = class_of[v]
        members[begin[c] + count[c]] = v
        count[c] += 1
    return src[:e], dst[:e]


def citation_network(
    name: str,
    vertex_count: int,
    edge_count: int,
    *,
    seed: int = 2023,
    leaves: float = 0.45,
    classes: int = 2000,
    locality: float = 0.85,
    closure: float = 0.4,
    copying: float = 0.2,
    lag: float = 0.4,
    mutual: float = 0.002,
) -> Network:
    """Return a directed citation network; parallel edges may occur and count as one.

    Args:
        name: name to print.
        vertex_count: patents.
        edge_count: citations, parallel ones included.
        seed: seed of the generator.
        leaves: share of patents, the oldest, without references.
        classes: technical classes, of Zipf-like size.
        locality: share of references within the own class.
        closure: share of references that are taken over from a cited patent's own.
        copying: share of the other references to what the class has cited lately.
        lag: mean age of the other references, as a share of the whole time: 0.4 of the 37 years
            that the US data spans is 15 years, what patents of the late 1990s show.
        mutual: share of citations that are returned, which makes small cycles.
    """
    weights = 1.0 / (np.arange(classes) + 10.0)
    cumulative = np.cumsum(weights / weights.sum())
    cumulative[-1] = 1.0
    returned = int(edge_count * mutual)
    src, dst = _grow(
        vertex_count,
        edge_count - returned,
        int(leaves * vertex_count),
        cumulative,
        locality,
        closure,
        copying,
        lag,
        seed,
    )
    close = np.flatnonzero(src - dst < vertex_count // 20)
    back = close[:: max(1, len(close) // returned)][:returned] if returned else close[:0]
    src, dst = np.concatenate([src, dst[back]]), np.concatenate([dst, src[back]])
    return Network(name, src, dst, vertex_count, True)


@numba.njit(cache=True)
def _codes_of_patents(patents, codes, classes, mean, seed):
    state = np.array([seed], np.uint64)
    src = np.empty(patents * 24, np.int32)
    dst = np.empty(patents * 24, np.int32)
    own = np.empty(64, np.int32)
    per_class = codes // classes
    e = 0
    for _ in range(patents):
        home = int(_draw(state) ** 2 * classes)
        k = min(1 + int(-math.log(1.0 - _draw(state)) * mean), 12)
        for i in range(k):
            c = home if _draw(state) < 0.75 else int(_draw(state) ** 2 * classes)
            own[i] = c * per_class + int(_draw(state) ** 3 * per_class)
        for i in range(k):
            for j in range(i):
                if own[i] != own[j] and e < len(src):
                    src[e] = own[i]
                    dst[e] = own[j]
                    e += 1
    return src[:e], dst[:e]


def co_classification_network(
    name: str, patents: int, codes: int, *, classes: int = 120, mean: float = 2.0, seed: int = 2023
) -> Network:
    """Return an undirected network of codes that stand on one patent."""
    src, dst = _codes_of_patents(patents, codes, classes, mean, seed)
    pairs = np.unique(np.maximum(src, dst).astype(np.int64) * codes + np.minimum(src, dst))
    return Network(
        name, (pairs // codes).astype(np.int32), (pairs % codes).astype(np.int32), codes, False
    )


def paper_network() -> Network:
    """Return one of the size of the paper's: 20,821 vertices, 46,298 citations."""
    return citation_network("paper", 20_821, 46_298, classes=20)


def dense_network() -> Network:
    """Return 200,000 vertices and 1,500,000 citations."""
    return citation_network("citation-200k", 200_000, 1_500_000, classes=100)


def long_network() -> Network:
    """Return 600,000 vertices and 4,500,000 citations, on which the search takes over a minute."""
    return citation_network("citation-600k", 600_000, 4_500_000, classes=300)


def us_network() -> Network:
    """Return one of the size of the US patent citations: 3,774,768 vertices, 16,518,948 edges."""
    return citation_network("citation-3.8M", 3_774_768, 16_518_948, mutual=0.0)


def coclass_network() -> Network:
    """Return the co-classification of as many patents as the paper's corpus has, by main group."""
    return co_classification_network("co-classification", 306_561, 8_000)


def ten_times_us_network() -> Network:
    """Return one of ten times that size and of its shape, with ten times the classes."""
    return citation_network("citation-38M", 37_747_680, 165_189_480, classes=20_000, mutual=0.0)
