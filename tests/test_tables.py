from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.errors import InputError, OutputError
from patentcore.tables import MANIFEST, Folder, Publication, TableStore
from patentcore.targets import bring_back, other_format_aside


def some(spark: SparkSession, value: str = "a"):
    return spark.createDataFrame([(value, True)], "id string, is_key boolean")


def test_nothing_is_visible_before_publication(spark: SparkSession, tmp_path: Path) -> None:
    output = tmp_path / "out"
    with Publication(spark, str(output), overwrite=False) as publication:
        publication.staging.write(some(spark), "vertices")
        assert not output.exists()
        publication.publish({"run": 1})
    assert json.loads((output / MANIFEST).read_text()) == {"run": 1}
    assert TableStore.open(spark, str(output)).read("vertices").count() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failed_run_leaves_nothing(spark: SparkSession, tmp_path: Path) -> None:
    def fail() -> None:
        with Publication(spark, str(tmp_path / "out"), overwrite=False) as publication:
            publication.staging.write(some(spark), "vertices")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_exists_is_refused_before_any_work(
    spark: SparkSession, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match="exists and is not empty"):
        Publication(spark, str(tmp_path / "out"), overwrite=False)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_overwriting_replaces_every_table(spark: SparkSession, tmp_path: Path) -> None:
    output = str(tmp_path / "out")
    for table, overwrite in (("vertices", False), ("scores_extra", True)):
        with Publication(spark, output, overwrite=overwrite) as publication:
            publication.staging.write(some(spark), table)
            publication.publish({"table": table})
    names = sorted(path.name for path in (tmp_path / "out").iterdir() if path.name[0] != ".")
    assert names == [MANIFEST, "scores_extra"]


def test_leftovers_of_interrupted_runs_are_named(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / ".out.unfinished-0123").mkdir()
    with Publication(spark, str(tmp_path / "out"), overwrite=False) as publication:
        assert [uri.rpartition("/")[2] for uri in publication.leftovers()] == [
            ".out.unfinished-0123"
        ]


def test_a_table_of_another_format_comes_back_where_the_new_one_fails(
    spark: SparkSession, tmp_path: Path
) -> None:
    store = TableStore.open(spark, str(tmp_path))
    store.write(some(spark), "vertices")
    for fails in (True, False):
        try:
            with other_format_aside(Folder(spark, str(tmp_path)), "vertices", "delta"):
                assert not (tmp_path / "vertices").exists()
                (tmp_path / "vertices" / "_delta_log").mkdir(parents=True)
                if fails:
                    raise RuntimeError("half-way")
        except RuntimeError:
            assert TableStore.open(spark, str(tmp_path)).read("vertices").count() == 1
        assert [path.name for path in tmp_path.iterdir()] == ["vertices"]
    assert [path.name for path in (tmp_path / "vertices").iterdir()] == ["_delta_log"]


def test_of_a_move_that_did_not_end_the_whole_table_stays(
    spark: SparkSession, tmp_path: Path
) -> None:
    store = TableStore.open(spark, str(tmp_path))
    for whole, part in (("vertices", "_former/vertices"), ("_former/edges", "edges")):
        table = Path(whole).name
        store.folder.make()
        some(spark).coalesce(1).write.parquet(str(tmp_path / whole))
        (tmp_path / part).mkdir(parents=True)
        bring_back(Folder(spark, str(tmp_path)))
        assert spark.read.parquet(str(tmp_path / table)).count() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edges", "vertices"]


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


def test_a_table_with_chinese_text_in_its_path_is_read_back(
    spark: SparkSession, tmp_path: Path
) -> None:
    output = tmp_path / "专利 out"
    with Publication(spark, str(output), overwrite=False) as publication:
        publication.staging.write(some(spark, "中"), "vertices")
        publication.publish({"名": "值"})
    row = TableStore.open(spark, str(output)).read("vertices").first()
    assert row is not None
    assert row.id == "中"
    assert json.loads((output / MANIFEST).read_text(encoding="utf-8")) == {"名": "值"}
