"""The map's selection, places and clusters, and what a page holds of a large ranking."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.results.report.conftest import Draft, key_patent, score

from patentcore.results.report import network_map
from patentcore.results.report.embedded import POINTS, RANKED_ROWS, score_points


def two_cliques(size: int = 6) -> pd.DataFrame:
    pairs = [(f"{side}{i}", f"{side}{j}") for side in "AB" for i in range(size) for j in range(i)]
    return pd.DataFrame([*pairs, ("A0", "B0")], columns=["src", "dst"])


def test_cliques_are_clusters_and_the_map_is_the_same_each_time() -> None:
    names = [f"{side}{i}" for side in "AB" for i in range(6)]
    first, second = (network_map.placed(two_cliques(), names) for _ in range(2))
    assert first == second
    assert len(set(first["cluster"][:6])) == len(set(first["cluster"][6:])) == 1
    assert set(first["cluster"]) == {0, 1}
    assert all(0 <= place <= 1 for place in first["x"] + first["y"])


def test_selection_keeps_the_first_keys_and_their_neighbours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network_map, "SHOWN", 4)
    monkeypatch.setattr(network_map, "KEYS_SHOWN", 2)
    edges = pd.DataFrame({"src": list("XXYZWQ"), "dst": list("ABABCD")})
    assert network_map.chosen(edges, ["A", "B", "C", "D"]) == ["A", "B", "X", "Y"]


def test_loops_parallel_edges_and_single_vertices_are_drawn() -> None:
    edges = pd.DataFrame({"src": ["A", "A", "A"], "dst": ["A", "B", "B"]})
    drawn = network_map.placed(edges, ["A", "B", "C"])
    assert len(drawn["x"]) == 3
    assert network_map.placed(edges, ["C"])["x"] == [0.5]


def test_points_of_a_long_ranking_are_few_and_keep_its_ends() -> None:
    points = score_points(pd.Series(range(100_000, 0, -1), dtype="float64"))
    assert len(points) <= POINTS
    assert (points[0], points[-1]) == ((1, 1e5), (100_000, 1.0))


def test_page_of_a_long_ranking_says_what_it_leaves_out(draft: Draft) -> None:
    numbers = [f"CN{i:07}A" for i in range(RANKED_ROWS + 500)]
    draft.content["scores"] += [score(n, i) for i, n in enumerate(numbers, start=4)]
    draft.content["key_patents"] += [key_patent(n) for n in numbers[:5]]
    page = draft.page()
    assert f"the table <code>scores</code> has all {RANKED_ROWS + 503:,}" in page
    assert numbers[-1] not in page
    assert len(page) < 5_000_000


def test_run_with_one_patent_and_without_network(draft: Draft) -> None:
    for table in ("scores", "key_patents", "centrality", "vertices"):
        draft.content[table] = draft.content[table][:1]
    draft.content["edges"] = []
    draft.manifest["network"] |= {"vertices": 1, "key_vertices": 1, "edges": 0}
    page = draft.page()
    assert 'id="map"' not in page
    assert 'id="ranking"' in page


def test_language_is_chosen(draft: Draft) -> None:
    from patentcore.results.report.write import render

    page = render(str(draft.write()), "zh")
    assert '<html lang="zh">' in page
    assert "<title>关键核心技术专利" in page
    assert 'aria-label="章节"' in page
