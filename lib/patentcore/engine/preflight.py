"""What must be in place before Spark starts: Java, PySpark, Scala and both halves of GraphFrames.

Each ``check_*`` function returns what it found, in a few words, or raises
:class:`~patentcore.errors.EnvironmentProblem` with one sentence that names what is missing or
mismatched and the remedy. None of them starts Spark; together they take about a tenth of a second.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

from patentcore.engine.requirements import declared, installed
from patentcore.errors import EnvironmentProblem

PROJECT = Path(__file__).resolve().parents[3]

SPARK_SERIES = "4.1"
SCALA_SERIES = "2.13"
JAVA_MAJORS = (17, 21)
# Spark's launcher asks for the vector module; Hadoop's log-in and Spark's memory for the others.
JAVA_MODULES = frozenset(
    {
        "java.management",
        "java.naming",
        "java.security.jgss",
        "java.sql",
        "jdk.incubator.vector",
        "jdk.security.auth",
        "jdk.unsupported",
    }
)
GRAPHFRAMES_CLASS = "org.graphframes.GraphFrame"
# What to do where something is missing; scripts stand in the repository alone.
_IS_REPOSITORY = (PROJECT / "scripts" / "setup").is_file()
SETUP = "run scripts/setup" if _IS_REPOSITORY else "install PatentCore anew"
SETUP_SPARK = "run scripts/setup --spark" + " in PatentCore's repository" * (not _IS_REPOSITORY)
_INSTALL_JAVA = "install a full Java 17 or 21 (package openjdk-17-jre-headless) and set JAVA_HOME"


def check_all(jars: Sequence[str] = (), packages: str = "") -> None:
    """Raise at the first thing that would keep a session from starting.

    Args:
        jars: paths of the jars that the session will load.
        packages: Maven coordinates that Spark will resolve itself, comma-separated.
    """
    check_java()
    check_pyspark()
    check_scala()
    check_graphframes_python()
    check_graphframes_jar(jars, packages)


def find_java() -> Path:
    """Return the java that Spark will start: of ``JAVA_HOME``, else the first on ``PATH``."""
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home, "bin", "java")
        if not java.is_file():
            raise EnvironmentProblem(
                f"JAVA_HOME is {home}, which has no bin/java; {_INSTALL_JAVA}, or unset it."
            )
        return java
    found = shutil.which("java")
    if found is None:
        raise EnvironmentProblem(f"Java was not found; {_INSTALL_JAVA}.")
    return Path(found)


def check_java() -> str:
    """Check that Java is of a version that Spark supports and has the modules Spark needs."""
    java = find_java()
    try:
        banner, modules = _ask(java, "-version"), _ask(java, "--list-modules")
        version_text, module_text = banner.communicate()[0], modules.communicate()[0]
    except OSError as error:
        raise EnvironmentProblem(
            f"{java} does not start ({error.strerror}); {_INSTALL_JAVA}."
        ) from error
    match = re.search(r'version "([^"]+)"', version_text)
    version = match.group(1) if match else "unknown"
    if java_major(version) not in JAVA_MAJORS:
        raise EnvironmentProblem(
            f"{java} is Java {version}, but Spark {SPARK_SERIES} needs 17 or 21; {_INSTALL_JAVA}."
        )
    missing = JAVA_MODULES - set(re.findall(r"^([\w.]+)(?:@|$)", module_text, re.MULTILINE))
    if missing:
        raise EnvironmentProblem(
            f"{java} is a trimmed Java without {', '.join(sorted(missing))}, "
            f"which Spark needs; {_INSTALL_JAVA}."
        )
    return f"{version} ({_vendor(version_text)}) at {java}"


def java_major(version: str) -> int | None:
    """Return the feature release of a Java version.

    >>> java_major("17.0.15"), java_major("21"), java_major("1.8.0_402"), java_major("unknown")
    (17, 21, 8, None)
    """
    match = re.match(r"(?:1\.)?(\d+)", version)
    return int(match.group(1)) if match else None


def _ask(java: Path, option: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(java), option], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _vendor(version_text: str) -> str:
    lines = version_text.splitlines()
    return lines[1].split(" Runtime")[0] if len(lines) > 1 else "vendor unknown"


def check_pyspark() -> str:
    """Check that PySpark is installed and of the series that PatentCore is written for."""
    try:
        import pyspark
    except ImportError as error:
        raise EnvironmentProblem(f"PySpark is not installed; {SETUP}.") from error
    version: str = pyspark.__version__
    if not version.startswith(f"{SPARK_SERIES}."):
        raise EnvironmentProblem(
            f"PySpark {version} is installed, but PatentCore needs {SPARK_SERIES}.x; {SETUP}, "
            f'or pip install "{declared("pyspark")}".'
        )
    return f"{version} at {Path(pyspark.__file__).parent}"


def spark_jars_folder() -> Path | None:
    """Return the folder of Spark's own jars: of ``SPARK_HOME``, else of the PySpark package."""
    home = os.environ.get("SPARK_HOME")
    if home:
        return Path(home, "jars")
    spec = importlib.util.find_spec("pyspark")
    return Path(spec.origin).parent / "jars" if spec and spec.origin else None


def spark_jars() -> list[Path]:
    """Return Spark's own jars."""
    folder = spark_jars_folder()
    return sorted(folder.glob("*.jar")) if folder else []


def check_scala() -> str:
    """Check that Spark's own jars are of the Scala series that the GraphFrames jar is built for."""
    folder = spark_jars_folder()
    library = next(iter(sorted(folder.glob("scala-library-*.jar"))), None) if folder else None
    if library is None:
        raise EnvironmentProblem(
            f"Spark's jars are not in {folder}; unset SPARK_HOME to use the installed PySpark, "
            f"or point it at a full Spark {SPARK_SERIES}."
        )
    version = library.stem.removeprefix("scala-library-")
    if not version.startswith(f"{SCALA_SERIES}."):
        raise EnvironmentProblem(
            f"Spark in {library.parent} is built for Scala {version}, but the GraphFrames jar is "
            f"for {SCALA_SERIES}; use a Spark {SPARK_SERIES} built for Scala {SCALA_SERIES}."
        )
    return f"{version} in {library.parent}"


def check_graphframes_python() -> str:
    """Check that the Python half of GraphFrames is installed."""
    if importlib.util.find_spec("graphframes") is None:
        raise EnvironmentProblem(
            f"The Python package graphframes-py is not installed; {SETUP}, "
            f'or pip install "{declared("graphframes-py")}".'
        )
    return installed("graphframes-py") or "version unknown"


def check_graphframes_jar(jars: Sequence[str] = (), packages: str = "") -> str:
    """Check that one of the jars holds GraphFrames, and for the right Scala.

    Jars behind a URL, and packages that Spark resolves itself, are taken on trust here; the
    running session is asked afterwards.
    """
    remedy = (
        f"{SETUP_SPARK}, or set spark.jars to a GraphFrames jar for Spark 4 and Scala "
        f"{SCALA_SERIES}, or PATENTCORE_JARS to the folder that holds one"
    )
    local = [Path(jar.removeprefix("file:")) for jar in jars if "://" not in jar]
    for jar in local:
        if not jar.is_file():
            raise EnvironmentProblem(f"The jar {jar} does not exist; {remedy}.")
        if holds_class(jar, GRAPHFRAMES_CLASS):
            scala = re.search(r"_(2\.\d+)", jar.name)
            if scala and scala.group(1) != SCALA_SERIES:
                raise EnvironmentProblem(
                    f"{jar.name} is built for Scala {scala.group(1)}, but Spark {SPARK_SERIES} "
                    f"is Scala {SCALA_SERIES}; {remedy}."
                )
            return str(jar)
    remote = [jar for jar in jars if "://" in jar] + [p for p in packages.split(",") if p]
    if remote:
        return f"expected from {', '.join(remote)}"
    if local:
        names = ", ".join(jar.name for jar in local)
        raise EnvironmentProblem(f"No jar among {names} holds GraphFrames; {remedy}.")
    raise EnvironmentProblem(f"The GraphFrames jar is missing; {remedy}.")


def holds_class(jar: Path, class_name: str) -> bool:
    """Tell whether a jar holds a class, by its full name."""
    try:
        with zipfile.ZipFile(jar) as archive:
            return f"{class_name.replace('.', '/')}.class" in archive.NameToInfo
    except zipfile.BadZipFile as error:
        raise EnvironmentProblem(
            f"The jar {jar} is damaged; delete it and {SETUP_SPARK}."
        ) from error


def split_jars(setting: str | None) -> list[str]:
    """Split a comma-separated list of jars.

    >>> split_jars(" a.jar,, b.jar")
    ['a.jar', 'b.jar']
    """
    return [part.strip() for part in (setting or "").split(",") if part.strip()]


def jars_folder() -> Path:
    """Return the folder of the resolved jars: ``PATENTCORE_JARS``, or the project's ``.jars``."""
    folder = os.environ.get("PATENTCORE_JARS")
    return Path(folder) if folder else PROJECT / ".jars"


def local_jars() -> list[str]:
    """Return the paths of the jars that set-up resolved."""
    return sorted(str(jar) for jar in jars_folder().glob("*.jar"))


def extra_jars(extra: str) -> list[str]:
    """Return the paths of the jars that ``scripts/setup --with`` resolved under a name.

    Raises:
        EnvironmentProblem: they are not there.
    """
    jars = sorted(str(jar) for jar in (jars_folder() / extra).glob("*.jar"))
    if not jars:
        raise EnvironmentProblem(
            f"The jars of {extra} are not in {jars_folder() / extra}; "
            f"run scripts/setup --with {extra}."
        )
    return jars


def has_extra(extra: str) -> bool:
    """Tell whether the jars of a name are there."""
    return any((jars_folder() / extra).glob("*.jar"))
