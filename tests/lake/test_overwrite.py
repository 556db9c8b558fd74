"""What an overwrite replaces: a result of ours and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .small import (
    NEW,
    OLD,
    OVERWRITE,
    Call,
    claims_of,
    corpus_arguments,
    ingest_arguments,
    refused,
    run_arguments,
    snapshot,
)


def place(folder: Path, name: str) -> None:
    """Put a file of somebody else's into a folder."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"keep me")


@pytest.fixture
def overwrite(call: Call, source: Path, tmp_path: Path) -> Callable[..., object]:
    def run(output: object = tmp_path / "out", *more: str, **options: object):
        return call(
            run_arguments(options.get("source", source), output, *OVERWRITE, *more, claims=NEW)
        )

    return run


# --- what is in the way -------------------------------------------------------------------------


def test_an_overwrite_refuses_a_folder_without_a_manifest(overwrite, tmp_path: Path) -> None:
    place(tmp_path / "out", "notes.txt")
    before = snapshot(tmp_path)
    refused(overwrite(), 4, "notes.txt")
    assert snapshot(tmp_path) == before


def test_an_overwrite_refuses_a_plain_file(overwrite, tmp_path: Path) -> None:
    place(tmp_path, "out")
    before = snapshot(tmp_path)
    refused(overwrite(), 4, str(tmp_path / "out"))
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("foreign", "named"),
    [
        ("notes.txt", "notes.txt"),
        (".notes", ".notes"),
        ("photos/cat.jpg", "photos"),
        ("scores/notes.txt", "notes.txt"),
        ("scores/photos/cat.jpg", "photos"),
    ],
)
def test_an_overwrite_refuses_a_result_with_foreign_files(
    overwrite, output: Path, tmp_path: Path, foreign: str, named: str
) -> None:
    place(output, foreign)
    before = snapshot(tmp_path)
    refused(overwrite(), 4, named)
    assert snapshot(tmp_path) == before


def test_an_overwrite_refuses_tables_without_a_manifest(
    overwrite, output: Path, tmp_path: Path
) -> None:
    (output / "run.json").unlink()
    before = snapshot(tmp_path)
    refused(overwrite(), 4, str(output))
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("content", ["", "[]", '{"scripts": {"start": "node ."}}'])
def test_an_overwrite_refuses_a_run_json_that_is_no_manifest_of_ours(
    overwrite, tmp_path: Path, content: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text(content, encoding="utf-8")
    before = snapshot(tmp_path)
    refused(overwrite(), 4, "run.json")
    assert snapshot(tmp_path) == before


def test_a_stage_alone_loses_no_foreign_file(call: Call, source: Path, output: Path) -> None:
    for name in ("notes.txt", "scores/notes.txt", "photos/cat.jpg"):
        place(output, name)
    said = call(run_arguments(source, output, *OVERWRITE, claims=NEW, command="score"))
    assert said.code in (0, 4)
    for name in ("notes.txt", "scores/notes.txt", "photos/cat.jpg"):
        assert (output / name).read_bytes() == b"keep me"


# --- what is not in the way ---------------------------------------------------------------------


def test_an_overwrite_replaces_a_result_and_leaves_nothing_beside_it(
    overwrite, output: Path, tmp_path: Path
) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    assert overwrite().code == 0
    assert claims_of(output) == NEW
    assert {path.name for path in tmp_path.iterdir()} == before


def test_what_operating_systems_drop_and_the_report_do_not_stop_an_overwrite(
    overwrite, output: Path
) -> None:
    droppings = (".DS_Store", "Thumbs.db", "desktop.ini")
    for name in (*droppings, "scores/.DS_Store", "report.html"):
        place(output, name)
    assert overwrite().code == 0
    assert claims_of(output) == NEW
    assert [name for name in droppings if not (output / name).is_file()] == []
    assert {(output / name).read_bytes() for name in droppings} == {b"keep me"}


def test_an_overwrite_replaces_what_was_ingested(overwrite, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "in", tmp_path / "out")
    assert overwrite().code == 0
    assert claims_of(tmp_path / "out") == NEW
    assert not (tmp_path / "out" / "patents").exists()


def test_an_overwrite_replaces_a_synthetic_corpus(
    overwrite, made_corpus: Path, tmp_path: Path
) -> None:
    shutil.copytree(made_corpus, tmp_path / "out")
    assert overwrite().code == 0
    assert claims_of(tmp_path / "out") == NEW
    assert not (tmp_path / "out" / "corpus.json").exists()


def test_an_overwrite_replaces_an_unfinished_result_of_stages(
    overwrite, call: Call, source: Path, tmp_path: Path
) -> None:
    assert call(run_arguments(source, tmp_path / "out", command="screen")).code == 0
    assert (tmp_path / "out" / "_stages.json").is_file()
    assert overwrite().code == 0
    assert claims_of(tmp_path / "out") == NEW
    assert not (tmp_path / "out" / "_stages.json").exists()


# --- the input, its parents and roots -----------------------------------------------------------

SPELLINGS = {
    "as it is": "{}",
    "trailing slash": "{}/",
    "up and down": "{}/../in",
    "single dot": "{}/.",
    "URI": "file:{}",
    "URI with an empty host": "file://{}",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_an_overwrite_never_replaces_its_input(
    overwrite, source: Path, tmp_path: Path, spelling: str
) -> None:
    assert (source / "ingest.json").is_file(), "else it would be refused for another reason"
    before = snapshot(tmp_path)
    refused(overwrite(spelling.format(source)), 4, "input")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("which", ["input", "output", "both"])
def test_an_overwrite_never_replaces_its_input_through_a_link(
    overwrite, source: Path, tmp_path: Path, which: str
) -> None:
    (tmp_path / "link").symlink_to(source)
    before = snapshot(tmp_path)
    read = source if which == "output" else tmp_path / "link"
    written = source if which == "input" else tmp_path / "link"
    refused(overwrite(written, source=read), 4, "input")
    assert snapshot(tmp_path) == before


def test_an_overwrite_never_replaces_a_folder_that_holds_its_input(
    overwrite, output: Path, source: Path, tmp_path: Path
) -> None:
    """Not even where the input looks like a table of the result."""
    shutil.rmtree(output / "edges")
    source.rename(output / "edges")
    before = snapshot(tmp_path)
    refused(overwrite(source=output / "edges"), 4, "input")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("mode", [(), OVERWRITE], ids=["error", "overwrite"])
def test_an_output_inside_a_table_of_the_input_is_refused(
    call: Call, source: Path, tmp_path: Path, mode: tuple[str, ...]
) -> None:
    before = snapshot(tmp_path)
    refused(call(run_arguments(source, source / "patents" / "out", *mode)), 4, "input")
    assert snapshot(tmp_path) == before


# Roots are refused for their name alone, before anything is looked for: the input of these runs is
# not there, so that a run that forgot it could do no harm.
@pytest.mark.parametrize("root", ["/", "//", "/.", "/tmp/..", "file:/", "file:///"])
def test_an_overwrite_never_replaces_a_root(overwrite, tmp_path: Path, root: str) -> None:
    refused(overwrite(root, source=tmp_path / "nowhere"), 4, "root")


@pytest.mark.parametrize("command", ["run", "screen"])
@pytest.mark.parametrize("empty", ["", "   "])
def test_an_empty_output_or_input_is_a_wrong_command_line(
    call: Call, tmp_path: Path, command: str, empty: str
) -> None:
    said = call(run_arguments(tmp_path / "nowhere", empty, *OVERWRITE, command=command))
    refused(said, 2, "--output")
    refused(call(run_arguments(empty, tmp_path / "out", *OVERWRITE, command=command)), 2, "--input")
    assert list(tmp_path.iterdir()) == []


# --- where tables gather ------------------------------------------------------------------------


def test_an_empty_staging_is_a_wrong_configuration(overwrite, tmp_path: Path) -> None:
    said = overwrite(tmp_path / "out", "--set", 'output.staging=""', source=tmp_path / "nowhere")
    refused(said, 2, "output.staging")


@pytest.mark.parametrize("root", ["/", "file:///"])
def test_a_root_is_no_staging(overwrite, tmp_path: Path, root: str) -> None:
    said = overwrite(
        tmp_path / "out", "--set", f"output.staging={root}", source=tmp_path / "nowhere"
    )
    assert said.code in (2, 4)
    refused(said, said.code, "output.staging")


@pytest.mark.parametrize("staging", ["in", "in/patents", "out", "out/scores", "in/../out"])
def test_a_staging_in_the_input_or_the_output_is_refused(
    overwrite, output: Path, tmp_path: Path, staging: str
) -> None:
    before = snapshot(tmp_path)
    said = overwrite(output, "--set", f"output.staging={tmp_path / staging}")
    assert said.code in (2, 4)
    refused(said, said.code, "output.staging")
    assert snapshot(tmp_path) == before


# --- links --------------------------------------------------------------------------------------


def test_an_overwrite_through_a_link_replaces_the_folder_behind_it(
    overwrite, output: Path, tmp_path: Path
) -> None:
    (tmp_path / "far").mkdir()
    behind = output.rename(tmp_path / "far" / "behind")
    (tmp_path / "out").symlink_to(behind)
    assert overwrite().code == 0
    assert (tmp_path / "out").readlink() == behind
    assert not behind.is_symlink()
    assert claims_of(behind) == NEW
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["behind"]
    assert {path.name for path in tmp_path.iterdir()} == {"in", "far", "out"}


def test_an_overwrite_through_a_link_to_a_foreign_folder_is_refused(
    overwrite, tmp_path: Path
) -> None:
    place(tmp_path / "behind", "notes.txt")
    (tmp_path / "out").symlink_to(tmp_path / "behind")
    before = snapshot(tmp_path)
    refused(overwrite(), 4, "notes.txt")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("mode", [(), OVERWRITE], ids=["error", "overwrite"])
def test_a_link_to_nothing_is_followed(
    call: Call, source: Path, tmp_path: Path, mode: tuple[str, ...]
) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "far" / "behind")
    assert call(run_arguments(source, tmp_path / "out", *mode)).code == 0
    assert (tmp_path / "out").readlink() == tmp_path / "far" / "behind"
    assert claims_of(tmp_path / "far" / "behind") == OLD


# --- ingest and the generator: nothing is replaced ----------------------------------------------


@pytest.fixture(params=["ingest", "corpus"])
def make(request: pytest.FixtureRequest, call: Call, made: Path) -> Callable[[object], object]:
    """Run a command that only writes where nothing is."""

    def run(output: object):
        if request.param == "ingest":
            return call(ingest_arguments(made / "export.csv", output))
        return call(corpus_arguments(output))

    return run


def test_what_is_made_takes_the_place_of_nothing(make, made: Path, tmp_path: Path) -> None:
    place(tmp_path, "file")
    place(tmp_path / "folder", "notes.txt")
    place(tmp_path / "hidden", ".notes")
    shutil.copytree(made / "in", tmp_path / "in")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    before = snapshot(tmp_path)
    for name in ("file", "folder", "hidden", "in", "link"):
        refused(make(tmp_path / name), 4, str(tmp_path / name))
    assert snapshot(tmp_path) == before


def test_what_is_made_goes_to_no_root_and_not_to_an_empty_name(make) -> None:
    refused(make(""), 2, "--output")
    refused(make("/"), 4, "root")
    refused(make("file:///"), 4, "root")


def test_what_is_made_follows_a_link_to_nothing(make, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "behind")
    assert make(tmp_path / "out").code == 0
    assert (tmp_path / "out").readlink() == tmp_path / "behind"
    (manifest,) = (tmp_path / "behind").glob("*.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))
    assert {path.name for path in tmp_path.iterdir()} == {"out", "behind"}
