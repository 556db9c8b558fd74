"""The engine ``connect``: a Spark Connect server, of a cluster for instance."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from patentcore.engine import object_stores, preflight, remote
from patentcore.engine.failures import message_line
from patentcore.engine.protocol import Ability, Request
from patentcore.engine.shipping import zipped
from patentcore.errors import ConfigError, EnvironmentProblem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

WAIT_SECONDS = 15


class Connect:
    """Spark behind a Spark Connect server."""

    name = "connect"
    abilities = frozenset({Ability.CATALOGS})

    def start(self, request: Request) -> SparkSession:
        """Return the running session, or connect to the server.

        Raises:
            ConfigError: no server is named.
            EnvironmentProblem: the client is not installed, or the server is not there or is of
                another series of Spark.
        """
        running = remote.running()
        if running is not None:
            return running
        url = request.master or os.environ.get("SPARK_REMOTE")
        if url is None or not url.startswith("sc://"):
            raise ConfigError("the engine connect needs --master sc://HOST:PORT")
        remote.check_client()
        spark = connected(url, dict(request.conf))
        with tempfile.TemporaryDirectory() as folder:
            spark.addArtifacts(str(zipped(Path(folder))), pyfile=True)
        return spark

    def is_running(self) -> bool:
        """Tell whether this process has a session of Spark Connect."""
        return remote.running() is not None

    def cores(self, spark: SparkSession) -> int:
        """Return how many tasks run at once."""
        from pyspark.sql import functions as F

        # Spark makes a range of as many partitions as it runs tasks at once.
        return spark.range(1000).select(F.spark_partition_id()).distinct().count()

    def memory_bytes(self, spark: SparkSession) -> None:
        """Return nothing: the memory is another machine's."""

    def reads(self, uri: str) -> bool:
        """Tell whether a place can be reached from here, too, where results are put together."""
        return "://" not in uri or urlparse(uri).scheme in {"file", *object_stores.SCHEMES}

    def literal(self, path: str, form: str = "parquet") -> str:
        """Return the path: Spark is told with each that it is no pattern."""
        return path

    def versions(self, spark: SparkSession) -> dict[str, str]:
        """Return the version of the server."""
        return {"spark": spark.version}

    def counters(self, spark: SparkSession) -> dict[str, float]:
        """Return nothing: it does not count."""
        return {}

    def process(self) -> None:
        """Return nothing: the engine is another machine's."""


def connected(url: str, conf: dict[str, str]) -> SparkSession:
    """Return a session of the server, once it was seen to answer in our version."""
    import grpc

    place = shown(url)
    try:
        connection = remote.Connection(url)
    except Exception as error:  # PySpark's own, of the form of the URL
        raise ConfigError(f"{place} is no address of a Spark Connect server") from error
    try:
        connection.ready().result(timeout=WAIT_SECONDS)
    except grpc.FutureTimeoutError as error:
        raise EnvironmentProblem(
            f"no Spark Connect server answers at {place} within {WAIT_SECONDS} s; check host and "
            "port, and that sbin/start-connect-server.sh runs there"
        ) from error
    try:
        spark = connection.session({})
        version = spark.version
    except Exception as error:  # of gRPC or PySpark, as the server is any
        raise EnvironmentProblem(
            f"{place} does not answer as a Spark Connect server: {message_line(error)}"
        ) from error
    if not version.startswith(f"{preflight.SPARK_SERIES}."):
        spark.stop()
        raise EnvironmentProblem(
            f"the server at {place} is Spark {version}, but PatentCore needs "
            f"{preflight.SPARK_SERIES}.x; use a server of that series"
        )
    for key, value in conf.items():
        spark.conf.set(key, value)
    return spark


def shown(url: str) -> str:
    """Return an address without its parameters, which may hold a token.

    >>> shown("sc://host:15002/;token=secret;use_ssl=true")
    'sc://host:15002'
    """
    return url.split(";")[0].rstrip("/")
