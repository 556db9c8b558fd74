"""Files found, and read in pieces: every line once, whatever the pieces' borders."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from patentcore.errors import InputError
from patentcore.sources.reading import batches, files
from patentcore.sources.reading.files import File, Piece, find_files, pieces_of, told
from patentcore.sources.reading.tabular import read_rows

LINES = [b"a" * length for length in (0, 1, 5, 40, 3, 0, 17, 100, 2)]


def file_of(path: Path, content: bytes) -> File:
    path.write_bytes(content)
    return File(str(path), len(content))


@pytest.mark.parametrize("mark", [b"\n", b"<?xml "])
@pytest.mark.parametrize("size", range(7, 60, 3))
@pytest.mark.parametrize("is_ended", [True, False])
def test_lines_of_pieces_are_those_of_the_file(tmp_path, monkeypatch, mark, size, is_ended) -> None:
    monkeypatch.setattr(files, "_PIECE_BYTES", size)
    file = file_of(tmp_path / "a.txt", mark.join(LINES) + (mark if is_ended else b""))
    pieces = pieces_of([file])
    assert len(pieces) == -(-file.size // size)
    texts = [text for piece in pieces if (text := piece.lines(mark).read())]
    assert b"".join(texts) == (tmp_path / "a.txt").read_bytes()
    assert all(text.endswith(mark) for text in texts[:-1])


def test_a_packed_file_is_one_piece(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(files, "_PIECE_BYTES", 10)
    file = file_of(tmp_path / "a.txt.gz", gzip.compress(b"\n".join(LINES)))
    (piece,) = pieces_of([file])
    assert piece.lines().read() == b"\n".join(LINES)


@pytest.mark.parametrize("end", [10, -20])
def test_a_packed_file_that_ends_too_early_is_named(tmp_path, end: int) -> None:
    packed = gzip.compress(bytes(range(256)) * 200)
    file = file_of(tmp_path / "a.gz", packed[:end])
    with pytest.raises(InputError, match=r"a\.gz is truncated: unexpected end"), told(file):
        Piece(file).open().read()


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.csv", ["a1.csv", "a2.csv", "b.csv"]),
        ("a?.csv", ["a1.csv", "a2.csv"]),
        ("{a1,b}.csv", ["a1.csv", "b.csv"]),
        ("[!b]*.csv", ["a1.csv", "a2.csv"]),
        ("a1.csv", ["a1.csv"]),
    ],
)
def test_patterns_of_names(spark, tmp_path, pattern: str, names: list[str]) -> None:
    for name in ("a1.csv", "a2.csv", "b.csv", "c.txt"):
        (tmp_path / name).touch()
    found = find_files(spark, [str(tmp_path / pattern)], [".csv"])
    assert [file.name for file in found] == names


def test_rows_of_one_large_file_are_all_there_when_spread(spark, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(batches, "_WORTH_DEALING", 1)
    path = tmp_path / "table.csv"
    path.write_text("number,title\n" + "".join(f"US{at}A,one\n" for at in range(40)) + ",\n")
    rows = read_rows(spark, [str(path)], {"number": ("number",)}, ["number"])
    places = sorted((row["_row"], row["number"]) for row in rows.collect())
    assert places == [*((at + 2, f"US{at}A") for at in range(40)), (42, None)]
