"""Input as bad as it comes: each case ends in a reject row or a clear error, with nothing lost."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from patentcore.errors import InputError
from patentcore.sources import ingest
from patentcore.sources.formats.patsnap import PatSnap

HEADER = "公开(公告)号,标题,摘要,权利要求数\n"
DOES_NOT_FIT = "cells do not fit the header"


def workbook(rows, merged=()) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


FILES: dict[str, bytes] = {
    # To the end of the file.
    "open-1.csv": (HEADER + 'CN1A,a,b,1\nCN2A,"open,b,2\nCN3A,c,d,3\nCN4A,e,f,4\n').encode(),
    # To the mark of a later row; the rows together have as many cells as one should.
    "open-2.csv": (HEADER + 'CN5A,a,"open,2\nCN6A,c,"d",3\nCN7A,e,f,4\n').encode(),
    # With commas in the later row's own marks, and line breaks that are none of rows.
    "open-3.csv": (HEADER + 'CN8A,"open,b,2\nCN9A,"x, y","one\ntwo",3\nCN10A,e,f,4\n').encode(),
    "open-4.csv": (
        HEADER + 'CN27A,"open,b,2\nCN28A,a,"open,2\nCN29A,"x","d",3\nCN30A,e,f,4\n'
    ).encode(),
    "breaks.csv": (
        HEADER + 'CN11A,"a,\nb,c,d","one\r\ntwo\rthree",5\nCN12A,"say ""so""",,6\n'
    ).encode(),
    "old-mac.csv": (HEADER + "CN13A,a,b,1\nCN14A,c,d,2\n").replace("\n", "\r").encode(),
    "cr-in-cell.csv": (HEADER + "CN15A,a\rb,c,1\nCN16A,d,e,2\n").encode(),
    "headers-twice.csv": "公开(公告)号,标题,标题,公开(公告)号\n-,-,second,CN17A\n".encode(),
    "no-title.csv": "公开(公告)号,权利要求数\nCN18A,9\n".encode(),
    "formulas.csv": (HEADER + '"=""CN19A""",=1+1,text,"=""7"""\n').encode(),
    "dates.csv": (
        "公开(公告)号,公开(公告)日,申请日,最早优先权日,权利要求数\n"
        "CN20A,0000-00-00,2015-02-29,2016-02-29,１，２３４\n"
    ).encode(),
    "encoding.csv": (
        (HEADER + "".join(f"CN{n}B,题,{'x' * 80},1\n" for n in range(1_000, 2_000))).encode()
        + "CN21A,坏题,b,1\n".encode("gb18030")
    ),
    "nul.csv": (HEADER + "CN22A,a\0b,c,1\n").encode(),
    "ends-of-rows.csv": (HEADER + "CN31A,a,b,1,\nCN32A,c,,,\nCN33A,d,e\nCN34A,f,g,4,h,\n").encode(),
    "end-of-headers.csv": (HEADER.rstrip() + ",,\nCN35A,a,b,1\nCN36A,c,d,2\n").encode(),
    "formulas.xlsx": workbook(
        [["公开(公告)号", "标题"], ["CN23A", '=CONCATENATE("a","b")'], ['="CN"&"24A"', "y"]]
    ),
    "merged.xlsx": workbook(
        [
            ["导出结果", None, None],
            ["公开(公告)号", "标题", "申请人"],
            ["CN25A", "a", "甲"],
            ["CN26A", "b", None],
        ],
        merged=("A1:C1", "C3:C4"),
    ),
}


@pytest.fixture(scope="module")
def ingested(read_files):
    return read_files(PatSnap(), FILES)


@pytest.fixture(scope="module")
def patents(ingested):
    return {row.publication_number: row for row in ingested.patents.collect()}


@pytest.fixture(scope="module")
def rejects(ingested) -> dict[str, set[tuple[str, str | None, str]]]:
    found: dict[str, set[tuple[str, str | None, str]]] = {}
    for row in ingested.rejects.collect():
        found.setdefault(row.source, set()).add((row.field, row.value, row.reason))
    return found


def test_an_open_quotation_mark_costs_its_own_row(patents, rejects) -> None:
    assert {"CN1A", "CN3A", "CN4A"} <= set(patents)
    assert rejects["open-1.csv"] == {("", 'CN2A,"open,b,2', DOES_NOT_FIT)}


def test_an_open_quotation_mark_that_a_later_row_closes_hides_no_row(patents, rejects) -> None:
    assert {"CN6A", "CN7A"} <= set(patents)
    assert patents["CN6A"].abstract == "d"
    assert patents["CN6A"].claim_count == 3
    assert rejects["open-2.csv"] == {("", 'CN5A,a,"open,2', DOES_NOT_FIT)}


def test_rows_of_several_lines_behind_an_open_mark_are_kept(patents, rejects) -> None:
    assert (patents["CN9A"].title, patents["CN9A"].claim_count) == ("x, y", 3)
    assert patents["CN9A"].abstract.split() == ["one", "two"]
    assert "CN10A" in patents
    assert rejects["open-3.csv"] == {("", 'CN8A,"open,b,2', DOES_NOT_FIT)}


def test_two_open_marks_cost_their_own_rows(patents, rejects) -> None:
    assert {"CN29A", "CN30A"} <= set(patents)
    shown = " ".join(value or "" for _, value, _ in rejects["open-4.csv"])
    assert "CN27A" in shown
    assert "CN28A" in shown


def test_line_breaks_in_cells_are_text(patents, rejects) -> None:
    assert patents["CN11A"].title == "a,\nb,c,d"
    assert patents["CN11A"].abstract.split() == ["one", "two", "three"]
    assert patents["CN12A"].title == 'say "so"'
    assert "breaks.csv" not in rejects


def test_bare_carriage_returns(patents, rejects) -> None:
    assert {"CN13A", "CN14A", "CN16A"} <= set(patents)
    in_cell = patents.get("CN15A")
    if in_cell is None:
        assert any("CN15A" in (value or "") for _, value, _ in rejects["cr-in-cell.csv"])
    else:
        assert in_cell.title.split() == ["a", "b"]


def test_headers_twice_and_missing(patents) -> None:
    assert patents["CN17A"].title == "second"
    assert (patents["CN18A"].title, patents["CN18A"].claim_count) == (None, 9)


def test_formulas(patents, rejects) -> None:
    assert (patents["CN19A"].title, patents["CN19A"].claim_count) == (None, 7)
    assert rejects["formulas.csv"] == {("title", "=1+1", "formula without its value")}
    # A workbook that no program has computed has no values of its formulas.
    assert patents["CN23A"].title is None
    assert rejects["formulas.xlsx"] == {
        ("title", '=CONCATENATE("a","b")', "formula without its value"),
        ("publication_number", None, "no publication number"),
    }


def test_dates_and_digits(patents, rejects) -> None:
    patent = patents["CN20A"]
    assert patent.publication_date is patent.application_date is None
    assert patent.earliest_priority_date == dt.date(2016, 2, 29)
    assert patent.claim_count == 1_234
    assert rejects["dates.csv"] == {
        ("publication_date", "0000-00-00", "not a date"),
        ("application_date", "2015-02-29", "not a date"),
    }


def test_text_in_another_encoding_is_kept_and_said(patents, rejects) -> None:
    assert patents["CN1000B"].title == "题"
    assert "\ufffd" in patents["CN21A"].title
    ((field, _, reason),) = rejects["encoding.csv"]
    assert (field, reason) == ("title", "text not in the file's encoding")


def test_a_nul_is_no_end(patents) -> None:
    assert "CN22A" in patents


def test_delimiters_at_the_ends_of_rows_or_of_headers_alone_part_nothing(patents, rejects) -> None:
    assert [patents[f"CN{n}A"].claim_count for n in (31, 32, 35, 36)] == [1, None, 1, 2]
    assert rejects["ends-of-rows.csv"] == {
        ("", "CN33A,d,e", DOES_NOT_FIT), ("", "CN34A,f,g,4,h,", DOES_NOT_FIT),
    }  # fmt: skip
    assert "end-of-headers.csv" not in rejects


def test_merged_cells_stand_for_each_cell(patents, rejects) -> None:
    for number in ("CN25A", "CN26A"):
        assert [applicant.name for applicant in patents[number].applicants] == ["甲"]
    assert "merged.xlsx" not in rejects


def test_a_cell_of_a_hundred_megabytes(spark, tmp_path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8") as file:
        file.write(HEADER + "CN1A,a,")
        for _ in range(100):
            file.write("x" * 1_000_000)
        file.write(",7\nCN2A,b,c,8\n")
    output = tmp_path / "out"
    summary = ingest(spark, "patsnap", [str(tmp_path / "a.csv")], str(output))
    assert summary.patents == 2
    assert summary.rejects == {"cell of more than 4,000,000 bytes": 1}
    patents = spark.read.parquet(f"{output}/patents")
    kept = {row.publication_number: row for row in patents.collect()}
    assert (kept["CN1A"].claim_count, kept["CN1A"].abstract) == (7, None)


def test_a_truncated_archive_is_an_error_and_leaves_nothing(spark, tmp_path: Path) -> None:
    draw = random.Random(1)
    text = HEADER + "".join(f"CN{n}A,{draw.random()},b,1\n" for n in range(20_000))
    (tmp_path / "a b.csv.gz").write_bytes(gzip.compress(text.encode())[:-50_000])
    with pytest.raises(InputError, match=r"a(%20| )b\.csv\.gz is truncated: unexpected end of"):
        ingest(spark, "patsnap", [str(tmp_path)], str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "pack"), [("a.xml.gz", gzip.compress), ("a.xml.bz2", bz2.compress)]
)
def test_a_truncated_archive_is_named_whoever_meets_its_end(spark, tmp_path, name, pack) -> None:
    draw = random.Random(1)
    text = "".join(
        f"<?xml version='1.0'?><us-patent-grant n='{draw.random()}'/>" for _ in range(40_000)
    )
    for end in (600, -50_000):
        (tmp_path / name).write_bytes(pack(text.encode())[:end])
        with pytest.raises(InputError, match=rf"{name} is truncated: unexpected end of"):
            ingest(spark, "uspto", [str(tmp_path / name)], str(tmp_path / "out"))


def test_a_damaged_workbook_is_an_error_that_names_it(spark, tmp_path) -> None:
    rows = [["公开(公告)号", "标题"], *([f"CN{n}A", "x" * 50] for n in range(1, 2_000))]
    content = bytearray(workbook(rows))
    middle = len(content) // 2
    content[middle : middle + 300] = bytes(300)
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.xlsx"):
        ingest(spark, "auto", [str(tmp_path / "a.xlsx")], str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_an_archive_of_files_is_refused(spark, tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "tables.zip", "w") as archive:
        archive.writestr("g_patent.tsv", "x")
        archive.writestr("g_cpc.tsv", "x")
    with pytest.raises(InputError, match=r"tables\.zip .*a zip archive of 2 files; unpack it"):
        ingest(spark, "auto", [str(tmp_path / "tables.zip")], str(tmp_path / "out"))


@pytest.mark.parametrize("suffix", ["zip", "xz", "zst"])
def test_a_damaged_packed_file_is_an_error_that_names_it(spark, tmp_path, suffix: str) -> None:
    rows = pd.DataFrame({"公开(公告)号": [f"CN{n}A" for n in range(20_000)]})
    whole = tmp_path / f"whole.csv.{suffix}"
    rows.to_csv(whole, index=False)
    (tmp_path / f"a.csv.{suffix}").write_bytes(whole.read_bytes()[:-2_000])
    with pytest.raises(InputError, match=rf"a\.csv\.{suffix} (cannot be read|is truncated): "):
        ingest(spark, "patsnap", [str(tmp_path / f"a.csv.{suffix}")], str(tmp_path / "out"))


def test_rows_in_front_of_their_headers_are_read(spark, tmp_path) -> None:
    row = "CN10000000{}A,x,y,3\n"
    text = row.format(1) + "made by a tool\n" + HEADER + row.format(2)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    ingested = PatSnap().read(spark, [str(tmp_path)])
    found = {one.publication_number for one in ingested.patents.collect()}
    assert found == {"CN100000001A", "CN100000002A"}


def test_a_workbook_with_a_cell_far_out_is_refused(spark, tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1"], book.active["A1048576"] = HEADER[:3], "x", "y"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(InputError, match="has cells as far as XFD1048576"):
        PatSnap().read(spark, [str(tmp_path / "far.xlsx")])


def test_a_parquet_file_that_was_cut_is_named(spark, tmp_path) -> None:
    (tmp_path / "cut.parquet").write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(InputError, match=r"cut\.parquet cannot be read"):
        PatSnap().read(spark, [str(tmp_path / "cut.parquet")])
