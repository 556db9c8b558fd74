"""Which engine runs, and its session."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from patentcore.engine.protocol import Ability, Engine, Request
from patentcore.errors import ConfigError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from patentcore.engine.extras import Extras

ENGINES = ("embedded", "spark", "connect")
DEFAULT = "embedded"
VARIABLE = "PATENTCORE_ENGINE"

log = logging.getLogger("patentcore")

_running: Engine | None = None


def get_spark(
    app_name: str = "PatentCore",
    *,
    master: str | None = None,
    conf: Mapping[str, str] | None = None,
    extras: Extras | None = None,
    engine: str | None = None,
    configured: str | None = None,
    places: Iterable[str] = (),
) -> SparkSession:
    """Return the running session, or start one on the engine that is chosen.

    Where nobody chose and the embedded engine does not have what is asked for, Spark is used.

    Args:
        app_name: name shown by the engine.
        master: URL of a Spark master, or ``sc://HOST:PORT`` of a Spark Connect server.
        conf: further Spark settings; they win over the engine's.
        extras: table formats and stores whose jars and settings the session gets besides:
            delta, iceberg, s3a. A running session keeps what it has.
        engine: ``embedded``, ``spark`` or ``connect``; ``None`` as :func:`choose` says.
        configured: the engine that a configuration names.
        places: URIs that will be read or written.

    Raises:
        ConfigError: there is no such engine, or it does not take this master.
        EnvironmentProblem: the engine lacks something; the remedy is named.
    """
    global _running
    request = Request(app_name, master, dict(conf or {}), extras, tuple(places))
    if engine is None and master is None and _running is not None:
        chosen = _running
    else:
        name = _asked_for(engine, master, configured) or _suited(request)
        chosen = engine_named(name)
        if _running is not None and _running.name != chosen.name and _running.is_running():
            raise ConfigError(
                f"a session of the engine {_running.name} runs in this process, which has one "
                f"engine at a time; stop it before one of {chosen.name}"
            )
    spark = chosen.start(request)
    _running = chosen
    return spark


def choose(
    engine: str | None = None, master: str | None = None, configured: str | None = None
) -> str:
    """Return the name of the engine to use.

    What is named wins; then what the master is of, then spark under spark-submit or beside a
    classic session of this process, then ``PATENTCORE_ENGINE``, the configuration, the default.

    >>> choose("embedded"), choose(master="sc://host:15002"), choose(master="local[2]")
    ('embedded', 'connect', 'spark')
    """
    return _asked_for(engine, master, configured) or DEFAULT


def _asked_for(engine: str | None, master: str | None, configured: str | None) -> str | None:
    """Return the engine that somebody chose."""
    if engine is not None:
        return _known(engine, "--engine")
    if master is not None:
        return "connect" if master.startswith("sc://") else "spark"
    if "PYSPARK_GATEWAY_PORT" in os.environ or _has_classic_session():
        return "spark"
    if os.environ.get(VARIABLE):
        return _known(os.environ[VARIABLE], VARIABLE)
    return None if not configured else _known(configured, "engine")


def _has_classic_session() -> bool:
    """Tell whether this process has one, of a notebook for instance; nothing is loaded for it."""
    module = sys.modules.get("pyspark.core.context")
    return module is not None and module.SparkContext._active_spark_context is not None


def _suited(request: Request) -> str:
    """Return the default engine, or Spark for what it does not have."""
    from patentcore.engine.embedded import Embedded

    lacking = Embedded().lacks(request)
    if lacking is None:
        return DEFAULT
    log.info("on the engine spark, as the embedded one does not have %s", lacking)
    return "spark"


def _known(engine: str, where: str) -> str:
    if engine not in ENGINES:
        raise ConfigError(f"{where}: there is no engine {engine}; choose of {', '.join(ENGINES)}")
    return engine


def engine_named(name: str) -> Engine:
    """Return an engine; only its own libraries are loaded."""
    if name == "embedded":
        from patentcore.engine.embedded import Embedded

        return Embedded()
    if name == "connect":
        from patentcore.engine.connect import Connect

        return Connect()
    from patentcore.engine.classic import Classic

    return Classic()


def running() -> Engine:
    """Return the engine whose session runs, also where someone else started it."""
    if _running is not None:
        return _running
    return engine_named("connect" if "SPARK_CONNECT_MODE_ENABLED" in os.environ else "spark")


def require(ability: Ability, what: str) -> None:
    """Refuse what the running engine cannot do, and name the one that can.

    Raises:
        ConfigError: it cannot.
    """
    if ability not in running().abilities:
        raise ConfigError(
            f"{what} needs {ability.value}, which the engine {running().name} does not have; "
            "use --engine spark"
        )
