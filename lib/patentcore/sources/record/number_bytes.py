"""Which numbers of a whole column no rule changes, by their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from patentcore.sources.record.column_bytes import Bytes, Flags, Numbers, content_of, strings

LONGEST_NUMBER = 24
"""Signs of a publication or application number at most."""
CHINESE_PATENT = "ZL"
OF_UNITED_STATES = ("RE", "PP", "RX", "AI")
LITERATURE = ("XP", "ISBN", "ISSN", "IEEE", "DOI", "NPL", "PMID")
"""Letters in front of numbers that are no office's."""

_DIGIT, _LETTER, _OTHER = range(3)
# Those of two letters: plain numbers have no more in front.
_NO_OFFICES = tuple(
    name.encode() for name in (CHINESE_PATENT, *OF_UNITED_STATES, *LITERATURE) if len(name) == 2
)


def _kind_table() -> bytes:
    kinds = np.full(256, _OTHER, np.uint8)
    kinds[ord("0") : ord("9") + 1] = _DIGIT
    kinds[ord("A") : ord("Z") + 1] = _LETTER
    return kinds.tobytes()


_KINDS = _kind_table()
_IS_DIGIT = np.frombuffer(_KINDS, np.uint8) == _DIGIT
_PADDING = np.full(4, _OTHER, np.uint8)


def _offices_table() -> Flags:
    """Tell of two bytes, the second one the higher, whether they may be an office."""
    is_letter = np.frombuffer(_KINDS, np.uint8) == _LETTER
    found = is_letter[:, None] & is_letter
    for name in _NO_OFFICES:
        found[name[1], name[0]] = False
    return found.reshape(-1)


def _kinds_table() -> Numbers:
    """Tell of the last two bytes, the last one the higher, how many of them may be a kind."""
    is_letter = np.frombuffer(_KINDS, np.uint8) == _LETTER
    found = np.zeros((256, 256), np.int64)
    found[_IS_DIGIT[:, None] & is_letter] = 2
    found[is_letter[:, None] & _IS_DIGIT] = 1
    return found.reshape(-1)


_ARE_OFFICES, _KIND_LENGTHS = _offices_table(), _kinds_table()


def plain_numbers(texts: pa.Array) -> tuple[pa.Array, Flags]:
    """Return numbers without marks, and which of them no other rule changes.

    These are an office, digits and maybe a kind, between which a blank or a dash may stand. Those
    of the United States that may lack a digit are left to the rules of
    :mod:`patentcore.sources.record.numbers`, and so are letters that are no office.

    >>> texts = ["US20170064599A1", "EP-1234567-B1", "US2017064599A1", "RE46653", "EP 1 2 A1"]
    >>> bare, is_plain = plain_numbers(pa.array(texts))
    >>> bare.to_pylist()[:2], is_plain.tolist()
    (['US20170064599A1', 'EP1234567B1'], [True, True, False, False, False])
    """
    ends, content = content_of(texts)
    if not len(content):
        return texts, np.zeros(len(texts), bool)
    is_mark = (content == ord(" ")) | (content == ord("-"))
    if not is_mark.any():
        return texts, _are_plain(ends, content)
    before = _counted(is_mark)
    begins, lasts = ends[:-1], ends[1:] - 1
    marks = before[ends[1:]] - before[begins]
    # Places in front of a text and behind it are looked at where it is short.
    kinds = _kinds_of(content)
    is_at = np.concatenate([is_mark, _PADDING == _DIGIT])
    before_kind = (is_at[lasts - 1] & (kinds[lasts] == _LETTER)) | (
        is_at[lasts - 2] & (kinds[lasts - 1] == _LETTER) & (kinds[lasts] == _DIGIT)
    )
    is_placed = marks == is_at[begins + 2].astype(np.int32) + before_kind
    bare = content[~is_mark]
    ends -= before[ends]
    made = strings(ends.astype(np.int32), bare, texts)
    return made, _are_plain(ends, bare) & is_placed


def _counted(flags: Flags) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Count the flags in front of each place."""
    counts = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, dtype=np.int32, out=counts[1:])
    return counts


def _are_plain(ends: Numbers, content: Bytes) -> Flags:
    """Tell which texts, these bytes between these ends, are an office, digits and maybe a kind."""
    lengths = np.diff(ends)
    is_plain = (lengths >= 3) & (lengths <= LONGEST_NUMBER)
    at, begins, lasts = _some(is_plain, np.arange(len(lengths)), ends[:-1], ends[1:] - 1)
    pairs = _pairs_in(content)
    is_plain = _ARE_OFFICES[pairs[begins]] & _IS_DIGIT[content[begins + 2]]
    at, begins, lasts = _some(is_plain, at, begins, lasts)
    # Where a text is as short as can be, its digit stands where the kind would.
    kind = _KIND_LENGTHS[pairs[lasts - 1]] * (lasts - begins > 2)
    # All else must be digits; how long a kind is tells where its letter is.
    is_other = ~_IS_DIGIT[content]
    is_other[begins] = is_other[begins + 1] = False
    lettered = np.flatnonzero(kind)
    is_other[lasts[lettered] + 1 - kind[lettered]] = False
    others = np.flatnonzero(is_other)
    found = np.zeros(len(lengths), bool)
    found[at] = True
    found[np.searchsorted(ends, others, side="right") - 1] = False
    of_20xx = at[found[at] & ((lengths[at] == 12) | (lengths[at] == 14))]
    found[of_20xx[_begin_with(b"US20", ends[of_20xx], content)]] = False
    return found


def _some(mask: Flags, *arrays: Numbers) -> Sequence[Numbers]:
    """Return what the mask is true for, mostly all."""
    return arrays if mask.all() else [array[mask] for array in arrays]


def _pairs_in(content: Bytes) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return the two bytes from each place on as one number, the second one the higher."""
    return np.ndarray(max(len(content) - 1, 0), "<u2", content, strides=(1,))


def _begin_with(letters: bytes, begins: Numbers, content: Bytes) -> Flags:
    """Tell where the bytes from these places on are these letters."""
    found = np.ones(len(begins), bool)
    for place, letter in enumerate(letters):
        found &= content[begins + place] == letter
    return found


def _kinds_of(content: Bytes) -> Bytes:
    kinds = content.tobytes().translate(_KINDS)
    return np.append(np.frombuffer(kinds, np.uint8), _PADDING)
