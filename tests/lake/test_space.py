"""A full disk is named by its folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from patentcore.errors import EnvironmentProblem
from patentcore.lake.places import Place
from patentcore.lake.space import refuse_full
from patentcore.lake.stores import LocalStore

FULL = RuntimeError("[TASK_WRITE_FAILED] Task failed\nCaused by: No space left on device")


@pytest.fixture(autouse=True)
def disks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, int]:
    """Free bytes by folder; others have a gibibyte."""
    free: dict[str, int] = {}
    for name in ("out", "spill"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("SPARK_LOCAL_DIRS", str(tmp_path / "spill"))
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: SimpleNamespace(free=free.get(str(path), 2**30))
    )
    return free


def place(path: Path) -> Place:
    return Place(LocalStore(), str(path))


def test_the_output_s_disk_is_named_also_before_its_folder_is_there(
    disks: dict[str, int], tmp_path: Path
) -> None:
    disks[str(tmp_path / "out")] = 2**19
    with pytest.raises(EnvironmentProblem, match=r"out/.staging \(0.5 MiB are free\).*another out"):
        refuse_full(FULL, [place(tmp_path / "out" / ".staging")])


def test_the_spill_folder_s_disk_is_named(disks: dict[str, int], tmp_path: Path) -> None:
    disks[str(tmp_path / "spill")] = 0
    with pytest.raises(EnvironmentProblem, match=r"spill \(0.0 MiB are free\).*SPARK_LOCAL_DIRS"):
        refuse_full(FULL, [place(tmp_path / "out")])


def test_the_folder_that_the_error_names_counts(disks: dict[str, int], tmp_path: Path) -> None:
    disks[str(tmp_path / "out")] = 0
    error = OSError(28, "No space left on device", str(tmp_path / "spill" / "x"))
    with pytest.raises(EnvironmentProblem, match=r"spill \(1,024"):
        refuse_full(error, [place(tmp_path / "out")])


def test_other_errors_pass(tmp_path: Path) -> None:
    refuse_full(RuntimeError("half-way"), [place(tmp_path / "out")])
