"""Derwent Innovation exports as one table, with the headers of its own field list."""

from __future__ import annotations

from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.tables import TabularAdapter

HEADERS: dict[str, tuple[str, ...]] = {
    "publication_number": ("Publication Number",),
    "application_number": ("Application Number",),
    "authority": ("Publication Country Code",),
    "kind_code": ("Publication Kind Code",),
    "title": ("Title", "Title - DWPI", "Title - English", "Title - Original"),
    "abstract": ("Abstract", "Abstract - DWPI", "Abstract - English", "Abstract - Original"),
    "publication_date": ("Publication Date",),
    "application_date": ("Application Date",),
    "earliest_priority_date": ("Priority Date - Earliest", "Earliest Priority Date"),
    "priority_dates": ("Priority Date", "Priority Date - DWPI"),
    "priority_numbers": ("Priority Number", "Priority Number - DWPI"),
    "original_applicant": (
        "Assignee/Applicant",
        "Assignee - Original",
        "Assignee - Standardized",
        "Assignee - DWPI",
        "Assignee/Applicant First",
    ),
    "current_applicant": ("Assignee - Current US", "Optimized Assignee"),
    "inventors": ("Inventor", "Inventor - Original", "Inventor - DWPI"),
    "addressed_inventors": ("Inventor - w/address",),
    "ipc": ("IPC - Current", "IPC - Original", "IPC - Current - DWPI", "IPC - DWPI"),
    "cpc": ("CPC - Current", "CPC - Original", "CPC - Current - DWPI"),
    "claim_count": ("Count of Claims", "Number of Claims"),
    "cited_by_count": ("Count of Citing Patents",),
    "cites_count": ("Count of Cited Refs - Patent",),
    "npl_citation_count": ("Count of Cited Refs - Non-patent",),
    "simple_family": ("DWPI Family Members",),
    "simple_family_size": ("DWPI Count of Family Members",),
    "legal_status": ("Legal Status", "Dead/Alive"),
    "cites": ("Cited Refs - Patent",),
    "cited_by": ("Citing Patents",),
}

DIALECT = Dialect(
    name="derwent-table",
    title="Derwent Innovation export as one table, CSV or XLSX, English headers",
    headers=HEADERS,
    separator=r"[\s\u3000]*[;|][\s\u3000]*",
    marks=(
        "Cited Refs - Patent",
        "Count of Cited Refs - Patent",
        "Count of Citing Patents",
        "Assignee/Applicant",
        "Assignee/Applicant First",
        "Publication Country Code",
        "Publication Kind Code",
        "Title - DWPI",
        "IPC - Current - DWPI",
        "CPC - Current - DWPI",
        "DWPI Family Members",
        "DWPI Manual Codes",
        "INPADOC Family ID",
        "Dead/Alive",
    ),
    reads_type_of_kind=True,
    has_address_in_name=True,
)


class DerwentTable(TabularAdapter):
    """The adapter of Derwent Innovation's tables."""

    def __init__(self) -> None:
        super().__init__(DIALECT)
