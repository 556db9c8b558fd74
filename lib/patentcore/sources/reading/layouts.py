"""How the tables of files are laid out: where the headers stand, and what parts the cells."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from patentcore.errors import InputError
from patentcore.sources.reading.sniffing import Look
from patentcore.sources.record.headers import Aliases, as_wide_as_rows, match_headers, normal_header


@dataclass(frozen=True)
class Layout:
    """What files must share to be read together.

    Attributes:
        kind: csv, xlsx, columns (Parquet, Arrow) or json.
        header: the headers as they stand.
        encoding: of the text.
        delimiter: between cells.
        skip: records in front of the headers; -1 where the file has none.
        blank: those of them that have cells, but blank ones, which are not counted.
    """

    kind: str
    header: tuple[str, ...]
    encoding: str = "UTF-8"
    delimiter: str = ","
    skip: int = 0
    blank: int = 0


def find_layout(look: Look, aliases: Aliases, header: Sequence[str] = ()) -> Layout:
    """Find delimiter and header row: those with which most fields have a column.

    Where no field has one, the header is the first record, with the delimiter that parts it most.

    Args:
        look: the file.
        aliases: names of the columns that fill a field.
        header: names of the columns of a file that has no header row.

    Raises:
        InputError: the file is empty or no text, or its rows are not as wide as ``header``.
    """
    if header:
        return _layout_without_header(look, header)
    known = {normal_header(name) for names in aliases.values() for name in names}
    best: tuple[tuple[int, int, int], str, int] | None = None
    for delimiter, records in look.records.items():
        filled = [at for at, record in enumerate(records) if any(map(str.strip, record))]
        for at in filled:
            record = records[at]
            is_none = known.isdisjoint(look.names[delimiter][at])
            matched = 0 if is_none else len(match_headers(record, aliases))
            score = (matched, -at, len(record))
            if (matched or at == filled[0]) and (best is None or score > best[0]):
                best = (score, delimiter, at)
    if best is None:
        raise InputError(f"{look.file.uri} is empty or no table")
    _, delimiter, at = best
    header, *rows = look.records[delimiter][at:]
    return _layout(look, as_wide_as_rows(header, rows) if delimiter else header, delimiter, at)


def _layout(look: Look, header: Sequence[str], delimiter: str, skip: int) -> Layout:
    encoding = look.encoding if look.is_text else ""
    in_front = look.records[delimiter][: max(skip, 0)]
    blank = sum(not any(map(str.strip, record)) for record in in_front)
    return Layout(look.kind, tuple(header), encoding, delimiter, skip, blank)


def _layout_without_header(look: Look, header: Sequence[str]) -> Layout:
    widths = {delimiter: len(records[0]) for delimiter, records in look.records.items() if records}
    for delimiter, width in widths.items():
        if width == len(header):
            return _layout(look, header, delimiter, -1)
    raise InputError(
        f"{look.file.uri} has {max(widths.values(), default=0)} columns in its first row, "
        f"the header that was given names {len(header)}"
    )


def require(layout: Layout, look: Look, aliases: Aliases, required: Iterable[str]) -> None:
    """Refuse a file that lacks the column of a required field; name the nearest header.

    Raises:
        InputError: it lacks one.
    """
    found = match_headers(layout.header, aliases)
    for field in required:
        if field not in found:
            wanted = {normal_header(name): name for name in aliases[field]}
            headers = {normal_header(name): name for name in layout.header}
            near = [
                headers[match]
                for name in wanted
                for match in difflib.get_close_matches(name, headers, n=1, cutoff=0.6)
            ]
            hint = f"; nearest: {near[0]}" if near else ""
            raise InputError(
                f"{look.file.uri} has no column {aliases[field][0]} ({field}); "
                f"its first headers are {', '.join(name[:40] for name in layout.header[:12])}{hint}"
            )
