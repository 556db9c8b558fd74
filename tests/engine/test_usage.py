"""What the embedded engine counts of itself: it does so in this process, without a session."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.engine.embedded import Embedded

SIZE = 3_000_000


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not count")
def test_the_embedded_engine_counts_bytes_of_files(tmp_path: Path) -> None:
    spark: SparkSession = None  # type: ignore[assignment]
    before = Embedded().counters(spark)
    (tmp_path / "spilled").write_bytes(bytes(SIZE))
    assert len((tmp_path / "spilled").read_bytes()) == SIZE
    after = Embedded().counters(spark)
    for key in ("read_bytes", "written_bytes"):
        assert SIZE <= after[key] - before[key] < 2 * SIZE
