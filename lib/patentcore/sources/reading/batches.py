"""Records that a function reads from files: as a frame of the engine, or in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from patentcore.engine import running
from patentcore.sources.reading.files import Piece, batches_of_piece, has_path, told
from patentcore.sources.reading.shares import dealt

# Below this, starting tasks takes longer than their work.
_WORTH_DEALING = 4 << 20
_MOST_PARTITIONS = 64
# Something is made of batches of so many bytes together: each takes some hundreds of calls.
_MADE_AT_ONCE = 4 << 20

Read = Callable[[Piece], Iterable[pa.RecordBatch]]
Make = Callable[[pa.RecordBatch], pa.RecordBatch]
Alike = Callable[[pa.RecordBatch], Hashable]


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
        alike: tells of batches, by equal values, that they may be made into something as one;
            ``None`` where no two may.
        whole: reads and makes a piece in one task; else what was read is made in a task of its own.
    """

    spark: SparkSession
    pieces: Sequence[Piece]
    read: Read
    schema: str
    tasks: int | None = None
    is_spread: bool = False
    make: Make | None = None
    made: str = ""
    alike: Alike | None = None
    whole: Read | None = None

    def spread(self) -> Batches:
        """Let the rows of few large pieces go to all cores."""
        return replace(self, is_spread=True)

    def then(self, make: Make, schema: str) -> Batches:
        """Let something be made of batches, whose rows may be of any pieces."""
        assert self.make is None  # two steps are one function
        return replace(self, make=make, made=schema, alike=lambda batch: True)

    def frame(self) -> DataFrame:
        """Return what the engine reads."""
        if self.whole is not None:
            return read_pieces(self.spark, self.pieces, self.whole, self.made, self.tasks)
        rows = read_pieces(self.spark, self.pieces, self.read, self.schema, self.tasks)
        if self.is_spread:
            rows = spread_over_cores(rows, self.pieces)
        make = self.make
        if make is None:
            return rows

        def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            return (make(batch) for batch in batches if batch.num_rows)

        return rows.mapInArrow(made, self.made)

    def held(self, most: int) -> list[pa.RecordBatch] | None:
        """Read all by threads of this process, without the engine.

        Args:
            most: bytes that may be held, of what is read and of what is made of it.

        Returns:
            The batches, in no order; ``None`` where they are more, or some file is not at hand.
        """
        if not all(has_path(piece.file) for piece in self.pieces):
            return None
        cores = running().cores(self.spark)
        with ThreadPoolExecutor(cores) as readers, ThreadPoolExecutor(cores) as makers:
            holding = _Holding(self, makers, most)
            try:
                # The largest first, so that none is left for the end alone.
                pieces = sorted(self.pieces, key=lambda piece: -piece.size)
                for read in [readers.submit(holding.read, piece) for piece in pieces]:
                    read.result()
                return holding.all()
            except BaseException:
                holding.end()
                for pool in (readers, makers):
                    pool.shutdown(wait=False, cancel_futures=True)
                raise


class _Holding:
    """What threads read and make together, which ends for all when it is too much.

    Args:
        batches: what is read and made.
        makers: threads that make.
        most: bytes that may be held.
    """

    def __init__(self, batches: Batches, makers: ThreadPoolExecutor, most: int) -> None:
        self._batches, self._makers, self._left = batches, makers, most
        self._lock = threading.Lock()
        self._is_over = False
        self._waiting: dict[Any, list[pa.RecordBatch]] = {}
        self._made: list[Future[pa.RecordBatch]] = []
        self._read: list[pa.RecordBatch] = []

    def read(self, piece: Piece) -> None:
        """Read a piece, and let others make something of it meanwhile."""
        for batch in batches_of_piece(piece, self._batches.read):
            if not self._takes(batch):
                return
            if batch.num_rows:
                self._add(batch)

    def all(self) -> list[pa.RecordBatch] | None:
        """Return everything; ``None`` where it was too much, of which no more is made then."""
        if self._is_over:
            for each in self._made:
                each.cancel()
            return None
        for waiting in self._waiting.values():
            self._submit(waiting)
        made = [each.result() for each in self._made]
        return None if self._is_over else [*self._read, *made]

    def end(self) -> None:
        """Let all threads end with their present batch."""
        self._is_over = True

    def _takes(self, batch: pa.RecordBatch) -> bool:
        with self._lock:
            self._left -= batch.nbytes
            self._is_over = self._is_over or self._left < 0
        return not self._is_over

    def _add(self, batch: pa.RecordBatch) -> None:
        alike = self._batches.alike
        if self._batches.make is None:
            self._read.append(batch)
        elif alike is None:
            self._submit([batch])
        else:
            key = alike(batch)
            with self._lock:
                waiting = self._waiting.setdefault(key, [])
                waiting.append(batch)
                if sum(each.nbytes for each in waiting) < _MADE_AT_ONCE:
                    return
                del self._waiting[key]
            self._submit(waiting)

    def _submit(self, some: list[pa.RecordBatch]) -> None:
        self._made.append(self._makers.submit(self._make, some))

    def _make(self, some: list[pa.RecordBatch]) -> pa.RecordBatch:
        make = self._batches.make
        assert make is not None  # else nothing is submitted
        made = make(pa.concat_batches(some) if len(some) > 1 else some[0])
        self._takes(made)
        return made


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
