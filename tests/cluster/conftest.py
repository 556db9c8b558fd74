"""What tests on clusters share: the cluster, an input, and what a local run makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from patentcore.engine import preflight
from patentcore.errors import EnvironmentProblem
from tests.conftest import ROOT
from tests.lake.conftest import patentcore, run

from .standalone import Standalone, standalone

# Planning takes most of a small run. With one step to screen by the network is even larger, each
# stage is still there, and betweenness and the check of keys run Python on executors.
QUICK = ("--set", "screening.steps=['claims']", "--set", "robustness.samples=0", "--no-report")


@pytest.fixture(scope="session", autouse=True)
def java() -> None:
    """Skip all where there is no Java."""
    try:
        preflight.check_java()
    except EnvironmentProblem as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A master and two workers of one core each."""
    with standalone(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper's corpus at a two-hundredth of its size."""
    folder = tmp_path_factory.mktemp("tiny") / "corpus"
    patentcore("corpus", "--output", folder, "--scale", "0.005")
    return folder


@pytest.fixture(scope="session")
def local_result(tiny_corpus: Path) -> Path:
    """What a run on this machine gives."""
    result = tiny_corpus.parent / "result"
    patentcore("run", "--input", tiny_corpus, "--output", result, *QUICK)
    return result


@pytest.fixture(scope="session")
def environment() -> Path:
    """The archived environment of this set-up, which takes half a minute to make."""
    archive = ROOT / "dist" / "environment.tar.gz"
    done = run("scripts/environment.py", "--check", check=False)
    if done.returncode:
        run("scripts/environment.py")
    return archive


def difference(one: Path, other: Path) -> list[str]:
    """Return the tables in which two results differ, be it by a bit."""
    tables = ("funnel", "key_patents", "vertices", "edges", "centrality", "scores")
    return [table for table in tables if rows(one / table) != rows(other / table)]


def rows(table: Path) -> list[str]:
    """Return a table's rows in an order of their own."""
    return sorted(map(repr, parquet.read_table(table).to_pylist()))
