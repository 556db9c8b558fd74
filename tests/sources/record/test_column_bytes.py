"""Columns read by their bytes: what is odd must come out as text by text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from patentcore.sources.record.arrays import Lists, any_filled, flags, is_there, is_word, present
from patentcore.sources.record.column_bytes import keys_of, may_begin_with, parts_at, without
from patentcore.sources.record.list_cells import elements, listed
from patentcore.sources.record.number_bytes import plain_numbers

SEMICOLON = r"\s*;\s*"


@pytest.mark.parametrize("is_coded", [True, False])
@pytest.mark.parametrize(
    ("separator", "cell", "parts"),
    [
        (SEMICOLON, None, []),
        (SEMICOLON, "", []),
        (SEMICOLON, " ", []),
        (SEMICOLON, "a", ["a"]),
        (SEMICOLON, "a; b", ["a", "b"]),
        (SEMICOLON, "a;b", ["a", "b"]),
        (SEMICOLON, "a ; b", ["a", "b"]),
        (SEMICOLON, "a  ;\tb c", ["a", "b c"]),
        (SEMICOLON, ";a", ["a"]),
        (SEMICOLON, "a; ", ["a"]),
        (SEMICOLON, ";;", []),
        (SEMICOLON, "a; -; N/A; b", ["a", "b"]),
        (SEMICOLON, "Müller; 华为;\u3000x", ["Müller", "华为", "x"]),
        (SEMICOLON, '"a"; "b', ['"a"', '"b']),
        (r"\s*[;；|]\s*", "a； b|c;d", ["a", "b", "c", "d"]),
        (r"\s*[;|]\s*", "a； b|c;d", ["a； b", "c", "d"]),
        (r"\s*;;\s*", "a;;b;; c", ["a", "b", "c"]),
        (r"\s*;;\s*", "a;b;", ["a;b;"]),
        (r"\s*;;\s*", "a;;;b", ["a", ";b"]),
        (r"\s*[\r\n]+\s*", "a \nb\r\n\r\nc", ["a", "b", "c"]),
        (r"\s*ß\s*", "aß b", ["a", "b"]),
    ],
)
@pytest.mark.parametrize("others", [[], ["x; y", None, "z|"], [" ;"]])
def test_lists_are_parted_alike_whatever_stands_beside(
    separator: str, cell: str | None, parts: list[str], others: list[str | None], is_coded: bool
) -> None:
    cells = pa.array([*others, cell, *others], pa.string())
    found = listed(cells, separator, len(cells), is_coded=is_coded)
    assert found.to_array()[len(others)].as_py() == (parts or None)


def test_marks_at_the_ends_of_neighbours_are_not_one_mark() -> None:
    cells = pa.array(["a;", ";b", "c;", " d"])
    assert elements(cells, r"\s*;;\s*", 4, is_coded=False).to_array().to_pylist() == [
        ["a;"], [";b"], ["c;"], ["d"],
    ]  # fmt: skip
    assert elements(cells, SEMICOLON, 4, is_coded=False).to_array().to_pylist() == [
        ["a", None], [None, "b"], ["c", None], ["d"],
    ]  # fmt: skip


def test_a_part_of_a_column_is_parted_as_the_whole() -> None:
    whole = pa.array(["x;y", None, "a;b", "c"])
    rows, parts = parts_at(whole.slice(1), [";"])
    assert rows.tolist() == [1, 1, 2]
    assert parts.to_pylist() == ["a", "b", "c"]


@pytest.mark.parametrize("marks", [["；"], [";;", "|"], ["<=>"]])
def test_other_marks_are_left_to_arrow(marks: list[str]) -> None:
    assert parts_at(pa.array(["a"]), marks) is None


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("US1", "US1"), ("US1A", "US1A"), ("US1A1", "US1A1"), ("US12", "US12"),
        ("EP-1234567-B1", "EP1234567B1"), ("EP 1234567 B1", "EP1234567B1"),
        ("US20170064599A1", "US20170064599A1"), ("JP2017123456A", "JP2017123456A"),
    ],
)  # fmt: skip
def test_plain_numbers_are_told(text: str, bare: str) -> None:
    for beside in ("", "x", "EP1A1", "É"):
        found, is_plain = plain_numbers(pa.array([beside, text, beside]))
        assert (found[1].as_py(), is_plain[1]) == (bare, True)


@pytest.mark.parametrize(
    "text",
    [
        "", "U", "US", "USA", "US1AB", "US1A12", "US-", "US 1 2", "US1A-1", "us1", "US1a", "1US1",
        "ÜS1", "US1é", "ZL1234567", "RE46653", "XP012345", "WOPCT1", "US2017064599A1",
        "US2017064599", "EP12345678901234567890123", "EP1,234", "EP1A1 ", " EP1A1", '"EP1"',
    ],
)  # fmt: skip
def test_other_numbers_are_left_to_the_rules(text: str) -> None:
    for beside in ("", "x", "EP1A1", "É"):
        assert not plain_numbers(pa.array([beside, text, beside]))[1][1]


def test_null_is_no_plain_number() -> None:
    assert plain_numbers(pa.array([None, "US1", None]))[1].tolist() == [False, True, False]


def test_elements_of_one_key_are_told_apart() -> None:
    begin, end = "US201700", "64599A1X"
    texts = pa.array([f"{begin}1{end}", f"{begin}2{end}", f"{begin}1{end}", "EP1A1", "EP1A1", ""])
    assert keys_of(texts)[0] == keys_of(texts)[1]
    lists = Lists(np.array([0, 0, 0, 0, 1, 1]), texts, 2)
    found = lists.distinct().to_array().to_pylist()
    assert found == [[f"{begin}1{end}", f"{begin}2{end}", "EP1A1"], ["EP1A1", ""]]


def test_what_is_missing_is_null_whether_it_has_letters_or_not() -> None:
    cells = pa.array(["x", "", None, "a", "", "--", " b"])
    assert present(cells).to_pylist() == ["x", None, None, "a", None, None, "b"]
    empty = pa.array(["x", "", None, "a"]).slice(1)
    assert present(empty).to_pylist() == [None, None, "a"]
    assert present(empty).null_count == 2
    assert without(pa.array(["a", "b"]), np.array([True, False])).to_pylist() == [None, "b"]


def test_rows_are_filled_by_any_cell() -> None:
    columns = [pa.array(["a", "", None, "\u3000"]), pa.array([None, " ", "b", ""])]
    assert any_filled(columns).tolist() == [True, False, True, False]


def test_signs_of_the_east_are_words_and_its_marks_none() -> None:
    texts = ["华为", "삼성", "ソニー", "一", "〇", "？", "、", "Ärzte", "–", "々"]
    expected = [True, True, True, True, True, False, False, True, False, True]
    assert is_word(pa.array(texts)).tolist() == expected


def test_texts_that_may_begin_with_their_word() -> None:
    words = pa.array(["US1A", None, "", "EP1"])
    texts = pa.array(
        ["US1A 2", "US1A", "US1AB", "US1", "US1A 2", "", "EP1 x", "FP1 x", "EP1\u3000"]
    )
    found = may_begin_with(texts, words, np.array([0, 0, 0, 0, 1, 2, 3, 3, 3]))
    assert found.tolist() == [0, 1, 6]


@pytest.mark.parametrize("begin", [0, 1, 7, 8, 9, 20])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 11])
def test_bits_of_a_part_of_a_column_are_its_own(begin: int, count: int) -> None:
    given = [None if at % 3 == 0 else at % 5 < 2 for at in range(32)]
    truths = pa.array(given).slice(begin, count)
    texts = pa.array([None if one is None else "a" for one in given]).slice(begin, count)
    pairs = pa.StructArray.from_arrays([texts], ["text"])
    part = given[begin : begin + count]
    known = [one is not None for one in part]
    assert flags(truths).tolist() == [one is True for one in part]
    assert is_there(truths).tolist() == is_there(texts).tolist() == known
    assert is_there(texts.dictionary_encode()).tolist() == known
    assert is_there(pairs.field("text")).tolist() == known


def test_nothing_is_there_of_a_column_without_values() -> None:
    assert is_there(pa.nulls(3)).tolist() == [False] * 3
    assert is_there(pa.nulls(3, pa.list_(pa.string()))).tolist() == [False] * 3
    assert is_there(pa.array([1, 2])).tolist() == [True, True]
