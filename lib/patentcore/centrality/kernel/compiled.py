"""The decorators of compiled functions: no interpreter lock, strict IEEE arithmetic, cached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

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
