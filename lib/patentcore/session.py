"""The only place that builds a SparkSession."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pyspark.sql import SparkSession

# Parquet written by others holds nanosecond and pre-1900 dates; read them as they stand.
_DEFAULTS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.sources.partitionOverwriteMode": "static",
}

_LOCAL_DEFAULTS = {
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


def local_jars() -> list[str]:
    """Return the jars that set-up resolved, from ``PATENTCORE_JARS`` or the project's ``.jars``."""
    folder = os.environ.get("PATENTCORE_JARS")
    root = Path(folder) if folder else Path(__file__).resolve().parents[2] / ".jars"
    return sorted(str(jar) for jar in root.glob("*.jar"))


def get_spark(
    app_name: str = "PatentCore",
    *,
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
) -> SparkSession:
    """Return the running session, or build one.

    Under spark-submit the submitted configuration wins; otherwise a local session on all cores
    starts from the jars that set-up resolved.

    Args:
        app_name: name shown in Spark's UI.
        master: Spark master URL; ``None`` keeps what was submitted, else ``local[*]``.
        conf: further Spark settings; they win over the defaults here.
    """
    builder = SparkSession.builder.appName(app_name)
    settings = dict(_DEFAULTS)
    if "PYSPARK_GATEWAY_PORT" not in os.environ:  # not started by spark-submit
        master = master or "local[*]"
        settings["spark.jars"] = ",".join(local_jars())
        if master.startswith("local"):
            settings |= _LOCAL_DEFAULTS
    if master:
        builder = builder.master(master)
    settings |= conf or {}
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
