"""What is asked of an engine, and what each of the three answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from patentcore.engine.extras import Extras


class Ability(Enum):
    """What not every engine can do."""

    JAVA = "objects in the driver's JVM: Hadoop's client, RDDs, broadcast variables"
    GRAPHFRAMES = "GraphFrames"
    CATALOGS = "Spark's catalogues"
    OBSERVE = "observations of what a query passes on"


@dataclass(frozen=True)
class Request:
    """What a session is asked for.

    Attributes:
        app_name: name shown by the engine.
        master: URL of a Spark master or a Spark Connect server; ``None`` for the engine's own.
        conf: further Spark settings; they win over the engine's.
        extras: table formats and stores that the session must or may reach.
        places: URIs that will be read or written.
    """

    app_name: str
    master: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict)
    extras: Extras | None = None
    places: tuple[str, ...] = ()


class Engine(Protocol):
    """One of the engines; a process has one at a time. Only what stands here differs."""

    @property
    def name(self) -> str:
        """``embedded``, ``spark`` or ``connect``."""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it can do of what not every engine can."""

    def start(self, request: Request) -> SparkSession:
        """Return the running session, or make one.

        Raises:
            ConfigError: the engine does not take what is asked.
            EnvironmentProblem: something that it needs is missing; the remedy is named.
        """

    def is_running(self) -> bool:
        """Tell whether this process has a session of the engine."""

    def cores(self, spark: SparkSession) -> int:
        """Return how many tasks run at once."""

    def memory_bytes(self, spark: SparkSession) -> int | None:
        """Return the memory that queries may take on this machine; ``None`` where unknown."""

    def reads(self, uri: str) -> bool:
        """Tell whether the engine can reach a place."""

    def literal(self, path: str, form: str = "parquet") -> str:
        """Return a path under which the engine takes a table of a format for where it is."""

    def versions(self, spark: SparkSession) -> dict[str, str]:
        """Return the versions of what runs, for the manifest."""

    def counters(self, spark: SparkSession) -> dict[str, float]:
        """Return what it has read, shuffled and spilled so far, as far as it counts that."""

    def process(self) -> int | None:
        """Return the number of the engine's own process on this machine, if it has one."""
