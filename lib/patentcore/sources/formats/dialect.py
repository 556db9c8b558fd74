"""Tabular exports of any tool: a dialect says what its columns are, the rest is shared here."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.sources.formats.patsnap_headers import EVENT_DATE_FIELDS
from patentcore.sources.formats.patsnap_headers import HEADERS as _PATSNAP_HEADERS
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
from patentcore.sources.record import values, vocabulary
from patentcore.sources.record.canonical import (
    COUNTED_LISTS,
    COUNTS,
    DATES,
    Reason,
    to_tables,
    unusable,
)
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.numbers import (
    application_number_column,
    authority_column,
    kind_code_column,
    number_column,
    patent_type_column,
)
from patentcore.sources.record.values import PROBLEMS
from patentcore.words.text import half_width

PART = "_part"

# Kinds of events of which an export may give the number alone.
EVENT_COUNT_FIELDS = {
    "assignment": "assignment_count",
    "licence": "licence_count",
    "pledge": "pledge_count",
    "litigation": "litigation_count",
}

# Every field that a dialect may have a column for.
FIELDS = (*_PATSNAP_HEADERS, *EVENT_COUNT_FIELDS.values())

_EVENTS = schemas.PATENTS["legal_events"].dataType
_NAMED_EVENTS = "array<struct<text:string,name:string,raw_date:string>>"
_READ_EVENTS = "array<struct<text:string,kind:string,raw_date:string,date:date>>"
_EVENT_TEXTS = ("legal_events", "legal_status_and_events", "legal_status")
_DATED_EVENT = r"^(.*?)\s*\(([0-9][0-9./-]*)\)\s*$"
_NAME_AND_COUNTRY = r"^(.*?)\s*\[([A-Z]{2})\]$"
_LISTS = ("original_applicant", "inventors", "ipc", "cpc", "simple_family", "cites", "cited_by")
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
        prepare: called on the raw fields before anything is read from them.
    """

    name: str
    title: str
    headers: Mapping[str, Sequence[str]]
    separator: str
    separators: Mapping[str, str] = field(default_factory=dict)
    parted: Mapping[str, Callable[[Column], Column]] = field(default_factory=dict)
    marks: Sequence[str] = ()
    needs: int = 4
    reads_type_of_kind: bool = False
    has_country_in_name: bool = False
    prepare: Callable[[DataFrame], DataFrame] | None = None

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

    def cell_of(self, name: str) -> Column:
        """Return the list of a field, parted as :meth:`list_of` says."""
        return self.parted[name](F.col(name)) if name in self.parted else F.col(name)

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
        rows = rows_of(spark, tables, self._aliases, ["publication_number"], self.header)
        present = fields_in(tables, self._aliases, self.header)
        return to_tables(parse(rows, self.dialect.limited_to(present)), cut)


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


def parse(rows: DataFrame, dialect: Dialect) -> DataFrame:
    """Turn raw fields into the typed columns of :mod:`patentcore.sources.record.canonical`."""
    prepared = dialect.prepare(rows) if dialect.prepare else rows
    part = F.col(PART) if PART in prepared.columns else F.lit(0)
    list_of = dialect.list_of
    typed = prepared.select(
        F.col(FILE).alias("file"),
        F.col(SEQUENCE).alias("sequence"),
        F.col(ROW).alias("row"),
        part.alias("part"),
        F.col(BLOCK).alias("block"),
        MALFORMED,
        LOST,
        FILLED,
        F.struct(*FIELDS).alias("raw"),
        number_column(F.col("publication_number")).alias("publication_number"),
        application_number_column(F.col("application_number")).alias("application_number"),
        "title",
        "abstract",
        *(values.to_date(F.col(name)).alias(name) for name in DATES if name not in _DERIVED),
        *(values.to_count(F.col(name)).alias(name) for name in COUNTS if name not in COUNTED_LISTS),
        _patent_type(dialect).alias("patent_type"),
        _applicants(dialect).alias("applicants"),
        _inventors(dialect).alias("inventors"),
        values.to_symbols(dialect.cell_of("ipc"), list_of("ipc")).alias("ipc"),
        values.to_symbols(dialect.cell_of("cpc"), list_of("cpc")).alias("cpc"),
        values.to_numbers(F.col("simple_family"), list_of("simple_family")).alias("family"),
        values.to_numbers(F.col("cites"), list_of("cites")).alias("cites"),
        values.to_numbers(F.col("cited_by"), list_of("cited_by")).alias("cited_by"),
        _dates_listed("priority_dates", dialect).alias("priority_days"),
        values.to_priorities(F.col("priority_numbers"), dialect.list_of("priority_numbers")).alias(
            "priorities"
        ),
        _events(dialect).alias("events"),
        *(_dates_listed(name, dialect).alias(name) for name in EVENT_DATE_FIELDS.values()),
    )
    return typed.select(
        "*",
        _authority().alias("authority"),
        _kind_code().alias("kind_code"),
        _earliest_priority_date().alias("earliest_priority_date"),
        _main_ipc().alias("main_ipc"),
        _numbers_of("family").alias("simple_family"),
        *(_count_or_size(name).alias(name) for name in COUNTED_LISTS),
        _is_pct().alias("is_pct"),
        _legal_events(dialect).alias("legal_events"),
        _legal_status().alias("legal_status"),
        F.coalesce("raw.source", F.lit(dialect.name)).alias("source"),
        _problems(dialect).alias("problems"),
        unusable(
            _raw("publication_number"),
            F.col("publication_number"),
            F.col(MALFORMED),
            dialect.headers["publication_number"],
        ).alias("unusable"),
    ).drop(
        "raw", "family", "priority_days", "events", MALFORMED, LOST, FILLED,
        *EVENT_DATE_FIELDS.values(),
    )  # fmt: skip


_DERIVED = ("earliest_priority_date",)


def _has_column(field: str) -> Column:
    """Tell whether the record's file has a column of the field at all."""
    return F.array_contains(FILLED, field)


def _raw(field: str) -> Column:
    return F.col("raw")[field]


# --- columns read from the raw text -----------------------------------------------------------


def _patent_type(dialect: Dialect) -> Column:
    if dialect.reads_type_of_kind:
        return patent_type_column(number_column(F.col("publication_number")))
    return values.to_word(F.col("patent_type"), vocabulary.PATENT_TYPES)


def _applicants(dialect: Dialect) -> Column:
    owners = (
        _owners(name, dialect)
        for name in ("original_applicant", "current_applicant")
        if name in dialect.headers
    )
    return F.coalesce(*owners, F.lit(None).cast(schemas.PATENTS["applicants"].dataType))


def _owners(name: str, dialect: Dialect) -> Column:
    """Read names, countries and sectors that belong together by position."""
    separator = dialect.list_of(name)
    names = values.elements(dialect.cell_of(name), separator)
    no_text = F.lit(None).cast("string")

    def others(kind: str, read: Callable[[Column], Column]) -> Callable[[Column], Column]:
        """Return what reads the other column at a position."""
        if f"{name}_{kind}" not in dialect.headers:
            return lambda position: no_text
        found = F.transform(values.elements(F.col(f"{name}_{kind}"), separator), read)
        return lambda position: F.get(found, position)

    def sector(text: Column) -> Column:
        return F.coalesce(values.to_word(text, vocabulary.SECTORS), text)

    country_at = others("country", lambda text: values.to_country(text, vocabulary.COUNTRIES))
    sector_at = others("sector", sector)

    def owner(text: Column, position: Column) -> Column:
        return F.struct(
            text.alias("name"),
            country_at(position).alias("country"),
            sector_at(position).alias("sector"),
        )

    def bracketed(text: Column) -> Column:
        bare = F.nullif(F.regexp_extract(text, _NAME_AND_COUNTRY, 1), F.lit(""))
        return F.struct(
            F.coalesce(bare, text).alias("name"),
            F.nullif(F.regexp_extract(text, _NAME_AND_COUNTRY, 2), F.lit("")).alias("country"),
            F.lit(None).cast("string").alias("sector"),
        )

    return F.transform(names, bracketed if dialect.has_country_in_name else owner)


def _inventors(dialect: Dialect) -> Column:
    names = values.listed(F.col("inventors"), dialect.list_of("inventors"))
    if not dialect.has_country_in_name:
        return names
    return F.transform(names, lambda name: F.regexp_replace(name, r"\s*\[[A-Z]{2}\]$", ""))


def _dates_listed(name: str, dialect: Dialect) -> Column:
    return _read_elements(F.col(name), dialect.list_of(name))


def _read_elements(text: Column, separator: str) -> Column:
    """Read a list of dates as structs of raw text and date."""
    return F.transform(
        values.listed(text, separator),
        lambda element: F.struct(element.alias("raw"), values.to_date(element).alias("date")),
    ).cast("array<struct<raw:string,date:date>>")


def _events(dialect: Dialect) -> Column:
    """Read a list of legal events as structs of text, kind, raw date and date."""
    if not dialect.has(*_EVENT_TEXTS):
        return F.lit(None).cast(_READ_EVENTS)
    has_events = _has_column("legal_events") | _has_column("legal_status_and_events")
    status = F.when(~has_events, F.col("legal_status"))
    text = F.coalesce("legal_events", "legal_status_and_events", status)

    listed = values.listed(text, dialect.list_of("legal_events"))
    named = F.transform(listed, _name_and_date).cast(_NAMED_EVENTS)
    return F.transform(named, _kind_and_date).cast(_READ_EVENTS)


def _name_and_date(element: Column) -> Column:
    """Part ``权利转移(2019-03-01)``."""
    plain = half_width(element)
    raw_date = F.nullif(F.regexp_extract(plain, _DATED_EVENT, 2), F.lit(""))
    dated_name = F.regexp_extract(plain, _DATED_EVENT, 1)
    return F.struct(
        element.alias("text"),
        F.lower(F.when(raw_date.isNull(), plain).otherwise(dated_name)).alias("name"),
        raw_date.alias("raw_date"),
    )


def _kind_and_date(parts: Column) -> Column:
    name, raw_date = parts["name"], parts["raw_date"]
    kind = values.to_word(name, vocabulary.LEGAL_EVENTS)
    return F.struct(
        parts["text"].alias("text"),
        F.when(~name.rlike(vocabulary.STATUS_ONLY), kind).alias("kind"),
        raw_date.alias("raw_date"),
        values.to_date(raw_date).alias("date"),
    )


# --- columns derived from columns -------------------------------------------------------------


def _authority() -> Column:
    given = values.to_country(_raw("authority"), vocabulary.COUNTRIES)
    of_number = authority_column(F.col("publication_number"))
    return F.when(given.rlike("^[A-Z]{2}$"), given).otherwise(of_number)


def _kind_code() -> Column:
    return F.coalesce(F.upper(_raw("kind_code")), kind_code_column(F.col("publication_number")))


def _earliest_priority_date() -> Column:
    listed = F.array_min(F.transform("priority_days", lambda priority: priority["date"]))
    return F.coalesce(values.to_date(_raw("earliest_priority_date")), listed)


def _main_ipc() -> Column:
    given = values.to_symbol(_raw("main_ipc"))
    return F.when(_has_column("main_ipc"), given).otherwise(F.get("ipc", F.lit(0)))


def _numbers_of(column: str) -> Column:
    return F.array_compact(F.transform(column, lambda entry: entry["number"]))


def _count_or_size(name: str) -> Column:
    """Read a count; where the export has no column for it, count what its list names."""
    numbers = F.array_distinct(_numbers_of(COUNTED_LISTS[name]))
    size = F.when(F.size(numbers) > 0, F.size(numbers))
    return F.when(_has_column(name), values.to_count(_raw(name))).otherwise(size)


def _is_pct() -> Column:
    """Read the PCT column; without one, look for WO and PCT among the record's numbers."""
    family = F.transform("family", lambda member: member["number"])
    is_named = (
        (authority_column(F.col("publication_number")) == "WO")
        | F.coalesce(F.col("application_number").rlike("^(PCT|WO)"), F.lit(False))
        | _raw("pct_number").isNotNull()
        | F.coalesce(F.exists(family, lambda number: number.startswith("WO")), F.lit(False))
    )
    is_known = F.col("family").isNotNull() | _has_column("pct_number")
    derived = F.when(is_named, True).when(is_known, False)
    given = values.to_boolean(_raw("is_pct"))
    return F.when(_has_column("is_pct"), given).otherwise(derived)


def _legal_events(dialect: Dialect) -> Column:
    """Return the listed events, dated where a date is known, then those of date columns alone."""
    if not dialect.has(*_EVENT_TEXTS, *EVENT_DATE_FIELDS.values(), *EVENT_COUNT_FIELDS.values()):
        return F.lit(None).cast(_EVENTS)
    named = F.filter("events", lambda event: event["kind"].isNotNull())
    listed = F.coalesce(F.flatten(F.transform(named, _dated)), _no_events())
    found = listed
    if dialect.has(*EVENT_DATE_FIELDS.values()):
        found = values.together(_EVENTS, found, _events_of_date_columns(named))
    if not dialect.has(*EVENT_COUNT_FIELDS.values()):
        return found
    return values.together(_EVENTS, found, _events_of_counts(found))


def _events_of_counts(found: Column) -> Column:
    """Return an undated event of each kind that is counted above zero and not found otherwise."""

    def of(kind: str) -> Column:
        count = values.to_count(_raw(EVENT_COUNT_FIELDS[kind]))
        is_new = ~F.exists(found, lambda event: event["kind"] == kind)
        no_date = F.lit(None).cast("date")
        return F.when((count > 0) & is_new, _event(F.lit(kind), no_date))

    counted = F.array_compact(F.array(*(of(kind) for kind in EVENT_COUNT_FIELDS)))
    has_counts = reduce(operator.or_, (_raw(f).isNotNull() for f in EVENT_COUNT_FIELDS.values()))
    return F.when(has_counts, counted).otherwise(_no_events())


def _no_events() -> Column:
    return F.array().cast(_EVENTS)


def _event(kind: Column, date: Column) -> Column:
    return F.struct(kind.alias("kind"), date.alias("date"))


def _dates_of(kind: str) -> Column:
    dates = F.transform(EVENT_DATE_FIELDS[kind], lambda entry: entry["date"])
    return F.coalesce(F.array_compact(dates), F.array().cast("array<date>"))


def _dated(event: Column) -> Column:
    """Return one listed event; none where it has no date and its date column gives the dates."""
    kind, date = event["kind"], event["date"]
    ends = kind.isin("lapse", "expiry")
    known = F.when(date.isNotNull(), date).when(ends, F.col("expiry_date"))
    in_columns = ((kind == name) & (F.size(_dates_of(name)) > 0) for name in EVENT_DATE_FIELDS)
    dated_elsewhere = reduce(operator.or_, in_columns)
    return F.when(known.isNull() & dated_elsewhere, _no_events()).otherwise(
        F.array(_event(kind, known))
    )


def _events_of_date_columns(named: Column) -> Column:
    """Return the events that the date columns give beyond those listed with the same date."""

    def of(kind: str) -> Column:
        listed = F.filter(named, lambda event: event["kind"] == kind)
        given = F.coalesce(
            F.transform(listed, lambda event: event["date"]), F.array().cast("array<date>")
        )
        new = F.array_except(_dates_of(kind), given)
        return F.transform(new, lambda date: _event(F.lit(kind), date))

    return values.together(_EVENTS, *(of(kind) for kind in EVENT_DATE_FIELDS))


def _legal_status() -> Column:
    """Read the status column; without it, the parts of the combined one that are no events."""
    combined = F.filter(
        "events", lambda event: event["kind"].isNull() | event["kind"].isin("lapse", "expiry")
    )
    text = F.array_join(F.transform(combined, lambda event: event["text"]), " | ")
    of_combined = F.when(_has_column("legal_status_and_events"), F.nullif(text, F.lit("")))
    return F.when(_has_column("legal_status"), _raw("legal_status")).otherwise(of_combined)


# --- what could not be used -------------------------------------------------------------------


def _problems(dialect: Dialect) -> Column:
    readers = {
        **dict.fromkeys(DATES, (values.to_date, Reason.BAD_DATE)),
        **dict.fromkeys(COUNTS, (values.to_count, Reason.BAD_COUNT)),
        "is_pct": (values.to_boolean, Reason.BAD_BOOLEAN),
    }
    typed = {"application_number": Reason.BAD_APPLICATION, "patent_type": Reason.UNKNOWN_TYPE}
    single = F.array_compact(
        F.array(
            *(
                values.unreadable(name, _raw(name), read(_raw(name)), reason)
                for name, (read, reason) in readers.items()
                if dialect.has(name)
            ),
            *(_bad_cell(name, reason) for name, reason in typed.items() if dialect.has(name)),
            _undecodable(),
        )
    )
    lists = {"simple_family": "family", "cites": "cites", "cited_by": "cited_by"}
    of_lists = values.unreadable_numbers(
        {name: column for name, column in lists.items() if dialect.has(name)}, Reason.BAD_NUMBER
    )
    dates = {"priority_dates": "priority_days"} | {
        name: name for name in EVENT_DATE_FIELDS.values()
    }
    of_lists += [
        values.unreadable_elements(name, F.col(column), "raw", "date", Reason.BAD_DATE)
        for name, column in dates.items()
        if dialect.has(name)
    ]
    if dialect.has(*_EVENT_TEXTS):
        of_lists.append(
            values.unreadable_elements(
                "legal_events", F.col("events"), "raw_date", "date", Reason.BAD_DATE
            )
        )
    return values.together(PROBLEMS, single, *of_lists, F.col(LOST))


def _bad_cell(field: str, reason: Reason) -> Column:
    return values.unreadable(field, _raw(field), F.col(field), reason)


def _undecodable() -> Column:
    text = F.concat_ws(" ", "title", "abstract", _raw("original_applicant"), _raw("inventors"))
    is_broken = text.contains("\ufffd")
    return F.when(is_broken, values.problem("title", text, Reason.UNDECODABLE))
