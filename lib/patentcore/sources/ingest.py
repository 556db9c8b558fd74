"""Read an export with its adapter and write the canonical tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.engine.failures import ENGINE_ERRORS, Kind, failure_of
from patentcore.errors import ConfigError, InputError
from patentcore.lake.fingerprints import Seen, refuse_changed, see
from patentcore.lake.output import Output
from patentcore.lake.places import place_at
from patentcore.lake.tables import TableStore
from patentcore.sources.formats.adapter import Adapter
from patentcore.sources.formats.dialect import TabularAdapter
from patentcore.sources.merge import FIELDS, Merged, Source, merge, precedence
from patentcore.sources.reading.files import other_files, reason_told
from patentcore.sources.reading.sniffing import SUFFIXES
from patentcore.sources.recognise import ADAPTERS, Recognised, recognise
from patentcore.sources.record.ingested import Ingested

AUTO = "auto"
SUMMARY = "ingest.json"
_NAMED = 20  # files that the summary names; ingest.json has them all


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
        passed_over: files inside folders that are of no format known here, or no part of the
            export that the folder holds.
        precedence: where several sources are merged, the order in which they are asked for a
            field, by field.
        filled_by: where several sources are merged, how many publications have the field from
            which source.
    """

    source: str
    why: str
    rows_read: int
    patents: int
    citations: int
    rejects: Mapping[str, int]
    coverage: Mapping[str, float]
    absent: Sequence[str]
    passed_over: Sequence[str] = ()
    precedence: Mapping[str, Sequence[str]] = field(default_factory=dict)
    filled_by: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

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
            *self._merge_lines(),
            *self._passed_over_lines(),
        ]
        return "\n".join(lines)

    def _passed_over_lines(self) -> list[str]:
        names = ", ".join(self.passed_over[:_NAMED])
        more = len(self.passed_over) - _NAMED
        return [f"passed over: {names}{f' and {more} more' if more > 0 else ''}"] if names else []

    def _merge_lines(self) -> list[str]:
        """Say in which order the sources were asked: what most fields share, then the others."""
        if not self.precedence:
            return []
        orders = [tuple(order) for order in self.precedence.values()]
        usual = max(orders, key=orders.count)
        lines = [f"precedence: {' > '.join(usual)}"]
        for name, order in self.precedence.items():
            if tuple(order) != usual:
                lines.append(f"precedence of {name}: {' > '.join(order)}")
        return lines


def ingest(
    spark: SparkSession,
    source: str,
    inputs: Sequence[str],
    output: str,
    preferred: Mapping[str, Sequence[str]] | None = None,
    header: Sequence[str] = (),
) -> IngestSummary:
    """Read exports and write the tables ``patents``, ``citations`` and ``rejects``.

    The tables gather in a folder beside the output, which is renamed when all are complete.
    Inputs of several formats become one corpus (see :mod:`patentcore.sources.merge`).

    Args:
        spark: the session.
        source: name of an adapter, or ``auto``.
        inputs: files or folders.
        output: folder to make; it must not exist, unless empty.
        preferred: sources to be asked first, by field, where several are merged.
        header: names of the columns, in the words of the source, of files without a header row.

    Raises:
        ConfigError: no adapter has this name, a preference names no field or source, or the
            source's files are no tables that could lack a header row.
        InputError: the input cannot be used.
        OutputError: the output exists.
    """
    if source not in (AUTO, *ADAPTERS):
        raise ConfigError(f"no source {source}; choose from {AUTO}, {', '.join(ADAPTERS)}")
    if header and source == AUTO:
        raise ConfigError("a header needs the source's name: auto recognises files by their own")
    places = [place_at(spark, path) for path in inputs]
    whole = Output(spark, output, inputs=places)
    seen = see(places)
    try:
        with whole as making:
            return _ingest(spark, source, inputs, preferred, header, making, seen)
    except ENGINE_ERRORS as error:
        # What fails on an executor comes unwrapped.
        if told := reason_told(error):
            raise InputError(told) from error
        failure = failure_of(error)
        is_unnamed = failure.kind is Kind.OTHER and isinstance(error, PySparkException)
        if failure.kind is not Kind.UNREADABLE and not is_unnamed:
            raise
        raise InputError(f"{', '.join(inputs)} cannot be read: {failure.line}") from error


def _ingest(
    spark: SparkSession,
    source: str,
    inputs: Sequence[str],
    preferred: Mapping[str, Sequence[str]] | None,
    header: Sequence[str],
    making: Output,
    seen: Sequence[Seen],
) -> IngestSummary:
    """Fill an output; it is published if the inputs are still what was seen of them."""
    parts, passed_over = (
        recognise(spark, inputs)
        if source == AUTO
        else (
            [Recognised(_adapter(source, header), tuple(inputs), "as asked for")],
            [file.name for file in other_files(spark, inputs, SUFFIXES)],
        )
    )
    order = precedence([part.adapter.name for part in parts], preferred)
    summary = _write_tables(spark, parts, preferred, making.staging)
    summary = replace(summary, passed_over=passed_over, precedence=order if len(parts) > 1 else {})
    refuse_changed(seen)
    making.publish(asdict(summary), SUMMARY)
    return summary


def _adapter(source: str, header: Sequence[str]) -> Adapter:
    adapter = ADAPTERS[source]
    if not header:
        return adapter
    if not isinstance(adapter, TabularAdapter):
        tabular = (name for name, known in ADAPTERS.items() if isinstance(known, TabularAdapter))
        raise ConfigError(f"source {source} takes no header; those that do: {', '.join(tabular)}")
    return TabularAdapter(adapter.dialect, header)


def _write_tables(
    spark: SparkSession,
    parts: Sequence[Recognised],
    preferred: Mapping[str, Sequence[str]] | None,
    tables: TableStore,
) -> IngestSummary:
    read = [_read(spark, part, tables) for part in parts]
    rows_read = [_rows_of(part, made) for part, made in zip(parts, read, strict=True)]
    merged = None
    if len(parts) > 1:
        sources = [
            Source(part.adapter.name, made, part.adapter.is_supplement)
            for part, made in zip(parts, read, strict=True)
        ]
        merged = merge(sources, lambda frame, name: tables.write(frame, f"_{name}"), preferred)
    made = merged or read[0]
    fields = frozenset().union(*(part.adapter.fields for part in parts))
    shown = [name for name in schemas.PATENTS.names if name in fields]
    tables.write(made.patents, "patents", metrics={name: F.count(name) for name in shown})
    tables.write(made.citations, "citations")
    rejects = tables.write(made.rejects, "rejects")
    total = tables.measured("patents")
    by_reason = rejects.groupBy("reason").count().orderBy(F.desc("count"), "reason").collect()
    if total == 0:
        raise InputError(
            f"none of {sum(rows_read):,} records can be used: "
            + "; ".join(f"{row['reason']} ({row['count']:,})" for row in by_reason)
            + _first_of(rejects)
        )
    return IngestSummary(
        source="+".join(part.adapter.name for part in parts),
        why="; ".join(
            part.why if len(parts) == 1 else f"{part.adapter.name}: {part.why} ({rows:,} rows)"
            for part, rows in zip(parts, rows_read, strict=True)
        ),
        rows_read=sum(rows_read),
        patents=total,
        citations=tables.measured("citations"),
        rejects={row["reason"]: row["count"] for row in by_reason},
        coverage={name: tables.measured("patents", name) / total for name in shown},
        absent=[name for name in schemas.PATENTS.names if name not in fields],
        filled_by=_filled_by(merged) if merged else {},
    )


def _read(spark: SparkSession, part: Recognised, tables: TableStore) -> Ingested:
    def cut(frame: DataFrame, name: str) -> DataFrame:
        # A lineage cut: several tables are made of the parsed records, which cost most.
        return tables.write(frame, f"_{part.adapter.name}_{name}")

    return part.adapter.read(spark, list(part.paths), cut)


def _rows_of(part: Recognised, made: Ingested) -> int:
    """Count the records that were read.

    Raises:
        InputError: there are none.
    """
    rows = made.records.count()
    if rows == 0:
        raise InputError(f"{', '.join(part.paths)} has no rows")
    return rows


def _first_of(rejects: DataFrame) -> str:
    first = rejects.orderBy("source", F.length("record"), "record").first()
    if first is None:
        return ""
    value = "nothing" if first["value"] is None else repr(first["value"][:60])
    return f"; {first['source']}, {first['record'] or 'first'}: {value}"


def _filled_by(merged: Merged) -> dict[str, dict[str, int]]:
    """Count the publications that have a field from a source."""
    found = (
        merged.patents_with_origin.select(F.posexplode("origins").alias("at", "name"))
        .where(F.col("name").isNotNull())
        .groupBy("at", "name")
        .count()
        .orderBy("at", "name")
        .collect()
    )
    filled: dict[str, dict[str, int]] = {}
    for row in found:
        filled.setdefault(FIELDS[row["at"]], {})[row["name"]] = row["count"]
    return filled
