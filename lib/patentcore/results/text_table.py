"""Tables as text: numbers to the right and as the paper prints them, within a terminal's width."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from patentcore.words.safety import visible

GAP = "  "
_NARROWEST = 12
"""Columns of text are not cut below this width before whole columns are left out."""
_DIGITS = 6
_TINY = 1e-4


def json_text(value: Any) -> str:
    r"""Write a value as JSON that a terminal shows as it is.

    >>> print(json_text("触控\x9b31m\u202e\x1b"))
    "触控\u009b31m\u202e\u001b"
    """
    return visible(json.dumps(value, ensure_ascii=False, indent=2, default=str), keep="\n")


def as_printed(column: str, value: float | None) -> str:
    """Write a figure as the paper's tables print it, nothing for an unknown one.

    Core degrees have two decimals as in Table 5, others at most six, tiny ones three digits and an
    exponent, as in Table 4.

    >>> [as_printed("popularity", value) for value in (4.5625, 22.5 / 11, 330.0, 9.606e-5)]
    ['4.5625', '2.045455', '330', '9.61E-05']
    >>> as_printed("core_degree", 214.5), as_printed("core_degree", None)
    ('214.50', '')
    """
    if value is None or value != value:
        return ""
    if column == "core_degree":
        return f"{value:.2f}"
    if 0 < abs(value) < _TINY:
        return f"{value:.2E}"
    text = f"{value:.{_DIGITS}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def width_of(text: str) -> int:
    r"""Return the columns of a terminal that a text takes: two for a wide character.

    >>> width_of("触控panel"), width_of("e\u0301")
    (9, 1)
    """
    if text.isascii():
        return len(text)
    return sum(_width_of(character) for character in text)


def _width_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """Shorten a text to so many columns.

    >>> cut("触控面板", 6), cut("panel", 5)
    ('触控…', 'panel')
    """
    if width_of(text) <= width:
        return text
    kept, taken = [], 0
    for character in text:
        taken += _width_of(character)
        if taken > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def text_table(
    cells: Mapping[str, Sequence[Any]], numeric: Collection[str], width: int | None = None
) -> tuple[str, list[str]]:
    """Return a table as text, and the columns that there was no room for.

    Texts are cut before columns are left out, the last first; the first column always stays.

    Args:
        cells: of each column.
        numeric: columns that are set to the right.
        width: of the terminal; ``None`` for as wide as the table is.

    >>> print(text_table({"id": ["CN1A", "触"], "rank": [1, 12]}, {"rank"})[0])
    id    rank
    CN1A     1
    触      12
    """
    texts = {name: [str(cell) for cell in column] for name, column in cells.items()}
    widths = {name: max(map(width_of, [name, *column])) for name, column in texts.items()}
    left_out = [] if width is None else _fit(widths, numeric, width)
    columns = [
        [_set(text, widths[name], name in numeric) for text in (name, *texts[name])]
        for name in widths
    ]
    lines = (GAP.join(row).rstrip() for row in zip(*columns, strict=True))
    return "\n".join(lines), left_out


def _fit(widths: dict[str, int], numeric: Collection[str], width: int) -> list[str]:
    """Narrow the columns, and remove what does not fit even so; return the latter."""

    def excess() -> int:
        return sum(widths.values()) + len(GAP) * (len(widths) - 1) - width

    left_out: list[str] = []
    shortest = {
        name: taken if name in numeric else min(taken, max(_NARROWEST, len(name)))
        for name, taken in widths.items()
    }
    while len(widths) > 1 and excess() > sum(widths[name] - shortest[name] for name in widths):
        left_out.insert(0, list(widths)[-1])
        del widths[left_out[0]]
    while excess() > 0 and max(widths.values()) > 1:
        widest = max(widths, key=lambda name: (widths[name] > shortest[name], widths[name]))
        widths[widest] -= 1
    return left_out


def _set(text: str, width: int, is_number: bool) -> str:
    text = cut(text, width)
    blank = " " * (width - width_of(text))
    return blank + text if is_number else text + blank
