"""XML in other encodings than UTF-8: read as it declares, or rejected; entities in none of them."""

from __future__ import annotations

import pytest

from patentcore.sources import recognise
from patentcore.sources.formats.uspto import Uspto

ENTITY = '<!DOCTYPE us-patent-grant [<!ENTITY a "aaaa">]>\n'


def grant(number: int, encoding: str, prologue: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n{prologue}'
        "<us-patent-grant><us-bibliographic-data-grant><publication-reference><document-id>"
        f"<country>US</country><doc-number>0900000{number}</doc-number><kind>B2</kind>"
        "</document-id></publication-reference><invention-title>Größe</invention-title>"
        "</us-bibliographic-data-grant></us-patent-grant>\n"
    )


FILES = {
    "several.xml": (
        grant(1, "ISO-8859-1").encode("latin-1")
        + grant(2, "UTF-8").encode()
        + grant(3, "UTF-8").encode("latin-1")
        + grant(4, "no-such-encoding").encode()
        + grant(5, "ISO-8859-1", ENTITY).encode("latin-1")
        + grant(6, "UTF-16").encode()
    ),
    "marked.xml": (grant(7, "UTF-16") + grant(8, "UTF-16")).encode("utf-16"),
    "tabbed.xml": grant(0, "ISO-8859-1").replace("<?xml ", "<?xml\t").encode("latin-1"),
    "bomb.xml": grant(9, "UTF-16", ENTITY).encode("utf-16"),
    "seven-bit.xml": grant(9, "UTF-7", ENTITY.replace("<!E", "+ADw-!E")).replace("öß", "").encode(),
    "big-endian.xml": grant(3, "UTF-16").encode("utf-16-be"),
}


@pytest.fixture(scope="module")
def ingested(read_files):
    return read_files(Uspto(), FILES)


def test_a_document_is_read_in_the_encoding_that_it_declares(ingested) -> None:
    titles = {row.publication_number: row.title for row in ingested.patents.collect()}
    assert titles == {f"US900000{n}B2": "Größe" for n in (0, 1, 2, 3, 6, 7, 8)}


def test_what_cannot_be_read_or_declares_entities_is_rejected(ingested) -> None:
    rejects = {(row.source, row.record, row.reason) for row in ingested.rejects.collect()}
    encoding, entities = "XML not in the encoding that it declares", "XML that declares entities"
    assert rejects == {
        ("several.xml", "row 3", encoding),
        ("several.xml", "row 4", encoding),
        ("several.xml", "row 5", entities),
        ("bomb.xml", "row 1", entities),
        ("seven-bit.xml", "row 1", entities),
    }


def test_such_files_are_recognised(spark, tmp_path) -> None:
    for name in ("marked.xml", "several.xml"):
        (tmp_path / name).write_bytes(FILES[name])
    (found,), _ = recognise(spark, [str(tmp_path)])
    assert (found.adapter.name, len(found.paths)) == ("uspto", 2)
