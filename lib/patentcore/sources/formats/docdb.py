"""DOCDB bulk XML of the EPO: exchange documents, thousands to a file, read one by one.

Elements are those of the exchange schema (http://www.epo.org/exchange), of which the responses of
Open Patent Services are made too.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from pyspark.sql import SparkSession

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.exchange import (
    in_english,
    literature,
    number_of,
    own_number,
    symbol_of,
)
from patentcore.sources.formats.records import (
    claim,
    earliest,
    number_entry,
    people,
    person,
    read_records,
)
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.xml_documents import (
    Element,
    Record,
    parse_documents,
    read_xml,
    text_of,
)
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage

_BEGIN = re.compile(r"<(?:exch:)?exchange-document[\s>]")
_END = re.compile("</(?:exch:)?exchange-document>")
_PREFIX = re.compile("(</?)exch:")
_LONGEST_END = len("</exch:exchange-document>")
_CHUNK = 1 << 20
# What goes on for longer is broken, and not held in memory.
_LONGEST = 1 << 26


class Docdb:
    """The adapter of DOCDB files."""

    name = "docdb"
    title = "EPO DOCDB bulk XML (exchange documents)"
    fields = BIBLIOGRAPHIC | {
        "npl_citation_count",
        "npl_citations",
        "inventor_addresses",
        "priorities",
    }
    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that the file holds exchange documents, but for a response of OPS."""
        text = looks[0].text
        if not looks[0].begins_xml or "http://ops.epo.org" in text:
            return None
        is_one = re.search(r"<(?:exch:)?exchange-documents[\s>]", text)
        return "its documents are the EPO's exchange documents" if is_one else None

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read files; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = [look for look in look_at(spark, paths) if look.begins_xml]
        rows = read_records(
            spark, looks or look_at(spark, paths), _documents, publications, Reason.BROKEN_XML
        )
        return to_tables(parse_documents(rows, self.name), cut)


def _documents(piece: Piece, encoding: str) -> Iterator[Element | str]:
    """Return the exchange documents of a stream; what cannot be read as its text."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest, searched = "", 0
    with piece.open() as stream:
        while chunk := stream.read(_CHUNK):
            rest += decoder.decode(chunk)
            while (end := _END.search(rest, searched)) is not None:
                yield from _document(rest[: end.end()])
                rest, searched = rest[end.end() :], 0
            searched = max(0, len(rest) - _LONGEST_END)
            if len(rest) > _LONGEST:
                yield from _document(rest)
                rest, searched = "", 0
    yield from _document(rest)


def _document(text: str) -> Iterator[Element | str]:
    begin = _BEGIN.search(text)
    if begin is None:
        return
    document = _PREFIX.sub(r"\1", text[begin.start() :])
    try:
        root = read_xml(document)
    except ValueError:
        root = None
    is_whole = root is not None and root.find("bibliographic-data") is not None
    yield root if is_whole else document


def publications(document: Element) -> Iterator[Record]:
    """Make the publication of an exchange document."""
    biblio = document.find("bibliographic-data")
    priorities = [
        claim(number_of(reference), text_of(reference, "country"), text_of(reference, "date"))
        for reference in biblio.iterfind(
            "priority-claims/priority-claim[@data-format='docdb']/document-id"
        )
    ]
    application = biblio.find("application-reference[@data-format='docdb']/document-id")
    texts = (text_of(code, "text") for code in biblio.iterfind("classifications-ipcr/*"))
    ipc = [symbol for text in texts if (symbol := symbol_of(text))]
    cites = [
        number_entry(number_of(reference), text_of(citation, "category"))
        for citation in biblio.iterfind("references-cited/citation")
        if (reference := citation.find("patcit/document-id")) is not None
    ]
    yield {
        "publication_number": own_number(document),
        "application_number": number_of(application),
        "title": in_english(biblio.findall("invention-title"), " "),
        "abstract": in_english(document.findall("abstract"), " "),
        "publication_date": document.get("date-publ"),
        "application_date": None if application is None else text_of(application, "date"),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": [
            {"name": name, "country": text_of(party, "residence/country"), "sector": None}
            for party in biblio.iterfind("parties/applicants/applicant[@data-format='docdb']")
            if (name := text_of(party, "applicant-name/name"))
        ] or None,
        "inventors": [
            name
            for party in biblio.iterfind("parties/inventors/inventor[@data-format='docdb']")
            if (name := text_of(party, "inventor-name/name"))
        ] or None,
        "inventor_addresses": people(
            person(text_of(party, "inventor-name/name"), text_of(party, "residence/country"))
            for party in biblio.iterfind("parties/inventors/inventor[@data-format='docdb']")
        ),
        "npl_citations": literature(biblio) or None,
        "ipc": ipc or None,
        "cpc": _cpc(biblio) or None,
        "cites": cites or None,
        "npl_citation_count": str(n) if (n := len(biblio.findall(".//nplcit"))) else None,
    }  # fmt: skip


def _cpc(biblio: Element) -> list[str]:
    """Return the CPC symbols; other schemes, such as FI, stand beside them."""
    found = []
    for code in biblio.iterfind("patent-classifications/patent-classification"):
        scheme = code.find("classification-scheme")
        is_cpc = scheme is not None and scheme.get("scheme", "").startswith("CPC")
        if is_cpc and (symbol := symbol_of(text_of(code, "classification-symbol"))):
            found.append(symbol)
    return list(dict.fromkeys(found))
