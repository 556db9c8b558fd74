"""Imports go one way: foundations <- transformations <- pipeline <- command and jobs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "lib" / "patentcore"

# Each layer may import those before it; modules of one transformation layer not each other.
LAYERS = [
    {
        *("errors", "strict", "schemas", "config", "symbols", "reference", "applicants"),
        *("company_forms", "progress", "text"),
    },
    {"engine"},
    {"lake", "keys"},
    {
        *("screening", "networks", "cooccurrence", "scoring", "centrality"),
        *("robustness", "windows", "technologies"),
    },
    {
        *("sources", "corpus", "show"),
    },
    {"stages"},
    {"report"},
    {"cli"},
]
TRANSFORMATIONS = {
    *("screening", "networks", "cooccurrence", "scoring", "centrality", "robustness", "windows"),
    "technologies",
}


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "patentcore":
            names = [f"patentcore.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        found |= {name.split(".")[1] for name in names if name.startswith("patentcore.")}
    return found


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_comes_before_it(path: Path) -> None:
    me = unit(path)
    level = next(i for i, layer in enumerate(LAYERS) if me in layer)
    allowed = set().union(*LAYERS[: level + 1]) | {"__version__"}
    if me in TRANSFORMATIONS:
        allowed = LAYERS[0] | {me}
    assert imports(path) - allowed - {me} == set()


@pytest.mark.parametrize("name", sorted(TRANSFORMATIONS))
def test_transformations_take_values_never_a_configuration_or_a_path(name: str) -> None:
    paths = (
        [PACKAGE / f"{name}.py"]
        if (PACKAGE / f"{name}.py").exists()
        else list((PACKAGE / name).rglob("*.py"))
    )
    for path in paths:
        assert not imports(path) & {"config", "engine", "tables"}, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_engine_knows_what_engines_are_made_of(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    named |= {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    parts = {name.split(".")[0] for name in named}
    assert unit(path) == "engine" or not parts & {"py4j", "pysail", "grpc"}


def test_the_kernel_imports_without_spark() -> None:
    code = (
        "import sys; import patentcore.centrality.kernel; "
        "sys.exit(any(name.split('.')[0] in ('pyspark', 'py4j') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_job_is_named_like_a_standard_library_module() -> None:
    names = {path.stem for path in (ROOT / "jobs").glob("*.py")}
    assert names
    assert not names & set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", sorted((ROOT / "jobs").glob("*.py")), ids=lambda path: path.name)
def test_jobs_are_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 10
