"""Whatever comes between, a result is an undisturbed run's, or the old one stands as it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.faults import kinds
from tests.faults.disturbed import Case, Fault, Undisturbed

pytestmark = [pytest.mark.slow, pytest.mark.any_engine]

# The sweep tries every fault in every stage (python -m tests.faults.sweep).
FAULTS = [
    *((kinds.KILLED, stage) for stage in ("ingest", "centrality", "publishing", "report")),
    *((kinds.INTERRUPTED, stage) for stage in ("ingest", "screen")),
    *((kinds.TERMINATED, stage) for stage in ("network", "score")),
    *((kinds.OUTPUT_FULL, stage) for stage in ("ingest", "score")),
    (kinds.STAGING_FULL, "screen"),
    (kinds.REFUSED, "centrality"),
    (kinds.STAGING_REMOVED, "network"),
    (kinds.OUTPUT_REMOVED, "score"),
    (kinds.REPLACED, "screen"),
    (kinds.APPENDED, "centrality"),
    (kinds.TRUNCATED, "ingest"),
    (kinds.REMOVED, "ingest"),
]
MISSED = {"report"}
"""Stages in which a fault may come too late: the result is published."""


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Undisturbed]:
    """What an undisturbed run of a kind gives."""
    return cache(lambda kind: Undisturbed.of(tmp_path_factory.mktemp("usual"), kind=kind))


@pytest.mark.parametrize(
    ("fault", "stage"), FAULTS, ids=[f"{fault.name} in {stage}" for fault, stage in FAULTS]
)
def test_a_disturbed_run_leaves_the_old_result_or_an_undisturbed_run_s(
    fault: Fault, stage: str, tmp_path: Path, usual: Callable[[str], Undisturbed]
) -> None:
    try:
        outcome = kinds.tried(fault, stage, 0.1, tmp_path, usual)
    except kinds.Unavailable as error:
        pytest.skip(str(error))
    assert outcome.wrong == []
    assert outcome.was_reached
    assert outcome.code != 0 or fault is kinds.OUTPUT_REMOVED or stage in MISSED


@pytest.mark.parametrize("where", ["place", "elsewhere"])
def test_an_output_or_a_staging_that_cannot_be_written_is_found_before_any_work(
    tmp_path: Path, where: str
) -> None:
    try:
        with kinds.small_disk(tmp_path / where):
            case = Case(tmp_path, more=kinds.STAGING_FULL.options(tmp_path))
            kinds.remount(tmp_path / where, "ro")
            run = case.start()
            assert run.end() == 4
    except kinds.Unavailable as error:
        pytest.skip(str(error))
    assert not any("ingest ..." in line for line in run.lines)
    assert len(run.complaints) == 1
    assert "Read-only file system" in run.complaints[0]
    assert case.apart.files() == []
