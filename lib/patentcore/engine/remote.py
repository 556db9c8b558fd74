"""The client of Spark Connect, which the engines ``embedded`` and ``connect`` share."""

from __future__ import annotations

import atexit
import importlib.util
import os
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from patentcore.engine import preflight
from patentcore.errors import EnvironmentProblem

if TYPE_CHECKING:
    import grpc
    from pyspark.sql import SparkSession

PACKAGES = {"grpc": "grpcio", "grpc_status": "grpcio-status", "zstandard": "zstandard"}

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
# Else every expression walks the stack to remember where it was made, and looks for IPython. To a
# server of Spark's this is said where it starts.
LOCAL_SETTINGS = {"spark.python.sql.dataFrameDebugging.enabled": "false"}

_OPTIONS = [
    # One connection for the whole run, however long the engine is not asked.
    ("grpc.client_idle_timeout_ms", 2**31 - 1),
]
_STRAIGHT = [("grpc.enable_http_proxy", 0)]


def check_client() -> str:
    """Check that what PySpark's client of Spark Connect needs is installed."""
    found = preflight.check_pyspark()
    missing = [name for module, name in PACKAGES.items() if not importlib.util.find_spec(module)]
    if missing:
        raise EnvironmentProblem(
            f"Spark Connect's client needs {', '.join(missing)}; {preflight.SETUP}, "
            f'or pip install "{preflight.declared("pyspark")}".'
        )
    return found


class Connection:
    """One connection to a server, made when first asked for.

    Args:
        url: ``sc://HOST:PORT``, with parameters as Spark Connect has them.
        is_local: the server is in this process: no proxy leads to it, and it does not come back.
    """

    def __init__(self, url: str, *, is_local: bool = False) -> None:
        from pyspark.sql.connect.client import DefaultChannelBuilder

        class OneChannel(DefaultChannelBuilder):
            """Gives whoever asks the same channel, which was seen to work."""

            channel: grpc.Channel | None = None

            def toChannel(self) -> grpc.Channel:  # noqa: N802
                """Return the channel."""
                if self.channel is None:
                    self.channel = super().toChannel()
                return self.channel

        self.is_local = is_local
        self.builder = OneChannel(url, channelOptions=_OPTIONS + (_STRAIGHT if is_local else []))

    def ready(self) -> Any:
        """Return a future that is done when the server answers."""
        import grpc

        return grpc.channel_ready_future(self.builder.toChannel())

    def session(self, conf: Mapping[str, str]) -> SparkSession:
        """Return the session on this connection."""
        from pyspark.sql.connect.session import SparkSession as RemoteSession

        # This is what makes pyspark.sql.functions make expressions of Spark Connect.
        os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
        session: Any = RemoteSession.builder.channelBuilder(self.builder).getOrCreate()
        # A ranking of all rows is meant to be one of all rows.
        warnings.filterwarnings("ignore", "WARN WindowExpression: No Partition Defined")
        settings = SETTINGS | dict(conf)
        if self.is_local:
            # The server ends with Ctrl-C; that calls to it fail then is no news.
            warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]")
            do_not_wait_for(session.client)
            settings = LOCAL_SETTINGS | settings
        for key, value in settings.items():
            session.conf.set(key, value)
        return session


def do_not_wait_for(client: Any) -> None:
    """Give a server up at once that does not answer; PySpark would ask for ten minutes.

    It would also ask it to forget models as this process ends, when Ctrl-C has ended the server.
    """
    from pyspark.sql.connect.client.retries import DefaultPolicy

    client.set_retry_policies([DefaultPolicy(max_retries=3, initial_backoff=50, max_backoff=500)])
    atexit.unregister(client._cleanup_ml_cache)


def running() -> SparkSession | None:
    """Return the session of Spark Connect that runs in this process, begun by whichever thread."""
    from pyspark.sql.connect.session import SparkSession as RemoteSession

    active = RemoteSession.getActiveSession()
    return active or RemoteSession._get_default_session()  # type: ignore[return-value]
