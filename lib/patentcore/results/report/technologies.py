"""The technologies' part of the page: the matrix, and a section for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from patentcore.results.report.content import records
from patentcore.results.report.result import Result
from patentcore.results.report.text import MISSING, is_missing, number

LEADERS = 5
EVIDENCE = 8
MATRIX = ("status", "absence", "class", "technology", "mode")


def technologies(result: Result) -> list[dict[str, Any]]:
    """Return each technology with its verdicts, leading owners and evidence, by name."""
    judged = _by_technology(result.technology_judgements)
    owners = _by_technology(result.technology_owners)
    patents = _by_technology(result.technology_patents)
    return [
        row
        | {
            "verdicts": {str(j["question"]): j for j in judged.get(row["technology"], [])},
            "leaders": {
                side: _leaders(owners.get(row["technology"], []), side)
                for side in ("domestic", "foreign")
            },
            "evidence": evidence(patents.get(row["technology"], [])),
        }
        for row in records(result.technologies)
    ]


def _by_technology(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    return {str(name): records(rows) for name, rows in table.groupby("technology")}


def _leaders(owners: list[dict[str, Any]], side: str) -> list[dict[str, Any]]:
    of_side = [row for row in owners if row["side"] == side]
    return sorted(of_side, key=lambda row: row["rank"])[:LEADERS]


def evidence(patents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the key patents of a technology with the highest core degree, each once."""
    keys = {row["publication_number"]: row for row in patents if row["is_key"] is True}
    known = [row for row in keys.values() if not is_missing(row["core_degree"])]
    return sorted(known, key=lambda row: (-row["core_degree"], row["publication_number"]))[
        :EVIDENCE
    ]


def verdict(technology: Mapping[str, Any], question: str) -> str:
    """Return the answer to a question; unknown where it was not asked."""
    found = technology["verdicts"].get(question)
    return "unknown" if found is None or is_missing(found["verdict"]) else str(found["verdict"])


def tally(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many technologies have broken through, have not, and are unknown."""
    counts = dict.fromkeys(("yes", "no", "unknown"), 0)
    for row in rows:
        counts[verdict(row, "status")] += 1
    return counts


def facts(values: Any) -> str:
    """Return named figures in a line; a map of Arrow's is a list of pairs.

    >>> facts([("share", 0.25), ("years", None)]), facts(None)
    ('share 0.25', '')
    """
    pairs = (
        values.items() if isinstance(values, Mapping) else (values if values is not None else ())
    )
    return ", ".join(
        f"{str(name).replace('_', ' ')} {number(value)}"
        for name, value in pairs
        if not is_missing(value)
    )


def names(values: Any) -> str:
    """Return a list of names in a line.

    >>> names(["Huawei", "SMIC"]), names(None)
    ('Huawei, SMIC', '–')
    """
    return MISSING if is_missing(values) else ", ".join(map(str, values)) or MISSING
