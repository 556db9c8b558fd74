"""Commands in processes of their own with folders of their own, and what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from tests.conftest import ROOT

_MARK = "PATENTCORE_TEST_PROCESS"


class Apart:
    """Where a command may leave what is not asked for: temporary folders, and processes.

    Args:
        folder: in which the folders are made.
        more: further variables of the environment.
    """

    def __init__(self, folder: Path, more: Mapping[str, str] | None = None) -> None:
        self.temporary, self.spill = folder / "temporary", folder / "spill"
        for made in (self.temporary, self.spill):
            made.mkdir(parents=True, exist_ok=True)
        self.mark = uuid.uuid4().hex
        self.environment = os.environ | {
            "PYTHONPATH": str(ROOT / "lib"),
            "TMPDIR": str(self.temporary),
            "SPARK_LOCAL_DIRS": str(self.spill),
            "PATENTCORE_JAVA_OPTIONS": f"-Djava.io.tmpdir={self.temporary}",
            _MARK: self.mark,
            **(more or {}),
        }

    def start(self, *arguments: object, module: str = "patentcore.cli") -> subprocess.Popen[str]:
        """Start a module in a group of processes of its own; stdout is dropped."""
        # Whoever starts this in the background has it ignore interrupts, which a new process would
        # inherit. Code between fork and exec is not safe beside the threads of engines.
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def files(self) -> list[str]:
        """Return what stands in the temporary folders, by its path, but for what goes meanwhile."""
        return sorted(
            os.path.relpath(os.path.join(place, name), folder)
            for folder in (self.temporary, self.spill)
            for place, folders, files in os.walk(folder)
            for name in (*folders, *files)
        )

    def processes(self) -> list[psutil.Process]:
        """Return the processes that were started here, or by those, and still run."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def settle(self, seconds: float = 30) -> None:
        """Wait until all processes have ended, as a Java does that still deletes its files."""
        psutil.wait_procs(self.processes(), timeout=seconds)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            is_alive = process.status() != psutil.STATUS_ZOMBIE
            return is_alive and process.environ().get(_MARK) == self.mark
        except (psutil.Error, OSError):
            return False


def parents_and_children(process: int) -> Iterator[psutil.Process]:
    """Yield a process and all below it that still run."""
    try:
        top = psutil.Process(process)
        yield from (top, *top.children(recursive=True))
    except psutil.NoSuchProcess:
        return
