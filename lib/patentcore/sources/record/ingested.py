"""An export as canonical tables: what every adapter gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pyspark.sql import DataFrame

if TYPE_CHECKING:
    import pyarrow as pa

Cut = Callable[[DataFrame, str], DataFrame]
"""Write a frame under a name and read it back, which cuts its lineage."""

CITATIONS = "citations"
"""What citations are cut under that are the table as they stand, where no other source is there."""


PARSED = "parsed"
"""What parsed records are cut under that all tables are made of."""


@runtime_checkable
class Together(Protocol):
    """A cut that reads several frames of the same columns, which it wrote, as one."""

    def __call__(self, frame: DataFrame, name: str, /) -> DataFrame:
        """Write a frame and read it back."""

    def together(self, names: Sequence[str]) -> DataFrame:
        """Read what was written under these names, all files of it at once."""


@runtime_checkable
class Scratch(Together, Protocol):
    """A cut of which this process may read without the engine what it wrote."""

    def at_hand(self, name: str, columns: Sequence[str]) -> pa.Table | None:
        """Return columns of what was written under a name; ``None`` where they are not at hand."""

    def room_for(self, size: int) -> int:
        """Return how many bytes this process may hold of records of files of a size."""

    def put(self, tables: Mapping[str, Callable[[], pa.Table]]) -> dict[str, DataFrame]:
        """Write what this process makes and holds, by name, and read it back."""


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
        rows: how many these are, where that is known already.
    """

    patents: DataFrame
    citations: DataFrame
    rejects: DataFrame
    records: DataFrame
    rows: int | None = None
