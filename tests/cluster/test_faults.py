"""Executors that are killed, workers that are lost and tasks that are slow change no result."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.faults.disturbed import Case, Undisturbed, unlike

from .standalone import Standalone, kill

pytestmark = [pytest.mark.slow, pytest.mark.any_engine]

STAGES = ("ingest", "screen", "network", "centrality", "score")
AFTER = 0.5  # processor seconds of the driver into a stage
SPECULATES = tuple(
    f"--conf=spark.speculation{setting}"
    for setting in ("=true", ".interval=100ms", ".multiplier=1.2", ".quantile=0.5")
)
Struck = Callable[[Standalone, int], bool]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """What an undisturbed run on this machine gives."""
    return Undisturbed.of(tmp_path_factory.mktemp("usual"))


def kill_executors(cluster: Standalone, at: int) -> bool:
    """Kill the executors of one worker, another one's each time."""
    executors = cluster.ensure(2)[at % 2].executors()
    for executor in executors:
        kill(executor)
    return bool(executors)


def lose_worker(cluster: Standalone, at: int) -> bool:
    """Kill a worker with all that runs on it; the one that comes instead knows nothing."""
    cluster.ensure(2)[0].kill()
    cluster.ensure(2)
    return True


def slow_down(cluster: Standalone, at: int) -> bool:
    """Let the tasks of one worker stand still for a while, so that others run them again."""
    executors = cluster.ensure(2)[at % 2].executors()
    for executor in executors:
        executor.send_signal(signal.SIGSTOP)
    time.sleep(8)
    for executor in executors:
        executor.send_signal(signal.SIGCONT)
    return bool(executors)


# A run that is struck takes a minute and a half, so that the suite has one of the three.
by_request = pytest.mark.skipif(
    "PATENTCORE_FAULTS" not in os.environ, reason="set PATENTCORE_FAULTS to test this"
)


@pytest.mark.parametrize(
    ("strike", "options"),
    [
        pytest.param(kill_executors, (), id="executors killed"),
        pytest.param(lose_worker, (), id="workers lost", marks=by_request),
        pytest.param(slow_down, SPECULATES, id="tasks slow", marks=by_request),
    ],
)
def test_a_run_that_is_struck_in_each_stage_gives_the_undisturbed_result(
    cluster: Standalone,
    usual: Undisturbed,
    tmp_path: Path,
    strike: Struck,
    options: tuple[str, ...],
) -> None:
    more = (*cluster.options(), *options, "--no-report")
    case = Case(tmp_path, engine="spark", more=more, environment=cluster.environment())
    run = case.start()
    struck = [
        stage for at, stage in enumerate(STAGES) if run.reach(stage, AFTER) and strike(cluster, at)
    ]
    assert run.end() == 0, run.lines[-5:]
    assert unlike(case.output, usual.new) == []
    assert len(struck) >= 3
    assert no_executor_is_left(cluster)


def no_executor_is_left(cluster: Standalone) -> bool:
    deadline = time.monotonic() + 30
    while executors := [one for worker in cluster.ensure(2) for one in worker.executors()]:
        if time.monotonic() > deadline:
            return False
        psutil.wait_procs(executors, timeout=5)
    return True
