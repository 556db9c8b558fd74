"""A small corpus of canonical tables, and what runs it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from patentcore import config
from patentcore.stages.pipeline import run_all
from tests import factories

CODES = ["G06F3/041", "H04W4/02", "G06N3/08", "A61B5/00", "G05D1/02", "H04L9/40", "B64C39/02"]


def patent_rows() -> list[dict[str, Any]]:
    """Forty key patents of 2010 to 2019; the last has no date and no codes."""
    draw = random.Random(7)
    rows: list[dict[str, Any]] = []
    for i in range(40):
        codes = draw.sample(CODES, draw.randint(2, 4))
        rows.append(
            {
                "publication_number": f"K{i:02}",
                "publication_date": dt.date(2010 + i % 10, 1 + i % 12, 3),
                "main_ipc": codes[0],
                "ipc": codes,
                "family_cited_by_count": 1 + i % 7,
            }
        )
    rows[-1] |= {"publication_date": None, "main_ipc": None, "ipc": CODES[:2]}
    return rows


def citation_rows() -> list[tuple[str | None, str | None]]:
    """Citations among the key patents and with forty others, a loop, a repetition and a gap."""
    draw = random.Random(11)
    names = [f"K{i:02}" for i in range(40)] + [f"X{i:02}" for i in range(40)]
    pairs: list[tuple[str | None, str | None]] = [
        (draw.choice(names), draw.choice(names)) for _ in range(220)
    ]
    return [*pairs, ("K00", "K00"), pairs[0], (None, "K01")]


@pytest.fixture(scope="session")
def canonical(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canonical")
    factories.patents(spark, *patent_rows()).write.parquet(str(folder / "patents"))
    factories.citations(spark, *citation_rows()).write.parquet(str(folder / "citations"))
    return folder


# One of the patents has no date.
WITHOUT_LIMITS = ("corpus.published_from=", "corpus.published_to=")
Finished = Callable[..., dict[str, Any]]


@pytest.fixture
def finish(spark: SparkSession, canonical: Path, tmp_path: Path) -> Finished:
    """Run the method into ``tmp_path / "out"`` with overrides; return the manifest."""

    def run(*overrides: str, output: str = "out", source: Path = canonical) -> dict[str, Any]:
        settings = [*WITHOUT_LIMITS, "corpus.check_unique_keys=false", *overrides]
        return run_all(
            spark, config.load(None, settings), source=str(source), output=str(tmp_path / output)
        )

    return run


def table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a result, by its first column."""
    frame = pd.read_parquet(folder / name)
    return frame.sort_values(frame.columns[0]).reset_index(drop=True)
