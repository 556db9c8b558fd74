"""The result list of classic Espacenet, CSV or XLSX: bibliography and citations by their origin.

The headers are those of a published export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import claim, earliest, number_entry
from patentcore.sources.formats.rows import Row, RowAdapter, applicants, parts, places, symbols
from patentcore.sources.reading.xml_documents import Record
from patentcore.sources.record.cells import date_behind
from patentcore.sources.record.names import name_and_country
from patentcore.sources.record.numbers import clean_application_number

_CITED = {
    "search_report": "Patents cited in the search report",
    "examination": "Patents cited during examination",
    "other": "Other patent citations",
    "opposition": "Patents used in opposition",
    "applicant": "Patents cited by the applicant",
    "international": "International search citation",
    "supplementary": "Supplementary international search citation",
}
_LITERATURE = {
    "npl_search_report": "Literature cited in the search report",
    "npl_examination": "Literature cited during examination",
    "npl_other": "Other literature citations",
    "npl_opposition": "Literature used in opposition",
    "npl_applicant": "Literature cited by the applicant",
    "npl_international": "International search NPL citation",
    "npl_supplementary": "Supplementary international search NPL citation",
}
_COLUMNS = {
    "number": ("Publication number",),
    "title": ("Title",),
    "date": ("Publication date",),
    "inventors": ("Inventor(s)",),
    "applicants": ("Applicant(s)",),
    "ipc": ("International classification",),
    "cpc": ("Cooperative Patent Classification",),
    "application": ("Application number",),
    "application_date": ("Date of application",),
    "priorities": ("Priority number(s)",),
    **{name: (header,) for name, header in (_CITED | _LITERATURE).items()},
}
_LIST = "\n;"
_OFFICES = re.compile(r"\s*\([^)]*\)")


def document(row: Row) -> Iterator[Record]:
    """Make a publication of each number of a row; the first one has the citations."""
    numbers, dates = parts(row["number"], _LIST) or [""], parts(row["date"], _LIST)
    claims = [_claim(text) for text in parts(row["priorities"], _LIST)]
    names, countries = _people(row["applicants"])
    inventors, of_inventors = _people(row["inventors"])
    shared = {
        "title": row["title"],
        "application_number": row["application"],
        "application_date": row["application_date"] or _day_behind(row["application"]),
        "priorities": claims or None,
        "earliest_priority_date": earliest(claims),
        "applicants": applicants(names, countries),
        "inventors": inventors or None,
        "inventor_addresses": places(inventors, of_inventors),
        "ipc": symbols(_OFFICES.sub("", row["ipc"] or "")),
        "cpc": symbols(_OFFICES.sub("", row["cpc"] or "")),
    }
    for at, number in enumerate(numbers):
        made = shared | {
            "publication_number": number or None,
            # A date for each number, or one that stands for all is none of any.
            "publication_date": dates[at] if len(dates) == len(numbers) else None,
        }
        if at == 0:
            cited = dict.fromkeys(text for name in _CITED for text in parts(row[name], _LIST))
            literature = [text for name in _LITERATURE for text in parts(row[name], "\n")]
            made["cites"] = [number_entry(text) for text in cited] or None
            made["npl_citations"] = list(dict.fromkeys(literature)) or None
        yield made


def _people(text: str | None) -> tuple[list[str], list[str]]:
    """Part names and countries, ``DOE JOHN [US]``."""
    found = [name_and_country(part) for part in parts(text, _LIST)]
    return [one["name"] or "" for one in found], [one["country"] or "" for one in found]


def _claim(text: str) -> Record:
    """Read a priority, ``US201462018253P 20140627``.

    >>> _claim("US201462018253P 20140627")
    {'number': 'US201462018253P', 'country': 'US', 'date': datetime.date(2014, 6, 27)}
    """
    number = clean_application_number(text)
    return claim(number, number and number[:2], _day_behind(text))


def _day_behind(text: str | None) -> str | None:
    day = date_behind(text or "")
    return day.isoformat() if day else None


ESPACENET_CLASSIC = RowAdapter(
    name="espacenet-classic",
    title="classic Espacenet result list, CSV or XLSX, English headers",
    fields=BIBLIOGRAPHIC | {"priorities", "inventor_addresses", "npl_citations"},
    columns=_COLUMNS,
    marks=("Inventor(s)", "Applicant(s)", "Priority number(s)", *_CITED.values()),
    parse=document,
)
