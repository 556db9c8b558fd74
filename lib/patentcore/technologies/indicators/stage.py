"""How far a technology has gone on its S-curve: a logistic fit of cumulative filings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.indicators.curve import (
    BLOCK,
    LOWEST,
    MOST_GROWTH,
    best_curve,
    grid,
    highest,
    in_blocks,
    logistic,
    possible,
    unit_grid,
)

_FIGURES = (
    "maturity",
    "saturation",
    "growth_rate",
    "midpoint",
    "fit_r2",
    "maturity_low",
    "maturity_high",
    "cut_low",
    "cut_high",
)
_FIT = (*_FIGURES, "at_bound", "fit_failure")
FIT_SCHEMA = (
    "unit string, scope string, "
    + ", ".join(f"{name} double" for name in _FIGURES)
    + ", at_bound boolean, fit_failure string"
)
FEWEST_YEARS = 5
_WORST_R2 = 0.9
# The interval: its draws, its ends as percentiles, and the years that are cut in turn.
DRAWS, _ENDS, CUTS = 100, (5.0, 95.0), (1, 2, 3)
_SEED = 20230901


def fit(
    years: np.ndarray,
    counts: np.ndarray,
    *,
    last_year: int,
    fewest: int,
    cuts: Sequence[int] = CUTS,
) -> dict:
    """Fit a logistic curve to cumulative inventions (Fisher & Pry 1971; Ernst 1997).

    Young curves leave their saturation open (Debecker & Modis 1994), so beside the fit stand the
    interval of a bootstrap (each year's number drawn anew by Poisson's law, 90 %) and the least
    and the greatest maturity of the fits with the last one, two and three years cut off.

    Args:
        years: years with inventions.
        counts: inventions in each.
        last_year: later ones are not all published yet, and left out.
        fewest: fewer inventions than this cannot be judged.
        cuts: how many years are cut off in turn.

    Returns:
        maturity (share of the saturation reached by ``last_year``), saturation, growth_rate,
        midpoint, fit_r2, maturity_low, maturity_high, cut_low, cut_high (not a number where no
        cut series can be fitted), at_bound (the fit ends where it was not allowed to go on); or
        nulls and the reason as ``fit_failure``.
    """
    found = _fit(years, counts, last_year=last_year, fewest=fewest)
    if found["fit_failure"] is not None:
        return found
    low, high = interval(years, counts, last_year=last_year)
    cut = [
        one["maturity"]
        for back in cuts
        if (one := _fit(years, counts, last_year=last_year - back, fewest=fewest))["fit_failure"]
        is None
    ]
    return {
        **found,
        "maturity_low": min(low, found["maturity"]),
        "maturity_high": max(high, found["maturity"]),
        "cut_low": min(cut, default=float("nan")),
        "cut_high": max(cut, default=float("nan")),
    }


def _fit(years: np.ndarray, counts: np.ndarray, *, last_year: int, fewest: int) -> dict:
    seen = years <= last_year
    total = counts[seen].sum()
    if total < fewest:
        return _failure(f"{int(total)} inventions to {last_year} are fewer than {fewest}")
    span = np.arange(years[seen].min(), last_year + 1)
    if len(span) < FEWEST_YEARS:
        return _failure(f"{len(span)} years are fewer than {FEWEST_YEARS}")
    cumulative = _yearly(years, counts, span).cumsum()
    # Shares of what is observed, years from the first: all unknowns of similar size.
    share = cumulative / total
    best = best_curve(share)
    residual = share - logistic(np.arange(len(span), dtype=float), *best)
    spread = ((share - share.mean()) ** 2).sum()
    r2 = 1 - (residual**2).sum() / spread if spread > 0 else float("nan")
    if not r2 >= _WORST_R2:
        return _failure(f"a logistic curve does not fit (R2 {r2:.2f} below {_WORST_R2})")
    saturation, rate, midpoint = best
    return {
        "maturity": min(1 / saturation, 1.0),
        "saturation": saturation * total,
        "growth_rate": rate,
        "midpoint": midpoint + span[0],
        "fit_r2": r2,
        **dict.fromkeys(_FIGURES[5:], float("nan")),
        "at_bound": _is_at_bound(best, highest(len(span))),
        "fit_failure": None,
    }


def _is_at_bound(best: np.ndarray, high: np.ndarray) -> bool:
    """Tell whether a fit ends at a bound; within a thousandth of the room that it had."""
    low = np.array(LOWEST)
    room = (high - low) * 1e-3
    # A saturation near what is observed is no bound that holds it: the lowest lies below that.
    near_low = (best - low <= room) & np.array([best[0] < LOWEST[0] + 1e-3, True, True])
    return bool((near_low | (high - best <= room)).any())


def _yearly(years: np.ndarray, counts: np.ndarray, span: np.ndarray) -> np.ndarray:
    return np.array([counts[years == year].sum() for year in span], dtype=float)


def interval(years: np.ndarray, counts: np.ndarray, *, last_year: int) -> tuple[float, float]:
    """Return the 90 % interval of the maturity by bootstrap (Efron 1979; Poisson's draws are ours).

    All draws are fitted at once: on a grid of rates and of shares reached by the last year, the
    best saturation of each curve has a closed form (variable projection); the least sum of
    squares then chooses the curve.
    """
    span = np.arange(years[years <= last_year].min(), last_year + 1)
    drawn = np.random.default_rng(_SEED).poisson(
        _yearly(years, counts, span), size=(DRAWS, len(span))
    )
    drawn = drawn[drawn.sum(axis=1) > 0].cumsum(axis=1)
    best = _saturations(drawn / drawn[:, -1:])
    low, high = np.percentile(np.minimum(1 / best, 1.0), _ENDS)
    return float(low), float(high)


def _saturations(share: np.ndarray) -> np.ndarray:
    """Return the saturation of the best curve of each row: a draw's shares by year.

    Without bounds a curve's least sum of squares falls as its product with the shares, over its
    own length, rises. Where the best saturation by that is within the bounds, no other curve is
    better within them.
    """
    curves, lengths = unit_grid(share.shape[1])
    candidates = possible(share)
    product = in_blocks(share, curves[candidates])
    found = product.argmax(axis=1)
    place = candidates[found]
    most = product[np.arange(len(share)), found]
    best = most / lengths[place]
    is_bounded = (best < LOWEST[0]) | (best > MOST_GROWTH)
    if is_bounded.any():
        best[is_bounded] = _bounded_saturations(share[is_bounded])
    return best


def _bounded_saturations(share: np.ndarray) -> np.ndarray:
    """Return the saturation within the bounds of the best curve of each row."""
    curves, squares = grid(share.shape[1])
    each = np.arange(len(share))
    least, best = np.full(len(share), np.inf), np.zeros(len(share))
    # In blocks, which stay in the cache, and which libraries multiply without further threads.
    for begin in range(0, len(curves), BLOCK):
        square = squares[begin : begin + BLOCK]
        product = share @ curves[begin : begin + BLOCK].T
        saturation = np.minimum(np.maximum(product / square, LOWEST[0]), MOST_GROWTH)
        misfit = saturation**2 * square - 2 * saturation * product
        place = each, misfit.argmin(axis=1)
        is_better = misfit[place] < least
        least = np.where(is_better, misfit[place], least)
        best = np.where(is_better, saturation[place], best)
    return best


def _failure(reason: str) -> dict:
    return {
        **dict.fromkeys(_FIGURES, float("nan")),
        "at_bound": None,
        "fit_failure": reason,
    }


def fits(years: DataFrame, *, last_year: int, fewest: int) -> DataFrame:
    """Fit each unit's filings: all, domestic and foreign, apart; computes them, for units are few.

    Args:
        years: unit, year, patents, domestic, foreign.
        last_year: the last year that counts as observed.
        fewest: filings needed.

    Returns:
        unit, scope (all, domestic, foreign) and the columns of :func:`fit`; null where it failed,
        and the cuts of either side's.
    """
    read = years.select("unit", "year", "patents", "domestic", "foreign").toPandas()
    rows = [
        (unit, scope, *_known(found), found["at_bound"], found["fit_failure"])
        for unit, frame in read.sort_values("year").groupby("unit")
        for scope, found in _of_scopes(frame, last_year, fewest)
    ]
    return years.sparkSession.createDataFrame(rows, FIT_SCHEMA)


def _known(found: dict) -> Iterator[float | None]:
    """Return the figures as numbers of Python, which Spark alone takes, and null where none is."""
    return (None if np.isnan(found[name]) else float(found[name]) for name in _FIGURES)


def _of_scopes(frame: pd.DataFrame, last_year: int, fewest: int) -> Iterator[tuple[str, dict]]:
    for scope, column in (("all", "patents"), ("domestic", "domestic"), ("foreign", "foreign")):
        filed = frame[frame[column] > 0]
        # Cut series of a side are not asked for.
        cuts = CUTS if scope == "all" else ()
        years, counts = filed["year"].to_numpy(), filed[column].to_numpy()
        yield scope, fit(years, counts, last_year=last_year, fewest=fewest, cuts=cuts)


def with_fitted(years: DataFrame, fitted: DataFrame) -> DataFrame:
    """Add ``fitted``, the curve's cumulative filings in each year; null where there is no fit.

    >>> years = spark.createDataFrame([("laser", 2010), ("laser", 2020)], "unit string, year int")
    >>> fitted = spark.createDataFrame(
    ...     [("laser", "all", 100.0, 0.5, 2020.0)],
    ...     "unit string, scope string, saturation double, growth_rate double, midpoint double",
    ... )
    >>> found = with_fitted(years, fitted).orderBy("year")
    >>> found.select("unit", "year", F.round("fitted", 2).alias("fitted")).show()
    +-----+----+------+
    | unit|year|fitted|
    +-----+----+------+
    |laser|2010|  0.67|
    |laser|2020|  50.0|
    +-----+----+------+
    <BLANKLINE>
    """
    curve = fitted.where(F.col("scope") == "all").select(
        "unit", "saturation", "growth_rate", "midpoint"
    )
    exponent = -F.col("growth_rate") * (F.col("year") - F.col("midpoint"))
    return (
        years.join(F.broadcast(curve), on="unit", how="left")
        .withColumn("fitted", F.col("saturation") / (1 + F.exp(exponent)))
        .drop("saturation", "growth_rate", "midpoint")
    )


def one_row_a_unit(fitted: DataFrame) -> DataFrame:
    """Return one row a unit: the fit of all inventions, and the maturity of each side's.

    Args:
        fitted: as from :func:`fits`.

    Returns:
        unit, the columns of :func:`fit`, and ``domestic_`` and ``foreign_`` maturity,
        maturity_low, maturity_high and at_bound.

    >>> fitted = spark.createDataFrame(
    ...     [("laser", "all", 0.5), ("laser", "domestic", 0.2)],
    ...     "unit string, scope string, maturity double",
    ... )
    >>> for column in FIT_SCHEMA.split(", ")[3:]:
    ...     name, kind = column.split()
    ...     fitted = fitted.withColumn(name, F.lit(None).cast(kind))
    >>> found = one_row_a_unit(fitted)
    >>> found.select("unit", "maturity", "domestic_maturity", "foreign_maturity").show()
    +-----+--------+-----------------+----------------+
    | unit|maturity|domestic_maturity|foreign_maturity|
    +-----+--------+-----------------+----------------+
    |laser|     0.5|              0.2|            NULL|
    +-----+--------+-----------------+----------------+
    <BLANKLINE>
    """

    def of(scope: str, column: str) -> Column:
        return F.max(F.when(F.col("scope") == scope, F.col(column)))

    return fitted.groupBy("unit").agg(
        *(of("all", name).alias(name) for name in _FIT),
        *(
            of(side, name).alias(f"{side}_{name}")
            for side in ("domestic", "foreign")
            for name in ("maturity", "maturity_low", "maturity_high", "at_bound")
        ),
    )
