"""Each engine starts, says what it is, and says in one line what it lacks."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.engine import choose, connect, embedded, remote, session, settings
from patentcore.engine.classic import Classic
from patentcore.engine.protocol import Request
from patentcore.engine.spill import SpillFolder, remove_left
from patentcore.errors import ConfigError, EnvironmentProblem

SORT = """
from patentcore.engine import get_spark, running
from patentcore.engine.failures import failure_of
from patentcore.errors import ConfigError
spark = get_spark(engine="embedded", conf={"spark.driver.memory": "64m"})
engine = running()
print(engine.name, engine.cores(spark) > 0, engine.memory_bytes(spark), engine.versions(spark))
rows = spark.range(3_000_000).selectExpr("id", "cast(id * 7919 % 3000000 as string) as text")
print(rows.orderBy("text").selectExpr("max(text)").first()[0])
try:
    rows.groupBy("text").agg({"id": "collect_list"}).selectExpr("max(text)").collect()
    print("fits")
except Exception as error:
    print(failure_of(error).kind.name)
try:
    get_spark(engine="spark", master="local[1]")
except ConfigError as error:
    print(error)
spark.stop()
print(get_spark(engine="embedded").range(5).count())
"""


def test_the_engine_is_chosen_by_name_then_master_then_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    monkeypatch.delenv(session.VARIABLE, raising=False)
    assert choose() == session.DEFAULT
    monkeypatch.setenv(session.VARIABLE, "embedded")
    assert choose() == "embedded"
    assert choose(master="local[2]") == "spark"
    assert choose(master="sc://host:15002") == "connect"
    assert choose("spark") == "spark"
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    assert choose() == "spark"
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT")
    monkeypatch.setenv(session.VARIABLE, "duckdb")
    with pytest.raises(ConfigError, match=r"PATENTCORE_ENGINE: there is no engine duckdb; choose"):
        choose()


@pytest.mark.parametrize(
    ("place", "engine"),
    [("hdfs://host/in", "spark"), ("catalog:lake.out", "spark"), ("in", "embedded")],
)
def test_where_nobody_chose_spark_does_what_the_embedded_engine_does_not(
    caplog: pytest.LogCaptureFixture, place: str, engine: str
) -> None:
    with caplog.at_level("INFO", logger="patentcore"):
        assert session._suited(Request("test", places=(place,))) == engine
    said = [f"on the engine spark, as the embedded one does not have a client for {place}"]
    assert caplog.messages == (said if engine == "spark" else [])


@pytest.mark.parametrize(
    ("engine", "master", "sentence"),
    [
        ("embedded", "local[2]", r"no master; --master local\[2\] needs --engine spark"),
        ("embedded", "sc://host", "needs --engine connect"),
        ("spark", "sc://host", "sc://host is for --engine connect"),
        ("connect", None, "the engine connect needs --master sc://HOST:PORT"),
        ("connect", "local[2]", "the engine connect needs --master sc://HOST:PORT"),
        ("connect", "sc://host:port/x", "sc://host:port/x is no address of a Spark Connect server"),
    ],
)
def test_a_master_of_another_engine_is_refused(
    monkeypatch: pytest.MonkeyPatch, engine: str, master: str | None, sentence: str
) -> None:
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    monkeypatch.setattr(remote, "running", lambda: None)  # nor the session of other tests
    with pytest.raises(ConfigError, match=sentence):
        session.engine_named(engine).start(Request("test", master))


@pytest.mark.parametrize(
    ("module", "sentence"),
    [("pysail", r"\(pysail\) is not installed; run scripts/setup"), ("grpc", "needs grpcio; run")],
)
def test_what_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, module: str, sentence: str
) -> None:
    monkeypatch.setattr(remote, "running", lambda: None)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )
    with pytest.raises(EnvironmentProblem, match=sentence):
        embedded.Embedded().start(Request("test"))


def test_embedded_sorts_beyond_its_memory_and_says_when_it_cannot() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SORT], capture_output=True, text=True, check=True, timeout=120
    )
    what, greatest, grouped, refused, again = done.stdout.splitlines()
    assert what.startswith("embedded True 67108864 {'sail': '0.7")
    assert greatest == "999999"
    assert grouped in ("fits", "NO_MEMORY")
    assert refused.startswith("a session of the engine embedded runs in this process")
    assert again == "5"  # after a stop, on a new connection


@pytest.mark.parametrize(
    ("text", "size"), [("512", 512 << 20), ("4g", 4 << 30), ("1 KB", 1 << 10), ("2t", 2 << 40)]
)
def test_sizes(text: str, size: int) -> None:
    assert settings.size(text) == size


def test_settings_that_are_no_number_are_refused() -> None:
    with pytest.raises(ConfigError, match="'much' is no size such as 4g"):
        embedded.memory_limit({"spark.driver.memory": "much"})
    with pytest.raises(ConfigError, match="'0' is no number of cores"):
        embedded.core_count({"spark.default.parallelism": "0"})


@pytest.mark.parametrize(
    ("master", "conf", "message"),
    [
        ("garbage://host", {}, "--master garbage://host is none of Spark's"),
        ("local[x]", {}, r"--master local\[x\] is none"),
        (None, {"spark.driver.memory": "abc"}, "spark.driver.memory: 'abc' is no size"),
        ("yarn", {"spark.executor.memory": "-1g"}, "spark.executor.memory: '-1g' is no size"),
    ],
)
def test_what_spark_would_fail_on_is_refused_before_java_starts(
    monkeypatch: pytest.MonkeyPatch, master: str | None, conf: dict[str, str], message: str
) -> None:
    monkeypatch.setattr("patentcore.engine.classic._session", pytest.fail)
    with pytest.raises(ConfigError, match=message):
        Classic().start(Request("test", master, conf))


@pytest.mark.parametrize(
    "master",
    ["local", "local[*]", "local[2, 4]", "local-cluster[2,1,1024]", "spark://a:1,b:1", "yarn"],
)
def test_spark_s_masters_are_known(master: str) -> None:
    settings.check_settings(master, {"spark.driver.memory": "4g"})


def test_no_server_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "WAIT_SECONDS", 0.5)
    with socket.socket() as held:  # nobody else listens at this port
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        with pytest.raises(EnvironmentProblem, match=rf"no Spark Connect server .*:{port} within"):
            connect.connected(f"sc://127.0.0.1:{port}/;user_id=me", {})


@contextmanager
def server(version: str | None) -> Iterator[int]:
    """Serve the version alone, as a Spark of it would; ``None`` for a server of other things."""
    import grpc
    from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc

    class Service(base_pb2_grpc.SparkConnectServiceServicer):
        def AnalyzePlan(self, request, context):  # noqa: N802
            answer = base_pb2.AnalyzePlanResponse(session_id=request.session_id)
            answer.spark_version.version = version
            return answer

        def Config(self, request, context):  # noqa: N802
            return base_pb2.ConfigResponse(session_id=request.session_id)

    serving = grpc.server(futures.ThreadPoolExecutor(2))
    if version is not None:
        base_pb2_grpc.add_SparkConnectServiceServicer_to_server(Service(), serving)
    port = serving.add_insecure_port("127.0.0.1:0")
    serving.start()
    try:
        yield port
    finally:
        serving.stop(None)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("3.5.6", "is Spark 3.5.6, but PatentCore needs 4.1.x; use a server of that series"),
        (None, "does not answer as a Spark Connect server"),
    ],
)
def test_a_server_that_does_not_fit(version: str | None, sentence: str) -> None:
    code = (
        "import sys; from patentcore.engine import get_spark\n"
        "from patentcore.errors import EnvironmentProblem\n"
        "try: get_spark(master=sys.argv[1])\n"
        "except EnvironmentProblem as problem: print(problem)"
    )
    with server(version) as port:
        done = subprocess.run(
            [sys.executable, "-c", code, f"sc://127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    (line,) = done.stdout.splitlines()
    assert sentence in line


def test_spill_folders_that_nobody_holds_are_removed(tmp_path: Path) -> None:
    held = SpillFolder(tmp_path)
    assert held.path.stat().st_mode & 0o777 == 0o700
    left, target = tmp_path / "patentcore-spill-left", tmp_path / "elsewhere"
    (left / "inside").mkdir(parents=True)
    target.mkdir()
    (tmp_path / "patentcore-spill-link").symlink_to(target)
    remove_left(tmp_path)
    assert not left.exists()
    assert held.path.exists()
    assert target.exists()
    held.remove()
    assert not held.path.exists()


def test_the_client_is_complete_here() -> None:
    assert remote.check_client().startswith("4.1")


@pytest.mark.any_engine
def test_another_thread_gets_the_session_of_the_process(spark: SparkSession) -> None:
    with futures.ThreadPoolExecutor(1) as pool:
        assert pool.submit(session.get_spark).result() is spark
