"""Stages of a run: a line each on a terminal, seconds for the manifest."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger("patentcore")


@dataclass
class Stages:
    """Times and counts of the stages of one run, in order; shown unless quiet."""

    started: float = field(default_factory=time.monotonic)
    records: list[dict[str, Any]] = field(default_factory=list)
    is_quiet: bool = False

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a stage; what it puts into the yielded dict is recorded and shown."""
        level = logging.DEBUG if self.is_quiet else logging.INFO
        log.log(level, "[%6.1f s] %s ...", self.elapsed(), name)
        begin = time.monotonic()
        facts: dict[str, Any] = {}
        yield facts
        seconds = time.monotonic() - begin
        self.records.append({"stage": name, "seconds": round(seconds, 3), **facts})
        shown = ", ".join(f"{key} {_figure(value)}" for key, value in facts.items())
        done = shown or "done"
        log.log(level, "[%6.1f s] %s: %s (%.1f s)", self.elapsed(), name, done, seconds)

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.started

    def seconds(self) -> float:
        """Seconds of the run; the sum over its stages where they ran apart from each other."""
        return max(self.elapsed(), sum(record["seconds"] for record in self.records))


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def log_to_terminal(level: int = logging.INFO) -> None:
    """Send the package's messages to stderr, one plain line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(level)
    log.propagate = False
