"""Judgements on technologies: rules over the indicators, each with the figures it rests on.

A rule answers ``unknown`` where the data or the catalogue do not say; none reads what has been
published about a technology, which is only set beside the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from patentcore.technologies.opportunities import opportunities
from patentcore.technologies.problems import agreed, inventors_each, is_below, problems_seen
from patentcore.technologies.rules import (
    Row,
    Rule,
    coalesce,
    column,
    null_if,
    rounded,
    rule,
    when,
    with_columns,
)
from patentcore.technologies.strengths import has_none, with_strengths
from patentcore.technologies.verdicts import UNKNOWN, Thresholds, first_case, known_rule, texts

# Absence in the game of two (paper M, table 1).
FOREIGN_STRONG = "foreign strong, domestic weak"
BOTH_WEAK = "both weak"
DOMESTIC_STRONG = "domestic strong, foreign weak"
BOTH_STRONG = "both strong"

# Class: cause of the absence, mode of the breakthrough, who leads (paper M, section 3).
CLASSES = {
    "key generic": (
        "subject dislocation",
        "spiral progressive",
        "leading enterprises, guided by the government, in strategic cooperation with "
        "universities and institutes",
    ),
    "cutting-edge": (
        "path dependence",
        "jungle competition",
        "the whole industry chain as equals, driven by the market",
    ),
    "major strategic": (
        "resource misallocation",
        "main layout",
        "state organisations, from the top down",
    ),
}
NO_ABSENCE, NO_CLASS = "no absence", "none of the three"

# Of a side that has no inventions there is no problem to tell; that it has none is known.
NO_SIDE = "no domestic inventions"

NO_YEARS = "the years of its inventions are not known"
AT_BOUND = "the fit ends at a bound: no saturation is in sight"

# Recommended organisation (paper H, sections 1 and 3).
STATE_LED = "state-led: institutes and factories under one plan"
ALLIANCE = "enterprise alliance with state procurement"
LEADING_ENTERPRISE = "leading enterprise with institutes and state projects"
ENTERPRISE_LED = "enterprise-led industry-university-research cooperation"
PROCUREMENT = "enterprises with state procurement as first customer"
MARKET_ORDERS = "enterprise-led, supported by orders of the market"

# Who leads by what a technology is (paper H, conclusion 2), and by which system (conclusion 3).
LEADERS_OF_FORMS = {
    "integrated product": "leading enterprises",
    "material or part": "specialised small enterprises",
    "process": "enterprises with institutes and universities",
}
TRADITIONAL, NEW = "traditional whole-nation system", "new whole-nation system"


def with_verdicts(units: Iterable[Row], limits: Thresholds) -> list[Row]:
    """Add every verdict to the columns of technologies."""
    return with_columns(
        with_strengths(units, limits),
        {"stage_doubt": _stage_doubt(limits), **inventors_each()},
        {"status": _status(), "absence": _absence(), "stage": _stage(limits)},
        {"class": _class(limits)},
        _of_class(),
        opportunities(limits),
        {
            "organisation": _organisation(),
            "lead_by_form": _lead_by_form(),
            "system": known_rule(column("public_good") == "pure", TRADITIONAL, NEW),
        },
        _problems(limits),
        {"measured_cause": _cause(limits), "lead_seen": _lead_seen(limits)},
    )


def _status() -> Rule:
    """Whether there is evidence of a domestic breakthrough: the domestic side is strong."""
    return known_rule(column("domestic_is_strong"), "yes", "no")


def _absence() -> Rule:
    """State of the two-by-two game (paper M, table 1)."""
    domestic, foreign = column("domestic_is_strong"), column("foreign_is_strong")
    return (
        when(domestic.is_null() | foreign.is_null(), UNKNOWN)
        .when(domestic & foreign, BOTH_STRONG)
        .when(domestic, DOMESTIC_STRONG)
        .when(foreign, FOREIGN_STRONG)
        .otherwise(BOTH_WEAK)
    )


def _fitted_stage(maturity: Rule, limits: Thresholds) -> Rule:
    return (
        when(maturity < limits["emerging_maturity"], "emerging")
        .when(maturity <= limits["mature_maturity"], "growth")
        .when(maturity.is_not_null(), "mature")
    )


def _stage_doubt(limits: Thresholds) -> Rule:
    """Say why the fitted stage does not hold; null where it does (Debecker & Modis 1994)."""
    of = {
        name: _fitted_stage(column(name), limits)
        for name in ("maturity", "maturity_low", "maturity_high", "cut_low", "cut_high")
    }
    return (
        when(column("fit_failure").is_not_null(), column("fit_failure"))
        .when(column("maturity").is_null(), NO_YEARS)
        .when(column("at_bound"), AT_BOUND)
        .when(
            of["maturity_low"] != of["maturity_high"],
            "the interval of the maturity spans a limit between stages",
        )
        .when(
            (of["cut_low"] != of["maturity"]) | (of["cut_high"] != of["maturity"]),
            "without the last years the stage is another one",
        )
    )


def _stage(limits: Thresholds) -> Rule:
    """Stage of development (paper H, section 2.1): transition is mature with novelty rising.

    As fitted where nothing speaks against it, else as the catalogue says.
    """
    is_turning = coalesce(column("novelty_change") >= limits["rising_novelty"], rule(False))
    fitted = _fitted_stage(column("maturity"), limits)
    told = when((fitted == "mature") & is_turning, "transition").otherwise(fitted)
    return coalesce(when(column("stage_doubt").is_null(), told), "said_stage", rule(UNKNOWN))


def _class(limits: Thresholds) -> Rule:
    """Class by strategic flag, absence and layout traits (paper M, table 2).

    Where the domestic side may be strong, which would be no absence, there is no class, not even a
    strategic one. Where it is weak and nothing tells of the foreign one, a technology that has
    neither trait is of no class anyway.
    """
    domestic, foreign = column("domestic_is_strong"), column("foreign_is_strong")
    is_strategic = coalesce("strategic", rule(False)) & ~domestic
    layout, of = column("said_layout"), known_traits(limits)
    is_general = coalesce(
        of["generality_rank"] >= limits["generic_generality"], layout == "generic"
    )
    is_pioneering = coalesce(of["novelty"] >= limits["frontier_novelty"], layout == "frontier")
    return first_case(
        [
            (is_strategic, "major strategic"),
            (domestic, NO_ABSENCE),
            (foreign & is_general, "key generic"),
            (~foreign & is_pioneering, "cutting-edge"),
        ],
        NO_CLASS,
    )


def known_traits(limits: Thresholds) -> dict[str, Rule]:
    """Return the traits of a class, null where they are means of too few inventions."""
    counts = {"generality_rank": "generality_patents", "novelty": "novelty_patents"}
    return {
        name: when(column(count) < limits["min_quality_patents"], None).otherwise(column(name))
        for name, count in counts.items()
    }


def traits_asked() -> dict[str, Rule]:
    """Tell of each trait of a class whether it is asked for: where the foreign side may ask it."""
    is_weak = coalesce(~column("domestic_is_strong"), rule(False))
    foreign = column("foreign_is_strong")
    return {
        "generality_rank": is_weak & coalesce(foreign, rule(True)),
        "novelty": is_weak & coalesce(~foreign, rule(True)),
    }


def layout_is_asked(limits: Thresholds) -> Rule:
    """Tell whether the class asks the catalogue for its trait, for no figure tells it."""
    known = known_traits(limits)
    asked = [is_asked & known[name].is_null() for name, is_asked in traits_asked().items()]
    return asked[0] | asked[1]


def _of_class() -> dict[str, Rule]:
    columns = {}
    for i, name in enumerate(("cause", "mode", "lead")):
        verdict = when(column("class") == UNKNOWN, UNKNOWN).otherwise("not applicable")
        for which, traits in CLASSES.items():
            verdict = when(column("class") == which, traits[i]).otherwise(verdict)
        columns[name] = verdict
    return columns


def _organisation() -> Rule:
    """Recommended organisation: the pattern of the four cases of paper H that fits first.

    A public good decides by itself; a commodity by stage and market. What is not known leaves it
    unknown only where it could turn it.
    """
    good = column("public_good")
    stage, market = (null_if(column(name), UNKNOWN) for name in ("stage", "market"))
    is_settled = stage.is_in("mature", "growth")
    is_open = market.is_in("niche", "diverse")
    return first_case(
        [
            (good == "pure", STATE_LED),
            ((good == "semi") & (stage == "transition") & column("standardised"), ALLIANCE),
            (is_settled & is_open & column("government_will"), LEADING_ENTERPRISE),
            (good == "semi", PROCUREMENT),
            ((good == "none") & (stage == "emerging"), ENTERPRISE_LED),
            ((good == "none") & is_settled & is_open, LEADING_ENTERPRISE),
            (good == "none", MARKET_ORDERS),
        ]
    )


def _lead_by_form() -> Rule:
    """Who leads an integrated product, a material or part, a process (paper H, conclusion 2)."""
    verdict = rule(UNKNOWN)
    for form, lead in LEADERS_OF_FORMS.items():
        verdict = when(column("form") == form, lead).otherwise(verdict)
    return verdict


def _problems(limits: Thresholds) -> dict[str, Rule]:
    """The four problems of Zheng & Liu, section 3.2, of the domestic side.

    Of a handful of domestic inventions nothing is told.
    """
    enough = column("domestic_patents") >= limits["min_patents"]
    return {
        name: when(has_none("domestic", limits), NO_SIDE).otherwise(
            known_rule(when(enough, agreed(cases)), "yes", "no")
        )
        for name, cases in problems_seen(limits).items()
    }


def _cause(limits: Thresholds) -> Rule:
    """Which of paper M's causes is seen on the domestic side, whatever the class is."""
    signs = [(agreed(cases), name) for name, cases in causes_seen(limits).items()]
    are_told = signs[0][0].is_not_null() & signs[1][0].is_not_null() & signs[2][0].is_not_null()
    seen = texts(signs)
    told = when((seen == UNKNOWN) & are_told, NO_CLASS).otherwise(seen)
    enough = column("domestic_patents") >= limits["min_patents"]
    return when(has_none("domestic", limits), NO_SIDE).otherwise(
        coalesce(when(enough, told), rule(UNKNOWN))
    )


def causes_seen(limits: Thresholds) -> dict[str, list[Rule]]:
    """Whether each cause is seen: as told, and were all of unknown side domestic, or foreign.

    Subject dislocation: enterprises hold less of the domestic quality inventions than they should;
    path dependence: the domestic side cites foreign owners no less than their share of the
    technology, and is less original; resource misallocation: little basic research where no less
    is traded than abroad.
    """
    domestic, foreign = column("domestic_count"), column("foreign_count")
    unknown = coalesce("unknown_side_count", rule(0.0))
    ends = (
        # Bounds of the state's share, of what is cited; of either side's; foreign, all inventions.
        ("share", "share", "", "", foreign, domestic + foreign),
        ("bound", "share_low", "_bound", "", foreign, domestic + foreign + unknown),
        ("share", "share_high", "", "_bound", foreign + unknown, domestic + foreign + unknown),
    )
    found: dict[str, list[Rule]] = {}
    for state, cited, ours, theirs, held, of_all in ends:
        part = 1 - _bounded("state_quality", state)
        more = rounded(_bounded("foreign_cited", cited) - held / null_if(of_all, 0.0), 9) >= 0
        traded, original = (
            [_of_side(f"domestic_{name}", ours), _of_side(f"foreign_{name}", theirs)]
            for name in ("traded", "originality")
        )
        is_weak = agreed(
            [is_below("science", limits["weak_science"], end) for end in ("", "_bound")]
        )
        for name, case in (
            ("subject dislocation", part < limits["low_enterprise_share"]),
            ("path dependence", more & (original[0] < original[1])),
            ("resource misallocation", is_weak & (traded[0] >= traded[1])),
        ):
            found.setdefault(name, []).append(case)
    return found


def _bounded(name: str, end: str) -> Rule:
    return coalesce(f"{name}_{end}", f"{name}_share")


def _of_side(name: str, end: str) -> Rule:
    told = name if name.endswith("originality") else f"{name}_share"
    return coalesce(f"{name}_bound", told) if end else column(told)


def _lead_seen(limits: Thresholds) -> Rule:
    """What the first domestic owner is, beside the lead that the class asks for."""
    enough = column("domestic_patents") >= limits["min_patents"]
    is_open = coalesce("is_lead_open", rule(False))
    return when(has_none("domestic", limits), NO_SIDE).otherwise(
        coalesce(when(enough & ~is_open, column("actual_lead")), rule(UNKNOWN))
    )
