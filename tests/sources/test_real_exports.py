"""The table of real exports in docs/laboratory/sources.md, made again from the files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import ROOT

from patentcore import schemas
from patentcore.sources import IngestSummary, ingest

pytestmark = pytest.mark.usefixtures("compiled")

TABLE = ROOT / "docs" / "laboratory" / "sources.md"


class Export(NamedTuple):
    """Files of one export: what the table calls them, and where they are."""

    title: str
    source: str
    paths: Sequence[str]
    header: Sequence[str] = ()


EXPORTS = (
    Export("Derwent, drones", "derwent", ("derwent-drones",)),
    Export("Lens CSV, autonomous driving", "lens", ("lens-csv",)),
    Export("Lens API records, one broken", "lens-jsonl", ("lens-jsonl/biopoly_broken1.jsonl",)),
    Export("Google, query result as CSV", "google", ("google-bigquery/10K-bquxjob.csv.gz",)),
    Export("Google, query result as JSON", "google", ("google-bigquery/bquxjob.json.gz",)),
    Export("Google, rows of the nested table", "google", ("google-rows",)),
    Export("Google search, four downloads", "google-search", ("google-search-csv",)),
    Export("Espacenet, two German downloads", "espacenet", ("espacenet-csv",)),
    Export("PatentsView, one assignee", "patentsview", ("patentsview",)),
    Export("USPTO grant XML, five weeks", "uspto", ("uspto-grant-xml",)),
    Export("EPO OPS, responses and code list", "ops", ("epo-ops-xml",)),
    Export("Edge list of the drones", "edges", ("derwent-drones/edges.csv.gz",)),
    Export(
        "Chinese railways, without a header row",
        "patsnap",
        ("cn-railway/raw_data.csv",),
        ("公开号", "标题", "申请日", "公开日", "申请人", "发明人", "法律状态"),
    ),
)


def table_line(export: Export, summary: IngestSummary) -> str:
    """Write the table's line of an export."""
    rejects = "; ".join(f"{count:,} {reason}" for reason, count in summary.rejects.items())
    filled = [name for name, share in summary.coverage.items() if share > 0]
    empty = [name for name in schemas.PATENTS.names if name not in filled]
    cells = (
        export.title,
        f"`{summary.source}`",
        f"{summary.rows_read:,}",
        f"{summary.patents:,}",
        f"{summary.citations:,}",
        rejects or "none",
        f"{len(filled)}; without {', '.join(empty)}",
    )
    return f"| {' | '.join(cells)} |"


def inputs(export: Export, real_data: Path, folder: Path) -> Iterator[str]:
    """Return the files; rows that are wrapped in another file's JSON are unwrapped."""
    for path in export.paths:
        if path != "google-rows":
            yield str(real_data / path)
            continue
        for name in ("publications_google_sample", "publications_sample"):
            wrapped = (real_data / "google-bigquery" / f"{name}.json").read_text(encoding="utf-8")
            rows = json.loads(wrapped)["sample_rows"]
            target = folder / f"{name}.jsonl"
            target.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
            yield str(target)


@pytest.mark.slow
@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.title)
def test_the_table_of_real_exports(spark, real_data, tmp_path, export: Export) -> None:
    paths = list(inputs(export, real_data, tmp_path))
    source = export.source if export.header else "auto"
    summary = ingest(spark, source, paths, str(tmp_path / "out"), header=export.header)
    assert summary.source == export.source
    assert table_line(export, summary) in TABLE.read_text(encoding="utf-8").splitlines()


@pytest.mark.slow
def test_no_row_of_a_real_export_is_lost(spark, real_data, tmp_path) -> None:
    """Every row is a publication, or has a reject row that says why it is none."""
    for name, rows in (("lens-csv", 6_749), ("google-search-csv", 4_775)):
        output = tmp_path / name
        summary = ingest(spark, "auto", [str(real_data / name)], str(output))
        unused = spark.read.parquet(f"{output}/rejects").where("field = 'publication_number'")
        assert summary.rows_read == rows == summary.patents + unused.count()
