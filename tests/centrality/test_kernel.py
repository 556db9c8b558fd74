"""The kernel against networkx, and on the graphs of the literature."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from pathlib import Path

import networkx as nx
import numba
import numpy as np
import pyarrow as pa
import pytest

from patentcore.centrality import kernel
from patentcore.centrality.kernel import compiled, estimates

ABSOLUTE = 1e-11


def oracle(src, dst, n: int, *, directed: bool) -> np.ndarray:
    """Return networkx's unnormalised betweenness."""
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((int(s), int(t)) for s, t in zip(src, dst, strict=True) if s != t)
    values = nx.betweenness_centrality(graph, normalized=False)
    return np.array([values[v] for v in range(n)])


def of_networkx(graph: nx.Graph) -> np.ndarray:
    """Return our betweenness of a networkx graph, in the order of its nodes."""
    number = {node: i for i, node in enumerate(graph)}
    src = [number[s] for s, _ in graph.edges]
    dst = [number[t] for _, t in graph.edges]
    return kernel.betweenness(src, dst, len(number), directed=graph.is_directed())


def random_edges(rng: np.random.Generator, shape: str) -> tuple[np.ndarray, np.ndarray, int]:
    """Return edges with loops and parallels: cyclic, acyclic or nearly so, or in components."""
    n = int(rng.integers(1, 40))
    m = int(rng.integers(0, 4 * n))
    src, dst = rng.integers(0, n, m), rng.integers(0, n, m)
    if shape == "acyclic":
        src, dst = np.maximum(src, dst), np.minimum(src, dst)
    elif shape == "nearly acyclic":
        back = rng.random(m) < 0.05
        high, low = np.maximum(src, dst), np.minimum(src, dst)
        src, dst = np.where(back, low, high), np.where(back, high, low)
    elif shape == "components":
        dst = np.clip(src + rng.integers(-2, 3, m), 0, n - 1)
    return src, dst, n


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("shape", ["cyclic", "acyclic", "nearly acyclic", "components"])
def test_random_graphs_agree_with_networkx(shape: str, directed: bool) -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        src, dst, n = random_edges(rng, shape)
        expected = oracle(src, dst, n, directed=directed)
        found = kernel.betweenness(src, dst, n, directed=directed)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=ABSOLUTE)


class TestKnownGraphs:
    def test_complete_graph_has_none(self) -> None:
        assert of_networkx(nx.complete_graph(5)).tolist() == [0.0] * 5

    def test_path_of_five(self) -> None:
        assert of_networkx(nx.path_graph(5)).tolist() == [0.0, 3.0, 4.0, 3.0, 0.0]

    def test_directed_path_of_five(self) -> None:
        path = nx.path_graph(5, create_using=nx.DiGraph)
        assert of_networkx(path).tolist() == [0.0, 3.0, 4.0, 3.0, 0.0]

    def test_star_holds_every_pair_of_leaves(self) -> None:
        assert of_networkx(nx.star_graph(6)).tolist() == [15.0] + [0.0] * 6

    def test_patent_between_its_citations(self) -> None:
        """22 citing and 15 cited patents give 22 * 15 = 330, as CN103454808A has in Table 4."""
        src = [*range(1, 23), *[0] * 15]
        dst = [*[0] * 22, *range(23, 38)]
        found = kernel.betweenness(src, dst, 38, directed=True)
        assert found.tolist() == [330.0] + [0.0] * 37

    def test_krackhardt_kite(self) -> None:
        expected = [0.83, 0.83, 0.0, 3.67, 0.0, 8.33, 8.33, 14.0, 8.0, 0.0]
        np.testing.assert_allclose(of_networkx(nx.krackhardt_kite_graph()), expected, atol=0.005)

    def test_florentine_families(self) -> None:
        graph = nx.florentine_families_graph()
        found = dict(zip(graph, of_networkx(graph), strict=True))
        pairs = 14 * 13 / 2
        assert found["Medici"] / pairs == pytest.approx(0.522, abs=5e-4)
        assert found["Guadagni"] / pairs == pytest.approx(0.255, abs=5e-4)
        assert found["Strozzi"] / pairs == pytest.approx(0.103, abs=5e-4)
        assert found["Pazzi"] == 0.0

    def test_karate_club(self) -> None:
        found = of_networkx(nx.karate_club_graph())
        assert found[0] == pytest.approx(231.0714, abs=5e-5)
        assert found[33] == pytest.approx(160.5516, abs=5e-5)
        assert found[32] == pytest.approx(76.6905, abs=5e-5)


class TestDegenerateGraphs:
    @pytest.mark.parametrize("directed", [True, False])
    @pytest.mark.parametrize(
        ("src", "dst", "n"),
        [([], [], 0), ([], [], 1), ([0], [0], 1), ([0, 1], [0, 1], 2), ([0, 2], [1, 3], 4)],
        ids=["empty", "one vertex", "one loop", "only loops", "two components"],
    )
    def test_all_zero(self, src: list[int], dst: list[int], n: int, directed: bool) -> None:
        assert kernel.betweenness(src, dst, n, directed=directed).tolist() == [0.0] * n

    def test_parallel_edges_count_once(self) -> None:
        found = kernel.betweenness([0, 0, 1, 1, 1], [1, 1, 2, 2, 3], 4, directed=True)
        assert found.tolist() == [0.0, 2.0, 0.0, 0.0]

    def test_mutual_citation(self) -> None:
        found = kernel.betweenness([0, 1, 1, 2], [1, 0, 2, 1], 3, directed=True)
        assert found.tolist() == [0.0, 2.0, 0.0]


class TestPathCounts:
    """Ladders of diamonds double the number of shortest paths at every step."""

    @staticmethod
    def ladder(steps: int, width: int) -> tuple[np.ndarray, np.ndarray, int]:
        src, dst = [], []
        for k in range(steps):
            top = k * (width + 1)
            for middle in range(top + 1, top + 1 + width):
                src += [top, middle]
                dst += [middle, top + 1 + width]
        return np.array(src), np.array(dst), steps * (width + 1) + 1

    @pytest.mark.parametrize(("steps", "width"), [(10, 3), (60, 2), (400, 10), (1200, 2), (350, 9)])
    def test_ladder_is_exact(self, steps: int, width: int) -> None:
        """By symmetry a middle holds 1/width of the paths of every pair around it."""
        src, dst, n = self.ladder(steps, width)
        found = kernel.betweenness(src, dst, n, directed=True)
        for k in range(steps):
            above = k * (width + 1) + 1  # vertices from which the k-th rung is entered
            below = n - k * (width + 1) - width - 1
            middles = found[k * (width + 1) + 1 : (k + 1) * (width + 1)]
            np.testing.assert_allclose(middles, above * below / width, rtol=1e-12)
            if k:
                top = found[k * (width + 1)]
                assert top == pytest.approx(k * (width + 1) * (n - k * (width + 1) - 1), rel=1e-12)

    def test_uneven_ladder_agrees_with_integers(self) -> None:
        """Counts far beyond 2**1024, uneven, against Brandes in exact fractions."""
        src, dst, n = self.ladder(420, 6)
        src, dst = np.append(src, [0, 3, 700]), np.append(dst, [14, 21, 712])
        expected = exact_fractions(src, dst, n)
        found = kernel.betweenness(src, dst, n, directed=True)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=ABSOLUTE)


def exact_fractions(src: np.ndarray, dst: np.ndarray, n: int) -> np.ndarray:
    """Return betweenness with path counts as Python integers (topologically numbered graphs)."""
    rows: list[list[int]] = [[] for _ in range(n)]
    for s, t in zip(src.tolist(), dst.tolist(), strict=True):
        rows[s].append(t)
    total = np.zeros(n)
    for s in range(n):
        depth, sigma, queue = {s: 0}, {s: 1}, [s]
        for v in queue:
            for w in rows[v]:
                if w not in depth:
                    depth[w] = depth[v] + 1
                    sigma[w] = 0
                    queue.append(w)
                if depth[w] == depth[v] + 1:
                    sigma[w] += sigma[v]
        delta = dict.fromkeys(queue, 0.0)
        for v in reversed(queue):
            for w in rows[v]:
                if depth[w] == depth[v] + 1:
                    delta[v] += sigma[v] / sigma[w] * (1.0 + delta[w])
            if v != s:
                total[v] += delta[v]
    return total


@pytest.mark.parametrize("directed", [True, False])
def test_threads_do_not_change_a_bit(directed: bool) -> None:
    rng = np.random.default_rng(3)
    src, dst = rng.integers(0, 500, 2000), rng.integers(0, 500, 2000)
    one = kernel.betweenness(src, dst, 500, directed=directed)
    for threads in (2, 3, 8):
        many = kernel.betweenness(src, dst, 500, directed=directed, threads=threads)
        assert many.tobytes() == one.tobytes()


@pytest.mark.parametrize("directed", [True, False])
def test_the_order_of_edges_does_not_change_a_bit(directed: bool) -> None:
    rng = np.random.default_rng(4)
    edges = rng.integers(0, 500, (2000, 2))
    first = kernel.betweenness(*edges.T, 500, directed=directed)
    for _ in range(3):
        other = kernel.betweenness(*rng.permutation(edges).T, 500, directed=directed)
        assert other.tobytes() == first.tobytes()


@pytest.mark.parametrize("directed", [True, False])
def test_the_total_work_is_estimated_from_few_sources_where_they_find_much(
    directed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    src, dst = rng.integers(0, 4000, 20_000), rng.integers(0, 4000, 20_000)
    graph = kernel.prepare(src, dst, 4000, directed=directed)
    searched: list[int] = []
    searcher = estimates.searcher

    def counting(*args):
        search = searcher(*args)
        return lambda sources: searched.extend(sources.tolist()) or search(sources)

    monkeypatch.setattr(estimates, "searcher", counting)
    by_blocks = kernel.estimate_work(graph).sum()
    searched.clear()
    assert kernel.estimate_total_work(graph) == pytest.approx(by_blocks, rel=0.1)
    assert len(searched) == 2048
    searched.clear()
    monkeypatch.setattr(estimates, "_ENOUGH_FOUND", 100_000)
    assert kernel.estimate_total_work(graph) == pytest.approx(by_blocks, rel=0.1)
    assert len(searched) < 20


@pytest.mark.parametrize(("directed", "lanes"), [(True, 1), (False, 1), (False, 8)])
def test_arrays_take_no_more_than_the_memory_said_to_be_needed(directed: bool, lanes: int) -> None:
    """Every vertex has a sum, so that no array of a graph or of a thread is left empty."""
    n = 2_000
    rng = np.random.default_rng(3)
    ring = np.arange(n)
    src, dst = np.append(ring, rng.permutation(n)), np.append((ring + 1) % n, rng.permutation(n))
    graph = kernel.prepare(src, dst, n, directed=directed, reductions=[], lanes=lanes)
    shipped = [value for value in vars(graph).values() if isinstance(value, np.ndarray)]
    kernel.accumulate(graph, range(graph.block_count))  # compiled by now
    whole = sum(array.nbytes for array in shipped) + min(peaks_of_accumulating(graph, n))
    needed = kernel.memory_needed(graph, 1)
    assert 0.8 * needed < whole < needed + 16_000  # Python's own objects


def peaks_of_accumulating(graph: kernel.PreparedGraph, vertices: int) -> list[int]:
    """Of several times: what other threads of the process take meanwhile counts too."""
    peaks = []
    for _ in range(5):
        gc.collect()
        tracemalloc.start()
        partial = kernel.accumulate(graph, range(graph.block_count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(partial.rows) == vertices
    return peaks


def assert_adds_up_alike(loaded: kernel.PreparedGraph, graph: kernel.PreparedGraph) -> None:
    blocks = range(graph.block_count)
    assert (
        kernel.finish(graph, [kernel.accumulate(loaded, blocks)]).tobytes()
        == kernel.finish(graph, [kernel.accumulate(graph, blocks)]).tobytes()
    )


class TestPreparedFile:
    @pytest.fixture
    def graph(self) -> kernel.PreparedGraph:
        rng = np.random.default_rng(5)
        return kernel.prepare(rng.integers(0, 90, 300), rng.integers(0, 90, 300), 90, directed=True)

    def test_round_trip(self, graph: kernel.PreparedGraph, tmp_path: Path) -> None:
        graph.save(tmp_path / "graph")
        assert_adds_up_alike(kernel.PreparedGraph.load(tmp_path / "graph"), graph)

    @pytest.mark.parametrize(("before", "behind"), [(0, 0), (64, 2), (13, 5)])
    def test_something_else_around_it(
        self, graph: kernel.PreparedGraph, before: int, behind: int
    ) -> None:
        content = b"\0" * before + graph.to_bytes() + b"." * behind
        loaded = kernel.PreparedGraph.from_buffer(content)
        assert loaded.offsets.flags.aligned
        assert_adds_up_alike(loaded, graph)

    def test_any_reader_of_arrow_opens_it(
        self, graph: kernel.PreparedGraph, tmp_path: Path
    ) -> None:
        graph.save(tmp_path / "graph")
        with pa.OSFile(str(tmp_path / "graph")) as file:
            (row,) = pa.ipc.open_file(file).read_all().to_pylist()
        assert row["targets"] == graph.targets.tolist()
        assert row["inner_count"] == graph.inner_count

    def test_another_arrow_file_is_refused(self, tmp_path: Path) -> None:
        table = pa.table({"offsets": [[0, 1]]})
        with pa.ipc.new_file(str(tmp_path / "table"), table.schema) as writer:
            writer.write_table(table)
        with pytest.raises(ValueError, match="not a prepared graph of this version"):
            kernel.PreparedGraph.load(tmp_path / "table")

    def test_other_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "graph").write_bytes(b"something else" * 100)
        with pytest.raises(ValueError, match="not a prepared graph"):
            kernel.PreparedGraph.load(tmp_path / "graph")

    def test_truncated_file_is_refused(self, graph: kernel.PreparedGraph, tmp_path: Path) -> None:
        graph.save(tmp_path / "graph")
        content = (tmp_path / "graph").read_bytes()
        for length in (100, len(content) // 2, len(content) - 200, len(content) - 1):
            (tmp_path / "graph").write_bytes(content[:length])
            with pytest.raises(ValueError, match="cut short"):
                kernel.PreparedGraph.load(tmp_path / "graph")


class TestRefusals:
    def test_unknown_vertex(self) -> None:
        with pytest.raises(ValueError, match=r"outside 0\.\.2"):
            kernel.betweenness([0, 1], [1, 3], 3, directed=True)

    def test_uneven_lists(self) -> None:
        with pytest.raises(ValueError, match="one length"):
            kernel.betweenness([0, 1], [1], 3, directed=True)

    def test_unknown_reduction(self) -> None:
        with pytest.raises(ValueError, match="no reduction leafs"):
            kernel.betweenness([0], [1], 2, directed=True, reductions=["leafs", "sinks"])

    @pytest.mark.parametrize(("directed", "lanes"), [(True, 8), (False, 4)])
    def test_lanes_that_there_are_not(self, directed: bool, lanes: int) -> None:
        with pytest.raises(
            ValueError, match=f"lanes must be 1, or 8 where undirected, not {lanes}"
        ):
            kernel.betweenness([0], [1], 2, directed=directed, lanes=lanes)

    def test_names_instead_of_numbers(self) -> None:
        with pytest.raises(ValueError, match="vertex numbers"):
            kernel.betweenness(["a"], ["b"], 3, directed=True)


def test_kernel_does_not_import_spark() -> None:
    script = "import sys, patentcore.centrality.kernel; sys.exit('pyspark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_that_code_is_compiled_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiled.NOTICE, "is_given", False)
    with caplog.at_level("INFO"):
        for _ in range(2):
            numba.njit(lambda x: x + 1)(1)
    assert [record.message for record in caplog.records if "compiling" in record.message] == [
        "compiling the kernel, once on this machine: about half a minute"
    ]
