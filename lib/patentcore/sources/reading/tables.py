"""From what is read to the canonical tables: by the engine, or here where the records are few."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame

from patentcore.sources.reading.batches import Batches
from patentcore.sources.record.canonical import prepared, tables_of
from patentcore.sources.record.held import Held
from patentcore.sources.record.ingested import (
    CITATIONS,
    PARSED,
    Cut,
    Ingested,
    Scratch,
    keep_lineage,
)
from patentcore.sources.record.parsed import arrow_schema


def to_tables(
    parsed: Batches | DataFrame, cut: Cut = keep_lineage, *, has_ids: bool = False
) -> Ingested:
    """Make the canonical tables of parsed records.

    Those that a function reads, and of which there is room in this process, are made here, and
    stand written; the others by :func:`patentcore.sources.record.canonical.tables_of`.

    Args:
        parsed: the records.
        cut: cuts the lineage of what several tables are made of.
        has_ids: family members may be given as ids of records, which ``record_id`` has.
    """
    if isinstance(parsed, Batches):
        made = _written(parsed, cut, has_ids=has_ids) if isinstance(cut, Scratch) else None
        if made is not None:
            return made
        parsed = parsed.frame()
    return tables_of(cut(prepared(parsed), PARSED), cut, has_ids=has_ids)


def _written(parsed: Batches, cut: Scratch, *, has_ids: bool) -> Ingested | None:
    """Read records, and write their tables; ``None`` where there is no room for them."""
    size = sum(piece.unpacked for piece in parsed.pieces)
    most = cut.room_for(size)
    batches = parsed.held(most) if most else None
    if batches is None:
        return None

    records = pa.Table.from_batches(batches, arrow_schema())
    made = Held(records, has_ids=has_ids)
    tables = {CITATIONS: made.citations, "patents": made.patents, "rejects": made.rejects}
    frames = cut.put(tables)
    citations, patents, rejects = (frames[name] for name in tables)
    return Ingested(patents, citations, rejects, records=patents, rows=made.rows)
