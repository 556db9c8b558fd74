"""The four problems of Zheng & Liu, section 3.2, as rules over figures of the domestic side."""

from __future__ import annotations

from collections.abc import Sequence

from patentcore.technologies.rules import Rule, coalesce, column, null_if, rounded, rule, when
from patentcore.technologies.verdicts import Thresholds

# Ends of the domestic and of the foreign figure: as told; all of unknown side domestic; foreign.
_ENDS = (("", ""), ("_bound", ""), ("", "_bound"))
_BOUNDS = {("domestic", "enterprise"): "enterprise_bound"}


def problems_seen(limits: Thresholds) -> dict[str, list[Rule]]:
    """Whether each problem is seen: as told, and were all of unknown side domestic, or foreign.

    It is where a domestic figure is beyond its limit and worse than the foreign side's; where fewer
    than ``min_patents`` inventions tell that, the limit alone decides. Cooperation and literature
    are held to it as percentiles, and set against the foreign side's as shares.
    """
    found: dict[str, list[Rule]] = {}
    for ours, theirs in _ENDS:
        foreign = coalesce("foreign_patents", rule(0))
        if theirs:  # all that is not domestic
            foreign = column("patent_count") - column("domestic_patents")
        are_few = foreign < limits["min_patents"]
        enterprises = _share("domestic", "enterprise", ours)
        for problem, name, beyond in (
            ("unsound_mechanism", "iur", is_below("iur", limits["little_cooperation"], ours)),
            ("weak_basic_research", "science", is_below("science", limits["weak_science"], ours)),
            ("absent_subject", "enterprise", enterprises < limits["low_enterprise_share"]),
        ):
            worse = _is_worse(_share("domestic", name, ours), _share("foreign", name, theirs))
            case = when(beyond.is_not_null(), beyond & (worse | are_few))
            found.setdefault(problem, []).append(case)
        people = _lacks_people(limits, ours, theirs)
        found.setdefault("shortage_of_people", []).append(people)
    return found


def _is_worse(domestic: Rule, foreign: Rule) -> Rule:
    """Tell whether a figure is below the foreign side's; yes where that is not known."""
    return when(foreign.is_null(), True).otherwise(rounded(domestic - foreign, 12) < 0)


def _share(side: str, name: str, end: str) -> Rule:
    told = f"{side}_{name}_share"
    bound = _BOUNDS.get((side, name), f"{side}_{name}_bound")
    return coalesce(bound, told) if end else column(told)


def is_below(name: str, limit: float, end: str = "") -> Rule:
    """Tell whether a share is below what is usual; null where it could not be told if it were.

    A share at or above the median is not below, however few the inventions are.

    Args:
        name: of the share, whose percentile is read.
        limit: the percentile.
        end: ``_bound`` to take the inventions of unknown side for the side's own.
    """
    percentile = column(f"{name}_percentile")
    value = coalesce(f"{name}_bound", percentile) if end else percentile
    return (
        when(value < limit, True)
        .when(value >= 0.5, False)
        .when(value.is_not_null() & (column(f"{name}_lowest") < limit), False)
    )


def _lacks_people(limits: Thresholds, ours: str, theirs: str) -> Rule:
    """Tell whether people are few an invention, or narrow."""
    foreign_patents = coalesce("foreign_inventor_patents", rule(0))
    if theirs:
        foreign_patents = foreign_patents + coalesce("unknown_inventor_patents", rule(0))
    are_few = foreign_patents < limits["min_patents"]
    found = rule(False)
    for name, limit in (
        ("inventors_each", "few_inventors"),
        ("inventor_breadth", "narrow_breadth"),
    ):
        domestic, foreign = (
            coalesce(f"{side}_{name}{end}", f"{side}_{name}")
            for side, end in (("domestic", ours), ("foreign", theirs))
        )
        beyond = domestic < limits[limit]
        found = found | (beyond & (_is_worse(domestic, foreign) | are_few))
    return found


def inventors_each() -> dict[str, Rule]:
    """Return how many people there are for each invention of either side that names any."""
    found = {}
    unknown = coalesce("unknown_inventor_patents", rule(0))
    for side in ("domestic", "foreign"):
        count, own = f"{side}_inventor_count", coalesce(f"{side}_inventor_patents", rule(0))
        each = f"{side}_inventors_each"
        found[each] = column(count) / null_if(own, 0)
        found[f"{each}_bound"] = coalesce(f"{count}_bound", count) / null_if(own + unknown, 0)
    return found


def could_turn(share: str, bound: str, limit: float) -> Rule:
    """Whether inventions of unknown side, taken for the side's own, take a share over a limit."""
    return (column(share) < limit) != (column(bound) < limit)


def agreed(cases: Sequence[Rule]) -> Rule:
    """What a rule says in each of some cases; null where they do not agree.

    >>> cases = [column("told"), column("bound")]
    >>> rows = [{"told": True, "bound": one} for one in (True, False, None)]
    >>> [agreed(cases).of(row) for row in rows]
    [True, None, None]
    """
    found = cases[0]
    for other in cases[1:]:
        found = when(found == other, found)
    return found
