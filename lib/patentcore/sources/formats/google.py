"""Google Patents Public Data: JSON, CSV and Parquet, whole rows or columns that were queried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.records import claims_of
from patentcore.sources.formats.tables import read_tables
from patentcore.sources.reading.json_lines import read_json
from patentcore.sources.reading.layouts import Layout, find_layout
from patentcore.sources.reading.parquet import read_parquet
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.record import parsed, text_records
from patentcore.sources.record.arrays import Flags, Lists, flags
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.column_bytes import holds
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.nested import Elements, part

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

        def made(batch: pa.RecordBatch) -> pa.RecordBatch:
            return text_records.parsed_of(_plain(batch), self.name)

        found = []
        if columnar:
            rows = read_parquet(spark, columnar, _SCHEMA, "publication_number")
            found.append(rows.then(made, parsed.SCHEMA))
        if json:
            rows = read_json(spark, json, _SCHEMA, is_lenient=True)
            found.append(rows.then(made, parsed.SCHEMA))
        if tables:
            found.append(read_tables(spark, tables, QUERY))
        if len(found) == 1:
            return to_tables(found[0], cut)
        return to_tables(reduce(DataFrame.unionByName, (each.frame() for each in found)), cut)


def _has_dashes(look: Look, layout: Layout) -> bool:
    """Tell whether the first number of a table is written as the data set does: ``US-1-A``."""
    at = layout.header.index("publication_number")
    rows = look.records[layout.delimiter][layout.skip + 1 :]
    return any(_DASHED.fullmatch(row[at].strip()) for row in rows[:1] if at < len(row))


def _plain(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Read the nested columns of the publications table and the flat ones of query results."""
    citations = Elements.of(rows.column("citation"))
    number, literature = (citations.part(name) for name in ("publication_number", "npl_text"))
    is_cited, is_literature = map(text_records.has_letters, (number, literature))
    cited = citations.kept(is_cited)
    inventors = Elements.of(rows.column("inventor_harmonized"))
    inventor = inventors.part("name")
    ipc = Elements.of(rows.column("ipc"))
    cpc = Elements.of(rows.column("cpc"))
    code, pct_number = rows.column("code"), rows.column("pct_number")
    columns = {
        **{name: rows.column(name) for name in text_records.PLACE},
        text_records.BROKEN: pa.repeat(Reason.BROKEN_JSON.value, rows.num_rows),
        "publication_number": rows.column("publication_number"),
        "application_number": text_records.without_empty(rows.column("application_number")),
        "title": pc.coalesce(
            text_records.in_english(rows.column("title_localized"), "language"),
            rows.column("title"),
        ),
        "abstract": pc.coalesce(
            text_records.in_english(rows.column("abstract_localized"), "language"),
            rows.column("abstract"),
        ),
        "publication_date": rows.column("publication_date"),
        "application_date": rows.column("filing_date"),
        "earliest_priority_date": rows.column("priority_date"),
        "priorities": _priorities(rows.column("priority_claim")),
        "applicants": _applicants(rows),
        "inventors": pc.coalesce(
            text_records.filled(inventors.mapped(inventor).to_array()).to_array(),
            text_records.filled(rows.column("inventor")).to_array(),
        ),
        "inventor_addresses": inventors.mapped(
            text_records.addresses(
                inventor, inventors.part("country_code"), pa.nulls(len(inventor), pa.string())
            )
        ).to_array(),
        "npl_citations": citations.mapped(literature).kept(is_literature).to_array(),
        "main_ipc": text_records.marked(
            rows.column("ipc"), "code", lambda found: flags(found.part("first"))
        ),
        "ipc": ipc.mapped(ipc.part("code")).to_array(),
        "cpc": pc.coalesce(
            text_records.filled(cpc.mapped(cpc.part("code")).to_array()).to_array(),
            Lists(np.arange(len(code)), code, len(code)).known().to_array(),
        ),
        "claim_count": _claim_count(rows),
        "cited_by_count": rows.column("number_of_cited_by"),
        "npl_citation_count": _counts(citations, is_literature),
        "cites_count": _counts(citations, is_cited),
        "is_pct": pc.not_equal(pct_number, ""),
        "cites": text_records.numbered(
            cited, cited.part("publication_number"), text_records.without_empty(cited.part("type"))
        ),
    }
    return pa.RecordBatch.from_pydict(columns)


def _counts(elements: Elements, mask: Flags) -> pa.Array:
    """Count the marked elements of each list that has any."""
    counts = elements.kept(mask).lists.lengths()
    return pa.array(counts, mask=elements.lists.lengths() == 0).cast(pa.string())


def _priorities(claims: pa.Array) -> pa.Array:
    """Return the priorities that are claimed, numbered ``FR-9512326-A``."""
    every = Elements.of(claims)
    named = every.kept(text_records.has_letters(every.part("application_number")))
    number = named.part("application_number")
    office = pc.struct_field(pc.extract_regex(number, "^(?P<office>[A-Z]{2})-"), "office")
    return named.mapped(claims_of(number, office, named.part("filing_date"))).to_array()


def _applicants(rows: pa.RecordBatch) -> pa.Array:
    """Return the harmonised names with their countries, else the names as filed."""
    every = Elements.of(rows.column("assignee_harmonized"))
    named = every.kept(text_records.has_letters(every.part("name")))
    harmonised = text_records.applicants(named.part("name"), named.part("country_code"))
    filed = text_records.filled(rows.column("assignee"))
    none = pa.nulls(len(filed.values), pa.string())
    return pc.coalesce(
        named.lists.mapped(harmonised).to_array(),
        filed.mapped(text_records.applicants(filed.values, none)).to_array(),
    )


def _claim_count(rows: pa.RecordBatch) -> pa.Array:
    """Count the claims of the HTML, else the numbers in front of the claims of the text."""
    html, text = (
        part(Elements.of(rows.column(name)).lists.first(), "text")
        for name in ("claims_localized_html", "claims_localized")
    )
    tags = pc.count_substring_regex(html, "<claim [^>]*num=").cast(pa.int64())
    tags = pc.if_else(pc.equal(tags, 0), pa.scalar(None, pa.int64()), tags)
    return pc.coalesce(tags, text_records.longest_numbered(text)).cast(pa.string())
