"""The teams of a unit: whether partners share their people, and how different the teams are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.indicators.encoded import Lists, Texts, entropies, of_units, over

OF_TEAMS = "unit string, shared_inventor_share double, team_count long, team_difference double"


def teams(rows: DataFrame) -> DataFrame:
    """Return what a unit's inventions say of its teams (Liu & Zou, 3.2; paper C).

    A team is led by the inventor of an invention who has most of the unit's (then the first in the
    alphabet). The difference of teams is the part of the unit's breadth that lies between them: the
    Jensen-Shannon divergence of their main groups over the entropy of all (Lin 1991).

    Args:
        rows: unit, inventors (each once), groups, holders (owner); an invention a row.

    Returns:
        unit; shared_inventor_share, of its inventors those who invented for two owners or more;
        team_count; team_difference, 0 where all teams have the same main groups and 1 where no two
        share one; null for one team, or one main group.

    >>> rows = spark.createDataFrame(
    ...     [
    ...         ("t", "A", ["LI", "WANG"], ["G06F3"], [("ACME",), ("BOE",)]),
    ...         ("t", "B", ["LI"], ["G06F3"], [("ACME",)]),
    ...         ("t", "C", ["ZHAO"], ["H04L9"], [("ACME",)]),
    ...         ("u", "D", ["LI"], ["G06F3", "H04L9"], [("ACME",)]),
    ...         ("u", "E", ["ZHAO"], ["G06F3", "H04L9"], [("ACME",)]),
    ...     ],
    ...     "unit string, publication_number string, inventors array<string>, "
    ...     "groups array<string>, holders array<struct<owner string>>",
    ... )
    >>> shared = F.round("shared_inventor_share", 2).alias("shared_inventor_share")
    >>> found = teams(rows).orderBy("unit")
    >>> found.select("unit", shared, "team_count", "team_difference").show()
    +----+---------------------+----------+---------------+
    |unit|shared_inventor_share|team_count|team_difference|
    +----+---------------------+----------+---------------+
    |   t|                 0.67|         2|            1.0|
    |   u|                  0.0|         2|            0.0|
    +----+---------------------+----------+---------------+
    <BLANKLINE>
    """

    def kernel(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
        units = Texts.of(rows["unit"])
        named, groups, owners = (Lists.of(rows[name]) for name in ("inventors", "groups", "owners"))
        return {"unit": units.names, **figures_of_teams(units, named, groups, owners)}

    owners = F.col("holders.owner").alias("owners")
    return of_units(rows.select("unit", "inventors", "groups", owners), kernel, OF_TEAMS).where(
        F.col("shared_inventor_share").isNotNull()
    )


def figures_of_teams(
    units: Texts, named: Lists, groups: Lists, owners: Lists
) -> dict[str, np.ndarray | pa.Array]:
    """Return what :func:`teams` tells of each unit.

    Args:
        units: of each invention.
        named: the inventors.
        groups: the main groups.
        owners: the owners.
    """
    keys, person, stock = np.unique(
        units.code[named.row] * named.size + named.code, return_inverse=True, return_counts=True
    )
    of_unit = keys // named.size
    people = np.bincount(of_unit, minlength=len(units.names))
    shared = np.bincount(of_unit, _is_shared(named, owners, person, len(keys)), len(units.names))
    # Who leads: the first of each row, those of most inventions first, then by the alphabet.
    in_order = np.lexsort((named.code, -stock[person], named.row))
    led, first = np.unique(named.row[in_order], return_index=True)
    place, group = groups.of_rows(led)
    leader = person[in_order][first][place]
    pairs, counts = np.unique(leader * groups.size + group, return_counts=True)
    team, group = np.divmod(pairs, groups.size)
    return {
        "shared_inventor_share": over(shared, people),
        **_difference(team, of_unit, group, counts, len(units.names)),
    }


def _is_shared(named: Lists, owners: Lists, person: np.ndarray, people: int) -> np.ndarray:
    """Tell who of so many people invented for two owners or more.

    Args:
        named: the inventors.
        owners: of the same rows.
        person: number of each inventor named.
        people: how many they are.
    """
    place, owner = owners.of_rows(named.row)
    pairs = np.unique(person[place] * owners.size + owner)
    return np.bincount(pairs // owners.size, minlength=people) > 1


def _difference(
    team: np.ndarray, of_unit: np.ndarray, group: np.ndarray, counts: np.ndarray, units: int
) -> dict[str, np.ndarray]:
    """Return how many teams each of so many units has, and how different they are.

    Args:
        team: a team for each of its groups.
        of_unit: each team's unit.
        group: the number of each group.
        counts: the team's inventions of it.
        units: how many there are.
    """
    size = np.bincount(team, counts, len(of_unit))
    breadth = np.nan_to_num(entropies(team, counts, len(of_unit)))
    within = over(np.bincount(of_unit, size * breadth, units), np.bincount(of_unit, size, units))
    groups = int(group.max(initial=0)) + 1
    wholes, place = np.unique(of_unit[team] * groups + group, return_inverse=True)
    whole = entropies(wholes // groups, np.bincount(place, counts, len(wholes)), units).round(12)
    teams = np.bincount(of_unit[size > 0], minlength=units)
    is_told = (teams > 1) & (whole > 0)
    difference = np.abs(1 - over(within, np.where(is_told, whole, 0.0))).round(9)
    return {"team_count": over(teams.astype(float), teams > 0), "team_difference": difference}
