"""The first page: what was asked, what came out, and how far to trust it."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from patentcore.results.report.content import ranking, records
from patentcore.results.report.embedded import movers
from patentcore.results.report.enterprises import enterprises
from patentcore.results.report.result import Result
from patentcore.results.report.technologies import tally, verdict

FIRST = 10


def overview(result: Result, judged: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the first page shows, and the parts that only some runs have.

    Args:
        result: the run.
        judged: its technologies with verdicts.
    """
    steps = records(result.funnel)
    return {
        "funnel": funnel(result),
        "first": first_patents(result),
        "unknown_count": int(result.funnel["unknown"].fillna(0).sum()),
        "most_unknown": max(steps, key=lambda row: row["unknown"] or 0, default=None),
        "reject_count": len(result.rejects),
        "robust": result.manifest.get("robustness") or {},
        "intervals": records(result.robustness.sort_values("rank").head(30)),
        "windows": result.manifest.get("windows"),
        "window_count": len(result.window_scores[["window_from", "window_to"]].drop_duplicates()),
        "movers": movers(result),
        "technologies": judged,
        "agreed": Counter(row["agrees"] for row in judged),
        "enterprises": enterprises(result, judged),
        "enterprise_count": len(result.enterprises),
        "tally": tally(judged),
        "open_verdicts": [row for row in judged if verdict(row, "status") == "unknown"],
    }


def funnel(result: Result) -> list[dict[str, Any]]:
    """Return the steps of the screening as the funnel draws them.

    Returns:
        the table's rows, each with the ``share`` of the corpus that is left, and the ``width`` of
        the funnel below and ``above`` it: logarithm of what is left, by that of the corpus.
    """
    rows = records(result.funnel)
    total = rows[0]["patents"] if rows else 0
    widths = [math.log1p(row["patents"]) / math.log1p(total) if total else 0.0 for row in rows]
    return [
        row | {"share": row["patents"] / total if total else None, "width": width, "above": above}
        for row, width, above in zip(rows, widths, [1.0, *widths], strict=False)
    ]


def first_patents(result: Result) -> list[dict[str, Any]]:
    """Return the core patents of the first ranks, each with the ``length`` of its score's bar."""
    first = ranking(result, top=FIRST, shown=1)
    most = max((row["core_degree"] for row in first), default=0.0)
    return [row | {"length": row["core_degree"] / most if most > 0 else 0.0} for row in first]
