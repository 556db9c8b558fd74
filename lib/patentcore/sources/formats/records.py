"""Formats whose records a plain function reads: it gets one and returns its publications as text.

A publication is a dict with some of :data:`COLUMNS`; its values are text and lists of text.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.reading.batches import Batches
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.json_lines import PLACE_DDL, arrow_schema, documents_of
from patentcore.sources.reading.processes import read_by_python
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.tabular import (
    BLOCK,
    FILE,
    LOST,
    MALFORMED,
    ROW,
    SEQUENCE,
    rows_of,
)
from patentcore.sources.reading.xml_documents import (
    APPLICANTS,
    NUMBERS,
    Record,
    parse_documents,
)
from patentcore.sources.record import values
from patentcore.sources.record.arrays import dates_of
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.numbers import normal_number
from patentcore.sources.record.stumps import without_stumps

ADDRESSES = "array<struct<name: string, country: string, address: string>>"
PRIORITIES = "array<struct<number: string, country: string, date: date>>"
COLUMNS = f"""
    publication_number string, application_number string, patent_type string, title string,
    abstract string, publication_date string, application_date string,
    earliest_priority_date string, priorities {PRIORITIES}, applicants {APPLICANTS},
    inventors array<string>, main_ipc string, ipc array<string>, cpc array<string>,
    claim_count string, cited_by_count string, cites_count string, npl_citation_count string,
    simple_family array<string>, simple_family_size string, is_pct boolean,
    legal_events array<struct<kind: string, date: string>>, legal_status string,
    applicant_addresses {ADDRESSES}, inventor_addresses {ADDRESSES}, owners {APPLICANTS},
    npl_citations array<string>, government_interest string,
    cites {NUMBERS}, cited_by {NUMBERS}
"""
_SCHEMA = f"{PLACE_DDL}, part int, broken string, lost {values.PROBLEMS}, {COLUMNS}"
_PER_BATCH = 500
# What parts lists, and columns that hold none.
_BETWEEN = r"\s*[;|\r\n]\s*"
_PROSE = ("title", "abstract", "TI", "AB")
_SHOWN = 200

Found = Iterable[Any]
"""Records of a file; what is none is a text."""
Parse = Callable[[Any], Iterable[Record]]
"""Make publications of a record; a record of another shape may raise what such code raises."""


def read_records(
    spark: SparkSession,
    looks: Sequence[Look],
    find: Callable[[Piece, str], Found],
    parse: Parse,
    broken: Reason = Reason.BROKEN_JSON,
) -> Batches:
    """Read plain records, each file by one task.

    Args:
        spark: the session.
        looks: the files.
        find: returns the records of a file in an encoding.
        parse: makes a record's publications.
        broken: why a record could not be read.
    """
    encodings = {look.file: look.encoding for look in looks}
    pieces = [Piece(file) for file in encodings]
    schema = arrow_schema(_SCHEMA)  # which is made where the session is

    def read(piece: Piece) -> Iterator[pa.RecordBatch]:
        place = {"file": piece.file.uri, "block": piece.begin}
        numbered = enumerate(find(piece, encodings[piece.file]), start=1)
        placed = ((place | {"sequence": n, "row": n}, record) for n, record in numbered)
        return _batches(placed, parse, broken, schema)

    return read_by_python(spark, pieces, read, _SCHEMA).spread()


def read_json_records(spark: SparkSession, looks: Sequence[Look], parse: Parse) -> Batches:
    """Read JSON records: lines, an array or an answer. Numbers reach ``parse`` as text."""
    return read_records(
        spark, looks, documents_of, lambda record: parse(_as_text(record)), Reason.BROKEN_JSON
    )


def read_table_records(
    spark: SparkSession, looks: Sequence[Look], columns: Mapping[str, Sequence[str]], parse: Parse
) -> DataFrame:
    """Read the rows of tables, each a dict of the text of its cells.

    Args:
        spark: the session.
        looks: the files.
        columns: names of the column that fills a field; the first field is needed.
        parse: makes a row's publications.
    """
    rows = rows_of(spark, looks, columns, [next(iter(columns))])
    place = {"file": FILE, "block": BLOCK, "sequence": SEQUENCE, "row": ROW}
    schema = arrow_schema(_SCHEMA)

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        found = (row for batch in batches for row in _whole_rows(batch, columns))
        placed = (
            (
                {name: row[column] for name, column in place.items()} | {"lost": row[LOST]},
                row if row[MALFORMED] is None else row[MALFORMED],
            )
            for row in found
        )
        return _batches(placed, parse, Reason.MALFORMED, schema)

    return rows.select(*place.values(), MALFORMED, LOST, *columns).mapInArrow(read, _SCHEMA)


def _whole_rows(batch: pa.RecordBatch, columns: Iterable[str]) -> list[Record]:
    """Return rows without what a spreadsheet may have cut off the end of their lists."""
    rows = batch.to_pylist()
    for name in columns:
        if name in _PROSE:
            continue
        kept, places, stumps = without_stumps(batch.column(name), _BETWEEN)
        for place, stump in zip(places.tolist(), stumps.to_pylist(), strict=True):
            cut_off = {"field": name, "value": stump[:_SHOWN], "reason": Reason.CUT_OFF.value}
            rows[place] |= {name: kept[place].as_py(), LOST: [*(rows[place][LOST] or ()), cut_off]}
    return rows


def texts_from(piece: Piece, encoding: str, begin: re.Pattern[str]) -> Iterator[str]:
    """Part a file where a line begins so, in the memory that its longest part takes.

    What stands before the first is none of them.
    """
    lines: list[str] = []
    with piece.open() as stream:
        for line in io.TextIOWrapper(stream, encoding, errors="replace"):
            if begin.match(line):
                if lines:
                    yield "".join(lines)
                lines = []
            if lines or begin.match(line):
                lines.append(line)
    if lines:
        yield "".join(lines)


def claim(number: str | None, country: str | None, date: str | None) -> Record:
    """Return a priority as the canonical records have them, of a date ``20190301`` or dashed.

    >>> claim("JP 2014-221207", "JP", "2014-10-30")
    {'number': 'JP2014221207', 'country': 'JP', 'date': datetime.date(2014, 10, 30)}
    """
    digits = (date or "")[:10].replace("-", "")
    try:
        day = dt.datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        day = None
    text = re.sub("[^0-9A-Z]", "", (number or "").upper())
    return {"number": text or None, "country": country, "date": day}


def claim_column(number: Column, country: Column, date: Column) -> Column:
    """Return a priority as :func:`claim` does."""
    text = F.regexp_replace(F.upper(number), "[^0-9A-Z]", "")
    return F.struct(
        F.nullif(text, F.lit("")).alias("number"),
        country.alias("country"),
        values.to_date(date).alias("date"),
    )


def claims_of(numbers: pa.Array, countries: pa.Array, dates: pa.Array) -> pa.Array:
    """Return priorities as :func:`claim_column` does."""
    texts = pc.replace_substring_regex(pc.utf8_upper(numbers), "[^0-9A-Z]", "")
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    days = dates_of(dates, values.day_of)
    return pa.StructArray.from_arrays([texts, countries, days], ["number", "country", "date"])


def earliest(priorities: Iterable[Record]) -> str | None:
    """Return the earliest date of priorities."""
    dates = (priority["date"] for priority in priorities if priority["date"])
    first = min(dates, default=None)
    return first and first.isoformat()


def person(name: str | None, country: str | None, *places: str | None) -> Record | None:
    """Return a person's country and place as ``inventor_addresses`` has them.

    >>> person("Doe, J.", "US", "Frisco", "TX")
    {'name': 'Doe, J.', 'country': 'US', 'address': 'Frisco, TX'}
    """
    if not name:
        return None
    code = country if country and re.fullmatch("[A-Z]{2}", country) else None
    return {"name": name, "country": code, "address": ", ".join(filter(None, places)) or None}


def people(found: Iterable[Record | None]) -> list[Record] | None:
    """Return the persons of whom there is a name; ``None`` where there are none."""
    return [one for one in found if one] or None


def number_entry(raw: str | None, category: str | None = None) -> Record:
    """Return a cited or citing publication as the canonical records have them."""
    return {"raw": raw, "number": normal_number(raw), "category": category}


def _batches(
    placed: Iterable[tuple[Record, Any]], parse: Parse, broken: Reason, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    pending: list[Record] = []
    for place, record in placed:
        pending += _publications(place, record, parse, broken, schema)
        if len(pending) >= _PER_BATCH:
            yield pa.RecordBatch.from_pylist(pending, schema=schema)
            pending = []
    if pending:
        yield pa.RecordBatch.from_pylist(pending, schema=schema)


def _publications(
    place: Record, record: Any, parse: Parse, broken: Reason, schema: pa.Schema
) -> list[Record]:
    """Return a record's publications; what is not of the format's shape is one that is broken."""
    if not isinstance(record, str):
        try:
            found = [
                # Cells that could not be kept are told with the first.
                (place if part == 0 else place | {"lost": None})
                | made
                | {"part": part, "malformed": None, "broken": None}
                for part, made in enumerate(parse(record))
            ]
            pa.RecordBatch.from_pylist(found, schema=schema)
        except (AttributeError, LookupError, TypeError, ValueError, pa.ArrowException):
            pass
        else:
            return found
    shown = str(record)[:_SHOWN]
    return [place | {"part": 0, "malformed": shown, "broken": broken.value}]


def _as_text(value: Any) -> Any:
    """Let numbers inside a JSON value be text, and empty texts be null."""
    if isinstance(value, dict):
        return {name: _as_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    if isinstance(value, str):
        return value.strip() or None
    return value if value is None or isinstance(value, bool) else str(value)


class JsonAdapter:
    """The adapter of JSON records that a function reads.

    Attributes:
        name, title, fields: as of any adapter.
        marks: keys, all of which the beginning of a file has.
        parse: makes a record's publications.
        answers: keys under which a whole answer has its records.
    """

    is_supplement = False

    def __init__(
        self,
        name: str,
        title: str,
        fields: frozenset[str],
        marks: Sequence[str],
        parse: Parse,
        answers: Sequence[str],
    ) -> None:
        self.name, self.title, self.fields = name, title, fields
        self._marks, self._parse, self._answers = marks, parse, answers

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which keys the records have."""
        look = looks[0]
        if not look.begins_json:
            return None
        if not all(f'"{mark}"' in look.text for mark in self._marks):
            return None
        return f"its JSON records have {', '.join(self._marks)}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read records; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        json = [look for look in looks if look.begins_json] or looks
        rows = read_json_records(spark, json, self._publications)
        return to_tables(parse_documents(rows, self.name), cut)

    def _publications(self, record: Record) -> Iterator[Record]:
        """Make the publications of a record, or of the records of a whole answer."""
        lists = [record[key] for key in self._answers if isinstance(record.get(key), list)]
        for inner in lists[0] if lists else [record]:
            yield from self._parse(inner)
