"""Formats of several tables that belong together: told by their columns, read, joined by a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.errors import InputError
from patentcore.sources.formats.day_orders import day_orders, with_year_in_front
from patentcore.sources.reading.files import tell_parts
from patentcore.sources.reading.layouts import find_layout
from patentcore.sources.reading.sniffing import Look, look_at
from patentcore.sources.reading.tabular import (
    BLOCK,
    FILE,
    FILLED,
    LOST,
    MALFORMED,
    ROW,
    SEQUENCE,
    rows_of,
)
from patentcore.sources.record import text_records
from patentcore.sources.record.blocks import Blocks
from patentcore.sources.record.canonical import Reason, file_name, prepared, tables_of
from patentcore.sources.record.headers import match_headers
from patentcore.sources.record.ingested import Cut, Ingested, keep_lineage
from patentcore.sources.record.values import problem

Tables = Mapping[str, DataFrame]
Columns = Mapping[str, Mapping[str, tuple[str, ...]]]

_BETWEEN_DATES = r"\s*[;|]\s*"
# Where a row stands; some tables have a column "sequence" of their own.
PLACE = ("file", "block", "place", "row", "malformed")
# Bytes of tables that are joined at once, and what packed ones are taken to unpack to.
_BYTES_AT_ONCE = 1 << 27
_PACKED = 5


class JoinedTables:
    """The adapter of a format of several tables, of which its own class says what they are.

    Attributes:
        name, title, fields: as of any adapter.
        family: what the tables are called in messages.
        main: the table of publications, which is needed.
        needed: the same for messages, with its columns.
        is_parted: the key of publications alone joins the tables that grow with these.
    """

    name: str
    title: str
    fields: frozenset[str]
    family: str
    main: str
    needed: str
    is_supplement = False
    is_parted = False

    @property
    def tables(self) -> Columns:
        """By table, the names of the columns that are read; the first is the key."""
        raise NotImplementedError

    def tables_of(self, look: Look) -> list[str]:
        """Tell which tables a file holds."""
        raise NotImplementedError

    def plain(self, tables: Tables) -> DataFrame:
        """Join what the tables say into plain records (:mod:`text_records`)."""
        raise NotImplementedError

    def recognise(self, looks: Sequence[Look]) -> str | None:
        """Say which tables there are."""
        tables = {name for look in looks for name in self.tables_of(look)}
        if self.main not in tables:
            return None
        return f"{self.family}'s tables are there: {', '.join(sorted(tables))}"

    def owns(self, look: Look) -> bool:
        """Tell whether a file holds one of the tables."""
        return bool(self.tables_of(look))

    def read(self, spark: SparkSession, paths: Sequence[str], cut: Cut = keep_lineage) -> Ingested:
        """Read tables; see :class:`patentcore.sources.formats.adapter.Adapter`."""
        found: dict[str, list[Look]] = {}
        for look in look_at(spark, paths):
            for name in self.tables_of(look):
                found.setdefault(name, []).append(look)
        if self.main not in found:
            raise InputError(f"no {self.family} table {self.needed} in {', '.join(paths)}")
        read = {name: self.read_table(spark, looks, name) for name, looks in found.items()}
        size = sum(_unpacked(look) for looks in found.values() for look in looks)
        blocks = Blocks(max(1, -(-size // _BYTES_AT_ONCE)) if self.is_parted else 1, cut)
        tables = self._parted(self.completed(read), blocks)

        def joined(at: int) -> DataFrame:
            if blocks.count > 1:
                tell_parts(at, blocks.count)
            key = self._key
            own = {n: blocks.of(t, at) if key in t.columns else t for n, t in tables.items()}
            plain = self.plain(own)
            return prepared(text_records.parse(plain, self.name, broken=Reason.MALFORMED))

        parsed = blocks.all("parsed", joined)
        tell_parts(0, 0)
        ingested = tables_of(parsed, cut)
        others = [tables[name] for name in read if name != self.main]
        rejects = [*map(_malformed_rejects, others), *self.rejects(tables)]
        return Ingested(
            ingested.patents,
            ingested.citations,
            reduce(DataFrame.unionByName, rejects, ingested.rejects),
            ingested.records,
            ingested.rows,
        )

    @property
    def _key(self) -> str:
        return next(iter(self.tables[self.main]))

    def _parted(self, tables: Tables, blocks: Blocks) -> dict[str, DataFrame]:
        """Part large tables by the key of publications: a join holds in memory what it joins."""
        key = self._key
        return {
            name: blocks.parted(rows, F.col(key), f"{name}_parted") if key in rows.columns else rows
            for name, rows in tables.items()
        }

    def completed(self, tables: Tables) -> Tables:
        """Add tables that are made of others."""
        return tables

    def rejects(self, tables: Tables) -> list[DataFrame]:
        """Return rejects of rows that are sound and cannot be used."""
        return []

    def read_table(self, spark: SparkSession, looks: Sequence[Look], name: str) -> DataFrame:
        """Read a table in pieces, a line a row."""
        return read_rows(spark, looks, self.tables[name], is_lines=True)


@dataclass(frozen=True)
class Table:
    """What a table is told by, and what is read from it.

    Attributes:
        columns: by field, the names of its column; the first field is the key.
        marks: fields, all of which it has, and which no other table has together.
        others: columns of another table of the same marks, which this one has not.
    """

    columns: Mapping[str, tuple[str, ...]]
    marks: tuple[str, ...]
    others: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Table:
        """Read a table's declaration: ``field:name|name`` or ``field|name``, marks with a star.

        >>> Table.of("patent_id|id title:patent_title kind* -uuid")
        Table(columns={'patent_id': ('patent_id', 'id'), 'title': ('patent_title',), \
'kind': ('kind',)}, marks=('patent_id', 'kind'), others=('uuid',))
        """
        words = text.split()
        columns: dict[str, tuple[str, ...]] = {}
        marks: list[str] = []
        for word in words:
            if word.startswith("-"):
                continue
            named, _, given = word.partition(":")
            field = named.partition("|")[0].removesuffix("*")
            names = tuple((given or named.replace("*", "")).split("|"))
            if not columns or "*" in named:
                marks.append(field)
            columns[field] = names
        return cls(columns, tuple(marks), tuple(w[1:] for w in words if w.startswith("-")))

    def is_in(self, look: Look) -> bool:
        """Tell whether a file holds the table, by its columns."""
        header = find_layout(look, self.columns).header
        found = match_headers(header, self.columns)
        is_other = match_headers(header, {name: (name,) for name in self.others})
        return not is_other and all(mark in found for mark in self.marks)


def table_of(look: Look, tables: Mapping[str, Table]) -> str | None:
    """Tell which table a file holds by its columns."""
    if not look.may_be_table:
        return None
    return next((name for name, table in tables.items() if table.is_in(look)), None)


def read_rows(
    spark: SparkSession,
    looks: Sequence[Look],
    columns: Mapping[str, tuple[str, ...]],
    *,
    is_lines: bool = False,
) -> DataFrame:
    """Read the rows of a table, its dates with the year in front where their columns tell how."""
    dates = {
        name: _BETWEEN_DATES for name, names in columns.items() if any("date" in n for n in names)
    }
    orders = day_orders(spark, looks, columns, dates, required=(), is_lines=is_lines)
    rows = rows_of(spark, looks, columns, (), is_lines=is_lines)
    return place_rows(with_year_in_front(rows, orders))


def place_rows(rows: DataFrame) -> DataFrame:
    """Name where a row stands as records do, but for columns that tables have themselves."""
    names = dict(zip((FILE, BLOCK, SEQUENCE, ROW, MALFORMED), PLACE, strict=True))
    return rows.drop(FILLED, LOST).withColumnsRenamed(names)


def in_place() -> list[Column]:
    """Return where a row stands, as plain records name it."""
    return [F.col(name).alias("sequence" if name == "place" else name) for name in PLACE]


def sound(tables: Tables) -> dict[str, DataFrame]:
    """Return the tables without the rows that do not fit."""
    return {name: rows.where(F.col("malformed").isNull()) for name, rows in tables.items()}


def _unpacked(look: Look) -> int:
    is_packed = look.file.is_named_as_packed or not look.is_text
    return look.file.size * (_PACKED if is_packed else 1)


def _malformed_rejects(rows: DataFrame) -> DataFrame:
    """Return the reject rows of a table's rows that do not fit, named by what they begin with."""
    key = next(name for name in rows.columns if name not in PLACE)
    broken = problem("", F.col("malformed"), Reason.MALFORMED)
    return (
        rows.where(F.col("malformed").isNotNull())
        .select("file", key, broken.alias("problem"))
        .select(
            file_name(F.col("file")).alias("source"),
            F.concat(F.lit(f"{key} "), F.col(key)).alias("record"),
            "problem.*",
        )
    )


# --- columns that such formats make alike ------------------------------------------------------


def gathered(rows: DataFrame, key: str, at: str, value: Column, name: str) -> DataFrame:
    """Gather the values of a key as a list, in the order of a column of numbers.

    >>> found = [("1", "2", "b"), ("1", "1", "a")]
    >>> rows = spark.createDataFrame(found, "id string, at string, v string")
    >>> gathered(rows, "id", "at", F.col("v"), "all").show()
    +---+------+
    | id|   all|
    +---+------+
    |  1|[a, b]|
    +---+------+
    <BLANKLINE>
    """
    ordered = F.sort_array(
        F.collect_list(F.struct(F.col(at).try_cast("int").alias("at"), value.alias("value")))
    )
    found = rows.where(value.isNotNull()).groupBy(key).agg(ordered.alias(name))
    return found.select(key, F.col(f"{name}.value").alias(name))


def first_of(rows: DataFrame, key: str, column: str, name: str) -> DataFrame:
    """Return the least value of each key."""
    return rows.groupBy(key).agg(F.min(column).alias(name))


def all_of(rows: DataFrame, key: str, value: Column | str, name: str) -> DataFrame:
    """Gather the different values of each key, in order."""
    return rows.groupBy(key).agg(F.sort_array(F.collect_set(value)).alias(name))


def citing(rows: DataFrame, cited: Column, key: str) -> DataFrame:
    """Return by which key each one is cited, where it is: ``by``."""
    return rows.where(cited.isNotNull()).select(cited.alias(key), F.col(key).alias("by"))


def times_cited(pairs: DataFrame, key: str) -> DataFrame:
    """Count by how many each one is cited; of what none cites nothing is known.

    >>> found = [("1", "3"), ("2", "3"), ("2", "3"), ("3", None)]
    >>> rows = spark.createDataFrame(found, "id string, to string")
    >>> times_cited(citing(rows, F.col("to"), "id"), "id").show()
    +---+--------------+
    | id|cited_by_count|
    +---+--------------+
    |  3|             2|
    +---+--------------+
    <BLANKLINE>
    """
    return pairs.groupBy(key).agg(F.count_distinct("by").cast("string").alias("cited_by_count"))


def cited_numbers() -> Column:
    """Return what the rows of a key cite, by the columns ``cited`` and ``category``, each once."""
    entry = F.when(F.col("cited").isNotNull(), F.struct("cited", "category"))
    entries = F.sort_array(F.collect_set(entry))
    return text_records.numbers(entries, lambda one: one["cited"], lambda one: one["category"])


def with_parts(records: DataFrame, parts: Iterable[tuple[DataFrame, str]]) -> DataFrame:
    """Add what each part says of the records of its key."""
    return reduce(lambda found, part: found.join(part[0], on=part[1], how="left"), parts, records)


def translated(column: Column, words: Mapping[str, str]) -> Column:
    """Return a word's meaning, null for a word that is not known."""
    result = F.lit(None).cast("string")
    for word, meaning in words.items():
        result = F.when(column == word, meaning).otherwise(result)
    return result


def country(column: str) -> Column:
    """Return a column's country; what is no two letters is none."""
    return F.when(F.col(column).rlike("^[A-Z]{2}$"), F.col(column))
