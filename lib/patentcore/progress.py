"""Stages of a run: a line each on a terminal, seconds for the manifest; how far the reading is."""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

from patentcore.redaction import redacted

log = logging.getLogger("patentcore")


@dataclass
class Stages:
    """Times and counts of the stages of one run, in order; shown unless quiet."""

    started: float = field(default_factory=time.monotonic)
    records: list[dict[str, Any]] = field(default_factory=list)
    is_quiet: bool = False

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a stage; what it puts into the yielded dict is recorded and shown."""
        level = logging.DEBUG if self.is_quiet else logging.INFO
        log.log(level, "[%6.1f s] %s ...", self.elapsed(), name)
        begin = time.monotonic()
        facts: dict[str, Any] = {}
        yield facts
        seconds = time.monotonic() - begin
        self.records.append({"stage": name, "seconds": round(seconds, 3), **facts})
        shown = ", ".join(f"{key} {_figure(value)}" for key, value in facts.items())
        done = shown or "done"
        log.log(level, "[%6.1f s] %s: %s (%.1f s)", self.elapsed(), name, done, seconds)

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.started

    def seconds(self) -> float:
        """Seconds of the run; the sum over its stages where they ran apart from each other."""
        return max(self.elapsed(), sum(record["seconds"] for record in self.records))


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


class _Redacted(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def log_to_terminal(level: int = logging.INFO) -> None:
    """Send the package's messages to stderr, one plain line each, without secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacted("%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(level)
    log.propagate = False
    # Py4J would print the traceback of an interrupt there. What matters arrives as an exception.
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())


# --- how far the reading is ---------------------------------------------------------------------

_SECONDS_OF_TERMINAL, _SECONDS_OF_LOG = 1.0, 60.0
_FIRST_ESTIMATE = 3.0  # seconds after which a rate says something
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


class _Done:
    """What tasks in this process have read so far."""

    def __init__(self) -> None:
        self.bytes, self.files = 0, 0
        self.lock = threading.Lock()


_done = _Done()


class CountedFile(io.FileIO):
    """A file whose bytes count as read. Tasks elsewhere than in this process are not heard of."""

    def readinto(self, buffer: Any) -> int | None:
        """Read into a buffer."""
        count = super().readinto(buffer)
        _count(count or 0, 0)
        return count

    def readall(self) -> bytes:
        """Read what is left."""
        content = super().readall()
        _count(len(content or b""), 0)
        return content


def count_file() -> None:
    """Count a file as read."""
    _count(0, 1)


def _count(count: int, files: int) -> None:
    with _done.lock:
        _done.bytes += count
        _done.files += files


@contextmanager
def reading(files: int, size: int, stream: TextIO | None = None) -> Iterator[None]:
    """Tell while the body runs how much of files is read, and how long the rest may take.

    On a terminal one line is written again and again; elsewhere a line a minute is logged.

    Args:
        files: how many there are.
        size: their bytes.
        stream: the terminal; stderr where none is given.
    """
    with _done.lock:
        _done.bytes = _done.files = 0
    stream = stream or sys.stderr
    over = threading.Event()
    teller = threading.Thread(target=_tell, args=(over, files, size, stream), daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _tell(over: threading.Event, files: int, size: int, stream: TextIO) -> None:
    begin, is_terminal = time.monotonic(), stream.isatty()
    is_written = False
    while not over.wait(_SECONDS_OF_TERMINAL if is_terminal else _SECONDS_OF_LOG):
        if not _done.bytes:
            continue
        line = how_far(_done.files, files, _done.bytes, size, time.monotonic() - begin)
        if is_terminal:
            stream.write(f"\r{line}\x1b[K")
            stream.flush()
            is_written = True
        else:
            log.info("%s", line)
    if is_written:
        stream.write("\r\x1b[K")
        stream.flush()


def how_far(done_files: int, files: int, done: int, size: int, seconds: float) -> str:
    """Say how much is read, and how long the rest may take at the rate so far.

    >>> how_far(3, 12, 1_200_000_000, 4_000_000_000, 60.0)
    'read 3 of 12 files, 1.2 of 4.0 GB (30 %), about 2 min left'
    >>> how_far(1, 1, 900, 900, 1.0)
    'read 1 of 1 files, 900 of 900 bytes (100 %)'
    """
    done = min(done, size)  # some files are read again for what is wrong with them
    unit = min(max(len(str(size)) - 1, 0) // 3, len(_UNITS) - 1)
    shown = [f"{part / 1000**unit:.1f}" if unit else str(part) for part in (done, size)]
    text = (
        f"read {min(done_files, files):,} of {files:,} files, {shown[0]} of {shown[1]} "
        f"{_UNITS[unit]} ({100 * done // max(size, 1)} %)"
    )
    if done >= size or not done or seconds < _FIRST_ESTIMATE:
        return text
    left = seconds * (size - done) / done
    return f"{text}, about {f'{left / 60:.0f} min' if left >= 90 else f'{left:.0f} s'} left"
