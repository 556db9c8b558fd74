"""The steps as the paper has them."""

from __future__ import annotations

from patentcore.method.screening import criteria
from patentcore.method.screening.criteria import Step


def paper_steps() -> list[Step]:
    return [
        criteria.receiving_office(["CN", "US", "EP", "WO"]),
        criteria.patent_type(["invention"]),
        criteria.claims(10),
        criteria.citations(0, of="family"),
        criteria.breadth(1, level="subclass"),
        criteria.legal_events(["opposition", "assignment", "litigation"]),
        criteria.deduplicate(),
    ]
