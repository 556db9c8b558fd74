"""Write a corpus: staged beside the output, visible whole or not at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.engine import running
from patentcore.errors import ConfigError
from patentcore.lake.output import Output
from patentcore.lake.tables import TableStore
from patentcore.synthetic import citations, export, network, records, signals
from patentcore.synthetic.identity import depth
from patentcore.synthetic.signals import Hidden, Truth
from patentcore.synthetic.timeline import Timeline

Layout = Literal["canonical", "patsnap"]
STATEMENT = (
    "Synthetic: no row describes a real patent. Counts and the figures of the published patents "
    "are calibrated to Tables 2, 4 and 5 of Zheng & Liu; everything else is drawn."
)
SMALLEST_SCALE, LARGEST_SCALE = 0.005, 100.0
ROWS_PER_FILE = 400_000


@dataclass(frozen=True)
class CorpusSummary:
    """What was written; ``corpus.json`` holds the same."""

    output: str
    layout: str
    scale: float
    seed: int
    truth: str
    hidden: str
    publications: int
    funnel: tuple[int, ...]
    key_patents: int
    network_vertices: int
    published_patents: int
    statement: str = STATEMENT

    def __str__(self) -> str:
        return (
            f"{self.output}: synthetic corpus of {self.publications:,} publications, "
            f"{self.key_patents:,} key patents and a network of {self.network_vertices:,} vertices "
            f"(scale {self.scale:g}, seed {self.seed}, {self.layout})"
        )


def generate(
    spark: SparkSession,
    output: str,
    *,
    scale: float = 1.0,
    seed: int = 2023,
    layout: Layout = "canonical",
    truth: Truth = "table-6",
    hidden: Hidden = "none",
) -> CorpusSummary:
    """Write the calibrated synthetic corpus.

    Args:
        spark: the session.
        output: URI of a folder that does not exist or is empty.
        scale: size relative to the published corpus, 0.005 to 100.
        seed: the same seed and scale give the same rows, whatever the number of partitions.
        layout: ``canonical`` writes the tables ``patents`` and ``citations`` as Parquet;
            ``patsnap`` writes CSV files like a PatSnap export.
        truth: which side of a planted technology is strong, see :func:`signals.planted`.
        hidden: whose sides nothing tells.

    Raises:
        ConfigError: scale, layout, truth or hidden is out of range.
        OutputError: something stands at the output.
    """
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise ConfigError(
            f"scale must be from {SMALLEST_SCALE:g} to {LARGEST_SCALE:g}, not {scale:g}"
        )
    for name, value, allowed in (
        ("layout", layout, get_args(Layout)),
        ("truth", truth, get_args(Truth)),
        ("hidden", hidden, get_args(Hidden)),
    ):
        if value not in allowed:
            choices = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
            raise ConfigError(f"{name} must be {choices}, not {value!r}")
    timeline = Timeline(scale, seed)
    layer = network.build(timeline)
    with Output(spark, output) as making:
        made = tables(spark, timeline, layer, signals.planted(truth, hidden))
        _write_tables(making.staging, *made, layout, seed)
        summary = CorpusSummary(
            output=output,
            layout=layout,
            scale=scale,
            seed=seed,
            truth=truth,
            hidden=hidden,
            publications=timeline.rows,
            funnel=timeline.funnel,
            key_patents=timeline.keys,
            network_vertices=timeline.vertices,
            published_patents=int(layer.keys["fixed_number"].notna().sum()),
        )
        making.publish(asdict(summary), "corpus.json")
    return summary


def _write_tables(
    staging: TableStore, patents: DataFrame, cites: DataFrame, layout: Layout, seed: int
) -> None:
    # The export needs each record's citations: a lineage cut before the joins.
    store = staging if layout == "canonical" else staging.inside("_parts")
    written = store.write(patents, "patents"), store.write(cites, "citations")
    if layout == "patsnap":
        export.write(*written, staging.place, seed)


def tables(
    spark: SparkSession,
    timeline: Timeline,
    layer: network.KeyLayer,
    planted: Sequence[signals.Signal] = signals.SIGNALS,
) -> tuple[DataFrame, DataFrame]:
    """Return the patents and citations tables, not yet computed."""
    partitions = max(running().cores(spark), math.ceil(timeline.rows / ROWS_PER_FILE))
    places = spark.range(0, timeline.rows, 1, partitions).withColumnRenamed("id", "t")
    ranked = places.withColumn("depth", depth(timeline, timeline.rank(F.col("t"))))
    edges = spark.createDataFrame(layer.edges)
    key_rows = spark.createDataFrame(layer.keys, schema=records.KEY_LAYER_SCHEMA)
    tally = citations.tally(ranked, edges, timeline)
    patents = records.patents(places, key_rows, tally, timeline, planted)
    return patents, citations.citation_rows(ranked, edges, layer, timeline)
