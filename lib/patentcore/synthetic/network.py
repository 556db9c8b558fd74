"""The key patents and their incident citation network, with numpy on the driver.

Betweenness in a citation network grows with citing times cited. To keep it where the published
ranking needs it, publications outside the key patents either cite key patents or are cited by
them, never both; no background key patent has more than ``PAIR_LIMIT`` pairs of a citing and a
cited neighbour; and citations among key patents are dropped where they would open more paths than
``PATH_LIMIT``. The published patents have neighbours of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from patentcore.synthetic.places import Booleans, places_after, places_before
from patentcore.synthetic.published import PUBLISHED, PublishedPatent
from patentcore.synthetic.timeline import EPOCH, Integers, Timeline

PAIR_LIMIT, PATH_LIMIT = 240, 290
KEY_CITATIONS_PER_KEY = 0.9
SELF_LOOPS, PARALLEL_ROWS = 12, 150  # at scale 1


@dataclass(frozen=True)
class KeyLayer:
    """The key patents, and the edges with at least one of them.

    Attributes:
        keys: a row for each key patent that something is laid down for: its place ``t``,
            ``fixed_ipc`` (main class), and for published patents ``fixed_number``, ``fixed_day``,
            ``fixed_relatives`` and ``subject``, else null.
        edges: places ``citing`` and ``cited``, and whether each is a place of the corpus
            (``citing_inside``, ``cited_inside``) or a shadow; every pair once, and then the rows
            that a careful reader drops or merges (``is_planted``).
    """

    keys: pd.DataFrame
    edges: pd.DataFrame


@dataclass(frozen=True)
class _Keys:
    """Key patents by rank.

    Attributes:
        row: the place of the key patent's row.
        time: the place by which it is ordered in time; another one for published patents, whose
            dates are given.
        is_granted: published as granted, without an application before it.
        published: published patents by rank.
        bridges: ranks of the key patents that join neighbours of a published one.
    """

    row: Integers
    time: Integers
    is_granted: Booleans
    published: dict[int, PublishedPatent]
    bridges: dict[str, int]

    def background(self) -> Integers:
        """Ranks of the key patents that are neither published nor bridges."""
        taken = [*self.published, *self.bridges.values()]
        return np.setdiff1d(np.arange(len(self.row)), taken)


@dataclass
class _Pairs:
    """Edges between key patents (by rank) and other vertices (numbered from 0)."""

    key: Integers
    other: Integers
    others: int

    def add(self, key: Integers, other: Integers, new_others: int) -> None:
        """Append edges; ``other`` counts on from the vertices that are there."""
        self.key = np.concatenate([self.key, key])
        self.other = np.concatenate([self.other, other + self.others])
        self.others += new_others


def build(timeline: Timeline) -> KeyLayer:
    """Draw the key patents and their network."""
    rng = np.random.default_rng([timeline.seed, timeline.rows])
    keys = _key_patents(timeline)
    private = sum(patent.neighbours for patent in keys.published.values()) - len(keys.bridges)
    others = timeline.vertices - timeline.keys - private
    citing_count, cited_count = _background_degrees(timeline, keys, others, rng)
    among = _without_long_paths(_citations_among(keys, rng), citing_count, cited_count)
    citing, cited = _background_edges(timeline, keys, citing_count, cited_count, others, rng)
    among = _add_published(keys, citing, cited, among)
    edges = _located(timeline, keys, citing, cited, among, rng)
    planted = _planted(timeline, keys, edges, rng)
    edges = pd.concat([edges.assign(is_planted=False), planted], ignore_index=True)
    return KeyLayer(_key_frame(timeline, keys, rng), edges)


# --- which rows are the published patents -------------------------------------------------------


def _key_patents(timeline: Timeline) -> _Keys:
    """Give every published patent that fits the row of a key patent, nearest in time.

    Only key patents without a double serve, so that the published number is the one to stay.
    """
    rank = np.arange(timeline.keys, dtype=np.int64)
    row: Integers = timeline.place(rank)
    free = rank >= timeline.doubles
    is_granted = free & ((rank - timeline.doubles) % 3 != 2)
    keys = _Keys(row, row.copy(), is_granted, {}, {})
    room = (timeline.vertices - timeline.keys) // 2
    for patent in PUBLISHED:
        place = timeline.first_place((patent.published - EPOCH).days)
        same_kind = np.flatnonzero(free & (is_granted == patent.is_grant))
        bridges = np.flatnonzero(free & is_granted & (row > place))
        needs_bridge = patent.joined_pairs > 0
        room -= patent.neighbours
        if room < 0 or not len(same_kind) or (needs_bridge and not len(bridges)):
            continue
        chosen = int(same_kind[np.argmin(np.abs(row[same_kind] - place))])
        free[chosen] = False
        keys.published[chosen] = patent
        keys.time[chosen] = place
        if needs_bridge:
            bridge = int(bridges[np.argmin(row[bridges])])
            free[bridge] = False
            keys.bridges[patent.number] = bridge
    return keys


def _key_frame(timeline: Timeline, keys: _Keys, rng: np.random.Generator) -> pd.DataFrame:
    """Lay down numbers, dates, families and main classes."""
    fixed: dict[int, tuple[str | int | None, ...]] = {
        rank: (
            patent.main_ipc,
            patent.number,
            (patent.published - EPOCH).days,
            patent.relatives,
            patent.subject,
        )
        for rank, patent in keys.published.items()
    }
    fellows = iter(rng.permutation(keys.background()).tolist())
    for patent in keys.published.values():
        for _ in range(round(patent.class_count * timeline.scale) - 1):
            rank = next(fellows, None)
            if rank is not None:
                fixed[rank] = (patent.main_ipc, None, None, None, None)
    columns = ["fixed_ipc", "fixed_number", "fixed_day", "fixed_relatives", "subject"]
    frame = pd.DataFrame.from_dict(fixed, orient="index", columns=columns, dtype=object)
    frame.insert(0, "t", keys.row[frame.index.to_numpy(dtype=np.int64)])
    return frame.reset_index(drop=True)


# --- degrees ------------------------------------------------------------------------------------


def _background_degrees(
    timeline: Timeline, keys: _Keys, others: int, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Draw how many other publications cite each background key patent, and how many it cites.

    Applications are cited, with a heavy tail, the older the more; grants, whose citations went
    to their application, cite what the examiner found.
    """
    size = timeline.keys
    youth = 1 - keys.time / timeline.rows
    citing = np.minimum(rng.lognormal(2.75, 1.0, size), 160) * np.minimum(1, 3 * youth)
    cited = np.minimum(rng.lognormal(1.75, 0.8, size), 40)
    citing = np.where(keys.is_granted, np.maximum(0, rng.integers(-6, 3, size)), citing)
    cited = np.where(keys.is_granted, np.minimum(rng.lognormal(2.8, 0.6, size), 80), cited)
    isolated = rng.random(size) < 0.005
    citing_count = np.where(isolated, 0, citing).astype(np.int64)
    citing_count[list(keys.bridges.values())] = 0
    cited_count = np.where(isolated, 0, cited).astype(np.int64)
    cited_count = np.minimum(cited_count, PAIR_LIMIT // np.maximum(citing_count, 1))
    for counts in (citing_count, cited_count):
        counts[list(keys.published)] = 0
    _top_up(citing_count, cited_count, keys, others)
    return citing_count, cited_count


def _top_up(citing_count: Integers, cited_count: Integers, keys: _Keys, others: int) -> None:
    """Let uncited key patents cite more, until there are edges for every other publication."""
    missing = others + others // 4 - int(citing_count.sum() + cited_count.sum())
    if missing > 0:
        background = keys.background()
        uncited = background[citing_count[background] == 0]
        uncited = uncited if len(uncited) else background[:1]
        citing_count[uncited] = 0
        cited_count[uncited] += -(-missing // len(uncited))


# --- citations among key patents ----------------------------------------------------------------


def _citations_among(keys: _Keys, rng: np.random.Generator) -> Integers:
    """Draw citations among background key patents: two rows, citing and cited ranks."""
    ranks = keys.background()
    ranks = ranks[np.argsort(keys.time[ranks], kind="stable")]
    size = len(ranks)
    if size < 2:
        return np.empty((2, 0), dtype=np.int64)
    citing = rng.integers(1, size, int(KEY_CITATIONS_PER_KEY * size))
    back = 1 + rng.exponential(size / 8, len(citing)).astype(np.int64)
    kept = back <= citing
    pairs = np.unique(np.stack([citing[kept], (citing - back)[kept]]), axis=1)
    return ranks[pairs]


def _without_long_paths(among: Integers, citing: Integers, cited: Integers) -> Integers:
    """Drop citations among key patents until no key patent lies on too many paths.

    A vertex lies on at most (vertices before it) times (vertices behind it) shortest paths.
    """
    while among.size:
        before = _reached(among[0], among[1], citing)
        behind = _reached(among[1], among[0], cited)
        too_many = before * behind > PATH_LIMIT
        if not too_many.any():
            break
        among = among[:, ~(too_many[among[0]] | too_many[among[1]])]
    return among


def _reached(source: Integers, target: Integers, own: Integers) -> npt.NDArray[np.float64]:
    """Bound the number of vertices on one side: own neighbours, and those of linked key patents."""
    total = own.astype(np.float64)
    while True:
        step = own.astype(np.float64)
        np.add.at(step, target, 1 + total[source])
        # Far beyond the limit already, and paths among key patents can be long.
        step = np.minimum(step, 1e6)
        if (step == total).all():
            return total
        total = step


# --- edges to other publications ----------------------------------------------------------------


def _background_edges(
    timeline: Timeline,
    keys: _Keys,
    citing_count: Integers,
    cited_count: Integers,
    others: int,
    rng: np.random.Generator,
) -> tuple[_Pairs, _Pairs]:
    """Share the other publications out: those that cite key patents, and those cited."""
    ends = int(citing_count.sum()), int(cited_count.sum())
    citing_others = min(round(others * ends[0] / max(1, sum(ends))), ends[0])
    citing_others = max(citing_others, others - ends[1])
    spread = timeline.rows * 0.05
    citing = _share(keys.time, citing_count, citing_others, spread, rng)
    cited = _share(keys.time, cited_count, others - citing_others, spread, rng)
    return citing, cited


def _share(
    time: Integers, counts: Integers, others: int, spread: float, rng: np.random.Generator
) -> _Pairs:
    """Join each key patent to ``counts`` of the others; each of the others gets some edge.

    The ends of edges stand in a blurred order of time, and the others take runs of them, so
    publications share neighbours of about their age.
    """
    key = np.repeat(np.arange(len(counts)), counts)
    key = key[np.argsort(time[key] + rng.normal(0, spread, len(key)), kind="stable")]
    if others == 0:
        return _Pairs(key[:0], key[:0], 0)
    cuts = np.sort(rng.choice(len(key) - 1, others - 1, replace=False)) + 1
    other = np.searchsorted(cuts, np.arange(len(key)), side="right")
    pairs = np.unique(np.stack([key, other]), axis=1)
    return _Pairs(pairs[0], pairs[1], others)


def _add_published(keys: _Keys, citing: _Pairs, cited: _Pairs, among: Integers) -> Integers:
    """Give the published patents neighbours of their own; return the citations among keys."""
    for rank, patent in keys.published.items():
        bridge = keys.bridges.get(patent.number)
        own_citing = patent.citing - (bridge is not None)
        citing.add(np.full(own_citing, rank), np.arange(own_citing), own_citing)
        if bridge is not None:
            # The bridge cites the patent and some of what it cites: no path through the patent.
            joined = np.arange(patent.joined_pairs)
            cited.add(np.full(len(joined), bridge), joined, 0)
            among = np.concatenate([among, [[bridge], [rank]]], axis=1)
        cited.add(np.full(patent.cited, rank), np.arange(patent.cited), patent.cited)
    return among


# --- places of the other publications -----------------------------------------------------------


def _located(
    timeline: Timeline,
    keys: _Keys,
    citing: _Pairs,
    cited: _Pairs,
    among: Integers,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Find a place for every other publication, and return all edges by place.

    It is later than the key patents that the publication cites, or earlier than those citing it.
    """
    latest = np.full(citing.others, -1, dtype=np.int64)
    np.maximum.at(latest, citing.other, keys.time[citing.key])
    earliest = np.full(cited.others, timeline.rows, dtype=np.int64)
    np.minimum.at(earliest, cited.other, keys.time[cited.key])
    citing_place, citing_inside = places_after(timeline, latest, rng)
    cited_place, cited_inside = places_before(timeline, earliest, citing_place[citing_inside], rng)
    return pd.concat(
        [
            _edge_frame(
                citing_place[citing.other], keys.row[citing.key], citing_inside[citing.other]
            ),
            _edge_frame(
                keys.row[cited.key], cited_place[cited.other], True, cited_inside[cited.other]
            ),
            _edge_frame(keys.row[among[0]], keys.row[among[1]]),
        ],
        ignore_index=True,
    )


def _edge_frame(
    citing: Integers,
    cited: Integers,
    citing_inside: Booleans | bool = True,
    cited_inside: Booleans | bool = True,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "citing": citing,
            "cited": cited,
            "citing_inside": np.broadcast_to(citing_inside, citing.shape),
            "cited_inside": np.broadcast_to(cited_inside, cited.shape),
        }
    )


def _planted(
    timeline: Timeline, keys: _Keys, edges: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw rows that a careful reader drops: self-citations, and pairs named a second time."""
    loops = keys.row[rng.choice(keys.background(), max(1, round(SELF_LOOPS * timeline.scale)))]
    inside = np.flatnonzero(edges["citing_inside"] & edges["cited_inside"])
    again = rng.choice(inside, max(1, round(PARALLEL_ROWS * timeline.scale)))
    rows = pd.concat(
        [_edge_frame(np.unique(loops), np.unique(loops)), edges.iloc[np.unique(again)]]
    )
    return rows.assign(is_planted=True)
