"""Records that a function reads from files: as a frame of the engine, or in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from patentcore.engine import running
from patentcore.sources.reading.files import Piece, batches_of_piece, has_path, told
from patentcore.sources.reading.shares import dealt

# Below this, starting tasks takes longer than their work.
_WORTH_DEALING = 4 << 20
_MOST_PARTITIONS = 64

Read = Callable[[Piece], Iterable[pa.RecordBatch]]
Make = Callable[[pa.RecordBatch], pa.RecordBatch]


@dataclass(frozen=True)
class Batches:
    """Records that a function reads from pieces of files, and a next one may make others of.

    Attributes:
        spark: the session.
        pieces: of the files.
        read: makes the rows of a piece; called wherever the engine runs Python.
        schema: of what it reads, as DDL.
        tasks: how many are to read; as many as suit the engine where none are named.
        is_spread: rows of few large pieces go to all cores.
        make: what is made of each batch that is read.
        made: its columns, as DDL.
    """

    spark: SparkSession
    pieces: Sequence[Piece]
    read: Read
    schema: str
    tasks: int | None = None
    is_spread: bool = False
    make: Make | None = None
    made: str = ""

    def spread(self) -> Batches:
        """Let the rows of few large pieces go to all cores."""
        return replace(self, is_spread=True)

    def then(self, make: Make, schema: str) -> Batches:
        """Let something be made of each batch."""
        assert self.make is None  # two steps are one function
        return replace(self, make=make, made=schema)

    def frame(self) -> DataFrame:
        """Return what the engine reads."""
        rows = read_pieces(self.spark, self.pieces, self.read, self.schema, self.tasks)
        if self.is_spread:
            rows = spread_over_cores(rows, self.pieces)
        make = self.make
        if make is None:
            return rows

        def made(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
            return (make(batch) for batch in batches if batch.num_rows)

        return rows.mapInArrow(made, self.made)

    def held(self, most: int) -> list[pa.RecordBatch] | None:
        """Read all by threads of this process, without the engine.

        Args:
            most: bytes that may be held.

        Returns:
            The batches in the order of the pieces; ``None`` where they are more, or some piece is
            not at hand.
        """
        if not all(has_path(piece.file) for piece in self.pieces):
            return None
        holding = _Holding(most)

        def all_of(piece: Piece) -> list[pa.RecordBatch]:
            found = []
            for batch in batches_of_piece(piece, self.read):
                if not batch.num_rows:
                    continue
                kept = self.make(batch) if self.make else batch
                if not holding.takes(kept.nbytes):
                    return []
                found.append(kept)
            return found

        # The largest first, so that none is left for the end alone.
        at_all = sorted(range(len(self.pieces)), key=lambda at: -self.pieces[at].size)
        with ThreadPoolExecutor(min(len(at_all), running().cores(self.spark)) or 1) as pool:
            made = {at: pool.submit(all_of, self.pieces[at]) for at in at_all}
            try:
                parts = [made[at].result() for at in range(len(at_all))]
            except BaseException:
                holding.end()
                pool.shutdown(cancel_futures=True)
                raise
        return None if holding.is_over else [batch for part in parts for batch in part]


class _Holding:
    """What several threads hold together, which ends for all when it is too much."""

    def __init__(self, most: int) -> None:
        self._left, self._lock, self.is_over = most, threading.Lock(), False

    def takes(self, size: int) -> bool:
        """Take so many bytes more; ``False`` where nothing is wanted any more."""
        with self._lock:
            self._left -= size
            self.is_over = self.is_over or self._left < 0
            return not self.is_over

    def end(self) -> None:
        """Let all threads end with their present batch."""
        self.is_over = True


# --- tasks of the engine --------------------------------------------------------------------------


def read_pieces(
    spark: SparkSession,
    pieces: Sequence[Piece],
    parse: Read,
    schema: str,
    tasks: int | None = None,
) -> DataFrame:
    """Read pieces of files by a function, many at once.

    Args:
        spark: the session.
        pieces: the pieces.
        parse: makes the rows of a piece; called wherever the engine runs Python.
        schema: of the rows, as DDL.
        tasks: how many are to read; as many as suit the engine where none are named.
    """
    here = [piece for piece in pieces if has_path(piece.file)]
    frames = []
    if here:
        parts = min(len(here), tasks or _partitions(spark))
        shares = dealt([piece.size for piece in here], parts)

        def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                for part in batch.column(0).to_pylist():
                    for at in shares[part]:
                        yield from batches_of_piece(here[at], parse)

        frames.append(spark.range(0, parts, 1, parts).mapInArrow(read, schema))
    for piece in pieces:
        if not has_path(piece.file):
            frames.append(_read_content(spark, piece, parse, schema))
    return reduce(DataFrame.unionByName, frames)


def _partitions(spark: SparkSession) -> int:
    """Return how many tasks read files: the embedded engine runs all of them at once."""
    cores = running().cores(spark)
    return 2 * cores if running().name == "embedded" else max(_MOST_PARTITIONS, cores)


def _read_content(
    spark: SparkSession,
    piece: Piece,
    parse: Read,
    schema: str,
) -> DataFrame:
    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for content in batch.column(0).to_pylist():
                with told(piece.file):
                    yield from parse(replace(piece, content=content))

    content = spark.read.format("binaryFile").load(piece.file.path).select("content")
    return content.mapInArrow(read, schema)


def spread_over_cores(rows: DataFrame, pieces: Sequence[Piece]) -> DataFrame:
    """Spread the rows of few large pieces over all cores, where one task reads a whole piece.

    Args:
        rows: of these pieces.
        pieces: of files.
    """
    cores = running().cores(rows.sparkSession)
    if len(pieces) >= cores or sum(piece.file.size for piece in pieces) < _WORTH_DEALING:
        return rows
    return rows.repartition(cores)
