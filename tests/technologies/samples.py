"""Samples of real exports that were labelled by hand, and what the rules make of them.

``assignment_labels.csv`` has, for each drawn publication, the technologies that it is about
(``strict``) or clearly related to (``lenient``), by its title, abstract where there is one, and
codes. Three ways of drawing: *precision* from what the rules assigned and *classifier* from what
the classifier adds, up to so many of each technology, one of each title; *recall* without regard
to words or rules, from all publications in the broad field of each technology (``FIELDS``), from
the rest, and from those without codes. No publication is drawn twice.

The samples of ``OTHERS`` are publications of other exports, whole pages as they came, each in a
file, and in another what each is about; they were labelled before any rule saw them.

``python -m tests.technologies.samples`` prints the lines of the other exports, with ``FOLDER``
those of the nine before them (docs/laboratory/technologies.md); with ``SEED DRAWN.csv`` behind it,
what a reader of a fresh sample is to see, and writes how each was drawn, which the reader is not
to see, to that file.
"""

from __future__ import annotations

import csv
import random
import re
import sys
import tempfile
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from pyspark.sql import DataFrame, Row, SparkSession

from patentcore.config import Technologies
from patentcore.engine.session import get_spark
from patentcore.sources import ingest
from patentcore.technologies.assignment import assign
from patentcore.technologies.catalogue import load
from patentcore.technologies.classifier import RULE, with_classified
from patentcore.technologies.codes import place_of
from patentcore.technologies.publications import publications_of

LABELS = Path(__file__).with_name("assignment_labels.csv")
# Of other exports: what the files of a sample are called.
OTHERS = {
    "seventeenth": "fresh",
    "eighteenth": "later",
    "nineteenth": "nineteenth",
    "twentieth": "twentieth",
    "twenty_first": "twenty_first",
    "twenty_second": "twenty_second",
}
EXPORTS = {
    "autonomous driving": ("lens-csv/autonomous-driving.csv.gz",),
    "NVIDIA": ("patentsview",),
    "aviation": ("patsnap-aviation/20240401085613950.xlsx",),
    "Google": ("google-bigquery/10K-bquxjob.csv.gz", "google-bigquery/bquxjob.json.gz"),
    "Google search": ("google-search-csv",),
    "USPTO": ("uspto-grant-xml",),
    "drones": tuple(
        f"derwent-drones/{name}.csv.gz" for name in ("numbers", "applicants", "lens_drones")
    ),
    "vices": ("espacenet-csv",),
    "railways": ("cn-railway/raw_data.csv",),
}
# Of exports without a header row.
HEADERS = {"railways": "公开号,标题,申请日,公开日,申请人,发明人,法律状态\n"}
# What of the schemes a technology could be in: much wider than its codes.
FIELDS = {
    "photoetching_machine": "G03F7 G03F9 H05G2",
    "chip": "H01L G11C H03K G06F1 G06F7 G06F12 G06F13 G06F15 G06T1 H03L H03M G01R31 H05K G06F11 "
    "H04L25",
    "operating_system": "G06F9 G06F8 G06F12",
    "aeroengine_nacelle": "B64D29 B64D33 F02K F02C7",
    "tactile_sensor": "G01L B25J13 G06F3",
    "vacuum_still": "C23C",
    "mobile_phone_rf_device": "H03H H03F H04B1 H01Q",
    "iclip_technique": "C12Q1 C12N15",
    "heavy_duty_gas_turbine": "F02C F01D F01K F23R",
    "laser_radar": "G01S G01C3 G01B11",
    "airworthiness_standard": "B64F G01M G06Q50",
    "high_end_capacitor_resistor": "H01G H01C",
    "core_industrial_software": "G06F30 G06F17/50 G05B19",
    "ito_target": "C04B35 C23C14",
    "robot_core_algorithm": "B25J G05B19 G05D1",
    "aviation_steel": "C22C C21D B64C25",
    "milling_cutter": "B23C B23B",
    "bearing_steel": "F16C C21D",
    "high_pressure_plunger_pump": "F04B F15B",
    "aeronautical_design_software": "G06F30 G06F17/50 G06F119 G06F111",
    "photoresist": "G03F7 G03C1",
    "common_rail_system": "F02M F02D",
    "transmission_electron_microscope": "H01J37 G01N23",
    "boring_machine_main_bearing": "E21D F16C",
    "microsphere": "B01J13 C08J3 A61K9",
    "underwater_connector": "H01R",
    "fuel_cell_materials": "H01M8 H01M4",
    "welding_power_supply": "B23K9 H02M",
    "lithium_battery_separator": "H01M2 H01M10 H01M50",
    "medical_imaging_components": "A61B6 A61B8 H01J35 H05G1 G01T1 G01R33",
    "ultra_precision_polishing": "B24B C09G1 H01L21/304 H01L21/306",
    "epoxy_resin": "C08G C08L",
    "high_strength_stainless_steel": "C22C38 C21D",
    "database_management_system": "G06F16 G06F17/30",
    "scanning_electron_microscope": "H01J37",
    "display_system": "H04N13 G02B27 G02B30 G09G",
    "line_recognition": "G06V G06K9 G06T7",
    "geological_exploration": "G01V E21B",
    "electroacoustic_transducer": "H04R",
}


class Measured(NamedTuple):
    """How many of the assigned belong, and how many of what belongs is assigned."""

    assigned: int
    strict: int
    lenient: int
    belonging: int
    found: int


def read_labels() -> list[dict[str, str]]:
    """Return the rows: sample, draw, technology (or field), publication_number, labels."""
    return _rows(LABELS)


def read_others(sample: str) -> list[dict[str, str]]:
    """Return the rows: publication_number, title, symbols, from (a repository), labels."""
    judged = _rows(LABELS.with_name(f"{OTHERS[sample]}_labels.csv"))
    labels = {row["publication_number"]: row["labels"] for row in judged}
    rows = _rows(LABELS.with_name(f"{OTHERS[sample]}_publications.csv"))
    return [row | {"labels": labels[row["publication_number"]]} for row in rows]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as text:
        return list(csv.DictReader(text))


def labels_of(row: Mapping[str, str]) -> dict[str, str]:
    """Return strict or lenient by technology."""
    return dict(one.split("=") for one in row["labels"].split())


def added(rows: Iterable[Mapping[str, str]], pairs: Collection[tuple[str, str]]) -> Measured:
    """Compare what was drawn from the classifier's assignments with those that it makes now.

    >>> row = {"publication_number": "A", "draw": "classifier", "technology": "chip"}
    >>> added([row | {"labels": "chip=lenient"}], {("chip", "A")})
    Measured(assigned=1, strict=0, lenient=1, belonging=0, found=0)
    """
    drawn = [{**row, "draw": "precision"} for row in rows if row["draw"] == "classifier"]
    return measured(drawn, pairs)


def measured(rows: Iterable[Mapping[str, str]], core: Collection[tuple[str, str]]) -> Measured:
    """Compare labelled rows with the pairs of technology and publication that rules assigned.

    >>> row = {"publication_number": "A", "technology": "chip", "labels": "chip=strict"}
    >>> measured([row | {"draw": "precision"}, row | {"draw": "recall"}], {("chip", "A")})
    Measured(assigned=1, strict=1, lenient=1, belonging=1, found=1)
    """
    rows = list(rows)
    judged = [
        labels_of(row).get(row["technology"])
        for row in rows
        if row["draw"] == "precision" and (row["technology"], row["publication_number"]) in core
    ]
    belonging = {
        (technology, row["publication_number"])
        for row in rows
        if row["draw"] == "recall"
        for technology, label in labels_of(row).items()
        if label == "strict"
    }
    return Measured(
        len(judged),
        judged.count("strict"),
        len(judged) - judged.count(None),
        len(belonging),
        len(belonging.intersection(core)),
    )


def measured_whole(
    rows: Iterable[Mapping[str, str]], core: Collection[tuple[str, str]]
) -> Measured:
    """Compare rows of which none was drawn, all technologies being labelled, with the pairs.

    >>> row = {"publication_number": "A", "labels": "chip=strict laser_radar=lenient"}
    >>> measured_whole([row], {("laser_radar", "A"), ("laser_radar", "B")})
    Measured(assigned=1, strict=0, lenient=1, belonging=1, found=0)
    """
    by_number = {row["publication_number"]: row for row in rows}
    precision = [
        {**by_number[number], "draw": "precision", "technology": technology}
        for technology, number in core
        if number in by_number
    ]
    return measured([*precision, *({**row, "draw": "recall"} for row in by_number.values())], core)


class Seen(NamedTuple):
    """What a reader sees of a publication."""

    title: str
    symbols: tuple[str, ...]
    abstract: str


class Found(NamedTuple):
    """The publications of the real exports, and the technologies that they are said to be about.

    ``rules`` and ``classifier`` are pairs of technology and publication; of the classifier what it
    adds to the rules, learning from all exports together.
    """

    seen: dict[str, Seen]
    rules: set[tuple[str, str]]
    classifier: set[tuple[str, str]]


def pooled(spark: SparkSession, folder: Path, made: str) -> tuple[DataFrame, DataFrame]:
    """Return patents and citations of all exports, each publication once; kept under ``made``."""
    patents: list[DataFrame] = []
    citations: list[DataFrame] = []
    for name, paths in EXPORTS.items():
        files = [folder / path for path in paths]
        if name in HEADERS:
            whole = HEADERS[name] + files[0].read_text(encoding="utf-8")
            files = [Path(made) / f"{name}.csv"]
            files[0].write_text(whole, encoding="utf-8")
        ingest(spark, "auto", [str(file) for file in files], f"{made}/{name}")
        patents.append(spark.read.parquet(f"{made}/{name}/patents"))
        citations.append(spark.read.parquet(f"{made}/{name}/citations"))
    once = patents[0]
    for more in patents[1:]:
        ids = once.select("publication_number")
        once = once.unionByName(more.join(ids, on="publication_number", how="left_anti"))
    once.write.parquet(f"{made}/patents")
    return spark.read.parquet(f"{made}/patents"), reduce(DataFrame.unionByName, citations)


def find(spark: SparkSession, folder: Path, catalogue: Path) -> Found:
    """Read the real exports and assign them, by rules and by the classifier."""
    with tempfile.TemporaryDirectory() as made:
        patents, citations = pooled(spark, folder, made)
        assign(patents, load(catalogue)).write.parquet(f"{made}/ruled")
        inventions = publications_of(patents, count="inventions")
        inventions.select("publication_number", "invention").write.parquet(f"{made}/inventions")
        every = with_classified(
            spark.read.parquet(f"{made}/ruled"),
            patents,
            spark.read.parquet(f"{made}/inventions"),
            citations,
            least=Technologies().classifier_probability,
        )
        rows = every.where("grade = 'core'").collect()
        titled = patents.where("title is not null and publication_number is not null").collect()
    is_classified = {(row.technology, row.publication_number): row.rule == RULE for row in rows}
    return Found(
        {row.publication_number: _seen(row) for row in titled},
        {pair for pair, classified in is_classified.items() if not classified},
        {pair for pair, classified in is_classified.items() if classified},
    )


def find_others(
    spark: SparkSession, rows: Iterable[Mapping[str, str]], catalogue: Path
) -> set[tuple[str, str]]:
    """Return the pairs of technology and publication that the rules make of titles and symbols."""
    patents = spark.createDataFrame(
        [(row["publication_number"], row["title"], None, row["symbols"].split()) for row in rows],
        "publication_number string, title string, abstract string, ipc array<string>",
    ).selectExpr("*", "cast(null as array<string>) as cpc")
    core = assign(patents, load(catalogue)).where("grade = 'core'").collect()
    return {(row.technology, row.publication_number) for row in core}


def _seen(row: Row) -> Seen:
    codes = (*(row.ipc or ()), *(row.cpc or ()))
    symbols = tuple(code.upper().replace(" ", "") for code in codes)
    return Seen(row.title, symbols, row.abstract or "")


def fresh(found: Found, seed: int, most: int = 90) -> list[tuple[str, str, str]]:
    """Draw a sample to be labelled: draw, technology or field, publication_number.

    Nothing that has the title of what is labelled. First for recall, lest it be of what the rules
    do not find: of each field 15, or 150 where the rules find much and of what is in none; then of
    the assignments to a technology all that is left, up to ``most``.
    """
    seen = found.seen
    groups: dict[tuple[str, str], set[str]] = {}
    for kind, pairs in (("precision", found.rules), ("classifier", found.classifier)):
        for technology, number in pairs:
            groups.setdefault((kind, technology), set()).add(number)
    for technology, field in FIELDS.items():
        groups["recall", technology] = {n for n, own in seen.items() if in_field(own[1], field)}
    groups["recall", "uncoded"] = {number for number, own in seen.items() if not own.symbols}
    groups["recall", "rest"] = set(seen).difference(
        *(numbers for (kind, _), numbers in groups.items() if kind == "recall")
    )
    labelled = {row["publication_number"] for row in read_labels()}
    read = {plain(seen[number].title) for number in labelled if number in seen}
    sample = []
    for (kind, name), numbers in sorted(groups.items(), reverse=True):
        titles = {
            n: seen[n].title for n in numbers if n in seen and plain(seen[n].title) not in read
        }
        is_wide = name in ("uncoded", "rest") or len(groups.get(("precision", name), ())) >= 20
        count = most if kind != "recall" else 150 if is_wide else 15
        drawn = draw(titles, count, seed, labelled)
        labelled.update(drawn)
        sample += [(kind, name, number) for number in drawn]
    return sample


def sheet(seen: Mapping[str, Seen], numbers: Iterable[str], seed: int) -> list[str]:
    """Return what a reader labels by, in an order that does not tell how it was drawn."""
    order = sorted(numbers)
    random.Random(seed).shuffle(order)
    return [
        " | ".join((n, seen[n].title, " ".join(seen[n].symbols[:9]), seen[n].abstract[:260]))
        for n in order
    ]


def plain(title: str) -> str:
    """Return a title without what spellings of one differ in."""
    return re.sub(r"\W+", " ", title.lower())


def in_field(symbols: Iterable[str], field: str) -> bool:
    """Tell whether a publication is in the broad field of a technology.

    >>> in_field(["G01S17/89"], FIELDS["laser_radar"]), in_field(["G01C21/00"], "G01S G01C3")
    (True, False)
    """
    places = [place_of(code) for code in field.split()]
    return any(
        symbol.startswith(place.start) and (not place.low or symbol.endswith(f"/{place.low}"))
        for symbol in symbols
        for place in places
    )


def draw(titles: Mapping[str, str], count: int, seed: int, labelled: Collection[str] = ()) -> list:
    """Draw publications of different titles that no sample has."""
    numbers = sorted(set(titles) - set(labelled))
    random.Random(seed).shuffle(numbers)
    seen: set[str] = set()
    drawn: list[str] = []
    for number in numbers:
        title = plain(titles[number])
        if title not in seen and len(drawn) < count:
            seen.add(title)
            drawn.append(number)
    return drawn


def table(found: Found) -> list[str]:
    """Return the lines of the table: a sample each, and all; then both with the classifier."""
    rows = read_labels()
    samples = {
        name: [row for row in rows if row["sample"] == name] for name in (r["sample"] for r in rows)
    }
    samples["all"] = rows
    lines = [line(name, measured(mine, found.rules)) for name, mine in samples.items()]
    both = found.rules | found.classifier
    return [
        *lines,
        line("added by the classifier, fresh", added(rows, found.classifier)),
        *(line(f"{name}, both", measured(mine, both)) for name, mine in samples.items()),
    ]


def line(name: str, m: Measured) -> str:
    """Write a line of the table.

    >>> line("first", Measured(assigned=4, strict=2, lenient=3, belonging=5, found=4))
    '| first | 2 of 4 (50 %) | 3 (75 %) | 4 of 5 (80 %) |'
    """
    return (
        f"| {name} | {m.strict} of {m.assigned} ({100 * m.strict / max(m.assigned, 1):.0f} %) "
        f"| {m.lenient} ({100 * m.lenient / max(m.assigned, 1):.0f} %) "
        f"| {m.found} of {m.belonging} ({100 * m.found / max(m.belonging, 1):.0f} %) |"
    )


if __name__ == "__main__":
    session = get_spark("samples", engine="embedded", conf={"spark.sql.shuffle.partitions": "2"})
    shipped = Path(__file__).parents[2] / "conf" / "technologies.toml"
    everything = find(session, Path(sys.argv[1]), shipped) if len(sys.argv) > 1 else None
    if everything and len(sys.argv) > 2:
        seed, file = int(sys.argv[2]), Path(sys.argv[3])
        sample = fresh(everything, seed)
        file.write_text("\n".join(map(",".join, sample)) + "\n", encoding="utf-8")
        print("\n".join(sheet(everything.seen, (number for _, _, number in sample), seed)))
    else:
        for row in table(everything) if everything else ():
            print(row)
        for name in OTHERS:
            others = read_others(name)
            whole = measured_whole(others, find_others(session, others, shipped))
            print(line(f"{name}, other publications", whole))
