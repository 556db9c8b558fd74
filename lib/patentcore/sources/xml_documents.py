"""XML read on the executors, many documents to a file, with nothing expanded or fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from patentcore.sources import plain
from patentcore.sources.looks import Look
from patentcore.sources.records import Reason

if TYPE_CHECKING:
    import pyarrow as pa

_DOCUMENTS_PER_BATCH = 200
# The start of a document, without which none follows another in a file.
_DECLARATION = "<?xml "

Element = Any
Record = dict[str, Any]

NUMBERS = "array<struct<raw: string, number: string, category: string>>"
APPLICANTS = "array<struct<name: string, country: string, sector: string>>"


def read_documents(
    spark: SparkSession,
    looks: Sequence[Look],
    parse: Callable[[Element], Iterable[Record]],
    columns: str,
) -> DataFrame:
    """Read each document's records into these columns and those of :data:`plain.PLACE`.

    A file of documents that follow each other is read in parallel pieces. A document that cannot
    be read, or that declares entities, becomes one record with its text in ``malformed``; one
    that ``parse`` returns nothing for, none.

    Args:
        spark: the session.
        looks: the files.
        parse: makes records of a document's root element; called on the executors.
        columns: names and types of the records' values, as DDL.
    """
    texts = (
        spark.read.option("lineSep", _DECLARATION)
        .text([look.file.path for look in looks])
        .where(F.length(F.trim("value")) > 1)  # a mark or line break in front of the first
        .select(
            F.col("value").alias("text"),
            F.col("_metadata.file_path").alias("file"),
            F.col("_metadata.file_block_start").alias("block"),
            F.monotonically_increasing_id().alias("sequence"),
        )
    )
    head = (
        "file string, block long, sequence long, part int, header_row int, malformed string, "
        "broken string, "
    )
    schema = _schema(head + columns)
    arrow = to_arrow_schema(schema)

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        pending: list[Record] = []
        for batch in batches:
            for document in batch.to_pylist():
                pending += _records(document, parse)
                if len(pending) >= _DOCUMENTS_PER_BATCH:
                    yield pa.RecordBatch.from_pylist(pending, schema=arrow)
                    pending = []
        if pending:
            yield pa.RecordBatch.from_pylist(pending, schema=arrow)

    return texts.mapInArrow(read, schema)


def _schema(ddl: str) -> StructType:
    schema = StructType.fromDDL(ddl)
    assert isinstance(schema, StructType)
    return schema


def parse_documents(rows: DataFrame, source: str) -> DataFrame:
    """Make parsed records of the plain ones, unreadable documents with their own reasons."""
    return plain.parse(rows, source, broken=F.col("broken"))


def _records(document: Record, parse: Callable[[Element], Iterable[Record]]) -> list[Record]:
    place = {name: document[name] for name in ("file", "block", "sequence")}
    place |= {"part": 0, "header_row": 0}
    text = document["text"]
    # What the file was parted at belongs to the document; without it, the file has one document.
    body = text.partition("?>")[2] if not text.lstrip("\ufeff \r\n\t").startswith("<") else text
    try:
        root = read_xml(body)
        found = list(parse(root)) if root is not None else []
    except ValueError as error:
        reason = Reason.ENTITIES if "entit" in str(error) else Reason.BROKEN_XML
        return [place | {"malformed": text[:200], "broken": reason.value}]
    return [place | record | {"part": part} for part, record in enumerate(found)]


def read_xml(text: str) -> Element:
    """Read a document; its root element.

    Raises:
        ValueError: it is not well-formed, or it declares entities.
    """
    from lxml import etree

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


def text_of(element: Element, path: str) -> str | None:
    """Return the whole text below the first element at a path, spaces folded; null if empty."""
    found = element.find(path)
    if found is None:
        return None
    return " ".join("".join(found.itertext()).split()) or None
