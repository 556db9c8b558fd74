"""Tabular exports of any tool: a dialect says what its columns are, the rest is shared here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession

from patentcore import schemas
from patentcore.sources.formats.day_orders import day_orders
from patentcore.sources.formats.patsnap_headers import EVENT_DATE_FIELDS
from patentcore.sources.formats.patsnap_headers import HEADERS as _PATSNAP_HEADERS
from patentcore.sources.reading.made import Made
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tabular import (
    BLOCK,
    FILE,
    FILLED,
    LOST,
    MALFORMED,
    ROW,
    SEQUENCE,
    fields_in,
    find_layout,
    rows_of,
)
from patentcore.sources.record import cells, parsed, parser
from patentcore.sources.record.arrays import (
    Lists,
    Numbers,
    coalesce,
    elements,
    flags,
    holds,
    joined,
    listed,
    once,
    plain,
    position_in,
    without_stumps,
)
from patentcore.sources.record.canonical import DATES, Reason, to_tables
from patentcore.sources.record.events import READ_EVENT, legal_events
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.legal_codes import kind_of_event
from patentcore.sources.record.number_arrays import entries_of, priorities

PART = "_part"
_DAY = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}$"

# Kinds of events of which an export may give the number alone.
EVENT_COUNT_FIELDS = {
    "assignment": "assignment_count",
    "licence": "licence_count",
    "pledge": "pledge_count",
    "litigation": "litigation_count",
}

# Every field that a dialect may have a column for.
FIELDS = (*_PATSNAP_HEADERS, *EVENT_COUNT_FIELDS.values(), "record_id", "family_offices")

_LISTS = ("original_applicant", "inventors", "ipc", "cpc", "simple_family", "cites", "cited_by")
_MAY_BE_CUT = (*_LISTS, "current_applicant", "priority_numbers", "priority_dates", "legal_events")
_DATE_FIELDS = (*DATES, "priority_dates", *EVENT_DATE_FIELDS.values())
# Canonical columns that need no column of their own, or another one.
_ALWAYS = ("publication_number", "authority", "kind_code", "is_pct", "source")
_ALSO_FROM = {
    "applicants": ("original_applicant", "current_applicant"),
    "earliest_priority_date": ("priority_dates",),
    "priorities": ("priority_numbers",),
    "main_ipc": ("ipc",),
    "cited_by_count": ("cited_by",),
    "cites_count": ("cites",),
    "simple_family_size": ("simple_family",),
    "legal_events": (
        "legal_status_and_events",
        "legal_status",
        "inpadoc_events",
        *EVENT_DATE_FIELDS.values(),
        *EVENT_COUNT_FIELDS.values(),
    ),
    "legal_status": ("legal_status_and_events",),
}


@dataclass(frozen=True)
class Dialect:
    """How a tool writes its exports.

    Attributes:
        name: of the source.
        title: the format in words.
        headers: names of the columns that fill a field, in order of preference.
        separator: regular expression between the elements of a list.
        separators: the same for single fields.
        parted: what makes a field's cell a list parted as the others are.
        marks: headers that this format has and others have not.
        needs: how many of its columns a file has at least.
        reads_type_of_kind: the kind code tells the patent type; there is no column to read.
        has_country_in_name: applicants are written ``NAME [CC]``.
        has_address_in_name: applicants may be written ``NAME,place,CC``.
        prepare: called on each batch of raw fields before anything is read from them.
    """

    name: str
    title: str
    headers: Mapping[str, Sequence[str]]
    separator: str
    separators: Mapping[str, str] = field(default_factory=dict)
    parted: Mapping[str, Callable[[pa.Array], pa.Array]] = field(default_factory=dict)
    marks: Sequence[str] = ()
    needs: int = 4
    reads_type_of_kind: bool = False
    has_country_in_name: bool = False
    has_address_in_name: bool = False
    prepare: Callable[[pa.RecordBatch], pa.RecordBatch] | None = None

    def limited_to(self, present: Collection[str]) -> Dialect:
        """Return the dialect of files that have columns of these fields only."""
        headers = {name: names for name, names in self.headers.items() if name in present}
        return replace(self, headers=headers)

    def has(self, *names: str) -> bool:
        """Tell whether there may be a column of any of these fields."""
        return any(name in self.headers for name in names)

    def list_of(self, name: str) -> str:
        """Return what stands between the elements of a field."""
        return self.separators.get(name, self.separator)

    def can_fill(self) -> frozenset[str]:
        """Return the canonical columns that files of this dialect can fill."""
        columns = set(_ALWAYS) | ({"patent_type"} if self.reads_type_of_kind else set())
        for name in schemas.PATENTS.names:
            if name in self.headers or any(f in self.headers for f in _ALSO_FROM.get(name, ())):
                columns.add(name)
        return frozenset(columns)


class TabularAdapter:
    """The adapter of a dialect."""

    is_supplement = False

    def __init__(self, dialect: Dialect, header: Sequence[str] = ()) -> None:
        """Make the adapter; ``header`` names the columns of files that have no header row."""
        self.dialect = dialect
        self.header = tuple(header)
        self.name = dialect.name
        self.title = dialect.title
        self.fields = dialect.can_fill()
        self._aliases = {name: tuple(dialect.headers.get(name, ())) for name in FIELDS}

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which of the format's headers the first file has."""
        tables = _tables(looks)
        if not tables:
            return None
        layout = find_layout(tables[0], self._aliases)
        found = match_headers(layout.header, self._aliases)
        marks = match_headers(layout.header, {name: (name,) for name in self.dialect.marks})
        if "publication_number" not in found or len(found) < self.dialect.needs:
            return None
        if self.dialect.marks and not marks:
            return None
        known = [layout.header[at[0]] for at in (marks or found).values()]
        what = "only this format has" if marks else "such as"
        return f"{len(found)} of its columns are known, {what} {', '.join(known[:4])}"

    def has_headers(self, looks: Sequence[Look]) -> bool:
        """Tell whether the first file has as many known columns as are needed, marks or not."""
        tables = _tables(looks)
        if not tables:
            return False
        found = match_headers(find_layout(tables[0], self._aliases).header, self._aliases)
        return "publication_number" in found and len(found) >= self.dialect.needs

    def lacks_number(self, look: Look) -> tuple[int, int]:
        """Return how many marks and columns a table has that lacks the publication number."""
        if not _tables([look]):
            return 0, 0
        header = find_layout(look, self._aliases).header
        found = match_headers(header, self._aliases)
        marks = match_headers(header, {name: (name,) for name in self.dialect.marks})
        enough = "publication_number" not in found and len(found) >= self.dialect.needs
        return (len(marks), len(found)) if enough else (0, 0)

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read exports; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        tables = _tables(looks) or looks
        parsed = read_tables(spark, tables, self.dialect, self.header)
        present = fields_in(tables, self._aliases, self.header)
        return to_tables(parsed, cut, has_ids={"record_id", "simple_family"} <= set(present))


def _tables(looks: Sequence[Look]) -> list[Look]:
    others = (look for look in looks if look.is_parquet or look.begins_json or look.begins_xml)
    excluded = {look.file for look in others}
    return [look for look in looks if look.file not in excluded]


def semicolon_list(look: Look, dialect: Dialect) -> str | None:
    """Return a list among a table's first rows that semicolons part; none where bars part any."""
    layout = find_layout(look, dialect.headers)
    positions = match_headers(layout.header, dialect.headers)
    at = [p for name in _LISTS for p in positions.get(name, [])]
    rows = look.records[layout.delimiter][layout.skip + 1 :]
    texts = [row[p] for row in rows for p in at if p < len(row)]
    if any("|" in cell or "｜" in cell for cell in texts):
        return None
    parted = r"(?<!&amp)[;；]\s*\S"
    return next((cell[:60] for cell in texts if re.search(parted, cell)), None)


def parse(
    batch: pa.RecordBatch, dialect: Dialect, orders: Mapping[str, Mapping[str, str]] | None = None
) -> pa.RecordBatch:
    """Turn a batch of raw fields into parsed records (:mod:`patentcore.sources.record.parser`).

    Args:
        batch: of one file.
        dialect: of the file.
        orders: of day and month, by file and field.
    """
    prepared = dialect.prepare(batch) if dialect.prepare else batch
    file = prepared.column(FILE)[0].as_py() if prepared.num_rows else ""
    return parser.parse(_fields(prepared, dialect, (orders or {}).get(file, {})))


def read_tables(
    spark: SparkSession, looks: Sequence[Look], dialect: Dialect, header: Sequence[str] = ()
) -> DataFrame:
    """Read tables of a dialect into parsed records."""
    aliases = {name: tuple(dialect.headers.get(name, ())) for name in FIELDS}
    limited = dialect.limited_to(fields_in(looks, aliases, header))
    separators = {name: dialect.list_of(name) for name in _DATE_FIELDS if limited.has(name)}
    orders = day_orders(spark, looks, aliases, separators, header)
    made = Made(parsed.SCHEMA, lambda batch: parse(batch, limited, orders))
    return rows_of(spark, looks, aliases, ["publication_number"], header, made=made)


def _fields(batch: pa.RecordBatch, dialect: Dialect, orders: Mapping[str, str]) -> parser.Fields:
    """Part the cells of a batch as the dialect parts them."""
    count = batch.num_rows
    texts = {name: batch.column(name) for name in FIELDS if name in batch.schema.names}
    cut_off = _without_stumps(texts, dialect)
    part = batch.column(PART) if PART in batch.schema.names else pa.repeat(0, count)
    columns = set(batch.column(FILLED)[0].as_py()) if count else set()
    fields = parser.Fields(
        count,
        source=pc.fill_null(texts["source"], dialect.name) if "source" in texts else dialect.name,
        place={
            "file": batch.column(FILE),
            "sequence": batch.column(SEQUENCE),
            "row": batch.column(ROW),
            "part": part,
            "block": batch.column(BLOCK),
        },
        malformed=batch.column(MALFORMED),
        texts=texts,
        columns=frozenset(columns - {"patent_type"} | _types_in_words(dialect)),
        headers=dialect.headers["publication_number"],
        ipc=_listed("ipc", texts, dialect, count),
        cpc=_listed("cpc", texts, dialect, count),
        lost=batch.column(LOST),
        is_table=True,
        orders=orders,
    )
    for name, (rows, stumps) in cut_off.items():
        fields.problems.add(name, rows, stumps, Reason.CUT_OFF)
    _add_numbers(fields, dialect)
    _add_people(fields, dialect)
    _add_dates(fields, dialect)
    if "is_pct" in texts:
        fields.given["is_pct"] = once(texts["is_pct"], cells.to_boolean, pa.bool_())
        fields.problems.unreadable(
            "is_pct", texts["is_pct"], fields.given["is_pct"], Reason.BAD_BOOLEAN
        )
    _add_undecodable(fields)
    return fields


def _without_stumps(
    texts: dict[str, pa.Array], dialect: Dialect
) -> dict[str, tuple[Numbers, pa.Array]]:
    """Take off the last elements of lists that a spreadsheet has cut off; return them by field."""
    found = {}
    for name in _MAY_BE_CUT:
        if name in texts and name not in dialect.parted:
            texts[name], rows, stumps = without_stumps(texts[name], dialect.list_of(name))
            found[name] = rows, stumps
    return found


def _types_in_words(dialect: Dialect) -> set[str]:
    return set() if dialect.reads_type_of_kind else {"patent_type"}


def _cells(name: str, texts: Mapping[str, pa.Array], dialect: Dialect) -> pa.Array | None:
    """Return a field's cells, parted as :meth:`Dialect.list_of` says."""
    found = texts.get(name)
    return dialect.parted[name](found) if found is not None and name in dialect.parted else found


def _listed(name: str, texts: Mapping[str, pa.Array], dialect: Dialect, count: int) -> Lists:
    return listed(_cells(name, texts, dialect), dialect.list_of(name), count)


def _add_numbers(fields: parser.Fields, dialect: Dialect) -> None:
    for name in ("simple_family", "cites", "cited_by"):
        if name in fields.texts:
            found = listed(fields.texts[name], dialect.list_of(name), fields.count)
            fields.entries[name] = entries_of(found, has_categories=True)
    if "simple_family" in fields.texts:
        fields.has_family = fields.texts["simple_family"].is_valid()
    if "family_offices" in fields.texts:
        fields.family_offices = _listed("family_offices", fields.texts, dialect, fields.count)


def _add_people(fields: parser.Fields, dialect: Dialect) -> None:
    owners = [
        _owners(name, fields, dialect)
        for name in ("original_applicant", "current_applicant")
        if name in fields.texts
    ]
    applicants = coalesce(owners)
    if applicants is not None:
        fields.given["applicants"] = applicants
    if "inventors" in fields.texts:
        names = _listed("inventors", fields.texts, replace(dialect, parted={}), fields.count)
        if dialect.has_country_in_name:
            names = names.mapped(once(names.values, cells.without_country))
        fields.given["inventors"] = names.to_array()


def _owners(name: str, fields: parser.Fields, dialect: Dialect) -> pa.Array:
    """Read names, countries and sectors that belong together by position."""
    kind = parsed.canonical_type("applicants")
    separator = dialect.list_of(name)
    names = elements(_cells(name, fields.texts, dialect), separator, fields.count)
    if dialect.has_country_in_name or dialect.has_address_in_name:
        part = cells.name_and_country if dialect.has_country_in_name else cells.name_and_address
        read = once(names.values, part, kind.value_type)
        parts = [pc.struct_field(read, part.name) for part in kind.value_type]
        owners = pa.StructArray.from_arrays(parts, fields=list(kind.value_type))
        return parser.named(names.mapped(owners)).to_array()

    def others(column: str, read: Callable[[str], str | None]) -> pa.Array:
        """Return what another column has at the same positions."""
        if column not in fields.texts:
            return pa.nulls(len(names.rows), pa.string())
        found = elements(fields.texts[column], separator, fields.count)
        return once(found.values, read).take(position_in(names, found))

    columns = [
        plain(names.values),
        others(f"{name}_country", cells.to_country),
        others(f"{name}_sector", cells.to_sector),
    ]
    owners = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
    return parser.named(names.mapped(owners)).to_array()


def _add_dates(fields: parser.Fields, dialect: Dialect) -> None:
    """Read lists of dates: of priorities, and of legal events."""
    if "priority_numbers" in fields.texts:
        found = _listed("priority_numbers", fields.texts, dialect, fields.count)
        kind = parsed.canonical_type("priorities").value_type
        fields.given["priorities"] = found.mapped(priorities(found.values, kind)).to_array()
    if "priority_dates" in fields.texts:
        days = _dates_listed("priority_dates", fields, dialect)
        fields.given["earliest_priority_date"] = days.least()
    _add_events(fields, dialect)


def _dates_listed(name: str, fields: parser.Fields, dialect: Dialect) -> Lists:
    found = listed(fields.texts[name], dialect.list_of(name), fields.count)
    dates = fields.dates(name, found.values)
    fields.problems.unreadable_elements(name, found, dates, Reason.BAD_DATE)
    return found.mapped(dates)


# --- legal events and status -------------------------------------------------------------------


def _add_events(fields: parser.Fields, dialect: Dialect) -> None:
    texts = fields.texts
    found = listed(_event_texts(fields), dialect.list_of("legal_events"), fields.count)
    read = once(found.values, cells.to_event, READ_EVENT)
    raw_dates = found.mapped(read.field("raw_date"))
    fields.problems.unreadable_elements(
        "legal_events", raw_dates, read.field("date"), Reason.BAD_DATE
    )
    dates = {
        kind: _dates_listed(name, fields, dialect)
        for kind, name in EVENT_DATE_FIELDS.items()
        if name in texts
    }
    if "inpadoc_events" in texts:
        for kind, days in _inpadoc_dates(fields, dialect).items():
            both = [dates[kind], days] if kind in dates else [days]
            dates[kind] = joined(both, fields.count, pa.date32())
    counts = {
        kind: once(texts[name], cells.to_count, pa.int32())
        for kind, name in EVENT_COUNT_FIELDS.items()
        if name in texts
    }
    expiry = texts.get("expiry_date")
    ends = None if expiry is None else fields.dates("expiry_date", expiry)
    events = legal_events(found.mapped(read), ends, dates, counts)
    fields.given["legal_events"] = events.to_array()
    if "legal_status" not in fields.columns:
        fields.given["legal_status"] = _status_of(found, read, fields)


def _inpadoc_dates(fields: parser.Fields, dialect: Dialect) -> dict[str, Lists]:
    """Read the dates of each kind of a list of dates, each with a description behind it."""
    cells_of = fields.texts["inpadoc_events"]
    found = elements(cells_of, dialect.list_of("inpadoc_events"), fields.count)
    at = np.flatnonzero(flags(pc.match_substring_regex(plain(found.values), _DAY)))
    raw = Lists(found.rows[at], plain(found.values).take(pa.array(at)), fields.count)
    days = once(raw.values, cells.to_date, pa.date32())
    fields.problems.unreadable_elements("legal_events", raw, days, Reason.BAD_DATE)
    has_text = np.append(found.rows[1:] == found.rows[:-1], False)[at]
    behind = plain(found.values).take(pa.array(at + 1, mask=~has_text))
    kinds = once(behind, lambda text: kind_of_event(text.lstrip("+- ")))
    return {
        kind: raw.mapped(days).kept(flags(pc.equal(kinds, kind)))
        for kind in pc.unique(kinds).drop_null().to_pylist()
    }


def _event_texts(fields: parser.Fields) -> pa.Array | None:
    """Return the cells that list events; the status, where no column is for events."""
    names = ["legal_events", "legal_status_and_events"]
    if not fields.columns & set(names):
        names.append("legal_status")
    return coalesce(fields.texts.get(name) for name in names)


def _status_of(found: Lists, read: pa.Array, fields: parser.Fields) -> pa.Array:
    """Return the parts of the combined column that are no events, or end the right."""
    if "legal_status_and_events" not in fields.columns:
        return pa.nulls(fields.count, pa.string())
    kind = read.field("kind")
    is_status = pc.or_kleene(kind.is_null(), pc.is_in(kind, pa.array(["lapse", "expiry"])))
    return pc.binary_join(found.kept(flags(is_status)).to_array(), " | ")


def _add_undecodable(fields: parser.Fields) -> None:
    """Note records of whose texts the reader had to replace letters."""
    names = ("title", "abstract", "original_applicant", "inventors")
    texts = [fields.texts[name] for name in names if name in fields.texts]
    if not any(holds(text, "\ufffd") for text in texts):
        return
    broken = np.zeros(fields.count, bool)
    for text in texts:
        broken |= flags(pc.match_substring(text, "\ufffd"))
    rows = np.flatnonzero(broken)
    if len(rows):
        at = pa.array(rows)
        together = pc.binary_join_element_wise(
            *(text.take(at) for text in texts), " ", null_handling="skip"
        )
        fields.problems.add("title", rows, together, Reason.UNDECODABLE)
