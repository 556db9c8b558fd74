"""Rows that a run cannot use, with the reason of each."""

from __future__ import annotations

from functools import reduce
from operator import or_

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.lake.tables import TableStore
from patentcore.schemas import COUNTS
from patentcore.stages.run import Run


def patents_without_key(patents: DataFrame) -> DataFrame:
    """Return the reject rows of patents without a publication number."""
    return patents.where(F.col("publication_number").isNull()).select(
        F.lit("patents").alias("source"),
        F.coalesce("application_number", F.substring("title", 1, 200)).alias("record"),
        F.lit("publication_number").alias("field"),
        F.lit(None).cast("string").alias("value"),
        F.lit("no publication number").alias("reason"),
    )


def negative_counts(patents: DataFrame) -> DataFrame:
    """Return the reject rows of counts below 0, which are then unknown."""
    named = (F.struct(F.lit(n).alias("name"), F.col(n).alias("value")) for n in COUNTS)
    wrong = F.filter(F.array(*named), lambda count: count["value"] < 0)
    return (
        patents.where(reduce(or_, (F.col(name) < 0 for name in COUNTS)))
        .select("publication_number", F.explode(wrong).alias("count"))
        .select(
            F.lit("patents").alias("source"),
            F.col("publication_number").alias("record"),
            F.col("count.name").alias("field"),
            F.col("count.value").cast("string").alias("value"),
            F.lit("a count below 0").alias("reason"),
        )
    )


def without_negative_counts(patents: DataFrame) -> DataFrame:
    """Take counts below 0 for unknown."""
    return patents.withColumns({name: F.when(F.col(name) >= 0, F.col(name)) for name in COUNTS})


def citations_without_end(citations: DataFrame) -> DataFrame:
    """Return the reject rows of citations that lack a publication number."""
    return citations.where(F.col("citing").isNull() | F.col("cited").isNull()).select(
        F.lit("citations").alias("source"),
        F.coalesce("citing", "cited").alias("record"),
        F.when(F.col("citing").isNull(), "citing").otherwise("cited").alias("field"),
        F.lit(None).cast("string").alias("value"),
        F.lit("citation without both publication numbers").alias("reason"),
    )


def append_citations_without_end(run: Run, citations: DataFrame) -> int:
    """Reject the citations that lack a publication number; return how many there are."""
    rejects = citations_without_end(citations)
    count = rejects.count()
    if count:
        run.work.append(rejects.coalesce(1), "rejects")
    return count


def take_over_rejects(run: Run, there: TableStore) -> None:
    """Begin with the rejects of other stages, so that the network stage only replaces its own."""
    if there.has("rejects"):
        others = there.read("rejects").where(~F.col("source").eqNullSafe("citations"))
        run.work.write(others.coalesce(1), "rejects")
