"""Plain edge lists, such as SNAP's cit-Patents: two publication numbers a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.sources.reading.encodings import Utf8
from patentcore.sources.reading.files import Piece, pieces_of
from patentcore.sources.reading.json_lines import lines_of
from patentcore.sources.reading.made import Made, read_made
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.workbooks import sheet_rows
from patentcore.sources.record import values
from patentcore.sources.record.arrays import flags, holds, is_there, once, present
from patentcore.sources.record.canonical import Reason, file_name
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.number_arrays import publication_numbers
from patentcore.sources.record.numbers import authority_column, clean_number

_SEPARATORS = "[,;\\s]+"
# The same for Arrow, behind which commas and semicolons are blanks.
_BLANKS = r"[\s\pZ]+"
_COMMENT = "(?:[#%]|//)"
# Marks that part the cells of a line, where nearly all lines have one.
_MARKS = ("\t", ";", "|", "->", ",")
_NEARLY_ALL = 0.8
# Names of the two columns, and of what may stand in front of them.
_CITED = (
    r"(?:.*(?:cited|被引|引用先|피인용|zitiert|cité|citad[ao]|цитируем).*|"
    r"citation(?:_?(?:id|no|number))?|dst|target|to\S*)"
)
_CITING = (
    r"(?:.*(?:citing|施引|引用专利|引证专利|引用元|인용|zitierend|citant|цитирующ).*|"
    r"src|source|from\S*|pat(?:ent)?(?:_?(?:id|no|number))?)"
)
_COUNTER = r"(?:|#|id|n[or]\.?|index|row|unnamed.*|序号)"
# Bare numbers are patents of the United States, as in cit-Patents and the NBER data before it.
_BARE = "^[0-9]{5,8}$"
# Marks of quotation, and lines in which they hold no blank or other mark.
_QUOTES = "\"'‘’“”„«»"
_PLAINLY_QUOTED = rf'^(?:[^{_QUOTES}]*"[^{_QUOTES},;\s]*")*[^{_QUOTES}]*$'
_QUOTED = re.compile('"([^"]*)"')
# How a spreadsheet writes whole numbers that were none.
_DECIMAL = r"^([0-9]+)\.0+$"
_THOUSANDS = "^[0-9]{1,3}(?:,[0-9]{3})+$"
_WIDEST, _FIRST = 6, 30
_LINES_PER_BATCH = 100_000
# What is read of a line: its file, itself where it is no pair, its ends, and what kind of citation.
COLUMNS = ("file", "line", "citing", "cited", "category")
SCHEMA = ", ".join(f"{name} string" for name in COLUMNS)


@dataclass(frozen=True)
class Columns:
    """Where the two numbers stand in the lines of a list.

    Attributes:
        mark: what parts the cells; ``None`` where blanks, commas and semicolons do.
        citing: place of the citing number.
        cited: place of the cited one.
    """

    mark: str | None = None
    citing: int = 0
    cited: int = 1


_USUAL = Columns()


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
        pairs = [line for line in tokens if _is_edge(line, columns)]
        if 2 * len(pairs) <= len(tokens) or _is_header(tokens[0], pairs[0], columns):
            return None
        ends = _both(pairs[0], columns)
        return f"its lines are pairs of numbers, such as {' '.join(ends)}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read edge lists; see :class:`patentcore.sources.formats.adapter.Adapter`.

        Counts are those of the list: a publication that nothing in it cites has none, not zero.
        """
        return self.tables(cut(_pairs(spark, look_at(spark, paths)), "pairs"))

    def tables(self, lines: DataFrame) -> Ingested:
        """Make the tables of lines that were read into :data:`COLUMNS`."""
        pairs = lines.where(_is_pair())
        citations = pairs.groupBy("citing", "cited").agg(
            F.min("category").alias("category"), F.lit("cites").alias("origin")
        )
        return Ingested(self.patents_of(citations), citations, _rejects(lines), lines)

    def patents_of(self, citations: DataFrame) -> DataFrame:
        """Return the ends of citations with their counts as publications."""
        return _publications(citations, self.name)


def first_lines(look: Look) -> list[str]:
    """Return the first lines that are neither blank nor comment; cells of a sheet with tabs."""
    rows = ("\t".join(cells) for cells in look.sheet)
    lines = [line.lstrip("\ufeff") for line in (look.plain_lines() or rows)][:_FIRST]
    return [line for line in lines if line.strip() and not re.match(_COMMENT, line)]


def columns_of(lines: Sequence[str]) -> Columns:
    """Tell from the first lines what parts them, and from a line of names which cell is which.

    >>> columns_of(["id;cited;citing", "1;US 1A;EP 2 B1"]), columns_of(["3858241 956203"])
    (Columns(mark=';', citing=2, cited=1), Columns(mark=None, citing=0, cited=1))
    """
    bare = [_QUOTED.sub("", _marked(line)) for line in lines]

    def share(mark: str) -> float:
        return sum(mark in line for line in bare) / max(len(bare), 1)

    mark = max(_MARKS, key=share)  # of equal ones the first
    columns = Columns(mark if share(mark) >= _NEARLY_ALL else None)
    names = [word.lower() for word in tokens_of(lines[0], columns.mark)] if lines else []
    cited = [at for at, name in enumerate(names) if re.fullmatch(_CITED, name)]
    citing = [
        at for at, name in enumerate(names) if re.fullmatch(_CITING, name) and at not in cited
    ]
    if not cited or not citing:
        return columns
    in_front = names[: min(cited[0], citing[0])]
    is_counted = all(re.fullmatch(_COUNTER, name) for name in in_front)
    return Columns(columns.mark, citing[0], cited[0]) if is_counted else columns


def tokens_of(line: str, mark: str | None = None) -> list[str]:
    """Return the words of a line; what stands in quotation marks is one.

    Args:
        line: as it stands.
        mark: what parts the words; blanks, commas and semicolons where none is given.

    >>> tokens_of('"US 7,654,321 B2";D295437'), tokens_of("7654321.0 'RE46,653'")
    (['US7654321B2', 'D295437'], ['7654321', 'USRE46653'])
    >>> tokens_of("US 7,654,321 B2;EP 1 234 567", ";")
    ['US 7,654,321 B2', 'EP 1 234 567']
    """
    bare = _QUOTED.sub(lambda m: clean_number(m[1]) or re.sub("[ ,]", "", m[1]), _marked(line))
    text = bare.replace('"', "").strip("\r\n" if mark else None)
    words = [word.strip() for word in (text.split(mark) if mark else re.split(_SEPARATORS, text))]
    return [re.sub(_DECIMAL, r"\1", word) for word in words]


def _marked(line: str) -> str:
    return line.strip("\ufeff \r\n").translate(dict.fromkeys(map(ord, _QUOTES), '"'))


def _both(tokens: Sequence[str], columns: Columns) -> list[str]:
    """Return the two ends, as far as they are there."""
    return [tokens[at] for at in (columns.citing, columns.cited) if at < len(tokens)]


def _is_head(tokens: Sequence[str], columns: Columns) -> bool:
    names = "\t".join(_both(tokens, columns)).lower()
    return re.fullmatch(f"{_CITING}\t{_CITED}", names) is not None


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
    whole = [
        f for f, look in known.items() if look.is_workbook or look.encoding.startswith("UTF-16")
    ]
    pieces = pieces_of(file for file in known if file not in whole)
    pieces += [Piece(file) for file in whole]

    def read(piece: Piece) -> Iterator[pa.RecordBatch]:
        look = known[piece.file]
        if look.is_workbook:
            return _batches(piece, _lines_of_sheet(piece))
        return lines_of_piece(piece, look.encoding)

    return read_made(spark, pieces, read, Made(SCHEMA, partial(_ends, columns=columns)))


def lines_of_piece(piece: Piece, encoding: str = "UTF-8") -> Iterator[pa.RecordBatch]:
    """Return the lines of a piece of a file, many at once; of UTF-16, pieces are whole files."""
    is_wide = encoding.startswith("UTF-16")
    return _batches(piece, lines_of(Utf8(piece.open() if is_wide else piece.lines(), encoding)))


def _lines_of_sheet(piece: Piece) -> Iterator[bytes]:
    with piece.open() as stream:
        for _, cells in sheet_rows(stream, piece.file.uri):
            yield "\t".join(" ".join((cell or "").split()) for cell in cells).encode()


def _batches(piece: Piece, lines: Iterator[bytes]) -> Iterator[pa.RecordBatch]:
    while some := list(itertools.islice(lines, _LINES_PER_BATCH)):
        file = pa.repeat(pa.scalar(piece.file.uri), len(some))
        texts = pa.array(some, pa.binary()).cast(pa.string())
        yield pa.RecordBatch.from_arrays([file, texts], ["file", "value"])


def _ends(batch: pa.RecordBatch, columns: Columns = _USUAL) -> pa.RecordBatch:
    """Read the numbers of lines that are neither blank nor comment nor header."""
    lines = present(batch.column("value"))
    lines = lines.filter(pc.invert(pc.match_substring_regex(lines, f"^{_COMMENT}")))
    tokens = _cells(lines, columns)
    ends = [_end(token) for token in tokens]
    is_pair = is_there(ends[0]) & is_there(ends[1])
    others = np.flatnonzero(~is_pair)
    words = [token.take(pa.array(others)) for token in tokens]
    names = pc.utf8_lower(pc.binary_join_element_wise(*words, "\t", null_handling="skip"))
    kept = np.ones(len(lines), bool)
    kept[others[flags(pc.match_substring_regex(names, f"^{_CITING}\t{_CITED}$"))]] = False
    unread = pc.if_else(pa.array(is_pair), pa.scalar(None, pa.string()), lines)
    file = pa.repeat(batch.column("file")[0], len(lines))
    made = pa.RecordBatch.from_arrays(
        [file, unread, *ends, pa.nulls(len(lines), pa.string())], list(COLUMNS)
    )
    return made.filter(pa.array(kept))


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
    if not pc.any(pc.match_substring_regex(lines, f"[{_QUOTES}]")).as_py():
        return lines
    plain = pc.replace_substring(lines, '"', "")
    is_odd = pc.invert(pc.match_substring_regex(lines, _PLAINLY_QUOTED))
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
        token = pc.replace_substring_regex(token, _DECIMAL, r"\1")
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
