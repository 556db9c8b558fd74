"""Runs on YARN through scripts/submit with an archived environment, the driver here and there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from patentcore.engine import preflight
from tests.conftest import ROOT
from tests.lake.conftest import needs
from tests.lake.conftest import run as run_python

from .conftest import QUICK
from .standalone import QUICK_JAVA, run, without_machines_own
from .yarn import yarn

pytestmark = [pytest.mark.slow, pytest.mark.any_engine]


@pytest.fixture(scope="module")
def hadoop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    needs("hdfs-server", "yarn-server")
    with yarn(tmp_path_factory.mktemp("yarn")) as conf:
        yield conf


def submit(hadoop: Path, mode: str, *job: object) -> subprocess.CompletedProcess[str]:
    # Every node has Spark's jars here, which need not be sent.
    java_home = preflight.find_java().resolve().parents[1]
    settings = (
        f"spark.yarn.appMasterEnv.JAVA_HOME={java_home}",
        f"spark.executorEnv.JAVA_HOME={java_home}",
        f"spark.yarn.jars=local:{preflight.spark_jars_folder()}/*",
        "spark.sql.shuffle.partitions=2",
        f"spark.driver.extraJavaOptions={QUICK_JAVA}",
        f"spark.executor.extraJavaOptions={QUICK_JAVA}",
    )
    return run(
        *(ROOT / "scripts" / "submit", "--master", "yarn", "--deploy-mode", mode),
        *("--environment", "--driver-memory", "1g", "--executor-memory", "512m"),
        *("--num-executors", "1", *(f"--conf={setting}" for setting in settings)),
        *("jobs/run_pipeline.py", "--config", "conf/paper.toml", *job),
        env=without_machines_own() | {"HADOOP_CONF_DIR": str(hadoop)},
    )


@pytest.mark.parametrize("mode", ["client", "cluster"])
def test_both_deploy_modes_give_the_local_tables(
    hadoop: Path,
    environment: Path,
    mode: str,
    tiny_corpus: Path,
    local_result: Path,
    tmp_path: Path,
) -> None:
    output = tmp_path / "result"
    done = submit(hadoop, mode, "--input", tiny_corpus, "--output", output, *QUICK)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    run_python("tests/lake/compare_results.py", local_result, output)


def test_the_exit_code_of_a_driver_on_yarn_comes_back(
    hadoop: Path, environment: Path, tmp_path: Path
) -> None:
    done = submit(hadoop, "cluster", "--input", tmp_path / "gone", "--output", tmp_path / "out")
    assert done.returncode == 3, done.stderr[-6000:]
