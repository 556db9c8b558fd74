"""What every rule answers with: a word or two, or that it is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from patentcore.technologies.rules import Row, Rule, joined, when

UNKNOWN = "unknown"

Thresholds = Mapping[str, float]
"""Limits of the rules by name; what each means stands in conf/paper.toml."""


def known_rule(condition: Rule, yes: str, no: str) -> Rule:
    """Return ``yes`` or ``no``, and unknown where the condition is null.

    >>> from patentcore.technologies.rules import column
    >>> verdict = known_rule(column("share") >= 0.3, "strong", "weak")
    >>> [verdict.of({"share": share}) for share in (0.4, 0.1, None)]
    ['strong', 'weak', 'unknown']
    """
    return when(condition.is_null(), UNKNOWN).when(condition, yes).otherwise(no)


def first_case(cases: Sequence[tuple[Rule, str]], otherwise: str = UNKNOWN) -> Rule:
    """Return the text of the first case that holds.

    A case that is null before it makes that unknown, unless it would say the same.

    >>> from patentcore.technologies.rules import column
    >>> a, b = column("a"), column("b")
    >>> pairs = ((True, None), (None, True), (False, True), (False, None))
    >>> rows = [{"a": one, "b": other} for one, other in pairs]
    >>> [first_case([(a, "x"), (b, "y")], "z").of(row) for row in rows]
    ['x', 'unknown', 'y', 'unknown']
    >>> [first_case([(a, "x"), (b, "x")], "z").of(row) for row in rows]
    ['x', 'x', 'x', 'unknown']
    """

    def of(row: Row) -> str:
        possible = set()
        for case, text in cases:
            holds = case.of(row)
            if holds is not False:
                possible.add(text)
            if holds:
                break
        else:
            possible.add(otherwise)
        return possible.pop() if len(possible) == 1 else UNKNOWN

    return Rule(of)


def texts(cases: Sequence[tuple[Rule, str]]) -> Rule:
    """Join the texts whose case holds; unknown where none does.

    >>> from patentcore.technologies.rules import column
    >>> share = column("share")
    >>> told = texts([(share > 0.1, "some"), (share > 0.3, "many")])
    >>> told.of({"share": 0.4}), told.of({"share": None})
    ('some; many', 'unknown')
    """
    found = joined("; ", (when(case, text) for case, text in cases))
    return when(found == "", UNKNOWN).otherwise(found)
