"""An export as inventions, with what judgements rest on, by pandas and SciPy alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

SOURCES = ["record", "family", "address", "name", "place", "priority", "form"]
AT_HOME = ["university", "institute", "government"]


class Export:
    """An export's patents as inventions, and what a run found in it."""

    def __init__(self, result: Path, ingested: Path) -> None:
        self.config = json.loads((result / "run.json").read_text())["configuration"]
        self.limits = self.config["technologies"]["thresholds"]
        patents = pd.read_parquet(ingested / "patents")
        within = self.config["corpus"]
        published = pd.to_datetime(patents["publication_date"])
        for name, is_outside in (("from", published.lt), ("to", published.gt)):
            if (limit := within[f"published_{name}"]) is not None:
                patents = patents[~is_outside(pd.Timestamp(limit)) & published.notna()]
        patents["key"] = [_shared(row) for row in patents.itertuples()]
        patents["invention"] = patents.groupby("key")["publication_number"].transform("min")
        self.patents = patents
        self.of_number = patents.set_index("publication_number")["invention"]
        self.inventions = self._inventions()
        self.citations = self._citations(pd.read_parquet(ingested / "citations"))
        members = pd.read_parquet(result / "technology_patents")
        members = members[members["grade"] == "core"]
        numbers = members["publication_number"].map(self.of_number)
        self.members = members.assign(invention=numbers).groupby("technology")["invention"].unique()
        self.holders = _holders(pd.read_parquet(result / "technology_applicants"), self.of_number)
        scores = pd.read_parquet(result / "scores")
        degree = scores.set_index("publication_number")["core_degree_scaled"]
        scaled = patents["publication_number"].map(degree)
        self.weight = 1 + scaled.groupby(patents["invention"]).max().fillna(0.0)
        self.traits = self._traits()

    def _inventions(self) -> pd.DataFrame:
        """One row an invention: year, office, codes, what it passes, literature, inventors."""
        frame = self.patents
        years = [
            _year(
                *(row.earliest_priority_date, _listed(row.priorities)),
                *(row.application_date, row.publication_date),
            )
            for row in frame.itertuples()
        ]
        codes = [
            ipc if ipc is not None and len(ipc) else cpc
            for ipc, cpc in zip(frame["ipc"], frame["cpc"], strict=True)
        ]
        judged = frame.assign(
            year=years,
            subclasses=[_at(one, r"^[A-Z]\d\d[A-Z]") for one in codes],
            groups=[_at(one, r"^[A-Z]\d\d[A-Z]\d+(?=/)") for one in codes],
        )
        judged["passes"] = list(zip(*self._steps(judged), strict=True))
        rows = {}
        for invention, of_it in judged.groupby("invention"):
            own = of_it[of_it["publication_number"] == invention]
            named = of_it.sort_values("publication_number")["inventors"]
            people = next((p for p in named if p is not None and len(p)), [])
            each = [_any(step) for step in zip(*of_it["passes"], strict=True)]
            rows[invention] = {
                "year": of_it["year"].min(),
                "office": own["authority"].max(),
                "subclasses": sorted(set().union(*of_it["subclasses"])),
                "groups": sorted(set().union(*of_it["groups"])),
                "is_quality": False if False in each else None if None in each else True,
                "literature": of_it["npl_citation_count"].max(),
                "people": {" ".join(re.findall(r"\w+", one.upper())) for one in people if one},
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def _steps(self, frame: pd.DataFrame) -> Iterable[list]:
        asked = self.config["screening"]
        steps = set(asked["steps"])
        if "patent_type" in steps:
            yield [_known(v, lambda v: v in asked["patent_types"]) for v in frame["patent_type"]]
        if "claims" in steps:
            least = asked["min_claims_exclusive"]
            yield [_known(v, lambda v: v > least) for v in frame["claim_count"]]
        if "citations" in steps:
            least, cited = asked["min_citations_exclusive"], frame["cited_by_count"]
            if asked["citations"] == "family":
                cited = frame["family_cited_by_count"].astype(float).fillna(cited.astype(float))
            yield [_known(v, lambda v: v > least) for v in cited]
        if "breadth" in steps:
            least = asked["min_breadth_exclusive"]
            yield [_known(v or None, lambda v: len(v) > least) for v in frame["subclasses"]]

    def _citations(self, pairs: pd.DataFrame) -> pd.DataFrame:
        ends = {
            end: pairs[end].map(self.of_number).fillna(pairs[end]) for end in ("citing", "cited")
        }
        between = pd.DataFrame(ends).drop_duplicates()
        return between[between["citing"] != between["cited"]]

    def _traits(self) -> pd.DataFrame:
        """Percentiles of generality in the corpus and of novelty in the inventions of the year."""
        classes = self.inventions["subclasses"]
        citing = self.citations[self.citations["citing"].map(classes).str.len() > 0]
        spread = {}
        for cited, numbers in citing.groupby("cited")["citing"]:
            if len(numbers) < 3:
                continue
            parts: dict[str, float] = {}
            for one in classes[numbers]:
                for name in one:
                    parts[name] = parts.get(name, 0.0) + 1 / len(one)
            n = len(numbers)
            apart = 1 - sum(part * part for part in parts.values()) / (n * n)
            spread[cited] = min(round(apart * n / (n - 1), 12), 1.0)
        general = pd.Series(spread, dtype=float)
        years = self.inventions["year"].dropna()
        pairs = {one: list(combinations(self.inventions["groups"][one], 2)) for one in years.index}
        first: dict[tuple, float] = {}
        for one, year in years.items():
            for pair in pairs[one]:
                first[pair] = min(first.get(pair, year), year)
        so_far = years.value_counts(normalize=True).sort_index().cumsum()
        begin = (so_far[so_far >= 0.01].index.min() if len(so_far) else 0) + self.key(
            "burn_in_years"
        )
        fresh = pd.Series(
            {
                one: round(float(np.mean([first[pair] == year for pair in pairs[one]])), 12)
                for one, year in years.items()
                if year >= begin and pairs[one]
            },
            dtype=float,
        )
        of_year = years[fresh.index]
        return pd.DataFrame(
            {
                "generality_rank": _middle(general),
                "novelty": fresh.groupby(of_year, group_keys=False).apply(_middle),
            },
            index=self.inventions.index,
        )

    def key(self, name: str) -> int:
        """Return a number of the run's ``[technologies]``."""
        return self.config["technologies"][name]

    @property
    def last_year(self) -> int:
        """The last year whose filings are all published."""
        return self.config["scoring"]["reference_year"] - self.key("unseen_years")


def _shared(row: tuple) -> str:
    if row.simple_family is not None and len(row.simple_family):
        return "family " + min([*row.simple_family, row.publication_number])
    priorities = row.priorities if row.priorities is not None else []
    numbers = sorted({one["number"] for one in priorities if one["number"]})
    return "|".join(numbers) or row.application_number or row.publication_number


def _listed(priorities: Iterable | None) -> object:
    dates = [one["date"] for one in (priorities if priorities is not None else [])]
    return min((date for date in dates if date is not None), default=None)


def _year(*dates: object) -> float:
    return next((pd.Timestamp(one).year for one in dates if pd.notna(one)), float("nan"))


def _at(symbols: Iterable | None, pattern: str) -> set[str]:
    plain = (
        one.replace(" ", "").upper() for one in (symbols if symbols is not None else []) if one
    )
    return {found.group() for one in plain if (found := re.match(pattern, one))}


def _known(value: object, rule: Callable) -> bool | None:
    missing = value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA
    return None if missing else bool(rule(value))


def _any(answers: tuple) -> bool | None:
    return True if True in answers else None if None in answers else False


def _middle(values: pd.Series) -> pd.Series:
    """Share of the values below, and half of the equal ones."""
    low, high = values.rank(method="min"), values.rank(method="max")
    return ((low - 1) + high) / 2 / len(values)


def _holders(named: pd.DataFrame, of_number: pd.Series) -> pd.DataFrame:
    """Owners of inventions, by the best source and in fractions; people where nobody else is."""
    named = named.assign(invention=named["publication_number"].map(of_number))
    named["rank"] = [
        float(SOURCES.index(one)) if one in SOURCES else 9.0 for one in named["side_source"]
    ]
    is_late = (named["side_source"] == "place") & ~named["sector"].isin(AT_HOME)
    named.loc[is_late, "rank"] = SOURCES.index("form") - 0.5
    named = named.sort_values(["rank", "position", "publication_number"])
    rows = []
    for (invention, owner), of_it in named.groupby(["invention", "owner"], sort=False):
        sector = of_it["sector"].mode()
        rows.append(
            {
                "invention": invention,
                "owner": owner,
                "position": of_it["position"].min(),
                "side": of_it["side"].iloc[0],
                "sector": sector.iloc[0] if len(sector) else None,
            }
        )
    held = pd.DataFrame(rows)
    if held.empty:
        return held.reindex(columns=["invention", "owner", "position", "side", "sector", "share"])
    is_person = held["sector"] == "individual"
    with_others = (~is_person).groupby(held["invention"]).transform("any")
    held = held[~is_person | ~with_others].sort_values(["invention", "position", "owner"])
    held["position"] = held.groupby("invention").cumcount()
    return held.assign(share=1 / held.groupby("invention")["owner"].transform("size"))


def _curve(t: np.ndarray, k: float, r: float, m: float) -> np.ndarray:
    return k / (1 + np.exp(-np.clip(r * (t - m), -500, 500)))


def _fit(counts: np.ndarray) -> tuple[np.ndarray, float]:
    """The best of several starts: saturation in units of what is observed, rate, midpoint; R2."""
    total = counts.cumsum() / counts.sum()
    t = np.arange(len(counts), dtype=float)
    bounds = ([0.9, 0.01, -50.0], [100.0, 5.0, t[-1] + 100.0])
    starts = [(1.5, 0.3, t[-1] / 2), (1.1, 0.5, t[-1] / 2), (10.0, 0.5, t[-1] + 2)]
    fits = [least_squares(lambda x: _curve(t, *x) - total, one, bounds=bounds) for one in starts]
    best = min(fits, key=lambda one: one.cost)
    return best.x, 1 - 2 * best.cost / ((total - total.mean()) ** 2).sum()


def maturity(years: pd.Series, parts: pd.Series, last: int, fewest: float) -> tuple | None:
    """Maturity, its 90 % interval, those of the cuts and whether it is at a bound; or nothing."""
    yearly = parts[parts > 0].groupby(years).sum()
    yearly = yearly[yearly.index <= last]
    if round(yearly.sum(), 9) < fewest or last - yearly.index.min() + 1 < 5:
        return None
    span = np.arange(int(yearly.index.min()), last + 1)
    counts = yearly.reindex(span, fill_value=0.0).to_numpy()
    x, r2 = _fit(counts)
    if not r2 >= 0.9:
        return None
    draw = np.random.default_rng(7)
    drawn = [
        min(1 / _fit(one)[0][0], 1.0)
        for one in draw.poisson(counts, size=(100, len(counts))).astype(float)
        if one.sum()
    ]
    low, high = np.percentile(drawn, [5, 95])
    maturity = min(1 / x[0], 1.0)
    cuts = []
    for back in (1, 2, 3):
        kept = counts[: len(counts) - back]
        if kept.sum() >= fewest and len(kept) >= 5 and (cut := _fit(kept))[1] >= 0.9:
            cuts.append(min(1 / cut[0][0], 1.0))
    at_bound = x[0] > 99.9 or x[1] > 4.99 or x[1] < 0.015 or x[0] < 0.9005
    return maturity, min(low, maturity), max(high, maturity), cuts, at_bound
