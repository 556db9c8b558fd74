"""Which sheets of a workbook are its table."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest

from patentcore.sources.reading.sheets import rows_of

HEADER = ["公开(公告)号", "标题"]
Sheet = Sequence[Sequence[object]]


def book(sheets: dict[str, Sheet], hidden: Sequence[str] = ()) -> io.BytesIO:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    content = io.BytesIO()
    made.save(content)
    content.seek(0)
    return content


@pytest.mark.parametrize(
    ("sheets", "hidden"),
    [
        ({"table": [HEADER, ["CN1A", "阀"]]}, ()),
        ({"note": [["导出说明"], ["PatSnap"]], "table": [HEADER, ["CN1A", "阀"]]}, ()),
        ({"old": [HEADER, ["CN9A", "x"]], "table": [HEADER, ["CN1A", "阀"]]}, ("old",)),
        ({"table": [HEADER, ["CN1A", "阀"]], "others": [["Land", "Anzahl"], ["CN", 1]]}, ()),
        ({"empty": [], "table & <more>": [HEADER, ["CN1A", "阀"]]}, ()),
    ],
)
def test_the_first_visible_sheet_of_several_columns_is_the_table(sheets, hidden) -> None:
    assert list(rows_of(book(sheets, hidden))) == [(1, HEADER), (2, ["CN1A", "阀"])]


def test_sheets_that_begin_alike_go_on_with_it_and_their_rows_are_counted_on() -> None:
    sheets = {
        "1": [HEADER, ["CN1A", "阀"]],
        "note": [["x"]],
        "2": [HEADER, ["CN2A", "=A1"], [], ["CN3A", "泵"]],
    }
    assert list(rows_of(book(sheets))) == [
        (1, HEADER),
        (2, ["CN1A", "阀"]),
        (4, ["CN2A", "=A1"]),  # a formula that no program has computed
        (6, ["CN3A", "泵"]),
    ]


def test_a_list_of_one_column_is_the_first_sheet_with_cells() -> None:
    sheets = {"empty": [], "list": [["US7654321B2"], ["EP1A1"]], "more": [["US1A"]]}
    assert list(rows_of(book(sheets), limit=2)) == [(1, ["US7654321B2"]), (2, ["EP1A1"])]
