"""Records whose structure is read already, as text: their values made typed columns.

A plain record has the columns :data:`PLACE` and any of the canonical ones, as text (lists: arrays
of text) where the canonical table has numbers and dates, but for ``priorities``, which are typed,
and ``cites`` and ``cited_by`` as :func:`numbers` makes them. What it lacks is null.
"""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.sources.record import values
from patentcore.sources.record.canonical import COUNTED_LISTS, COUNTS, DATES, Reason, unusable
from patentcore.sources.record.numbers import (
    application_number_column,
    authority_column,
    kind_code_column,
    number_column,
    patent_type_column,
)

PLACE = ("file", "block", "sequence", "row", "malformed")

_TYPES = {
    **dict.fromkeys((*DATES, *COUNTS), "string"),
    **dict.fromkeys(("cites", "cited_by"), values.NUMBERS),
    "legal_events": "array<struct<kind: string, date: string>>",
    "row": "long",
    "part": "int",
}
_NUMBERED_CLAIM = r"(?:^|\s)([0-9]{1,4})\s?[.)]\s+\S"


def applicant(name: Column, country: Column | None = None) -> Column:
    """Return an applicant; what is no two-letter code is no country."""
    none = F.lit(None).cast("string")
    code = none if country is None else F.when(country.rlike("^[A-Z]{2}$"), country)
    return F.struct(name.alias("name"), code.alias("country"), none.alias("sector"))


def numbers(
    entries: Column,
    number: Callable[[Column], Column],
    category: Callable[[Column], Column] | None = None,
) -> Column:
    """Return an array's publication numbers as struct<raw, number, category>."""

    def entry(element: Column) -> Column:
        raw = number(element)
        kind = category(element) if category else F.lit(None).cast("string")
        return F.struct(
            raw.alias("raw"), number_column(raw).alias("number"), kind.alias("category")
        )

    return F.transform(entries, entry).cast(values.NUMBERS)


def longest_numbering(text: Column) -> Column:
    """Return how far a text's paragraphs are numbered from 1 on; null where they are not.

    Claims that stand in one text are counted so: ``1. A device ... 2. The device of claim 1``.
    """
    found = F.regexp_extract_all(text, F.lit(_NUMBERED_CLAIM), F.lit(1))
    last = F.aggregate(
        found,
        F.lit(0),
        lambda last, number: F.when(number.cast("int") == last + 1, last + 1).otherwise(last),
    )
    return F.when(last > 0, last)


def parse(
    rows: DataFrame, source: str, *, broken: Reason | Column = Reason.BROKEN_JSON
) -> DataFrame:
    """Turn plain records into the parsed records of :mod:`patentcore.sources.record.canonical`.

    Args:
        rows: plain records.
        source: what the column ``source`` is to say.
        broken: why records with a ``malformed`` text could not be read; a column of ``rows``, too.
    """
    full = rows.select("*", *_absent(rows))
    family = numbers(F.col("simple_family"), lambda member: member)
    typed = full.withColumn("raw", F.struct(*full.columns)).withColumn("family", family)
    number = number_column(F.col("raw.publication_number"))
    return typed.select(
        "file",
        "sequence",
        "row",
        F.coalesce("part", F.lit(0)).alias("part"),
        "block",
        number.alias("publication_number"),
        application_number_column(F.col("raw.application_number")).alias("application_number"),
        authority_column(number).alias("authority"),
        kind_code_column(number).alias("kind_code"),
        F.coalesce("raw.patent_type", patent_type_column(number)).alias("patent_type"),
        values.present(F.col("raw.title")).alias("title"),
        values.present(F.col("raw.abstract")).alias("abstract"),
        *(values.to_date(_raw(name)).alias(name) for name in DATES),
        "priorities",
        "applicants",
        "inventors",
        F.coalesce(values.to_symbol(F.col("raw.main_ipc")), F.get(_symbols("ipc"), F.lit(0))).alias(
            "main_ipc"
        ),
        _symbols("ipc").alias("ipc"),
        _symbols("cpc").alias("cpc"),
        *(_count(name).alias(name) for name in COUNTS),
        _known(F.col("family")).alias("simple_family"),
        _is_pct(number).alias("is_pct"),
        _events().alias("legal_events"),
        values.present(F.col("raw.legal_status")).alias("legal_status"),
        F.lit(source).alias("source"),
        "cites",
        "cited_by",
        _problems().alias("problems"),
        unusable(F.col("raw.publication_number"), number, F.col("malformed"), (), broken).alias(
            "unusable"
        ),
    )


def _absent(rows: DataFrame) -> list[Column]:
    wanted = {field.name: field.dataType.simpleString() for field in schemas.PATENTS} | _TYPES
    return [
        F.lit(None).cast(dtype).alias(name)
        for name, dtype in wanted.items()
        if name not in rows.columns
    ]


def _raw(name: str) -> Column:
    """Return a cell as text; no date is written as zeros."""
    text = values.present(F.col(f"raw.{name}"))
    return F.when(~text.rlike("^0+$"), text) if name in DATES else text


def _symbols(name: str) -> Column:
    symbols = F.transform(f"raw.{name}", values.to_symbol)
    return F.array_distinct(F.array_remove(F.array_compact(symbols), ""))


def _known(entries: Column) -> Column:
    return F.array_distinct(F.array_compact(F.transform(entries, lambda entry: entry["number"])))


def _count(name: str) -> Column:
    """Read a count; without one, the length of its list, where that names anything."""
    given = values.to_count(_raw(name))
    if name not in COUNTED_LISTS:
        return given
    size = F.size(_known(F.col(COUNTED_LISTS[name])))
    return F.coalesce(given, F.when(size > 0, size))


def _is_pct(number: Column) -> Column:
    named = (
        F.coalesce(authority_column(number) == "WO", F.lit(False))
        | F.coalesce(F.col("raw.application_number").rlike("^(PCT|WO)"), F.lit(False))
        | F.coalesce(
            F.exists(_known(F.col("family")), lambda member: member.startswith("WO")), F.lit(False)
        )
    )
    derived = F.when(named, True).when(F.col("family").isNotNull(), False)
    return F.coalesce("raw.is_pct", derived)


def _events() -> Column:
    return F.transform(
        "raw.legal_events",
        lambda event: F.struct(
            event["kind"].alias("kind"), values.to_date(event["date"]).alias("date")
        ),
    )


def _problems() -> Column:
    single = F.array_compact(
        F.array(
            *(
                values.unreadable(name, _raw(name), values.to_date(_raw(name)), Reason.BAD_DATE)
                for name in DATES
            ),
            *(
                values.unreadable(name, _raw(name), values.to_count(_raw(name)), Reason.BAD_COUNT)
                for name in COUNTS
            ),
            values.unreadable(
                "application_number",
                values.present(F.col("raw.application_number")),
                application_number_column(F.col("raw.application_number")),
                Reason.BAD_APPLICATION,
            ),
        )
    )
    lists = {"simple_family": "family", "cites": "cites", "cited_by": "cited_by"}
    of_lists = values.unreadable_numbers(lists, Reason.BAD_NUMBER)
    dates = values.unreadable_elements(
        "legal_events",
        F.transform(
            "raw.legal_events",
            lambda event: F.struct(
                event["date"].alias("raw"), values.to_date(event["date"]).alias("date")
            ),
        ),
        "raw",
        "date",
        Reason.BAD_DATE,
    )
    return values.together(values.PROBLEMS, single, *of_lists, dates)
