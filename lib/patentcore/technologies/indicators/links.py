"""The links of the technology chain that the catalogue names, and what crosses them (paper C)."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.frames import ENTERPRISE


def crossings(members: DataFrame, links: DataFrame, citations: DataFrame) -> DataFrame:
    """Return which inventions stand at a link of the chain, and whether they cross it.

    An invention crosses a link where it is of both its ends, or where a citation leads from it to
    an invention of the other end, or from such a one to it.

    Args:
        members: unit (a technology), publication_number.
        links: upstream, downstream; technologies.
        citations: citing, cited inventions.

    Returns:
        publication_number, link, crosses.

    >>> members = spark.createDataFrame(
    ...     [("resist", "A"), ("chip", "B"), ("chip", "C"), ("chip", "D"), ("resist", "D")],
    ...     "unit string, publication_number string",
    ... )
    >>> links = spark.createDataFrame([("resist", "chip")], "upstream string, downstream string")
    >>> citations = spark.createDataFrame([("B", "A"), ("C", "B")], "citing string, cited string")
    >>> crossings(members, links, citations).orderBy("publication_number").show()
    +------------------+-----------+-------+
    |publication_number|       link|crosses|
    +------------------+-----------+-------+
    |                 A|resist|chip|   true|
    |                 B|resist|chip|   true|
    |                 C|resist|chip|  false|
    |                 D|resist|chip|   true|
    +------------------+-----------+-------+
    <BLANKLINE>
    """
    link = F.concat_ws("|", "upstream", "downstream").alias("link")
    ends = links.select(link, F.explode(F.array("upstream", "downstream")).alias("unit"))
    at = members.join(F.broadcast(ends), on="unit", how="inner").select(
        "publication_number", "link", F.col("unit").alias("end")
    )

    def end(name: str) -> DataFrame:
        return at.select(
            F.col("publication_number").alias(name), "link", F.col("end").alias(f"{name}_end")
        )

    over = (
        citations.join(end("citing"), on="citing", how="inner")
        .join(end("cited"), on=["cited", "link"], how="inner")
        .where(F.col("citing_end") != F.col("cited_end"))
        .select(F.explode(F.array("citing", "cited")).alias("publication_number"), "link")
        .distinct()
        .withColumn("_cites", F.lit(True))
    )
    return (
        at.groupBy("publication_number", "link")
        .agg((F.count_distinct("end") > 1).alias("_is_both"))
        .join(over, on=["publication_number", "link"], how="left")
        .select(
            "publication_number",
            "link",
            F.coalesce("_cites", F.col("_is_both")).alias("crosses"),
        )
    )


def vertical(rows: DataFrame, crossed: DataFrame) -> DataFrame:
    """Return how much of its chain a unit's IUR inventions join: vertical integration.

    The term is paper C's, the measure ours.

    A technology's chain is the links that it is an end of, an enterprise's all that its inventions
    stand at.

    Args:
        rows: unit (its kind before a colon), publication_number, is_iur.
        crossed: as from :func:`crossings`.

    Returns:
        unit, vertical_links (of its chain, at which inventions stand), vertical_spread (those that
        an invention of an enterprise with a university or institute crosses / all). Units at no
        link have no row.

    >>> units = ("technology:chip", "enterprise:chip")
    >>> rows = spark.createDataFrame(
    ...     [(unit, number, number != "B") for unit in units for number in "BD"],
    ...     "unit string, publication_number string, is_iur boolean",
    ... )
    >>> crossed = spark.createDataFrame(
    ...     [("B", "tool|chip", True), ("D", "resist|chip", True), ("D", "steel|bearing", False)],
    ...     "publication_number string, link string, crosses boolean",
    ... )
    >>> spread = F.round("vertical_spread", 2).alias("vertical_spread")
    >>> vertical(rows, crossed).orderBy("unit").select("unit", "vertical_links", spread).show()
    +---------------+--------------+---------------+
    |           unit|vertical_links|vertical_spread|
    +---------------+--------------+---------------+
    |enterprise:chip|             3|           0.33|
    |technology:chip|             2|            0.5|
    +---------------+--------------+---------------+
    <BLANKLINE>
    """
    joins = F.col("crosses") & F.coalesce("is_iur", F.lit(False))
    name = F.regexp_replace("unit", "^[^:]*:", "")
    is_own = F.array_contains(F.split("link", r"\|"), name)
    return (
        rows.select("unit", "publication_number", "is_iur")
        .join(crossed, on="publication_number", how="inner")
        .where(is_own | F.col("unit").startswith(f"{ENTERPRISE}:"))
        .groupBy("unit", "link")
        .agg(F.max(joins).alias("is_joined"))
        .groupBy("unit")
        .agg(
            F.count(F.lit(1)).alias("vertical_links"),
            F.avg(F.col("is_joined").cast("double")).alias("vertical_spread"),
        )
    )
