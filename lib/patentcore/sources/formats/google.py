"""Google Patents: the public data set (JSON, CSV, Parquet) and downloads of the search page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.errors import InputError
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.records import claim_column
from patentcore.sources.formats.tables import TabularAdapter, read_tables
from patentcore.sources.reading.files import Piece, read_pieces, spread_over_cores
from patentcore.sources.reading.json_lines import PLACE_DDL, arrow_schema, batches_of, read_json
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tabular import Layout, find_layout
from patentcore.sources.record import text_records
from patentcore.sources.record.arrays import once
from patentcore.sources.record.canonical import to_tables
from patentcore.sources.record.column_bytes import holds
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.words import company_forms
from patentcore.words.lists import without_nulls

# Companies' names hold commas: what follows one is an applicant of its own only where it is no
# legal form.
_LEGAL_FORM = (
    rf"(?:{'|'.join(company_forms.COMMON)}"
    r"|l\.l\.c|s\.a|s\.?p\.?a|b\.v|n\.v|k\.k|s\.?r\.?l|a/s)\b"
)

_COMMA_INSIDE = "\ue000"

SEARCH = Dialect(
    name="google-search",
    title="Google Patents search download (CSV; the first line is the search)",
    headers={
        "publication_number": ("id",),
        "title": ("title",),
        "original_applicant": ("assignee",),
        "inventors": ("inventor/author",),
        "earliest_priority_date": ("priority date",),
        "application_date": ("filing/creation date",),
        "publication_date": ("publication date",),
    },
    separator=r"\s*,\s*",
    separators={"original_applicant": "\n"},
    parted={"original_applicant": lambda names: _apart_from_legal_forms(names)},
    marks=("filing/creation date", "result link", "inventor/author"),
    reads_type_of_kind=True,
)

# Names that queries commonly give to columns of the publications table.
QUERY = Dialect(
    name="google",
    title="Google Patents Public Data: query results or table exports as JSON, CSV or Parquet",
    headers={
        "publication_number": ("publication_number",),
        "application_number": ("application_number",),
        "authority": ("country_code",),
        "kind_code": ("kind_code",),
        "title": ("title",),
        "abstract": ("abstract",),
        "publication_date": ("publication_date",),
        "application_date": ("filing_date",),
        "earliest_priority_date": ("priority_date",),
        "original_applicant": ("assignees", "assignee"),
        "inventors": ("inventors", "inventor"),
        "ipc": ("ipc_codes", "ipc"),
        "cpc": ("cpc_codes", "cpc", "code"),
        "claim_count": ("claim_count", "num_claims"),
        "cited_by_count": ("number_of_cited_by", "cited_by_count"),
    },
    separator=r"\s*[;|]\s*",
    parted=dict.fromkeys(("ipc", "cpc"), lambda codes: _parted_codes(codes)),
    needs=3,
    reads_type_of_kind=True,
)


def _apart_from_legal_forms(names: pa.Array) -> pa.Array:
    """Part names at commas, each on a line, but at those in front of a legal form."""

    def parted(text: str) -> str:
        inside = re.sub(rf",(\s*(?i:{_LEGAL_FORM}))", rf"{_COMMA_INSIDE}\1", text)
        return re.sub(r"\s*,\s*", "\n", inside).replace(_COMMA_INSIDE, ",")

    return once(names, lambda text: parted(text) if "," in text else text)


def _parted_codes(codes: pa.Array) -> pa.Array:
    """Part classification symbols at semicolons where commas part them."""
    if not holds(codes, ","):
        return codes
    return pc.replace_substring_regex(codes, r"\s*,\s+([A-HY][0-9]{2}[A-Z])", r";\1")


class GoogleSearch(TabularAdapter):
    """The adapter of Google Patents search downloads."""

    def __init__(self) -> None:
        super().__init__(SEARCH)


_COLUMNS = (
    "publication_number", "application_number", "country_code", "kind_code", "pct_number",
    "title_localized", "abstract_localized", "claims_localized", "claims_localized_html",
    "publication_date", "filing_date", "priority_date", "priority_claim", "inventor",
    "inventor_harmonized",
    "assignee", "assignee_harmonized", "ipc", "cpc", "citation",
    "title", "abstract", "code", "number_of_cited_by",
)  # fmt: skip
# Those that tables of other tools do not have.
_MARKS = frozenset(_COLUMNS) - {
    "publication_number", "application_number", "publication_date", "priority_date", "inventor",
    "assignee", "ipc", "cpc", "citation", "title", "abstract", "code",
}  # fmt: skip
_DASHED = re.compile("[A-Z]{2}-[A-Z]*[0-9]+(-[A-Z][0-9]?)?")
_TEXTS = "array<struct<language: string, text: string>>"
_PARTIES = "array<struct<name: string, country_code: string>>"
_CODES = "array<struct<code: string, first: boolean>>"
_CITED = "array<struct<publication_number: string, npl_text: string, type: string>>"
_CLAIMED = "array<struct<application_number: string, filing_date: string>>"
# Exports of other warehouses hold nested columns as JSON text.
_NESTED = {
    **dict.fromkeys(
        ("title_localized", "abstract_localized", "claims_localized", "claims_localized_html"),
        _TEXTS,
    ),
    **dict.fromkeys(("inventor", "assignee"), "array<string>"),
    **dict.fromkeys(("inventor_harmonized", "assignee_harmonized"), _PARTIES),
    **dict.fromkeys(("ipc", "cpc"), _CODES),
    "citation": _CITED,
    "priority_claim": _CLAIMED,
}
_SCHEMA = ", ".join(f"{column} {_NESTED.get(column, 'string')}" for column in _COLUMNS)


class Google:
    """The adapter of Google Patents Public Data."""

    name = QUERY.name
    title = QUERY.title
    fields = BIBLIOGRAPHIC | {
        "claim_count",
        "cited_by_count",
        "npl_citation_count",
        "priorities",
        "inventor_addresses",
        "npl_citations",
    }

    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which of the data set's columns the first file has."""
        look = looks[0]
        if look.is_parquet or look.begins_json:
            names = look.columns if look.is_parquet else _COLUMNS
            known = [c for c in names if look.is_parquet or f'"{c}"' in look.text]
            known = [c for c in known if c in _COLUMNS]
            if "publication_number" in known and len(known) > 1:
                kind = "columns" if look.is_parquet else "JSON records"
                return f"its {kind} have the data set's {', '.join(known[:4])}"
            return None
        if look.begins_xml:
            return None
        layout = find_layout(look, QUERY.headers)
        header = layout.header
        found = match_headers(header, QUERY.headers)
        if "publication_number" not in header or "lens_id" in header:
            return None
        if len(found) < QUERY.needs or not (_MARKS & set(header) or _has_dashes(look, layout)):
            return None
        return f"its columns {', '.join(header[at[0]] for at in found.values())} are the data set's"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read exports; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        parquet = [look for look in looks if look.is_parquet]
        json = [look for look in looks if look.begins_json and not look.is_parquet]
        tables = [look for look in looks if look not in parquet and look not in json]
        parsed = []
        if parquet:
            parsed.append(text_records.parse(_plain(_read_parquet(spark, parquet)), self.name))
        if json:
            records = read_json(spark, json, _SCHEMA, is_lenient=True)
            parsed.append(text_records.parse(_plain(records), self.name))
        if tables:
            parsed.append(read_tables(spark, tables, QUERY))
        return to_tables(reduce(DataFrame.unionByName, parsed), cut)


def _has_dashes(look: Look, layout: Layout) -> bool:
    """Tell whether the first number of a table is written as the data set does: ``US-1-A``."""
    at = layout.header.index("publication_number")
    rows = look.records[layout.delimiter][layout.skip + 1 :]
    return any(_DASHED.fullmatch(row[at].strip()) for row in rows[:1] if at < len(row))


def _read_parquet(spark: SparkSession, looks: Sequence[Look]) -> DataFrame:
    """Read Parquet, whose nested columns may be JSON text, as other exports hold them.

    Raises:
        InputError: the files hold another table.
    """
    for look in looks:
        if "publication_number" not in look.columns:
            raise InputError(
                f"{look.file.uri} has no column publication_number; "
                f"its columns are {', '.join(look.columns[:60])}"
            )
    columns = arrow_schema(_SCHEMA)

    def parse(piece: Piece) -> Iterator[pa.RecordBatch]:
        with piece.open() as stream:
            yield from batches_of(piece, _rows_of(stream), columns, is_lenient=True)

    pieces = [Piece(look.file) for look in looks]
    rows = read_pieces(spark, pieces, parse, f"{_SCHEMA}, {PLACE_DDL}")
    return spread_over_cores(rows, pieces)


def _rows_of(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    file = pq.ParquetFile(stream)
    wanted = [name for name in file.schema_arrow.names if name in _COLUMNS]
    for batch in file.iter_batches(columns=wanted):
        yield from batch.to_pylist()


def _plain(rows: DataFrame) -> DataFrame:
    """Read the nested columns of the publications table and the flat ones of query results."""
    cited = F.filter("citation", lambda c: F.length(c["publication_number"]) > 0)
    literature = F.filter("citation", lambda c: F.length(c["npl_text"]) > 0)
    is_listed = F.size("citation") > 0
    return rows.select(
        *text_records.PLACE,
        "publication_number",
        F.nullif("application_number", F.lit("")).alias("application_number"),
        F.coalesce(_text("title_localized"), "title").alias("title"),
        F.coalesce(_text("abstract_localized"), "abstract").alias("abstract"),
        "publication_date",
        F.col("filing_date").alias("application_date"),
        F.col("priority_date").alias("earliest_priority_date"),
        _priorities().alias("priorities"),
        _applicants().alias("applicants"),
        F.coalesce(_filled(F.col("inventor_harmonized.name")), _filled(F.col("inventor"))).alias(
            "inventors"
        ),
        F.transform(
            "inventor_harmonized",
            lambda person: text_records.addressed(person["name"], person["country_code"]),
        ).alias("inventor_addresses"),
        _filled(F.col("citation.npl_text")).alias("npl_citations"),
        _first("ipc").alias("main_ipc"),
        F.col("ipc.code").alias("ipc"),
        F.coalesce(_filled(F.col("cpc.code")), without_nulls(F.array("code"))).alias("cpc"),
        _claim_count().alias("claim_count"),
        F.col("number_of_cited_by").alias("cited_by_count"),
        F.when(is_listed, F.size(literature)).cast("string").alias("npl_citation_count"),
        F.when(is_listed, F.size(cited)).cast("string").alias("cites_count"),
        F.when(F.col("pct_number").isNotNull(), F.length("pct_number") > 0).alias("is_pct"),
        text_records.numbers(
            cited,
            lambda c: c["publication_number"],
            lambda c: F.nullif(c["type"], F.lit("")),
        ).alias("cites"),
    )


def _text(column: str) -> Column:
    """Return the English text, else the first."""
    english = F.filter(column, lambda text: text["language"] == "en")
    return F.coalesce(F.get(english, F.lit(0))["text"], F.get(column, F.lit(0))["text"])


def _priorities() -> Column:
    """Return the priorities that are claimed, numbered ``FR-9512326-A``."""
    named = F.filter("priority_claim", lambda c: F.length(c["application_number"]) > 0)
    return F.transform(
        named,
        lambda c: claim_column(
            c["application_number"],
            F.nullif(F.regexp_extract(c["application_number"], "^([A-Z]{2})-", 1), F.lit("")),
            c["filing_date"],
        ),
    )


def _filled(array: Column) -> Column:
    """Return an array's elements that are not empty; null where none is."""
    kept = F.filter(array, lambda element: F.length(element) > 0)
    return F.when(F.size(kept) > 0, kept)


def _applicants() -> Column:
    """Return the harmonised names with their countries, else the names as filed."""
    named = F.filter("assignee_harmonized", lambda party: F.length(party["name"]) > 0)
    harmonised = F.transform(
        named, lambda party: text_records.applicant(party["name"], party["country_code"])
    )
    filed = F.transform(_filled(F.col("assignee")), lambda name: text_records.applicant(name))
    return F.coalesce(F.when(F.size(harmonised) > 0, harmonised), filed)


def _first(column: str) -> Column:
    """Return the code marked as the first one, else the first listed."""
    marked = F.filter(column, lambda code: code["first"])
    return F.coalesce(F.get(marked, F.lit(0))["code"], F.get(column, F.lit(0))["code"])


def _claim_count() -> Column:
    """Count the claims of the HTML, else the numbers in front of the claims of the text."""
    html = F.get("claims_localized_html", F.lit(0))["text"]
    tags = F.regexp_count(html, F.lit("<claim [^>]*num="))
    text = F.get("claims_localized", F.lit(0))["text"]
    count = F.coalesce(F.when(tags > 0, tags), text_records.longest_numbering(text))
    return count.cast("string")
