"""USPTO published applications of 2001 to 2004: patent-application-publication, PAP 1.5 and 1.6."""

from __future__ import annotations

from collections.abc import Iterator

from patentcore.sources.formats.records import earliest, people, person
from patentcore.sources.formats.uspto_parts import (
    country_code,
    full_name,
    government_interest,
    number_of,
    old_symbols,
    priority,
)
from patentcore.sources.reading.xml_documents import Element, Record, text_of

ROOT = "patent-application-publication"


def applications(root: Element) -> Iterator[Record]:
    """Make the record of an application."""
    biblio = root.find("subdoc-bibliographic-information")
    if biblio is None:
        raise ValueError("an application without bibliographic data")
    claims = root.findall("subdoc-claims/claim")
    priorities = _priorities(biblio)
    ipc, lost = old_symbols(
        code.text
        for part in ("primary", "secondary")
        for code in biblio.iterfind(f".//classification-ipc-{part}/ipc")
    )
    number = text_of(biblio, "domestic-filing-data/application-number/doc-number")
    yield {
        "publication_number": number_of(
            "US",
            text_of(biblio, "document-id/doc-number"),
            text_of(biblio, "document-id/kind-code"),
        ),
        "application_number": f"US{number}" if number else None,
        "title": text_of(biblio, "technical-information/title-of-invention"),
        "abstract": _abstract(root),
        "publication_date": text_of(biblio, "document-id/document-date"),
        "application_date": text_of(biblio, "domestic-filing-data/filing-date"),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": _assignees(biblio) or None,
        "applicant_addresses": people(
            person(text_of(assignee, "organization-name") or _name(assignee), *_place(assignee))
            for assignee in biblio.iterfind("assignee")
        ),
        "inventors": _inventors(biblio) or None,
        "inventor_addresses": people(
            person(_name(inventor), *_place(inventor))
            for inventor in biblio.iterfind("inventors/*")
        ),
        "government_interest": government_interest(root),
        "main_ipc": ipc[0] if ipc else None,
        "ipc": ipc or None,
        "lost": lost,
        "claim_count": str(len(claims)) if claims else None,
    }


def _priorities(biblio: Element) -> list[Record]:
    claimed = [
        priority(
            text_of(claim, "country-code"),
            text_of(claim, "priority-application-number/doc-number"),
            text_of(claim, "filing-date"),
        )
        for claim in biblio.iterfind("foreign-priority-data")
    ]
    path = "continuity-data//parent/document-id"
    provisional = "continuity-data/non-provisional-of-provisional/document-id"
    parents = [
        priority(
            text_of(parent, "country-code") or "US",
            text_of(parent, "doc-number"),
            text_of(parent, "document-date"),
        )
        for found in (path, provisional)
        for parent in biblio.iterfind(found)
    ]
    return claimed + parents


def _abstract(root: Element) -> str | None:
    paragraphs = root.iterfind("subdoc-abstract/paragraph")
    return " ".join(" ".join("".join(p.itertext()).split()) for p in paragraphs) or None


def _assignees(biblio: Element) -> list[Record]:
    return [
        {
            "name": name,
            "country": country_code(text_of(assignee, "address/country/country-code")),
            "sector": None,
        }
        for assignee in biblio.iterfind("assignee")
        if (name := text_of(assignee, "organization-name") or _name(assignee))
    ]


def _inventors(biblio: Element) -> list[str]:
    people = biblio.iterfind("inventors/*")
    return [name for person in people if (name := _name(person))]


def _name(person: Element) -> str | None:
    parts = ("given-name", "middle-name", "family-name")
    return full_name(*(text_of(person, f"name/{part}") for part in parts))


def _place(person: Element) -> tuple[str | None, ...]:
    """Return country, city and state; inventors of the United States have no country."""
    return (
        text_of(person, "address/country/country-code")
        or text_of(person, "residence//country-code")
        or ("US" if text_of(person, "residence/residence-us/state") else None),
        text_of(person, "address/city") or text_of(person, "residence//city"),
        text_of(person, "address/state") or text_of(person, "residence//state"),
    )
