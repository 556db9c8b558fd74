"""What Spark has read, shuffled and spilled so far, from the store behind its own pages."""

from __future__ import annotations

import json
from typing import Any

from pyspark.sql import SparkSession

# Our names of what Spark counts by stage.
_COUNTED = {
    "executor_cpu_seconds": ("executorCpuTime", 1e-9),
    "read_rows": ("inputRecords", 1),
    "read_bytes": ("inputBytes", 1),
    "written_bytes": ("outputBytes", 1),
    "shuffle_bytes": ("shuffleWriteBytes", 1),
    "spill_bytes": ("diskBytesSpilled", 1),
    "failed_tasks": ("numFailedTasks", 1),
}


class Counters:
    """Adds up Spark's stages; the store forgets old ones, whose sums are kept."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], dict[str, float]] = {}
        self._forgotten = dict.fromkeys(_COUNTED, 0.0)

    def so_far(self, spark: SparkSession) -> dict[str, float]:
        """Return the sums over all stages that have been."""
        stages = {
            (stage["stageId"], stage["attemptId"]): {
                ours: stage[theirs] for ours, (theirs, _) in _COUNTED.items()
            }
            for stage in _stages(spark)
        }
        for gone in self._known.keys() - stages.keys():
            for ours, value in self._known[gone].items():
                self._forgotten[ours] += value
        self._known = stages
        return {
            ours: round(
                (self._forgotten[ours] + sum(one[ours] for one in stages.values())) * unit, 3
            )
            for ours, (_, unit) in _COUNTED.items()
        }


def _stages(spark: SparkSession) -> list[dict[str, Any]]:
    """Return what the store has of each stage, in one answer: a call for each figure takes long."""
    context = spark.sparkContext
    jvm: Any = context._jvm
    mapper = jvm.com.fasterxml.jackson.databind.ObjectMapper()
    mapper.registerModule(jvm.com.fasterxml.jackson.module.scala.DefaultScalaModule())
    no_quantiles = context._gateway.new_array(jvm.double, 0)  # type: ignore[union-attr]
    store = context._jsc.sc().statusStore()
    found = store.stageList(None, False, False, no_quantiles, None)
    stages: list[dict[str, Any]] = json.loads(mapper.writeValueAsString(found))
    return stages
