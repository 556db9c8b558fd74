"""The steps and the score of a patent from its rows; no session, no path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from patentcore.method.scoring import MEASURES
from patentcore.results.explain.explanation import Part, Ranks, Score, Step
from patentcore.results.reading import configured, weights_of
from patentcore.words.symbols import cut

Row = Mapping[str, Any]
_ROUNDING = 1e-3


def steps_of(
    manifest: Mapping[str, Any], patent: Row, *, failed: int | None, is_unknown: bool = False
) -> list[Step]:
    """Return what each step of the screening found.

    Args:
        manifest: of the run, with its funnel.
        patent: the columns of ``key_patents``.
        failed: number of the step that removed it; ``None`` for a key patent.
        is_unknown: it was removed because nothing tells.
    """
    names = ["", *configured(dict(manifest), "screening", "steps")]
    found = []
    for row in manifest["funnel"]:
        number = int(row["step"])
        if failed is None or number < failed:
            outcome = "passed"
        elif number > failed:
            outcome = "not reached"
        else:
            outcome = "unknown" if is_unknown else "failed"
        if number:
            name = names[number] if number < len(names) else ""  # a manifest of other steps
            value = value_of(name, patent, dict(manifest))
        else:
            value = _of_corpus(patent)
        found.append(Step(number, row["criterion"], row["threshold"], value, outcome))
    return found


def _of_corpus(patent: Row) -> str | None:
    known = [str(patent[n]) for n in ("authority", "publication_date") if patent.get(n)]
    return ", ".join(known) or None


def value_of(step: str, patent: Row, manifest: dict[str, Any]) -> str | None:
    """Return what a patent has where a step looks; ``None`` where nothing tells.

    >>> patent = {"family_cited_by_count": None, "cited_by_count": 3, "legal_events": []}
    >>> value_of("citations", patent, {}), value_of("legal_events", patent, {})
    ('3', 'none of these')
    """
    if step == "citations":
        of_family = configured(manifest, "screening", "citations") == "family"
        names = ["family_cited_by_count", "cited_by_count"][0 if of_family else 1 :]
        known = (patent[name] for name in names if patent.get(name) is not None)
        value = next(known, None)
    elif step == "legal_events":
        return _events(patent.get("legal_events"), configured(manifest, "screening", step))
    elif step == "deduplicate":
        value = patent.get(configured(manifest, "screening", "deduplicate_by"))
        value = ", ".join(map(str, value)) if isinstance(value, list) else value
    else:
        column = {
            "receiving_office": "authority",
            "claims": "claim_count",
            "breadth": "patent_width",
        }
        value = patent.get(column.get(step, step))
    return None if value is None else str(value)


def _events(events: Sequence[Row] | None, kinds: Sequence[str]) -> str | None:
    if events is None:
        return None
    found = dict.fromkeys(
        f"{event['kind']} {event['date']}" if event.get("date") else str(event["kind"])
        for event in events
        if event and event.get("kind") in kinds
    )
    return ", ".join(found) or "none of these"


def score_of(manifest: dict[str, Any], score: Row, patent: Row) -> Score:
    """Return the score of a key patent with its parts as in equations 2, 4, 5 and 6.

    Args:
        manifest: of the run.
        score: its row of ``scores``.
        patent: its row of ``key_patents``.
    """
    weights = weights_of(manifest)
    formulas = {
        "degree": _degree(manifest, score),
        "popularity": _popularity(manifest, score, patent),
        "main_class": _main_class(manifest, score),
    }
    total = score["core_degree"]
    parts = []
    for name, column in MEASURES.items():
        value = score.get(column)
        share = weights[name] * (value or 0.0) / total if total else None
        parts.append(Part(name, weights[name], value, formulas.get(name, ""), share))
    ranked = manifest.get("robustness", {}).get("ranked")
    rank = score["rank"]
    return Score(rank, ranked, total, parts, score.get("missing_reason"))


def _degree(manifest: dict[str, Any], score: Row) -> str:
    vertices = (manifest.get("network") or {}).get("vertices")
    known = vertices and score.get("degree") is not None
    return f"{score['degree']:,} / ({vertices:,} - 1)" if known else ""


def _popularity(manifest: dict[str, Any], score: Row, patent: Row) -> str:
    """Return equation 4 with its numbers; the family's part is what the score leaves for it."""
    year, value = score.get("publication_year"), score.get("popularity")
    if value is None or year is None:
        return ""
    reference = int(configured(manifest, "scoring", "reference_year"))
    received = [patent.get("family_cited_by_count"), patent.get("cited_by_count"), 0]
    if configured(manifest, "scoring", "popularity_citations") == "network":
        received.insert(0, score.get("in_degree"))
    citations = next(int(one) for one in received if one is not None)
    members = 2 * (value * (reference - year + 1) - citations)
    if abs(members - round(members)) > _ROUNDING:
        return ""  # the key patents are not those that were scored
    return f"({citations:,} + 0.5 x {round(members):,}) / ({reference} - {year} + 1)"


def _main_class(manifest: dict[str, Any], score: Row) -> str:
    if score.get("main_class_count") is None or not manifest.get("funnel"):
        return ""
    return f"100 x {score['main_class_count']:,} / {manifest['funnel'][-1]['patents']:,}"


def ranks_of(manifest: dict[str, Any], row: Row) -> Ranks:
    """Return the range of the rank from a row of ``robustness``."""
    return Ranks(
        lowest=row["rank_lowest"],
        p05=row["rank_p05"],
        median=row["rank_median"],
        p95=row["rank_p95"],
        highest=row["rank_highest"],
        by_betweenness=row["betweenness_rank"],
        top_share=row["top_share"],
        samples=manifest.get("robustness", {}).get("samples"),
    )


def vertex_of(manifest: dict[str, Any], patent: Row) -> str:
    """Return the vertex of a patent: itself, or in a network of codes its main one."""
    if configured(manifest, "network", "kind") != "co_classification":
        return str(patent["publication_number"])
    if configured(manifest, "network", "code_system") == "ipc":
        symbol = patent.get("main_ipc")
    else:
        symbol = next(iter(patent.get("cpc") or ()), None)
    return cut(symbol or "", configured(manifest, "network", "code_level"))
