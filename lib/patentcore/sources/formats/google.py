"""Google Patents Public Data: JSON, CSV and Parquet, whole rows or columns that were queried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.records import claim_column
from patentcore.sources.formats.tables import read_tables
from patentcore.sources.reading.json_lines import read_json
from patentcore.sources.reading.layouts import Layout, find_layout
from patentcore.sources.reading.parquet import read_parquet
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.record.column_bytes import holds
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.text_records import (
    PLACE,
    addressed,
    applicant,
    filled,
    in_english,
    longest_numbering,
    marked,
    numbers,
    parse,
)
from patentcore.words.lists import without_nulls

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


def _parted_codes(codes: pa.Array) -> pa.Array:
    """Part classification symbols at semicolons where commas part them."""
    if not holds(codes, ","):
        return codes
    return pc.replace_substring_regex(codes, r"\s*,\s+([A-HY][0-9]{2}[A-Z])", r";\1")


_DASHED = re.compile("[A-Z]{2}-[A-Z]*[0-9]+(-[A-Z][0-9]?)?")
# The data set's columns, those that tables of other tools do not have with a star.
_DECLARED = """
    publication_number application_number country_code* kind_code* pct_number*
    title_localized*:texts abstract_localized*:texts claims_localized*:texts
    claims_localized_html*:texts publication_date filing_date* priority_date
    priority_claim*:claimed inventor:names inventor_harmonized*:parties assignee:names
    assignee_harmonized*:parties ipc:codes cpc:codes citation:cited
    title abstract code number_of_cited_by*
"""
# Exports of other warehouses hold these as JSON text.
_NESTED = {
    "": "string",
    "names": "array<string>",
    "texts": "array<struct<language: string, text: string>>",
    "parties": "array<struct<name: string, country_code: string>>",
    "codes": "array<struct<code: string, first: boolean>>",
    "cited": "array<struct<publication_number: string, npl_text: string, type: string>>",
    "claimed": "array<struct<application_number: string, filing_date: string>>",
}
_TYPES = {name: _NESTED[kind] for name, _, kind in (w.partition(":") for w in _DECLARED.split())}
_MARKS = {name[:-1] for name in _TYPES if name.endswith("*")}
_COLUMNS = {name.removesuffix("*"): kind for name, kind in _TYPES.items()}
_SCHEMA = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())


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
        if look.is_columnar or look.begins_json:
            names = look.columns if look.is_columnar else _COLUMNS
            known = [c for c in names if look.is_columnar or f'"{c}"' in look.text]
            known = [c for c in known if c in _COLUMNS]
            if "publication_number" in known and len(known) > 1:
                kind = "columns" if look.is_columnar else "JSON records"
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
        columnar = [look for look in looks if look.is_columnar]
        json = [look for look in looks if look.begins_json]
        tables = [look for look in looks if look not in columnar and look not in json]
        parsed = []
        if columnar:
            rows = read_parquet(spark, columnar, _SCHEMA, "publication_number")
            parsed.append(parse(_plain(rows), self.name))
        if json:
            rows = read_json(spark, json, _SCHEMA, is_lenient=True).frame()
            parsed.append(parse(_plain(rows), self.name))
        if tables:
            parsed.append(read_tables(spark, tables, QUERY).frame())
        return to_tables(reduce(DataFrame.unionByName, parsed), cut)


def _has_dashes(look: Look, layout: Layout) -> bool:
    """Tell whether the first number of a table is written as the data set does: ``US-1-A``."""
    at = layout.header.index("publication_number")
    rows = look.records[layout.delimiter][layout.skip + 1 :]
    return any(_DASHED.fullmatch(row[at].strip()) for row in rows[:1] if at < len(row))


def _plain(rows: DataFrame) -> DataFrame:
    """Read the nested columns of the publications table and the flat ones of query results."""
    cited = F.filter("citation", lambda c: F.length(c["publication_number"]) > 0)
    literature = F.filter("citation", lambda c: F.length(c["npl_text"]) > 0)
    is_listed = F.size("citation") > 0
    return rows.select(
        *PLACE,
        "publication_number",
        F.nullif("application_number", F.lit("")).alias("application_number"),
        F.coalesce(in_english("title_localized"), "title").alias("title"),
        F.coalesce(in_english("abstract_localized"), "abstract").alias("abstract"),
        "publication_date",
        F.col("filing_date").alias("application_date"),
        F.col("priority_date").alias("earliest_priority_date"),
        _priorities().alias("priorities"),
        _applicants().alias("applicants"),
        F.coalesce(
            filled(F.col("inventor_harmonized.name")),
            filled(F.col("inventor")),
        ).alias("inventors"),
        F.transform(
            "inventor_harmonized",
            lambda person: addressed(person["name"], person["country_code"]),
        ).alias("inventor_addresses"),
        filled(F.col("citation.npl_text")).alias("npl_citations"),
        marked("ipc", "code", "first").alias("main_ipc"),
        F.col("ipc.code").alias("ipc"),
        F.coalesce(filled(F.col("cpc.code")), without_nulls(F.array("code"))).alias("cpc"),
        _claim_count().alias("claim_count"),
        F.col("number_of_cited_by").alias("cited_by_count"),
        F.when(is_listed, F.size(literature)).cast("string").alias("npl_citation_count"),
        F.when(is_listed, F.size(cited)).cast("string").alias("cites_count"),
        F.when(F.col("pct_number").isNotNull(), F.length("pct_number") > 0).alias("is_pct"),
        numbers(
            cited,
            lambda c: c["publication_number"],
            lambda c: F.nullif(c["type"], F.lit("")),
        ).alias("cites"),
    )


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


def _applicants() -> Column:
    """Return the harmonised names with their countries, else the names as filed."""
    named = F.filter("assignee_harmonized", lambda party: F.length(party["name"]) > 0)
    harmonised = F.transform(named, lambda party: applicant(party["name"], party["country_code"]))
    filed = F.transform(filled(F.col("assignee")), lambda name: applicant(name))
    return F.coalesce(F.when(F.size(harmonised) > 0, harmonised), filed)


def _claim_count() -> Column:
    """Count the claims of the HTML, else the numbers in front of the claims of the text."""
    html = F.get("claims_localized_html", F.lit(0))["text"]
    tags = F.regexp_count(html, F.lit("<claim [^>]*num="))
    text = F.get("claims_localized", F.lit(0))["text"]
    count = F.coalesce(F.when(tags > 0, tags), longest_numbering(text))
    return count.cast("string")
