"""What the tests of formats and stores share: commands run apart, in a Java of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore.cli import main
from patentcore.engine import preflight
from tests.conftest import ROOT

from .small import EXPORT, Call, Said, corpus_arguments, ingest_arguments, run_arguments


def needs(*extras: str) -> None:
    """Skip where jars are not set up; fetching hundreds of megabytes is not a test's business."""
    missing = [extra for extra in extras if not preflight.has_extra(extra)]
    if missing:
        pytest.skip(f"run scripts/setup --with {','.join(missing)} to test this")


def run(
    *arguments: object, env: dict[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run Python with this tree's package; PatentCore's own options and credentials aside."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    environment |= {"PYTHONPATH": str(ROOT / "lib"), **(env or {})}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=2400,
    )
    if check:
        said = f"{arguments}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
        assert done.returncode == 0, said
    return done


def patentcore(
    *arguments: object, env: dict[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return run("-m", "patentcore.cli", *arguments, env=env, check=check)


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper's corpus at a fiftieth of its size."""
    folder = tmp_path_factory.mktemp("small") / "corpus"
    patentcore("corpus", "--output", folder, "--scale", "0.02")
    return folder


@pytest.fixture(scope="session")
def plain_result(small_corpus: Path) -> Path:
    """What the run on local Parquet gives; others must equal it."""
    result = small_corpus.parent / "result"
    patentcore("run", "--input", small_corpus, "--output", result)
    return result


# --- commands in this process, on a tiny input (see small.py) -----------------------------------


@pytest.fixture
def call(spark: SparkSession, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command in the session that is there, and return what came of it."""

    def run(arguments: list[str]) -> Said:
        capsys.readouterr()
        code = main(arguments)
        told = capsys.readouterr()
        return Said(code, told.err, told.out)

    return run


@pytest.fixture(scope="session")
def made(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of commands, for tests to copy: of ``export.csv`` the canonical ``in``, and of that
    ``out``."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "export.csv").write_text(EXPORT, encoding="utf-8")
    assert main(ingest_arguments(folder / "export.csv", folder / "in")) == 0
    assert main(run_arguments(folder / "in", folder / "out")) == 0
    return folder


@pytest.fixture(scope="session")
def made_corpus(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest synthetic corpus, for tests to copy."""
    folder = tmp_path_factory.mktemp("made") / "corpus"
    assert main(corpus_arguments(folder)) == 0
    return folder


@pytest.fixture
def source(made: Path, tmp_path: Path) -> Path:
    """A copy of the canonical tables."""
    return shutil.copytree(made / "in", tmp_path / "in")


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    """A copy of the result, to be overwritten."""
    return shutil.copytree(made / "out", tmp_path / "out")
