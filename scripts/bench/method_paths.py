"""Where things are, and the paper's values, which the two other ways of the benchmark spell out."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
CONFIG = PROJECT / "conf" / "paper.toml"

# What conf/paper.toml holds, written as a script for one purpose would: as constants.
FIRST_DAY, LAST_DAY = "2000-01-01", "2023-12-31"
AUTHORITIES = ["CN", "US", "JP", "KR", "GB", "FR", "DE", "EP", "WO"]
EVENTS = ["opposition", "assignment", "litigation"]
REFERENCE_YEAR = 2023
WEIGHTS = {
    "degree_centrality": 0.4,
    "betweenness": 0.3,
    "popularity": 0.2,
    "main_class_frequency": 0.1,
}
CRITERIA = [
    ("Patent total", "-"),
    ("Patent-accepting country", " ".join(AUTHORITIES)),
    ("Patent type", "invention"),
    ("Quantity of claim", ">10"),
    ("Citation frequency", ">0"),
    ("Breadth of patented technology", ">1"),
    ("Legal status of patent", ", ".join(EVENTS)),
    ("Duplicate removal", "one publication per application number"),
]
SCORE_COLUMNS = [
    "publication_number",
    "rank",
    "core_degree",
    "core_degree_scaled",
    "degree",
    "in_degree",
    "out_degree",
    "degree_centrality",
    "betweenness",
    "popularity",
    "main_class",
    "main_class_count",
    "main_class_frequency",
    "publication_year",
    "missing_reason",
]
