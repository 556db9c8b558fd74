"""Read and write tables that conform to their declared schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.errors import AnalysisException, PySparkTypeError
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from patentcore import schemas
from patentcore.engine import Ability, running
from patentcore.engine.failures import ENGINE_ERRORS, message_line
from patentcore.errors import InputError
from patentcore.lake.footers import filled_in, without_views
from patentcore.lake.homes import Folder, Home, home_at, read_written, write_parquet
from patentcore.lake.places import Place
from patentcore.lake.stores import is_data

_ROW_GROUP = 1 << 17  # rows, as the embedded engine has them


@dataclass(frozen=True)
class TableStore:
    """The tables of one home, conforming to their declared schema on read and on write.

    Attributes:
        home: where the tables are; they are written into folders only.
        versions: what is read of Delta and Iceberg tables; the present version where none is named.
    """

    home: Home
    versions: Mapping[str, str] = field(default_factory=dict)
    _frames: dict[str, DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _metrics: dict[str, dict[str, Column]] = field(default_factory=dict, repr=False, compare=False)
    _measured: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)
    _held: dict[str, pa.Table] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, spark: SparkSession, uri: str) -> Self:
        """Return the store at a URI, which need not exist yet."""
        return cls(home_at(spark, uri))

    @property
    def spark(self) -> SparkSession:
        """The session that reads and writes."""
        return self.home.spark

    @property
    def place(self) -> Place:
        """The folder that the tables are written into."""
        assert isinstance(self.home, Folder)  # namespaces are only read
        return self.home.place

    def inside(self, name: str) -> Self:
        """Return a store of its own in a folder inside this one's."""
        return type(self)(Folder(self.spark, self.place / name))

    def with_frame(self, table: str, df: DataFrame) -> Self:
        """Return this store with a frame read in place of one table."""
        return replace(
            self, _frames=self._frames | {table: df}, _metrics={}, _measured={}, _held={}
        )

    def has(self, table: str) -> bool:
        """Tell whether the table is there."""
        return table in self._frames or self.home.has(table)

    def read(self, table: str, *, required: Iterable[str] = ()) -> DataFrame:
        """Read a table with exactly its declared columns; absent ones are null.

        Raises:
            InputError: the table is missing, unreadable, or not of its schema.
        """
        return schemas.conform(
            self.read_raw(table), schemas.TABLES[table], table=table, required=required
        )

    def read_raw(self, table: str) -> DataFrame:
        """Read a table with the columns its files have; errors as for :meth:`read`.

        The files are listed and their schema read once, however often the table is asked for.
        """
        if table in self._frames:
            return self._frames[table]
        if not self.has(table):
            raise InputError(f"no table {table} in {self.home.uri}")
        form = "parquet"
        try:
            form = self.home.format_of(table)
            self._frames[table] = self.home.read(table, self.versions.get(table))
        except ENGINE_ERRORS as error:
            needs_jar = form != "parquet" and Ability.JAVA in running().abilities
            jars = f" (it needs scripts/setup --with {form})" if needs_jar else ""
            raise InputError(
                f"{self.home.uri}/{table} cannot be read as {form.capitalize()}{jars}: "
                f"{message_line(error)}"
            ) from error
        return self._frames[table]

    def write(
        self,
        df: DataFrame,
        table: str,
        schema: StructType | None = None,
        metrics: Mapping[str, Column] | None = None,
        *,
        is_conform: bool = False,
    ) -> DataFrame:
        """Write a table and return it as read back, which cuts the lineage.

        Args:
            df: the rows.
            table: the table's name; of one that is removed again it begins with ``_``.
            schema: its columns, where they are not those declared for the name.
            metrics: aggregates of the written rows that :meth:`measured` is to return.
            is_conform: the rows are made with the declared columns; that they have them is seen
                in the files where these are at hand, which spares planning twice.

        Raises:
            InputError: the frame lacks a declared column or has it of another type.
        """
        wanted = schema or schemas.TABLES.get(table)
        place = self.place / table
        if not (is_conform and wanted is not None and _write_conform(df, place, wanted)):
            if wanted is not None:
                df = schemas.conform(df, wanted, table=table, required=wanted.names)
            write_parquet(df, place, is_scratch=table.startswith("_"))
        self._held.pop(table, None)
        # The engine is asked last, for it would analyse all of the plan again.
        columns = _columns_in(place) if wanted is None else schemas.bare(wanted)
        columns = columns or df.schema
        _write_file_of_no_rows(place, columns)
        self._frames[table] = read_written(self.spark, [place], columns)
        self._metrics[table] = dict(metrics or {})
        self._measured.pop(table, None)
        return self._frames[table]

    def together(self, tables: Sequence[str]) -> DataFrame:
        """Read tables that were written here with the same columns, as one."""
        columns = self.read_raw(tables[0]).schema
        return read_written(self.spark, [self.place / table for table in tables], columns)

    def written(self) -> list[str]:
        """Return the tables that were written through this store and not removed since."""
        return sorted(self._metrics)

    def measured(self, table: str, metric: str = "rows") -> int:
        """Return the rows of a table, or a metric that was asked for when it was written."""
        known = self._measured.setdefault(table, {})
        if metric not in known:
            known |= self._rows_of(table) if metric == "rows" else self._aggregated(table)
        return known[metric]

    def _rows_of(self, table: str) -> dict[str, int]:
        """Count the rows: as the files' footers say where these are at hand."""
        place = self.place / table
        if table not in self._metrics or not place.store.reads_anywhere:
            return {"rows": self.read_raw(table).count()}
        return {"rows": sum(pq.read_metadata(opened).num_rows for opened in _opened(place))}

    def _aggregated(self, table: str) -> dict[str, int]:
        metrics = self._metrics[table]
        row = (
            self.read_raw(table)
            .agg(*(value.alias(name) for name, value in metrics.items()))
            .collect()[0]
        )
        return {name: int(row[name] or 0) for name in metrics}

    def at_hand(
        self, table: str, columns: Sequence[str], repeating: Sequence[str] = ()
    ) -> pa.Table | None:
        """Return columns of a table that was written here, without the engine.

        Args:
            table: the table's name.
            columns: their names.
            repeating: columns of few texts, which are read as codes of dictionaries, of which each
                part of the files has its own.

        Returns:
            ``None`` where this process cannot read the files.
        """
        if table in self._held:
            return self._held[table].select(list(columns))
        place = self.place / table
        if table not in self._metrics or not place.store.reads_anywhere:
            return None
        parts = []
        for opened in _opened(place):
            parquet = pq.ParquetFile(opened, read_dictionary=list(repeating))
            parts.append(parquet.read(list(columns)))
        return pa.concat_tables(parts, promote_options="permissive")

    def filled(
        self, table: str, columns: Sequence[str], *, by_engine: bool = False
    ) -> dict[str, int]:
        """Count in each column of a table the rows that have a value.

        Args:
            table: the table's name.
            columns: their names.
            by_engine: the engine counts on all cores, as is worth while for large tables.
        """
        if table in self._held:
            held = self._held[table]
            return {name: held.num_rows - held[name].null_count for name in columns}
        place = self.place / table
        if by_engine or table not in self._metrics or not place.store.reads_anywhere:
            counts = [F.count(name).alias(name) for name in columns]
            if not counts:
                return {}
            row = self.read_raw(table).agg(*counts).collect()[0]
            return {name: int(row[name]) for name in columns}
        counted: Counter[str] = Counter()
        for opened in _opened(place):
            counted.update(filled_in(pq.ParquetFile(opened), columns))
        return {name: counted[name] for name in columns}

    def put(self, rows: pa.Table, table: str, files: int = 1) -> DataFrame:
        """Write rows that this process holds as a table; return it as read back.

        Args:
            rows: with the columns that are declared for the table, if any are.
            table: the table's name; of one that is removed again it begins with ``_``.
            files: so many, each by a thread.
        """
        place = self.place / table
        place.delete()
        place.make()
        _write_files(place, rows, files)
        wanted = schemas.TABLES.get(table)
        schema = schemas.bare(wanted) if wanted is not None else _columns_of(rows.schema)
        self._frames[table] = read_written(self.spark, [place], schema)
        self._metrics[table] = {}
        self._measured.pop(table, None)
        self._held[table] = rows
        return self._frames[table]

    def append(self, df: DataFrame, table: str) -> None:
        """Add rows to a table of this folder."""
        frame = schemas.conform(df, schemas.TABLES[table], table=table)
        place = self.place / table
        write_parquet(frame, place, "append")
        _write_file_of_no_rows(place, frame.schema)
        self._frames.pop(table, None)
        self._measured.pop(table, None)
        self._held.pop(table, None)

    def remove(self, table: str) -> None:
        """Remove a table, or a scratch folder, of this folder."""
        (self.place / table).delete()
        self._frames.pop(table, None)
        for known in (self._metrics, self._measured, self._held):
            known.pop(table, None)


def _opened(place: Place) -> Iterator[BinaryIO]:
    """Open a table's files of rows, one after another."""
    for file in place.files():
        if is_data(file.name):
            with place.store.open((place / file.name).path) as opened:
                yield opened


def _columns_in(place: Place) -> StructType | None:
    """Return the columns that files have in which the embedded engine writes types as they are.

    ``None`` where there is none, where it is not at hand, or where Spark wrote them, which has
    ways of its own for some types, and knows the columns of a frame anyway.
    """
    if not _has_plain_types(place):
        return None
    columns = next(map(pq.read_schema, _opened(place)), None)
    if columns is None:
        return None
    try:
        return _columns_of(without_views(columns))
    except PySparkTypeError:
        return None


def _columns_of(schema: pa.Schema) -> StructType:
    return from_arrow_schema(schema, prefer_timestamp_ntz=True)


def _write_conform(df: DataFrame, place: Place, wanted: StructType) -> bool:
    """Write rows and tell whether the files have the wanted columns; nothing if they cannot tell.

    Of no rows there is no file: then the frame is asked.
    """
    if not _has_plain_types(place):
        return False
    try:
        write_parquet(df.select(*wanted.names), place)
    except AnalysisException:  # a column is lacking, which is said by name
        return False
    columns = _columns_in(place) or df.select(*wanted.names).schema
    return columns.simpleString() == wanted.simpleString()


def _has_plain_types(place: Place) -> bool:
    """Tell whether files at hand have the types of the columns as they are."""
    return Ability.CATALOGS not in running().abilities and place.store.reads_anywhere


def _write_file_of_no_rows(place: Place, schema: StructType) -> None:
    """Let a table without rows be there, and its schema known: not every engine writes a file."""
    if any(is_data(file.name) for file in place.files()):
        return
    place.make()
    _write_files(place, to_arrow_schema(schema).empty_table())


def _write_files(place: Place, rows: pa.Table, count: int = 1) -> None:
    size = -(-rows.num_rows // count) or 1

    def write(at: int) -> None:
        file = BytesIO()
        part = rows.slice(at * size, size)
        pq.write_table(part, file, row_group_size=_ROW_GROUP, compression="zstd")
        place.store.write((place / f"part-{at}.parquet").path, file.getvalue())

    if count == 1:
        write(0)
        return
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(write, range(-(-rows.num_rows // size) or 1)))


def tables_in(home: Home) -> list[str]:
    """Return the tables of a result: the names in a home that the schemas declare."""
    return [name for name in home.names() if name in schemas.TABLES]
