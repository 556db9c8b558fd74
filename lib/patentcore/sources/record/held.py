"""The canonical tables of parsed records that this process holds, made by Arrow.

They are those of :mod:`patentcore.sources.record.canonical`, which engines make of more records
than one process should hold: for few, planning the queries takes longer than all the work.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore import schemas
from patentcore.sources.record.arrays import Flags, Lists, Numbers, flags, is_there
from patentcore.sources.record.canonical import RECORD_ID, Reason
from patentcore.sources.record.pairs import BOTH, CITED_BY, CITES, ORIGINS
from patentcore.words.documents import spelling_by_rules
from patentcore.words.texts import GIVEN

_KEY = ("file", "sequence", "part")
_SIDES = (CITES, CITED_BY)


class Held:
    """The canonical tables, as :func:`patentcore.sources.record.canonical.tables_of` makes them.

    Args:
        records: parsed, with the columns of :data:`patentcore.sources.record.parsed.SCHEMA`.
        has_ids: family members may be given as ids of records, which ``record_id`` has.
    """

    def __init__(self, records: pa.Table, *, has_ids: bool = False) -> None:
        self._records, self._has_ids = records, has_ids
        self._is_usable = ~is_there(_whole(records["unusable"]))
        self._usable = _of(records, self._is_usable)
        self._repeated = _repeated(self._usable)
        self._kept = _of(self._usable, ~self._repeated)

    @property
    def rows(self) -> int:
        """Records that were read, usable or not."""
        return pc.sum(pc.equal(self._records["part"], 0)).as_py() or 0

    def patents(self) -> pa.Table:
        """Return a row for each publication, keys unique."""
        named = _with_family_numbers(self._kept, self._usable) if self._has_ids else self._kept
        return named.select(schemas.PATENTS.names)

    def citations(self) -> pa.Table:
        """Return distinct pairs."""
        return pairs_held(self._kept)

    def rejects(self) -> pa.Table:
        """Return rows, and cells of rows that were kept, that could not be used."""
        losers = _of(self._usable, self._repeated)
        return pa.concat_tables([_problems(self._records, self._is_usable), _duplicates(losers)])


def _of(records: pa.Table, mask: Flags) -> pa.Table:
    return records if mask.all() else records.filter(pa.array(mask))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


# --- records of one document -------------------------------------------------------------------


def _repeated(usable: pa.Table) -> Flags:
    """Tell the records that give way to another of the same document.

    The most complete is kept, then the first.
    """
    repeated = np.zeros(usable.num_rows, bool)
    documents = _documents(usable)
    counted = pc.value_counts(documents.drop_null())
    several = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    at = np.flatnonzero(flags(pc.is_in(documents, value_set=several.drop_null())))
    if not len(at):
        return repeated
    some = usable.select([*_KEY, "completeness"]).take(pa.array(at))
    some = some.append_column("document", documents.take(pa.array(at)))
    order = pc.sort_indices(
        some,
        sort_keys=[("document", "ascending"), ("completeness", "descending")]
        + [(name, "ascending") for name in _KEY],
    )
    told = _whole(some["document"].take(order)).dictionary_encode().indices.to_numpy()
    gives_way = np.append(False, told[1:] == told[:-1])
    repeated[at[order.to_numpy()[gives_way]]] = True
    return repeated


def _documents(usable: pa.Table) -> pa.Array:
    """Return the publication numbers in one spelling."""
    numbers = _whole(usable["publication_number"])
    needs_rules = pc.invert(pc.fill_null(_whole(usable["is_settled"]), True))
    others = numbers.filter(needs_rules).dictionary_encode()
    if not len(others):
        return numbers
    spelled = spelling_by_rules(GIVEN).of(others.dictionary).take(others.indices)
    return pc.replace_with_mask(numbers, needs_rules, spelled)


def _with_family_numbers(kept: pa.Table, usable: pa.Table) -> pa.Table:
    """Give family members that are ids of these records their numbers, and leave out other ids."""
    ids = usable.select(["record_id", "publication_number"])
    ids = ids.filter(ids["record_id"].is_valid()).sort_by("publication_number")
    known, numbers = _whole(ids["record_id"]), _whole(ids["publication_number"])
    family = Lists.of(_whole(kept["simple_family"]), kept.num_rows)
    member = family.values
    is_id = pc.match_substring_regex(member, RECORD_ID)
    own = numbers.take(pc.index_in(member, value_set=known))  # the least, which is the first
    other = pc.if_else(is_id, pa.scalar(None, pa.string()), member)
    named = family.mapped(pc.coalesce(own, other)).known().to_array()
    at = kept.schema.get_field_index("simple_family")
    return kept.set_column(at, "simple_family", named)


# --- rejects -----------------------------------------------------------------------------------


def _problems(records: pa.Table, is_usable: Flags) -> pa.Table:
    """Return what makes records unusable, and the cells of the others that could not be used."""
    # One reason is enough for an unusable record: its cells are not looked at further.
    cells = Lists.of(_whole(records["problems"]), records.num_rows)
    cells = cells.kept(is_usable[cells.rows])
    whole = np.flatnonzero(~is_usable)
    found = [cells.values, _whole(records["unusable"]).take(pa.array(whole))]
    problems = pa.concat_arrays([each for each in found if len(each)] or found[1:])
    columns = dict(zip(("field", "value", "reason"), problems.flatten(), strict=True))
    return _placed(records, np.concatenate([cells.rows, whole]), columns)


def _duplicates(losers: pa.Table) -> pa.Table:
    count = losers.num_rows
    return _placed(
        losers,
        np.arange(count),
        {
            "field": pa.repeat("publication_number", count),
            "value": _whole(losers["publication_number"]),
            "reason": pa.repeat(Reason.DUPLICATE.value, count),
        },
    )


def _placed(records: pa.Table, rows: Numbers, columns: dict[str, pa.Array]) -> pa.Table:
    """Name file and row: as in the sheet, or counted from where the piece of the file begins."""
    places = records.select(["file", "row", "block"]).take(pa.array(rows))
    file = _whole(places["file"]).dictionary_encode()
    name = pc.replace_substring_regex(file.dictionary, r"^(?s:.*)/", "").take(file.indices)
    block = _whole(places["block"])
    row = pc.binary_join_element_wise("row ", _whole(places["row"]).cast(pa.string()), "")
    behind = pc.binary_join_element_wise(row, block.cast(pa.string()), " behind byte ")
    record = pc.if_else(pc.fill_null(pc.greater(block, 0), False), behind, row)
    return pa.table({"source": name, "record": record, **columns})


# --- citations ---------------------------------------------------------------------------------


def pairs_held(records: pa.Table) -> pa.Table:
    """Return each pair that records name once, as ``pairs_of`` and ``distinct_pairs`` do.

    >>> entries = pa.list_(pa.struct([("number", pa.string()), ("category", pa.string())]))
    >>> cites = [[{"number": "A", "category": None}], None]
    >>> cited_by = [None, [{"number": "B", "category": "X"}]]
    >>> columns = [pa.array(["B", "A"]), pa.array(cites, entries), pa.array(cited_by, entries)]
    >>> records = pa.table(columns, names=["publication_number", "cites", "cited_by"])
    >>> pairs_held(records).to_pylist()
    [{'citing': 'B', 'cited': 'A', 'category': 'X', 'origin': 'both'}]
    """
    named, keys, origins = _named(records)
    in_order = np.sort(keys)
    repeated = in_order[1:][in_order[1:] == in_order[:-1]]
    # Most pairs are named once, which sorting tells far quicker than a table of them all.
    is_repeated = flags(pc.is_in(pa.array(keys), value_set=pa.array(repeated)))
    single = _with_origin(_of(named, ~is_repeated), origins[~is_repeated])
    if not is_repeated.any():
        return single
    _, first, place = np.unique(keys[is_repeated], return_index=True, return_inverse=True)
    some, sides = _of(named, is_repeated), np.zeros((len(first), len(_SIDES)), bool)
    sides[place, origins[is_repeated]] = True
    least = pa.table({"at": place, "category": some["category"]})
    least = least.group_by("at").aggregate([("category", "min")]).sort_by("at")
    once = some.take(pa.array(first)).set_column(2, "category", least["category_min"])
    code = np.where(sides.all(axis=1), ORIGINS.index(BOTH), sides.argmax(axis=1))
    return pa.concat_tables([single, _with_origin(once, code)])


def _named(records: pa.Table) -> tuple[pa.Table, Numbers, Numbers]:
    """Return the pairs as often as they are named, a key of each, and the side that names it."""
    own = _whole(records["publication_number"])
    entries = [Lists.of(_whole(records[side]), records.num_rows) for side in _SIDES]
    others = [pc.struct_field(each.values, "number") for each in entries]
    # Own numbers are coded once each, not wherever they stand in a pair.
    code = _codes(pa.concat_arrays([own, *others]))
    of_others = np.split(code[len(own) :], [len(others[0])])
    pairs, keys = [], []
    for side, each, other, theirs in zip(_SIDES, entries, others, of_others, strict=True):
        ours, number = code[each.rows], own.take(pa.array(each.rows))
        is_pair = (ours >= 0) & (theirs >= 0)
        category = pc.struct_field(each.values, "category")
        citing, cited = (number, other) if side == CITES else (other, number)
        named = pa.table({"citing": citing, "cited": cited, "category": category})
        pairs.append(_of(named, is_pair))
        key = ours << 32 | theirs if side == CITES else theirs << 32 | ours
        keys.append(key[is_pair])
    origins = np.repeat(np.arange(len(pairs)), [part.num_rows for part in pairs])
    return pa.concat_tables(pairs).combine_chunks(), np.concatenate(keys), origins


def _codes(texts: pa.Array) -> Numbers:
    """Return equal numbers for equal texts; below zero where there is none."""
    coded = texts.dictionary_encode().indices
    return pc.fill_null(coded, -1).to_numpy().astype(np.int64)


def _with_origin(pairs: pa.Table, code: Numbers) -> pa.Table:
    return pairs.append_column("origin", pa.array(ORIGINS).take(pa.array(code)))
