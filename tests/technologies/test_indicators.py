"""Each indicator on literal frames with answers known by hand or from the literature."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from patentcore.technologies import cooperation
from patentcore.technologies.facts import patent_facts
from patentcore.technologies.indicators import integration, output, ownership, people, stage
from patentcore.technologies.indicators.knowledge import entropy, novelty, spread
from patentcore.technologies.sectors import applicant_rows
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
        ([], [], "0 filings to 2021 are fewer than 10"),
        ([2015], [9], "9 filings"),
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


# --- knowledge ----------------------------------------------------------------------------------


def test_generality_is_one_less_the_corrected_herfindahl_of_citing_classes(
    spark: SparkSession,
) -> None:
    """Two classes, each once: 1 - 1/2 corrected by 2/1 is 1; three of one class are 0."""
    classes = spark.createDataFrame(
        [("A", ["G06F"]), ("B", ["H04L"]), ("C", ["G06F"]), ("D", ["G06F"]), ("E", None)],
        "publication_number string, subclasses array<string>",
    )
    ids = spark.createDataFrame([("X",), ("Y",), ("Z",), ("W",)], "publication_number string")
    links = citations(
        spark,
        *(("A", "X"), ("B", "X"), ("A", "X"), ("X", "X"), ("E", "X"), (None, "X")),
        *(("A", "Y"), ("C", "Y"), ("D", "Y")),
        ("A", "Z"),
    )
    found = spread(links, ids, classes, of="cited", over="citing", name="generality")
    values = {row.publication_number: row.generality for row in found.collect()}
    assert values == {"X": 1.0, "Y": 0.0, "Z": None}


def test_originality_looks_the_other_way(spark: SparkSession) -> None:
    classes = spark.createDataFrame(
        [("A", ["G06F", "H04L"]), ("B", ["H04L"])],
        "publication_number string, subclasses array<string>",
    )
    ids = spark.createDataFrame([("X",)], "publication_number string")
    links = citations(spark, ("X", "A"), ("X", "B"), ("A", "X"))
    found = spread(links, ids, classes, of="citing", over="cited", name="originality").first()
    close(found, originality=(1 - 5 / 9) * 3 / 2)


def test_novelty_is_the_share_of_pairs_not_seen_before(spark: SparkSession) -> None:
    def row(number: str, year: int | None, *ipc: str) -> dict:
        date = dt.date(year, 1, 1) if year else None
        return {
            "publication_number": number,
            "application_date": date,
            "publication_date": date,
            "ipc": list(ipc) or None,
        }

    every = patents(
        spark,
        row("old", 2000, "A01B1/00", "B01B1/00"),
        row("half", 2001, "A01B1/02", "B01B1/00", "C01B1/00"),
        row("same year", 2000, "B01B1/00", "A01B1/00"),
        row("undated", None, "A01B1/00", "B01B1/00"),
        row("single", 2001, "A01B1/00", "A01B1/02"),
        row("none", 2001),
    )
    from patentcore.technologies.facts import codes_at, filing_year

    facts = every.select(
        "publication_number", filing_year().alias("year"), codes_at("group").alias("groups")
    )
    found = {row.publication_number: row.novelty for row in novelty(facts, every).collect()}
    assert found == {"old": 1.0, "same year": 1.0, "half": pytest.approx(2 / 3)}


def test_entropy_is_shannons(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("a", 1), ("a", 1), ("b", 5)], "unit string, n int")
    found = frame.groupBy("unit").agg(entropy(F.col("n")).alias("h")).collect()
    assert {row.unit: row.h for row in found} == {
        "a": pytest.approx(math.log(2)),
        "b": pytest.approx(0.0),
    }


# --- owners -------------------------------------------------------------------------------------


def test_concentration_is_herfindahls(spark: SparkSession) -> None:
    rows = spark.createDataFrame(
        [("t", "A", "domestic"), ("t", "A", "domestic"), ("t", "B", "foreign"), ("t", None, None)],
        "unit string, owner string, side string",
    )
    close(
        ownership.concentration(rows).first(),
        owner_count=2,
        ownership_concentration=5 / 9,
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
    ("owners", "triples", "density"),
    [
        (both_ways("AB", "BC", "AC"), 1, 1.0),
        (both_ways("AB", "BC", "AC", "AD", "BD", "CD"), 4, 1.0),  # K4 has four triangles
        ([*both_ways("AB", "BC"), ("A", "C")], 0, 0.0),  # one pair blocks one way only
        ([*both_ways("AB", "BC", "AC"), ("D", "A")], 1, 0.25),
        (both_ways("AB"), 0, 0.0),
    ],
)
@pytest.mark.parametrize("with_graphframes", [pytest.param(True, marks=pytest.mark.classic), False])
def test_thickets_are_triples_that_block_each_other(
    spark: SparkSession, owners: list, triples: int, density: float, with_graphframes: bool
) -> None:
    close(
        ownership.thickets(links(spark, *owners), with_graphframes=with_graphframes).first(),
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

    def found(category: str) -> list[Row]:
        owners = links(spark, *triangle, category=category)
        return ownership.thickets(owners, with_graphframes=False).collect()

    assert found("A") == []
    assert [row.thicket_triples for row in found("XY")] == [1]


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
    return patent_facts(
        rows,
        applicant_rows(rows),
        scores,
        is_quality=F.col("claim_count") > 10,
        home_country="CN",
    )


def test_shares_count_only_what_is_known(spark: SparkSession) -> None:
    given = patents(
        spark,
        *(
            {"applicants": each, "claim_count": n}
            for each, n in zip(JOINT, (12, 12, 9, None, 12, 12), strict=True)
        ),
    )
    rows = facts_of(spark, given).withColumns(
        {
            "unit": F.lit("t"),
            **{
                name: F.lit(None).cast("double")
                for name in ("generality", "originality", "novelty")
            },
        }
    )
    row = output.totals(rows, last_year=2021, recent_years=5).first()
    close(
        row,
        patent_count=6,
        key_patent_count=2,
        domestic_count=5,
        foreign_count=0,
        unknown_side_count=1,
        quality_count=3,
        quality_unknown_count=1,
        domestic_quality=1.5 + 1 + 1,
        joint_share=4 / 5,
        enterprise_share=4 / 5,
        iur_share=1 / 4,
        enterprise_cooperation=1 / 4,
        science_cooperation=2 / 4,
        government_cooperation=1 / 4,
        foreign_cooperation=1 / 4,
        science_linkage=None,
        team_size=1.0,
    )


def test_pairs_and_their_network(spark: SparkSession) -> None:
    given = patents(spark, *({"applicants": each} for each in (JOINT[1], JOINT[1], JOINT[2])))
    applicants = applicant_rows(given)
    members = given.select(F.lit("t").alias("unit"), "publication_number")
    found = cooperation.pairs(members, applicants)
    expected = spark.createDataFrame(
        [
            ("t", "A LTD", "B UNIVERSITY", "enterprise", "CN", "university", "CN", 2),
            ("t", "A LTD", "C INC", "enterprise", "CN", "enterprise", "US", 1),
        ],
        "unit string, applicant string, partner string, applicant_sector string, "
        "applicant_country string, partner_sector string, partner_country string, patents bigint",
    )
    assert_df_equality(found, expected, ignore_row_order=True, ignore_nullable=True)
    vertices, edges = cooperation.network(found)
    assert vertices.count() == 3
    assert edges.count() == 2


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
        "chain_spread",
        "foreign_cooperation",
    )
    rows = [
        ("low", 0.0, 0.0, 0.0, 0.0, 0.0, None, 0.0, 0.1, 0.0),
        ("middle", 0.5, 0.5, 0.5, None, None, 0.5, 0.5, 0.2, 0.1),
        ("high", 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, None),
    ]
    frame = spark.createDataFrame(
        rows, "unit string, " + ", ".join(f"{name} double" for name in columns)
    )
    found = {row.unit: row for row in integration.with_index(frame).collect()}
    close(found["low"], iur_basic_research=0.0, iur_subjects=0.0, iur_index=(0 + 0 + 0.5 + 0) / 4)
    close(found["middle"], iur_basic_research=0.5, iur_index=(0.5 + 0.5 + 1 + 1) / 4)
    close(found["high"], iur_index=(1 + 1 + 0) / 3)
