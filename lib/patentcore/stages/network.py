"""The stage that builds the network of the key patents."""

from __future__ import annotations

from pyspark.sql import Observation
from pyspark.sql import functions as F

from patentcore import networks
from patentcore.stages.cooccurrence import build_cooccurrence
from patentcore.stages.rejects import citations_without_end
from patentcore.stages.run import Run, Stage, observed


def build_network(run: Run) -> None:
    """Key patents and citations or codes in, ``vertices`` and ``edges`` out."""
    config = run.config.network
    if config.kind != "citation":
        build_cooccurrence(run)
        return
    with run.stages.stage("network") as facts:
        key_ids = run.work.read("key_patents").select(F.col("publication_number").alias("id"))
        merged, counted = Observation("edges"), Observation("citations")
        citations = run.source.read("citations", required=("citing", "cited"))
        no_end = F.col("citing").isNull() | F.col("cited").isNull()
        edges = run.work.write(
            citations.observe(counted, F.count_if(no_end).alias("no_end"))
            .transform(networks.citation_pairs, key_ids=key_ids, scope=config.scope)
            .transform(networks.merge_edges, observation=merged),
            "edges",
        )
        without_end = observed(counted).get("no_end")
        if without_end is None:
            without_end = citations.where(no_end).count()
        if without_end:
            run.work.append(citations_without_end(citations).coalesce(1), "rejects")
        run.work.write(
            networks.vertices_of(edges, key_ids), "vertices", metrics={"keys": F.count_if("is_key")}
        )
        edge_count = run.work.measured("edges")
        totals = {"pairs": 0, "loops": 0} | observed(merged)
        pairs, loops = totals["pairs"], totals["loops"]
        network = {
            "kind": config.kind,
            "scope": config.scope,
            "vertices": run.work.measured("vertices"),
            "key_vertices": run.work.measured("vertices", "keys"),
            "edges": edge_count,
            "loops_dropped": loops,
            "parallel_merged": pairs - loops - edge_count,
        }
        run.facts["network"] = network
        facts |= {name: network[name] for name in list(network)[2:]}
        facts["rejects"] = without_end


NETWORK = Stage(
    "network",
    build_network,
    reads=("key_patents",),
    writes=("vertices", "edges", "rejects"),
    facts=("network",),
)
