"""The OECD's citations database: EP_CITATIONS, US_CITATIONS and WO_CITATIONS, parted by bars.

Numbers are office and number without a kind, such as ``EP0123456`` and ``WO1980020067``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial, reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.formats import edges
from patentcore.sources.reading.files import Piece, pieces_of
from patentcore.sources.reading.made import Made, read_made
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.record.arrays import is_there
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.number_arrays import publication_numbers

_ENDS = ("citing_pub_nbr", "cited_pub_nbr")
_CATEGORY = "citn_category"
_MARKS = ("|", "\t", ";", ",")


class Oecd(edges.Edges):
    """The adapter of the OECD's citations; like an edge list, with categories."""

    name = "oecd"
    title = "OECD citations database: EP_CITATIONS, US_CITATIONS, WO_CITATIONS"

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that a file has the database's columns."""
        found = _header(looks[0])
        return (
            f"its columns are the OECD's {', '.join(_ENDS)}" if set(_ENDS) <= set(found) else None
        )

    def lines(self, spark: SparkSession, looks: Sequence[Look]) -> DataFrame:
        """Read the ends and the category of each line; the line itself where it is no pair."""
        found = []
        for look in looks:
            made = Made(edges.SCHEMA, partial(_ends, header=_header(look), mark=_mark(look)))
            found.append(read_made(spark, _pieces(look), partial(_blocks, look), made).frame())
        return reduce(DataFrame.unionByName, found)

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read citations; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = [look for look in look_at(spark, paths) if self.recognise([look])]
        return self.tables(cut(self.lines(spark, looks), "pairs"), cut)


def _pieces(look: Look) -> list[Piece]:
    return [Piece(look.file)] if look.sheet else pieces_of([look.file])


def _blocks(look: Look, piece: Piece) -> Iterator[pa.RecordBatch]:
    if look.sheet:
        return edges.blocks_of_table(piece, look)
    return edges.blocks_of_piece(piece, look.encoding)


def _mark(look: Look) -> str:
    if look.sheet:
        return "\t"
    first = look.text.partition("\n")[0]
    return max(_MARKS, key=first.count)


def _header(look: Look) -> list[str]:
    if look.sheet:
        return [name.strip().lower() for name in look.sheet[0]]
    if not look.may_be_table:
        return []
    first = look.text.lstrip("\ufeff").partition("\n")[0]
    return [name.strip().strip('"').lower() for name in first.split(_mark(look))]


def _ends(batch: pa.RecordBatch, header: Sequence[str], mark: str) -> pa.RecordBatch:
    lines = edges.lines_in(batch)
    bare = pc.replace_substring(lines, '"', "")
    is_header = pc.starts_with(pc.utf8_lower(bare), mark.join(header[:2]))
    kept = pc.and_(pc.is_valid(bare), pc.invert(pc.fill_null(is_header, False)))
    lines, bare = lines.filter(kept), bare.filter(kept)
    parts = pc.split_pattern(bare, mark)
    begins, lengths = parts.offsets.to_numpy()[:-1], pc.list_value_length(parts).to_numpy()

    def column(name: str) -> pa.Array:
        at = header.index(name) if name in header else len(header)
        cells = parts.values.take(pa.array(begins + at, mask=lengths <= at))
        trimmed = pc.utf8_trim_whitespace(cells)
        return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)

    ends = [publication_numbers(column(name)) for name in _ENDS]
    is_pair = pa.array(is_there(ends[0]) & is_there(ends[1]))
    unread = pc.if_else(is_pair, pa.scalar(None, pa.string()), lines)
    file = pa.repeat(batch.column("file")[0], len(lines))
    return pa.RecordBatch.from_arrays(
        [file, unread, *ends, column(_CATEGORY)], names=list(edges.COLUMNS)
    )
