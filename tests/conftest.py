"""Fixtures that every test shares."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.engine.session import choose, get_spark
from patentcore.synthetic import generate

# Rows of tests are few: compiling their queries would take longer than these do. Tests of many
# rows ask for ``compiled``; those that start jobs do as users' runs of as many rows do.
INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"


# Machines are shared and slow at times, which says nothing of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

ENGINE = choose()
"""The engine of the tests of this process: PATENTCORE_ENGINE chooses."""


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    conf = {"spark.driver.memory": "3g", "spark.sql.shuffle.partitions": "2"}
    if ENGINE == "spark":
        # Spark keeps the plans of a thousand queries, with whatever they hold, for its UI.
        conf |= {"spark.sql.ui.retainedExecutions": "10", **INTERPRETED}
    session = get_spark("patentcore tests", engine=ENGINE, conf=conf)
    yield session
    session.stop()


@pytest.fixture(autouse=True)
def only_on_its_engine(request: pytest.FixtureRequest) -> None:
    """Skip what ``classic`` marks, which shows what a session with a JVM alone has."""
    if ENGINE != "spark" and request.node.get_closest_marker("classic"):
        pytest.skip("of classic sessions: PATENTCORE_ENGINE=spark")


@pytest.fixture(autouse=True)
def doctest_names(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> None:
    """Give doctests ``F``, and those that name it the session, which takes seconds to start."""
    if not isinstance(request.node, pytest.DoctestItem):
        return
    doctest_namespace["F"] = F
    assert request.node.dtest is not None
    if any("spark" in example.source for example in request.node.dtest.examples):
        doctest_namespace["spark"] = request.getfixturevalue("spark")


@contextmanager
def compiling(spark: SparkSession) -> Iterator[None]:
    """Compile queries as Spark does by default; other engines know nothing else."""
    if ENGINE != "spark":
        yield
        return
    before = {name: spark.conf.get(name) for name in INTERPRETED}
    spark.conf.set("spark.sql.codegen.wholeStage", "true")
    spark.conf.set("spark.sql.codegen.factoryMode", "FALLBACK")
    try:
        yield
    finally:
        for name, value in before.items():
            spark.conf.set(name, str(value))


@pytest.fixture(scope="module")
def compiled(spark: SparkSession) -> Iterator[None]:
    """Compile the queries of a module."""
    with compiling(spark):
        yield


@pytest.fixture(scope="session")
def paper_corpus(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus at the paper's size, made once for all processes that the tests run in."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "paper-corpus"
    with (shared / "paper-corpus.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with compiling(spark):
                generate(spark, str(folder))
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real exports, which is not part of the project."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"real exports are not at {REAL_DATA}")
    return REAL_DATA


# Where tests hold of what no engine does: of outputs and their exchange, commands, pages, scripts,
# and parsers, which are Arrow's. They run once, on the default engine, but for what is ``classic``.
OF_NO_ENGINE = (
    *("tests/bench", "tests/engine/", "tests/jobs", "tests/lake", "tests/results", "tests/scripts"),
    *("tests/test_api.py", "tests/test_architecture.py", "tests/test_cli.py", "tests/test_config"),
    *("tests/test_orchestration.py", "tests/test_tutorial.py"),
    *("tests/test_shipped.py", "lib/patentcore/engine", "lib/patentcore/lake"),
    *("tests/sources", "lib/patentcore/sources"),
    # Rules over few rows and files on disks, made of expressions that other tests hold on each;
    # whole results with technologies are compared between the engines by tests/engines.
    *("tests/stages/test_resume.py", "tests/stages/test_lineage.py", "tests/technologies"),
    "lib/patentcore/technologies",
)
# Files that take minutes begin, so that at the end no process waits for another's.
LONG = (
    *("tests/lake/test_formats.py", "tests/lake/test_stores.py", "tests/cluster", "tests/engines"),
    *("tests/jobs", "tests/engine/test_connect.py", "tests/engine/test_class_archive.py"),
    *("tests/centrality/test_executors.py", "tests/synthetic", "tests/bench"),
)
OF_EACH_ENGINE = ("tests/lake/test_tables.py", "tests/lake/test_uniqueness.py")


def asks_for_no_session(item: pytest.Item) -> bool:
    """Whether a test or an example needs no engine: numbers, texts and files."""
    if isinstance(item, pytest.DoctestItem):
        assert item.dtest is not None
        return not any("spark" in example.source for example in item.dtest.examples)
    return "spark" not in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what need not run on a second engine, and put the long files first."""
    for item in items:
        path = str(item.path.relative_to(ROOT))
        is_of_none = path.startswith(OF_NO_ENGINE) and not path.startswith(OF_EACH_ENGINE)
        is_of_none |= asks_for_no_session(item) and not path.startswith("tests/engines")
        if is_of_none and item.get_closest_marker("classic") is None:
            item.add_marker("any_engine")
    items.sort(key=lambda item: not str(item.path.relative_to(ROOT)).startswith(LONG))


def dates_of(patents: DataFrame) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    """Return the dates of publication and application by publication number."""
    return {
        row.publication_number: (row.publication_date, row.application_date)
        for row in patents.collect()
    }
