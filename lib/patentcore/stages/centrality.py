"""The stage that measures the network."""

from __future__ import annotations

from dataclasses import asdict

from pyspark.sql import functions as F

from patentcore.centrality import betweenness_of
from patentcore.centrality.degree import degrees
from patentcore.method import networks
from patentcore.progress import advance
from patentcore.stages.graphs import graph_of, searchers
from patentcore.stages.run import Run, Stage


def compute_centrality(run: Run) -> None:
    """Vertices and edges in, ``centrality`` out."""
    config = run.config.centrality
    directed = config.directed and not networks.is_undirected(run.config.network.kind)
    with run.stages.stage("centrality") as facts:
        vertices, edges = run.work.read("vertices"), run.work.read("edges")
        measured = degrees(graph_of(vertices, edges), directed=directed)
        if config.betweenness == "off":
            measured = measured.withColumn("betweenness", F.lit(None).cast("double"))
        else:
            scores = betweenness_of(
                vertices,
                edges,
                directed=directed,
                method=config.betweenness,
                epsilon=config.epsilon,
                delta=config.delta,
                seed=config.seed,
                **searchers(vertices),
                on_progress=advance,
                on_report=lambda report: run.facts.update(betweenness=asdict(report)),
            )
            measured = measured.join(scores, on="id", how="left").fillna(0.0, ["betweenness"])
        run.work.write(measured, "centrality")
        facts["vertices"] = run.work.measured("centrality")


CENTRALITY = Stage(
    "centrality",
    compute_centrality,
    reads=("vertices", "edges"),
    writes=("centrality",),
    facts=("betweenness",),
)
