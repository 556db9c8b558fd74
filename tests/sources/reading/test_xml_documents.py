from __future__ import annotations

import pytest

from patentcore.sources.reading.xml_documents import _decoded

TEXT = 'version="1.0" encoding="ISO-8859-1"?><a>Größe</a>'


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "latin-1"])
def test_utf8_that_declares_single_bytes_is_read_as_what_it_is(name: str) -> None:
    text, is_sound = _decoded(TEXT.encode(name), "")
    assert (text.lstrip("\ufeff"), is_sound) == (TEXT, True)
