"""The benchmarks' own programs still find what they measure."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest
from tests.conftest import ROOT

FOLDER = ROOT / "scripts" / "bench"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_program_can_be_imported(name: str) -> None:
    path = os.pathsep.join([str(ROOT / "lib"), str(FOLDER)])
    loaded = subprocess.run(
        [sys.executable, "-c", f"import {name}"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("the side of no applicant is known", "the export lacks it"),
        (
            "4 inventions of quality are fewer than 5; 9 more could not be judged",
            "the export lacks it",
        ),
        (
            "not known: foreign_cited_share; too few are known: cited inventions",
            "the export lacks it",
        ),
        ("4 inventions of quality are fewer than 5", "the rules refuse it"),
        ("a logistic curve does not fit (R2 0.73 below 0.9)", "the rules refuse it"),
        ("2 years are fewer than 5; not known: generality_rank, layout", "the rules refuse it"),
        (
            "not known: generality_rank, layout; too few are known: citing inventions",
            "the catalogue lacks it",
        ),
        ("not known: form", "the catalogue lacks it"),
    ],
)
def test_unknown_judgements_are_counted_by_what_they_want(
    reason: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(FOLDER)
    assert importlib.import_module("technologies_known").kind_of(reason) == kind
