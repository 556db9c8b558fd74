"""Executors in processes of their own: several, one that dies, several threads to a task."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.centrality.on_executors import network

from patentcore.centrality import kernel

PROGRAM = Path(__file__).with_name("on_executors.py")
SMALL, LARGE = 4_000, 30_000

pytestmark = [pytest.mark.slow, pytest.mark.classic]


def run(output: Path, master: str, vertex_count: int, *options: str) -> tuple[np.ndarray, str]:
    """Run the program; return its values and what it said."""
    package = str(Path(kernel.__file__).parents[3])
    done = subprocess.run(
        [sys.executable, str(PROGRAM), master, str(output), str(vertex_count), *options],
        env=os.environ | {"PYTHONPATH": package, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return np.load(output), done.stdout


def expected(vertex_count: int) -> np.ndarray:
    src, dst = network(vertex_count)
    return kernel.betweenness(src, dst, vertex_count, directed=True)


def test_several_executors_give_the_kernels_bits(tmp_path: Path) -> None:
    found, _ = run(tmp_path / "values.npy", "local-cluster[2,1,1024]", SMALL)
    assert np.array_equal(found, expected(SMALL))


def test_a_lost_executor_changes_nothing(tmp_path: Path) -> None:
    found, said = run(tmp_path / "values.npy", "local-cluster[2,1,1024]", LARGE, "--kill")
    assert "killed an executor" in said
    assert np.array_equal(found, expected(LARGE))


def test_a_task_searches_on_as_many_threads_as_it_has_cores(tmp_path: Path) -> None:
    found, _ = run(tmp_path / "values.npy", "local[2]", SMALL, "spark.task.cpus=2")
    assert np.array_equal(found, expected(SMALL))
