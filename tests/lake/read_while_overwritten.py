"""Overwrite a result again and again while another thread reads it: URI FORMAT TIMES.

Prints how many results were seen; ends with an error where one was a mixture or none was there.
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import SparkSession

from patentcore.engine import get_spark
from patentcore.lake.formats import extras_for
from patentcore.lake.output import Output
from patentcore.lake.results import Result, consistently

TABLES = ("edges", "key_patents", "vertices")


def overwrite(spark: SparkSession, uri: str, form: str, number: int) -> None:
    frame = spark.createDataFrame([(number,)], "number int").coalesce(1)
    with Output(spark, uri, form=form, mode="overwrite") as making:
        for table in TABLES:
            making.staging.write(frame, table, schema=frame.schema)
        making.publish({"patentcore": "test", "finished": f"{number:06}", "number": number})


def marks(result: Result) -> set[int]:
    """Return the marks of the manifest and of every table; of a whole result they are one."""
    return {
        result.manifest()["number"],
        *(int(number) for table in TABLES for number in result.frame(table)["number"]),
    }


def main(uri: str, form: str, times: str) -> None:
    spark = get_spark("read while overwritten", extras=extras_for([uri], [form]))
    overwrite(spark, uri, form, 0)
    over = threading.Event()
    seen: list[set[int]] = []

    def read_on() -> None:
        while not over.is_set():
            seen.append(consistently(uri, lambda _: spark, marks))

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_on)
        try:
            for number in range(1, int(times) + 1):
                overwrite(spark, uri, form, number)
        finally:
            over.set()
        reading.result()
    mixed = [found for found in seen if len(found) != 1]
    if mixed or not seen:
        sys.exit(f"mixed: {mixed[:5]}, of {len(seen)} readings")
    print(len(seen), "readings,", len({min(found) for found in seen}), "results seen")


if __name__ == "__main__":
    main(*sys.argv[1:])
