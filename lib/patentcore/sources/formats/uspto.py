"""USPTO weekly XML (Red Book): grants and published applications, many to a file.

From 2005 (versions 4.0 to 4.x) both are read here; those of before have modules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyspark.sql import SparkSession

from patentcore.sources.formats import uspto_2001, uspto_st32
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import COLUMNS, earliest, people, person
from patentcore.sources.formats.uspto_parts import (
    country_code,
    full_name,
    government_interest,
    number_of,
    old_symbol,
    old_symbols,
    priority,
)
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.xml_documents import (
    Element,
    Record,
    child_of,
    parse_documents,
    read_documents,
    text_of,
    texts_of,
)
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.numbers import normal_number
from patentcore.sources.record.values import PROBLEMS
from patentcore.sources.record.vocabulary import USPTO_SECTORS

_ROOTS = {
    "us-patent-grant": "us-bibliographic-data-grant",
    "us-patent-application": "us-bibliographic-data-application",
}
_COLUMNS = f"{COLUMNS}, lost {PROBLEMS}"
_MARK = re.compile(rf"<({'|'.join(_ROOTS)}|{uspto_2001.ROOT}|{uspto_st32.ROOT})[\s>]")


class Uspto:
    """The adapter of the USPTO's XML."""

    name = "uspto"
    title = "USPTO weekly XML from 2001: grants (ipg*, pg*) and published applications (ipa*, pa*)"
    fields = BIBLIOGRAPHIC | {
        "claim_count",
        "npl_citation_count",
        "priorities",
        "applicant_addresses",
        "inventor_addresses",
        "npl_citations",
        "government_interest",
    }

    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that the documents are grants or applications."""
        look = looks[0]
        root = _MARK.search(look.text) if look.begins_xml else None
        if root is None:
            return None
        version = re.search(r'(?i)dtd(?:-version)?="([^"]+)"', look.text)
        return f"its documents are <{root[1]}>, version {version[1] if version else 'unknown'}"

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read documents; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = [look for look in look_at(spark, paths) if look.begins_xml]
        rows = read_documents(spark, looks or look_at(spark, paths), publications, _COLUMNS)
        return to_tables(parse_documents(rows, self.name), cut)


def publications(root: Element) -> Iterator[Record]:
    """Make the record of a grant or application.

    Other documents, such as sequence listings, have none.
    """
    if root.tag == uspto_2001.ROOT:
        yield from uspto_2001.applications(root)
    elif root.tag == uspto_st32.ROOT:
        yield from uspto_st32.grants(root)
    elif root.tag in _ROOTS:
        biblio = root.find(_ROOTS[root.tag])
        if biblio is None:
            raise ValueError("a publication without bibliographic data")
        yield _record(root, biblio) | (_cited(biblio) if root.tag == "us-patent-grant" else {})


def _record(root: Element, biblio: Element) -> Record:
    (ipc, lost), priorities = _ipc(biblio), _priorities(biblio)
    kind = text_of(biblio, "publication-reference/document-id/kind")
    application = biblio.find("application-reference")
    is_design = application is not None and application.get("appl-type") == "design"
    claims = len(root.findall("claims/claim"))
    return {
        "publication_number": _number(biblio.find("publication-reference/document-id")),
        "application_number": _application(biblio),
        "patent_type": "design" if is_design or (kind or "").startswith("S") else None,
        "title": text_of(biblio, "invention-title"),
        "abstract": text_of(root, "abstract"),
        "publication_date": text_of(biblio, "publication-reference/document-id/date"),
        "application_date": text_of(biblio, "application-reference/document-id/date"),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": _assignees(biblio) or _applicants(biblio),
        "applicant_addresses": people(map(_placed, _parties(biblio))),
        "inventors": [name for book in _inventors(biblio) if (name := _name(book))],
        "inventor_addresses": people(map(_placed, _inventors(biblio))),
        "government_interest": government_interest(root),
        "main_ipc": ipc[0] if ipc else None,
        "ipc": ipc,
        "lost": lost,
        "cpc": _cpc(biblio),
        # Published applications do not say how many there are.
        "claim_count": text_of(biblio, "number-of-claims") or (str(claims) if claims else None),
        "is_pct": biblio.find("pct-or-regional-filing-data") is not None,
    }


def _cited(biblio: Element) -> Record:
    """Return what a grant cites; applications are published before anything is cited."""
    cites, literature = _citations(biblio)
    return {
        "cites_count": str(len({cite["number"] or cite["raw"] for cite in cites})),
        "npl_citation_count": str(len(literature)),
        "npl_citations": [text for text in literature if text] or None,
        "cites": cites,
    }


def _number(document: Element | None) -> str | None:
    if document is None:
        return None
    return number_of(*texts_of(document, "country", "doc-number", "kind"))


def _application(biblio: Element) -> str | None:
    number = text_of(biblio, "application-reference/document-id/doc-number")
    country = text_of(biblio, "application-reference/document-id/country") or "US"
    return f"{country}{number}" if number else None


def _priorities(biblio: Element) -> list[Record]:
    """Return the priorities of other countries, then parent and provisional applications."""
    paths = (
        "priority-claims/priority-claim",
        "us-related-documents//parent-doc/document-id",
        "us-related-documents/us-provisional-application/document-id",
    )
    return [
        priority(*texts_of(claim, "country", "doc-number", "date"))
        for path in paths
        for claim in biblio.iterfind(path)
    ]


def _assignees(biblio: Element) -> list[Record]:
    return [
        {
            "name": name,
            "country": country_code(text_of(book, "address/country")),
            "sector": USPTO_SECTORS.get((text_of(book, "role") or "").removeprefix("0")),
        }
        for book in _assignee_books(biblio)
        if (name := _name(book))
    ]


def _applicants(biblio: Element) -> list[Record]:
    return [
        {"name": name, "country": country_code(text_of(book, "address/country")), "sector": None}
        for book in _applicant_books(biblio)
        if (name := _name(book))
    ]


def _parties(biblio: Element) -> list[Element]:
    """Return the books of the assignees, else of the applicants."""
    return _assignee_books(biblio) or _applicant_books(biblio)


def _assignee_books(biblio: Element) -> list[Element]:
    books = (
        assignee.find("addressbook") if assignee[:] else assignee
        for assignee in biblio.iterfind("assignees/assignee")
    )
    return [book for book in books if book is not None]


def _applicant_books(biblio: Element) -> list[Element]:
    """Return the applicants that are not only inventors: before 2012 inventors had to apply."""
    paths = ("us-parties/us-applicants/us-applicant", "parties/applicants/applicant")
    return [
        book
        for path in paths
        for person in biblio.iterfind(path)
        if person.get("app-type") != "applicant-inventor"
        and (book := person.find("addressbook")) is not None
    ]


def _inventors(biblio: Element) -> list[Element]:
    paths = (
        "us-parties/inventors/inventor/addressbook",
        "parties/inventors/inventor/addressbook",
        "parties/applicants/applicant[@app-type='applicant-inventor']/addressbook",
    )
    return [book for path in paths for book in biblio.iterfind(path)]


def _placed(book: Element) -> Record | None:
    parts = (text_of(book, f"address/{part}") for part in ("country", "city", "state"))
    return person(_name(book), *parts)


def _name(book: Element) -> str | None:
    company, *person = texts_of(book, "orgname", "first-name", "last-name")
    return company or full_name(*person)


def _ipc(biblio: Element) -> tuple[list[str], list[Record]]:
    """Return the symbols, and problems of those that are none."""
    codes = biblio.iterfind(".//classification-ipcr")
    symbols = [symbol for code in codes if (symbol := _symbol(code))]
    if symbols:
        return symbols, []
    names = ("main-classification", "further-classification")
    return old_symbols(
        code.text for old in biblio.iterfind(".//classification-ipc") for code in old.iter(*names)
    )


def _cpc(biblio: Element) -> list[str]:
    codes = biblio.iterfind("classifications-cpc//classification-cpc")
    return [symbol for symbol in map(_symbol, codes) if symbol]


def _symbol(code: Element) -> str | None:
    *parts, group = texts_of(code, "section", "class", "subclass", "main-group", "subgroup")
    symbol = "".join(part or "" for part in parts) + (f"/{group}" if group else "")
    return symbol or old_symbol(text_of(code, "text"))


def _citations(biblio: Element) -> tuple[list[Record], list[str | None]]:
    """Return the patents and the other writings that are cited."""
    cites, literature = [], []
    for section in ("references-cited", "us-references-cited"):
        for citation in biblio.iterfind(f"{section}/*"):
            patcit = child_of(citation, "patcit")
            patent = None if patcit is None else patcit.find("document-id")
            if patent is not None:
                raw = _number(patent)
                category = text_of(citation, "category")
                cites.append({"raw": raw, "number": normal_number(raw), "category": category})
            elif child_of(citation, "nplcit") is not None:
                literature.append(text_of(citation, "nplcit/othercit"))
    return cites, literature
