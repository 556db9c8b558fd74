"""Standard error under spark-submit, without Spark: the gateway is a stand-in."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from patentcore.engine import submitted


class Java:
    """A print stream of Java's, which may be gone."""

    def __init__(self, is_gone: bool = False) -> None:
        self.printed = b""
        self.is_gone = is_gone

    def write(self, content: bytes) -> None:
        if self.is_gone:
            raise OSError("the gateway is gone")
        self.printed += content

    def flush(self) -> None:
        pass


def test_messages_of_a_submitted_driver_go_to_the_jvms_standard_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    java, own = Java(), io.StringIO()
    monkeypatch.setattr(submitted, "_java_stream", lambda: java)
    monkeypatch.setattr(sys, "stderr", own)
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    submitted.apart_from_stdout()
    print("筛选", file=sys.stderr)
    assert (java.printed.decode(), own.getvalue()) == ("筛选\n", "")
    assert not sys.stderr.isatty()


def test_without_spark_submit_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    before: Any = sys.stderr
    submitted.apart_from_stdout()
    assert sys.stderr is before


def test_no_message_is_lost_where_the_jvm_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    own = io.StringIO()
    monkeypatch.setattr(submitted, "_java_stream", lambda: Java(is_gone=True))
    submitted.JavaErrors(own).write("interrupted\n")
    assert own.getvalue() == "interrupted\n"


@pytest.mark.skipif(not Path("/proc").exists(), reason="there is no /proc")
def test_what_the_jvm_printed_to_takes_messages_when_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "stderr"
    log.write_text("of Java\n")
    monkeypatch.setattr(submitted, "_java_stream", lambda: Java(is_gone=True))
    with log.open("a") as errors, subprocess.Popen(["sleep", "60"], stderr=errors) as java:
        stream = submitted._after_java(java.pid)
        java.kill()
    assert stream is not None
    with stream:
        submitted.JavaErrors(stream).write("out of memory\n")
    assert log.read_text() == "of Java\nout of memory\n"
