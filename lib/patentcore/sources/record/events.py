"""Legal events of a table's records: from lists, from columns of dates, and from counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.arrays import (
    Lists,
    Numbers,
    dates_of,
    encoded,
    flags,
    is_there,
    joined,
    once,
)
from patentcore.sources.record.cells import to_date, to_event
from patentcore.sources.record.vocabulary import LEGAL_EVENTS

EVENT = pa.struct([("kind", pa.string()), ("date", pa.date32())])
READ_EVENT = pa.struct([("kind", pa.string()), ("raw_date", pa.string()), ("date", pa.date32())])
_KINDS = pa.array(list(LEGAL_EVENTS))
_CODES = {kind: code for code, kind in enumerate(LEGAL_EVENTS)}
_NO_DATE = np.iinfo(np.int32).min
# Most events of most exports: a name, and behind it in brackets the date.
_DATED = r"^[^\n]*\([0-9]{4}-[0-9]{2}-[0-9]{2}\)$"
_ANY_DATE = "(2000-01-01)"


def read_events(texts: pa.Array) -> pa.Array:
    """Read legal events as :func:`to_event` does; of those with a date behind, each name once.

    >>> read_events(pa.array(["权利转移(2019-03-01)", None]))[0].as_py()
    {'kind': 'assignment', 'raw_date': '2019-03-01', 'date': datetime.date(2019, 3, 1)}
    """
    coded = encoded(texts)
    known = coded.dictionary
    is_dated = flags(pc.match_substring_regex(known, _DATED))
    dated = known.filter(pa.array(is_dated))
    names = pc.utf8_slice_codeunits(dated, 0, -len(_ANY_DATE))
    days = pc.utf8_slice_codeunits(dated, 1 - len(_ANY_DATE), -1)
    columns = [
        once(names, lambda name: to_event(name + _ANY_DATE)["kind"]),
        days,
        dates_of(days, to_date),
    ]
    others = known.filter(pa.array(~is_dated))
    read = pa.concat_arrays(
        [
            pa.StructArray.from_arrays(columns, fields=list(READ_EVENT)),
            once(others, to_event, READ_EVENT),
        ]
    )
    places = np.argsort(np.argsort(~is_dated, kind="stable"), kind="stable")
    return read.take(pa.array(places)).take(coded.indices)


def legal_events(
    listed: Lists,
    expiry: pa.Array | None,
    dates: Mapping[str, Lists],
    counts: Mapping[str, pa.Array],
) -> Lists:
    """Return the listed events, dated where a date is known, then those of columns alone.

    A listed event without a date goes where its date column gives the dates; lapse and expiry
    are of the date of expiry. A kind that is counted above zero and not found otherwise has one
    event without a date.

    Args:
        listed: events as from :func:`cells.to_event`; those without a kind are none.
        expiry: dates of expiry.
        dates: kind -> dates of its column.
        counts: kind -> its column of counts.
    """
    count = listed.count
    named = listed.kept(is_there(listed.values.field("kind")))
    kinds = pc.index_in(named.values.field("kind"), _KINDS).to_numpy(zero_copy_only=False)
    days = _days(named.values.field("date"))
    given = {kind: column.kept(is_there(column.values)) for kind, column in dates.items()}
    parts = [_dated(named.rows, kinds, days, expiry, given, count)]
    for kind, column in given.items():
        own = kinds == _CODES[kind]
        keys = pc.unique(pa.array(_keys(column.rows, _days(column.values)))).to_numpy()
        new = keys[~np.isin(keys, _keys(named.rows[own], days[own]))]
        parts.append(_events(new >> 32, np.full(len(new), _CODES[kind]), _low(new), count))
    for kind, numbers in counts.items():
        is_new = flags(pc.greater(numbers, 0))
        for part in parts:
            is_new[part.rows[flags(pc.equal(part.values.field("kind"), kind))]] = False
        rows = np.flatnonzero(is_new)
        none = np.full(len(rows), _NO_DATE, np.int32)
        parts.append(_events(rows, np.full(len(rows), _CODES[kind]), none, count))
    return joined(parts, count, EVENT)


def _dated(
    rows: Numbers,
    kinds: Numbers,
    days: np.ndarray[tuple[int], np.dtype[np.int32]],
    expiry: pa.Array | None,
    given: Mapping[str, Lists],
    count: int,
) -> Lists:
    """Return the listed events; none where it has no date and its date column gives the dates."""
    ends = np.isin(kinds, [_CODES["lapse"], _CODES["expiry"]])
    if expiry is not None:
        days = np.where((days == _NO_DATE) & ends, _days(expiry)[rows], days)
    is_elsewhere = np.zeros(len(rows), bool)
    for kind, column in given.items():
        # What is of no kind of its own is not the same event.
        if kind == "other":
            continue
        own = kinds == _CODES[kind]
        is_elsewhere[own] = (column.lengths() > 0)[rows[own]]
    kept = ~((days == _NO_DATE) & is_elsewhere)
    return _events(rows[kept], kinds[kept], days[kept], count)


def _events(
    rows: Numbers, kinds: Numbers, days: np.ndarray[tuple[int], np.dtype[np.int32]], count: int
) -> Lists:
    names = _KINDS.take(pa.array(kinds.astype(np.int32)))
    dates = pa.array(days, pa.int32(), mask=days == _NO_DATE).cast(pa.date32())
    return Lists(rows, pa.StructArray.from_arrays([names, dates], fields=list(EVENT)), count)


def _days(dates: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    filled = pc.fill_null(dates.cast(pa.int32()), int(_NO_DATE))
    return filled.to_numpy(zero_copy_only=False)


def _keys(rows: Numbers, days: np.ndarray[tuple[int], np.dtype[np.int32]]) -> Numbers:
    return (rows << 32) | (days.astype(np.int64) & 0xFFFFFFFF)


def _low(keys: Numbers) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return (keys & 0xFFFFFFFF).astype(np.uint32).view(np.int32)
