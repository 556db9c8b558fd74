"""PatentsView's API as JSON: records of the first version, and of the one since 2023.

Fields: https://search.patentsview.org/docs/docs/Search%20API/EndpointDictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import JsonAdapter, number_entry, people, person
from patentcore.sources.formats.uspto_parts import country_code, full_name, number_of
from patentcore.sources.reading.xml_documents import Record
from patentcore.sources.record.vocabulary import USPTO_SECTORS


def patent(record: Record) -> Iterator[Record]:
    """Make the publication of a record; the API gives lists of all that it knows."""
    application = next(iter(_all(record, "applications", "application")), {})
    number = _first(application, "app_number", "application_id")
    cites = _numbers(record, "cited_patents", "us_patent_citations", "cited_patent_number")
    cited_by = _numbers(record, "citedby_patents", None, "citedby_patent_number")
    yield {
        "publication_number": number_of(
            "US",
            _first(record, "patent_number", "patent_id"),
            _first(record, "patent_kind", "wipo_kind"),
        ),
        "patent_type": "design" if record.get("patent_type") == "design" else None,
        "application_number": f"US{number}".replace("/", "") if number else None,
        "title": record.get("patent_title"),
        "abstract": record.get("patent_abstract"),
        "publication_date": record.get("patent_date"),
        "application_date": _first(application, "app_date", "filing_date"),
        "applicants": _assignees(record) or None,
        "applicant_addresses": people(
            person(party.get("assignee_organization") or _person(party, "assignee"),
                   *_place(party, "assignee"))
            for party in _all(record, "assignees")
        ),
        "inventors": _inventors(record) or None,
        "inventor_addresses": people(
            person(_person(party, "inventor"), *_place(party, "inventor"))
            for party in _all(record, "inventors")
        ),
        "ipc": _symbols(record) or None,
        "cpc": [
            code
            for group in _all(record, "cpcs", "cpc_current")
            if (code := _cpc(group))
        ] or None,
        "claim_count": _first(record, "patent_num_claims"),
        "cites": cites or None,
        "cited_by": cited_by or None,
        "cited_by_count": _first(
            record, "patent_num_cited_by_us_patents", "patent_num_times_cited_by_us_patents"
        ) or (str(len(cited_by)) if "citedby_patents" in record else None),
        "cites_count": str(len(cites)) if "cited_patents" in record else None,
    }  # fmt: skip


def _all(record: Record, *keys: str) -> list[Record]:
    """Return the objects under the first key that has any."""
    return next((found for key in keys if (found := record.get(key))), [])


def _first(record: Record, *keys: str) -> Any:
    return next((value for key in keys if (value := record.get(key)) is not None), None)


def _numbers(record: Record, old: str, new: str | None, key: str) -> list[Record]:
    cited = [(c.get(key), None) for c in _all(record, old)]
    if new:
        cited += [
            (c.get("citation_patent_id"), c.get("citation_category")) for c in _all(record, new)
        ]
    return [number_entry(number_of("US", number, None), kind) for number, kind in cited if number]


def _assignees(record: Record) -> list[Record]:
    return [
        {
            "name": name,
            "country": country_code(
                _first(party, "assignee_country", "assignee_lastknown_country")
            ),
            "sector": USPTO_SECTORS.get((party.get("assignee_type") or "")[-1:]),
        }
        for party in _all(record, "assignees")
        if (name := party.get("assignee_organization") or _person(party, "assignee"))
    ]


def _inventors(record: Record) -> list[str]:
    people = (_person(party, "inventor") for party in _all(record, "inventors"))
    return [name for name in people if name]


def _person(party: Record, role: str) -> str | None:
    return full_name(
        *(
            _first(party, f"{role}_{part}", f"{role}_name_{end}", f"{role}_individual_name_{end}")
            for part, end in (("first_name", "first"), ("last_name", "last"))
        )
    )


def _place(party: Record, role: str) -> tuple[str | None, ...]:
    names = ("country", "city", "state")
    return tuple(_first(party, f"{role}_{n}", f"{role}_lastknown_{n}") for n in names)


def _cpc(group: Record) -> str | None:
    """Return a group's symbol: since 2023 ``cpc_group_id`` is one, before it was the subclass."""
    code = _first(group, "cpc_subgroup_id", "cpc_group_id")
    return code if code and "/" in code else None


def _symbols(record: Record) -> list[str]:
    """Put the parts of IPC symbols together."""
    found = []
    for code in _all(record, "IPCs", "ipcr"):
        names = ("ipc_section", "ipc_class", "ipc_subclass", "ipc_main_group", "ipc_subgroup")
        section, number, letter, group, subgroup = (code.get(name) or "" for name in names)
        if section and number and letter and group and subgroup:
            found.append(f"{section}{number.rjust(2, '0')}{letter}{group}/{subgroup}")
    return found


PATENTSVIEW_API = JsonAdapter(
    name="patentsview-api",
    title="PatentsView API answers as JSON",
    fields=(BIBLIOGRAPHIC - {"earliest_priority_date", "is_pct"})
    | {"claim_count", "cited_by_count", "applicant_addresses", "inventor_addresses"},
    marks=("patents", "patent_title"),
    parse=patent,
    answers=("patents",),
)
