"""Precision of the assignment on a sample of real patents, labelled by hand from their titles.

``labelled.csv`` holds what was drawn from the assignments: sample, technology, publication number,
and whether the patent is about the technology. The rules were mended by what the first sample (up
to twelve of each technology) and another showed; the second (up to ten) was drawn after that.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.technologies.assignment import assign, rules_frame
from patentcore.technologies.catalogue import load
from tests.technologies import real_titles
from tests.technologies.test_catalogue import CATALOGUE

LABELLED = Path(__file__).with_name("labelled.csv")


@pytest.fixture(scope="module")
def assigned(spark: SparkSession, real_data: Path) -> set[tuple[str, str]]:
    rules = rules_frame(spark, load(CATALOGUE))
    found = assign(real_titles.frame(spark, real_data), rules).collect()
    return {(row.technology, row.publication_number) for row in found}


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["tuned", "held out"])
def test_seven_in_ten_of_the_assigned_patents_belong(
    assigned: set[tuple[str, str]], sample: str
) -> None:
    with LABELLED.open(encoding="utf-8") as file:
        labels = {
            (row["technology"], row["publication_number"]): row["belongs"] == "yes"
            for row in csv.DictReader(file)
            if row["sample"] == sample
        }
    judged = [belongs for pair, belongs in labels.items() if pair in assigned]
    assert len(judged) >= 0.9 * len(labels), "the sample is no longer one of the assignments"
    assert sum(judged) / len(judged) >= 0.7
