"""Derwent Innovation exports: numbers, applicants, and Lens rows joined in where they match."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.errors import InputError
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.reading.files import File, find_files
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.made import Made
from patentcore.sources.reading.sniffing import SUFFIXES, Look, look_into
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.tabular import (
    BLOCK,
    FILE,
    LOST,
    MALFORMED,
    ROW,
    SEQUENCE,
    made_of,
)
from patentcore.sources.record import cells, parsed, parser
from patentcore.sources.record.arrays import (
    Lists,
    flags,
    is_there,
    joined,
    once,
)
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.column_bytes import may_begin_with, until
from patentcore.sources.record.headers import Aliases, match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.list_cells import listed
from patentcore.sources.record.names import name_and_address
from patentcore.sources.record.number_arrays import (
    application_numbers,
    dates_behind,
    entries_of,
    priorities,
    publication_numbers,
)
from patentcore.sources.record.values import PROBLEMS

LIST = r"\s*;\s*"
LENS_LIST = r"\s*;;\s*"

NUMBERS = {
    "publication_number": ("publication_number", "Publication Number"),
    "application_number": ("application_number", "Application Number"),
    "publication_year": ("publication_year", "Publication Year"),
    "basic_patent_number": ("basic_patent_number", "DWPI Basic Patent Number"),
    "basic_patent_date": ("basic_patent_date", "DWPI Basic Patent Date"),
    # Established on the data: what the record cites, and what cites the record.
    "cites": ("cited_patents", "Cited Refs - Patent"),
    "cited_by": ("citing_patents", "Citing Patents"),
    "family_numbers": ("dwpi_family_numbers", "DWPI Family Members"),
    "family_count": ("dwpi_family_members_count", "DWPI Count of Family Members"),
    "inpadoc_members": ("inpadoc_family_members", "INPADOC Family Members"),
    "priorities": ("priority_number", "Priority Number"),
}
APPLICANTS = {
    "application_number": ("application_number", "Application Number"),
    "applicants": ("applicant_cleaned", "applicant", "Assignee/Applicant"),
}
LENS = {
    "publication_number": ("publication_number", "Publication Number"),
    "publication_date": ("publication_date", "Publication Date"),
    "publication_year": ("publication_year", "Publication Year"),
    "application_date": ("application_date", "Application Date"),
    "title": ("title",),
    "applicants": ("applicants",),
    "inventors": ("inventors",),
    "cited_count": ("cited_count", "Cited by Patent Count", "Cited Count"),
    "family_size": ("simple_family_size", "Simple Family Size"),
    "cpc": ("cpc_classifications", "CPC Classifications"),
    "ipc": ("ipcr_classifications", "IPCR Classifications"),
    "npl": ("npl_citation_ids", "NPL Citations", "Non-Patent Citations"),
}

_DAY_MONTH_YEAR = re.compile("([0-9]{1,2})/([0-9]{1,2})/([0-9]{2}|[0-9]{4})")
_PLACES = {
    **{FILE: "string", BLOCK: "long", SEQUENCE: "long", ROW: "long"},
    **{MALFORMED: "string", LOST: PROBLEMS},
}
_NORMALISED = {
    "publication_number": publication_numbers,
    "application_number": application_numbers,
}
Raw = Mapping[str, pa.Array]
"""Cells by field; what the files have no column for is null."""


class Derwent:
    """The adapter of Derwent exports: a folder of ``numbers*``, ``applicants*``, ``lens*``."""

    name = "derwent"
    title = "Derwent Innovation export: numbers*.csv, optional applicants*.csv and lens*.csv"
    fields = (BIBLIOGRAPHIC - {"abstract"}) | {
        "applicant_addresses",
        "cited_by_count",
        "npl_citations",
        "priorities",
        "simple_family",
        "simple_family_size",
    }

    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which file holds the numbers of a Derwent export."""
        tables = [look for look in looks if look.may_be_table]
        named = [look for look in tables if look.file.name.lower().startswith("numbers")]
        if not named:
            return None
        header = find_layout(named[0], NUMBERS).header
        found = match_headers(header, NUMBERS)
        marks = [field for field in ("cites", "cited_by", "family_numbers") if field in found]
        if "publication_number" not in found or not marks:
            return None
        known = ", ".join(header[found[field][0]] for field in marks)
        return f"{named[0].file.name} has Derwent's columns {known}"

    def owns(self, look: Look) -> bool:
        """Tell whether a file is one of the three by its name."""
        return look.file.name.lower().startswith(("numbers", "applicants", "lens"))

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read an export; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        files = find_files(spark, paths, SUFFIXES)
        numbers = _named(files, "numbers")
        if not numbers:
            raise InputError(f"no file numbers*.csv in {', '.join(paths)}")
        others = {
            "application_number": _first_rows(spark, files, "applicants", APPLICANTS),
            "publication_number": _first_rows(spark, files, "lens", LENS),
        }
        found = {key: rows for key, rows in others.items() if rows is not None}
        if not found:  # the tasks that read the numbers make all of them
            looks, key = look_into(spark, numbers), "publication_number"
            made = Made(parsed.SCHEMA, lambda batch: _parsed(_keyed(batch, NUMBERS)))
            return to_tables(made_of(spark, looks, NUMBERS, [key], made), cut)
        rows = _read(spark, numbers, NUMBERS, "publication_number")
        for key, other in found.items():
            rows = rows.join(other, on=f"_{key}", how="left")
        return to_tables(rows.mapInArrow(_all_parsed, parsed.SCHEMA), cut)


def _named(files: Sequence[File], prefix: str) -> list[File]:
    return [file for file in files if file.name.lower().startswith(prefix)]


def _read(spark: SparkSession, files: Sequence[File], aliases: Aliases, key: str) -> DataFrame:
    """Read raw fields and, named ``_publication_number`` and the like, the numbers to join by."""
    schema = ", ".join(f"{name} {kind}" for name, kind in _columns(aliases).items())
    made = Made(schema, lambda batch: _keyed(batch, aliases))
    return made_of(spark, look_into(spark, files), aliases, [key], made).frame()


def _columns(aliases: Aliases) -> dict[str, str]:
    """Return the raw fields and the numbers to join by, with their types."""
    keys = (f"_{name}" for name in _NORMALISED if name in aliases)
    return {**_PLACES, **dict.fromkeys((*aliases, *keys), "string")}


def _keyed(batch: pa.RecordBatch, aliases: Aliases) -> pa.RecordBatch:
    found = dict(zip(batch.schema.names, batch.columns, strict=True))
    none = pa.nulls(batch.num_rows, pa.string())
    for name, normalised in _NORMALISED.items():
        found[f"_{name}"] = normalised(found.get(name, none))
    names = list(_columns(aliases))
    return pa.RecordBatch.from_arrays([found.get(name, none) for name in names], names)


def _first_rows(
    spark: SparkSession, files: Sequence[File], prefix: str, aliases: Aliases
) -> DataFrame | None:
    """Read number -> the first row that has it, of the files with a prefix; none without files."""
    found = _named(files, prefix)
    if not found:
        return None
    key, *fields = aliases
    first = F.min(F.struct(FILE, SEQUENCE, *fields)).alias("first")
    rows = _read(spark, found, aliases, key).groupBy(f"_{key}").agg(first)
    return rows.select(
        f"_{key}", *(F.col(f"first.{name}").alias(f"{prefix}_{name}") for name in fields)
    )


def _parsed(batch: pa.RecordBatch) -> pa.RecordBatch:
    return parser.parse(_fields(batch))


def _all_parsed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    return (_parsed(batch) for batch in batches if batch.num_rows)


def _fields(batch: pa.RecordBatch) -> parser.Fields:
    """Read rows of numbers with what is joined to them for the parser. Needs no engine."""
    count = batch.num_rows
    none = pa.nulls(count, pa.string())
    raw = defaultdict(lambda: none, zip(batch.schema.names, batch.columns, strict=True))
    fields = parser.Fields(
        count,
        Derwent.name,
        place={"part": pa.repeat(0, count)}
        | {name: raw[f"_{name}"] for name in ("file", "block", "sequence", "row")},
        malformed=raw[MALFORMED],
        texts={
            "title": raw["lens_title"],
            **{name: raw[name] for name in ("publication_number", "application_number")},
        },
        columns=frozenset({"cited_by_count", "cites_count", "simple_family_size"}),
        headers=NUMBERS["publication_number"],
        ipc=listed(raw["lens_ipc"], LENS_LIST, count),
        cpc=listed(raw["lens_cpc"], LENS_LIST, count),
        has_family=raw["family_numbers"].is_valid(),
        application=raw["_application_number"],
        normalised={name: raw[f"_{name}"] for name in _NORMALISED},
        shown_as={"cites": "cited_patents", "cited_by": "citing_patents"},
        lost=batch.column(LOST),
    )
    lists = {"cites": "cites", "cited_by": "cited_by", "simple_family": "family_numbers"}
    for name, column in lists.items():
        found = listed(raw[column], LIST, count, is_coded=False)
        fields.entries[name] = entries_of(found, has_categories=True)
    _add_counts(fields, raw)
    _add_dates(fields, raw)
    _add_people(fields, raw)
    return fields


def _add_counts(fields: parser.Fields, raw: Raw) -> None:
    """Count the numbers of lists, where these are given; the DWPI family is what its column says.

    Else the counts are those of the Lens.
    """
    size = _counts(raw["family_count"])
    fields.problems.unreadable("simple_family_size", raw["family_count"], size, Reason.BAD_COUNT)
    cited_by = _lengths(fields.entries["cited_by"], raw["cited_by"])
    fields.given |= {
        "simple_family_size": pc.coalesce(size, _counts(raw["lens_family_size"])),
        "cited_by_count": pc.coalesce(cited_by, _counts(raw["lens_cited_count"])),
        "cites_count": _lengths(fields.entries["cites"], raw["cites"]),
    }


def _counts(texts: pa.Array) -> pa.Array:
    return once(texts, cells.to_count, pa.int32())


def _lengths(entries: Lists, texts: pa.Array) -> pa.Array:
    """Count the distinct numbers of each list; null where there is no cell."""
    sizes = entries.mapped(entries.values.field("number")).known().distinct().lengths()
    return pa.array(sizes.astype(np.int32), mask=~is_there(texts))


def _add_people(fields: parser.Fields, raw: Raw) -> None:
    """Read the applicants of their own file, or else of the Lens, and the Lens's inventors."""
    own = raw["applicants_applicants"]
    others = pc.if_else(own.is_valid(), pa.scalar(None, pa.string()), raw["lens_applicants"])
    names = [listed(own, LIST, fields.count), listed(others, LENS_LIST, fields.count)]
    for name in ("applicants", "applicant_addresses"):
        kind = parsed.canonical_type(name).value_type
        found = [one.mapped(once(one.values, _part_of(kind), kind)) for one in names]
        fields.given[name] = joined(found, fields.count, kind).to_array()
    fields.given["npl_citations"] = listed(raw["lens_npl"], LENS_LIST, fields.count).to_array()
    fields.given["inventors"] = listed(raw["lens_inventors"], LENS_LIST, fields.count).to_array()


def _part_of(kind: pa.StructType) -> Callable[[str], dict[str, str | None]]:
    """Return what reads these parts of an applicant's name and address."""
    parts = [part.name for part in kind]

    def read(text: str) -> dict[str, str | None]:
        person = name_and_address(text)
        return {part: person[part] for part in parts}

    return read


def _add_dates(fields: parser.Fields, raw: Raw) -> None:
    year = pc.fill_null(raw["lens_publication_year"], "")
    of_lens = _read_pairs(raw["lens_publication_date"], year, lens_date)
    published = pc.coalesce(_own_date(fields.count, raw), of_lens)
    before = pc.coalesce(pc.year(published).cast(pa.string()), "")
    applied = _read_pairs(raw["lens_application_date"], before, lens_date_before)
    claims = listed(raw["priorities"], LIST, fields.count)
    found = claims.mapped(priorities(claims.values, parsed.canonical_type("priorities").value_type))
    fields.given |= {
        "publication_date": published,
        "application_date": pc.coalesce(dates_behind(raw["application_number"]), applied),
        "earliest_priority_date": found.mapped(found.values.field("date")).least(),
        "priorities": found.to_array(),
    }
    problems = fields.problems
    problems.unreadable("publication_date", raw["publication_year"], published, Reason.YEAR_ONLY)
    problems.unreadable("publication_date", raw["lens_publication_date"], of_lens, Reason.BAD_DATE)


def _own_date(count: int, raw: Raw) -> pa.Array:
    """Find the date of the publication itself.

    It stands beside the record's own number in the INPADOC list, or is the basic patent's date
    where the record is its family's basic patent; else the Lens has it.
    """
    members = listed(raw["inpadoc_members"], LIST, count, is_coded=False)
    numbers = raw["publication_number"]
    at = may_begin_with(members.values, numbers, members.rows)
    named = Lists(members.rows[at], members.values.take(pa.array(at)), count)
    is_own = pc.equal(until(named.values, " "), numbers.take(pa.array(named.rows)))
    own = named.kept(flags(is_own))
    is_basic = pc.equal(publication_numbers(raw["basic_patent_number"]), raw["_publication_number"])
    basic = once(raw["basic_patent_date"], cells.to_date, pa.date32())
    none = pa.scalar(None, pa.date32())
    return pc.coalesce(
        own.mapped(dates_behind(own.values)).least(), pc.if_else(is_basic, basic, none)
    )


def _read_pairs(
    texts: pa.Array, years: pa.Array, read: Callable[[str, str], dt.date | None]
) -> pa.Array:
    """Read dates with their years, each distinct pair once; null where there is no text."""
    pairs = pc.binary_join_element_wise(texts, years, "\n")
    return once(pairs, lambda pair: read(*pair.rsplit("\n", 1)), pa.date32())


def lens_date(text: str, year: str) -> dt.date | None:
    """Read ``31/12/16`` with the year of its own column, which may be empty.

    The year column wins even over a contradicting year in the date: exports of the Lens print the
    last days of December with the year of their calendar week, one too high. Without a year
    column, two digits up to 68 are of the 2000s and from 69 of the 1900s.

    >>> lens_date("31/12/16", "2015"), lens_date("05/10/69", "")
    (datetime.date(2015, 12, 31), datetime.date(1969, 10, 5))
    """
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found is None:
        return None
    given, of_column = int(found[3]), cells.to_count(year)
    pivoted = given if given >= 100 else given + (2000 if given <= 68 else 1900)
    return _day_and_month_in(found, pivoted if of_column is None else of_column)


def lens_date_before(text: str, limit: str) -> dt.date | None:
    """Read ``12/02/16`` in the latest year with these two digits that is not after the limit.

    >>> lens_date_before("12/02/18", "2017"), lens_date_before("12/02/18", "")
    (datetime.date(1918, 2, 12), None)
    """
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found is None:
        return None
    given = int(found[3])
    if given >= 100:
        return _day_and_month_in(found, given)
    return _day_and_month_in(found, int(limit) - (int(limit) - given) % 100) if limit else None


def _day_and_month_in(found: re.Match[str], year: int) -> dt.date | None:
    try:
        return dt.date(year, int(found[2]), int(found[1]))
    except ValueError:
        return None
