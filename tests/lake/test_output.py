"""One output: whole or not there, with one writer, and nothing replaced that is not ours."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

from patentcore.errors import OutputError
from patentcore.lake import exchange
from patentcore.lake.guard import MANIFEST
from patentcore.lake.lock import Lock
from patentcore.lake.output import Output
from patentcore.lake.places import local_place
from patentcore.lake.results import Result
from patentcore.lake.staging import OWNER
from patentcore.lake.stores import LocalStore

NO_ENGINE: Any = None
"""Local Parquet is published and read without one."""


def open_output(output: object, **settings: Any) -> Output:
    return Output(NO_ENGINE, str(output), **settings)


def no_session(_: Any) -> Any:
    raise AssertionError("local Parquet is read without a session")


def stage(making: Output, value: str) -> None:
    for table in ("vertices", "key_patents"):
        folder = Path(making.staging.place.path, table)
        folder.mkdir()
        pd.DataFrame({"id": [value], "is_key": [True]}).to_parquet(folder / "part-0.parquet")


def publish(output: object, value: str, **settings: Any) -> None:
    with open_output(output, **settings) as making:
        stage(making, value)
        making.publish({"patentcore": "test", "value": value})


def seen(output: Path) -> set[str]:
    """Return the marks of the manifest and the tables; of a whole result they are one."""
    result = Result(str(output), no_session)
    marks = {result.manifest()["value"]}
    for table in ("vertices", "key_patents"):
        marks |= set(result.frame(table)["id"])
    return marks


@contextmanager
def without_exchange(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work as on a store that cannot let two folders change places."""
    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "exchange", lambda *_: False)
        yield


def test_nothing_is_visible_before_publication(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with open_output(output) as making:
        stage(making, "a")
        assert not output.exists()
        manifest = making.publish({"run": 1})
    assert json.loads((output / MANIFEST).read_text()) == manifest
    assert manifest["run"] == 1
    assert manifest["tables"]["vertices"]["format"] == "parquet"
    assert Result(str(output), no_session).frame("vertices")["id"].tolist() == ["a"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


class StillWriting:
    """An engine that goes on with a query until it is told to end, and a little longer."""

    def __init__(self, folder: Path) -> None:
        self._is_told = threading.Event()
        self._writing = threading.Thread(target=self._write, args=(folder,))
        self._writing.start()

    def _write(self, folder: Path) -> None:
        number = 0
        while not self._is_told.wait(0.0001):
            number = self._write_one(folder, number)
        for _ in range(50):
            number = self._write_one(folder, number)

    def _write_one(self, folder: Path, number: int) -> int:
        with suppress(FileNotFoundError):
            (folder / f"part-{number}").touch()
        return number + 1

    def interruptAll(self) -> None:  # noqa: N802
        self._is_told.set()

    def end(self) -> None:
        self._is_told.set()
        self._writing.join()


def test_an_interrupted_run_ends_its_queries_and_leaves_nothing(tmp_path: Path) -> None:
    engines: list[StillWriting] = []

    def break_off(making: Output) -> None:
        stage(making, "new")
        engines.append(StillWriting(Path(making.staging.place.path, "vertices")))
        making.spark = cast(Any, engines[0])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_output(tmp_path / "out") as making:
        break_off(making)
    engines[0].end()
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with open_output(tmp_path / "out") as making:
            stage(making, "a")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", ["error", "overwrite"])
def test_what_is_not_ours_is_refused_before_any_work(tmp_path: Path, mode: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    message = "exists and is not empty" if mode == "error" else r"holds mine\.txt and no run\.json"
    with pytest.raises(OutputError, match=message):
        publish(tmp_path / "out", "a", mode=mode)
    assert (tmp_path / "out" / "mine.txt").read_text() == "keep"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_overwriting_replaces_every_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out"
    publish(output, "a")
    publish(output, "b", mode="overwrite")
    assert seen(output) == {"b"}
    with without_exchange(monkeypatch):
        publish(output, "c", mode="overwrite")
    assert seen(output) == {"c"}
    names = sorted(path.name for path in output.iterdir() if path.name[0] != ".")
    assert names == ["key_patents", MANIFEST, "vertices"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_droppings_of_the_operating_system_do_not_stop_an_overwrite_and_stay(
    tmp_path: Path,
) -> None:
    publish(tmp_path / "out", "a")
    (tmp_path / "out" / ".DS_Store").write_text("mac")
    publish(tmp_path / "out", "b", mode="overwrite")
    assert seen(tmp_path / "out") == {"b"}
    assert (tmp_path / "out" / ".DS_Store").read_text() == "mac"


class Killed(BaseException):
    """Ends a process without any tidying."""


def overwrite_dying_at(moment: int, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overwrite a result as a process that is killed before its nth change to the disk."""
    changes = iter(range(1000))

    def dying(name: str) -> Any:
        real = getattr(LocalStore, name)

        def call(self: LocalStore, *given: Any) -> Any:
            if next(changes) == moment:
                raise Killed
            return real(self, *given)

        return call

    making = open_output(output, mode="overwrite").__enter__()
    stage(making, "new")
    try:
        with monkeypatch.context() as patched:
            patched.setattr(LocalStore, "exchange", lambda *_: False)
            for name in ("write", "delete", "rename"):
                patched.setattr(LocalStore, name, dying(name))
            making.publish({"patentcore": "test", "value": "new"})
    finally:
        making.lock._over.set()  # its heart stops
        making.lock.place.delete()


def test_an_exchange_that_ends_anywhere_leaves_one_whole_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out"
    publish(output, "old")
    found = []
    for moment in range(100):
        try:
            overwrite_dying_at(moment, output, monkeypatch)
        except Killed:
            found.append(seen(output))
        else:
            break
        with open_output(output, mode="overwrite"):
            assert seen(output) == found[-1], "what was begun is finished or undone"
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
        publish(output, "old", mode="overwrite")
    assert len(found) >= 8, "it was killed at as many moments"
    step = found.index({"new"})
    assert found == [{"old"}] * step + [{"new"}] * (len(found) - step)


def test_a_staging_folder_that_disappears_leaves_the_former_result(tmp_path: Path) -> None:
    publish(tmp_path / "out", "old")

    def lose() -> None:
        with open_output(tmp_path / "out", mode="overwrite") as making:
            stage(making, "new")
            making.staging.place.delete()
            making.publish({"patentcore": "test", "value": "new"})

    with pytest.raises(OutputError, match=r"staging folder .* was removed while the run went on"):
        lose()
    assert seen(tmp_path / "out") == {"old"}


def test_a_second_writer_stops_at_once_and_names_the_first(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with open_output(output), pytest.raises(OutputError, match=r"being written by process"):
        publish(output, "second")
    publish(output, "third")
    assert seen(output) == {"third"}


def test_a_lock_of_a_process_that_is_gone_is_taken_over(tmp_path: Path) -> None:
    output = tmp_path / "out"
    place = local_place(str(output))
    assert place is not None
    with Lock(exchange.lock_of(place), "out") as lock:
        held = exchange.lock_of(place).read_json()
    assert held is not None
    exchange.lock_of(place).write_json(held | {"pid": 2**22 + 1, "token": "gone"})
    publish(output, "next")
    assert seen(output) == {"next"}
    assert not lock.is_held()


def test_a_lock_of_another_machine_is_waited_for_as_long_as_its_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out"
    place = local_place(str(output))
    assert place is not None
    exchange.lock_of(place).write_json({"host": "another", "pid": 1, "token": "other"})
    with pytest.raises(OutputError, match="process 1 on another"):
        publish(output, "early")
    monkeypatch.setattr("patentcore.lake.lock.LEASE_SECONDS", 0.0)
    publish(output, "late")
    assert seen(output) == {"late"}


def test_a_run_whose_lock_was_taken_publishes_nothing(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with open_output(output) as making:
        stage(making, "a")
        making.lock.place.delete()
        with pytest.raises(OutputError, match="was removed or taken over"):
            making.publish({})
    assert not output.exists()


def test_leftovers_of_ours_go_and_others_stay(tmp_path: Path) -> None:
    ours, other = tmp_path / ".out.unfinished-0123", tmp_path / ".out.unfinished-mine"
    for folder in (ours, other):
        folder.mkdir()
        (folder / "file").write_text("x")
    (ours / OWNER).write_text('{"patentcore": "test"}')
    publish(tmp_path / "out", "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "out"]
    assert (other / "file").read_text() == "x"


def test_an_output_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    publish(tmp_path / "link", "a")
    publish(tmp_path / "link", "b", mode="overwrite")
    assert (tmp_path / "link").is_symlink()
    assert seen(tmp_path / "real") == {"b"}


@pytest.mark.parametrize("output", ["in", "in/../in", ".", "in/patents", "in/patents/deeper"])
def test_the_input_what_is_above_it_and_its_tables_are_no_output(
    tmp_path: Path, output: str
) -> None:
    given = local_place(str(tmp_path / "in"))
    assert given is not None
    (tmp_path / "in" / "patents").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"is the input|above the input|inside the input's table"):
        publish(tmp_path / output, "a", mode="overwrite", inputs=[given])
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["patents"]


@pytest.mark.parametrize("root", ["/", "file:///"])
def test_a_root_is_no_output(root: str) -> None:
    with pytest.raises(OutputError, match="is the root of a file system"):
        open_output(root, mode="overwrite")
