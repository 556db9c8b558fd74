"""The notebooks of docs/tutorial, executed as a user would, on real data where these are."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT

TUTORIALS = ROOT / "docs" / "tutorial"

pytestmark = pytest.mark.slow


def executed(
    name: str, export: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> nbformat.NotebookNode:
    """Return a notebook with its outputs; a cell that fails raises."""
    monkeypatch.setenv("PATENTCORE_EXPORT", str(export))
    monkeypatch.setenv("PATENTCORE_ENGINE", "embedded")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "lib"), prepend=os.pathsep)
    notebook = nbformat.read(TUTORIALS / name, as_version=4)
    where = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=300, resources=where).execute()


def shown(notebook: nbformat.NotebookNode, kind: str = "text/plain") -> str:
    """Return what the cells printed and showed."""
    return "\n".join(
        output.get("text") or output.get("data", {}).get(kind, "")
        for cell in notebook.cells
        for output in cell.get("outputs", ())
    )


@pytest.mark.parametrize("name", ["drones.ipynb", "tutorial_zh.ipynb"])
def test_notebooks_are_kept_without_what_they_printed(name: str) -> None:
    notebook = nbformat.read(TUTORIALS / name, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbformat.validate(notebook)


def test_the_tutorial_on_real_drones(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = executed("drones.ipynb", real_data / "derwent-drones", tmp_path, monkeypatch)
    text = shown(notebook)
    assert "161,192 vertices, 337,881 edges" in text
    assert "'name': 'derwent'" in text
    assert "US20140254896A1: 126 neighbours" in text
    assert "10 of the first ten are there under every draw" in text
    page = shown(notebook, "text/html")
    assert "US20140254896A1" in page
    assert "Patent-accepting country" in page
    (report,) = tmp_path.glob("*/result/report.html")
    assert report.stat().st_size > 100_000


def test_the_chinese_tutorial_without_an_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = executed("tutorial_zh.ipynb", tmp_path / "none", tmp_path, monkeypatch)
    assert "个邻居，其中" in shown(notebook)
    assert "剔除" in shown(notebook, "text/html")
    (report,) = tmp_path.glob("*/result/report.html")
    assert '<html lang="zh' in report.read_text(encoding="utf-8")
