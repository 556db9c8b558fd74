"""USPTO grants of 1976 to 2001 as text (APS): sections ``PATN``, ``INVT`` ... of tagged lines.

The layout is that of the weekly files ``pftaps*.txt``; a line that begins with blanks goes on with
the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyspark.sql import SparkSession

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import (
    earliest,
    number_entry,
    people,
    person,
    read_records,
    texts_from,
)
from patentcore.sources.formats.uspto_parts import kind_before_2001, old_symbols, priority
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.xml_documents import Record, parse_documents
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.vocabulary import USPTO_SECTORS

Fields = dict[str, list[str]]
Section = tuple[str, Fields]

_BEGIN = re.compile(r"PATN\s*$")
_SECTION = re.compile(r"[A-Z]{4}\s*")
_FIELD = re.compile(r"([A-Z][A-Z0-9]{2}) {1,2}(.*)")
# Designs are of series 29.
_SERIES = {"D": "29"}


class UsptoAps:
    """The adapter of the USPTO's text of before 2001."""

    name = "uspto-aps"
    title = "USPTO weekly text of 1976 to 2001 (APS): pftaps*"
    fields = BIBLIOGRAPHIC - {"cpc"} | {
        "claim_count",
        "npl_citation_count",
        "npl_citations",
        "priorities",
        "applicant_addresses",
        "inventor_addresses",
        "government_interest",
    }
    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that a grant begins as the text's do."""
        found = re.search(r"(?m)^PATN\s*\nWKU  \S+", looks[0].text)
        return "its grants begin PATN, WKU" if found and looks[0].is_text else None

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read grants; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        own = [look for look in looks if self.recognise([look])] or looks
        rows = read_records(spark, own, _grants, grant, Reason.MALFORMED)
        return to_tables(parse_documents(rows, self.name), cut)


def _grants(piece: Piece, encoding: str) -> Iterator[list[Section] | str]:
    for text in texts_from(piece, encoding, _BEGIN):
        sections = _sections(text)
        yield sections if "WKU" in sections[0][1] else text


def _sections(text: str) -> list[Section]:
    """Return the sections in order, of each the values by tag."""
    sections: list[Section] = []
    values: list[str] = []
    for line in text.splitlines():
        field = _FIELD.match(line)
        if _SECTION.fullmatch(line):
            sections.append((line.strip(), {}))
        elif field and sections:
            values = sections[-1][1].setdefault(field[1], [])
            values.append(field[2].strip())
        elif values and line[:1] == " ":
            values[-1] = f"{values[-1]} {line.strip()}"
    return sections


def grant(sections: list[Section]) -> Iterator[Record]:
    """Make the publication of a grant."""
    head = sections[0][1]

    def all_of(name: str) -> list[Fields]:
        return [fields for section, fields in sections if section == name]

    date, claims = _first(head, "ISD"), _first(head, "NCL")
    priorities = [_priority(fields) for fields in all_of("PRIR")]
    cites = [number_entry(number) for fields in all_of("UREF") if (number := _cited(fields))]
    cites += [number_entry(number) for fields in all_of("FREF") if (number := _foreign(fields))]
    literature = [text for fields in all_of("OREF") for text in fields.get("PAL", [])]
    symbols = (code for fields in all_of("CLAS") for code in fields.get("ICL", []))
    ipc, lost = old_symbols(one for several in symbols for one in several.split(";"))
    # The last sign is a check digit.
    number = _first(head, "WKU") or ""
    yield {
        "publication_number": _number(number[:-1], date),
        "application_number": _application(head),
        "patent_type": "design" if number.startswith("D") else None,
        "title": _first(head, "TTL"),
        "abstract": _paragraphs(all_of("ABST")),
        "publication_date": date,
        "application_date": _first(head, "APD"),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": [
            {
                "name": name,
                "country": _country(fields),
                "sector": USPTO_SECTORS.get((_first(fields, "COD") or "").removeprefix("0")),
            }
            for fields in all_of("ASSG")
            if (name := _name(fields))
        ]
        or None,
        "applicant_addresses": people(map(_placed, all_of("ASSG"))),
        "inventors": [name for fields in all_of("INVT") if (name := _name(fields))] or None,
        "inventor_addresses": people(map(_placed, all_of("INVT"))),
        "main_ipc": ipc[0] if ipc else None,
        "ipc": ipc or None,
        "lost": lost,
        "claim_count": claims,
        "cites_count": str(len({cite["number"] or cite["raw"] for cite in cites})),
        "npl_citation_count": str(len(literature)),
        "npl_citations": literature or None,
        "government_interest": _paragraphs(all_of("GOVT")),
        "is_pct": bool(all_of("PCTA")),
        "cites": cites or None,
    }


def _first(fields: Fields, tag: str) -> str | None:
    return next((value for value in fields.get(tag, ()) if value), None)


def _paragraphs(sections: Sequence[Fields]) -> str | None:
    found = (
        text
        for fields in sections
        for tag, texts in fields.items()
        if tag.startswith("PA") and tag != "PAC"
        for text in texts
    )
    return " ".join(found) or None


def _number(text: str, date: str | None) -> str | None:
    """Write ``D0367151`` of 1996 as offices do: USD367151S."""
    bare = re.sub(r"^([A-Z]*)0+(?=[0-9])", r"\1", text)
    return f"US{bare}{kind_before_2001(bare, date)}" if bare else None


def _cited(fields: Fields) -> str | None:
    return _number((_first(fields, "PNO") or "").replace(" ", ""), _first(fields, "ISD"))


def _foreign(fields: Fields) -> str | None:
    number = _first(fields, "PNO")
    return f"{_country(fields) or ''}{number}" if number else None


def _application(head: Fields) -> str | None:
    """Return series and number without its check digit."""
    number, series = _first(head, "APN"), _first(head, "SRC") or ""
    if not number:
        return None
    return f"US{_SERIES.get(series, series).zfill(2) if series else ''}{number[:6]}"


def _priority(fields: Fields) -> Record:
    return priority(_country(fields), _first(fields, "APN"), _first(fields, "APD"))


def _country(fields: Fields) -> str | None:
    """Return the country: two letters and a third sign; of the United States only the state."""
    code = _first(fields, "CNT")
    return code[:2] if code else "US" if _first(fields, "STA") else None


def _name(fields: Fields) -> str | None:
    """Write ``Hudson; Perry David`` as other sources do."""
    last, mark, first = (_first(fields, "NAM") or "").partition("; ")
    return f"{first} {last}" if mark else last or None


def _placed(fields: Fields) -> Record | None:
    return person(_name(fields), _country(fields), _first(fields, "CTY"), _first(fields, "STA"))
