"""The engine ``spark``: a classic session, its JVM beside this process or behind spark-submit."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext, SparkFiles
from pyspark.errors import PySparkRuntimeError
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from patentcore.engine import class_archive, java_names, preflight, small
from patentcore.engine.ending import keep_handler
from patentcore.engine.executors import check_executors
from patentcore.engine.extras import NOTHING_MORE, Extras
from patentcore.engine.log import current_log
from patentcore.engine.preflight import local_jars
from patentcore.engine.protocol import Ability, Request
from patentcore.engine.settings import MEMORY, check_settings
from patentcore.engine.shipping import NAME, is_zip, write_zip
from patentcore.engine.spark_counters import Counters
from patentcore.errors import ConfigError, EnvironmentProblem
from patentcore.redaction import is_secret

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
    # Telling Java the Python line of each expression takes longer than making the expression.
    "spark.python.sql.dataFrameDebugging.enabled": "false",
    # The size of a batch for Python is added up anew with each row, over all rows of its lists: by
    # rows squared. Unless it is the most, when a batch is of 10,000 rows, as before Spark 4.
    "spark.sql.execution.arrow.maxBytesPerBatch": str(2**31 - 1),
}

_EXTENSIONS = "spark.sql.extensions"

_LOCAL_DEFAULTS = {
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Of each query Spark keeps all plans and figures for pages that are not shown.
    "spark.sql.ui.retainedExecutions": "50",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


class Classic:
    """Spark through Py4J: local, on a cluster, or submitted."""

    name = "spark"
    abilities = frozenset(Ability)

    def __init__(self) -> None:
        self._counters = Counters()

    def start(self, request: Request) -> SparkSession:
        """Return the running session, or build one.

        Under spark-submit the submitted configuration wins; otherwise a local session on all cores
        starts from the jars that set-up resolved. What the JVM prints goes where
        :mod:`patentcore.engine.log` says; ``PATENTCORE_JAVA_OPTIONS`` may hold further options for
        a local session's JVM.

        Raises:
            ConfigError: the master is none of Spark's, or a memory is no size.
            EnvironmentProblem: Java, Spark, Scala, GraphFrames or an extra is missing or does not
                fit.
        """
        if request.master and request.master.startswith("sc://"):
            raise ConfigError(f"{request.master} is for --engine connect, not for --engine spark")
        check_settings(request.master, request.conf)
        return _session(request)

    def is_running(self) -> bool:
        """Tell whether this process has a classic session."""
        return SparkContext._active_spark_context is not None

    def cores(self, spark: SparkSession) -> int:
        """Return how many tasks run at once."""
        return spark.sparkContext.defaultParallelism

    def memory_bytes(self, spark: SparkSession) -> int:
        """Return the memory of the driver's JVM."""
        return int(_jvm().java.lang.Runtime.getRuntime().maxMemory())

    def reads(self, uri: str) -> bool:
        """Tell whether a place can be reached: whatever Hadoop's client is configured for."""
        return True

    def literal(self, path: str, form: str = "parquet") -> str:
        """Return the path: Spark is told with each that it is no pattern."""
        return path

    def versions(self, spark: SparkSession) -> dict[str, str]:
        """Return the versions of what runs."""
        return {
            "java": str(_jvm().java.lang.System.getProperty("java.version")),
            "scala": str(_jvm().scala.util.Properties.versionNumberString()),
        }

    def counters(self, spark: SparkSession) -> dict[str, float]:
        """Return the sums over Spark's stages so far."""
        return self._counters.so_far(spark)

    def process(self) -> int | None:
        """Return the number of the JVM's process where it runs on this machine."""
        context = SparkContext._active_spark_context
        if context is None or context._jvm is None:
            return None
        return int(context._jvm.java.lang.ProcessHandle.current().pid())


def _jvm() -> Any:
    jvm = SparkContext._jvm
    assert jvm is not None  # a session runs
    return jvm


def _session(request: Request) -> SparkSession:
    master, extras = request.master, request.extras or NOTHING_MORE
    running = SparkSession.getActiveSession()
    if running is not None and master is None and not request.conf:
        refuse_missing(extras.needed)
        return running
    # A parent process on Spark Connect hands its mode on; here it would ask for a server.
    os.environ.pop("SPARK_CONNECT_MODE_ENABLED", None)
    loaded = extras_to_load(extras)
    conf = extra_settings(loaded, request.conf)
    if was_submitted():
        SparkContext._ensure_initialized()
        given = SparkConf()
        settings = {key: value for key, value in _DEFAULTS.items() if not given.contains(key)}
        settings |= conf
    else:
        master = master or "local[*]"
        settings = _DEFAULTS | local_settings(master, request) | jar_settings(master, loaded) | conf
        # Spark would start its workers with whatever python3 comes first on PATH.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        if SparkContext._gateway is None:
            check_before_start(settings)
            launch_jvm(settings | {"spark.master": master, "spark.app.name": request.app_name})
    settings |= {"spark.app.name": request.app_name} | ({"spark.master": master} if master else {})
    # First the context, which replaces the handler of interrupts before the session takes seconds.
    SparkContext.getOrCreate(SparkConf().setAll(list(settings.items())))
    keep_handler()
    java_names.remember(_jvm())
    builder = SparkSession.builder.config(map=dict(settings))
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    if was_submitted():
        preflight.check_pyspark()
        check_graphframes_loads()
    refuse_missing(loaded)
    if not is_local(str(spark.sparkContext.master)):
        ship_package(spark.sparkContext)
        check_executors(spark.sparkContext)
    return spark


def ship_package(context: SparkContext) -> None:
    """Give executors the package that runs here; one that runs from a zip was shipped so."""
    if not is_zip():
        folder = Path(SparkFiles.getRootDirectory(), "shipped")  # goes with the session
        context.addPyFile(str(write_zip(folder / NAME)))


def was_submitted() -> bool:
    """Tell whether spark-submit started this process, so that its JVM already runs."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def launch_jvm(settings: Mapping[str, str]) -> None:
    """Start the JVM that the session will live in, with all its output going to stderr or the log.

    Standard output stays clean for what a command prints.
    """
    log_file = current_log()
    # What the JVM starts with stands in the list of processes. Secrets follow with the context.
    shown = [(key, value) for key, value in settings.items() if not is_secret(key)]
    conf = SparkConf(loadDefaults=False).setAll(shown)
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


def local_settings(master: str, request: Request) -> dict[str, str]:
    """Return what a local session needs and a cluster must not be told.

    What the environment says to Java comes last, and so wins over what suits small places.
    """
    if not is_local(master):
        return {}
    settings, java_options = dict(_LOCAL_DEFAULTS), class_archive.options()
    if small.is_small(request.places):
        settings |= small.sql_settings(master)
        memory = request.conf.get(MEMORY, settings[MEMORY])
        java_options += small.java_options(memory)
    java_options.append(os.environ.get("PATENTCORE_JAVA_OPTIONS", ""))
    return settings | {"spark.driver.extraJavaOptions": " ".join(java_options).strip()}


def is_local(master: str) -> bool:
    """Tell whether driver and executors are one process.

    >>> is_local("local[2]"), is_local("local-cluster[2,1,1024]"), is_local("spark://host:7077")
    (True, False, False)
    """
    return master == "local" or master.startswith("local[")


def jar_settings(master: str, extras: Collection[str] = ()) -> dict[str, str]:
    """Return the setting that makes Spark load the resolved jars.

    A local session reads them where they are; executors elsewhere get copies.
    """
    jars = local_jars()
    if not jars:
        return {}
    # Ours first: the archive of loaded classes is of a class path that begins with them.
    jars += [jar for extra in sorted(extras) for jar in preflight.extra_jars(extra)]
    if is_local(master):
        return {"spark.driver.extraClassPath": os.pathsep.join(jars)}
    return {"spark.jars": ",".join(jars)}


# By extra: a class that its jars hold, and the settings that make Spark use it.
EXTRAS: dict[str, tuple[str, dict[str, str]]] = {
    "delta": (
        "io.delta.sql.DeltaSparkSessionExtension",
        {
            _EXTENSIONS: "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            # Delta would read a table's log in 50 tasks; ours have a handful of versions.
            "spark.databricks.delta.snapshotPartitions": "2",
        },
    ),
    "iceberg": (
        "org.apache.iceberg.spark.SparkCatalog",
        {_EXTENSIONS: "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"},
    ),
    "s3a": ("org.apache.hadoop.fs.s3a.S3AFileSystem", {}),
}


def extra_settings(extras: Collection[str], conf: Mapping[str, str]) -> dict[str, str]:
    """Return the given settings with those of the extras; the given ones win, extensions add up.

    >>> extra_settings(["delta"], {_EXTENSIONS: "mine.Extension"})[_EXTENSIONS]
    'mine.Extension,io.delta.sql.DeltaSparkSessionExtension'
    """
    merged = dict(conf)
    for extra in sorted(extras):
        for key, value in EXTRAS[extra][1].items():
            if key == _EXTENSIONS and key in merged:
                merged[key] = f"{merged[key]},{value}"
            else:
                merged.setdefault(key, value)
    return merged


def extras_to_load(extras: Extras) -> frozenset[str]:
    """Return the extras that are needed, and of the others those that are there."""
    if was_submitted():
        SparkContext._ensure_initialized()
        return extras.needed | {name for name in extras.useful if loads(EXTRAS[name][0])}
    if SparkContext._gateway is not None:
        return extras.needed
    return extras.needed | {name for name in extras.useful if preflight.has_extra(name)}


def refuse_missing(extras: Collection[str]) -> None:
    """Refuse a session whose JVM does not find an extra, as it was started without its jars."""
    for extra in sorted(extras):
        if not loads(EXTRAS[extra][0]):
            raise EnvironmentProblem(
                f"The running Spark has no jars for {extra}; run scripts/setup --with {extra}, and "
                f"submit with scripts/submit --with {extra}."
            )


def loads(class_name: str) -> bool:
    """Tell whether the running JVM finds a class."""
    try:
        thread = _jvm().java.lang.Thread.currentThread()
        thread.getContextClassLoader().loadClass(class_name)
    except Py4JError:
        return False
    return True


def check_before_start(settings: Mapping[str, str]) -> None:
    """Run the preflight on the jars and packages that these settings make Spark load."""
    jars = preflight.split_jars(settings.get("spark.jars"))
    jars += [j for j in settings.get("spark.driver.extraClassPath", "").split(os.pathsep) if j]
    packages = settings.get("spark.jars.packages") or os.environ.get("PYSPARK_SUBMIT_ARGS", "")
    preflight.check_all(jars, packages)


def check_graphframes_loads() -> None:
    """Check that the driver's JVM finds GraphFrames among the jars that were submitted."""
    preflight.check_graphframes_python()
    if not loads(preflight.GRAPHFRAMES_CLASS):
        raise EnvironmentProblem(
            "The submitted jars do not hold GraphFrames; submit with --properties-file "
            "conf/spark-defaults.conf, or with --jars and a GraphFrames jar for Spark 4 and "
            "Scala 2.13 (scripts/setup --spark puts one into .jars)."
        )
