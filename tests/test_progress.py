from __future__ import annotations

import io
import json
import logging
import re
import sys
import time
from pathlib import Path

import pytest

from patentcore import progress
from patentcore.errors import ConfigError


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
        progress.CountedFile(tmp_path / "a").readall()
        time.sleep(0.1)
        progress.advance(1, 4)
        time.sleep(0.1)
    lines = terminal.getvalue().split("\r")
    assert any("read 0 of 2 files, 1.5 of 6.0 MB (25 %)" in line for line in lines)
    assert any("read 1 of 2 files, 3.0 of 6.0 MB (50 %)" in line for line in lines)
    assert any("the tables are being made: 0 s so far" in line for line in lines)
    assert any("made: [#####...............] 1 of 4 parts" in line for line in lines)
    assert lines[-1] == "\x1b[K"  # nothing is left of it


def test_a_log_has_no_line_for_what_takes_seconds(tmp_path: Path, caplog) -> None:
    with progress.reading(1, 10, io.StringIO()):
        pass
    assert not re.search("read", caplog.text)


def test_a_terminal_has_a_bar_and_messages_above_it(monkeypatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_OF_TERMINAL", 0.01)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    progress.log_to_terminal()
    with progress.Stages().stage("centrality") as facts:
        progress.advance(1, 4)
        time.sleep(0.1)
        progress.log.info("found")
        facts["vertices"] = 1
    first, *drawn, found, last = re.split(r"[\r\n]+", terminal.getvalue().rstrip())
    assert first.endswith("centrality ...")
    assert "centrality: [#####...............] 25 %, 0 s\x1b[K" in drawn
    assert found == "\x1b[Kfound"
    assert last.endswith("centrality: vertices 1 (0.1 s)")


def test_what_runs_inside_stands_instead_and_quiet_says_nothing(monkeypatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS_OF_TERMINAL", 0.1)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    progress.log_to_terminal()
    with progress.telling(lambda _: "outer"), progress.telling(lambda _: "inner"):
        time.sleep(0.3)
        shown = terminal.getvalue()
    assert "inner" in shown
    assert "outer" not in shown
    before = terminal.getvalue()
    progress.log_to_terminal(logging.WARNING)
    with progress.Stages().stage("screen"):
        time.sleep(0.2)
    assert terminal.getvalue() == before


def test_a_log_is_told_of_what_takes_minutes_a_line_at_a_time(monkeypatch, capsys) -> None:
    monkeypatch.setattr(progress, "_SECONDS_OF_LOG", 0.02)
    progress.log_to_terminal()
    with progress.Stages().stage("screen"):
        time.sleep(0.1)
    assert "\nscreen: 0 s so far\n" in capsys.readouterr().err


def test_the_log_of_documents_has_each_stage_with_its_figures_and_no_secret(tmp_path: Path) -> None:
    progress.log_to_terminal(logging.WARNING)
    progress.log_as_json(str(tmp_path / "log.json"))
    took = iter([{"cpu_seconds": 1.5, "peak_bytes": 7}, {"cpu_seconds": 4.0, "peak_bytes": 9}])
    with progress.Stages(usage=lambda: next(took)).stage("network") as facts:
        facts["edges"] = 3
    progress.log.warning("secret.key=%s", "abcdef")
    lines = (tmp_path / "log.json").read_text(encoding="utf-8").splitlines()
    stage, warned = json.loads(lines[1]), json.loads(lines[2])
    assert (stage["stage"], stage["edges"]) == ("network", 3)
    assert stage["usage"] == {"cpu_seconds": 2.5, "peak_bytes": 9}
    assert warned["level"] == "warning"
    assert "abcdef" not in lines[2]
    progress.log_to_terminal()


def test_a_log_that_cannot_be_written_is_an_error_of_its_option(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--log-json .* cannot be written: Is a directory"):
        progress.log_as_json(str(tmp_path))
