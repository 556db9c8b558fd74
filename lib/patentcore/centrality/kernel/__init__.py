"""Exact betweenness on arrays of vertex numbers: compiled, threaded, without Spark.

``betweenness`` does all in one call. A distribution calls ``prepare`` once, ``accumulate`` on
blocks of sources anywhere and in any order, and ``finish`` on what they returned.
"""

from patentcore.centrality.kernel.estimates import (
    estimate_total_work,
    estimate_work,
    memory_needed,
)
from patentcore.centrality.kernel.exact import (
    PartialSums,
    accumulate,
    accumulate_threaded,
    betweenness,
    finish,
    warm_up,
)
from patentcore.centrality.kernel.graph import PreparedGraph
from patentcore.centrality.kernel.prepare import prepare
from patentcore.centrality.kernel.sampling import (
    Approximation,
    SampleGraph,
    approximate,
    prepare_sampling,
)

__all__ = [
    "Approximation",
    "PartialSums",
    "PreparedGraph",
    "SampleGraph",
    "accumulate",
    "accumulate_threaded",
    "approximate",
    "betweenness",
    "estimate_total_work",
    "estimate_work",
    "finish",
    "memory_needed",
    "prepare",
    "prepare_sampling",
    "warm_up",
]
