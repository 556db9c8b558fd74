"""Centralities of a network: degrees, and betweenness.

``from patentcore.centrality import betweenness`` serves any GraphFrame; nothing here knows of
patents. ``patentcore.centrality.kernel`` computes betweenness on arrays and does not import Spark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patentcore.centrality.distributed import betweenness, betweenness_of

__all__ = ["betweenness", "betweenness_of"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from patentcore.centrality import distributed

        return getattr(distributed, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
