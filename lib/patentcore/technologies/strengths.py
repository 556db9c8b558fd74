"""How strong the domestic and the foreign side are in a technology, with bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from patentcore.technologies.rules import (
    Row,
    Rule,
    coalesce,
    column,
    rounded,
    rule,
    when,
    with_columns,
)
from patentcore.technologies.verdicts import Thresholds


def with_strengths(units: Iterable[Row], limits: Thresholds) -> list[Row]:
    """Add the sides' shares of quality inventions with their bounds, and ``*_is_strong``.

    A side is strong with a share at least ``strong_share`` and a maturity at least
    ``strong_maturity``; its maturity is that of its own inventions, else of all where those are
    too few to fit. Bounds of a share: what is of unknown side is all the other side's, or all its
    own. A side is strong or weak only where it is at both bounds of its share and both ends of
    the interval of its maturity. Where that interval spans the limit, or the fit ends at a bound
    and the maturity is but where the search ended, the catalogue's stage decides. Null otherwise,
    and where too few inventions pass the technicality steps, though a side may have none at all.

    Args:
        units: domestic_quality, foreign_quality, unknown_quality, quality_count, said_stage,
            maturity_low, maturity_high, at_bound and these for each side.
        limits: the thresholds.

    >>> names = (
    ...     *("domestic_quality", "foreign_quality", "unknown_quality", "quality_count"),
    ...     *("maturity_low", "maturity_high"),
    ... )
    >>> ends = [
    ...     f"{side}_{what}"
    ...     for side in ("domestic", "foreign")
    ...     for what in ("maturity_low", "maturity_high", "at_bound")
    ... ]
    >>> units = [
    ...     dict(zip(names, figures, strict=True), said_stage=None, at_bound=False)
    ...     | dict.fromkeys(ends)
    ...     for figures in (
    ...         (1.0, 8.0, 1.0, 10, 0.2, 0.4),
    ...         (3.0, 4.0, 3.0, 10, 0.2, 0.4),
    ...         (5.0, 5.0, 0.0, 10, 0.01, 0.4),
    ...         (1.0, 1.0, 0.0, 2, 0.01, 0.05),
    ...         (0.0, 2.0, 0.0, 2, 0.01, 0.05),
    ...     )
    ... ]
    >>> limits = {
    ...     "strong_share": 0.3,
    ...     "strong_maturity": 0.1,
    ...     "min_quality_patents": 5,
    ... }
    >>> found = with_strengths(units, limits)
    >>> [[one[f"domestic_share{end}"] for end in ("_low", "_high")] for one in found]
    [[0.1, 0.2], [0.3, 0.6], [0.5, 0.5], [None, None], [None, None]]
    >>> [(one["domestic_is_strong"], one["foreign_is_strong"]) for one in found]
    [(False, True), (True, True), (None, None), (None, None), (None, None)]
    """
    known = column("domestic_quality") + column("foreign_quality")
    total = known + column("unknown_quality")
    enough = column("quality_count") >= limits["min_quality_patents"]
    shares: dict[str, Rule] = {"known_quality_share": when(total > 0, known / total)}
    for side in ("domestic", "foreign"):
        own = column(f"{side}_quality")
        shares[f"{side}_share"] = when(enough & (known > 0), own / known)
        shares[f"{side}_share_low"] = when(enough & (total > 0), own / total)
        shares[f"{side}_share_high"] = when(
            enough & (total > 0), (own + column("unknown_quality")) / total
        )
    are_strong = {
        f"{side}_is_strong": _is_strong(side, enough, limits) for side in ("domestic", "foreign")
    }
    return with_columns(units, shares, are_strong)


def _is_strong(side: str, enough: Rule, limits: Thresholds) -> Rule:
    """Three-valued: a share that is too small makes a side weak whatever its maturity."""
    at_least = [
        rounded(f"{side}_share_{end}", 12) >= limits["strong_share"] for end in ("low", "high")
    ]
    share = when(at_least[0] == at_least[1], at_least[0])
    said = when(column("said_stage").is_not_null(), column("said_stage") != "emerging")
    is_grown = coalesce(_is_grown(side, limits), said)
    return when(enough, share & is_grown)


def has_none(side: str, limits: Thresholds) -> Rule:
    """Tell whether no invention can be a side's, in a technology that has enough of them.

    Its share is then nought whatever of them are of quality, and however many.

    Args:
        side: domestic or foreign; read are patent_count, unknown_side_count and the side's count.
        limits: the thresholds.

    >>> names = ("patent_count", "domestic_count", "unknown_side_count")
    >>> chip, laser, lens = (45, 0.0, 0.0), (30, 0.0, 1.0), (9, 0.0, 0.0)
    >>> of = has_none("domestic", {"min_patents": 10}).of
    >>> [of(dict(zip(names, counts, strict=True))) for counts in (chip, laser, lens)]
    [True, False, False]
    """
    most = rounded(column(f"{side}_count") + column("unknown_side_count"), 9)
    return coalesce((column("patent_count") >= limits["min_patents"]) & (most == 0), rule(False))


def maturity_of(side: str) -> tuple[Rule, Rule]:
    """Return the ends of the interval of a side's own maturity, else of that of all."""
    low, high = (coalesce(f"{side}_maturity_{end}", f"maturity_{end}") for end in ("low", "high"))
    return low, high


def is_at_bound(side: str) -> Rule:
    """Tell whether the fit that a side's maturity is of ends at a bound: no evidence of it.

    >>> of = is_at_bound("domestic").of
    >>> names = ("domestic_maturity_low", "domestic_at_bound", "at_bound")
    >>> fits = ((0.2, False, True), (0.2, True, False), (None, None, True), (None, None, None))
    >>> [of(dict(zip(names, fit, strict=True))) for fit in fits]
    [False, True, True, False]
    """
    has_own = column(f"{side}_maturity_low").is_not_null()
    ends = when(has_own, column(f"{side}_at_bound")).otherwise(column("at_bound"))
    return coalesce(ends, rule(False))


def _is_grown(side: str, limits: Thresholds) -> Rule:
    """Tell whether filings show a side to be grown; null where they leave it open."""
    low, high = maturity_of(side)
    limit = limits["strong_maturity"]
    return when(is_at_bound(side), None).when(low >= limit, True).when(high < limit, False)


def rests_on_said(limits: Thresholds, sides: Sequence[str]) -> Rule:
    """Tell whether filings leave open how grown a side is, so that the catalogue's stage decides.

    Args:
        limits: the thresholds.
        sides: domestic, foreign or both.
    """
    is_open = rule(False)
    for side in sides:
        is_told = _is_grown(side, limits).is_not_null()
        # A small share makes a side weak without that.
        may_be_strong = rounded(f"{side}_share_high", 12) >= limits["strong_share"]
        is_open = is_open | coalesce(may_be_strong & ~is_told, rule(False))
    return is_open
