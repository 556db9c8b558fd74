"""The preflight names what is missing or mismatched, and the remedy, before Spark starts."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pyspark
import pytest

from patentcore.engine import preflight
from patentcore.engine.classic import check_before_start, jar_settings
from patentcore.errors import EnvironmentProblem


def make_java(folder: Path, version: str, modules: str = "java.base@17\n") -> Path:
    """Write a script that answers like a Java of some version and modules."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(
        "#!/bin/sh\n"
        f'[ "$1" = --list-modules ] && printf "{modules}" && exit\n'
        f"echo 'openjdk version \"{version}\" 2020-01-01' >&2\n"
    )
    java.chmod(0o755)
    return java


def make_jar(path: Path, *classes: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in classes:
            archive.writestr(name.replace(".", "/") + ".class", b"")
    return path


def test_everything_here_passes() -> None:
    preflight.check_all(preflight.local_jars())


def test_java_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentProblem, match=r"Java was not found; install .* 17 or 21"):
        preflight.check_java()


def test_java_home_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EnvironmentProblem, match="has no bin/java"):
        preflight.check_java()


@pytest.mark.parametrize("version", ["11.0.22", "1.8.0_402", "25.0.3"])
def test_java_of_wrong_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str
) -> None:
    make_java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EnvironmentProblem, match=f"is Java {version}, but Spark 4.1 needs 17 or"):
        preflight.check_java()


def test_java_trimmed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_java(tmp_path, "17.0.9")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EnvironmentProblem, match=r"trimmed Java without .*jdk\.incubator\.vector"):
        preflight.check_java()


@pytest.mark.parametrize("version", ["17.0.9", "21"])
def test_java_that_fits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str) -> None:
    modules = "".join(f"{name}@{version}\\n" for name in sorted(preflight.JAVA_MODULES))
    make_java(tmp_path, version, modules)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert preflight.check_java().startswith(version)


def test_pyspark_of_wrong_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyspark, "__version__", "3.5.3")
    with pytest.raises(EnvironmentProblem, match=r"PySpark 3\.5\.3 .* needs 4\.1\.x; run scripts"):
        preflight.check_pyspark()


def test_scala_of_wrong_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    make_jar(tmp_path / "jars" / "scala-library-2.12.18.jar")
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    with pytest.raises(EnvironmentProblem, match=r"built for Scala 2\.12\.18"):
        preflight.check_scala()


def test_spark_home_without_jars(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    with pytest.raises(EnvironmentProblem, match="unset SPARK_HOME"):
        preflight.check_scala()


def test_no_jar_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATENTCORE_JARS", str(tmp_path))
    monkeypatch.delenv("PYSPARK_SUBMIT_ARGS", raising=False)
    with pytest.raises(EnvironmentProblem, match="GraphFrames jar is missing; run scripts/setup"):
        check_before_start(jar_settings("local[2]"))


def test_jar_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"gone\.jar does not exist"):
        preflight.check_graphframes_jar([str(tmp_path / "gone.jar")])


def test_jar_without_graphframes(tmp_path: Path) -> None:
    jar = make_jar(tmp_path / "other_2.13-1.0.jar", "org.example.Thing")
    with pytest.raises(EnvironmentProblem, match=r"No jar among other_2.13-1.0.jar holds"):
        preflight.check_graphframes_jar([str(jar)])


def test_jar_for_another_scala(tmp_path: Path) -> None:
    jar = make_jar(tmp_path / "graphframes-spark3_2.12-0.8.4.jar", preflight.GRAPHFRAMES_CLASS)
    with pytest.raises(EnvironmentProblem, match=r"built for Scala 2\.12"):
        preflight.check_graphframes_jar([str(jar)])


def test_damaged_jar(tmp_path: Path) -> None:
    jar = tmp_path / "cut_2.13-1.0.jar"
    jar.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(EnvironmentProblem, match="is damaged"):
        preflight.check_graphframes_jar([str(jar)])


def test_jar_among_others(tmp_path: Path) -> None:
    other = make_jar(tmp_path / "other.jar", "org.example.Thing")
    jar = make_jar(tmp_path / "gf_2.13-1.0.jar", preflight.GRAPHFRAMES_CLASS)
    assert preflight.check_graphframes_jar([str(other), f"file:{jar}"]) == str(jar)


def test_packages_are_taken_on_trust() -> None:
    coordinate = "io.graphframes:graphframes-spark4_2.13:0.9.3"
    assert coordinate in preflight.check_graphframes_jar([], coordinate)


def test_local_sessions_read_the_jars_in_place_and_clusters_get_copies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATENTCORE_JARS", str(tmp_path))
    jars = [str(make_jar(tmp_path / name)) for name in ("a.jar", "b.jar")]
    assert jar_settings("local[*]") == {"spark.driver.extraClassPath": os.pathsep.join(jars)}
    assert jar_settings("spark://host:7077") == {"spark.jars": ",".join(jars)}
