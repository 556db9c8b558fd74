"""Bad input ends in one clear sentence and the documented exit code, and leaves no output."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.cli import main
from patentcore.stages.screen import fields_with_values
from tests import factories


@pytest.fixture(scope="module")
def good(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canonical")
    patents = factories.patents(
        spark, {"publication_number": "K1"}, {"publication_number": "K2"}, {"authority": "RU"}
    )
    patents.write.parquet(str(folder / "patents"))
    factories.citations(spark, ("a", "K1"), ("K1", "K2")).write.parquet(str(folder / "citations"))
    return folder


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(source: Path | str, *more: str) -> tuple[int, str]:
        output = str(tmp_path / "out")
        code = main(["run", "--input", str(source), "--output", output, *more])
        return code, capsys.readouterr().err

    return run


def changed(spark: SparkSession, good: Path, tmp_path: Path, **columns) -> Path:
    source = tmp_path / "changed"
    spark.read.parquet(str(good / "patents")).withColumns(columns).write.parquet(
        str(source / "patents")
    )
    shutil.copytree(good / "citations", source / "citations")
    return source


def refused(result: tuple[int, str], code: int, sentence: str, tmp_path: Path) -> None:
    found, stderr = result
    told = [line for line in stderr.splitlines() if line.startswith("patentcore: ")]
    assert len(told) == 1, stderr
    assert sentence in told[0]
    assert "Traceback" not in stderr
    assert found == code
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_a_path_that_is_not_there(call, tmp_path: Path) -> None:
    refused(call(tmp_path / "nowhere"), 3, "no such input", tmp_path)


def test_an_empty_folder(call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(call(tmp_path / "empty"), 3, "is empty", tmp_path)


def test_a_folder_without_citations(call, good: Path, tmp_path: Path) -> None:
    shutil.copytree(good / "patents", tmp_path / "half" / "patents")
    refused(call(tmp_path / "half"), 3, "no table citations", tmp_path)


def test_a_table_without_the_key_column(call, spark, good: Path, tmp_path: Path) -> None:
    source = tmp_path / "nokey"
    spark.read.parquet(str(good / "patents")).drop("publication_number").write.parquet(
        str(source / "patents")
    )
    shutil.copytree(good / "citations", source / "citations")
    refused(call(source), 3, "table patents: no column publication_number", tmp_path)


def test_a_column_of_the_wrong_type(call, spark, good: Path, tmp_path: Path) -> None:
    source = changed(spark, good, tmp_path, claim_count=F.lit("twelve"))
    refused(call(source), 3, "claim_count is string, not int", tmp_path)


def test_two_rows_with_one_key(call, spark, good: Path, tmp_path: Path) -> None:
    source = changed(spark, good, tmp_path, publication_number=F.lit("CN1A"))
    refused(call(source), 3, "several rows for one publication number, e.g. CN1A (3)", tmp_path)


def test_a_file_that_is_not_parquet(call, good: Path, tmp_path: Path) -> None:
    source = tmp_path / "corrupt"
    shutil.copytree(good, source)
    for file in (source / "citations").glob("*.parquet"):
        file.write_bytes(b"this is not Parquet")
    refused(call(source), 3, "cannot be read as Parquet", tmp_path)


def test_a_file_broken_in_the_middle(call, spark, good: Path, tmp_path: Path) -> None:
    """The footer is intact, so that only reading the data shows the damage."""
    source = tmp_path / "corrupt"
    shutil.copytree(good / "citations", source / "citations")
    spark.read.parquet(str(good / "patents")).coalesce(1).write.parquet(str(source / "patents"))
    (file,) = (source / "patents").glob("*.parquet")
    content = bytearray(file.read_bytes())
    content[4:400] = b"\xff" * 396
    file.write_bytes(content)
    for checksum in (source / "patents").glob(".*.crc"):
        checksum.unlink()
    refused(call(source), 3, "the input cannot be read", tmp_path)


def test_an_output_folder_that_exists(call, good: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious.txt").write_text("keep me")
    code, stderr = call(good)
    assert code == 4
    assert "exists and is not empty" in stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["precious.txt"]


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("screening.min_claim_exclusive=3", "did you mean screening.min_claims_exclusive?"),
        ("screening.min_claims_exclusive=-3", "greater than or equal to 0 (got -3)"),
        ("network.scope=everything", "network.scope: input should be"),
    ],
)
def test_configuration_that_does_not_fit(
    call, tmp_path: Path, override: str, sentence: str
) -> None:
    refused(call(tmp_path, "--set", override), 2, sentence, tmp_path)


def test_a_step_without_windows(call, tmp_path: Path) -> None:
    refused(call(tmp_path, "--step", "2"), 2, "--step is of windows", tmp_path)


def test_an_option_that_is_missing_or_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["screen", "--input", "x"]) == 2
    assert "--output" in capsys.readouterr().err
    assert main(["nonsense"]) == 2


def test_a_stage_before_its_predecessor(call, good: Path, tmp_path: Path, capsys) -> None:
    code = main(["score", "--input", str(good), "--output", str(tmp_path / "out")])
    assert code == 3
    assert "run the stages in the order screen, network" in capsys.readouterr().err


@pytest.mark.parametrize("is_there", [False, True])
def test_a_column_that_the_input_lacks_is_said_before_the_run(
    spark, good: Path, tmp_path: Path, capsys, is_there: bool
) -> None:
    source = tmp_path / "thin"
    patents = spark.read.parquet(str(good / "patents")).drop("claim_count")
    if is_there:  # as ingest writes it: null in every row where the format does not have it
        patents = patents.withColumn("claim_count", F.lit(None).cast("int"))
    patents.write.parquet(str(source / "patents"))
    shutil.copytree(good / "citations", source / "citations")
    assert main(["run", "--input", str(source), "--output", str(tmp_path / "out")]) == 3
    lines = capsys.readouterr().err.splitlines()
    told = [line for line in lines if "the input has no" in line]
    assert len(told) == 1
    assert "the input has no claim_count, so step claims leaves nothing" in told[0]
    funnel = spark.read.parquet(str(tmp_path / "out" / "funnel")).where("step = 3").first()
    assert (funnel.patents, funnel.removed, funnel.unknown) == (0, 2, 2)


@pytest.mark.parametrize(
    ("missing", "setting", "key"),
    [
        ("publication_date", (), "corpus.published_from or published_to"),
        ("applicants", ("--set", "corpus.applicants={names}"), "corpus.applicants"),
    ],
)
def test_a_column_that_the_corpus_asks_for_and_the_input_lacks_is_said_before_the_run(
    spark, good: Path, tmp_path: Path, call, missing: str, setting: tuple[str, ...], key: str
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Example\n", encoding="utf-8")
    nothing = F.lit(None).cast(schemas.PATENTS[missing].dataType)
    source = changed(spark, good, tmp_path, **{missing: nothing})
    code, told = call(source, *(word.format(names=names) for word in setting))
    assert code == 3
    assert (
        "patentcore: no key patent is left: the selection of the corpus leaves none of 3 "
        "publications, of 3 of which nothing tells; the funnel is in"
    ) in told
    said = f"the input has no {missing}, so no publication is known to be in the corpus ({key} asks"
    assert said in told
    assert "publications 0, outside_corpus 3, key_patents 0" in told
    funnel = spark.read.parquet(str(tmp_path / "out" / "funnel")).where("step = 0").first()
    assert (funnel.patents, funnel.removed, funnel.unknown) == (0, 3, 3)


def test_what_is_outside_the_corpus_is_counted_and_told(
    spark, good: Path, tmp_path: Path, call
) -> None:
    number = F.col("publication_number")
    day = F.when(number == "K1", F.lit("2024-01-01")).when(number == "K2", F.lit("2015-06-01"))
    code, told = call(changed(spark, good, tmp_path, publication_date=day.cast("date")))
    assert code == 0
    assert "publications 1, outside_corpus 2, key_patents 1" in told
    assert "the input has no" not in told
    funnel = spark.read.parquet(str(tmp_path / "out" / "funnel")).orderBy("step").collect()
    assert [tuple(row)[3:] for row in funnel] == [(1, 2, 1), *[(1, 0, 0)] * 7]


def test_a_run_without_key_patents_ends_early_and_shows_its_funnel(
    call, good: Path, tmp_path: Path, capsys
) -> None:
    code, told = call(good, "--set", "screening.min_claims_exclusive=99")
    assert code == 3
    assert "no key patent is left: Quantity of claim (>99) leaves none of 2 publications" in told
    assert "network ..." not in told
    out = str(tmp_path / "out")
    assert main(["show", out, "funnel"]) == 0
    assert ">99" in capsys.readouterr().out
    assert main(["show", out, "scores"]) == 0
    assert main(["report", out]) == 0
    assert "There are no key patents." in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_value_that_stands_late_in_the_table_is_found(spark) -> None:
    needed = {"claim_count", "legal_events"}
    rows = spark.range(1500).select(
        F.when(F.col("id") == 1499, 3).alias("claim_count"),
        F.lit(None).cast("array<struct<kind:string>>").alias("legal_events"),
    )
    assert fields_with_values(rows.coalesce(1), needed) == {"claim_count"}
    assert fields_with_values(rows.limit(0), needed) == needed
