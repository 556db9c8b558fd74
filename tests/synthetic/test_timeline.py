from __future__ import annotations

import numpy as np
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.synthetic.timeline import Timeline


@pytest.mark.parametrize("scale", [0.01, 0.37, 1.0])
def test_rank_is_a_permutation_and_place_its_inverse(scale: float) -> None:
    timeline = Timeline(scale, 7)
    t = np.arange(timeline.rows, dtype=np.int64)
    rank = timeline.rank(t)
    assert len(np.unique(rank)) == timeline.rows
    assert (timeline.place(rank) == t).all()


@pytest.mark.parametrize("scale", [0.01, 1.0, 33.0])
def test_dates_rise_and_end_before_the_retrieval(scale: float) -> None:
    timeline = Timeline(scale, 7)
    t = np.linspace(0, timeline.rows - 1, 5000).astype(np.int64)
    days = timeline.day(t)
    assert (np.diff(days) >= 0).all()
    assert np.datetime64(int(days[0]), "D") == np.datetime64("2000-01-01")
    assert np.datetime64(int(days[-1]), "D") <= np.datetime64("2023-09-20")


def test_funnel_is_in_proportion() -> None:
    assert Timeline(10, 1).funnel[7] == 19_930
    assert Timeline(0.05, 1).funnel == (15328, 14238, 10900, 8363, 4786, 1773, 162, 100)


def test_columns_agree_with_arrays(spark: SparkSession) -> None:
    timeline = Timeline(2.0, 11)
    t = np.linspace(0, timeline.rows - 1, 500).astype(np.int64)
    frame = spark.createDataFrame([(int(place),) for place in t], "t long").select(
        timeline.day_column(F.col("t")).alias("day"), timeline.rank(F.col("t")).alias("rank")
    )
    rows = frame.collect()
    assert [row["day"] for row in rows] == timeline.day(t).tolist()
    assert [row["rank"] for row in rows] == timeline.rank(t).tolist()
