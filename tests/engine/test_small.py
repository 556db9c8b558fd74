"""Little input on Spark: seen as little, and computed with settings that suit it."""

from __future__ import annotations

from pathlib import Path

import pytest

from patentcore.engine import small
from patentcore.engine.classic import local_settings
from patentcore.engine.protocol import Request

JAVA = "spark.driver.extraJavaOptions"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "in" / "patents"
    inside.mkdir(parents=True)
    (inside / "part-0.parquet").write_bytes(b"rows")
    return tmp_path / "in"


def test_files_of_few_bytes_are_small(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "patents" / "part-0.parquet"
    nothing_yet = str(folder.parent / "out")
    assert small.is_small([str(folder), nothing_yet])
    assert small.is_small([folder.as_uri(), str(file)])
    monkeypatch.setattr(small, "MOST_BYTES", 7)
    assert small.is_small([str(folder)])
    assert not small.is_small([str(folder), str(file)])  # eight bytes together


@pytest.mark.parametrize(
    "unseen", ["s3a://lake/corpus", "catalog:lake.corpus", "no/such/*.csv", "a\0b"]
)
def test_what_is_not_seen_is_not_small(folder: Path, unseen: str) -> None:
    assert not small.is_small([str(folder), unseen])


def test_nothing_is_not_small(tmp_path: Path) -> None:
    assert not small.is_small([])
    assert not small.is_small([str(tmp_path / "out")])


def test_session_of_little_input_spares_what_pays_by_the_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATENTCORE_JAVA_OPTIONS", "-XX:TieredStopAtLevel=4")
    conf = {"spark.driver.memory": "600m"}
    settings = local_settings("local[2]", Request("test", conf=conf, places=(str(folder),)))
    assert settings.items() >= small.sql_settings("local[2]").items()
    # A heap cannot begin larger than it may become; the user's word comes last.
    assert settings[JAVA].split()[-2:] == ["-Xms300m", "-XX:TieredStopAtLevel=4"]
    ordinary = local_settings("local[2]", Request("test", conf=conf))
    assert "spark.sql.codegen.factoryMode" not in ordinary
    assert "-Xms" not in ordinary[JAVA]
