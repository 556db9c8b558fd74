"""What a killed run leaves is removed by the next one to the same output, and nothing else is."""

from __future__ import annotations

import shutil
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from patentcore.cli import main

from .small import (
    LAST_TABLE,
    NEW,
    OVERWRITE,
    Call,
    claims_of,
    ingest_arguments,
    on_writing,
    run_arguments,
    snapshot,
)
from .test_interrupted_publishing import signalled

# Beside the output, and not of it: names near to those of its leftovers.
FOREIGN = (
    ".out.unfinished-photos/cat.jpg",
    ".out.unfinished-scores/scores/part-0.parquet",
    ".out.unfinished-empty/",
    ".out.unfinished-file",
    ".out.unfinished",
    ".out.lock.txt",
    ".out-2.unfinished-mine/notes.txt",
    ".out2.unfinished-mine/notes.txt",
    "out.unfinished-mine/notes.txt",
    "out-2/notes.txt",
)


class After(NamedTuple):
    """What came of a run after a killed one."""

    folder: Path
    left_by_killed: set[str]
    before: dict[str, bytes | str | None]
    code: int
    said: str


@pytest.fixture(scope="module")
def after(spark, made: Path, tmp_path_factory: pytest.TempPathFactory) -> After:
    """Kill a run while it writes its last table, put foreign things beside, and run again."""
    folder = tmp_path_factory.mktemp("killed")
    shutil.copytree(made / "out", folder / "out")
    arguments = run_arguments(made / "in", folder / "out", *OVERWRITE, claims=NEW)
    assert signalled("SIGKILL", LAST_TABLE, arguments, folder).returncode == -9
    left = {path.name for path in folder.glob(".out*")}
    for name in FOREIGN:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(b"keep me")
    before = snapshot(folder)
    with redirect_stderr(StringIO()) as said:
        code = main(arguments)
    return After(folder, left, before, code, said.getvalue())


@pytest.mark.slow
def test_a_run_after_a_killed_one_gives_its_result(after: After) -> None:
    assert after.code == 0, after.said
    assert claims_of(after.folder / "out") == NEW


@pytest.mark.slow
def test_what_the_killed_run_left_is_gone(after: After) -> None:
    assert any(".unfinished-" in name for name in after.left_by_killed)
    assert {path.name for path in after.folder.iterdir()} & after.left_by_killed == set()


@pytest.mark.slow
def test_folders_that_only_look_like_leftovers_stay_with_a_line_each(after: After) -> None:
    for name in (".out.unfinished-photos", ".out.unfinished-scores", ".out.unfinished-empty"):
        assert (after.folder / name).is_dir()
        assert len([line for line in after.said.splitlines() if name in line]) == 1


@pytest.mark.slow
def test_nothing_else_beside_the_output_is_touched(after: After) -> None:
    def others(found: dict[str, bytes | str | None]) -> dict[str, bytes | str | None]:
        own = {"out", *after.left_by_killed}
        return {name: what for name, what in found.items() if name.split("/")[0] not in own}

    kept = others(snapshot(after.folder))
    assert {name.rstrip("/") for name in FOREIGN} <= set(kept)
    assert kept == others(after.before)


@pytest.mark.slow
def test_an_ingest_removes_what_a_killed_one_left(call: Call, made: Path, tmp_path: Path) -> None:
    arguments = ingest_arguments(made / "export.csv", tmp_path / "in")
    assert signalled("SIGKILL", "citations", arguments, tmp_path).returncode == -9
    assert list(tmp_path.glob(".in.unfinished-*"))
    assert call(arguments).code == 0
    assert list(tmp_path.glob(".in*")) == []


def test_what_a_running_run_has_gathered_is_not_touched(
    call: Call, source: Path, output: Path, tmp_path: Path
) -> None:
    """Neither by another run to its output, nor by runs beside it or to its parent's name."""

    def others() -> None:
        (gathered,) = tmp_path.glob(".out.unfinished-*")
        before = snapshot(gathered)
        call(run_arguments(source, output, *OVERWRITE))
        call(run_arguments(source, tmp_path / "out-2"))
        call(run_arguments(source, tmp_path / "out.unfinished-"))
        assert snapshot(gathered) == before

    with on_writing(LAST_TABLE, others):
        said = call(run_arguments(source, output, *OVERWRITE, claims=NEW))
    assert said.code == 0
    assert claims_of(output) == NEW


def test_a_run_that_fails_leaves_nothing_beside_its_output(
    call: Call, source: Path, tmp_path: Path
) -> None:
    def break_off() -> None:
        raise RuntimeError("half-way")

    with on_writing(LAST_TABLE, break_off):
        assert call(run_arguments(source, tmp_path / "out")).code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
