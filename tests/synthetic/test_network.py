from __future__ import annotations

import igraph
import numpy as np
import pandas as pd
import pytest

from patentcore.synthetic import network
from patentcore.synthetic.published import PUBLISHED, TABLE_4, TABLE_5
from patentcore.synthetic.timeline import Timeline
from patentcore.synthetic.vocabulary import SUBGROUPS


def as_graph(layer: network.KeyLayer, timeline: Timeline) -> tuple[igraph.Graph, dict]:
    edges = layer.edges[~layer.edges["is_planted"]]
    citing = list(zip(edges["citing"], edges["citing_inside"], strict=True))
    cited = list(zip(edges["cited"], edges["cited_inside"], strict=True))
    keys = [(t, True) for t in timeline.place(np.arange(timeline.keys))]
    place = {vertex: i for i, vertex in enumerate(dict.fromkeys([*keys, *citing, *cited]))}
    pairs = [(place[a], place[b]) for a, b in zip(citing, cited, strict=True)]
    assert len(set(pairs)) == len(pairs)
    return igraph.Graph(n=len(place), edges=pairs, directed=True), place


@pytest.mark.parametrize("scale", [0.01, 0.02, 0.05, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("seed", [2023, 1])
def test_vertices_are_exact_and_background_betweenness_bounded(scale: float, seed: int) -> None:
    timeline = Timeline(scale, seed)
    layer = network.build(timeline)
    graph, place = as_graph(layer, timeline)
    assert graph.vcount() == timeline.vertices
    betweenness = np.array(graph.betweenness(directed=True))
    laid_down = layer.keys.dropna(subset=["fixed_number"])
    published = [place[(t, True)] for t in laid_down["t"]]
    betweenness[published] = 0
    assert betweenness[: timeline.keys].max() <= network.PATH_LIMIT
    assert (betweenness[timeline.keys :] == 0).all()


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_published_patents_have_their_structure_from_scale_1_up(scale: float) -> None:
    timeline = Timeline(scale, 2023)
    layer = network.build(timeline)
    graph, place = as_graph(layer, timeline)
    rows = layer.keys.dropna(subset=["fixed_number"]).set_index("fixed_number")
    assert set(rows.index) == {patent.number for patent in PUBLISHED}
    betweenness = graph.betweenness(directed=True)
    for patent in PUBLISHED:
        vertex = place[(rows.at[patent.number, "t"], True)]
        assert graph.degree(vertex, mode="in") == patent.citing
        assert graph.degree(vertex, mode="out") == patent.cited
        expected = patent.citing * patent.cited - patent.joined_pairs
        assert betweenness[vertex] == pytest.approx(expected, abs=1e-9)
        fellows = (layer.keys["fixed_ipc"] == patent.main_ipc).sum()
        assert fellows == round(patent.class_count * scale)


def test_published_main_classes_cannot_be_drawn_by_others() -> None:
    assert len({patent.main_ipc for patent in PUBLISHED}) == len(TABLE_4) + len(TABLE_5)
    assert not any(patent.main_ipc.partition("/")[2] in SUBGROUPS for patent in PUBLISHED)


def test_same_seed_gives_the_same_network() -> None:
    first, second = (network.build(Timeline(0.1, 5)) for _ in range(2))
    pd.testing.assert_frame_equal(first.edges, second.edges)
    pd.testing.assert_frame_equal(first.keys, second.keys)
    assert not first.edges.equals(network.build(Timeline(0.1, 6)).edges)
