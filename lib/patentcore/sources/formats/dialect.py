"""What the columns of a tool's tables are: said by its dialect, read by what all tables share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from patentcore import schemas
from patentcore.sources.formats.patsnap_headers import EVENT_DATE_FIELDS
from patentcore.sources.formats.patsnap_headers import HEADERS as PATSNAP_HEADERS
from patentcore.sources.record.canonical import DATES

# Kinds of events of which an export may give the number alone.
EVENT_COUNT_FIELDS = {
    "assignment": "assignment_count",
    "licence": "licence_count",
    "pledge": "pledge_count",
    "litigation": "litigation_count",
}
# Kinds of events of which an export may name the parties or the sort alone.
EVENT_PARTY_FIELDS = {
    "assignment": "assignment_parties",
    "licence": "licence_parties",
    "pledge": "pledge_parties",
    "litigation": "litigation_parties",
}

# Every field that a dialect may have a column for.
FIELDS = (
    *PATSNAP_HEADERS,
    *EVENT_COUNT_FIELDS.values(),
    *EVENT_PARTY_FIELDS.values(),
    "record_id",
    "family_offices",
    "priority_offices",
    "inventors_country",
    "inventors_address",
    "addressed_inventors",
    "npl_citations",
)

LISTS = ("original_applicant", "inventors", "ipc", "cpc", "simple_family", "cites", "cited_by")
DATE_FIELDS = (*DATES, "priority_dates", *EVENT_DATE_FIELDS.values())
# Canonical columns that need no column of their own, or another one.
_ALWAYS = ("publication_number", "authority", "kind_code", "is_pct", "source")
_ALSO_FROM = {
    "applicants": ("original_applicant", "current_applicant"),
    "applicant_addresses": ("original_applicant_address", "current_applicant_address"),
    "inventor_addresses": ("inventors_country", "inventors_address", "addressed_inventors"),
    "owners": ("current_applicant",),
    "earliest_priority_date": ("priority_dates", "priority_offices"),
    "priorities": ("priority_numbers", "priority_offices"),
    "main_ipc": ("ipc",),
    "cited_by_count": ("cited_by",),
    "cites_count": ("cites",),
    "simple_family_size": ("simple_family",),
    "legal_events": (
        "legal_status_and_events",
        "legal_status",
        "inpadoc_events",
        *EVENT_DATE_FIELDS.values(),
        *EVENT_COUNT_FIELDS.values(),
        *EVENT_PARTY_FIELDS.values(),
    ),
    "legal_status": ("legal_status_and_events",),
}


@dataclass(frozen=True)
class Dialect:
    """How a tool writes its exports.

    Attributes:
        name: of the source.
        title: the format in words.
        headers: names of the columns that fill a field, in order of preference.
        separator: regular expression between the elements of a list.
        separators: the same for single fields.
        parted: what makes a field's cell a list parted as the others are.
        marks: headers that this format has and others have not.
        needs: how many of its columns a file has at least.
        reads_type_of_kind: the kind code tells the patent type; there is no column to read.
        has_country_in_name: applicants are written ``NAME [CC]``.
        has_address_in_name: applicants may be written ``NAME,place,CC``.
        prepare: called on each batch of raw fields before anything is read from them.
    """

    name: str
    title: str
    headers: Mapping[str, Sequence[str]]
    separator: str
    separators: Mapping[str, str] = field(default_factory=dict)
    parted: Mapping[str, Callable[[pa.Array], pa.Array]] = field(default_factory=dict)
    marks: Sequence[str] = ()
    needs: int = 4
    reads_type_of_kind: bool = False
    has_country_in_name: bool = False
    has_address_in_name: bool = False
    prepare: Callable[[pa.RecordBatch], pa.RecordBatch] | None = None

    def limited_to(self, present: Collection[str]) -> Dialect:
        """Return the dialect of files that have columns of these fields only."""
        headers = {name: names for name, names in self.headers.items() if name in present}
        return replace(self, headers=headers)

    def has(self, *names: str) -> bool:
        """Tell whether there may be a column of any of these fields."""
        return any(name in self.headers for name in names)

    def list_of(self, name: str) -> str:
        """Return what stands between the elements of a field."""
        return self.separators.get(name, self.separator)

    def can_fill(self) -> frozenset[str]:
        """Return the canonical columns that files of this dialect can fill."""
        columns = set(_ALWAYS) | ({"patent_type"} if self.reads_type_of_kind else set())
        if self.has_address_in_name:
            columns.add("applicant_addresses")
        if self.has_country_in_name:
            columns.add("inventor_addresses")
        for name in schemas.PATENTS.names:
            if name in self.headers or any(f in self.headers for f in _ALSO_FROM.get(name, ())):
                columns.add(name)
        return frozenset(columns)
