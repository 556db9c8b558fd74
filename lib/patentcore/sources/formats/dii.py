"""Derwent Innovations Index (Web of Science): tagged text, and tables with its tags as headers.

A record is a family: its members (PN) become publications, with what PD and AD say of each. The
tags are those of the database's help, webofscience.help.clarivate.com, "Derwent Patent Full
Record". CP and CR name the member that cites, then below it what it cites.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql import DataFrame, SparkSession

from patentcore.errors import InputError
from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import (
    claim,
    earliest,
    number_entry,
    read_records,
    read_table_records,
)
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.xml_documents import Record, parse_documents
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage

TAGS = ("PN", "TI", "AU", "AE", "AB", "IP", "PD", "AD", "PI", "CP", "CR", "GA")
_COLUMNS = {tag: (tag,) for tag in TAGS}
_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*))?")
_OF_FILE = ("FN", "VR", "EF")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DATE = rf"([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}})"
_NUMBER = r"(?<![\w(])([A-Z]{2}[A-Z]{0,2}[0-9][0-9A-Z]*-[A-Z][0-9]?)\b"
_SYMBOL = r"([A-HY][0-9]{2}[A-Z])-?0*([0-9]+)/([0-9]+)"
_PUBLISHED = re.compile(rf"{_NUMBER}\s+{_DATE}(?:\s+{_SYMBOL})?")
_APPLIED = re.compile(rf"{_NUMBER}\s+([A-Z]{{2}}\w+)\s+{_DATE}")
_PRIORITY = re.compile(rf"\b([A-Z]{{2}}\w*[0-9]\w*)\s+{_DATE}")
_ASSIGNEE = re.compile(r"(.*?)\s*(?:\([A-Z0-9]{4}(?:-([\w-]+))?\))?")

Fields = Mapping[str, Sequence[str]]


class Dii:
    """The adapter of the Derwent Innovations Index."""

    name = "dii"
    title = "Derwent Innovations Index (Web of Science): tagged text, or a table of its fields"
    fields = (BIBLIOGRAPHIC - {"cpc"}) | {
        "npl_citation_count",
        "npl_citations",
        "priorities",
        "simple_family",
        "simple_family_size",
    }
    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that the file has the database's tags in front of lines or as headers."""
        if _is_tagged(looks[0]):
            return "its records are tagged PT, PN, ... ER"
        found = _tags_of_table(looks[0])
        return f"its columns are the tags {', '.join(found)}" if found else None

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read exports; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        tagged = [look for look in looks if _is_tagged(look)]
        tables = [look for look in looks if look not in tagged and _tags_of_table(look)]
        frames: list[DataFrame] = []
        if tagged:
            found = read_records(spark, tagged, _records, family, Reason.MALFORMED)
            frames.append(found.frame())
        if tables:
            frames.append(read_table_records(spark, tables, _COLUMNS, _family_of_row))
        if not frames:
            raise InputError(f"no export of the Derwent Innovations Index in {', '.join(paths)}")
        rows = frames[0] if len(frames) == 1 else frames[0].unionByName(frames[1])
        return to_tables(parse_documents(rows, self.name), cut)


def _is_tagged(look: Look) -> bool:
    return look.is_text and bool(
        re.search(r"(?m)^PN [A-Z]{2}", look.text)
        and re.search(r"(?m)^(UT DIIDW|GA [0-9]|PD [A-Z]{2}|PT P\s*$)", look.text)
    )


def _tags_of_table(look: Look) -> list[str]:
    if not look.may_be_table:
        return []
    found = match_headers(find_layout(look, _COLUMNS).header, _COLUMNS)
    return list(found) if "PN" in found and len(found) > 3 and {"PD", "GA"} & set(found) else []


def _records(piece: Piece, encoding: str) -> Iterator[Fields]:
    """Return the lines of each record by their tag."""
    fields: dict[str, list[str]] = {}
    lines: list[str] = []
    with piece.open() as stream:
        for raw in io.TextIOWrapper(stream, encoding, errors="replace"):
            line = raw.rstrip().lstrip("\ufeff")
            tag = _TAG.fullmatch(line)
            if tag is None:
                lines.append(line)
            elif tag[1] not in _OF_FILE:
                if tag[1] in ("ER", "PT") and fields:
                    yield fields
                    fields = {}
                if tag[1] not in ("ER", "PT"):
                    lines = fields.setdefault(tag[1], [])
                    lines.append(tag[2] or "")
    if fields:
        yield fields


def _family_of_row(row: Mapping[str, str | None]) -> Iterator[Record]:
    return family({tag: (row[tag] or "").splitlines() for tag in TAGS})


def family(fields: Fields) -> Iterator[Record]:
    """Make a publication of each member of a family; a record that names none is one, too."""
    members = _parts(fields.get("PN", ())) or [""]
    texts = {tag: "\n".join(lines) for tag, lines in fields.items()}
    published = {m[1]: m for m in _PUBLISHED.finditer(texts.get("PD", ""))}
    applied: dict[str, re.Match[str]] = {}
    for found in _APPLIED.finditer(texts.get("AD", "")):
        applied.setdefault(found[1], found)
    priorities = [
        claim(m[1], m[1][:2], _date(m, 2)) for m in _PRIORITY.finditer(texts.get("PI", ""))
    ]
    cited, literature = _cited(texts.get("CP", ""), members), _literature(fields, members)
    shared = {
        "title": _line(fields.get("TI", ())),
        "abstract": _line(fields.get("AB", ())),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": _assignees(_parts(fields.get("AE", ()))),
        "inventors": _parts(fields.get("AU", ())) or None,
        "ipc": [_symbol(m, 1) for m in re.finditer(_SYMBOL, texts.get("IP", ""))] or None,
        "simple_family": members if members[0] else None,
    }
    for member in members:
        day, filed = published.get(member), applied.get(member)
        yield shared | {
            "publication_number": member or None,
            "publication_date": _date(day, 2) if day else None,
            "main_ipc": _symbol(day, 5) if day and day[5] else None,
            "application_number": filed[2] if filed else None,
            "application_date": _date(filed, 3) if filed else None,
            "cites": [number_entry(raw) for raw in cited.get(member, ())] or None,
            "npl_citation_count": str(len(literature[member])) if member in literature else None,
            "npl_citations": literature.get(member),
        }


def _parts(lines: Sequence[str]) -> list[str]:
    """Return the elements of a list that semicolons or lines part, each once."""
    parts = (part.strip() for line in lines for part in line.split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def _line(lines: Sequence[str]) -> str | None:
    return " ".join(" ".join(lines).split()) or None


def _date(found: re.Match[str], at: int) -> str:
    day, month, year = found[at], found[at + 1], found[at + 2]
    return f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}"


def _symbol(found: re.Match[str], at: int) -> str:
    return f"{found[at]}{found[at + 1]}/{found[at + 2]}"


def _assignees(names: Sequence[str]) -> list[Record] | None:
    """Part ``TAB HOLDINGS APS (TABH-Non-standard)``: a name, and Derwent's code with its type."""
    found = [match for name in names if (match := _ASSIGNEE.fullmatch(name)) and match[1]]
    sector = {"individual": "individual"}
    return [
        {"name": m[1], "country": None, "sector": sector.get((m[2] or "").lower())} for m in found
    ] or None


def _cited(text: str, members: Sequence[str]) -> dict[str, list[str]]:
    """Return the patents that each member cites: those named behind it."""
    cited: dict[str, list[str]] = {}
    citing = members[0]
    for number in re.findall(_NUMBER, text):
        if number in members:
            citing = number
        else:
            cited.setdefault(citing, []).append(number)
    return cited


def _literature(fields: Fields, members: Sequence[str]) -> dict[str, list[str]]:
    """Return the writings, one a line, that stand below each member."""
    found: dict[str, list[str]] = {}
    citing = members[0]
    for line in map(str.strip, fields.get("CR", ())):
        if line in members:
            citing = line
        elif line:
            found.setdefault(citing, []).append(line)
    return found
