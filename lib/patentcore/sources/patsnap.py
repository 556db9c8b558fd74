"""PatSnap exports: CSV or XLSX, Chinese or English headers (see ``patsnap_headers``)."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.sources import cells, vocabulary
from patentcore.sources.adapter import Cut, Ingested, keep_lineage
from patentcore.sources.files import find_files
from patentcore.sources.numbers import (
    application_number_column,
    authority_column,
    half_width,
    kind_code_column,
    number_column,
)
from patentcore.sources.patsnap_headers import EVENT_DATE_FIELDS, HEADERS, REQUIRED
from patentcore.sources.records import Reason, to_tables, unusable
from patentcore.sources.tabular import (
    FILE,
    FILLED,
    MALFORMED,
    ROW,
    SEQUENCE,
    SUFFIXES,
    match_headers,
    read_layouts,
    read_rows,
)

LIST = r"[\s\u3000]*[|｜][\s\u3000]*"
_DATED_EVENT = r"^(.*?)\s*\(([0-9][0-9./-]*)\)\s*$"
_DATES = ("publication_date", "application_date", "earliest_priority_date", "expiry_date")
_COUNTS = (
    "claim_count",
    "cited_by_count",
    "family_cited_by_count",
    "cites_count",
    "npl_citation_count",
    "simple_family_size",
)
# Counts that the lists tell where the export has no column for them.
_COUNTED_LISTS = {
    "cited_by_count": "cited_by",
    "cites_count": "cites",
    "simple_family_size": "family",
}
_RECOGNISED_BY = 4


class PatSnap:
    """The adapter of PatSnap exports."""

    name = "patsnap"
    title = "PatSnap export, CSV or XLSX, Chinese or English headers"
    fields = frozenset(schemas.PATENTS.names)

    def recognise(self, spark: SparkSession, paths: Sequence[str]) -> str | None:
        """Say which of the format's headers the first file has."""
        layouts = read_layouts(spark, find_files(spark, paths, SUFFIXES)[:1])
        header = next(iter(layouts)).header
        found = match_headers(header, HEADERS)
        if any(field not in found for field in REQUIRED) or len(found) < _RECOGNISED_BY:
            return None
        known = [header[at[0]] for at in found.values()]
        return f"{len(found)} of its columns are PatSnap's, such as {', '.join(known[:4])}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read exports; see :class:`patentcore.sources.adapter.Adapter`."""
        rows = read_rows(spark, paths, HEADERS, REQUIRED)
        return to_tables(cut(parse(rows), "parsed"))


def parse(rows: DataFrame) -> DataFrame:
    """Turn raw fields into the typed columns of :mod:`patentcore.sources.records`."""
    typed = rows.select(
        F.col(FILE).alias("file"),
        F.col(SEQUENCE).alias("sequence"),
        F.col(ROW).alias("row"),
        MALFORMED,
        FILLED,
        F.struct(*HEADERS).alias("raw"),
        number_column(F.col("publication_number")).alias("publication_number"),
        application_number_column(F.col("application_number")).alias("application_number"),
        "title",
        "abstract",
        *(cells.to_date(F.col(name)).alias(name) for name in _DATES if name not in _DERIVED),
        *(
            cells.to_count(F.col(name)).alias(name)
            for name in _COUNTS
            if name not in _COUNTED_LISTS
        ),
        cells.to_word(F.col("patent_type"), vocabulary.PATENT_TYPES).alias("patent_type"),
        _applicants().alias("applicants"),
        cells.listed(F.col("inventors"), LIST).alias("inventors"),
        cells.to_symbols(F.col("ipc"), LIST).alias("ipc"),
        cells.to_symbols(F.col("cpc"), LIST).alias("cpc"),
        cells.to_numbers(F.col("simple_family"), LIST).alias("family"),
        cells.to_numbers(F.col("cites"), LIST).alias("cites"),
        cells.to_numbers(F.col("cited_by"), LIST).alias("cited_by"),
        _priority_dates().alias("priorities"),
        _events().alias("events"),
        *(_event_dates(field).alias(field) for field in EVENT_DATE_FIELDS.values()),
    )
    return typed.select(
        "*",
        _authority().alias("authority"),
        _kind_code().alias("kind_code"),
        _earliest_priority_date().alias("earliest_priority_date"),
        _main_ipc().alias("main_ipc"),
        _numbers_of("family").alias("simple_family"),
        *(_count_or_size(name).alias(name) for name in _COUNTED_LISTS),
        _is_pct().alias("is_pct"),
        _legal_events().alias("legal_events"),
        _legal_status().alias("legal_status"),
        F.coalesce("raw.source", F.lit(PatSnap.name)).alias("source"),
        _problems().alias("problems"),
        unusable(
            _raw("publication_number"),
            F.col("publication_number"),
            F.col(MALFORMED),
            HEADERS["publication_number"],
        ).alias("unusable"),
    ).drop("raw", "family", "priorities", "events", MALFORMED, FILLED, *EVENT_DATE_FIELDS.values())


_DERIVED = ("earliest_priority_date",)


def _has_column(field: str) -> Column:
    """Tell whether the record's file has a column of the field at all."""
    return F.array_contains(FILLED, field)


def _raw(field: str) -> Column:
    return F.col("raw")[field]


# --- columns read from the raw text -----------------------------------------------------------


def _applicants() -> Column:
    return F.coalesce(_owners("original_applicant"), _owners("current_applicant"))


def _owners(field: str) -> Column:
    """Read names, countries and sectors that belong together by position."""
    names = cells.elements(F.col(field), LIST)
    countries = cells.elements(F.col(f"{field}_country"), LIST)
    sectors = cells.elements(F.col(f"{field}_sector"), LIST)

    def owner(name: Column, position: Column) -> Column:
        country, sector = F.get(countries, position), F.get(sectors, position)
        known = cells.to_word(sector, vocabulary.SECTORS)
        return F.struct(
            name.alias("name"),
            cells.to_country(country, vocabulary.COUNTRIES).alias("country"),
            F.coalesce(known, sector).alias("sector"),
        )

    return F.transform(names, owner)


def _priority_dates() -> Column:
    return _read_elements(F.col("priority_dates"))


def _event_dates(field: str) -> Column:
    return _read_elements(F.col(field))


def _read_elements(text: Column) -> Column:
    """Read a list of dates as structs of raw text and date."""
    return F.transform(
        cells.listed(text, LIST),
        lambda element: F.struct(element.alias("raw"), cells.to_date(element).alias("date")),
    )


def _events() -> Column:
    """Read a list of legal events as structs of text, kind, raw date and date."""
    has_events = _has_column("legal_events") | _has_column("legal_status_and_events")
    status = F.when(~has_events, F.col("legal_status"))
    text = F.coalesce("legal_events", "legal_status_and_events", status)

    return F.transform(F.transform(cells.listed(text, LIST), _name_and_date), _kind_and_date)


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
    kind = cells.to_word(name, vocabulary.LEGAL_EVENTS)
    return F.struct(
        parts["text"].alias("text"),
        F.when(~name.rlike(vocabulary.STATUS_ONLY), kind).alias("kind"),
        raw_date.alias("raw_date"),
        cells.to_date(raw_date).alias("date"),
    )


# --- columns derived from columns -------------------------------------------------------------


def _authority() -> Column:
    given = cells.to_country(_raw("authority"), vocabulary.COUNTRIES)
    of_number = authority_column(F.col("publication_number"))
    return F.when(given.rlike("^[A-Z]{2}$"), given).otherwise(of_number)


def _kind_code() -> Column:
    return F.coalesce(F.upper(_raw("kind_code")), kind_code_column(F.col("publication_number")))


def _earliest_priority_date() -> Column:
    listed = F.array_min(F.transform("priorities", lambda priority: priority["date"]))
    return F.coalesce(cells.to_date(_raw("earliest_priority_date")), listed)


def _main_ipc() -> Column:
    given = cells.to_symbol(_raw("main_ipc"))
    return F.when(_has_column("main_ipc"), given).otherwise(F.get("ipc", F.lit(0)))


def _numbers_of(column: str) -> Column:
    return F.array_compact(F.transform(column, lambda entry: entry["number"]))


def _count_or_size(name: str) -> Column:
    """Read a count; where the export has no column for it, count what its list names."""
    numbers = F.array_distinct(_numbers_of(_COUNTED_LISTS[name]))
    size = F.when(F.size(numbers) > 0, F.size(numbers))
    return F.when(_has_column(name), cells.to_count(_raw(name))).otherwise(size)


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
    given = cells.to_boolean(_raw("is_pct"))
    return F.when(_has_column("is_pct"), given).otherwise(derived)


def _legal_events() -> Column:
    """Return the listed events, dated where a date is known, then those of date columns alone."""
    named = F.filter("events", lambda event: event["kind"].isNotNull())
    listed = F.coalesce(F.flatten(F.transform(named, _dated)), _no_events())
    return F.concat(listed, _events_of_date_columns(named))


def _no_events() -> Column:
    return F.array().cast(schemas.PATENTS["legal_events"].dataType)


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

    return F.concat(*(of(kind) for kind in EVENT_DATE_FIELDS))


def _legal_status() -> Column:
    """Read the status column; without it, the parts of the combined one that are no events."""
    combined = F.filter(
        "events", lambda event: event["kind"].isNull() | event["kind"].isin("lapse", "expiry")
    )
    text = F.array_join(F.transform(combined, lambda event: event["text"]), " | ")
    of_combined = F.when(_has_column("legal_status_and_events"), F.nullif(text, F.lit("")))
    return F.when(_has_column("legal_status"), _raw("legal_status")).otherwise(of_combined)


# --- what could not be used -------------------------------------------------------------------


def _problems() -> Column:
    single = F.array_compact(
        F.array(
            *(_bad_cell(name, Reason.BAD_DATE) for name in _DATES if name not in _DERIVED),
            cells.unreadable(
                "earliest_priority_date",
                _raw("earliest_priority_date"),
                cells.to_date(_raw("earliest_priority_date")),
                Reason.BAD_DATE,
            ),
            *(
                cells.unreadable(name, _raw(name), cells.to_count(_raw(name)), Reason.BAD_COUNT)
                for name in _COUNTS
            ),
            _bad_cell("application_number", Reason.BAD_APPLICATION),
            _bad_cell("patent_type", Reason.UNKNOWN_TYPE),
            cells.unreadable(
                "is_pct", _raw("is_pct"), cells.to_boolean(_raw("is_pct")), Reason.BAD_BOOLEAN
            ),
            _undecodable(),
        )
    )
    of_lists = [
        *(
            cells.unreadable_elements(name, F.col(column), "raw", "number", Reason.BAD_NUMBER)
            for name, column in (
                ("simple_family", "family"),
                ("cites", "cites"),
                ("cited_by", "cited_by"),
            )
        ),
        cells.unreadable_elements(
            "priority_dates", F.col("priorities"), "raw", "date", Reason.BAD_DATE
        ),
        cells.unreadable_elements(
            "legal_events", F.col("events"), "raw_date", "date", Reason.BAD_DATE
        ),
        *(
            cells.unreadable_elements(name, F.col(name), "raw", "date", Reason.BAD_DATE)
            for name in EVENT_DATE_FIELDS.values()
        ),
    ]
    return F.concat(single, *of_lists)


def _bad_cell(field: str, reason: Reason) -> Column:
    return cells.unreadable(field, _raw(field), F.col(field), reason)


def _undecodable() -> Column:
    text = F.concat_ws(" ", "title", "abstract", _raw("original_applicant"), _raw("inventors"))
    is_broken = text.contains("\ufffd")
    return F.when(is_broken, cells.problem("title", text, Reason.UNDECODABLE))
