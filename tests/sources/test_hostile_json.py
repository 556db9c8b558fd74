"""JSON records in every form that they come in: read as if they stood one a line."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from patentcore.sources.formats.google import Google
from patentcore.sources.formats.lens import LensJson


def record(number: int, title: str = 'Größe "}, {" 题') -> dict[str, Any]:
    return {
        "lens_id": str(number),
        "jurisdiction": "US",
        "doc_number": str(number),
        "kind": "B2",
        "biblio": {
            "invention_title": [{"text": title, "lang": "en"}],
            "cited_by": {"patents": [{"document_id": {"jurisdiction": "CN", "doc_number": "1"}}]},
        },
    }


def as_json(*numbers: int) -> str:
    return json.dumps([record(number) for number in numbers], ensure_ascii=False)


FILES = {
    "lines.jsonl": "\n".join(json.dumps(record(n)) for n in (1, 2)).encode(),
    "array.json": as_json(3, 4).encode(),
    "answer.json": f'{{"total": 2, "data": {as_json(5, 6)}, "results": 2}}\n'.encode(),
    "one.json": json.dumps(record(7), indent=2).encode(),
    "packed.json.gz": gzip.compress(json.dumps([record(8), record(9)], indent=1).encode()),
    "utf16.json": as_json(10, 11).encode("utf-16"),
    "utf16.jsonl": json.dumps(record(12), ensure_ascii=False).encode("utf-16-be"),
    "gb18030.jsonl": "\n".join(
        json.dumps(record(n, "题"), ensure_ascii=False) for n in (13, 14)
    ).encode("gb18030"),
    "broken [1].json": as_json(15, 16, 17).replace('"lens_id": "16"', '"lens_id": "16').encode(),
    "cut.json": as_json(18, 19).encode()[:-40],
    "whole but cut.json": as_json(20, 21).encode()[:-1],
}


@pytest.fixture(scope="module")
def ingested(read_files):
    return read_files(LensJson(), FILES)


def test_every_sound_record_is_read_as_in_a_line_of_its_own(ingested) -> None:
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {f"US{n}B2" for n in range(1, 22) if n not in (16, 19)}
    assert {row.title for row in patents.values()} == {'Größe "}, {" 题', "题"}
    assert {row.cited_by_count for row in patents.values()} == {1}


def test_a_broken_record_is_one_reject(ingested) -> None:
    rejects = {row.source: (row.record, row.reason) for row in ingested.rejects.collect()}
    assert rejects == {
        "broken [1].json": ("row 2", "not a JSON record"),
        "cut.json": ("row 2", "not a JSON record"),
        "whole but cut.json": ("row 3", "not a JSON record"),
    }
    assert ingested.rejects.count() == 3
    assert ingested.records.count() == 22


def test_rows_of_google_are_read_so_too(spark, tmp_path, cut) -> None:
    rows = [
        {"publication_number": f"US-{n}-A", "title_localized": [{"language": "en", "text": "x"}]}
        for n in (1, 2, 3)
    ]
    text = json.dumps(rows).replace('"US-2-A"', '"US-2-A')
    (tmp_path / "a.json").write_text(text, encoding="utf-16")
    found = Google().read(spark, [str(tmp_path)], lambda frame, name: cut(frame, f"{name}-google"))
    titles = {row.publication_number: row.title for row in found.patents.collect()}
    assert titles == {"US1A": "x", "US3A": "x"}
    assert [row.record for row in found.rejects.collect()] == ["row 2"]


def test_records_that_share_a_line_are_all_read(spark, tmp_path, cut) -> None:
    one, two, three, four, five = (json.dumps(record(n, "a }{ b")) for n in range(1, 6))
    array = json.dumps([record(6), record(7)])
    lines = [
        one,
        two + three,
        "",
        f"\ufeff{four} {five}",
        five[:-9],
        array,
        one + two[:-9],
        "[]",
        "[1",
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = LensJson().read(spark, [str(tmp_path)], lambda frame, name: cut(frame, f"{name}-lines"))
    numbers = {row.publication_number for row in found.patents.collect()}
    assert numbers == {f"US{n}B2" for n in range(1, 8)}
    rejects = {(row.record, row.reason) for row in found.rejects.collect()}
    broken, repeated = "not a JSON record", "publication number given before or more completely"
    assert rejects == {
        ("row 6", broken),
        ("row 9", repeated),
        ("row 10", broken),
        ("row 11", broken),
    }
