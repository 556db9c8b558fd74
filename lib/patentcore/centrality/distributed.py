"""Betweenness of a network in DataFrames, computed on Spark's executors.

Vertex ids become 64-bit keys without a shuffle, the edges come to the driver as pairs of keys, and
the driver prepares the graph once. A broadcast carries it to every executor, whose Python workers
map it into memory; tasks search from blocks of sources and send back sums in fixed point, which add
up to the same bits however the work was divided.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from patentcore.centrality import kernel
from patentcore.centrality.kernel.numbering import Numbering
from patentcore.errors import InputError

if TYPE_CHECKING:
    from graphframes import GraphFrame

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the blocks done and the blocks in all."""

_INTEGRAL = (T.ByteType, T.ShortType, T.IntegerType, T.LongType)
_SEEDS = (42, 1042, 2042)
_TASKS_PER_SLOT = 4
_SMALL = 200_000
"""Sources times edges per source below which one task a core is enough."""
_COLLECT_AT_MOST = 16
"""Tasks whose sums go straight to the driver; those of more are added up on the executors."""
_SUMS_SCHEMA = "row bigint, whole bigint, fraction bigint"


def betweenness(
    graph: GraphFrame,
    *,
    directed: bool = True,
    method: str = "exact",
    ignore_weights: bool = False,
    partitions: int | None = None,
    on_progress: Progress | None = None,
) -> DataFrame:
    """Return the betweenness of every vertex of a GraphFrame.

    The values are unnormalised: the sum over pairs of other vertices s, t of the share of shortest
    paths from s to t that pass through the vertex. Loops and parallel edges do not matter, vertices
    without edges get 0.0, and edges to vertices that the graph does not have are left out.

    Args:
        graph: vertices with ``id`` of any type that can be hashed, edges with ``src`` and ``dst``.
        directed: count ordered pairs along directed edges; else unordered pairs, each once.
        method: ``exact``.
        ignore_weights: accept edges with a ``weight`` column, and count edges instead.
        partitions: tasks to divide the search into; chosen from the work when not given.
        on_progress: called with the blocks of sources done and in all.

    Returns:
        id (of the graph's type), betweenness (double, never null).

    Raises:
        InputError: the edges are weighted, an id is null or occurs twice, or the ends of edges are
            of another type than ids.
    """
    if "weight" in graph.edges.columns and not ignore_weights:
        raise InputError(
            "the edges have a weight column, but betweenness counts edges, not weights;"
            " drop the column or pass ignore_weights=True"
        )
    return betweenness_of(
        graph.vertices,
        graph.edges,
        directed=directed,
        method=method,
        partitions=partitions,
        on_progress=on_progress,
    )


def betweenness_of(
    vertices: DataFrame,
    edges: DataFrame,
    *,
    directed: bool,
    method: str = "exact",
    partitions: int | None = None,
    on_progress: Progress | None = None,
) -> DataFrame:
    """Return the betweenness of every vertex; see ``betweenness`` for what it is.

    Args:
        vertices: id, unique and not null. Must give the same rows whenever it is computed.
        edges: src, dst; other columns, a weight among them, are not looked at.
        directed: count ordered pairs along directed edges; else unordered pairs, each once.
        method: ``exact``.
        partitions: tasks to divide the search into; chosen from the work when not given.
        on_progress: called with the blocks of sources done and in all.

    Returns:
        id, betweenness (double, never null).

    Raises:
        InputError: see ``betweenness``.
    """
    if method != "exact":
        raise ValueError(f"method must be exact, not {method!r}")
    spark = vertices.sparkSession
    network = _collect(vertices, edges)
    graph = kernel.prepare(network.src, network.dst, len(network.keys), directed=directed)
    partials = _search_on_executors(spark, graph, partitions, on_progress)
    values = kernel.finish(graph, partials)
    return _join_back(vertices, network, values)


class _Network(NamedTuple):
    keys: npt.NDArray[np.int64]
    src: npt.NDArray[np.int32]
    dst: npt.NDArray[np.int32]
    seed: int


def _collect(vertices: DataFrame, edges: DataFrame) -> _Network:
    """Bring the network to the driver as dense vertex numbers."""
    _check_types(vertices, edges)
    for seed in _SEEDS:
        keys = _key_column(vertices.select(_key("id", vertices, seed).alias("key")))
        numbering = Numbering(keys)
        if numbering.duplicate < 0:
            break
        _refuse_duplicate_ids(vertices, seed, int(keys[numbering.duplicate]))
        log.warning("two ids share the 64-bit key of seed %d; trying another seed", seed)
    else:
        raise InputError(f"ids share a 64-bit key under each of the seeds {_SEEDS}")
    ends = edges.select(
        _key("src", edges, seed).alias("src"), _key("dst", edges, seed).alias("dst")
    ).toArrow()
    src, dst = (numbering.numbers(_values(ends[name])) for name in ("src", "dst"))
    known = (src >= 0) & (dst >= 0)
    if not known.all():
        log.warning(
            "%d of %d edges lead from or to a vertex that is not in the network and are left out",
            len(known) - int(known.sum()),
            len(known),
        )
        src, dst = src[known], dst[known]
    return _Network(keys, src, dst, seed)


def _check_types(vertices: DataFrame, edges: DataFrame) -> None:
    for df, name, wanted in ((vertices, "vertices", ("id",)), (edges, "edges", ("src", "dst"))):
        missing = [column for column in wanted if column not in df.columns]
        if missing:
            raise InputError(f"the {name} lack the column {', '.join(missing)}")
    id_type = vertices.schema["id"].dataType
    for name in ("src", "dst"):
        end_type = edges.schema[name].dataType
        both_integral = isinstance(id_type, _INTEGRAL) and isinstance(end_type, _INTEGRAL)
        if end_type != id_type and not both_integral:
            raise InputError(
                f"the edges' {name} is {end_type.simpleString()},"
                f" but the vertices' id is {id_type.simpleString()}"
            )


def _key(name: str, df: DataFrame, seed: int) -> Column:
    """Return the 64-bit key of a column of ids: the number itself, else a hash; null for null."""
    column = F.col(name)
    if isinstance(df.schema[name].dataType, _INTEGRAL):
        return column.cast("bigint")
    return F.when(column.isNotNull(), F.xxhash64(F.lit(seed), column))


def _key_column(df: DataFrame) -> npt.NDArray[np.int64]:
    keys = df.toArrow()["key"]
    if keys.null_count:
        raise InputError(f"{keys.null_count} vertices have a null id")
    return _values(keys)


def _values(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return the keys; a null becomes a key that no vertex is likely to have."""
    if column.null_count:
        column = column.fill_null(np.iinfo(np.int64).min)
    values: npt.NDArray[np.int64] = column.to_numpy()
    return values


def _refuse_duplicate_ids(vertices: DataFrame, seed: int, key: int) -> None:
    alike = vertices.where(_key("id", vertices, seed) == F.lit(key)).select("id").limit(2).collect()
    if len({repr(row.id) for row in alike}) == 1:
        raise InputError(f"the id {alike[0].id!r} occurs more than once in the vertices")


def _join_back(
    vertices: DataFrame, network: _Network, values: npt.NDArray[np.float64]
) -> DataFrame:
    positive = np.flatnonzero(values)
    known = vertices.sparkSession.createDataFrame(
        pa.table({"key": network.keys[positive], "betweenness": values[positive]})
    )
    return (
        vertices.select("id", _key("id", vertices, network.seed).alias("key"))
        .join(known, on="key", how="left")
        .select("id", F.coalesce("betweenness", F.lit(0.0)).alias("betweenness"))
    )


def _search_on_executors(
    spark: SparkSession,
    graph: kernel.PreparedGraph,
    partitions: int | None,
    on_progress: Progress | None,
) -> list[kernel.PartialSums]:
    if not graph.block_count:
        return []
    context = spark.sparkContext
    tasks = _tasks(graph, partitions, context.defaultParallelism)
    log.info(
        "betweenness: %d sources in %d blocks, %d tasks, graph of %d vertices and %d edges",
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
            _worker(shipped, tasks, done), _SUMS_SCHEMA
        )
        if len(tasks) > _COLLECT_AT_MOST:
            search = search.groupBy("row").agg(
                F.sum("whole").alias("whole"), F.sum("fraction").alias("fraction")
            )
        with _reporting(lambda: done.value, graph.block_count, on_progress):
            table = search.toArrow()
    finally:
        shipped.destroy()
    return [_partial(batch) for batch in table.to_batches()]


def _tasks(
    graph: kernel.PreparedGraph, partitions: int | None, slots: int
) -> list[tuple[int, int]]:
    """Return ranges of blocks, one a task."""
    if partitions is None:
        small = len(graph.sources) < _SMALL
        partitions = slots if small else slots * _TASKS_PER_SLOT
    partitions = max(1, min(partitions, graph.block_count))
    ends = np.linspace(0, graph.block_count, partitions + 1).astype(int).tolist()
    return list(zip(ends[:-1], ends[1:], strict=True))


def _partial(batch: pa.RecordBatch) -> kernel.PartialSums:
    sums = np.stack([batch["whole"].to_numpy(), batch["fraction"].to_numpy()], axis=1)
    return kernel.PartialSums(batch["row"].to_numpy(), sums)


def _worker(
    shipped: Broadcast[bytes], tasks: list[tuple[int, int]], done: Any
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what a task runs: it turns its number into the sums of its blocks."""

    def search(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch["id"].to_pylist():
                begin, end = tasks[number]
                rows, sums = kernel.accumulate(_shipped_graph(shipped), range(begin, end))
                done.add(end - begin)
                yield pa.RecordBatch.from_arrays(
                    [pa.array(rows), pa.array(sums[:, 0]), pa.array(sums[:, 1])],
                    names=["row", "whole", "fraction"],
                )

    return search


def _payload(graph: kernel.PreparedGraph) -> bytes:
    """Return the graph's bytes, shifted so that they lie aligned in the pickle that is broadcast."""
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
