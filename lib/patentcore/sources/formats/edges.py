"""Plain edge lists, such as SNAP's cit-Patents: two publication numbers a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.sources.reading.encodings import Utf8
from patentcore.sources.reading.files import (
    HEAD_BYTES,
    Piece,
    pieces_of,
    read_pieces,
    spread_over_cores,
)
from patentcore.sources.reading.json_lines import lines_of
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.record import values
from patentcore.sources.record.canonical import Reason, file_name
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.numbers import authority_column, clean_number, number_column

_SEPARATORS = "[,;\\s]+"
_COMMENT = "[#%]"
_HEADS = (
    ("citing", "cited"), ("src", "dst"), ("source", "target"), ("from", "to"),
    ("fromnodeid", "tonodeid"), ("citing_publication", "cited_publication"),
)  # fmt: skip
# Bare numbers are patents of the United States, as in cit-Patents and the NBER data before it.
_BARE = "^[0-9]{5,8}$"
_THOUSANDS = r'"([0-9]{1,2}),([0-9]{3}),([0-9]{3})"'
_WIDEST = 6
_LINES_PER_BATCH = 100_000


class Edges:
    """The adapter of edge lists: the citations, and of each publication its number alone."""

    name = "edges"
    title = "edge list: citing and cited publication a line, bare numbers being US patents"
    fields = frozenset(
        {"publication_number", "authority", "cited_by_count", "cites_count", "source"}
    )
    is_supplement = True

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that most of the first lines are pairs of numbers; the others become rejects."""
        look = looks[0]
        if look.is_workbook or look.is_parquet or look.begins_json or look.begins_xml:
            return None
        whole = look.text.splitlines()
        if len(look.head) >= HEAD_BYTES:
            whole.pop()  # cut by the head's end
        lines = [line for line in whole[:30] if line.strip()]
        tokens = [
            re.split(_SEPARATORS, re.sub(_THOUSANDS, r"\1\2\3", line).replace('"', "").strip())
            for line in lines
            if not re.match(_COMMENT, line)
        ]
        if tokens and tuple(name.lower() for name in tokens[0][:2]) in _HEADS:
            tokens = tokens[1:]
        pairs = [line for line in tokens if _is_edge(line)]
        if 2 * len(pairs) <= len(tokens) or _is_header(tokens[0], pairs[0]):
            return None
        return f"its lines are pairs of numbers, such as {' '.join(pairs[0][:2])}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read edge lists; see :class:`patentcore.sources.formats.adapter.Adapter`.

        Counts are those of the list: a publication that nothing in it cites has none, not zero.
        """
        lines = cut(_pairs(spark, look_at(spark, paths)), "pairs")
        pairs = lines.where(_is_pair())
        citations = pairs.groupBy("citing", "cited").agg(
            F.lit(None).cast("string").alias("category"), F.lit("cites").alias("origin")
        )
        return Ingested(self.patents_of(citations), citations, _rejects(lines), lines)

    def patents_of(self, citations: DataFrame) -> DataFrame:
        """Return the ends of citations with their counts as publications."""
        return _publications(citations)


def _is_edge(tokens: Sequence[str]) -> bool:
    return 2 <= len(tokens) <= _WIDEST and all(map(_is_number, tokens[:2]))


def _is_header(first: Sequence[str], pair: Sequence[str]) -> bool:
    """Tell whether a first line names columns: words of any table, or as many as a pair has."""
    if _is_edge(first) or len(first) < 2:
        return False
    return len(first) == len(pair) or not any(re.search("[0-9]", token) for token in first)


def _is_number(token: str) -> bool:
    return bool(re.match(_BARE, token)) or clean_number(token) is not None


def _pairs(spark: SparkSession, looks: Sequence[Look]) -> DataFrame:
    pieces = pieces_of(look.file for look in looks)
    texts = spread_over_cores(
        read_pieces(spark, pieces, _lines, "file string, value string"), pieces
    )
    lines = texts.select("file", values.present(F.col("value")).alias("line"))
    line = F.regexp_replace("line", _THOUSANDS, "$1$2$3")
    ends = F.split(F.replace(line, F.lit('"'), F.lit("")), _SEPARATORS)
    citing, cited = F.get(ends, F.lit(0)), F.get(ends, F.lit(1))
    heads = [f"{left} {right}" for left, right in _HEADS]
    is_head = F.lower(F.concat_ws(" ", citing, cited)).isin(*heads)
    return (
        lines.where(F.col("line").isNotNull() & ~F.col("line").rlike(f"^{_COMMENT}"))
        .where(~is_head)
        .select(
            "file",
            "line",
            _end(citing).alias("citing"),
            _end(cited).alias("cited"),
        )
    )


def _lines(piece: Piece) -> Iterator[pa.RecordBatch]:
    lines = lines_of(Utf8(piece.lines(), "UTF-8"))
    while some := list(itertools.islice(lines, _LINES_PER_BATCH)):
        file = pa.repeat(pa.scalar(piece.file.uri), len(some))
        texts = pa.array(some, pa.binary()).cast(pa.string())
        yield pa.RecordBatch.from_arrays([file, texts], ["file", "value"])


def _end(token: Column) -> Column:
    bare = F.when(token.rlike(_BARE), F.concat(F.lit("US"), F.ltrim(token, F.lit("0"))))
    return F.coalesce(bare, number_column(token))


def _is_pair() -> Column:
    return F.col("citing").isNotNull() & F.col("cited").isNotNull()


def _publications(citations: DataFrame) -> DataFrame:
    ends = citations.select(
        F.explode(
            F.array(
                F.struct(F.col("citing").alias("id"), F.lit(1).alias("out"), F.lit(0).alias("in")),
                F.struct(F.col("cited").alias("id"), F.lit(0).alias("out"), F.lit(1).alias("in")),
            )
        ).alias("end")
    )
    counted = ends.groupBy(F.col("end.id").alias("publication_number")).agg(
        F.sum("end.out").alias("out"), F.sum("end.in").alias("in")
    )

    def positive(name: str) -> Column:
        return F.when(F.col(name) > 0, F.col(name).cast("int"))

    given = {
        "publication_number": F.col("publication_number"),
        "authority": authority_column(F.col("publication_number")),
        "cited_by_count": positive("in"),
        "cites_count": positive("out"),
        "source": F.lit(Edges.name),
    }
    return counted.select(
        *(
            given.get(field.name, F.lit(None)).cast(field.dataType).alias(field.name)
            for field in schemas.PATENTS
        )
    )


def _rejects(lines: DataFrame) -> DataFrame:
    broken = values.problem("", F.col("line"), Reason.NO_EDGE)
    return lines.where(~_is_pair()).select(
        file_name(F.col("file")).alias("source"),
        F.lit(None).cast("string").alias("record"),
        F.inline(F.array(broken)),
    )
