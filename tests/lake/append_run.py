"""Append a run to a Delta and an Iceberg result of a folder, or replace it: FOLDER RUN_ID COLUMN.

The run has a column of its own, or ``-``. Prints what any engine then reads of every run, as JSON.
"""

import datetime as dt
import json
import sys

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.engine import get_spark
from patentcore.engine.extras import Extras
from patentcore.lake.output import Output
from patentcore.lake.tables import TableStore

FORMATS = ("delta", "iceberg")
SCHEMA = (
    "id string, score double, filed date, seen timestamp, "
    "events array<struct<kind: string, year: int>>, codes array<string>"
)


def append(spark: SparkSession, uri: str, form: str, run_id: str, column: str) -> None:
    filed, seen = dt.date(1899, 12, 31), dt.datetime(2026, 1, 2, 3, 4, 5, 678901)
    rows = [
        (run_id, 1 / 3, filed, seen, [("sold", 2001), (None, None)], ["专", None]),
        # No null among events: pyiceberg 0.12 reads a null list of structs as an empty one.
        (None, None, None, None, [], None),
    ]
    frame = spark.createDataFrame(rows, SCHEMA).coalesce(1)
    if column != "-":
        frame = frame.withColumn(column, F.lit(7))
    with Output(spark, uri, form=form, mode="overwrite", run_id=run_id) as making:
        making.staging.write(frame, "vertices", schema=frame.schema)
        making.publish({"patentcore": "test", "finished": dt.datetime.now().isoformat()})


def listed(table: pa.Table) -> list[dict[str, str]]:
    """Return rows as texts, in an order of their own, whoever read them."""
    rows = [{name: str(row[name]) for name in sorted(row)} for row in table.to_pylist()]
    return sorted(rows, key=lambda row: (row["run_id"], row["id"]))


def main(folder: str, run_id: str, column: str) -> None:
    spark = get_spark("append a run", extras=Extras(frozenset(FORMATS)))
    found = {}
    for form in FORMATS:
        uri = f"{folder}/{form}"
        append(spark, uri, form, run_id, column)
        found[form] = listed(TableStore.open(spark, uri).read_raw("vertices").toArrow())
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
