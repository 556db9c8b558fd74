from __future__ import annotations

import pytest

from patentcore.sources.reading.xml_documents import _decoded, read_xml, text_of, texts_of

TEXT = 'version="1.0" encoding="ISO-8859-1"?><a>Größe</a>'


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "latin-1"])
def test_utf8_that_declares_single_bytes_is_read_as_what_it_is(name: str) -> None:
    text, is_sound = _decoded(TEXT.encode(name), "")
    assert (text.lstrip("\ufeff"), is_sound) == (TEXT, True)


def test_texts_of_children_are_those_of_each_by_itself() -> None:
    root = read_xml(
        "<a>x<!-- b --><b> </b><b>2</b><?c 3?><c>4 <i>5</i>\n6</c><d><b>7</b></d><é>8</é></a>"
    )
    names = ("b", "c", "d", "é", "i", "none")
    assert texts_of(root, *names) == [None, "4 5 6", "7", "8", None, None]
    assert texts_of(root, *names) == [text_of(root, name) for name in names]
