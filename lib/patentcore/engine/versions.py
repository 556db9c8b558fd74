"""What computes a result: the engine, and the versions of everything that matters."""

from __future__ import annotations

import platform
from typing import Any

from pyspark.sql import SparkSession

from patentcore.engine.requirements import installed
from patentcore.engine.session import running

PACKAGES = ("pyspark", "graphframes-py", "pandas", "pyarrow", "numpy", "numba", "scipy")


def described(spark: SparkSession) -> dict[str, Any]:
    """Return the engine that computed the result: its name and its own versions."""
    engine = running()
    return {"name": engine.name, "versions": engine.versions(spark)}


def versions(spark: SparkSession) -> dict[str, str]:
    """Return the versions of what computed the result, the engine's own among them."""
    packages = {name: installed(name) for name in PACKAGES}
    return (
        {"python": platform.python_version()}
        | running().versions(spark)
        | {name: version for name, version in packages.items() if version is not None}
    )
