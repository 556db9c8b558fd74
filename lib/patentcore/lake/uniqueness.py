"""Find values that should be unique and are not, in one narrow pass over the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

MOST_SUSPECTS = 1000


def duplicates(df: DataFrame, key: str) -> DataFrame:
    """Return the values of a string column that occur in several rows; nulls do not count.

    Compares 64-bit hashes first. They travel between executors packed, thousands to a row, which
    costs a fraction of a grouping by key; only values whose hash occurs twice are compared in full.

    Args:
        df: any table.
        key: name of the column.

    Returns:
        the column, and ``rows``, how often each value occurs; ordered by value, and of the first
        ``MOST_SUSPECTS`` suspects only. The search for suspects runs at once.

    >>> df = spark.createDataFrame(
    ...     [("CN2A",), ("CN1A",), (None,), ("CN2A",), (None,)], "publication_number string"
    ... )
    >>> duplicates(df, "publication_number").show()
    +------------------+----+
    |publication_number|rows|
    +------------------+----+
    |              CN2A|   2|
    +------------------+----+
    <BLANKLINE>
    """
    values = df.select(key).where(F.col(key).isNotNull())
    buckets = int(str(df.sparkSession.conf.get("spark.sql.shuffle.partitions")))

    def pack(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            hashes = batch.column(0).to_numpy()
            bucket = hashes % buckets
            packed = [hashes[bucket == number].tobytes() for number in range(buckets)]
            numbers = pa.array(range(buckets), pa.int32())
            yield pa.record_batch([numbers, packed], ["bucket", "hashes"])

    def repeated(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        packed = [value.as_py() for batch in batches for value in batch.column(1)]
        hashes = np.sort(np.frombuffer(b"".join(packed), dtype=np.int64))
        again = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        yield pa.record_batch([again], ["hash"])

    suspects = (
        values.select(F.xxhash64(key).alias("hash"))
        .mapInArrow(pack, "bucket int, hashes binary")
        .repartition(buckets, "bucket")
        .mapInArrow(repeated, "hash bigint")
        .limit(MOST_SUSPECTS)
        .collect()
    )
    return (
        values.where(F.xxhash64(key).isin([row.hash for row in suspects]))
        .groupBy(key)
        .agg(F.count(F.lit(1)).alias("rows"))
        .where("rows > 1")
        .orderBy(key)
    )
