"""The Spark Connect server that PySpark ships serves the engine ``connect``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.dataset as ds
import pytest

pytestmark = pytest.mark.slow

COUNT = """
import sys
from patentcore.engine import get_spark, peak_memory, running
spark = get_spark(master=sys.argv[1], conf={"spark.sql.shuffle.partitions": "3"})
engine = running()
print(engine.name, engine.cores(spark), engine.versions(spark)["spark"], engine.process())
print(spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("spark.sql.session.timeZone"))
print(spark.range(10).mapInArrow(lambda batches: batches, "id long").count())
print(peak_memory()["driver_jvm_bytes"])
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    command = [
        Path(sys.executable).with_name("spark-submit"),
        *("--master", "local[2]", "--driver-memory", "1g"),
        *("--conf", f"spark.connect.grpc.binding.port={port}"),
        *("--conf", "spark.connect.grpc.binding.address=127.0.0.1"),
        *("--conf", "spark.ui.enabled=false"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        "spark-internal",
    ]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=tmp_path,
            stdout=log,
            stderr=log,
            env=os.environ | {"PYSPARK_PYTHON": sys.executable},
        )
    yield port
    process.terminate()
    process.wait()


def test_the_whole_method_is_the_same_behind_a_server(server: int, tmp_path: Path) -> None:
    """Its executors search for betweenness; the tables are the embedded engine's to the bit."""
    corpus = tmp_path / "corpus"
    patentcore("corpus", "--scale", "0.01", "--output", corpus)
    options = ("--input", corpus, "--set", "robustness.samples=5")
    patentcore("run", *options, "--output", tmp_path / "here", "--engine", "embedded")
    done = patentcore(
        *("run", *options, "--output", tmp_path / "there"),
        *("--master", f"sc://127.0.0.1:{server}"),
    )
    assert "tasks of the server" in done.stderr
    manifest = json.loads((tmp_path / "there" / "run.json").read_text(encoding="utf-8"))
    assert manifest["engine"]["name"] == "connect"
    assert len(manifest["tables"]) == 9
    for table in manifest["tables"]:
        here, there = (
            ds.dataset(tmp_path / place / table, format="parquet").to_table().to_pylist()
            for place in ("here", "there")
        )
        assert sorted(map(repr, here)) == sorted(map(repr, there)), table
        assert here or table == "rejects"


def patentcore(*arguments: object) -> subprocess.CompletedProcess[str]:
    wait = "from patentcore.engine import connect; connect.WAIT_SECONDS = 120\n"
    main = "import sys; from patentcore.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", wait + main, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def test_a_session_of_the_server(server: int) -> None:
    code = f"from patentcore.engine import connect; connect.WAIT_SECONDS = 120\n{COUNT}"
    done = subprocess.run(
        [sys.executable, "-c", code, f"sc://127.0.0.1:{server}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, *others = done.stdout.splitlines()
    assert first.startswith("connect 2 4.1.")
    assert first.endswith(" None")
    assert others == ["3 UTC", "10", "None"]
