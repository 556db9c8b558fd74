"""The embedded engine's port is this process's alone, and the engine ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from patentcore.engine import gate
from patentcore.engine.spill import PREFIX

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ports are closed on Linux only")

# Starts an engine, says where, and does what it is told on stdin until that ends.
ENGINE = """
import sys
from patentcore.engine import get_spark, running
from patentcore.engine.embedded import _running
spark = get_spark(engine="embedded", conf={"spark.driver.memory": "256m"})
print(*_running().gate.address, _running().gate.is_closed, flush=True)
for line in sys.stdin:
    print(spark.range(int(line)).count(), flush=True)
"""
# What another program does: it asks for the version.
STRANGER = """
import sys
import grpc
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc
channel = grpc.insecure_channel(sys.argv[1], [("grpc.enable_http_proxy", 0)])
request = base_pb2.AnalyzePlanRequest(session_id="00112233-4455-6677-8899-aabbccddeeff")
request.spark_version.SetInParent()
try:
    answer = base_pb2_grpc.SparkConnectServiceStub(channel).AnalyzePlan(
        request, timeout=float(sys.argv[2])
    )
    print("answered", answer.spark_version.version)
except grpc.RpcError as error:
    print("refused", error.code().name)
"""
SERVER = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(*server.listening_address, flush=True)
sys.stdin.read()
"""


# A query that takes minutes.
LONG = """
from patentcore.engine import get_spark
spark = get_spark(engine="embedded", conf={"spark.driver.memory": "256m"})
print("begun", flush=True)
try:
    spark.range(20_000_000_000).selectExpr("sum(sqrt(id) * sin(id))").collect()
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(spark.range(7).count(), flush=True)
"""


# Where the tests run in the background, their children were told to ignore it.
HEARS_INTERRUPTS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"


def start(program: str, spill: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HEARS_INTERRUPTS + program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"SPARK_LOCAL_DIRS": str(spill), "RUST_LOG": "off"},
    )


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = start(ENGINE, tmp_path)
    yield process
    process.kill()
    process.wait()


def said(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def count(process: subprocess.Popen[str], rows: int) -> list[str]:
    assert process.stdin is not None
    process.stdin.write(f"{rows}\n")
    process.stdin.flush()
    return said(process)


def stranger(host: str, port: str, seconds: int = 3) -> str:
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, f"{host}:{port}", str(seconds)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_stranger_is_answered_by_an_open_server_and_not_by_ours(
    engine: subprocess.Popen[str], tmp_path: Path
) -> None:
    open_server = start(SERVER, tmp_path)
    host, port = said(open_server)
    assert stranger(host, port, seconds=60).startswith("answered 4.")
    open_server.kill()
    host, port, is_closed = said(engine)
    assert is_closed == "True"
    assert stranger(host, port) in ("refused DEADLINE_EXCEEDED", "refused UNAVAILABLE")
    assert count(engine, 7) == ["7"]  # we are


def test_who_connected_before_the_port_was_closed_is_found() -> None:
    import socket

    from patentcore.errors import EnvironmentProblem

    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with (
            socket.create_connection(address),  # which nobody accepted yet
            pytest.raises(EnvironmentProblem, match="another program connected"),
        ):
            gate.Gate(address)


def test_nothing_can_be_said_to_a_server_before_it_admits() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = gate.Gate(listener.getsockname())
        with socket.create_connection(door.address) as client:
            accepted = listener.accept()[0]
            accepted.settimeout(0.5)
            with accepted:
                client.sendall(b"hello")
                with pytest.raises(TimeoutError):
                    accepted.recv(5)
                door.admit_own(lambda: True)
                accepted.settimeout(5)
                assert accepted.recv(5) == b"hello"
        with pytest.raises(TimeoutError):
            socket.create_connection(door.address, timeout=0.5)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, None])
def test_port_and_spill_end_with_the_process(
    engine: subprocess.Popen[str], tmp_path: Path, ending: signal.Signals | None
) -> None:
    host, port, _ = said(engine)
    assert len(list(tmp_path.glob(f"{PREFIX}*"))) == 1
    if ending is None:
        assert engine.stdin is not None
        engine.stdin.close()
    else:
        engine.send_signal(ending)
    engine.wait(timeout=30)
    assert stranger(host, port) == "refused UNAVAILABLE"
    if ending is None:
        assert not list(tmp_path.glob(f"{PREFIX}*"))
        return
    left = list(tmp_path.glob(f"{PREFIX}*"))
    following = start(ENGINE, tmp_path)  # the next engine removes what was left
    said(following)
    now = list(tmp_path.glob(f"{PREFIX}*"))
    following.kill()
    following.wait()
    assert len(now) == 1
    assert now != left


def test_an_interrupted_query_ends_at_once(tmp_path: Path) -> None:
    process = start(LONG, tmp_path)
    try:
        assert said(process) == ["begun"]
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert said(process) == ["interrupted"]
        assert said(process) == ["7"]  # the engine goes on
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
    assert not list(tmp_path.glob(f"{PREFIX}*"))
