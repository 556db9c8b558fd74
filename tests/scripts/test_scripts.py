"""The scripts of a fresh clone: clear sentences, nothing done twice, a zip for executors."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from patentcore.engine import preflight
from tests.conftest import ROOT
from tests.engine.test_preflight import make_java

TOOLS = ("bash", "sh", "env", "dirname", "basename", "cat", "sed", "head", "find", "cksum", "grep")


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment whose PATH has the usual tools, but neither Java nor Python."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = next(p for p in ("/bin", "/usr/bin") if Path(p, name).exists())
        (tools / name).symlink_to(Path(found, name))
    return {"PATH": str(tools), "HOME": str(tmp_path)}


def run(*command: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("script", ["setup", "quickstart", "test", "submit"])
def test_scripts_without_java_stop_with_one_sentence(bare: dict[str, str], script: str) -> None:
    result = run(ROOT / "scripts" / script, env=bare)
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert "Java" in line or "scripts/setup" in line
    assert "install" in line or "run" in line


def test_setup_names_the_java_that_does_not_fit(bare: dict[str, str], tmp_path: Path) -> None:
    java = make_java(tmp_path / "old", "11.0.22")
    result = run(ROOT / "scripts" / "setup", env=bare | {"JAVA_HOME": str(tmp_path / "old")})
    assert result.returncode == 1
    assert "is version 11.0.22, but Spark 4.1 needs Java 17 or 21" in result.stderr

    on_path = bare | {"PATH": f"{java.parent}:{bare['PATH']}"}
    result = run(ROOT / "scripts" / "setup", env=on_path)
    assert result.returncode == 1
    assert f"the java on PATH ({java}) is version 11.0.22" in result.stderr


def test_python_missing_or_too_old(bare: dict[str, str], tmp_path: Path) -> None:
    find = ["bash", "-c", ". scripts/common.sh; find_python"]
    result = run(*find, env=bare)
    assert result.returncode == 1
    assert "Python 3.11 or later was not found; install it" in result.stderr

    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = run(*find, env=bare | {"PYTHON": str(old)})
    assert result.returncode == 1
    assert f"PYTHON is {old}, which is not Python 3.11 or later" in result.stderr

    result = run(*find, env=bare | {"PYTHON": sys.executable})
    assert result.stdout.strip() == sys.executable


def test_setup_refuses_unknown_options() -> None:
    result = run(ROOT / "scripts" / "setup", "--everything")
    assert result.returncode == 2
    assert "usage" in result.stderr


def test_command_without_java_stops_with_one_sentence(bare: dict[str, str]) -> None:
    result = run(
        sys.executable,
        "-m",
        "patentcore.cli",
        "run",
        *("--input", "nowhere", "--output", "nowhere-else"),
        env=bare,
    )
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "Java was not found; install a full Java 17 or 21" in line


def test_second_setup_does_nothing() -> None:
    if run(ROOT / "scripts" / "setup", "--dev", "--check").returncode:
        pytest.skip("this tree was not set up by scripts/setup")
    run(ROOT / "scripts" / "setup", "--dev")  # brings the zip up to date
    begin = time.monotonic()
    result = run(ROOT / "scripts" / "setup", "--dev")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert time.monotonic() - begin < 5  # a tenth of a second on an idle machine


def test_package_is_at_the_root_of_the_zip_and_equal_sources_give_equal_bytes(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    for target in (first, second):
        assert run(ROOT / "scripts" / "package", target).returncode == 0
    assert first.read_bytes() == second.read_bytes()
    program = f"import sys; sys.path.insert(0, {str(first)!r}); import patentcore as p; print(p)"
    assert f"{first}/patentcore/__init__.py" in run(sys.executable, "-c", program).stdout


def test_lock_files_are_pinned_hashed_and_name_no_index() -> None:
    pins: dict[str, set[str]] = {}
    for name in ("requirements-build.lock", "requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("--")]
        pins[name] = {line.split()[0] for line in lines if line and line[0] not in "# "}
        assert all("==" in pin for pin in pins[name])
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins[name])
    assert pins["requirements.lock"] <= pins["requirements-dev.lock"]


def test_jars_of_the_configuration_are_the_jars_in_place() -> None:
    import tomllib

    named = tomllib.loads((ROOT / "conf" / "jars.toml").read_text())
    _, artifact, version = named["graphframes"].split(":")
    assert f"{artifact}-{version}.jar" in [Path(jar).name for jar in preflight.local_jars()]


def test_extra_jars_are_pinned_by_checksum() -> None:
    import tomllib

    named = tomllib.loads((ROOT / "conf" / "jars.toml").read_text())
    assert {"delta", "iceberg", "s3a"} <= set(named["with"])
    files = {
        "-".join(coordinate.split(":")[1:]) + ".jar"
        for coordinates in named["with"].values()
        for coordinate in coordinates
    }
    assert files <= set(named["sha256"])


def test_unknown_extra_jars_are_refused_before_anything_is_fetched() -> None:
    result = run(sys.executable, ROOT / "scripts" / "resolve_jars.py", "--with", "delta,nonsense")
    assert result.returncode == 2
    assert "--with knows delta, iceberg, s3a, " in result.stderr
    assert "not nonsense" in result.stderr
    assert "resolving" not in result.stderr


def test_submitting_with_jars_that_are_not_there_names_the_remedy() -> None:
    result = run(ROOT / "scripts" / "submit", "--with", "nonsense", "jobs/run_pipeline.py")
    assert result.returncode == 1
    assert "run scripts/setup --with nonsense" in result.stderr


JOB = """
import patentcore
from graphframes import GraphFrame
from patentcore.engine.session import get_spark

def package(_):
    import patentcore
    return patentcore.__file__

spark = get_spark("submitted")
edges = spark.range(3).selectExpr("id AS src", "id + 1 AS dst")
print("degrees", GraphFrame(spark.range(4), edges).degrees.count())
print("partitions", spark.conf.get("spark.sql.shuffle.partitions"))
print("executor", spark.sparkContext.parallelize([0], 1).map(package).first())
"""


@pytest.mark.slow
def test_submitted_job_finds_the_jar_and_the_zip(tmp_path: Path) -> None:
    archive, job = tmp_path / "patentcore.zip", tmp_path / "count_degrees.py"
    run(ROOT / "scripts" / "package", archive)
    job.write_text(JOB)
    result = submit("--py-files", archive, "--conf", "spark.sql.shuffle.partitions=3", job)
    assert result.returncode == 0, result.stderr[-3000:]
    assert "degrees 4" in result.stdout
    assert "partitions 3" in result.stdout  # the command line wins over file and defaults
    assert "patentcore.zip/patentcore/__init__.py" in result.stdout


@pytest.mark.slow
def test_submitted_job_without_the_jar_says_the_remedy(tmp_path: Path) -> None:
    job = tmp_path / "count_degrees.py"
    job.write_text(JOB)
    result = submit("--conf", "spark.jars=", job)
    assert result.returncode != 0
    # spark-submit joins the job's stderr to its stdout
    assert "The submitted jars do not hold GraphFrames; submit with --prop" in result.stdout


def submit(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run spark-submit as the README does, with the Python that runs the tests."""
    return run(
        Path(sys.executable).with_name("spark-submit"),
        *("--master", "local[2]", "--properties-file", "conf/spark-defaults.conf"),
        *("--driver-memory", "1g"),
        *arguments,
        env=os.environ | {"PYSPARK_PYTHON": sys.executable},
    )
