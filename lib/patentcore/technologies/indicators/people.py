"""The people of a unit: how many, how experienced, how broad, how new (Liu & Zou, section 3)."""

from __future__ import annotations

from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.indicators.encoded import Lists, Texts, entropies, of_units, over

_SIDES = ("domestic", "foreign")
_OF_UNIT = (
    "unit string, inventor_count long, inventor_stock double, inventor_breadth double, "
    "newcomer_share double"
)
_OF_SIDES = "unit string, " + ", ".join(
    f"{side}_inventor_count{end} long, {side}_inventor_breadth{end} double"
    for side, end in (*((side, "") for side in _SIDES), ("domestic", "_bound"))
)


def of_sides(rows: DataFrame, *, last_year: int, recent_years: int) -> DataFrame:
    """Return how many and how broad the inventors of either side are, by the first owner's side.

    What the shortage of people (Zheng & Liu, 3.2.4) is read from; ours.

    Args:
        rows: unit, side and the columns of :func:`inventors`.
        last_year: as for :func:`inventors`.
        recent_years: as for :func:`inventors`.

    Returns:
        unit; domestic_ and foreign_ inventor_count and inventor_breadth; domestic_ both with
        ``_bound``: the inventions of unknown side included.
    """
    return of_units(
        rows.select("unit", "side", "year", "inventors", "groups"),
        partial(_of_sides, last_year=last_year, recent_years=recent_years),
        _OF_SIDES,
    ).where(" OR ".join(f"{side}_inventor_count IS NOT NULL" for side in _SIDES))


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
    return of_units(
        rows.select("unit", "year", "inventors", "groups"),
        partial(_of_units, last_year=last_year, recent_years=recent_years),
        _OF_UNIT,
    ).where(F.col("inventor_count").isNotNull())


def _of_sides(
    rows: pa.Table, *, last_year: int, recent_years: int
) -> dict[str, np.ndarray | pa.Array]:
    units = Texts.of(rows["unit"])
    found: dict[str, np.ndarray | pa.Array] = {"unit": units.names}
    sides = pc.fill_null(rows["side"].cast(pa.string()), "")
    names = ("inventor_count", "inventor_breadth")
    for side in _SIDES:
        is_of_side = pc.equal(sides, side)
        figures = _figures_where(is_of_side, rows, units, last_year - recent_years)
        found |= {f"{side}_{name}": figures[name] for name in names}
    found |= {f"domestic_{name}_bound": found[f"domestic_{name}"] for name in names}
    if pc.any(pc.equal(sides, "")).as_py():
        may_be = pc.not_equal(sides, "foreign")
        figures = _figures_where(may_be, rows, units, last_year - recent_years)
        found |= {f"domestic_{name}_bound": figures[name] for name in names}
    return found


def _figures_where(
    chosen: pa.ChunkedArray, rows: pa.Table, units: Texts, begin: int
) -> dict[str, np.ndarray]:
    own = units.code[chosen.to_numpy()]
    return _figures(rows.filter(chosen), own, len(units.names), begin)


def _of_units(
    rows: pa.Table, *, last_year: int, recent_years: int
) -> dict[str, np.ndarray | pa.Array]:
    units = Texts.of(rows["unit"])
    figures = _figures(rows, units.code, len(units.names), last_year - recent_years)
    return {"unit": units.names, **figures}


def _figures(rows: pa.Table, unit: np.ndarray, units: int, begin: int) -> dict[str, np.ndarray]:
    """Return the figures of each of so many units; no number where a unit has no inventors.

    Args:
        rows: year, inventors, groups.
        unit: of each row.
        units: how many there are.
        begin: the last year that is not recent.
    """
    named, groups = Lists.of(rows["inventors"]), Lists.of(rows["groups"])
    keys, person = np.unique(unit[named.row] * named.size + named.code, return_inverse=True)
    of_unit = keys // named.size
    years = pc.cast(rows["year"], pa.float64()).to_numpy()[named.row]
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
