"""Which ends of citations may mean a record, told by Arrow from written tables.

Most ends are a record's number, or none with which a record has anything in common. Arrow tells
these from the files in a fraction of the time that queries take, which have to be planned, too. It
needs memory for all citations: those of small inputs are taken so.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.lake.tables import TableStore
from patentcore.sources.record.arrays import Numbers, encoded
from patentcore.sources.record.blocks import Blocks
from patentcore.sources.record.ingested import CITATIONS, Cut
from patentcore.sources.record.pairs import AT_ONCE
from patentcore.sources.resolve import OUTSIDE, RESOLVED, Resolved, Verdicts, follow, judged
from patentcore.words.documents import SETTLED, key_by_rules
from patentcore.words.texts import GIVEN

_ENDS = ("citing", "cited")
_RECORD = ("publication_number", "application_number", "publication_date")

Counted = tuple[pa.Array, Numbers]
"""Texts, and how often each is there."""


@dataclass(frozen=True)
class Wanted:
    """Ends that are no record's number.

    Attributes:
        uses: of all of them.
        ends: number, uses and key of those whose key a record has.
        records: record, application_number, publication_date and key of the records with these.
    """

    uses: int
    ends: pa.Table
    records: pa.Table


def resolve_written(
    tables: TableStore, citations: DataFrame, patents: DataFrame, cut: Cut
) -> Resolved | None:
    """Resolve the ends of citations as :func:`patentcore.sources.resolve.resolve` does.

    Args:
        tables: where the citations and the patents were written.
        citations: as read from there.
        patents: as read from there.
        cut: writes a frame.

    Returns:
        What came of it; ``None`` where there are too many, or the files are not at hand.
    """
    count = tables.measured(CITATIONS)
    if count > AT_ONCE:
        return None
    pairs = tables.at_hand(CITATIONS, _ENDS, repeating=_ENDS)
    records = tables.at_hand("patents", _RECORD)
    if pairs is None or records is None:
        return None

    wanted = wanted_of(pairs, records)
    if not wanted.ends.num_rows:
        verdicts = Verdicts(None, wanted.uses, {}, 0)
    else:
        ends = tables.put(wanted.ends, "_wanted"), tables.put(wanted.records, "_known")
        rows = cut(judged(*ends, "inner").where(F.col("verdict") != OUTSIDE), "ends")
        verdicts = _counted(rows, wanted.uses)
    return follow(citations, count, verdicts, Blocks(1, cut))


def _counted(rows: DataFrame, unknown_uses: int) -> Verdicts:
    told = rows.groupBy("verdict").agg(F.sum("uses").alias("uses"), F.count("*").alias("numbers"))
    found = {row["verdict"]: row for row in told.collect()}
    uses = {verdict: int(row["uses"]) for verdict, row in found.items()}
    return Verdicts(
        rows, unknown_uses, uses, found[RESOLVED]["numbers"] if RESOLVED in found else 0
    )


def wanted_of(pairs: pa.Table, records: pa.Table) -> Wanted:
    """Tell the ends that may mean a record, and these records.

    Args:
        pairs: citing, cited.
        records: publication_number, application_number, publication_date.
    """
    ends = _uses_of(pairs)
    number = _texts(records["publication_number"])
    ends = ends.filter(pc.invert(pc.is_in(ends["number"], value_set=number.drop_null())))
    uses = pc.sum(ends["uses"]).as_py() or 0
    # No rule changes the office: records and ends of others need no key.
    ends = ends.filter(_is_of(_texts(ends["number"]), number))
    records = records.filter(_is_of(number, _texts(ends["number"])))
    number = _texts(records["publication_number"])
    key = keys_of(pa.concat_arrays([_texts(ends["number"]), number]))
    ends = ends.append_column("key", key[: ends.num_rows])
    columns = {"record": number, **{name: records[name] for name in _RECORD[1:]}}
    known = pa.table({**columns, "key": key[ends.num_rows :]})
    ends = ends.filter(pc.is_in(ends["key"], value_set=_texts(known["key"])))
    known = known.filter(pc.is_in(known["key"], value_set=_texts(ends["key"])))
    application = _texts(known["application_number"])
    return Wanted(uses, ends, known.set_column(1, "application_number", application))


def _uses_of(pairs: pa.Table) -> pa.Table:
    """Count how often each number is an end, on both sides at once."""

    def side(column: pa.ChunkedArray) -> Counted:
        parts = (encoded(part) for part in column.chunks)
        return _summed(
            [(p.dictionary, np.bincount(p.indices, None, len(p.dictionary))) for p in parts]
        )

    with ThreadPoolExecutor(pairs.num_columns) as pool:
        number, uses = _summed(list(pool.map(side, pairs.columns)))
    return pa.table({"number": number, "uses": uses})


def _summed(parts: Sequence[Counted]) -> Counted:
    """Add up what was counted of each text in several parts."""
    texts = pa.chunked_array([text.cast(pa.string()) for text, _ in parts], pa.string())
    coded = texts.combine_chunks().dictionary_encode()
    counts = np.concatenate([np.zeros(0), *(counts for _, counts in parts)])
    return coded.dictionary, np.bincount(coded.indices, counts).astype(np.int64)


def _is_of(numbers: pa.Array, others: pa.Array) -> pa.Array:
    """Tell the numbers of which offices the others have one."""
    office = pc.utf8_slice_codeunits(numbers, 0, 2)
    wanted = pc.unique(pc.utf8_slice_codeunits(others, 0, 2)).drop_null()
    return pc.is_in(office, value_set=wanted)


def keys_of(numbers: pa.Array) -> pa.Array:
    """Return the keys of numbers, as :func:`patentcore.words.documents.document_key` has them.

    Args:
        numbers: in normal form, none null.
    """
    is_settled = pc.match_substring_regex(numbers, SETTLED)
    bare = pc.replace_substring_regex(numbers, "([0-9])[A-Z][0-9]?$", r"\1")
    # Of what is settled, one office alone writes zeros in front.
    plain = pc.replace_substring_regex(bare, "^EP0+([1-9])", r"EP\1")
    others = numbers.filter(pc.invert(is_settled))
    if not len(others):
        return plain
    return pc.replace_with_mask(plain, pc.invert(is_settled), key_by_rules(GIVEN).of(others))


def _texts(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return texts as one array of their own, whatever dictionaries or views they come in."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.cast(pa.string())
