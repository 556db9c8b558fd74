"""Records that this process reads by threads, within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from patentcore.sources.reading.batches import Batches
from patentcore.sources.reading.files import File, Piece

NUMBERS = 10


def batches(spark: SparkSession, path: Path, made: list[int]) -> Batches:
    """Return batches of one number each, no two of which are alike."""
    path.write_bytes(b"x")

    def read(piece: Piece) -> Iterator[pa.RecordBatch]:
        return (pa.record_batch({"number": [at]}) for at in range(NUMBERS))

    def make(batch: pa.RecordBatch) -> pa.RecordBatch:
        made.append(batch["number"][0].as_py())
        return batch

    piece = Piece(File(str(path), 1))
    return Batches(spark, [piece], read, "", make=make, alike=lambda batch: batch["number"][0])


def test_all_that_fits_is_read_and_made(spark, tmp_path) -> None:
    made: list[int] = []
    held = batches(spark, tmp_path / "a", made).held(1 << 10)
    assert held is not None
    assert sorted(batch["number"][0].as_py() for batch in held) == sorted(made)
    assert sorted(made) == list(range(NUMBERS))


def test_of_what_is_too_much_nothing_more_is_made(spark, tmp_path) -> None:
    made: list[int] = []
    assert batches(spark, tmp_path / "a", made).held(8 * NUMBERS - 1) is None
    assert not made


def test_an_error_of_what_makes_ends_the_reading(spark, tmp_path) -> None:
    def fail(batch: pa.RecordBatch) -> pa.RecordBatch:
        raise ValueError("made wrong")

    some = batches(spark, tmp_path / "a", [])
    with pytest.raises(ValueError, match="made wrong"):
        Batches(spark, some.pieces, some.read, "", make=fail).held(1 << 10)
