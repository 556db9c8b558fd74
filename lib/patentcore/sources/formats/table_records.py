"""The cells of a table, parted as its dialect parts them, for the parser of records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.formats.dialect import (
    EVENT_COUNT_FIELDS,
    EVENT_PARTY_FIELDS,
    FIELDS,
    LISTS,
    Dialect,
)
from patentcore.sources.formats.patsnap_headers import EVENT_DATE_FIELDS
from patentcore.sources.reading.tabular import (
    BLOCK,
    FILE,
    FILLED,
    LOST,
    MALFORMED,
    ROW,
    SEQUENCE,
)
from patentcore.sources.record import cells, parsed, parser
from patentcore.sources.record.arrays import (
    Lists,
    Numbers,
    coalesce,
    encoded,
    flags,
    is_there,
    joined,
    once,
    plain,
    position_in,
)
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.column_bytes import holds
from patentcore.sources.record.events import legal_events, read_events
from patentcore.sources.record.legal_codes import kind_of_event
from patentcore.sources.record.list_cells import elements, listed
from patentcore.sources.record.names import name_and_address, name_and_country
from patentcore.sources.record.number_arrays import entries_of, priorities
from patentcore.sources.record.people import named
from patentcore.sources.record.stumps import without_stumps
from patentcore.sources.record.vocabulary import MISSING_CODES

PART = "_part"
APPLICANT = parsed.canonical_type("applicants").value_type
ADDRESSED = parsed.canonical_type("applicant_addresses").value_type
_PERSON = pa.struct([*APPLICANT, ADDRESSED.field("address")])
_DATE_IN_BRACKETS = r"\([0-9]{4}-[0-9]{2}-[0-9]{2}\)"
_RECORDED = re.compile(rf"\s*{_DATE_IN_BRACKETS}$")
_DAY = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}$"
_MAY_BE_CUT = (*LISTS, "current_applicant", "priority_numbers", "priority_dates", "legal_events")


def parse(
    batch: pa.RecordBatch, dialect: Dialect, orders: Mapping[str, Mapping[str, str]] | None = None
) -> pa.RecordBatch:
    """Turn a batch of raw fields into parsed records (:mod:`patentcore.sources.record.parser`).

    Args:
        batch: of one file, or of several with the same columns where no orders are told.
        dialect: of the file.
        orders: of day and month, by file and field.
    """
    prepared = dialect.prepare(batch) if dialect.prepare else batch
    file = prepared.column(FILE)[0].as_py() if prepared.num_rows else ""
    return parser.parse(_fields(prepared, dialect, (orders or {}).get(file, {})))


def columns_filled(batch: pa.RecordBatch) -> tuple[str, ...]:
    """Return the fields for which the file of a batch has a column."""
    return tuple(batch.column(FILLED)[0].as_py())


def _fields(batch: pa.RecordBatch, dialect: Dialect, orders: Mapping[str, str]) -> parser.Fields:
    """Part the cells of a batch as the dialect parts them."""
    count = batch.num_rows
    texts = {name: batch.column(name) for name in FIELDS if name in batch.schema.names}
    cut_off = _without_stumps(texts, dialect)
    part = batch.column(PART) if PART in batch.schema.names else pa.repeat(0, count)
    columns = set(columns_filled(batch)) if count else set()
    fields = parser.Fields(
        count,
        source=pc.fill_null(texts["source"], dialect.name) if "source" in texts else dialect.name,
        place={
            "file": batch.column(FILE),
            "sequence": batch.column(SEQUENCE),
            "row": batch.column(ROW),
            "part": part,
            "block": batch.column(BLOCK),
        },
        malformed=batch.column(MALFORMED),
        texts=texts,
        columns=frozenset(columns - {"patent_type"} | _types_in_words(dialect)),
        headers=dialect.headers["publication_number"],
        ipc=_listed("ipc", texts, dialect, count),
        cpc=_listed("cpc", texts, dialect, count),
        lost=batch.column(LOST),
        is_table=True,
        orders=orders,
    )
    for name, (rows, stumps) in cut_off.items():
        fields.problems.add(name, rows, stumps, Reason.CUT_OFF)
    _add_numbers(fields, dialect)
    _add_people(fields, dialect)
    _add_dates(fields, dialect)
    if "is_pct" in texts:
        fields.given["is_pct"] = once(texts["is_pct"], cells.to_boolean, pa.bool_())
        fields.problems.unreadable(
            "is_pct", texts["is_pct"], fields.given["is_pct"], Reason.BAD_BOOLEAN
        )
    _add_undecodable(fields)
    return fields


def _without_stumps(
    texts: dict[str, pa.Array], dialect: Dialect
) -> dict[str, tuple[Numbers, pa.Array]]:
    """Take off the last elements of lists that a spreadsheet has cut off; return them by field."""
    found = {}
    for name in _MAY_BE_CUT:
        if name in texts and name not in dialect.parted:
            texts[name], rows, stumps = without_stumps(texts[name], dialect.list_of(name))
            found[name] = rows, stumps
    return found


def _types_in_words(dialect: Dialect) -> set[str]:
    return set() if dialect.reads_type_of_kind else {"patent_type"}


def _cells(name: str, texts: Mapping[str, pa.Array], dialect: Dialect) -> pa.Array | None:
    """Return a field's cells, parted as :meth:`Dialect.list_of` says."""
    found = texts.get(name)
    return dialect.parted[name](found) if found is not None and name in dialect.parted else found


def _listed(name: str, texts: Mapping[str, pa.Array], dialect: Dialect, count: int) -> Lists:
    return listed(_cells(name, texts, dialect), dialect.list_of(name), count)


def _add_numbers(fields: parser.Fields, dialect: Dialect) -> None:
    for name in ("simple_family", "cites", "cited_by"):
        if name in fields.texts:
            texts, separator = fields.texts[name], dialect.list_of(name)
            found = listed(texts, separator, fields.count, is_coded=False)
            fields.entries[name] = entries_of(found, has_categories=True)
    if "simple_family" in fields.texts:
        fields.has_family = fields.texts["simple_family"].is_valid()
    if "family_offices" in fields.texts:
        fields.family_offices = _offices("family_offices", fields, dialect)


def _add_people(fields: parser.Fields, dialect: Dialect) -> None:
    """Read applicants, owners and inventors, and where they are."""
    found = {
        name: named(_people(name, fields, dialect))
        for name in ("original_applicant", "current_applicant")
        if name in fields.texts
    }
    _give(fields, "applicants", (_as(APPLICANT, people) for people in found.values()))
    _give(fields, "applicant_addresses", (_as(ADDRESSED, people) for people in found.values()))
    if "current_applicant" in found:
        _give(fields, "owners", [_as(APPLICANT, found["current_applicant"])])
    if "inventors" in fields.texts:
        people = _people(
            "inventors", fields, replace(dialect, parted={}, has_address_in_name=False)
        )
        names = people.mapped(people.values.field("name")).known()
        fields.given["inventors"] = names.to_array()
        _give(fields, "inventor_addresses", [_as(ADDRESSED, named(people))])
    if "addressed_inventors" in fields.texts:
        people = named(_people("addressed_inventors", fields, dialect))
        _give(fields, "inventor_addresses", [_as(ADDRESSED, people)])
    if "npl_citations" in fields.texts:
        fields.given["npl_citations"] = _listed(
            "npl_citations", fields.texts, dialect, fields.count
        ).to_array()


def _give(fields: parser.Fields, name: str, arrays: Iterable[pa.Array | None]) -> None:
    made = coalesce(arrays)
    if made is not None:
        fields.given[name] = made


def _as(kind: pa.DataType, people: Lists) -> pa.Array:
    """Return people with these parts."""
    parts = [people.values.field(part.name) for part in kind]
    return people.mapped(pa.StructArray.from_arrays(parts, fields=list(kind))).to_array()


def _without_dates(names: pa.Array) -> pa.Array:
    """Take off the dates behind owners' names, which tell when they were recorded, and marks."""
    coded = encoded(names)
    known = coded.dictionary
    bare = pc.utf8_rtrim(known, " ,;")
    if holds(known, "("):
        is_dated = pc.fill_null(pc.match_substring_regex(known, _DATE_IN_BRACKETS), False)
        dated = once(known.filter(is_dated), lambda text: _RECORDED.sub("", text).rstrip(" ,;"))
        bare = pc.replace_with_mask(bare, is_dated, dated)
    return bare.take(coded.indices)


def _people(name: str, fields: parser.Fields, dialect: Dialect) -> Lists:
    """Read names and, belonging to them by position, countries, sectors and addresses."""
    separator = dialect.list_of(name)
    names = elements(_cells(name, fields.texts, dialect), separator, fields.count)
    # An owner's date of recording is none of its name, nor is a mark that parts it from nobody.
    bare = _without_dates(names.values)
    if dialect.has_country_in_name or dialect.has_address_in_name:
        part = name_and_country if dialect.has_country_in_name else name_and_address
        return names.mapped(once(bare, part, _PERSON))

    def others(column: str, read: Callable[[str], str | None]) -> pa.Array:
        """Return what another column has at the same positions."""
        if column not in fields.texts:
            return pa.nulls(len(names.rows), pa.string())
        found = elements(fields.texts[column], separator, fields.count)
        return once(found.values, read).take(position_in(names, found))

    columns = [
        plain(bare),
        others(f"{name}_country", cells.to_country),
        others(f"{name}_sector", cells.to_sector),
        others(f"{name}_address", str.strip),
    ]
    return names.mapped(pa.StructArray.from_arrays(columns, fields=list(_PERSON)))


def _add_dates(fields: parser.Fields, dialect: Dialect) -> None:
    """Read lists of dates: of priorities, and of legal events."""
    days = None
    if "priority_dates" in fields.texts:
        days = _dates_listed("priority_dates", fields, dialect)
        fields.given["earliest_priority_date"] = days.least()
    if "priority_numbers" in fields.texts:
        found = _listed("priority_numbers", fields.texts, dialect, fields.count)
        kind = parsed.canonical_type("priorities").value_type
        read = _dated_by(days, found, priorities(found.values, kind))
        is_told = is_there(read.field("number")) | is_there(read.field("date"))
        fields.given["priorities"] = found.mapped(read).kept(is_told).to_array()
    if "priority_offices" in fields.texts:
        _add_offices(days, fields, dialect)
    _add_events(fields, dialect)


def _add_offices(days: Lists | None, fields: parser.Fields, dialect: Dialect) -> None:
    """Read the offices of priorities that have no numbers.

    Where none is claimed, the application is the first filing, and its date the earliest.
    """
    found = _offices("priority_offices", fields, dialect)
    kind = parsed.canonical_type("priorities").value_type
    parts = [pa.nulls(len(found.values), part.type) for part in kind]
    parts[kind.get_field_index("country")] = found.values
    read = _dated_by(days, found, pa.StructArray.from_arrays(parts, fields=list(kind)))
    _give(fields, "priorities", (fields.given.get("priorities"), found.mapped(read).to_array()))
    if "application_date" in fields.texts:
        filed, name = fields.texts["application_date"], "earliest_priority_date"
        is_unclaimed = fields.given["priorities"].is_null()
        first = pc.if_else(is_unclaimed, fields.dates("application_date", filed), None)
        _give(fields, name, (fields.given.get(name), first))


def _dated_by(days: Lists | None, found: Lists, read: pa.Array) -> pa.Array:
    """Give priorities without a date that of their position, where as many dates are listed."""
    if days is None:
        return read
    is_even = (days.lengths() == found.lengths())[found.rows]
    beside = days.values.take(position_in(found, days))
    dates = pc.coalesce(read.field("date"), pc.if_else(pa.array(is_even), beside, None))
    columns = [read.field("number"), read.field("country"), dates]
    return pa.StructArray.from_arrays(columns, fields=list(read.type))


def _offices(name: str, fields: parser.Fields, dialect: Dialect) -> Lists:
    """Read lists of offices, of which NA is one."""
    found = listed(fields.texts[name], dialect.list_of(name), fields.count, MISSING_CODES)
    return found.mapped(once(found.values, cells.to_country, pa.string()))


def _dates_listed(name: str, fields: parser.Fields, dialect: Dialect) -> Lists:
    found = listed(fields.texts[name], dialect.list_of(name), fields.count)
    dates = fields.dates(name, found.values)
    fields.problems.unreadable_elements(name, found, dates, Reason.BAD_DATE)
    return found.mapped(dates)


# --- legal events and status -------------------------------------------------------------------


def _add_events(fields: parser.Fields, dialect: Dialect) -> None:
    texts = fields.texts
    found = listed(_event_texts(fields), dialect.list_of("legal_events"), fields.count)
    read = read_events(found.values)
    raw_dates = found.mapped(read.field("raw_date"))
    fields.problems.unreadable_elements(
        "legal_events", raw_dates, read.field("date"), Reason.BAD_DATE
    )
    dates = {
        kind: _dates_listed(name, fields, dialect)
        for kind, name in EVENT_DATE_FIELDS.items()
        if name in texts
    }
    if "inpadoc_events" in texts:
        for kind, days in _inpadoc_dates(fields, dialect).items():
            both = [dates[kind], days] if kind in dates else [days]
            dates[kind] = joined(both, fields.count, pa.date32())
    expiry = texts.get("expiry_date")
    ends = None if expiry is None else fields.dates("expiry_date", expiry)
    events = legal_events(found.mapped(read), ends, dates, _event_counts(texts))
    fields.given["legal_events"] = events.to_array()
    if "legal_status" not in fields.columns:
        fields.given["legal_status"] = _status_of(found, read, fields)


def _event_counts(texts: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the counts of each kind; where its parties are named, there is one at least."""
    counts = {
        kind: once(texts[name], cells.to_count, pa.int32())
        for kind, name in EVENT_COUNT_FIELDS.items()
        if name in texts
    }
    for kind, name in EVENT_PARTY_FIELDS.items():
        if name in texts:
            named = once(texts[name], _names_anyone, pa.int32())
            counts[kind] = pc.max_element_wise(named, *([counts[kind]] if kind in counts else []))
    return counts


def _names_anyone(text: str) -> int:
    return int(re.search(r"\w", text) is not None and cells.to_boolean(text) is not False)


def _inpadoc_dates(fields: parser.Fields, dialect: Dialect) -> dict[str, Lists]:
    """Read the dates of each kind of a list of dates, each with a description behind it."""
    cells_of = fields.texts["inpadoc_events"]
    found = elements(cells_of, dialect.list_of("inpadoc_events"), fields.count)
    at = np.flatnonzero(flags(pc.match_substring_regex(plain(found.values), _DAY)))
    raw = Lists(found.rows[at], plain(found.values).take(pa.array(at)), fields.count)
    days = once(raw.values, cells.to_date, pa.date32())
    fields.problems.unreadable_elements("legal_events", raw, days, Reason.BAD_DATE)
    has_text = np.append(found.rows[1:] == found.rows[:-1], False)[at]
    behind = plain(found.values).take(pa.array(at + 1, mask=~has_text))
    kinds = once(behind, lambda text: _kind_described(text.lstrip("+- ")))
    return {
        kind: raw.mapped(days).kept(flags(pc.equal(kinds, kind)))
        for kind in pc.unique(kinds).drop_null().to_pylist()
    }


def _kind_described(text: str) -> str:
    """Return the kind of a description, which is English at offices' own and at times Chinese."""
    return kind_of_event(text) if text.isascii() else str(cells.to_event(text)["kind"] or "other")


def _event_texts(fields: parser.Fields) -> pa.Array | None:
    """Return the cells that list events; the status, where no column is for events."""
    names = ["legal_events", "legal_status_and_events"]
    if not fields.columns & set(names):
        names.append("legal_status")
    return coalesce(fields.texts.get(name) for name in names)


def _status_of(found: Lists, read: pa.Array, fields: parser.Fields) -> pa.Array:
    """Return the parts of the combined column that are no events, or end the right."""
    if "legal_status_and_events" not in fields.columns:
        return pa.nulls(fields.count, pa.string())
    kind = read.field("kind")
    is_status = pc.or_kleene(kind.is_null(), pc.is_in(kind, pa.array(["lapse", "expiry"])))
    return pc.binary_join(found.kept(flags(is_status)).to_array(), " | ")


def _add_undecodable(fields: parser.Fields) -> None:
    """Note records of whose texts the reader had to replace letters."""
    names = ("title", "abstract", "original_applicant", "inventors")
    texts = [fields.texts[name] for name in names if name in fields.texts]
    if not any(holds(text, "\ufffd") for text in texts):
        return
    broken = np.zeros(fields.count, bool)
    for text in texts:
        broken |= flags(pc.match_substring(text, "\ufffd"))
    rows = np.flatnonzero(broken)
    if len(rows):
        at = pa.array(rows)
        together = pc.binary_join_element_wise(
            *(text.take(at) for text in texts), " ", null_handling="skip"
        )
        fields.problems.add("title", rows, together, Reason.UNDECODABLE)
