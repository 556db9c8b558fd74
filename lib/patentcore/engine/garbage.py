"""Spare a command's process the search for garbage, of which it makes little."""

from __future__ import annotations

import atexit
import gc

_OBJECTS = 100_000


def collect_rarely() -> None:
    """Look for cycles of dead objects rarely while the process runs, and not as it ends.

    Libraries make half a million objects as they load, which all stay; Python would look through
    them again and again, and once more before it gives everything back anyway.
    """
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)
