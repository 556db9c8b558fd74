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
