"""The folder that the embedded engine spills to: gone when the process is, however it ended.

Its process holds a lock on it. A folder whose lock is free was left by one that was killed, and the
next engine that starts removes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

PREFIX = "patentcore-spill-"


class SpillFolder:
    """A new folder that only this user reads."""

    def __init__(self, parent: Path | None = None) -> None:
        parent = parent or default_parent()
        remove_left(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Remove the folder with what is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):  # it was closed before
            os.close(self._lock)


def default_parent() -> Path:
    """Return where to spill: ``SPARK_LOCAL_DIRS``, else the temporary folder."""
    return Path(os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or tempfile.gettempdir())


def remove_left(parent: Path) -> None:
    """Remove this user's folders that no process holds."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another process removes it, or it is in use
            status = folder.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
                _remove_unheld(folder)


def _remove_unheld(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(lock)
