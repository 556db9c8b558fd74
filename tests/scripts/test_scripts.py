"""The scripts of a fresh clone: clear sentences, nothing done twice, a zip for executors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from patentcore.engine import preflight
from tests.conftest import ROOT
from tests.engine.test_preflight import make_java

TOOLS = ("bash", "sh", "env", "dirname", "basename", "cat", "sed", "head", "find", "cksum", "grep")
OTHERS = ("cp", "date", "mkdir", "mv", "rm", "touch")

# Answers as Python does to what scripts/setup asks of it, and writes down what it is called with.
PYTHON = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  --version) echo Python 3.11.9 ;;
  *venv*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && echo "#!$PWD/.venv" > .venv/bin/pip ;;
  *resolve_jars*) [ -z "$NO_JARS" ] || exit 1; mkdir -p .jars && touch .jars/graphs.jar ;;
  *shipping.py*) mkdir -p dist && touch dist/patentcore.zip ;;
esac
"""


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment whose PATH has the usual tools, but neither Java nor Python."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS + OTHERS:
        found = next(p for p in ("/bin", "/usr/bin") if Path(p, name).exists())
        (tools / name).symlink_to(Path(found, name))
    return {"PATH": str(tools), "HOME": str(tmp_path)}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A tree that nothing was set up in."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copytree(ROOT / "conf", folder / "conf")
    (folder / "lib" / "patentcore").mkdir(parents=True)
    for path in (*ROOT.glob("*.lock"), ROOT / "pyproject.toml"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def calls(bare: dict[str, str], tmp_path: Path) -> Path:
    """What the Python of the bare environment, which only pretends, is called with."""
    python = tmp_path / "bin" / "python3.11"
    python.write_text(PYTHON)
    python.chmod(0o755)
    calls = tmp_path / "calls"
    calls.touch()
    bare["CALLS"] = str(calls)
    return calls


def run(
    *command: object, env: dict[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def sentence(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a script that stopped said."""
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("script", ["setup", "quickstart", "test"])
def test_scripts_without_python_stop_with_one_sentence(
    bare: dict[str, str], clone: Path, script: str
) -> None:
    result = run(clone / "scripts" / script, env=bare)
    assert "Python 3.11 or later was not found; install it" in sentence(result)


@pytest.mark.parametrize(
    "command",
    ["setup --spark", "setup --with delta", "setup --with=delta", "setup --dev --spark"],
)
def test_what_is_for_spark_stops_without_java_before_any_work(
    bare: dict[str, str], clone: Path, calls: Path, command: str
) -> None:
    script, *options = command.split()
    result = run(clone / "scripts" / script, *options, env=bare)
    assert "Java was not found; install Java 17 or 21" in sentence(result)
    assert not (clone / ".venv").exists()


def test_quickstart_on_spark_stops_without_java(
    bare: dict[str, str], clone: Path, calls: Path
) -> None:
    result = run(clone / "scripts" / "quickstart", env=bare | {"PATENTCORE_ENGINE": "spark"})
    assert "Java was not found" in sentence(result)


def test_setup_without_java_is_of_the_embedded_engine(
    bare: dict[str, str], clone: Path, calls: Path
) -> None:
    result = run(clone / "scripts" / "setup", env=bare)
    assert (result.returncode, result.stdout) == (0, "")
    assert "no Java 17 or 21 here" in result.stderr
    assert "requirements.lock" in calls.read_text()
    assert "patentcore.centrality.warm" in calls.read_text()
    assert "resolve_jars" not in calls.read_text()
    assert "patentcore.engine.warm" not in calls.read_text()
    assert (clone / "dist" / "patentcore.zip").is_file()

    calls.write_text("")
    result = run(clone / "scripts" / "setup", env=bare)
    assert (result.returncode, result.stderr) == (0, "")
    assert set(calls.read_text().splitlines()) <= {"--version"}
    assert "run scripts/setup --spark" in sentence(run(clone / "scripts" / "submit", env=bare))


def test_setup_where_java_is_fetches_the_jar_and_no_more(
    bare: dict[str, str], clone: Path, calls: Path, tmp_path: Path
) -> None:
    make_java(tmp_path / "java", "17.0.15")
    with_java = bare | {"JAVA_HOME": str(tmp_path / "java")}
    assert run(clone / "scripts" / "setup", env=with_java).returncode == 0
    assert "resolve_jars.py" in calls.read_text()
    assert "patentcore.engine.warm" not in calls.read_text()
    assert run(clone / "scripts" / "setup", "--check", env=with_java).returncode == 0
    assert run(clone / "scripts" / "setup", "--spark", "--check", env=with_java).returncode == 1

    assert run(clone / "scripts" / "setup", "--spark", env=with_java).returncode == 0
    assert "patentcore.engine.warm" in calls.read_text()
    assert run(clone / "scripts" / "setup", "--spark", "--check", env=with_java).returncode == 0

    calls.write_text("")
    result = run(clone / "scripts" / "setup", "--with", "delta", env=with_java)
    assert (result.returncode, result.stderr) == (0, "")
    assert "--with delta" in calls.read_text()
    assert "warm" not in calls.read_text()


def test_setup_where_the_jar_cannot_be_fetched_is_of_the_embedded_engine(
    bare: dict[str, str], clone: Path, calls: Path, tmp_path: Path
) -> None:
    make_java(tmp_path / "java", "17.0.15")
    offline = bare | {"JAVA_HOME": str(tmp_path / "java"), "NO_JARS": "1"}
    result = run(clone / "scripts" / "setup", env=offline)
    assert result.returncode == 0
    assert "the jar for Spark cannot be fetched" in result.stderr
    assert run(clone / "scripts" / "setup", env=offline).stderr == ""
    assert run(clone / "scripts" / "setup", "--spark", env=offline).returncode == 1


@pytest.mark.parametrize("is_there", [True, False])
def test_setup_for_testing_has_spark_where_java_is(
    bare: dict[str, str], clone: Path, calls: Path, tmp_path: Path, is_there: bool
) -> None:
    environment = bare
    if is_there:
        make_java(tmp_path / "java", "21")
        environment = bare | {"JAVA_HOME": str(tmp_path / "java")}
    assert run(clone / "scripts" / "setup", "--dev", env=environment).returncode == 0
    assert "requirements-dev.lock" in calls.read_text()
    assert ("patentcore.engine.warm" in calls.read_text()) == is_there
    # What testing needs is all that running needs.
    assert run(clone / "scripts" / "setup", "--check", env=environment).returncode == 0
    assert run(clone / "scripts" / "setup", "--dev", "--check", env=environment).returncode == 0


def test_submitting_without_java_stops_with_one_sentence(bare: dict[str, str], clone: Path) -> None:
    for name in (".venv/bin/spark-submit", "dist/patentcore.zip", ".jars/graphs.jar"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).touch(mode=0o755)
    assert "Java was not found" in sentence(run(clone / "scripts" / "submit", env=bare))


def test_setup_for_spark_names_the_java_that_does_not_fit(
    bare: dict[str, str], clone: Path, tmp_path: Path
) -> None:
    java = make_java(tmp_path / "old", "11.0.22")
    of_home = bare | {"JAVA_HOME": str(tmp_path / "old")}
    result = run(clone / "scripts" / "setup", "--spark", env=of_home)
    assert "is version 11.0.22, but Spark 4.1 needs Java 17 or 21" in sentence(result)

    on_path = bare | {"PATH": f"{java.parent}:{bare['PATH']}"}
    result = run(clone / "scripts" / "setup", "--spark", env=on_path)
    assert f"the java on PATH ({java}) is version 11.0.22" in sentence(result)


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


def test_command_on_spark_without_java_stops_with_one_sentence(bare: dict[str, str]) -> None:
    result = run(
        sys.executable,
        "-m",
        "patentcore.cli",
        "run",
        *("--engine", "spark", "--input", "nowhere", "--output", "nowhere-else"),
        env=bare,
    )
    assert "Java was not found; install a full Java 17 or 21" in sentence(result)


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
