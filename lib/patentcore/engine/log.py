"""The file that takes what an engine prints and the tracebacks of a command.

``PATENTCORE_SPARK_LOG`` names one that is kept. Otherwise it is a file of its own in the temporary
folder, which only this user reads, made when first asked for.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import time
from pathlib import Path

from patentcore.errors import EnvironmentProblem

VARIABLE = "PATENTCORE_SPARK_LOG"
DAY_SECONDS = 24 * 60 * 60

_OURS = re.compile(r"patentcore-(\d+)(?:-\w+)?\.log")


class Log:
    """Where details go; nothing is made before they do.

    Args:
        path: the user's own file; ``None`` for a temporary one.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.is_temporary = path is None
        self._path = path

    def path(self) -> Path:
        """Return the file, which is there and can be written.

        Raises:
            EnvironmentProblem: it cannot be.
        """
        try:
            if self._path is None:
                remove_stale_logs()
                # Not a name that can be foreseen: another user could have put a link there.
                file, name = tempfile.mkstemp(prefix=f"patentcore-{os.getpid()}-", suffix=".log")
                self._path = Path(name)
                os.close(file)
            else:
                self._path.open("ab").close()
        except OSError as error:
            place = f"{VARIABLE} is {self._path}" if self._path else "the temporary folder"
            raise EnvironmentProblem(
                f"{place}: no log can be written there ({error.strerror or error}); set {VARIABLE} "
                "to a file, or TMPDIR to a folder, that can be written"
            ) from error
        return self._path

    def discard(self) -> None:
        """Remove the file where it is a temporary one."""
        if self.is_temporary and self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


_current: Log | None = None


def log_to(log: Log) -> None:
    """Let the sessions that this process starts from now on print there."""
    global _current
    _current = log


def current_log() -> Path | None:
    """Return the file that engines print to; ``None`` where they print to stderr."""
    if _current is not None:
        return _current.path()
    chosen = users_choice()
    return Log(chosen).path() if chosen else None


def users_choice() -> Path | None:
    """Return the file that the environment names."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen else None


def remove_stale_logs(folder: Path | None = None) -> None:
    """Remove logs of ours whose process is gone and that nobody wrote to for a day."""
    import psutil

    for path in (folder or Path(tempfile.gettempdir())).glob("patentcore-*.log"):
        ours = _OURS.fullmatch(path.name)
        if not ours or psutil.pid_exists(int(ours.group(1))):
            continue
        # Another process may remove it meanwhile.
        with contextlib.suppress(OSError):
            if is_stale(path.lstat()):
                path.unlink()


def is_stale(status: os.stat_result) -> bool:
    """Tell whether a file is this user's own, no link, and a day old."""
    is_own = stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid()
    return is_own and time.time() - status.st_mtime > DAY_SECONDS
