"""Stages of a run: a line each on a terminal, seconds for the manifest; how far a long one is."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

from patentcore.errors import ConfigError
from patentcore.redaction import redacted
from patentcore.words.safety import visible

log = logging.getLogger("patentcore")


@dataclass
class Stages:
    """Times and counts of the stages of one run, in order; shown unless quiet.

    Attributes:
        started: when the run began.
        records: what is known of each stage.
        is_quiet: whether nothing is shown.
        usage: tells what the run took so far; of each stage the difference is recorded, of what
            begins with ``peak`` the value.
    """

    started: float = field(default_factory=time.monotonic)
    records: list[dict[str, Any]] = field(default_factory=list)
    is_quiet: bool = False
    usage: Callable[[], dict[str, float]] = dict

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a stage; what it puts into the yielded dict is recorded and shown."""
        level = logging.DEBUG if self.is_quiet else logging.INFO
        log.log(level, "[%6.1f s] %s ...", self.elapsed(), name)
        begin, before = time.monotonic(), self.usage()
        facts: dict[str, Any] = {}
        _meter.done = _meter.total = 0
        with telling(None if self.is_quiet else lambda seconds: how_far(name, seconds)):
            yield facts
        seconds = time.monotonic() - begin
        record = {"stage": name, "seconds": round(seconds, 3), **facts}
        took = {
            key: value if key.startswith("peak") else round(value - before.get(key, 0), 3)
            for key, value in self.usage().items()
        }
        self.records.append(record | ({"usage": took} if took else {}))
        shown = ", ".join(f"{key} {_figure(value)}" for key, value in facts.items())
        done = shown or "done"
        log.log(
            level,
            "[%6.1f s] %s: %s (%.1f s)",
            *(self.elapsed(), name, done, seconds),
            extra={"event": self.records[-1]},
        )

    def resume(self, records: list[dict[str, Any]]) -> None:
        """Take over the stages that an earlier run finished, and its time."""
        self.records += records
        self.started -= sum(record["seconds"] for record in records)

    def elapsed(self) -> float:
        """Seconds since the run began, with those of the run that it goes on with."""
        return time.monotonic() - self.started

    def seconds(self) -> float:
        """Seconds of the run; the sum over its stages where they ran apart from each other."""
        return max(self.elapsed(), sum(record["seconds"] for record in self.records))


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


class _Plain(logging.Formatter):
    """One message a line, without secrets; what would command the terminal is shown instead."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(redacted(super().format(record)), keep="\n")


class _ToTerminal(logging.StreamHandler[TextIO]):
    """Writes messages above the line of what is being done."""

    def emit(self, record: logging.LogRecord) -> None:
        with _display.lock:
            _display.clear()
            super().emit(record)


def log_to_terminal(level: int = logging.INFO) -> None:
    """Send the package's messages to stderr, one plain line each, without secrets."""
    handler = _ToTerminal(sys.stderr)
    handler.setFormatter(_Plain("%(message)s"))
    for former in log.handlers:
        former.close()
    log.handlers[:] = [handler]
    log.setLevel(level)
    log.propagate = False
    # Py4J would print the traceback of an interrupt there. What matters arrives as an exception.
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())


class _AsJson(logging.Formatter):
    """One JSON document a line; of a stage that has ended also its figures."""

    def format(self, record: logging.LogRecord) -> str:
        now = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        message = redacted(record.getMessage())
        told = {"time": now, "level": record.levelname.lower(), "message": message}
        return json.dumps(told | getattr(record, "event", {}), ensure_ascii=False, default=str)


def log_as_json(path: str) -> None:
    """Add the package's messages to a file from now on, also those that the terminal is spared.

    Raises:
        ConfigError: the file cannot be written.
    """
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--log-json {path} cannot be written: {error.strerror}") from error
    handler.setFormatter(_AsJson())
    for other in log.handlers:
        other.setLevel(log.level)
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def _is_wordy() -> bool:
    """Tell whether the terminal is told how far things are."""
    quiet = [other for other in log.handlers if isinstance(other, _ToTerminal) and other.level]
    return log.isEnabledFor(logging.INFO) and all(one.level <= logging.INFO for one in quiet)


# --- how far what takes long is -----------------------------------------------------------------

_SECONDS_OF_TERMINAL, _SECONDS_OF_LOG = 1.0, 60.0
_FIRST_ESTIMATE = 3.0  # seconds after which a rate says something
_BAR = 20  # characters

Told = Callable[[float], str]
"""Returns what to say of something after so many seconds."""


class _Display:
    """The one line that a terminal has of what is being done."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.shown_on: TextIO | None = None
        self.told: list[Told] = []

    def show(self, line: str, stream: TextIO) -> None:
        """Write the line anew; a longer one than the terminal is wide would stay behind."""
        width = shutil.get_terminal_size().columns - 1
        with self.lock:
            stream.write(f"\r{line[:width]}\x1b[K")
            stream.flush()
            self.shown_on = stream

    def clear(self) -> None:
        """Remove the line where there is one."""
        with self.lock:
            if self.shown_on is not None:
                self.shown_on.write("\r\x1b[K")
                self.shown_on.flush()
                self.shown_on = None


_display = _Display()


@contextmanager
def telling(told: Told | None, stream: TextIO | None = None) -> Iterator[None]:
    """Tell while the body runs how far it is: on a terminal every second, else once a minute.

    What is told inside of another such body stands instead of what that tells.

    Args:
        told: what to say; nothing where it is ``None`` or the user wants no messages.
        stream: the terminal; stderr where none is given.
    """
    if told is None or not (stream or _is_wordy()):
        yield
        return
    over = threading.Event()
    _display.told.append(told)
    arguments = (told, over, stream or sys.stderr)
    teller = threading.Thread(target=_tell, args=arguments, name="progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
        _display.told.remove(told)
        _display.clear()


def _tell(told: Told, over: threading.Event, stream: TextIO) -> None:
    begin, is_terminal = time.monotonic(), stream.isatty()
    while not over.wait(_SECONDS_OF_TERMINAL if is_terminal else _SECONDS_OF_LOG):
        if _display.told[-1:] != [told]:
            continue
        line = told(time.monotonic() - begin)
        if line and is_terminal:
            _display.show(line, stream)
        elif line:
            log.info("%s", line)


class _Meter:
    """How much of its work the stage that runs has done, where it tells."""

    done = total = 0
    began = 0.0


_meter = _Meter()


def advance(done: int, total: int) -> None:
    """Take note of how much of its work the stage that runs has done; the unit is its own."""
    _meter.done, _meter.total = done, total
    if not done:
        _meter.began = time.monotonic()


def how_far(name: str, seconds: float) -> str:
    """Say how far a stage is, and how long the rest may take at the rate so far.

    >>> advance(64, 256); how_far("centrality", 20.0)
    'centrality: [#####...............] 25 %, 20 s, about 60 s left'
    >>> advance(0, 0); how_far("screen", 90.0)
    'screen: 2 min so far'
    """
    done, total = _meter.done, _meter.total
    if not total:
        return f"{name}: {_time(seconds)} so far"
    share = f"{bar(done / total)} {100 * done // total} %, {_time(seconds)}"
    return f"{name}: {share}{_left(done, total, seconds)}"


def bar(share: float) -> str:
    """Draw a share.

    >>> bar(0.5)
    '[##########..........]'
    """
    full = min(int(_BAR * share), _BAR)
    return f"[{'#' * full}{'.' * (_BAR - full)}]"


def _left(done: int, total: int, seconds: float) -> str:
    if done >= total or not done or seconds < _FIRST_ESTIMATE:
        return ""
    return f", about {_time(seconds * (total - done) / done)} left"


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


# --- how far the reading is ---------------------------------------------------------------------

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


def count_bytes(count: int) -> None:
    """Count bytes as read that another process has read for this one."""
    _count(count, 0)


def bytes_read() -> int:
    """Return how many bytes count as read."""
    return _done.bytes


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

    Args:
        files: how many there are.
        size: their bytes.
        stream: the terminal; stderr where none is given.
    """
    with _done.lock:
        _done.bytes = _done.files = 0
    advance(0, 0)

    def told(seconds: float) -> str:
        if _done.bytes >= size:
            return f"all is read, the tables are being made: {_parts_made(seconds)}"
        return how_much(_done.files, files, _done.bytes, size, seconds) if _done.bytes else ""

    with telling(told, stream):
        yield


def _parts_made(seconds: float) -> str:
    """Say how many parts of what was read are made into tables, where it is made part by part."""
    done, total = _meter.done, _meter.total
    if not total:
        return f"{_time(seconds)} so far"
    left = _left(done, total, time.monotonic() - _meter.began)
    return f"{bar(done / total)} {done} of {total} parts{left}"


def how_much(done_files: int, files: int, done: int, size: int, seconds: float) -> str:
    """Say how much is read, and how long the rest may take at the rate so far.

    >>> how_much(3, 12, 1_200_000_000, 4_000_000_000, 60.0)
    '[######..............] read 3 of 12 files, 1.2 of 4.0 GB (30 %), about 2 min left'
    >>> how_much(1, 1, 900, 900, 1.0)
    '[####################] read 1 of 1 files, 900 of 900 bytes (100 %)'
    """
    done = min(done, size)  # some files are read again for what is wrong with them
    unit = min(max(len(str(size)) - 1, 0) // 3, len(_UNITS) - 1)
    shown = [f"{part / 1000**unit:.1f}" if unit else str(part) for part in (done, size)]
    text = (
        f"read {min(done_files, files):,} of {files:,} files, {shown[0]} of {shown[1]} "
        f"{_UNITS[unit]} ({100 * done // max(size, 1)} %)"
    )
    return f"{bar(done / max(size, 1))} {text}{_left(done, size, seconds)}"
