"""Commits of Delta and Iceberg tables: one a table, each a version that can be gone back to."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.lake.homes import RUN_ID, Folder, Home

FIRST_VERSION = "0"
"""Version of a Delta table that was just made."""


def commit(home: Home, df: DataFrame, table: str, form: str) -> None:
    """Make the rows the whole table, in one commit; earlier versions stay in its history."""
    writer = df.write.format(form).mode("overwrite").option("overwriteSchema", True)
    if isinstance(home, Folder) and form == "delta":
        writer.save(home.at(table).path)
    else:
        writer.saveAsTable(home.sql_name(table, form))


def commit_run(home: Home, df: DataFrame, table: str, form: str, run_id: str) -> None:
    """Make the rows those of one run, in one commit; other runs' rows stay.

    Args:
        home: of the table.
        df: the rows, with the column ``run_id``.
        table: its name.
        form: delta or iceberg.
        run_id: the run.
    """
    if not home.has(table):
        commit(home, df, table, form)
    elif form == "delta":
        writer = df.write.format(form).mode("overwrite").option("mergeSchema", True)
        writer = writer.option("replaceWhere", f"{RUN_ID} = '{run_id}'")
        if isinstance(home, Folder):
            writer.save(home.at(table).path)
        else:
            writer.saveAsTable(home.sql_name(table, form))
    else:
        _overwrite_rows(home, df, table, run_id)


def _overwrite_rows(home: Home, df: DataFrame, table: str, run_id: str) -> None:
    """Replace a run's rows in an Iceberg table, which gets the columns that it lacks."""
    name = home.sql_name(table, "iceberg")
    there = home.read(table).schema
    new = [field for field in df.schema if field.name not in there.names]
    if new:
        added = ", ".join(f"`{f.name}` {f.dataType.simpleString()}" for f in new)
        home.spark.sql(f"ALTER TABLE {name} ADD COLUMNS ({added})")
    df.select(
        *(
            F.col(name) if name in df.columns else F.lit(None).alias(name)
            for name in [*there.names, *(field.name for field in new)]
        )
    ).writeTo(name).overwrite(F.col(RUN_ID) == run_id)


def restore(home: Home, table: str, form: str, version: str | None) -> None:
    """Make an earlier version the present one; a table that had none goes."""
    name = home.sql_name(table, form)
    if version is None:
        home.drop(table)
    elif form == "delta":
        home.spark.sql(f"RESTORE TABLE {name} TO VERSION AS OF {int(version)}")
    else:
        catalog, _, rest = name.partition(".")
        rest = rest.replace("`", "")
        home.spark.sql(f"CALL {catalog}.system.set_current_snapshot('{rest}', {int(version)})")
