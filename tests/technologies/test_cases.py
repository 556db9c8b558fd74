"""The cases that the papers judge, each as a small literal data set, through the whole stage.

Paper H: speech AI, shield machines, two-bombs-one-satellite and TD-SCDMA, with the traits of its
Tables 1, 2, 4 and 5. Paper M: EUV lithography, aviation tyres and bearing steel (section 2.2.1),
a technology in exploration everywhere (2.1), large aircraft and nuclear power stations (2.2.3).
Years are counted back from the year of the judgement, 2021 in the data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from pyspark.sql import Row, SparkSession

from patentcore import config, schemas
from patentcore.lake.tables import TableStore
from patentcore.stages.pipeline import run_stage
from patentcore.technologies import judgements as j
from patentcore.technologies.questions import QUESTIONS
from tests.factories import citations, patents

NOW = 2021

# Filings of each year, the last one in the year of the judgement.
YOUNG = (1, 1, 2, 4, 8, 16, 32)
GROWN_UP = (1, 2, 4, 7, 9, 9, 7, 4, 2, 1, 1, 1)
FEW = (1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
NONE: tuple[int, ...] = ()
# Sixty inventions that double each year leave the saturation open: people say what filings do not.
EMERGING = {"stage": '"emerging"'}


@dataclass(frozen=True)
class Case:
    """What a paper says of a technology, as figures."""

    domestic: tuple[int, ...]
    foreign: tuple[int, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    foreign_owners: int = 2
    is_general: bool = True
    new_pairs_since: int = 9999


CASES = {
    "speech_ai": Case(
        YOUNG,
        YOUNG,
        {"public_good": '"none"', "standardised": "false", "niche_market": "true", **EMERGING},
        foreign_owners=30,
    ),
    "shield_machine": Case(
        FEW,
        GROWN_UP,
        {
            "public_good": '"none"',
            "standardised": "false",
            "niche_market": "true",
            "government_will": "true",
        },
    ),
    "two_bombs_one_satellite": Case(
        NONE, NONE, {"public_good": '"pure"', "government_will": "true", "strategic": "true"}
    ),
    "td_scdma": Case(
        FEW,
        GROWN_UP,
        {"public_good": '"semi"', "standardised": "true", "government_will": "true"},
        foreign_owners=20,
        new_pairs_since=NOW - 4,
    ),
    "euv_lithography": Case(FEW, GROWN_UP, {"standardised": "true"}),
    "aviation_tyre": Case((0, 0, 1), GROWN_UP),
    "bearing_steel": Case(NONE, GROWN_UP),
    "in_exploration": Case(YOUNG, YOUNG, EMERGING, new_pairs_since=0),
    "large_aircraft": Case(FEW, GROWN_UP, {"strategic": "true"}),
    "nuclear_station": Case(YOUNG, YOUNG, {"strategic": "true", **EMERGING}),
    "young_by_patents_alone": Case(YOUNG, YOUNG),
    "narrow_speciality": Case(FEW, GROWN_UP, is_general=False),
    "high_speed_rail": Case(GROWN_UP, GROWN_UP),
}


def word(name: str) -> str:
    return name.replace("_", " ")


def rows_of(name: str, case: Case, number: int) -> tuple[list[dict], list[tuple[str, str]]]:
    rows, links = [], []
    for side, counts in (("CN", case.domestic), ("XX", case.foreign)):
        for back, count in enumerate(reversed(counts)):
            for i in range(count):
                year = NOW - back
                key = f"{name}-{side}-{year}-{i}"
                owner = f"{name} {side} Ltd {(i + 3 * back) % case.foreign_owners}"
                pair = f"G01N{len(rows) + 50}/00" if year >= case.new_pairs_since else "G01N1/00"
                rows.append(
                    {
                        "publication_number": key,
                        "application_number": key,
                        "title": f"A {word(name)}",
                        "application_date": dt.date(year, 6, 1),
                        "applicants": [(owner, side, "enterprise")],
                        "ipc": [f"B0{number % 10}C{number}/00", pair],
                    }
                )
                fields = ("A01B", "G06F", "H04L") if case.is_general else ("H04L",) * 3
                links += [(f"citing-{code}-{j}", key) for j, code in enumerate(fields)]
    return rows, links


@pytest.fixture(scope="module")
def judged(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Row]:
    folder = tmp_path_factory.mktemp("cases")
    catalogue = folder / "cases.toml"
    entries = [
        f'[{name}]\nname_zh = "{name}"\nname_en = "{name}"\nkeywords_en = ["{word(name)}"]\n'
        f"[{name}.attributes]\n"
        + "\n".join(f"{key} = {value}" for key, value in case.attributes.items())
        for name, case in CASES.items()
    ]
    catalogue.write_text("\n".join(entries), encoding="utf-8")
    rows, links = [], []
    for number, (name, case) in enumerate(CASES.items()):
        more_rows, more_links = rows_of(name, case, number)
        rows, links = rows + more_rows, links + more_links
    citing = sorted({(citing, citing.split("-")[1]) for citing, _ in links})
    rows += [
        {
            "publication_number": key,
            "application_number": key,
            "title": "Chair",
            "ipc": [f"{code}1/00"],
        }
        for key, code in citing
    ]
    source = TableStore.open(spark, str(folder / "corpus"))
    source.write(patents(spark, *rows), "patents")
    source.write(citations(spark, *links), "citations")
    result = TableStore.open(spark, str(folder / "result"))
    result.write(spark.createDataFrame([], schemas.SCORES), "scores")
    run_stage(
        spark,
        config.parse(
            {"scoring": {"reference_year": NOW + 2}, "technologies": {"catalogue": str(catalogue)}}
        ),
        stage="technologies",
        source=str(folder / "corpus"),
        output=str(folder / "result"),
    )
    found = result.read("technology_judgements").collect()
    assert len(found) == len(CASES) * len(QUESTIONS)
    return {(row.technology, row.question): row for row in found}


WINDOWS = [
    # technology, product, market, institution, organisation
    ("speech_ai", "emerging", "commodity", "niche", "unknown", j.ENTERPRISE_LED),
    ("shield_machine", "mature", "commodity", "niche", "government will", j.LEADING_ENTERPRISE),
    (
        "two_bombs_one_satellite",
        "unknown",
        "pure public good",
        "unknown",
        "government will",
        j.STATE_LED,
    ),
    (
        "td_scdma",
        "transition",
        "semi-public good",
        "standardised",
        "government will",
        j.ALLIANCE,
    ),
]


@pytest.mark.parametrize("case", WINDOWS, ids=lambda case: case[0])
def test_the_four_windows_of_paper_h(judged: dict, case: tuple) -> None:
    name, *expected = case
    questions = ("technology", "product", "market", "institution", "organisation")
    assert [judged[name, question].verdict for question in questions] == expected


def test_the_barriers_of_the_four_cases(judged: dict) -> None:
    barrier = {name: judged[name, "technology"].barrier for name, *_ in WINDOWS}
    assert "foreign patents block" in barrier["shield_machine"]
    assert barrier["speech_ai"] == "weak basic research and commercial strength"
    assert barrier["two_bombs_one_satellite"] == "none: no patents"
    assert "accumulation" in barrier["td_scdma"]
    assert "block" not in barrier["td_scdma"]


GENERIC = ("key generic", *j.CLASSES["key generic"])
FRONTIER = ("cutting-edge", *j.CLASSES["cutting-edge"])
STRATEGIC = ("major strategic", *j.CLASSES["major strategic"])


@pytest.mark.parametrize(
    ("name", "absence", "expected"),
    [
        ("euv_lithography", j.FOREIGN_STRONG, GENERIC),
        ("aviation_tyre", j.FOREIGN_STRONG, GENERIC),
        ("bearing_steel", j.FOREIGN_STRONG, GENERIC),
        ("in_exploration", j.BOTH_WEAK, FRONTIER),
        ("large_aircraft", j.FOREIGN_STRONG, STRATEGIC),
        ("nuclear_station", j.BOTH_WEAK, STRATEGIC),
        ("narrow_speciality", j.FOREIGN_STRONG, (j.NO_CLASS, *("not applicable",) * 3)),
        ("high_speed_rail", j.BOTH_STRONG, (j.NO_ABSENCE, *("not applicable",) * 3)),
        # Only an absence that is known not to be there takes the class away.
        ("two_bombs_one_satellite", "unknown", STRATEGIC),
    ],
)
def test_classes_with_cause_mode_and_lead(
    judged: dict, name: str, absence: str, expected: tuple
) -> None:
    assert judged[name, "absence"].verdict == absence
    found = tuple(judged[name, q].verdict for q in ("class", "cause", "mode", "lead"))
    assert found == expected


def test_a_young_curve_alone_is_refused(judged: dict) -> None:
    for question in ("technology", "status", "absence"):
        assert judged["young_by_patents_alone", question].verdict == "unknown"
    reason = judged["young_by_patents_alone", "technology"].reason
    assert reason == "the fit ends at a bound: no saturation is in sight"


def test_the_status_follows_the_domestic_side(judged: dict) -> None:
    assert judged["high_speed_rail", "status"].verdict == "yes"
    assert judged["euv_lithography", "status"].verdict == "no"
    assert judged["two_bombs_one_satellite", "status"].verdict == "unknown"


def test_rows_carry_what_they_rest_on(judged: dict) -> None:
    row = judged["euv_lithography", "status"]
    assert row.figures["domestic_share"] == pytest.approx(2 / 50)
    assert row.thresholds["strong_share"] == 0.3
    assert row.reason is None
    unknown = judged["two_bombs_one_satellite", "status"]
    assert "no patents" in unknown.reason
    assert "domestic_share" not in unknown.figures
