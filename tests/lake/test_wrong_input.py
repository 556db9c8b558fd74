"""What is read is what was named: literally, once, and the same from the first row to the last."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT

from .small import (
    EXPORT,
    LAST_TABLE,
    NEW,
    OLD,
    OVERWRITE,
    ROWS,
    Call,
    claims_of,
    ingest_arguments,
    on_writing,
    refused,
    rows,
    run_arguments,
    snapshot,
)

# --- names are taken literally ------------------------------------------------------------------

# Names, each with one that it could be mistaken for.
NAMES = {
    "brackets": ("a[1]", "a1"),
    "star": ("a*", "ab"),
    "question mark": ("a?", "ab"),
    "braces": ("a{b,c}", "ab"),
    "backslash": (r"a\b", "ab"),
    "percent": ("a%41", "aA"),
    "hash": ("a#b", "a"),
    "space": ("a b", "a"),
    "not ASCII": ("专利 é", "专利"),
}
every_name = pytest.mark.parametrize(("name", "other"), NAMES.values(), ids=NAMES)


def of_one_patent(source: Path) -> None:
    """Make canonical tables those of another, smaller input."""
    (file,) = (source / "patents").glob("*.parquet")
    patents = pd.read_parquet(file)
    shutil.rmtree(source / "patents")
    (source / "patents").mkdir()
    patents.head(1).to_parquet(source / "patents" / "part-0.parquet")


@every_name
def test_a_run_reads_and_writes_the_folders_that_are_named(
    call: Call, made: Path, tmp_path: Path, name: str, other: str
) -> None:
    shutil.copytree(made / "in", tmp_path / "in" / name)
    shutil.copytree(made / "in", tmp_path / "in" / other)
    of_one_patent(tmp_path / "in" / other)
    (tmp_path / "out" / other).mkdir(parents=True)
    before = snapshot(tmp_path / "in")
    said = call(run_arguments(tmp_path / "in" / name, tmp_path / "out" / name))
    assert said.code == 0, said.err
    assert claims_of(tmp_path / "out" / name) == OLD
    assert list((tmp_path / "out" / other).iterdir()) == []
    assert {path.name for path in (tmp_path / "out").iterdir()} == {name, other}
    assert snapshot(tmp_path / "in") == before


@every_name
def test_an_overwrite_and_show_take_the_name_of_a_result_literally(
    call: Call, made: Path, source: Path, tmp_path: Path, name: str, other: str
) -> None:
    shutil.copytree(made / "out", tmp_path / "out" / name)
    shutil.copytree(made / "out", tmp_path / "out" / other)
    other_before = snapshot(tmp_path / "out" / other)
    output = tmp_path / "out" / name
    assert call(run_arguments(source, output, *OVERWRITE, claims=NEW)).code == 0
    assert claims_of(output) == NEW
    assert snapshot(tmp_path / "out" / other) == other_before
    assert f">{NEW}" in call(["show", str(output), "funnel"]).out


@every_name
def test_an_ingest_reads_and_writes_what_is_named(
    call: Call, tmp_path: Path, name: str, other: str
) -> None:
    for folder, content in ((name, EXPORT), (other, "".join(EXPORT.splitlines(True)[:2]))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.csv").write_text(content, encoding="utf-8")
    for at, export in enumerate((tmp_path / name, tmp_path / name / f"{name}.csv")):
        output = tmp_path / f"out-{at}" / name
        said = call(ingest_arguments(export, output))
        assert said.code == 0, said.err
        assert rows(output, "patents") == 3
        assert [path.name for path in output.parent.iterdir()] == [name]


# --- the input stays the same while it is read --------------------------------------------------


def replace(file: Path) -> None:
    """Put another file of the same bytes, written later, into its place."""
    later = file.stat().st_mtime + 60
    new = file.with_name("new")
    new.write_bytes(file.read_bytes())
    os.utime(new, (later, later))
    new.replace(file)


def grow(file: Path) -> None:
    with file.open("ab") as end:
        end.write(b"\n")


def remove(file: Path) -> None:
    """Take the file away, after it was read."""
    file.rename(file.parent.parent / "taken away")


def join(file: Path) -> None:
    """Put another file beside it; it is not named here, but its folder's table is."""
    shutil.copy(file, file.with_name(f"another-{file.name}"))


CHANGES: dict[str, Callable[[Path], None]] = {
    "replaced": replace,
    "grown": grow,
    "removed": remove,
    "joined by another": join,
}


@pytest.mark.parametrize("table", ["patents", "citations"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_run_whose_input_changes_is_refused_and_names_the_file(
    call: Call,
    source: Path,
    output: Path,
    tmp_path: Path,
    table: str,
    change: Callable[[Path], None],
) -> None:
    file = next(path for path in (source / table).glob("*.parquet") if path.stat().st_size)
    before = snapshot(output)
    with on_writing(LAST_TABLE, lambda: change(file)):
        said = call(run_arguments(source, output, *OVERWRITE, claims=NEW))
    refused(said, 3, file.name)
    assert snapshot(output) == before
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


@pytest.mark.parametrize("change", [replace, grow])
def test_a_stage_whose_input_changes_is_refused_and_names_the_file(
    call: Call, source: Path, output: Path, change: Callable[[Path], None]
) -> None:
    (file,) = (source / "patents").glob("*.parquet")
    before = snapshot(output)
    with on_writing("key_patents", lambda: change(file), after=True):
        said = call(run_arguments(source, output, claims=NEW, command="screen"))
    refused(said, 3, file.name)
    assert snapshot(output) == before


@pytest.mark.parametrize("change", [replace, grow, join])
def test_an_ingest_whose_files_change_is_refused_and_names_the_file(
    call: Call, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "a.csv").write_text(EXPORT, encoding="utf-8")
    with on_writing("patents", lambda: change(export / "a.csv"), after=True):
        said = call(ingest_arguments(export, tmp_path / "in"))
    refused(said, 3, "a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_input_that_only_somebody_else_read_does_not_stop_a_run(
    call: Call, source: Path, tmp_path: Path
) -> None:
    """Times of access and what lies beside the tables are no part of the input."""

    def look() -> None:
        for file in source.rglob("*.parquet"):
            os.utime(file, ns=(0, file.stat().st_mtime_ns))
        (source / "notes.txt").write_text("seen")

    with on_writing(LAST_TABLE, look):
        assert call(run_arguments(source, tmp_path / "out")).code == 0
    assert claims_of(tmp_path / "out") == OLD


# --- loops of links -----------------------------------------------------------------------------


def test_a_loop_of_links_in_a_table_counts_no_row_twice(
    call: Call, source: Path, tmp_path: Path
) -> None:
    (source / "patents" / "loop").symlink_to(".")
    said = call(run_arguments(source, tmp_path / "out"))
    if said.code:
        refused(said, 3, "loop")
        assert not (tmp_path / "out").exists()
    else:
        assert claims_of(tmp_path / "out") == OLD


def test_a_loop_of_links_in_an_export_counts_no_record_twice(call: Call, tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "a.csv").write_text(EXPORT, encoding="utf-8")
    (export / "loop").symlink_to(".")
    said = call(ingest_arguments(export, tmp_path / "in"))
    if said.code:
        refused(said, 3, "loop")
    else:
        assert "\n3 rows read, 3 patents" in said.out


def within_two_minutes(arguments: list[str], tmp_path: Path) -> tuple[int, str]:
    """Run a command in a process of its own, which is ended with its Java if it takes longer."""
    process = subprocess.Popen(
        [sys.executable, "-m", "patentcore.cli", *arguments],
        cwd=ROOT,
        env=os.environ
        | {"PYTHONPATH": str(ROOT / "lib"), "PATENTCORE_SPARK_LOG": str(tmp_path / "spark.log")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        pytest.fail("the command does not end")
    finally:
        for pid in children_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
            process.wait()
    return process.returncode, said


def children_of(pid: int) -> list[int]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in file.read_text().split()] if file.is_file() else []


@pytest.mark.slow
def test_two_loops_of_links_in_a_table_end(source: Path, tmp_path: Path) -> None:
    for name in ("loop", "again"):
        (source / "patents" / name).symlink_to(".")
    code, said = within_two_minutes(run_arguments(source, tmp_path / "out"), tmp_path)
    assert code in (0, 3), said
    if code == 0:
        assert rows(tmp_path / "out", "key_patents") == ROWS[OLD][0]


@pytest.mark.slow
def test_two_loops_of_links_in_an_export_end(made: Path, tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    shutil.copy(made / "export.csv", export)
    for name in ("loop", "again"):
        (export / name).symlink_to(".")
    code, said = within_two_minutes(ingest_arguments(export, tmp_path / "in"), tmp_path)
    assert code in (0, 3), said
    if code == 0:
        assert "\n3 rows read, 3 patents" in said
