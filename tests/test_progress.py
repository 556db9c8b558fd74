from __future__ import annotations

import io
import re
import time
from pathlib import Path

from patentcore import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_how_far_the_reading_is(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_OF_TERMINAL", 0.01)
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    terminal = Terminal()
    with progress.reading(2, 6_000_000, terminal):
        with io.BufferedReader(progress.CountedFile(tmp_path / "a")) as file:
            assert len(file.read(1_500_000)) == 1_500_000
            time.sleep(0.1)
            assert len(file.read()) == 1_500_000
        progress.count_file()
        time.sleep(0.1)
    lines = terminal.getvalue().split("\r")
    assert any("read 0 of 2 files, 1.5 of 6.0 MB (25 %)" in line for line in lines)
    assert any("read 1 of 2 files, 3.0 of 6.0 MB (50 %)" in line for line in lines)
    assert lines[-1] == "\x1b[K"  # nothing is left of it


def test_a_log_has_no_line_for_what_takes_seconds(tmp_path: Path, caplog) -> None:
    with progress.reading(1, 10, io.StringIO()):
        pass
    assert not re.search("read", caplog.text)
