"""Counts, sides, cooperation shares: what one pass over a unit's inventions yields."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore.technologies.indicators.base_rates import (
    expected_of,
    lowest_percentile_of,
    percentile_of,
)

# Fewer inventions of known novelty in a span of years tell no trend.
FEWEST_OF_A_SPAN = 5


def _share(condition: str, where: Column | None = None) -> Column:
    """Share of the rows where it is known that are true."""
    value = F.col(condition).cast("double")
    return F.avg(value if where is None else F.when(where, value))


def _total(name: str, where: Column | None = None) -> Column:
    """Sum of fractions; rounded, so that the order of adding leaves nothing."""
    value = F.col(name) if where is None else F.when(where, F.col(name))
    return F.round(F.coalesce(F.sum(value), F.lit(0.0)), 9)


def totals(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return one row a unit.

    Sides are in fractions of each invention's owners; ``*_quality`` is what a side holds of the
    inventions that pass the technicality steps, each weighted by 1 plus its scaled core degree.
    Generality and originality are means over inventions (Trajtenberg et al. 1997), science linkage
    the mean number of non-patent citations (Narin, Hamilton & Olivastro 1997), cooperation the
    share of inventions with several owners by kind (Liu & Zou, section 4). What the four problems
    of Zheng & Liu, 3.2, rest on is of the domestic side, with the foreign side's beside it.

    Args:
        rows: unit and the columns of the facts, one row for each of a unit's inventions.
        last_year: the last year that counts as observed.
        recent_years: length of the two spans that ``novelty_change`` and ``filing_growth`` compare.
    """
    return rows.groupBy("unit").agg(
        *(
            column.alias(name)
            for name, column in (
                _counts() | _knowledge(last_year, recent_years) | _cooperation() | _problems()
            ).items()
        )
    )


def _counts() -> dict[str, Column]:
    known = _total("domestic") + _total("foreign")
    quality = F.coalesce("is_quality", F.lit(False))
    weighted = {
        f"{side}_quality": F.round(
            F.coalesce(F.sum(F.when(quality, F.col(side) * F.col("weight"))), F.lit(0.0)), 9
        )
        for side in ("domestic", "foreign", "unknown")
    }
    return {
        "patent_count": F.count(F.lit(1)),
        "key_patent_count": F.count_if("is_key"),
        "domestic_count": _total("domestic"),
        "foreign_count": _total("foreign"),
        "unknown_side_count": _total("unknown"),
        "known_side_share": known / F.count(F.lit(1)),
        "domestic_key_count": _total("domestic", F.col("is_key")),
        "foreign_key_count": _total("foreign", F.col("is_key")),
        "quality_count": F.count_if(quality),
        "quality_unknown_count": F.count_if(F.col("is_quality").isNull()),
        **weighted,
        "first_year": F.min("year"),
        "last_year": F.max("year"),
    }


def _knowledge(last_year: int, recent_years: int) -> dict[str, Column]:
    year = F.col("year")
    is_recent = (year > last_year - recent_years) & (year <= last_year)
    is_before = (year > last_year - 2 * recent_years) & (year <= last_year - recent_years)
    recent, before = (
        F.when(F.count(novelty) >= FEWEST_OF_A_SPAN, F.avg(novelty))
        for novelty in (F.when(span, F.col("novelty")) for span in (is_recent, is_before))
    )
    return {
        "generality": F.avg("generality"),
        "generality_rank": F.avg("generality_rank"),
        "generality_patents": F.count("generality"),
        "originality": F.avg("originality"),
        "novelty": F.avg("novelty"),
        "novelty_patents": F.count("novelty"),
        "novelty_change": recent - before,
        "filing_growth": filing_growth(last_year, recent_years),
        "science_linkage": F.avg("npl_citation_count"),
    }


def filing_growth(last_year: int, span: int) -> Column:
    """Return the growth a year of the inventions of a span of years over those of the one before.

    An aggregate, and ours; null where the span before has fewer than five.

    Args:
        last_year: the last of the span.
        span: its length in years.

    Five in 2013 and 2014, and 20 in the two years after, are four times as many in two years:

    >>> years = [(2013,)] * 2 + [(2014,)] * 3 + [(2015,)] * 9 + [(2016,)] * 11 + [(2017,)]
    >>> rows = spark.createDataFrame(years, "year int")
    >>> rows.agg(filing_growth(2016, 2).alias("growth")).first()["growth"]
    1.0
    """
    year = F.col("year")
    late = F.count_if((year > last_year - span) & (year <= last_year))
    early = F.count_if((year > last_year - 2 * span) & (year <= last_year - span))
    rate = F.pow(late / F.nullif(early, F.lit(0)), F.lit(1 / span)) - 1
    return F.when(early >= FEWEST_OF_A_SPAN, F.round(rate, 9))


def _cooperation() -> dict[str, Column]:
    return {
        "science_share": _share("cites_literature"),
        "team_size": F.avg(F.nullif(F.size(F.coalesce("inventors", F.array())), F.lit(0))),
        "enterprise_share": _share("has_enterprise"),
        "joint_share": _share("is_joint"),
        "iur_share": _share("is_iur"),
        "enterprise_cooperation": _share("with_enterprise"),
        "science_cooperation": _share("with_science"),
        "government_cooperation": _share("with_government"),
        "platform_cooperation": _share("with_platform"),
        "foreign_cooperation": _share("with_abroad"),
        "alliance_share": F.avg(
            F.when(F.col("holders").isNotNull(), (F.size("holders") > 2).cast("double"))
        ),
        "abroad_share": _share("has_inventor_abroad"),
        "overseas_share": _share("with_overseas"),
        "government_interest_share": _share("has_government_interest"),
    }


def _problems() -> dict[str, Column]:
    # By the first owner: partners of the other side would be what is looked for.
    of_side = {side: F.col("side") == side for side in ("domestic", "foreign")}
    names = {
        "science_share": "cites_literature",
        "iur_share": "is_iur",
        "enterprise_share": "has_enterprise",
        "traded_share": "is_traded",
    }
    shares = {
        f"{side}_{name}": _share(trait, where)
        for side, where in of_side.items()
        for name, trait in names.items()
    }
    # What the inventions of unknown side could turn is told with them, too.
    maybe = {side: where | F.col("side").isNull() for side, where in of_side.items()}
    domestic, maybe_domestic = of_side["domestic"], maybe["domestic"]
    names_inventors = F.size(F.coalesce("inventors", F.array())) > 0
    return {
        **{f"{side}_patents": F.count_if(where) for side, where in of_side.items()},
        **{
            f"{side}_inventor_patents": F.count_if(where & names_inventors)
            for side, where in (*of_side.items(), ("unknown", F.col("side").isNull()))
        },
        **shares,
        "enterprise_bound": _share("has_enterprise", maybe_domestic),
        **{
            f"{side}_originality": F.avg(F.when(where, F.col("originality")))
            for side, where in of_side.items()
        },
        **{
            f"{side}_{name.removesuffix('_share')}_bound": _share(trait, where)
            for side, where in maybe.items()
            for name, trait in names.items()
            if (side, name) != ("domestic", "enterprise_share")
        },
        **{
            f"{side}_originality_bound": F.avg(F.when(where, F.col("originality")))
            for side, where in maybe.items()
        },
        "expected_science_share": expected_of("cites_literature", domestic),
        "science_percentile": percentile_of("cites_literature", domestic),
        "science_bound": percentile_of("cites_literature", maybe_domestic),
        "science_lowest": lowest_percentile_of("cites_literature", domestic),
        "expected_iur_share": expected_of("is_iur", domestic),
        "iur_percentile": percentile_of("is_iur", domestic),
        "iur_bound": percentile_of("is_iur", maybe_domestic),
        "iur_lowest": lowest_percentile_of("is_iur", domestic),
    }


def yearly(rows: DataFrame) -> DataFrame:
    """Return one row a unit and year: patents, domestic, foreign, novelty, cumulative.

    Args:
        rows: unit, year, domestic, foreign, novelty; rows of unknown year are left out.

    >>> rows = spark.createDataFrame(
    ...     [
    ...         ("laser", 2019, 0.0, 1.0, 0.5),
    ...         ("laser", 2020, 0.5, 0.5, 1.0),
    ...         ("laser", 2020, 0.0, 0.0, 0.0),
    ...     ],
    ...     "unit string, year int, domestic double, foreign double, novelty double",
    ... )
    >>> yearly(rows).orderBy("year").show()
    +-----+----+-------+--------+-------+-------+----------+
    | unit|year|patents|domestic|foreign|novelty|cumulative|
    +-----+----+-------+--------+-------+-------+----------+
    |laser|2019|      1|     0.0|    1.0|    0.5|         1|
    |laser|2020|      2|     0.5|    0.5|    0.5|         3|
    +-----+----+-------+--------+-------+-------+----------+
    <BLANKLINE>
    """
    so_far = Window.partitionBy("unit").orderBy("year")
    return (
        rows.where(F.col("year").isNotNull())
        .groupBy("unit", "year")
        .agg(
            F.count(F.lit(1)).alias("patents"),
            _total("domestic").alias("domestic"),
            _total("foreign").alias("foreign"),
            F.avg("novelty").alias("novelty"),
        )
        .withColumn("cumulative", F.sum("patents").over(so_far))
    )
