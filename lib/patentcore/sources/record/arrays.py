"""Columns of a batch of records in Arrow: each distinct text is read once, lists lie flat.

Everything here works on whole columns; what reads a text is a function of :mod:`cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.column_bytes import (
    Flags,
    Numbers,
    are_empty,
    are_known,
    begin_with_sign,
    bits_of,
    iso_days,
    keys_of,
    may_be_among,
    may_have_outer_blanks,
    without,
)
from patentcore.sources.record.vocabulary import MISSING_CODES, MISSING_WORDS, NO

BLANKS = " \t\r\n\u3000\u00a0\ufeff"
MISSING = frozenset(("", "-", "--"))
# What stands for no value, by the end of a field's name: NA is an office, too, a number's word is
# shown where it is refused, and a word for nothing answers a question.
_MISSING_IN = {
    "publication_number": MISSING,
    **dict.fromkeys(
        ("authority", "family_offices", "priority_offices", "country", "countries"), MISSING_CODES
    ),
    "is_pct": MISSING_CODES - NO,
}

ENTRY = pa.struct([(name, pa.string()) for name in ("raw", "number", "category")])
_OF_ROWS = 0x5851F42D4C957F2D  # odd, of many bits
_SIGN = r"[\p{L}\p{N}]"


def flags(array: pa.Array) -> Flags:
    """Return a boolean array as one of numpy; null is false."""
    known = pc.fill_null(array, False) if array.null_count else array
    if not isinstance(known, pa.BooleanArray):
        return known.to_numpy(zero_copy_only=False)
    return bits_of(known.buffers()[1], known.offset, len(known))


def is_there(array: pa.Array) -> Flags:
    """Tell which values are not null."""
    if pa.types.is_dictionary(array.type) and array.dictionary.null_count:
        array = plain(array)
    return are_known(array)


def once(
    texts: pa.Array, read: Callable[[str], object], kind: pa.DataType | None = None
) -> pa.Array:
    """Read each distinct text once; null stays null.

    >>> once(pa.array(["a", None, "b", "a"]), str.upper).to_pylist()
    ['A', None, 'B', 'A']
    """
    coded = encoded(texts)
    return _read(coded.dictionary, read, kind).take(coded.indices)


def once_coded(texts: pa.Array, read: Callable[[str], object]) -> pa.DictionaryArray:
    """Read each distinct text once; the values are coded by a dictionary."""
    coded = encoded(texts)
    return recoded(coded, _read(coded.dictionary, read))


def _read(
    texts: pa.Array, read: Callable[[str], object], kind: pa.DataType | None = None
) -> pa.Array:
    values = [None if text is None else read(text) for text in texts.to_pylist()]
    return pa.array(values, kind or pa.string())


def recoded(coded: pa.DictionaryArray, values: pa.Array) -> pa.DictionaryArray:
    """Return codes of values, one for each text of a dictionary, without looking at each code."""
    known = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(known.indices.take(coded.indices), known.dictionary)


def encoded(texts: pa.Array) -> pa.DictionaryArray:
    """Return texts as codes of a dictionary."""
    return texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def plain(texts: pa.Array) -> pa.Array:
    """Return an array without its dictionary."""
    if not pa.types.is_dictionary(texts.type):
        return texts
    return texts.dictionary.take(texts.indices)


def dates_of(texts: pa.Array, read: Callable[[str], object]) -> pa.Array:
    """Read dates: those like ``2019-03-01`` all at once, each other distinct text by a function.

    >>> dates_of(pa.array(["2019-03-01", "2019-02-30", "1/3"]), lambda _: None).to_pylist()
    [datetime.date(2019, 3, 1), None, None]
    """
    coded = encoded(texts)
    known = coded.dictionary
    days, is_day = iso_days(known)
    is_day &= is_there(known)
    found = pa.array(days, mask=~is_day)
    others = pa.array(~is_day & is_there(known))
    rest = known.filter(others)
    if len(rest):
        found = pc.replace_with_mask(found, others, _read(rest, read, pa.date32()))
    return found.take(coded.indices)


@lru_cache
def _values(words: frozenset[str]) -> pa.Array:
    return pa.array(sorted(words))


def present(cells: pa.Array, missing: frozenset[str] = MISSING) -> pa.Array:
    """Trim cells; null where one is empty or a dash, or whatever else stands for no value.

    >>> present(pa.array([" G06F ", "--", "", None])).to_pylist()
    ['G06F', None, None, None]
    """
    trimmed = pc.utf8_trim(cells, BLANKS) if may_have_outer_blanks(cells) else cells
    is_missing = are_missing(trimmed, missing)
    return trimmed if is_missing is None else without(trimmed, is_missing)


def are_missing(texts: pa.Array, missing: frozenset[str]) -> Flags | None:
    """Tell which texts, only those alike looked at, stand for no value; ``None``: none does."""
    found = are_empty(texts) if "" in missing else np.zeros(len(texts), bool)
    alike = may_be_among(texts, missing)
    if len(alike):
        found[alike[flags(pc.is_in(texts.take(pa.array(alike)), _values(missing)))]] = True
    return found if found.any() else None


def any_filled(cells: Sequence[pa.Array]) -> Flags:
    """Tell which rows have a cell that is not blank.

    >>> any_filled([pa.array(["a", " ", None]), pa.array(["", "", "b"])]).tolist()
    [True, False, True]
    """
    found = np.zeros(len(cells[0]), bool)
    for column in cells:
        if not found.all():
            found |= is_there(present(column, frozenset([""])))
    return found


def present_in(name: str, cells: pa.Array) -> pa.Array:
    """Trim a field's cells; null where one says that it is missing.

    >>> cells = pa.array(["N/A", "NA", "7"])
    >>> present_in("claims", cells).to_pylist(), present_in("authority", cells).to_pylist()
    ([None, None, '7'], [None, 'NA', '7'])
    """
    ends = (missing for end, missing in _MISSING_IN.items() if name.endswith(end))
    return present(cells, next(ends, MISSING_WORDS))


def is_word(texts: pa.Array) -> Flags:
    """Tell which texts are names or codes, and no word for a missing one.

    >>> is_word(pa.array(["G06F", "#N/A", "?", None])).tolist()
    [True, False, False, False]
    """
    coded = encoded(texts)
    known = coded.dictionary
    is_word = begin_with_sign(known)
    others = np.flatnonzero(~is_word)
    if len(others):
        is_word[others] = flags(pc.match_substring_regex(known.take(pa.array(others)), _SIGN))
    trimmed = pc.utf8_trim(known, BLANKS) if may_have_outer_blanks(known) else known
    is_missing = are_missing(trimmed, MISSING_WORDS)
    if is_missing is not None:
        is_word &= ~is_missing
    return flags(pa.array(is_word).take(coded.indices))


# --- lists -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lists:
    """A list for each record, all of them one behind the other.

    Attributes:
        rows: the record of each element, ascending.
        values: the elements; texts are coded by a dictionary.
        count: of the records.
    """

    rows: Numbers
    values: pa.Array
    count: int

    @classmethod
    def of(cls, array: pa.Array | None, count: int) -> Lists:
        """Lay an array of lists flat."""
        if array is None or pa.types.is_null(array.type):
            return cls.empty(count)
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
        rows = np.repeat(np.arange(count, dtype=np.int64), lengths)
        return cls(rows, array.flatten(), count)

    @classmethod
    def empty(cls, count: int, kind: pa.DataType | None = None) -> Lists:
        """Return lists without elements."""
        return cls(np.array([], np.int64), pa.array([], kind or pa.string()), count)

    def lengths(self) -> Numbers:
        """Return the length of each list."""
        return np.bincount(self.rows, minlength=self.count)

    def mapped(self, values: pa.Array) -> Lists:
        """Return lists of other elements, one for each of these."""
        return replace(self, values=values)

    def kept(self, mask: Flags) -> Lists:
        """Return the elements for which the mask is true."""
        if mask.all():
            return self
        return Lists(self.rows[mask], self.values.filter(pa.array(mask)), self.count)

    def known(self) -> Lists:
        """Leave out elements that are null."""
        return self.kept(is_there(self.values))

    def distinct(self) -> Lists:
        """Return each element of a list once, in order.

        >>> lists = Lists(np.array([0, 0, 1]), pa.array(["a", "a", "a"]), 2)
        >>> lists.distinct().to_array().to_pylist()
        [['a'], ['a']]
        """
        keys = self._keys()
        in_order = np.sort(keys)
        repeated = in_order[1:][in_order[1:] == in_order[:-1]]
        if not len(repeated):
            return self
        # Most elements are there once, which sorting tells far quicker than a table of them all.
        at = np.flatnonzero(flags(pc.is_in(pa.array(keys), pa.array(repeated))))
        some = Lists(self.rows[at], encoded(self.values.take(pa.array(at))), self.count)
        _, first = np.unique(some._keys(), return_index=True)
        kept = np.ones(len(keys), bool)
        kept[at] = False
        kept[at[first]] = True
        return self.kept(kept)

    def _keys(self) -> Numbers:
        """Return numbers that are the same for equal elements of a list, and for hardly others."""
        if pa.types.is_string(self.values.type):
            return self.rows * _OF_ROWS + keys_of(self.values)
        codes = encoded(self.values).indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return (self.rows << 32) + codes

    def first(self) -> pa.Array:
        """Return the first element of each list; null where there is none."""
        places = np.searchsorted(self.rows, np.arange(self.count))
        none = self.lengths() == 0
        return plain(self.values).take(pa.array(places, mask=none))

    def least(self) -> pa.Array:
        """Return the least element of each list; null where it has none.

        >>> Lists(np.array([0, 0, 2]), pa.array([3, 1, None]), 3).least().to_pylist()
        [1, None, None]
        """
        known = self.known()
        order = pc.sort_indices(
            pa.table({"row": known.rows, "value": plain(known.values)}),
            sort_keys=[("row", "ascending"), ("value", "ascending")],
        )
        return replace(known, values=plain(known.values).take(order)).first()

    def to_array(self) -> pa.Array:
        """Return the lists; one without elements is null."""
        lengths = self.lengths()
        offsets = np.zeros(self.count + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        return pa.ListArray.from_arrays(
            pa.array(offsets), plain(self.values), mask=pa.array(lengths == 0)
        )


def position_in(lists: Lists, other: Lists) -> pa.Array:
    """Return for each element the place in another column's lists of the element at its position.

    Null where that list is shorter.
    """
    begins = np.cumsum(lists.lengths()) - lists.lengths()
    other_lengths = other.lengths()
    other_begins = np.cumsum(other_lengths) - other_lengths
    position = np.arange(len(lists.rows)) - begins[lists.rows]
    is_short = position >= other_lengths[lists.rows]
    return pa.array(other_begins[lists.rows] + position, mask=is_short)


def joined(parts: Sequence[Lists], count: int, kind: pa.DataType) -> Lists:
    """Put the lists of each record one behind the other."""
    some = [part for part in parts if len(part.rows)]
    if not some:
        return Lists.empty(count, kind)
    rows = np.concatenate([part.rows for part in some])
    values = pa.concat_arrays([part.values for part in some])
    if len(some) == 1:
        return Lists(rows, values, count)
    order = np.argsort(rows, kind="stable")
    return Lists(rows[order], values.take(pa.array(order)), count)


def coalesce(arrays: Iterable[pa.Array | None]) -> pa.Array | None:
    """Return the first value that is not null; none where no array is there."""
    given = [array for array in arrays if array is not None]
    if len(given) < 2:
        return given[0] if given else None
    return pc.coalesce(*given)
