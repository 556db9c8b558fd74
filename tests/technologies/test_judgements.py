from __future__ import annotations

from pyspark.sql import SparkSession

from patentcore import config
from patentcore.technologies import judgements as j
from patentcore.technologies.catalogue import Published, Technology
from patentcore.technologies.frames import entries

LIMITS = config.TechnologyThresholds().model_dump()
SCHEMA = (
    "unit string, published string, fit_failure string, public_good string, "
    "standardised boolean, niche_market boolean, government_will boolean, strategic boolean, "
    + ", ".join(
        f"{name} double"
        for name in (
            "domestic_quality",
            "foreign_quality",
            "quality_count",
            "quality_unknown_count",
            "unknown_side_count",
            "domestic_key_count",
            "maturity",
            "domestic_maturity",
            "foreign_maturity",
            "fit_r2",
            "novelty",
            "novelty_change",
            "generality",
            "patent_count",
            "domestic_count",
            "foreign_count",
            "foreign_concentration",
            "thicket_density",
            "inventor_count",
            "inventor_breadth",
            "iur_share",
            "joint_share",
            "science_share",
            "science_linkage",
            "enterprise_share",
        )
    )
)
DEFAULTS = {
    "unit": "t",
    "patent_count": 100.0,
    "quality_count": 10.0,
    "domestic_quality": 5.0,
    "foreign_quality": 5.0,
    "maturity": 0.3,
    "inventor_count": 100.0,
    "inventor_breadth": 1.0,
    "iur_share": 0.2,
    "science_share": 0.5,
    "enterprise_share": 0.9,
}


def judged(spark: SparkSession, *cases: dict) -> list[dict]:
    """Judge one technology a case, all at once."""
    names = [part.split()[0] for part in SCHEMA.split(", ")]
    rows = [
        {**dict.fromkeys(names), **DEFAULTS, **case, "unit": str(i)} for i, case in enumerate(cases)
    ]
    frame = spark.createDataFrame([tuple(row[name] for name in names) for row in rows], SCHEMA)
    found: list[dict] = [{} for _ in cases]
    for row in j.judge(frame, LIMITS).collect():
        found[int(row.technology)][row.question] = row
    return found


RULES: list[tuple[dict, str, str]] = [
    ({}, "absence", j.BOTH_STRONG),
    ({"domestic_quality": 1.0, "foreign_quality": 9.0}, "absence", j.FOREIGN_STRONG),
    ({"domestic_quality": 9.0, "foreign_quality": 1.0}, "absence", j.DOMESTIC_STRONG),
    ({"maturity": 0.05}, "absence", j.BOTH_WEAK),
    ({"maturity": 0.05, "domestic_maturity": 0.5}, "absence", j.DOMESTIC_STRONG),
    ({"quality_count": 4.0}, "absence", "unknown"),
    ({"maturity": None}, "absence", "unknown"),
    # The share alone makes the domestic side weak, whatever the maturity.
    ({"domestic_quality": 1.0, "foreign_quality": 9.0, "maturity": None}, "status", "no"),
    ({"maturity": 0.0999}, "technology", "emerging"),
    ({"maturity": 0.1}, "technology", "growth"),
    ({"maturity": 0.5}, "technology", "growth"),
    ({"maturity": 0.51}, "technology", "mature"),
    ({"maturity": 0.51, "novelty_change": 0.05}, "technology", "transition"),
    ({"maturity": 0.5, "novelty_change": 0.5}, "technology", "growth"),
    ({"iur_share": 0.049}, "unsound_mechanism", "yes"),
    ({"iur_share": 0.05}, "unsound_mechanism", "no"),
    ({"iur_share": None}, "unsound_mechanism", "unknown"),
    ({"science_share": 0.1}, "weak_basic_research", "yes"),
    ({"enterprise_share": 0.4}, "absent_subject", "yes"),
    ({"inventor_count": 29.0}, "shortage_of_people", "yes"),
    ({"inventor_breadth": 0.2}, "shortage_of_people", "yes"),
    ({}, "shortage_of_people", "no"),
    ({"patent_count": 9.0, "inventor_count": 5.0}, "shortage_of_people", "unknown"),
    ({"patent_count": 9.0, "enterprise_share": 0.1}, "absent_subject", "unknown"),
    ({"patent_count": 10.0, "inventor_count": 5.0}, "shortage_of_people", "yes"),
    ({"standardised": False}, "market", "diverse"),
    ({"standardised": True, "niche_market": True}, "market", "niche"),
    ({}, "market", "unknown"),
    ({}, "organisation", "unknown"),
    ({"public_good": "none", "maturity": 0.05}, "organisation", j.ENTERPRISE_LED),
    ({"public_good": "none", "standardised": True}, "organisation", j.MARKET_ORDERS),
    ({"public_good": "semi"}, "organisation", j.PROCUREMENT),
]


def test_rules(spark: SparkSession) -> None:
    found = judged(spark, *(figures for figures, _, _ in RULES))
    answers = [(f, q, one[q].verdict) for one, (f, q, _) in zip(found, RULES, strict=True)]
    assert answers == RULES


def test_a_handful_of_patents_tells_no_problem_and_says_why(spark: SparkSession) -> None:
    (found,) = judged(spark, {"patent_count": 3.0, "iur_share": 0.0, "joint_share": 0.0})
    assert found["unsound_mechanism"].verdict == "unknown"
    assert found["unsound_mechanism"].reason == "3 patents are fewer than 10"
    assert found["unsound_mechanism"].thresholds["min_patents"] == 10.0


def test_the_published_status_is_beside_the_verdict_and_never_in_it(spark: SparkSession) -> None:
    cases = (
        ({"published": "yes"}, "yes", True),
        ({"published": "no"}, "yes", False),
        ({"published": None}, "yes", None),
        ({"published": "yes", "maturity": None}, "unknown", None),
    )
    found = judged(spark, *(case for case, _, _ in cases))
    for one, (case, verdict, agrees) in zip(found, cases, strict=True):
        row = one["status"]
        assert (row.verdict, row.published, row.agrees) == (verdict, case["published"], agrees)


def test_an_unknown_verdict_says_what_is_missing(spark: SparkSession) -> None:
    case = {"maturity": None, "fit_failure": "3 years are fewer than 5"}
    row = judged(spark, case)[0]["technology"]
    assert row.verdict == "unknown"
    assert "maturity" in row.reason
    assert "3 years are fewer than 5" in row.reason


def test_every_threshold_of_the_configuration_decides_a_question() -> None:
    assert {name for question in j.QUESTIONS for name in question.thresholds} == set(LIMITS)


def test_entries_leave_unknown_what_nobody_said(spark: SparkSession) -> None:
    one = Technology(
        name_zh="x", name_en="x", codes=("H01L",), published=Published(broken_through=False)
    )
    row = entries(spark, {"x": one}).first()
    assert (row.published, row.public_good, row.strategic) == ("no", None, None)
