"""Delta and Iceberg, in sessions that have their jars."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from pyiceberg.table import StaticTable

from tests.conftest import ROOT

from .append_run import listed
from .conftest import needs, patentcore, run

# Of formats_in_session.py, what differs between engines; the whole method has its own below.
CORE = (
    "(appended_told_apart or half_way_is_taken_back or come_later or fails_at_a_later_table) "
    "and not parquet or gives_the_same_tables and catalog"
)


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "cases"), [("embedded", "test"), ("spark", CORE)])
def test_every_format_is_published_overwritten_and_appended(engine: str, cases: str) -> None:
    """The cases of formats_in_session.py, apart: a Java cannot get jars after it has started."""
    if engine == "spark":
        needs("delta", "iceberg")
    done = run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", cases),
        "tests/lake/formats_in_session.py",
        env={"PATENTCORE_ENGINE": engine},
    )
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.slow
def test_what_one_engine_wrote_is_read_by_the_other_and_by_independent_readers(
    tmp_path: Path,
) -> None:
    """Each appends a run to what the other left; the last step replaces one of Spark's."""
    needs("delta", "iceberg")
    steps = [
        ("embedded", "one", "-"),
        ("spark", "two", "weight"),
        ("embedded", "three", "-"),
        ("embedded", "two", "-"),
    ]
    runs: dict[str, str] = {}
    for engine, *told in steps:
        runs[told[0]] = "7" if told[1] == "weight" else "None"
        done = run("tests/lake/append_run.py", tmp_path, *told, env={"PATENTCORE_ENGINE": engine})
        found = json.loads(done.stdout.splitlines()[-1])
        assert found["delta"] == found["iceberg"]
        seen = {row["run_id"]: row.get("weight", "None") for row in found["delta"]}
        assert seen == runs
        assert [row["id"] for row in found["delta"] if row["id"] != "None"] == sorted(runs)
        independent = DeltaTable(str(tmp_path / "delta" / "vertices")).to_pyarrow_table()
        assert listed(independent) == found["delta"]
        assert listed(iceberg(tmp_path / "iceberg" / "vertices")) == found["iceberg"]
    first = found["delta"][1]
    assert first["events"] == "[{'kind': 'sold', 'year': 2001}, {'kind': None, 'year': None}]"
    assert (first["codes"], first["filed"]) == ("['专', None]", "1899-12-31")
    assert (first["score"], first["seen"][-15:]) == ("0.3333333333333333", "05.678901+00:00")


def iceberg(table: Path) -> pa.Table:
    """Read an Iceberg table as its latest metadata describe it."""
    version = (table / "metadata" / "version-hint.text").read_text().strip()
    metadata = table / "metadata" / f"v{version}.metadata.json"
    return StaticTable.from_metadata(str(metadata)).scan().to_arrow()


@pytest.mark.slow
def test_stages_submitted_apart_write_every_format(
    small_corpus: Path, plain_result: Path, tmp_path: Path
) -> None:
    """The first as a job of its own, the others as commands, each in a Java of its own."""
    needs("delta", "iceberg")
    output = tmp_path / "out"
    places = ("--input", small_corpus, "--output", output)
    submitted = subprocess.run(
        [
            *(ROOT / "scripts" / "submit", "--with", "delta", ROOT / "jobs" / "screen_patents.py"),
            *(*places, "--set", "output.format=delta"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert submitted.returncode == 0, submitted.stderr[-3000:]
    for stage, form in (("network", "iceberg"), ("centrality", "parquet"), ("score", "delta")):
        patentcore(stage, *places, "--set", f"output.format={form}")
    compared = run("tests/lake/compare_results.py", plain_result, output).stdout
    formats = dict(line.split()[:2] for line in compared.splitlines())
    assert [formats[table] for table in ("key_patents", "edges", "centrality", "scores")] == [
        *("delta", "iceberg", "parquet", "delta")
    ]
    shown = patentcore("show", output, "scores", "--top", "3").stdout
    assert shown == patentcore("show", plain_result, "scores", "--top", "3").stdout


@pytest.mark.slow
def test_missing_jars_are_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    for jar in (ROOT / ".jars").glob("*.jar"):
        (tmp_path / "jars" / jar.name).symlink_to(jar)
    done = patentcore(
        *("run", "--input", tmp_path, "--output", tmp_path / "out"),
        *("--set", "output.format=iceberg"),
        env={"PATENTCORE_JARS": str(tmp_path / "jars"), "PATENTCORE_ENGINE": "spark"},
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "The jars of iceberg are not in" in line
    assert "run scripts/setup --with iceberg" in line


def test_credentials_in_a_uri_are_refused(tmp_path: Path) -> None:
    done = patentcore(
        *("run", "--input", "s3a://key:hush@bucket/corpus", "--output", tmp_path / "out"),
        check=False,
    )
    assert done.returncode == 2
    assert "hush" not in done.stderr
    assert "standard providers" in done.stderr
