"""The engine ``embedded``: Sail in this process, through Spark Connect. No Java.

Its memory is a pool that operators share fairly and spill beyond, its port is closed to everyone
else (:mod:`patentcore.engine.gate`), and it ends with the process.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from patentcore.engine import idle, object_stores, preflight, remote
from patentcore.engine.aliases import NOT_PLAIN, PATTERNS, Aliases
from patentcore.engine.ending import keep_handler
from patentcore.engine.gate import Gate
from patentcore.engine.protocol import Ability, Request
from patentcore.engine.settings import MEMORY, size
from patentcore.engine.spill import SpillFolder
from patentcore.errors import ConfigError, EnvironmentProblem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

log = logging.getLogger("patentcore")

CORES = "spark.default.parallelism"

_OWN_SETTINGS = (MEMORY, CORES)
_STOP_SECONDS = 5.0


class Embedded:
    """Sail, on all cores of this machine."""

    name = "embedded"
    abilities: frozenset[Ability] = frozenset()

    def start(self, request: Request) -> SparkSession:
        """Return the running session, or start the engine.

        Of the settings, ``spark.driver.memory`` bounds the memory of queries (by default half of
        what is free) and ``spark.default.parallelism`` the cores; the others go to the session.

        Raises:
            ConfigError: a master is asked for.
            EnvironmentProblem: it is not installed, or its port is not its own.
        """
        if request.master is not None:
            raise ConfigError(
                f"the embedded engine has no master; --master {request.master} needs --engine "
                + ("connect" if request.master.startswith("sc://") else "spark")
            )
        lacking = self.lacks(request)
        if lacking is not None:
            raise ConfigError(f"the embedded engine does not have {lacking}; use --engine spark")
        running = remote.running()
        if running is not None:
            return running
        check_installed()
        remote.check_client()
        server = _Server.current or _Server.start(request.conf)
        rest = {key: value for key, value in request.conf.items() if key not in _OWN_SETTINGS}
        # What shuffles by hand asks for it; its default of 200 parts is for clusters.
        return server.connect({"spark.sql.shuffle.partitions": str(server.cores)} | rest)

    def lacks(self, request: Request) -> str | None:
        """Return what is asked for that it does not have; ``None`` where it has all."""
        elsewhere = [uri for uri in request.places if not self.reads(uri)]
        return ", ".join(f"a client for {uri}" for uri in elsewhere) or None

    def is_running(self) -> bool:
        """Tell whether this process has a session of Spark Connect."""
        return remote.running() is not None

    def cores(self, spark: SparkSession) -> int:
        """Return how many threads queries run on."""
        return _running().cores

    def memory_bytes(self, spark: SparkSession) -> int:
        """Return the size of the memory pool."""
        return _running().memory

    def reads(self, uri: str) -> bool:
        """Tell whether the engine has a client for the store."""
        if uri.startswith("catalog:"):
            return False  # catalogues are what a classic session or a server configures
        return "://" not in uri or urlparse(uri).scheme in {"file", *object_stores.SCHEMES}

    def literal(self, path: str, form: str = "parquet") -> str:
        """Return a path in which the engine sees no pattern: a local one through a link."""
        odd = PATTERNS if form == "parquet" else NOT_PLAIN
        return _running().aliases.of(path, odd) if path.startswith("/") else path

    def versions(self, spark: SparkSession) -> dict[str, str]:
        """Return the version of the engine."""
        return {"sail": check_installed()}

    def counters(self, spark: SparkSession) -> dict[str, float]:
        """Return what this process has read from files and written to them, spilled or for good.

        Of what other processes read for it, what they hand over counts.

        The engine itself does not count. Where the system does not either (macOS) it is nothing.
        """
        import psutil

        process = psutil.Process()
        if not hasattr(process, "io_counters"):
            return {}
        done = process.io_counters()
        return {"read_bytes": done.read_chars, "written_bytes": done.write_chars}

    def process(self) -> None:
        """Return nothing: the engine is in this process."""


class _Server:
    """The server in this process; there is one at most."""

    current: _Server | None = None

    def __init__(self, server: Any, spill: SpillFolder, memory: int, cores: int) -> None:
        self._server, self._spill = server, spill
        self.memory, self.cores = memory, cores
        self.aliases = Aliases(spill.path / "names")
        self.gate: Gate | None = None
        self._heartbeat: idle.Heartbeat | None = None

    @classmethod
    def start(cls, conf: Mapping[str, str]) -> _Server:
        """Start the server and close its port."""
        memory, cores = memory_limit(conf), core_count(conf)
        spill = SpillFolder()
        os.environ.update(object_stores.engine_settings())  # read when a store is first reached
        with _environment(settings(memory, cores, spill)):
            from pysail.spark import SparkConnectServer

            server = SparkConnectServer("127.0.0.1", 0)
        started = cls(server, spill, memory, cores)
        atexit.register(started.stop)
        server.start(background=True)
        try:
            started.gate = Gate(server.listening_address)
        except EnvironmentProblem:
            started.stop()
            raise
        if not started.gate.is_closed and (others := other_users()):
            log.warning(
                "the embedded engine's port cannot be closed on this system, and %s, who use it, "
                "too, could run code as you through it; see docs/security.md",
                ", ".join(others),
            )
        cls.current = started
        return started

    def connect(self, conf: Mapping[str, str]) -> SparkSession:
        """Return the session, on the one connection that is let in."""
        assert self.gate is not None  # it was started
        host, port = self.gate.address
        self.gate.open()
        connection = remote.Connection(f"sc://{host}:{port}", is_local=True)
        self.gate.admit_own(connection.ready().done)
        keep_handler()
        session = connection.session(conf)
        self._listen_to(session)
        return session

    def _listen_to(self, session: SparkSession) -> None:
        """Let the engine hear of a session, and of no other."""
        if self._heartbeat is not None:
            self._heartbeat.stop()
        self._heartbeat = idle.Heartbeat(lambda: session.conf.get(CORES, ""))

    def stop(self) -> None:
        """End the server and remove what it spilled."""
        if self._heartbeat is not None:
            self._heartbeat.stop()
        if self._server.running:
            # It waits for queries that run, also for one that was interrupted.
            stopping = threading.Thread(target=self._server.stop, daemon=True)
            stopping.start()
            stopping.join(_STOP_SECONDS)
        self._spill.remove()
        _Server.current = None


def _running() -> _Server:
    assert _Server.current is not None  # a session was asked for
    return _Server.current


def settings(memory: int, cores: int, spill: SpillFolder) -> dict[str, str]:
    """Return the engine's settings, which are environment variables; the user's own win."""
    ours = {
        "SAIL_RUNTIME__MEMORY_POOL__TYPE": "fair",
        "SAIL_RUNTIME__MEMORY_POOL__FAIR__MAX_SIZE": str(memory),
        "SAIL_RUNTIME__TEMPORARY_FILES__PATHS": json.dumps([str(spill.path)]),
        "SAIL_EXECUTION__DEFAULT_PARALLELISM": str(cores),
        # Late materialisation: wide columns are decoded for the rows that are kept.
        "SAIL_PARQUET__PUSHDOWN_FILTERS": "true",
        # A writer holds a group of rows in memory, and one reader skips those of other blocks.
        "SAIL_PARQUET__MAX_ROW_GROUP_SIZE": str(1 << 17),
        # Else reads end in "Invalid offset in sparse column chunk data" where a filter leaves few
        # rows of large files (apache/arrow-rs, issue 10733).
        "SAIL_PARQUET__MAX_PREDICATE_CACHE_SIZE": "0",
        idle.VARIABLE: str(idle.SECONDS),
        "RUST_LOG": "off",
    }
    return {key: value for key, value in ours.items() if key not in os.environ}


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables that are not set, and unset them again."""
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            os.environ.pop(name, None)


def check_installed() -> str:
    """Check that the embedded engine is installed; return its version."""
    if importlib.util.find_spec("pysail") is None:
        raise EnvironmentProblem(
            f"The embedded engine (pysail) is not installed; {preflight.SETUP}, "
            f'or pip install "{preflight.declared("pysail")}", or use --engine spark.'
        )
    return preflight.installed("pysail") or "version unknown"


def memory_limit(conf: Mapping[str, str]) -> int:
    """Return the bytes that queries may take: as set, else half of what is free."""
    given = conf.get(MEMORY)
    if given is not None:
        return size(given)
    import psutil

    return int(psutil.virtual_memory().available // 2)


def core_count(conf: Mapping[str, str]) -> int:
    """Return the cores to use: as set, else those that this process may run on."""
    given = conf.get(CORES)
    if given is None:
        allowed = os.sched_getaffinity(0) if sys.platform == "linux" else range(os.cpu_count() or 1)
        return len(allowed)
    if not given.isdecimal() or int(given) < 1:
        raise ConfigError(f"{CORES}: {given!r} is no number of cores")
    return int(given)


def other_users() -> list[str]:
    """Return the other people who run programs on this machine, by name."""
    import psutil

    me = psutil.Process().username()
    names = {
        process.info["username"]
        for process in psutil.process_iter(["username", "uids"])
        if process.info["uids"] and process.info["uids"].real >= 500
    }
    return sorted(name for name in names if name and name not in (me, "nobody"))
