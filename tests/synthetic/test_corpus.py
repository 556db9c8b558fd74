from __future__ import annotations

import importlib
import json
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.errors import ConfigError, OutputError
from patentcore.synthetic import generate, records
from tests.synthetic import plain

pytestmark = pytest.mark.usefixtures("compiled")


def fingerprint(df: DataFrame) -> tuple[int, int]:
    """Number of rows and a sum of their hashes, whatever their order."""
    row = df.select(F.xxhash64(*df.columns).alias("hash")).agg(
        F.count("*").alias("rows"), F.sum(F.col("hash").cast("decimal(38,0)")).alias("sum")
    )
    return tuple(row.collect()[0])


# --- counts and shape -----------------------------------------------------------------------


def test_small_corpus_has_the_funnel_in_proportion(small_corpus: Path) -> None:
    corpus = plain.read(small_corpus)
    summary = json.loads((small_corpus / "corpus.json").read_text(encoding="utf-8"))
    counts, keys = plain.funnel(corpus.patents)
    assert counts == [15328, 14238, 10900, 8363, 4786, 1773, 162, 100] == summary["funnel"]
    edges = plain.incident_edges(corpus.citations, keys)
    vertices = {*edges["citing"], *edges["cited"], *keys["publication_number"]}
    assert len(vertices) == 1041 == summary["network_vertices"]
    assert "Synthetic" in summary["statement"]


def test_tables_have_the_declared_columns(spark: SparkSession, small_corpus: Path) -> None:
    for table in ("patents", "citations"):
        found = spark.read.parquet(str(small_corpus / table))
        wanted = [(field.name, field.dataType.simpleString()) for field in schemas.TABLES[table]]
        assert found.dtypes == wanted


def test_publication_numbers_are_unique_and_well_formed(small_corpus: Path) -> None:
    numbers = plain.read(small_corpus).patents["publication_number"]
    assert numbers.is_unique
    assert numbers.str.fullmatch(r"[A-Z]{2}\d{6,}[A-Z]\d?").all()


def test_citations_go_back_in_time_and_agree_with_the_counts(small_corpus: Path) -> None:
    corpus = plain.read(small_corpus)
    patents = corpus.patents.set_index("publication_number")
    pairs = corpus.citations.drop_duplicates(["citing", "cited"])
    pairs = pairs[pairs["citing"] != pairs["cited"]]
    citing = pairs["citing"].map(patents["publication_date"])
    cited = pairs["cited"].map(patents["publication_date"])
    inside = citing.notna() & cited.notna()
    assert inside.sum() > 1000
    assert (citing[inside] >= cited[inside]).all()
    for end, count in (("cited", "cited_by_count"), ("citing", "cites_count")):
        rows = pairs[end].value_counts().reindex(patents.index, fill_value=0)
        known = patents[count].notna()
        assert (rows[known] == patents.loc[known, count]).all()
        assert (rows[~known] == 0).all()


def test_missing_values_are_planted_where_they_fail_a_step(small_corpus: Path) -> None:
    patents = plain.read(small_corpus).patents
    for column in ("claim_count", "family_cited_by_count", "ipc", "legal_events", "cpc"):
        assert 0 < patents[column].isna().mean() < 0.5, column


@pytest.mark.classic  # the embedded engine leaves them by thousands as its joins do
def test_rows_stand_in_no_order_of_their_role(small_corpus: Path) -> None:
    patents = plain.read(small_corpus).patents
    _, keys = plain.funnel(patents)
    quarter = pd.Series(keys.index * 4 // len(patents)).value_counts()
    assert quarter.min() > len(keys) / 8


# --- the paper's figures --------------------------------------------------------------------


@pytest.mark.slow
def test_paper_corpus_yields_tables_2_4_and_5(paper_corpus: Path) -> None:
    corpus = plain.read(paper_corpus)
    counts, _ = plain.funnel(corpus.patents)
    assert counts == plain.published("table2_screening_funnel.csv")["patents"].astype(int).tolist()
    scores, vertices = plain.scores(corpus)
    assert vertices == 20_821
    table_5 = plain.published("table5_core_degree.csv")
    top = scores.head(len(table_5))
    assert top["publication_number"].tolist() == table_5["publication_number"].tolist()
    assert [f"{value:.2f}" for value in top["core_degree"]] == table_5["core_degree"].tolist()
    assert scores["core_degree"][len(table_5)] < 105
    by_number = scores.set_index("publication_number")
    for _, printed in plain.published("table4_indicators.csv").iterrows():
        row = by_number.loc[printed["publication_number"]]
        for measure in printed.index.drop("publication_number"):
            found = plain.as_printed(row[measure], printed[measure])
            assert float(found) == float(printed[measure]), (printed["publication_number"], measure)


@pytest.mark.slow
@pytest.mark.any_engine  # another size of what each engine makes above
def test_more_than_the_paper(spark: SparkSession, tmp_path: Path) -> None:
    generate(spark, str(tmp_path / "more"), scale=1.2, seed=4)
    corpus = plain.read(tmp_path / "more")
    counts, _ = plain.funnel(corpus.patents)
    published = plain.published("table2_screening_funnel.csv")["patents"].astype(int)
    assert counts == (1.2 * published).round().astype(int).tolist()
    scores, vertices = plain.scores(corpus)
    assert vertices == round(1.2 * 20_821)
    top_10 = plain.published("table5_core_degree.csv")["publication_number"]
    assert scores["publication_number"].head(10).tolist() == top_10.tolist()


# --- determinism and failure ----------------------------------------------------------------


def test_rows_do_not_depend_on_the_number_of_partitions(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("patentcore.synthetic.generate")
    prints = []
    before = spark.conf.get("spark.sql.shuffle.partitions")
    for partitions, rows_per_file in (("1", 400_000), ("5", 400)):
        folder = str(tmp_path / partitions)
        monkeypatch.setattr(module, "ROWS_PER_FILE", rows_per_file)
        spark.conf.set("spark.sql.shuffle.partitions", partitions)
        try:
            generate(spark, folder, scale=0.01, seed=3)
        finally:
            spark.conf.set("spark.sql.shuffle.partitions", str(before))
        tables = (spark.read.parquet(f"{folder}/{name}") for name in ("patents", "citations"))
        prints.append([fingerprint(table) for table in tables])
    assert prints[0] == prints[1]


def test_existing_output_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match="exists and is not empty"):
        generate(spark, str(tmp_path / "out"), scale=0.01)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("scale", "layout"), [(0, "canonical"), (1e6, "canonical"), (1, "excel")])
def test_arguments_out_of_range(
    spark: SparkSession, tmp_path: Path, scale: float, layout: str
) -> None:
    with pytest.raises(ConfigError):
        generate(spark, str(tmp_path / "out"), scale=scale, layout=layout)
    assert list(tmp_path.iterdir()) == []


def test_failure_leaves_nothing(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> DataFrame:
        raise RuntimeError("no")

    monkeypatch.setattr(records, "patents", fail)
    with pytest.raises(RuntimeError):
        generate(spark, str(tmp_path / "out"), scale=0.01)
    assert list(tmp_path.iterdir()) == []
