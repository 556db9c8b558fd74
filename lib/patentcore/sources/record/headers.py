"""Names of columns, compared across their spellings."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

Aliases = Mapping[str, Sequence[str]]
# (US) at the end of a header, (公告) inside one, X.标. for [标] in front.
_BRACKETS_OF_R = re.compile(r"\.+(\w+)\.$|(?:^x)?\.([^\W\d_a-z]+)\.")
_SIGNS = str.maketrans({"[": "(", "]": ")", ".": "", "/": "", "_": ""})
# Signs without width: joiners, marks of the direction, byte order marks inside, soft hyphens.
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@lru_cache(1 << 16)  # all formats are asked about the cells of every file's first rows
def normal_header(header: str) -> str:
    r"""Fold what differs between two prints of one header: width, case, spaces, underscores.

    R writes a dot for each sign that no name of its own may have.

    >>> normal_header("公开（公告）号 ") == normal_header("公开(公告)号")
    True
    >>> normal_header("\u200b标题\u00a0") == normal_header("标题")
    True
    >>> normal_header("Owners (US)") == normal_header("owners_(us)") == normal_header("Owners..US.")
    True
    """
    folded = unicodedata.normalize("NFKC", _NO_WIDTH.sub("", header)).casefold()
    bare = _BRACKETS_OF_R.sub(r"(\1\2)", folded).translate(_SIGNS)
    return "".join((bare or folded).split())


def match_headers(header: Sequence[str], aliases: Aliases) -> dict[str, list[int]]:
    """Return for each field the positions of its columns, in the order of its aliases.

    >>> match_headers(["Title", "标题"], {"title": ("标题", "Title"), "abstract": ("摘要",)})
    {'title': [1, 0]}
    """
    names = tuple((field, tuple(each)) for field, each in aliases.items())
    return {field: list(at) for field, at in _matched(tuple(header), names).items()}


@lru_cache(1 << 10)  # the same rows of the same files are asked about again and again
def _matched(
    header: tuple[str, ...], aliases: tuple[tuple[str, tuple[str, ...]], ...]
) -> dict[str, list[int]]:
    positions = defaultdict(list)
    for position, name in enumerate(header):
        positions[normal_header(name)].append(position)
    found = {
        field: [p for name in names for p in positions.get(normal_header(name), [])]
        for field, names in aliases
    }
    return {field: at for field, at in found.items() if at}


def as_wide_as_rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return headers with as many blank ones at their end as most rows below have cells.

    Some programs end their lines with a delimiter, but not the headers' line, or that alone.

    >>> as_wide_as_rows(["Title", "IPC"], [["Valve", "F16K1/00", ""], ["Tap", "", ""]])
    ['Title', 'IPC', '']
    >>> as_wide_as_rows(["Title", "IPC", ""], [["Valve", "F16K1/00"]])
    ['Title', 'IPC']
    """
    # The last one may be cut off where the look at the file ends.
    [(width, _)] = Counter(map(len, rows[:-1] or rows)).most_common(1) or [(len(header), 0)]
    alike = (row for row in rows if len(row) == width)
    surplus = [*header[width:], *(cell for row in alike for cell in row[len(header) :])]
    if any(map(str.strip, surplus)):
        return header
    return [*header, *[""] * (width - len(header))][:width]
