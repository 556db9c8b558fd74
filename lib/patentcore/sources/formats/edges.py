"""Plain edge lists, such as SNAP's cit-Patents: two publication numbers a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import partial, reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.sources.formats.edge_lines import (
    CITED,
    CITING,
    DECIMAL,
    PLAINLY_QUOTED,
    QUOTES,
    USUAL,
    Columns,
    columns_of,
    tokens_of,
)
from patentcore.sources.reading.encodings import Utf8
from patentcore.sources.reading.files import Piece, pieces_of
from patentcore.sources.reading.json_lines import blocks_of
from patentcore.sources.reading.made import Made, read_made
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.table_lines import lines_of_table
from patentcore.sources.record import values
from patentcore.sources.record.arrays import flags, is_there, once, present
from patentcore.sources.record.canonical import Reason, file_name
from patentcore.sources.record.column_bytes import begin_with_digit, holds
from patentcore.sources.record.ingested import CITATIONS, Cut, Ingested, keep_lineage
from patentcore.sources.record.number_arrays import publication_numbers
from patentcore.sources.record.numbers import authority_column, clean_number
from patentcore.sources.record.vocabulary import MISSING_WORDS

# The same for Arrow, behind which commas and semicolons are blanks.
_BLANKS = r"[\s\pZ]+"
_COMMENT = "(?:[#%]|//)"
# Bare numbers are patents of the United States, as in cit-Patents and the NBER data before it.
_BARE = "^[0-9]{5,8}$"
_THOUSANDS = "^[0-9]{1,3}(?:,[0-9]{3})+$"
_WIDEST, _FIRST = 6, 30
_BLOCK_BYTES, _ROWS_PER_BLOCK = 4 << 20, 100_000
# Signs of words in a list that needs no care, and what may part its words.
_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_."
_IS_NO_SIGN = bytes(place not in _SIGNS for place in range(256))
_PLAIN_MARKS = (b",", b";", b"\t", b" ")
# What is read of a line: its file, itself where it is no pair, its ends, and what kind of citation.
COLUMNS = ("file", "line", "citing", "cited", "category")
SCHEMA = ", ".join(f"{name} string" for name in COLUMNS)


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
        lines = first_lines(looks[0])
        columns = columns_of(lines)
        tokens = [tokens_of(line, columns.mark) for line in lines]
        if tokens and _is_head(tokens[0], columns):
            tokens = tokens[1:]
        # Lines of which an end is missing say nothing of the format.
        tokens = [line for line in tokens if not MISSING_WORDS.intersection(_both(line, columns))]
        if not tokens:
            return None
        pairs = [line for line in tokens if _is_edge(line, columns)]
        if 2 * len(pairs) <= len(tokens) or _is_header(tokens[0], pairs[0], columns):
            return None
        ends = _both(pairs[0], columns)
        return f"its lines are pairs of numbers, such as {' '.join(ends)}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read edge lists; see :class:`patentcore.sources.formats.adapter.Adapter`.

        Counts are those of the list: a publication that nothing in it cites has none, not zero.
        """
        return self.tables(cut(_pairs(spark, look_at(spark, paths)), "pairs"), cut)

    def tables(self, lines: DataFrame, cut: Cut = keep_lineage) -> Ingested:
        """Make the tables of lines that were read into :data:`COLUMNS`."""
        pairs = lines.where(_is_pair())
        citations = pairs.groupBy("citing", "cited").agg(
            F.min("category").alias("category"), F.lit("cites").alias("origin")
        )
        citations = cut(citations, CITATIONS)
        return Ingested(self.patents_of(citations), citations, _rejects(lines), lines)

    def patents_of(self, citations: DataFrame) -> DataFrame:
        """Return the ends of citations with their counts as publications."""
        return _publications(citations, self.name)


def first_lines(look: Look) -> list[str]:
    """Return the first lines that are neither blank nor comment; cells of a sheet with tabs."""
    rows = ("\t".join(cells) for cells in look.sheet)
    lines = [line.lstrip("\ufeff") for line in (look.plain_lines() or rows)][:_FIRST]
    return [line for line in lines if line.strip() and not re.match(_COMMENT, line)]


def _both(tokens: Sequence[str], columns: Columns) -> list[str]:
    """Return the two ends, as far as they are there."""
    return [tokens[at] for at in (columns.citing, columns.cited) if at < len(tokens)]


def _is_head(tokens: Sequence[str], columns: Columns) -> bool:
    names = "\t".join(_both(tokens, columns)).lower()
    return re.fullmatch(f"{CITING}\t{CITED}", names) is not None


def _is_edge(tokens: Sequence[str], columns: Columns) -> bool:
    ends = _both(tokens, columns)
    return len(ends) == 2 and len(tokens) <= _WIDEST and all(map(_is_number, ends))


def _is_header(first: Sequence[str], pair: Sequence[str], columns: Columns) -> bool:
    """Tell whether a first line names columns: words of any table, or as many as a pair has."""
    if _is_edge(first, columns) or len(first) < 2:
        return False
    return len(first) == len(pair) or not any(re.search("[0-9]", token) for token in first)


def _is_number(token: str) -> bool:
    bare = token.replace(",", "") if re.match(_THOUSANDS, token) else token
    return bool(re.match(_BARE, bare)) or clean_number(bare) is not None


def _pairs(spark: SparkSession, looks: Sequence[Look]) -> DataFrame:
    """Read the two ends of each line; the line itself where it is no pair."""
    alike: dict[Columns, list[Look]] = {}
    for look in looks:
        alike.setdefault(columns_of(first_lines(look)), []).append(look)
    return reduce(
        DataFrame.unionByName,
        (_pairs_alike(spark, some, columns) for columns, some in alike.items()),
    )


def _pairs_alike(spark: SparkSession, looks: Sequence[Look], columns: Columns) -> DataFrame:
    """Read lists whose numbers stand at the same places."""
    known = {look.file: look for look in looks}
    whole = [file for file, look in known.items() if look.sheet or look.is_wide]
    pieces = pieces_of(file for file in known if file not in whole)
    pieces += [Piece(file) for file in whole]

    def read(piece: Piece) -> Iterator[pa.RecordBatch]:
        look = known[piece.file]
        if look.sheet:
            return blocks_of_table(piece, look)
        return blocks_of_piece(piece, look.encoding)

    return read_made(spark, pieces, read, Made(SCHEMA, partial(_ends, columns=columns))).frame()


def blocks_of_piece(piece: Piece, encoding: str = "UTF-8") -> Iterator[pa.RecordBatch]:
    """Return the lines of a piece of a file, many at once; of UTF-16, pieces are whole files."""
    text = Utf8(piece.lines(), encoding)
    return (_batch(piece, block) for block in blocks_of(text, _BLOCK_BYTES))


def blocks_of_table(piece: Piece, look: Look) -> Iterator[pa.RecordBatch]:
    """Return the rows of a table that is no text as such lines, cells parted by tabs."""
    lines = lines_of_table(piece, look)
    while some := list(itertools.islice(lines, _ROWS_PER_BLOCK)):
        yield _batch(piece, "\n".join(some).encode())


def _batch(piece: Piece, block: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"file": [piece.file.uri], "block": [block]})


def lines_in(batch: pa.RecordBatch) -> pa.Array:
    """Return the lines of a block, trimmed; null where there is nothing."""
    lines = batch.column("block")[0].as_py().splitlines()
    return present(pa.array(lines, pa.binary()).cast(pa.string()))


def _ends(batch: pa.RecordBatch, columns: Columns = USUAL) -> pa.RecordBatch:
    """Read the numbers of lines that are neither blank nor comment nor header."""
    block = batch.column("block")[0].as_py()
    words, lines = _plain_words(block, columns), None
    if words is None:
        lines = lines_in(batch)
        lines = lines.filter(pc.invert(pc.match_substring_regex(lines, f"^{_COMMENT}")))
        words = _cells(lines, columns)
    ends = [_end(word) for word in words]
    is_pair = is_there(ends[0]) & is_there(ends[1])
    others = np.flatnonzero(~is_pair)
    odd = [word.take(pa.array(others)) for word in words]
    names = pc.utf8_lower(pc.binary_join_element_wise(*odd, "\t", null_handling="skip"))
    kept = np.ones(len(is_pair), bool)
    kept[others[flags(pc.match_substring_regex(names, f"^{CITING}\t{CITED}$"))]] = False
    unread = pa.nulls(len(kept), pa.string())
    if len(others):
        texts = lines_in(batch) if lines is None else lines
        unread = pc.if_else(pa.array(is_pair), pa.scalar(None, pa.string()), texts)
    file = pa.repeat(batch.column("file")[0], len(kept))
    made = pa.RecordBatch.from_arrays(
        [file, unread, *ends, pa.nulls(len(kept), pa.string())], list(COLUMNS)
    )
    return made if kept.all() else made.filter(pa.array(kept))


def _plain_words(block: bytes, columns: Columns = USUAL) -> list[pa.Array] | None:
    r"""Return the two ends of lines of as many words each; none where one is not so.

    The words have plain signs, and one and the same mark stands between any two.

    >>> [words.to_pylist() for words in _plain_words(b"US1A,EP2B1,0\nUS3A,US4B,1")]
    [['US1A', 'US3A'], ['EP2B1', 'US4B']]
    >>> _plain_words(b"US1A, EP2B1"), _plain_words(b"US1A,EP2B1\nUS3A")
    (None, None)
    """
    text = block.replace(b"\r\n", b"\n")
    # What is left has to be the marks and the end of a line, again and again.
    marks = text.translate(None, _SIGNS) + b"\n"
    first = marks[: marks.index(b"\n") + 1]
    width = len(first)
    places = (columns.citing, columns.cited)
    if first[:1] not in _PLAIN_MARKS or not max(places) < width <= _WIDEST:
        return None
    if columns.mark is not None and first[:1] != columns.mark.encode():
        return None
    if marks != (first[:1] * (width - 1) + b"\n") * (len(marks) // width):
        return None
    at = np.flatnonzero(np.frombuffer(text.translate(_IS_NO_SIGN), np.uint8))
    ends = np.append(np.append(0, at - np.arange(len(at))), len(text) - len(at)).astype(np.int32)
    if not np.diff(ends).all():
        return None
    content = pa.py_buffer(text.translate(None, first))
    words = pa.Array.from_buffers(pa.string(), len(ends) - 1, [None, pa.py_buffer(ends), content])
    return [words.take(pa.array(np.arange(place, len(words), width))) for place in places]


def _cells(lines: pa.Array, columns: Columns) -> list[pa.Array]:
    """Return the words of each line that are its two ends, null where there are none."""
    mark, places = columns.mark, (columns.citing, columns.cited)
    plain = _unquoted(lines, mark)
    if mark is None:
        return _at(_words(plain), places)
    cells = [pc.utf8_trim_whitespace(cell) for cell in _at(pc.split_pattern(plain, mark), places)]
    lacks = pc.invert(pc.match_substring(plain, mark))
    if not pc.any(lacks).as_py() or places != (0, 1):
        return cells
    # What a line without the mark has are the usual words.
    words = _at(_words(plain.filter(lacks)), places)
    return [pc.replace_with_mask(*both) for both in zip(cells, (lacks, lacks), words, strict=True)]


def _unquoted(lines: pa.Array, mark: str | None) -> pa.Array:
    """Take out marks of quotation; what stands in them is one word."""
    if not pc.any(pc.match_substring_regex(lines, f"[{QUOTES}]")).as_py():
        return lines
    lines = pc.replace_substring(lines, '="', '"')  # as spreadsheets are made to keep a text
    plain = pc.replace_substring(lines, '"', "")
    is_odd = pc.invert(pc.match_substring_regex(lines, PLAINLY_QUOTED))
    odd = once(lines.filter(is_odd), lambda line: (mark or " ").join(tokens_of(line, mark)))
    return pc.replace_with_mask(plain, is_odd, odd)


def _words(plain: pa.Array) -> pa.Array:
    for sign in ",;\t":
        plain = pc.replace_substring(plain, sign, " ")
    # Most lists have one mark between words, which is found far quicker than any number of any.
    is_odd = pc.any(pc.match_substring_regex(plain, r"[^\S ]|  |[^\x00-\x7f]")).as_py()
    return pc.split_pattern_regex(plain, _BLANKS) if is_odd else pc.split_pattern(plain, " ")


def _at(parts: pa.Array, places: Sequence[int]) -> list[pa.Array]:
    begins = parts.offsets.to_numpy()[:-1]
    lengths = pc.list_value_length(parts).to_numpy(zero_copy_only=False)
    return [parts.values.take(pa.array(begins + at, mask=lengths <= at)) for at in places]


def _end(token: pa.Array) -> pa.Array:
    """Normalise a number; bare ones are patents of the United States."""
    if holds(token, ".0"):
        token = pc.replace_substring_regex(token, DECIMAL, r"\1")
    if not begin_with_digit(token).any():
        return publication_numbers(token)
    if holds(token, ","):
        is_parted = pc.match_substring_regex(token, _THOUSANDS)
        token = pc.if_else(is_parted, pc.replace_substring(token, ",", ""), token)
    bare = pc.binary_join_element_wise("US", pc.utf8_ltrim(token, "0"), "")
    is_bare = pc.fill_null(pc.match_substring_regex(token, _BARE), False)
    if pc.all(is_bare).as_py():
        return bare
    return pc.if_else(is_bare, bare, publication_numbers(token))


def _is_pair() -> Column:
    return F.col("citing").isNotNull() & F.col("cited").isNotNull()


def _publications(citations: DataFrame, source: str) -> DataFrame:
    key = "publication_number"
    citing, cited = (
        citations.select(F.col(end).alias(key), F.lit(out).alias("out"), F.lit(1 - out).alias("in"))
        for end, out in (("citing", 1), ("cited", 0))
    )
    sums = (F.sum(name).alias(name) for name in ("out", "in"))
    counted = citing.unionByName(cited).groupBy(key).agg(*sums)

    def positive(name: str) -> Column:
        return F.when(F.col(name) > 0, F.col(name).cast("int"))

    given = {
        "publication_number": F.col("publication_number"),
        "authority": authority_column(F.col("publication_number")),
        "cited_by_count": positive("in"),
        "cites_count": positive("out"),
        "source": F.lit(source),
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
