from __future__ import annotations

import pytest

from patentcore.sources.reading.files import File
from patentcore.sources.reading.sniffing import Look


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('{"a": "Größe", "b": "'.encode() + b"\xe9" + '", "c": "题"}'.encode(), "UTF-8"),
        ("题目的中文专利名称及摘要".encode("gb18030"), "GB18030"),
        (b"plain", "UTF-8"),
    ],
)
def test_a_bad_byte_of_a_line_leaves_its_encoding(head: bytes, encoding: str) -> None:
    assert Look(File("a.json", len(head)), head).encoding == encoding


@pytest.mark.parametrize(
    ("text", "written", "encoding"),
    [
        ("DOE JOSÉ;;MÜLLER JÜRGEN – “valve”", "cp1252", "windows-1252"),
        ("Möglichkeit, eau\xa0: 5\xa0°C", "cp1252", "windows-1252"),
        ("発明の名称,アイウエオ", "shift_jis", "GB18030"),
        ("Müller,专利,镕基,发明", "gb18030", "GB18030"),
        ("半導體裝置之製造方法，專利", "big5", "GB18030"),
    ],
)
def test_letters_that_stand_alone_are_western(text: str, written: str, encoding: str) -> None:
    head = text.encode(written)
    look = Look(File("a.csv", len(head)), head)
    assert look.encoding == encoding
    assert written in ("shift_jis", "big5") or look.text == text
