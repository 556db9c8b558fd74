"""USPTO grants of 2001 as SGML (``pg01*.sgm``): PATDOC, of which some tags are never closed.

What is never closed is empty there (``<B597US>``, ``<COLSPEC ...>``): closed, it is the XML of the
years after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyspark.sql import SparkSession

from patentcore.sources.formats import uspto_st32
from patentcore.sources.formats.records import read_records, texts_from
from patentcore.sources.formats.uspto import Uspto
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tables import to_tables
from patentcore.sources.reading.xml_documents import Element, parse_documents, read_xml
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage

_BEGIN = re.compile(r"<!DOCTYPE PATDOC PUBLIC")
_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*)([^<>]*)>")
_BARE = re.compile(r"""([\w.-]+)=([^\s"'>/]+)""")
_QUOTED = r'\1="\2"'
_LOOSE = re.compile(r"&(?![#\w]+;)")


class UsptoSgml:
    """The adapter of the USPTO's SGML of 2001."""

    name = "uspto-sgml"
    title = "USPTO weekly SGML of 2001: grants (pg01*)"
    fields = Uspto.fields
    is_supplement = False

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say that a grant begins with its SGML declaration."""
        look = looks[0]
        return "its documents are PATDOC in SGML" if _BEGIN.match(look.text.lstrip()) else None

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read grants; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        looks = look_at(spark, paths)
        own = [look for look in looks if self.recognise([look])] or looks
        rows = read_records(spark, own, _documents, uspto_st32.grants, Reason.BROKEN_XML)
        return to_tables(parse_documents(rows, self.name), cut)


def _documents(piece: Piece, encoding: str) -> Iterator[Element | str]:
    """Return the grants' root elements; what cannot be read as its text."""
    for text in texts_from(piece, encoding, _BEGIN):
        try:
            yield read_xml(closed(text[text.index("<PATDOC") :]))
        except ValueError:
            yield text


def closed(text: str) -> str:
    """Close the tags that are never closed, and quote attributes.

    >>> closed("<A ID=x><B597US><C>R & D</C></A>")
    '<A ID="x"><B597US/><C>R &amp; D</C></A>'
    """
    tags = [tag for tag in _TAG.finditer(text) if not tag[3].endswith("/")]
    is_open: list[int] = []
    empty: set[int] = set()
    for at, tag in enumerate(tags):
        if not tag[1]:
            is_open.append(at)
            continue
        while is_open and tags[is_open[-1]][2] != tag[2]:
            empty.add(is_open.pop())
        if is_open:
            is_open.pop()
    empty.update(is_open)
    ends = {tags[at].end() for at in empty}

    def written(tag: re.Match[str]) -> str:
        end = "/" if tag.end() in ends else ""
        return f"<{tag[1]}{tag[2]}{_BARE.sub(_QUOTED, tag[3])}{end}>"

    return _LOOSE.sub("&amp;", _TAG.sub(written, text))
