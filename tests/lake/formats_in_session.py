"""Cases for a session with Delta and Iceberg; test_formats.py runs this file in its own process.

On the embedded engine all of them, on Spark (``PATENTCORE_ENGINE=spark``) those in which engines
differ, and those of catalogues, which only Spark has.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import config
from patentcore.engine import get_spark
from patentcore.engine.extras import Extras
from patentcore.errors import InputError, OutputError
from patentcore.lake import publishing
from patentcore.lake.commits import commit
from patentcore.lake.homes import Namespace, home_at
from patentcore.lake.output import Output
from patentcore.lake.results import consistently
from patentcore.lake.tables import TableStore
from patentcore.results import reading, show
from patentcore.stages.pipeline import run_all, run_stage, stages_of
from tests import factories
from tests.conftest import INTERPRETED
from tests.stages.conftest import citation_rows, patent_rows

FORMATS = ["parquet", "delta", "iceberg"]
TABLES = ["funnel", "key_patents", "vertices", "edges", "centrality", "scores", "rejects"]


ON_SPARK = os.environ.get("PATENTCORE_ENGINE") == "spark"
PLACES = [*FORMATS, "catalog"] if ON_SPARK else FORMATS
VERSIONED = PLACES[1:]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    warehouse = tmp_path_factory.mktemp("warehouse")
    settings = {
        "spark.driver.memory": "2g",
        "spark.sql.shuffle.partitions": "2",
        **INTERPRETED,
        "spark.sql.warehouse.dir": str(warehouse / "spark"),
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type": "hadoop",
        "spark.sql.catalog.lake.warehouse": str(warehouse / "lake"),
    }
    if ON_SPARK:
        extras = Extras(frozenset({"delta", "iceberg"}))
        session = get_spark("formats", master="local[2]", conf=settings, extras=extras)
    else:
        session = get_spark("formats", engine="embedded")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def corpora(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same canonical tables in every format and in a catalogue."""
    folder = tmp_path_factory.mktemp("corpora")
    frames = {
        "patents": factories.patents(spark, *patent_rows()),
        "citations": factories.citations(spark, *citation_rows()),
    }
    for name, frame in frames.items():
        frame.write.parquet(str(folder / "parquet" / name))
        frame.write.format("delta").save(str(folder / "delta" / name))
        # A version that was replaced: its files lie there still and must not be read.
        frame.write.format("delta").mode("overwrite").save(str(folder / "delta" / name))
        commit(home_at(spark, str(folder / "iceberg")), frame, name, "iceberg")
    found = {name: str(folder / name) for name in FORMATS}
    if ON_SPARK:
        found["catalog"] = "catalog:lake.corpus"
        catalog = Namespace(spark, found["catalog"])
        catalog.make()
        for name, frame in frames.items():
            commit(catalog, frame, name, "iceberg")
    return found


def finish(spark: SparkSession, source: str, output: object, **settings: Any) -> dict[str, Any]:
    overrides = [f"output.{key}={value}" for key, value in settings.items()]
    loaded = config.load(None, ["robustness.samples=5", *overrides])
    return run_all(spark, loaded, source=source, output=str(output))


def rows(place: object, table: str, spark: SparkSession, run_id: str | None = None) -> pd.DataFrame:
    found = TableStore.open(spark, str(place)).read_raw(table)
    if run_id:
        found = found.where(F.col("run_id") == run_id).drop("run_id")
    frame = found.toPandas().map(repr)
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)


def printed(output: object) -> str:
    return show.shown(str(output), "scores", show.Wish(top=3)).text()


def assert_equal_results(
    spark: SparkSession, one: object, other: object, run_id: str | None = None
) -> None:
    for table in TABLES:
        expected, found = rows(one, table, spark), rows(other, table, spark, run_id)
        pd.testing.assert_frame_equal(found[expected.columns], expected)
        assert set(found.columns) == set(expected.columns)


@pytest.fixture(scope="session")
def plain(
    spark: SparkSession, corpora: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    result = tmp_path_factory.mktemp("plain") / "result"
    finish(spark, corpora["parquet"], result)
    return result


@pytest.mark.parametrize(
    ("source", "form"),
    [("delta", "iceberg"), ("iceberg", "delta"), ("catalog" if ON_SPARK else "delta", "parquet")],
)
def test_every_format_read_and_written_gives_the_same_tables(
    spark: SparkSession,
    corpora: dict[str, str],
    plain: Path,
    tmp_path: Path,
    source: str,
    form: str,
) -> None:
    is_any_name_good = ON_SPARK or form != "iceberg"  # see versioned.refuse_path
    output = tmp_path / ("结果 [out]" if is_any_name_good else "out")
    manifest = finish(spark, corpora[source], output, format=form)
    assert_equal_results(spark, plain, output)
    for table in TABLES:
        assert home_at(spark, str(output)).format_of(table) == form
    given = manifest["input"]["tables"]["patents"]
    expected = "iceberg" if source == "catalog" else source
    assert given["format"] == expected
    assert ("version" in given) == (expected != "parquet")
    assert [path.name for path in tmp_path.iterdir()] == [output.name], "nothing is left beside it"
    if form != "parquet":
        assert printed(output) == printed(plain)


@pytest.mark.parametrize("form", ["delta", "iceberg"])
def test_overwriting_replaces_rows_columns_and_stale_tables(
    spark: SparkSession, corpora: dict[str, str], plain: Path, tmp_path: Path, form: str
) -> None:
    output = tmp_path / "out"
    finish(spark, corpora["parquet"], output, format=form)
    store = home_at(spark, str(output))
    first = store.version("scores")
    with pytest.raises(OutputError, match="exists and is not empty"):
        finish(spark, corpora["parquet"], output, format=form)
    loaded = config.load(
        None, [f"output.format={form}", "output.mode=overwrite", "robustness.samples=0"]
    )
    run_all(spark, loaded, source=corpora["parquet"], output=str(output))
    assert not store.has("robustness"), "a table that the new run does not have is gone"
    assert store.version("scores") != first
    assert_equal_results(spark, plain, output)


@pytest.mark.parametrize(("before", "after"), [("delta", "iceberg")])
def test_overwriting_with_another_format_leaves_no_trace_of_the_old(
    spark: SparkSession,
    corpora: dict[str, str],
    plain: Path,
    tmp_path: Path,
    before: str,
    after: str,
) -> None:
    output = tmp_path / "out"
    finish(spark, corpora["parquet"], output, format=before)
    finish(spark, corpora["parquet"], output, format=after, mode="overwrite")
    assert home_at(spark, str(output)).format_of("scores") == after
    assert_equal_results(spark, plain, output)


def place_of(kind: str, tmp_path: Path) -> tuple[str, str]:
    if kind == "catalog":
        return f"catalog:lake.n{tmp_path.name.replace('-', '_')}", "iceberg"
    return str(tmp_path / "out"), kind


@pytest.mark.parametrize("kind", PLACES)
def test_runs_are_appended_told_apart_and_replaced(
    spark: SparkSession, tmp_path: Path, kind: str
) -> None:
    output, form = place_of(kind, tmp_path)
    frames = {
        name: spark.createDataFrame([(name, True)], "id string, is_key boolean") for name in "abc"
    }
    publish(spark, output, form, "first", frames["a"])
    publish(spark, output, form, "second", frames["b"])
    assert ids_by_run(spark, output) == {"first": ["a"], "second": ["b"]}
    assert reading.read_manifest(output)["run_id"] == "second"
    assert reading.read_manifest(output, "first")["run_id"] == "first"
    assert reading.read_small(output, "vertices")["id"].tolist() == ["b"]
    assert reading.read_small(output, "vertices", "first")["id"].tolist() == ["a"]
    first = show.shown(output, "vertices", show.Wish(top=1), run_id="first")
    assert "run_id" not in first.text()

    with pytest.raises(OutputError, match="holds the run first already"):
        publish(spark, output, form, "first", frames["c"])
    publish(spark, output, form, "first", frames["c"], mode="overwrite")
    assert ids_by_run(spark, output) == {"first": ["c"], "second": ["b"]}


def test_a_whole_run_is_appended(
    spark: SparkSession, corpora: dict[str, str], plain: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    for run_id in ("first", "second"):
        finish(spark, corpora["parquet"], output, format="iceberg", mode="append", run_id=run_id)
        assert_equal_results(spark, plain, output, run_id)
    assert printed(output) == printed(plain)


@pytest.mark.parametrize("kind", PLACES)
def test_columns_that_come_later_are_null_before(
    spark: SparkSession, tmp_path: Path, kind: str
) -> None:
    output, form = place_of(kind, tmp_path)
    old = spark.createDataFrame([("a", True)], "id string, is_key boolean")
    new = old.withColumn("weight", F.lit(2))
    publish(spark, output, form, "old", old)
    publish(spark, output, form, "new", new)
    publish(spark, output, form, "older_code", old)
    found = {row.run_id: row.weight for row in frame_at(spark, output, "vertices").collect()}
    assert found == {"old": None, "new": 2, "older_code": None}


@pytest.mark.parametrize("kind", PLACES)
def test_a_column_of_another_type_is_refused_before_anything_is_written(
    spark: SparkSession, tmp_path: Path, kind: str
) -> None:
    output, form = place_of(kind, tmp_path)
    old = spark.createDataFrame([("a", True)], "id string, is_key boolean")
    publish(spark, output, form, "old", old)
    with pytest.raises(OutputError, match=r"vertices\.is_key is boolean there and int"):
        publish(spark, output, form, "new", old.withColumn("is_key", F.lit(1)))
    assert [row.run_id for row in frame_at(spark, output, "vertices").collect()] == ["old"]
    assert reading.read_manifest(output)["run_id"] == "old"


@pytest.mark.parametrize("kind", PLACES)
def test_a_publication_that_fails_half_way_is_taken_back(
    spark: SparkSession, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, form = place_of(kind, tmp_path)
    good = spark.createDataFrame([("a", True)], "id string, is_key boolean")
    publish(spark, output, form, "good", good)

    def fail() -> None:
        with Output(spark, output, form=form, mode="append", run_id="bad") as making:
            making.staging.write(good, "vertices")
            making.staging.write(good, "z_last", schema=good.schema)
            monkeypatch.setattr("patentcore.schemas.TABLES", {"vertices": 1, "z_last": 1})
            break_at(monkeypatch, "z_last")
            making.publish({"finished": "2026"})

    with pytest.raises(RuntimeError, match="half-way"):
        fail()
    assert [row.run_id for row in frame_at(spark, output, "vertices").collect()] == ["good"]
    assert reading.read_manifest(output)["run_id"] == "good"


@pytest.mark.parametrize("form", ["delta", "iceberg"])
def test_small_files_are_compacted(spark: SparkSession, tmp_path: Path, form: str) -> None:
    output = str(tmp_path / "out")
    rows = spark.range(2000).repartition(40)
    many = rows.select(F.col("id").cast("string").alias("id"), F.lit(True).alias("is_key"))
    with Output(spark, output, form=form) as making:
        making.staging.write(many, "vertices")
        assert making.staging.home.size("vertices")[0] >= 4
        making.publish({"finished": "2026"})
    data = [
        path
        for path in Path(output, "vertices").rglob("*.parquet")
        if path.parent.name != "_delta_log"
    ]
    assert len(data) == 1
    assert frame_at(spark, output, "vertices").count() == 2000


def test_append_to_a_result_without_identifiers_is_refused(
    spark: SparkSession, corpora: dict[str, str], plain: Path
) -> None:
    with pytest.raises(OutputError, match="without run identifiers"):
        finish(spark, corpora["parquet"], plain, mode="append")
    assert (
        json.loads((plain / "run.json").read_text())["configuration"]["output"]["mode"] == "error"
    )


def run_apart(
    spark: SparkSession,
    source: str,
    output: object,
    *stages: str,
    samples: int = 5,
    **settings: Any,
) -> None:
    """Run stages apart from each other: these, or all of them."""
    overrides = [f"output.{key}={value}" for key, value in settings.items()]
    loaded = config.load(None, [f"robustness.samples={samples}", *overrides])
    for stage in stages or [stage.name for stage in stages_of(loaded)]:
        run_stage(spark, loaded, stage=stage, source=source, output=str(output))


@pytest.mark.parametrize("kind", VERSIONED)
def test_stages_apart_give_the_tables_of_the_whole_run(
    spark: SparkSession, corpora: dict[str, str], plain: Path, tmp_path: Path, kind: str
) -> None:
    output, form = place_of(kind, tmp_path)
    run_apart(spark, corpora["parquet"], output, format=form)
    assert_equal_results(spark, plain, output)
    place = TableStore.open(spark, output).home
    assert {place.format_of(table) for table in [*TABLES, "robustness"]} == {form}
    whole, apart = reading.read_manifest(str(plain)), reading.read_manifest(output)
    assert apart["network"] == whole["network"]
    assert set(apart["tables"]) == set(whole["tables"])

    run_apart(spark, corpora["parquet"], output, "network", "network", format=form)
    with pytest.raises(InputError, match="not a finished run"):
        reading.read_manifest(output)
    run_apart(spark, corpora["parquet"], output, "centrality", format=form)
    run_apart(spark, corpora["parquet"], output, "score", format=form, mode="overwrite", samples=0)
    assert_equal_results(spark, plain, output)
    assert not place.has("robustness"), "a table that the stage no longer makes is gone"
    again = reading.read_manifest(output)
    assert [record["stage"] for record in again["stages"]] == [
        stage.name for stage in stages_of(config.parse({}))
    ]
    assert again["network"] == whole["network"]
    assert "robustness" not in again
    if kind != "catalog":
        assert [path.name for path in tmp_path.iterdir()] == ["out"], "nothing is left beside it"


def test_a_result_may_be_of_several_formats(
    spark: SparkSession, corpora: dict[str, str], plain: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    formats = {"screen": "delta", "network": "iceberg", "centrality": "parquet", "score": "delta"}
    for stage, form in formats.items():
        run_apart(spark, corpora["parquet"], output, stage, format=form)
    assert_equal_results(spark, plain, output)
    store = home_at(spark, str(output))
    found = {store.format_of(table) for table in ("key_patents", "edges", "centrality", "scores")}
    assert found == set(FORMATS)
    for form in ("parquet", "iceberg", "delta"):
        run_apart(spark, corpora["parquet"], output, "score", format=form)
        assert store.format_of("scores") == form
        for table in ("scores", "edges", "centrality"):
            shown = reading.read_small(str(output), table)
            assert len(shown) == len(reading.read_small(str(plain), table))
    assert_equal_results(spark, plain, output)
    names = {path.name for path in plain.iterdir()}
    progress = {"_stages.json"}
    assert {path.name for path in output.iterdir()} == names | progress
    finish(spark, corpora["parquet"], output, format="delta", mode="overwrite")
    assert {path.name for path in output.iterdir()} == names


@pytest.mark.parametrize("kind", VERSIONED)
def test_a_stage_that_fails_half_way_leaves_what_was_there(
    spark: SparkSession,
    corpora: dict[str, str],
    tmp_path: Path,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output, form = place_of(kind, tmp_path)
    run_apart(spark, corpora["parquet"], output, "screen", format=form)
    expected = rows(output, "key_patents", spark)
    with monkeypatch.context() as patched:
        break_at(patched, "rejects")
        with pytest.raises(RuntimeError, match="half-way"):
            run_apart(spark, corpora["parquet"], output, "screen", format=form)
    pd.testing.assert_frame_equal(rows(output, "key_patents", spark), expected)
    run_apart(spark, corpora["parquet"], output, "network", format=form)


@pytest.mark.parametrize("kind", VERSIONED)
def test_an_overwrite_that_fails_at_a_later_table_leaves_the_old_result(
    spark: SparkSession, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, form = place_of(kind, tmp_path)
    tables = ("centrality", "edges", "key_patents", "vertices")

    def put(value: str) -> None:
        frame = spark.createDataFrame([(value, True)], "id string, is_key boolean")
        with Output(spark, output, form=form, mode="overwrite") as making:
            for table in tables:
                making.staging.write(frame, table, schema=frame.schema)
            making.publish({"patentcore": "test", "finished": value, "value": value})

    put("old")
    with monkeypatch.context() as patched:
        break_at(patched, tables[-1])
        with pytest.raises(RuntimeError, match="half-way"):
            put("new")
    for table in tables:
        assert reading.read_small(output, table)["id"].tolist() == ["old"]
        assert [row.id for row in frame_at(spark, output, table).collect()] == ["old"], "latest too"
    assert reading.read_manifest(output)["value"] == "old"
    put("new")
    assert {reading.read_small(output, table)["id"][0] for table in tables} == {"new"}


@pytest.mark.parametrize("kind", VERSIONED)
def test_a_reader_during_overwrites_sees_one_result_after_another_and_never_a_mixture(
    spark: SparkSession, tmp_path: Path, kind: str
) -> None:
    output, form = place_of(kind, tmp_path)
    tables = ("edges", "key_patents", "vertices")

    def put(number: int) -> None:
        frame = spark.createDataFrame([(number,)], "number int")
        with Output(spark, output, form=form, mode="overwrite") as making:
            for table in tables:
                making.staging.write(frame, table, schema=frame.schema)
            making.publish({"patentcore": "test", "finished": f"{number:04}", "number": number})

    put(0)
    seen: list[set[int]] = []
    over = threading.Event()

    def read_on() -> None:
        while not over.is_set():
            seen.append(
                consistently(
                    output,
                    lambda _: spark,
                    lambda result: {
                        result.manifest()["number"],
                        *(int(result.frame(table)["number"][0]) for table in tables),
                    },
                )
            )

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_on)
        for number in range(1, 6):
            put(number)
        over.set()
        reading.result()
    assert all(len(marks) == 1 for marks in seen), seen
    assert len(seen) >= 2


def break_at(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """Let the publication of a table fail, in whatever way it is published."""

    def failing(name: str, at: int) -> None:
        real = getattr(publishing, name)

        def call(*given: Any) -> Any:
            if given[at] == broken:
                raise RuntimeError("half-way")
            return real(*given)

        monkeypatch.setattr(publishing, name, call)

    failing("commit", 2)
    failing("commit_run", 2)
    settle = publishing.TableChange.settle

    def settling(self: publishing.TableChange, table: str) -> None:
        if table == broken:
            raise RuntimeError("half-way")
        settle(self, table)

    monkeypatch.setattr(publishing.TableChange, "settle", settling)


def publish(
    spark: SparkSession, output: str, form: str, run_id: str, df: DataFrame, mode: str = "append"
) -> None:
    with Output(spark, output, form=form, mode=mode, run_id=run_id) as making:
        making.staging.write(df, "vertices", schema=df.schema)
        making.publish(
            {
                "patentcore": "test",
                "finished": dt.datetime.now().isoformat(),
                "configuration": {"output": {"format": form}},
            }
        )


def ids_by_run(spark: SparkSession, output: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in frame_at(spark, output, "vertices").collect():
        found.setdefault(row.run_id, []).append(row.id)
    return found


def frame_at(spark: SparkSession, output: str, table: str) -> DataFrame:
    return TableStore.open(spark, output).read_raw(table)
