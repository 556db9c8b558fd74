"""Read an export with its adapter and write the canonical tables."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import reduce

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.engine.failures import ENGINE_ERRORS, Kind, failure_of
from patentcore.errors import ConfigError, InputError, meant
from patentcore.lake.fingerprints import refuse_changed, see
from patentcore.lake.output import Output
from patentcore.lake.places import place_at
from patentcore.lake.tables import TableStore
from patentcore.progress import reading
from patentcore.sources.columns import unread
from patentcore.sources.ends import resolve_written
from patentcore.sources.formats.adapter import Adapter, ListsCitations
from patentcore.sources.formats.joined import JoinedTables
from patentcore.sources.formats.numbers import Numbers
from patentcore.sources.formats.tables import TabularAdapter
from patentcore.sources.merge import FIELDS, Merged, Source, merge, precedence
from patentcore.sources.reading.files import find_files, other_files, reason_told
from patentcore.sources.reading.processes import processes_for_reading
from patentcore.sources.reading.sniffing import SUFFIXES, Look, look_at
from patentcore.sources.recognise import ADAPTERS, Recognised, recognise
from patentcore.sources.record.ingested import CITATIONS, Ingested
from patentcore.sources.resolve import Ends, resolve
from patentcore.sources.summary import IngestSummary
from patentcore.sources.written import Resolving, Written

AUTO = "auto"
SUMMARY = "ingest.json"
# The tables of inputs of so many bytes are written one beside the other: most of what they take
# then is planning, which one core does. Those of larger inputs would need the memory of all.
_WRITTEN_TOGETHER = 256 << 20


@dataclass(frozen=True)
class Request:
    """What is to be ingested.

    Attributes:
        inputs: files or folders.
        source: name of an adapter, or ``auto``.
        preferred: sources to be asked first, by field, where several are merged.
        header: names of the columns, in the words of the source, of files without a header row.
        keeps_ends: citations stay as given (see :mod:`patentcore.sources.resolve`).
    """

    inputs: Sequence[str]
    source: str = AUTO
    preferred: Mapping[str, Sequence[str]] = field(default_factory=dict)
    header: Sequence[str] = ()
    keeps_ends: bool = False

    def check(self) -> None:
        """Refuse a request that cannot be met.

        Raises:
            ConfigError: no adapter has this name, or a header is given for no certain source.
        """
        if self.source not in (AUTO, *ADAPTERS):
            known = (AUTO, *ADAPTERS)
            raise ConfigError(
                f"no source {self.source}; choose from {', '.join(known)}"
                + meant(self.source, known)
            )
        if self.header and self.source == AUTO:
            raise ConfigError(
                "a header needs the source's name: auto recognises files by their own"
            )


def ingest(
    spark: SparkSession,
    source: str,
    inputs: Sequence[str],
    output: str,
    preferred: Mapping[str, Sequence[str]] | None = None,
    header: Sequence[str] = (),
    *,
    keeps_ends: bool = False,
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
        keeps_ends: citations stay as given (see :mod:`patentcore.sources.resolve`).

    Raises:
        ConfigError: no adapter has this name, a preference names no field or source, or the
            source's files are no tables that could lack a header row.
        InputError: the input cannot be used.
        OutputError: the output exists.
    """
    request = Request(inputs, source, preferred or {}, header, keeps_ends)
    request.check()
    places = [place_at(spark, path) for path in inputs]
    whole = Output(spark, output, inputs=places)
    seen = see(places)
    with whole as making:
        summary = ingest_into(spark, request, making.staging)
        refuse_changed(seen)
        making.publish(summary.as_dict(), SUMMARY)
        return summary


def ingest_into(spark: SparkSession, request: Request, tables: TableStore) -> IngestSummary:
    """Read exports and write the canonical tables into a store; errors as for :func:`ingest`."""
    request.check()
    try:
        with processes_for_reading():
            return _ingest(spark, request, tables)
    except InputError as error:
        if hint := _taken_for(spark, request):
            raise InputError(f"{error}{hint}") from error
        raise
    except ENGINE_ERRORS as error:
        # What fails on an executor comes unwrapped.
        if told := reason_told(error):
            raise InputError(told + _taken_for(spark, request)) from error
        failure = failure_of(error)
        is_unnamed = failure.kind is Kind.OTHER and isinstance(error, PySparkException)
        if failure.kind is not Kind.UNREADABLE and not is_unnamed:
            raise
        raise InputError(f"{', '.join(request.inputs)} cannot be read: {failure.line}") from error


def _taken_for(spark: SparkSession, request: Request) -> str:
    """Say what the inputs are recognised as, where another source was asked for."""
    if request.source == AUTO or request.header:
        return ""
    try:
        names = [part.adapter.name for part in recognise(spark, request.inputs)[0]]
    except InputError:
        return ""
    return "" if request.source in names else f"; --source auto takes it for {', '.join(names)}"


def _ingest(spark: SparkSession, request: Request, tables: TableStore) -> IngestSummary:
    parts, passed_over = (
        recognise(spark, request.inputs)
        if request.source == AUTO
        else (
            [
                Recognised(
                    _adapter(request.source, request.header), tuple(request.inputs), "as asked for"
                )
            ],
            [file.name for file in other_files(spark, request.inputs, SUFFIXES)],
        )
    )
    order = precedence([part.adapter.name for part in parts], request.preferred)
    files = {file for part in parts for file in find_files(spark, part.paths, SUFFIXES)}
    size = sum(file.size for file in files)
    with reading(len(files), size):
        is_small = size <= _WRITTEN_TOGETHER
        summary = _write_tables(spark, parts, request, tables, is_small=is_small)
    seen = [(part.adapter, look_at(spark, part.paths)) for part in parts]
    columns = [unread(adapter, looks, request.header) for adapter, looks in seen]
    summary = replace(summary, unread=reduce(operator.or_, reversed(columns)))
    passed_over += [name for adapter, looks in seen for name in _without_table(adapter, looks)]
    return replace(summary, passed_over=passed_over, precedence=order if len(parts) > 1 else {})


def _without_table(adapter: Adapter, looks: Sequence[Look]) -> list[str]:
    """Name the files of which a source of several tables reads nothing."""
    if not isinstance(adapter, JoinedTables):
        return []
    return [look.file.name for look in looks if not adapter.tables_of(look)]


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
    request: Request,
    tables: TableStore,
    *,
    is_small: bool,
) -> IngestSummary:
    def cut(frame: DataFrame, name: str) -> DataFrame:
        return tables.write(frame, f"_{name}")

    is_alone = len(parts) == 1
    cuts = [Written(tables, part.adapter.name, is_alone, is_small) for part in parts]
    read = [
        part.adapter.read(spark, list(part.paths), cut)
        for part, cut in zip(parts, cuts, strict=True)
    ]
    rows_read = [_rows_of(part, made) for part, made in zip(parts, read, strict=True)]
    merged = None
    if not is_alone:
        sources = [
            Source(
                part.adapter.name,
                made,
                part.adapter.is_supplement,
                _patents_of(part.adapter),
                selects=isinstance(part.adapter, Numbers),
            )
            for part, made in zip(parts, read, strict=True)
        ]
        merged = merge(sources, cut, request.preferred)
    made = merged or read[0]
    fields = frozenset().union(*(part.adapter.fields for part in parts))
    shown = [name for name in schemas.PATENTS.names if name in fields]
    filled: dict[str, int] = {}

    def write(frame: DataFrame, name: str) -> DataFrame:
        is_written = name in tables.written()
        return frame if is_written else tables.write(frame, name, is_conform=True)

    def write_patents() -> DataFrame:
        written = write(made.patents, "patents")
        filled.update(tables.filled("patents", shown, by_engine=not is_small))
        return written

    frames = (write_patents, lambda: write(made.citations, CITATIONS))
    patents, citations, _ = _done(
        [*frames, lambda: write(made.rejects, "rejects")], together=is_small
    )
    ends = None
    if not request.keeps_ends and not all(_patents_of(part.adapter) for part in parts):
        ends = _resolve_ends(tables, patents, citations, is_small=is_small)
    total = tables.measured("patents")
    by_reason = _by_reason(tables, is_small=is_small)
    if total == 0:
        raise InputError(
            f"none of {sum(rows_read):,} records can be used: "
            + "; ".join(f"{reason} ({count:,})" for reason, count in by_reason.items())
            + _first_of(tables.read("rejects"))
        )
    return IngestSummary(
        source="+".join(part.adapter.name for part in parts),
        why="; ".join(
            part.why if is_alone else f"{part.adapter.name}: {part.why} ({rows:,} rows)"
            for part, rows in zip(parts, rows_read, strict=True)
        ),
        rows_read=sum(rows_read),
        patents=total,
        citations=tables.measured("citations"),
        rejects=by_reason,
        coverage={name: filled[name] / total for name in shown},
        absent=[name for name in schemas.PATENTS.names if name not in fields],
        filled_by=_filled_by(merged) if merged else {},
        ends=ends,
    )


def _patents_of(adapter: Adapter) -> Callable[[DataFrame], DataFrame] | None:
    return adapter.patents_of if isinstance(adapter, ListsCitations) else None


def _resolve_ends(
    tables: TableStore, patents: DataFrame, citations: DataFrame, *, is_small: bool
) -> Ends | None:
    """Write the citations with their ends resolved; return what became of the ends."""
    if tables.measured("citations") == 0:
        return None
    cut = Resolving(tables)
    resolved = resolve_written(tables, citations, patents, cut) if is_small else None
    resolved = resolved or resolve(citations, patents, cut)
    if resolved.rejects is not None:
        tables.append(resolved.rejects, "rejects")
    return resolved.ends


def _done(work: Sequence[Callable[[], DataFrame]], *, together: bool) -> list[DataFrame]:
    """Do work one after the other, or all of it at once; return what comes of each."""
    if not together:
        return [one() for one in work]
    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(lambda one: one(), work))


def _rows_of(part: Recognised, made: Ingested) -> int:
    """Count the records that were read.

    Raises:
        InputError: there are none.
    """
    rows = made.records.count() if made.rows is None else made.rows
    if rows == 0:
        raise InputError(f"{', '.join(part.paths)} has no rows")
    return rows


def _by_reason(tables: TableStore, *, is_small: bool) -> dict[str, int]:
    """Count the rejects of each reason, the most frequent first."""
    name = ("reason",)
    reasons = tables.at_hand("rejects", name, repeating=name) if is_small else None
    if reasons is None:
        rows = tables.read("rejects").groupBy("reason").count().collect()
        counts = {row["reason"]: row["count"] for row in rows}
    else:
        counted = reasons["reason"].unify_dictionaries().value_counts().to_pylist()
        counts = {each["values"]: each["counts"] for each in counted}
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


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
