"""Why a verdict is unknown: what is missing, by its name."""

from __future__ import annotations

from collections.abc import Sequence

from patentcore.technologies.judgements import (
    AT_BOUND,
    NO_YEARS,
    causes_seen,
    known_traits,
    traits_asked,
)
from patentcore.technologies.opportunities import foreign_holds_most, is_blocked
from patentcore.technologies.problems import agreed, could_turn, problems_seen
from patentcore.technologies.rules import (
    Row,
    Rule,
    coalesce,
    column,
    joined,
    rounded,
    rule,
    text,
    when,
    whole,
)
from patentcore.technologies.strengths import is_at_bound, maturity_of
from patentcore.technologies.verdicts import UNKNOWN, Thresholds

BLOCK_OPEN = "whether foreign patents block is not known: "
COULD_TURN = "the inventions of unknown side could turn it"
NO_SIDE_TOLD = "the side of no applicant is known"
TRAITS = ("generality_rank", "novelty")
# What figures are computed from, by what an export may lack.
_MADE_FROM = {
    "generality_rank": "citing inventions",
    "novelty": "pairs of classes",
    "state_quality_share": "domestic inventions of quality",
    "foreign_cited_share": "cited inventions",
    "domestic_originality": "cited inventions",
    "foreign_originality": "cited inventions",
    "domestic_traded_share": "assignments and licences",
    "foreign_traded_share": "assignments and licences",
    "science_percentile": "citations of literature",
}
EVIDENCE = (
    *("quality", "sides", "growth", "growth of domestic", "stage", "barrier"),
    *("organisation", "patents"),
    *("cooperation", "literature", "causes", "first owner"),
    *("unsound_mechanism", "weak_basic_research", "absent_subject", "shortage_of_people"),
)


def reason(wants: Sequence[str], unit: Row, of_domestic: bool) -> str:
    """Say what is missing for a verdict: the evidence by its own name, else the attribute.

    Of a figure also what it is made from, of a trait of a class also that the catalogue could say
    the layout.

    Args:
        wants: columns that the verdict needs, or names of the evidence.
        unit: a technology's columns, with those of :func:`evidence`.
        of_domestic: the verdict is of the domestic side, which needs inventions enough.

    >>> unit = {"_lacks_patents": None, "_lacks_literature": "too few", "form": None}
    >>> reason(("form", "literature"), unit, of_domestic=True)
    'too few; not known: form'
    >>> reason(("form",), unit | {"form": "process"}, of_domestic=False)
    'no rule of the papers fits'
    >>> reason(("foreign_cited_share",), {"foreign_cited_share": None}, of_domestic=False)
    'not known: foreign_cited_share; too few are known: cited inventions'
    """
    named = [name for name in wants if name not in EVIDENCE]
    missing = [name for name in named if _is_missing(name, unit)]
    reasons = [unit[_lacks(name)] for name in wants if name in EVIDENCE]
    if of_domestic:
        reasons.insert(0, unit[_lacks("patents")])
        missing = [] if unit[_lacks("patents")] else missing
    if missing:
        layout = [] if set(missing).isdisjoint(TRAITS) else ["layout"]
        reasons.append(f"not known: {', '.join([*missing, *layout])}")
        made_from = dict.fromkeys(_MADE_FROM[name] for name in missing if name in _MADE_FROM)
        reasons.append(f"too few are known: {', '.join(made_from)}" if made_from else None)
    return "; ".join(dict.fromkeys(filter(None, reasons))) or "no rule of the papers fits"


def _is_missing(name: str, unit: Row) -> bool:
    return bool(unit[_lacks(name)]) if name in TRAITS else unit[name] is None


def evidence(limits: Thresholds) -> dict[str, Rule]:
    """Return what :func:`reason` reads: why evidence is missing, and which trait of a class is.

    Args:
        limits: the thresholds.
    """
    known, is_asked = known_traits(limits), traits_asked()
    # A class wants a trait only where the foreign side may ask for it, and nobody says the layout.
    traits = {
        name: known[name].is_null() & is_asked[name] & column("said_layout").is_null()
        for name in TRAITS
    }
    return {_lacks(name): why for name, why in (_evidence_missing(limits) | traits).items()}


def _lacks(name: str) -> str:
    return f"_lacks_{name}"


def _organisation_gaps() -> Rule:
    """Name the attributes of the market and of the state that could turn an organisation."""
    good, stage, market = column("public_good"), column("stage"), column("market")
    is_semi = good == "semi"
    may_settle = ~stage.is_in("emerging", "transition")
    is_untold = may_settle & (market == UNKNOWN)
    asked = {
        "standardised": is_untold | (is_semi & stage.is_in("transition", UNKNOWN)),
        "niche_market": is_untold,
        "government_will": is_semi & may_settle & (market != "standardised"),
    }
    has_market = good.is_in("semi", "none")
    names = joined(
        ", ",
        (when(has_market & one & column(name).is_null(), name) for name, one in asked.items()),
    )
    return when(names != "", text("not known: ", names))


def _evidence_missing(limits: Thresholds) -> dict[str, Rule]:
    """Return reasons of their own wording, by what they are of; null where nothing is missing."""
    fewest, quality = f"{limits['min_patents']:g}", f"{limits['min_quality_patents']:g}"
    none = when(column("patent_count") == 0, "no patents")
    few_quality = when(
        column("quality_count") < limits["min_quality_patents"],
        text(
            whole("quality_count"),
            f" inventions of quality are fewer than {quality}",
            _more("quality_unknown_count", "could not be judged"),
        ),
    )
    no_side = when(column("known_side_share") == 0, NO_SIDE_TOLD)
    limit = limits["strong_share"]
    spans = {
        side: (rounded(f"{side}_share_low", 12) < limit)
        & (rounded(f"{side}_share_high", 12) >= limit)
        for side in ("domestic", "foreign")
    }
    percent = whole(rounded(100 * column("known_quality_share"), 0))
    sides = when(
        few_quality.is_null() & (spans["domestic"] | spans["foreign"]),
        coalesce(
            no_side,
            text(
                "sides are known of ",
                percent,
                " % of the quality inventions: the others could turn the verdict",
            ),
        ),
    )
    asks_growth = few_quality.is_null() & column("said_stage").is_null()
    own, other = (when(asks_growth, _growth(side, limits)) for side in ("domestic", "foreign"))
    enough = column("patent_count") > 0
    rare = {
        what: when(
            column(f"{name}_percentile").is_not_null()
            & (column(f"{name}_lowest") >= limits[limit]),
            "so few inventions could not be told from usual ones if none had it",
        ).when(could_turn(f"{name}_percentile", f"{name}_bound", limits[limit]), COULD_TURN)
        for what, name, limit in (
            ("cooperation", "iur", "little_cooperation"),
            ("literature", "science", "weak_science"),
        )
    }
    are_turned = rule(False)
    for cases in causes_seen(limits).values():
        are_turned = are_turned | (cases[0].is_not_null() & agreed(cases).is_null())
    turned = {
        problem: when(cases[0].is_not_null() & agreed(cases).is_null(), COULD_TURN)
        for problem, cases in problems_seen(limits).items()
    }
    return {
        **rare,
        **turned,
        "causes": when(are_turned, COULD_TURN),
        "first owner": when(column("is_lead_open"), COULD_TURN),
        "quality": coalesce(none, few_quality),
        "sides": sides,
        "growth of domestic": own,
        "growth": when(own == other, own).otherwise(joined("; ", (own, other))),
        "stage": when(column("stage") == UNKNOWN, coalesce(none, column("stage_doubt"))),
        "barrier": _barrier(limits),
        "organisation": _organisation_gaps(),
        "patents": coalesce(
            none,
            no_side,
            when(
                enough & (column("domestic_patents") < limits["min_patents"]),
                text(
                    whole("domestic_patents"),
                    f" domestic inventions are fewer than {fewest}",
                    _more("unknown_side_count", "are of unknown side"),
                ),
            ),
        ),
    }


def _barrier(limits: Thresholds) -> Rule:
    """Say why nothing tells whether foreign patents block; null where something does."""
    foreign, fewest = rounded("foreign_count", 9), limits["min_patents"]
    few = text(whole(foreign), f" foreign inventions are fewer than {fewest:g}")
    why = (
        when(column("known_side_share") == 0, NO_SIDE_TOLD)
        .when(foreign < fewest, few)
        .when(foreign_holds_most(limits).is_null(), COULD_TURN)
        .otherwise("no citations between its owners tell a thicket")
    )
    return (
        when(column("patents").is_in("closed", "none"), None)
        .when(column("patent_count") == 0, "no patents")
        .when(is_blocked(limits).is_null(), text(BLOCK_OPEN, why))
    )


def _growth(side: str, limits: Thresholds) -> Rule:
    """Say why filings leave open how grown a side is; null where its share makes it weak anyway."""
    low, high = maturity_of(side)
    limit = limits["strong_maturity"]
    is_weak = rounded(f"{side}_share_high", 12) < limits["strong_share"]
    return (
        when(is_weak, None)
        .when(low.is_null(), coalesce("fit_failure", rule(NO_YEARS)))
        .when(is_at_bound(side), AT_BOUND)
        .when((low < limit) & (high >= limit), "the interval of the maturity spans the limit")
    )


def _more(name: str, what: str) -> Rule:
    count = coalesce(name, rule(0))
    return when(count > 0, text("; ", whole(name), f" more {what}")).otherwise("")
