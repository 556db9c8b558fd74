"""Details go to a file that nobody else can foresee, and none stays for good."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from patentcore.engine import log
from patentcore.errors import EnvironmentProblem

TWO_DAYS = 2 * log.DAY_SECONDS


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def ended() -> int:
    """Number of a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def old(path: Path) -> Path:
    path.touch()
    os.utime(path, (path.stat().st_mtime - TWO_DAYS,) * 2)
    return path


def test_a_temporary_log_is_made_when_asked_for_and_of_this_user_alone(temporary: Path) -> None:
    details = log.Log()
    assert list(temporary.iterdir()) == []
    path = details.path()
    assert details.path() == path
    assert path.stat().st_mode & 0o777 == 0o600
    details.discard()
    assert list(temporary.iterdir()) == []


def test_a_link_at_the_name_of_old_is_not_followed(temporary: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (temporary / f"patentcore-{os.getpid()}.log").symlink_to(victim)
    log.Log().path().write_text("details")
    assert victim.read_text() == "mine"


def test_the_users_own_file_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(log.VARIABLE, str(tmp_path / "mine.log"))
    details = log.Log(log.users_choice())
    details.path()
    details.discard()
    assert (tmp_path / "mine.log").exists()


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"PATENTCORE_SPARK_LOG is .*No such file"):
        log.Log(tmp_path / "gone" / "mine.log").path()


def test_stale_logs_are_removed_and_only_ours(temporary: Path, ended: int, tmp_path: Path) -> None:
    gone = [old(temporary / f"patentcore-{ended}{suffix}.log") for suffix in ("", "-a1_b2")]
    kept = [
        old(temporary / f"patentcore-{os.getpid()}-x.log"),  # its process still runs
        old(temporary / "patentcore-notes.log"),
        old(temporary / f"patentcore-{ended}.log.txt"),
        temporary / f"patentcore-{ended}-fresh.log",
        temporary / f"patentcore-{ended}-link.log",
    ]
    kept[3].touch()
    kept[4].symlink_to(old(tmp_path / "target"))
    log.remove_stale_logs()
    assert not any(path.exists() for path in gone)
    assert sorted(temporary.iterdir()) == sorted(kept)
