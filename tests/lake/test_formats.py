"""Delta and Iceberg, in sessions that have their jars."""

from __future__ import annotations

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
