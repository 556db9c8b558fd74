"""Run a command as a process of its own; measure wall-clock time and memory of its whole tree."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.1
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measurement:
    """One run of a command.

    Attributes:
        seconds: from starting the process to its end.
        peak_bytes: largest sum, over the process tree, of proportional set sizes.
        cpu_seconds: of the whole tree, user and system; less sensitive to what else runs.
        processes: largest number of processes alive at once.
        exit_code: of the command; ``None`` where the time limit ended it.
        errors: the end of what it wrote to stderr.
    """

    seconds: float
    peak_bytes: int
    cpu_seconds: float
    processes: int
    exit_code: int | None
    errors: str


def measure(
    command: Sequence[str | Path], *, log: Path, time_limit: float | None = None
) -> Measurement:
    """Run a command to its end or the time limit.

    Args:
        command: program and arguments.
        log: file that receives stdout and stderr.
        time_limit: seconds after which the process tree is ended.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        begin = time.monotonic()
        # A session of its own: its members are the tree, whoever their parents have become.
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        sampler = Sampler(process.pid)
        sampler.start()
        try:
            exit_code: int | None = process.wait(time_limit)
        except subprocess.TimeoutExpired:
            exit_code = None
        except BaseException:
            end_session(process)
            raise
        finally:
            seconds = time.monotonic() - begin
            sampler.stop()
        if exit_code is None:
            end_session(process)
    errors = log.read_text(errors="replace").strip()[-2000:]
    cpu_seconds = sum(sampler.cpu_seconds.values())
    return Measurement(
        seconds, sampler.peak_bytes, cpu_seconds, sampler.processes, exit_code, errors
    )


def end_session(process: subprocess.Popen[bytes]) -> None:
    """End every process of the session that a process leads, and wait until they are gone."""
    while members := session_members(process.pid):
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.poll()
        time.sleep(0.05)
    process.wait()


class Sampler(threading.Thread):
    """Sums the memory of a session's processes every tenth of a second, and notes their work."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.peak_bytes = 0
        self.cpu_seconds: dict[int, float] = {}
        self.processes = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Sample until stopped."""
        while not self._ended.wait(INTERVAL):
            members = session_members(self.session)
            self.cpu_seconds |= members
            self.processes = max(self.processes, len(members))
            self.peak_bytes = max(self.peak_bytes, sum(map(proportional_bytes, members)))

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join()


def session_members(session: int) -> dict[int, float]:
    """Return the living processes of a session, each with its processor seconds so far."""
    members = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            # The name, in parentheses, may hold anything; the fields after it may not.
            stat = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        is_dead = stat[0] == b"Z"
        if int(stat[3]) == session and not is_dead:
            members[int(entry.name)] = (int(stat[11]) + int(stat[12])) / CLOCK_TICKS
    return members


def proportional_bytes(pid: int) -> int:
    """Return a process's proportional set size: pages shared by n processes count one n-th."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it ended meanwhile
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
