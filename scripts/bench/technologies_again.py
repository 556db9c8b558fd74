"""Judge the technologies of finished runs again, in pandas and SciPy, without the project's code.

``python scripts/bench/technologies_again.py RESULT INGESTED [RESULT INGESTED ...]``: INGESTED is
what ``patentcore ingest`` made of the same export. Taken over are which publications are about a
technology and what is told of an applicant's name (owner, side, sector); all else is computed from
patents, citations and scores: inventions, shares, bounds, curves and their intervals, traits, base
rates. Prints the judgements that come out otherwise, of technologies with ten or more inventions.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from math import log
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
from technologies_export import Export, maturity

FEWEST = 10
ROOT = Path(__file__).parents[2]
UNKNOWN, NONE = "unknown", "no domestic inventions"
NOT_CHECKED = "not checked"
LEADERS = {
    "integrated product": "leading enterprises",
    "material or part": "specialised small enterprises",
    "process": "enterprises with institutes and universities",
}
OF_CLASS = {
    "key generic": ("subject dislocation", "spiral progressive", "leading enterprises"),
    "cutting-edge": ("path dependence", "jungle competition", "the whole industry chain"),
    "major strategic": ("resource misallocation", "main layout", "state organisations"),
}


class Judge:
    """The questions of one technology, each answered anew."""

    def __init__(self, export: Export, technology: str, said: dict) -> None:
        self.export, self.limits, self.said = export, export.limits, said
        ids = export.members[technology]
        self.rows = export.inventions.loc[ids]
        held = export.holders[export.holders["invention"].isin(ids)]
        self.held, self.traits = held, export.traits.loc[ids]
        share = held.pivot_table("share", "invention", "side", aggfunc="sum").reindex(ids)
        share = share.reindex(columns=["domestic", "foreign"]).fillna(0.0)
        self.share = share.assign(unknown=(1 - share.sum(axis=1)).clip(lower=0).round(9))
        self.first = held[held["position"] == 0].set_index("invention")["side"]
        self.domestic, self.foreign = (
            self.rows.loc[self.first.index[self.first == side]] for side in ("domestic", "foreign")
        )
        told = self.first.index[self.first.notna()]
        self.open = self.rows.loc[self.rows.index.difference(told)]
        last, fewest = export.last_year, export.key("min_filings")
        parts = self.share.assign(all=1.0)
        curves = {
            name: maturity(self.rows["year"], parts[name], last, fewest)
            for name in ("all", "domestic", "foreign")
        }
        self.grown = curves["all"]
        self.grown_of = {side: curves[side] or self.grown for side in ("domestic", "foreign")}
        self.quality = self.rows["is_quality"].eq(True)
        self.strong = {side: self._is_strong(side) for side in ("domestic", "foreign")}

    def has_none(self) -> bool:
        """Tell whether none of enough inventions can be domestic."""
        most = self.share["domestic"].sum() + self.share["unknown"].sum()
        return len(self.rows) >= self.limits["min_patents"] and round(most, 9) == 0

    def _is_strong(self, side: str) -> bool | None:
        """Tell whether share and maturity are both enough; either, if too small, makes it weak."""
        if self.quality.sum() < self.limits["min_quality_patents"]:
            return None
        weight = self.export.weight[self.rows.index][self.quality]
        held = self.share[self.quality].mul(weight, axis=0).sum()
        ends = [held[side] / held.sum(), (held[side] + held["unknown"]) / held.sum()]
        share = {round(end, 12) >= self.limits["strong_share"] for end in ends}
        both = (share, self._is_grown(side))
        return False if {False} in both else None if {True, False} in both else True

    def _is_grown(self, side: str) -> set[bool]:
        """Return what the maturity may be: of no fit, or one that ends at a bound, anything."""
        if (grown := self.grown_of[side]) is None or grown[4]:
            return {True, False}
        return {end >= self.limits["strong_maturity"] for end in grown[1:3]}

    def stage(self) -> str:
        """Return the stage; unknown at a bound, or where interval or cuts differ."""
        if self.grown is None:
            return UNKNOWN
        maturity, low, high, cuts, at_bound = self.grown
        stages = {self._of(one) for one in (maturity, low, high, *cuts)}
        if at_bound or len(stages) > 1:
            return UNKNOWN
        (stage,) = stages
        return "transition" if stage == "mature" and self._is_turning() else stage

    def _of(self, maturity: float) -> str:
        if maturity < self.limits["emerging_maturity"]:
            return "emerging"
        return "growth" if maturity <= self.limits["mature_maturity"] else "mature"

    def _is_turning(self) -> bool:
        last, span = self.export.last_year, self.export.key("recent_years")
        year, novelty = self.rows["year"], self.traits["novelty"]
        recent = novelty[(year > last - span) & (year <= last)].dropna()
        before = novelty[(year > last - 2 * span) & (year <= last - span)].dropna()
        if len(recent) < 5 or len(before) < 5:
            return False
        return recent.mean() - before.mean() >= self.limits["rising_novelty"]

    def absence(self) -> str:
        """Return the state of the game of two."""
        ours, theirs = self.strong["domestic"], self.strong["foreign"]
        if ours is None or theirs is None:
            return UNKNOWN
        told = {True: "both strong", False: "both weak"}
        apart = "domestic strong, foreign weak" if ours else "foreign strong, domestic weak"
        return told[ours] if ours == theirs else apart

    def class_(self) -> str:
        """Return the class; where the foreign side is open, what either leaves."""
        ours, theirs = self.strong["domestic"], self.strong["foreign"]
        if ours is None:
            return UNKNOWN
        if ours:
            return "no absence"
        if self.said.get("strategic"):
            return "major strategic"
        general = self._trait("generality_rank", "generic_generality", "generic")
        pioneering = self._trait("novelty", "frontier_novelty", "frontier")
        of = {
            True: {True: "key generic", False: "none of the three", None: UNKNOWN}[general],
            False: {True: "cutting-edge", False: "none of the three", None: UNKNOWN}[pioneering],
        }
        possible = set(of.values()) if theirs is None else {of[theirs]}
        return possible.pop() if len(possible) == 1 else UNKNOWN

    def _trait(self, name: str, limit: str, layout: str) -> bool | None:
        values = self.traits[name].dropna()
        if len(values) >= self.limits["min_quality_patents"]:
            return bool(values.mean() >= self.limits[limit])
        return self.said["layout"] == layout if "layout" in self.said else None

    def market(self) -> str:
        """Return the market as the catalogue says it."""
        standard = self.said.get("standardised")
        if self.said.get("niche_market"):
            return "niche"
        return UNKNOWN if standard is None else "standardised" if standard else "diverse"

    def organisation(self) -> str:
        """What every stage, market and will that may be agree on."""
        stage, market, will = self.stage(), self.market(), self.said.get("government_will")
        stages = ["emerging", "growth", "mature", "transition"] if stage == UNKNOWN else [stage]
        markets = ["diverse", "standardised"] if market == UNKNOWN else [market]
        standards = self.said.get("standardised")
        possible = {
            _organisation(self.said.get("public_good"), one, two, three, four)
            for one in stages
            for two in markets
            for three in ([True, False] if will is None else [will])
            for four in ([True, False] if standards is None else [standards])
        }
        return possible.pop() if len(possible) == 1 else UNKNOWN

    def problem(self, question: str) -> str:
        """Return what is asked of the domestic side."""
        if self.has_none():
            return NONE
        if len(self.domestic) < self.limits["min_patents"]:
            return UNKNOWN
        if question == "actual_lead":
            return self._lead()
        figures = {
            "absent_subject": self._enterprises,
            "shortage_of_people": self._people,
            "weak_basic_research": self._literature,
        }
        if question not in figures:
            return NOT_CHECKED
        # As told; with all of unknown side at home; abroad.
        both = [pd.concat([one, self.open]) for one in (self.domestic, self.foreign)]
        pairs = ((self.domestic, self.foreign), (both[0], self.foreign), (self.domestic, both[1]))
        told = {
            self._seen(figures[question](ours), figures[question](theirs)) for ours, theirs in pairs
        }
        return told.pop() if len(told) == 1 else UNKNOWN

    def _seen(self, ours: list[tuple], theirs: list[tuple]) -> str:
        """Tell whether a figure is beyond its limit, and worse than that of enough foreign ones."""
        told = []
        for (figure, beyond, _), (foreign, _, count) in zip(ours, theirs, strict=True):
            is_known = count >= self.limits["min_patents"] and not pd.isna(foreign)
            is_worse = round(figure - foreign, 12) < 0 if is_known else True
            told.append(None if beyond is None else beyond and is_worse)
        return "yes" if True in told else UNKNOWN if None in told else "no"

    def _enterprises(self, inventions: pd.DataFrame) -> list[tuple]:
        """Share with an enterprise where owners tell, whether it is low, and of how many."""
        held = self.held[self.held["invention"].isin(inventions.index)]
        sectors = held.groupby("invention")["sector"].agg(list)
        known = [
            True if "enterprise" in one else None if any(pd.isna(one)) else False for one in sectors
        ]
        told = [one for one in known if one is not None]
        share = np.mean(told) if told else float("nan")
        low = share < self.limits["low_enterprise_share"] if told else None
        return [(share, low, len(inventions))]

    def _people(self, inventions: pd.DataFrame) -> list[tuple]:
        """People an invention that names any, and their breadth."""
        groups: dict[str, dict[str, int]] = {}
        for row in inventions.itertuples():
            for person in row.people:
                own = groups.setdefault(person, {})
                for group in row.groups:
                    own[group] = own.get(group, 0) + 1
        spreads = [
            -sum(n / sum(one.values()) * log(n / sum(one.values())) for n in one.values())
            for one in groups.values()
            if one
        ]
        count = int(inventions["people"].map(bool).sum())
        each = len(groups) / count if count else float("nan")
        breadth = np.mean(spreads) if spreads else float("nan")
        return [
            (each, each < self.limits["few_inventors"] if count else None, count),
            (breadth, breadth < self.limits["narrow_breadth"] if spreads else None, count),
        ]

    def _literature(self, inventions: pd.DataFrame) -> list[tuple]:
        """Share that cites literature, and whether it is low for such inventions."""
        every = self.export.inventions
        cells = [
            (one[0][0] if one else None, office, None if pd.isna(year) else year // 5)
            for one, office, year in zip(
                every["subclasses"], every["office"], every["year"], strict=True
            )
        ]
        cites = every["literature"].gt(0).where(every["literature"].notna()).astype(float)
        by_cell = cites.groupby(pd.Series(cells, index=every.index))
        rates = by_cell.transform("mean").where(by_cell.transform("count") >= 20, cites.mean())
        own = cites[inventions.index].dropna()
        if own.empty:
            return [(float("nan"), None, len(inventions))]
        rate = rates[own.index]
        normal = NormalDist(rate.sum(), max(float(np.sqrt((rate * (1 - rate)).sum())), 1e-12))
        percentile, limit = normal.cdf(own.sum()), self.limits["weak_science"]
        may_tell = percentile >= 0.5 or normal.cdf(0) < limit
        low = True if percentile < limit else False if may_tell else None
        return [(own.mean(), low, len(inventions))]

    def _lead(self) -> str:
        ours = self.held[self.held["side"] != "foreign"]
        weight = self.export.weight[ours["invention"]].to_numpy()
        good = self.quality[ours["invention"]].to_numpy()
        led = ours.assign(quality=ours["share"] * weight * good).groupby("owner")
        order = led.agg(quality=("quality", "sum"), patents=("share", "sum")).reset_index()
        order = order.round(9).sort_values(
            ["patents", "quality", "owner"], ascending=[False, False, True]
        )
        sides = ours.groupby("owner")["side"].first()
        is_domestic = (order["owner"].map(sides) == "domestic").to_numpy()
        # Those of unknown side that stand before the first domestic one must be of its kind.
        ahead = {self._kind(owner, ours) for owner in order["owner"][: is_domestic.argmax() + 1]}
        return ahead.pop() if len(ahead) == 1 else UNKNOWN

    def _kind(self, owner: str, held: pd.DataFrame) -> str:
        path = ROOT / "lib" / "patentcore" / "technologies" / "owners.csv"
        with path.open(encoding="utf-8") as file:
            kinds = {row["owner"]: row["kind"] for row in csv.DictReader(file)}
        sector = held[held["owner"] == owner]["sector"].mode().iloc[0]
        named = {"government": "state organisation", "enterprise": "enterprise that no list names"}
        return kinds.get(owner, named.get(sector, sector))

    def answer(self, question: str) -> str:
        """Return the verdict, or that it is not checked here."""
        goods = {"pure": "pure public good", "semi": "semi-public good", "none": "commodity"}
        wills = {True: "government will", False: "none declared"}
        status = {True: "yes", False: "no", None: UNKNOWN}
        systems = {"pure": "traditional", "semi": "new", "none": "new"}
        if question in ("cause", "mode", "lead"):
            found = self.class_()
            which = ("cause", "mode", "lead").index(question)
            other = UNKNOWN if found == UNKNOWN else "not applicable"
            return OF_CLASS[found][which] if found in OF_CLASS else other
        answers = {
            "status": lambda: status[self.strong["domestic"]],
            "absence": self.absence,
            "class": self.class_,
            "technology": self.stage,
            "product": lambda: goods.get(self.said.get("public_good"), UNKNOWN),
            "market": self.market,
            "institution": lambda: wills.get(self.said.get("government_will"), UNKNOWN),
            "organisation": self.organisation,
            "lead_by_form": lambda: LEADERS.get(self.said.get("form"), UNKNOWN),
            "system": lambda: systems.get(self.said.get("public_good"), UNKNOWN),
        }
        return answers[question]() if question in answers else self.problem(question)


def _organisation(good: str | None, stage: str, market: str, will: bool, standard: bool) -> str:
    if good is None:
        return UNKNOWN
    if good == "pure":
        return "state-led"
    is_led = stage in ("growth", "mature") and market in ("niche", "diverse")
    if good == "semi":
        if stage == "transition" and standard:
            return "enterprise alliance"
        return "leading enterprise" if is_led and will else "enterprises with state procurement"
    if stage == "emerging":
        return "enterprise-led industry"
    return "leading enterprise" if is_led else "enterprise-led, supported"


def check(result: Path, ingested: Path) -> None:
    """Print what comes out otherwise of a result's known judgements, and how many the same."""
    said = tomllib.loads((ROOT / "conf" / "technologies.toml").read_text(encoding="utf-8"))
    export = Export(result, ingested)
    judged = pd.read_parquet(result / "technology_judgements")
    sizes = pd.read_parquet(result / "technologies").set_index("technology")["patent_count"]
    judged = judged[judged["technology"].map(sizes) >= FEWEST]
    same, other = 0, []
    for technology, rows in judged.groupby("technology"):
        judge = Judge(export, technology, said[technology].get("attributes", {}))
        assert len(judge.rows) == sizes[technology], technology
        for question, verdict in zip(rows["question"], rows["verdict"], strict=True):
            answer = judge.answer(question)
            if verdict.startswith(answer) or (verdict, answer) == (UNKNOWN, NOT_CHECKED):
                same += 1
            else:
                other.append((technology, question, verdict, answer))
    known = int((judged["verdict"] != UNKNOWN).sum())
    print(f"{result.name}: {same} of {len(judged)} come out the same, {known} of them are known")
    for technology, question, verdict, answer in other:
        print(f"  {technology} {question}: {verdict} | {answer}")


if __name__ == "__main__":
    for paths in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        check(*map(Path, paths))
