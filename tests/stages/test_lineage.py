"""Events of a run as OpenLineage's own client writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

from patentcore.stages.lineage import is_configured, told_lineage

SCORES = StructType(
    [StructField("publication_number", StringType()), StructField("core_degree", DoubleType())]
)


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that events go to."""
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "file")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__LOG_FILE_PATH", str(tmp_path / "events"))
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__APPEND", "true")
    return tmp_path / "events"


def told(events: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]


def test_a_run_is_told_at_its_begin_and_its_end_with_what_it_reads_and_writes(events: Path) -> None:
    pytest.importorskip("openlineage.client")
    with told_lineage("patentcore.run", ["s3a://lake/corpus/patents"], "/out", {"scores": SCORES}):
        pass
    begin, end = told(events)
    assert (begin["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert begin["run"]["runId"] == end["run"]["runId"]
    assert end["job"] == {"facets": {}, "name": "patentcore.run", "namespace": "patentcore"}
    (read,), (written,) = end["inputs"], end["outputs"]
    assert (read["namespace"], read["name"]) == ("s3://lake", "corpus/patents")
    assert (written["namespace"], written["name"]) == ("file", "/out/scores")
    assert [(f["name"], f["type"]) for f in written["facets"]["schema"]["fields"]] == [
        ("publication_number", "string"),
        ("core_degree", "double"),
    ]


def test_a_run_that_fails_is_told_with_its_message_without_secrets(events: Path) -> None:
    pytest.importorskip("openlineage.client")
    with (
        pytest.raises(ValueError, match="nothing"),
        told_lineage("patentcore.run", ["/in"], "/out", {}),
    ):
        raise ValueError("nothing at s3a://KEY:hush@lake/in")
    end = told(events)[-1]
    assert end["eventType"] == "FAIL"
    assert "nothing at" in end["run"]["facets"]["errorMessage"]["message"]
    assert "hush" not in events.read_text(encoding="utf-8")


def test_nothing_is_told_where_nobody_asks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENLINEAGE_NAMESPACE", "mine")
    assert not is_configured()
    with told_lineage("patentcore.run", ["/in"], "/out", {}):
        pass
    assert capsys.readouterr().out == ""


def test_who_asks_without_the_client_is_told_so_and_the_run_goes_on(
    events: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openlineage.client", None)
    with told_lineage("patentcore.run", ["/in"], "/out", {}):
        done = True
    assert done
    assert "pip install openlineage-python" in caplog.text
    assert not events.exists()
