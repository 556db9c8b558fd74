"""Large frames in blocks, and pairs that are kept once block after block."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.lake.tables import TableStore
from patentcore.sources.record import blocks, pairs
from patentcore.sources.record.blocks import Blocks
from patentcore.sources.record.ingested import keep_lineage
from patentcore.sources.record.pairs import distinct_pairs, pairs_in_blocks, pairs_of
from patentcore.sources.written import Resolving

RECORDS = "publication_number string, cites {0}, cited_by {0}".format(
    "array<struct<number: string, category: string>>"
)


def test_each_row_is_in_one_block_and_equal_texts_are_together(spark: SparkSession) -> None:
    texts = [*(f"US{at % 40}A" for at in range(100)), None]
    frame = spark.createDataFrame([(text, at) for at, text in enumerate(texts)], "t string, at int")
    parts = Blocks(7, keep_lineage)
    placed = parts.parted(frame, F.col("t"), "parted")
    found = [{row["t"] for row in parts.of(placed, at).collect()} for at in range(7)]
    assert sum(map(len, found)) == len(set(texts))
    assert set().union(*found) == set(texts)
    together = placed.drop("_block")
    assert_df_equality(together, frame, ignore_row_order=True, ignore_nullable=True)


def test_rows_of_a_block_stand_together_in_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_RUN", 1)
    batches = [
        pa.record_batch({"t": list("abcd"), "_block": [2, 0, 1, 0]}),
        pa.record_batch({"t": ["e"], "_block": [0]}),
    ]
    runs = [batch.to_pydict() for batch in blocks.in_runs(batches)]
    assert runs == [
        {"t": ["b", "d", "c", "a"], "_block": [0, 0, 1, 2]},
        {"t": ["e"], "_block": [0]},
    ]


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_pairs_are_the_same_in_however_many_blocks(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(pairs, "AT_ONCE", at_once)
    rows = [
        ("B", [("A", "X"), ("A", None), (None, None)], [("C", None)]),
        ("C", [("B", "Y"), ("D", None)], None),
        ("D", None, []),
        (None, [("A", None)], None),
    ]
    records = spark.createDataFrame(rows, RECORDS)
    cut = Resolving(TableStore.open(spark, str(tmp_path / "work")))
    found, wanted = pairs_in_blocks(records, cut), distinct_pairs(pairs_of(records))
    assert_df_equality(found, wanted, ignore_row_order=True, ignore_nullable=True)


def test_blocks_of_no_records_make_no_pairs(spark: SparkSession, tmp_path: Path) -> None:
    cut = Resolving(TableStore.open(spark, str(tmp_path / "work")))
    assert pairs_in_blocks(spark.createDataFrame([], RECORDS), cut).count() == 0
