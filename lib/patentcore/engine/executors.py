"""What executors on other machines have, asked before any work is done.

A worker without the packages, with others than the driver's or with another Python would fail
somewhere in the middle of a run, or compute other bits. Spark's executors are asked in one job of
a second, by functions that they need not have: these travel as code.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from patentcore.engine.failures import ENGINE_ERRORS, failure_of
from patentcore.errors import EnvironmentProblem

if TYPE_CHECKING:
    from pyspark import SparkContext

log = logging.getLogger("patentcore")

PACKAGE = "patentcore"
NEEDED = ("numba", "numpy", "pandas", "pyarrow", "scipy")
"""What computes on executors; another version may give other bits."""
PATIENCE = 20
"""Seconds after which it is told that no executor has come yet."""

_PACK = "scripts/package --environment, then scripts/submit --environment"
_SHIP = f"give every worker the packages of requirements.lock, or ship them: {_PACK}"
_TASKS_PER_CORE = 2

Versions = Mapping[str, str]


def check_executors(context: SparkContext) -> None:
    """Refuse executors that lack something or have another version of it than the driver.

    Those that come later, by dynamic allocation, are not asked; what they lack is named when it
    fails.

    Raises:
        EnvironmentProblem: naming machine, package and remedy.
    """
    waiting = threading.Timer(PATIENCE, _tell_waiting, [context.master])
    waiting.start()
    try:
        found = _asked(context)
    except ENGINE_ERRORS as error:
        raise EnvironmentProblem(_unanswered(error)) from error
    finally:
        waiting.cancel()
    complaint = difference(versions(), found)
    if complaint is not None:
        raise EnvironmentProblem(complaint)


def difference(driver: Versions, executors: Iterable[Versions]) -> str | None:
    """Return the sentence of the first executor that differs from the driver; else ``None``.

    >>> difference({"numpy": "2.1"}, [{"host": "n1", "numpy": "2.1"}])
    >>> told = difference({"numpy": "2.1"}, [{"host": "n1", "numpy": "1.9"}])
    >>> told.partition(";")[0]
    'the executors on n1 have numpy 1.9 where the driver has 2.1'
    """
    for executor in executors:
        lacking = [name for name in driver if name not in executor]
        if PACKAGE in lacking:
            return (
                f"the executors on {executor['host']} lack the package {PACKAGE}; submit with "
                "scripts/submit, which ships it, or with --py-files dist/patentcore.zip"
            )
        if lacking:
            return f"the executors on {executor['host']} lack {', '.join(lacking)}; {_SHIP}"
        for name, version in driver.items():
            if executor[name] == version:
                continue
            if name == PACKAGE:
                return (
                    f"the executors on {executor['host']} have another version of the package "
                    f"{PACKAGE} than the driver; remove it there, or run scripts/package and "
                    "submit with scripts/submit"
                )
            return (
                f"the executors on {executor['host']} have {name} {executor[name]} where the "
                f"driver has {version}; {_SHIP}"
            )
    return None


def _asked(context: SparkContext) -> list[dict[str, str]]:
    """Return what each executor that is there has."""
    from pyspark import cloudpickle

    tasks = _TASKS_PER_CORE * context.defaultParallelism
    here = sys.modules[__name__]
    # By value, as executors may lack this module.
    cloudpickle.register_pickle_by_value(here)
    try:
        found = context.parallelize(range(tasks), tasks).mapPartitions(answer).collect()
    finally:
        cloudpickle.unregister_pickle_by_value(here)
    return [dict(told) for told in sorted({tuple(sorted(each.items())) for each in found})]


def answer(_: Any) -> Iterator[dict[str, str]]:
    """Yield, in a task, what its machine has."""
    yield versions() | {"host": os.uname().nodename}


def versions() -> dict[str, str]:
    """Return the versions of what is installed here of what executors need."""
    found = {}
    for name in NEEDED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    spec = util.find_spec(PACKAGE)
    if spec is not None and spec.origin is not None:
        found[PACKAGE] = code_version(Path(spec.origin).parent)
    return found


def code_version(package: Path) -> str:
    """Return a number of a package's Python files, the same in a folder and in a zip."""
    if package.is_dir():
        sums = {
            path.relative_to(package).as_posix(): zlib.crc32(path.read_bytes())
            for path in package.rglob("*.py")
        }
    else:
        with ZipFile(package.parent) as archive:
            inside = [entry for entry in archive.infolist() if entry.filename.endswith(".py")]
            begin = len(package.name) + 1
            sums = {entry.filename[begin:]: entry.CRC for entry in inside}
    return f"{zlib.crc32(repr(sorted(sums.items())).encode()):08x}"


def _unanswered(error: Exception) -> str:
    """Return the sentence of executors on which no Python task runs."""
    text = str(error)
    if mismatch := re.search(r"different version: (\S+) than that in driver:? (\d+\.\d+)", text):
        theirs, ours = mismatch.groups()
        return (
            f"the executors have Python {theirs} where the driver has {ours}; set PYSPARK_PYTHON "
            f"to a Python {ours} that every worker has, or ship one: {_PACK}"
        )
    if missing := re.search(r'Cannot run program "([^"]+)"', text):
        return (
            f"the workers have no Python at {missing[1]}; set PYSPARK_PYTHON to one that every "
            f"worker has, or ship one: {_PACK}"
        )
    return f"the executors cannot run Python: {failure_of(error).line}; {_SHIP}"


def _tell_waiting(master: str) -> None:
    log.info(
        "still waiting for executors of %s: has it a worker with that much memory and that many "
        "cores free?",
        master,
    )
