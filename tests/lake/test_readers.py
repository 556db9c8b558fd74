"""Who reads while results are overwritten finds a whole one at every moment."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from .small import LAST_TABLE, NEW, OLD, OVERWRITE, Call, claims_of, run_arguments

OVERWRITES = 10


class Reader(threading.Thread):
    """Reads a result over and over; keeps what was wrong and how often each run was read.

    A reader that meets a change reads again: it holds the tables against the manifest only where
    this is the same before and after. It is there each time, and no reading fails without a change.
    """

    def __init__(self, output: Path) -> None:
        super().__init__(daemon=True)
        self.output = output
        self.wrong: list[str] = []
        self.read: list[int] = []
        self.has_ended = threading.Event()

    def manifest(self) -> str:
        text = (self.output / "run.json").read_text(encoding="utf-8")
        json.loads(text)
        return text

    def run(self) -> None:
        while not self.has_ended.is_set():
            try:
                before = self.manifest()
            except (OSError, ValueError) as error:
                self.wrong.append(f"no manifest: {error}")
                continue
            try:
                self.read.append(claims_of(self.output))
            except Exception as error:
                if self._is_still(before):
                    self.wrong.append(f"{type(error).__name__}: {error}"[:300])

    def _is_still(self, before: str) -> bool:
        try:
            return self.manifest() == before
        except (OSError, ValueError) as error:
            self.wrong.append(f"no manifest: {error}")
            return False


class Watcher(threading.Thread):
    """Looks for the manifest and the last table as often as it can."""

    def __init__(self, output: Path) -> None:
        super().__init__(daemon=True)
        self.output = output
        self.wrong: list[str] = []
        self.looks = 0
        self.has_ended = threading.Event()

    def run(self) -> None:
        while not self.has_ended.is_set():
            for name in ("run.json", LAST_TABLE):
                if not (self.output / name).exists():
                    self.wrong.append(f"no {name}")
            self.looks += 1
            time.sleep(0.001)


@pytest.mark.slow
def test_a_reader_in_a_loop_through_overwrites_finds_a_whole_result_each_time(
    call: Call, source: Path, output: Path
) -> None:
    reader, watcher = Reader(output), Watcher(output)
    for thread in (reader, watcher):
        thread.start()
    try:
        for turn in range(OVERWRITES):
            claims = OLD if turn % 2 else NEW
            assert call(run_arguments(source, output, *OVERWRITE, claims=claims)).code == 0
    finally:
        for thread in (reader, watcher):
            thread.has_ended.set()
            thread.join()
    assert watcher.looks > 100 * OVERWRITES
    assert set(reader.read) == {OLD, NEW}
    assert len(reader.read) > OVERWRITES
    assert (reader.wrong, watcher.wrong) == ([], [])
