"""An engine's exception, whatever wrapped it, is turned into what happened and one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.engine.failures import ENGINE_ERRORS, REMEDIES, JavaError, Kind, causes, failure_of
from tests.conftest import ENGINE


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("x\n  Caused by: java.io.IOException: No space left on device", Kind.NO_SPACE),
        (
            "AccessControlException: Permission denied: user=me",
            Kind.NO_PERMISSION,
        ),
        ("java.nio.file.AccessDeniedException: s3a://lake/x: 403", Kind.NO_PERMISSION),
        ("java.lang.OutOfMemoryError: Java heap space", Kind.NO_MEMORY),
        ("Resources exhausted: Failed to allocate additional 1 B", Kind.NO_MEMORY),
        ("Failed to allocate additional 87.0 MB for FinalHashAggregateStream", Kind.NO_MEMORY),
        ("java.lang.ClassNotFoundException: org.apache.hadoop.fs.s3a.S3A", Kind.MISSING_JAR),
        ("[DATA_SOURCE_NOT_FOUND] Failed to find the data source: delta.", Kind.MISSING_JAR),
        ("java.net.UnknownHostException: nowhere", Kind.UNREACHABLE),
        ("[FAILED_READ_FILE.NO_HINT] Encountered error", Kind.UNREADABLE),
        ("java.util.zip.ZipException: invalid block type", Kind.UNREADABLE),
        ("Python worker exited unexpectedly (crashed)\njava.io.EOFException", Kind.WORKER_DIED),
        ("py4j: Answer from Java side is empty", Kind.ENGINE_DIED),
        ("py4j.reflection.TypeUtil does not exist in the JVM", Kind.ENGINE_DIED),
        ("py4j.protocol.Py4JNetworkError: Error while sending or receiving", Kind.ENGINE_DIED),
        ("[SPARK] InterruptedException", Kind.INTERRUPTED),
        ("[JVM_ATTRIBUTE_NOT_SUPPORTED] Attribute `sparkContext` is not", Kind.NOT_HERE),
        ("division by zero", Kind.OTHER),
    ],
)
def test_what_happened_is_told_from_the_text(told: str, kind: Kind) -> None:
    assert failure_of(RuntimeError(told)).kind is kind


def test_a_connection_to_java_that_is_gone() -> None:
    failure = failure_of(ConnectionRefusedError(111, "Connection refused"))
    assert failure == (Kind.ENGINE_DIED, "[Errno 111] Connection refused")
    assert "spark.driver.memory" in REMEDIES[failure.kind]


def test_java_that_ended_without_memory_has_said_so_in_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        "ERROR Utils: Uncaught exception in thread task-result-getter-3\n"
        "java.lang.OutOfMemoryError: Java heap space\n\tat org.apache.spark.util.io\n"
    )
    failure = failure_of(ConnectionRefusedError(111, "Connection refused"), log)
    assert failure == (Kind.NO_MEMORY, "java.lang.OutOfMemoryError: Java heap space")
    assert "spark.driver.memory" in REMEDIES[failure.kind]
    assert failure_of(ValueError("of another kind"), log).kind is Kind.OTHER


WORKER = """An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "serializers.py", line 471, in loads
    return cloudpickle.loads(obj, encoding=encoding)
ModuleNotFoundError: No module named 'patentcore'
"""


def test_executors_without_the_package() -> None:
    failure = failure_of(RuntimeError(WORKER))
    assert failure == (Kind.NO_PACKAGE, "No module named 'patentcore'")
    assert "scripts/submit" in REMEDIES[failure.kind]


def test_of_an_error_without_words_the_name_is_told() -> None:
    assert failure_of(KeyError()) == (Kind.OTHER, "KeyError")


@pytest.mark.classic
def test_java_s_own_error_and_its_causes(spark: SparkSession, tmp_path: Path) -> None:
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    with pytest.raises(ENGINE_ERRORS) as caught:
        jvm.java.io.FileInputStream(str(tmp_path / "gone"))
    assert isinstance(caught.value, JavaError)
    assert failure_of(caught.value).line.startswith("java.io.FileNotFoundException: ")
    assert len(list(causes(caught.value))) == 1


def test_a_broken_file_behind_a_query(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"this is not Parquet")
    with pytest.raises(ENGINE_ERRORS) as caught:
        spark.read.parquet(str(tmp_path)).collect()
    failure = failure_of(caught.value)
    assert failure.kind is Kind.UNREADABLE
    assert failure.line.startswith("[" if ENGINE == "spark" else "Parquet error")
    assert "\n" not in failure.line
