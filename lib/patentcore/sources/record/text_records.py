"""Records whose structure is read already, as text: their values made typed columns.

A plain record has the columns :data:`PLACE` and any of the canonical ones, as text (lists: arrays
of text) where the canonical table has numbers and dates, but for ``priorities``, which are typed,
and ``cites`` and ``cited_by`` as :func:`numbers` makes them. What it lacks is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.sources.record import cells, parsed, parser, values
from patentcore.sources.record.arrays import ENTRY, Flags, Lists, flags, once, present_in
from patentcore.sources.record.canonical import DATES, TEXTS, Reason
from patentcore.sources.record.events import EVENT
from patentcore.sources.record.nested import Elements
from patentcore.sources.record.number_arrays import entries_of
from patentcore.sources.record.numbers import number_column

PLACE = ("file", "block", "sequence", "row", "malformed")

# Columns that are typed already, and those that are read untrimmed.
_TYPED = (
    "applicants", "applicant_addresses", "inventors", "inventor_addresses", "is_pct",
    "npl_citations", "owners", "priorities",
)  # fmt: skip
_AS_THEY_ARE = ("publication_number", "patent_type", "main_ipc", "record_id")
KNOWN = (*PLACE, "part", "lost", "record_id", "cites", "cited_by", *schemas.PATENTS.names)
BROKEN = "broken"
"""The column that says why a record could not be read."""
_NUMBERED_CLAIM = r"(?:^|\s)([0-9]{1,4})\s?[.)]\s+(\S)"


def addressed(name: Column, country: Column | None, address: Column | None = None) -> Column:
    """Return a person's country and address, as ``applicant_addresses`` has them."""
    none = F.lit(None).cast("string")
    code = none if country is None else F.when(country.rlike("^[A-Z]{2}$"), country)
    place = none if address is None else F.nullif(F.trim(address), F.lit(""))
    return F.struct(name.alias("name"), code.alias("country"), place.alias("address"))


def applicants(names: pa.Array, countries: pa.Array) -> pa.Array:
    """Return applicants; what is no two-letter code is no country."""
    none = pa.nulls(len(names), pa.string())
    columns = [names, _codes(countries), none]
    return pa.StructArray.from_arrays(columns, ["name", "country", "sector"])


def addresses(names: pa.Array, countries: pa.Array, places: pa.Array) -> pa.Array:
    """Return persons' countries and addresses as :func:`addressed` does."""
    columns = [names, _codes(countries), without_empty(pc.utf8_trim(places, " "))]
    return pa.StructArray.from_arrays(columns, ["name", "country", "address"])


def _codes(countries: pa.Array) -> pa.Array:
    is_code = pc.match_substring_regex(countries, "^[A-Z]{2}$")
    return pc.if_else(pc.fill_null(is_code, False), countries, pa.scalar(None, pa.string()))


def numbered(entries: Elements, raw: pa.Array, categories: pa.Array | None = None) -> pa.Array:
    """Return lists of publication numbers as :func:`numbers` does."""
    none = pa.nulls(len(raw), pa.string())
    columns = [raw, none, none if categories is None else categories]
    return entries.mapped(pa.StructArray.from_arrays(columns, fields=list(ENTRY))).to_array()


def numbers(
    entries: Column,
    number: Callable[[Column], Column],
    category: Callable[[Column], Column] | None = None,
) -> Column:
    """Return an array's publication numbers as struct<raw, number, category>, not normalised."""

    def entry(element: Column) -> Column:
        raw = number(element)
        kind = category(element) if category else F.lit(None).cast("string")
        # The parser normalises them all at once.
        none = F.lit(None).cast("string")
        return F.struct(raw.alias("raw"), none.alias("number"), kind.alias("category"))

    return F.transform(entries, entry).cast(values.NUMBERS)


def filled(array: pa.Array) -> Lists:
    """Return lists without the elements that are empty.

    >>> filled(pa.array([["a", "", None], None])).to_array().to_pylist()
    [['a'], None]
    """
    lists = Lists.of(array, len(array))
    return lists.kept(has_letters(lists.values))


def has_letters(texts: pa.Array) -> Flags:
    """Tell which texts are not empty; null is none."""
    return flags(pc.not_equal(texts, ""))


def without_empty(texts: pa.Array) -> pa.Array:
    """Return texts, null where one is empty."""
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def in_english(texts: pa.Array, language: str) -> pa.Array:
    """Return the English one of texts, whose languages a field has, else the first."""
    return marked(texts, "text", lambda found: flags(pc.equal(found.part(language), "en")))


def marked(array: pa.Array, field: str, mark: Callable[[Elements], Flags]) -> pa.Array:
    """Return a field of the first of each list's structs that is marked, else of the first."""
    found = Elements.of(array)
    every = found.lists.mapped(found.part(field))
    return pc.coalesce(every.kept(mark(found)).first(), every.first())


def longest_numbered(texts: pa.Array) -> pa.Array:
    """Return how far a text's paragraphs are numbered from 1 on; null where they are not.

    Claims that stand in one text are counted so.

    >>> claims = ["1. A device. 2. The device of claim 1. 4. Another.", "A device.", None]
    >>> longest_numbered(pa.array(claims)).to_pylist()
    [2, None, None]
    """
    begun = pc.replace_substring_regex(texts, _NUMBERED_CLAIM, "\x01\\1\x02\\2")
    parts = Lists.of(pc.split_pattern(begun, "\x01"), len(texts))
    number = pc.struct_field(pc.extract_regex(parts.values, "^(?P<number>[0-9]+)\x02"), "number")
    told = parts.mapped(number).known()
    last = [0] * len(texts)
    for at, found in zip(told.rows.tolist(), map(int, told.values.to_pylist()), strict=True):
        last[at] += found == last[at] + 1
    return pa.array([count or None for count in last], pa.int64())


def together(rows: DataFrame, gathered: str) -> DataFrame:
    """Put the records of one publication together: of each column its first value.

    Records without a number, such as unreadable ones, stay as they are.

    Args:
        rows: plain records with ``part`` and ``broken``.
        gathered: a column of lists, which become one, each element once.
    """
    place = (*PLACE, "part", "broken")
    key = F.coalesce(
        number_column(F.col("publication_number")),
        F.concat_ws(" ", "file", F.col("sequence").cast("string"), F.col("part").cast("string")),
    )

    def first(name: str) -> Column:
        is_told = F.lit(True) if name in place else F.col(name).isNotNull()
        return F.min_by(name, F.when(is_told, F.col("_order"))).alias(name)

    every = F.array_distinct(F.flatten(F.collect_list(gathered)))
    return (
        rows.withColumn("_order", F.col("sequence") * 10_000 + F.col("part"))
        .groupBy(key.alias("_key"))
        .agg(
            *(first(name) for name in rows.columns if name != gathered),
            F.when(F.size(every) > 0, F.sort_array(every)).alias(gathered),
        )
        .drop("_key")
    )


def parse(
    rows: DataFrame, source: str, *, broken: Reason | Column = Reason.BROKEN_JSON
) -> DataFrame:
    """Turn plain records into the parsed records of :mod:`patentcore.sources.record.canonical`.

    Args:
        rows: plain records.
        source: what the column ``source`` is to say.
        broken: why records with a ``malformed`` text could not be read; a column of ``rows``, too.
    """
    why = F.lit(broken.value) if isinstance(broken, Reason) else broken
    wanted = [name for name in rows.columns if name in KNOWN]

    def typed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                yield parsed_of(batch, source)

    return rows.select(*wanted, why.alias(BROKEN)).mapInArrow(typed, parsed.SCHEMA)


def parsed_of(batch: pa.RecordBatch, source: str) -> pa.RecordBatch:
    """Turn a batch of plain records, which has :data:`BROKEN`, into parsed ones; no engine."""
    return parser.parse(fields_of(batch, source))


def fields_of(batch: pa.RecordBatch, source: str) -> parser.Fields:
    """Take a batch of plain records for the parser. Needs no engine."""
    count = batch.num_rows
    columns = {
        name: column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if not pa.types.is_null(column.type)
    }
    part = columns.get("part")
    fields = parser.Fields(
        count,
        source,
        place={name: columns[name] for name in ("file", "sequence", "row", "block")}
        | {"part": pa.repeat(0, count) if part is None else pc.fill_null(part, 0)},
        malformed=columns.get("malformed", pa.nulls(count, pa.string())),
        broken=columns[BROKEN],
        texts=_texts(columns),
        given={name: columns[name] for name in _TYPED if name in columns},
        ipc=_lists("ipc", columns, count),
        cpc=_lists("cpc", columns, count),
        application=columns.get("application_number"),
        lost=columns.get("lost"),
    )
    for name in ("cites", "cited_by"):
        if name in columns:
            fields.entries[name] = _numbered(columns[name], count)
    if "simple_family" in columns:
        fields.has_family = columns["simple_family"].is_valid()
        fields.entries["simple_family"] = entries_of(Lists.of(columns["simple_family"], count))
    if "legal_events" in columns:
        _add_events(fields, Lists.of(columns["legal_events"], count))
    return fields


def _texts(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the single cells, trimmed; no date is written as zeros."""
    texts = {name: columns[name] for name in _AS_THEY_ARE if name in columns}
    for name in (*TEXTS, "application_number", *DATES, *schemas.COUNTS):
        if name in columns:
            texts[name] = present_in(name, columns[name])
    for name in DATES:
        if name in texts:
            is_none = pc.match_substring_regex(texts[name], "^0+$")
            texts[name] = pc.if_else(is_none, pa.scalar(None, pa.string()), texts[name])
    return texts


def _lists(name: str, columns: Mapping[str, pa.Array], count: int) -> Lists | None:
    return Lists.of(columns[name], count) if name in columns else None


def _numbered(array: pa.Array, count: int) -> Lists:
    """Normalise the numbers that were not yet."""
    lists = Lists.of(array, count)
    entries = lists.values.cast(ENTRY)
    raw, number, category = (pc.struct_field(entries, f.name) for f in ENTRY)
    read = pc.struct_field(entries_of(lists.mapped(raw)).values, "number")
    columns = [raw, pc.coalesce(number, read), category]
    return lists.mapped(pa.StructArray.from_arrays(columns, fields=list(ENTRY)))


def _add_events(fields: parser.Fields, events: Lists) -> None:
    raw = events.mapped(pc.struct_field(events.values, "date"))
    dates = once(raw.values, cells.to_date, pa.date32())
    fields.problems.unreadable_elements("legal_events", raw, dates, Reason.BAD_DATE)
    columns = [pc.struct_field(events.values, "kind"), dates]
    typed = pa.StructArray.from_arrays(columns, fields=list(EVENT))
    fields.given["legal_events"] = events.mapped(typed).to_array()
