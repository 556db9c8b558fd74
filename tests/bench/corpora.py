"""Small corpora in the canonical schema, written without Spark."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TEXTS, DATE = pa.list_(pa.string()), pa.date32()
APPLICANT = pa.struct([("name", pa.string()), ("country", pa.string()), ("sector", pa.string())])
EVENT = pa.struct([("kind", pa.string()), ("date", DATE)])
PATENTS = pa.schema(
    [
        ("publication_number", pa.string()),
        ("application_number", pa.string()),
        ("authority", pa.string()),
        ("kind_code", pa.string()),
        ("patent_type", pa.string()),
        ("title", pa.string()),
        ("abstract", pa.string()),
        ("publication_date", DATE),
        ("application_date", DATE),
        ("earliest_priority_date", DATE),
        ("applicants", pa.list_(APPLICANT)),
        ("inventors", TEXTS),
        ("main_ipc", pa.string()),
        ("ipc", TEXTS),
        ("cpc", TEXTS),
        ("claim_count", pa.int32()),
        ("cited_by_count", pa.int32()),
        ("family_cited_by_count", pa.int32()),
        ("cites_count", pa.int32()),
        ("npl_citation_count", pa.int32()),
        ("simple_family", TEXTS),
        ("simple_family_size", pa.int32()),
        ("is_pct", pa.bool_()),
        ("legal_events", pa.list_(EVENT)),
        ("legal_status", pa.string()),
        ("expiry_date", DATE),
        ("source", pa.string()),
    ]
)
CITATIONS = pa.schema([(name, pa.string()) for name in ("citing", "cited", "category", "origin")])


def write_corpus(folder: Path, patents: list[dict[str, Any]], pairs: list[tuple[Any, Any]]) -> Path:
    """Write canonical tables."""
    citations = [{"citing": citing, "cited": cited} for citing, cited in pairs]
    for name, rows, schema in (("patents", patents, PATENTS), ("citations", citations, CITATIONS)):
        (folder / name).mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema), folder / name / "part-0.parquet")
    return folder


def patent(number: str, **fields: Any) -> dict[str, Any]:
    """Return a patent that passes every step, but for the fields given."""
    return {
        "publication_number": number,
        "application_number": f"A{number}",
        "authority": "CN",
        "patent_type": "invention",
        "publication_date": dt.date(2015, 5, 5),
        "application_date": dt.date(2013, 1, 1),
        "claim_count": 11,
        "cited_by_count": 1,
        "ipc": ["G06F3/041", "H04W4/02"],
        "main_ipc": "G06F3/041",
        "legal_events": [{"kind": "litigation", "date": None}],
        "applicants": [{"name": "Huawei", "country": "CN", "sector": "enterprise"}],
        "title": number,
    } | fields


def drawn_corpus(folder: Path, *, patents: int = 1500, seed: int = 7) -> Path:
    """Write a corpus in which every column has gaps and every step removes something."""
    draw = random.Random(seed)

    def some(value: Any, missing: float = 0.05) -> Any:
        return None if draw.random() < missing else value

    def day(first: int, last: int) -> dt.date:
        return dt.date(draw.randint(first, last), draw.randint(1, 12), draw.randint(1, 28))

    codes = ["G06F3/041", "g06f 9/50", "H04W4/02", "H04L1/00", "B25J9/16", "A61B5/00", "H01L21/02"]
    kinds = ["opposition", "assignment", "litigation", "lapse", "expiry", "fee_payment"]
    numbers = [f"CN{n:07d}A" for n in range(patents)]
    rows = []
    for number in numbers:
        events = [
            {"kind": some(draw.choice(kinds)), "date": some(day(2010, 2030))}
            for _ in range(draw.randint(0, 4))
        ]
        family = [some(member) for member in draw.choices(numbers, k=draw.randint(0, 4))]
        rows.append(
            patent(
                some(number, 0.01),
                application_number=some(f"A{draw.randrange(patents)}", 0.02),
                authority=some(draw.choice(["CN", "CN", "US", "EP", "TW"]), 0.02),
                patent_type=some(draw.choice(["invention"] * 4 + ["design"]), 0.02),
                publication_date=some(day(1998, 2025), 0.02),
                application_date=some(day(1995, 2024)),
                expiry_date=some(day(2012, 2040), 0.5),
                claim_count=some(draw.randint(8, 30)),
                cited_by_count=some(draw.randint(0, 9)),
                family_cited_by_count=some(draw.randint(0, 9), 0.5),
                ipc=some([some(c) for c in draw.choices(codes, k=draw.randint(0, 5))]),
                main_ipc=some(draw.choice(codes)),
                simple_family=some([*family, number], 0.3),
                simple_family_size=some(draw.randint(1, 9)),
                legal_events=some(events, 0.03),
                applicants=some(
                    [
                        {"name": "Huawei", "country": some("CN", 0.2), "sector": None}
                        for _ in range(draw.randint(0, 2))
                    ]
                ),
            )
        )
    # A core of few numbers, so that cycles, loops and parallel citations are there.
    core = numbers[:200]
    pairs = [(some(draw.choice(core), 0.01), some(draw.choice(core), 0.01)) for _ in range(900)]
    pairs += [(draw.choice(numbers), draw.choice(numbers)) for _ in range(4 * patents)]
    return write_corpus(folder, rows, pairs)
