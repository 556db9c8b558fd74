from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from patentcore.method.screening.corpus import filter_corpus, is_within, limits
from patentcore.method.screening.funnel import failure_counts, funnel_rows
from tests import factories
from tests.method.screening.paper import paper_steps

LIMITS: dict[str, Any] = {
    "authorities": ["CN"],
    "published_from": "2000-01-01",
    "published_to": "2023-12-31",
    "applicant_names": [" example co., ltd. "],
}
LATE = dt.date(2024, 1, 1)
ROWS: list[tuple[dict[str, Any], bool | None]] = [
    ({}, True),
    ({"publication_date": dt.date(2000, 1, 1)}, True),
    ({"publication_date": dt.date(2023, 12, 31)}, True),
    ({"publication_date": dt.date(1999, 12, 31)}, False),
    ({"publication_date": LATE}, False),
    ({"publication_date": None}, None),
    ({"applicants": [(None, None, None), ("Other", None, None)]}, False),
    ({"applicants": []}, False),
    ({"applicants": None}, None),
    ({"authority": "US"}, False),
    ({"authority": None}, None),
    ({"authority": None, "publication_date": None, "applicants": None}, None),
    ({"authority": "US", "publication_date": None, "applicants": None}, False),
    ({"authority": None, "publication_date": LATE}, False),
]


@pytest.fixture
def patents(spark: SparkSession) -> DataFrame:
    return factories.patents(spark, *(row for row, _ in ROWS))


def test_corpus_is_selected_by_office_date_and_enterprise(patents: DataFrame) -> None:
    within = limits(**LIMITS)
    found = [row[0] for row in patents.select(is_within(within)).collect()]
    assert found == [expected for _, expected in ROWS]
    assert filter_corpus(patents, within).collect() == patents.limit(3).collect()


def test_without_limits_every_publication_is_in_the_corpus(patents: DataFrame) -> None:
    assert limits() == {}
    assert filter_corpus(patents, {}).count() == len(ROWS)
    counts = failure_counts(patents, [], within=is_within({})).collect()
    assert funnel_rows([], counts, deduplicated=0) == [(0, "Patent total", "-", len(ROWS), 0, 0)]


@pytest.mark.parametrize(
    ("given", "row"),
    [
        (LIMITS, (3, 11, 4)),
        ({"authorities": ["CN"]}, (9, 5, 3)),
        ({"published_from": "2000-01-01"}, (10, 4, 3)),
        ({"published_to": "2023-12-31"}, (9, 5, 3)),
        ({"applicant_names": ["Example"]}, (9, 5, 3)),
    ],
    ids=["all", "offices", "from", "to", "applicants"],
)
def test_the_first_row_counts_what_is_outside_and_what_nothing_tells_of(
    patents: DataFrame, given: dict[str, Any], row: tuple[int, int, int]
) -> None:
    counts = failure_counts(patents, paper_steps(), within=is_within(limits(**given))).collect()
    rows = funnel_rows(paper_steps(), counts, deduplicated=1)
    assert rows[0] == (0, "Patent total", "-", *row)
    in_corpus = patents.transform(filter_corpus, limits(**given))
    alone = failure_counts(in_corpus, paper_steps()).collect()
    assert rows[1:] == funnel_rows(paper_steps(), alone, deduplicated=1)[1:]
