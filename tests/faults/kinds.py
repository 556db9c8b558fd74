"""The faults that runs are disturbed by, each a real one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.disturbed import Case, Fault, Outcome, Undisturbed, Watched, disturb, export
from tests.lake.test_interrupted_publishing import Disk

DISK = "24m"


class Unavailable(Exception):
    """This machine does not let the fault be made."""


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """Let a folder be a file system of its own while the body runs."""
    place.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        raise Unavailable("only root can make a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def sends(number: int) -> Callable[[Case, Watched], None]:
    return lambda case, run: run.send(number)


def fills(disk: str) -> Callable[[Case, Watched], None]:
    return lambda case, run: Disk(case.folder / disk).fill()


def empties(disk: str) -> Callable[[Case], None]:
    return lambda case: (case.folder / disk / "ballast").unlink(missing_ok=True)


def full(name: str, disk: str, options: Callable[[Path], list[str]] = lambda _: []) -> Fault:
    """Return the fault of a disk that is full from a moment on."""
    says = "no space left on the disk of"
    return Fault(name, fills(disk), (1,), says, empties(disk), disk=disk, options=options)


def refuse_writes(place: Path, run: Watched) -> None:
    """Make a small disk one to read only, as soon as no file is being written."""
    for _ in range(500):
        if remount(place, "ro"):
            return
        run.send(signal.SIGCONT)
        time.sleep(0.005)
        run.send(signal.SIGSTOP)
    raise AssertionError("a file was being written all the time")


def remount(place: Path, how: str) -> bool:
    """Let a small disk be read only (``ro``) or written again (``rw``); tell whether it could."""
    command = ["mount", "-o", f"remount,{how}", str(place)]
    return not subprocess.run(command, check=False, capture_output=True).returncode


def remove_staging(case: Case, run: Watched) -> None:
    for folder in case.place.glob(".out.unfinished-*/_owner.json"):
        shutil.rmtree(folder.parent)


def remove_output(case: Case, run: Watched) -> None:
    case.output.rename(case.folder / "taken away")


def replace_input(case: Case, run: Watched) -> None:
    other = case.input.with_suffix(".new")
    other.write_text(export(first=100), encoding="utf-8")
    other.rename(case.input)


def append_to_input(case: Case, run: Watched) -> None:
    with case.input.open("a", encoding="utf-8") as file:
        file.write(export(rows=3, first=200).partition("\n")[2])


def truncate_input(case: Case, run: Watched) -> None:
    os.truncate(case.input, case.input.stat().st_size // 2)


def remove_input(case: Case, run: Watched) -> None:
    case.input.unlink()


def stall(case: Case, run: Watched) -> None:
    time.sleep(5)


CHANGED = "the input changed while it was read"
KILLED = Fault("driver killed", sends(signal.SIGKILL), (-9,), cannot_tidy=True)
TERMINATED = Fault("asked to terminate", sends(signal.SIGTERM), (143,), "ended by a request")
INTERRUPTED = Fault("Ctrl-C", sends(signal.SIGINT), (130,), "interrupted")
OUTPUT_FULL = full("disk of the output full", "place")
STAGING_FULL = full(
    *("disk of the staging full", "elsewhere"),
    options=lambda folder: ["--set", f"output.staging={folder / 'elsewhere'}"],
)
WORK_FULL = full("disk of temporary files full", "apart")
REFUSED = Fault(
    "output's disk turns read-only",
    lambda case, run: refuse_writes(case.place, run),
    (1, 4),
    "Read-only file system",
    lambda case: remount(case.place, "rw"),
    cannot_tidy=True,
    disk="place",
)
STAGING_REMOVED = Fault("staging removed", remove_staging, (4,), "staging folder")
OUTPUT_REMOVED = Fault("old result removed", remove_output, (4,), spares=False)
REPLACED = Fault("input replaced", replace_input, (3,), CHANGED)
APPENDED = Fault("input appended to", append_to_input, (3,), CHANGED)
TRUNCATED = Fault("input truncated", truncate_input, (3,), CHANGED)
REMOVED = Fault("input removed", remove_input, (3,), "export.csv")
STALLED = Fault("process stalled for 5 s", stall, (0,))


def tried(
    fault: Fault,
    stage: str,
    share: float,
    folder: Path,
    usual: Callable[[str], Undisturbed],
    engine: str = "embedded",
) -> Outcome:
    """Disturb a run in a folder of its own.

    Args:
        fault: what is done.
        stage: in which.
        share: of the stage's work, after which.
        folder: of the case.
        usual: returns what an undisturbed run of a kind gives.
        engine: that runs.

    Raises:
        Unavailable: this machine does not let the fault be made.
    """
    kind = "technologies" if stage == "technologies" else "plain"
    found = usual(kind)
    with small_disk(folder / fault.disk) if fault.disk else contextlib.nullcontext():
        more = [*fault.options(folder), *([] if stage == "report" else ["--no-report"])]
        case = Case(folder, engine=engine, kind=kind, more=more)
        return disturb(case, fault, stage, share, found)
