"""The doctor says what is there, what is wrong, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from pyspark.sql import SparkSession

from patentcore.engine import doctor, preflight
from tests.conftest import ROOT

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A project folder as set-up leaves it, with a fresh zip."""
    import zipfile

    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "dist").mkdir()
    with zipfile.ZipFile(tmp_path / "dist" / "patentcore.zip", "w") as archive:
        archive.writestr("patentcore/__init__.py", "")
    monkeypatch.setattr(preflight, "PROJECT", tmp_path)
    monkeypatch.setenv("PATENTCORE_JARS", str(Path(preflight.__file__).parents[3] / ".jars"))
    return tmp_path


def test_all_is_well(packaged: Path) -> None:
    found = doctor.examine()
    assert found.is_well
    printed = str(found)
    for name in ("Python ", "Java ", "Spark ", "Scala ", "GraphFrames jar", "numba", "Zip", "Disk"):
        assert name in printed
    assert "WRONG" not in printed
    assert printed.endswith("All is well.")


def test_what_is_wrong_is_said_with_the_remedy(
    packaged: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATENTCORE_JARS", str(tmp_path))
    found = doctor.examine(engine="spark")
    assert not found.is_well
    printed = str(found)
    assert "Java: JAVA_HOME is" in printed
    assert "GraphFrames jar: The GraphFrames jar is missing; run scripts/setup --spark" in printed
    assert printed.count("WRONG") == 2


@pytest.mark.parametrize("version", ["1.5.3", "3.0.0"])
def test_package_outside_its_range(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)
    check = doctor.check_package("pandas")
    assert (check.ok, check.found) == (False, version)
    assert check.remedy.startswith("pandas<3,>=2.2 is needed; run scripts/setup")


def test_what_another_engine_lacks_is_said_and_not_wrong(
    packaged: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    found = doctor.examine(engine="embedded")
    assert found.is_well
    printed = str(found)
    assert "Engine embedded (used here): Sail in this process; without Java" in printed
    assert "Engine spark (with --engine spark): Spark with its own JVM; the only one" in printed
    assert "For --engine spark: Java: JAVA_HOME is" in printed
    assert printed.endswith("The engine embedded has what it needs. All is well.")
    monkeypatch.setenv("PATENTCORE_ENGINE", "spark")
    assert not doctor.examine().is_well


def test_package_missing() -> None:
    check = doctor.check_package("no-such-package-here")
    assert (check.ok, check.found) == (False, "not installed")


def test_each_package_that_is_named_is_declared() -> None:
    names = {Requirement(text).name for text in DECLARED["dependencies"]}
    assert set(doctor.OTHERS) <= names


def test_the_series_of_spark_is_the_declared_one() -> None:
    ranges = {(r := Requirement(text)).name: r.specifier for text in DECLARED["dependencies"]}
    assert ranges["pyspark"].contains(f"{preflight.SPARK_SERIES}.0")
    assert not ranges["pyspark"].contains("4.0.9")
    assert not ranges["pyspark"].contains("4.2.0")


def test_zip_missing_damaged_or_stale(packaged: Path) -> None:
    archive = packaged / "dist" / "patentcore.zip"
    assert doctor.check_zip().ok

    source = packaged / "lib" / "patentcore" / "new.py"
    source.parent.mkdir(parents=True)
    source.touch()
    os.utime(archive, (0, 0))
    assert "older than the sources" in doctor.check_zip().found

    archive.write_bytes(b"cut")
    assert "damaged" in doctor.check_zip().found

    archive.unlink()
    assert "does not exist" in doctor.check_zip().found


def test_little_disk_or_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "MIN_FREE_DISK_GIB", 10**9)
    assert not doctor.check_disk().ok
    monkeypatch.setenv("SPARK_LOCAL_DIRS", str(tmp_path / "gone"))
    assert "No such file" in doctor.check_disk().found
    monkeypatch.setattr(doctor, "MIN_MEMORY_GIB", 10**9)
    assert not doctor.check_memory().ok


def test_small_job_counts_on_an_executor(spark: SparkSession) -> None:
    found, degree_sum = doctor.small_job(spark)
    assert degree_sum == 6
    assert found.startswith("Spark 4.1")


def test_a_missing_spark_is_diagnosed_and_not_a_crash(tmp_path: Path) -> None:
    import subprocess
    import sys
    import sysconfig

    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith("pyspark"):
            (tmp_path / entry.name).symlink_to(entry)
    package = Path(preflight.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-S", "-m", "patentcore.cli", "doctor", "--engine", "spark"],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{package}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.search(r"Spark \(pyspark\) +WRONG", done.stdout)
    assert "PySpark is not installed" in done.stdout
    assert "Traceback" not in done.stderr
