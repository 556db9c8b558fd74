"""XML read on the executors, many documents to a file, with nothing expanded or fetched."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html.entities import html5
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import pyarrow as pa
from lxml import etree
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.reading.batches import Batches
from patentcore.sources.reading.files import Piece, pieces_of
from patentcore.sources.reading.json_lines import PLACE_DDL, arrow_schema
from patentcore.sources.reading.processes import read_by_python
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.record import parsed, text_records
from patentcore.sources.record.canonical import Reason

_DOCUMENTS_PER_BATCH = 200
_CHUNK = 1 << 20
# A document that is longer is cut, and so broken.
_LONGEST = 1 << 26
# The start of a document, without which none follows another in a file.
_DECLARATION = "<?xml "
# What stands behind it.
_DECLARED = re.compile(
    rb"""[\s\xef\xbb\xbf]*(?:<\?xml\s+)?version\s*=[^>]*?encoding\s*=\s*["']([\w.:-]+)["']"""
)
_SINGLE_BYTE = re.compile("(?i)iso[-_]?8859[-_]?[0-9]+|(windows|cp)[-_]?125[0-9]|latin[-_]?[0-9]+")
# Pictures that a document names: nothing of them is expanded or fetched.
_UNPARSED = re.compile(r"<!ENTITY\s+\S+\s+(?:SYSTEM|PUBLIC)\s[^>]*\sNDATA\s+\w+\s*>")
# Letters by their names in standard sets, which documents use without declaring them.
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*;)")
# What a path has and no name.
_STEPS = re.compile(r"[^\w-]")
# Texts that declare these are often of what extends them.
_WIDER = dict.fromkeys(("GB2312", "GBK"), "GB18030")

Element = Any
Record = dict[str, Any]

NUMBERS = "array<struct<raw: string, number: string, category: string>>"
APPLICANTS = "array<struct<name: string, country: string, sector: string>>"


def read_documents(
    spark: SparkSession,
    looks: Sequence[Look],
    parse: Callable[[Element], Iterable[Record]],
    columns: str,
) -> Batches:
    """Read each document's records into these columns and those of :data:`text_records.PLACE`.

    A large file of documents that follow each other is read in pieces, each document in the
    encoding that it declares. A document that cannot be read, or that declares entities, becomes
    one record with its text in ``malformed``; one that ``parse`` returns nothing for, none.

    Args:
        spark: the session.
        looks: the files.
        parse: makes records of a document's root element; called wherever the engine runs Python.
        columns: names and types of the records' values, as DDL.
    """
    encodings = {
        look.file: look.encoding if look.encoding.startswith("UTF-16") else "" for look in looks
    }
    schema = f"{PLACE_DDL}, part int, broken string, {columns}"
    arrow = arrow_schema(schema)
    pieces = pieces_of(encodings)

    def read(piece: Piece) -> Iterator[pa.RecordBatch]:
        pending: list[Record] = []
        for document in _documents(piece, encodings[piece.file]):
            pending += _records(document, parse)
            if len(pending) >= _DOCUMENTS_PER_BATCH:
                yield pa.RecordBatch.from_pylist(pending, schema=arrow)
                pending = []
        if pending:
            yield pa.RecordBatch.from_pylist(pending, schema=arrow)

    return read_by_python(spark, pieces, read, schema).spread()


def _documents(piece: Piece, encoding: str) -> Iterator[Record]:
    """Return each document's bytes; ``encoding`` is what the file shows, not what they declare."""
    # What parts the documents is written in their encoding, too.
    declaration = _DECLARATION.encode(encoding or "UTF-8")
    with piece.lines(declaration) as stream:
        place = {"file": piece.file.uri, "block": piece.begin}
        number = 0
        for content in _parted(stream, declaration):
            # A mark or line break may stand in front of the first.
            if len(content.decode(encoding or "UTF-8", errors="replace").strip(" ")) > 1:
                number += 1
                place |= {"sequence": piece.begin + number, "row": number}
                yield {"content": content, "encoding": encoding, "place": dict(place)}


def _parted(stream: BinaryIO, mark: bytes, longest: int = _LONGEST) -> Iterator[bytes]:
    """Part a stream at a mark, in the memory that its longest part takes; longer ones are cut.

    >>> import io
    >>> list(_parted(io.BytesIO(b"<a>1<a>234567"), b"<a>", longest=3))
    [b'', b'1', b'234']
    """
    found: list[bytes] = []
    length, ahead = 0, b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (ahead + chunk).split(mark)
        for part in whole:
            yield b"".join([*found, part])[:longest]
            found, length = [], 0
        # A mark may begin at the end of what was read.
        end = max(0, len(rest) - len(mark) + 1)
        if length < longest:
            found.append(rest[:end])
            length += end
        ahead = rest[end:]
    yield b"".join([*found, ahead])[:longest]


def parse_documents(rows: Batches | DataFrame, source: str) -> Batches | DataFrame:
    """Make parsed records of the plain ones, unreadable documents with their own reasons."""
    if isinstance(rows, DataFrame):
        return text_records.parse(rows, source, broken=F.col("broken"))
    return rows.then(lambda batch: text_records.parsed_of(batch, source), parsed.SCHEMA)


def _records(document: Record, parse: Callable[[Element], Iterable[Record]]) -> list[Record]:
    place = document["place"] | {"part": 0}
    text, is_sound = _decoded(document["content"], document["encoding"])
    text = text.lstrip("\ufeff \r\n\t")
    if not text:
        return []
    if not is_sound:
        return [place | {"malformed": text[:200], "broken": Reason.XML_ENCODING.value}]
    # What the file was parted at belongs to the document; without it, the file has one document.
    # The declaration goes: the encoding is no longer the one that it names.
    is_declared = text.startswith("<?xml") or not text.startswith("<")
    try:
        root = read_xml(text.partition("?>")[2] if is_declared else text)
        found = list(parse(root)) if root is not None else []
    except ValueError as error:
        reason = Reason.ENTITIES if "entit" in str(error) else Reason.BROKEN_XML
        return [place | {"malformed": text[:200], "broken": reason.value}]
    return [place | record | {"part": part} for part, record in enumerate(found)]


def _decoded(content: bytes, encoding: str) -> tuple[str, bool]:
    """Read a document in the encoding of its file or the one that it declares.

    Returns:
        The text, and whether all of it could be read.
    """
    declared = _DECLARED.match(content)
    name = encoding or (declared[1].decode() if declared else "UTF-8")
    if not encoding and (content.lstrip().startswith(codecs.BOM_UTF8) or _is_utf8(content, name)):
        name = "UTF-8"
    if not encoding and re.match("(?i)utf-?16|utf-?32|ucs", name):
        name = "UTF-8"  # this could not be read here were it true
    try:
        return content.decode(_WIDER.get(name.upper(), name)), True
    except (LookupError, ValueError):
        return content.decode(encoding or "UTF-8", errors="replace"), False


def _is_utf8(content: bytes, declared: str) -> bool:
    """Tell whether a document that declares an encoding of single bytes is of UTF-8 nonetheless."""
    if content.isascii() or not _SINGLE_BYTE.fullmatch(declared):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_xml(text: str) -> Element:
    """Read a document; its root element.

    Raises:
        ValueError: it is not well-formed, or it declares entities.
    """
    text = _NAMED.sub(_letter, _UNPARSED.sub("", text))
    if re.search(r"<!ENTITY", text):
        raise ValueError("the document declares entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(text.lstrip("\ufeff \r\n\t").encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not well-formed: {error}") from error


def _letter(name: re.Match[str]) -> str:
    return escape(html5[name[1]]) if name[1] in html5 else name[0]


def text_of(element: Element, path: str) -> str | None:
    """Return the whole text below the first element at a path, spaces folded; null if empty."""
    # Most paths are the name of a child, and most texts have no elements inside.
    return _whole(element.find(path) if _STEPS.search(path) else child_of(element, path))


def texts_of(element: Element, *names: str) -> list[str | None]:
    """Return the texts of the first children of some names as :func:`text_of` does, by one walk.

    >>> texts_of(read_xml("<a><b>1 </b><c/><b>2</b></a>"), "b", "c", "d")
    ['1', None, None]
    """
    first: dict[str, Element] = {}
    for child in element:
        first.setdefault(child.tag, child)
    return [_whole(first.get(name)) for name in names]


def _whole(element: Element | None) -> str | None:
    if element is None:
        return None
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split()) or None


def child_of(element: Element, name: str) -> Element | None:
    """Return the first child of a name."""
    return next(element.iterchildren(name), None)
