"""Prepare quick starts at set-up: ``python -m patentcore.engine.warm`` makes the class archive.

It runs a small job of the kind that PatentCore runs in a JVM that dumps what it has loaded.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from graphframes import GraphFrame
from pyspark import SparkContext
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

from patentcore.engine.class_archive import archive, fingerprint
from patentcore.engine.log import Log, log_to, users_choice
from patentcore.engine.session import get_spark


def build() -> bool:
    """Make the archive unless it is there; return whether it is there now. Takes half a minute."""
    made_from = archive().with_suffix(".made-from")
    if archive().is_file() and made_from.is_file() and made_from.read_text() == fingerprint():
        return True
    made_from.unlink(missing_ok=True)
    if not dump():
        return False
    made_from.write_text(fingerprint())
    return True


def dump() -> bool:
    """Run a small job in a JVM that dumps its classes as it ends; return whether it did."""
    partial = archive().with_suffix(".partial")
    partial.unlink(missing_ok=True)
    spark = get_spark(
        "patentcore class archive",
        master="local[2]",
        conf={"spark.driver.extraJavaOptions": f"-XX:ArchiveClassesAtExit={partial} -Xlog:disable"},
    )
    with tempfile.TemporaryDirectory() as scratch:
        exercise(spark, scratch)
    gateway = SparkContext._gateway
    spark.stop()
    assert gateway is not None  # get_spark started it
    gateway.proc.stdin.close()  # the JVM ends when its input does, and dumps on its way out
    gateway.proc.wait()
    if not partial.is_file():
        return False
    partial.replace(archive())
    return True


def exercise(spark: SparkSession, folder: str) -> None:
    """Do a little of everything that a run does: graphs, files, joins, windows, Arrow, Python."""
    records = spark.range(1000).select(
        F.concat(F.lit("CN"), F.col("id")).alias("name"),
        (F.col("id") % 50).alias("group"),
        F.array(F.col("id"), F.col("id") * 7 % 1000).alias("cited"),
        F.struct(F.lit("a").alias("kind"), F.current_date().alias("date")).alias("event"),
    )
    records.write.parquet(f"{folder}/records")
    records = spark.read.parquet(f"{folder}/records")
    edges = records.select(
        F.substring("name", 3, 9).cast("long").alias("src"), F.explode("cited").alias("dst")
    )
    graph = GraphFrame(spark.range(1000), edges.dropDuplicates(["src", "dst"]))
    ranked = (
        graph.vertices.join(graph.degrees, on="id", how="left")
        .join(graph.inDegrees, on="id", how="left")
        .withColumn("rank", F.row_number().over(Window.orderBy(F.desc("degree"), "id")))
    )
    ranked.filter(F.col("rank") < 500).mapInArrow(lambda batches: batches, ranked.schema).agg(
        F.sum("degree"), F.count_distinct("rank"), F.max("inDegree")
    ).collect()
    ranked.orderBy("rank").limit(5).toPandas()
    records.groupBy("group").agg(F.collect_set("name"), F.max("event.date")).write.option(
        "header", True
    ).json(f"{folder}/groups")
    spark.createDataFrame(ranked.limit(5).toPandas()).join(
        F.broadcast(edges), on=F.col("id") == F.col("src"), how="left_anti"
    ).count()


def main() -> int:
    """Build the archive and say how it went; a set-up without it works too, so never fail."""
    log_to(Log(users_choice() or Path(os.devnull)))
    try:
        built = build()
    except Exception as error:
        print(f"patentcore: sessions start without a class archive: {error}", file=sys.stderr)
        return 0
    if not built:
        print("patentcore: sessions start without a class archive", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
