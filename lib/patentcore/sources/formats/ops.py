"""EPO Open Patent Services: family, bibliographic and legal responses, and the event-code list."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pyspark.sql import SparkSession

from patentcore.errors import InputError
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.exchange import (
    in_english,
    literature,
    number_of,
    own_number,
    symbol_of,
)
from patentcore.sources.formats.records import (
    ADDRESSES,
    PRIORITIES,
    claim,
    number_entry,
    people,
    person,
)
from patentcore.sources.reading.files import told, with_content
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.workbooks import sheet_rows
from patentcore.sources.reading.xml_documents import (
    APPLICANTS,
    NUMBERS,
    Element,
    Record,
    parse_documents,
    read_documents,
    text_of,
)
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.legal_codes import kind_of_event
from patentcore.sources.record.text_records import together

_COLUMNS = f"""
    publication_number string, application_number string, title string, abstract string,
    publication_date string, application_date string, earliest_priority_date string,
    priorities {PRIORITIES}, applicants {APPLICANTS}, inventors array<string>,
    ipc array<string>, cpc array<string>,
    inventor_addresses {ADDRESSES}, npl_citations array<string>,
    cites {NUMBERS}, simple_family array<string>, expiry_date string,
    legal_events array<struct<kind: string, date: string>>
"""
_CODE_LIST = ("Authority", "Event-code", "Description ENG", "Event-class")
_NAME_AND_COUNTRY = re.compile(r"(.*?),?\s*\[([A-Z]{2})\],?")

Codes = Mapping[tuple[str, str], tuple[str, str]]


class Ops:
    """The adapter of OPS responses; beside other sources it adds to their publications only."""

    name = "ops"
    title = "EPO OPS responses (family, biblio, legal) as XML, optionally with the code list"
    fields = BIBLIOGRAPHIC | {
        "priorities",
        "simple_family",
        "simple_family_size",
        "legal_events",
        "inventor_addresses",
        "npl_citations",
    }
    is_supplement = True

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that the documents are OPS's, or that the workbook is its list of codes."""
        look = looks[0]
        if look.begins_xml and "http://ops.epo.org" in look.text:
            return "its document is of the namespace http://ops.epo.org"
        if _is_code_list(look):
            return "its columns are those of the EPO's list of legal event codes"
        return None

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read responses; see :class:`patentcore.sources.formats.adapter.Adapter`.

        What several responses say of a publication is put together, its events each once.
        """
        looks = look_at(spark, paths)
        documents = [look for look in looks if look.begins_xml]
        if not documents:
            raise InputError(f"no OPS response (XML) in {', '.join(paths)}")
        codes = _read_codes(spark, [look for look in looks if _is_code_list(look)])
        rows = read_documents(spark, documents, lambda root: members(root, codes), _COLUMNS)
        read = cut(rows.frame(), "members")
        tables = to_tables(parse_documents(together(read, "legal_events"), self.name), cut)
        return replace(tables, records=read, rows=None)


def _is_code_list(look: Look) -> bool:
    return any(set(_CODE_LIST) <= set(row) for row in look.sheet[:3])


def _read_codes(spark: SparkSession, looks: Sequence[Look]) -> Codes:
    """Return description and class by office and code: some thousands."""
    codes = {}
    for look in looks:
        at = next(i for i, row in enumerate(look.sheet) if set(_CODE_LIST) <= set(row))
        office, code, description, event_class = (look.sheet[at].index(n) for n in _CODE_LIST)
        with told(look.file), with_content(spark, look.file).open() as stream:
            rows = sheet_rows(stream, look.file.uri)
        for _, row in itertools.islice(rows, at + 1, None):
            cells = [(cell or "").strip() for cell in row] + [""] * 10
            codes[cells[office], cells[code]] = (cells[description], cells[event_class])
    return codes


def members(root: Element, codes: Codes) -> Iterator[Record]:
    """Make a record of each family member and each bibliographic document of a response."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    families = root.findall(".//family-member")
    expected = [f.get("total-result-count") for f in root.iter("patent-family")]
    is_whole = bool(expected) and len(families) >= int(expected[0] or 0) > 0
    by_family: dict[str | None, list[str]] = {}
    for member in families:
        number = _docdb(member.find("publication-reference"))
        if number:
            by_family.setdefault(member.get("family-id"), []).append(number)
    for member in families:
        yield {
            "publication_number": _docdb(member.find("publication-reference")),
            "simple_family": by_family.get(member.get("family-id")) if is_whole else None,
            "legal_events": [_event(legal, codes) for legal in member.iterfind("legal")] or None,
            **_dates(member, member.findall("priority-claim")),
        }
    for document in root.iter("exchange-document"):
        biblio = document.find("bibliographic-data")
        if biblio is not None:
            yield _biblio(document, biblio)


def _dates(element: Element, priorities: Sequence[Element]) -> Record:
    earliest = [date for priority in priorities if (date := _docdb_date(priority))]
    claims = [
        claim(number, number[:2], _docdb_date(priority))
        for priority in priorities
        if (number := _docdb(priority))
    ]
    return {
        "application_number": _docdb(element.find("application-reference")),
        "publication_date": _docdb_date(element.find("publication-reference")),
        "application_date": _docdb_date(element.find("application-reference")),
        "earliest_priority_date": min(earliest, default=None),
        "priorities": claims or None,
    }


def _biblio(document: Element, biblio: Element) -> Record:
    cpc = [
        f"{''.join(text_of(code, n) or '' for n in ('section', 'class', 'subclass', 'main-group'))}"
        f"/{text_of(code, 'subgroup')}"
        for code in biblio.iterfind("patent-classifications/patent-classification")
        if (code.find("classification-scheme") is None
            or code.find("classification-scheme").get("scheme", "").startswith("CPC"))
        and text_of(code, "subgroup")
    ]  # fmt: skip
    ipc = [
        symbol
        for code in biblio.iterfind("classifications-ipcr/classification-ipcr/text")
        if (symbol := symbol_of((code.text or "").strip()))
    ]
    cites = [
        number_entry(raw, text_of(citation, "category"))
        for citation in biblio.iterfind("references-cited/citation")
        if (raw := _docdb(citation.find("patcit")))
    ]
    return {
        "publication_number": own_number(document) or "",
        "title": in_english(biblio.findall("invention-title"), ""),
        "abstract": in_english(document.findall("abstract"), ""),
        "applicants": [
            {"name": name, "country": country, "sector": None}
            for name, country in _names(biblio, "applicant")
        ] or None,
        "inventors": [name for name, _ in _names(biblio, "inventor")] or None,
        "inventor_addresses": people(person(*named) for named in _names(biblio, "inventor")),
        "npl_citations": literature(biblio) or None,
        "ipc": ipc or None,
        "cpc": cpc or None,
        "cites": cites or None,
        **_dates(biblio, biblio.findall("priority-claims/priority-claim")),
    }  # fmt: skip


def _names(biblio: Element, role: str) -> list[tuple[str, str | None]]:
    found = []
    for party in biblio.iterfind(f"parties/{role}s/{role}[@data-format='epodoc']"):
        name = text_of(party, f"{role}-name/name")
        if name:
            match = _NAME_AND_COUNTRY.fullmatch(name)
            found.append((match[1], match[2]) if match else (name.rstrip(","), None))
    return found


def _docdb_document(reference: Element | None) -> Element | None:
    if reference is None:
        return None
    return reference.find("document-id[@document-id-type='docdb']")


def _docdb(reference: Element | None) -> str | None:
    return number_of(_docdb_document(reference))


def _docdb_date(reference: Element | None) -> str | None:
    document = _docdb_document(reference)
    if document is None and reference is not None:
        document = reference.find("document-id")
    return None if document is None else text_of(document, "date")


def _event(legal: Element, codes: Codes) -> Record:
    """Read an event's kind, and the date when it took effect or else was printed."""
    values = {element.tag: element for element in legal.iter()}
    code = (legal.get("code") or "").strip()
    office = _value(values, "L001EP") or ""
    listed, event_class = codes.get((office, code), (None, None))
    own = legal.get("desc") or ""
    # A reference to a national code says in its data what happened.
    reference = values.get("L502EP")
    told = "" if reference is None else reference.get("descData") or ""
    kind = kind_of_event(told) if told else "other"
    if kind == "other":
        kind = kind_of_event(own or listed, event_class)
    date = _value(values, "L525EP") or _value(values, "L007EP")
    return {"kind": kind, "date": date}


def _value(values: Mapping[str, Element], tag: str) -> str | None:
    element = values.get(tag)
    return (element.text or "").strip() or None if element is not None else None
