"""Delta and Iceberg, in sessions that have their jars."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .conftest import needs, patentcore, run


@pytest.mark.slow
def test_every_format_is_published_overwritten_and_appended() -> None:
    """The cases of formats_in_session.py, apart: a Java cannot get jars after it has started."""
    needs("delta", "iceberg")
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/lake/formats_in_session.py")
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


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
        env={"PATENTCORE_JARS": str(tmp_path / "jars")},
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
