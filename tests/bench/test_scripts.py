"""The benchmarks' own programs still find what they measure."""

from __future__ import annotations

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
