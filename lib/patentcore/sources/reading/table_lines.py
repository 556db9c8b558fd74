"""Rows of tables that are no text as lines, their cells parted by tabs. Needs no engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.frames import read_rows_of_frame
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.reading.workbooks import sheet_rows


def lines_of_table(piece: Piece, look: Look) -> Iterator[str]:
    """Return the rows of a workbook, or of a file of columns or records below their names.

    Args:
        piece: the whole file.
        look: at it.
    """
    if look.is_workbook:
        with piece.open() as stream:
            rows = sheet_rows(stream, piece.file.uri)
        yield from (_line(cells) for _, cells in rows)
        return
    names = look.sheet[0]
    yield _line(names)
    encoding = look.encoding if look.is_text else ""
    for block in read_rows_of_frame(piece, encoding, names):
        yield from (
            _line(cells) for cells in zip(*(c.to_pylist() for c in block.cells), strict=True)
        )
        yield from (_line([text]) for _, text in block.misfits)


def _line(cells: Iterable[str | None]) -> str:
    return "\t".join(" ".join((cell or "").split()) for cell in cells)
