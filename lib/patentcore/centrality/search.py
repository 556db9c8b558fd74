"""The exact search: on threads of the driver, or on Spark's executors.

In local mode the driver and its executors are one machine, and threads share the graph, so the
driver searches. Elsewhere a broadcast carries the prepared graph to every executor, whose Python
workers map it into memory; tasks search from blocks of sources. Sums are in fixed point, so they
add up to the same bits however the work was divided.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import pickle
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import DataFrame, SparkSession

from patentcore.centrality import kernel, sums
from patentcore.errors import EnvironmentProblem

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the blocks done and the blocks in all."""

_ROUNDS = (4, 3, 2, 1)
"""Work of a core's tasks one after the other: the last are small, so that cores end together."""
_SMALL = 200_000_000
"""Edges to be found, by the estimate, below which one task a core is enough."""
_ON_DRIVER_AT_MOST = 25_000_000
"""Edges to be found, by the estimate, that the driver finds itself: a second or so, in which the
executors' Python would hardly have started."""
_PYTHON = 640 << 20
"""Address space of a Python worker with its libraries and the compiled kernels, in bytes."""
_THREAD = 112 << 20
"""What a thread adds to that: its stack, and the allocator's arena."""
_COLLECT_AT_MOST = 512 << 20
"""Bytes of sums that go straight to the driver; more are first added up on the executors."""


def search(
    spark: SparkSession,
    graph: kernel.PreparedGraph,
    partitions: int | None,
    cores: int | None,
    on_progress: Progress | None,
) -> Iterable[kernel.PartialSums]:
    """Search from all sources of ``graph`` and return what they add up to.

    Args:
        spark: the session whose executors search.
        graph: the prepared graph.
        partitions: tasks on the executors; where not given their number is chosen, and in local
            mode, and for a second's work, the driver searches.
        cores: threads of the driver that search, whatever the session; ``None`` asks the executors.
        on_progress: called with the blocks done and in all.

    Raises:
        EnvironmentProblem: a Python process has less memory than the search needs.
    """
    if not graph.block_count:
        return []
    log.info(
        "betweenness: %d sources in %d blocks; reduced to %d vertices and %d edges",
        len(graph.sources),
        graph.block_count,
        graph.vertex_count,
        graph.edge_count,
    )
    if cores is not None:
        return _search_here(graph, cores, on_progress)
    if not hasattr(spark, "sparkContext"):
        return _search_on_server(spark, graph, partitions or 1, on_progress)
    context: Any = spark.sparkContext
    is_local = context._jsc.sc().isLocal()
    if is_local and partitions is None:
        return _search_here(graph, _local_cores(context), on_progress)
    work = kernel.estimate_work(graph)
    if partitions is None and work.sum() <= _ON_DRIVER_AT_MOST:
        return _search_here(graph, 1, on_progress)
    return _search_on_executors(spark, graph, work, partitions, on_progress)


def threads_for_memory(threads: int, needed: Callable[[int], int]) -> int:
    """Return how many threads of the driver have the memory that they need.

    Args:
        threads: at most so many.
        needed: bytes by number of threads.

    Raises:
        EnvironmentProblem: there is not enough for one.
    """
    available = _free_memory()
    while threads > 1 and needed(threads) > available:
        threads -= 1
    wanted = needed(threads)
    log.info("betweenness: %d threads of the driver, at most %d MiB", threads, (wanted >> 20) + 1)
    if wanted > available:
        raise EnvironmentProblem(
            f"betweenness needs {(wanted >> 20) + 1} MiB in the driver but {available >> 20} MiB"
            " are there: run on a machine with more memory"
        )
    return threads


def usable_cores() -> int:
    """Return the cores that this process may run on."""
    allowed = os.sched_getaffinity(0) if sys.platform == "linux" else range(os.cpu_count() or 1)
    return len(allowed)


def _local_cores(context: Any) -> int:
    """Return the cores that a local session was given; its default parallelism may be set apart."""
    return int(context._jsc.sc().schedulerBackend().totalCores())


def _search_here(
    graph: kernel.PreparedGraph, threads: int, on_progress: Progress | None
) -> list[kernel.PartialSums]:
    threads = threads_for_memory(
        min(threads, graph.block_count), lambda number: kernel.memory_needed(graph, number)
    )
    done: list[int] = []
    with _reporting(lambda: len(done), graph.block_count, on_progress):
        return kernel.accumulate_threaded(
            graph, range(graph.block_count), threads=threads, on_block=done.append
        )


def _search_on_executors(
    spark: SparkSession,
    graph: kernel.PreparedGraph,
    work: npt.NDArray[np.float64],
    partitions: int | None,
    on_progress: Progress | None,
) -> Iterator[kernel.PartialSums]:
    context = spark.sparkContext
    threads = _task_threads(spark)
    slots = max(1, context.defaultParallelism // threads)
    tasks = _tasks(graph, work, partitions, slots)
    workers = min(slots, len(tasks))
    check_memory(spark, kernel.memory_needed(graph, threads), workers, threads=threads)
    shipped = context.broadcast(_payload(graph))
    done = context.accumulator(0)
    try:
        worker = _worker(lambda: _shipped_graph(shipped), tasks, threads, done)
        found = _sums_of(spark, graph, tasks, worker)
        with _reporting(lambda: done.value, graph.block_count, on_progress):
            table = found.toArrow()
    finally:
        shipped.destroy()
    return sums.unpacked(table)


def _search_on_server(
    spark: SparkSession,
    graph: kernel.PreparedGraph,
    partitions: int,
    on_progress: Progress | None,
) -> Iterator[kernel.PartialSums]:
    """Search on the executors behind a Spark Connect server, which get the graph as a file."""
    tasks = _tasks(graph, kernel.estimate_work(graph), partitions, partitions)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"patentcore-graph-{uuid.uuid4().hex}.arrow")
        file.write_bytes(graph.to_bytes())
        spark.addArtifacts(str(file), file=True)
    log.info("betweenness: %d tasks of the server", len(tasks))
    table = _sums_of(spark, graph, tasks, _worker(_graph_in(file.name), tasks, 1)).toArrow()
    if on_progress:
        on_progress(graph.block_count, graph.block_count)
    return sums.unpacked(table)


def _graph_in(name: str) -> Callable[[], kernel.PreparedGraph]:
    """Return what maps the graph where it came as a file to an executor."""

    def load() -> kernel.PreparedGraph:
        from pyspark import SparkFiles

        return kernel.PreparedGraph.load(SparkFiles.get(name))

    return load


def _sums_of(
    spark: SparkSession,
    graph: kernel.PreparedGraph,
    tasks: list[tuple[int, int]],
    worker: Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]],
) -> DataFrame:
    """Return what the tasks find, not yet computed; added up there where it is much."""
    found = spark.range(0, len(tasks), 1, len(tasks)).mapInArrow(worker, sums.SCHEMA)
    if len(tasks) * graph.row_count * sums.BYTES_A_ROW > _COLLECT_AT_MOST:
        found = found.groupBy("part").applyInArrow(sums.added, sums.SCHEMA)
    return found


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


def check_memory(spark: SparkSession, needed: int, workers: int, *, threads: int) -> None:
    """Refuse what the Python workers have no memory for, where the limit is known.

    Args:
        spark: the session whose executors start the workers.
        needed: bytes of one worker, besides Python's own.
        workers: how many work at a time.
        threads: of each.

    Raises:
        EnvironmentProblem: they have less.
    """
    log.info("betweenness: %d Python workers, at most %d MiB each", workers, (needed >> 20) + 1)
    limit = spark.conf.get("spark.executor.pyspark.memory", None)
    if limit:
        # What is limited is the address space; of each worker, to its share by the cores.
        needed += _PYTHON + threads * _THREAD
        available = _bytes(limit) // int(spark.conf.get("spark.executor.cores", None) or 1)
        setting = "raise spark.executor.pyspark.memory"
    elif str(spark.sparkContext.master).startswith("local"):
        available = _free_memory() // workers
        setting = "pass fewer partitions, or run on a machine with more memory"
    else:
        return
    if needed > available:
        raise EnvironmentProblem(
            f"betweenness needs {(needed >> 20) + 1} MiB for each of {workers} Python workers"
            f" but {available >> 20} MiB are there: {setting}"
        )


def _bytes(text: str) -> int:
    """Return a size as Spark writes it; a plain number of this setting is in MiB."""
    digits = text.strip().lower().rstrip("b")
    shift = {"k": 10, "m": 20, "g": 30, "t": 40}.get(digits[-1])
    return int(digits) << 20 if shift is None else int(digits[:-1]) << shift


def _free_memory() -> int:
    return int(psutil.virtual_memory().available)


def _worker(
    graph_of: Callable[[], kernel.PreparedGraph],
    tasks: list[tuple[int, int]],
    threads: int,
    done: Any = None,
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """Return what a task runs: it turns its number into the sums of its blocks.

    Args:
        graph_of: returns the graph where the task runs.
        tasks: ranges of blocks.
        threads: of a task.
        done: accumulator of blocks, where the session has such.
    """

    def search(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch["id"].to_pylist():
                begin, end = tasks[number]
                partials = kernel.accumulate_threaded(
                    graph_of(), range(begin, end), threads=threads
                )
                if done is not None:
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
    return kernel.PreparedGraph.from_buffer(shipped.value)


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
                log.debug(
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
