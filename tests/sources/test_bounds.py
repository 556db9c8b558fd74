"""Files made to fill the memory or to end the process: each ends within its bounds."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable

import pytest
from tests.sources.formats.test_patsnap import OLD_WORKBOOK
from tests.sources.test_hostile import HEADER, workbook

from patentcore.errors import InputError
from patentcore.sources.formats import docdb
from patentcore.sources.formats.patentscope import result
from patentcore.sources.reading import delimited, json_lines, sheets, workbooks
from patentcore.sources.reading.delimited import Form, read_delimited
from patentcore.sources.reading.files import File, Piece, told
from patentcore.sources.reading.json_lines import documents_of, lines_of
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.scripts import encoding_of
from patentcore.sources.reading.sniffing import HEAD_BYTES, Look, look_into
from patentcore.sources.reading.workbooks import sheet_rows

ROWS = [["公开(公告)号", "标题"], ["CN1A", "x"]]


def changed(change: Callable[[bytes], bytes]) -> io.BytesIO:
    """Return a workbook whose sheet's XML was changed."""
    made = io.BytesIO()
    book = zipfile.ZipFile(io.BytesIO(workbook(ROWS)))
    with book, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as other:
        for name in book.namelist():
            text = book.read(name)
            other.writestr(name, change(text) if name.endswith("sheet1.xml") else text)
    made.seek(0)
    return made


def behind_rows(text: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"</sheetData>", text + b"</sheetData>")


# --- workbooks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [520, 631])
def test_an_old_workbook_that_ends_the_process_that_reads_it_is_named(at) -> None:
    content = OLD_WORKBOOK[:at] + b"9" * 300 + OLD_WORKBOOK[at:]
    with pytest.raises(InputError, match=r"a\.xls is damaged, or takes more than"):
        list(sheet_rows(io.BytesIO(content), "a.xls"))


def test_cells_merged_over_a_whole_sheet() -> None:
    def merges(count: int, rows: bytes) -> io.BytesIO:
        cells = b'<mergeCell ref="A1:XFD1048576"/>' * count
        end = rows + b"</sheetData><mergeCells>" + cells + b"</mergeCells>"
        return changed(lambda xml: xml.replace(b"</sheetData>", end))

    first, second = sheet_rows(merges(12, b""), "a.xlsx")
    assert (first[1], second[1]) == (["公开(公告)号"] * 16_384,) * 2
    with pytest.raises(InputError, match=r"merged cells that cover 196,608,000 cells"):
        list(sheet_rows(merges(12, b'<row r="1000"><c r="A1000"><v>1</v></c></row>'), "a.xlsx"))


def test_a_cell_far_out_that_the_sheet_does_not_tell_of() -> None:
    far = behind_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(InputError, match=r"a\.xlsx is damaged, or takes more than 1536 MiB"):
        list(sheet_rows(changed(far), "a.xlsx"))


def test_a_workbook_of_little_else_than_blanks(monkeypatch) -> None:
    blanks = b" " * (64 << 20)
    assert len(list(sheet_rows(changed(behind_rows(blanks)), "a.xlsx"))) == 2
    monkeypatch.setattr(workbooks, "_MOST_MEMORY", 128 << 20)
    row = b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + blanks + b"</t></is></c></row>"
    with pytest.raises(InputError, match=r"a\.xlsx is damaged, or takes more than 128 MiB"):
        list(sheet_rows(changed(behind_rows(row)), "a.xlsx"))


def test_formulas_are_found_wherever_a_sheet_is_parted(monkeypatch) -> None:
    content = workbook([["公开(公告)号", "标题"], *([f"CN{at}A", f"=A{at}&1"] for at in range(9))])
    whole = list(sheets.rows_of(io.BytesIO(content)))
    assert [cells[1] for _, cells in whole[1:]] == [f"=A{at}&1" for at in range(9)]
    monkeypatch.setattr(sheets, "_CHUNK", 100)
    for head in range(20, 100, 7):
        monkeypatch.setattr(sheets, "_HEAD", head)
        assert list(sheets.rows_of(io.BytesIO(content))) == whole


def test_a_workbook_that_is_too_large_to_be_one(monkeypatch) -> None:
    monkeypatch.setattr(workbooks, "_MOST_BYTES", 1 << 20)
    with pytest.raises(InputError, match=r"a\.xlsx has more than 1 MiB"):
        sheet_rows(io.BytesIO(bytes(2 << 20)), "a.xlsx")


# --- text ----------------------------------------------------------------------------------------


def blocks(text: str) -> tuple[list[list[str]], list[str]]:
    """Return rows and misfits, as they are read row by row."""
    found = list(read_delimited(lambda: io.BytesIO(text.encode()), Form(3)))
    rows = [list(row) for block in found for row in zip(*map(list, block.cells), strict=True)]
    misfits = [text for block in found for _, text in block.misfits]
    return [[str(cell) for cell in row] for row in rows], misfits


def test_a_cell_that_does_not_fit_the_memory_costs_itself_only(monkeypatch) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(delimited, "_LONGEST_CELL", 2_000)
    rows, misfits = blocks(f"CN1A,{'x' * 50_000},7\nCN2A,b,8\n")
    assert rows == [["CN1A", "x" * 2_000, "7"], ["CN2A", "b", "8"]]
    assert misfits == []


@pytest.mark.parametrize("cell", ["x " * 50, "x, " * 50])
def test_a_line_that_does_not_fit_the_memory_is_no_row(monkeypatch, cell) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(delimited, "_LONGEST_CELL", 2_000)
    monkeypatch.setattr(delimited, "_LONGEST_LINE", 5_000)
    rows, misfits = blocks(f"CN1A,{cell * 1_000},7\nCN2A,b,8\n")
    if "," in cell:
        assert len(misfits[0]) < 6_000
        assert misfits[0].startswith("CN1A,x, x")
    else:
        assert rows.pop(0) == ["CN1A", (cell * 1_000)[:2_000], "7"]
    assert rows == [["CN2A", "b", "8"]]


def test_a_line_cut_in_its_last_cell_is_no_row(monkeypatch) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(delimited, "_LONGEST_LINE", 5_000)
    rows, misfits = blocks(f"CN1A,b,{'x' * 50_000}\nCN2A,b,8\n")
    assert (rows, len(misfits)) == ([["CN2A", "b", "8"]], 1)


def test_a_header_of_thousands_of_columns_is_looked_at_whole(tmp_path) -> None:
    names = [*HEADER.strip().split(","), *(f"column {at}" for at in range(10_000))]
    path = tmp_path / "a.csv"
    path.write_text(",".join(names) + "\nCN1A\n", encoding="utf-8")
    assert path.stat().st_size > HEAD_BYTES
    (look,) = look_into(None, [File(str(path), path.stat().st_size)])  # type: ignore[arg-type]
    assert find_layout(look, {"number": names[:1]}).header == tuple(names)


# --- JSON and XML --------------------------------------------------------------------------------


def test_a_long_line_is_cut(monkeypatch) -> None:
    monkeypatch.setattr(json_lines, "_LONGEST", 20)
    monkeypatch.setattr(json_lines, "_CHUNK", 10)
    first, second = lines_of(io.BytesIO(b"x" * 1_000 + b"\n{}\n"))
    assert len(first) <= 50
    assert second == b"{}"


def test_records_on_one_line_are_read_one_by_one(tmp_path) -> None:
    text = "".join(json.dumps({"lens_id": str(n), "x": "y" * 90}) for n in range(2_000))
    file = File(str(tmp_path / "a.json"), len(text))
    (tmp_path / "a.json").write_text(text)
    assert not json_lines._is_lines(Look(file, text.encode()[:HEAD_BYTES]))
    assert len(list(documents_of(Piece(file), "UTF-8"))) == 2_000


def test_nested_without_end() -> None:
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    file = File("a.json", 0)
    for text in (f"[{deep}]", deep):
        piece = Piece(file, content=text.encode())
        assert all(isinstance(one, str) for one in documents_of(piece, "UTF-8"))


def test_an_exchange_document_without_end_is_broken(monkeypatch) -> None:
    monkeypatch.setattr(docdb, "_LONGEST", 1_000)
    monkeypatch.setattr(docdb, "_CHUNK", 100)
    begin, end = "<exch:exchange-document><bibliographic-data>", "</exch:exchange-document>"
    whole = f"{begin}</bibliographic-data>{end}"
    text = f"<exch:exchange-documents>{begin}{'x' * 5_000}{end}{whole}"
    broken, sound = docdb._documents(Piece(File("a.xml", 0), content=text.encode()), "UTF-8")
    assert isinstance(broken, str)
    assert len(broken) < 1_200
    assert sound.tag == "exchange-document"


# --- others --------------------------------------------------------------------------------------


def test_a_parquet_file_with_broken_names_is_named() -> None:
    with pytest.raises(InputError, match=r"a\.parquet cannot be read"), told(File("a.parquet", 1)):
        b"\xdb".decode()


def test_priorities_without_a_blank_take_no_time() -> None:
    columns = ("number", "application", "application_date", "date", "country", "title")
    lists = ("abstract", "ipc", "applicants", "inventors")
    row = dict.fromkeys((*columns, *lists)) | {"priorities": "x" * 40_000}
    begin = time.process_time()
    assert next(result(row))["priorities"] is None
    assert time.process_time() - begin < 2


def test_a_file_of_one_word_takes_no_time_to_tell_its_encoding() -> None:
    begin = time.process_time()
    assert encoding_of(b"A1" * (HEAD_BYTES // 2) + "ü Müller".encode("cp1252")) == "windows-1252"
    assert time.process_time() - begin < 2
