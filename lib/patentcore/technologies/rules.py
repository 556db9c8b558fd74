"""Rules over the columns of a row, in the three-valued logic of SQL.

Technologies are few, and rules about them many: engines take seconds to compile what Python has
computed before they begin. Columns, conditions and their combinations read as PySpark's do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


class Rule:
    """What is computed of a row; null (``None``) wherever it would be in SQL.

    Args:
        of: returns the value.
    """

    __hash__ = None  # type: ignore[assignment]  # rules that are compared make a rule

    def __init__(self, of: Callable[[Row], Any]) -> None:
        self.of = of

    def __eq__(self, other: object) -> Rule:  # type: ignore[override]
        return _known(lambda a, b: a == b, self, other)

    def __ne__(self, other: object) -> Rule:  # type: ignore[override]
        return _known(lambda a, b: a != b, self, other)

    def __lt__(self, other: object) -> Rule:
        return _known(lambda a, b: a < b, self, other)

    def __le__(self, other: object) -> Rule:
        return _known(lambda a, b: a <= b, self, other)

    def __gt__(self, other: object) -> Rule:
        return _known(lambda a, b: a > b, self, other)

    def __ge__(self, other: object) -> Rule:
        return _known(lambda a, b: a >= b, self, other)

    def __add__(self, other: object) -> Rule:
        return _known(lambda a, b: a + b, self, other)

    def __sub__(self, other: object) -> Rule:
        return _known(lambda a, b: a - b, self, other)

    def __rsub__(self, other: object) -> Rule:
        return _known(lambda a, b: a - b, other, self)

    def __rmul__(self, other: object) -> Rule:
        return _known(lambda a, b: a * b, other, self)

    def __truediv__(self, other: object) -> Rule:
        return _known(lambda a, b: a / b, self, other)

    def __bool__(self) -> bool:
        raise TypeError("a rule is true or false of a row only: use & for and, | for or, ~ for not")

    def __and__(self, other: Rule) -> Rule:
        def both(row: Row) -> bool | None:
            one, two = self.of(row), other.of(row)
            if one is False or two is False:
                return False
            return None if one is None or two is None else True

        return Rule(both)

    def __or__(self, other: Rule) -> Rule:
        return ~(~self & ~other)

    def __invert__(self) -> Rule:
        return _known(lambda value: not value, self)

    def is_null(self) -> Rule:
        """Tell whether nothing is known."""
        return Rule(lambda row: self.of(row) is None)

    def is_not_null(self) -> Rule:
        """Tell whether something is known."""
        return Rule(lambda row: self.of(row) is not None)

    def is_in(self, *values: object) -> Rule:
        """Tell whether it is one of some values; null where it is not known."""
        return _known(lambda value: value in values, self)


class Cases(Rule):
    """The value of the first case that holds; null where none does."""

    def __init__(self, cases: tuple[tuple[Rule, Rule], ...]) -> None:
        self.cases = cases

        def first(row: Row) -> Any:
            return next((value.of(row) for case, value in cases if case.of(row)), None)

        super().__init__(first)

    def when(self, case: Rule, value: object) -> Cases:
        """Return these cases and one more."""
        return Cases((*self.cases, (case, rule(value))))

    def otherwise(self, value: object) -> Rule:
        """Return these cases, with a value where none holds."""
        return self.when(rule(True), value)


def with_columns(rows: Iterable[Row], *steps: Mapping[str, Rule]) -> list[Row]:
    """Add columns to rows, those of each step of what is there after the steps before it.

    >>> n = column("n")
    >>> with_columns([{"n": 1}], {"m": n + 1}, {"n": column("m"), "k": n})
    [{'n': 2, 'm': 2, 'k': 1}]
    """
    found: list[Row] = []
    for row in rows:
        told: Row = row
        for step in steps:
            told = {**told, **{name: one.of(told) for name, one in step.items()}}
        found.append(told)
    return found


def rule(value: object) -> Rule:
    """Return a value as a rule, and a rule as it is."""
    return value if isinstance(value, Rule) else Rule(lambda row: value)


def column(name: str) -> Rule:
    """Return the value of a column.

    >>> share = column("share")
    >>> [(share >= 0.3).of({"share": one}) for one in (0.4, 0.1, None)]
    [True, False, None]
    >>> one_half = (column("half") / column("whole")).of
    >>> one_half({"half": 1, "whole": 2}), one_half({"half": None, "whole": 2})
    (0.5, None)
    """
    return Rule(lambda row: row[name])


def when(case: Rule, value: object) -> Cases:
    """Return a value where a case holds, else null; the value may be a rule.

    >>> size = when(column("n") > 9, "many").when(column("n") > 1, "some").otherwise("few")
    >>> [size.of({"n": n}) for n in (10, 2, 1, None)]
    ['many', 'some', 'few', 'few']
    """
    return Cases(((case, rule(value)),))


def coalesce(*values: Rule | str) -> Rule:
    """Return the first value that is known, of rules and of columns by name.

    >>> first = coalesce("said", column("seen"), rule("unknown"))
    >>> first.of({"said": None, "seen": "mature"}), first.of({"said": None, "seen": None})
    ('mature', 'unknown')
    """
    rules = [_named(value) for value in values]

    def first(row: Row) -> Any:
        found = (one.of(row) for one in rules)
        return next((value for value in found if value is not None), None)

    return Rule(first)


def null_if(value: Rule, nothing: float | str) -> Rule:
    """Return null for a value that stands for nothing.

    >>> null_if(column("stage"), "unknown").of({"stage": "unknown"})
    """
    return Rule(lambda row: None if (found := value.of(row)) == nothing else found)


def rounded(value: Rule | str, digits: int) -> Rule:
    """Return a number to some digits, halves away from zero.

    >>> [rounded("x", 1).of({"x": x}) for x in (0.25, -0.25, 1 / 3, None)]
    [0.3, -0.3, 0.3, None]
    """
    scale = 10**digits

    def of(number: float) -> float:
        return math.copysign(math.floor(abs(number) * scale + 0.5) / scale, number)

    return _known(of, _named(value))


def whole(value: Rule | str) -> Rule:
    """Return the text of a number, parts of one counted as one.

    >>> whole("patents").of({"patents": 2.5})
    '3'
    """
    return _known(lambda number: str(math.ceil(number)), _named(value))


def text(*parts: Rule | str) -> Rule:
    """Join texts and rules that give some; null where one of these is.

    >>> text("not known: ", column("what")).of({"what": "market"})
    'not known: market'
    """
    return _known(lambda *texts: "".join(texts), *parts)


def joined(between: str, parts: Iterable[Rule]) -> Rule:
    """Join the texts that are known.

    >>> joined(", ", [column("a"), column("b")]).of({"a": None, "b": "x"})
    'x'
    """
    rules = list(parts)

    def of(row: Row) -> str:
        return between.join(found for one in rules if (found := one.of(row)) is not None)

    return Rule(of)


def has(name: str, value: object) -> Rule:
    """Tell whether the list in a column has a value; null where there is no list.

    >>> [has("users", "consumers").of({"users": users}) for users in (["consumers"], [], None)]
    [True, False, None]
    """
    return _known(lambda values: value in values, column(name))


def _named(value: Rule | str) -> Rule:
    return column(value) if isinstance(value, str) else value


def _known(compute: Callable[..., Any], *values: object) -> Rule:
    """Return what is computed of values; null where one of them is."""
    rules = [rule(value) for value in values]

    def of(row: Row) -> Any:
        found = [one.of(row) for one in rules]
        return None if any(value is None for value in found) else compute(*found)

    return Rule(of)
