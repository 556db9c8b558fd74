from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark import cloudpickle
from tests.conftest import ENGINE, ROOT
from tests.faults.apart import Apart
from tests.sources.formats.test_uspto import GRANT_2005, GRANT_2013

from patentcore.engine import running
from patentcore.errors import InputError
from patentcore.progress import bytes_read
from patentcore.sources import ingest
from patentcore.sources.reading import processes
from patentcore.sources.reading.files import File, Piece
from patentcore.sources.reading.processes import _Apart, processes_for_reading

PIECE = Piece(File("/data/export.xml", 1))


def apart(parse: Callable[[Piece], Iterator[pa.RecordBatch]]) -> _Apart:
    return _Apart(cloudpickle.dumps(parse))


def children() -> set[int]:
    return {process.pid for process in psutil.Process().children()}


def is_gone(process: int, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while psutil.pid_exists(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not psutil.pid_exists(process)


def of_pids(piece: Piece) -> Iterator[pa.RecordBatch]:
    yield pa.record_batch({"pid": [os.getpid()]})


# --- one process -------------------------------------------------------------------------------


def test_batches_are_those_that_are_made_here(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one\ntwo\n", encoding="utf-8")

    def parse(piece: Piece) -> Iterator[pa.RecordBatch]:
        with piece.lines() as stream:
            for line in stream.read().splitlines():
                people = [[{"name": line.decode(), "country": None}], None, []]
                yield pa.record_batch({"people": people, "n": [1, None, len(line)]})
        print("what is printed does not come between")
        yield pa.record_batch({"people": pa.nulls(0), "n": pa.nulls(0)})

    piece = Piece(File(str(file), 8), is_counted=True)
    before = bytes_read()
    with processes_for_reading():
        found = list(apart(parse)(piece))
    assert bytes_read() - before == 8
    assert found == list(parse(piece))


def test_a_process_reads_one_piece_after_the_other_and_ends_with_the_reading() -> None:
    before = children()

    def pid_of(read: _Apart) -> int:
        (batch,) = read(PIECE)
        return batch["pid"][0].as_py()

    with processes_for_reading():
        with processes_for_reading():
            first = pid_of(apart(of_pids))
        # Another reading still needs it; another function is sent to the same process.
        second = pid_of(apart(lambda piece: of_pids(piece)))
        assert first == second
        assert children() - before == {first}
    assert first != os.getpid()
    assert children() == before
    assert pid_of(apart(of_pids)) == os.getpid()  # nobody would end another


def test_what_is_not_read_to_its_end_leaves_no_process() -> None:
    before = children()

    def parse(piece: Piece) -> Iterator[pa.RecordBatch]:
        while True:
            yield from of_pids(piece)

    with processes_for_reading():
        batches = apart(parse)(PIECE)
        pid = next(batches)["pid"][0].as_py()
        batches.close()
        assert is_gone(pid)
        next(apart(parse)(PIECE))
    assert children() == before


def test_errors_name_the_file_as_they_do_here() -> None:
    def refused(piece: Piece) -> Iterator[pa.RecordBatch]:
        yield from of_pids(piece)
        raise InputError(f"{piece.file.uri} has no column of numbers")

    def missing(piece: Piece) -> Iterator[pa.RecordBatch]:
        with open("/no/such/file"):
            yield from of_pids(piece)

    def wrong(piece: Piece) -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"a": [len(None)]})  # type: ignore[arg-type]

    with processes_for_reading():
        with pytest.raises(InputError, match=r"^/data/export\.xml has no column of numbers$"):
            list(apart(refused)(PIECE))
        with pytest.raises(InputError, match=r"^/data/export\.xml cannot be read: .*No such file"):
            list(apart(missing)(PIECE))
        with pytest.raises(RuntimeError, match=r"^TypeError: object of type 'NoneType'"):
            list(apart(wrong)(PIECE))


def test_a_process_that_ends_early_is_told_with_the_file() -> None:
    def killed(piece: Piece) -> Iterator[pa.RecordBatch]:
        yield from of_pids(piece)
        os.kill(os.getpid(), signal.SIGKILL)

    def ended(piece: Piece) -> Iterator[pa.RecordBatch]:
        os._exit(3)
        yield from of_pids(piece)

    why = r"^/data/export\.xml cannot be read: the process that reads it ended "
    with processes_for_reading():
        with pytest.raises(InputError, match=why + "by SIGKILL, as where memory is short$"):
            list(apart(killed)(PIECE))
        with pytest.raises(InputError, match=why + "with code 3$"):
            list(apart(ended)(PIECE))
        assert len(list(apart(of_pids)(PIECE))) == 1


def test_batches_are_not_made_ahead_of_what_is_taken(tmp_path: Path) -> None:
    made = tmp_path / "made"

    def parse(piece: Piece) -> Iterator[pa.RecordBatch]:
        for count in range(100):
            made.write_text(str(count + 1), encoding="utf-8")
            yield pa.record_batch({"bytes": [b"0" * (4 << 20)]})

    with processes_for_reading():
        batches = apart(parse)(PIECE)
        for _ in range(3):
            next(batches)
        time.sleep(1.0)
        assert int(made.read_text(encoding="utf-8")) <= 4
        batches.close()


def test_a_process_ends_with_the_one_that_started_it() -> None:
    script = """
        import time
        import pyarrow as pa
        from pyspark import cloudpickle
        from patentcore.sources.reading.files import File, Piece
        from patentcore.sources.reading.processes import _Apart, processes_for_reading

        def parse(piece):
            import os
            yield pa.record_batch({"pid": [os.getpid()]})
            time.sleep(600)

        with processes_for_reading():
            batches = _Apart(cloudpickle.dumps(parse))(Piece(File("a", 1)))
            print(next(batches)["pid"][0], flush=True)
            next(batches)
    """
    started = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "lib")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    pid = int(started.stdout.readline())
    started.kill()
    started.communicate()
    assert is_gone(pid)


# --- whole ingests -----------------------------------------------------------------------------

needs_processes = pytest.mark.skipif(
    ENGINE != "embedded" or (os.cpu_count() or 1) < 2, reason="of the embedded engine on two cores"
)


def grants(folder: Path, files: int, documents: int) -> None:
    """Write files of grants with numbers of their own, one of which is broken in each file."""
    folder.mkdir()
    for file in range(files):
        texts = [
            grant.replace("06836899", f"{8_000_000 + file * documents + at}").replace(
                "D0534340", f"D{600_000 + file * documents + at}"
            )
            for at in range(documents)
            for grant in (GRANT_2005, GRANT_2013)
        ]
        texts[1] = texts[1].replace("</us-patent-grant>", "")
        (folder / f"ipg{file}.xml").write_text("".join(texts), encoding="utf-8")


@needs_processes
def test_an_ingest_by_processes_gives_the_same_tables(
    spark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grants(tmp_path / "grants", files=3, documents=300)
    assert running().cores(spark) > 1
    started = []
    start = processes._pool.start
    monkeypatch.setattr(
        processes._pool, "start", lambda count: (started.append(count), start(count))
    )

    def tables(name: str) -> list[list[dict[str, object]]]:
        output = tmp_path / name
        ingest(spark, "uspto", [str(tmp_path / "grants")], str(output))
        return [
            sorted(pq.read_table(output / table).to_pylist(), key=repr)
            for table in ("patents", "citations", "rejects")
        ]

    before = children()
    here = tables("here")
    assert started == []
    monkeypatch.setattr(processes, "_WORTH_PROCESSES", 1)
    there = tables("there")
    assert started == [min(3, running().cores(spark))]
    assert children() == before
    assert len(here[0]) == 3 * 2 * 300 - 3
    assert there == here


@needs_processes
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ingest_that_is_broken_off_leaves_no_process(tmp_path: Path, number: int) -> None:
    grants(tmp_path / "grants", files=2, documents=5000)
    (tmp_path / "small_inputs_too.py").write_text(
        "from patentcore.cli import main\n"
        "from patentcore.sources.reading import processes\n"
        "processes._WORTH_PROCESSES = 1\n"
        "raise SystemExit(main())\n",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(ROOT / "lib"), str(tmp_path)])
    place = Apart(tmp_path / "apart", {"PYTHONPATH": path})
    output = tmp_path / "out"
    words = ["ingest", "--source", "uspto", "--input", tmp_path / "grants", "--output", output]
    process = place.start(*words, "--engine", "embedded", module="small_inputs_too")
    try:
        while len(place.processes()) < 3 and process.poll() is None:
            time.sleep(0.05)
        time.sleep(1.0)
        assert process.poll() is None
        os.killpg(process.pid, number)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 128 + number, errors
    deadline = time.monotonic() + 20
    while place.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert place.processes() == []
    assert not output.exists()
