"""What is made of records in the tasks that read them, by threads where files are few."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import SparkSession

from patentcore.engine import running
from patentcore.sources.reading.batches import Alike, Batches, Make
from patentcore.sources.reading.files import Piece
from patentcore.sources.reading.shares import threads_for


@dataclass(frozen=True)
class Made:
    """What is made of each batch that is read, and its columns as DDL.

    ``make`` releases Python's lock for most of its work, as Arrow does. Batches of which ``alike``
    says the same may be made into something as one, where it is given.
    """

    schema: str
    make: Make
    alike: Alike | None = None


def read_made(
    spark: SparkSession,
    pieces: Sequence[Piece],
    read: Callable[[Piece], Iterable[pa.RecordBatch]],
    made: Made,
) -> Batches:
    """Read pieces and make something of their batches.

    A piece has as many of the cores' threads as its share of the bytes, one at least.
    """
    cores, total = running().cores(spark), sum(piece.size for piece in pieces)

    def rows(piece: Piece) -> Iterator[pa.RecordBatch]:
        return in_threads(made.make, read(piece), threads_for(piece.size, total, cores))

    return Batches(
        spark, pieces, read, "", make=made.make, made=made.schema, alike=made.alike, whole=rows
    )


def in_threads(
    make: Callable[[pa.RecordBatch], pa.RecordBatch],
    batches: Iterable[pa.RecordBatch],
    threads: int,
) -> Iterator[pa.RecordBatch]:
    """Return what is made of each batch, in order; meanwhile the next are read and made."""
    if threads < 2:
        yield from map(make, batches)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[pa.RecordBatch]] = deque()
        for batch in batches:
            ahead.append(pool.submit(make, batch))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
