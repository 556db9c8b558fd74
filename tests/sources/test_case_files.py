"""Real files on which an earlier reading was wrong."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.conftest import REAL_DATA

from patentcore.sources import ingest

CASES = REAL_DATA / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the files are not there")


def test_the_lens_lists_families_by_ids_of_records(spark, tmp_path) -> None:
    source = CASES / "lens-family-ids.csv"
    summary = ingest(spark, "auto", [str(source)], str(tmp_path / "out"))
    assert not summary.rejects
    assert "legal_events" not in summary.absent
    patents = spark.read.parquet(str(tmp_path / "out" / "patents")).collect()
    assert Counter(row.is_pct for row in patents) == {True: 40, False: 46}
    # 230 members are among the file's own records.
    assert sum(len(row.simple_family or ()) for row in patents) == 230
    own = {row.publication_number for row in patents}
    assert all(set(row.simple_family) <= own for row in patents if row.simple_family)


def test_legal_events_of_a_patsnap_export(spark, tmp_path) -> None:
    ingest(spark, "auto", [str(REAL_DATA / "patsnap-aviation")], str(tmp_path / "out"))
    events = spark.read.parquet(str(tmp_path / "out" / "patents"))
    rows = events.select("legal_events", "legal_status").collect()
    dated = [row for row in rows if any(e.date for e in row.legal_events or ())]
    assert len(dated) == 1717
    for status, count in (("撤回-未指定类型", 19), ("申请终止", 1), ("避免重复授权", 18)):
        own = [row for row in rows if row.legal_status and status in row.legal_status]
        assert len(own) == count
        assert all("lapse" in [event.kind for event in row.legal_events] for row in own)
