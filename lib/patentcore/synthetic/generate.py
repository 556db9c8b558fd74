"""Write a corpus: staged beside the output, visible whole or not at all."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.engine import running
from patentcore.errors import ConfigError
from patentcore.lake.output import Output
from patentcore.lake.tables import TableStore
from patentcore.synthetic import citations, export, network, records
from patentcore.synthetic.identity import depth
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
) -> CorpusSummary:
    """Write the calibrated synthetic corpus.

    Args:
        spark: the session.
        output: URI of a folder that does not exist or is empty.
        scale: size relative to the published corpus, 0.005 to 100.
        seed: the same seed and scale give the same rows, whatever the number of partitions.
        layout: ``canonical`` writes the tables ``patents`` and ``citations`` as Parquet;
            ``patsnap`` writes CSV files like a PatSnap export.

    Raises:
        ConfigError: scale or layout is out of range.
        OutputError: something stands at the output.
    """
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise ConfigError(
            f"scale must be from {SMALLEST_SCALE:g} to {LARGEST_SCALE:g}, not {scale:g}"
        )
    if layout not in ("canonical", "patsnap"):
        raise ConfigError(f"layout must be canonical or patsnap, not {layout!r}")
    timeline = Timeline(scale, seed)
    with Output(spark, output) as making:
        summary = _write(making.staging, timeline, output, layout)
        making.publish(asdict(summary), "corpus.json")
    return summary


def _write(staging: TableStore, timeline: Timeline, output: str, layout: Layout) -> CorpusSummary:
    layer = network.build(timeline)
    patents, cites = tables(staging.spark, timeline, layer)
    _write_tables(staging, patents, cites, layout, timeline.seed)
    return CorpusSummary(
        output=output,
        layout=layout,
        scale=timeline.scale,
        seed=timeline.seed,
        publications=timeline.rows,
        funnel=timeline.funnel,
        key_patents=timeline.keys,
        network_vertices=timeline.vertices,
        published_patents=int(layer.keys["fixed_number"].notna().sum()),
    )


def _write_tables(
    staging: TableStore, patents: DataFrame, cites: DataFrame, layout: Layout, seed: int
) -> None:
    # The export needs each record's citations: a lineage cut before the joins.
    store = staging if layout == "canonical" else staging.inside("_parts")
    written = store.write(patents, "patents"), store.write(cites, "citations")
    if layout == "patsnap":
        export.write(*written, staging.place, seed)


def tables(
    spark: SparkSession, timeline: Timeline, layer: network.KeyLayer
) -> tuple[DataFrame, DataFrame]:
    """Return the patents and citations tables, not yet computed."""
    partitions = max(running().cores(spark), math.ceil(timeline.rows / ROWS_PER_FILE))
    places = spark.range(0, timeline.rows, 1, partitions).withColumnRenamed("id", "t")
    ranked = places.withColumn("depth", depth(timeline, timeline.rank(F.col("t"))))
    edges = spark.createDataFrame(layer.edges)
    key_rows = spark.createDataFrame(layer.keys, schema=records.KEY_LAYER_SCHEMA)
    tally = citations.tally(ranked, edges, timeline)
    patents = records.patents(places, key_rows, tally, timeline)
    return patents, citations.citation_rows(ranked, edges, layer, timeline)
