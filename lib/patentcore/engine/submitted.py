"""The standard error of a driver that spark-submit started.

Spark joins such a driver's two streams and prints both on its own standard output. What belongs to
standard error goes through the gateway to the JVM, whose own it still is.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO


class JavaErrors(io.TextIOBase):
    """The standard error of the JVM behind spark-submit.

    Args:
        beside: the stream for what the JVM takes no more.
    """

    def __init__(self, beside: TextIO) -> None:
        self._beside = beside
        self._stream: Any = None

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """Return the number of the stream beside it."""
        return self._beside.fileno()

    def write(self, text: str) -> int:
        """Print a text there."""
        try:
            if self._stream is None:
                self._stream = _java_stream()
            # Not print(), which would guess the characters' encoding from Java's locale.
            self._stream.write(text.encode("utf-8"))
            self._stream.flush()
        except Exception:  # whatever ails the way there, a message must not be lost or raise
            return self._beside.write(text)
        return len(text)


def _java_stream() -> Any:
    from pyspark import SparkContext

    SparkContext._ensure_initialized()
    assert SparkContext._jvm is not None  # it is spark-submit's
    return SparkContext._jvm.java.lang.System.err


def apart_from_stdout() -> None:
    """Let the standard error of a submitted driver be spark-submit's."""
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        sys.stderr = JavaErrors(_after_java(os.getppid()) or sys.stderr)


def _after_java(process: int) -> TextIO | None:
    """Return what the JVM's standard error is, for when the JVM is gone; ``None`` without /proc.

    This process's own streams end in the JVM, so that what is said of its death would be lost.
    """
    try:
        number = os.open(f"/proc/{process}/fd/2", os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
    except OSError:
        return None
    return os.fdopen(number, "w", encoding="utf-8", buffering=1)
