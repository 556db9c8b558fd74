"""Judgements on technologies: rules over the indicators, each with the figures it rests on.

A rule answers ``unknown`` where the data or the catalogue do not say; none reads what has been
published about a technology, which is only set beside the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.opportunities import opportunities
from patentcore.technologies.verdicts import UNKNOWN, Thresholds, known_rule

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

# Recommended organisation (paper H, sections 1 and 3).
STATE_LED = "state-led: institutes and factories under one plan"
ALLIANCE = "enterprise alliance with state procurement"
LEADING_ENTERPRISE = "leading enterprise with institutes and state projects"
ENTERPRISE_LED = "enterprise-led industry-university-research cooperation"
PROCUREMENT = "enterprises with state procurement as first customer"
MARKET_ORDERS = "enterprise-led, supported by orders of the market"


def with_strengths(units: DataFrame, limits: Thresholds) -> DataFrame:
    """Add the sides' shares of quality patents, and ``*_is_strong``.

    A side is strong with a share at least ``strong_share`` and a maturity at least
    ``strong_maturity``; its maturity is that of its own filings, else of all where those are too
    few to fit. Null where too few patents of known side pass the technicality steps, or where
    the share suffices and no maturity is known.

    Args:
        units: domestic_quality, foreign_quality, quality_count, maturity, domestic_maturity,
            foreign_maturity.
        limits: the thresholds.

    >>> units = spark.createDataFrame(
    ...     [("laser", 1.0, 9.0, 10, 0.3, None, None), ("wafer", 1.0, 1.0, 2, 0.3, None, None)],
    ...     "unit string, domestic_quality double, foreign_quality double, quality_count int, "
    ...     "maturity double, domestic_maturity double, foreign_maturity double",
    ... )
    >>> limits = {"strong_share": 0.3, "strong_maturity": 0.1, "min_quality_patents": 5}
    >>> found = with_strengths(units, limits)
    >>> found.select("unit", "domestic_share", "domestic_is_strong", "foreign_is_strong").show()
    +-----+--------------+------------------+-----------------+
    | unit|domestic_share|domestic_is_strong|foreign_is_strong|
    +-----+--------------+------------------+-----------------+
    |laser|           0.1|             false|             true|
    |wafer|          NULL|              NULL|             NULL|
    +-----+--------------+------------------+-----------------+
    <BLANKLINE>
    """
    total = F.col("domestic_quality") + F.col("foreign_quality")
    enough = F.col("quality_count") >= limits["min_quality_patents"]
    shares, strengths = {}, {}
    for side in ("domestic", "foreign"):
        share = F.when(enough & (total > 0), F.col(f"{side}_quality") / total)
        shares[f"{side}_share"] = share
        maturity = F.coalesce(F.col(f"{side}_maturity"), F.col("maturity"))
        # Three-valued: a share that is too small makes a side weak whatever its maturity.
        strengths[f"{side}_is_strong"] = (F.col(f"{side}_share") >= limits["strong_share"]) & (
            maturity >= limits["strong_maturity"]
        )
    return units.withColumns(shares).withColumns(strengths)


def _with_verdicts(units: DataFrame, limits: Thresholds) -> DataFrame:
    """Add every verdict as a column."""
    return (
        units.transform(with_strengths, limits)
        .withColumns({"status": _status(), "absence": _absence(), "stage": _stage(limits)})
        .withColumn("class", _class(limits))
        .withColumns(_of_class())
        .withColumns(opportunities(limits))
        .withColumn("organisation", _organisation())
        .withColumns(_problems(limits))
    )


def _status() -> Column:
    """Whether there is evidence of a domestic breakthrough: the domestic side is strong."""
    return known_rule(F.col("domestic_is_strong"), "yes", "no")


def _absence() -> Column:
    """State of the two-by-two game (paper M, table 1)."""
    domestic, foreign = F.col("domestic_is_strong"), F.col("foreign_is_strong")
    return (
        F.when(domestic.isNull() | foreign.isNull(), UNKNOWN)
        .when(domestic & foreign, BOTH_STRONG)
        .when(domestic, DOMESTIC_STRONG)
        .when(foreign, FOREIGN_STRONG)
        .otherwise(BOTH_WEAK)
    )


def _stage(limits: Thresholds) -> Column:
    """Stage of development (paper H, section 2.1): transition is mature with novelty rising."""
    maturity = F.col("maturity")
    is_turning = F.coalesce(F.col("novelty_change") >= limits["rising_novelty"], F.lit(False))
    return (
        F.when(maturity.isNull(), UNKNOWN)
        .when(maturity < limits["emerging_maturity"], "emerging")
        .when(maturity <= limits["mature_maturity"], "growth")
        .when(is_turning, "transition")
        .otherwise("mature")
    )


def _class(limits: Thresholds) -> Column:
    """Class by strategic flag, absence and layout traits (paper M, table 2)."""
    absence = F.col("absence")
    is_strategic = F.coalesce("strategic", F.lit(False))
    is_general = F.col("generality") >= limits["generic_generality"]
    is_pioneering = F.col("novelty") >= limits["frontier_novelty"]
    return (
        F.when(absence.isin(DOMESTIC_STRONG, BOTH_STRONG), NO_ABSENCE)
        .when(is_strategic, "major strategic")
        .when(absence == FOREIGN_STRONG, known_rule(is_general, "key generic", NO_CLASS))
        .when(absence == BOTH_WEAK, known_rule(is_pioneering, "cutting-edge", NO_CLASS))
        .otherwise(UNKNOWN)
    )


def _of_class() -> dict[str, Column]:
    columns = {}
    for i, name in enumerate(("cause", "mode", "lead")):
        verdict = F.when(F.col("class") == UNKNOWN, UNKNOWN).otherwise("not applicable")
        for which, traits in CLASSES.items():
            verdict = F.when(F.col("class") == which, traits[i]).otherwise(verdict)
        columns[name] = verdict
    return columns


def _organisation() -> Column:
    """Recommended organisation: the pattern of the four cases of paper H that fits first.

    A public good decides by itself; a commodity by stage and market.
    """
    good, stage, market = F.col("public_good"), F.col("stage"), F.col("market")
    is_settled = stage.isin("mature", "growth")
    is_open = market.isin("niche", "diverse")
    return (
        F.when(good == "pure", STATE_LED)
        .when((good == "semi") & (stage == "transition") & F.col("standardised"), ALLIANCE)
        .when(is_settled & is_open & F.col("government_will"), LEADING_ENTERPRISE)
        .when(good == "semi", PROCUREMENT)
        .when((good == "none") & (stage == "emerging"), ENTERPRISE_LED)
        .when((good == "none") & is_settled & is_open, LEADING_ENTERPRISE)
        .when((good == "none") & stage.isin("mature", "growth", "transition"), MARKET_ORDERS)
        .otherwise(UNKNOWN)
    )


def _problems(limits: Thresholds) -> dict[str, Column]:
    """The four problems of Zheng & Liu, section 3.2; of a handful of patents none is told."""
    few = F.col("inventor_count") < limits["few_inventors"]
    narrow = F.col("inventor_breadth") < limits["narrow_breadth"]
    signs = {
        "unsound_mechanism": F.col("iur_share") < limits["little_cooperation"],
        "weak_basic_research": F.col("science_share") < limits["weak_science"],
        "absent_subject": F.col("enterprise_share") < limits["low_enterprise_share"],
        "shortage_of_people": few | narrow,
    }
    enough = F.col("patent_count") >= limits["min_patents"]
    return {name: known_rule(F.when(enough, sign), "yes", "no") for name, sign in signs.items()}


# --- as rows ------------------------------------------------------------------------------------

_STRENGTH = ("domestic_share", "foreign_share", "domestic_maturity", "foreign_maturity", "maturity")
_SIDES = ("quality_count", "quality_unknown_count", "unknown_side_count", "domestic_key_count")
_BLOCK = ("foreign_count", "domestic_count", "foreign_concentration", "thicket_density")
_TRAITS = ("generality", "novelty")
_FLAGS = ("standardised", "niche_market", "government_will", "strategic")


@dataclass(frozen=True)
class Question:
    """One judgement: its verdict column and what it rests on."""

    name: str
    verdict: str
    figures: tuple[str, ...]
    thresholds: tuple[str, ...] = ()
    window: str | None = None
    barrier: str | None = None


_STRONG_LIMITS = ("strong_share", "strong_maturity", "min_quality_patents")
_CLASS_LIMITS = (*_STRONG_LIMITS, "generic_generality", "frontier_novelty")
_STAGE_LIMITS = ("emerging_maturity", "mature_maturity", "rising_novelty")
_BLOCK_LIMITS = ("blocking_foreign_share", "blocking_concentration", "blocking_thicket")

QUESTIONS = (
    Question("status", "status", (*_STRENGTH, *_SIDES), _STRONG_LIMITS),
    Question("absence", "absence", (*_STRENGTH, *_SIDES), _STRONG_LIMITS),
    *(
        Question(name, name, (*_STRENGTH, *_TRAITS, "strategic"), _CLASS_LIMITS)
        for name in ("class", "cause", "mode", "lead")
    ),
    Question(
        "technology",
        "stage",
        ("maturity", "fit_r2", "novelty_change", "patent_count", *_BLOCK),
        (*_STAGE_LIMITS, *_BLOCK_LIMITS),
        "technology_window",
        "technology_barrier",
    ),
    Question("product", "product", _FLAGS[:1], (), "product_window", "product_barrier"),
    Question("market", "market", _FLAGS[:2], (), "market_window", "market_barrier"),
    Question(
        "institution", "institution", _FLAGS[2:3], (), "institution_window", "institution_barrier"
    ),
    Question(
        "organisation",
        "organisation",
        ("maturity", "novelty_change", *_FLAGS[:3]),
        _STAGE_LIMITS,
    ),
    *(
        Question(name, name, ("patent_count", *figures), ("min_patents", *limits))
        for name, figures, limits in (
            ("unsound_mechanism", ("iur_share", "joint_share"), ("little_cooperation",)),
            ("weak_basic_research", ("science_share", "science_linkage"), ("weak_science",)),
            ("absent_subject", ("enterprise_share",), ("low_enterprise_share",)),
            (
                "shortage_of_people",
                ("inventor_count", "inventor_breadth"),
                ("few_inventors", "narrow_breadth"),
            ),
        )
    ),
)


def judge(units: DataFrame, limits: Thresholds) -> DataFrame:
    """Return one row for each technology and question.

    Args:
        units: unit, indicators with the stage and fit_failure, the attributes public_good,
            standardised, niche_market, government_will, strategic, and published (``yes``,
            ``no`` or null).
        limits: the thresholds.

    Returns:
        technology, question, verdict, window, barrier, reason (why it is unknown, where known),
        figures and thresholds (maps of what the verdict rests on), published, agrees.
    """
    judged = _with_verdicts(units, limits)
    rows = judged.select("*", F.explode(F.array(*(_row(q, limits) for q in QUESTIONS))).alias("j"))
    is_status = F.col("j.question") == "status"
    published = F.when(is_status, F.col("published"))
    return rows.select(
        F.col("unit").alias("technology"),
        "j.*",
        published.alias("published"),
        F.when(F.col("j.verdict") != UNKNOWN, published == F.col("j.verdict")).alias("agrees"),
    )


def _row(question: Question, limits: Thresholds) -> Column:
    none = F.lit(None).cast("string")
    # A figure that is not known is left out of the map: its absence says so.
    values = {name: F.col(name).cast("double") for name in question.figures}
    known = [
        F.when(value.isNotNull(), F.struct(F.lit(name), value)) for name, value in values.items()
    ]
    figures = F.map_from_entries(F.array_compact(F.array(*known)))
    thresholds = {name: float(limits[name]) for name in question.thresholds}
    fields = {
        "question": F.lit(question.name),
        "verdict": F.col(question.verdict),
        "window": F.col(question.window) if question.window else none,
        "barrier": F.col(question.barrier) if question.barrier else none,
        "reason": F.when(F.col(question.verdict) == UNKNOWN, _reason(question, limits)),
        "figures": figures,
        "thresholds": _map(thresholds),
    }
    # Sail wants every struct of an array to have the same fields, down to which may be null.
    has_unit = F.col("unit").isNotNull()
    return F.struct(*(F.when(has_unit, value).alias(name) for name, value in fields.items()))


def _map(values: Mapping[str, float]) -> Column:
    parts = [F.lit(part) for pair in values.items() for part in pair]
    return (F.create_map(*parts) if parts else F.create_map()).cast("map<string,double>")


def _reason(question: Question, limits: Thresholds) -> Column:
    """Say what is missing for a verdict."""
    none = F.lit(None).cast("string")
    few = F.concat(
        F.col("patent_count").cast("int"),
        F.lit(f" patents are fewer than {limits['min_patents']:g}"),
    )
    too_few = F.when(F.col("patent_count") < limits["min_patents"], few)
    missing = [
        F.when(F.col(name).isNull(), name)
        for name in question.figures
        if name not in ("novelty_change", "strategic", "foreign_concentration", "thicket_density")
    ]
    wants_stage = "maturity" in question.figures
    failure = F.when(F.col("fit_failure").isNotNull(), F.col("fit_failure"))
    return F.concat_ws(
        "; ",
        F.nullif(F.concat(F.lit("not known: "), F.concat_ws(", ", *missing)), F.lit("not known: ")),
        failure if wants_stage else none,
        too_few if "min_patents" in question.thresholds else none,
    )
