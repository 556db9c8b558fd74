"""Rules for texts that are written once, and kept by an engine's columns or by Arrow here.

Arrow takes texts at hand in a fraction of the time that planning a query does. A rule is a function
of a text: given a column of an engine it returns one; given :data:`GIVEN`, what makes an array of
an array of texts. The functions here are those of ``pyspark.sql.functions`` that such rules need.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column
from pyspark.sql import functions as F


@dataclass(frozen=True, eq=False)
class Texts:
    """What makes values of texts, as a column of an engine does of its rows.

    Attributes:
        of: takes texts, none null, and returns as many values.
    """

    of: Callable[[pa.Array], pa.Array]

    def _with(self, function: Callable[..., pa.Array], *others: Any) -> Texts:
        return Texts(lambda texts: function(self.of(texts), *(_of(o, texts) for o in others)))

    def __eq__(self, other: object) -> Texts:  # type: ignore[override]
        return self._with(pc.equal, other)

    def __ne__(self, other: object) -> Texts:  # type: ignore[override]
        return self._with(pc.not_equal, other)

    def __ge__(self, other: object) -> Texts:
        return self._with(pc.greater_equal, other)

    def __and__(self, other: Texts) -> Texts:
        return self._with(pc.and_kleene, other)

    def __or__(self, other: Texts) -> Texts:
        return self._with(pc.or_kleene, other)

    def __sub__(self, other: Texts) -> Texts:
        return self._with(pc.subtract, other)

    def rlike(self, pattern: str) -> Texts:
        """Tell which match a regular expression."""
        return self._with(lambda values: pc.match_substring_regex(values, pattern))

    def startswith(self, letters: str) -> Texts:
        """Tell which begin so."""
        return self._with(lambda values: pc.starts_with(values, letters))

    def endswith(self, letters: str) -> Texts:
        """Tell which end so."""
        return self._with(lambda values: pc.ends_with(values, letters))

    def isin(self, *words: str) -> Texts:
        """Tell which are one of some words."""
        return self._with(lambda values: pc.is_in(values, value_set=pa.array(words)))

    def cast(self, kind: str) -> Texts:
        """Write numbers as text, or read texts as numbers."""
        return self._with(lambda values: values.cast(kind))


class _Cases(Texts):
    """Values by the first condition that holds; null where none does."""

    def __init__(self, cases: list[tuple[Texts, Any]], other: Any = None) -> None:
        self._cases, self._other = cases, other
        super().__init__(self._values)

    def when(self, condition: Texts, value: Any) -> _Cases:
        """Add a case."""
        return _Cases([*self._cases, (condition, value)])

    def otherwise(self, value: Any) -> Texts:
        """Say what stands where no condition holds."""
        return _Cases(self._cases, value)

    def _values(self, texts: pa.Array) -> pa.Array:
        rest, places, found = np.arange(len(texts)), [], []
        for condition, value in [*self._cases, (None, self._other)]:
            some = texts.take(pa.array(rest))
            holds = np.ones(len(rest), bool)
            if condition is not None:
                known = pc.fill_null(condition.of(some), False)
                holds = known.to_numpy(zero_copy_only=False)
            if holds.any():
                # A rule meets the texts alone that it is for.
                places.append(rest[holds])
                found.append(_array(value, some.filter(pa.array(holds))))
            rest = rest[~holds]
        if not found:
            return pa.nulls(0, pa.string())
        kinds = [each.type for each in found if not pa.types.is_null(each.type)]
        whole = pa.concat_arrays([each.cast(kinds[0]) if kinds else each for each in found])
        return whole.take(pa.array(np.argsort(np.concatenate(places))))


GIVEN = Texts(lambda texts: texts)
"""The texts as they are."""

T = TypeVar("T", Column, Texts)


def _of(value: Any, texts: pa.Array) -> Any:
    return value.of(texts) if isinstance(value, Texts) else value


def _array(value: Any, texts: pa.Array) -> pa.Array:
    made = _of(value, texts)
    return made if isinstance(made, pa.Array) else pa.repeat(pa.scalar(made), len(texts))


def when(condition: T, value: T | str | int) -> Any:
    """Begin values by conditions, as ``F.when`` does."""
    return (
        _Cases([(condition, value)]) if isinstance(condition, Texts) else F.when(condition, value)
    )


def concat(*parts: Any) -> Any:
    """Put texts one behind the other."""
    columns = [part for part in parts if isinstance(part, Column)]
    if columns:
        return F.concat(*(F.lit(part) if isinstance(part, str) else part for part in parts))

    def joined(texts: pa.Array) -> pa.Array:
        return pc.binary_join_element_wise(*(_array(part, texts) for part in parts), "")

    return Texts(joined)


def length(text: T) -> T:
    """Count letters."""
    return text._with(pc.utf8_length) if isinstance(text, Texts) else F.length(text)


def lpad(text: T, size: int, letter: str) -> T:
    """Fill texts up in front; longer ones are cut."""
    if not isinstance(text, Texts):
        return F.lpad(text, size, letter)
    return text._with(
        lambda values: pc.utf8_slice_codeunits(pc.utf8_lpad(values, size, letter), 0, size)
    )


def regexp_extract(text: T, pattern: str, group: int) -> T:
    """Return what a group of a regular expression matches; empty where it does not."""
    if not isinstance(text, Texts):
        return F.regexp_extract(text, pattern, group)
    named = _named(pattern, group)

    def found(values: pa.Array) -> pa.Array:
        return pc.fill_null(pc.struct_field(pc.extract_regex(values, named), "found"), "")

    return text._with(found)


def _named(pattern: str, group: int) -> str:
    """Name one group, and let the others be none.

    >>> _named("(a)(?:b)(c)", 2)
    '(?:a)(?:b)(?P<found>c)'
    """
    pieces = re.split(r"\((?!\?)", pattern)
    opened = ("(?P<found>" if at == group else "(?:" for at in range(1, len(pieces)))
    return pieces[0] + "".join(map("".join, zip(opened, pieces[1:], strict=True)))


def regexp_replace(text: T, pattern: str, by: str) -> T:
    """Replace what a regular expression matches; ``$1`` stands for its first group."""
    if not isinstance(text, Texts):
        return F.regexp_replace(text, pattern, by)
    groups = by.replace("$", "\\")
    return text._with(lambda values: pc.replace_substring_regex(values, pattern, groups))


def substring(text: T, begin: int, size: int) -> T:
    """Return so many letters from a place on, the first being 1."""
    if not isinstance(text, Texts):
        return F.substring(text, begin, size)
    return text._with(lambda values: pc.utf8_slice_codeunits(values, begin - 1, begin - 1 + size))


def to_int(text: T) -> T:
    """Read whole numbers."""
    return text.cast("int32") if isinstance(text, Texts) else text.try_cast("int")
