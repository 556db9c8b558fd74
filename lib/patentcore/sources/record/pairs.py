"""Citations as pairs of publication numbers, with the sides that named them."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.sources.record.blocks import Blocks
from patentcore.sources.record.ingested import Cut

CITES, CITED_BY, BOTH = ORIGINS = ("cites", "cited_by", "both")
AT_ONCE = 3_000_000
"""So many pairs are grouped, or counted, in memory."""


def pairs_of(records: DataFrame) -> DataFrame:
    """Return the pairs that records name by what they cite and by what cites them.

    A pair stands there as often as it is named; of entries without a number there is none.

    >>> entries = "array<struct<number: string, category: string>>"
    >>> rows = [("B", [("A", "X"), (None, None)], [("C", None)])]
    >>> names = f"publication_number string, cites {entries}, cited_by {entries}"
    >>> pairs_of(spark.createDataFrame(rows, names)).orderBy("citing").show()
    +------+-----+--------+--------+
    |citing|cited|category|  origin|
    +------+-----+--------+--------+
    |     B|    A|       X|   cites|
    |     C|    B|    NULL|cited_by|
    +------+-----+--------+--------+
    <BLANKLINE>
    """
    own, other = F.col("publication_number"), F.col("entry.number")

    def named(column: str) -> DataFrame:
        entries = records.select(own, F.explode(column).alias("entry"))
        citing, cited = (own, other) if column == CITES else (other, own)
        return entries.select(
            citing.alias("citing"),
            cited.alias("cited"),
            F.col("entry.category").alias("category"),
            F.lit(column).alias("origin"),
        )

    every = reduce(DataFrame.unionByName, map(named, (CITES, CITED_BY)))
    return every.where(F.col("citing").isNotNull() & F.col("cited").isNotNull())


def distinct_pairs(citations: DataFrame) -> DataFrame:
    """Keep each pair once, with its least category and the sides that named it.

    >>> rows = [("A", "B", None, "cites"), ("A", "B", "X", "cited_by"), ("C", "B", "Y", "cites")]
    >>> names = "citing string, cited string, category string, origin string"
    >>> distinct_pairs(spark.createDataFrame(rows, names)).orderBy("citing").show()
    +------+-----+--------+------+
    |citing|cited|category|origin|
    +------+-----+--------+------+
    |     A|    B|       X|  both|
    |     C|    B|       Y| cites|
    +------+-----+--------+------+
    <BLANKLINE>
    """
    # Least and greatest of numbers are found far quicker than of texts.
    code = F.lit(None).cast("int")
    for at, name in enumerate(ORIGINS):
        code = F.when(F.col("origin") == name, at).otherwise(code)
    grouped = (
        citations.select("citing", "cited", "category", code.alias("code"))
        .groupBy("citing", "cited")
        .agg(
            F.min("category").alias("category"),
            F.min("code").alias("least"),
            F.max("code").alias("greatest"),
        )
    )
    origin = F.when(F.col("least") != F.col("greatest"), BOTH)
    for at, name in enumerate(ORIGINS):
        origin = origin.when(F.col("least") == at, name)
    return grouped.select("citing", "cited", "category", origin.alias("origin"))


def pairs_in_blocks(records: DataFrame, cut: Cut) -> DataFrame:
    """Return the distinct pairs of more records than one grouping should hold.

    Args:
        records: as for :func:`pairs_of`, whose lineage is cut.
        cut: writes the pairs, and those of each block.
    """
    counts = [F.sum(F.greatest(F.size(name), F.lit(0))).alias(name) for name in (CITES, CITED_BY)]
    counted = records.agg(*counts).collect()[0]
    blocks = Blocks(max(1, -(-sum(filter(None, counted)) // AT_ONCE)), cut)
    named = blocks.parted(pairs_of(records), F.concat("citing", "cited"), "named_pairs")
    return distinct_of_blocks(named, blocks)


def distinct_of_blocks(citations: DataFrame, blocks: Blocks) -> DataFrame:
    """Keep each pair once, block after block where there are several.

    Args:
        citations: as for :func:`distinct_pairs`, parted where there are several blocks.
        blocks: that they were parted by.
    """
    if blocks.count == 1:
        return distinct_pairs(citations)
    return blocks.all("pairs", lambda at: distinct_pairs(blocks.of(citations, at)))
