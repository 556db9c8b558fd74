"""The technologies' part of the page: the matrix, and a section for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from patentcore.results.evidence import evidence_of
from patentcore.results.report.content import records
from patentcore.results.report.result import Result
from patentcore.results.report.text import MISSING, is_missing, number
from patentcore.results.report.words import column

LEADERS = 5
EVIDENCE = 8
MATRIX = ("status", "absence", "class", "technology", "mode", "lead")


def technologies(result: Result) -> list[dict[str, Any]]:
    """Return each technology with its verdicts, leading owners and evidence, by name."""
    judged = _by_technology(result.technology_judgements)
    owners = _by_technology(result.technology_owners)
    patents = _by_technology(key_rows(result.technology_patents))
    places = _by_technology(result.technology_countries)
    described = result.key_patents.drop_duplicates("publication_number")
    titles = dict(zip(described["publication_number"], described["title"], strict=True))
    verdicts = {
        name: {str(judgement["question"]): judgement for judgement in rows}
        for name, rows in judged.items()
    }
    return [
        row
        | {
            "anchor": f"technology-{place}",
            "verdicts": verdicts.get(row["technology"], {}),
            "agrees": agreement(verdicts.get(row["technology"], {}).get("status", {})),
            "leaders": {
                side: _leaders(owners.get(row["technology"], []), side)
                for side in ("domestic", "foreign")
            },
            "evidence": evidence(patents.get(row["technology"], []), titles),
            "countries": countries(places.get(row["technology"], [])),
            "first_owner": _largest(owners.get(row["technology"], []), "quality_share"),
        }
        for place, row in enumerate(records(result.technologies), start=1)
    ]


def _by_technology(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    return {str(name): records(rows) for name, rows in table.groupby("technology")}


def key_rows(patents: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of key patents, of which alone evidence is chosen."""
    return patents[patents["is_key"].eq(True)]


def _leaders(owners: list[dict[str, Any]], side: str) -> list[dict[str, Any]]:
    of_side = [row for row in owners if row["side"] == side]
    return sorted(of_side, key=lambda row: row["rank"])[:LEADERS]


def _largest(rows: list[dict[str, Any]], column: str) -> dict[str, Any] | None:
    known = [row for row in rows if not is_missing(row[column]) and row[column] > 0]
    return max(known, key=lambda row: row[column], default=None)


def countries(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the countries with most inventions of a technology's.

    Args:
        rows: of ``technology_countries``.

    >>> rows = [{"country": "US", "patents": 1.0}, {"country": "CN", "patents": 3.0}]
    >>> [row["country"] for row in countries(rows)]
    ['CN', 'US']
    """
    return sorted(rows, key=lambda row: (-row["patents"], row["country"]))[:LEADERS]


def evidence(patents: list[dict[str, Any]], titles: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the key patents that are about a technology, each once, titled, by core degree."""
    keys = {row["publication_number"]: row for row in patents if row["is_key"] is True}
    known = [row for row in keys.values() if not is_missing(row["core_degree"])]
    first = evidence_of(known)[:EVIDENCE]
    return [row | {"title": titles.get(row["publication_number"])} for row in first]


def verdict(technology: Mapping[str, Any], question: str) -> str:
    """Return the answer to a question; unknown where it was not asked."""
    found = technology["verdicts"].get(question)
    return "unknown" if found is None or is_missing(found["verdict"]) else str(found["verdict"])


def agreement(status: Mapping[str, Any]) -> str:
    """Return whether a verdict on the status is that of Table 6; unknown where either is missing.

    >>> agreement({"agrees": True}), agreement({"agrees": None}), agreement({})
    ('yes', 'unknown', 'unknown')
    """
    agrees = status.get("agrees")
    return "unknown" if is_missing(agrees) else "yes" if agrees else "no"


def tally(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many technologies have broken through, have not, and are unknown."""
    counts = dict.fromkeys(("yes", "no", "unknown"), 0)
    for row in rows:
        counts[verdict(row, "status")] += 1
    return counts


def facts(values: Any) -> Markup:
    """Return named figures in a line, in both languages; a map of Arrow's is a list of pairs.

    >>> print(facts([("share", 0.25), ("years", None)]))
    share 0.25
    """
    pairs = (
        values.items() if isinstance(values, Mapping) else (values if values is not None else ())
    )
    return Markup(" · ").join(
        column(name) + Markup(" ") + number(value) for name, value in pairs if not is_missing(value)
    )


def names(values: Any) -> str:
    """Return a list of names in a line.

    >>> names(["Huawei", "SMIC"]), names(None)
    ('Huawei, SMIC', '–')
    """
    return MISSING if is_missing(values) else ", ".join(map(str, values)) or MISSING
