"""The searches and samplings of betweenness on Spark's executors.

A broadcast carries the prepared graph to every executor, whose Python workers map it into memory;
tasks search from blocks of sources and send back sums in fixed point, which add up to the same bits
however the work was divided.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import SparkSession

from patentcore.centrality import kernel, sums
from patentcore.centrality.kernel import sampling
from patentcore.errors import EnvironmentProblem

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the blocks done and the blocks in all."""

_ROUNDS = (4, 3, 2, 1)
"""Work of a core's tasks one after the other: the last are small, so that cores end together."""
_SMALL = 200_000_000
"""Edges to be found, by the estimate, below which one task a core is enough."""
_COLLECT_AT_MOST = 512 << 20
"""Bytes of sums that go straight to the driver; more are first added up on the executors."""


def search_on_executors(
    spark: SparkSession,
    graph: kernel.PreparedGraph,
    work: npt.NDArray[np.float64],
    partitions: int | None,
    on_progress: Progress | None,
) -> Iterator[kernel.PartialSums]:
    """Search from all sources of ``graph`` and return what they add up to.

    Args:
        spark: the session whose executors search.
        graph: the prepared graph.
        work: the estimated work of each block.
        partitions: tasks; chosen from the work when not given.
        on_progress: called with the blocks done and in all.

    Raises:
        EnvironmentProblem: a Python worker has less memory than the search needs.
    """
    if not graph.block_count:
        return iter(())
    context = spark.sparkContext
    threads = _task_threads(spark)
    slots = max(1, context.defaultParallelism // threads)
    tasks = _tasks(graph, work, partitions, slots)
    _check_memory(spark, kernel.memory_needed(graph, threads), min(slots, len(tasks)))
    log.info(
        "betweenness: %d sources in %d blocks, %d tasks; reduced to %d vertices and %d edges",
        len(graph.sources),
        graph.block_count,
        len(tasks),
        graph.vertex_count,
        graph.edge_count,
    )
    shipped = context.broadcast(_payload(graph))
    done = context.accumulator(0)
    try:
        search = spark.range(0, len(tasks), 1, len(tasks)).mapInArrow(
            _worker(shipped, tasks, threads, done), sums.SCHEMA
        )
        if len(tasks) * graph.row_count * sums.BYTES_A_ROW > _COLLECT_AT_MOST:
            search = search.groupBy("part").applyInArrow(sums.added, sums.SCHEMA)
        with _reporting(lambda: done.value, graph.block_count, on_progress):
            table = search.toArrow()
    finally:
        shipped.destroy()
    return sums.unpacked(table)


def _task_threads(spark: SparkSession) -> int:
    return int(spark.conf.get("spark.task.cpus", "1") or 1)


def _tasks(
    graph: kernel.PreparedGraph,
    work: npt.NDArray[np.float64],
    partitions: int | None,
    slots: int,
) -> list[tuple[int, int]]:
    """Return ranges of blocks, one a task: of equal work where their number is given or small."""
    done = np.cumsum(work)
    rounds = _ROUNDS if partitions is None and done[-1] >= _SMALL else (1,)
    at_once = max(1, min(slots if partitions is None else partitions, graph.block_count))
    shares = np.cumsum(np.repeat(rounds, at_once)) / (at_once * sum(rounds))
    inner = np.searchsorted(done, done[-1] * shares[:-1]) + 1
    ends = np.unique(np.concatenate([[0], inner, [graph.block_count]])).tolist()
    return list(itertools.pairwise(ends))


def _check_memory(spark: SparkSession, needed: int, workers: int) -> None:
    """Refuse a search that its Python workers have no memory for, where the limit is known."""
    limit = spark.conf.get("spark.executor.pyspark.memory", None)
    if limit:
        available = _bytes(limit)
        setting = "raise spark.executor.pyspark.memory"
    elif str(spark.sparkContext.master).startswith("local"):
        available = _free_memory() // workers
        setting = "pass fewer partitions, or run on a machine with more memory"
    else:
        return
    log.info("betweenness: %d workers, at most %d MiB each", workers, (needed >> 20) + 1)
    if needed > available:
        raise EnvironmentProblem(
            f"betweenness needs {needed >> 20} MiB for each of {workers} Python workers"
            f" but {available >> 20} MiB are there: {setting}"
        )


def _bytes(text: str) -> int:
    """Return a size as Spark writes it; a plain number of this setting is in MiB."""
    digits = text.strip().lower().rstrip("b")
    shift = {"k": 10, "m": 20, "g": 30, "t": 40}.get(digits[-1])
    return int(digits) << 20 if shift is None else int(digits[:-1]) << shift


def _free_memory() -> int:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 1 << 62
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["MemAvailable"].split()[0]) << 10


@contextlib.contextmanager
def sampler(
    spark: SparkSession, graph: kernel.SampleGraph, seed: int, partitions: int | None
) -> Iterator[Callable[[int, int], npt.NDArray[np.int64]]]:
    """Yield what draws samples on the executors."""
    context = spark.sparkContext
    tasks = partitions or context.defaultParallelism
    shipped = context.broadcast(tuple(graph))

    def run(begin: int, end: int) -> npt.NDArray[np.int64]:
        bounds = np.linspace(begin, end, tasks + 1).astype(int).tolist()
        table = (
            spark.range(0, tasks, 1, tasks)
            .mapInArrow(_sample_worker(shipped, bounds, seed), "row bigint, found bigint")
            .toArrow()
        )
        counts = np.zeros(graph.vertex_count, np.int64)
        np.add.at(counts, table["row"].to_numpy(), table["found"].to_numpy())
        return counts

    try:
        yield run
    finally:
        shipped.destroy()


def _sample_worker(
    shipped: Broadcast[Any], bounds: list[int], seed: int
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """Return what a task runs: it turns its number into counts of its samples."""

    def draw(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch["id"].to_pylist():
                counts = sampling.count_samples(
                    kernel.SampleGraph(*shipped.value), seed, bounds[number], bounds[number + 1]
                )
                rows = np.flatnonzero(counts)
                yield pa.RecordBatch.from_arrays(
                    [pa.array(rows), pa.array(counts[rows])], names=["row", "found"]
                )

    return draw


def _worker(
    shipped: Broadcast[bytes], tasks: list[tuple[int, int]], threads: int, done: Any
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """Return what a task runs: it turns its number into the sums of its blocks."""

    def search(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch["id"].to_pylist():
                begin, end = tasks[number]
                partials = kernel.accumulate_threaded(
                    _shipped_graph(shipped), range(begin, end), threads=threads
                )
                done.add(end - begin)
                for partial in partials:
                    yield from sums.packed(partial)

    return search


def _payload(graph: kernel.PreparedGraph) -> bytes:
    """Return the graph's bytes, shifted so that they lie aligned in the broadcast pickle."""
    content = graph.to_bytes()
    probe = b"#" * (1 << 17)
    header = pickle.dumps(probe, pickle.HIGHEST_PROTOCOL).find(probe[:64])
    return b"\0" * (-header % 64) + content


def _shipped_graph(shipped: Broadcast[bytes]) -> kernel.PreparedGraph:
    """Return the broadcast graph, mapped from the file in which Spark keeps it on this machine."""
    path = getattr(shipped, "_path", None)
    if path and Path(path).exists():
        with contextlib.suppress(ValueError):
            return kernel.PreparedGraph.load(path)
    content = shipped.value
    return kernel.PreparedGraph.from_buffer(memoryview(content)[len(content) % 64 :])


@contextlib.contextmanager
def _reporting(done: Callable[[], int], total: int, on_progress: Progress | None) -> Iterator[None]:
    """Report the blocks done, at most once a second, while the body runs."""
    finished = threading.Event()

    def report() -> None:
        begin = time.monotonic()
        last = 0
        while not finished.wait(1.0):
            if (now := done()) != last:
                last = now
                log.info(
                    "betweenness: %d of %d blocks, %.0f s", now, total, time.monotonic() - begin
                )
                if on_progress:
                    on_progress(now, total)

    thread = threading.Thread(target=report, name="betweenness-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
    if on_progress:
        on_progress(total, total)
