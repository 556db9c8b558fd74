"""Runs on a standalone cluster of two workers that share only storage equal the local run."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .conftest import QUICK, difference
from .standalone import Standalone, run

pytestmark = [pytest.mark.slow, pytest.mark.any_engine]


def test_the_command_gives_the_local_tables(
    cluster: Standalone, tiny_corpus: Path, local_result: Path, tmp_path: Path
) -> None:
    output = tmp_path / "result"
    done = cluster.patentcore("run", "--input", tiny_corpus, "--output", output, *QUICK)
    assert done.returncode == 0, done.stderr[-6000:]
    assert difference(local_result, output) == []
    for worker in cluster.workers:
        assert list(worker.folder.glob("work/*/*/stderr")), "a worker had nothing to do"


def test_submitted_with_its_own_python_it_gives_the_local_tables(
    cluster: Standalone, environment: Path, tiny_corpus: Path, local_result: Path, tmp_path: Path
) -> None:
    output = tmp_path / "result"
    job = ("jobs/run_pipeline.py", "--config", "conf/paper.toml", "--input", tiny_corpus)
    done = run(
        *(ROOT / "scripts" / "submit", *cluster.options(), "--environment", "--dynamic", "1:2"),
        *(*job, "--output", output, *QUICK),
        env=cluster.environment(),
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    assert difference(local_result, output) == []
    unpacked = [list(w.folder.glob("work/*/*/environment/bin/python")) for w in cluster.workers]
    assert any(unpacked), "no worker unpacked the environment"


def test_workers_without_the_packages_are_found_before_any_work(
    cluster: Standalone, tiny_corpus: Path, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", python], check=True)
    begin = time.monotonic()
    done = cluster.patentcore(
        *("run", "--input", tiny_corpus, "--output", tmp_path / "out", *QUICK),
        PYSPARK_PYTHON=str(python / "bin" / "python"),
    )
    seconds = time.monotonic() - begin
    complaints = [line for line in done.stderr.splitlines() if line.startswith("patentcore: ")]
    assert done.returncode == 1, done.stderr[-6000:]
    assert len(complaints) == 1, done.stderr[-6000:]
    assert "lack numba, numpy, pandas, pyarrow, scipy; give every worker" in complaints[0]
    assert "Traceback" not in done.stderr
    assert "screen ..." not in done.stderr, f"work had begun after {seconds:.0f} s"
    assert not (tmp_path / "out").exists()
