"""The network of joint applicants, with their centralities."""

from __future__ import annotations

from pyspark.sql import DataFrame

from patentcore import schemas
from patentcore.centrality import betweenness_of
from patentcore.centrality.degree import degrees
from patentcore.stages.graphs import driver_cores, graph_of
from patentcore.stages.run import Run
from patentcore.technologies import cooperation

# Written, read back, and removed by whoever asked for the network.
SCRATCH = _PARTNERS, _JOINT = "_partners", "_joint"


def cooperation_network(run: Run, pairs: DataFrame, applicants: DataFrame) -> DataFrame:
    """Return the joint applicants with their centralities in the network that they make."""
    config = run.config.centrality
    if not run.work.measured("cooperation_pairs"):
        return run.spark.createDataFrame([], schemas.COOPERATION_NETWORK)
    vertices, edges = cooperation.network(pairs)
    vertices, edges = run.work.write(vertices, _PARTNERS), run.work.write(edges, _JOINT)
    measured = degrees(graph_of(vertices, edges), directed=False)
    scores = betweenness_of(
        vertices,
        edges,
        directed=False,
        method="exact",
        seed=config.seed,
        cores=driver_cores(vertices),
    )
    return (
        measured.join(scores, on="id", how="left")
        .fillna(0.0, ["betweenness"])
        .join(cooperation.partners(applicants), on="id", how="left")
        .withColumnRenamed("id", "name")
    )
