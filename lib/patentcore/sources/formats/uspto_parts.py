"""What the USPTO's publications share in all their spellings: numbers, names, IPC symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from patentcore.sources.formats.records import claim
from patentcore.sources.reading.xml_documents import Element, Record, text_of
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.cells import to_symbol

# Headings of statements by which the government has rights, and statements that there is none.
_OF_GOVERNMENT = re.compile(
    r"(?i)\b(federal(ly)?[- ]+(sponsored|funded|supported)|government(al)?\b.*"
    r"\b(interest|support|rights?|licen[cs]e|funding|sponsorship|contract))"
)
_STATEMENTS = (
    "description/federal-research-statement",
    "subdoc-description/federal-research-statement/paragraph-federal-research-statement",
    "SDODE/GOVINT/BTEXT/PARA",
)
_NO_STATEMENT = re.compile(r"(?i)\W*(not applicable|none|n/?a|no\b.{0,30})\W*")
_SHOWN = 200
_DIGITS = re.compile("[0-9]+")
_KIND = re.compile("[A-Z][0-9]?")
_OLD_KINDS = {"": "A", "D": "S", "PP": "P", "RE": "E", "H": "H"}
_OLD_SYMBOL = re.compile(r"([A-H][0-9]{2}[A-Z])([ 0-9]{2}[0-9])/?([0-9]{2,6})[.;,]?")
_SYMBOL = re.compile(r"[A-H][0-9]{2}[A-Z](?:[0-9]{1,4}(?:/[0-9]{2,6})?)?")
# Of an edition in front, and signs behind and inside.
_AROUND_SYMBOL = re.compile(r"^[1-8]\s*(?=[A-Ha-h])|[.;,\s]+$")
_BETWEEN_GROUPS = re.compile(r"(?<=[0-9])(?:\s*[:/]\s*|\s+)(?=[0-9]{2,6}(?:\s*\(|$))")
# Designs have classes of Locarno in the same place.
_LOCARNO = re.compile(r"[0-9 ]{2}-?[0-9]{2}|D ?[0-9]{1,2}[- ]?[0-9]*")


def number_of(country: str | None, number: str | None, kind: str | None) -> str | None:
    """Write a document's number as offices exchange it.

    >>> number_of("US", "06836899", "B1")
    'US6836899B1'
    """
    office, text, code = country or "", number or "", kind or ""
    is_bare = _DIGITS.fullmatch(text) is not None
    if office and not is_bare:
        text = re.sub(rf"^\s*{office}[\s-]*(?=[0-9D])", "", text)
    if office == "US" and not (is_bare and text[0] != "0"):
        text = re.sub(r"^([A-Z]*)0+(?=[0-9])", r"\1", text.strip())
    if not _KIND.fullmatch(code):
        code = ""
    return f"{office}{text}{code}" if text else None


def priority(country: str | None, number: str | None, date: str | None) -> Record:
    """Return a priority that is claimed, or the application that another one continues."""
    text = (number or "").strip()
    if text.upper().startswith("PCT"):
        return claim(text, "WO", date)
    office = country or ""
    own = text if office and text.upper().startswith(office) else f"{office}{text}"
    return claim(own if text else None, country, date)


def old_symbols(texts: Iterable[str | None]) -> tuple[list[str], list[Record]]:
    """Return the IPC symbols of old spellings, and problems of what is none."""
    found, problems = [], []
    for text in texts:
        shown = (text or "").strip()
        symbol = old_symbol(text)
        if symbol:
            found.append(symbol)
        elif shown and not _LOCARNO.fullmatch(shown):
            reason = Reason.BAD_SYMBOL.value
            problems.append({"field": "ipc", "value": shown[:_SHOWN], "reason": reason})
    return found, problems


def old_symbol(text: str | None) -> str | None:
    """Read ``A45F  504``: three columns of the main group, then the subgroup.

    In 2005 some are written ``G06F015/16``, and others as other offices write them.

    >>> old_symbol("A45F  504"), old_symbol("G06F015/16"), old_symbol("7 A01H 5/00")
    ('A45F5/04', 'G06F15/16', 'A01H5/00')
    """
    bare = _AROUND_SYMBOL.sub("", (text or "").strip()).upper()
    match = _OLD_SYMBOL.fullmatch(bare)
    if match is not None:
        return f"{match[1]}{match[2].strip().lstrip('0')}/{match[3]}"
    symbol = to_symbol(_BETWEEN_GROUPS.sub("/", bare))
    return symbol if _SYMBOL.fullmatch(symbol) else None


def full_name(*parts: str | None) -> str | None:
    """Put the parts of a person's name together."""
    return " ".join(part for part in parts if part) or None


def country_code(text: str | None) -> str | None:
    """Return a country's two letters; what is something else is no country."""
    return text if text and re.fullmatch("[A-Z]{2}", text) else None


def government_interest(root: Element) -> str | None:
    """Return the statement of government support: of its own element, or below its heading."""
    own = next((text for path in _STATEMENTS if (text := text_of(root, path))), None)
    if own is None:
        own = " ".join(_below_heading(root)) or None
    return None if own is None or _NO_STATEMENT.fullmatch(own) else own


def _below_heading(root: Element) -> Iterator[str]:
    """Return the paragraphs behind the first such heading, up to the next one."""
    for heading in root.iterfind("description/heading"):
        if _OF_GOVERNMENT.search(" ".join(heading.itertext())):
            for follower in heading.itersiblings():
                if follower.tag != "p":
                    break
                yield " ".join("".join(follower.itertext()).split())
            return


def kind_before_2001(number: str, date: str | None) -> str:
    """Return the kind of a grant by the letters of its number; empty from 2001 on.

    >>> kind_before_2001("D367151", "19960220"), kind_before_2001("4024801", "19770524")
    ('S', 'A')
    """
    if not date or date >= "20010102":
        return ""
    return _OLD_KINDS.get(number.rstrip("0123456789"), "")
