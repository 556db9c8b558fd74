"""Cells that hold lists, whole columns of them parted at their marks."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.arrays import (
    MISSING,
    Lists,
    are_missing,
    encoded,
    flags,
    recoded,
)
from patentcore.sources.record.column_bytes import (
    have_blank_behind,
    holds,
    may_have_outer_blanks,
    parts_at,
)
from patentcore.sources.record.vocabulary import MISSING_WORDS

# Blanks, one of some marks, one or several of them, blanks: what most separators are.
_MARKED = re.compile(
    r"(?:\\s|\[\\s\\u3000\])\*(?:\[(?P<marks>(?:[^\]\\^-]|\\[rn])+)\]|"
    r"(?P<mark>[^\[\]()\\.*+?|^$]+))(?P<run>\+?)(?:\\s|\[\\s\\u3000\])\*"
)


def elements(
    cells: pa.Array | None,
    separator: str,
    count: int,
    missing: frozenset[str] = MISSING,
    *,
    is_coded: bool = True,
) -> Lists:
    """Split list cells at a regular expression; missing elements are null.

    Args:
        cells: the column; none where there is no such column.
        separator: what stands between the elements of a list.
        count: of the records.
        missing: what stands for no element.
        is_coded: code the elements by a dictionary, which pays where each is read by a function.

    >>> elements(pa.array(["a; -; b", None]), r"; *", 2).to_array().to_pylist()
    [['a', None, 'b'], None]
    """
    if cells is None or cells.null_count == len(cells):
        return Lists.empty(count)
    found = _split(cells, separator, is_coded=is_coded)
    texts = found.values.dictionary if is_coded else found.values
    is_missing = are_missing(texts, missing)
    if is_missing is None:
        return found
    known = pc.if_else(pa.array(is_missing), pa.scalar(None, pa.string()), texts)
    return found.mapped(recoded(found.values, known) if is_coded else known)


def listed(
    cells: pa.Array | None,
    separator: str,
    count: int,
    missing: frozenset[str] = MISSING_WORDS,
    *,
    is_coded: bool = True,
) -> Lists:
    """Split list cells as :func:`elements` does, and leave missing elements out.

    >>> listed(pa.array(["a; -; N/A; b", None]), r"; *", 2).to_array().to_pylist()
    [['a', 'b'], None]
    """
    return elements(cells, separator, count, missing, is_coded=is_coded).known()


def _split(cells: pa.Array, separator: str, *, is_coded: bool) -> Lists:
    """Split cells; the elements are coded, each distinct one once, where that is asked for."""
    count = len(cells)
    marked = _MARKED.fullmatch(separator)
    if marked is None:
        parts = Lists.of(pc.split_pattern_regex(cells, re2(separator)), count)
        return parts.mapped(encoded(parts.values)) if is_coded else parts
    parts = _parted(cells, [marked["mark"]] if marked["mark"] else _unescaped(marked["marks"]))
    # Other blanks around the mark go, which is done once for each distinct element.
    if is_coded:
        parts = parts.mapped(encoded(parts.values))
    texts = parts.values.dictionary if is_coded else parts.values
    if may_have_outer_blanks(texts):
        texts = pc.utf8_trim_whitespace(texts)
        parts = parts.mapped(recoded(parts.values, texts) if is_coded else texts)
    if not marked["run"]:
        return parts
    # Several marks part no more than one does.
    filled = pc.not_equal(texts, "")
    return parts.kept(flags(filled.take(parts.values.indices) if is_coded else filled))


def _parted(cells: pa.Array, marks: list[str]) -> Lists:
    """Part cells at each of these marks; blanks beside them go where all have them."""
    there = [mark for mark in marks if holds(cells, mark)] or marks[:1]
    found = parts_at(cells, there) if len(there) > 1 else None
    if found is not None:
        return Lists(*found, len(cells))
    text, mark = cells, there[0]
    for other in there[1:]:
        text = pc.replace_substring(text, other, mark)
    if have_blank_behind(text, mark):  # as lists mostly have it
        mark += " "
    return Lists.of(pc.split_pattern(text, mark), len(cells))


def _unescaped(marks: str) -> list[str]:
    return list(marks.replace(r"\r", "\r").replace(r"\n", "\n"))


def re2(pattern: str) -> str:
    r"""Write a regular expression for Arrow, which knows no ``\u3000``."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern)
