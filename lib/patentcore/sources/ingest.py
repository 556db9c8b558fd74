"""Read an export with its adapter and write the canonical tables."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.errors import ConfigError, InputError, OutputError, telling
from patentcore.sources.adapter import Adapter
from patentcore.sources.derwent import Derwent
from patentcore.sources.patsnap import PatSnap
from patentcore.tables import Folder, TableStore

ADAPTERS: dict[str, Adapter] = {adapter.name: adapter for adapter in (Derwent(), PatSnap())}
AUTO = "auto"
SUMMARY = "ingest.json"


@dataclass(frozen=True)
class IngestSummary:
    """What came of an export.

    Attributes:
        source: the adapter's name.
        why: why this adapter, as the user asked for it or as it was recognised.
        rows_read: records in the files.
        patents: publications written.
        citations: distinct pairs written.
        rejects: number of reject rows by reason.
        coverage: share of publications with a value, by field the adapter can fill.
        absent: fields that exports of this kind do not have.
    """

    source: str
    why: str
    rows_read: int
    patents: int
    citations: int
    rejects: Mapping[str, int]
    coverage: Mapping[str, float]
    absent: Sequence[str]

    def __str__(self) -> str:
        """Write the summary for the user."""
        rejects = [f"  {count:>10,}  {reason}" for reason, count in self.rejects.items()]
        coverage = [f"  {share:>10.1%}  {field}" for field, share in self.coverage.items()]
        lines = [
            f"source {self.source}: {self.why}",
            f"{self.rows_read:,} rows read, {self.patents:,} patents and "
            f"{self.citations:,} citations written, {sum(self.rejects.values()):,} rejects",
            *(["rejects by reason:", *rejects] if rejects else []),
            "coverage by field:",
            *coverage,
            *([f"not in this format: {', '.join(self.absent)}"] if self.absent else []),
        ]
        return "\n".join(lines)


def recognise(spark: SparkSession, inputs: Sequence[str]) -> tuple[str, str]:
    """Return the name of the adapter whose format the inputs are in, and why.

    Raises:
        InputError: no adapter knows the format.
    """
    for name, adapter in ADAPTERS.items():
        why = adapter.recognise(spark, inputs)
        if why is not None:
            return name, why
    known = "; ".join(f"{adapter.name}: {adapter.title}" for adapter in ADAPTERS.values())
    raise InputError(f"{', '.join(inputs)} is of no format known here ({known})")


def ingest(spark: SparkSession, source: str, inputs: Sequence[str], output: str) -> IngestSummary:
    """Read an export and write the tables ``patents``, ``citations`` and ``rejects``.

    The tables gather in a folder beside the output, which is renamed when all are complete.

    Args:
        spark: the session.
        source: name of an adapter, or ``auto``.
        inputs: files or folders.
        output: folder to make; it must not exist, unless empty.

    Raises:
        ConfigError: no adapter has this name.
        InputError: the input cannot be used.
        OutputError: the output exists.
    """
    if source not in (AUTO, *ADAPTERS):
        raise ConfigError(f"no source {source}; choose from {AUTO}, {', '.join(ADAPTERS)}")
    target = Folder(spark, output)
    if target.names():
        raise OutputError(f"output {output} exists and is not empty; choose another")
    name, why = recognise(spark, inputs) if source == AUTO else (source, "as asked for")
    # One folder holds the tables under the output's own name, so that one rename publishes them.
    staging = target.sibling(f".{target.name}.unfinished-{uuid.uuid4().hex[:12]}")
    try:
        tables = TableStore.open(spark, staging.child(target.name))
        summary = _write_tables(spark, ADAPTERS[name], why, inputs, tables, staging)
        tables.folder.write_text(SUMMARY, json.dumps(asdict(summary), indent=2, ensure_ascii=False))
        target.delete()  # an empty folder would take the tables inside itself
        staging.move_into(target.sibling(""), target.name)
    except PySparkException as error:
        raise InputError(f"{', '.join(inputs)} cannot be read: {telling(error)}") from error
    finally:
        staging.delete()
    return summary


def _write_tables(
    spark: SparkSession,
    adapter: Adapter,
    why: str,
    inputs: Sequence[str],
    tables: TableStore,
    staging: Folder,
) -> IngestSummary:
    def cut(frame: DataFrame, name: str) -> DataFrame:
        # A lineage cut: three tables are made of the parsed records, which cost most to make.
        path = staging.child(f"_{name}")
        frame.write.parquet(path)
        return spark.read.schema(frame.schema).parquet(path)

    ingested = adapter.read(spark, list(inputs), cut)
    patents = tables.write(ingested.patents, "patents")
    citations = tables.write(ingested.citations, "citations")
    rejects = tables.write(ingested.rejects, "rejects")
    rows_read = ingested.records.count()
    if rows_read == 0:
        raise InputError(f"{', '.join(inputs)} has no rows")
    fields = [field for field in schemas.PATENTS.names if field in adapter.fields]
    counts = patents.agg(F.count(F.lit(1)), *(F.count(field) for field in fields)).first()
    assert counts is not None
    total = counts[0]
    by_reason = rejects.groupBy("reason").count().orderBy(F.desc("count"), "reason").collect()
    return IngestSummary(
        source=adapter.name,
        why=why,
        rows_read=rows_read,
        patents=total,
        citations=citations.count(),
        rejects={row["reason"]: row["count"] for row in by_reason},
        coverage={
            field: count / total if total else 0.0
            for field, count in zip(fields, counts[1:], strict=True)
        },
        absent=[field for field in schemas.PATENTS.names if field not in adapter.fields],
    )
