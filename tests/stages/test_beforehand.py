"""What is begun beside the stages before the one that asks for it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.lake.checkpoint import FINISHED, PASSING, Checkpoint
from patentcore.lake.places import place_at
from patentcore.lake.tables import TableStore
from patentcore.stages import beforehand
from patentcore.stages.beforehand import begun, beside, scratch_of
from patentcore.stages.run import Run, Stage

pytestmark = pytest.mark.any_engine  # only the default one begins anything


@pytest.fixture
def run(spark: SparkSession, canonical: Path, tmp_path: Path) -> Run:
    stores = (TableStore.open(spark, str(place)) for place in (canonical, tmp_path / "work"))
    return Run(config.load(None, []), *stores)


def stage(name: str, begins: object = None) -> Stage:
    return Stage(name, lambda _: None, (), (), begins=begins)  # type: ignore[arg-type]


def test_a_later_stage_is_begun_while_the_first_one_runs(run: Run) -> None:
    runs, is_seen = threading.Event(), []

    def begin(run: Run) -> int:
        is_seen.append(runs.wait(20))
        return scratch_of(run).write(run.source.read("patents"), "_patents").count()

    with begun(run, [stage("first"), stage("later", begin)]):
        runs.set()
        assert run.begun["later"].result() == 40
        assert (run.work.place / PASSING).exists()
    assert is_seen == [True]
    assert not (run.work.place / PASSING).exists()


def test_nothing_is_begun_of_a_large_input_or_of_the_stage_that_is_first(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begun(run, [stage("first", pytest.fail), stage("second")]):
        assert not run.begun
    monkeypatch.setattr(beforehand, "MOST", 39)
    with beside(run) as other:
        assert other.submit(threading.get_ident).result() == threading.get_ident()
    with begun(run, [stage("first"), stage("later", pytest.fail)]):
        assert not run.begun


def test_what_fails_beside_fails_who_asks_for_it(run: Run) -> None:
    def begin(_: Run) -> None:
        raise ValueError("of what was begun")

    with begun(run, [stage("first"), stage("later", begin)]):
        pass
    with (
        pytest.raises(ValueError, match="of what was begun"),
        begun(run, [stage("first"), stage("later", begin)]),
    ):
        run.begun["later"].result()


def test_where_a_stage_fails_nothing_goes_on_or_is_left(run: Run) -> None:
    writes = threading.Event()

    def begin(run: Run) -> None:
        writes.set()
        for name in "abcdefgh":
            scratch_of(run).write(run.source.read("patents"), f"_{name}")

    def fail() -> None:
        with begun(run, [stage("first"), stage("later", begin)]):
            assert writes.wait(20)
            raise MemoryError

    with pytest.raises(MemoryError):
        fail()
    assert run.begun["later"].done()
    assert not (run.work.place / PASSING).exists()


def test_what_is_begun_is_of_no_finished_stage(spark: SparkSession, tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    for name in ("edges", f"{PASSING}/_ruled"):
        (staging / name).mkdir(parents=True)
        (staging / name / "part-0.parquet").write_bytes(b"rows")
    Checkpoint("same").write(place_at(spark, str(staging)), {})
    assert '"edges/part-0.parquet": 4' in (staging / FINISHED).read_text()
    assert PASSING not in (staging / FINISHED).read_text()
