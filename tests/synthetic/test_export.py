from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.sources.formats.patsnap import PatSnap
from patentcore.sources.formats.patsnap_headers import HEADERS
from patentcore.synthetic import generate
from patentcore.synthetic.export import FIELDS, HALF_WIDTH
from tests.synthetic.conftest import SMALL

pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture(scope="module")
def export(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "small"
    generate(spark, str(folder), scale=SMALL, layout="patsnap")
    return folder


def difference(found: DataFrame, wanted: DataFrame) -> list:
    """Rows of one table that the other has not."""
    return found.exceptAll(wanted).union(wanted.exceptAll(found)).take(5)


def test_headers_are_those_that_the_adapter_knows() -> None:
    assert set(FIELDS) <= set(HEADERS)
    assert len(set(HALF_WIDTH)) == len(FIELDS)


@pytest.mark.any_engine  # each makes the tables in test_corpus.py, and reads below
@pytest.mark.slow
def test_adapter_reads_the_same_tables_back(
    spark: SparkSession, small_corpus: Path, export: Path
) -> None:
    ingested = PatSnap().read(spark, [str(export)])
    patents = spark.read.parquet(str(small_corpus / "patents"))
    assert difference(ingested.patents.select(*patents.columns), patents) == []
    ends = ["citing", "cited", "category", "origin"]
    citations = spark.read.parquet(str(small_corpus / "citations")).select(*ends)
    # A pair that is named twice is one row of what the adapter reads.
    is_both = (F.max(F.col("origin") == "both")) | (F.min("origin") != F.max("origin"))
    once = citations.groupBy("citing", "cited", "category").agg(
        F.when(is_both, "both").otherwise(F.min("origin")).alias("origin")
    )
    assert difference(ingested.citations.select(*ends), once.select(*ends)) == []


@pytest.mark.slow
def test_dirty_rows_come_back_as_rejects(spark: SparkSession, export: Path) -> None:
    rejects = PatSnap().read(spark, [str(export)]).rejects
    reasons = {row["reason"] for row in rejects.select("reason").distinct().collect()}
    assert reasons == {
        "no publication number",
        "not a publication number",
        "header line repeated",
        "cells do not fit the header",
        "publication number given before or more completely",
        "not a date",
        "not a whole number",
    }
