"""A lock with a heartbeat, so that one output has one writer.

The lock is a small file beside the output. Whoever makes it holds it and writes it anew every few
seconds; one whose process is gone, or that has not been written for the length of the lease, is
taken over.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import threading
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import patentcore
from patentcore.errors import OutputError
from patentcore.lake.places import Place, as_json

BEAT_SECONDS = 10.0
LEASE_SECONDS = 120.0
"""A lock that has not been written for so long is nobody's; processes that stall are shorter."""


class Lock:
    """The right to write an output, held while the context lasts.

    Args:
        place: the lock's file.
        output: what it stands for, as messages name it.

    Raises:
        OutputError: another process holds it, which is named.
    """

    def __init__(self, place: Place, output: str) -> None:
        self.place = place
        self.output = output
        self.token = uuid.uuid4().hex
        self._started = _now()
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="lock of an output", daemon=True)

    def __enter__(self) -> Self:
        """Take the lock, of nobody or of a process that is gone."""
        self.place.parent.make()
        for _ in range(3):
            if self.place.store.create(self.place.path, self._content()):
                self._beating.start()
                return self
            self._take_over()
        raise self._held(self.place.read_json() or {})

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back, unless another has it by now."""
        self._over.set()
        if self._beating.ident is not None:
            self._beating.join(timeout=BEAT_SECONDS)
        try:
            self._give_back()
        except KeyboardInterrupt:
            self._give_back()
            raise

    def _give_back(self) -> None:
        if self.is_held():
            self.place.delete()

    def is_held(self) -> bool:
        """Tell whether the lock is still this process's."""
        return (self.place.read_json() or {}).get("token") == self.token

    def check(self) -> None:
        """Refuse to go on without the lock.

        Raises:
            OutputError: the lock was removed or taken over meanwhile.
        """
        if not self.is_held():
            raise OutputError(
                f"the lock {self.place} of {self.output} was removed or taken over while this run "
                "went on; nothing was published"
            )

    def _take_over(self) -> None:
        """Remove a lock that nobody holds, once, whoever else tries the same."""
        holder = self.place.read_json()
        if holder is None:
            if not self.place.exists():
                return
            raise OutputError(
                f"{self.place} stands where the lock of {self.output} would be, and is none of "
                "PatentCore's; move it away"
            )
        if not self._is_stale(holder):
            raise self._held(holder)
        aside = self.place.sibling(f"{self.place.name}.{self.token[:8]}")
        try:
            self.place.store.rename(self.place.path, aside.path)
        except OSError:
            return  # another was quicker
        if (aside.read_json() or {}).get("token") != holder.get("token"):
            # The quicker one's: it is put back where no third one came in between.
            self.place.store.create(self.place.path, aside.read_text().encode("utf-8"))
        aside.delete()

    def _is_stale(self, holder: dict[str, Any]) -> bool:
        if holder.get("host") == platform.node() and holder.get("boot") == _boot():
            return not _is_running(holder.get("pid"), holder.get("process"))
        # Another machine's clock may differ: both times are the store's own.
        (written,) = [file.modified for file in self.place.files()] or [0]
        unit = 1e9 if written > 1e15 else 1e3
        age = (self.place.store.now(self.place.parent.path) - written) / unit
        return age > LEASE_SECONDS

    def _held(self, holder: dict[str, Any]) -> OutputError:
        who = f"process {holder.get('pid', '?')} on {holder.get('host', '?')}"
        return OutputError(
            f"{self.output} is being written by {who} since {holder.get('started', '?')} "
            f"(its lock is {self.place}); wait for it, or choose another output"
        )

    def _content(self) -> bytes:
        pid = os.getpid()
        value = {
            "patentcore": patentcore.__version__,
            "output": self.output,
            "token": self.token,
            "host": platform.node(),
            "boot": _boot(),
            "pid": pid,
            "process": _process_started(pid),
            "started": self._started,
            "beat": _now(),
        }
        return as_json(value).encode("utf-8")

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                if self.is_held():
                    self.place.store.write(self.place.path, self._content())
            except Exception:  # the store may be away for a while; the lease is longer
                continue


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _boot() -> str:
    """Return what tells where process numbers hold: this start of the machine, this container."""
    try:
        container = os.readlink("/proc/self/ns/pid")
    except OSError:
        container = ""
    return _text("/proc/sys/kernel/random/boot_id") + container


def _process_started(pid: int) -> str:
    """Return when a process began, which tells it from a later one of its number."""
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""


def _is_running(pid: Any, started: Any) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's
    return _process_started(pid) == started


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
