"""The network stage of the undirected kinds, and how patents are scored in them."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from patentcore import cooccurrence, networks
from patentcore.stages.corpus import corpus_with_key
from patentcore.stages.rejects import citations_without_end
from patentcore.stages.run import Run, observed

_NOTHING = {"groups": 0, "groups_left_out": 0, "largest_left_out": 0, "pairs_left_out": 0}


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
            run.work.append(citations_without_end(citations).coalesce(1), "rejects")
            members = cooccurrence.citation_members(citations, kind=config.kind)
            loops = citations.where(F.col("citing") == F.col("cited")).count()
            key_ids = key_patents.select(F.col("publication_number").alias("id"))
        merged, grouped = Observation("edges"), Observation("groups")
        pairs = cooccurrence.pairs_within(
            members,
            key_ids,
            scope=config.scope,
            largest_group=config.largest_group,
            observation=grouped,
        )
        edges = run.work.write(networks.merge_edges(pairs, observation=merged), "edges")
        vertices = networks.vertices_of(edges, key_ids)
        if config.kind == "co_classification" and config.scope == "full":
            alone = members.select(F.col("member").alias("id"), F.lit(False).alias("is_key"))
            vertices = (
                vertices.unionByName(alone).groupBy("id").agg(F.max("is_key").alias("is_key"))
            )
        run.work.write(vertices, "vertices", metrics={"keys": F.count_if("is_key")})
        edge_count = run.work.measured("edges")
        pair_count = observed(merged).get("pairs", 0)
        codes = {"code_system": config.code_system, "code_level": config.code_level}
        network = {
            "kind": config.kind,
            "scope": config.scope,
            **(codes if config.kind == "co_classification" else {}),
            "vertices": run.work.measured("vertices"),
            "key_vertices": run.work.measured("vertices", "keys"),
            "edges": edge_count,
            "loops_dropped": loops,
            "parallel_merged": pair_count - edge_count,
            "largest_group": config.largest_group,
            **(_NOTHING | observed(grouped)),
        }
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
