"""Runs on an S3-compatible store and on HDFS, each equal to the run on local Parquet.

On the embedded engine without Java, and the core of it on Spark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import needs, patentcore, run
from .servers import hadoop_conf, hdfs_server, s3_server

pytestmark = pytest.mark.slow

IDENTITY, CREDENTIAL = "the-tester", "hush-hush-9f3c51"


def compare(one: object, other: object, env: dict[str, str]) -> dict[str, tuple[str, int]]:
    done = run("tests/lake/compare_results.py", one, other, env=env)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {table: (form, int(rows)) for table, form, rows in lines}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An S3 server: its endpoint, and the folder of its bucket ``lake``."""
    needs("s3-server")
    folder = tmp_path_factory.mktemp("server")
    with s3_server(folder, identity=IDENTITY, credential=CREDENTIAL, bucket="lake") as endpoint:
        yield endpoint, folder / "data" / "lake"


@pytest.fixture
def store(server: tuple[str, Path], tmp_path: Path) -> dict[str, str]:
    """The environment that reaches the server from Spark: endpoint in a file, credentials apart."""
    needs("delta", "iceberg", "s3a")
    properties = {
        "fs.s3a.endpoint": server[0],
        "fs.s3a.endpoint.region": "us-east-1",
        "fs.s3a.path.style.access": "true",
    }
    return {
        "PATENTCORE_ENGINE": "spark",
        "HADOOP_CONF_DIR": str(hadoop_conf(tmp_path / "hadoop", properties)),
        "AWS_ACCESS_KEY_ID": IDENTITY,
        "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
        "PATENTCORE_SPARK_LOG": str(tmp_path / "spark.log"),
    }


@pytest.fixture
def no_java(server: tuple[str, Path]) -> dict[str, str]:
    """The environment that reaches the server from the embedded engine, where there is no Java."""
    return {
        "PATENTCORE_ENGINE": "embedded",
        "PATH": "/no/java/here",
        "JAVA_HOME": "",
        "AWS_ENDPOINT_URL": server[0],
        "AWS_ACCESS_KEY_ID": IDENTITY,
        "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
    }


@pytest.mark.parametrize(("source", "form"), [("parquet", "delta"), ("delta", "iceberg")])
def test_the_embedded_engine_runs_from_store_to_store(
    no_java: dict[str, str],
    server: tuple[str, Path],
    small_corpus: Path,
    plain_result: Path,
    source: str,
    form: str,
) -> None:
    given, output = f"s3a://lake/{source}-corpus", f"s3://lake/from-{source}"
    run("tests/lake/copy_tables.py", small_corpus, given, source, env=no_java)
    done = patentcore(
        *("run", "--input", given, "--output", output, "--set", f"output.format={form}"),
        env=no_java,
    )
    found = compare(plain_result, output, no_java)
    assert {form for form, _ in found.values()} == {form}
    assert found["scores"][1] == found["key_patents"][1] > 30

    shown = patentcore("show", output, "run", env=no_java)
    tables = json.loads(shown.stdout)["input"]["tables"]
    assert {table["format"] for table in tables.values()} == {source}
    there = [path for path in server[1].rglob("*") if path.is_file()]
    assert not [path for path in there if "unfinished" in str(path)]
    said = done.stdout + done.stderr + shown.stdout + shown.stderr
    assert CREDENTIAL not in said
    assert not [path for path in there if CREDENTIAL.encode() in path.read_bytes()]


@pytest.mark.parametrize("form", ["parquet", "delta", "iceberg"])
def test_a_reader_without_java_sees_whole_results_while_they_are_overwritten(
    no_java: dict[str, str], form: str
) -> None:
    done = run("tests/lake/read_while_overwritten.py", f"s3a://lake/{form}", form, 5, env=no_java)
    assert "results seen" in done.stdout


@pytest.mark.parametrize(
    ("places", "changed", "code", "sentence"),
    [
        (
            ("hdfs://host/in", "out"),
            {},
            2,
            "have a client for hdfs://host/in; use --engine",
        ),
        (("s3a://lake/in", "catalog:lake.out"), {}, 2, "a client for catalog:lake.out; use --eng"),
        (("s3a://lake/in[1]", "out"), {}, 3, "not every client of object stores takes literally"),
        (
            ("s3a://lake/in", "out"),
            {"AWS_SECRET_ACCESS_KEY": f"not-{CREDENTIAL}"},
            *(3, "s3a://lake/in cannot be reached: .*ACCESS_DENIED"),
        ),
    ],
)
def test_what_the_embedded_engine_does_not_reach_is_refused_in_one_line(
    no_java: dict[str, str],
    tmp_path: Path,
    places: tuple[str, str],
    changed: dict[str, str],
    code: int,
    sentence: str,
) -> None:
    source, output = places
    output = str(tmp_path / output) if output == "out" else output
    done = patentcore(
        *("run", "--input", source, "--output", output), env=no_java | changed, check=False
    )
    assert done.returncode == code
    (line,) = done.stderr.splitlines()
    assert re.search(sentence, line)
    assert CREDENTIAL not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("output", "form", "code", "sentence"),
    [
        ("s3a://none/out", "parquet", 4, "cannot be written: .*NO_SUCH_BUCKET"),
        ("s3a://lake/a b", "delta", 2, "keeps Delta tables only where the path is of Latin letter"),
    ],
)
def test_an_output_that_the_embedded_engine_does_not_write_is_refused_before_any_work(
    no_java: dict[str, str], small_corpus: Path, output: str, form: str, code: int, sentence: str
) -> None:
    places = ("--input", small_corpus, "--output", output, "--set", f"output.format={form}")
    done = patentcore("run", *places, env=no_java, check=False)
    assert done.returncode == code
    (line,) = done.stderr.splitlines()
    assert re.search(sentence, line)


def test_delta_in_iceberg_out_on_an_object_store(
    store: dict[str, str],
    server: tuple[str, Path],
    small_corpus: Path,
    plain_result: Path,
) -> None:
    run("tests/lake/copy_tables.py", small_corpus, "s3a://lake/corpus", "delta", env=store)
    done = patentcore(
        *("run", "--input", "s3a://lake/corpus", "--output", "s3a://lake/result"),
        *("--set", "output.format=iceberg"),
        env=store,
    )
    found = compare(plain_result, "s3a://lake/result", store)
    assert {form for form, _ in found.values()} == {"iceberg"}
    assert found["scores"][1] == found["key_patents"][1] > 30

    shown = patentcore("show", "s3a://lake/result", "run", env=store)
    manifest = json.loads(shown.stdout)
    tables = manifest["input"]["tables"]
    assert {table["format"] for table in tables.values()} == {"delta"}
    bucket = server[1]
    assert (bucket / "result" / "run.json").is_file()
    written = [path for path in bucket.rglob("*") if path.is_file()]
    # Objects only: this server may keep an emptied folder when its own deletions cross.
    assert not [path for path in written if "unfinished" in str(path.relative_to(bucket))]

    said = done.stdout + done.stderr + shown.stdout + shown.stderr
    said += Path(store["PATENTCORE_SPARK_LOG"]).read_text(errors="replace")
    assert CREDENTIAL not in said
    assert len(written) > 30
    assert not [path for path in written if CREDENTIAL.encode() in path.read_bytes()]


def test_a_reader_on_an_object_store_sees_whole_results_while_they_are_overwritten(
    store: dict[str, str],
) -> None:
    done = run("tests/lake/read_while_overwritten.py", "s3a://lake/again", "delta", 3, env=store)
    assert "results seen" in done.stdout


def test_wrong_credentials_are_refused_and_not_repeated(
    store: dict[str, str], tmp_path: Path
) -> None:
    """The server looks at them, so that the other test shows something."""
    wrong = "not-" + CREDENTIAL
    done = patentcore(
        *("run", "--input", "s3a://lake/corpus", "--output", tmp_path / "out"),
        env=store | {"AWS_SECRET_ACCESS_KEY": wrong},
        check=False,
    )
    assert done.returncode == 3
    assert "s3a://lake/corpus cannot be reached" in done.stderr
    log = Path(store["PATENTCORE_SPARK_LOG"]).read_text(errors="replace")
    assert wrong not in done.stdout + done.stderr + log
    assert not (tmp_path / "out").exists()


def test_a_reader_on_hdfs_sees_whole_results_while_they_are_overwritten(tmp_path: Path) -> None:
    needs("hdfs-server")
    with hdfs_server(tmp_path) as root:
        conf = hadoop_conf(tmp_path / "hadoop", {"dfs.replication": "1"})
        env = {"HADOOP_CONF_DIR": str(conf), "PATENTCORE_ENGINE": "spark"}
        done = run("tests/lake/read_while_overwritten.py", f"{root}/again", "parquet", 5, env=env)
    assert "results seen" in done.stdout


def test_parquet_on_hdfs(small_corpus: Path, plain_result: Path, tmp_path: Path) -> None:
    needs("hdfs-server")
    with hdfs_server(tmp_path) as root:
        conf = hadoop_conf(tmp_path / "hadoop", {"dfs.replication": "1"})
        env = {"HADOOP_CONF_DIR": str(conf), "PATENTCORE_ENGINE": "spark"}
        run("tests/lake/copy_tables.py", small_corpus, f"{root}/corpus", "parquet", env=env)
        output = ("--input", f"{root}/corpus", "--output", f"{root}/result")
        patentcore("run", *output, env=env)
        found = compare(plain_result, f"{root}/result", env)
        assert {form for form, _ in found.values()} == {"parquet"}
        assert found["scores"][1] > 30
        again = patentcore("run", *output, env=env, check=False)
        assert again.returncode == 4
        assert "exists and is not empty" in again.stderr
        local = patentcore("show", plain_result, "scores", "--top", "3")
        assert patentcore("show", f"{root}/result", "--top", "3", env=env).stdout == local.stdout
