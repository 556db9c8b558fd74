"""The one parser of records: raw fields in Arrow in, parsed records in Arrow out.

It runs inside the tasks that read files and needs no engine. A format says what its fields are:
cells of a table (:mod:`patentcore.sources.formats.dialect`) or plain records
(:mod:`patentcore.sources.record.text_records`); both become :class:`Fields`, and what can be
derived is derived here, by the same rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore import schemas
from patentcore.sources.record import cells, parsed
from patentcore.sources.record.arrays import (
    ENTRY,
    Lists,
    coalesce,
    dates_of,
    flags,
    is_there,
    is_word,
    once,
    once_coded,
    plain,
)
from patentcore.sources.record.canonical import (
    COUNTED_LISTS,
    DATES,
    RECORD_ID,
    TEXTS,
    Reason,
)
from patentcore.sources.record.column_bytes import holds
from patentcore.sources.record.headers import normal_header
from patentcore.sources.record.number_arrays import applications_of, publications_of, record_ids
from patentcore.sources.record.people import read_people
from patentcore.sources.record.problems import PROBLEM, Problems

# Years of two digits are read as spreadsheets read them, but for those to come.
_USUAL_FIRST_YEAR = 1930
_FIRST_YEAR = {"expiry_date": 1970}


@dataclass
class Fields:
    """What a batch of records holds, before anything is derived.

    Attributes:
        count: of the records.
        source: name of their export; an array where records name their own.
        place: file, sequence, row, part and block.
        malformed: text of a record that could not be read.
        broken: why it could not.
        texts: cells as they stand, by field; absent ones are missing.
        given: columns that are typed already.
        columns: fields whose column decides, even where its cell is empty.
        headers: names of the number's column, which files may repeat among their rows.
        ipc: symbols.
        cpc: symbols.
        entries: ``simple_family``, ``cites`` and ``cited_by``: raw texts, their numbers and
            categories.
        has_family: whether a record names its family at all.
        family_offices: the offices of the family's members.
        application: the application number, untrimmed, of plain records.
        normalised: numbers that are normalised already, by field.
        is_table: the records are rows of a table.
        orders: of day and month, by field, where the whole column tells.
        problems: cells that could not be used; those found here are added.
        lost: problems of the cells that the reader could not keep.
        shown_as: what problems call a list's field, where its column has a name of its own.
    """

    count: int
    source: str | pa.Array
    place: Mapping[str, pa.Array]
    malformed: pa.Array
    broken: pa.Array | None = None
    texts: Mapping[str, pa.Array] = field(default_factory=dict)
    given: dict[str, pa.Array] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    headers: Sequence[str] = ()
    ipc: Lists | None = None
    cpc: Lists | None = None
    entries: dict[str, Lists] = field(default_factory=dict)
    has_family: pa.Array | None = None
    family_offices: Lists | None = None
    application: pa.Array | None = None
    normalised: Mapping[str, pa.Array] = field(default_factory=dict)
    is_table: bool = False
    orders: Mapping[str, str] = field(default_factory=dict)
    problems: Problems = field(init=False)
    lost: pa.Array | None = None
    shown_as: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin without problems."""
        self.problems = Problems(self.count)

    def text(self, name: str) -> pa.Array:
        """Return a field's cells; null where there are none."""
        found = self.texts.get(name)
        return pa.nulls(self.count, pa.string()) if found is None else found

    def dates(self, name: str, texts: pa.Array) -> pa.Array:
        """Read a field's dates, day and month in its column's order."""
        order, first_year = self.orders.get(name), _FIRST_YEAR.get(name, _USUAL_FIRST_YEAR)
        return dates_of(texts, lambda text: cells.to_date(text, order, first_year))


def parse(fields: Fields) -> pa.RecordBatch:
    """Make parsed records: canonical columns, places, citations and problems."""
    columns: dict[str, pa.Array] = dict(fields.place)
    columns |= {name: fields.text(name) for name in TEXTS}
    offices = once(fields.text("authority"), cells.to_country)
    raw, kinds = fields.text("publication_number"), fields.texts.get("kind_code")
    number = publications_of(raw, offices, kinds, fields.normalised.get("publication_number"))
    columns |= _of_number(number, fields)
    columns |= _scalars(fields, columns["authority"])
    columns |= fields.given | read_people(fields.given, fields.count)
    columns |= _symbols(fields)
    if "record_id" in fields.texts:
        columns["record_id"] = record_ids(fields.texts["record_id"])
    _keep_record_ids(fields)
    columns |= _listed_numbers(fields)
    columns["is_pct"] = _is_pct(fields, columns)
    columns["source"] = _source(fields)
    _element_problems(fields)
    columns["unusable"] = _unusable(fields, number)
    columns["problems"] = _problems(fields, columns["unusable"])
    return parsed.batch_of(columns, fields.count)


# --- from the record's number ------------------------------------------------------------------


def _of_number(number: pa.Array, fields: Fields) -> dict[str, pa.Array]:
    office = pc.utf8_slice_codeunits(number, 0, 2)
    end = _end_of(number)
    both = pc.binary_join_element_wise(office, end, "")
    authority = fields.texts.get("authority")
    if authority is not None:
        code = once(authority, cells.to_country)
        is_code = pc.fill_null(pc.match_substring_regex(code, "^[A-Z]{2}$"), False)
        office = pc.if_else(is_code, code, office)
    kind = fields.texts.get("kind_code")
    given = None if kind is None else pc.utf8_upper(kind)
    return {
        "publication_number": number,
        "authority": office,
        "kind_code": coalesce([given, once(end, cells.kind_of)]),
        "patent_type": _patent_type(fields, number, both, given),
    }


def _end_of(number: pa.Array) -> pa.Array:
    """Return what tells the kind: the last three letters, or four where a letter stands before."""
    end = pc.utf8_slice_codeunits(number, -3)
    is_lettered = pc.match_substring_regex(end, "^[A-Z]{2}[0-9]$")
    if not pc.any(is_lettered).as_py():
        return end
    return pc.if_else(is_lettered, pc.utf8_slice_codeunits(number, -4), end)


def _patent_type(
    fields: Fields, number: pa.Array, office_and_end: pa.Array, kind: pa.Array | None
) -> pa.Array:
    """Read the type off the kind, the number's or else its column's, where no column gives it."""
    if "patent_type" in fields.columns:
        value = once(fields.text("patent_type"), cells.to_patent_type)
        fields.problems.unreadable(
            "patent_type", fields.text("patent_type"), value, Reason.UNKNOWN_TYPE
        )
        return value
    of_kind = once(office_and_end, cells.type_of)
    if kind is not None:
        # Numbers whose last sign is a letter have no kind of their own that could be told.
        office = pc.utf8_slice_codeunits(office_and_end, 0, 2)
        with_kind = pc.binary_join_element_wise(office, kind, "0")
        of_kind = pc.coalesce(of_kind, once(with_kind, cells.type_of))
    if of_kind.null_count:
        begin = pc.utf8_slice_codeunits(number, 0, 5)
        of_kind = pc.coalesce(of_kind, once(begin, cells.type_of_letters))
    return (
        of_kind
        if "patent_type" not in fields.texts
        else pc.coalesce(fields.texts["patent_type"], of_kind)
    )


# --- from single cells -------------------------------------------------------------------------


def _scalars(fields: Fields, office: pa.Array) -> dict[str, pa.Array]:
    values = {}
    for name in (*DATES, *schemas.COUNTS):
        if name in fields.texts:
            raw, is_date = fields.texts[name], name in DATES
            values[name] = (
                fields.dates(name, raw) if is_date else once(raw, cells.to_count, pa.int32())
            )
            reason = Reason.BAD_DATE if is_date else Reason.BAD_COUNT
            fields.problems.unreadable(name, raw, values[name], reason)
    if "application_number" in fields.texts:
        raw = fields.texts["application_number"]
        known = fields.normalised.get("application_number")
        values["application_number"] = applications_of(raw, office, known)
        fields.problems.unreadable(
            "application_number", raw, values["application_number"], Reason.BAD_APPLICATION
        )
    earliest = coalesce(
        [values.get("earliest_priority_date"), fields.given.pop("earliest_priority_date", None)]
    )
    return values if earliest is None else values | {"earliest_priority_date": earliest}


def _symbols(fields: Fields) -> dict[str, pa.Array]:
    found = {}
    for name, lists in (("ipc", fields.ipc), ("cpc", fields.cpc)):
        if lists is not None:
            some = lists.kept(is_word(lists.values))
            symbols = some.mapped(once_coded(some.values, cells.to_symbol)).known()
            symbols = symbols.kept(flags(pc.not_equal(plain(symbols.values), "")))
            found[name] = symbols.distinct()
    columns = {name: lists.to_array() for name, lists in found.items()}
    given = fields.texts.get("main_ipc")
    main = None
    if given is not None:
        given = pc.if_else(pa.array(is_word(given)), plain(given), pa.scalar(None, pa.string()))
        main = once(given, cells.to_symbol)
    if "main_ipc" not in fields.columns and "ipc" in found:
        main = coalesce([main, found["ipc"].first()])
    return columns | ({} if main is None else {"main_ipc": main})


def _source(fields: Fields) -> pa.Array:
    if not isinstance(fields.source, str):
        return fields.source
    return pa.repeat(pa.scalar(fields.source), fields.count)


# --- from lists of numbers ---------------------------------------------------------------------


def _keep_record_ids(fields: Fields) -> None:
    """Let ids of records stand for family members until all records' numbers are known."""
    if "simple_family" in fields.entries:
        entries = fields.entries["simple_family"]
        raw, number, category = (
            entries.values.field(name) for name in ("raw", "number", "category")
        )
        if not holds(raw, "-"):
            return
        own = record_ids(raw)
        is_id = pc.match_substring_regex(own, RECORD_ID)
        columns = [raw, pc.if_else(is_id, own, number), category]
        fields.entries["simple_family"] = entries.mapped(
            pa.StructArray.from_arrays(columns, fields=list(ENTRY))
        )


def _listed_numbers(fields: Fields) -> dict[str, pa.Array]:
    columns: dict[str, pa.Array] = {}
    numbers = {
        name: Lists(lists.rows, lists.values.field("number"), lists.count).known()
        for name, lists in fields.entries.items()
    }
    for name in ("cites", "cited_by"):
        if name in fields.entries:
            columns[name] = fields.entries[name].to_array()
    if "simple_family" in numbers:
        family = numbers["simple_family"]
        if "record_id" not in fields.texts and holds(plain(family.values), "-"):
            # Whose they are can never be known.
            family = family.kept(~flags(pc.match_substring_regex(family.values, RECORD_ID)))
        columns["simple_family"] = (family if fields.is_table else family.distinct()).to_array()
    for name, of in COUNTED_LISTS.items():
        listed = numbers.get("simple_family" if of == "family" else of)
        if name in fields.columns or listed is None:
            continue
        sizes = listed.distinct().lengths()
        size = pa.array(sizes.astype(np.int32), mask=sizes == 0)
        given = fields.texts.get(name)
        known = None if given is None else once(given, cells.to_count, pa.int32())
        columns[name] = coalesce([known, size])
    return columns


def _element_problems(fields: Fields) -> None:
    for name in ("simple_family", "cites", "cited_by"):
        if name in fields.entries:
            entries = fields.entries[name]
            raw = entries.mapped(entries.values.field("raw"))
            shown = fields.shown_as.get(name, name)
            fields.problems.unreadable_elements(
                shown, raw, entries.values.field("number"), Reason.BAD_NUMBER
            )


def _is_pct(fields: Fields, columns: Mapping[str, pa.Array]) -> pa.Array:
    """Read the PCT column; without one, look for WO and PCT among the record's numbers."""
    given = fields.given.get("is_pct")
    if "is_pct" in fields.columns and given is not None:
        return given
    named = np.array(flags(pc.starts_with(columns["publication_number"], "WO")))
    # A plain record's number as it stands: tables have more spellings.
    own = columns.get("application_number") if fields.is_table else fields.application
    if own is not None:
        for letters in ("PCT", "WO"):
            named |= flags(pc.starts_with(own, letters))
    known = np.full(fields.count, "pct_number" in fields.columns)
    if "pct_number" in fields.texts:
        named |= is_there(fields.texts["pct_number"])
    if fields.has_family is not None:
        known |= flags(fields.has_family)
    if "simple_family" in fields.entries:
        entries = fields.entries["simple_family"]
        member = entries.values.field("number")
        named[entries.rows[flags(pc.starts_with(member, "WO"))]] = True
        # An id, or what is no number, does not tell the member's office.
        is_id = pc.fill_null(pc.match_substring_regex(member, RECORD_ID), True)
        known[entries.rows[flags(is_id)]] = False
    if fields.family_offices is not None:
        offices = fields.family_offices
        named[offices.rows[flags(pc.equal(plain(offices.values), "WO"))]] = True
        known |= offices.lengths() > 0
    derived = pa.array(named, mask=~(named | known))
    return derived if given is None else pc.coalesce(given, derived)


# --- records that cannot be used ---------------------------------------------------------------


def _problems(fields: Fields, unusable: pa.Array) -> pa.Array:
    """Return each record's problems; those of a row of several publications with the first."""
    found = fields.problems.to_array(fields.lost)
    if not fields.is_table or not pc.any(pc.greater(fields.place["part"], 0)).as_py():
        return found
    lists = Lists.of(found, fields.count)
    at_all = pa.array(lists.rows)
    files, rows = (fields.place[name].take(at_all).to_pylist() for name in ("file", "sequence"))
    # What an unusable publication has besides is not told.
    is_told = ~is_there(unusable)[lists.rows]
    kept = np.ones(len(rows), bool)
    told: set[tuple[object, ...]] = set()
    for at in map(int, np.flatnonzero(is_told)):
        problem = (files[at], rows[at], *lists.values[at].as_py().values())
        kept[at] = problem not in told
        told.add(problem)
    return lists.kept(kept).to_array()


def _unusable(fields: Fields, number: pa.Array) -> pa.Array:
    """Return what makes a whole record unusable: its row, or its publication number."""
    rows = np.flatnonzero(is_there(fields.malformed) | ~is_there(number))
    if not len(rows):
        return pa.nulls(fields.count, PROBLEM)
    at = pa.array(rows)
    headers = set(map(normal_header, fields.headers))
    texts = fields.malformed.take(at).to_pylist()
    raws = fields.text("publication_number").take(at).to_pylist()
    why = [None] * len(rows) if fields.broken is None else fields.broken.take(at).to_pylist()
    values: list[dict[str, str | None] | None] = [None] * fields.count
    for place, text, raw, broken in zip(rows.tolist(), texts, raws, why, strict=True):
        values[place] = _reason(text, raw, broken, headers)
    return pa.array(values, PROBLEM)


def _reason(
    malformed: str | None, raw: str | None, broken: str | None, headers: Collection[str]
) -> dict[str, str | None]:
    if malformed is not None:
        return {"field": "", "value": malformed[:200], "reason": broken or Reason.MALFORMED.value}
    if raw is None:
        reason = Reason.NO_NUMBER
    elif "".join(cells.half_width(raw).replace("_", "").split()).lower() in headers:
        reason = Reason.REPEATED_HEADER
    else:
        reason = Reason.BAD_NUMBER
    shown = None if raw is None else raw[:200]
    return {"field": "publication_number", "value": shown, "reason": reason.value}
