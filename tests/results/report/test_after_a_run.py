"""The report that a run ends with: made unless told otherwise, and never the run's failure."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from tests.results.report.conftest import Draft

from patentcore import api, cli
from patentcore.results.after_run import MOST_VERTICES, report_run


@pytest.mark.parametrize(
    ("options", "language"), [([], "en"), (["--lang", "zh"], "zh"), (["--no-report"], None)]
)
def test_run_ends_with_a_report(
    draft: Draft, monkeypatch: pytest.MonkeyPatch, options: list[str], language: str | None
) -> None:
    def run_all(*_: Any, **__: Any) -> None:
        draft.write()

    monkeypatch.setattr(api, "run_all", run_all)
    monkeypatch.setattr(api, "session", lambda *_, **__: None)
    monkeypatch.setattr(api, "is_canonical", lambda *_: True)
    output = str(draft.folder)
    assert cli.main(["run", "--input", "in", "--output", output, *options]) == 0
    report = draft.folder / "report.html"
    assert report.exists() == (language is not None)
    if language:
        assert f'<html lang="{language}">' in report.read_text(encoding="utf-8")


def test_report_that_cannot_be_written_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        report_run(str(tmp_path), "en")
    assert "its report could not be written" in caplog.text


def test_catalog_has_no_room_for_a_page(caplog: pytest.LogCaptureFixture) -> None:
    report_run("catalog:lake.results", "en")
    assert not caplog.records


def test_a_very_large_network_is_not_read_unasked(draft: Draft) -> None:
    draft.manifest["network"]["vertices"] = MOST_VERTICES + 1
    report_run(str(draft.write()), "en")
    assert not (draft.folder / "report.html").exists()
