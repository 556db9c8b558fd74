"""The Spark Connect server that PySpark ships serves the engine ``connect``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
