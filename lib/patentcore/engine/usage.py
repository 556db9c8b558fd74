"""What a run took: memory at its peak, processor time, and what the engine counts."""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from patentcore.engine.session import running

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def peak_memory() -> dict[str, int | None]:
    """Return the peak resident bytes of this process and of the engine's own, if it has one.

    That of the engine's JVM is read from ``/proc`` and is ``None`` where that does not exist.
    """
    scale = 1 if sys.platform == "darwin" else 1024
    return {
        "driver_python_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale,
        "driver_jvm_bytes": _peak_bytes(running().process()),
    }


def usage(spark: SparkSession) -> dict[str, float]:
    """Return what this process and the engine took so far.

    ``cpu_seconds`` are of this process with all its threads, in which the embedded engine computes,
    and of those that it started and that have ended, which read files for it; ``peak_bytes`` is the
    greatest of its own resident memory until now, ``peak_jvm_bytes`` that of a JVM beside it.
    """
    peaks = peak_memory()
    ended = os.times()
    seconds = time.process_time() + ended.children_user + ended.children_system
    own = {
        "cpu_seconds": round(seconds, 3),
        "peak_bytes": peaks["driver_python_bytes"] or 0,
    }
    if peaks["driver_jvm_bytes"] is not None:
        own["peak_jvm_bytes"] = peaks["driver_jvm_bytes"]
    return own | running().counters(spark)


def _peak_bytes(process: int | None) -> int | None:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), None)
    return int(peak.split()[1]) * 1024 if peak else None
