"""The network stage of the undirected kinds, and how patents are scored in them."""

from __future__ import annotations

from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.method import cooccurrence, networks
from patentcore.stages.corpus import corpus_with_key
from patentcore.stages.rejects import append_citations_without_end
from patentcore.stages.run import Run

GROUPS = "scratch_groups"


def build_cooccurrence(run: Run) -> None:
    """Key patents and their codes or citations in, ``vertices`` and ``edges`` out.

    Args:
        run: of a kind without direction.
    """
    config = run.config.network
    with run.stages.stage("network") as facts:
        key_patents = run.work.read("key_patents")
        loops = 0
        if config.kind == "co_classification":
            members = cooccurrence.code_members(
                corpus_with_key(run), system=config.code_system, level=config.code_level
            )
            key_ids = (
                cooccurrence.code_members(
                    key_patents, system=config.code_system, level=config.code_level
                )
                .select(F.col("member").alias("id"))
                .distinct()
            )
        else:
            citations = run.source.read("citations", required=("citing", "cited"))
            append_citations_without_end(run, citations)
            members = cooccurrence.citation_members(citations, kind=config.kind)
            loops = citations.where(F.col("citing") == F.col("cited")).count()
            key_ids = key_patents.select(F.col("publication_number").alias("id"))
        # A lineage cut: the groups are counted and paired.
        groups = run.work.write(
            cooccurrence.groups_of(members, key_ids, scope=config.scope), GROUPS
        )
        limits: dict[str, Any] = {"scope": config.scope, "largest_group": config.largest_group}
        edges = run.work.write(
            networks.merge_edges(cooccurrence.pairs_of(groups, **limits)),
            "edges",
            metrics={"pairs": F.sum("weight")},
        )
        vertices = networks.vertices_of(edges, key_ids)
        if config.kind == "co_classification" and config.scope == "full":
            alone = members.select(F.col("member").alias("id"), F.lit(False).alias("is_key"))
            vertices = (
                vertices.unionByName(alone).groupBy("id").agg(F.max("is_key").alias("is_key"))
            )
        run.work.write(vertices, "vertices", metrics={"keys": F.count_if("is_key")})
        edge_count = run.work.measured("edges")
        codes = {"code_system": config.code_system, "code_level": config.code_level}
        network = {
            "kind": config.kind,
            "scope": config.scope,
            **(codes if config.kind == "co_classification" else {}),
            "vertices": run.work.measured("vertices"),
            "key_vertices": run.work.measured("vertices", "keys"),
            "edges": edge_count,
            "loops_dropped": loops,
            "parallel_merged": run.work.measured("edges", "pairs") - edge_count,
            "largest_group": config.largest_group,
            **cooccurrence.left_out(groups, **limits).collect()[0].asDict(),
        }
        run.work.remove(GROUPS)
        run.facts["network"] = network
        shown = ("vertices", "key_vertices", "edges", "groups", "groups_left_out", "pairs_left_out")
        facts |= {name: network[name] for name in shown}


def centrality_of_patents(run: Run, key_patents: DataFrame) -> DataFrame:
    """Return the centrality of each key patent, or of its main code where vertices are codes."""
    centrality = run.work.read("centrality")
    if run.config.network.kind != "co_classification":
        return centrality
    return cooccurrence.through_main_code(centrality, key_patents, code=_main_code(run))


def _main_code(run: Run) -> Column:
    config = run.config.network
    return cooccurrence.main_code(system=config.code_system, level=config.code_level)
