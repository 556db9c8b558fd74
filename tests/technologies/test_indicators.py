"""Each indicator on literal frames with answers known by hand or from the literature."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from patentcore.technologies import cooperation
from patentcore.technologies.applicants import applicant_rows, holders
from patentcore.technologies.facts import told_of_records, with_holders
from patentcore.technologies.indicators import integration, output, ownership, people, stage
from patentcore.technologies.indicators.base_rates import (
    expected_of,
    percentile_of,
    with_rates,
)
from patentcore.technologies.indicators.curve import logistic, possible, unit_grid
from patentcore.technologies.indicators.knowledge import entropy, novelty, spread, with_percentile
from patentcore.technologies.leaders import leaders
from patentcore.technologies.publications import classes_of, publications_of
from tests.factories import citations, patents


def close(row: Row, **expected: float | None) -> None:
    for name, value in expected.items():
        assert row[name] == (pytest.approx(value) if value is not None else None), name


# --- stage --------------------------------------------------------------------------------------


def filings(saturation: float, rate: float, midpoint: float, first: int, last: int) -> np.ndarray:
    years = np.arange(first, last + 1)
    curve = stage.logistic(years.astype(float), saturation, rate, midpoint)
    return years, np.diff(curve, prepend=0)


def test_the_fit_recovers_the_curve_that_filings_follow() -> None:
    years, counts = filings(1000, 0.4, 2010, 1995, 2021)
    found = stage.fit(years, counts, last_year=2021, fewest=10)
    assert found["saturation"] == pytest.approx(1000, rel=1e-3)
    assert found["growth_rate"] == pytest.approx(0.4, rel=1e-3)
    assert found["midpoint"] == pytest.approx(2010, abs=0.01)
    assert found["maturity"] == pytest.approx(counts.sum() / 1000, rel=1e-3)
    assert found["fit_failure"] is None


def test_exponential_growth_is_emerging() -> None:
    years = np.arange(2010, 2022)
    found = stage.fit(years, np.exp(0.5 * (years - 2010)), last_year=2021, fewest=10)
    assert found["maturity"] < 0.1


def test_filings_after_the_last_year_do_not_count() -> None:
    years, counts = filings(1000, 0.4, 2010, 1995, 2021)
    late = stage.fit(np.append(years, 2022), np.append(counts, 1e6), last_year=2021, fewest=10)
    assert late["saturation"] == pytest.approx(1000, rel=1e-3)


@pytest.mark.parametrize(
    ("years", "counts", "reason"),
    [
        ([], [], "0 inventions to 2021 are fewer than 10"),
        ([2015], [9], "9 inventions"),
        ([2019, 2020], [50, 50], "3 years are fewer than 5"),
        ([1990, 2021], [100, 100], "does not fit"),
    ],
)
def test_a_fit_that_fails_says_why(years: list, counts: list, reason: str) -> None:
    found = stage.fit(np.array(years), np.array(counts), last_year=2021, fewest=10)
    assert reason in found["fit_failure"]
    assert math.isnan(found["maturity"])


def test_fits_are_made_for_each_side_and_drawn_by_year(spark: SparkSession) -> None:
    years, counts = filings(1000, 0.4, 2010, 1995, 2021)
    rows = [("t", int(y), round(c), round(c), 0) for y, c in zip(years, counts, strict=True)]
    frame = spark.createDataFrame(
        rows, "unit string, year int, patents bigint, domestic bigint, foreign bigint"
    )
    fitted = stage.fits(frame, last_year=2021, fewest=10)
    row = stage.one_row_a_unit(fitted).first()
    close(row, foreign_maturity=None, fit_failure=None)
    assert row.domestic_maturity == pytest.approx(row.maturity) == pytest.approx(0.98, abs=0.02)
    drawn = stage.with_fitted(frame, fitted).orderBy("year").collect()[-1]
    assert drawn.fitted == pytest.approx(counts.sum(), rel=0.02)


def test_a_young_curve_leaves_its_saturation_open() -> None:
    """Doubling every year: the fit sees no end, and the interval reaches beyond a half."""
    years = np.arange(2015, 2022)
    found = stage.fit(years, np.array([1, 1, 2, 4, 8, 16, 32]), last_year=2021, fewest=10)
    assert found["at_bound"]
    assert found["maturity_low"] == pytest.approx(0.01)
    assert found["maturity_high"] > 0.5


def test_a_finished_curve_is_sure_and_stays_so_without_its_last_years() -> None:
    years = np.arange(2010, 2022)
    counts = np.array([1, 2, 4, 7, 9, 9, 7, 4, 2, 1, 1, 1])
    found = stage.fit(years, counts, last_year=2021, fewest=10)
    assert not found["at_bound"]
    assert 0.9 < found["maturity_low"] <= found["maturity"] <= found["maturity_high"] <= 1
    assert 0.9 < found["cut_low"] <= found["cut_high"] <= 1


@pytest.mark.parametrize("years", [5, 12, 40])
@pytest.mark.parametrize("reached", [0.02, 0.5, 0.999])
def test_no_curve_that_is_the_nearest_is_left_out(years: int, reached: float) -> None:
    odds = reached / (1 - reached)
    curve = logistic(np.arange(years, dtype=float), 1.0, 0.4, years - 1 - math.log(odds) / 0.4)
    drawn = np.random.default_rng(1).poisson(
        300 * np.diff(curve, prepend=0) / curve[-1], size=(200, years)
    )
    share = drawn.cumsum(axis=1) / drawn.sum(axis=1, keepdims=True)
    curves, _ = unit_grid(years)
    candidates = possible(share)
    assert set((share @ curves.T).argmax(axis=1)) <= {*candidates}
    assert len(candidates) < len(curves) / 3


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Of 40 histories drawn from a curve at half its saturation, 90 % have it inside."""
    years, expected = filings(400, 0.5, 2021, 2005, 2021)
    draw = np.random.default_rng(7)
    inside = 0
    for _ in range(40):
        low, high = stage.interval(years, draw.poisson(expected), last_year=2021)
        inside += low <= expected.sum() / 400 <= high
    assert inside >= 32


# --- knowledge ----------------------------------------------------------------------------------


def spreads(spark: SparkSession, classes: list, pairs: list, **ends: str) -> dict[str, float]:
    frame = spark.createDataFrame(classes, "publication_number string, subclasses array<string>")
    found = spread(citations(spark, *pairs), frame, name="x", **ends).collect()
    return {row.publication_number: row.x for row in found}


GENERAL = {"of": "cited", "over": "citing"}


def test_generality_counts_citers_not_their_classes(spark: SparkSession) -> None:
    """By hand: citers of G06F, H04L and both give parts 1.5 and 1.5 of 3: (1 - 1/2) 3/2."""
    classes = [("A", ["G06F"]), ("B", ["H04L"]), ("C", ["G06F", "H04L"]), ("D", ["G06F"])]
    classes += [("E", ["G06F"]), ("N", None)]
    pairs = [(citer, "X") for citer in "ABCN"] + [("X", "X"), (None, "X")]
    pairs += [(citer, "same") for citer in "ADE"] + [("C", "one"), ("A", "two"), ("B", "two")]
    assert spreads(spark, classes, pairs, **GENERAL) == {"X": 0.75, "same": 0.0}


def test_generality_is_an_independent_computation_in_pandas(spark: SparkSession) -> None:
    draw = np.random.default_rng(3)
    letters = np.array(["A01B", "B01D", "G06F", "H04L", "C07K"])
    classes = {
        f"P{i}": sorted(set(draw.choice(letters, draw.integers(1, 4)).tolist())) for i in range(40)
    }
    pairs = sorted({(f"P{a}", f"P{b}") for a, b in draw.integers(0, 40, (400, 2)) if a != b})
    found = spreads(spark, list(classes.items()), pairs, **GENERAL)
    expected = {}
    for cited in classes:
        citers = [a for a, b in pairs if b == cited]
        if len(citers) >= 3:
            parts = pd.concat([pd.Series(1 / len(classes[c]), classes[c]) for c in citers])
            shares = parts.groupby(level=0).sum() / len(citers)
            corrected = (1 - (shares**2).sum()) * len(citers) / (len(citers) - 1)
            expected[cited] = min(corrected, 1.0)
    assert found == pytest.approx(expected)
    assert len(found) > 30


def test_originality_looks_the_other_way(spark: SparkSession) -> None:
    classes = [("A", ["G06F", "H04L"]), ("B", ["H04L"]), ("C", ["H04L"])]
    pairs = [("X", "A"), ("X", "B"), ("X", "C"), ("A", "X")]
    found = spreads(spark, classes, pairs, of="citing", over="cited")
    assert found == {"X": pytest.approx((1 - (0.5**2 + 2.5**2) / 9) * 3 / 2)}


def test_novelty_is_the_share_of_pairs_not_seen_before(spark: SparkSession) -> None:
    rows = [
        ("old", 2000, ["A", "B"]),
        ("half", 2005, ["A", "B", "C"]),
        ("again", 2006, ["A", "C"]),
        ("undated", None, ["A", "B"]),
        ("single", 2006, ["A"]),
        ("none", 2006, None),
    ]
    classes = spark.createDataFrame(
        rows, "publication_number string, year int, groups array<string>"
    )
    found = novelty(classes, burn_in_years=5).collect()
    assert {row.publication_number: row.new_share for row in found} == {
        "half": pytest.approx(2 / 3),
        "again": 0.0,
    }


def test_a_percentile_is_of_its_cohort_and_half_on_average(spark: SparkSession) -> None:
    draw = np.random.default_rng(5)
    given = pd.DataFrame({"year": draw.integers(2000, 2004, 200), "x": draw.integers(0, 7, 200)})
    given["id"] = range(200)
    frame = spark.createDataFrame(given).withColumn("x", F.nullif("x", F.lit(6)))
    found = with_percentile(frame, of="x", name="rank", among=frame, within=("year",)).toPandas()
    known = found[found["x"].notna()]
    ranks = known.groupby("year")["x"].rank(method="average")
    sizes = known.groupby("year")["x"].transform("size")
    assert known["rank"].to_numpy() == pytest.approx(((ranks - 0.5) / sizes).to_numpy())
    assert found[found["x"].isna()]["rank"].isna().all()
    assert known.groupby("year")["rank"].mean().to_numpy() == pytest.approx(0.5)


def test_entropy_is_shannons(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("a", 1), ("a", 1), ("b", 5)], "unit string, n int")
    found = frame.groupBy("unit").agg(entropy(F.col("n")).alias("h")).collect()
    assert {row.unit: row.h for row in found} == {
        "a": pytest.approx(math.log(2)),
        "b": pytest.approx(0.0),
    }


# --- owners -------------------------------------------------------------------------------------


def test_concentration_is_herfindahls_of_fractions(spark: SparkSession) -> None:
    """A holds 2.5 of 3 and B 0.5, of which 1 each and none is foreign."""
    rows = spark.createDataFrame(
        [
            ("t", [("A", "domestic", 1.0)]),
            ("t", [("A", "domestic", 1.0)]),
            ("t", [("A", "domestic", 0.5), ("B", "foreign", 0.5)]),
            ("t", None),
        ],
        "unit string, holders array<struct<owner string, side string, share double>>",
    )
    close(
        ownership.concentration(rows).first(),
        owner_count=2,
        ownership_concentration=(2.5**2 + 0.5**2) / 9,
        foreign_concentration=1.0,
    )


def links(spark: SparkSession, *owners: tuple[str, str], category: str | None = None) -> DataFrame:
    rows = [("t", f"{a}{i}", f"{b}{i}", a, b, category) for i, (a, b) in enumerate(owners)]
    return spark.createDataFrame(
        rows,
        "unit string, citing string, cited string, citing_owner string, cited_owner string, "
        "category string",
    )


def both_ways(*pairs: str) -> list[tuple[str, str]]:
    return [end for a, b in pairs for end in ((a, b), (b, a))]


@pytest.mark.parametrize(
    ("owners", "count", "triples", "density"),
    [
        (both_ways("AB", "BC", "AC"), 3, 1, 1.0),
        (both_ways("AB", "BC", "AC", "AD", "BD", "CD"), 4, 4, 1.0),  # K4 has four triangles
        ([*both_ways("AB", "BC"), ("A", "C")], 3, 0, 0.0),  # one pair blocks one way only
        ([*both_ways("AB", "BC", "AC"), ("D", "A")], 4, 1, 0.25),
        (both_ways("AB"), 2, 0, 0.0),
    ],
)
@pytest.mark.parametrize("with_graphframes", [pytest.param(True, marks=pytest.mark.classic), False])
def test_thickets_are_triples_that_block_each_other(
    *,
    spark: SparkSession,
    owners: list,
    count: int,
    triples: int,
    density: float,
    with_graphframes: bool,
) -> None:
    close(
        ownership.thickets(links(spark, *owners), with_graphframes=with_graphframes).first(),
        thicket_owners=count,
        thicket_triples=triples,
        thicket_density=density,
    )


@pytest.mark.classic
def test_thickets_of_joins_are_those_of_motifs(spark: SparkSession) -> None:
    rows = spark.range(400).selectExpr(
        "concat('t', id % 3) unit",
        "concat('O', id * 17 % 13) citing_owner",
        "concat('O', (id * id + id div 5) % 13) cited_owner",
        "cast(null as string) category",
    )
    joins, motifs = (
        ownership.thickets(rows, with_graphframes=flag).orderBy("unit").collect()
        for flag in (False, True)
    )
    assert joins == motifs
    assert len(joins) == 3
    assert all(row.thicket_triples > 0 for row in joins)


def test_citations_for_background_do_not_block(spark: SparkSession) -> None:
    triangle = both_ways("AB", "BC", "AC")
    found = {
        category: ownership.thickets(
            links(spark, *triangle, category=category), with_graphframes=False
        ).collect()
        for category in ("A", "XY")
    }
    assert found["A"] == []
    assert found["XY"][0].thicket_triples == 1


# --- people and applicants ----------------------------------------------------------------------


def test_inventors_by_stock_breadth_and_newcomers(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [
            ("t", "P1", 2010, ["G06F3", "H04L9"], ["LI", "WANG"]),
            ("t", "P2", 2020, ["G06F3"], ["LI"]),
            ("t", "P3", 2020, None, ["ZHAO"]),
            ("t", "P4", 2020, ["G06F3"], None),
        ],
        "unit string, publication_number string, year int, groups array<string>, "
        "inventors array<string>",
    )
    li = -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))
    close(
        people.inventors(rows, last_year=2021, recent_years=5).first(),
        inventor_count=3,
        inventor_stock=4 / 3,
        inventor_breadth=(li + math.log(2)) / 2,
        newcomer_share=0.5,
    )


def test_inventors_are_counted_for_either_side(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [
            ("technology:t|u", "P1", 2020, "domestic", ["G06F3"], ["LI", "WANG"]),
            ("technology:t|u", "P2", 2020, "foreign", ["G06F3", "H04L9"], ["KIM"]),
            ("technology:t|u", "P3", 2020, None, ["G06F3"], ["ZHAO"]),
        ],
        "unit string, publication_number string, year int, side string, groups array<string>, "
        "inventors array<string>",
    )
    (row,) = people.of_sides(rows, last_year=2021, recent_years=5).collect()
    assert row.unit == "technology:t|u"
    close(
        row,
        domestic_inventor_count=2,
        domestic_inventor_breadth=0.0,
        domestic_inventor_count_bound=3,
        domestic_inventor_breadth_bound=0.0,
        foreign_inventor_count_bound=2,
        foreign_inventor_breadth_bound=math.log(2) / 2,
        foreign_inventor_count=1,
        foreign_inventor_breadth=math.log(2),
    )


JOINT = [
    # enterprise alone; with a university; with a foreign enterprise; with a government body;
    # nobody known; with somebody of unknown sector
    [("A Ltd", "CN", None)],
    [("A Ltd", "CN", None), ("B University", "CN", None)],
    [("A Ltd", "CN", None), ("C Inc", "US", None)],
    [("D Ministry", "CN", None), ("B University", "CN", None)],
    None,
    [("A Ltd", "CN", None), ("Mystery", None, None)],
]


def facts_of(spark: SparkSession, rows: DataFrame) -> DataFrame:
    scores = spark.createDataFrame(
        [("CN100000001A", 0.5), ("CN100000002A", None)],
        "publication_number string, core_degree_scaled double",
    )
    classes = classes_of(publications_of(rows, count="publications"))
    rows = rows.withColumn("invention", F.col("publication_number"))
    told = told_of_records(rows, classes, scores, technicality=[F.col("claim_count") > 10])
    return with_holders(told, holders(applicant_rows(rows)))


TRAITS = ("generality", "generality_rank", "originality", "novelty")


def test_shares_count_only_what_is_known(spark: SparkSession) -> None:
    given = patents(
        spark,
        *(
            {"applicants": each, "claim_count": n, "inventors": people}
            for each, n, people in zip(
                JOINT, (12, 12, 9, None, 12, 12), [["Somebody"]] * 5 + [None], strict=True
            )
        ),
    )
    facts = facts_of(spark, given)
    rows = with_rates(
        facts.withColumn("cites_literature", F.col("npl_citation_count") > 0),
        facts.withColumn("cites_literature", F.col("npl_citation_count") > 0),
        ["cites_literature", "is_iur"],
    ).withColumns({"unit": F.lit("t"), **{n: F.lit(None).cast("double") for n in TRAITS}})
    # The one whose first owner is of unknown side is traded, and wholly original.
    is_open = F.col("side").isNull()
    rows = rows.withColumns(
        {"is_traded": is_open, "originality": F.when(is_open, 1.0).otherwise(0.5)}
    )
    row = output.totals(rows, last_year=2021, recent_years=5).first()
    # Of the six, half of the third is foreign, half of the sixth and all of the fifth unknown.
    close(
        row,
        patent_count=6,
        key_patent_count=2,
        domestic_count=4.0,
        foreign_count=0.5,
        unknown_side_count=1.5,
        known_side_share=0.75,
        quality_count=4,
        quality_unknown_count=1,
        domestic_quality=1.5 + 1 + 0.5,
        foreign_quality=0.0,
        unknown_quality=1.5,
        joint_share=4 / 5,
        enterprise_share=4 / 5,
        iur_share=1 / 4,
        enterprise_cooperation=1 / 4,
        science_cooperation=2 / 4,
        government_cooperation=1 / 4,
        foreign_cooperation=1 / 4,
        science_linkage=None,
        team_size=1.0,
        domestic_patents=5,
        domestic_inventor_patents=4,
        foreign_inventor_patents=0,
        unknown_inventor_patents=1,
        domestic_iur_share=1 / 4,
        expected_iur_share=1 / 4,
        iur_percentile=0.5,
        domestic_science_share=None,
        domestic_traded_share=0.0,
        domestic_traded_bound=1 / 6,
        foreign_traded_share=None,
        foreign_traded_bound=1.0,
        domestic_originality=0.5,
        domestic_originality_bound=3.5 / 6,
        foreign_originality=None,
        foreign_originality_bound=1.0,
    )


def test_shares_of_the_foreign_side_are_of_its_first_owners(spark: SparkSession) -> None:
    us = {name: (name, "US", None) for name in ("C Inc", "D University", "E Inc", "F University")}
    given = patents(
        spark,
        {"applicants": [us["C Inc"]], "npl_citation_count": 2, "source": "uspto"}
        | {"government_interest": "Made with support."},
        {"applicants": [us["C Inc"], us["D University"]], "npl_citation_count": 0}
        | {"source": "uspto"},
        {"applicants": [us["E Inc"]], "npl_citation_count": None},
        {"applicants": [us["F University"]], "npl_citation_count": 3, "source": "uspto"},
        {"applicants": [("A Ltd", "CN", None)], "npl_citation_count": 1, "source": "uspto"},
        {"applicants": [("Mystery", None, None)], "npl_citation_count": 0},
    )
    facts = facts_of(spark, given)
    literature = facts.withColumn("cites_literature", F.col("npl_citation_count") > 0)
    rows = with_rates(literature, literature, ["cites_literature", "is_iur"]).withColumns(
        {"unit": F.lit("t"), "is_traded": F.lit(False)}
        | {name: F.lit(None).cast("double") for name in TRAITS}
    )
    close(
        output.totals(rows, last_year=2021, recent_years=5).first(),
        # Four sources are of the USPTO and would say it; one does.
        government_interest_share=1 / 4,
        domestic_patents=1,
        foreign_patents=4,
        # Of the three that count literature; with the one of unknown side, which cites none.
        foreign_science_share=2 / 3,
        foreign_science_bound=2 / 4,
        domestic_science_share=1.0,
        domestic_science_bound=1 / 2,
        # An enterprise with a university is one of the four.
        foreign_iur_share=1 / 4,
        foreign_enterprise_share=3 / 4,
    )


def test_an_invention_passes_a_step_by_any_of_its_publications(spark: SparkSession) -> None:
    """The A document is cited, the B document has the claims: each alone would fail."""
    cases = {
        "cited and granted": [(12, 0), (None, 3)],
        "few of the claims that are known": [(9, 0), (None, 3)],
        "few claims": [(9, 0), (9, 3)],
        "nothing tells whether it is cited": [(12, None), (12, 0)],
        "few claims, however often it is cited": [(9, None)],
    }
    given = patents(
        spark,
        *(
            {"application_number": case, "claim_count": claims, "cited_by_count": cited}
            for case, rows in cases.items()
            for claims, cited in rows
        ),
    ).withColumn("invention", F.col("application_number"))
    classes = classes_of(publications_of(given, count="inventions"))
    told_of = told_of_records(
        given,
        classes,
        spark.createDataFrame([], "publication_number string, core_degree_scaled double"),
        technicality=[F.col("claim_count") > 10, F.col("cited_by_count") > 0],
    )
    found = with_holders(told_of, holders(applicant_rows(given)))
    rows = found.select("publication_number", "is_quality").collect()
    told = {row.publication_number: row.is_quality for row in rows}
    assert told == {
        "cited and granted": True,
        "few of the claims that are known": None,
        "few claims": False,
        "nothing tells whether it is cited": None,
        "few claims, however often it is cited": False,
    }


def test_a_base_rate_is_that_of_the_field_the_office_and_the_years(spark: SparkSession) -> None:
    """EP cites literature in 43 of 100, CN in 6: one of ten is few there, and usual here."""
    corpus = [("G06F", "EP", 2011, i < 43) for i in range(100)]
    corpus += [("G06F", "CN", 2012, i < 6) for i in range(100)]
    schema = "subclass string, office string, year int, cites_literature boolean"
    frame = spark.createDataFrame(corpus, schema).withColumn("subclasses", F.array("subclass"))
    unit = [(office, "G06F", office, 2013, i == 0) for office in ("EP", "CN") for i in range(10)]
    facts = spark.createDataFrame(unit, f"unit string, {schema}")
    found = with_rates(
        facts.withColumn("subclasses", F.array("subclass")), frame, ["cites_literature"]
    )
    rows = found.groupBy("unit").agg(
        expected_of("cites_literature", F.lit(True)).alias("expected"),
        percentile_of("cites_literature", F.lit(True)).alias("percentile"),
    )
    figures = {row.unit: row for row in rows.collect()}
    close(figures["EP"], expected=0.43)
    close(figures["CN"], expected=0.06)
    normal = NormalDist(10 * 0.43, math.sqrt(10 * 0.43 * 0.57)).cdf(1)
    close(figures["EP"], expected=0.43)
    assert figures["EP"].percentile == pytest.approx(normal, abs=2e-4)
    assert normal < 0.05
    assert figures["CN"].percentile > 0.5


def test_pairs_and_their_network(spark: SparkSession) -> None:
    given = patents(spark, *({"applicants": each} for each in (JOINT[1], JOINT[1], JOINT[2])))
    given = given.withColumn("invention", F.col("publication_number"))
    applicants = holders(applicant_rows(given))
    # As rows: a plan with these rules in it ten times over takes most of a minute.
    applicants = spark.createDataFrame(applicants.toArrow())
    members = given.select(F.lit("t").alias("unit"), "publication_number")
    facts = spark.createDataFrame(
        [
            ("CN100000001A", 2014, ["G06F3"]),
            ("CN100000002A", 2015, ["G06F3"]),
            ("CN100000003A", 2015, ["H04L9"]),
        ],
        "publication_number string, year int, groups array<string>",
    )
    found = cooperation.pairs(members, applicants, facts)
    found = cooperation.with_distance(found, applicants, facts)
    # A has two of G06F3 and one of H04L9, B two of G06F3, C one of H04L9.
    far = [round(1 - 4 / (math.sqrt(5) * 2), 9), round(1 - 1 / math.sqrt(5), 9)]
    university = ("enterprise", "CN", "university", "CN", 2, [2014, 2015], far[0])
    enterprise = ("enterprise", "CN", "enterprise", "US", 1, [2015], far[1])
    assert [tuple(row) for row in found.orderBy("partner").collect()] == [
        ("t", "A LTD", "B UNIVERSITY", *university),
        ("t", "A LTD", "C INC", *enterprise),
    ]
    ties = cooperation.ties(found.withColumnRenamed("unit", "technology")).collect()
    figures = {row.unit: row for row in ties}
    assert set(figures) == {
        "technology:t",
        *(f"enterprise:{n}" for n in ("A LTD", "B UNIVERSITY", "C INC")),
    }
    close(
        figures["enterprise:A LTD"], ties=2, repeated_tie_share=0.5, partner_distance=sum(far) / 2
    )
    close(figures["enterprise:C INC"], ties=1, repeated_tie_share=0.0, partner_distance=far[1])
    vertices, edges = cooperation.network(found)
    assert vertices.count() == 3
    assert edges.count() == 2


def test_leaders_are_ranked_by_inventions_then_quality_then_name(spark: SparkSession) -> None:
    """One good invention of Hyundai's does not lead before six of LG's."""
    held = {"LG": 6, "HYUNDAI": 1, "VELODYNE": 1, "APTIV": 1, "KOITO": 2}
    numbers = [(owner, f"{owner}-{i}") for owner, count in held.items() for i in range(count)]
    good = {"HYUNDAI-0": 1.9, "VELODYNE-0": 1.2, "LG-0": 1.1}
    members = spark.createDataFrame(
        [("laser", number) for _, number in numbers], "unit string, publication_number string"
    )
    owned = spark.createDataFrame(
        [(number, owner, "US", "foreign", "name", "enterprise", 1.0) for owner, number in numbers],
        "publication_number string, name string, country string, side string, "
        "side_source string, sector string, share double",
    )
    facts = spark.createDataFrame(
        [(number, number in good, good.get(number, 1.0), False) for _, number in numbers],
        "publication_number string, is_quality boolean, weight double, is_key boolean",
    )
    found = leaders(members, owned, facts).orderBy("rank").collect()
    assert [(row.owner, row.patents, row.quality) for row in found] == [
        ("LG", 6.0, 1.1),
        ("KOITO", 2.0, 0.0),
        ("HYUNDAI", 1.0, 1.9),
        ("VELODYNE", 1.0, 1.2),
        ("APTIV", 1.0, 0.0),
    ]


# --- integration --------------------------------------------------------------------------------


def test_coverage_of_chains_and_networks(spark: SparkSession) -> None:
    """Two components: P-Q-R with an IUR patent at Q, and S-T without."""
    rows = [
        ("t", "P", "Q", False, True),
        ("t", "Q", "R", True, False),
        ("t", "P", "R", False, False),
        ("t", "S", "T", False, False),
    ]
    frame = spark.createDataFrame(
        rows, "unit string, citing string, cited string, citing_iur boolean, cited_iur boolean"
    )
    close(integration.coverage(frame).first(), iur_chain_coverage=0.5, iur_network_coverage=0.5)


def test_the_chain_is_spread_evenly_or_not_at_all(spark: SparkSession) -> None:
    frame = spark.createDataFrame(
        [
            ("even", ["A1", "B1"], True),
            ("one", ["A1"], True),
            ("one", ["B1"], False),
            ("none", ["A1", "B1"], None),
            ("single", ["A1"], True),
            ("single", None, True),
        ],
        "unit string, groups array<string>, is_iur boolean",
    )
    found = {row.unit: row.chain_spread for row in integration.chain(frame).collect()}
    assert found == {"even": pytest.approx(1.0), "one": 0.0, "none": 0.0, "single": None}


def test_the_index_is_the_mean_of_percentile_ranks(spark: SparkSession) -> None:
    columns = (
        "science_share",
        "science_cooperation",
        "iur_share",
        "iur_chain_coverage",
        "iur_network_coverage",
        "partner_entropy",
        "joint_share",
        "shared_inventor_share",
        "alliance_share",
        "repeated_tie_share",
        "platform_cooperation",
        "chain_spread",
        "vertical_spread",
        "foreign_cooperation",
        "abroad_share",
        "overseas_share",
    )
    log5 = math.log(5)
    rows = [
        ("low", 10, *[0.0] * 5, None, 0.0, 0.0, 0.0, None, 0.0, 0.1, None, 0.0, 0.0, 0.0),
        ("middle", 11, 0.5, 0.5, 0.5, None, None, log5, 0.5, *[0.5] * 4, 0.1, 0.3, 0.1, None, 0.1),
        ("high", 99, *[1.0] * 5, log5, *[1.0] * 5, 0.0, 0.0, None, None, None),
        ("with one patent", 1, *[1.0] * 16),
        ("of the other kind:", 10, *[0.0] * 16),
    ]
    frame = spark.createDataFrame(
        rows, "unit string, patent_count int, " + ", ".join(f"{name} double" for name in columns)
    )
    found = {row.unit: row for row in integration.with_index(frame, fewest=10).collect()}
    close(found["low"], iur_basic_research=0.0, iur_subjects=0.0, iur_index=(0 + 0 + 0.5 + 0) / 4)
    middle = {"iur_basic_research": 0.5, "iur_subjects": 3 / 5, "iur_chain": 0.2}
    close(found["middle"], **middle, iur_index=(0.5 + 0.5 + 1 + 1) / 4)
    close(found["high"], iur_index=(1 + 1 + 0) / 3)
    close(found["with one patent"], iur_basic_research=1.0, iur_index=None)
    # Alone of its kind, it has no rank.
    close(found["of the other kind:"], iur_basic_research=0.0, iur_index=None)
