"""Exact betweenness on arrays of vertex numbers: compiled, threaded, without Spark.

``betweenness`` does all in one call. A distribution calls ``prepare`` once, ``accumulate`` on blocks
of sources anywhere and in any order, and ``finish`` on what they returned.
"""

from patentcore.centrality.kernel.exact import (
    PartialSums,
    accumulate,
    accumulate_threaded,
    betweenness,
    finish,
    prepare,
)
from patentcore.centrality.kernel.graph import PreparedGraph

__all__ = [
    "PartialSums",
    "PreparedGraph",
    "accumulate",
    "accumulate_threaded",
    "betweenness",
    "finish",
    "prepare",
]
