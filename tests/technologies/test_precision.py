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
        assert row["draw"] in ("precision", "classifier", "recall")
        for technology, label in samples.labels_of(row).items():
            assert technology in entries
            assert label in ("strict", "lenient")


def test_no_publication_is_in_two_samples() -> None:
    pairs = {(row["sample"], row["publication_number"]) for row in samples.read_labels()}
    assert len({number for _, number in pairs}) == len(pairs)


def test_other_publications_are_labelled_once_and_in_no_other_sample() -> None:
    entries = load(CATALOGUE)
    by_sample = {name: samples.read_others(name) for name in samples.OTHERS}
    assert {name: len(rows) for name, rows in by_sample.items()} == {
        "seventeenth": 411,
        "eighteenth": 396,
        "nineteenth": 719,
        "twentieth": 1313,
        "twenty_first": 503,
        "twenty_second": 939,
    }
    others = [row for rows in by_sample.values() for row in rows]
    numbers = [row["publication_number"] for row in others]
    assert len(numbers) == len(set(numbers))
    assert set(numbers).isdisjoint(row["publication_number"] for row in samples.read_labels())
    labels = [label for row in others for label in samples.labels_of(row).items()]
    assert {technology for technology, _ in labels} <= set(entries)
    assert {label for _, label in labels} == {"strict", "lenient"}


@pytest.mark.parametrize(
    ("sample", "belonging", "assigned", "strict", "lenient", "found"),
    [
        # Mended on: 53 assigned, 47 strict, 52 lenient, and 47 of 48 found.
        ("seventeenth", 48, 50, 0.88, 0.97, 0.95),
        # Mended on: 39, 37, 39, and 37 of 37.
        ("eighteenth", 37, 37, 0.94, 0.99, 0.97),
        # Mended on: 169, 160, 166, and 160 of 177.
        ("nineteenth", 177, 162, 0.94, 0.98, 0.89),
        # Mended on: 84, 81, 84, and 81 of 99.
        ("twentieth", 99, 80, 0.96, 0.99, 0.80),
        # Mended on: 37, 30, 37, and 30 of 37.
        ("twenty_first", 37, 36, 0.81, 0.99, 0.81),
        # Mended on, of two readers: 128, 102, 119, and 102 of 144.
        ("twenty_second", 144, 127, 0.79, 0.92, 0.70),
    ],
)
def test_other_publications_are_assigned_as_measured(
    spark: SparkSession,
    sample: str,
    belonging: int,
    assigned: int,
    strict: float,
    lenient: float,
    found: float,
) -> None:
    """The figures of docs/laboratory/technologies.md."""
    others = samples.read_others(sample)
    whole = samples.measured_whole(others, samples.find_others(spark, others, CATALOGUE))
    assert whole.belonging == belonging
    assert whole.assigned >= assigned, "hardly anything is assigned"
    assert whole.strict / whole.assigned >= strict
    assert whole.lenient / whole.assigned >= lenient
    assert whole.found / whole.belonging >= found


@pytest.mark.slow
def test_what_is_assigned_belongs_and_what_belongs_is_assigned(
    spark: SparkSession, real_data: Path
) -> None:
    """The figures of docs/laboratory/technologies.md; the twenty-third sample is the last."""
    found = samples.find(spark, real_data, CATALOGUE)
    twelfth, fourteenth, last = (
        samples.measured(
            (row for row in samples.read_labels() if row["sample"] == name), found.rules
        )
        for name in ("twelfth", "fourteenth", "twenty_third")
    )
    # The sixteen of before; what they left is in the last, which is thus the hardest.
    rows = [row for row in samples.read_labels() if row["sample"] != "twenty_third"]
    every = samples.measured(rows, found.rules)
    # Fewer than were drawn: the rules of now leave out what was not about the technology.
    assert twelfth.assigned >= 90, "the sample is no longer one of the assignments"
    assert twelfth.strict / twelfth.assigned >= 0.93
    assert twelfth.lenient / twelfth.assigned >= 0.99
    assert twelfth.found / twelfth.belonging >= 0.87
    assert fourteenth.assigned >= 68, "the sample is no longer one of the assignments"
    assert fourteenth.strict / fourteenth.assigned >= 0.98
    assert fourteenth.lenient / fourteenth.assigned >= 0.99
    assert fourteenth.found / fourteenth.belonging >= 0.97
    # Read since the rules were last changed: 62, 50, 60, and 31 of 89.
    assert last.assigned >= 62, "the sample is no longer one of the assignments"
    assert last.strict / last.assigned >= 0.80
    assert last.lenient / last.assigned >= 0.96
    assert last.found / last.belonging >= 0.34
    assert every.strict / every.assigned >= 0.93
    assert every.found / every.belonging >= 0.90
    # What the classifier added when it was drawn, 41 of 88: the rules of now find most that is
    # strict, and what they newly know lets it add four more interrupts and the like of chips.
    more = samples.added(rows, found.rules | found.classifier)
    assert more.assigned >= 84, "the sample is no longer one of the classifier's assignments"
    assert more.strict / more.assigned >= 0.46
    assert more.lenient / more.assigned >= 0.96
    both = samples.measured(rows, found.rules | found.classifier)
    # The fifteenth and sixteenth hold what former samples left.
    assert both.found / both.belonging >= 0.92
