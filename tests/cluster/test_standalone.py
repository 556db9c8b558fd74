"""Runs on a standalone cluster of two workers that share only storage equal the local run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lake.conftest import run

from .conftest import QUICK
from .standalone import Standalone

pytestmark = pytest.mark.slow


def test_the_command_gives_the_local_tables(
    cluster: Standalone, tiny_corpus: Path, local_result: Path, tmp_path: Path
) -> None:
    output = tmp_path / "result"
    done = cluster.patentcore("run", "--input", tiny_corpus, "--output", output, *QUICK)
    assert done.returncode == 0, done.stderr[-6000:]
    run("tests/lake/compare_results.py", local_result, output)
    for worker in cluster.workers:
        assert list(worker.folder.glob("work/*/*/stderr")), "a worker had nothing to do"
