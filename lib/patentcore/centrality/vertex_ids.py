"""A network in DataFrames as numbered arrays on the driver, and values back to its vertices.

Ids of any type become 64-bit keys without a shuffle; the keys come to the driver, which numbers
them by rank. So the numbers, and with them every bit of the result, depend on the ids alone and not
on the order of rows, which Spark changes with the number of partitions.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from patentcore.centrality.kernel.numbering import Numbering
from patentcore.centrality.lookup import SortedValues, looking_up
from patentcore.errors import InputError

log = logging.getLogger(__name__)

_INTEGRAL = (T.ByteType, T.ShortType, T.IntegerType, T.LongType)
_SEEDS = (42, 1042, 2042)
_JOINED_AT_MOST = 1 << 20
"""Vertices whose values Spark's Java looks up, which spares starting Python workers for them."""


class NumberedNetwork(NamedTuple):
    """The edges as pairs of vertex numbers, and how vertices are numbered."""

    numbering: Numbering
    src: npt.NDArray[np.int32]
    dst: npt.NDArray[np.int32]
    seed: int
    """Of the hash that makes keys of ids."""


def collect_network(vertices: DataFrame, edges: DataFrame) -> NumberedNetwork:
    """Bring the network to the driver; edges to vertices that it does not have are left out.

    Raises:
        InputError: an id is null or occurs twice, or the ends of edges are of another type.
    """
    _check_types(vertices, edges)
    with ThreadPoolExecutor(2) as pool:  # the edges come while the vertices are numbered
        for seed in _SEEDS:
            coming = pool.submit(_ends, edges, seed)
            numbering = Numbering(
                _key_column(vertices.select(_key("id", vertices, seed).alias("key")))
            )
            if numbering.duplicate is None:
                break
            _refuse_duplicate_ids(vertices, seed, numbering.duplicate)
            log.warning("two ids share the 64-bit key of seed %d; trying another seed", seed)
        else:
            raise InputError(f"ids share a 64-bit key under each of the seeds {_SEEDS}")
        src, dst = pool.map(lambda ends: _numbers(ends, numbering), coming.result())
    known = (src >= 0) & (dst >= 0)
    if not known.all():
        log.warning(
            "%d of %d edges lead from or to a vertex that is not in the network and are left out",
            len(known) - int(known.sum()),
            len(known),
        )
        src, dst = src[known], dst[known]
    return NumberedNetwork(numbering, src, dst, seed)


def _ends(edges: DataFrame, seed: int) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    columns = [_key(name, edges, seed).alias(name) for name in ("src", "dst")]
    table = edges.select(*columns).toArrow()
    return table["src"], table["dst"]


def _numbers(keys: pa.ChunkedArray, numbering: Numbering) -> npt.NDArray[np.int32]:
    """Return the vertices' numbers, -1 for an unknown one and for null."""
    if not keys.null_count:
        return numbering.numbers(keys.to_numpy())
    numbers = numbering.numbers(keys.fill_null(0).to_numpy())
    numbers[keys.is_null().to_numpy()] = -1
    return numbers


def _check_types(vertices: DataFrame, edges: DataFrame) -> None:
    for df, name, wanted in ((vertices, "vertices", ("id",)), (edges, "edges", ("src", "dst"))):
        missing = [column for column in wanted if column not in df.columns]
        if missing:
            raise InputError(f"the {name} lack the column {', '.join(missing)}")
    id_type = vertices.schema["id"].dataType
    for name in ("src", "dst"):
        end_type = edges.schema[name].dataType
        both_integral = isinstance(id_type, _INTEGRAL) and isinstance(end_type, _INTEGRAL)
        # Written out because types differ in whether what is inside them may be null, too.
        if end_type.simpleString() != id_type.simpleString() and not both_integral:
            raise InputError(
                f"the edges' {name} is {end_type.simpleString()},"
                f" but the vertices' id is {id_type.simpleString()}"
            )


def _key(name: str, df: DataFrame, seed: int) -> Column:
    """Return the 64-bit key of a column of ids: the number itself, else a hash; null for null."""
    column = F.col(name)
    if isinstance(df.schema[name].dataType, _INTEGRAL):
        return column.cast("bigint")
    hashed = F.xxhash64(F.lit(seed), _without_nulls(column, df.schema[name].dataType))
    return F.when(column.isNotNull(), hashed)


def _without_nulls(column: Column, data_type: T.DataType) -> Column:
    """Return what to hash for an id: Spark's hash passes over nulls inside arrays and structs."""
    if isinstance(data_type, T.ArrayType):
        element = data_type.elementType
        return F.transform(column, lambda item: _never_null(item, element))
    if isinstance(data_type, T.StructType):
        fields = [_never_null(column[field.name], field.dataType) for field in data_type.fields]
        return F.struct(*fields) if fields else column
    return column


def _never_null(column: Column, data_type: T.DataType) -> Column:
    """Return the hash of something inside an id, or 0 for null."""
    return F.when(column.isNull(), F.lit(0)).otherwise(
        F.xxhash64(_without_nulls(column, data_type))
    )


def _key_column(df: DataFrame) -> npt.NDArray[np.int64]:
    keys = df.toArrow()["key"]
    if keys.null_count:
        raise InputError(f"{keys.null_count} vertices have a null id")
    values: npt.NDArray[np.int64] = keys.to_numpy()
    return values


def _refuse_duplicate_ids(vertices: DataFrame, seed: int, key: int) -> None:
    alike = vertices.where(_key("id", vertices, seed) == F.lit(key)).select("id").limit(2).collect()
    if len({repr(row.id) for row in alike}) == 1:
        raise InputError(f"the id {alike[0].id!r} occurs more than once in the vertices")


def with_values(
    vertices: DataFrame,
    network: NumberedNetwork,
    values: npt.NDArray[np.float64],
    *,
    cores: int | None = None,
) -> DataFrame:
    """Return id and betweenness of ``vertices``, given the values by vertex number.

    Args:
        vertices: id.
        network: made of the vertices.
        values: by vertex number.
        cores: that the session computes on; ``None`` asks a classic one, which can also broadcast.
    """
    if isinstance(vertices.schema["id"].dataType, _INTEGRAL):
        found = _beside_keys(vertices, network, values)
        return found.coalesce(cores or vertices.sparkSession.sparkContext.defaultParallelism)
    if cores is not None or len(values) <= _JOINED_AT_MOST:
        return _joined(vertices, network, values)
    return _looked_up(vertices, network, values)


def _beside_keys(
    vertices: DataFrame, network: NumberedNetwork, values: npt.NDArray[np.float64]
) -> DataFrame:
    """Return the keys with their values: integral ids are their own keys."""
    spark = vertices.sparkSession
    table = pa.table({"id": network.numbering.keys, "betweenness": values})
    found = spark.createDataFrame(table, _values_of("id"))
    id_column = F.col("id").cast(vertices.schema["id"].dataType).alias("id")
    return found.select(id_column, "betweenness")


def _values_of(key: str) -> T.StructType:
    """Return the schema of values by a key; Spark Connect asks for it where there are no rows."""
    return T.StructType(
        [T.StructField(key, T.LongType()), T.StructField("betweenness", T.DoubleType(), False)]
    )


def _joined(
    vertices: DataFrame, network: NumberedNetwork, values: npt.NDArray[np.float64]
) -> DataFrame:
    table = pa.table({"key": network.numbering.keys, "betweenness": values})
    by_key = F.broadcast(vertices.sparkSession.createDataFrame(table, _values_of("key")))
    keyed = vertices.select("id", _key("id", vertices, network.seed).alias("key"))
    value = F.coalesce("betweenness", F.lit(0.0)).alias("betweenness")
    return keyed.join(by_key, "key", how="left").select("id", value)


def _looked_up(
    vertices: DataFrame, network: NumberedNetwork, values: npt.NDArray[np.float64]
) -> DataFrame:
    """Look each value up where the vertex is: a join of so many would sort them."""
    table = SortedValues(network.numbering.keys, values)
    value_of = looking_up(vertices.sparkSession.sparkContext.broadcast(table))
    value = value_of(_key("id", vertices, network.seed))
    return vertices.select("id", F.coalesce(value, F.lit(0.0)).alias("betweenness"))
