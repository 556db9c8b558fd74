"""The Lens: CSV exports of all three layouts, and records of its API as JSON lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.records import claim_column
from patentcore.sources.formats.tables import TabularAdapter
from patentcore.sources.reading.json_lines import read_json
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.record import text_records
from patentcore.sources.record.canonical import to_tables
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.words.lists import without_nulls

# The oldest layout says Cited Count, the next Cited by Patent Count and Owners (US), the newest
# has Display Key, Document Type, Abstract, Simple Family Members and Legal Status.
HEADERS: dict[str, tuple[str, ...]] = {
    "publication_number": ("Display Key", "Publication Number"),
    "application_number": ("Application Number",),
    "authority": ("Jurisdiction",),
    "kind_code": ("Kind",),
    "title": ("Title",),
    "abstract": ("Abstract",),
    "publication_date": ("Publication Date",),
    "application_date": ("Application Date",),
    "earliest_priority_date": ("Earliest Priority Date",),
    "priority_numbers": ("Priority Numbers",),
    "original_applicant": ("Applicants",),
    "current_applicant": ("Owners", "Owners (US)"),
    "inventors": ("Inventors",),
    "ipc": ("IPCR Classifications",),
    "cpc": ("CPC Classifications",),
    "cites_count": ("Cites Patent Count",),
    "cited_by_count": ("Cited by Patent Count", "Cited Count"),
    "npl_citation_count": ("NPL Citation Count",),
    "npl_citations": (
        "NPL Citations",
        "Non-Patent Citations",
        "NPL Resolved External ID(s)",
        "NPL Resolved Lens ID(s)",
    ),
    "simple_family": ("Simple Family Members",),
    "simple_family_size": ("Simple Family Size",),
    "legal_status": ("Legal Status",),
    # The newest layout lists members by the ids of their records.
    "record_id": ("Lens ID",),
    "family_offices": ("Simple Family Member Jurisdictions",),
}

DIALECT = Dialect(
    name="lens",
    title="The Lens export as CSV",
    headers=HEADERS,
    separator=r"\s*;;\s*",
    marks=("Lens ID", "IPCR Classifications", "Simple Family Size"),
    reads_type_of_kind=True,
)


class Lens(TabularAdapter):
    """The adapter of the Lens's CSV exports."""

    def __init__(self) -> None:
        super().__init__(DIALECT)


_DOCUMENT = "struct<jurisdiction: string, doc_number: string, kind: string, date: string>"
_PARTY = (
    "array<struct<residence: string, extracted_name: struct<value: string>, "
    "extracted_address: string, extracted_country: string>>"
)
_CODES = "struct<classifications: array<struct<symbol: string>>>"
_MEMBERS = f"array<struct<document_id: {_DOCUMENT}>>"
_FAMILY = f"array<struct<lens_id: string, document_id: {_DOCUMENT}>>"
_CITATION = (
    f"struct<patcit: struct<document_id: {_DOCUMENT}>, "
    "nplcit: struct<text: string, lens_id: string>, category: string>"
)
_SCHEMA = f"""
    lens_id string, jurisdiction string, doc_number string, kind string, date_published string,
    biblio struct<
        publication_reference: {_DOCUMENT}, application_reference: {_DOCUMENT},
        priority_claims: struct<claims: array<{_DOCUMENT}>,
                                earliest_claim: struct<date: string>>,
        invention_title: array<struct<text: string, lang: string>>,
        parties: struct<applicants: {_PARTY}, inventors: {_PARTY}, owners_all: {_PARTY}>,
        classifications_ipcr: {_CODES}, classifications_cpc: {_CODES},
        references_cited: struct<citations: array<{_CITATION}>, npl_count: string,
                                 patent_count: string>,
        cited_by: struct<patents: {_MEMBERS}, patent_count: string>>,
    families struct<simple_family: struct<members: {_FAMILY}, size: string>>,
    legal_status struct<patent_status: string, discontinuation_date: string,
                        application_expiry_date: string>,
    abstract array<struct<text: string, lang: string>>,
    claims array<struct<claims: array<struct<claim_text: array<string>>>>>
"""

# Who asks the API for no more than that has members of families by their ids alone.
_MEMBER_BY_ID = re.compile(r'"members"\s*:\s*\[[^\]]*\{\s*"lens_id"\s*:\s*"[^"]*"\s*\}')


class LensJson:
    """The adapter of the Lens's API records, as lines, arrays or answers."""

    name = "lens-jsonl"
    title = "The Lens API records as JSON: lines, an array or an answer"
    fields = BIBLIOGRAPHIC | {
        "claim_count",
        "cited_by_count",
        "npl_citation_count",
        "priorities",
        "simple_family",
        "simple_family_size",
        "legal_status",
        "expiry_date",
        "applicant_addresses",
        "inventor_addresses",
        "owners",
        "npl_citations",
    }

    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that the records carry the Lens's id."""
        if looks[0].begins_json and '"lens_id"' in looks[0].text:
            return 'its JSON records have a "lens_id"'
        return None

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read records; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        has_ids = any(_MEMBER_BY_ID.search(look.text) for look in looks)
        plain = _plain(read_json(spark, looks, _SCHEMA), has_ids=has_ids)
        return to_tables(text_records.parse(plain, self.name), cut, has_ids=has_ids)


def _plain(records: DataFrame, *, has_ids: bool) -> DataFrame:
    biblio = F.col("biblio")
    citations = biblio["references_cited"]["citations"]
    family = F.col("families.simple_family")
    cites = F.filter(citations, lambda c: c["patcit"]["document_id"]["doc_number"].isNotNull())
    status = F.col("legal_status")
    ids = [F.col("lens_id").alias("record_id")] if has_ids else []
    return records.select(
        *text_records.PLACE,
        *ids,
        _number(F.struct("jurisdiction", "doc_number", "kind")).alias("publication_number"),
        _number(biblio["application_reference"]).alias("application_number"),
        _text(biblio["invention_title"]).alias("title"),
        _text(F.col("abstract")).alias("abstract"),
        F.coalesce("date_published", biblio["publication_reference"]["date"]).alias(
            "publication_date"
        ),
        biblio["application_reference"]["date"].alias("application_date"),
        F.coalesce(
            biblio["priority_claims"]["earliest_claim"]["date"],
            F.array_min("biblio.priority_claims.claims.date"),
        ).alias("earliest_priority_date"),
        F.transform(
            "biblio.priority_claims.claims",
            lambda c: claim_column(_number(c), c["jurisdiction"], c["date"]),
        ).alias("priorities"),
        _applicants(biblio["parties"]["applicants"]).alias("applicants"),
        without_nulls(
            F.transform("biblio.parties.inventors", lambda party: party["extracted_name"]["value"])
        ).alias("inventors"),
        _addresses(biblio["parties"]["applicants"]).alias("applicant_addresses"),
        _addresses(biblio["parties"]["inventors"]).alias("inventor_addresses"),
        _applicants(biblio["parties"]["owners_all"]).alias("owners"),
        without_nulls(
            F.transform(
                citations,
                lambda c: F.coalesce(c["nplcit"]["text"], c["nplcit"]["lens_id"]),
            )
        ).alias("npl_citations"),
        F.col("biblio.classifications_ipcr.classifications.symbol").alias("ipc"),
        F.col("biblio.classifications_cpc.classifications.symbol").alias("cpc"),
        _claim_count(F.get(F.col("claims"), F.lit(0))["claims"]).alias("claim_count"),
        biblio["references_cited"]["patent_count"].alias("cites_count"),
        biblio["references_cited"]["npl_count"].alias("npl_citation_count"),
        biblio["cited_by"]["patent_count"].alias("cited_by_count"),
        F.transform(
            family["members"],
            lambda m: (
                F.coalesce(_number(m["document_id"]), m["lens_id"])
                if has_ids
                else _number(m["document_id"])
            ),
        ).alias("simple_family"),
        family["size"].alias("simple_family_size"),
        status["patent_status"].alias("legal_status"),
        F.coalesce(status["discontinuation_date"], status["application_expiry_date"]).alias(
            "expiry_date"
        ),
        text_records.numbers(
            cites,
            lambda c: _number(c["patcit"]["document_id"]),
            lambda c: F.nullif(F.regexp_replace(c["category"], "[^A-Z,]", ""), F.lit("")),
        ).alias("cites"),
        text_records.numbers(
            biblio["cited_by"]["patents"], lambda m: _number(m["document_id"])
        ).alias("cited_by"),
    )


def _number(document: Column) -> Column:
    parts = (document["jurisdiction"], document["doc_number"], document["kind"])
    joined = F.concat(*(F.coalesce(part, F.lit("")) for part in parts))
    return F.when(document["doc_number"].isNotNull(), joined)


def _text(texts: Column) -> Column:
    """Return the English text, else the first."""
    english = F.filter(texts, lambda text: text["lang"] == "en")
    return F.coalesce(F.get(english, F.lit(0))["text"], F.get(texts, F.lit(0))["text"])


def _applicants(parties: Column) -> Column:
    named = F.filter(parties, lambda party: party["extracted_name"]["value"].isNotNull())
    return F.transform(
        named,
        lambda party: text_records.applicant(party["extracted_name"]["value"], _country(party)),
    )


def _addresses(parties: Column) -> Column:
    return F.transform(
        parties,
        lambda party: text_records.addressed(
            party["extracted_name"]["value"], _country(party), party["extracted_address"]
        ),
    )


def _country(party: Column) -> Column:
    return F.coalesce(party["residence"], party["extracted_country"])


def _claim_count(claims: Column) -> Column:
    """Count the claims; where all stand in one element, the numbers in front of its paragraphs."""
    texts = F.flatten(F.transform(claims, lambda claim: claim["claim_text"]))
    numbered = text_records.longest_numbering(F.array_join(texts, "\n"))
    count = F.when(F.size(claims) > 1, F.size(claims)).otherwise(numbered)
    return count.cast("string")
