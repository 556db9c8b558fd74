"""The technology stage on corpora that lack what it would tell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.stages.pipeline import run_all
from tests import factories

UNDATED = {
    "publication_date": None,
    "application_date": None,
    "earliest_priority_date": None,
    "priorities": None,
    "title": "光刻机",
}


@pytest.mark.any_engine  # tests/engines compares what each tells
def test_of_inventions_without_any_date_no_stage_is_told(
    spark: SparkSession, tmp_path: Path
) -> None:
    corpus, result = tmp_path / "corpus", tmp_path / "result"
    rows = [UNDATED for _ in range(12)]
    factories.patents(spark, *rows).write.parquet(str(corpus / "patents"))
    factories.citations(spark, ("CN100000001A", "CN100000002A")).write.parquet(
        str(corpus / "citations")
    )
    settings = [
        "technologies.catalogue=technologies",
        "corpus.published_from=",
        "corpus.published_to=",
        "screening.steps=[]",
    ]
    run_all(spark, config.load(None, settings), source=str(corpus), output=str(result))
    assert pd.read_parquet(result / "technology_years").empty
    judged = pd.read_parquet(result / "technology_judgements")
    stages = judged[judged["technology"] == "photoetching_machine"].set_index("question")
    assert stages.loc["technology", "verdict"] == "unknown"
    assert "years" in stages.loc["technology", "reason"]
