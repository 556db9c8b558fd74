"""The parts that only some runs have: technologies, robustness and windows."""

from __future__ import annotations

import re
from typing import Any

from tests.results.report.conftest import Draft, Page, score

from patentcore import schemas

HOSTILE = "<u>"


def filled(table: str, **values: Any) -> dict[str, Any]:
    """A row of a table with all its columns, null but for the values."""
    return dict.fromkeys(schemas.TABLES[table].names) | values


def with_technologies(draft: Draft) -> Draft:
    named = {
        "technology": "Chip",
        "name_en": "Chip" + HOSTILE,
        "name_zh": "芯片",
        "scope_en": "Circuits of semiconductors." + HOSTILE,
    }
    judged = {
        "technology": "Chip",
        "verdict": "unknown",
        "reason": "known sides" + HOSTILE,
        "figures": {"known_side_share": 0.25},
        "thresholds": {"strong_share": 0.5},
    }
    owned = {"technology": "Chip", "side": "foreign", "country": "NL", "patents": 2.5}
    member = {"technology": "Chip", "invention": "CN1A", "grade": "core"}
    used = member | {"technology": "Resist", "grade": "use"}
    enterprise = {"enterprise": "HUAWEI" + HOSTILE, "patent_count": 7, "key_patent_count": 2}
    # The record spells the owner otherwise; the key patent is another of the family.
    held = {"name": "HUAWEI TECH CO LTD", "owner": "HUAWEI" + HOSTILE, "sector": "enterprise"}
    joined = {"applicant": "BEIHANG", "partner": "HUAWEI" + HOSTILE, "technology": "Chip"}
    draft.content |= {
        "enterprises": [
            filled("enterprises", **enterprise, joint_share=0.25, iur_index=0.75),
            filled("enterprises", enterprise="ZTE", patent_count=9, key_patent_count=0),
        ],
        "technology_applicants": [
            filled("technology_applicants", **held, publication_number=f"{number}B")
            | {"invention": number}
            for number in ("CN1A", "CN9A")
        ],
        "cooperation_pairs": [filled("cooperation_pairs", **joined, patents=3)],
        "technologies": [
            filled("technologies", **named, published="yes", patent_count=7, known_side_share=0.25)
            | {"first_country_share": 0.375, "domestic_cycle_time": 6.5, "foreign_cycle_time": 4.0}
            | {"maturity": 0.3, "maturity_low": 0.25, "maturity_high": 0.5}
            | {"type": "Software, core algorithm"}
        ],
        "technology_judgements": [
            filled("technology_judgements", **judged, question=question)
            | {"published": "yes", "agrees": False if question == "status" else None}
            for question in ("status", "class")
        ],
        "technology_owners": [
            filled("technology_owners", **owned, rank=2, owner="SECOND"),
            filled("technology_owners", **owned, rank=1, owner="ASML" + HOSTILE),
        ],
        "technology_countries": [
            filled("technology_countries", technology="Chip", country="NL", patents=5.0)
            | {"share": 0.625, "specialisation": 2.5}
        ],
        "technology_patents": [
            filled("technology_patents", **one, core_degree=31.36, publication_number="CN1A")
            | {"is_key": True}
            for one in (member, used)
        ]
        # A key patent that merely uses the technology is no evidence of it, however high it ranks.
        + [
            filled("technology_patents", technology="Chip", grade="use", is_key=True)
            | {"publication_number": "CN7A", "invention": "CN7A", "core_degree": 99.5}
        ],
        "technology_years": [
            filled("technology_years", technology="Chip", year=2010, cumulative=3, fitted=2.5)
        ],
    }
    return draft


def lines(page: str, name: str) -> str:
    """Return what stands beside a name in a list of lines, in English."""
    cell = re.search(rf"{re.escape(name)}</span>.*?</dt><dd>(.*?)</dd>", page)
    assert cell is not None, name
    return re.sub(r"<[^>]*>", "", cell[1]).replace("\N{NO-BREAK SPACE}", " ").strip()


def test_technologies_have_a_matrix_and_a_section_each(draft: Draft) -> None:
    page = with_technologies(draft).page()
    rows = Page(page).rows["technologies"]
    assert rows[1] == ["Chip<u>", "unknown", "yes", "no", *["unknown"] * 4, "7", "25.0 %"]
    assert ["ASML<u>", "NL", "2.5", "–"] in rows
    assert ["NL", "5", "62.5 %", "2.50"] in rows
    figures = [row for row in rows if row[0] == "status"]
    assert [row[5:] for row in figures] == [["known side share 0.25", "strong share 0.5"]]
    assert "归属已知占比" in page
    assert "Circuits of semiconductors.&lt;u&gt;" in page
    assert "both say yes or no: 0 of 1 agree" in page
    assert ["Touch panelCN1A", "31.36"] in rows
    assert [row for row in rows if "99.50" in row] == []
    assert lines(page, "Maturity (limits 10 %, 50 %)").startswith("0.30 (0.25 – 0.50)")
    assert "软件、核心算法" in page
    assert "0 show none, and for 1 the data do not say" in page
    assert "<u>" not in page.partition("<script")[0]
    assert lines(page, "Largest country of quality") == "37.5 %"
    assert lines(page, "Age of what it cites in years: domestic, foreign") == "6.50, 4.00"


def test_enterprises_have_a_page_each_with_their_technologies_and_partners(draft: Draft) -> None:
    page = with_technologies(draft).page()
    rows = Page(page).rows["enterprises"]
    assert rows[1] == ["ZTE", "9", "0", "0", "–", "–", "–"]
    assert rows[2] == ["HUAWEI<u>", "7", "2", "1", "25.0 %", "–", "0.75"]
    assert ["Chip<u>", "unknown", "1", "1"] in rows
    assert ["BEIHANG", "3"] in rows
    assert ["Touch panelCN1A", "31.36"] in rows


def test_run_without_enterprises_has_no_page_of_them(draft: Draft) -> None:
    assert 'href="#enterprises"' not in draft.page()


def test_ranks_under_other_weights_are_shown(draft: Draft) -> None:
    spread = {"rank_lowest": 1, "rank_p05": 1.0, "rank_median": 2.0, "rank_p95": 3.0}
    draft.content["robustness"] = [
        filled("robustness", publication_number="CN1A", rank=1, rank_highest=9, **spread)
    ]
    draft.manifest["robustness"] = {"samples": 100, "median_rank_range": 13.2, "top_stable": 10}
    page = draft.page()
    assert ["CN1A", "1", "1", "1", "2", "3", "9"] in Page(page).rows["parts"]
    assert "half of the patents move under 100 draws of other weights" in page


def test_windows_are_shown_with_their_movers(draft: Draft) -> None:
    span = {"window_from": 2001, "window_to": 2006}
    moved = {"move": "up", "rank_before": 9, "rank_after": 2, "standing_gained": 0.5}
    draft.content["window_scores"] = [span | score("CN1A", 1)]
    draft.content["window_movers"] = [
        filled("window_movers", publication_number="CN1A", **span, **moved)
    ]
    page = draft.page()
    assert ["2001–2006", "CN1A", "up", "9", "2", "0.50"] in Page(page).rows["windows"]
    assert '"windows":[["2001–2006","CN1A","Touch panel",1]]' in page
    assert '"moves":[["2001–2006","CN1A","Touch panel",9.0,2.0]]' in page
