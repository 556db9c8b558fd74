"""Publication and application numbers of whole columns in Arrow; the rule is that of numbers.py."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.arrays import (
    ENTRY,
    Lists,
    encoded,
    flags,
    is_there,
    once,
    plain,
)
from patentcore.sources.record.cells import DATE_BEHIND, to_citation
from patentcore.sources.record.column_bytes import days_of, holds
from patentcore.sources.record.number_bytes import LONGEST_NUMBER, plain_numbers
from patentcore.sources.record.numbers import (
    DATE,
    OFFICE_TWICE,
    OWN_LETTERS,
    SHORT_US_PRE_GRANT,
    US_SERIAL,
    USUAL,
    clean_application_number,
    clean_number,
)

# A date behind a number, as Derwent has it behind those of applications.
_DATED = rf"^([A-Z]{{2}}[A-Z0-9]*[0-9][A-Z]{{0,2}}) {DATE}$"
_SEPARATORS = (" ", "/", "-")
# A blank and a date with its dashes.
_DATED_END = 11
# Digits, maybe with a kind, and no number rounded by a spreadsheet.
_BARE = r"^'?[0-9][0-9 ,./-]{4,}[0-9X](?: ?[A-Z][0-9]?)?$"
_BRACKETS = "(（["
_DATE_MARKS = "-./"
_DIGITS = 8  # of a date
_UNUSUAL_APPLICATION = f"^(?:CN)?ZL|^WOPCT|{OFFICE_TWICE}"


def publication_numbers(texts: pa.Array) -> pa.Array:
    """Normalise publication numbers as :func:`clean_number` does, usual spellings all at once.

    >>> publication_numbers(pa.array(["US 2017/0064599 A1", "US2017/064599 A1", "n/a"])).to_pylist()
    ['US20170064599A1', 'US20170064599A1', None]
    """
    return _normalised(texts, clean_number, is_publication=True)


def application_numbers(texts: pa.Array) -> pa.Array:
    """Normalise application numbers as :func:`clean_application_number` does.

    >>> application_numbers(pa.array(["US15360203A 20160920", "US 15/360203"])).to_pylist()
    ['US15360203A', 'US15360203']
    """
    return _normalised(texts, clean_application_number, is_publication=False)


def publications_of(
    texts: pa.Array,
    offices: pa.Array,
    kinds: pa.Array | None = None,
    numbers: pa.Array | None = None,
) -> pa.Array:
    """Normalise publication numbers; what they lack of office and kind stands beside.

    Args:
        texts: the numbers as they stand.
        offices: codes of two letters, or null.
        kinds: codes that go behind a number without one.
        numbers: the numbers normalised, where they are.

    >>> texts = pa.array(["7,654,321", "EP1A1", "JP5875093"])
    >>> offices, kinds = pa.array(["US", "EP", "JP"]), pa.array(["B2", "B1", "B2"])
    >>> publications_of(texts, offices, kinds).to_pylist()
    ['US7654321B2', 'EP1A1', 'JP5875093B2']
    """
    numbers = _with_office(publication_numbers, texts, offices, numbers)
    return numbers if kinds is None else _with_kind(numbers, kinds)


def applications_of(
    texts: pa.Array, offices: pa.Array, numbers: pa.Array | None = None
) -> pa.Array:
    """Normalise application numbers; bare ones take the office that stands beside.

    >>> applications_of(pa.array(["15/360,203", "2.01E+11"]), pa.array(["US", "CN"])).to_pylist()
    ['US15360203', None]
    """
    return _with_office(application_numbers, texts, offices, numbers)


def _with_office(
    read: Callable[[pa.Array], pa.Array],
    texts: pa.Array,
    offices: pa.Array,
    numbers: pa.Array | None,
) -> pa.Array:
    if numbers is None:
        numbers = read(texts)
    if is_there(numbers).all():
        return numbers
    is_bare = flags(pc.match_substring_regex(texts, _BARE)) & ~is_there(numbers)
    is_bare &= flags(pc.match_substring_regex(offices, "^[A-Z]{2}$"))
    at = np.flatnonzero(is_bare)
    if not len(at):
        return numbers
    places = pa.array(at)
    bare = once(plain(texts).take(places), without_zeros)
    found = read(pc.binary_join_element_wise(plain(offices).take(places), bare, ""))
    return pc.replace_with_mask(plain(numbers), pa.array(is_bare), found)


def _with_kind(numbers: pa.Array, kinds: pa.Array) -> pa.Array:
    """Put the kinds that stand beside behind the numbers that end without a letter."""
    whole = plain(numbers)
    lacks = flags(pc.match_substring_regex(pc.utf8_slice_codeunits(whole, -2), "^[0-9]{2}$"))
    if not lacks.any():
        return numbers
    lacks = lacks & flags(pc.match_substring_regex(plain(kinds), "^[A-Za-z][0-9]?$"))
    at = np.flatnonzero(lacks)
    places = pa.array(at)
    kind = pc.utf8_upper(plain(kinds).take(places))
    found = pc.binary_join_element_wise(whole.take(places), kind, "")
    return pc.replace_with_mask(whole, pa.array(lacks), found)


def without_zeros(text: str) -> str | None:
    """Take off what a spreadsheet puts behind a number; null where a check digit is wrong.

    China's application numbers of nine or thirteen digits end with one, behind a dot.

    >>> without_zeros("7654321.0"), without_zeros("201410123456.70"), without_zeros("'2014.8")
    ('7654321', '201410123456.7', '2014.8')
    >>> without_zeros("201410123456.8") is None
    True
    """
    text = text.lstrip("'")  # which makes a spreadsheet keep a text
    serial, dot, places = text.partition(".")
    check = places[:1] + places[1:].rstrip("0")
    if not dot or len(serial) not in (8, 12) or not serial.isdigit() or len(check) != 1:
        return text if check.strip("0") else serial
    text = f"{serial}.{check}"
    total = sum(int(digit) * (2 + at % 8) for at, digit in enumerate(serial))
    return text if "0123456789X"[total % 11] == check else None


def _normalised(
    texts: pa.Array, clean: Callable[[str], str | None], *, is_publication: bool
) -> pa.Array:
    if pa.types.is_dictionary(texts.type):
        known = _normalised(texts.dictionary, clean, is_publication=is_publication)
        return known.take(texts.indices)
    bare, is_plain = plain_numbers(texts)
    odd = pa.array(~is_plain & is_there(texts))
    others = texts.filter(odd)
    if not len(others):
        return bare
    coded = encoded(others)
    by_rules = _by_rules(coded.dictionary, clean, is_publication=is_publication)
    return pc.replace_with_mask(bare, odd, by_rules.take(coded.indices))


def _by_rules(
    texts: pa.Array, clean: Callable[[str], str | None], *, is_publication: bool
) -> pa.Array:
    if holds(texts, " "):
        texts = pc.replace_substring_regex(texts, _DATED, r"\1")
    bare = texts
    for mark in _SEPARATORS:
        if holds(texts, mark):
            bare = pc.replace_substring(bare, mark, "")
    is_short = pc.less_equal(pc.binary_length(bare), LONGEST_NUMBER)
    is_usual = pc.and_(is_short, pc.match_substring_regex(texts, USUAL))
    unusual = OWN_LETTERS if is_publication else _UNUSUAL_APPLICATION
    is_usual = pc.and_(is_usual, pc.invert(pc.match_substring_regex(bare, unusual)))
    if is_publication and holds(texts, "/"):
        is_usual = pc.and_(is_usual, pc.invert(pc.match_substring_regex(texts, US_SERIAL)))
    if is_publication and holds(bare, "US20"):
        bare = pc.replace_substring_regex(bare, SHORT_US_PRE_GRANT, r"\10\2\3")
    others = np.flatnonzero(flags(pc.invert(is_usual)))
    if not len(others):
        return bare
    read = once(texts.take(pa.array(others)), clean)
    return pc.replace_with_mask(bare, pc.fill_null(pc.invert(is_usual), False), read)


def priorities(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """Read priorities as number, country (or office) and date, of which each may be missing.

    >>> kind = pa.struct([("number", pa.string()), ("country", pa.string()), ("date", pa.date32())])
    >>> found = priorities(pa.array(["JP 2014221207 A 20141030", "US15360203A"]), kind)
    >>> found.field("number").to_pylist(), found.field("date").to_pylist()
    (['JP2014221207A', 'US15360203A'], [datetime.date(2014, 10, 30), None])
    """
    coded = encoded(texts)
    known = coded.dictionary
    dates, bare = dates_behind(known), pc.replace_substring_regex(known, DATE_BEHIND, "")
    number = pc.replace_substring_regex(pc.utf8_upper(bare), "[^0-9A-Z]", "")
    none = pa.scalar(None, pa.string())
    has_country = pc.match_substring_regex(number, "^[A-Z]{2}[A-Z]?[0-9]")
    columns = [
        pc.if_else(pc.equal(number, ""), none, number),
        pc.if_else(has_country, pc.utf8_slice_codeunits(number, 0, 2), none),
        dates,
    ]
    found = [column.take(coded.indices) for column in columns]
    return pa.StructArray.from_arrays(found, fields=list(kind))


def dates_behind(texts: pa.Array) -> pa.Array:
    """Read the dates behind numbers as :func:`date_behind` does.

    >>> texts = ["US15360203A 20160920", "US15360203A", "US15360203A 2015-02-29"]
    >>> dates_behind(pa.array(texts)).to_pylist()
    [datetime.date(2016, 9, 20), None, None]
    """
    coded = encoded(texts)
    # The last letters tell.
    ends = pc.utf8_slice_codeunits(pc.utf8_rtrim(coded.dictionary, " "), -_DATED_END)
    at = np.flatnonzero(flags(pc.match_substring_regex(ends, DATE_BEHIND)))
    dated = ends.take(pa.array(at))
    for mark in _DATE_MARKS:
        if holds(dated, mark):
            dated = pc.replace_substring(dated, mark, "")
    found = np.zeros(len(ends), "datetime64[D]")
    is_day = np.zeros(len(ends), bool)
    found[at], is_day[at] = days_of(pc.utf8_slice_codeunits(dated, -_DIGITS))
    return pa.array(found, mask=~is_day).take(coded.indices)


def entries_of(lists: Lists, *, has_categories: bool = False) -> Lists:
    """Return publication numbers as struct<raw, number, category>.

    Args:
        lists: the numbers as they stand.
        has_categories: a category in brackets may stand behind a number.

    >>> entries_of(Lists(np.array([0]), pa.array(["EP 1 A1(X)"]), 1), has_categories=True).values[0]
    <pyarrow.StructScalar: [('raw', 'EP 1 A1(X)'), ('number', 'EP1A1'), ('category', 'X')]>
    """
    is_coded = pa.types.is_dictionary(lists.values.type)
    raw = lists.values.dictionary if is_coded else lists.values
    number, category = publication_numbers(raw), pa.nulls(len(raw), pa.string())
    if has_categories and any(holds(raw, mark) for mark in _BRACKETS):
        in_brackets = pc.fill_null(
            pc.match_substring_regex(raw, rf"[{re.escape(_BRACKETS)}]"), False
        )
        at = np.flatnonzero(flags(in_brackets))
        kind = pa.struct(list(ENTRY)[1:])
        read = once(raw.take(pa.array(at)), to_citation, kind)
        number = pc.replace_with_mask(number, in_brackets, pc.struct_field(read, "number"))
        category = pc.replace_with_mask(category, in_brackets, pc.struct_field(read, "category"))
    columns = [raw, number, category]
    if is_coded:
        columns = [column.take(lists.values.indices) for column in columns]
    return lists.mapped(pa.StructArray.from_arrays(columns, fields=list(ENTRY)))


def record_ids(texts: pa.Array) -> pa.Array:
    """Write ids of records in capitals, without the address that they may end."""
    return pc.utf8_upper(pc.replace_substring_regex(texts, r"^https?://(?:\S*/)?", ""))
