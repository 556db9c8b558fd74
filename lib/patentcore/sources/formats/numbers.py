"""Lists of publication numbers, or of their addresses at Google Patents: one a line."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence

from pyspark.sql import SparkSession

from patentcore.sources.formats.records import read_records
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.table_lines import lines_of_table
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.xml_documents import Record, parse_documents
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.numbers import clean_number

_ADDRESS = re.compile(r"(?i)(?:https?://)?patents\.google\.com/patent/([A-Z]{2}[A-Z0-9]+)\S*")
# Bare numbers are patents of the United States, as in edge lists.
_BARE = re.compile("[0-9]{5,8}")
# What parts the cells of a table.
_SEVERAL = re.compile(r"[,;|\t]")
_LINES = 30


class Numbers:
    """The adapter of lists of numbers; beside other sources, it says which publications to keep."""

    name = "numbers"
    title = "list of publication numbers or Google Patents addresses, one a line"
    fields = frozenset({"publication_number", "authority", "kind_code", "patent_type", "source"})
    is_supplement = True

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that nearly all of the first lines are single numbers."""
        look = looks[0]
        lines = look.plain_lines() or ["\t".join(filter(None, cells)) for cells in look.sheet]
        texts = [text for line in lines[:_LINES] if (text := _text(line))]
        numbers = [number for text in texts if (number := number_in(text))]
        # Cells of a table may break into lines that are numbers, too: few others are borne.
        if not numbers or len(texts) - len(numbers) > max(1, len(texts) // 10):
            return None
        return f"its lines are single numbers, such as {numbers[0]}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read lists; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        tables = {look.file: look for look in looks if look.sheet}

        def lines(piece: Piece, encoding: str) -> Iterator[dict[str, str]]:
            if look := tables.get(piece.file):
                return _listed(lines_of_table(piece, look))
            return _lines(piece, encoding)

        rows = read_records(spark, looks, lines, _publication, Reason.MALFORMED)
        return to_tables(parse_documents(rows, self.name), cut)


def number_in(text: str) -> str | None:
    """Return the number that a line is, or that its address names.

    >>> number_in("https://patents.google.com/patent/US7654321B2/en"), number_in("7,654,321")
    ('US7654321B2', 'US7654321')
    >>> number_in("US1A,US2A") is None
    True
    """
    address = _ADDRESS.fullmatch(text)
    if address:
        return clean_number(address[1])
    bare = text.replace(",", "")
    if _BARE.fullmatch(bare):
        return f"US{bare}"
    return None if _SEVERAL.search(text) else clean_number(text)


def _text(line: str) -> str:
    """Return a line without quotation marks and what ends it; a comment is nothing."""
    text = line.lstrip("\ufeff").strip().strip("\"',; ")
    return "" if text.startswith(("#", "%")) else text


def _lines(piece: Piece, encoding: str) -> Iterator[dict[str, str]]:
    with piece.open() as stream:
        yield from _listed(io.TextIOWrapper(stream, encoding, errors="replace"))


def _listed(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    is_first = True
    for line in lines:
        text = _text(line)
        # A header has no digits.
        if text and not (is_first and not re.search("[0-9]", text)):
            yield {"text": text}
        is_first = is_first and not text


def _publication(line: dict[str, str]) -> Iterator[Record]:
    yield {"publication_number": number_in(line["text"]) or line["text"]}
