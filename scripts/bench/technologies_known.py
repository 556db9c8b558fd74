"""How many judgements of finished runs are known, and why the others are not.

``python scripts/bench/technologies_known.py RESULT [RESULT ...]``: of the technologies with ten or
more inventions. Numbers in reasons are left out, so that the same ones count together.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

FEWEST = 10


def asked(result: Path) -> pd.DataFrame:
    """Return the judgements of the technologies with ten or more inventions."""
    counts = pd.read_parquet(result / "technologies").set_index("technology")["patent_count"]
    judged = pd.read_parquet(result / "technology_judgements")
    return judged[judged["technology"].map(counts) >= FEWEST]


def lines(result: Path) -> list[str]:
    """Return the share that is known, and the reasons of the rest in the order of their numbers."""
    judged = asked(result)
    if judged.empty:
        return [f"{result.name}: no technology has {FEWEST} inventions"]
    unknown = judged[judged["verdict"] == "unknown"]
    share = 1 - len(unknown) / len(judged)
    reasons = unknown["reason"].str.replace(r"\d+(\.\d+)?", "n", regex=True).value_counts()
    technologies = judged["technology"].nunique()
    return [
        f"{result.name}: {technologies} technologies, {share:.0%} of {len(judged)} known",
        *(f"  {count:4} {reason}" for reason, count in reasons.items()),
    ]


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        print("\n".join(lines(path)))
