"""Rows of large files are spread over all cores."""

from __future__ import annotations

from pathlib import Path

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from patentcore.sources.reading import files
from patentcore.sources.reading.json_lines import read_json
from patentcore.sources.reading.sniffing import look_at
from patentcore.sources.reading.tabular import SEQUENCE, read_rows


def read(spark: SparkSession, path: Path) -> DataFrame:
    if path.suffix == ".csv":
        return read_rows(spark, [str(path)], {"number": ("number",)}, ["number"])
    return read_json(spark, look_at(spark, [str(path)]), "number string")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("number,title\n" + "".join(f"US{at}A,one\n" for at in range(40)) + ",\n")
    return path


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.json"
    path.write_text("[" + ",".join(f'{{"number": "US{at}A"}}' for at in range(40)) + ",{}]")
    return path


@pytest.mark.parametrize("name", ["table", "records"])
def test_rows_of_one_large_file_are_spread_over_the_cores_in_their_order(
    spark: SparkSession,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    path = request.getfixturevalue(name)
    whole = read(spark, path)
    assert whole.rdd.getNumPartitions() == 1

    monkeypatch.setattr(files, "_WORTH_DEALING", path.stat().st_size)
    spread = read(spark, path)
    parts = spread.rdd.glom().map(len).collect()
    assert len(parts) == spark.sparkContext.defaultParallelism
    assert min(parts) > 0
    assert sum(parts) == 41
    by = SEQUENCE if name == "table" else "sequence"
    assert_df_equality(spread.orderBy(by), whole.orderBy(by), ignore_nullable=True)


def test_as_many_files_as_cores_stay_as_they_are(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_WORTH_DEALING", 1)
    cores = spark.sparkContext.defaultParallelism
    paths = [tmp_path / f"{at}.csv" for at in range(cores)]
    for path in paths:
        path.write_text("number,title\nUS1A,one\n")
    rows = read_rows(spark, [str(path) for path in paths], {"number": ("number",)}, ["number"])
    assert rows.select("number").distinct().count() == 1
    assert "Exchange" not in rows._jdf.queryExecution().executedPlan().toString()
