"""Windows of opportunity and barriers in four dimensions (paper H, section 2 and figure 1)."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.technologies.verdicts import UNKNOWN, Thresholds, known_rule, texts


def is_blocked(limits: Thresholds) -> Column:
    """Tell whether foreign owners can block: they hold most, in few hands or in a thicket.

    Null where those of unknown side decide whether they hold most.

    >>> limits = {
    ...     "blocking_foreign_share": 0.5,
    ...     "blocking_concentration": 0.15,
    ...     "blocking_thicket": 0.05,
    ... }
    >>> df = spark.createDataFrame(
    ...     [
    ...         ("laser", 1, 9, 1, 0.2, 0.0),
    ...         ("wafer", 6, 4, 1, 0.2, 0.0),
    ...         ("lens", 1, 2, 9, 0.2, 0.0),
    ...     ],
    ...     "unit string, domestic_count int, foreign_count int, unknown_side_count int, "
    ...     "foreign_concentration double, thicket_density double",
    ... )
    >>> df.select("unit", is_blocked(limits).alias("is_blocked")).show()
    +-----+----------+
    | unit|is_blocked|
    +-----+----------+
    |laser|      true|
    |wafer|     false|
    | lens|      NULL|
    +-----+----------+
    <BLANKLINE>
    """
    foreign, unknown = F.col("foreign_count"), F.col("unknown_side_count")
    total = F.nullif(F.col("domestic_count") + foreign + unknown, F.lit(0))
    limit = limits["blocking_foreign_share"]
    least, most = (
        F.round(foreign / total, 12) >= limit,
        F.round((foreign + unknown) / total, 12) >= limit,
    )
    holds_most = F.when(least == most, least)
    return holds_most & (
        (F.col("foreign_concentration") >= limits["blocking_concentration"])
        | (F.col("thicket_density") >= limits["blocking_thicket"])
    )


def opportunities(limits: Thresholds) -> dict[str, Column]:
    """Return the state, windows and barriers of technology, product, market and institution.

    What the catalogue says of patents counts for the technology, of users for the product, of
    industrialisation for the market and of talent for the institution (the rows of paper H's
    tables 1, 2, 4 and 5).
    """
    return _of_technology(limits) | _of_product() | _of_market() | _of_institution()


def _of_technology(limits: Thresholds) -> dict[str, Column]:
    stage, patents = F.col("stage"), F.col("patents")
    # What people say of patents is of a technology's whole; what is not said leaves it to figures.
    blocks = F.coalesce(F.when(patents == "closed", True), is_blocked(limits))
    has_none = (F.col("patent_count") == 0) | F.coalesce(patents == "none", F.lit(False))
    return {
        "technology_window": texts(
            [
                (stage == "emerging", "little accumulation is needed; several routes compete"),
                (stage == "growth", "routes are settling: import and re-innovate early"),
                (stage == "mature", "a settled paradigm: import, absorb, re-innovate"),
                (stage == "transition", "a new paradigm challenges the old one"),
                (patents.isin("open", "pooled"), "patents are open to partners"),
            ]
        ),
        "technology_barrier": texts(
            [
                (stage == "emerging", "weak basic research and commercial strength"),
                (stage == "transition", "accumulation keeps the leaders ahead"),
                (F.coalesce(blocks, F.lit(False)), "foreign patents block"),
                (
                    stage.isin("growth", "mature") & (F.coalesce(~blocks, F.lit(False))),
                    "none seen in patents",
                ),
                (has_none, "none: no patents"),
            ]
        ),
    }


def _of_product() -> dict[str, Column]:
    good, standard = F.col("public_good"), F.col("standardised")

    def is_used_by(user: str) -> Column:
        return F.array_contains("users", user)

    return {
        "product": F.coalesce(
            F.when(good == "pure", "pure public good")
            .when(good == "semi", "semi-public good")
            .when(good == "none", "commodity"),
            F.lit(UNKNOWN),
        ),
        "product_window": texts(
            [
                (good == "pure", "the state carries it: the goal counts, not the market"),
                (good == "semi", "public procurement opens the market"),
                ((good == "none") & ~standard, "not standardised: room for other products"),
                (is_used_by("government"), "the state as a user steers it"),
                (
                    is_used_by("enterprises") & ~is_used_by("consumers"),
                    "enterprises that use it improve it",
                ),
                (
                    is_used_by("enterprises") & is_used_by("consumers"),
                    "wide use makes an ecosystem",
                ),
            ]
        ),
        "product_barrier": texts(
            [
                ((good == "none") & standard, "standard product: users stay, rivals press"),
                ((good == "none") & ~standard, "no public procurement"),
                ((good == "semi") & standard, "the standard must be won"),
                (good == "pure", "no market tests it"),
            ]
        ),
    }


def _of_market() -> dict[str, Column]:
    standard, niche = F.col("standardised"), F.col("niche_market")
    way = F.col("industrialisation")
    market = F.when(niche, "niche").when(~standard, "diverse").when(standard, "standardised")
    return {
        "market": F.coalesce(market, F.lit(UNKNOWN)),
        "market_window": texts(
            [
                (niche, "a domestic niche that foreign products do not serve"),
                (~standard, "diverse demand: customised products"),
                (way == "supply chain", "an established supply chain takes it up"),
                (way == "alliance", "an alliance brings it to the market"),
                (way == "not required", "no industry has to be built"),
            ]
        ),
        "market_barrier": texts(
            [(standard & F.coalesce(~niche, F.lit(True)), "standards and ecosystem of the leaders")]
        ),
    }


def _of_institution() -> dict[str, Column]:
    will, talent = F.col("government_will"), F.col("talent")
    return {
        "institution": known_rule(will, "government will", "none declared"),
        "institution_window": texts(
            [
                (will, "resources and coordination by the state"),
                (talent == "universities", "people come from universities"),
                (talent == "enterprises", "enterprises draw people"),
                (talent == "state teams", "teams of leading scientists share one aim"),
            ]
        ),
        "institution_barrier": texts([(~will, "left to entrepreneurs alone")]),
    }
