from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.engine import running
from patentcore.errors import InputError
from patentcore.lake.tables import TableStore


def some(spark: SparkSession, value: str | None = "a") -> DataFrame:
    return spark.createDataFrame([(value, True)], "id string, is_key boolean")


@pytest.mark.parametrize(
    "name",
    ["in[1]", "in*", "a?b", "{a,b}", "back\\slash", "100%20", "a b", "a:b", "#x", "专利 out"],
)
def test_a_folder_of_any_name_is_taken_literally(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    (tmp_path / "in1").mkdir()
    written = TableStore.open(spark, str(tmp_path / name))
    written.write(some(spark, "中"), "vertices")
    assert (tmp_path / name / "vertices").is_dir()
    read = TableStore.open(spark, str(tmp_path / name))
    assert [row.id for row in read.read("vertices").collect()] == ["中"]
    read.append(some(spark, "b"), "vertices")
    assert read.measured("vertices") == 2


def test_what_was_written_is_counted_from_the_files(spark: SparkSession, tmp_path: Path) -> None:
    store = TableStore.open(spark, str(tmp_path))
    rows = some(spark).union(some(spark, None)).union(some(spark, "b"))
    store.write(rows, "vertices", metrics={"named": F.count("id"), "keys": F.count_if("is_key")})
    found = [store.measured("vertices", name) for name in ("rows", "named", "keys")]
    assert found == [3, 2, 3]
    store.write(rows.limit(0), "vertices", metrics={"keys": F.count_if("is_key")})
    assert [store.measured("vertices", name) for name in ("rows", "keys")] == [0, 0]


def test_values_are_counted_in_flat_and_in_listed_columns(
    spark: SparkSession, tmp_path: Path
) -> None:
    store = TableStore.open(spark, str(tmp_path))
    rows = [("a", ["x", None]), (None, [None]), ("b", []), ("c", None)]
    store.write(spark.createDataFrame(rows, "id string, of array<string>"), "_some")
    assert store.filled("_some", ["id", "of"]) == {"id": 3, "of": 3}
    assert store.with_frame("_some", store.read_raw("_some")).filled("_some", ["of"]) == {"of": 3}


def test_what_this_process_puts_is_read_by_both(spark: SparkSession, tmp_path: Path) -> None:
    store = TableStore.open(spark, str(tmp_path))
    frame = store.put(pa.table({"number": ["b", None, "b"], "uses": [1, 2, 3]}), "_uses")
    assert sorted(row.uses for row in frame.collect() if row.number == "b") == [1, 3]
    at_hand = store.at_hand("_uses", ["number"], repeating=["number"])
    assert at_hand is not None
    assert at_hand["number"].to_pylist() == ["b", None, "b"]
    assert store.at_hand("_others", ["number"]) is None


def test_a_table_that_is_removed_again_holds_the_same(spark: SparkSession, tmp_path: Path) -> None:
    store = TableStore.open(spark, str(tmp_path))
    rows = some(spark, "中").union(some(spark, None)).union(some(spark))
    kept, scratch = store.write(rows, "vertices"), store.write(rows, "_vertices")
    assert sorted(map(str, scratch.collect())) == sorted(map(str, kept.collect()))
    assert "LZ4" in compressions(tmp_path / "_vertices") or running().name != "embedded"
    assert "LZ4" not in compressions(tmp_path / "vertices")


def compressions(folder: Path) -> set[str]:
    """Return how the first columns of a table's files are compressed."""
    files = (pq.ParquetFile(file) for file in folder.glob("*.parquet"))
    groups = (file.metadata.row_group(0) for file in files if file.metadata.num_row_groups)
    return {group.column(0).compression for group in groups}


def test_a_frame_of_another_type_is_refused_on_writing(spark: SparkSession, tmp_path: Path) -> None:
    store = TableStore.open(spark, str(tmp_path))
    with pytest.raises(InputError, match="table vertices: is_key is string, not boolean"):
        store.write(some(spark).withColumn("is_key", F.lit("yes")), "vertices")
    with pytest.raises(InputError, match="table vertices: no column is_key"):
        store.write(some(spark).drop("is_key"), "vertices")
    wrong = some(spark).withColumn("is_key", F.lit("yes"))
    with pytest.raises(InputError, match="table vertices: is_key is string, not boolean"):
        store.write(wrong, "vertices", is_conform=True)
    with pytest.raises(InputError, match="table vertices: no column is_key"):
        store.write(some(spark).drop("is_key"), "vertices", is_conform=True)


def test_a_missing_table_is_named(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table patents in"):
        TableStore.open(spark, str(tmp_path)).read("patents")


def test_a_file_that_is_not_parquet_is_an_input_error(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "patents").mkdir()
    (tmp_path / "patents" / "part-0.parquet").write_bytes(b"not parquet at all")
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        TableStore.open(spark, str(tmp_path)).read("patents")


def test_a_table_folder_without_files_is_an_input_error(
    spark: SparkSession, tmp_path: Path
) -> None:
    (tmp_path / "patents").mkdir()
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        TableStore.open(spark, str(tmp_path)).read("patents")
