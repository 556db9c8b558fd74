"""Laser radar on a real export: sides, inventions and bounds against pandas on the raw file.

The export is not part of the project; without it these tests are skipped.
"""

from __future__ import annotations

import datetime as dt
import gzip
import re
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from patentcore.technologies.applicants import applicant_rows, holders
from patentcore.technologies.publications import publications_of
from patentcore.technologies.sides import first_office
from tests.factories import patents

WORDS = re.compile(
    r"\b(laser radars?|lidars?|ladars?|light detection and ranging)\b|激光雷达", re.I
)
CODES = ("G01S17/89", "G01S7/481")


def listed(cell: object) -> list[str]:
    parts = str(cell).split(";;") if isinstance(cell, str) else []
    return [part.strip() for part in parts if part.strip()]


def priorities(cell: object) -> list[tuple]:
    found = (re.match(r"([A-Z]{2}) (\S+) (\S+) (\d{8})", part) for part in listed(cell))
    return [
        (one[1] + one[2] + one[3], one[1], dt.datetime.strptime(one[4], "%Y%m%d").date())
        for one in found
        if one
    ]


@pytest.fixture(scope="module")
def raw(real_data: Path) -> pd.DataFrame:
    with gzip.open(real_data / "lens-csv" / "autonomous-driving.csv.gz") as file:
        table = pd.read_csv(file, dtype=str)
    table["number"] = table["Publication Number"].str.replace(r"[ /]", "", regex=True)
    return table.drop_duplicates("number").set_index("number")


@pytest.fixture(scope="module")
def assigned(raw: pd.DataFrame) -> pd.DataFrame:
    """Return what is of laser radar by words and codes that stay as they are.

    What was read by hand is of these publications, whatever the catalogue says by now.
    """
    is_of_it = [
        bool(WORDS.search(row["Title"])) or has_code(row)
        for _, row in raw.fillna({"Title": ""}).iterrows()
    ]
    return raw[is_of_it].sort_index()


def has_code(row: pd.Series) -> bool:
    symbols = listed(row["IPCR Classifications"]) + listed(row["CPC Classifications"])
    symbols = [symbol.replace(" ", "") for symbol in symbols]
    return any(symbol.startswith(CODES) and symbol[:4] == symbols[0][:4] for symbol in symbols)


@pytest.fixture(scope="module")
def told(spark: SparkSession, assigned: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the code tells: each publication's applicants, and each invention's owners."""
    rows = [
        {
            "publication_number": number,
            "application_number": row["Application Number"],
            "authority": row["Jurisdiction"],
            "priorities": priorities(row["Priority Numbers"]) or None,
            "applicants": [(name, None, None) for name in listed(row["Applicants"])] or None,
            "inventors": listed(row["Inventors"]) or None,
        }
        for number, row in assigned.iterrows()
    ]
    frame = patents(spark, *rows)
    inventions = publications_of(frame, count="inventions")
    known = frame.join(
        inventions.select("publication_number", "invention"), on="publication_number"
    )
    applicants = applicant_rows(known)
    offices = known.select("publication_number", first_office().alias("office"))
    return applicants.join(offices, on="publication_number").toPandas(), holders(
        applicants
    ).toPandas()


def is_quality(row: pd.Series) -> bool:
    classes = {symbol[:4] for symbol in listed(row["IPCR Classifications"])}
    return int(row["Cited by Patent Count"]) > 0 and len(classes) > 1


def test_publications_are_inventions(assigned: pd.DataFrame, told: tuple) -> None:
    """By hand: 115 publications, 66 sets of priorities."""
    keys = {tuple(sorted(n for n, *_ in priorities(c))) for c in assigned["Priority Numbers"]}
    assert (len(assigned), len(keys)) == (115, 66)
    assert told[1]["publication_number"].nunique() == 66
    assert told[1].groupby("publication_number")["share"].sum().to_numpy() == pytest.approx(1.0)


def test_the_earliest_priority_tells_another_share_than_names(
    assigned: pd.DataFrame, told: tuple
) -> None:
    """Of the quality publications 0.19 are of Chinese priority; words of names told 0.92."""
    quality = assigned[assigned.apply(is_quality, axis=1)]
    offices = quality["Priority Numbers"].map(
        lambda cell: min((day, number, office) for number, office, day in priorities(cell))[2]
    )
    share = (offices == "CN").mean()
    assert share == pytest.approx(0.19, abs=0.01)
    first = told[0][told[0]["position"] == 0].set_index("publication_number")
    assert (first.loc[quality.index, "office"] == "CN").mean() == pytest.approx(share)


def test_every_first_applicant_has_a_side_as_read_by_hand(told: tuple) -> None:
    first = told[0][told[0]["position"] == 0]
    assert set(first["side"]) == {"domestic", "foreign"}
    assert set(first["side_source"]) == {"name", "place", "priority"}
    by_owner = first.groupby("owner")["country"].agg(set)
    assert {name: by_owner[name] for name in ("LG", "Volvo", "Velodyne", "Samsung", "Baidu")} == {
        "LG": {"KR"},
        "Volvo": {"SE"},
        "Velodyne": {"US"},
        "Samsung": {"KR"},
        "Baidu": {"CN"},
    }
    # One owner for five spellings in two scripts, and another for three in two.
    spellings = first.groupby("owner")["name"].nunique()
    assert (spellings["Baidu"], spellings["RoboSense"]) == (5, 3)


def test_concentration_rises_with_owners_harmonised(told: tuple) -> None:
    first = told[0][told[0]["position"] == 0]
    index = {
        name: ((first[name].value_counts() / len(first)) ** 2).sum() for name in ("name", "owner")
    }
    assert index["name"] == pytest.approx(0.096, abs=0.005)
    assert index["owner"] == pytest.approx(0.184, abs=0.005)
