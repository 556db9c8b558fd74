"""Places for the publications around the key patents: in the corpus, or shadows outside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from patentcore.synthetic.timeline import Integers, Timeline

CITING_IN_CORPUS, CITED_IN_CORPUS = 60, 50  # percent

Booleans = npt.NDArray[np.bool_]


def places_after(
    timeline: Timeline, latest: Integers, rng: np.random.Generator
) -> tuple[Integers, Booleans]:
    """Distinct places behind ``latest``: in the corpus where one is free, else shadows (even)."""
    reach = np.minimum(timeline.rows // 3, timeline.rows - 1 - latest)
    place = latest + 1 + (rng.random(len(latest)) ** 1.5 * reach).astype(np.int64)
    wanted = (rng.integers(0, 100, len(place)) < CITING_IN_CORPUS) & (reach > 0)
    inside = wanted & (timeline.rank(place) >= timeline.candidates) & _is_first(place, wanted)
    half = _spread_up(place // 2 + 1)
    return np.where(inside, place, 2 * half), inside


def places_before(
    timeline: Timeline, earliest: Integers, taken: Integers, rng: np.random.Generator
) -> tuple[Integers, Booleans]:
    """Distinct places before ``earliest``: in the corpus where one is free, else shadows (odd).

    Publications that the funnel drops as uncited do not serve.
    """
    reach = np.minimum(timeline.rows // 3, earliest)
    place = earliest - 1 - (rng.random(len(earliest)) ** 1.5 * reach).astype(np.int64)
    wanted = (rng.integers(0, 100, len(place)) < CITED_IN_CORPUS) & (place >= 0)
    rank = timeline.rank(np.maximum(place, 0))
    is_uncited = (rank >= timeline.funnel[4]) & (rank < timeline.funnel[3])
    serves = (rank >= timeline.candidates) & ~is_uncited & ~np.isin(place, taken)
    inside = wanted & serves & _is_first(place, wanted)
    older = place - (rng.random(len(place)) * timeline.rows / 8).astype(np.int64)
    half = -_spread_up(-(older // 2 - 1))
    return np.where(inside, place, 2 * half + 1), inside


def _is_first(values: Integers, among: Booleans) -> Booleans:
    """Tell, among some elements, the first of each value."""
    chosen = np.flatnonzero(among)
    _, first = np.unique(values[chosen], return_index=True)
    mask = np.zeros(len(values), dtype=bool)
    mask[chosen[first]] = True
    return mask


def _spread_up(values: Integers) -> Integers:
    """Raise values as little as needed to make them distinct."""
    order = np.argsort(values, kind="stable")
    ladder = np.arange(len(values))
    distinct = np.maximum.accumulate(values[order] - ladder) + ladder
    raised = np.empty_like(values)
    raised[order] = distinct
    return raised
