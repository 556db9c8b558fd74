"""The decorators of compiled functions: no interpreter lock, strict IEEE arithmetic, cached."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numba
from numba.core import event

log = logging.getLogger(__name__)

# Lets the compiler make vector instructions of equal operations that stand side by side. Each is
# still rounded by itself, so the bits are the same with and without.
numba.config.SLP_VECTORIZE = 1  # type: ignore[attr-defined]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` on first use and keep the machine code on disk where that is possible.

    Without a place to write to (a read-only installation whose user has no home folder) the code is
    compiled again in every process, which costs seconds and changes nothing else. ``fastmath``
    stays off, so that no multiply-add is contracted and every machine computes the same bits.
    """
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba found no folder in which to cache
        return numba.njit(nogil=True)(function)


class Notice(event.Listener):
    """Says once that machine code is being made, not read, which looks like a halt."""

    is_given = False

    def on_start(self, event: event.Event) -> None:
        """Numba begins to compile a function."""
        if not self.is_given:
            self.is_given = True
            log.info("compiling the kernel, once on this machine: about half a minute")

    def on_end(self, event: event.Event) -> None:
        """Numba is done with a function."""


NOTICE = Notice()
event.register("numba:compile", NOTICE)
