"""Who works with whom: pairs of joint applicants."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def pairs(members: DataFrame, applicants: DataFrame) -> DataFrame:
    """Return the pairs of joint applicants of each unit's patents.

    Args:
        members: unit, publication_number.
        applicants: publication_number, name, country, sector; one row an applicant and patent.

    Returns:
        unit, applicant, partner (the later name), applicant_sector, partner_sector,
        applicant_country, partner_country, patents.

    >>> members = spark.createDataFrame([("laser", "A")], "unit string, publication_number string")
    >>> applicants = spark.createDataFrame(
    ...     [("A", "ACME", "US", "enterprise"), ("A", "BEIHANG UNIV", "CN", "university")],
    ...     "publication_number string, name string, country string, sector string",
    ... )
    >>> found = pairs(members, applicants)
    >>> found.select("unit", "applicant", "partner", "partner_sector", "patents").show()
    +-----+---------+------------+--------------+-------+
    | unit|applicant|     partner|partner_sector|patents|
    +-----+---------+------------+--------------+-------+
    |laser|     ACME|BEIHANG UNIV|    university|      1|
    +-----+---------+------------+--------------+-------+
    <BLANKLINE>
    """

    def end(name: str) -> DataFrame:
        return applicants.select(
            "publication_number",
            F.col("name").alias(name),
            F.col("sector").alias(f"{name}_sector"),
            F.col("country").alias(f"{name}_country"),
        )

    return (
        members.join(end("applicant"), on="publication_number", how="inner")
        .join(end("partner"), on="publication_number", how="inner")
        .where(F.col("applicant") < F.col("partner"))
        .groupBy("unit", "applicant", "partner")
        .agg(
            *(
                F.mode(f"{name}_{what}", deterministic=True).alias(f"{name}_{what}")
                for name in ("applicant", "partner")
                for what in ("sector", "country")
            ),
            F.count_distinct("publication_number").alias("patents"),
        )
    )


def network(found: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Return vertices (id) and edges (src, dst, weight) of the undirected network.

    Args:
        found: applicant, partner, patents.
    """
    edges = found.groupBy(F.col("applicant").alias("src"), F.col("partner").alias("dst")).agg(
        F.sum("patents").alias("weight")
    )
    ends = edges.select(F.col("src").alias("id")).union(edges.select("dst")).distinct()
    return ends, edges


def enterprises(applicants: DataFrame) -> DataFrame:
    """Return the members of enterprises as units: unit (the name), publication_number.

    Args:
        applicants: publication_number, name, sector.

    >>> applicants = spark.createDataFrame(
    ...     [("A", "ACME", "enterprise"), ("A", "BEIHANG UNIV", "university")],
    ...     "publication_number string, name string, sector string",
    ... )
    >>> enterprises(applicants).show()
    +----+------------------+
    |unit|publication_number|
    +----+------------------+
    |ACME|                 A|
    +----+------------------+
    <BLANKLINE>
    """
    return applicants.where(F.col("sector") == "enterprise").select(
        F.col("name").alias("unit"), "publication_number"
    )


def partners(applicants: DataFrame) -> DataFrame:
    """Return each applicant's sector, country and patents: id (the name), sector, country, patents.

    Args:
        applicants: publication_number, name, country, sector.

    >>> applicants = spark.createDataFrame(
    ...     [("A", "ACME", "US", "enterprise"), ("B", "ACME", None, "enterprise")],
    ...     "publication_number string, name string, country string, sector string",
    ... )
    >>> partners(applicants).show()
    +----+----------+-------+-------+
    |  id|    sector|country|patents|
    +----+----------+-------+-------+
    |ACME|enterprise|     US|      2|
    +----+----------+-------+-------+
    <BLANKLINE>
    """
    return applicants.groupBy(F.col("name").alias("id")).agg(
        F.mode("sector", deterministic=True).alias("sector"),
        F.mode("country", deterministic=True).alias("country"),
        F.count_distinct("publication_number").alias("patents"),
    )
