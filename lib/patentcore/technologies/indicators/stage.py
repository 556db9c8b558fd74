"""How far a technology has gone on its S-curve: a logistic fit of cumulative filings."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

FIT_SCHEMA = (
    "unit string, scope string, maturity double, saturation double, growth_rate double, "
    "midpoint double, fit_r2 double, fit_failure string"
)
FEWEST_YEARS = 5
# Saturation this many times beyond what is observed means that none is in sight.
MOST_GROWTH = 100.0
_WORST_R2 = 0.9


def logistic(year: np.ndarray, saturation: float, rate: float, midpoint: float) -> np.ndarray:
    """Return K / (1 + exp(-r (t - t0)))."""
    return saturation / (1 + np.exp(-np.clip(rate * (year - midpoint), -500, 500)))


def fit(years: np.ndarray, counts: np.ndarray, *, last_year: int, fewest: int) -> dict:
    """Fit a logistic curve to cumulative filings (Fisher & Pry 1971; Ernst 1997).

    Args:
        years: years with filings.
        counts: filings in each.
        last_year: later filings are not all published yet, and left out.
        fewest: fewer filings than this cannot be judged.

    Returns:
        maturity (share of the saturation reached by ``last_year``), saturation, growth_rate,
        midpoint, fit_r2; or nulls and the reason as ``fit_failure``.
    """
    from scipy.optimize import OptimizeWarning, curve_fit  # takes as long to load as pandas

    seen = years <= last_year
    years, counts = years[seen], counts[seen]
    total = counts.sum()
    if total < fewest:
        return _failure(f"{int(total)} filings to {last_year} are fewer than {fewest}")
    span = np.arange(years.min(), last_year + 1)
    if len(span) < FEWEST_YEARS:
        return _failure(f"{len(span)} years are fewer than {FEWEST_YEARS}")
    cumulative = np.array([counts[years <= year].sum() for year in span], dtype=float)
    # Shares of what is observed, years from the first: all unknowns of similar size.
    share, step = cumulative / total, (span - span[0]).astype(float)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", OptimizeWarning)
            (saturation, rate, midpoint), _ = curve_fit(
                logistic,
                step,
                share,
                p0=(1.5, 0.3, step[-1] / 2),
                bounds=((1.0, 0.01, -50.0), (MOST_GROWTH, 5.0, step[-1] + 100.0)),
                maxfev=5000,
            )
    except (RuntimeError, OptimizeWarning, ValueError) as error:
        return _failure(f"no fit: {str(error).splitlines()[0]}")
    residual = share - logistic(step, saturation, rate, midpoint)
    spread = ((share - share.mean()) ** 2).sum()
    r2 = 1 - (residual**2).sum() / spread if spread > 0 else float("nan")
    if not r2 >= _WORST_R2:
        return _failure(f"a logistic curve does not fit (R2 {r2:.2f} below {_WORST_R2})")
    return {
        "maturity": 1 / saturation,
        "saturation": saturation * total,
        "growth_rate": rate,
        "midpoint": midpoint + span[0],
        "fit_r2": r2,
        "fit_failure": None,
    }


def _failure(reason: str) -> dict:
    figures = ("maturity", "saturation", "growth_rate", "midpoint", "fit_r2")
    return {**dict.fromkeys(figures, float("nan")), "fit_failure": reason}


def fits(years: DataFrame, *, last_year: int, fewest: int) -> DataFrame:
    """Fit each unit's filings: all, domestic and foreign, apart.

    Args:
        years: unit, year, patents, domestic, foreign.
        last_year: the last year that counts as observed.
        fewest: filings needed.

    Returns:
        unit, scope (all, domestic, foreign) and the columns of :func:`fit`; null where it failed.
    """

    def of_unit(frame: pd.DataFrame) -> pd.DataFrame:
        rows = []
        for scope, column in (("all", "patents"), ("domestic", "domestic"), ("foreign", "foreign")):
            filed = frame[frame[column] > 0].sort_values("year")
            found = fit(
                filed["year"].to_numpy(),
                filed[column].to_numpy(),
                last_year=last_year,
                fewest=fewest,
            )
            rows.append({"unit": frame["unit"].iloc[0], "scope": scope, **found})
        return pd.DataFrame(rows)

    fitted = years.groupBy("unit").applyInPandas(of_unit, FIT_SCHEMA)
    figures = ("maturity", "saturation", "growth_rate", "midpoint", "fit_r2")
    return fitted.withColumns({name: F.nanvl(name, F.lit(None).cast("double")) for name in figures})


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
    """Return one row a unit: the fit of all filings, and the maturity of each side's.

    Args:
        fitted: as from :func:`fits`.

    Returns:
        unit, maturity, saturation, growth_rate, midpoint, fit_r2, fit_failure, domestic_maturity,
        foreign_maturity.

    >>> fitted = spark.createDataFrame(
    ...     [
    ...         ("laser", "all", 0.5, 200.0, 0.3, 2015.0, 0.99, None),
    ...         ("laser", "domestic", 0.2, 90.0, 0.4, 2020.0, 0.98, None),
    ...     ],
    ...     FIT_SCHEMA,
    ... )
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

    names = ("maturity", "saturation", "growth_rate", "midpoint", "fit_r2", "fit_failure")
    return fitted.groupBy("unit").agg(
        *(of("all", name).alias(name) for name in names),
        of("domestic", "maturity").alias("domestic_maturity"),
        of("foreign", "maturity").alias("foreign_maturity"),
    )
