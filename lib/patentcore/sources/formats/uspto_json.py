"""The USPTO as JSON: file wrappers of the Open Data Portal, and results of Patent Public Search.

The portal's fields are those of its API (https://data.uspto.gov/apis/patent-file-wrapper); the
search has no documented interface, its fields are those of its answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import JsonAdapter, earliest, people, person
from patentcore.sources.formats.uspto_parts import country_code, number_of, priority
from patentcore.sources.reading.xml_documents import Record
from patentcore.sources.record.legal_codes import kind_of_event
from patentcore.sources.record.vocabulary import COUNTRIES

# Kinds of document: by the letters in front of the number, those of before 2001, then of later
# grants of applications that were not published, and of those that were.
_KINDS = {
    "D": ("S", "S1", "S1"),
    "PP": ("P", "P2", "P3"),
    "RE": ("E", "E1", "E1"),
    "H": ("H", "H1", "H1"),
}
_UTILITY = ("A", "B1", "B2")
_KINDS_SINCE = "2001-01-02"
_OFFICES = {name.upper(): code for code, names in COUNTRIES.items() for name in names}


def wrapper(record: Record) -> Iterator[Record]:
    """Make the publications of an application: its own, and the grant."""
    data = record["applicationMetaData"]
    priorities = _priorities(record)
    shared = {
        "application_number": f"US{record['applicationNumberText']}",
        "title": data.get("inventionTitle"),
        "application_date": data.get("filingDate"),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": [
            {"name": name, "country": _country(party), "sector": None}
            for party in data.get("applicantBag") or ()
            if (name := party.get("applicantNameText"))
        ] or None,
        "applicant_addresses": people(
            _placed(party, "applicantNameText") for party in data.get("applicantBag") or ()
        ),
        "inventor_addresses": people(
            _placed(party, "inventorNameText") for party in data.get("inventorBag") or ()
        ),
        "owners": _owners(record) or None,
        "inventors": [
            name
            for party in data.get("inventorBag") or ()
            if (name := party.get("inventorNameText"))
        ] or None,
        "cpc": data.get("cpcClassificationBag"),
        "is_pct": data.get("nationalStageIndicator"),
        "legal_status": data.get("applicationStatusDescriptionText"),
    }  # fmt: skip
    assignments = [
        {"kind": kind_of_event(text), "date": assignment.get("assignmentRecordedDate")}
        for assignment in record.get("assignmentBag") or ()
        if (text := assignment.get("conveyanceText"))
    ]
    published, granted = data.get("earliestPublicationNumber"), data.get("patentNumber")
    if published or not granted:
        yield shared | {
            "publication_number": published,
            "publication_date": data.get("earliestPublicationDate"),
            "patent_type": "design" if data.get("applicationTypeCode") == "DSN" else None,
            "legal_events": assignments or None,
        }
    if granted:
        date = data.get("grantDate") or ""
        yield shared | {
            "publication_number": number_of("US", granted, _kind(granted, date, bool(published))),
            "publication_date": date or None,
            "legal_events": [*assignments, *_events_after(record, date)] or None,
        }


def _kind(number: str, date: str, is_published: bool) -> str:
    letters = number.rstrip("0123456789")
    old, first, second = _KINDS.get(letters, _UTILITY)
    return (second if is_published else first) if date >= _KINDS_SINCE else old


def _events_after(record: Record, grant: str) -> list[Record]:
    """Return what happened to a grant: those of before are steps of the examination."""
    events = record.get("eventDataBag") or ()
    read = (
        {"kind": kind_of_event(event.get("eventDescriptionText")), "date": event["eventDate"]}
        for event in events
        if grant and event.get("eventDate", "") > grant
    )
    return [event for event in read if event["kind"] != "other"]


def _priorities(record: Record) -> list[Record]:
    foreign = [
        priority(
            _OFFICES.get((claim.get("ipOfficeName") or "").upper()),
            claim.get("applicationNumberText"),
            claim.get("filingDate"),
        )
        for claim in record.get("foreignPriorityBag") or ()
    ]
    parents = [
        priority(
            "US",
            parent.get("parentApplicationNumberText"),
            parent.get("parentApplicationFilingDate"),
        )
        for parent in record.get("parentContinuityBag") or ()
    ]
    return foreign + parents


def _country(party: Record) -> str | None:
    codes = (address.get("countryCode") for address in party.get("correspondenceAddressBag") or ())
    return next(filter(None, map(country_code, codes)), None)


def _placed(party: Record, name: str) -> Record | None:
    address: Record = next(iter(party.get("correspondenceAddressBag") or ()), {})
    places = (address.get("cityName"), address.get("geographicRegionCode"))
    return person(party.get(name), _country(party), *places)


def _owners(record: Record) -> list[Record]:
    """Return the assignees of the assignment that was recorded last."""
    recorded = [
        (assignment.get("assignmentRecordedDate") or "", assignment.get("assigneeBag") or ())
        for assignment in record.get("assignmentBag") or ()
        if kind_of_event(assignment.get("conveyanceText") or "") == "assignment"
    ]
    last = max(recorded, key=lambda one: one[0], default=("", ()))
    return [
        {"name": name, "country": None, "sector": None}
        for party in last[1]
        if (name := party.get("assigneeNameText"))
    ]


def _plain(date: str | None) -> str | None:
    return date and date[:10].replace("-", "")


def found(record: Record) -> Iterator[Record]:
    """Make the publication of a search result; it names the first inventor only."""
    dates = [*_listed(record, "priorityClaimsDate"), *_listed(record, "relatedApplFilingDate")]
    number = (record.get("applicationNumber") or "").replace("/", "")
    filed = _listed(record, "applicationFilingDate")
    inventor = record.get("inventorsShort") or ""
    cpc = [*_codes(record, "cpcInventiveFlattened"), *_codes(record, "cpcAdditionalFlattened")]
    names = _listed(record, "assigneeName") or _listed(record, "applicantName")
    yield {
        "publication_number": record["guid"],
        "application_number": f"US{number}" if number else None,
        "title": record.get("inventionTitle"),
        "publication_date": _plain(record.get("datePublished")),
        "application_date": _plain(filed[0]) if filed else None,
        "earliest_priority_date": min(map(str, map(_plain, dates)), default=None),
        "applicants": [{"name": name, "country": None, "sector": None} for name in names] or None,
        # "et al." stands for names that are not given.
        "inventors": None if not inventor or inventor.endswith(" et al.") else [_name(inventor)],
        "ipc": _codes(record, "ipcCodeFlattened") or None,
        "cpc": cpc or None,
        "government_interest": " ".join(_texts(record.get("governmentInterest"))) or None,
    }


def _texts(value: Any) -> list[str]:
    """Return a field's text, or the texts that it lists."""
    return [text for text in (value if isinstance(value, list) else [value]) if text]


def _listed(record: Record, key: str) -> Sequence[str]:
    return [value for value in record.get(key) or () if value]


def _codes(record: Record, key: str) -> list[str]:
    return [code for code in (record.get(key) or "").split(";") if code]


def _name(inventor: str) -> str:
    """Write ``WARD; Patrick`` as other sources do."""
    last, _, first = inventor.partition("; ")
    return f"{first} {last}".strip()


ODP = JsonAdapter(
    name="uspto-odp",
    title="USPTO Open Data Portal: patent file wrappers as JSON",
    fields=(BIBLIOGRAPHIC - {"abstract", "ipc", "main_ipc", "cites_count"})
    | {
        "priorities",
        "legal_events",
        "legal_status",
        "applicant_addresses",
        "inventor_addresses",
        "owners",
    },
    marks=("patentFileWrapperDataBag",),
    parse=wrapper,
    answers=("patentFileWrapperDataBag",),
)
PPUBS = JsonAdapter(
    name="uspto-ppubs",
    title="USPTO Patent Public Search: results as JSON",
    fields=(BIBLIOGRAPHIC - {"abstract", "cites_count", "is_pct"}) | {"government_interest"},
    marks=("guid", "publicationReferenceDocumentNumber"),
    parse=found,
    answers=("results", "patents", "docs"),
)
