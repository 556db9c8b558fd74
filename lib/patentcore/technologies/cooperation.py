"""Who works with whom: pairs of joint applicants."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.frames import ENTERPRISE, TECHNOLOGY

_PAIR = (
    *("unit", "applicant", "partner", "applicant_sector", "applicant_country"),
    *("partner_sector", "partner_country", "patents", "years"),
)


def pairs(members: DataFrame, applicants: DataFrame, facts: DataFrame) -> DataFrame:
    """Return the pairs of joint applicants of each unit's patents.

    Args:
        members: unit, publication_number.
        applicants: publication_number, name, country, sector; one row an applicant and patent.
        facts: publication_number, year.

    Returns:
        unit, applicant, partner (the later name), applicant_sector, partner_sector,
        applicant_country, partner_country, patents, years (in which they have some; Zollo, Reuer &
        Singh 2002 call what is repeated a routine).

    >>> members = spark.createDataFrame([("laser", "A")], "unit string, publication_number string")
    >>> applicants = spark.createDataFrame(
    ...     [("A", "ACME", "US", "enterprise"), ("A", "BEIHANG UNIV", "CN", "university")],
    ...     "publication_number string, name string, country string, sector string",
    ... )
    >>> facts = spark.createDataFrame(
    ...     [("A", 2019)], "publication_number string, year int"
    ... )
    >>> found = pairs(members, applicants, facts)
    >>> found.select("unit", "applicant", "partner", "patents", "years").show()
    +-----+---------+------------+-------+------+
    | unit|applicant|     partner|patents| years|
    +-----+---------+------------+-------+------+
    |laser|     ACME|BEIHANG UNIV|      1|[2019]|
    +-----+---------+------------+-------+------+
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
        .join(facts.select("publication_number", "year"), on="publication_number", how="left")
        .groupBy("unit", "applicant", "partner")
        .agg(
            *(
                F.mode(f"{name}_{what}", deterministic=True).alias(f"{name}_{what}")
                for name in ("applicant", "partner")
                for what in ("sector", "country")
            ),
            F.count_distinct("publication_number").alias("patents"),
            F.array_sort(F.collect_set("year")).alias("years"),
        )
    )


def with_distance(found: DataFrame, applicants: DataFrame, facts: DataFrame) -> DataFrame:
    """Add ``distance`` to pairs, as from :func:`distances`.

    Args:
        found: as from :func:`pairs`; read twice.
        applicants: publication_number, name.
        facts: publication_number, groups.
    """
    return found.join(
        distances(found, applicants, facts), on=["applicant", "partner"], how="left"
    ).select(*_PAIR, "distance")


def distances(found: DataFrame, applicants: DataFrame, facts: DataFrame) -> DataFrame:
    """Return how different the knowledge of partners is: 1 - cosine of their main groups.

    The cosine is Jaffe's (1986) proximity of two owners, over the inventions of all technologies.

    Args:
        found: applicant, partner.
        applicants: publication_number, name.
        facts: publication_number, groups.

    Returns:
        applicant, partner, distance (0: the same main groups in equal parts; 1: none in common).

    >>> found = spark.createDataFrame([("A", "B")], "applicant string, partner string")
    >>> applicants = spark.createDataFrame(
    ...     [("1", "A"), ("1", "B"), ("2", "A")], "publication_number string, name string"
    ... )
    >>> facts = spark.createDataFrame(
    ...     [("1", ["G01S17"]), ("2", ["H04L9"])],
    ...     "publication_number string, groups array<string>",
    ... )
    >>> rounded = F.round("distance", 3).alias("distance")
    >>> distances(found, applicants, facts).select("applicant", "partner", rounded).show()
    +---------+-------+--------+
    |applicant|partner|distance|
    +---------+-------+--------+
    |        A|      B|   0.293|
    +---------+-------+--------+
    <BLANKLINE>
    """
    ties = found.select("applicant", "partner").distinct()
    names = ties.select(F.explode(F.array("applicant", "partner")).alias("name")).distinct()
    counts = (
        applicants.join(names, on="name", how="left_semi")
        .join(
            facts.select("publication_number", F.explode("groups").alias("group")),
            on="publication_number",
            how="inner",
        )
        .groupBy("name", "group")
        .count()
    )
    lengths = counts.groupBy("name").agg(F.sqrt(F.sum(F.col("count") * F.col("count"))).alias("l"))

    def of(name: str) -> DataFrame:
        return counts.select(F.col("name").alias(name), "group", F.col("count").alias(f"_{name}"))

    def length(name: str) -> DataFrame:
        return lengths.select(F.col("name").alias(name), F.col("l").alias(f"_l_{name}"))

    common = (
        ties.join(of("applicant"), on="applicant", how="inner")
        .join(of("partner"), on=["partner", "group"], how="inner")
        .groupBy("applicant", "partner")
        .agg(F.sum(F.col("_applicant") * F.col("_partner")).alias("_common"))
    )
    cosine = F.coalesce("_common", F.lit(0)) / (F.col("_l_applicant") * F.col("_l_partner"))
    return (
        ties.join(length("applicant"), on="applicant", how="inner")
        .join(length("partner"), on="partner", how="inner")
        .join(common, on=["applicant", "partner"], how="left")
        .select("applicant", "partner", F.round(F.abs(1 - cosine), 9).alias("distance"))
    )


def ties(found: DataFrame) -> DataFrame:
    """Return the ties of every technology, and of every owner over all technologies.

    Args:
        found: technology, applicant, partner, years, distance.

    Returns:
        unit (its kind before a colon), ties, repeated_tie_share (ties with joint inventions of two
        years or more, the routines of Liu & Zou, 4.1), partner_distance (mean).

    >>> found = spark.createDataFrame(
    ...     [("laser", "A", "B", [2019], 0.5), ("radar", "A", "B", [2020], 0.5)],
    ...     "technology string, applicant string, partner string, years array<int>, "
    ...     "distance double",
    ... )
    >>> ties(found).orderBy("unit").show()
    +----------------+----+------------------+----------------+
    |            unit|ties|repeated_tie_share|partner_distance|
    +----------------+----+------------------+----------------+
    |    enterprise:A|   1|               1.0|             0.5|
    |    enterprise:B|   1|               1.0|             0.5|
    |technology:laser|   1|               0.0|             0.5|
    |technology:radar|   1|               0.0|             0.5|
    +----------------+----+------------------+----------------+
    <BLANKLINE>
    """
    units = F.array(
        F.concat(F.lit(f"{TECHNOLOGY}:"), "technology"),
        F.concat(F.lit(f"{ENTERPRISE}:"), "applicant"),
        F.concat(F.lit(f"{ENTERPRISE}:"), "partner"),
    )
    years = F.size(F.array_distinct(F.flatten(F.collect_list("years"))))
    return (
        found.withColumn("unit", F.explode(units))
        .groupBy("unit", "applicant", "partner")
        .agg(years.alias("years"), F.max("distance").alias("distance"))
        .groupBy("unit")
        .agg(
            F.count(F.lit(1)).alias("ties"),
            F.avg((F.col("years") > 1).cast("double")).alias("repeated_tie_share"),
            F.avg("distance").alias("partner_distance"),
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
