"""The old result stands whole until the new one is whole, whatever comes between."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.conftest import ROOT

from .small import (
    LAST_TABLE,
    NEW,
    OLD,
    OVERWRITE,
    Call,
    Said,
    at_moves,
    claims_of,
    corpus_arguments,
    ingest_arguments,
    on_reading_back,
    on_writing,
    run_arguments,
    says_that_the_old_result_stands,
    snapshot,
)

Fail = Callable[[], None]


def break_off() -> None:
    raise RuntimeError("half-way")


def stood(said: Said, folder: Path, before: dict[str, bytes | str | None]) -> None:
    """Hold that a run failed, said that the old result stands, and that it does."""
    assert said.code in (1, 4)
    assert "result in " not in said.err
    assert "Traceback" not in said.err
    assert snapshot(folder) == before
    assert says_that_the_old_result_stands(said), said.err


# --- failures before the new result is whole ----------------------------------------------------


@pytest.mark.parametrize("command", ["run", "score"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_failure_at_the_last_table_leaves_the_old_result(
    call: Call, source: Path, output: Path, tmp_path: Path, command: str, after: bool
) -> None:
    before = snapshot(tmp_path)
    with on_writing(LAST_TABLE, break_off, after=after):
        said = call(run_arguments(source, output, *OVERWRITE, claims=NEW, command=command))
    stood(said, tmp_path, before)


@pytest.fixture
def many_files(spark: SparkSession) -> Iterator[None]:
    """Let Spark write so many files that they are rewritten into few."""
    settings = {
        "spark.sql.shuffle.partitions": "40",
        "spark.sql.adaptive.enabled": "false",
    }
    former = {name: spark.conf.get(name) for name in settings}
    for name, value in settings.items():
        spark.conf.set(name, value)
    yield
    for name, value in former.items():
        spark.conf.set(name, str(value))


@pytest.fixture
def wide_source(spark: SparkSession, made: Path, tmp_path: Path) -> Path:
    """The canonical tables, with further citations of a key patent: enough for many files."""
    for table in ("patents", "citations"):
        shutil.copytree(made / "in" / table, tmp_path / "in" / table)
    more = spark.range(0, 400, 1, 1).selectExpr(
        "concat('X', id) AS citing",
        "'CN100000003A' AS cited",
        "CAST(NULL AS string) AS category",
        "'cites' AS origin",
    )
    more.write.mode("append").parquet(str(tmp_path / "in" / "citations"))
    return tmp_path / "in"


def parts_of(table: Path) -> int:
    return len(list(table.glob("*.parquet")))


@pytest.mark.classic  # whose tables come in many files
@pytest.mark.usefixtures("many_files")
def test_a_failure_while_files_are_compacted_leaves_the_old_result(
    call: Call, wide_source: Path, output: Path, tmp_path: Path
) -> None:
    before = snapshot(tmp_path)
    with on_writing("edges", break_off, nth=2):
        said = call(run_arguments(wide_source, output, *OVERWRITE, claims=NEW))
    stood(said, tmp_path, before)


@pytest.mark.classic  # whose tables come in many files
@pytest.mark.usefixtures("many_files")
def test_many_small_files_are_compacted(
    call: Call, wide_source: Path, output: Path, tmp_path: Path
) -> None:
    """So that the test above it is of something that a run does."""
    said = call(run_arguments(wide_source, output, *OVERWRITE))
    assert said.code == 0
    assert parts_of(output / "edges") == 1
    loose = run_arguments(wide_source, tmp_path / "loose", "--set", "output.file_mb=0")
    assert call(loose).code == 0
    assert parts_of(tmp_path / "loose" / "edges") > 32


class Disk:
    """A file system of four megabytes, which can be filled up."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.ballast = place / "ballast"

    def fill(self) -> None:
        with self.ballast.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 9):
                with suppress(OSError):
                    while file.write(bytes(size)):
                        pass
        assert shutil.disk_usage(self.place).free == 0

    def empty(self) -> None:
        self.ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can make a small disk")
    yield Disk(place)
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("command", ["run", "score"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_disk_that_is_full_at_the_last_table_leaves_the_old_result(
    call: Call, made: Path, disk: Disk, command: str, after: bool
) -> None:
    """After it, nothing but the manifest is left to write."""
    output = shutil.copytree(made / "out", disk.place / "out")
    before = snapshot(disk.place)
    with on_writing(LAST_TABLE, disk.fill, after=after):
        said = call(run_arguments(made / "in", output, *OVERWRITE, claims=NEW, command=command))
    disk.empty()
    stood(said, disk.place, before)
    assert f"no space left on the disk of {disk.place}" in said.err


@pytest.mark.classic  # whose tables come in many files
@pytest.mark.usefixtures("many_files")
def test_a_disk_that_is_full_while_files_are_compacted_leaves_the_old_result(
    call: Call, made: Path, wide_source: Path, disk: Disk
) -> None:
    output = shutil.copytree(made / "out", disk.place / "out")
    before = snapshot(disk.place)
    with on_writing("edges", disk.fill, nth=2):
        said = call(run_arguments(wide_source, output, *OVERWRITE, claims=NEW))
    disk.empty()
    stood(said, disk.place, before)


@pytest.mark.parametrize("command", ["ingest", "corpus"])
def test_a_disk_that_is_full_leaves_nothing_of_what_was_to_be_made(
    call: Call, made: Path, disk: Disk, command: str
) -> None:
    arguments = {
        "ingest": ingest_arguments(made / "export.csv", disk.place / "new"),
        "corpus": corpus_arguments(disk.place / "new"),
    }[command]
    with on_writing("citations", disk.fill):
        said = call(arguments)
    disk.empty()
    assert said.code == 1
    assert f"no space left on the disk of {disk.place}" in said.err
    assert list(disk.place.iterdir()) == []


# --- folders that are taken away ----------------------------------------------------------------


@pytest.mark.parametrize("where", ["beside", "elsewhere"])
@pytest.mark.parametrize("command", ["run", "score"])
def test_a_run_whose_staging_is_removed_fails_and_leaves_the_old_result(
    call: Call, source: Path, output: Path, tmp_path: Path, command: str, where: str
) -> None:
    before = snapshot(output)
    place = tmp_path if where == "beside" else tmp_path / "staging"
    more = () if where == "beside" else ("--set", f"output.staging={place}")

    def remove() -> None:
        gathered = list(place.glob(".out.unfinished-*"))
        assert gathered
        for folder in gathered:
            shutil.rmtree(folder)

    with on_reading_back(LAST_TABLE, remove):
        said = call(run_arguments(source, output, *OVERWRITE, *more, claims=NEW, command=command))
    stood(said, output, before)


def test_a_run_to_a_new_output_whose_staging_is_removed_fails_and_makes_no_output(
    call: Call, source: Path, tmp_path: Path
) -> None:
    def remove() -> None:
        for folder in tmp_path.glob(".out.unfinished-*"):
            shutil.rmtree(folder)

    with on_reading_back(LAST_TABLE, remove):
        said = call(run_arguments(source, tmp_path / "out"))
    assert said.code in (1, 4)
    assert len(said.complaints) == 1
    assert "result in " not in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("part", [".", "scores", "run.json"])
def test_an_output_that_is_removed_meanwhile_is_made_whole_or_refused(
    call: Call, source: Path, output: Path, tmp_path: Path, part: str
) -> None:
    rest: list[dict[str, bytes | str | None]] = []

    def remove() -> None:
        (output / part).rename(tmp_path / "taken away")
        rest.append(snapshot(output))

    with on_writing(LAST_TABLE, remove):
        said = call(run_arguments(source, output, *OVERWRITE, claims=NEW))
    if said.code == 0:
        assert claims_of(output) == NEW
    else:
        assert said.code == 4
        assert len(said.complaints) == 1
        assert snapshot(output) == rest[0]


def test_a_foreign_file_that_comes_meanwhile_is_not_lost(
    call: Call, source: Path, output: Path
) -> None:
    def come() -> None:
        (output / "notes.txt").write_bytes(b"keep me")

    with on_writing(LAST_TABLE, come):
        said = call(run_arguments(source, output, *OVERWRITE, claims=NEW))
    assert (output / "notes.txt").read_bytes() == b"keep me"
    assert said.code == 4
    assert claims_of(output) == OLD


# --- signals ------------------------------------------------------------------------------------

MOMENTS = 3  # of publishing, at which each signal comes


def spread(steps: int, count: int) -> list[int]:
    """Return so many of the steps, the first and the last among them."""
    return sorted({1 + round(at * (steps - 1) / (count - 1)) for at in range(count)})


def old_or_new(output: Path, said: str) -> None:
    """Hold that a whole result is there, and that what was said of it is true."""
    claims = claims_of(output)
    assert claims in (OLD, NEW)
    if claims == NEW:
        assert "nothing was published" not in said
        assert "stands" not in said


@pytest.mark.slow
def test_an_interrupt_at_any_move_leaves_the_old_result_or_the_new_one(
    call: Call, source: Path, output: Path, made: Path, tmp_path: Path
) -> None:
    def interrupt_at(moment: int) -> Callable[[int], None]:
        def action(step: int) -> None:
            nonlocal steps
            steps = max(step, steps)
            if step == moment:
                raise KeyboardInterrupt

        return action

    steps = 0
    overwriting = run_arguments(source, output, *OVERWRITE, claims=NEW)
    with at_moves(interrupt_at(0)):
        assert call(overwriting).code == 0
    assert steps > 1
    broken = []
    for moment in spread(steps, 10):
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(made / "out", output)
        with at_moves(interrupt_at(moment)):
            said = call(overwriting)
        assert said.code == 130
        try:
            old_or_new(output, said.err)
            assert len(said.complaints) == 1
            assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
        except (AssertionError, OSError) as error:
            broken.append(f"step {moment} of {steps}: {type(error).__name__} {error}"[:200])
    assert broken == []


def signalled(
    name: str, moment: object, arguments: list[str], tmp_path: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that sends itself a signal; see signalled.py."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "lib"),
        "PATENTCORE_SPARK_LOG": str(tmp_path / "spark.log"),
    }
    script = [sys.executable, "-m", "tests.lake.signalled", name, str(moment)]
    return subprocess.run(
        [*script, str(tmp_path / "steps"), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="module")
def steps(made: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many steps the moves of an overwriting have."""
    folder = tmp_path_factory.mktemp("steps")
    shutil.copytree(made / "out", folder / "out")
    arguments = run_arguments(made / "in", folder / "out", *OVERWRITE, claims=NEW)
    done = signalled("SIGKILL", 0, arguments, folder)
    assert done.returncode == 0, done.stderr
    return int((folder / "steps").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGKILL", -9)])
def test_a_signal_while_a_result_is_published_leaves_the_old_one_or_the_new_one(
    source: Path, output: Path, tmp_path: Path, steps: int, name: str, code: int, moment: int
) -> None:
    arguments = run_arguments(source, output, *OVERWRITE, claims=NEW)
    done = signalled(name, spread(steps, MOMENTS)[moment], arguments, tmp_path)
    assert done.returncode == code, done.stderr
    old_or_new(output, done.stderr)
    if name != "SIGKILL":
        told = [line for line in done.stderr.splitlines() if line.startswith("patentcore: ")]
        assert len(told) == 1
        assert "Traceback" not in done.stderr
        assert not list(tmp_path.glob(".out*"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_before_a_result_is_published_says_that_the_old_one_stands(
    source: Path, output: Path, tmp_path: Path, name: str, code: int
) -> None:
    before = snapshot(output)
    arguments = run_arguments(source, output, *OVERWRITE, claims=NEW)
    done = signalled(name, LAST_TABLE, arguments, tmp_path)
    assert done.returncode == code, done.stderr
    assert snapshot(output) == before
    assert says_that_the_old_result_stands(Said(done.returncode, done.stderr, done.stdout))
    assert not list(tmp_path.glob(".out*"))
