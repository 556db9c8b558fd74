"""Read CSV and XLSX exports of any header order and encoding into one frame of raw fields."""

from __future__ import annotations

import difflib
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from patentcore.errors import InputError
from patentcore.sources.reading import workbooks
from patentcore.sources.reading.files import spread_over_cores
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.workbooks import CELLS, FILE, ROW
from patentcore.sources.record.headers import Aliases, match_headers, normal_header
from patentcore.sources.record.numbers import number_column
from patentcore.sources.record.values import PROBLEM, problem
from patentcore.sources.record.values import present as present_cell

# Columns beside the raw fields.
SEQUENCE, MALFORMED, FILLED, LOST, HEADER_ROW = (
    "_sequence",
    "_malformed",
    "_filled",
    "_lost",
    "_header_row",
)

_SPARK_ENCODINGS = {"UTF-8", "UTF-16LE", "UTF-16BE"}
LONGEST_CELL = 4_000_000
OVERLONG = "cell of more than 4,000,000 bytes"
FORMULA = "formula without its value"

# With fewer columns, a line of a text may look like a row by chance.
_LEAST_WIDTH_TO_RECOVER = 3
_LINE_BREAK = "\r\n|\r|\n"
# A row of cells, line breaks in quotation marks being text; a mark that is not closed ends with
# its line.
_ROW = r'(?:[^"\r\n]++|"[^"]*+"|"[^\r\n]*+)++'
# What may be read differently in front of the headers, such as a mark before a quotation mark.
_NO_LETTER = '["\ufeff \t\r\n]'


@dataclass(frozen=True)
class Layout:
    """What files must share to be read together.

    Attributes:
        kind: csv or xlsx.
        header: the headers as they stand.
        encoding: of the text.
        delimiter: between cells.
        skip: records in front of the headers; -1 where the file has none.
    """

    kind: str
    header: tuple[str, ...]
    encoding: str = "UTF-8"
    delimiter: str = ","
    skip: int = 0


def find_layout(look: Look, aliases: Aliases, header: Sequence[str] = ()) -> Layout:
    """Find delimiter and header row: those with which most fields have a column.

    Where no field has one, the header is the first record, with the delimiter that parts it most.

    Args:
        look: the file.
        aliases: names of the columns that fill a field.
        header: names of the columns of a file that has no header row.

    Raises:
        InputError: the file is empty or no text, or its rows are not as wide as ``header``.
    """
    if header:
        return _layout_without_header(look, header)
    best: tuple[tuple[int, int, int], str, int] | None = None
    for delimiter, records in look.records.items():
        for at, record in enumerate(records):
            matched = len(match_headers(record, aliases))
            score = (matched, -at, len(record))
            if (matched or at == 0) and (best is None or score > best[0]):
                best = (score, delimiter, at)
    if best is None:
        raise InputError(f"{look.file.uri} is empty or no table")
    _, delimiter, at = best
    return _layout(look, look.records[delimiter][at], delimiter, at)


def _layout(look: Look, header: Sequence[str], delimiter: str, skip: int) -> Layout:
    kind = "xlsx" if look.is_workbook else "csv"
    encoding = look.encoding if kind == "csv" else ""
    return Layout(kind, tuple(header), encoding, delimiter, skip)


def _layout_without_header(look: Look, header: Sequence[str]) -> Layout:
    widths = {delimiter: len(records[0]) for delimiter, records in look.records.items() if records}
    for delimiter, width in widths.items():
        if width == len(header):
            return _layout(look, header, delimiter, -1)
    raise InputError(
        f"{look.file.uri} has {max(widths.values(), default=0)} columns in its first row, "
        f"the header that was given names {len(header)}"
    )


def read_rows(
    spark: SparkSession,
    paths: Sequence[str],
    aliases: Aliases,
    required: Sequence[str],
) -> DataFrame:
    """Read files into a column of raw text for each field of ``aliases``; missing is null.

    Beside them stand ``_file``, ``_sequence`` (ascending within a file), ``_row`` (the number of
    the row in its sheet; null for CSV, where it takes the file's first sequence to tell),
    ``_header_row`` (the record that holds the headers, from 1), ``_malformed`` (the text of a row
    that does not fit the header), ``_lost`` (problems of cells that cannot be kept) and
    ``_filled`` (the fields for which the file has a column at all).

    A quotation mark that is never closed costs its own row only: the rows that it swallowed are
    read again, line by line.

    Raises:
        InputError: a file is empty or unreadable, or lacks the column of a required field.
    """
    return rows_of(spark, look_at(spark, paths), aliases, required)


def rows_of(
    spark: SparkSession,
    looks: Sequence[Look],
    aliases: Aliases,
    required: Sequence[str],
    header: Sequence[str] = (),
) -> DataFrame:
    """Read the files of these looks as :func:`read_rows` does.

    ``header`` names the columns of files that have no header row.
    """
    layouts: dict[Layout, list[Look]] = defaultdict(list)
    for look in looks:
        layouts[find_layout(look, aliases, header)].append(look)
    frames = []
    for layout, group in layouts.items():
        _require(layout, group[0], aliases, required)
        if layout.kind == "xlsx":
            read = _read_xlsx(spark, layout, group)
        else:
            keys = [match_headers(layout.header, aliases)[name][0] for name in required]
            read = _read_csv(spark, layout, group, keys)
        frames.append(_select_fields(read, layout, aliases))
    # Numbered above the union: Spark would copy what is done with the rows into every branch of
    # it, were there nothing in between that may not be copied.
    rows = reduce(DataFrame.unionByName, frames)
    numbered = rows.withColumn(SEQUENCE, F.monotonically_increasing_id())
    return spread_over_cores(numbered, [look.file for look in looks], SEQUENCE)


def _require(layout: Layout, look: Look, aliases: Aliases, required: Iterable[str]) -> None:
    found = match_headers(layout.header, aliases)
    for field in required:
        if field not in found:
            wanted = {normal_header(name): name for name in aliases[field]}
            headers = {normal_header(name): name for name in layout.header}
            near = [
                headers[match]
                for name in wanted
                for match in difflib.get_close_matches(name, headers, n=1, cutoff=0.6)
            ]
            hint = f"; nearest: {near[0]}" if near else ""
            raise InputError(
                f"{look.file.uri} has no column {aliases[field][0]} ({field}); "
                f"its headers are {', '.join(layout.header[:60])}{hint}"
            )


def _read_csv(
    spark: SparkSession, layout: Layout, looks: Sequence[Look], keys: Sequence[int]
) -> DataFrame:
    if layout.encoding not in _SPARK_ENCODINGS:
        # Spark 4 knows more encodings than it lets through unless told so.
        spark.conf.set("spark.sql.legacy.javaCharsets", "true")
    columns = [StructField(f"c{i}", StringType()) for i in range(len(layout.header))]
    schema = StructType([*columns, StructField(MALFORMED, StringType())])
    syntax = {
        "mode": "PERMISSIVE",
        "columnPruning": "false",  # else a row of too many cells looks sound
        "columnNameOfCorruptRecord": MALFORMED,
        "sep": layout.delimiter,
        "quote": '"',
        "escape": '"',
    }
    rows = (
        spark.read.schema(schema)
        .options(header=str(layout.skip == 0).lower(), multiLine="true", encoding=layout.encoding)
        .options(**syntax)
        .csv([look.file.path for look in looks])
    )
    read = rows.select(
        F.col("_metadata.file_path").alias(FILE),
        F.lit(None).cast("long").alias(ROW),
        MALFORMED,
        F.array(*(_cut(F.col(column.name)) for column in columns)).alias(CELLS),
    )
    if layout.skip:
        read = _without_preamble(read, layout, looks)
    if len(columns) < _LEAST_WIDTH_TO_RECOVER:
        return read
    return _recover_swallowed(read, len(columns), keys, syntax)


def _without_preamble(rows: DataFrame, layout: Layout, looks: Sequence[Look]) -> DataFrame:
    """Leave out the headers and what stands in front of them: known from the files' beginnings."""
    preambles = (
        {""}
        | {  # blank rows, too
            re.sub(_NO_LETTER, "", "".join(record))
            for look in looks
            for record in look.records[layout.delimiter][: layout.skip + 1]
        }
    )
    text = F.regexp_replace(F.concat_ws("", CELLS), _NO_LETTER, "")
    return rows.where(~text.isin(*preambles))


def _recover_swallowed(
    rows: DataFrame, width: int, keys: Sequence[int], syntax: Mapping[str, str]
) -> DataFrame:
    """Part rows into their lines where an open quotation mark made several rows one.

    That shows by lines inside the row that are rows themselves: as many cells as the header, and
    numbers in the columns ``keys``, which a line of a text would have by the rarest chance. The
    lines that are none, the one with the open mark above all, stay as malformed rows. Behind that
    line, line breaks in quotation marks are text again, where they make rows that fit.
    """
    separator = syntax["sep"]
    schema = ", ".join([*(f"c{at} string" for at in range(width)), f"{MALFORMED} string"])
    text = F.col("_text")
    is_crowded = (
        F.length(text) - F.length(F.replace(text, F.lit(separator), F.lit(""))) >= width - 1
    )
    raw = F.when(F.col(MALFORMED).rlike("[\r\n]"), F.col(MALFORMED)).when(
        F.col(MALFORMED).isNull() & is_crowded & text.rlike("[\r\n]"),
        _written(F.col(CELLS), separator),
    )

    def read(line: Column) -> Column:
        return F.from_csv(line, schema, dict(syntax))

    def fits(row: Column) -> Column:
        numbers = (number_column(row[f"c{at}"]).isNotNull() for at in keys)
        return reduce(operator.and_, numbers, row[MALFORMED].isNull())

    parsed = F.transform(_lines_or_rows(F.col("_raw"), lambda row: fits(read(row))), read)
    fits_later = F.exists(F.slice("_parsed", 2, F.greatest(F.size("_parsed"), F.lit(1))), fits)
    as_rows = F.transform(
        "_parsed",
        lambda row: F.struct(
            row[MALFORMED].alias(MALFORMED),
            F.array(*(row[f"c{at}"] for at in range(width))).alias(CELLS),
        ),
    )
    itself = F.array(F.struct(F.col(MALFORMED), F.col(CELLS)))
    parts = F.when(F.coalesce(fits_later, F.lit(False)), as_rows).otherwise(itself)
    return (
        rows.withColumn("_text", F.when(~F.exists(CELLS, _is_long), F.concat_ws("", CELLS)))
        .withColumn("_raw", raw)
        .withColumn("_parsed", F.when(F.col("_raw").isNotNull(), parsed))
        .select(FILE, ROW, F.explode(parts).alias("part"))
        .select(FILE, ROW, "part.*")
    )


def _lines_or_rows(raw: Column, fits: Callable[[Column], Column]) -> Column:
    """Part a text behind its first line into the rows that fit, and what is none into lines."""
    first = F.regexp_extract(raw, "^[^\r\n]*", 0)
    rest = F.regexp_extract_all(
        F.substring(raw, F.length(first) + 1, F.length(raw)), F.lit(_ROW), F.lit(0)
    )
    parts = F.transform(
        rest,
        lambda row: F.when(
            row.rlike("[\r\n]") & ~F.coalesce(fits(row), F.lit(False)), F.split(row, _LINE_BREAK)
        ).otherwise(F.array(row)),
    )
    return F.filter(
        F.flatten(F.concat(F.array(F.array(first)), parts)), lambda line: F.trim(line) != ""
    )


def _written(cells: Column, separator: str) -> Column:
    """Write cells as the line or lines they came from."""

    def cell(text: Column) -> Column:
        has_break = text.rlike("[\r\n]")
        opened = F.when(text.startswith('"'), text).otherwise(F.concat(F.lit('"'), text))
        closed = F.concat(F.lit('"'), F.replace(text, F.lit('"'), F.lit('""')), F.lit('"'))
        return (
            F.when(has_break, opened)
            .when(text.contains(separator) | text.contains('"'), closed)
            .otherwise(F.coalesce(text, F.lit("")))
        )

    return F.array_join(F.transform(cells, cell), separator)


def _select_fields(rows: DataFrame, layout: Layout, aliases: Aliases) -> DataFrame:
    positions = match_headers(layout.header, aliases)

    def field(name: str) -> Column:
        cells = [present_cell(F.get(CELLS, F.lit(at))) for at in positions.get(name, [])]
        return F.coalesce(*cells) if cells else F.lit(None).cast("string")

    cleaned = rows.withColumn("_odd", F.exists(CELLS, _is_odd))
    lost = F.array_compact(
        F.array(
            *(
                _lost_cell(name, F.get(CELLS, F.lit(at)))
                for name, at_all in positions.items()
                for at in at_all
            )
        )
    )
    filled = F.array(*(F.lit(name) for name in positions))
    return (
        cleaned.withColumn(
            LOST, F.when(F.col("_odd"), lost).otherwise(F.array().cast(f"array<{PROBLEM}>"))
        )
        .withColumn(CELLS, F.when(F.col("_odd"), F.transform(CELLS, _kept)).otherwise(F.col(CELLS)))
        .select(
            FILE,
            ROW,
            F.lit(layout.skip + 1).alias(HEADER_ROW),
            MALFORMED,
            LOST,
            filled.alias(FILLED),
            *(field(name).alias(name) for name in aliases),
        )
    )


def _cut(cell: Column) -> Column:
    """Shorten a cell that is too long as soon as it is read; it stays too long to be kept."""
    is_long = F.octet_length(cell) > LONGEST_CELL
    return F.when(is_long, F.substring(cell, 1, LONGEST_CELL + 1)).otherwise(cell)


def _is_long(cell: Column) -> Column:
    return F.coalesce(F.octet_length(cell) > LONGEST_CELL, F.lit(False))


def _is_odd(cell: Column) -> Column:
    return _is_long(cell) | F.coalesce(cell.startswith("="), F.lit(False))


def _formula_text(cell: Column) -> Column:
    """Return the text that ``="text"`` stands for; null where the formula is another."""
    return F.nullif(F.regexp_extract(cell, r'^="([^"]*)"$', 1), F.lit(""))


def _kept(cell: Column) -> Column:
    is_long = F.octet_length(cell) > LONGEST_CELL
    return F.when(is_long, None).when(cell.startswith("="), _formula_text(cell)).otherwise(cell)


def _lost_cell(field: str, cell: Column) -> Column:
    is_formula = cell.startswith("=") & _formula_text(cell).isNull()
    return F.when(F.octet_length(cell) > LONGEST_CELL, problem(field, cell, OVERLONG)).when(
        is_formula, problem(field, cell, FORMULA)
    )


def _read_xlsx(spark: SparkSession, layout: Layout, looks: Sequence[Look]) -> DataFrame:
    files = [look.file for look in looks]
    rows = workbooks.read_sheets(spark, files, skip=layout.skip + 1)
    return rows.select(FILE, ROW, F.lit(None).cast("string").alias(MALFORMED), CELLS)
