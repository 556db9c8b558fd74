"""The benchmark's modules as imports, and a small corpus with every kind of gap."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.bench.corpora import drawn_corpus

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "bench"))


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_corpus(tmp_path_factory.mktemp("bench") / "corpus")
