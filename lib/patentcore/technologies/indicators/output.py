"""Counts, sides, cooperation shares: what one pass over a unit's patents yields."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F


def _of_side(side: str) -> Column:
    return F.col("side") == side


# Fewer patents of known novelty in a span of years tell no trend.
FEWEST_OF_A_SPAN = 5


def _share(condition: str) -> Column:
    """Share of the rows where it is known that are true."""
    return F.avg(F.col(condition).cast("double"))


def totals(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return one row a unit.

    Sides are those of the first applicants; ``*_quality`` is the number of patents of known side
    that pass the technicality steps, each weighted by 1 plus its scaled core degree. Generality
    and originality are means over patents (Trajtenberg et al. 1997), science linkage the mean
    number of non-patent citations (Narin, Hamilton & Olivastro 1997), cooperation the share of
    patents with joint applicants by kind (Liu & Zou, section 4).

    Args:
        rows: unit and the columns of the facts, one row for each of a unit's patents.
        last_year: the last year that counts as observed.
        recent_years: length of the two spans that ``novelty_change`` compares.
    """
    quality = F.col("is_quality")
    weight = F.when(quality, F.col("weight")).otherwise(0.0)
    year = F.col("year")
    is_recent = (year > last_year - recent_years) & (year <= last_year)
    is_before = (year > last_year - 2 * recent_years) & (year <= last_year - recent_years)
    recent, before = (
        F.when(F.count(novelty) >= FEWEST_OF_A_SPAN, F.avg(novelty))
        for novelty in (F.when(span, F.col("novelty")) for span in (is_recent, is_before))
    )
    return rows.groupBy("unit").agg(
        F.count(F.lit(1)).alias("patent_count"),
        F.count_if("is_key").alias("key_patent_count"),
        F.count_if(_of_side("domestic")).alias("domestic_count"),
        F.count_if(_of_side("foreign")).alias("foreign_count"),
        F.count_if(F.col("side").isNull()).alias("unknown_side_count"),
        F.count_if(_of_side("domestic") & F.col("is_key")).alias("domestic_key_count"),
        F.count_if(_of_side("foreign") & F.col("is_key")).alias("foreign_key_count"),
        F.count_if(quality & F.col("side").isNotNull()).alias("quality_count"),
        F.count_if(quality.isNull()).alias("quality_unknown_count"),
        F.sum(F.when(_of_side("domestic"), weight).otherwise(0.0)).alias("domestic_quality"),
        F.sum(F.when(_of_side("foreign"), weight).otherwise(0.0)).alias("foreign_quality"),
        F.min("year").alias("first_year"),
        F.max("year").alias("last_year"),
        F.avg("generality").alias("generality"),
        F.count("generality").alias("generality_patents"),
        F.avg("originality").alias("originality"),
        F.avg("novelty").alias("novelty"),
        (recent - before).alias("novelty_change"),
        F.avg("npl_citation_count").alias("science_linkage"),
        F.avg((F.col("npl_citation_count") > 0).cast("double")).alias("science_share"),
        F.avg(F.nullif(F.size(F.coalesce("inventors", F.array())), F.lit(0))).alias("team_size"),
        _share("has_enterprise").alias("enterprise_share"),
        _share("is_joint").alias("joint_share"),
        _share("is_iur").alias("iur_share"),
        _share("with_enterprise").alias("enterprise_cooperation"),
        _share("with_science").alias("science_cooperation"),
        _share("with_government").alias("government_cooperation"),
        _share("with_abroad").alias("foreign_cooperation"),
    )


def yearly(rows: DataFrame) -> DataFrame:
    """Return one row a unit and year: patents, domestic, foreign, novelty, cumulative.

    Args:
        rows: unit, year, side, novelty; rows of unknown year are left out.

    >>> patents = [("laser", 2019, "foreign", 0.5), ("laser", 2020, "domestic", 1.0)]
    >>> rows = spark.createDataFrame(
    ...     [*patents, ("laser", 2020, None, 0.0)],
    ...     "unit string, year int, side string, novelty double",
    ... )
    >>> yearly(rows).orderBy("year").show()
    +-----+----+-------+--------+-------+-------+----------+
    | unit|year|patents|domestic|foreign|novelty|cumulative|
    +-----+----+-------+--------+-------+-------+----------+
    |laser|2019|      1|       0|      1|    0.5|         1|
    |laser|2020|      2|       1|      0|    0.5|         3|
    +-----+----+-------+--------+-------+-------+----------+
    <BLANKLINE>
    """
    so_far = Window.partitionBy("unit").orderBy("year")
    return (
        rows.where(F.col("year").isNotNull())
        .groupBy("unit", "year")
        .agg(
            F.count(F.lit(1)).alias("patents"),
            F.count_if(_of_side("domestic")).alias("domestic"),
            F.count_if(_of_side("foreign")).alias("foreign"),
            F.avg("novelty").alias("novelty"),
        )
        .withColumn("cumulative", F.sum("patents").over(so_far))
    )
