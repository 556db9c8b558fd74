"""Which patents stand as evidence of a technology, on the page as in what is exported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

CORE = "core"


def evidence_of(patents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the patents that are about a technology, by core degree; those without one last.

    Args:
        patents: rows of ``technology_patents``.

    >>> rows = [("CN1A", "use", 9.0), ("CN2A", "core", None), ("CN3A", "core", 0.5)]
    >>> names = ("publication_number", "grade", "core_degree")
    >>> found = evidence_of(dict(zip(names, row, strict=True)) for row in rows)
    >>> [row["publication_number"] for row in found]
    ['CN3A', 'CN2A']
    """
    core = [row for row in patents if row["grade"] == CORE]
    return sorted(core, key=lambda row: (-(row["core_degree"] or -1), row["publication_number"]))
