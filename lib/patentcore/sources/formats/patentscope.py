"""PATENTSCOPE result lists (WIPO), of today's headers and of those of before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import claim, earliest
from patentcore.sources.formats.rows import Row, RowAdapter, applicants, parts, symbols
from patentcore.sources.reading.xml_documents import Record

_COLUMNS = {
    "number": ("Publication Number", "Application Id"),
    "application": ("Application Number",),
    "application_date": ("Application Date",),
    "date": ("Publication Date",),
    "country": ("Country",),
    "title": ("Title",),
    "abstract": ("Abstract",),
    "ipc": ("I P C", "IPC"),
    "applicants": ("Applicants",),
    "inventors": ("Inventors",),
    "priorities": ("Priorities Data", "Priority Data"),
}
_PRIORITY = re.compile(r"(\S[^;\n]{0,200}?)\s+([0-9]{2}\.[0-9]{2}\.[0-9]{4})\s+([A-Z]{2})\b")
_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")


def result(row: Row) -> Iterator[Record]:
    """Make the publication of a result."""
    priorities = [
        claim(f"{m[3]}{m[1]}", m[3], _day(m[2]))
        for m in _PRIORITY.finditer(row["priorities"] or "")
    ]
    number, country = row["number"], row["country"]
    if number and country and not re.match("[A-Z]{2}", number):
        number = f"{country}{number}"
    application = row["application"]
    if application and not re.match("[A-Z]", application):
        application = f"{country or ''}{application}"
    yield {
        "publication_number": number,
        "application_number": application,
        "title": row["title"],
        "abstract": row["abstract"],
        "publication_date": _day(row["date"]),
        "application_date": _day(row["application_date"]),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": applicants(parts(row["applicants"], ";\n")),
        "inventors": parts(row["inventors"], ";\n") or None,
        "ipc": symbols(row["ipc"]),
    }


def _day(text: str | None) -> str | None:
    """Write ``12.03.2015`` as other dates; what is none stays."""
    return text and _DATE.sub(r"\3-\2-\1", text)


PATENTSCOPE = RowAdapter(
    name="patentscope",
    title="PATENTSCOPE result list, CSV or XLSX",
    fields=(BIBLIOGRAPHIC - {"cpc", "cites_count"}) | {"priorities"},
    columns=_COLUMNS,
    # "I P C" is none: headers are compared without their blanks.
    marks=("Application Id", "Priorities Data", "FP Image", "National Phase Entries"),
    parse=result,
)
