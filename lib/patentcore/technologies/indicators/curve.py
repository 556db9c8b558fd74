"""The logistic curve of least squares, of one series of cumulative shares."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

# Saturation this many times beyond what is observed means that none is in sight.
MOST_GROWTH = 100.0
# Bounds of saturation (of what is observed), rate a year and midpoint (years from the first).
LOWEST, FASTEST = (0.9, 0.01, -50.0), 5.0
# Axes of the grid of first guesses: rates, and odds that what is reached has of the saturation.
# Equal steps of the odds: fine where little is reached and where nearly all is.
RATES, ODDS = np.geomspace(0.02, 3.0, 150), np.geomspace(0.5 / MOST_GROWTH, 1e4, 60)
_EVERY = 7  # of the grid's curves to begin from
_RATES_OF_A_REGION, _ODDS_OF_A_REGION = 5, 3
_COSINES_ROUNDED = 1e-9  # more than what sines of small angles lose
BLOCK = 64  # curves at once
_MOST_STEPS, _LEAST_GAIN = 500, 1e-15
_FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-3, 1e-12, 1e12


def logistic(
    year: np.ndarray,
    saturation: float | np.ndarray,
    rate: float | np.ndarray,
    midpoint: float | np.ndarray,
) -> np.ndarray:
    """Return K / (1 + exp(-r (t - t0)))."""
    # Two functions, for curves are asked for often and np.clip is slow with few years.
    exponent = np.maximum(np.minimum(rate * (year - midpoint), 500.0), -500.0)
    return saturation / (1 + np.exp(-exponent))


def highest(count: int) -> np.ndarray:
    """Return the upper bounds of saturation, rate and midpoint of a series of so many years."""
    return np.array([MOST_GROWTH, FASTEST, count - 1 + 100.0])


def best_curve(share: np.ndarray) -> np.ndarray:
    """Return saturation, rate and midpoint of the logistic curve of least squares.

    From the best curve of a coarse grid on, by damped Gauss-Newton steps (Marquardt 1963) within
    the bounds; an unknown that a bound holds stays there.

    Args:
        share: what is reached in each year, of the last one's.

    >>> years = np.arange(20.0)
    >>> [round(float(one), 6) for one in best_curve(logistic(years, 1.5, 0.4, 12.0))]
    [1.5, 0.4, 12.0]
    """
    years, low, high = np.arange(len(share), dtype=float), np.array(LOWEST), highest(len(share))
    # Two functions each, for np.clip is slow with three numbers.
    best = np.minimum(np.maximum(_first_guess(share), low), high)
    part, miss = _misfit(years, share, best)
    damping = _FIRST_DAMPING
    for _ in range(_MOST_STEPS):
        steepness = best[0] * part * (1 - part)
        slopes = np.array([part, steepness * (years - best[2]), -steepness * best[1]])
        uphill, squares = slopes @ miss, slopes @ slopes.T
        free = ~(((best <= low) & (uphill > 0)) | ((best >= high) & (uphill < 0)))
        while damping < _MOST_DAMPING:
            step = _step(squares, uphill, free, damping)
            tried = np.minimum(np.maximum(best + step, low), high)
            tried_part, tried_miss = _misfit(years, share, tried)
            gain = miss @ miss - tried_miss @ tried_miss
            if gain > 0:
                break
            damping *= 4
        else:
            break
        is_done = gain <= _LEAST_GAIN * (miss @ miss)
        best, part, miss = tried, tried_part, tried_miss
        damping = max(damping / 10, _LEAST_DAMPING)
        if is_done:
            break
    return best


def _misfit(
    years: np.ndarray, share: np.ndarray, curve: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what a curve says is reached of its saturation, and how far it is off."""
    part = logistic(years, 1.0, curve[1], curve[2])
    return part, curve[0] * part - share


def _step(squares: np.ndarray, uphill: np.ndarray, free: np.ndarray, damping: float) -> np.ndarray:
    # Most often all are free: picking rows and columns takes as long as solving.
    damped = squares.copy() if free.all() else squares[np.ix_(free, free)]
    diagonal = np.einsum("ii->i", damped)
    diagonal += damping * diagonal
    step = np.zeros(len(uphill))
    step[free] = -np.linalg.lstsq(damped, uphill[free], rcond=None)[0]
    return step


def _first_guess(share: np.ndarray) -> np.ndarray:
    rates, midpoints, curves, squares = _few(len(share))
    product = curves @ share
    saturation = np.clip(product / squares, LOWEST[0], MOST_GROWTH)
    place = (saturation**2 * squares - 2 * saturation * product).argmin()
    return np.array([saturation[place], rates[place], midpoints[place]])


@lru_cache(maxsize=64)
def _few(count: int) -> tuple[np.ndarray, ...]:
    rate, midpoint = (axis[::_EVERY] for axis in _axes(count))
    return rate, midpoint, *_curves(count, rate, midpoint)


@lru_cache(maxsize=1)
def grid(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return logistic curves over so many years, a row a curve, and their sums of squares."""
    return _curves(count, *_axes(count))


@lru_cache(maxsize=64)
def unit_grid(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the curves of :func:`grid` divided by their lengths, and these."""
    curves, squares = grid(count)
    lengths = np.sqrt(squares)
    return curves / lengths[:, None], lengths


@lru_cache(maxsize=64)
def regions(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return regions of :func:`unit_grid`: neighbours by rate and odds.

    Returns:
        the region of each curve; the curve in the middle of each region; the least cosine of an
        angle between that and another of the region.
    """
    odds, rate = np.divmod(np.arange(len(RATES) * len(ODDS)), len(RATES))
    across = -(-len(RATES) // _RATES_OF_A_REGION)
    region = odds // _ODDS_OF_A_REGION * across + rate // _RATES_OF_A_REGION
    curves, _ = unit_grid(count)
    members = np.argsort(region, kind="stable")
    size = np.bincount(region)
    middle = members[size.cumsum() - size // 2 - 1]
    width = np.ones(len(size))
    np.minimum.at(width, region, np.einsum("ij,ij->i", curves, curves[middle[region]]))
    return region, middle, width


def possible(share: np.ndarray) -> np.ndarray:
    """Return the curves of :func:`unit_grid` that may be the nearest by angle to one of some rows.

    A curve is no nearer than the middle of its region but for the greatest angle in the region.

    Args:
        share: a series a row.
    """
    region, middle, width = regions(share.shape[1])
    centres = unit_grid(share.shape[1])[0][middle]
    cosine = in_blocks(share / np.sqrt((share**2).sum(axis=1, keepdims=True)), centres)
    nearest = np.minimum(cosine.max(axis=1, keepdims=True), 1.0)
    # The cosine of the sum of both angles.
    least = nearest * width - np.sqrt(1 - nearest**2) * np.sqrt(1 - width**2)
    return np.flatnonzero((cosine >= least - _COSINES_ROUNDED).any(axis=0)[region])


def in_blocks(share: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Return the products of rows and curves.

    In blocks, which stay in the cache, and which libraries multiply without further threads.
    """
    blocks = range(0, len(curves), BLOCK)
    return np.hstack([share @ curves[begin : begin + BLOCK].T for begin in blocks])


def _curves(count: int, rate: np.ndarray, midpoint: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    curves = logistic(np.arange(count, dtype=float), 1.0, rate[:, None], midpoint[:, None])
    return curves, (curves**2).sum(axis=1)


def _axes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rate and midpoint of each curve of the grid over so many years."""
    rate, reached = (axis.ravel() for axis in np.meshgrid(RATES, ODDS))
    return rate, count - 1 - np.log(reached) / rate
