"""What an adapter writes while it reads: by the engine, or by this process where it holds all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame

from patentcore.engine import running
from patentcore.lake.tables import TableStore
from patentcore.sources.record.ingested import CITATIONS
from patentcore.sources.resolve import RESOLVED

if TYPE_CHECKING:
    import pyarrow as pa

# What is read of files of so many bytes at most, and takes no more than so many, is held by this
# process, for which the embedded engine would take longer to plan than for the work.
_HELD_SIZE, _HELD_BYTES = 96 << 20, 512 << 20
_ROWS_A_FILE = 1_000


@dataclass(frozen=True)
class Written:
    """A lineage cut: several tables are made of the parsed records, which cost most.

    Attributes:
        tables: where it writes.
        source: whose frames.
        is_alone: no other source is there: its citations are the table as they stand.
        is_small: there is memory for columns of all records in this process.
    """

    tables: TableStore
    source: str
    is_alone: bool
    is_small: bool

    def __call__(self, frame: DataFrame, name: str) -> DataFrame:  # noqa: D102
        return self.tables.write(frame, self._name(name))

    def together(self, names: Sequence[str]) -> DataFrame:  # noqa: D102
        return self.tables.together([self._name(name) for name in names])

    def room_for(self, size: int) -> int:
        """Return what may be held where no other source, and no store far away, needs frames."""
        is_here = running().name == "embedded" and self.tables.place.store.reads_anywhere
        return _HELD_BYTES if self.is_alone and is_here and size <= _HELD_SIZE else 0

    def put(self, tables: Mapping[str, Callable[[], pa.Table]]) -> dict[str, DataFrame]:
        """Write what this process makes and holds: the canonical tables as they stand."""
        cores = running().cores(self.tables.spark)

        def write(name: str) -> DataFrame:
            rows = tables[name]()
            files = min(cores, 1 + rows.num_rows // _ROWS_A_FILE)
            return self.tables.put(rows, name, files)

        with ThreadPoolExecutor(len(tables)) as pool:
            return dict(zip(tables, pool.map(write, tables), strict=True))

    def at_hand(self, name: str, columns: Sequence[str]) -> pa.Table | None:  # noqa: D102
        return self.tables.at_hand(self._name(name), columns) if self.is_small else None

    def _name(self, name: str) -> str:
        is_table = self.is_alone and name == CITATIONS
        return name if is_table else f"_{self.source}_{name}"


@dataclass(frozen=True)
class Resolving:
    """The cut of what resolving the ends of citations writes: at last, the citations themselves."""

    tables: TableStore

    def __call__(self, frame: DataFrame, name: str) -> DataFrame:  # noqa: D102
        return self.tables.write(frame, _resolving(name))

    def together(self, names: Sequence[str]) -> DataFrame:  # noqa: D102
        return self.tables.together([_resolving(name) for name in names])


def _resolving(name: str) -> str:
    # Nothing is made of the citations as given any more by then.
    return CITATIONS if name == RESOLVED else f"_{name}"
