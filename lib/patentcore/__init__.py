"""PatentCore finds key core technologies in patent data, on a laptop or on Apache Spark.

The modules follow the data: ``sources`` bring exports into canonical tables, ``method`` screens
them, builds the network of the key patents and ranks these, ``centrality`` measures the network.

What Python users call stands in :mod:`patentcore.api` and is loaded when it is first asked for:
executors import this package without anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from patentcore.api import corpus, ingest, open, run
    from patentcore.results.result import Result

__version__ = "0.1.0"
__all__ = ["Result", "corpus", "ingest", "open", "run"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'patentcore' has no attribute {name!r}")
    from patentcore import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
