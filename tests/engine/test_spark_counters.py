"""What Spark has counted stays counted when its store forgets the stage."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession

from patentcore.engine import spark_counters

pytestmark = pytest.mark.any_engine

NO_SESSION: SparkSession = None  # type: ignore[assignment]


def stage(number: int, rows: int) -> dict[str, Any]:
    counted = {theirs: 0 for theirs, _ in spark_counters._COUNTED.values()}
    return {"stageId": number, "attemptId": 0} | counted | {"inputRecords": rows}


def test_each_stage_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    store: list[dict[str, Any]] = []
    monkeypatch.setattr(spark_counters, "_stages", lambda _: store)
    counters = spark_counters.Counters()

    def rows() -> float:
        return counters.so_far(NO_SESSION)["read_rows"]

    store[:] = [stage(1, 5), stage(2, 7)]
    assert rows() == 12
    store[:] = [stage(2, 8), stage(3, 100)]
    assert rows() == 5 + 8 + 100
    store[:] = [stage(4, 1000)]
    assert rows() == 5 + 8 + 100 + 1000
    assert rows() == 5 + 8 + 100 + 1000
