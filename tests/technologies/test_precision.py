"""Precision and recall of the assignment on labelled samples of real exports (samples.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.technologies.catalogue import load
from tests.technologies import samples
from tests.technologies.test_catalogue import CATALOGUE


def test_labels_name_technologies_of_the_catalogue() -> None:
    entries = load(CATALOGUE)
    for row in samples.read_labels():
        assert row["draw"] in ("precision", "recall")
        for technology, label in samples.labels_of(row).items():
            assert technology in entries
            assert label in ("strict", "lenient")


def test_no_publication_is_in_two_samples() -> None:
    pairs = {(row["sample"], row["publication_number"]) for row in samples.read_labels()}
    assert len({number for _, number in pairs}) == len(pairs)


@pytest.mark.slow
def test_what_is_assigned_belongs_and_what_belongs_is_assigned(
    spark: SparkSession, real_data: Path
) -> None:
    core = samples.assigned(spark, real_data, CATALOGUE)
    rows = samples.read_labels()
    last = samples.measured((row for row in rows if row["sample"] == "seventh"), core)
    every = samples.measured(rows, core)
    assert last.assigned >= 60, "the sample is no longer one of the assignments"
    assert last.strict / last.assigned >= 0.88
    assert last.lenient / last.assigned >= 0.99
    assert last.found / last.belonging >= 0.35
    assert every.strict / every.assigned >= 0.83
    assert every.found / every.belonging >= 0.72
