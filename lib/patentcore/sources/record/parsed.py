"""What a parsed record is in Arrow: its columns, and batches of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql.pandas.types import to_arrow_schema

from patentcore import schemas
from patentcore.sources.record.arrays import ENTRY, is_there
from patentcore.sources.record.problems import PROBLEM
from patentcore.sources.record.values import NUMBERS, PROBLEMS
from patentcore.sources.record.values import PROBLEM as PROBLEM_DDL
from patentcore.words.documents import SETTLED

_PLACE = "file string, sequence long, row long, part int, block long"
_OTHERS = f"cites {NUMBERS}, cited_by {NUMBERS}, problems {PROBLEMS}, unusable {PROBLEM_DDL}"
SCHEMA = (
    f"{_PLACE}, "
    + ", ".join(f"{f.name} {f.dataType.simpleString()}" for f in schemas.PATENTS)
    + f", {_OTHERS}, completeness int, is_settled boolean, record_id string"
)
"""Columns of the parsed records, as DDL."""


@cache
def arrow_schema() -> pa.Schema:
    """Return the parsed records' schema in Arrow; no DDL, which wants a session to be read."""
    place = [("file", pa.string()), ("sequence", pa.int64()), ("row", pa.int64())]
    place += [("part", pa.int32()), ("block", pa.int64())]
    canonical = [(f.name, f.type) for f in to_arrow_schema(schemas.PATENTS)]
    entries = [("cites", pa.list_(ENTRY)), ("cited_by", pa.list_(ENTRY))]
    others = [("problems", pa.list_(PROBLEM)), ("unusable", PROBLEM), ("completeness", pa.int32())]
    others += [("is_settled", pa.bool_()), ("record_id", pa.string())]
    return pa.schema([*place, *canonical, *entries, *others])


def canonical_type(name: str) -> pa.DataType:
    """Return the type of a parsed column."""
    return arrow_schema().field(name).type


def batch_of(columns: Mapping[str, pa.Array], count: int) -> pa.RecordBatch:
    """Return a batch of so many parsed records; the columns that are not given are null.

    An empty list says no more than a missing one.
    """
    schema = arrow_schema()
    made = {
        name: _without_empty(_cast(columns[name], schema.field(name).type))
        for name in schema.names
        if columns.get(name) is not None
    }
    filled = np.zeros(count, np.int32)
    for name in schemas.PATENTS.names:
        if name in made:
            filled += is_there(made[name])
    made["completeness"] = pa.array(filled)
    if "publication_number" in made:
        made["is_settled"] = pc.match_substring_regex(made["publication_number"], SETTLED)
    arrays = [made[f.name] if f.name in made else pa.nulls(count, f.type) for f in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _without_empty(array: pa.Array) -> pa.Array:
    if not pa.types.is_list(array.type):
        return array
    is_empty = pc.equal(pc.list_value_length(array), 0)
    if not pc.any(is_empty).as_py():
        return array
    return pc.if_else(is_empty, pa.scalar(None, array.type), array)


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    return array if array.type == kind else array.cast(kind)
