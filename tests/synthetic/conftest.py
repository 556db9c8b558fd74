"""Corpora that several tests read, each generated once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.synthetic import generate

SMALL = 0.05


@pytest.fixture(scope="session")
def small_corpus(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus") / "small"
    generate(spark, str(folder), scale=SMALL)
    return folder
