from __future__ import annotations

import pytest
from pyspark.sql import DataFrame

from patentcore.sources.adapter import Cut


@pytest.fixture(scope="module")
def cut(spark, tmp_path_factory) -> Cut:
    """Write parsed records once, where several tables are collected from them."""
    folder = tmp_path_factory.mktemp("cut")

    def write_and_read(frame: DataFrame, name: str) -> DataFrame:
        path = str(folder / name)
        frame.write.parquet(path)
        return spark.read.parquet(path)

    return write_and_read
