from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.lake.uniqueness import duplicates


def test_values_that_occur_twice_are_named_with_their_number(spark: SparkSession) -> None:
    df = spark.createDataFrame(
        [("CN2A",), ("CN1A",), (None,), ("CN2A",), (None,), ("CN3A",), ("CN1A",), ("CN1A",)],
        "publication_number string",
    )
    expected = spark.createDataFrame(
        [("CN1A", 3), ("CN2A", 2)], "publication_number string, rows bigint"
    )
    assert_df_equality(duplicates(df, "publication_number"), expected, ignore_nullable=True)


def test_unique_and_absent_values_are_no_duplicates(spark: SparkSession) -> None:
    df = spark.range(0, 50_000, 1, 7).select(F.col("id").cast("string").alias("key"))
    assert duplicates(df, "key").count() == 0
    assert duplicates(df.where("false"), "key").count() == 0
    assert duplicates(df.limit(5).withColumn("key", F.lit(None).cast("string")), "key").count() == 0


def test_one_repeated_value_among_many_is_found_across_partitions(spark: SparkSession) -> None:
    many = spark.range(0, 50_000, 1, 7).select(F.col("id").cast("string").alias("key"))
    again = spark.createDataFrame([("31415",)], "key string")
    assert [tuple(row) for row in duplicates(many.union(again), "key").collect()] == [("31415", 2)]
