"""The only place that builds a SparkSession."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import nullcontext

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkRuntimeError
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from patentcore import class_archive, preflight
from patentcore.errors import EnvironmentProblem
from patentcore.preflight import local_jars

__all__ = ["get_spark", "local_jars"]

# The package for executors on other machines; scripts/package builds it.
ZIP = preflight.PROJECT / "dist" / "patentcore.zip"

# Parquet written by others holds nanosecond and pre-1900 dates; read them as they stand.
_DEFAULTS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.sources.partitionOverwriteMode": "static",
    # Java interprets methods of more than 8000 bytes of bytecode, which is slower than not fusing.
    "spark.sql.codegen.hugeMethodLimit": "8000",
}

_LOCAL_DEFAULTS = {
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


def get_spark(
    app_name: str = "PatentCore",
    *,
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
) -> SparkSession:
    """Return the running session, or build one.

    Under spark-submit the submitted configuration wins; otherwise a local session on all cores
    starts from the jars that set-up resolved. What the JVM prints goes to stderr, or to the
    end of the file that ``PATENTCORE_SPARK_LOG`` names; ``PATENTCORE_JAVA_OPTIONS`` may hold
    further options for a local session's JVM.

    Args:
        app_name: name shown in Spark's UI.
        master: Spark master URL; ``None`` keeps what was submitted, else ``local[*]``.
        conf: further Spark settings; they win over the defaults here.

    Raises:
        EnvironmentProblem: Java, Spark, Scala or GraphFrames is missing or does not fit.
    """
    builder = SparkSession.builder.appName(app_name)
    if was_submitted():
        SparkContext._ensure_initialized()
        given = SparkConf()
        settings = {key: value for key, value in _DEFAULTS.items() if not given.contains(key)}
        settings |= conf or {}
    else:
        master = master or "local[*]"
        settings = _DEFAULTS | local_settings(master) | jar_settings(master) | dict(conf or {})
        # Spark would start its workers with whatever python3 comes first on PATH.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        if SparkContext._gateway is None:
            check_before_start(settings)
            launch_jvm(settings | {"spark.master": master, "spark.app.name": app_name})
    if master:
        builder = builder.master(master)
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    if was_submitted():
        preflight.check_pyspark()
        check_graphframes_loads(spark)
    elif not is_local(master or "local") and ZIP.is_file():
        spark.sparkContext.addPyFile(str(ZIP))
    return spark


def was_submitted() -> bool:
    """Tell whether spark-submit started this process, so that its JVM already runs."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def launch_jvm(settings: Mapping[str, str]) -> None:
    """Start the JVM that the session will live in, with all its output going to stderr or the log.

    Standard output stays clean for what a command prints.
    """
    log_file = os.environ.get("PATENTCORE_SPARK_LOG")
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    try:
        with open(log_file, "ab") if log_file else nullcontext(2) as output:
            gateway = launch_gateway(conf, {"stdout": output, "stderr": output})
    except PySparkRuntimeError as error:
        where = f"; its words are in {log_file}" if log_file else ""
        raise EnvironmentProblem(
            f"Spark's Java did not start{where}; run patentcore doctor, and lower "
            f"spark.driver.memory ({settings.get('spark.driver.memory', 'unset')}) if it is more "
            "than is free."
        ) from error
    SparkContext._ensure_initialized(gateway=gateway)


def local_settings(master: str) -> dict[str, str]:
    """Return what a local session needs and a cluster must not be told."""
    if not is_local(master):
        return {}
    java_options = [*class_archive.options(), os.environ.get("PATENTCORE_JAVA_OPTIONS", "")]
    return _LOCAL_DEFAULTS | {"spark.driver.extraJavaOptions": " ".join(java_options).strip()}


def is_local(master: str) -> bool:
    """Tell whether driver and executors are one process.

    >>> is_local("local[2]"), is_local("local-cluster[2,1,1024]"), is_local("spark://host:7077")
    (True, False, False)
    """
    return master == "local" or master.startswith("local[")


def jar_settings(master: str) -> dict[str, str]:
    """Return the setting that makes Spark load the resolved jars.

    A local session reads them where they are; executors elsewhere get copies.
    """
    jars = local_jars()
    if not jars:
        return {}
    if is_local(master):
        return {"spark.driver.extraClassPath": os.pathsep.join(jars)}
    return {"spark.jars": ",".join(jars)}


def check_before_start(settings: Mapping[str, str]) -> None:
    """Run the preflight on the jars and packages that these settings make Spark load."""
    jars = preflight.split_jars(settings.get("spark.jars"))
    jars += [j for j in settings.get("spark.driver.extraClassPath", "").split(os.pathsep) if j]
    packages = settings.get("spark.jars.packages") or os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    preflight.check_all(jars, packages)


def check_graphframes_loads(spark: SparkSession) -> None:
    """Check that the driver's JVM finds GraphFrames among the jars that were submitted."""
    preflight.check_graphframes_python()
    jvm = spark.sparkContext._jvm
    assert jvm is not None  # the session is running
    try:
        thread = jvm.java.lang.Thread.currentThread()
        thread.getContextClassLoader().loadClass(preflight.GRAPHFRAMES_CLASS)
    except Py4JError:
        raise EnvironmentProblem(
            "The submitted jars do not hold GraphFrames; submit with --properties-file "
            "conf/spark-defaults.conf, or with --jars and a GraphFrames jar for Spark 4 and "
            "Scala 2.13 (scripts/setup puts one into .jars)."
        ) from None
