"""Ctrl-C ends a command with exit code 130 and one line, whatever a library makes of it."""

from __future__ import annotations

import contextlib
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from patentcore import cli
from patentcore.engine import log
from patentcore.engine.ending import ended_tidily, heed_interrupts, keep_handler
from patentcore.errors import OutputError
from patentcore.stages import pipeline
from patentcore.stages.run import Run
from patentcore.stages.screen import SCREEN


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(log, "_current", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    # Whoever starts the tests in the background has them ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def swallowed(error: Exception) -> None:
    """Fail as a library does that an interrupt came upon."""
    try:
        interrupt()
    except KeyboardInterrupt:
        logging.exception("KeyboardInterrupt while sending command.")  # as Py4J does
    raise error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("An error occurred while calling o61.parquet"),
        RuntimeError("[SPARK_JOB_CANCELLED] Job 3 cancelled as part of cancellation of all jobs"),
        ConnectionRefusedError(111, "Connection refused"),
        OutputError("output x cannot be written: Connection refused"),
    ],
)
def test_an_error_that_an_interrupt_caused_is_an_interrupt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    monkeypatch.setattr(cli, "_doctor", lambda _: swallowed(error))
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err == "patentcore: interrupted\n"


def test_an_interrupt_that_a_library_swallowed_ends_the_command_where_it_is_heeded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def goes_on(_: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            interrupt()
        heed_interrupts()

    monkeypatch.setattr(cli, "_doctor", goes_on)
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err == "patentcore: interrupted\n"
    heed_interrupts()  # the next command's are its own


def test_a_run_whose_stage_swallowed_an_interrupt_publishes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def goes_on(run: Run) -> None:
        SCREEN.run(run)
        with contextlib.suppress(KeyboardInterrupt):
            interrupt()

    stages = [SCREEN._replace(run=goes_on)]
    monkeypatch.setattr(pipeline, "stages_of", lambda _: stages)
    corpus, result = tmp_path / "corpus", tmp_path / "result"
    assert cli.main(["corpus", "--scale", "0.01", "--output", str(corpus)]) == 0
    assert cli.main(["run", "--input", str(corpus), "--output", str(result)]) == 130
    assert not result.exists()


def test_a_library_s_handler_is_replaced_by_the_command_s() -> None:
    def theirs(*_: object) -> None:
        raise RuntimeError("jobs cannot be cancelled on a connection that is in use")

    @ended_tidily()
    def body() -> None:
        signal.signal(signal.SIGINT, theirs)
        keep_handler()
        interrupt()

    with pytest.raises(KeyboardInterrupt):
        body()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_outside_of_commands_a_library_s_handler_stays() -> None:
    def theirs(*_: object) -> None:
        pass

    signal.signal(signal.SIGINT, theirs)
    keep_handler()
    assert signal.getsignal(signal.SIGINT) is theirs


def test_ignored_interrupts_stay_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ended_tidily():
        interrupt()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_thread_that_waits_for_good_does_not_keep_an_ended_process() -> None:
    script = (
        "import threading; from patentcore.engine import ending; ending._LEAVE_SECONDS = 0.2;"
        "threading.Thread(target=threading.Event().wait).start(); ending.leave_soon(143)"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60).returncode == 143
