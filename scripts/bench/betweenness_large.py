"""Exact betweenness of a citation network too large to compare tools on, and checks of the values.

The search is kept in parts, so that a run that was stopped goes on after the last one.

The checks share no code with the kernel. Of single vertices: only what reaches v has paths through
it, so igraph searches from these alone, in the part of the network that they reach. Of all at once,
the sum rule: a shortest path of length d passes d - 1 inner vertices, so that the values add up to
the sum of d(s, t) - 1 over all connected pairs, which a plain breadth-first search from every
vertex counts in whole numbers.
"""

from __future__ import annotations

import importlib
import itertools
import math
import pickle
import resource
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np
import numpy.typing as npt
from betweenness_networks import Network
from scipy import sparse

from patentcore.centrality import kernel
from patentcore.centrality.kernel import fixedpoint

PARTS = 16
_SOURCES = 5000
Values = npt.NDArray[np.float64]


def tell(what: str) -> None:
    """Print a line with what the process took so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  {time.process_time():7,.0f} s cpu {peak:6.2f} GiB at most  {what}", flush=True)


def run(make: Callable[[], Network], folder: Path, threads: int) -> None:
    """Compute the values of a directed network and leave them, and what led there, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = prepared(make, folder)
    needed = kernel.memory_needed(graph, threads) / 2**30
    tell(
        f"prepared: {graph.vertex_count:,} vertices, {graph.edge_count:,} edges,"
        f" {len(graph.sources):,} sources; {needed:.1f} GiB for {threads} threads at most"
    )
    tell(f"some {kernel.estimate_total_work(graph):.3g} edges on shortest paths")
    sums = searched(graph, folder / "sums.npz", threads)
    values = kernel.finish(graph, [kernel.PartialSums(np.arange(graph.row_count), sums)])
    np.save(folder / "betweenness.npy", values)
    tell(f"sum {values.sum():.17g}, largest {values.max():.17g}, {(values > 0).sum():,} not 0")


def prepared(make: Callable[[], Network], folder: Path) -> kernel.PreparedGraph:
    """Return the prepared graph, from the folder where it is there."""
    kept = folder / "graph.pickle"
    if not kept.exists():
        src, dst, n = ends(make, folder)
        with kept.with_suffix(".part").open("wb") as file:
            pickle.dump(kernel.prepare(src, dst, n, directed=True), file, protocol=5)
        kept.with_suffix(".part").rename(kept)
    with kept.open("rb") as file:
        graph: kernel.PreparedGraph = pickle.load(file)
    return graph


def ends(make: Callable[[], Network], folder: Path) -> tuple[npt.NDArray, npt.NDArray, int]:
    """Return tails, heads and number of vertices, from the folder where they are there."""
    kept = folder / "network.npz"
    if not kept.exists():
        network = make()
        np.savez(folder / "part.npz", src=network.src, dst=network.dst, n=network.vertex_count)
        (folder / "part.npz").rename(kept)
    with np.load(kept) as known:
        src, dst, n = known["src"], known["dst"], int(known["n"])
    tell(f"{n:,} vertices, {len(src):,} citations")
    return src, dst, n


def searched(graph: kernel.PreparedGraph, kept: Path, threads: int) -> fixedpoint.Sums:
    """Return the sums of all blocks, shape (row_count, 2); those of finished parts are kept."""
    done, sums = 0, fixedpoint.zeros(graph.row_count)
    if kept.exists():
        with np.load(kept) as known:
            done, sums = int(known["done"]), known["sums"]
    for number, part in enumerate(np.array_split(np.arange(graph.block_count), PARTS), 1):
        if number <= done:
            continue
        for partial in kernel.accumulate_threaded(graph, part.tolist(), threads=threads):
            fixedpoint.merge(sums, partial.rows, partial.sums)
        np.savez(kept.with_suffix(".part.npz"), sums=sums, done=number)
        kept.with_suffix(".part.npz").rename(kept)
        tell(f"part {number} of {PARTS}")
    return sums


def check(make: Callable[[], Network], folder: Path, threads: int) -> None:
    """Compare the values in a folder with igraph's of a hundred vertices, and with the sum rule."""
    src, dst, n = ends(make, folder)
    values = np.load(folder / "betweenness.npy")
    rows = sparse.csr_array((np.ones(len(src), np.bool_), (src, dst)), shape=(n, n))
    rows.sum_duplicates()
    del src, dst
    check_vertices(rows, values)
    total = distance_sum(rows, threads)
    agrees = math.isclose(total, math.fsum(values), rel_tol=1e-12)
    tell(f"sum rule: {total:,} by distances, {'equal' if agrees else 'DIFFERS'}")


def check_vertices(rows: sparse.csr_array, values: Values, *, count: int = 100) -> None:
    """Compare the values of vertices drawn among those not 0, that at most 5,000 others reach."""
    backward = rows.T.tocsr()
    drawn = np.random.default_rng(1).permutation(np.flatnonzero(values))
    compared, passed_over, worst = [], 0, 0.0
    for vertex in drawn[: 10 * count].tolist():
        above = reached(backward, np.array([vertex]), at_most=_SOURCES)
        if len(above) > _SOURCES:
            passed_over += 1
            continue
        found = value_by_igraph(rows, vertex, above)
        worst = max(worst, abs(found - values[vertex]) / found)
        compared.append(values[vertex])
        if len(compared) % 20 == 0:
            tell(f"{len(compared)} vertices compared")
        if len(compared) == count:
            break
    verdict = "equal" if worst < 1e-9 else "DIFFERS"
    tell(
        f"{len(compared)} vertices by igraph: {verdict}, {worst:.1g} of their size at most; values"
        f" {min(compared):.3g} to {max(compared):.3g}; {passed_over} with more above passed over"
    )


def reached(
    rows: sparse.csr_array, starts: npt.NDArray[np.integer], *, at_most: int | None = None
) -> npt.NDArray[np.integer]:
    """Return the vertices that are reached, starts included, ascending; or more than at most."""
    bound = rows.shape[0] if at_most is None else at_most
    return np.sort(_reached(rows.indptr, rows.indices, np.unique(starts), bound))


@numba.njit(cache=True)
def _reached(indptr, indices, starts, at_most):
    seen, found = np.zeros(len(indptr) - 1, np.bool_), list(starts)
    for v in starts:
        seen[v] = True
    place = 0
    while place < len(found) <= at_most:
        for w in indices[indptr[found[place]] : indptr[found[place] + 1]]:
            if not seen[w]:
                seen[w] = True
                found.append(w)
        place += 1
    return np.array(found)


def value_by_igraph(rows: sparse.csr_array, vertex: int, above: npt.NDArray[np.integer]) -> float:
    """Return a vertex's betweenness by searches from all that reach it."""
    igraph = importlib.import_module("igraph")
    within = reached(rows, above)
    part = rows[within]
    tails = np.repeat(np.arange(len(within)), np.diff(part.indptr))
    heads = np.searchsorted(within, part.indices)
    graph = igraph.Graph(n=len(within), edges=np.column_stack([tails, heads]), directed=True)
    sources = np.searchsorted(within, above).tolist()
    at = int(np.searchsorted(within, vertex))
    return float(graph.betweenness(vertices=[at], sources=sources)[0])


def distance_sum(rows: sparse.csr_array, threads: int) -> int:
    """Return the sum over all ordered connected pairs of their distance less one."""
    n = rows.shape[0]
    parts = np.linspace(0, n, 64 * threads + 1).astype(np.int64).tolist()
    with ThreadPoolExecutor(threads) as pool:
        work = [
            pool.submit(_distance_sum, rows.indptr, rows.indices, n, begin, end)
            for begin, end in itertools.pairwise(parts)
        ]
        return sum(one.result() for one in work)


@numba.njit(nogil=True, cache=True)
def _distance_sum(indptr, indices, n, begin, end):
    met_by, queue, total = np.full(n, -1, np.int32), np.empty(n, np.int32), 0
    for source in range(begin, end):
        met_by[source], queue[0] = source, source
        level, last, between = 0, 1, 0
        while level < last:
            level_end = last
            for place in range(level, level_end):
                v = queue[place]
                for i in range(indptr[v], indptr[v + 1]):
                    w = indices[i]
                    if met_by[w] != source:
                        met_by[w] = source
                        queue[last] = w
                        last += 1
                        total += between
            level, between = level_end, between + 1
    return total
