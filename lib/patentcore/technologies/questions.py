"""Judgements as rows: each question with its verdict, the figures it rests on and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame

from patentcore.technologies.judgements import layout_is_asked, with_verdicts
from patentcore.technologies.reasons import evidence, reason
from patentcore.technologies.rules import Row, Rule, column, with_columns
from patentcore.technologies.strengths import rests_on_said
from patentcore.technologies.verdicts import UNKNOWN, Thresholds

_STRENGTH = (
    *(f"{side}_share{end}" for side in ("domestic", "foreign") for end in ("", "_low", "_high")),
    *("maturity", "maturity_low", "maturity_high"),
    *(f"{side}_maturity{end}" for side in ("domestic", "foreign") for end in ("_low", "_high")),
    *("at_bound", "domestic_at_bound", "foreign_at_bound"),
)
_COUNTS = (
    *("quality_count", "quality_unknown_count", "known_quality_share", "known_side_share"),
    *("patent_count", "domestic_count", "foreign_count", "unknown_side_count"),
    "chosen_by_applicant",
)
_BLOCK = (
    *("known_side_share", "foreign_count", "domestic_count", "chosen_by_applicant"),
    *("foreign_concentration", "thicket_density"),
)
_TRAITS = (
    *("generality_rank", "generality", "generality_patents"),
    *("novelty", "novelty_patents"),
)
_FLAGS = ("standardised", "niche_market", "government_will", "strategic")

_OF_DOMESTIC = (
    *("domestic_patents", "known_side_share", "unknown_side_count", "chosen_by_applicant"),
)
_CAUSES = (
    *("state_quality_share", "foreign_cited_share", "domestic_originality"),
    *("domestic_traded_share", "foreign_traded_share"),
)


@dataclass(frozen=True)
class Question:
    """One judgement: its verdict column, what it rests on and what it cannot do without.

    ``wants`` names columns, or one of the reasons of :func:`reason`; ``said`` names the attributes
    that the verdict may rest on; ``of_domestic``: it is told of enough domestic inventions alone.
    """

    name: str
    verdict: str
    figures: tuple[str, ...]
    thresholds: tuple[str, ...] = ()
    window: str | None = None
    barrier: str | None = None
    wants: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    of_domestic: bool = False


_SIDES_KNOWN = ("quality", "sides", "growth")
_DOMESTIC_KNOWN = ("quality", "sides", "growth of domestic")
_STRONG_LIMITS = ("strong_share", "strong_maturity", "min_quality_patents")
_CLASS_LIMITS = (*_STRONG_LIMITS, "generic_generality", "frontier_novelty")
_STAGE_LIMITS = ("emerging_maturity", "mature_maturity", "rising_novelty")
_BLOCK_LIMITS = (
    *("blocking_foreign_share", "blocking_concentration", "blocking_thicket"),
    "min_patents",
)

QUESTIONS = (
    *(
        Question(
            name,
            name,
            (*_STRENGTH, *_COUNTS, "domestic_key_count"),
            _STRONG_LIMITS,
            wants=wants,
            said=("stage",),
        )
        for name, wants in (("status", _DOMESTIC_KNOWN), ("absence", _SIDES_KNOWN))
    ),
    *(
        Question(
            name,
            name,
            (*_STRENGTH, *_TRAITS, *_COUNTS, "strategic"),
            _CLASS_LIMITS,
            wants=(*_SIDES_KNOWN, "generality_rank", "novelty"),
            said=("stage", "layout", "strategic"),
        )
        for name in ("class", "cause", "mode", "lead")
    ),
    Question(
        "technology",
        "stage",
        (
            *("maturity", "maturity_low", "maturity_high", "cut_low", "cut_high"),
            *("fit_r2", "at_bound"),
            *("novelty_change", "filing_growth", "newcomer_share", "cycle_time"),
            *("patent_count", *_BLOCK),
        ),
        (*_STAGE_LIMITS, *_BLOCK_LIMITS),
        "technology_window",
        "technology_barrier",
        wants=("stage", "barrier"),
        said=("stage", "patents"),
    ),
    Question(
        "product",
        "product",
        ("standardised",),
        (),
        "product_window",
        "product_barrier",
        wants=("public_good",),
        said=("public_good", "standardised", "users"),
    ),
    Question(
        "market",
        "market",
        ("standardised", "niche_market"),
        (),
        "market_window",
        "market_barrier",
        wants=("standardised", "niche_market"),
        said=("standardised", "niche_market", "industrialisation"),
    ),
    Question(
        "institution",
        "institution",
        ("government_will",),
        (),
        "institution_window",
        "institution_barrier",
        wants=("government_will",),
        said=("government_will", "talent"),
    ),
    Question(
        "organisation",
        "organisation",
        ("maturity", "novelty_change", *_FLAGS[:3]),
        _STAGE_LIMITS,
        wants=("public_good", "stage", "organisation"),
        said=("public_good", "stage", *_FLAGS[:3]),
    ),
    *(
        Question(name, name, ("patent_count",), wants=(attribute,), said=(attribute,))
        for name, attribute in (("lead_by_form", "form"), ("system", "public_good"))
    ),
    Question(
        "actual_lead",
        "lead_seen",
        (*_OF_DOMESTIC, "first_owner_share", "first_country_share", "is_lead_open"),
        ("min_patents",),
        wants=("actual_lead", "first owner"),
        of_domestic=True,
    ),
    *(
        Question(
            name,
            name,
            (*_OF_DOMESTIC, *figures),
            ("min_patents", *limits),
            wants=wants,
            of_domestic=True,
        )
        for name, figures, limits, wants in (
            (
                "measured_cause",
                (
                    *("state_quality_share", "state_quality_bound"),
                    *("foreign_cited_share", "foreign_cited_share_low", "foreign_cited_share_high"),
                    *("domestic_originality", "foreign_originality", *_CAUSES[3:]),
                    *("domestic_originality_bound", "foreign_originality_bound"),
                    *("domestic_traded_bound", "foreign_traded_bound"),
                    *("science_percentile", "science_bound", "science_lowest"),
                    *("domestic_count", "foreign_count"),
                ),
                ("low_enterprise_share", "weak_science"),
                (*_CAUSES, "science_percentile", "literature", "causes"),
            ),
            (
                "unsound_mechanism",
                (
                    *("domestic_iur_share", "expected_iur_share", "iur_percentile", "iur_bound"),
                    *("iur_lowest", "domestic_iur_bound", "foreign_patents", "foreign_iur_share"),
                    *("foreign_iur_bound", "joint_share"),
                ),
                ("little_cooperation",),
                ("iur_percentile", "cooperation", "unsound_mechanism"),
            ),
            (
                "weak_basic_research",
                (
                    *("domestic_science_share", "expected_science_share", "science_percentile"),
                    *("science_bound", "science_lowest"),
                    *("domestic_science_bound", "foreign_patents", "foreign_science_share"),
                    *("foreign_science_bound", "science_linkage"),
                ),
                ("weak_science",),
                ("science_percentile", "literature", "weak_basic_research"),
            ),
            (
                "absent_subject",
                (
                    *("domestic_enterprise_share", "enterprise_bound", "foreign_patents"),
                    *("foreign_enterprise_share", "foreign_enterprise_bound"),
                ),
                ("low_enterprise_share",),
                ("domestic_enterprise_share", "absent_subject"),
            ),
            (
                "shortage_of_people",
                (
                    *("domestic_inventor_count", "domestic_inventor_breadth"),
                    *("domestic_inventors_each", "domestic_inventors_each_bound"),
                    *("foreign_inventors_each", "domestic_inventor_breadth_bound"),
                    *("foreign_inventor_count", "foreign_inventor_breadth"),
                    *("foreign_inventors_each_bound", "foreign_inventor_breadth_bound"),
                    "foreign_inventor_patents",
                ),
                ("few_inventors", "narrow_breadth"),
                ("domestic_inventor_count", "domestic_inventor_breadth", "shortage_of_people"),
            ),
        )
    ),
)


_COLUMNS = (
    "technology string, question string, verdict string, window string, barrier string, "
    "reason string, figures map<string,double>, thresholds map<string,double>, "
    "sources map<string,string>, published string, agrees boolean"
)


def judge(units: DataFrame, limits: Thresholds) -> DataFrame:
    """Return one row for each technology and question; computes them, for technologies are few.

    Args:
        units: unit, chosen_by_applicant (1 where the corpus was, so that sides follow from that
            choice; else null), indicators with the stage and fit_failure, the attributes
            public_good, standardised, niche_market, government_will, strategic, said_stage,
            said_layout, form, users, patents, industrialisation, talent with their
            attribute_sources, and published (``yes``, ``no`` or null).
        limits: the thresholds.

    Returns:
        technology, question, verdict, window, barrier, reason (why it is unknown, where known, or
        only whether foreign patents block),
        figures and thresholds (maps of what the verdict rests on), sources (of the attributes of
        the catalogue that it rests on), published, agrees.
    """
    judged = with_verdicts(units.toArrow().to_pylist(), limits)
    told = with_columns(judged, {**evidence(limits), **_asked(limits)})
    rows = [_row(one, unit, limits) for unit in told for one in QUESTIONS]
    return units.sparkSession.createDataFrame(rows, _COLUMNS)


def _row(question: Question, unit: Row, limits: Thresholds) -> tuple[Any, ...]:
    verdict = unit[question.verdict]
    published = unit["published"] if question.name == "status" else None
    is_told = verdict != UNKNOWN
    return (
        unit["unit"],
        question.name,
        verdict,
        unit[question.window] if question.window else None,
        unit[question.barrier] if question.barrier else None,
        reason(question.wants, unit, question.of_domestic)
        if not is_told
        else _of_barrier(question, unit),
        # A figure that is not known is left out of the map: its absence says so.
        {name: float(unit[name]) for name in question.figures if unit[name] is not None},
        {name: float(limits[name]) for name in question.thresholds},
        _sources(question, unit),
        published,
        published == verdict if is_told and published else None,
    )


def _of_barrier(question: Question, unit: Row) -> str | None:
    """Say of a verdict that is told why its barrier is not wholly."""
    return unit["_lacks_barrier"] if "barrier" in question.wants else None


def _asked(limits: Thresholds) -> dict[str, Rule]:
    """Tell where a verdict asks the catalogue for the stage or the layout: figures come first."""
    return {
        "_asks_stage_of_domestic": rests_on_said(limits, ("domestic",)),
        "_asks_stage_of_both": rests_on_said(limits, ("domestic", "foreign")),
        "_asks_stage": column("stage_doubt").is_not_null(),
        "_asks_layout": layout_is_asked(limits),
    }


def _sources(question: Question, unit: Row) -> dict[str, str]:
    """Who said what a verdict rests on; what figures tell is not asked of anybody."""
    of_sides = "_of_domestic" if question.name == "status" else "_of_both"
    asks = {
        "stage": f"_asks_stage{of_sides if 'strong_share' in question.thresholds else ''}",
        "layout": "_asks_layout",
    }
    sources = dict(unit["attribute_sources"] or ())
    return {
        name: sources[name]
        for name in question.said
        if name in sources and (name not in asks or unit[asks[name]])
    }
