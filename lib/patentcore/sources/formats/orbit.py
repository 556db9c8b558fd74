"""Orbit (Questel) exports: a row a family, several publication numbers in a cell.

Headers are those that published code reads from such exports ("Publication numbers with kind code",
"Latest standardized assignees - inventors removed", "Questel unique family ID (FAN)" ...).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import number_entry
from patentcore.sources.formats.rows import Row, RowAdapter, applicants, parts, places, symbols
from patentcore.sources.reading.xml_documents import Record

_COLUMNS = {
    "numbers": (
        "Publication numbers with kind code",
        "Publication numbers",
        "Publication number with kind code",
        "Publication number",
    ),
    "kinds": ("Publication kind codes", "Publication kind code"),
    "dates": ("Publication dates", "Publication date"),
    "title": ("Title", "English title"),
    "abstract": ("Abstract", "English abstract"),
    "priority_date": ("Earliest priority date",),
    "application_date": ("Earliest application date",),
    "assignees": (
        "Latest standardized assignees - inventors removed",
        "Latest standardized assignees",
        "Current assignees",
        "Current assignee",
        "Assignees",
        "Assignee",
    ),
    "countries": ("Assignee country",),
    "addresses": ("Assignee address",),
    "inventors": ("Inventors",),
    "ipc": ("IPC - International classification", "IPC"),
    "cpc": ("CPC - Cooperative classification", "CPC"),
    "status": (
        "Legal status (Pending, Granted, Revoked, Expired, Lapsed)",
        "Family legal status",
        "Family legal state",
        "Legal state (Alive, Dead)",
    ),
    "cites": ("Cited patents - Standardized publication number",),
    "cited_by": ("Citing patents - Standardized publication number",),
}
_PREFIX = re.compile(r"^\([A-Z]{2}[^)]*\)\s*")
_ASSIGNEE = re.compile(r"(.*?)\s*\(?\[([A-Z]{2})\]\)?")
_LIST = "\n;|"


def family(row: Row) -> Iterator[Record]:
    """Make a publication of each number; what the family cites, the first one cites."""
    numbers = parts(row["numbers"], _LIST) or [""]
    kinds, dates = parts(row["kinds"], _LIST), parts(row["dates"], _LIST)
    named = [_ASSIGNEE.fullmatch(name) or name for name in parts(row["assignees"], _LIST)]
    names = [name if isinstance(name, str) else name[1] for name in named]
    countries = ["" if isinstance(name, str) else name[2] for name in named]
    if not any(countries):
        countries = parts(row["countries"], _LIST)
    whole = [_with_kind(number, at, kinds, len(numbers)) for at, number in enumerate(numbers)]
    shared = {
        "title": _text(row["title"]),
        "abstract": _text(row["abstract"]),
        "earliest_priority_date": row["priority_date"],
        "application_date": row["application_date"] if len(numbers) == 1 else None,
        "applicants": applicants(names, countries),
        "applicant_addresses": places(names, countries, parts(row["addresses"], _LIST)),
        "inventors": parts(row["inventors"], _LIST) or None,
        "ipc": symbols(row["ipc"]),
        "cpc": symbols(row["cpc"]),
        "legal_status": row["status"],
        "simple_family": whole if numbers[0] else None,
    }
    for at, number in enumerate(whole):
        made = shared | {
            "publication_number": number or None,
            # A date for each number, or one that stands for all is none of any.
            "publication_date": dates[at] if len(dates) == len(numbers) else None,
        }
        if at == 0:
            for side in ("cites", "cited_by"):
                made[side] = _cited(row[side]) or None
        yield made


def _cited(text: str | None) -> list[Record]:
    """Read numbers, each maybe with who cited it behind, which has no digit."""
    found: list[Record] = []
    for part in parts(text, _LIST):
        if found and not re.search("[0-9]", part):
            found[-1] |= {"category": part}
        else:
            found.append(number_entry(part))
    return found


def _with_kind(number: str, at: int, kinds: list[str], count: int) -> str:
    """Add the kind of its own column where the number ends without one."""
    has_kind = re.search(r"[0-9]\s*[A-Z][0-9]?$", number)
    return number if has_kind or len(kinds) != count else f"{number}{kinds[at]}"


def _text(text: str | None) -> str | None:
    """Leave out the number that a title or abstract is of: ``(US20200000001) Pump``."""
    return _PREFIX.sub("", text) if text else None


ORBIT = RowAdapter(
    name="orbit",
    title="Orbit (Questel) table, CSV or XLSX, English headers",
    fields=(BIBLIOGRAPHIC - {"application_number"})
    | {"legal_status", "simple_family", "simple_family_size", "cited_by_count"}
    | {"applicant_addresses"},
    columns=_COLUMNS,
    marks=(
        "Questel unique family ID (FAN)",
        "FAN",
        "Family legal state",
        "Publication numbers with kind code",
        "Publication kind codes",
        "Latest standardized assignees - inventors removed",
        "Cited patents - Standardized publication number",
    ),
    parse=family,
)
