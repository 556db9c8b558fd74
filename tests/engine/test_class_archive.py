"""The archive of Spark's classes is used where it lies, and made by a job that works."""

from __future__ import annotations

import subprocess
import sys
import time
from os import environ
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.engine import preflight, warm
from patentcore.engine.classic import local_settings
from patentcore.engine.protocol import Request

JAVA_OPTIONS = "spark.driver.extraJavaOptions"
COUNT = """
from patentcore.engine.session import get_spark
spark = get_spark(master="local[1]", conf={"spark.driver.memory": "1g"})
options = spark.sparkContext.getConf().get("spark.driver.extraJavaOptions", "")
print(spark.range(5).count(), "SharedArchiveFile" in options)
"""


def test_used_by_local_sessions_only_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATENTCORE_JARS", str(tmp_path))
    monkeypatch.delenv("PATENTCORE_JAVA_OPTIONS", raising=False)
    request = Request("test")
    assert local_settings("local[2]", request)[JAVA_OPTIONS] == ""
    (tmp_path / "classes.jsa").touch()
    monkeypatch.setenv("PATENTCORE_JAVA_OPTIONS", "-Xint")
    assert local_settings("local[2]", request)[JAVA_OPTIONS] == (
        f"-XX:SharedArchiveFile={tmp_path}/classes.jsa -Xlog:disable -Xint"
    )
    assert local_settings("spark://host:7077", request) == {}


def test_exercise_runs(spark: SparkSession, tmp_path: Path) -> None:
    warm.exercise(spark, str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["groups", "records"]


@pytest.mark.slow
def test_archive_is_built_and_sessions_start_from_it(tmp_path: Path) -> None:
    for jar in preflight.local_jars():
        (tmp_path / Path(jar).name).symlink_to(jar)
    variables = environ | {"PATENTCORE_JARS": str(tmp_path)}
    build = ["-m", "patentcore.engine.warm"]
    begin = [time.monotonic()]
    for command in (build, build, ["-c", COUNT]):
        result = subprocess.run(
            [sys.executable, *command], env=variables, capture_output=True, text=True, check=True
        )
        begin.append(time.monotonic())
    assert begin[2] - begin[1] < (begin[1] - begin[0]) / 2  # the second build finds the first
    assert (tmp_path / "classes.jsa").stat().st_size > 10_000_000
    assert result.stdout == "5 True\n"
