"""A report of a run on a file system that is not local."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from tests.results.report.conftest import Tables, write_run

from patentcore.results.report import write_report


@pytest.mark.slow
@pytest.mark.classic
def test_report_is_written_through_hadoop(
    spark: SparkSession, tmp_path: Path, content: Tables, manifest: dict[str, Any]
) -> None:
    folder = write_run(tmp_path / "run", content, manifest)
    hadoop = spark._jsc.hadoopConfiguration()
    hadoop.set("fs.viewfs.mounttable.reports.link./runs", tmp_path.as_uri())
    assert write_report("viewfs://reports/runs/run") == "viewfs://reports/runs/run/report.html"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "华为技术有限公司" in page
