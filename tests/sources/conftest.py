from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from pyspark.sql import DataFrame

from patentcore.sources.formats.adapter import Adapter
from patentcore.sources.record.ingested import Cut, Ingested


@pytest.fixture(scope="module")
def cut(spark, tmp_path_factory) -> Cut:
    """Write parsed records once, where several tables are collected from them."""
    folder = tmp_path_factory.mktemp("cut")

    def write_and_read(frame: DataFrame, name: str) -> DataFrame:
        path = str(folder / name)
        frame.write.parquet(path)
        return spark.read.parquet(path)

    return write_and_read


@pytest.fixture(scope="module")
def read_files(spark, tmp_path_factory, cut) -> Callable[[Adapter, Mapping[str, bytes]], Ingested]:
    """Return what reads a folder of files, given by name, with an adapter."""

    def read(adapter: Adapter, files: Mapping[str, bytes]) -> Ingested:
        folder = tmp_path_factory.mktemp("files")
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return adapter.read(spark, [str(folder)], cut)

    return read
