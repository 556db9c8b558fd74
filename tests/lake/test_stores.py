"""Runs on an S3-compatible store and on HDFS, each equal to the run on local Parquet."""

from __future__ import annotations

import json
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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment that reaches the S3 server: configuration in a file, credentials apart."""
    needs("delta", "iceberg", "s3a", "s3-server")
    server = tmp_path / "server"
    server.mkdir()
    with s3_server(server, identity=IDENTITY, credential=CREDENTIAL, bucket="lake") as endpoint:
        properties = {
            "fs.s3a.endpoint": endpoint,
            "fs.s3a.endpoint.region": "us-east-1",
            "fs.s3a.path.style.access": "true",
        }
        yield {
            "HADOOP_CONF_DIR": str(hadoop_conf(tmp_path / "hadoop", properties)),
            "AWS_ACCESS_KEY_ID": IDENTITY,
            "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
            "PATENTCORE_SPARK_LOG": str(tmp_path / "spark.log"),
        }


def test_delta_in_iceberg_out_on_an_object_store(
    store: dict[str, str], small_corpus: Path, plain_result: Path, tmp_path: Path
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
    bucket = tmp_path / "server" / "data" / "lake"
    assert (bucket / "result" / "run.json").is_file()
    written = [path for path in bucket.rglob("*") if path.is_file()]
    # Objects only: this server may keep an emptied folder when its own deletions cross.
    assert not [path for path in written if "unfinished" in str(path.relative_to(bucket))]

    said = done.stdout + done.stderr + shown.stdout + shown.stderr
    said += Path(store["PATENTCORE_SPARK_LOG"]).read_text(errors="replace")
    assert CREDENTIAL not in said
    assert len(written) > 30
    assert not [path for path in written if CREDENTIAL.encode() in path.read_bytes()]


@pytest.mark.parametrize("form", ["parquet", "delta", "iceberg"])
def test_a_reader_on_an_object_store_sees_whole_results_while_they_are_overwritten(
    store: dict[str, str], form: str
) -> None:
    done = run("tests/lake/read_while_overwritten.py", "s3a://lake/again", form, 5, env=store)
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
        env = {"HADOOP_CONF_DIR": str(conf)}
        done = run("tests/lake/read_while_overwritten.py", f"{root}/again", "parquet", 10, env=env)
    assert "results seen" in done.stdout


def test_parquet_on_hdfs(small_corpus: Path, plain_result: Path, tmp_path: Path) -> None:
    needs("hdfs-server")
    with hdfs_server(tmp_path) as root:
        conf = hadoop_conf(tmp_path / "hadoop", {"dfs.replication": "1"})
        env = {"HADOOP_CONF_DIR": str(conf)}
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
