from __future__ import annotations

import numpy as np
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.technologies import judgements as j
from patentcore.technologies import questions
from patentcore.technologies.catalogue import Published, Technology
from patentcore.technologies.frames import entries

LIMITS = config.TechnologyThresholds().model_dump()
NUMBERS = (
    *("domestic_quality", "foreign_quality", "unknown_quality", "quality_count"),
    *("quality_unknown_count", "known_side_share", "unknown_side_count", "domestic_key_count"),
    "chosen_by_applicant",
    *(
        f"{side}maturity{end}"
        for side in ("", "domestic_", "foreign_")
        for end in ("", "_low", "_high")
    ),
    *("cut_low", "cut_high", "fit_r2", "novelty", "novelty_change", "generality"),
    *("generality_rank", "patent_count", "domestic_count", "foreign_count"),
    *("generality_patents", "novelty_patents"),
    *("foreign_concentration", "thicket_density"),
    *(f"{s}_inventor_{n}" for s in ("domestic", "foreign") for n in ("count", "breadth")),
    *("domestic_patents", "joint_share", "science_linkage", "iur_percentile"),
    *("science_percentile", "expected_iur_share", "expected_science_share"),
    *("iur_bound", "science_bound", "enterprise_bound"),
    *("iur_lowest", "science_lowest", "state_quality_share", "foreign_cited_share"),
    *("first_owner_share", "first_country_share", "domestic_originality", "foreign_originality"),
    *("domestic_traded_share", "foreign_traded_share"),
    *("state_quality_bound", "foreign_cited_share_low", "foreign_cited_share_high"),
    *(f"{s}_{n}_bound" for s in ("domestic", "foreign") for n in ("originality", "traded")),
    *(f"{s}_inventor_{n}_bound" for s in ("domestic", "foreign") for n in ("count", "breadth")),
    *(f"{s}_{n}_bound" for s in ("domestic", "foreign") for n in ("science", "iur")),
    *("foreign_patents", "foreign_enterprise_bound"),
    *(
        *(f"{s}_inventor_patents" for s in ("domestic", "foreign", "unknown")),
        "filing_growth",
        "newcomer_share",
        "cycle_time",
    ),
    *(
        f"{side}_{name}_share"
        for side in ("domestic", "foreign")
        for name in ("science", "iur", "enterprise")
    ),
)
SCHEMA = (
    "unit string, published string, fit_failure string, public_good string, said_stage string, "
    "standardised boolean, niche_market boolean, government_will boolean, strategic boolean, "
    "at_bound boolean, domestic_at_bound boolean, foreign_at_bound boolean, is_lead_open boolean, "
    " said_layout string, actual_lead string, form string, "
    "users array<string>, patents string, industrialisation string, talent string, "
    "attribute_sources map<string,string>, " + ", ".join(f"{name} double" for name in NUMBERS)
)
DEFAULTS = {
    "unit": "t",
    "patent_count": 100.0,
    "domestic_count": 60.0,
    "foreign_count": 40.0,
    "unknown_side_count": 0.0,
    "quality_count": 10.0,
    "domestic_quality": 5.0,
    "foreign_quality": 5.0,
    "unknown_quality": 0.0,
    "at_bound": False,
    "domestic_patents": 50.0,
    "domestic_inventor_count": 100.0,
    "domestic_inventor_patents": 50.0,
    "domestic_inventor_breadth": 1.0,
    "iur_percentile": 0.5,
    "science_percentile": 0.5,
    "iur_lowest": 0.01,
    "science_lowest": 0.01,
    "domestic_enterprise_share": 0.9,
}


def grown(maturity: float | None, **more: object) -> dict:
    """Return a maturity that is sure: its interval is a point, and no cut changes it."""
    names = ("maturity", "maturity_low", "maturity_high", "cut_low", "cut_high")
    return {**dict.fromkeys(names, maturity), **more}


def judged(spark: SparkSession, *cases: dict) -> list[dict]:
    """Judge one technology a case, all at once."""
    names = [part.split()[0] for part in SCHEMA.split(", ")]
    rows = [
        {**dict.fromkeys(names), **DEFAULTS, **grown(0.3), **case, "unit": str(i)}
        for i, case in enumerate(cases)
    ]
    frame = spark.createDataFrame([tuple(row[name] for name in names) for row in rows], SCHEMA)
    found: list[dict] = [{} for _ in cases]
    for row in questions.judge(frame, LIMITS).collect():
        found[int(row.technology)][row.question] = row
    return found


FOREIGN = {"domestic_quality": 1.0, "foreign_quality": 9.0}
SEEN = {
    "domestic_count": 40.0,
    "foreign_count": 60.0,
    "state_quality_share": 0.2,
    "foreign_cited_share": 0.59,
    "domestic_originality": 0.5,
    "foreign_originality": 0.6,
    "domestic_traded_share": 0.2,
    "foreign_traded_share": 0.2,
}
# Beyond the limits of cooperation and literature, with as many foreign inventions as domestic ones.
LITTLE = {"iur_percentile": 0.05, "foreign_patents": 50.0, "domestic_iur_share": 0.1}
WEAK = {"science_percentile": 0.05, "foreign_patents": 50.0, "domestic_science_share": 0.059}
NARROW = {"foreign_inventor_patents": 50.0, "foreign_inventor_count": 100.0}
MORE = {"unknown_side_count": 10.0, "foreign_cited_share_low": 0.6, "foreign_cited_share_high": 0.7}
FEW = {"domestic_inventor_count": 49.0, "unknown_inventor_patents": 10.0}
NOBODY = {"domestic_count": 0.0, "foreign_count": 100.0, "unknown_side_count": 0.0}
TRAITLESS = {"generality_rank": 0.2, "novelty": 0.2}
RULES: list[tuple[dict, str, str]] = [
    ({}, "absence", j.BOTH_STRONG),
    ({"domestic_quality": 1.0, "foreign_quality": 9.0}, "absence", j.FOREIGN_STRONG),
    ({"domestic_quality": 9.0, "foreign_quality": 1.0}, "absence", j.DOMESTIC_STRONG),
    (grown(0.05), "absence", j.BOTH_WEAK),
    (
        grown(0.05, domestic_maturity_low=0.5, domestic_maturity_high=0.6),
        "absence",
        j.DOMESTIC_STRONG,
    ),
    ({"quality_count": 4.0}, "absence", "unknown"),
    # No quality inventions say nothing, however young the technology is.
    (grown(0.05, quality_count=0.0), "absence", "unknown"),
    (grown(0.05, quality_count=0.0), "status", "unknown"),
    (grown(None), "absence", "unknown"),
    ({"maturity_low": 0.05, "maturity_high": 0.3}, "absence", "unknown"),
    # At the search's bound 0.01 is no maturity, and 0.98 none either: only a small share is weak.
    (grown(0.01, at_bound=True), "status", "unknown"),
    (grown(0.98, at_bound=True), "status", "unknown"),
    (grown(0.01, at_bound=True), "absence", "unknown"),
    (grown(0.01, at_bound=True, said_stage="mature"), "absence", j.BOTH_STRONG),
    (grown(0.01, at_bound=True, domestic_quality=1.0, foreign_quality=9.0), "status", "no"),
    (grown(0.01, at_bound=True, domestic_quality=1.0, foreign_quality=9.0), "absence", "unknown"),
    # A side's own fit counts before that of all, with its own bound.
    (
        grown(0.3, domestic_maturity_low=0.01, domestic_maturity_high=0.01, domestic_at_bound=True),
        "status",
        "unknown",
    ),
    (
        grown(
            0.01,
            at_bound=True,
            domestic_maturity_low=0.5,
            domestic_maturity_high=0.6,
            domestic_at_bound=False,
        ),
        "status",
        "yes",
    ),
    (
        {"maturity_low": 0.05, "maturity_high": 0.3, "said_stage": "emerging"},
        "absence",
        j.BOTH_WEAK,
    ),
    # The share alone makes the domestic side weak, whatever the maturity.
    (grown(None, domestic_quality=1.0, foreign_quality=9.0), "status", "no"),
    # Sides unknown: 2 of 10 domestic, with 2 more 4 of 12; either way weak, or not.
    ({"domestic_quality": 2.0, "foreign_quality": 8.0, "unknown_quality": 1.0}, "status", "no"),
    (
        {"domestic_quality": 2.0, "foreign_quality": 8.0, "unknown_quality": 2.0},
        "status",
        "unknown",
    ),
    (grown(0.0999), "technology", "emerging"),
    (grown(0.1), "technology", "growth"),
    (grown(0.5), "technology", "growth"),
    (grown(0.51), "technology", "mature"),
    (grown(0.51, novelty_change=0.05), "technology", "transition"),
    (grown(0.5, novelty_change=0.5), "technology", "growth"),
    (grown(0.05, at_bound=True), "technology", "unknown"),
    (grown(0.4, maturity_high=0.51), "technology", "unknown"),
    # Laser radar of the Lens, data to 2017, 2018, 2019 and 2020.
    (grown(0.947, cut_low=0.01, cut_high=0.634), "technology", "unknown"),
    (grown(0.05, at_bound=True, said_stage="emerging"), "technology", "emerging"),
    ({"iur_percentile": 0.099}, "unsound_mechanism", "yes"),
    ({"iur_percentile": 0.1}, "unsound_mechanism", "no"),
    ({"iur_percentile": None}, "unsound_mechanism", "unknown"),
    # None of so few, where one in ten is usual, is no sign; as many as usual are one.
    ({"iur_percentile": 0.15, "iur_lowest": 0.15}, "unsound_mechanism", "unknown"),
    ({"iur_percentile": 0.5, "iur_lowest": 0.15}, "unsound_mechanism", "no"),
    ({"science_percentile": 0.05}, "weak_basic_research", "yes"),
    # What those of unknown side could turn is not told.
    ({"iur_percentile": 0.05, "iur_bound": 0.3}, "unsound_mechanism", "unknown"),
    ({"iur_percentile": 0.3, "iur_bound": 0.05}, "unsound_mechanism", "unknown"),
    ({"science_percentile": 0.05, "science_bound": 0.09}, "weak_basic_research", "yes"),
    ({"domestic_enterprise_share": 0.4}, "absent_subject", "yes"),
    ({"domestic_enterprise_share": 0.4, "enterprise_bound": 0.6}, "absent_subject", "unknown"),
    ({"domestic_enterprise_share": 0.6, "enterprise_bound": 0.4}, "absent_subject", "unknown"),
    ({"domestic_enterprise_share": 0.4, "enterprise_bound": 0.3}, "absent_subject", "yes"),
    # People are counted by invention that names any: 49 of 50 are few, 15 of 15 are not.
    ({"domestic_inventor_count": 49.0}, "shortage_of_people", "yes"),
    (
        {"domestic_inventor_count": 15.0, "domestic_inventor_patents": 15.0},
        "shortage_of_people",
        "no",
    ),
    ({"domestic_inventor_breadth": 0.2}, "shortage_of_people", "yes"),
    ({}, "shortage_of_people", "no"),
    ({"domestic_patents": 9.0, "domestic_inventor_count": 5.0}, "shortage_of_people", "unknown"),
    ({"domestic_patents": 9.0, "domestic_enterprise_share": 0.1}, "absent_subject", "unknown"),
    ({"domestic_patents": 10.0, "domestic_inventor_count": 5.0}, "shortage_of_people", "yes"),
    # Beyond the limit, but no worse than the foreign side: 0.059 of the domestic ones cite
    # literature, 0.05 of the foreign ones; worse is it against 0.06, and nine tell nothing.
    ({**WEAK, "foreign_science_share": 0.05}, "weak_basic_research", "no"),
    ({**WEAK, "foreign_science_share": 0.059}, "weak_basic_research", "no"),
    ({**WEAK, "foreign_science_share": 0.06}, "weak_basic_research", "yes"),
    (
        {**WEAK, "foreign_science_share": 0.05, "foreign_patents": 9.0, "patent_count": 59.0},
        "weak_basic_research",
        "yes",
    ),
    (
        {**WEAK, "foreign_science_share": 0.05, "foreign_patents": 10.0, "patent_count": 60.0},
        "weak_basic_research",
        "no",
    ),
    # Nine, but ten with one of unknown side.
    (
        {**WEAK, "foreign_science_share": 0.05, "foreign_patents": 9.0, "patent_count": 60.0},
        "weak_basic_research",
        "unknown",
    ),
    ({**LITTLE, "foreign_iur_share": 0.1}, "unsound_mechanism", "no"),
    ({**LITTLE, "foreign_iur_share": 0.11}, "unsound_mechanism", "yes"),
    # Those of unknown side at home, or abroad, could make it no worse.
    (
        {**LITTLE, "foreign_iur_share": 0.2, "iur_bound": 0.06, "domestic_iur_bound": 0.25},
        "unsound_mechanism",
        "unknown",
    ),
    (
        {**LITTLE, "foreign_iur_share": 0.2, "foreign_iur_bound": 0.08},
        "unsound_mechanism",
        "unknown",
    ),
    # Not beyond the limit with those of unknown side, and no worse without them.
    ({**LITTLE, "foreign_iur_share": 0.1, "iur_bound": 0.3}, "unsound_mechanism", "no"),
    (
        {**LITTLE, "foreign_iur_share": 0.1, "iur_percentile": 0.15, "iur_lowest": 0.15},
        "unsound_mechanism",
        "unknown",
    ),
    (
        {"domestic_enterprise_share": 0.4, "foreign_enterprise_share": 0.3}
        | {"foreign_patents": 50.0},
        "absent_subject",
        "no",
    ),
    (
        {"domestic_enterprise_share": 0.4, "foreign_enterprise_share": 0.6}
        | {"foreign_patents": 50.0},
        "absent_subject",
        "yes",
    ),
    # 49 people for 50 inventions are few, but not against 45 for 50; a breadth of 0.2 is narrow.
    (
        {**NARROW, "domestic_inventor_count": 49.0, "foreign_inventor_count": 45.0},
        "shortage_of_people",
        "no",
    ),
    ({**NARROW, "domestic_inventor_count": 49.0}, "shortage_of_people", "yes"),
    (
        {**NARROW, "domestic_inventor_breadth": 0.2, "foreign_inventor_breadth": 0.2},
        "shortage_of_people",
        "no",
    ),
    (
        {**NARROW, "domestic_inventor_breadth": 0.2, "foreign_inventor_breadth": 0.25},
        "shortage_of_people",
        "yes",
    ),
    # Of ten inventions or more none can be domestic: no problem to tell, and none by one unknown.
    (
        {"domestic_patents": 0.0, "domestic_count": 0.0, "unknown_side_count": 0.0},
        "absent_subject",
        j.NO_SIDE,
    ),
    (
        {"domestic_patents": 0.0, "domestic_count": 0.0, "unknown_side_count": 1.0},
        "absent_subject",
        "unknown",
    ),
    (
        {
            "domestic_patents": 0.0,
            "domestic_count": 0.0,
            "unknown_side_count": 0.0,
            "patent_count": 9.0,
        },
        "absent_subject",
        "unknown",
    ),
    # Too few of quality tell no strength, though none of a hundred inventions is domestic.
    ({**NOBODY, "quality_count": 4.0, "domestic_quality": 0.0}, "status", "unknown"),
    ({**NOBODY, "quality_count": 5.0, "domestic_quality": 0.0}, "status", "no"),
    ({**NOBODY, "quality_count": 4.0, "domestic_quality": 0.0}, "absence", "unknown"),
    ({**NOBODY, "quality_count": 4.0, "domestic_quality": 0.0}, "absent_subject", j.NO_SIDE),
    # A strategic technology is of no class where it may be no absence.
    ({"strategic": True}, "class", j.NO_ABSENCE),
    ({"strategic": True, **FOREIGN}, "class", "major strategic"),
    (grown(None, strategic=True, **FOREIGN), "mode", "main layout"),
    (grown(None, strategic=True), "class", "unknown"),
    (grown(None, strategic=True), "mode", "unknown"),
    ({"strategic": True, "quality_count": 4.0}, "class", "unknown"),
    # Of neither trait is no class, however strong the foreign side may be.
    (grown(None, **FOREIGN, **TRAITLESS), "absence", "unknown"),
    (grown(None, **FOREIGN, **TRAITLESS), "class", j.NO_CLASS),
    (grown(None, **FOREIGN, **TRAITLESS), "lead", "not applicable"),
    (grown(None, **FOREIGN, generality_rank=0.2, novelty=0.7), "class", "unknown"),
    (grown(None, **FOREIGN, generality_rank=0.6, novelty=0.2), "class", "unknown"),
    (grown(None, **FOREIGN, novelty=0.2), "class", "unknown"),
    (grown(None, **TRAITLESS), "class", "unknown"),
    # A mean of fewer inventions than the least number tells no trait.
    (grown(None, **FOREIGN, **TRAITLESS, generality_patents=5.0), "class", j.NO_CLASS),
    (grown(None, **FOREIGN, **TRAITLESS, generality_patents=4.0), "class", "unknown"),
    (grown(None, **FOREIGN, **TRAITLESS, novelty_patents=4.0), "class", "unknown"),
    # What people say of the layout counts where citations tell none, and against none that do.
    ({**FOREIGN, "said_layout": "generic"}, "class", "key generic"),
    ({**FOREIGN, "said_layout": "generic", "generality_rank": 0.2}, "class", j.NO_CLASS),
    # The causes as seen: each by its own figures, several at once, none only where all are known.
    ({"state_quality_share": 0.51}, "measured_cause", "subject dislocation"),
    ({"state_quality_share": 0.5}, "measured_cause", "unknown"),
    ({**SEEN, "state_quality_share": 0.5}, "measured_cause", j.NO_CLASS),
    ({**SEEN, "foreign_cited_share": 0.6}, "measured_cause", "path dependence"),
    (
        {**SEEN, "foreign_cited_share": 0.6, "foreign_originality": 0.5},
        "measured_cause",
        j.NO_CLASS,
    ),
    ({**SEEN, "science_percentile": 0.05}, "measured_cause", "resource misallocation"),
    (
        {**SEEN, "science_percentile": 0.05, "foreign_traded_share": 0.3},
        "measured_cause",
        j.NO_CLASS,
    ),
    (
        {**SEEN, "state_quality_share": 0.9, "science_percentile": 0.05},
        "measured_cause",
        "subject dislocation; resource misallocation",
    ),
    ({**SEEN, "domestic_patents": 9.0}, "measured_cause", "unknown"),
    # What the inventions of unknown side could turn, were they domestic or foreign.
    (
        {**SEEN, "state_quality_share": 0.51, "state_quality_bound": 0.4},
        "measured_cause",
        "unknown",
    ),
    (
        {**SEEN, "state_quality_share": 0.51, "state_quality_bound": 0.6},
        "measured_cause",
        "subject dislocation",
    ),
    # Ten of 110 unknown: 0.65 cited abroad, of 60 or 70 in 110 foreign; 0.6 with them at home.
    (
        {**SEEN, **MORE, "foreign_cited_share": 0.65, "foreign_cited_share_low": 0.6},
        "measured_cause",
        "path dependence",
    ),
    (
        {**SEEN, **MORE, "foreign_cited_share": 0.65, "foreign_cited_share_low": 0.5},
        "measured_cause",
        "unknown",
    ),
    (
        {**SEEN, **MORE, "foreign_cited_share": 0.65, "domestic_originality_bound": 0.61},
        "measured_cause",
        "unknown",
    ),
    (
        {**SEEN, **MORE, "science_percentile": 0.05, "foreign_traded_bound": 0.3},
        "measured_cause",
        "unknown",
    ),
    (
        {**FEW, "domestic_inventor_count_bound": 61.0},
        "shortage_of_people",
        "unknown",
    ),
    (
        {"domestic_inventor_breadth": 0.9, "domestic_inventor_breadth_bound": 0.2},
        "shortage_of_people",
        "unknown",
    ),
    (
        {**FEW, "domestic_inventor_count_bound": 59.0},
        "shortage_of_people",
        "yes",
    ),
    ({"actual_lead": "institute", "is_lead_open": True}, "actual_lead", "unknown"),
    ({"actual_lead": "leading enterprise"}, "actual_lead", "leading enterprise"),
    ({"actual_lead": "institute", "domestic_patents": 9.0}, "actual_lead", "unknown"),
    ({"standardised": False}, "market", "diverse"),
    ({"standardised": True, "niche_market": True}, "market", "niche"),
    ({}, "market", "unknown"),
    ({}, "organisation", "unknown"),
    (grown(0.05, public_good="none"), "organisation", j.ENTERPRISE_LED),
    ({"public_good": "none", "standardised": True}, "organisation", j.MARKET_ORDERS),
    # Conclusions 2 and 3 of paper H.
    ({"form": "integrated product"}, "lead_by_form", "leading enterprises"),
    ({"form": "material or part"}, "lead_by_form", "specialised small enterprises"),
    ({"form": "process"}, "lead_by_form", "enterprises with institutes and universities"),
    ({}, "lead_by_form", "unknown"),
    ({"public_good": "pure"}, "system", j.TRADITIONAL),
    ({"public_good": "semi"}, "system", j.NEW),
    ({"public_good": "none"}, "system", j.NEW),
    ({}, "system", "unknown"),
    # What is not known of market and state leaves it open only where it could turn it.
    ({"public_good": "semi"}, "organisation", "unknown"),
    ({"public_good": "semi", "government_will": False}, "organisation", j.PROCUREMENT),
    (grown(None, public_good="semi", standardised=False), "organisation", "unknown"),
    (
        grown(None, public_good="semi", standardised=False, government_will=False),
        "organisation",
        j.PROCUREMENT,
    ),
    ({"public_good": "none"}, "organisation", "unknown"),
    (grown(0.05, public_good="none", said_stage="growth"), "organisation", j.ENTERPRISE_LED),
    (grown(None, public_good="pure"), "organisation", j.STATE_LED),
]


def test_rules(spark: SparkSession) -> None:
    found = judged(spark, *(figures for figures, _, _ in RULES))
    answers = [(f, q, one[q].verdict) for one, (f, q, _) in zip(found, RULES, strict=True)]
    assert answers == RULES


SIDELESS = {"domestic_quality": 0.0, "foreign_quality": 0.0, "unknown_quality": 9.0}
REASONS: list[tuple[dict, str, str]] = [
    ({"domestic_patents": 3.0}, "absent_subject", "3 domestic inventions are fewer than 10"),
    (
        {"science_percentile": 0.15, "science_lowest": 0.15},
        "weak_basic_research",
        "so few inventions could not be told from usual ones if none had it",
    ),
    (
        {"iur_percentile": 0.05, "iur_bound": 0.3},
        "unsound_mechanism",
        "the inventions of unknown side could turn it",
    ),
    (
        {**FEW, "domestic_inventor_count_bound": 61.0},
        "shortage_of_people",
        "the inventions of unknown side could turn it",
    ),
    (
        {**SEEN, "state_quality_share": 0.51, "state_quality_bound": 0.4},
        "measured_cause",
        "the inventions of unknown side could turn it",
    ),
    (
        {**LITTLE, "foreign_iur_share": 0.2, "foreign_iur_bound": 0.08},
        "unsound_mechanism",
        "the inventions of unknown side could turn it",
    ),
    (
        {"actual_lead": "institute", "is_lead_open": True},
        "actual_lead",
        "the inventions of unknown side could turn it",
    ),
    ({"patent_count": 0.0, "quality_count": 0.0}, "status", "no patents"),
    ({"quality_count": 0.0}, "status", "0 inventions of quality are fewer than 5"),
    (
        {"quality_count": 3.0, "quality_unknown_count": 16.0},
        "status",
        "3 inventions of quality are fewer than 5; 16 more could not be judged",
    ),
    (
        {"domestic_patents": 1.0, "unknown_side_count": 1.5},
        "absent_subject",
        "1 domestic inventions are fewer than 10; 2 more are of unknown side",
    ),
    # Of records that name nobody the side is what is missing, not domestic inventions.
    (
        {"domestic_patents": 0.0, "known_side_share": 0.0},
        "absent_subject",
        "the side of no applicant is known",
    ),
    (
        {"known_side_share": 0.0, **SIDELESS},
        "status",
        "the side of no applicant is known",
    ),
    (grown(None), "technology", j.NO_YEARS),
    (
        {"domestic_quality": 2.0, "foreign_quality": 2.0, "unknown_quality": 6.0},
        "status",
        "sides are known of 40 % of the quality inventions: the others could turn the verdict",
    ),
    (grown(None, fit_failure="3 years are fewer than 5"), "technology", "3 years are fewer than 5"),
    (grown(None, fit_failure="3 years are fewer than 5"), "status", "3 years are fewer than 5"),
    (grown(0.3, maturity_low=0.05), "status", "the interval of the maturity spans the limit"),
    (grown(0.01, at_bound=True), "absence", j.AT_BOUND),
    # Only the foreign side is open: the domestic one is weak by its share.
    (grown(0.01, at_bound=True, **FOREIGN), "absence", j.AT_BOUND),
    (
        grown(
            0.3,
            maturity_low=0.05,
            foreign_maturity_low=0.01,
            foreign_maturity_high=0.01,
            foreign_at_bound=True,
        ),
        "absence",
        f"the interval of the maturity spans the limit; {j.AT_BOUND}",
    ),
    (
        {"domestic_maturity_low": 0.05, "domestic_maturity_high": 0.5},
        "status",
        "the interval of the maturity spans the limit",
    ),
    (
        {"strategic": True, "quality_count": 4.0},
        "class",
        "4 inventions of quality are fewer than 5",
    ),
    # The attribute that is missing, and no other one.
    ({"standardised": True}, "product", "not known: public_good"),
    ({"public_good": "none"}, "market", "not known: standardised, niche_market"),
    ({}, "institution", "not known: government_will"),
    ({}, "actual_lead", "not known: actual_lead"),
    ({}, "lead_by_form", "not known: form"),
    ({}, "system", "not known: public_good"),
    (
        {**SEEN, "foreign_cited_share": None, "domestic_traded_share": None},
        "measured_cause",
        "not known: foreign_cited_share, domestic_traded_share; "
        "too few are known: cited inventions, assignments and licences",
    ),
    (
        {"domestic_quality": 1.0, "foreign_quality": 9.0},
        "class",
        "not known: generality_rank, layout; too few are known: citing inventions",
    ),
    (grown(0.05), "class", "not known: novelty, layout; too few are known: pairs of classes"),
    ({"standardised": True, "niche_market": True}, "organisation", "not known: public_good"),
    ({"public_good": "none"}, "organisation", "not known: standardised, niche_market"),
    (
        {"public_good": "semi", "standardised": False},
        "organisation",
        "not known: government_will",
    ),
    (
        grown(None, **FOREIGN, fit_failure="3 years are fewer than 5", novelty=0.7),
        "class",
        "3 years are fewer than 5; not known: generality_rank, layout; "
        "too few are known: citing inventions",
    ),
]


def test_an_unknown_verdict_says_what_is_missing_and_nothing_else(spark: SparkSession) -> None:
    found = judged(spark, *(figures for figures, _, _ in REASONS))
    rows = [one[question] for one, (_, question, _) in zip(found, REASONS, strict=True)]
    assert {row.verdict for row in rows} == {"unknown"}
    assert [row.reason for row in rows] == [reason for _, _, reason in REASONS]


def hidden(draw: np.random.Generator, case: int) -> tuple[dict, str]:
    """Return a technology of known truth, part of whose sides is hidden, and its true status."""
    size = int(draw.integers(8, 60))
    is_domestic = draw.random(size) < draw.choice([0.05, 0.2, 0.35, 0.6, 0.95])
    weight = 1 + draw.random(size)
    # At random; or, as in exports of Western databases, mostly of one side.
    rates = [(0.3, 0.3), (0.05, 0.7), (0.7, 0.05), (0.0, 0.1)][case % 4]
    is_hidden = draw.random(size) < np.where(is_domestic, *rates)
    figures = {
        "quality_count": float(size),
        "domestic_quality": float(weight[is_domestic & ~is_hidden].sum()),
        "foreign_quality": float(weight[~is_domestic & ~is_hidden].sum()),
        "unknown_quality": float(weight[is_hidden].sum()),
    }
    return figures, "yes" if weight[is_domestic].sum() / weight.sum() >= 0.3 else "no"


def test_hidden_sides_are_recovered_or_refused_and_never_turned(spark: SparkSession) -> None:
    """Whatever the truth, and whether sides are missing at random or not."""
    draw = np.random.default_rng(2023)
    cases = [hidden(draw, i) for i in range(200)]
    found = [one["status"] for one in judged(spark, *(figures for figures, _ in cases))]
    told = [(row.verdict, truth) for row, (_, truth) in zip(found, cases, strict=True)]
    assert all(verdict in (truth, "unknown") for verdict, truth in told)
    assert 80 < sum(verdict == truth for verdict, truth in told) < 200
    # The shares of what is known alone, as before, turn verdicts.
    naive = ["yes" if row.figures["domestic_share"] >= 0.3 else "no" for row in found]
    assert sum(one != truth for one, (_, truth) in zip(naive, cases, strict=True)) > 5


def test_what_people_say_is_named_where_a_verdict_rests_on_it_and_nowhere_else(
    spark: SparkSession,
) -> None:
    said = {
        "said_stage": "mature",
        "said_layout": "generic",
        "attribute_sources": {"stage": "ISO 2314:1973", "layout": "a paper"},
    }
    by_filings, by_people = judged(spark, {**FOREIGN, **said}, grown(None, **FOREIGN, **said))
    assert by_filings["absence"].sources == by_filings["technology"].sources == {}
    assert by_people["technology"].verdict == "mature"
    assert by_people["technology"].sources == {"stage": "ISO 2314:1973"}
    assert by_people["absence"].sources == {"stage": "ISO 2314:1973"}
    # The domestic share is too small at any maturity.
    assert by_people["status"].sources == {}
    assert by_people["class"].sources == said["attribute_sources"]
    assert by_people["absent_subject"].sources == {}


# What people say of users, patents, industrialisation and talent (the tables of paper H).
SAID: list[tuple[dict, str, str, str | None, str | None]] = [
    ({"patents": "closed"}, "technology", "unknown", "unknown", "foreign patents block"),
    ({"patents": "open"}, "technology", "unknown", "patents are open to partners", "unknown"),
    ({"patents": "pooled"}, "technology", "unknown", "patents are open to partners", "unknown"),
    ({"patents": "none"}, "technology", "unknown", "unknown", "none: no patents"),
    ({"users": ["government"]}, "product", "unknown", "the state as a user steers it", "unknown"),
    (
        {"users": ["enterprises"]},
        "product",
        "unknown",
        "enterprises that use it improve it",
        "unknown",
    ),
    (
        {"users": ["enterprises", "consumers"]},
        "product",
        "unknown",
        "wide use makes an ecosystem",
        "unknown",
    ),
    ({"users": ["consumers"]}, "product", "unknown", "unknown", "unknown"),
    (
        {"industrialisation": "supply chain"},
        "market",
        "unknown",
        "an established supply chain takes it up",
        "unknown",
    ),
    (
        {"industrialisation": "alliance"},
        "market",
        "unknown",
        "an alliance brings it to the market",
        "unknown",
    ),
    (
        {"industrialisation": "not required"},
        "market",
        "unknown",
        "no industry has to be built",
        "unknown",
    ),
    (
        {"talent": "universities"},
        "institution",
        "unknown",
        "people come from universities",
        "unknown",
    ),
    ({"talent": "enterprises"}, "institution", "unknown", "enterprises draw people", "unknown"),
    (
        {"talent": "state teams"},
        "institution",
        "unknown",
        "teams of leading scientists share one aim",
        "unknown",
    ),
]


def test_windows_and_barriers_of_what_is_said(spark: SparkSession) -> None:
    nothing = grown(None, domestic_count=50.0, foreign_count=50.0)
    found = judged(spark, *({**nothing, **figures} for figures, *_ in SAID))
    answers = [
        (f, q, one[q].verdict, one[q].window, one[q].barrier)
        for one, (f, q, *_) in zip(found, SAID, strict=True)
    ]
    assert answers == SAID


OWNED = ("domestic_count", "foreign_count", "unknown_side_count", "foreign_concentration")


def owned(*figures: float | None, **more: object) -> dict:
    """Return who holds a technology of known sides, without a thicket."""
    return {
        **dict(zip(OWNED, figures, strict=True)),
        "thicket_density": 0.0,
        "known_side_share": 1.0,
        **more,
    }


OPEN = "whether foreign patents block is not known: "
BARRIERS: list[tuple[dict, str, str | None]] = [
    # Of one foreign invention, or nine, all of one owner, nobody is seen to block.
    (owned(0, 1, 0, 1.0), "unknown", f"{OPEN}1 foreign inventions are fewer than 10"),
    (owned(0, 9, 0, 1.0), "unknown", f"{OPEN}9 foreign inventions are fewer than 10"),
    (owned(2, 10, 0, 0.2), "foreign patents block", None),
    (owned(2, 10, 0, 0.1), "none seen in patents", None),
    # Two of 32 do not hold most, whoever has them; two of six tell nothing.
    (owned(30, 2, 0, 0.5), "none seen in patents", None),
    (owned(4, 2, 0, 0.5), "unknown", f"{OPEN}2 foreign inventions are fewer than 10"),
    # 10 of 35, with those of unknown side 30.
    (owned(5, 10, 20, 0.2), "unknown", f"{OPEN}the inventions of unknown side could turn it"),
    (
        owned(2, 10, 0, 0.1, thicket_density=None),
        "unknown",
        f"{OPEN}no citations between its owners tell a thicket",
    ),
    # A field without patents is what the catalogue calls so, whoever has some in the corpus.
    (owned(2, 10, 0, 0.2, patents="none"), "none: no patents", None),
    (owned(0, 1, 0, 1.0, patents="none"), "none: no patents", None),
    # The corpus without any tells nothing of the field.
    (owned(0, 0, 0, None, patent_count=0.0), "unknown", "no patents"),
    (
        {**grown(0.05), **owned(0, 1, 0, 1.0)},
        "weak basic research and commercial strength",
        f"{OPEN}1 foreign inventions are fewer than 10",
    ),
]


def test_a_barrier_takes_inventions_enough(spark: SparkSession) -> None:
    found = [one["technology"] for one in judged(spark, *(figures for figures, *_ in BARRIERS))]
    answers = [(f, row.barrier, row.reason) for (f, *_), row in zip(BARRIERS, found, strict=True)]
    assert answers == BARRIERS


def test_no_unknown_verdict_is_without_a_reason(spark: SparkSession) -> None:
    nothing = {"patent_count": 0.0, "quality_count": 0.0}
    cases = [{}, grown(None, **nothing), grown(None), {"quality_count": 0.0}]
    for found in judged(spark, *cases):
        for row in found.values():
            assert (row.reason is None) == (row.verdict != "unknown"), row


def test_sides_that_follow_from_the_choice_of_the_corpus_are_said_to(spark: SparkSession) -> None:
    chosen, free = judged(spark, {"chosen_by_applicant": 1.0}, {})
    attributes = {"product", "market", "institution", "organisation", "lead_by_form", "system"}
    said = {name for name, row in chosen.items() if row.figures.get("chosen_by_applicant") == 1}
    assert said == set(chosen) - attributes
    assert not [row for row in free.values() if "chosen_by_applicant" in row.figures]


def test_the_published_status_is_beside_the_verdict_and_never_in_it(spark: SparkSession) -> None:
    cases = (
        ({"published": "yes"}, "yes", True),
        ({"published": "no"}, "yes", False),
        ({"published": None}, "yes", None),
        (grown(None, published="yes"), "unknown", None),
    )
    found = judged(spark, *(case for case, _, _ in cases))
    for one, (case, verdict, agrees) in zip(found, cases, strict=True):
        row = one["status"]
        assert (row.verdict, row.published, row.agrees) == (verdict, case["published"], agrees)


def test_what_rests_on_sides_says_how_many_are_known(spark: SparkSession) -> None:
    (found,) = judged(spark, {"known_side_share": 0.75, "unknown_side_count": 25.0})
    silent = {name for name, row in found.items() if "known_side_share" not in row.figures}
    attributes = {"product", "market", "institution", "organisation", "lead_by_form", "system"}
    assert silent == attributes


def test_a_stage_has_beside_it_what_needs_no_fit(spark: SparkSession) -> None:
    beside = {"filing_growth": 0.25, "newcomer_share": 0.5, "cycle_time": 8.0}
    (found,) = judged(spark, grown(None, **beside))
    assert found["technology"].verdict == "unknown"
    assert found["technology"].figures.items() >= beside.items()


def test_shares_of_quality_have_the_bounds_of_unknown_sides(spark: SparkSession) -> None:
    """Two of ten are domestic, six foreign, two of unknown side."""
    held = {"domestic_quality": 2.0, "foreign_quality": 6.0, "unknown_quality": 2.0}
    figures = judged(spark, held)[0]["absence"].figures
    ends = {
        **{"foreign_share": 0.75, "foreign_share_low": 0.6, "foreign_share_high": 0.8},
        **{"domestic_share": 0.25, "domestic_share_low": 0.2, "domestic_share_high": 0.4},
    }
    assert {name: figures[name] for name in ends} == ends


def test_people_are_set_against_the_foreign_side_by_invention(spark: SparkSession) -> None:
    (found,) = judged(spark, {"foreign_inventor_count": 90.0, "foreign_inventor_patents": 30.0})
    figures = found["shortage_of_people"].figures
    assert (figures["domestic_inventors_each"], figures["foreign_inventors_each"]) == (2.0, 3.0)


def test_every_threshold_of_the_configuration_decides_a_question() -> None:
    assert {name for question in questions.QUESTIONS for name in question.thresholds} == set(LIMITS)


def test_entries_leave_unknown_what_nobody_said(spark: SparkSession) -> None:
    one = Technology(
        name_zh="x", name_en="x", codes=("H01L",), published=Published(broken_through=False)
    )
    row = entries(spark, {"x": one}).first()
    assert (row.published, row.public_good, row.strategic) == ("no", None, None)
