"""How much memory a run took at its peak."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from patentcore.engine.session import running


def peak_memory() -> dict[str, int | None]:
    """Return the peak resident bytes of this process and of the engine's own, if it has one.

    That of the engine's JVM is read from ``/proc`` and is ``None`` where that does not exist.
    """
    scale = 1 if sys.platform == "darwin" else 1024
    return {
        "driver_python_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale,
        "driver_jvm_bytes": _peak_bytes(running().process()),
    }


def _peak_bytes(process: int | None) -> int | None:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), None)
    return int(peak.split()[1]) * 1024 if peak else None
