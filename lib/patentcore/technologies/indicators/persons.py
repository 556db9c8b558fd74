"""All that is told of the people of units, in one pass over their inventions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.indicators.encoded import Lists, of_units
from patentcore.technologies.indicators.people import (
    OF_SIDES,
    OF_UNIT,
    Members,
    figures_of,
    figures_of_sides,
)
from patentcore.technologies.indicators.teams import OF_TEAMS, figures_of_teams

_OF_ALL = OF_UNIT + "".join(one.removeprefix("unit string") for one in (OF_SIDES, OF_TEAMS))


def persons(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return what :func:`inventors`, :func:`of_sides` and :func:`teams` tell, a row a unit.

    Names of people are long, and reading them takes longer than what is counted of them.

    Args:
        rows: unit, year, side, inventors, groups, holders (owner); an invention a row.
        last_year: as for :func:`patentcore.technologies.indicators.people.inventors`.
        recent_years: likewise.

    Returns:
        unit and the columns of all three; null where a unit has none.

    >>> rows = spark.createDataFrame(
    ...     [("t", 2020, "domestic", ["LI", "WANG"], ["G06F3"], [("ACME",)])],
    ...     "unit string, year int, side string, inventors array<string>, groups array<string>, "
    ...     "holders array<struct<owner string>>",
    ... )
    >>> found = persons(rows, last_year=2021, recent_years=5)
    >>> found.select("unit", "inventor_count", "foreign_inventor_count", "team_count").show()
    +----+--------------+----------------------+----------+
    |unit|inventor_count|foreign_inventor_count|team_count|
    +----+--------------+----------------------+----------+
    |   t|             2|                  NULL|         1|
    +----+--------------+----------------------+----------+
    <BLANKLINE>
    """
    begin = last_year - recent_years

    def kernel(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
        members, owners = Members.of(rows), Lists.of(rows["owners"])
        return {
            "unit": members.units.names,
            **figures_of(members, begin),
            **figures_of_sides(members, rows["side"], begin),
            **figures_of_teams(members.units, members.named, members.groups, owners),
        }

    owners = F.col("holders.owner").alias("owners")
    read = rows.select("unit", "year", "side", "inventors", "groups", owners)
    return of_units(read, kernel, _OF_ALL)
