from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from patentcore.sources.reading.json_records import _Splitter, records

SOUND: list[dict[str, Any]] = [
    {"lens_id": str(n), "kind": 'A "}],[{"', "biblio": {"data": [{"lens_id": "x"}, {"é": "\n"}]}}
    for n in range(4)
]
WAYS = {
    "lines": "\n".join(map(json.dumps, SOUND)),
    "in a row": " ".join(map(json.dumps, SOUND)),
    "in a row, no blanks": "".join(map(json.dumps, SOUND)),
    "over several lines": "\n".join(json.dumps(record, indent=2) for record in SOUND),
    "array": json.dumps(SOUND, ensure_ascii=False),
    "array, a line each": "[\n" + ",\n".join(map(json.dumps, SOUND)) + "\n]\n",
    "array over several lines": json.dumps(SOUND, indent=1),
    "answer": json.dumps({"total": 4, "scroll": 'a"b', "data": SOUND, "results": [4]}),
    "answer behind an object": json.dumps(
        {"results": {"n": 4, "q": "}]"}, "took": [1, 2], "data": SOUND, "end": {}}
    ),
    "answer over several lines": json.dumps({"max": 1.5, "data": SOUND, "results": 4}, indent=4),
    "array, line break in front": "[\n" + ", ".join(map(json.dumps, SOUND)) + "\n]",
    "array, comma first": "[\n" + "\n,".join(map(json.dumps, SOUND)) + "\n]",
    "array, records over several lines": "[\n"
    + ", ".join(json.dumps(record, indent=1) for record in SOUND)
    + "]",
    "answer, line break in front": '{"n": 4, "data": [\n'
    + ",".join(map(json.dumps, SOUND))
    + "\n]}",
    "answers": "\n".join(json.dumps({"data": SOUND[at : at + 2], "n": 2}) for at in (0, 2)),
}


def in_pieces(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(0, len(text), length)]


@pytest.mark.parametrize("length", [1, 7, 10_000])
@pytest.mark.parametrize("way", WAYS)
def test_records_are_the_same_however_they_are_written(monkeypatch, way, length: int) -> None:
    monkeypatch.setattr("patentcore.sources.reading.json_records._MORE", length)
    found = list(records(in_pieces(WAYS[way], length)))
    assert [is_object for _, is_object in found] == [True] * 4
    assert [json.loads(text) for text, _ in found] == SOUND


@pytest.mark.parametrize("length", [1, 7, 10_000])
@pytest.mark.parametrize(
    "way", [way for way in WAYS if way not in ("in a row", "in a row, no blanks")]
)
@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ('"lens_id": "1"', '"lens_id": "1'),  # a mark that is not closed
        ('"lens_id": "1"', '"lens_id": }'),  # a brace too many
        ('"lens_id": "1"', '"lens_id": {"1"'),  # a brace too few
        ('"lens_id": "1"', '"lens_id" "1"'),
    ],
)
def test_a_broken_record_is_one_and_hides_none(
    monkeypatch, way: str, length: int, whole: str, broken: str
) -> None:
    monkeypatch.setattr("patentcore.sources.reading.json_records._MORE", length)
    text = WAYS[way].replace(whole, broken, 1)
    found = list(records(in_pieces(text, length)))
    sound = [json.loads(text)["lens_id"] for text, is_object in found if is_object]
    assert sound == ["0", "2", "3"]
    (value,) = [text for text, is_object in found if not is_object]
    assert broken in value


def test_a_broken_record_in_a_row_hides_none() -> None:
    assert list(records(['{"a":1}{"a":}{"a":3}'])) == [
        ('{"a":1}', True), ('{"a":}', False), ('{"a":3}', True),
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["array", "array over several lines", "answer"])
def test_a_broken_first_or_last_record_hides_none(way: str) -> None:
    for at, others in ((0, ["1", "2", "3"]), (3, ["0", "1", "2"])):
        text = WAYS[way].replace(f'"lens_id": "{at}"', f'"lens_id": "{at}', 1)
        found = list(records([text]))
        assert [json.loads(text)["lens_id"] for text, is_sound in found if is_sound] == others
        assert [is_sound for _, is_sound in found].count(False) == 1


@pytest.mark.parametrize("way", ["array", "array over several lines", "answer"])
def test_a_text_cut_anywhere_says_so(way: str) -> None:
    text = WAYS[way]
    last = text.rindex('"lens_id": "3"')
    for end in (last, last + 20, text.rindex("]")):
        found = list(records([text[:end]]))
        assert [is_sound for _, is_sound in found].count(False) == 1
        assert sum(is_sound for _, is_sound in found) >= 3


def test_a_broken_record_is_shown_by_its_beginning() -> None:
    broken = (f'{{"a": {n}, "b": "x" "y"}},' for n in range(100))
    texts = ["[", *broken, '{"a": 1, "b": 2}]']
    (value, is_object), last = records(texts)
    assert (value[:8], len(value), is_object) == ('{"a": 0,', 200, False)
    assert last == ('{"a": 1, "b": 2}', True)


def test_a_text_is_held_no_longer_than_it_is_needed(monkeypatch) -> None:
    monkeypatch.setattr("patentcore.sources.reading.json_records._MORE", 1_000)
    held = []

    def pieces() -> Iterator[str]:
        yield '[{"a": 1}, {"b": }, '
        for _ in range(100):
            held.append(len(splitter.text))
            yield '{"b": 0, "c": [{"d": }]}, ' * 20
        yield '{"a": 2}]'

    splitter = _Splitter(pieces())
    assert [text for text, is_object in splitter.records() if is_object] == ['{"a": 1}', '{"a": 2}']
    assert max(held) < 3_000


def test_what_is_longer_than_a_record_is_broken(monkeypatch) -> None:
    monkeypatch.setattr("patentcore.sources.reading.json_records._LONGEST", 10_000)
    text = '[{"a": 1}, {"a": [{"b": 1}, ' + '{"a": 2}, ' * 5_000 + '{"a": 3}]'
    found = list(records(in_pieces(text, 1_000)))
    assert [is_object for _, is_object in found] == [True, False, *[True] * 5_001]


def test_what_is_no_object_is_a_broken_record() -> None:
    assert list(records(['[1, {"a": 1}, null, ["x"], "y"]'])) == [
        ("1", False), ('{"a": 1}', True), ("null", False), ('["x"]', False), ('"y"', False),
    ]  # fmt: skip
    assert list(records(["[" * 100_000])) == [("[" * 200, False)]
    assert list(records([])) == list(records(["[]"])) == list(records(['{"data": []}'])) == []
