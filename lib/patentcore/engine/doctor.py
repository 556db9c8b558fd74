"""Say what is installed, what is wrong with it, and what to do: ``patentcore doctor``."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from patentcore.engine import preflight, remote, requirements
from patentcore.engine.protocol import Ability
from patentcore.engine.session import DEFAULT, choose, running
from patentcore.errors import EnvironmentProblem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Packages that a run needs whatever the engine.
OTHERS = ("pandas", "pyarrow", "numpy", "numba", "scipy", "pydantic", "psutil")

# What each engine is, and what it needs besides these packages.
ENGINES = {
    "embedded": "Sail in this process; without Java",
    "spark": "Spark with its own JVM; the only one that needs Java",
    "connect": "a Spark Connect server; without Java here",
}

MIN_FREE_DISK_GIB = 5
MIN_MEMORY_GIB = 4


@dataclass(frozen=True)
class Check:
    """One line of the diagnosis: what was found, and the remedy where it will not do.

    Attributes:
        engine: the one that needs it; empty for what all need.
    """

    name: str
    ok: bool
    found: str
    remedy: str = ""
    engine: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All checks, and the engine to judge by."""

    checks: Sequence[Check]
    engine: str

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong for the engine."""
        return all(check.ok for check in self.checks if check.engine in ("", self.engine))

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program."""
        checks = [asdict(check) for check in self.checks]
        return {"engine": self.engine, "is_well": self.is_well, "checks": checks}

    def __str__(self) -> str:
        """Write it for the user."""
        return render(self.checks, self.engine)


def examine(master: str | None = None, engine: str | None = None) -> Diagnosis:
    """Return the diagnosis.

    Args:
        master: also start a session there and let its executors do a small job.
        engine: the one to judge by; ``None`` for the one that commands would use.
    """
    chosen = choose(engine, master)
    return Diagnosis(diagnose(master, chosen), chosen)


def diagnose(master: str | None = None, engine: str = DEFAULT) -> list[Check]:
    """Run every check; the session's comes last, and only when a master is given."""
    checks = [
        check_python(),
        *(check_package(name) for name in OTHERS),
        check_disk(),
        check_memory(),
        *embedded_checks(),
        *spark_checks(),
        *connect_checks(),
    ]
    if master is not None:
        checks.append(replace(check_master(master), engine=engine))
    return checks


def embedded_checks() -> list[Check]:
    """Check what the embedded engine needs: two packages and a port of its own."""
    from patentcore.engine import embedded, gate

    checks = [
        from_preflight("Sail (pysail)", embedded.check_installed),
        from_preflight("Spark Connect client", remote.check_client),
        Check("Port", True, gate.explained()),
    ]
    return [replace(check, engine="embedded") for check in checks]


def spark_checks() -> list[Check]:
    """Check what a classic session needs: Java, Spark's jars, both halves of GraphFrames."""
    checks = [
        from_preflight("Java", preflight.check_java),
        from_preflight("Spark (pyspark)", preflight.check_pyspark),
        from_preflight("Scala", preflight.check_scala),
        from_preflight("GraphFrames Python", preflight.check_graphframes_python),
        from_preflight("GraphFrames jar", check_jar),
        check_package("py4j"),
        check_zip(),
    ]
    return [replace(check, engine="spark") for check in checks]


def connect_checks() -> list[Check]:
    """Check what Spark Connect needs here; the server is asked where a master is given."""
    checks = [
        from_preflight("Spark Connect client", remote.check_client),
        Check("Server", True, "asked with --master sc://HOST:PORT"),
    ]
    return [replace(check, engine="connect") for check in checks]


def render(checks: Iterable[Check], chosen: str = DEFAULT) -> str:
    """Return the checks as tables by engine, and the remedies of those that failed.

    What the other engines lack is not wrong; it is said what it would take.

    >>> print(render([Check("Java", True, "17.0.15"), Check("Disk", False, "1 GiB", "Free some.")]))
    Java  ok     17.0.15
    Disk  WRONG  1 GiB
    <BLANKLINE>
    Disk: Free some.
    """
    checks = list(checks)
    width = max(len(check.name) for check in checks)
    lines, wrong, lacking = [], [], []
    for engine, group in groupby(checks, key=lambda check: check.engine):
        if engine:
            used = "used here" if engine == chosen else f"with --engine {engine}"
            lines += ["", f"Engine {engine} ({used}): {ENGINES[engine]}"]
        for check in group:
            is_needed = engine in ("", chosen)
            state = "ok" if check.ok else "WRONG" if is_needed else "no"
            lines.append(f"{check.name:<{width}}  {state:<5}  {check.found}".rstrip())
            if not check.ok and is_needed:
                wrong.append(f"{check.name}: {check.remedy}")
            elif not check.ok:
                lacking.append(f"For --engine {engine}: {check.name}: {check.remedy}")
    well = f"The engine {chosen} has what it needs. " * bool(lacking) + "All is well."
    return "\n".join([*lines, "", *lacking, *(wrong or [well])])


def from_preflight(name: str, check: Callable[[], str]) -> Check:
    """Turn a preflight check, which raises, into a line of the diagnosis."""
    try:
        return Check(name, True, check())
    except EnvironmentProblem as problem:
        return Check(name, False, "see below", str(problem))


def check_python() -> Check:
    """Check the version of the Python that runs this."""
    found = f"{platform.python_version()} at {sys.executable}"
    return Check(
        "Python",
        sys.version_info >= (3, 11),
        found,
        f"Install Python 3.11 or later and {preflight.SETUP}.",
    )


def check_jar() -> str:
    """Check the GraphFrames jar that a session on this machine would load."""
    return preflight.check_graphframes_jar(preflight.local_jars())


def check_package(name: str) -> Check:
    """Check that a Python package is installed, in a version of the range declared for it."""
    version = requirements.installed(name)
    remedy = f"{requirements.declared(name)} is needed; {preflight.SETUP}."
    return Check(name, requirements.is_met(name), version or "not installed", remedy)


def check_zip() -> Check:
    """Check the zip for ``--py-files``: the package at its root, as new as the sources."""
    archive = preflight.PROJECT / "dist" / "patentcore.zip"
    remedy = "Run scripts/package; spark-submit --py-files needs this zip."
    if not (preflight.PROJECT / "pyproject.toml").is_file():
        return Check("Zip for --py-files", True, "not needed: installed without the project folder")
    if not archive.is_file():
        return Check("Zip for --py-files", False, f"{archive} does not exist", remedy)
    try:
        with zipfile.ZipFile(archive) as opened:
            at_root = "patentcore/__init__.py" in opened.NameToInfo
    except zipfile.BadZipFile:
        return Check("Zip for --py-files", False, f"{archive} is damaged", remedy)
    if not at_root:
        return Check("Zip for --py-files", False, f"{archive} lacks the package", remedy)
    sources = (preflight.PROJECT / "lib" / "patentcore").rglob("*.py")
    if any(source.stat().st_mtime > archive.stat().st_mtime for source in sources):
        return Check("Zip for --py-files", False, f"{archive} is older than the sources", remedy)
    return Check("Zip for --py-files", True, str(archive))


def check_disk() -> Check:
    """Check the space where Spark spills: ``SPARK_LOCAL_DIRS``, else the temporary folder."""
    folder = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or tempfile.gettempdir()
    try:
        free = shutil.disk_usage(folder).free / 2**30
    except OSError as error:
        return Check(
            "Disk", False, f"{folder}: {error.strerror}", "Set SPARK_LOCAL_DIRS to a folder."
        )
    return Check(
        "Disk",
        free >= MIN_FREE_DISK_GIB,
        f"{free:.0f} GiB free in {folder}",
        f"Free {MIN_FREE_DISK_GIB} GiB, or set SPARK_LOCAL_DIRS to a folder with more space.",
    )


def check_memory() -> Check:
    """Check the memory that is free for the driver."""
    try:
        import psutil
    except ImportError:
        return Check("Memory", True, "unknown without psutil")
    available = psutil.virtual_memory().available / 2**30
    return Check(
        "Memory",
        available >= MIN_MEMORY_GIB,
        f"{available:.1f} GiB available",
        f"A run needs about {MIN_MEMORY_GIB} GiB: close other programs, "
        "or lower spark.driver.memory.",
    )


def check_master(master: str) -> Check:
    """Start a session at the master and let its executors count a small graph."""
    from patentcore.engine.failures import message_line
    from patentcore.engine.session import get_spark

    name = f"Master {master.split(';')[0]}"
    remedy = (
        f"Check the URL, that the cluster runs Spark {preflight.SPARK_SERIES}.x and Python "
        f"{sys.version_info.major}.{sys.version_info.minor}, and the cluster's logs."
    )
    try:
        spark = get_spark(
            "patentcore doctor", master=master, conf={"spark.ui.showConsoleProgress": "false"}
        )
    except EnvironmentProblem as problem:
        return Check(name, False, "see below", str(problem))
    except Exception as error:
        return Check(name, False, message_line(error), remedy)
    try:
        found, degree_sum = small_job(spark)
    except Exception as error:
        return Check(name, False, message_line(error), remedy)
    finally:
        spark.stop()
    remedy = "GraphFrames counts wrongly here; check that its jar is built for this Spark."
    return Check(name, degree_sum == 6, found, remedy)


def small_job(spark: SparkSession) -> tuple[str, int]:
    """Return the versions on an executor, and the degrees' sum of a path of three edges."""
    edges = spark.range(3).selectExpr("id AS src", "id + 1 AS dst")
    if Ability.GRAPHFRAMES not in running().abilities:
        ends = edges.selectExpr("explode(array(src, dst)) AS id").groupBy("id").count()
        return f"Spark {spark.version}", ends.selectExpr("sum(count)").collect()[0][0]
    from graphframes import GraphFrame

    degrees = GraphFrame(spark.range(4), edges).degrees.selectExpr("sum(degree)").collect()
    python = spark.sparkContext.parallelize([0], 1).map(lambda _: platform.python_version())
    return f"Spark {spark.version}, Python {python.first()} on an executor", degrees[0][0]
