"""The people of a unit: how many, how experienced, how broad, how new (Liu & Zou, section 3)."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.indicators.encoded import Lists, Texts, entropies, of_units, over

SIDES = ("domestic", "foreign")
OF_UNIT = (
    "unit string, inventor_count long, inventor_stock double, inventor_breadth double, "
    "newcomer_share double"
)
OF_SIDES = "unit string, " + ", ".join(
    f"{side}_inventor_count{end} long, {side}_inventor_breadth{end} double"
    for end in ("", "_bound")
    for side in SIDES
)


class Members(NamedTuple):
    """The inventions of units.

    Attributes:
        units: of each row.
        named: the inventors of the rows, or of some of them.
        groups: the main groups.
        year: of each row; no number where it is not known.
    """

    units: Texts
    named: Lists
    groups: Lists
    year: np.ndarray

    @classmethod
    def of(cls, rows: pa.Table) -> Self:
        """Return the inventions of rows with unit, inventors, groups and year."""
        year = pc.cast(rows["year"], pa.float64()).to_numpy()
        named, groups = Lists.of(rows["inventors"]), Lists.of(rows["groups"])
        return cls(Texts.of(rows["unit"]), named, groups, year)

    def where(self, is_one: np.ndarray) -> Self:
        """Return these with the inventors of some rows alone."""
        is_own = is_one[self.named.row]
        named = self.named._replace(row=self.named.row[is_own], code=self.named.code[is_own])
        return self._replace(named=named)


def of_sides(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return how many and how broad the inventors of either side are, by the first owner's side.

    What the shortage of people (Zheng & Liu, 3.2.4) is read from; ours.

    Args:
        rows: unit, side and the columns of :func:`inventors`.
        last_year: as for :func:`inventors`.
        recent_years: as for :func:`inventors`.

    Returns:
        unit; domestic_ and foreign_ inventor_count and inventor_breadth; these with ``_bound``:
        the inventions of unknown side included.
    """
    begin = last_year - recent_years

    def kernel(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
        members = Members.of(rows)
        return {"unit": members.units.names, **figures_of_sides(members, rows["side"], begin)}

    return of_units(
        rows.select("unit", "side", "year", "inventors", "groups"), kernel, OF_SIDES
    ).where(" OR ".join(f"{side}_inventor_count IS NOT NULL" for side in SIDES))


def inventors(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return what a unit's patents say of its inventors, who are told apart by name only.

    After Liu & Zou, 3.1 and 3.2.

    Args:
        rows: unit, year, inventors (each once), groups; an invention a row.
        last_year: the last year that counts as observed.
        recent_years: the span in which somebody is new.

    Returns:
        unit; inventor_count; inventor_stock, patents per inventor (knowledge stock);
        inventor_breadth, the mean entropy of an inventor's IPC main groups (Jaffe 1989, technology
        spread); newcomer_share, of those active in the recent years the share that was not before.
    """
    begin = last_year - recent_years

    def kernel(rows: pa.Table) -> dict[str, np.ndarray | pa.Array]:
        members = Members.of(rows)
        return {"unit": members.units.names, **figures_of(members, begin)}

    return of_units(rows.select("unit", "year", "inventors", "groups"), kernel, OF_UNIT).where(
        F.col("inventor_count").isNotNull()
    )


def figures_of_sides(
    members: Members, side: pa.ChunkedArray, begin: int
) -> dict[str, np.ndarray | pa.Array]:
    """Return what :func:`of_sides` tells of each unit.

    Args:
        members: the inventions.
        side: of each.
        begin: the last year that is not recent.
    """
    found: dict[str, np.ndarray | pa.Array] = {}
    names = ("inventor_count", "inventor_breadth")
    sides = pc.fill_null(side.cast(pa.string()), "")
    for one in SIDES:
        figures = figures_of(members.where(pc.equal(sides, one).to_numpy()), begin)
        found |= {f"{one}_{name}": figures[name] for name in names}
    has_unknown = pc.any(pc.equal(sides, "")).as_py()
    for one, other in (SIDES, SIDES[::-1]):
        figures = {name: found[f"{one}_{name}"] for name in names}
        if has_unknown:
            figures = figures_of(members.where(pc.not_equal(sides, other).to_numpy()), begin)
        found |= {f"{one}_{name}_bound": figures[name] for name in names}
    return found


def figures_of(members: Members, begin: int) -> dict[str, np.ndarray]:
    """Return what :func:`inventors` tells of each unit; no number where nobody is named.

    Args:
        members: the inventions.
        begin: the last year that is not recent.
    """
    named, groups, units = members.named, members.groups, len(members.units.names)
    keys, person = np.unique(
        members.units.code[named.row] * named.size + named.code, return_inverse=True
    )
    of_unit = keys // named.size
    years = members.year[named.row]
    is_active, has_begun = np.zeros(len(keys), dtype=bool), np.zeros(len(keys), dtype=bool)
    is_active[person[years > begin]] = True
    has_begun[person[years <= begin]] = True
    place, group = groups.of_rows(named.row)
    pairs, counts = np.unique(person[place] * groups.size + group, return_counts=True)
    breadth = entropies(pairs // groups.size, counts, len(keys))
    is_broad = ~np.isnan(breadth)

    def mean(values: np.ndarray, where: np.ndarray) -> np.ndarray:
        total = np.bincount(of_unit[where], values[where], units)
        return over(total, np.bincount(of_unit[where], minlength=units))

    people = np.bincount(of_unit, minlength=units)
    everybody = np.ones(len(keys), dtype=bool)
    return {
        "inventor_count": over(people.astype(float), people > 0),
        "inventor_stock": mean(np.bincount(person, minlength=len(keys)), everybody),
        "inventor_breadth": mean(breadth, is_broad),
        "newcomer_share": mean((~has_begun).astype(float), is_active),
    }
