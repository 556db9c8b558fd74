"""Commits of Delta and Iceberg tables: one a table, each a version that can be gone back to."""

from __future__ import annotations

from pyspark.sql import DataFrame

from patentcore.lake.homes import Home

FIRST_VERSION = "0"
"""Version of a Delta table that was just made."""


def commit(home: Home, df: DataFrame, table: str, form: str) -> None:
    """Make the rows the whole table, in one commit; earlier versions stay in its history."""
    home.versioned(table, form).commit(df)


def commit_run(home: Home, df: DataFrame, table: str, form: str, run_id: str) -> None:
    """Make the rows those of one run, in one commit; other runs' rows stay.

    Args:
        home: of the table.
        df: the rows, with the column ``run_id``.
        table: its name.
        form: delta or iceberg.
        run_id: the run.
    """
    if home.has(table):
        home.versioned(table, form).commit_run(df, run_id)
    else:
        commit(home, df, table, form)


def restore(home: Home, table: str, form: str, version: str | None) -> None:
    """Make an earlier version the present one; a table that had none goes."""
    if version is None:
        home.drop(table)
    else:
        home.versioned(table, form).restore(version)
