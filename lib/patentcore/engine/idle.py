"""How long the embedded engine keeps a session that it hears nothing of.

With each request it starts a task, of some kilobytes, that sleeps for that time and then looks
whether the session is in use. So the time bounds how many there are in a process of many runs;
and as a search of betweenness may ask nothing for longer, a thread of our own does meanwhile.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress

VARIABLE = "SAIL_SPARK__SESSION_TIMEOUT_SECS"
SECONDS = 20 * 60
_YEAR_SECONDS = 365 * 24 * 60 * 60
_SHORTEST_SECONDS = 0.1
_BEATS = 6
"""Requests in the time, of which one must come through."""


def outlast_stops() -> None:
    """Keep the session of a command, which is one run, also while its process stands still."""
    os.environ.setdefault(VARIABLE, str(_YEAR_SECONDS))


class Heartbeat:
    """Asks something of a session now and then, until it is stopped.

    Args:
        ask: a request; what it raises is for those who ask for more than signs of life.
    """

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._seconds = max(float(os.environ.get(VARIABLE, SECONDS)) / _BEATS, _SHORTEST_SECONDS)
        self._stopped = threading.Event()
        threading.Thread(target=self._beat, name="patentcore-heartbeat", daemon=True).start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopped.set()

    def _beat(self) -> None:
        while not self._stopped.wait(min(self._seconds, threading.TIMEOUT_MAX)):
            with suppress(Exception):
                self._ask()
