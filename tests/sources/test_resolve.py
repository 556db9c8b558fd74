"""Ends of citations that no record has go to the record that they mean."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.factories import citations, patents

from patentcore.lake.tables import TableStore
from patentcore.sources import ingest
from patentcore.sources.ends import resolve_written
from patentcore.sources.record.ingested import keep_lineage
from patentcore.sources.resolve import SELF, Resolved, resolve

# A release of PatentsView and an edge list that knows no kinds.
RELEASE = (
    "patent_id\tpatent_type\tpatent_date\tpatent_title\twipo_kind\tnum_claims\n"
    "7654321\tutility\t2010-02-02\tvalve\tB2\t12\n"
    "8765432\tutility\t2014-07-01\tpump\tB1\t9\n"
    "3858241\tutility\t1975-01-07\tcap\tA\t5\n"
    "D668832\tdesign\t2012-10-16\tlamp\tS1\t1\n"
)
CITED = (
    "patent_id\tcitation_patent_id\twipo_kind\n"
    "8765432\tD668832\tS\n8765432\t7654321\tB2\n8765432\t7654321\t\n"
)
EDGES = "# from to\n8765432\t7654321\n7654321\t3858241\n8765432\t3858241\n"
# Two spellings of each number.
PATSNAP = (
    "公开(公告)号,申请号,标题,公开(公告)日,IPC分类号,引用专利\n"
    "KR1020170053704A,KR1020150155555,one,2017-05-17,G06F3/00,WO1992003002A1\n"
    "WO1992003002A1,PCT/US1991/005555,two,1992-02-20,H04N5/00,-\n"
    "CN105000001A,CN201410123456.7,three,2015-10-28,G06F3/00,WO1992003002A1 | KR1020170053704A\n"
)
GOOGLE = [
    ("KR-20170053704-A", "KR-20150155555-A", 20170517, ["WO-9203002-A1"]),
    ("WO-9203002-A1", "US-9105555-W", 19920220, []),
    ("CN-105000001-B", "CN-201410123456-A", 20180102, ["WO-9203002-A1", "KR-20170053704-A"]),
]


def pairs(resolved: Resolved) -> set[tuple[str, str]]:
    return {(row["citing"], row["cited"]) for row in resolved.citations.collect()}


def resolved_ends(
    spark, records: Iterable[dict[str, Any]], given: Iterable[tuple[str, str]]
) -> Resolved:
    return resolve(citations(spark, *given), patents(spark, *records), keep_lineage)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / name)


@pytest.mark.parametrize(
    ("end", "numbers", "meant"),
    [
        ("US7654321", ["US7654321B2"], "US7654321B2"),  # no kind
        ("USD668832S", ["USD668832S1"], "USD668832S1"),  # a coarser one
        ("US7654321B2", ["US7654321B"], "US7654321B"),  # a finer one
        ("US7654321A", ["US7654321B2"], None),  # another publication
        ("WO2002064032A2", ["WO02064032A2"], "WO02064032A2"),  # another spelling
        ("KR20140040486A", ["KR2014040486A"], "KR2014040486A"),
        ("JP5538472", ["JP05538472B2"], "JP05538472B2"),
        ("USD0668832", ["USD668832S1"], "USD668832S1"),
        ("EP1234567B", ["EP1234567A2", "EP1234567B1"], "EP1234567B1"),  # of the same letter
        ("EP1234567A3", ["EP1234567A2", "EP1234567B1"], None),  # another publication
        ("KR20170001234", ["KR20170001234A", "KR20170001234U"], None),  # two rights
        ("KR20170001234U", ["KR20170001234A"], None),  # of another right
        ("EP1234567", ["EP1234567A1", "EP1234567B1"], None),  # two applications, for all we know
        ("JP05123456", ["JP5123456B2"], None),  # the fifth year of an emperor
    ],
)
def test_an_end_goes_to_the_one_record_that_it_may_mean(
    spark, end: str, numbers: list[str], meant: str | None
) -> None:
    records = [{"publication_number": number} for number in ("CN1A", *numbers)]
    resolved = resolved_ends(spark, records, [("CN1A", end)])
    assert pairs(resolved) == {("CN1A", meant or end)}
    assert resolved.ends.resolved == (meant is not None)
    assert resolved.ends.exact == 1


def test_of_an_application_and_its_grant_the_earliest_is_meant(spark) -> None:
    records = [
        {"publication_number": "CN105000001B", "publication_date": dt.date(2018, 1, 2)},
        {"publication_number": "CN105000001A", "publication_date": dt.date(2015, 10, 28)},
    ]
    for record, number in zip(records, ("CN2014101234567", "CN201410123456A"), strict=True):
        record["application_number"] = number
    resolved = resolved_ends(spark, records, [("US1B2", "CN105000001")])
    assert pairs(resolved) == {("US1B2", "CN105000001A")}
    undated = [record | {"publication_date": None} for record in records]
    assert pairs(resolved_ends(spark, undated, [("US1B2", "CN105000001")])) == {
        ("US1B2", "CN105000001A")
    }


def test_pairs_that_become_the_same_are_one(spark) -> None:
    records = [{"publication_number": "US7654321B2"}, {"publication_number": "US8765432B1"}]
    given = [("US8765432B1", "US7654321"), ("US8765432", "US7654321B2"), ("US9A", "US7654321")]
    resolved = resolved_ends(spark, records, given)
    assert pairs(resolved) == {("US8765432B1", "US7654321B2"), ("US9A", "US7654321B2")}
    assert (resolved.ends.merged, resolved.ends.to_itself) == (1, 0)
    assert resolved.rejects is None


def test_a_citation_that_becomes_one_of_itself_is_a_reject(spark) -> None:
    records = [{"publication_number": "US7654321B2"}, {"publication_number": "US2A"}]
    given = [("US7654321B2", "US7654321"), ("US2A", "US2A")]
    resolved = resolved_ends(spark, records, given)
    assert pairs(resolved) == {("US2A", "US2A")}  # the export's own stays
    assert resolved.rejects is not None
    (reject,) = resolved.rejects.collect()
    assert (reject["record"], reject["value"], reject["reason"]) == (
        "US7654321B2", "US7654321", SELF,
    )  # fmt: skip
    assert resolved.ends.to_itself == 1


def test_ends_are_counted_by_what_became_of_them(spark) -> None:
    records = [{"publication_number": n} for n in ("US1A", "EP2A1", "EP2B1", "US3B2")]
    given = [("US1A", "EP2"), ("US1A", "US3"), ("US4A", "US3"), ("US1A", "US1A")]
    ends = resolved_ends(spark, records, given).ends
    assert (ends.exact, ends.resolved, ends.ambiguous, ends.outside) == (4, 2, 1, 1)
    assert "8, of which 4 are a record's number, 2 were resolved" in str(ends)


def test_bare_numbers_meet_the_records_of_a_release(spark, tmp_path) -> None:
    (tmp_path / "g_patent.tsv").write_text(RELEASE, encoding="utf-8")
    (tmp_path / "edges.txt").write_text(EDGES, encoding="utf-8")
    out = tmp_path / "out"
    inputs = [str(tmp_path / name) for name in ("g_patent.tsv", "edges.txt")]
    summary = ingest(spark, "auto", inputs, str(out))
    found = table(out, "citations")
    assert set(zip(found["citing"], found["cited"], strict=True)) == {
        ("US8765432B1", "US7654321B2"), ("US7654321B2", "US3858241A"),
        ("US8765432B1", "US3858241A"),
    }  # fmt: skip
    counts = table(out, "patents").set_index("publication_number")["cited_by_count"].dropna()
    assert counts.to_dict() == {"US7654321B2": 1, "US3858241A": 2}
    assert summary.ends is not None
    assert summary.ends.resolved == 6
    written = json.loads((out / "ingest.json").read_text(encoding="utf-8"))
    assert written["ends"]["resolved"] == 6
    assert "6 were resolved to a record of the same number" in str(summary)


def test_a_design_cited_with_a_coarser_kind_is_no_second_vertex(spark, tmp_path) -> None:
    (tmp_path / "g_patent.tsv").write_text(RELEASE, encoding="utf-8")
    (tmp_path / "g_us_patent_citation.tsv").write_text(CITED, encoding="utf-8")
    summary = ingest(spark, "auto", [str(tmp_path)], str(tmp_path / "out"))
    found = table(tmp_path / "out", "citations")
    assert set(found["cited"]) == {"USD668832S1", "US7654321B2"}
    assert (summary.citations, len(found)) == (2, 2)
    tables = [str(tmp_path / f"g_{name}.tsv") for name in ("patent", "us_patent_citation")]
    kept = ingest(spark, "auto", tables, str(tmp_path / "kept"), keeps_ends=True)
    assert (kept.citations, kept.ends) == (3, None)


def test_two_spellings_are_one_publication(spark, tmp_path) -> None:
    (tmp_path / "patsnap.csv").write_text(PATSNAP, encoding="utf-8")
    lines = [
        json.dumps({
            "publication_number": number, "application_number": application,
            "publication_date": date, "country_code": number[:2],
            "citation": [{"publication_number": cited} for cited in all_cited],
        })
        for number, application, date, all_cited in GOOGLE
    ]  # fmt: skip
    (tmp_path / "google.json").write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    inputs = [str(tmp_path / name) for name in ("patsnap.csv", "google.json")]
    summary = ingest(spark, "auto", inputs, str(out))
    assert set(table(out, "patents")["publication_number"]) == {
        "KR1020170053704A", "WO1992003002A1", "CN105000001A", "CN105000001B",
    }  # fmt: skip
    assert (summary.patents, summary.citations) == (4, 5)
    assert summary.ends is not None
    assert summary.ends.outside == 0


def test_blocks_change_nothing(spark, tmp_path) -> None:
    def cut(frame, name):
        frame.write.parquet(str(tmp_path / name))
        # A block may be without rows, of which not every engine writes a file.
        return spark.read.schema(frame.schema).parquet(str(tmp_path / name))

    numbers = [f"US{7_000_000 + n}" for n in range(60)]
    records = [{"publication_number": f"{number}B2"} for number in numbers[:40]]
    given = [
        (f"{numbers[n]}{'B2' if n % 2 else ''}", f"{numbers[n * m % 60]}{'B2' if m % 2 else ''}")
        for n in range(40)
        for m in range(4)
    ]
    given = list(dict.fromkeys([*given, (numbers[3], f"{numbers[3]}B2")]))
    known = patents(spark, *records), citations(spark, *given)
    whole = resolve(known[1], known[0], keep_lineage)
    parted = resolve(known[1], known[0], cut, block=16)
    assert parted.ends == whole.ends
    assert whole.ends.merged
    assert whole.ends.to_itself
    assert pairs(parted) == pairs(whole)
    for one, other in ((parted.citations, whole.citations), (parted.rejects, whole.rejects)):
        assert one is not None
        assert other is not None
        assert sorted(map(str, one.collect())) == sorted(map(str, other.collect()))


def test_arrow_resolves_what_queries_resolve(spark, tmp_path) -> None:
    store = TableStore.open(spark, str(tmp_path))
    numbers = [f"{office}{7_000_000 + n}" for n in range(30) for office in ("US", "KR", "DE0")]
    records = [
        {"publication_number": f"{number}{kind}"}
        for number in numbers[:50]
        for kind in (("B2", "A1") if number.endswith("7") else ("B2",))
    ]
    spelled = [number.replace("KR", "KR10").replace("DE0", "DE00") for number in numbers]
    given = [
        (f"{numbers[n]}B2", f"{spelled[(n + m) % 90]}{'B2' if m % 2 else ''}")
        for n in range(60)
        for m in range(5)
    ]
    given += [("GB2000001A", "US7000000B2"), (numbers[2], f"{numbers[2]}B2")]
    given += [("US7000000B2", "US7000003"), ("US7000000B2", "US7000003B2")]
    known = store.write(patents(spark, *records), "patents")
    pairs_given = store.write(citations(spark, *given), "citations")
    told = resolve_written(store, pairs_given, known, keep_lineage)
    asked = resolve(pairs_given, known, keep_lineage)
    assert told is not None
    assert told.ends == asked.ends
    assert min(told.ends.as_dict().values()) > 0
    for one, other in ((told.citations, asked.citations), (told.rejects, asked.rejects)):
        assert one is not None
        assert other is not None
        assert sorted(map(str, one.collect())) == sorted(map(str, other.collect()))
