"""Elements of the EPO's exchange schema, of which DOCDB's files and OPS's responses are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from patentcore.sources.reading.xml_documents import Element, text_of

_SYMBOL = re.compile(r"([A-HY][0-9]{2}[A-Z])\s*([0-9]+)\s*/\s*([0-9]+)")


def number_of(document: Element | None) -> str | None:
    """Return the number of a ``document-id``: office, number and kind."""
    if document is None:
        return None
    return _number(text_of(document, part) for part in ("country", "doc-number", "kind"))


def own_number(document: Element) -> str | None:
    """Return the number of an ``exchange-document`` itself, which stands in its attributes."""
    return _number(document.get(part) for part in ("country", "doc-number", "kind"))


def _number(parts: Iterable[str | None]) -> str | None:
    return "".join(part or "" for part in parts) or None


def in_english(elements: Sequence[Element], between: str) -> str | None:
    """Return the English text, else the first.

    Args:
        elements: the same in several languages.
        between: stands between the texts of an element's parts.
    """
    ordered = sorted(elements, key=lambda element: element.get("lang") != "en")
    return next((" ".join(between.join(e.itertext()).split()) for e in ordered), None)


def symbol_of(text: str | None) -> str | None:
    """Return a classification symbol without blanks, and without what stands behind it.

    >>> symbol_of("G06F   3/ 041       20060101A I20190301")
    'G06F3/041'
    """
    match = _SYMBOL.match(text or "")
    return f"{match[1]}{match[2]}/{match[3]}" if match else None


def literature(biblio: Element) -> list[str]:
    """Return the literature that is cited."""
    cited = biblio.iterfind(".//nplcit")
    return [text for one in cited if (text := text_of(one, "text"))]
