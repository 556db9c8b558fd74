"""Each thing has one place, and imports go one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "lib" / "patentcore"

# What each unit may import besides itself; in the order in which data flow, so that each names
# only units above it. A module belongs to the longest name that it begins with.
UNITS: dict[str, str] = {
    "errors": "",
    "redaction": "",
    "words": "",
    "strict": "words",
    "progress": "errors redaction words",
    "schemas": "errors",
    "shipped": "errors",
    "config": "errors strict shipped",
    "engine.failures": "errors",
    "engine.extras": "",
    "engine": "errors progress redaction schemas engine.failures engine.extras",
    "lake": "errors progress schemas engine engine.failures engine.extras",
    "sources.record": "errors schemas words",
    "sources.reading": "errors progress schemas words engine engine.failures lake sources.record",
    "sources.formats": "errors schemas words sources.record sources.reading",
    "sources.columns": "sources.record sources.reading sources.formats",
    "sources.recognise": (
        "errors schemas sources.record sources.reading sources.formats sources.columns"
    ),
    "sources.resolve": "words sources.record",
    "sources.ends": "words lake sources.record sources.resolve",
    "sources.merge": "errors schemas words sources.record sources.resolve",
    "sources": (
        "errors progress schemas engine engine.failures lake sources.record sources.reading"
        " sources.formats sources.columns sources.recognise sources.resolve sources.ends"
        " sources.merge"
    ),
    "synthetic": "errors progress schemas engine lake sources.record sources.formats",
    "method": "errors strict schemas words",
    "centrality.kernel": "",
    "centrality": "errors schemas centrality.kernel",
    "technologies": "errors strict schemas words method shipped",
    "stages": (
        "errors redaction progress schemas config engine engine.failures lake"
        " method centrality centrality.kernel technologies"
    ),
    "results": (
        "errors progress words strict schemas config engine engine.failures lake sources.record"
        " method stages"
    ),
    "arguments": "errors engine",
    "api": ("errors progress config engine lake sources synthetic stages results"),
    "completion": "schemas shipped sources",
    "cli": (
        "arguments api completion errors progress redaction words schemas config shipped engine"
        " engine.failures lake sources sources.recognise synthetic stages results"
    ),
}
TRANSFORMATIONS = ("method", "centrality", "technologies")
AT_THE_TOP = {
    "__init__",
    "api",
    "arguments",
    "cli",
    "completion",
    "config",
    "errors",
    "progress",
    "redaction",
    "schemas",
    "shipped",
    "strict",
}

# --- what is not yet as it should be; these lists only shrink ------------------------------------

STILL_AT_THE_TOP = {}
CYCLES = []
LONGEST = 400
LONG = frozenset(("schemas",))
# Java or Spark's classic context outside engine and lake.
CLASSIC = frozenset(
    (
        "centrality.distributed",
        "centrality.sample",
        "centrality.search",
        "centrality.vertex_ids",
    )
)
# Public functions of transformations that take a session or a path.
NOT_ONLY_VALUES = frozenset(
    (
        "centrality.kernel.graph.load",
        "centrality.kernel.graph.save",
        "centrality.sample.sampler",
        "centrality.search.check_memory",
        "centrality.search.search",
        "method.applicants.read_names",
        "method.screening.funnel.funnel_frame",
        "technologies.catalogue.load",
        "technologies.frames.entries",
        "technologies.frames.links",
    )
)

# --- reading the code ----------------------------------------------------------------------------


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {
    name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items() if name
}
every_module = pytest.mark.parametrize("name", TREES)


def unit(name: str) -> str:
    if name in STILL_AT_THE_TOP:
        return STILL_AT_THE_TOP[name]
    parts = name.split(".")
    prefixes = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in UNITS), f"{parts[0]}, which is no unit")


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield every name imported, anywhere in a module, with its module in front."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(name: str) -> set[str]:
    """Return the project's modules that a module imports; the package itself has no name."""
    found = set()
    for full in imported(TREES[name]):
        if full.split(".")[0] != "patentcore":
            continue
        inner = full.removeprefix("patentcore").removeprefix(".")
        found.add(inner if inner in MODULES else inner.rpartition(".")[0])
    return found - {"", name}


def length(name: str) -> int:
    return len(MODULES[name].read_text(encoding="utf-8").splitlines())


# --- one place for each thing --------------------------------------------------------------------


def test_few_modules_stand_at_the_top() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == AT_THE_TOP | set(STILL_AT_THE_TOP)


@every_module
def test_modules_are_short(name: str) -> None:
    lines = length(name)
    assert (lines > LONGEST) == (name in LONG), f"{name} has {lines} lines"


def test_tests_mirror_the_package() -> None:
    units = {path.name for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}
    beside = {"bench", "cluster", "engines", "faults", "golden", "jobs", "oracle", "scripts"}
    beside |= {"setup"}
    tests = ROOT / "tests"
    folders = {path.relative_to(tests).parts[0] for path in tests.glob("*/**/*.py")}
    assert folders - beside <= units


def test_what_is_excused_still_exists() -> None:
    named = LONG | CLASSIC | set(STILL_AT_THE_TOP) | set[str]().union(*CYCLES)
    assert named <= set(MODULES)


# --- imports go one way --------------------------------------------------------------------------


def test_the_units_are_in_the_order_of_their_imports() -> None:
    seen: set[str] = set()
    for name, allowed in UNITS.items():
        assert set(allowed.split()) <= seen, name
        seen.add(name)


@every_module
def test_a_module_imports_only_what_comes_before_it(name: str) -> None:
    me = unit(name)
    assert me in UNITS
    assert {unit(other) for other in imports(name)} <= {me, *UNITS[me].split()}


def reached(name: str) -> set[str]:
    found: set[str] = set()
    waiting = imports(name)
    while waiting:
        found |= waiting
        waiting = set().union(*(imports(other) for other in waiting if other in TREES)) - found
    return found


def cycles() -> set[frozenset[str]]:
    reach = {name: reached(name) for name in TREES}
    return {
        frozenset({name} | {other for other in found if name in reach[other]})
        for name, found in reach.items()
        if name in found
    }


def test_no_two_modules_import_each_other() -> None:
    assert cycles() == {frozenset(cycle) for cycle in CYCLES}


# --- transformations -----------------------------------------------------------------------------

NO_VALUES = {"Config", "Folder", "Path", "Run", "SparkSession", "TableStore"}
NOT_VALUES_BY_NAME = {"config", "folder", "path", "paths", "session", "spark", "uri"}


def takes_no_values(function: ast.FunctionDef) -> bool:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    types = {
        node.id if isinstance(node, ast.Name) else node.attr
        for argument in every
        if argument.annotation
        for node in ast.walk(argument.annotation)
        if isinstance(node, ast.Name | ast.Attribute)
    }
    return bool(types & NO_VALUES or {argument.arg for argument in every} & NOT_VALUES_BY_NAME)


def take_no_values() -> set[str]:
    return {
        f"{name}.{function.name}"
        for name, tree in TREES.items()
        if name.split(".")[0] in TRANSFORMATIONS
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if takes_no_values(function)
    }


def test_transformations_take_values_never_a_configuration_a_session_or_a_path() -> None:
    assert take_no_values() == NOT_ONLY_VALUES


# --- engines -------------------------------------------------------------------------------------

JAVA = {"SparkContext", "_gateway", "_jsc", "_jvm", "_sc", "sparkContext"}


def knows_java(tree: ast.Module) -> bool:
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    from_java = ("py4j", "pyspark.java_gateway", "pyspark.SparkContext")
    return bool(names & JAVA) or any(full.startswith(from_java) for full in imported(tree))


def know_java() -> set[str]:
    found = {name for name, tree in TREES.items() if knows_java(tree)}
    return {name for name in found if unit(name).split(".")[0] not in ("engine", "lake")}


def test_only_engine_and_lake_know_java_and_the_classic_context() -> None:
    assert know_java() == CLASSIC


def test_lists_are_rid_of_nulls_and_compared_by_functions_that_are_right_on_every_engine() -> None:
    wrong = {"array_compact", "arrays_overlap"}
    users = {
        name
        for name, tree in TREES.items()
        if wrong & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    }
    assert users == {"words.lists"}


def test_the_kernel_imports_without_spark() -> None:
    code = (
        "import sys; import patentcore.centrality.kernel; "
        "sys.exit(any(name.split('.')[0] in ('pyspark', 'py4j') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- jobs ----------------------------------------------------------------------------------------


def test_no_job_is_named_like_a_standard_library_module() -> None:
    names = {path.stem for path in (ROOT / "jobs").glob("*.py")}
    assert names
    assert not names & set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", sorted((ROOT / "jobs").glob("*.py")), ids=lambda path: path.name)
def test_jobs_are_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 30
