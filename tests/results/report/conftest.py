"""A small finished run on disk, whose tables each test can change."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql.pandas.types import to_arrow_schema
from tests.conftest import ROOT

from patentcore import schemas
from patentcore.config import load

MANIFEST: dict[str, Any] = {
    "patentcore": "0.1.0",
    "finished": "2026-03-01T09:30:12+00:00",
    "seconds": 83.4,
    "configuration": load(ROOT / "conf" / "paper.toml").model_dump(mode="json"),
    "seed": 2023,
    "engine": {"name": "spark", "versions": {"java": "17.0.1"}},
    "versions": {"python": "3.11.2", "java": "17.0.1", "pyspark": "4.1.1"},
    "input": {"uri": "file:/data/corpus", "tables": {}},
    "stages": [
        {"stage": "screen", "seconds": 12.25, "publications": 2000, "key_patents": 4},
        {"stage": "centrality", "seconds": 70.1, "vertices": 6},
    ],
    "peak_memory": {"driver_python_bytes": 530_000_000, "driver_jvm_bytes": None},
    "network": {
        "kind": "citation",
        "scope": "incident",
        "vertices": 6,
        "key_vertices": 4,
        "edges": 5,
        "loops_dropped": 2,
        "parallel_merged": 3,
    },
}

FUNNEL = [
    (0, "Patent total", "-", 2000, 0, 0),
    (1, "Patent type", "invention", 1500, 500, 17),
    (2, "Quantity of claim", ">10", 4, 1496, 23),
]

Tables = dict[str, list[dict[str, Any]]]


def key_patent(number: str, **fields: Any) -> dict[str, Any]:
    """A key patent with plain values, each of which a test can replace."""
    return {
        "publication_number": number,
        "title": "Touch panel",
        "applicants": [{"name": "华为技术有限公司", "country": "CN", "sector": "enterprise"}],
        "publication_date": dt.date(2016, 4, 20),
        "main_ipc": "G06F3/041",
        "source": "patsnap",
    } | fields


def score(number: str, rank: int | None, **fields: Any) -> dict[str, Any]:
    """A row of scores with plain values, each of which a test can replace."""
    return {
        "publication_number": number,
        "rank": rank,
        "core_degree": 31.36,
        "core_degree_scaled": 0.5,
        "degree": 3,
        "in_degree": 2,
        "out_degree": 1,
        "degree_centrality": 0.6,
        "betweenness": 20.0,
        "popularity": 0.6,
        "main_class": "G06F3/041",
        "main_class_count": 3,
        "main_class_frequency": 250.0,
        "publication_year": 2016,
        "missing_reason": None,
    } | fields


def centrality(vertex: str, degree: int) -> dict[str, Any]:
    """A row of centrality."""
    return {
        "id": vertex,
        "in_degree": degree,
        "out_degree": 0,
        "degree": degree,
        "degree_centrality": degree / 5,
        "betweenness": 0.0,
    }


def tables() -> Tables:
    """The tables of a run with three scored key patents and one unscored."""
    low = {"betweenness": 0.0, "degree_centrality": 0.2, "degree": 1, "popularity": 0.5}
    return {
        "funnel": [dict(zip(schemas.FUNNEL.names, row, strict=True)) for row in FUNNEL],
        "key_patents": [key_patent(n) for n in ("CN1A", "CN2A", "CN3B", "CN4A")],
        "centrality": [
            centrality(vertex, degree)
            for vertex, degree in zip(
                ("CN1A", "CN2A", "CN3B", "CN4A", "X1", "X2"), (3, 1, 1, 0, 1, 4), strict=True
            )
        ],
        "vertices": [{"id": n, "is_key": n[0] == "C"} for n in ("CN1A", "CN2A", "CN3B", "X1")],
        "edges": [{"src": "X1", "dst": "CN1A", "weight": 3}],
        "scores": [
            score("CN1A", 1),
            score("CN2A", 2, **low, core_degree=25.18, core_degree_scaled=0.2),
            score("CN3B", 3, **low, core_degree=25.18, core_degree_scaled=0.2),
            score(
                "CN4A",
                None,
                core_degree=None,
                core_degree_scaled=None,
                popularity=None,
                publication_year=None,
                missing_reason="publication year unknown",
            ),
        ],
        "rejects": [
            {
                "source": "citations",
                "record": "CN9A",
                "field": "cited",
                "value": None,
                "reason": "citation without both publication numbers",
            }
        ],
    }


def write_run(folder: Path, content: Tables, manifest: dict[str, Any]) -> Path:
    """Write tables as a run would, and the manifest last."""
    for name, rows in content.items():
        (folder / name).mkdir(parents=True)
        schema = to_arrow_schema(schemas.TABLES[name])
        if rows:
            schema = pa.schema([field for field in schema if field.name in rows[0]])
        table = pa.Table.from_pylist(
            rows, schema=pa.schema([f.with_nullable(True) for f in schema])
        )
        pq.write_table(table, folder / name / "part-0.parquet")
    described = {name: {"format": "parquet", "files": 1, "bytes": 4096} for name in content}
    written = manifest | {"tables": described}
    (folder / "run.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture
def content() -> Tables:
    return tables()


@pytest.fixture
def manifest() -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(MANIFEST))
    return copied


@dataclass
class Draft:
    """A run that is not on disk yet, so that a test can change it."""

    content: Tables
    manifest: dict[str, Any]
    folder: Path

    def write(self) -> Path:
        """Write the run; return its folder."""
        return write_run(self.folder, self.content, self.manifest)

    def page(self) -> str:
        """Write the run and its report; return the page."""
        from patentcore.results.report import write_report

        return Path(write_report(str(self.write()))).read_text(encoding="utf-8")


@pytest.fixture
def draft(tmp_path: Path, content: Tables, manifest: dict[str, Any]) -> Draft:
    return Draft(content, manifest, tmp_path / "run")


class Page(HTMLParser):
    """A page as a reader's browser takes it.

    Attributes:
        tags: start tags in order.
        attributes: name and value of all attributes.
        open: tags that were not closed.
        rows: cells of the rows of all tables, by section and in order; ``<br>`` ends a word, and
            of texts in both languages the English is read.
    """

    VOID = frozenset({"meta", "br", "img", "link", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.rows: dict[str, list[list[str]]] = {}
        self._section: list[list[str]] = []
        self._chinese: int | None = None
        self.feed(page)
        for rows in self.rows.values():
            rows[:] = [[" ".join(cell.split()) for cell in row] for row in rows]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "span" and dict(attrs).get("lang") == "zh":
            self._chinese = len(self.open)
        if tag == "section":
            self._section = self.rows.setdefault(str(dict(attrs)["id"]), [])
        elif tag == "tr":
            self._section.append([])
        elif tag in ("td", "th"):
            self._section[-1].append("")
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._chinese == len(self.open):
            self._chinese = None
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open) and self._chinese is None:
            self._section[-1][-1] += data
