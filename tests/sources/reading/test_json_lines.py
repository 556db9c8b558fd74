from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from patentcore.sources.reading.files import File, Piece
from patentcore.sources.reading.json_lines import batches_of

PIECE = Piece(File("export.jsonl", 0))
COLUMNS = pa.schema(
    [
        ("id", pa.string()),
        ("cited", pa.struct([("count", pa.string()), ("of", pa.list_(pa.string()))])),
        ("is_first", pa.bool_()),
    ]
)


def read(*records: dict[str, Any] | str) -> list[dict[str, Any]]:
    rows = [row for batch in batches_of(PIECE, records, COLUMNS) for row in batch.to_pylist()]
    for batch in batches_of(PIECE, records, COLUMNS):
        batch.validate(full=True)
    return rows


@pytest.mark.parametrize(
    ("given", "cited"),
    [
        ({"count": 3, "of": ["a", "b"]}, {"count": "3", "of": ["a", "b"]}),
        ({"of": ["a", 2, None, {"n": 1}]}, {"count": None, "of": ["a", "2", None, '{"n":1}']}),
        ({"count": 1.5, "of": None}, {"count": "1.5", "of": None}),
        ({"of": []}, {"count": None, "of": []}),
        (None, None),
    ],
)  # fmt: skip
def test_numbers_in_place_of_texts_are_their_texts(given: Any, cited: Any) -> None:
    rows = read({"id": "1", "cited": {"count": 7}}, {"id": 2, "cited": given, "is_first": True})
    assert [row["id"] for row in rows] == ["1", "2"]
    assert [row["cited"] for row in rows] == [{"count": "7", "of": None}, cited]
    assert [row["malformed"] for row in rows] == [None, None]


@pytest.mark.parametrize("odd", [{"cited": 7}, {"cited": {"of": "a"}}, {"is_first": 3}])
def test_a_record_of_another_shape_is_broken_and_no_other_is(odd: dict[str, Any]) -> None:
    rows = read({"id": 1}, odd | {"id": "2"}, {"id": "3", "cited": {"count": 4}})
    assert [row["malformed"] is None for row in rows] == [True, False, True]
    assert rows[2]["cited"] == {"count": "4", "of": None}


def test_a_broken_record_shows_its_beginning_though_unread_values_are_cut() -> None:
    text = "letters " * 100
    (row,) = read({"description": {"text": [text]}, "cited": 7})
    assert row["malformed"].startswith('{"description":{"text":["' + text[:175])
    assert len(row["malformed"]) < len(text)
    (row,) = read(text)
    assert row["malformed"] == text[:200]
