"""Sampling of shortest paths, on Spark's executors or on threads of the driver."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import SparkSession

from patentcore.centrality import kernel
from patentcore.centrality.kernel import sampling
from patentcore.centrality.search import check_memory, threads_for_memory


@contextlib.contextmanager
def sampler(
    spark: SparkSession,
    graph: kernel.SampleGraph,
    seed: int,
    partitions: int | None,
    cores: int | None,
) -> Iterator[Callable[[int, int], npt.NDArray[np.int64]]]:
    """Yield what draws the samples of a range of numbers and counts the vertices inside.

    Args:
        spark: the session whose executors draw.
        graph: the prepared graph.
        seed: of the samples.
        partitions: tasks on the executors.
        cores: threads of the driver that draw, whatever the session; ``None`` draws on the
            executors of a classic one.

    Raises:
        EnvironmentProblem: a Python worker, or the driver, has less memory than that needs.
    """
    if cores is not None:
        yield _drawing_here(graph, seed, cores)
        return
    context = spark.sparkContext
    tasks = partitions or context.defaultParallelism
    workers = min(tasks, context.defaultParallelism)
    check_memory(spark, sampling.sample_memory_needed(graph), workers, threads=1)
    shipped = context.broadcast(graph)

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


def _drawing_here(
    graph: kernel.SampleGraph, seed: int, cores: int
) -> Callable[[int, int], npt.NDArray[np.int64]]:
    """Return what draws on threads, which share the graph; kernels hold no lock."""
    cores = threads_for_memory(cores, lambda number: sampling.sample_memory_needed(graph, number))

    def run(begin: int, end: int) -> npt.NDArray[np.int64]:
        bounds = np.linspace(begin, end, cores + 1).astype(int).tolist()
        with ThreadPoolExecutor(cores) as pool:
            spans = itertools.pairwise(bounds)
            counts = pool.map(lambda span: sampling.count_samples(graph, seed, *span), spans)
            return np.asarray(sum(counts, np.zeros(graph.vertex_count, np.int64)))

    return run


def _sample_worker(
    shipped: Broadcast[Any], bounds: list[int], seed: int
) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """Return what a task runs: it turns its number into counts of its samples."""

    def draw(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch["id"].to_pylist():
                counts = sampling.count_samples(
                    shipped.value, seed, bounds[number], bounds[number + 1]
                )
                rows = np.flatnonzero(counts)
                yield pa.RecordBatch.from_arrays(
                    [pa.array(rows), pa.array(counts[rows])], names=["row", "found"]
                )

    return draw
