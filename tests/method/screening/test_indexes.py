from __future__ import annotations

import datetime as dt

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from patentcore.method.screening.indexes import with_indexes
from tests import factories


def test_indexes_are_added_and_nulls_stay_unknown(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {
            "legal_events": [("litigation", None), ("lapse", dt.date(2019, 1, 1))],
            "expiry_date": dt.date(2034, 1, 1),
        },
        {"legal_events": [("opposition", None)], "expiry_date": dt.date(2034, 1, 1)},
        {"legal_events": None, "ipc": None, "applicants": None, "application_date": None},
        {"applicants": [], "application_date": dt.date(2025, 1, 1)},
    )
    found = df.transform(with_indexes, breadth_level="subclass", reference_year=2023).select(
        "patent_width",
        "life_years",
        "has_assignment",
        "has_litigation",
        "has_opposition",
        "applicant_country",
    )
    expected = spark.createDataFrame(
        [
            (2, 4.9993, False, True, False, "CN"),
            (2, 9.9959, False, False, True, "CN"),
            (None, None, None, None, None, None),
            (2, 0.0, True, False, False, None),
        ],
        found.schema,
    )
    assert_df_equality(found, expected, ignore_nullable=True)
