"""The undirected networks through the whole method, their measures against networkx."""

from __future__ import annotations

import itertools
from collections import defaultdict
from pathlib import Path

import networkx as nx
import pytest

from .conftest import Finished, citation_rows, patent_rows, table


def oracle(kind: str) -> nx.Graph:
    """The network of scope full; key patents that stand alone are vertices too."""
    groups = defaultdict(set)
    if kind == "co_classification":
        for row in patent_rows():
            groups[row["publication_number"]] |= {code[:4] for code in row["ipc"]}
    else:
        for citing, cited in citation_rows():
            if not citing or not cited or citing == cited:
                continue
            if kind == "co_citation":
                groups[citing].add(cited)
            else:
                groups[cited].add(citing)
    graph = nx.Graph()
    if kind != "co_classification":
        graph.add_nodes_from(row["publication_number"] for row in patent_rows())
    for members in groups.values():
        for pair in itertools.combinations(sorted(members), 2):
            graph.add_edge(*pair, weight=graph.get_edge_data(*pair, {"weight": 0})["weight"] + 1)
    return graph


@pytest.mark.parametrize("kind", ["co_classification", "co_citation", "bibliographic_coupling"])
def test_measures_are_the_independent_tools(finish: Finished, tmp_path: Path, kind: str) -> None:
    manifest = finish(f"network.kind={kind}", "network.scope=full")
    graph = oracle(kind)
    network = manifest["network"]
    assert (network["vertices"], network["edges"]) == (len(graph), graph.number_of_edges())
    assert (network["groups_left_out"], network["pairs_left_out"]) == (0, 0)
    loops = sum(citing is not None and citing == cited for citing, cited in citation_rows())
    assert network["loops_dropped"] == (0 if kind == "co_classification" else loops)
    weights = table(tmp_path / "out", "edges").set_index(["src", "dst"])["weight"].to_dict()
    assert weights == {
        (min(edge), max(edge)): weight for *edge, weight in graph.edges(data="weight")
    }

    centrality = table(tmp_path / "out", "centrality").set_index("id")
    assert centrality["in_degree"].isna().all()
    assert centrality["out_degree"].isna().all()
    assert centrality["degree"].to_dict() == dict(graph.degree())
    betweenness = nx.betweenness_centrality(graph, normalized=False)
    assert centrality["betweenness"].to_dict() == pytest.approx(betweenness)


def test_patents_are_scored_through_their_main_code(finish: Finished, tmp_path: Path) -> None:
    finish("network.kind=co_classification")
    centrality = table(tmp_path / "out", "centrality").set_index("id")
    scores = table(tmp_path / "out", "scores").set_index("publication_number")
    for row in patent_rows()[:-1]:
        score, code = scores.loc[row["publication_number"]], row["main_ipc"][:4]
        assert score["degree"] == centrality.loc[code, "degree"]
        assert score["betweenness"] == centrality.loc[code, "betweenness"]
        # No direction, so no citations received in the network: the record's figure stands in.
        age = 2023 - row["publication_date"].year + 1
        assert score["popularity"] == pytest.approx(row["family_cited_by_count"] / age)
    assert "main class unknown" in scores.loc["K39", "missing_reason"]


def test_a_network_of_codes_needs_no_citations(
    finish: Finished, canonical: Path, tmp_path: Path
) -> None:
    source = tmp_path / "uncited"
    source.mkdir()
    (source / "patents").symlink_to(canonical / "patents")
    assert finish("network.kind=co_classification", source=source)["network"]["edges"] > 0


def test_the_limit_on_groups_is_reported(finish: Finished, tmp_path: Path) -> None:
    manifest = finish("network.kind=co_citation", "network.scope=full", "network.largest_group=2")
    sizes = defaultdict(set)
    for citing, cited in citation_rows():
        if citing and cited and citing != cited:
            sizes[citing].add(cited)
    left_out = [len(members) for members in sizes.values() if len(members) > 2]
    network = manifest["network"]
    assert network["largest_group"] == 2
    assert network["groups"] == len(sizes)
    assert network["groups_left_out"] == len(left_out)
    assert network["largest_left_out"] == max(left_out)
    assert network["pairs_left_out"] == sum(n * (n - 1) // 2 for n in left_out)
    (stage,) = (stage for stage in manifest["stages"] if stage["stage"] == "network")
    assert stage["groups_left_out"] == len(left_out)
    rejects = table(tmp_path / "out", "rejects")
    assert list(rejects["reason"]) == ["citation without both publication numbers"]
