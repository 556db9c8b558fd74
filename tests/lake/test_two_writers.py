"""Two commands at one output: the second stops at once and says who is there."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from patentcore.cli import main
from tests.conftest import ROOT

from .small import (
    LAST_TABLE,
    NEW,
    OLD,
    OVERWRITE,
    Call,
    Said,
    claims_of,
    corpus_arguments,
    ingest_arguments,
    on_writing,
    refused,
    rows,
    run_arguments,
    snapshot,
)

HOST = socket.gethostname()


def during(call: Call, first: list[str], second: list[str], *, table: str) -> tuple[Said, Said]:
    """Run the second command while the first writes a table."""
    seen: list[Said] = []
    with on_writing(table, lambda: seen.append(call(second))):
        said = call(first)
    return said, seen[0]


def refused_at_once(said: Said, output: Path) -> None:
    """Hold that nothing was begun, and that the holder is named: where, which process, how long."""
    refused(said, 4, str(output), HOST, str(os.getpid()))
    assert re.search(r"since .*\d\d:\d\d", said.complaints[0])
    assert [line for line in said.err.splitlines() if line.startswith("[")] == [], said.err


@pytest.mark.parametrize("mode", [(), OVERWRITE], ids=["error", "overwrite"])
def test_a_second_run_to_a_new_output_stops_at_once(
    call: Call, source: Path, tmp_path: Path, mode: tuple[str, ...]
) -> None:
    output = tmp_path / "out"
    first, second = during(
        call,
        run_arguments(source, output, *mode),
        run_arguments(source, output, *mode, claims=NEW),
        table="key_patents",
    )
    refused_at_once(second, output)
    assert first.code == 0
    assert claims_of(output) == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


@pytest.mark.parametrize("spelling", ["{}/", "file:{}", "{}/../out", "link"])
def test_a_second_run_is_found_however_it_spells_the_output(
    call: Call, source: Path, output: Path, tmp_path: Path, spelling: str
) -> None:
    (tmp_path / "link").symlink_to(output)
    same = tmp_path / "link" if spelling == "link" else spelling.format(output)
    first, second = during(
        call,
        run_arguments(source, output, *OVERWRITE, claims=NEW),
        run_arguments(source, same, *OVERWRITE),
        table="key_patents",
    )
    refused(second, 4, HOST, str(os.getpid()))
    assert first.code == 0
    assert claims_of(output) == NEW


@pytest.mark.parametrize(("one", "other"), [("run", "score"), ("score", "run"), ("score", "score")])
def test_a_stage_and_a_run_do_not_write_to_one_output(
    call: Call, source: Path, output: Path, one: str, other: str
) -> None:
    before = snapshot(output)
    seen: list[Said] = []

    def second() -> None:
        seen.append(call(run_arguments(source, output, *OVERWRITE, command=other)))
        assert snapshot(output) == before

    with on_writing(LAST_TABLE, second):
        first = call(run_arguments(source, output, *OVERWRITE, command=one))
    refused_at_once(seen[0], output)
    assert first.code == 0
    assert claims_of(output) == OLD


def test_a_second_ingest_stops_at_once(call: Call, made: Path, tmp_path: Path) -> None:
    arguments = ingest_arguments(made / "export.csv", tmp_path / "in")
    first, second = during(call, arguments, arguments, table="patents")
    refused_at_once(second, tmp_path / "in")
    assert first.code == 0
    assert snapshot(tmp_path / "in").keys() >= {"ingest.json", "patents", "citations", "rejects"}
    assert rows(tmp_path / "in", "patents") == 3
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_second_generator_stops_at_once(call: Call, tmp_path: Path) -> None:
    arguments = corpus_arguments(tmp_path / "corpus")
    first, second = during(call, arguments, arguments, table="citations")
    refused_at_once(second, tmp_path / "corpus")
    assert first.code == 0
    made = json.loads((tmp_path / "corpus" / "corpus.json").read_text(encoding="utf-8"))
    assert rows(tmp_path / "corpus", "patents") == made["publications"]
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_an_ingest_and_a_run_do_not_write_to_one_output(
    call: Call, made: Path, source: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    first, second = during(
        call,
        run_arguments(source, output),
        ingest_arguments(made / "export.csv", output),
        table=LAST_TABLE,
    )
    refused_at_once(second, output)
    assert first.code == 0
    assert claims_of(output) == OLD


def test_runs_to_outputs_beside_each_other_do_not_meet(
    call: Call, source: Path, tmp_path: Path
) -> None:
    first, second = during(
        call,
        run_arguments(source, tmp_path / "out"),
        run_arguments(source, tmp_path / "out-2", claims=NEW),
        table=LAST_TABLE,
    )
    assert (first.code, second.code) == (0, 0)
    assert (claims_of(tmp_path / "out"), claims_of(tmp_path / "out-2")) == (OLD, NEW)


# --- locks that somebody left -------------------------------------------------------------------


@pytest.fixture(scope="module")
def lock(made: Path, spark, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where the lock of a running run was, and what was in it; nothing where there was none."""
    folder = tmp_path_factory.mktemp("locked")
    place = folder / ".out.lock"
    seen: list[str] = []

    def look() -> None:
        seen.append(place.read_text(encoding="utf-8") if place.is_file() else "")

    with on_writing(LAST_TABLE, look):
        assert main(run_arguments(made / "in", folder / "out")) == 0
    assert not place.exists()
    return place, seen[0]


def left(
    lock: tuple[Path, str], folder: Path, *, host: str = HOST, pid: int, days: int = 0
) -> None:
    """Leave a lock as of another process, host or day beside the output."""
    place, text = lock
    assert text, f"a run makes no {place.name}"
    text = text.replace(str(place.parent), str(folder))
    text = text.replace(str(os.getpid()), str(pid)).replace(HOST, host)
    then = dt.timedelta(days=days)
    text = re.sub(
        r"\d{4}-\d\d-\d\d(?=T)", lambda day: str(dt.date.fromisoformat(day[0]) - then), text
    )
    text = re.sub(  # seconds since 1970
        r"\b1\d{9}\b", lambda second: str(int(second[0]) - int(then.total_seconds())), text
    )
    file = folder / place.name
    file.write_text(text, encoding="utf-8")
    beat = time.time() - then.total_seconds()
    os.utime(file, (beat, beat))


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_the_lock_of_a_dead_process_of_this_machine_is_taken_over(
    call: Call, source: Path, output: Path, tmp_path: Path, lock: tuple[Path, str]
) -> None:
    left(lock, tmp_path, pid=dead_process())
    assert call(run_arguments(source, output, *OVERWRITE, claims=NEW)).code == 0
    assert claims_of(output) == NEW
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


def test_the_lock_of_another_machine_holds_within_its_lease(
    call: Call, source: Path, output: Path, tmp_path: Path, lock: tuple[Path, str]
) -> None:
    pid = dead_process()
    left(lock, tmp_path, host="elsewhere.example", pid=pid)
    before = snapshot(tmp_path)
    said = call(run_arguments(source, output, *OVERWRITE, claims=NEW))
    refused(said, 4, "elsewhere.example", str(pid))
    assert snapshot(tmp_path) == before


def test_the_lock_of_another_machine_is_taken_over_after_its_lease(
    call: Call, source: Path, output: Path, tmp_path: Path, lock: tuple[Path, str]
) -> None:
    left(lock, tmp_path, host="elsewhere.example", pid=os.getpid(), days=30)
    assert call(run_arguments(source, output, *OVERWRITE, claims=NEW)).code == 0
    assert claims_of(output) == NEW
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


@pytest.mark.parametrize("content", ["", "{", "[]", "keep me"])
def test_a_lock_that_cannot_be_read_is_refused_by_its_name(
    call: Call, source: Path, output: Path, tmp_path: Path, content: str
) -> None:
    """It may be of a process that is about to write it, or somebody else's file."""
    (tmp_path / ".out.lock").write_text(content, encoding="utf-8")
    before = snapshot(tmp_path)
    refused(call(run_arguments(source, output, *OVERWRITE, claims=NEW)), 4, ".out.lock")
    assert snapshot(tmp_path) == before


# --- two processes ------------------------------------------------------------------------------


@pytest.mark.slow
def started_at_once(
    source: Path, output: Path, tmp_path: Path
) -> tuple[list[subprocess.Popen[str]], dict[subprocess.Popen[str], str]]:
    """Start two runs that overwrite one output; return both, ended, and what they said."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "lib")}
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "patentcore.cli", *arguments],
            cwd=ROOT,
            env=environment | {"PATENTCORE_SPARK_LOG": str(tmp_path / f"{claims}.log")},
            stderr=subprocess.PIPE,
            text=True,
        )
        for claims in (OLD, NEW)
        for arguments in [run_arguments(source, output, *OVERWRITE, claims=claims)]
    ]
    return both, {process: process.communicate(timeout=600)[1] for process in both}


def test_of_two_processes_at_one_output_one_writes(
    source: Path, output: Path, tmp_path: Path
) -> None:
    """Both start at once; the one that comes second names the other."""
    for _ in range(3):
        both, said = started_at_once(source, output, tmp_path)
        codes = sorted(process.returncode for process in both)
        if codes != [0, 0]:  # else the second began when the first had ended
            break
    assert codes == [0, 4], said
    first = next(process for process in both if process.returncode == 0)
    second = next(process for process in both if process.returncode == 4)
    assert str(first.pid) in said[second]
    assert claims_of(output) == (OLD if first is both[0] else NEW)
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".log"} == {"in", "out"}
