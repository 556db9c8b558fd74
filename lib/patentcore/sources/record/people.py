"""Applicants, owners and inventors of a batch of records, and where they are."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from patentcore.sources.record.arrays import Lists, encoded, flags, is_there, is_word, once, plain
from patentcore.sources.record.names import (
    MAY_BE_PLACED,
    Person,
    name_and_country,
    name_and_place,
)

PLACED = pa.struct([(part, pa.string()) for part in ("name", "country", "address")])
# What must be known of a person for an address; applicants have their country elsewhere.
_TELLING = {"applicant_addresses": ("address",), "inventor_addresses": ("country", "address")}


def read_people(given: Mapping[str, pa.Array], count: int) -> dict[str, pa.Array]:
    """Leave out people of whom there is no name, and addresses that say nothing.

    A country or an address that stands behind a name is none of it.

    Args:
        given: the lists that records have, by canonical column.
        count: of the records.
    """
    people = {
        name: named(Lists.of(given[name], count))
        for name in ("applicants", "owners", *_TELLING)
        if name in given
    }
    lists = {name: placed(each) for name, each in people.items()}
    if "inventors" in given:
        names = Lists.of(given["inventors"], count)
        some = names.kept(is_word(names.values))
        inventors = placed(some.mapped(_unplaced(plain(some.values))), name_and_country)
        lists["inventors"] = inventors.mapped(inventors.values.field("name"))
        lists.setdefault("inventor_addresses", inventors)
    if "applicants" in people and "applicant_addresses" not in people:
        names = people["applicants"]
        lists["applicant_addresses"] = placed(names.mapped(_unplaced(names.values.field("name"))))
    found = {}
    for name, each in lists.items():
        told = [is_there(each.values.field(part)) for part in _TELLING.get(name, ())]
        some = each.kept(reduce(operator.or_, told)) if told else each
        if name in given or len(some.rows):
            found[name] = some.to_array()
    return found


def named(people: Lists) -> Lists:
    """Leave out people without a name, or with marks alone."""
    return people.kept(is_word(pc.struct_field(people.values, "name")))


def _unplaced(names: pa.Array) -> pa.StructArray:
    none = pa.nulls(len(names), pa.string())
    return pa.StructArray.from_arrays([names, none, none], fields=list(PLACED))


def placed(people: Lists, read: Callable[[str], Person] = name_and_place) -> Lists:
    """Take countries and addresses off names, into the parts of which nothing is known.

    >>> people = Lists(np.array([0]), _unplaced(pa.array(["FOO AG [DE]"])), 1)
    >>> placed(people).to_array().to_pylist()
    [[{'name': 'FOO AG', 'country': 'DE', 'address': None}]]
    """
    names = encoded(people.values.field("name"))
    known = names.dictionary
    may_be = pc.fill_null(pc.match_substring_regex(known, MAY_BE_PLACED), False)
    at = np.flatnonzero(flags(may_be))
    if not len(at):
        return people

    def parts(text: str) -> Person:
        person = read(text)
        return {part.name: person[part.name] for part in PLACED}

    parted = once(known.take(pa.array(at)), parts, PLACED)
    columns = []
    for part in people.values.type:
        column = people.values.field(part.name)
        if part.name in ("name", "country", "address"):
            before = known if part.name == "name" else pa.nulls(len(known), pa.string())
            told = pc.replace_with_mask(before, may_be, parted.field(part.name)).take(names.indices)
            column = told if part.name == "name" else pc.coalesce(column, told)
        columns.append(column)
    return people.mapped(pa.StructArray.from_arrays(columns, fields=list(people.values.type)))
