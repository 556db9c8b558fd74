"""The wheel alone, in an empty environment without Java and away from the repository."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql.pandas.types import to_arrow_schema

from patentcore import schemas
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

SOURCES = ("pyproject.toml", "README.md", "LICENSE")
ON_SAIL = ("--engine", "embedded")
Run = Callable[..., str]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder, far from the repository."""
    return tmp_path_factory.mktemp("wheel")


@pytest.fixture(scope="module")
def wheel(place: Path) -> Path:
    """The wheel, built from a copy, since building leaves folders beside the sources."""
    copy = place / "copy"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for folder in ("lib", "conf"):
        shutil.copytree(ROOT / folder, copy / folder, symlinks=True, ignore=ignored)
    for name in SOURCES:
        shutil.copy(ROOT / name, copy)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", place)
    subprocess.run([*PIP, "wheel", *options, copy], check=True)
    (built,) = place.glob("*.whl")
    shutil.rmtree(copy)
    return built


@pytest.fixture(scope="module")
def environment(place: Path, wheel: Path) -> Path:
    """A virtual environment with the wheel, and what it needs from the one that runs the tests.

    Of that one only the folder of packages is seen, not what its ``.pth`` files name: so not the
    package in the repository.
    """
    folder = place / "venv"
    venv.create(folder, symlinks=True)
    options = ("--no-deps", "--no-index", wheel)
    subprocess.run([*PIP, "--python", folder, "install", *options], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin"


@pytest.fixture(scope="module")
def run(place: Path, environment: Path) -> Run:
    """Call a program of the environment where no Java is, and return what it printed."""
    tools = place / "tools"
    tools.mkdir()
    kept = {"HOME": str(place), "PATH": str(tools), "TMPDIR": str(place)}

    def call(program: str, *arguments: object) -> str:
        command = [str(environment / program), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=place, env=kept, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    return call


@pytest.fixture(scope="module")
def corpus(place: Path) -> Path:
    """Thirty publications, of which every third passes the screening, and their citations."""
    patents = [
        {
            "publication_number": f"CN{100000000 + i}A",
            "application_number": f"CN2000{10000000 + i}",
            "authority": "CN",
            "kind_code": "A",
            "patent_type": "invention",
            "title": "Lithography machine",
            "publication_date": dt.date(2010 + i % 10, 6, 1),
            "application_date": dt.date(2008, 1, 1),
            "applicants": [{"name": f"Maker {i % 4}", "country": "CN", "sector": None}],
            "inventors": ["Li Lei"],
            "main_ipc": "G03F7/20",
            "ipc": ["G03F7/20", "H01L21/027"],
            "claim_count": 12 if i % 3 == 0 else 3,
            "cited_by_count": 1 + i % 5,
            "legal_events": [{"kind": "assignment", "date": dt.date(2018, 1, 1)}],
            "source": "test",
        }
        for i in range(30)
    ]
    numbers = [patent["publication_number"] for patent in patents]
    citations = [
        {"citing": numbers[i], "cited": numbers[j], "origin": "cites"}
        for i in range(30)
        for j in (i // 2, i // 3)
        if i != j
    ]
    folder = place / "corpus"
    for name, rows in (("patents", patents), ("citations", citations)):
        (folder / name).mkdir(parents=True)
        schema = to_arrow_schema(getattr(schemas, name.upper()))
        schema = pa.schema([field.with_nullable(True) for field in schema])
        pq.write_table(pa.Table.from_pylist(rows, schema), folder / name / "part.parquet")
    return folder


def test_the_package_is_the_wheels(run: Run, place: Path) -> None:
    code = "import patentcore, shutil; print(patentcore.__file__, shutil.which('java'))"
    found, java = run("python", "-c", code).split()
    assert Path(found).is_relative_to(place / "venv")
    assert java == "None"


def test_the_whole_method_runs(run: Run, corpus: Path, place: Path) -> None:
    result = place / "result"
    options = ("--config", "paper", *ON_SAIL, "--input", corpus, "--output", result)
    run("patentcore", "run", *options)
    manifest = json.loads((result / "run.json").read_text(encoding="utf-8"))
    assert manifest["engine"]["name"] == "embedded"
    assert len(pq.read_table(result / "scores")) == 10
    assert "CN100000000A" in run("patentcore", "show", result)
    assert "Table 5: core degree" in run("patentcore", "compare", result)
    report = Path(run("patentcore", "report", result).strip())
    assert report.read_text(encoding="utf-8").startswith("<!")


def test_a_written_out_configuration_finds_the_shipped_catalogue(
    run: Run, corpus: Path, place: Path
) -> None:
    assert "lens " in run("patentcore", "config")
    (place / "mine.toml").write_text(run("patentcore", "config", "lens"), encoding="utf-8")
    result = place / "mine"
    options = ("--config", "mine.toml", *ON_SAIL, "--input", corpus, "--output", result)
    run("patentcore", "run", *options)
    found = pq.read_table(result / "technology_patents")["technology"].to_pylist()
    assert set(found) == {"photoetching_machine"}


def test_the_doctor_is_content(run: Run) -> None:
    printed = run("patentcore", "doctor", "--engine", "embedded")
    assert "For --engine spark: Java" in printed
    assert printed.endswith("All is well.\n")
