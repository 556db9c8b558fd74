"""An export as canonical tables: what every adapter gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame

Cut = Callable[[DataFrame, str], DataFrame]
"""Write a frame under a name and read it back, which cuts its lineage."""

CITATIONS = "citations"
"""What citations are cut under that are the table as they stand, where no other source is there."""


def keep_lineage(frame: DataFrame, name: str) -> DataFrame:
    """Return the frame as it is: the cut for small data and for tests."""
    return frame


@dataclass(frozen=True)
class Ingested:
    """An export as canonical tables.

    Attributes:
        patents: one row a publication, keys unique.
        citations: distinct pairs.
        rejects: rows, and cells of rows that were kept, that could not be used.
        records: one row for each record that was read, usable or not.
    """

    patents: DataFrame
    citations: DataFrame
    rejects: DataFrame
    records: DataFrame
