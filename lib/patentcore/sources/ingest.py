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
from patentcore.sources.adapter import Adapter, Ingested, JoinedAdapter
from patentcore.sources.derwent import Derwent
from patentcore.sources.derwent_table import DerwentTable
from patentcore.sources.edges import Edges
from patentcore.sources.espacenet import Espacenet
from patentcore.sources.exports import TabularAdapter
from patentcore.sources.files import is_file, other_files, truncated_file
from patentcore.sources.google import Google, GoogleSearch
from patentcore.sources.incopat import IncoPat
from patentcore.sources.lens import Lens, LensJson
from patentcore.sources.looks import SUFFIXES, Look, look_at
from patentcore.sources.merge import FIELDS, Merged, Source, merge, precedence
from patentcore.sources.ops import Ops
from patentcore.sources.patentsview import PatentsView, table_of
from patentcore.sources.patsnap import PatSnap
from patentcore.sources.uspto import Uspto

# Formats of several files that belong together, looked for in each input as a whole.
_JOINED: tuple[JoinedAdapter, ...] = (Derwent(), PatentsView())
# The others, looked for in each file; those with headers of their own before those without.
_SINGLE: tuple[Adapter, ...] = (
    Ops(),
    Uspto(),
    LensJson(),
    GoogleSearch(),
    Espacenet(),
    Lens(),
    DerwentTable(),
    IncoPat(),
    Google(),
    Edges(),
    PatSnap(),
)
ADAPTERS: dict[str, Adapter] = {
    adapter.name: adapter for adapter in sorted((*_JOINED, *_SINGLE), key=lambda a: a.name)
}
AUTO = "auto"
SUMMARY = "ingest.json"
_NAMED = 20  # files that the summary names; ingest.json has them all


@dataclass(frozen=True)
class Recognised:
    """Files of one format among the inputs.

    Attributes:
        adapter: of the format.
        paths: the files or folders.
        why: what it was recognised by.
    """

    adapter: Adapter
    paths: tuple[str, ...]
    why: str


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


def recognise(spark: SparkSession, inputs: Sequence[str]) -> tuple[list[Recognised], list[str]]:
    """Tell the formats of the inputs, in the order of the inputs, and the files passed over.

    Raises:
        InputError: a file that is named, or all of a folder's, is of no format known here.
    """
    parts: list[Recognised] = []
    passed_over: list[str] = []
    place: dict[str, int] = {}
    for group in _inputs(spark, inputs):
        looks: list[Look] = []
        for path in group:
            of_path = look_at(spark, [path])
            place |= {look.file.uri: inputs.index(path) for look in of_path}
            looks += of_path
        known, unknown = _recognise_group(group, looks)
        if unknown and (not known or len(group) > 1):
            raise InputError(_unknown(unknown[0], group[0] if len(group) == 1 else None))
        parts += known
        passed_over += [look.file.name for look in unknown]
        passed_over += [file.name for file in other_files(spark, group, SUFFIXES)]
    found: dict[str, Recognised] = {}
    for part in sorted(parts, key=lambda part: min(place[uri] for uri in part.paths)):
        before = found.get(part.adapter.name)
        found[part.adapter.name] = Recognised(
            part.adapter,
            (*(before.paths if before else ()), *part.paths),
            before.why if before else part.why,
        )
    return list(found.values()), passed_over


def _inputs(spark: SparkSession, inputs: Sequence[str]) -> list[list[str]]:
    """Return what is looked at together: each folder by itself, files that are named as one."""
    folders = [path for path in inputs if not is_file(spark, path)]
    files = [path for path in inputs if path not in folders]
    return [group for group in (*([path] for path in folders), files) if group]


def _recognise_group(
    group: Sequence[str], looks: Sequence[Look]
) -> tuple[list[Recognised], list[Look]]:
    """Tell the formats of looks, and the files that are of none.

    In a folder, a format of several files leaves the others alone; of files that are named, it
    leaves them to the other formats.
    """
    parts: list[Recognised] = []
    rest = list(looks)
    for adapter in _JOINED:
        why = adapter.recognise(looks)
        if why is None:
            continue
        own = [look for look in looks if adapter.owns(look)]
        rest = [look for look in looks if look not in own]
        parts.append(Recognised(adapter, tuple(look.file.uri for look in own), why))
        if len(group) == 1:
            return parts, rest
        break
    unknown = []
    for look in rest:
        part = _recognise_file(look)
        if part is None:
            unknown.append(look)
        else:
            parts.append(part)
    return parts, unknown


def _unknown(look: Look, path: str | None) -> str:
    """Say why a file is of no known format: what it lacks, where it is near to one."""
    where = path or look.file.uri
    table = table_of(look)
    if table is not None:
        return f"{where} holds PatentsView's table {table}; its table patent must be there too"
    tabular = [adapter for adapter in _SINGLE if isinstance(adapter, TabularAdapter)]
    nearest = max(tabular, key=lambda adapter: adapter.lacks_number(look))
    if nearest.lacks_number(look)[1]:
        names = nearest.dialect.headers["publication_number"]
        return (
            f"{where} has columns of {nearest.name}, but none of the publication number "
            f"({', '.join(names)})"
        )
    known = "; ".join(f"{adapter.name}: {adapter.title}" for adapter in ADAPTERS.values())
    return f"{where} is of no format known here ({known})"


def _recognise_file(look: Look) -> Recognised | None:
    for adapter in _SINGLE:
        why = adapter.recognise([look])
        if why is not None:
            return Recognised(adapter, (look.file.uri,), why)
    return None


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
        failure = failure_of(error)
        if not isinstance(error, PySparkException) and failure.kind is not Kind.UNREADABLE:
            raise
        message = f"{', '.join(inputs)} cannot be read: {failure.line}"
        raise InputError(truncated_file(spark, inputs, SUFFIXES, error) or message) from error


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
    def read(part: Recognised) -> Ingested:
        def cut(frame: DataFrame, name: str) -> DataFrame:
            # A lineage cut: several tables are made of the parsed records, which cost most.
            return tables.write(frame, f"_{part.adapter.name}_{name}")

        return part.adapter.read(spark, list(part.paths), cut)

    read_parts = [read(part) for part in parts]
    rows_read = []
    for part, ingested in zip(parts, read_parts, strict=True):
        rows_read.append(ingested.records.count())
        if rows_read[-1] == 0:
            raise InputError(f"{', '.join(part.paths)} has no rows")
    fields = frozenset().union(*(part.adapter.fields for part in parts))
    filled_by: dict[str, dict[str, int]] = {}
    if len(parts) == 1:
        made = read_parts[0]
    else:
        merged = merge(
            [
                Source(part.adapter.name, ingested, part.adapter.is_supplement)
                for part, ingested in zip(parts, read_parts, strict=True)
            ],
            lambda frame, name: tables.write(frame, f"_{name}"),
            preferred,
        )
        made = merged.tables
        filled_by = _filled_by(merged)
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
        coverage={
            name: tables.measured("patents", name) / total if total else 0.0 for name in shown
        },
        absent=[name for name in schemas.PATENTS.names if name not in fields],
        filled_by=filled_by,
    )


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
