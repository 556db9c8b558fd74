"""How stages measure networks on the engine that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame

from patentcore.centrality.degree import PlainGraph
from patentcore.centrality.search import usable_cores
from patentcore.engine import Ability, running

if TYPE_CHECKING:
    from graphframes import GraphFrame


def graph_of(vertices: DataFrame, edges: DataFrame) -> GraphFrame | PlainGraph:
    """Return the graph: GraphFrames' where the engine has it, else one of plain aggregates."""
    if not has_graphframes():
        return PlainGraph(vertices, edges)
    from graphframes import GraphFrame

    return GraphFrame(vertices, edges)


def has_graphframes() -> bool:
    """Tell whether the running engine has GraphFrames."""
    return Ability.GRAPHFRAMES in running().abilities


def driver_cores(df: DataFrame) -> int | None:
    """Return how many threads of this process search a network.

    ``None`` on a classic session, whose executors search, or the driver in local mode.
    """
    engine = running()
    if Ability.JAVA in engine.abilities:
        return None
    if engine.name == "embedded":
        return engine.cores(df.sparkSession)
    return usable_cores()  # a server's cores are another machine's


def searchers(df: DataFrame) -> dict[str, Any]:
    """Return who searches a large network: threads of this process, or executors of a server."""
    engine = running()
    if engine.name == "connect":
        return {"cores": None, "partitions": engine.cores(df.sparkSession)}
    return {"cores": driver_cores(df), "partitions": None}
