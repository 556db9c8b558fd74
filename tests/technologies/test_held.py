"""Frames of few rows are joined in this process, those of more by the engine, alike."""

from __future__ import annotations

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from patentcore.technologies import held


def parts_of(spark: SparkSession, units: list[tuple[str | None, int]]) -> list[DataFrame]:
    return [
        spark.createDataFrame(units, "unit string, n int"),
        spark.createDataFrame([("b", "x"), ("z", "y")], "unit string, m string"),
        spark.createDataFrame([], "unit string, nothing double"),
    ]


@pytest.mark.parametrize("most", [100, 1])
def test_few_and_many_rows_are_joined_alike(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(held, "MOST", most)
    found = held.joined(parts_of(spark, [("a", 1), ("b", 2), (None, 3)]), on="unit")
    wanted = spark.createDataFrame(
        [("a", 1, None, None), ("b", 2, "x", None), (None, 3, None, None)],
        "unit string, n int, m string, nothing double",
    )
    assert_df_equality(found, wanted, ignore_row_order=True, ignore_nullable=True)


def test_no_rows_keep_their_columns(spark: SparkSession) -> None:
    found = held.joined(parts_of(spark, []), on="unit")
    assert found.columns == ["unit", "n", "m", "nothing"]
    assert found.count() == 0
