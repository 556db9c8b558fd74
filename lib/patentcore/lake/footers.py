"""What Parquet files say of themselves, without the engine."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq

_ROWS = 1 << 16  # of a column in memory


def filled_in(file: pq.ParquetFile, columns: Iterable[str]) -> dict[str, int]:
    """Count in each column the rows that have a value: as the footer says, else by reading it.

    A footer counts what is null in the innermost of lists, which says nothing of the lists.
    """
    told = dict.fromkeys(columns, file.metadata.num_rows)
    at = {file.schema.column(at).path: at for at in range(len(file.schema))}
    for name in told:
        nulls = [_nulls(file.metadata, group, at.get(name)) for group in _groups(file)]
        if None in nulls:
            batches = file.iter_batches(_ROWS, columns=[name])
            nulls = [batch.column(0).null_count for batch in batches]
        told[name] -= sum(count for count in nulls if count is not None)
    return told


def _groups(file: pq.ParquetFile) -> range:
    return range(file.metadata.num_row_groups)


def _nulls(footer: pq.FileMetaData, group: int, at: int | None) -> int | None:
    if at is None:
        return None
    known = footer.row_group(group).column(at).statistics
    return known.null_count if known is not None and known.has_null_count else None


def without_views(columns: pa.Schema) -> pa.Schema:
    """Return columns with texts and bytes where engines have views of them."""
    return pa.schema([field.with_type(_without_views(field.type)) for field in columns])


def _without_views(kind: pa.DataType) -> pa.DataType:
    if kind == pa.string_view():
        return pa.string()
    if kind == pa.binary_view():
        return pa.binary()
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_without_views(kind.value_type)))
    if pa.types.is_struct(kind):
        fields = (kind.field(at) for at in range(kind.num_fields))
        return pa.struct([field.with_type(_without_views(field.type)) for field in fields])
    return kind
