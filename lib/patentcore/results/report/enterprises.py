"""The enterprises' part of the page: their technologies, factors, mechanisms and partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from patentcore.results.evidence import CORE
from patentcore.results.report.content import records
from patentcore.results.report.result import Result
from patentcore.results.report.technologies import evidence, key_rows
from patentcore.results.report.text import is_missing

SHOWN = 30
"""Enterprises that have a page: those with most inventions."""
PARTNERS = 5


def enterprises(result: Result, judged: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the enterprises with most inventions, each with what its page shows.

    Args:
        result: the run.
        judged: its technologies as the page shows them.

    Returns:
        the rows of ``enterprises`` with an ``anchor``, the ``fields`` (technologies with
        inventions and key patents), the ``partners`` (name, inventions in common) and the
        ``evidence`` (key patents by core degree).
    """
    order = ["patent_count", "key_patent_count", "enterprise"]
    first = result.enterprises.sort_values(order, ascending=[False, False, True]).head(SHOWN)
    names = first["enterprise"]
    held = result.technology_applicants
    # Enterprises are owners: one for all spellings of the applicants on the records.
    held = held[held["owner"].isin(names) & (held["sector"] == "enterprise")]
    held = held[["owner", "invention"]].drop_duplicates()
    about = result.technology_patents[result.technology_patents["grade"] == CORE]
    members = held.merge(about, on="invention")
    by_name = {str(name): rows for name, rows in members.groupby("owner")}
    described = result.key_patents.drop_duplicates("publication_number")
    titles = dict(zip(described["publication_number"], described["title"], strict=True))
    known = {row["technology"]: row for row in judged}
    nothing = members.head(0)
    keys = {name: records(key_rows(rows)) for name, rows in by_name.items()}
    return [
        row
        | {
            "anchor": f"enterprise-{place}",
            "fields": _fields(by_name.get(row["enterprise"], nothing), known),
            "partners": _partners(result.cooperation_pairs, row["enterprise"]),
            "evidence": evidence(keys.get(row["enterprise"], []), titles),
        }
        for place, row in enumerate(records(first), start=1)
    ]


def _fields(patents: pd.DataFrame, known: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the technologies of an enterprise, those with most inventions first.

    >>> rows = [("Chip", "A", "A", True), ("Chip", "B", "A", False), ("Laser", "C", "C", False)]
    >>> names = ["technology", "publication_number", "invention", "is_key"]
    >>> _fields(pd.DataFrame(rows, columns=names), {})[0]
    {'technology': 'Chip', 'inventions': 1, 'key_count': 1}
    """
    held = patents.groupby("technology")["invention"].nunique()
    keys = key_rows(patents).groupby("technology")["invention"].nunique()
    found = [
        {"technology": str(name), "inventions": int(count), "key_count": int(keys.get(name, 0))}
        | ({"of": known[str(name)]} if str(name) in known else {})
        for name, count in held.items()
    ]
    return sorted(found, key=lambda row: (-row["inventions"], row["technology"]))


def _partners(pairs: pd.DataFrame, name: str) -> list[tuple[str, int]]:
    """Return the partners with most patents in common; the greatest over the technologies.

    A patent of several technologies stands with each, so their numbers do not add up.
    """
    most: dict[str, int] = {}
    for one, other in (("applicant", "partner"), ("partner", "applicant")):
        of = pairs[pairs[one] == name]
        for partner, count in zip(of[other], of["patents"], strict=True):
            if not is_missing(partner) and not is_missing(count):
                most[str(partner)] = max(most.get(str(partner), 0), int(count))
    return sorted(most.items(), key=lambda item: (-item[1], item[0]))[:PARTNERS]
