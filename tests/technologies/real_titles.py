"""Titles and codes of the real exports, which are not part of the project."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

SCHEMA = (
    "publication_number string, title string, abstract string, ipc array<string>, cpc array<string>"
)


def frame(spark: SparkSession, folder: Path) -> DataFrame:
    """Return drones and autonomous driving (Lens), NVIDIA (PatentsView) and railways (Chinese)."""
    rows = {row[0]: row for row in [*_lens(folder), *_nvidia(folder), *_railway(folder)]}
    return spark.createDataFrame(list(rows.values()), SCHEMA)


def _read(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _lens(folder: Path) -> Iterator[tuple]:
    files = (
        ("derwent-drones/lens_drones.csv.gz", "publication_number", "title", "_classifications"),
        ("lens-csv/autonomous-driving.csv.gz", "Publication Number", "Title", " Classifications"),
    )
    for name, number, title, codes in files:
        for row in _read(folder / name):
            ipc, cpc = ("ipcr", "cpc") if codes[0] == "_" else ("IPCR", "CPC")
            yield (
                re.sub(r"[ /]", "", row[number]),
                row[title],
                None,
                _split(row[ipc + codes]),
                _split(row[cpc + codes]),
            )


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";;") if part.strip()]


def _nvidia(folder: Path) -> Iterator[tuple]:
    codes: dict[str, list[str]] = {}
    for row in _read(folder / "patentsview" / "nvidia_cpc.csv.gz"):
        codes.setdefault(row["patent_id"], []).append(row["cpc_group"])
    for row in _read(folder / "patentsview" / "nvidia_patent.csv.gz"):
        number = row["patent_id"]
        yield f"US{number}{row['wipo_kind']}", row["patent_title"], None, None, codes.get(number)


def _railway(folder: Path) -> Iterator[tuple]:
    with (folder / "cn-railway" / "raw_data.csv").open(encoding="utf-8-sig") as file:
        for row in csv.reader(file):
            yield row[0], row[1], None, None, None
