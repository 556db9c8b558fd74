"""The analyst's pages: every part of them, from tables written by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.results.report.conftest import MANIFEST, key_patent, tables, write_run

from patentcore.lake.results import Result
from patentcore.results.export import Request, export, pages
from patentcore.technologies.questions import QUESTIONS

LASER = {
    "technology": "laser",
    "name_en": "Laser radar",
    "scope_en": "Instruments that measure distance by light.",
    "published": "yes",
    "published_units": ["Furui"],
    "standardised": False,
    "users": ["enterprises"],
    "attribute_sources": {"standardised": "GB/T 45500-2025"},
    "patent_count": 4,
    "known_side_share": 0.75,
    "domestic_share": 0.21,
    "domestic_share_low": 0.2,
    "domestic_share_high": 0.3,
    "maturity": 0.5,
    "maturity_low": 0.25,
    "maturity_high": 0.8,
    "saturation": 8.0,
    "domestic_lag": 3.5,
    "domestic_cycle_time": 6.0,
    "first_owner_share": 0.4,
    "inventor_stock": 1.5,
    "iur_chain": 0.5,
}
STATUS = {
    "technology": "laser",
    "question": "status",
    "verdict": "unknown",
    "window": None,
    "barrier": None,
    "reason": "sides are known of 75 %",
    "figures": {"domestic_share": 0.21},
    "thresholds": {"strong_share": 0.3},
    "sources": {},
    "published": "yes",
    "agrees": None,
}
OWNER = {"technology": "laser", "country": "DE", "sector": "enterprise", "side_source": "name"}
ACME = {"enterprise": "ACME", "patent_count": 12, "iur_global": 0.25, "ties": 1}
PAIR = {"technology": "laser", "applicant": "ACME", "partner": "BEIHANG UNIV"}


def content() -> dict[str, list[dict[str, Any]]]:
    core = {"technology": "laser", "grade": "core", "rule": "title", "matched": "lidar"}
    return tables() | {
        "key_patents": [key_patent("CN1A", title="=A lidar", source="lens")],
        "technologies": [LASER],
        "technology_judgements": [STATUS],
        "technology_years": [
            {"technology": "laser", "year": year, "patents": n, "cumulative": c, "fitted": f}
            for year, n, c, f in ((2019, 3, 4, 3.9), (2018, 1, 1, 1.2))
        ],
        "technology_owners": [
            {**OWNER, "side": "foreign", "rank": 2, "owner": "Bosch", "patents": 1.0},
            {**OWNER, "side": "foreign", "rank": 1, "owner": "ACME", "patents": 2.5},
            {**OWNER, "side": None, "rank": 1, "owner": "NOBODY", "patents": 0.5},
        ],
        "technology_countries": [
            {"technology": "laser", "country": "DE", "rank": 1, "share": 0.9, "specialisation": 2.0}
        ],
        "technology_patents": [
            {**core, "publication_number": "CN9A", "is_key": False, "core_degree": None},
            {**core, "publication_number": "CN1A", "is_key": True, "core_degree": 2.0},
            {**core, "publication_number": "CN8A", "grade": "use"},
        ],
        "enterprises": [ACME, {"enterprise": "SMALL", "patent_count": 9}],
        "cooperation_pairs": [
            {**PAIR, "patents": 2, "years": [2018, 2019], "distance": 0.3},
            {**PAIR, "technology": "radar", "patents": 1, "years": [2021], "distance": 0.3},
        ],
    }


@pytest.fixture
def run(tmp_path: Path) -> str:
    return str(write_run(tmp_path / "run", content(), MANIFEST))


def measures(lines: Iterable[pages.Line], part: str) -> list[tuple[Any, ...]]:
    """Return item, measure and what is said of the lines of a part that say something."""
    found = [
        (line.item, line.measure, line.value, line.text) for line in lines if line.part == part
    ]
    return [
        (item, measure, text if value is None else value)
        for item, measure, value, text in found
        if (value, text) != (None, None)
    ]


def test_a_page_has_every_part_that_the_analyst_reads(run: str) -> None:
    lines = list(pages.technology_lines(Result(run, pytest.fail)))
    assert {line.page for line in lines} == {"laser"}
    assert measures(lines, "technology")[:2] == [
        (None, "name_en", "Laser radar"),
        (None, "scope_en", "Instruments that measure distance by light."),
    ]
    assert measures(lines, "paper") == [
        ("Table 6", "published", "yes"),
        ("Table 6", "published_units", "Furui"),
    ]
    assert measures(lines, "said") == [
        ("standardised", "value", "false"),
        ("standardised", "source", "GB/T 45500-2025"),
        ("users", "value", "enterprises"),
    ]
    assert measures(lines, "verdicts") == [
        ("status", "verdict", "unknown"),
        ("status", "published", "yes"),
        ("status", "reason", "sides are known of 75 %"),
    ]
    (share,) = [line for line in lines if line.part == "figures"]
    assert share[3:8] == ("status", "domestic_share", 0.21, 0.2, 0.3)
    assert measures(lines, "limits") == [("status", "strong_share", 0.3)]
    assert (None, "known_side_share", 0.75) in measures(lines, "sides")
    assert [x for x in measures(lines, "curve") if x[1] in ("cumulative", "fitted")] == [
        ("2018", "cumulative", 1.0),
        ("2018", "fitted", 1.2),
        ("2019", "cumulative", 4.0),
        ("2019", "fitted", 3.9),
    ]
    # Four inventions are half of eight: at the ends of the interval of 16 and of 5.
    (curve,) = [line for line in lines if line.part == "fit" and line.item == "interval"]
    assert curve[4:8] == ("saturation", 8.0, 5.0, 16.0)
    assert [x[0] for x in measures(lines, "leading units: foreign") if x[1] == "patents"] == [
        "ACME",
        "Bosch",
    ]
    assert ("NOBODY", "patents", 0.5) in measures(lines, "leading units: side unknown")
    assert measures(lines, "lag") == [
        (None, "domestic_lag", 3.5),
        (None, "domestic_cycle_time", 6.0),
    ]
    assert ("DE", "specialisation", 2.0) in measures(lines, "countries")
    assert measures(lines, "monopoly") == [(None, "first_owner_share", 0.4)]
    assert measures(lines, "factors") == [(None, "inventor_stock", 1.5)]
    assert measures(lines, "mechanisms") == [(None, "iur_chain", 0.5)]
    evidence = measures(lines, "evidence")
    assert ("CN1A", "link", "https://patents.google.com/patent/CN1A") in evidence
    assert [x[0] for x in evidence if x[1] == "rule"] == ["CN1A", "CN9A"]


def test_ends_of_an_interval_stand_beside_a_figure() -> None:
    figures = {name for question in QUESTIONS for name in question.figures}
    ends = {name.rpartition("_")[0] for name in figures if name.endswith(("_low", "_high"))}
    # Maturities of the sides are columns, and a cut's is of several fits.
    assert ends - figures - {"domestic_maturity", "foreign_maturity"} == {"cut"}


def test_an_enterprise_has_its_technologies_factors_mechanisms_and_partners(run: str) -> None:
    lines = list(pages.enterprise_lines(Result(run, pytest.fail)))
    assert {line.page for line in lines} == {"ACME"}
    assert ("laser", "patents", 2.5) in measures(lines, "core technologies")
    assert measures(lines, "factors") == [(None, "ties", 1.0)]
    assert measures(lines, "mechanisms") == [(None, "iur_global", 0.25)]
    assert measures(lines, "partners") == [
        ("BEIHANG UNIV", "patents", 3.0),
        ("BEIHANG UNIV", "years", "2018; 2019; 2021"),
        ("BEIHANG UNIV", "distance", 0.3),
    ]


def test_pages_are_files_and_sheets_beside_the_tables(run: str, tmp_path: Path) -> None:
    folder = Path(export(run, Request("csv", str(tmp_path / "out-csv"))))
    with (folder / "technology_pages.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {row["page"] for row in rows} == {"laser"}
    (title,) = [row["text"] for row in rows if row["measure"] == "title"]
    assert title.endswith("=A lidar")
    assert title != "=A lidar"
    asked = Request("xlsx", str(tmp_path / "out.xlsx"), tables=["enterprise_pages"])
    book = openpyxl.load_workbook(export(run, asked))
    assert book.sheetnames == ["README", "enterprise_pages"]
    assert [cell.value for cell in book["enterprise_pages"][1]] == list(pages.Line._fields)


def test_a_run_without_technologies_has_no_pages(tmp_path: Path) -> None:
    plain = str(write_run(tmp_path / "run", tables(), MANIFEST))
    folder = Path(export(plain, Request("csv", str(tmp_path / "out-csv"))))
    assert not list(folder.glob("*_pages.csv"))
