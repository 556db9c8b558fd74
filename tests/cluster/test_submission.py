"""scripts/submit: what it prints, as Spark's documentation has it, and what it refuses."""

from __future__ import annotations

import importlib
import shlex
import subprocess
import sys

import pytest

from tests.conftest import ROOT

from .standalone import run, without_machines_own

pytestmark = pytest.mark.any_engine

JOB = ("jobs/run_pipeline.py", "--config", "conf/paper.toml", "--input", "in", "--output", "out")
KUBERNETES = ("--master", "k8s://https://10.0.0.1:6443")


def submit(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(ROOT / "scripts" / "submit", *words, env=without_machines_own() | environment)


def printed(*words: str, **environment: str) -> list[str]:
    """Return the words of the command that is printed, and nothing else is."""
    done = submit("--print", *words, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return shlex.split(done.stdout)


def settings(command: list[str]) -> dict[str, str]:
    told = [word.removeprefix("--conf=") for word in command if word.startswith("--conf=")]
    return dict(setting.split("=", 1) for setting in told)


def test_locally_it_is_the_projects_python_settings_and_package() -> None:
    command = printed(*JOB)
    assert command[0] == "env"
    assert command[1].startswith("SPARK_HOME=/")
    assert command[2:5] == [
        *(".venv/bin/spark-submit", "--properties-file", "conf/spark-defaults.conf")
    ]
    python = str(ROOT / ".venv" / "bin" / "python")
    assert settings(command) == {
        "spark.pyspark.python": python,
        "spark.pyspark.driver.python": python,
    }
    assert command[command.index("--py-files") + 1] == "dist/patentcore.zip"
    assert tuple(command[-len(JOB) :]) == JOB


def test_workers_have_the_python_that_is_named() -> None:
    found = settings(printed("--master", "spark://h:7077", *JOB, PYSPARK_PYTHON="/opt/python"))
    assert found["spark.pyspark.python"] == "/opt/python"
    assert found["spark.pyspark.driver.python"] == str(ROOT / ".venv" / "bin" / "python")


def test_executors_come_and_go_with_the_work() -> None:
    found = settings(printed("--master", "spark://h:7077", "--dynamic", "1:8", *JOB))
    prefix = "spark.dynamicAllocation."
    assert {k.removeprefix(prefix): v for k, v in found.items() if k.startswith(prefix)} == {
        "enabled": "true",
        "shuffleTracking.enabled": "true",
        "minExecutors": "1",
        "maxExecutors": "8",
    }


def test_secrets_are_not_printed() -> None:
    words = ("--conf", "spark.hadoop.fs.s3a.secret.key=hush-9f", *JOB)
    command = printed(*words)
    assert "spark.hadoop.fs.s3a.secret.key=***" in command
    assert "hush-9f" not in str(command)


def test_what_is_given_to_ship_is_shipped_besides() -> None:
    command = printed("--py-files", "mine.zip", "--master=local[2]", *JOB)
    assert command.count("--py-files") == 1
    assert command[command.index("--py-files") + 1] == "dist/patentcore.zip,mine.zip"
    assert command[command.index("--master") + 1] == "local[2]"


def test_a_driver_on_yarn_gets_the_configuration_and_is_not_tried_twice() -> None:
    command = printed("--master", "yarn", "--deploy-mode", "cluster", *JOB)
    assert command[command.index("--files") + 1] == "conf/paper.toml"
    assert command[command.index("--config") + 1] == "paper.toml"
    found = settings(command)
    assert found["spark.yarn.maxAppAttempts"] == "1"
    assert "spark.pyspark.driver.python" not in found


def test_on_kubernetes_the_image_has_python() -> None:
    command = printed(
        *KUBERNETES,
        *("--deploy-mode", "cluster", "--image", "registry.example.com/patentcore:1"),
        *("--upload", "s3a://lake/uploads", "--service-account", "patentcore"),
        *("--namespace", "patents", *JOB),
    )
    assert settings(command) == {
        "spark.kubernetes.container.image": "registry.example.com/patentcore:1",
        "spark.kubernetes.file.upload.path": "s3a://lake/uploads",
        "spark.kubernetes.authenticate.driver.serviceAccountName": "patentcore",
        "spark.kubernetes.namespace": "patents",
    }
    assert command[command.index("--master") + 1] == "k8s://https://10.0.0.1:6443"
    assert command[command.index("--deploy-mode") + 1] == "cluster"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), 2, "which job?"),
        (("--with",), 2, "--with wants a value"),
        (("--dynamic", "8:1", *JOB), 2, "--dynamic wants MIN:MAX"),
        (("--image", "x", *JOB), 2, "--image is for --master k8s://"),
        ((*KUBERNETES, *JOB), 2, "Kubernetes needs --image"),
        ((*KUBERNETES, "--deploy-mode", "cluster", "--image", "x", *JOB), 2, "needs --upload"),
        (
            ("--master", "spark://h:7077", "--deploy-mode", "cluster", *JOB),
            2,
            "take no Python job in cluster deploy mode; leave --deploy-mode out",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_one_sentence(
    words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = submit(*words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (code, "", 1)
    assert sentence in done.stderr


def test_the_zip_is_brought_up_to_date_before_the_job_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    submission = importlib.import_module("submission")
    done: list[object] = []
    monkeypatch.setattr(submission.shipping, "write_zip", done.append)
    monkeypatch.setattr(submission, "run", lambda command, _: done.append(command[-1]) or 0)
    monkeypatch.setattr(sys, "argv", ["submit", *JOB])
    assert submission.main() == 0
    assert done == [ROOT / "dist" / "patentcore.zip", "out"]
    assert capsys.readouterr().err.startswith("env SPARK_HOME=")
