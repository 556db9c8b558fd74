"""Text in other encodings than it should be: read, or rejected in words that can be read again."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from patentcore.sources import ingest

RECORD = '{"lens_id": "1", "jurisdiction": "US", "doc_number": "%s", "kind": "B2"}'
FILES = {
    "edges.txt": b"US1A EP2B1\nUS3A caf\xe9\n\xff\xfe\xfd\nUS4A EP5B1\n",
    "lens.jsonl": (
        f"{RECORD % 6}\n{RECORD % '题'}\n{RECORD % '目'}\n".encode()
        + '{"题\n'.encode("gb18030")
        + b'{"t": "\xe9\xa2"}\n'
    ),
    "patsnap.csv": (
        "公开(公告)号,标题,摘要,权利要求数\nCN7A,题,b,1\n".encode()
        + "CN8A,题,b,1,多\n".encode("gb18030")
        + "CN9A,题目,b,1\nCN10A,再,b,1\n".encode()
    ),
}


@pytest.fixture(scope="module")
def output(spark, tmp_path_factory):
    folder = tmp_path_factory.mktemp("encodings")
    (folder / "in").mkdir()
    for name, content in FILES.items():
        (folder / "in" / name).write_bytes(content)
    sources = {"edges": "edges.txt", "lens-jsonl": "lens.jsonl", "patsnap": "patsnap.csv"}
    for source, name in sources.items():
        ingest(spark, source, [str(folder / "in" / name)], str(folder / source))
    return folder


def column(output, source: str, table: str, name: str) -> list[str]:
    """Read with a reader that takes nothing but UTF-8."""
    return pq.read_table(output / source / table, columns=[name])[name].to_pylist()


def test_rejects_can_be_read_whatever_bytes_the_input_held(output) -> None:
    values = sorted(column(output, "edges", "rejects", "value"))
    assert (len(values), values[0]) == (2, "US3A caf\ufffd")
    assert values[1].startswith("\ufffd")
    values = column(output, "lens-jsonl", "rejects", "value")
    assert [("\ufffd" in value) for value in sorted(values)] == [False, True, True]
    (value,) = column(output, "patsnap", "rejects", "value")
    assert value.startswith("CN8A,")
    assert value.endswith(",b,1,\ufffd\ufffd")


def test_a_line_in_another_encoding_leaves_the_others_readable(output) -> None:
    titles = column(output, "patsnap", "patents", "title")
    assert sorted(titles) == ["再", "题", "题目"]
