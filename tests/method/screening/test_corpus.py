from __future__ import annotations

import datetime as dt

from pyspark.sql import SparkSession

from patentcore.method.screening.corpus import filter_corpus
from tests import factories


def test_corpus_is_selected_by_office_date_and_enterprise(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {"publication_number": "CN1A"},
        {"publication_number": "CN2A", "publication_date": dt.date(1999, 12, 31)},
        {"publication_number": "CN3A", "publication_date": None},
        {"publication_number": "CN4A", "applicants": [(None, None, None), ("Other", None, None)]},
        {"publication_number": "CN5A", "applicants": None},
        {"publication_number": "US6A", "authority": "US"},
    )
    kept = df.transform(
        filter_corpus,
        authorities=["CN"],
        published_from="2000-01-01",
        published_to="2023-12-31",
        applicant_names=[" example co., ltd. "],
    )
    assert [row.publication_number for row in kept.collect()] == ["CN1A"]
    assert filter_corpus(df).count() == 6
