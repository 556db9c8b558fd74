"""Versions of what computes a result."""

from __future__ import annotations

import platform
from importlib.metadata import version

from pyspark.sql import SparkSession


def versions(spark: SparkSession) -> dict[str, str]:
    """Return the versions of what computed the result."""
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    names = ("pyspark", "graphframes-py", "pandas", "pyarrow", "numpy", "numba", "scipy")
    return {
        "python": platform.python_version(),
        "java": str(jvm.java.lang.System.getProperty("java.version")),
        "scala": str(jvm.scala.util.Properties.versionNumberString()),
    } | {name: version(name) for name in names}
