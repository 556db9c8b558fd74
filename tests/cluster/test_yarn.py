"""Runs on YARN through scripts/submit with an archived environment, the driver here and there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from patentcore.engine import preflight
from tests.conftest import ROOT
from tests.lake.conftest import needs

from .conftest import QUICK, difference, rows
from .standalone import QUICK_JAVA, run, without_machines_own
from .yarn import yarn

pytestmark = [pytest.mark.slow, pytest.mark.any_engine]


@pytest.fixture(scope="module")
def hadoop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    needs("hdfs-server", "yarn-server")
    with yarn(tmp_path_factory.mktemp("yarn")) as conf:
        yield conf


JOB = ("jobs/run_pipeline.py", "--config", "conf/paper.toml")


def submit(hadoop: Path, mode: str, *words: object) -> subprocess.CompletedProcess[str]:
    # Every node has Spark's jars here, which need not be sent.
    java_home = preflight.find_java().resolve().parents[1]
    settings = (
        f"spark.yarn.appMasterEnv.JAVA_HOME={java_home}",
        f"spark.executorEnv.JAVA_HOME={java_home}",
        "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
        "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1",
        f"spark.yarn.jars=local:{preflight.spark_jars_folder()}/*",
        "spark.sql.shuffle.partitions=2",
        # For the driver to begin; machines are slow at times.
        "spark.yarn.am.waitTime=900s",
        f"spark.driver.extraJavaOptions={QUICK_JAVA}",
        f"spark.executor.extraJavaOptions={QUICK_JAVA}",
    )
    return run(
        *(ROOT / "scripts" / "submit", "--master", "yarn", "--deploy-mode", mode),
        *("--driver-memory", "1g", "--executor-memory", "512m", "--num-executors", "1"),
        *(f"--conf={setting}" for setting in settings),
        *words,
        env=without_machines_own() | {"HADOOP_CONF_DIR": str(hadoop)},
    )


def test_a_driver_here_gives_the_local_tables(
    hadoop: Path, environment: Path, tiny_corpus: Path, local_result: Path, tmp_path: Path
) -> None:
    job = ("jobs/screen_patents.py", "--config", "conf/paper.toml", *QUICK[:2])
    places = ("--input", tiny_corpus, "--output", tmp_path / "result")
    done = submit(hadoop, "client", "--environment", *job, *places)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    for table in ("funnel", "key_patents"):
        assert rows(tmp_path / "result" / table) == rows(local_result / table)


def test_a_driver_on_the_cluster_gives_the_local_tables(
    hadoop: Path, environment: Path, tiny_corpus: Path, local_result: Path, tmp_path: Path
) -> None:
    places = ("--input", tiny_corpus, "--output", tmp_path / "result")
    done = submit(hadoop, "cluster", "--environment", *JOB, *places, *QUICK)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    assert difference(local_result, tmp_path / "result") == []


def test_the_exit_code_of_a_driver_on_yarn_comes_back(hadoop: Path, tmp_path: Path) -> None:
    places = ("--input", tmp_path / "gone", "--output", tmp_path / "out")
    done = submit(hadoop, "cluster", *JOB, *places)
    assert done.returncode == 3, done.stderr[-6000:]
