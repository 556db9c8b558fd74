"""What the stages of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import SparkSession

from patentcore.config import Config
from patentcore.progress import Stages
from patentcore.tables import TableStore


@dataclass
class Run:
    """What the stages of one run share.

    Attributes:
        config: the run's configuration.
        source: the canonical tables.
        work: where this run's tables are written and read back.
        stages: times and counts.
        facts: figures for the manifest.
    """

    config: Config
    source: TableStore
    work: TableStore
    stages: Stages = field(default_factory=Stages)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def spark(self) -> SparkSession:
        """The session that the tables live in."""
        return self.work.folder.spark
