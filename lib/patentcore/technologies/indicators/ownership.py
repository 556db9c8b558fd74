"""Who holds a technology: concentration of owners, and the thicket that they make."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# Search report categories that block: X and Y alone or combined, E earlier right, I as X (EPO).
BLOCKING = ("X", "Y", "E", "I")


def concentration(rows: DataFrame) -> DataFrame:
    """Return the Herfindahl-Hirschman index of owners, all and foreign (Hirschman 1964).

    Owners are harmonised, and count for their fraction of each invention.

    Args:
        rows: unit, holders (owner, side, share); null where no owner is known.

    Returns:
        unit, owner_count, ownership_concentration, foreign_concentration (among foreign owners;
        null where there is none).

    >>> rows = spark.createDataFrame(
    ...     [
    ...         ("laser", [("ACME", "foreign", 1.0)]),
    ...         ("laser", [("ACME", "foreign", 0.5), ("BOE", "domestic", 0.5)]),
    ...         ("laser", [("BOE", "domestic", 1.0)]),
    ...     ],
    ...     "unit string, holders array<struct<owner string, side string, share double>>",
    ... )
    >>> concentration(rows).show()
    +-----+-----------+-----------------------+---------------------+
    | unit|owner_count|ownership_concentration|foreign_concentration|
    +-----+-----------+-----------------------+---------------------+
    |laser|          2|                    0.5|                  1.0|
    +-----+-----------+-----------------------+---------------------+
    <BLANKLINE>
    """
    counts = (
        rows.select("unit", F.explode("holders").alias("one"))
        .groupBy("unit", F.col("one.owner").alias("owner"))
        .agg(
            F.sum("one.share").alias("patents"),
            F.sum(F.when(F.col("one.side") == "foreign", F.col("one.share")).otherwise(0.0)).alias(
                "foreign"
            ),
        )
    )

    def herfindahl(column: str) -> Column:
        total = F.sum(column)
        return F.when(
            total > 0, F.round(F.sum(F.col(column) * F.col(column)) / (total * total), 12)
        )

    return counts.groupBy("unit").agg(
        F.count(F.lit(1)).alias("owner_count"),
        herfindahl("patents").alias("ownership_concentration"),
        herfindahl("foreign").alias("foreign_concentration"),
    )


def links_within(rows: DataFrame, citations: DataFrame) -> DataFrame:
    """Return the citations between two patents of the same unit.

    Args:
        rows: unit, publication_number, owner, is_iur.
        citations: citing, cited, category.

    Returns:
        unit, citing, cited, category, citing_owner, cited_owner, citing_iur, cited_iur.
    """

    def end(name: str) -> DataFrame:
        return rows.select(
            "unit",
            F.col("publication_number").alias(name),
            F.col("owner").alias(f"{name}_owner"),
            F.coalesce("is_iur", F.lit(False)).alias(f"{name}_iur"),
        )

    own = rows.select(F.col("publication_number").alias("citing")).distinct()
    return (
        citations.where(F.col("citing") != F.col("cited"))
        .select("citing", "cited", "category")
        .join(F.broadcast(own), on="citing", how="left_semi")
        .join(end("citing"), on="citing", how="inner")
        .join(end("cited"), on=["unit", "cited"], how="inner")
        .dropDuplicates(["unit", "citing", "cited"])
    )


def thickets(links: DataFrame, *, with_graphframes: bool = True) -> DataFrame:
    """Count the triples of owners who block each other mutually (von Graevenitz et al. 2011).

    Owner A blocks B where a patent of B cites one of A; by a blocking category where search
    report categories are known. A triple is three owners, each pair blocking both ways.

    Args:
        links: unit, citing_owner, cited_owner, category.
        with_graphframes: find triples by GraphFrames' motifs, which need a classic session; else
            by plain joins, with the same result.

    Returns:
        unit, thicket_triples, thicket_owners (owners with a blocking citation to or from
        another), thicket_density (triples / possible triples; 0 below three owners). Units
        without citations between owners have no row: nothing is known of their thicket.
    """
    critical = F.col("category").isNull() | F.col("category").rlike(f"[{''.join(BLOCKING)}]")
    edges = (
        links.where(critical & (F.col("citing_owner") != F.col("cited_owner")))
        .select(
            F.concat_ws("|", "unit", "citing_owner").alias("src"),
            F.concat_ws("|", "unit", "cited_owner").alias("dst"),
            "unit",
        )
        .distinct()
    )
    ends = edges.select("unit", F.col("src").alias("id")).union(edges.select("unit", "dst"))
    vertices = ends.distinct()
    triples = (
        (_triples_of_motifs(vertices, edges) if with_graphframes else _triples_of_joins(edges))
        .groupBy("unit")
        .agg(F.count(F.lit(1)).alias("thicket_triples"))
    )
    n = F.col("thicket_owners")
    possible = n * (n - 1) * (n - 2) / 6
    return (
        vertices.groupBy("unit")
        .agg(F.count(F.lit(1)).alias("thicket_owners"))
        .join(triples, on="unit", how="left")
        .withColumn("thicket_triples", F.coalesce("thicket_triples", F.lit(0)))
        .withColumn(
            "thicket_density",
            F.when(possible > 0, F.col("thicket_triples") / possible).otherwise(0.0),
        )
    )


def _triples_of_motifs(vertices: DataFrame, edges: DataFrame) -> DataFrame:
    """Return a row with its unit for each triple of mutual edges, by GraphFrames."""
    from graphframes import GraphFrame

    mutual = (
        GraphFrame(vertices, edges.select("src", "dst"))
        .find("(a)-[]->(b); (b)-[]->(a)")
        .where(F.col("a.id") < F.col("b.id"))
        .select(F.col("a.id").alias("src"), F.col("b.id").alias("dst"))
    )
    return (
        GraphFrame(vertices, mutual)
        .find("(a)-[]->(b); (b)-[]->(c); (a)-[]->(c)")
        .select(F.col("a.unit").alias("unit"))
    )


def _triples_of_joins(edges: DataFrame) -> DataFrame:
    """Return a row with its unit for each triple of mutual edges, by joins."""
    forth = edges.where(F.col("src") < F.col("dst"))
    back = edges.select(F.col("dst").alias("src"), F.col("src").alias("dst"))
    mutual = forth.join(back, on=["src", "dst"], how="left_semi")
    first = mutual.select("unit", F.col("src").alias("a"), F.col("dst").alias("b"))
    second = mutual.select(F.col("src").alias("b"), F.col("dst").alias("c"))
    third = mutual.select(F.col("src").alias("a"), F.col("dst").alias("c"))
    return (
        first.join(second, on="b", how="inner")
        .join(third, on=["a", "c"], how="left_semi")
        .select("unit")
    )
