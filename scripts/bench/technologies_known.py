"""How many judgements of finished runs are known, and why the others are not.

``python scripts/bench/technologies_known.py RESULT [RESULT ...]``: of the technologies with ten or
more inventions. Numbers in reasons are left out, so that the same ones count together. Below them
the unknown ones by kind, and how many could be known with every attribute of the catalogue.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd

FEWEST = 10

# What the catalogue can say; by its layout also what a class asks of its traits.
SAID = {
    *("public_good", "standardised", "niche_market", "government_will", "form"),
    *("generality_rank", "novelty", "layout"),
}
BARRIER = "whether foreign patents block is not known: "
REFUSED = re.compile(
    "the interval of the maturity|fewer than|does not fit|the fit ends|without the last years"
    "|could turn|could not be told from usual"
)


def kind_of(reason: str) -> str:
    """Return what a judgement is unknown for: the export, else a refusal, else the catalogue.

    >>> kind_of("4 inventions of quality are fewer than 5; 9 more could not be judged")
    'the export lacks it'
    >>> kind_of("2 years are fewer than 5; not known: generality_rank, layout")
    'the rules refuse it'
    >>> kind_of("not known: form"), kind_of("not known: form, foreign_cited_share")
    ('the catalogue lacks it', 'the export lacks it')
    """
    kinds = set()
    for part in reason.split("; "):
        if part.startswith("too few are known: "):  # what the part before it names is made from
            continue
        if part.startswith("not known: "):
            names = part.removeprefix("not known: ").split(", ")
            kinds.add("the catalogue lacks it" if SAID.issuperset(names) else "the export lacks it")
        else:
            kinds.add("the rules refuse it" if REFUSED.search(part) else "the export lacks it")
    order = ("the export lacks it", "the rules refuse it", "the catalogue lacks it")
    return next(kind for kind in order if kind in kinds)


def of_verdict(reason: str) -> str:
    """Return a reason without what it says of the barrier beside the verdict.

    >>> of_verdict("no patents; whether foreign patents block is not known: no patents")
    'no patents'
    """
    return "; ".join(one for one in reason.split("; ") if not one.startswith(BARRIER))


def asked(result: Path) -> pd.DataFrame:
    """Return the judgements of the technologies with ten or more inventions."""
    counts = pd.read_parquet(result / "technologies").set_index("technology")["patent_count"]
    judged = pd.read_parquet(result / "technology_judgements")
    return judged[judged["technology"].map(counts) >= FEWEST]


def lines(result: Path) -> list[str]:
    """Return the share that is known, the reasons of the rest by number, and their kinds."""
    judged = asked(result)
    if judged.empty:
        return [f"{result.name}: no technology has {FEWEST} inventions"]
    unknown = judged[judged["verdict"] == "unknown"]
    known = len(judged) - len(unknown)
    why = unknown["reason"].map(of_verdict)
    reasons = why.str.replace(r"\d+(\.\d+)?", "n", regex=True).value_counts()
    kinds = why.map(kind_of).value_counts()
    most = known + int(kinds.get("the catalogue lacks it", 0))
    technologies = judged["technology"].nunique()
    return [
        f"{result.name}: {technologies} technologies, {known} of {len(judged)} known"
        f" ({known / len(judged):.0%})",
        *(f"  {count:4} {reason}" for reason, count in reasons.items()),
        *(f"  {count:4} in all: {kind}" for kind, count in kinds.items()),
        f"  {most:4} could be known with every attribute ({most / len(judged):.0%})",
    ]


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        print("\n".join(lines(path)))
