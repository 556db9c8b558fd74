"""The Lens: CSV exports of all three layouts, and records of its API as JSON lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.records import claims_of
from patentcore.sources.formats.tables import TabularAdapter
from patentcore.sources.reading.json_lines import read_json
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.record import parsed, text_records
from patentcore.sources.record.arrays import Lists, is_there
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.nested import Elements, part

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

_DOCUMENT_PARTS = ("jurisdiction", "doc_number", "kind")

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

        def made(batch: pa.RecordBatch) -> pa.RecordBatch:
            return text_records.parsed_of(_plain(batch, has_ids=has_ids), self.name)

        records = read_json(spark, looks, _SCHEMA).then(made, parsed.SCHEMA)
        return to_tables(records, cut, has_ids=has_ids)


def _plain(records: pa.RecordBatch, *, has_ids: bool) -> pa.RecordBatch:
    biblio, count = records.column("biblio"), records.num_rows
    application = part(biblio, "application_reference")
    claims = Elements.of(part(biblio, "priority_claims.claims"))
    parties = {
        name: Elements.of(part(biblio, f"parties.{name}"))
        for name in ("applicants", "inventors", "owners_all")
    }
    citations = Elements.of(part(biblio, "references_cited.citations"))
    cites = citations.kept(is_there(citations.part("patcit.document_id.doc_number")))
    cited_by = Elements.of(part(biblio, "cited_by.patents"))
    family = part(records.column("families"), "simple_family")
    members = Elements.of(part(family, "members"))
    member = _number(members.part("document_id"))
    status = records.column("legal_status")
    inventors = parties["inventors"]
    literature = pc.coalesce(citations.part("nplcit.text"), citations.part("nplcit.lens_id"))
    columns = {
        **{name: records.column(name) for name in text_records.PLACE},
        text_records.BROKEN: pa.repeat(Reason.BROKEN_JSON.value, count),
        **({"record_id": records.column("lens_id")} if has_ids else {}),
        "publication_number": _number(pa.StructArray.from_arrays(
            [records.column(name) for name in _DOCUMENT_PARTS], _DOCUMENT_PARTS
        )),
        "application_number": _number(application),
        "title": text_records.in_english(part(biblio, "invention_title"), "lang"),
        "abstract": text_records.in_english(records.column("abstract"), "lang"),
        "publication_date": pc.coalesce(
            records.column("date_published"), part(biblio, "publication_reference.date")
        ),
        "application_date": part(application, "date"),
        "earliest_priority_date": pc.coalesce(
            part(biblio, "priority_claims.earliest_claim.date"),
            claims.mapped(claims.part("date")).lists.least(),
        ),
        "priorities": claims.mapped(
            claims_of(_number(claims.values), claims.part("jurisdiction"), claims.part("date"))
        ).to_array(),
        "applicants": _applicants(parties["applicants"]),
        "inventors": inventors.mapped(inventors.part("extracted_name.value")).known().to_array(),
        "applicant_addresses": _addresses(parties["applicants"]),
        "inventor_addresses": _addresses(inventors),
        "owners": _applicants(parties["owners_all"]),
        "npl_citations": citations.mapped(literature).known().to_array(),
        "ipc": _symbols(part(biblio, "classifications_ipcr.classifications")),
        "cpc": _symbols(part(biblio, "classifications_cpc.classifications")),
        "claim_count": _claim_counts(records.column("claims")),
        "cites_count": part(biblio, "references_cited.patent_count"),
        "npl_citation_count": part(biblio, "references_cited.npl_count"),
        "cited_by_count": part(biblio, "cited_by.patent_count"),
        "simple_family": members.mapped(
            pc.coalesce(member, members.part("lens_id")) if has_ids else member
        ).to_array(),
        "simple_family_size": part(family, "size"),
        "legal_status": part(status, "patent_status"),
        "expiry_date": pc.coalesce(
            part(status, "discontinuation_date"), part(status, "application_expiry_date")
        ),
        "cites": text_records.numbered(
            cites, _number(cites.part("patcit.document_id")), _category(cites.part("category"))
        ),
        "cited_by": text_records.numbered(cited_by, _number(cited_by.part("document_id"))),
    }  # fmt: skip
    return pa.RecordBatch.from_pydict(columns)


def _number(document: pa.Array) -> pa.Array:
    parts = [pc.fill_null(part(document, name), "") for name in _DOCUMENT_PARTS]
    joined = pc.binary_join_element_wise(*parts, "")
    is_numbered = part(document, "doc_number").is_valid()
    return pc.if_else(is_numbered, joined, pa.scalar(None, pa.string()))


def _applicants(parties: Elements) -> pa.Array:
    named = parties.kept(is_there(parties.part("extracted_name.value")))
    return named.mapped(
        text_records.applicants(named.part("extracted_name.value"), _country(named))
    ).to_array()


def _addresses(parties: Elements) -> pa.Array:
    name, address = (parties.part(at) for at in ("extracted_name.value", "extracted_address"))
    return parties.mapped(text_records.addresses(name, _country(parties), address)).to_array()


def _country(parties: Elements) -> pa.Array:
    return pc.coalesce(parties.part("residence"), parties.part("extracted_country"))


def _symbols(classifications: pa.Array) -> pa.Array:
    found = Elements.of(classifications)
    return found.mapped(found.part("symbol")).to_array()


def _category(texts: pa.Array) -> pa.Array:
    return text_records.without_empty(pc.replace_substring_regex(texts, "[^A-Z,]", ""))


def _claim_counts(documents: pa.Array) -> pa.Array:
    """Count the claims; where all stand in one element, the numbers in front of its paragraphs."""
    first = Lists.of(documents, len(documents)).first()
    claims = Elements.of(part(first, "claims"))
    counts = claims.lists.lengths()
    alone = np.flatnonzero(counts == 1)
    paragraphs = claims.part("claim_text").take(pa.array(np.searchsorted(claims.lists.rows, alone)))
    texts = pa.array(["\n".join(filter(None, some or ())) for some in paragraphs.to_pylist()])
    numbered = text_records.longest_numbered(texts.cast(pa.string())).fill_null(0)
    counts[alone] = numbered.to_numpy()
    return pa.array(counts, mask=counts == 0).cast(pa.string())
