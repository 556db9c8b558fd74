"""Betweenness of a network in DataFrames, computed on Spark's executors.

Vertex ids become 64-bit keys without a shuffle, the edges come to the driver as pairs of keys, and
the driver prepares the graph once. A broadcast carries it to every executor, whose Python workers
map it into memory; tasks search from blocks of sources and send back sums in fixed point, which add
up to the same bits however the work was divided.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from patentcore.centrality import kernel, sums
from patentcore.centrality.kernel import sampling
from patentcore.centrality.kernel.numbering import Numbering
from patentcore.errors import EnvironmentProblem, InputError

if TYPE_CHECKING:
    from graphframes import GraphFrame

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the blocks done and the blocks in all."""

METHODS = ("exact", "approximate", "auto")

EXACT_SECONDS = 1800.0
"""What ``auto`` spends on an exact result, by its estimate."""


@dataclass(frozen=True)
class Report:
    """How a result was found."""

    method: str
    """``exact`` or ``approximate``."""
    samples: int
    """Paths sampled; 0 when exact."""
    bound: float
    """With probability 1 - delta no value is further off than this, as a share of all pairs."""


_SECONDS_PER_EDGE = 40e-9
_INTEGRAL = (T.ByteType, T.ShortType, T.IntegerType, T.LongType)
_SEEDS = (42, 1042, 2042)
_ROUNDS = (4, 3, 2, 1)
"""Work of a core's tasks one after the other: the last are small, so that cores end together."""
_SMALL = 200_000_000
"""Edges to be found, by the estimate, below which one task a core is enough."""
_COLLECT_AT_MOST = 512 << 20
"""Bytes of sums that go straight to the driver; more are first added up on the executors."""


def betweenness(
    graph: GraphFrame,
    *,
    directed: bool = True,
    method: str = "exact",
    epsilon: float = 0.001,
    delta: float = 0.1,
    top_k: int | None = None,
    seed: int = 2023,
    ignore_weights: bool = False,
    partitions: int | None = None,
    on_progress: Progress | None = None,
    on_report: Callable[[Report], None] | None = None,
) -> DataFrame:
    """Return the betweenness of every vertex of a GraphFrame.

    The values are unnormalised: the sum over pairs of other vertices s, t of the share of shortest
    paths from s to t that pass through the vertex. Loops and parallel edges do not matter, vertices
    without edges get 0.0, and edges to vertices that the graph does not have are left out.

    Args:
        graph: vertices with ``id`` of any type that can be hashed, edges with ``src`` and ``dst``.
        directed: count ordered pairs along directed edges; else unordered pairs, each once.
        method: ``exact``; ``approximate``, by sampling paths until every value is known to
            epsilon; or ``auto``, which is exact unless that would take longer than
            ``EXACT_SECONDS`` by an estimate that it logs.
        epsilon: approximate: the wanted bound, as a share of all pairs of vertices: times n (n - 1)
            where directed, times half of that where not, it is in the units of the result.
        delta: approximate: the probability with which the bound may fail.
        top_k: approximate: end as soon as the k highest vertices are known to be those.
        seed: approximate: seed of the samples; one seed gives one result everywhere.
        ignore_weights: accept edges with a ``weight`` column, and count edges instead.
        partitions: tasks to divide the search into; chosen from the work when not given.
        on_progress: called with the blocks of sources, or samples, done and in all.
        on_report: called with the method used, the samples and the bound reached.

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
        epsilon=epsilon,
        delta=delta,
        top_k=top_k,
        seed=seed,
        partitions=partitions,
        on_progress=on_progress,
        on_report=on_report,
    )


def betweenness_of(
    vertices: DataFrame,
    edges: DataFrame,
    *,
    directed: bool,
    method: str = "exact",
    epsilon: float = 0.001,
    delta: float = 0.1,
    top_k: int | None = None,
    seed: int = 2023,
    partitions: int | None = None,
    on_progress: Progress | None = None,
    on_report: Callable[[Report], None] | None = None,
) -> DataFrame:
    """Return the betweenness of every vertex; see ``betweenness`` for what it is.

    Args:
        vertices: id, unique and not null. Must give the same rows whenever it is computed.
        edges: src, dst; other columns, a weight among them, are not looked at.
        directed: count ordered pairs along directed edges; else unordered pairs, each once.
        method: ``exact``; ``approximate``, by sampling paths until every value is known to
            epsilon; or ``auto``, which is exact unless that would take longer than
            ``EXACT_SECONDS`` by an estimate that it logs.
        epsilon: approximate: the wanted bound, as a share of all pairs of vertices: times n (n - 1)
            where directed, times half of that where not, it is in the units of the result.
        delta: approximate: the probability with which the bound may fail.
        top_k: approximate: end as soon as the k highest vertices are known to be those.
        seed: approximate: seed of the samples; one seed gives one result everywhere.
        partitions: tasks to divide the search into; chosen from the work when not given.
        on_progress: called with the blocks of sources, or samples, done and in all.
        on_report: called with the method used, the samples and the bound reached.

    Returns:
        id, betweenness (double, never null).

    Raises:
        InputError: see ``betweenness``.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    spark = vertices.sparkSession
    network = _collect(vertices, edges)
    ends = (network.src, network.dst, len(network.numbering))
    graph = None if method == "approximate" else kernel.prepare(*ends, directed=directed)
    work = np.zeros(0) if graph is None else kernel.estimate_work(graph)
    if graph is not None and (method == "exact" or _is_exact_affordable(spark, work)):
        partials = _search_on_executors(spark, graph, work, partitions, on_progress)
        values = kernel.finish(graph, partials)
        report = Report("exact", 0, 0.0)
    else:
        sample_graph = kernel.prepare_sampling(*ends, directed=directed)
        with _sampler(spark, sample_graph, seed, partitions) as run:
            found = kernel.approximate(
                sample_graph,
                directed=directed,
                epsilon=epsilon,
                delta=delta,
                top_k=top_k,
                run=run,
                on_round=_report_round(on_progress),
            )
        values = found.betweenness
        report = Report("approximate", found.samples, found.bound)
    if report.samples:
        log.info("betweenness: %d samples, bound %.2g", report.samples, report.bound)
    if on_report:
        on_report(report)
    return _with_values(vertices, network, values)


class _Network(NamedTuple):
    numbering: Numbering
    src: npt.NDArray[np.int32]
    dst: npt.NDArray[np.int32]
    seed: int


def _collect(vertices: DataFrame, edges: DataFrame) -> _Network:
    """Bring the network to the driver as dense vertex numbers."""
    _check_types(vertices, edges)
    with ThreadPoolExecutor(2) as pool:  # the edges come while the vertices are numbered
        for seed in _SEEDS:
            coming = pool.submit(_ends, edges, seed)
            keys = _key_column(vertices.select(_key("id", vertices, seed).alias("key")))
            numbering = Numbering(keys)
            if numbering.duplicate < 0:
                break
            _refuse_duplicate_ids(vertices, seed, int(keys[numbering.duplicate]))
            log.warning("two ids share the 64-bit key of seed %d; trying another seed", seed)
        else:
            raise InputError(f"ids share a 64-bit key under each of the seeds {_SEEDS}")
        src, dst = pool.map(numbering.numbers, coming.result())
    known = (src >= 0) & (dst >= 0)
    if not known.all():
        log.warning(
            "%d of %d edges lead from or to a vertex that is not in the network and are left out",
            len(known) - int(known.sum()),
            len(known),
        )
        src, dst = src[known], dst[known]
    return _Network(numbering, src, dst, seed)


def _ends(edges: DataFrame, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    columns = [_key(name, edges, seed).alias(name) for name in ("src", "dst")]
    table = edges.select(*columns).toArrow()
    return _values(table["src"]), _values(table["dst"])


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


def _with_values(
    vertices: DataFrame, network: _Network, values: npt.NDArray[np.float64]
) -> DataFrame:
    """Look each vertex's value up where the vertex is: a join would sort all of them."""
    shipped = vertices.sparkSession.sparkContext.broadcast((network.numbering, values))

    @F.arrow_udf("double")  # type: ignore[call-overload,untyped-decorator,unused-ignore]
    def value_of(keys: pa.Array) -> pa.Array:
        numbering, values = shipped.value
        at = numbering.numbers(keys.to_numpy(zero_copy_only=False, writable=True))
        return pa.array(values[at], mask=at < 0)

    value = value_of(_key("id", vertices, network.seed))
    return vertices.select("id", F.coalesce(value, F.lit(0.0)).alias("betweenness"))


def _search_on_executors(
    spark: SparkSession,
    graph: kernel.PreparedGraph,
    work: npt.NDArray[np.float64],
    partitions: int | None,
    on_progress: Progress | None,
) -> Iterator[kernel.PartialSums]:
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


def _is_exact_affordable(spark: SparkSession, work: npt.NDArray[np.float64]) -> bool:
    seconds = float(work.sum()) * _SECONDS_PER_EDGE / spark.sparkContext.defaultParallelism
    is_affordable = seconds <= EXACT_SECONDS
    log.info(
        "betweenness: exact would take about %.0f s on %d cores, so it is %s",
        seconds,
        spark.sparkContext.defaultParallelism,
        "computed" if is_affordable else f"approximated (the limit is {EXACT_SECONDS:.0f} s)",
    )
    return is_affordable


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
def _sampler(
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


def _report_round(on_progress: Progress | None) -> Callable[[int, float, int], None]:
    def report(samples: int, bound: float, largest: int) -> None:
        log.info("betweenness: %d of at most %d samples, bound %.2g", samples, largest, bound)
        if on_progress:
            on_progress(samples, largest)

    return report


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
