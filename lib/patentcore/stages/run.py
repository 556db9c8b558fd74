"""What the stages of one run share, and what a stage is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from pyspark.sql import SparkSession

from patentcore.config import Config
from patentcore.engine import usage
from patentcore.lake.tables import TableStore
from patentcore.progress import Stages


@dataclass
class Run:
    """What the stages of one run share.

    Attributes:
        config: the run's configuration.
        source: the canonical tables.
        work: where this run's tables are written and read back.
        stages: times and counts.
        facts: figures for the manifest.
        begun: what was begun beforehand of later stages, by their names.
    """

    config: Config
    source: TableStore
    work: TableStore
    stages: Stages = field(default_factory=Stages)
    facts: dict[str, Any] = field(default_factory=dict)
    begun: dict[str, Future[Any]] = field(default_factory=dict)

    @property
    def spark(self) -> SparkSession:
        """The session that the tables live in."""
        return self.work.spark


class Stage(NamedTuple):
    """One step of the method: tables in, tables out.

    Attributes:
        name: of its command.
        run: does it.
        reads: tables of earlier stages.
        writes: tables that it may write.
        facts: its figures in the manifest.
        begins: makes what it needs of the input alone, beside the stages before it.
    """

    name: str
    run: Callable[[Run], None]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    facts: tuple[str, ...] = ()
    begins: Callable[[Run], Any] | None = None


def stages_of_run(spark: SparkSession) -> Stages:
    """Return the stages of a run that is about to begin, which record what each takes."""
    return Stages(usage=partial(usage, spark))
