"""USPTO weekly grant XML (Red Book, versions 4.0 to 4.x, from 2005): many grants to a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyspark.sql import SparkSession

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.xml_documents import (
    APPLICANTS,
    NUMBERS,
    Element,
    Record,
    parse_documents,
    read_documents,
    text_of,
)
from patentcore.sources.record.canonical import to_tables
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.numbers import clean_number
from patentcore.sources.record.vocabulary import USPTO_SECTORS

_ROOT = "us-patent-grant"
_COLUMNS = f"""
    publication_number string, application_number string, patent_type string, title string,
    abstract string, publication_date string, application_date string,
    earliest_priority_date string, applicants {APPLICANTS}, inventors array<string>,
    main_ipc string, ipc array<string>, cpc array<string>, claim_count string,
    cites_count string, npl_citation_count string, is_pct boolean, cites {NUMBERS}
"""
_PATENT_TYPES = {"design": "design"}


class Uspto:
    """The adapter of USPTO grant XML."""

    name = "uspto"
    title = "USPTO weekly grant XML (ipg*.xml, versions 4.0 and later)"
    fields = BIBLIOGRAPHIC | {"claim_count", "npl_citation_count"}

    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that the documents are grants."""
        look = looks[0]
        if not look.begins_xml or f"<{_ROOT}" not in look.text:
            return None
        version = re.search(r'dtd-version="([^"]+)"', look.text)
        return f"its documents are <{_ROOT}>, version {version[1] if version else 'unknown'}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read grants; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = [look for look in look_at(spark, paths) if look.begins_xml]
        rows = read_documents(spark, looks or look_at(spark, paths), grants, _COLUMNS)
        return to_tables(parse_documents(rows, self.name), cut)


def grants(root: Element) -> Iterator[Record]:
    """Make the record of a grant; other documents, such as sequence listings, have none."""
    if root.tag != _ROOT:
        return
    biblio = root.find("us-bibliographic-data-grant")
    if biblio is None:
        raise ValueError("a grant without bibliographic data")
    cites, literature = _citations(biblio)
    ipc = _ipc(biblio)
    kind = text_of(biblio, "publication-reference/document-id/kind")
    application = biblio.find("application-reference")
    is_design = application is not None and application.get("appl-type") == "design"
    yield {
        "publication_number": _number(biblio.find("publication-reference/document-id")),
        "application_number": _application(biblio),
        "patent_type": "design" if is_design or (kind or "").startswith("S") else None,
        "title": text_of(biblio, "invention-title"),
        "abstract": text_of(root, "abstract"),
        "publication_date": text_of(biblio, "publication-reference/document-id/date"),
        "application_date": text_of(biblio, "application-reference/document-id/date"),
        "earliest_priority_date": _earliest(biblio),
        "applicants": _assignees(biblio) or _applicants(biblio),
        "inventors": _inventors(biblio),
        "main_ipc": ipc[0] if ipc else None,
        "ipc": ipc,
        "cpc": _cpc(biblio),
        "claim_count": text_of(biblio, "number-of-claims"),
        "cites_count": str(len({cite["number"] or cite["raw"] for cite in cites})),
        "npl_citation_count": str(literature),
        "is_pct": biblio.find("pct-or-regional-filing-data") is not None,
        "cites": cites,
    }


def _number(document: Element | None) -> str | None:
    """Write a document's number as offices exchange it: ``US06836899 B1`` is ``US6836899B1``."""
    if document is None:
        return None
    country = text_of(document, "country") or ""
    number = text_of(document, "doc-number") or ""
    number = re.sub(rf"^\s*{country}[\s-]*(?=[0-9D])", "", number) if country else number
    kind = text_of(document, "kind") or ""
    if country == "US":
        number = re.sub(r"^([A-Z]*)0+(?=[0-9])", r"\1", number.strip())
    if not re.fullmatch("[A-Z][0-9]?", kind):
        kind = ""
    return f"{country}{number}{kind}" if number else None


def _application(biblio: Element) -> str | None:
    number = text_of(biblio, "application-reference/document-id/doc-number")
    country = text_of(biblio, "application-reference/document-id/country") or "US"
    return f"{country}{number}" if number else None


def _earliest(biblio: Element) -> str | None:
    """Return the earliest priority, of another country or of a parent application."""
    dates = [found.text for found in biblio.findall("priority-claims/priority-claim/date")]
    parents = biblio.iterfind("us-related-documents//parent-doc/document-id/date")
    dates += [found.text for found in parents]
    provisional = "us-related-documents/us-provisional-application/document-id/date"
    dates += [found.text for found in biblio.iterfind(provisional)]
    readable = [date for date in dates if date and re.fullmatch("[0-9]{8}", date)]
    return min(readable, default=None)


def _assignees(biblio: Element) -> list[Record]:
    return [
        {
            "name": name,
            "country": _country(book),
            "sector": USPTO_SECTORS.get((text_of(book, "role") or "").removeprefix("0")),
        }
        for assignee in biblio.iterfind("assignees/assignee")
        for book in [assignee.find("addressbook") if assignee[:] else assignee]
        if book is not None and (name := _name(book))
    ]


def _applicants(biblio: Element) -> list[Record]:
    """Return the applicants that are not only inventors: before 2012 inventors had to apply."""
    return [
        {"name": name, "country": _country(book), "sector": None}
        for path in ("us-parties/us-applicants/us-applicant", "parties/applicants/applicant")
        for person in biblio.iterfind(path)
        if person.get("app-type") != "applicant-inventor"
        and (book := person.find("addressbook")) is not None
        and (name := _name(book))
    ]


def _inventors(biblio: Element) -> list[str]:
    paths = (
        "us-parties/inventors/inventor/addressbook",
        "parties/inventors/inventor/addressbook",
        "parties/applicants/applicant[@app-type='applicant-inventor']/addressbook",
    )
    return [name for path in paths for book in biblio.iterfind(path) if (name := _name(book))]


def _name(book: Element) -> str | None:
    parts = (text_of(book, "first-name"), text_of(book, "last-name"))
    return text_of(book, "orgname") or " ".join(part for part in parts if part) or None


def _country(book: Element) -> str | None:
    code = text_of(book, "address/country")
    return code if code and re.fullmatch("[A-Z]{2}", code) else None


def _ipc(biblio: Element) -> list[str]:
    symbols = [
        _symbol(code) for code in biblio.iterfind("classifications-ipcr/classification-ipcr")
    ]
    if not symbols:
        old = biblio.find("classification-ipc")
        symbols = [_old_symbol(code.text) for code in (old if old is not None else ())]
    return [symbol for symbol in symbols if symbol]


def _cpc(biblio: Element) -> list[str]:
    codes = biblio.iterfind("classifications-cpc//classification-cpc")
    return [symbol for symbol in map(_symbol, codes) if symbol]


def _symbol(code: Element) -> str | None:
    parts = [text_of(code, part) for part in ("section", "class", "subclass", "main-group")]
    group = text_of(code, "subgroup")
    return "".join(part or "" for part in parts) + (f"/{group}" if group else "") or None


def _old_symbol(text: str | None) -> str | None:
    """Read ``A45F  504`` and ``A01B 1302``: three columns of the main group, then the subgroup.

    In 2005 some are written ``G06F015/16``.
    """
    match = re.fullmatch(r"([A-H][0-9]{2}[A-Z])([ 0-9]{3})/?([0-9]{2,})", (text or "").strip())
    if match is None:
        return None
    return f"{match[1]}{match[2].strip().lstrip('0')}/{match[3]}"


def _citations(biblio: Element) -> tuple[list[Record], int]:
    """Return the patents cited and the number of other writings."""
    cites, literature = [], 0
    for section in ("references-cited", "us-references-cited"):
        for citation in biblio.iterfind(f"{section}/*"):
            patent = citation.find("patcit/document-id")
            if patent is not None:
                raw = _number(patent)
                cites.append({"raw": raw, "number": clean_number(raw), "category": None})
            elif citation.find("nplcit") is not None:
                literature += 1
    return cites, literature
