"""The stage that builds the network of the key patents."""

from __future__ import annotations

import logging

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.method import networks
from patentcore.stages.cooccurrence import build_cooccurrence
from patentcore.stages.rejects import append_citations_without_end
from patentcore.stages.run import Run, Stage

log = logging.getLogger("patentcore")

_PAIRS = "scratch_pairs"


def build_network(run: Run) -> None:
    """Key patents and citations or codes in, ``vertices`` and ``edges`` out."""
    if run.config.network.kind == "citation":
        _build_of_citations(run)
    else:
        build_cooccurrence(run)
    if not run.facts["network"]["edges"]:
        log.warning(
            "the network has no edges: centrality is 0 for every patent, and the ranks are made of "
            "the other measures alone"
        )


def _build_of_citations(run: Run) -> None:
    config = run.config.network
    with run.stages.stage("network") as facts:
        citations = run.source.read("citations", required=("citing", "cited"))
        without_end = append_citations_without_end(run, citations)
        # A lineage cut, but of the full network, which is all there is.
        scratch = "" if config.scope == "full" else _PAIRS
        pairs = write_citation_network(run, scratch)
        edge_count = run.work.measured("edges")
        network = {
            "kind": config.kind,
            "scope": config.scope,
            "vertices": run.work.measured("vertices"),
            "key_vertices": run.work.measured("vertices", "keys"),
            "edges": edge_count,
            "loops_dropped": networks.filter_loops(pairs).count(),
            "parallel_merged": run.work.measured("edges", "pairs") - edge_count,
        }
        if scratch:
            run.work.remove(scratch)
        run.facts["network"] = network
        facts |= {name: network[name] for name in list(network)[2:]}
        facts["rejects"] = without_end


def write_citation_network(run: Run, scratch: str = "") -> DataFrame:
    """Write ``vertices`` and ``edges`` of the citations; return the pairs these are made of.

    Args:
        run: the run.
        scratch: table to keep the pairs in, of a caller who needs them again.
    """
    key_ids = run.work.read("key_patents").select(F.col("publication_number").alias("id"))
    citations = run.source.read("citations", required=("citing", "cited"))
    pairs = networks.citation_pairs(citations, key_ids=key_ids, scope=run.config.network.scope)
    if scratch:
        pairs = run.work.write(pairs, scratch)
    edges = run.work.write(networks.merge_edges(pairs), "edges", metrics={"pairs": F.sum("weight")})
    run.work.write(
        networks.vertices_of(edges, key_ids), "vertices", metrics={"keys": F.count_if("is_key")}
    )
    return pairs


NETWORK = Stage(
    "network",
    build_network,
    reads=("key_patents",),
    writes=("vertices", "edges", "rejects"),
    facts=("network",),
)
