"""J-PlatPat result lists (CSV, Japanese headers): 文献番号, 出願番号, 公知日, 発明の名称, FI ...

The headers and the forms of numbers are those of downloads that published code reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.rows import Row, RowAdapter, applicants, events_told, parts
from patentcore.sources.reading.xml_documents import Record
from patentcore.words.text import Folding

_COLUMNS = {
    "number": ("文献番号",),
    "application": ("出願番号",),
    "application_date": ("出願日",),
    "date": ("公知日",),
    "title": ("発明の名称",),
    "applicants": ("出願人/権利者",),
    "fi": ("FI",),
    "abstract": ("要約",),
    "published": ("公開番号",),
    "stage": ("ステージ",),
    "event": ("イベント詳細",),
}
# What stands in front of a number, and the kind of document that it says.
_KINDS = {
    "特開": "A", "特表": "A", "再表": "A1", "再公表": "A1", "特公": "B2", "実開": "U", "実表": "U",
    "実公": "Y2", "実全": "U1", "実登": "U", "登実": "U", "実用新案登録": "Y2",
}  # fmt: skip
_ERAS = {"昭": "S", "平": "H", "令": "R"}
_YEARLY = re.compile(r"(\D*?)(昭|平|令)?([0-9]{1,4})[-/]([0-9]+)\D*")
_GRANTED = re.compile(r"(?:特許|特)(?:第)?([0-9]+)\D*")
_REGISTERED = re.compile(r"(実登|登実|実用新案登録)(?:第)?([0-9]+)\D*")
_SYMBOL = re.compile(r"[A-H][0-9]{2}[A-Z][0-9]+/[0-9]+")
# Marks around letters that the office's own set has not.
_MARKS = str.maketrans("", "", "▲▼")
_HEADING = re.compile(r"^\(57\)【要約】\s*(?:（修正有）)?\s*")


def document(row: Row) -> Iterator[Record]:
    """Make the publication that a row of a list is of."""
    number = number_of(row["number"], is_published=bool(row["published"]))
    filed = _folded(row["application"])
    application = re.search(r"(昭|平|令)?([0-9]{1,4})[-/]([0-9]+)", filed)
    own = _serial(*application.groups()) if application else None
    symbols = _SYMBOL.findall(_folded(row["fi"]))
    states = [text for text in (row["stage"], row["event"]) if text]
    yield {
        # What has another form is shown as it is.
        "publication_number": number or row["number"],
        "application_number": filed if filed.startswith("PCT") else own,
        "title": (row["title"] or "").translate(_MARKS) or None,
        "abstract": _HEADING.sub("", row["abstract"] or "") or None,
        "publication_date": row["date"],
        "application_date": row["application_date"],
        "applicants": applicants(parts((row["applicants"] or "").translate(_MARKS), "\n,、;；，")),
        "ipc": list(dict.fromkeys(symbols)) or None,
        "legal_status": " | ".join(states) or None,
        "legal_events": events_told(*states) or None,
    }


def number_of(text: str | None, *, is_published: bool) -> str | None:
    """Write a document's number as offices exchange it.

    >>> number_of("特開2011-204261", is_published=True)
    'JP2011204261A'
    >>> number_of("特許5517996", is_published=True), number_of("特開平5-12345", is_published=True)
    ('JP5517996B2', 'JPH0512345A')
    """
    folded = _folded(text)
    if granted := _GRANTED.fullmatch(folded):
        return f"JP{int(granted[1])}{'B2' if is_published else 'B1'}"
    if registered := _REGISTERED.fullmatch(folded):
        return f"JP{int(registered[2])}{_KINDS[registered[1]]}"
    yearly = _YEARLY.fullmatch(folded)
    kind = _KINDS.get(yearly[1]) if yearly else None
    if yearly is None or kind is None:
        return None
    if kind == "A1":
        return f"JPWO{yearly[3]}{yearly[4]}{kind}"
    return f"{_serial(yearly[2], yearly[3], yearly[4])}{kind}"


def _serial(era: str | None, year: str, number: str) -> str:
    if era:
        return f"JP{_ERAS[era]}{int(year):02}{int(number)}"
    return f"JP{year}{int(number):06}"


def _folded(text: str | None) -> str:
    """Make letters and digits of half width."""
    return Folding().fold((text or "").strip()).replace(" ", "")


JPLATPAT = RowAdapter(
    name="jplatpat",
    title="J-PlatPat result list, CSV, Japanese headers",
    fields=(BIBLIOGRAPHIC - {"inventors", "cpc", "earliest_priority_date", "cites_count", "is_pct"})
    | {"legal_status", "legal_events"},
    columns=_COLUMNS,
    marks=("文献番号", "公知日", "出願人/権利者"),
    parse=document,
)
