from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from patentcore.sources.formats.espacenet import Espacenet, one_row_a_publication

DOWNLOAD = '''\
"Espacenet";"";"";"";""
"2 Treffer gefunden für nftxt = ""vise""";"";"";"";""
"";"";"";"";""
"No";"Titel";"Erfinder";"Anmelder";"Veröffentlichungsnummer";"Früheste Priorität";"IPC";"CPC";\
"Veröffentlichungsdatum";"Früheste Veröffentlichung";"Familiennummer";
"1";"Vise, large";"DOE J [US]
ROE R [DE]";"KURT MFG CO
ALLMA GMBH [DE]";"US2003098538A1
US6773003B2";"2001-11-27";"B25B1/24
B25B1/20";"B25B1/241 (EP,US)";"2003-05-29
2004-08-10";"2003-05-29";"025541768";
"2";"Jaw";"";"";"EP1
EP2";"";"";"";"2001-01-01";"";"1";
'''


def test_a_download_with_preamble_and_several_publications_a_row(spark, tmp_path, cut) -> None:
    (tmp_path / "a.csv").write_text(DOWNLOAD, encoding="utf-8-sig")
    ingested = Espacenet().read(spark, [str(tmp_path)], cut)
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"US20030098538A1", "US6773003B2", "EP1", "EP2"}
    patent = patents["US6773003B2"]
    assert patent.publication_date == dt.date(2004, 8, 10)
    assert patents["US20030098538A1"].publication_date == dt.date(2003, 5, 29)
    assert patent.title == "Vise, large"
    assert patent.inventors == ["DOE J", "ROE R"]
    assert [tuple(a) for a in patent.applicants] == [
        ("KURT MFG CO", None, None),
        ("ALLMA GMBH", "DE", None),
    ]
    assert patent.ipc == ["B25B1/24", "B25B1/20"]
    assert patent.cpc == ["B25B1/241"]
    assert ingested.records.count() == 2


def test_rows_are_counted_from_the_preamble_on(spark, tmp_path, cut) -> None:
    bad = DOWNLOAD.replace('"EP1\nEP2"', '"none"').replace('"2001-11-27"', '"soon"')
    (tmp_path / "a.csv").write_text(bad, encoding="utf-8")
    ingested = Espacenet().read(spark, [str(tmp_path)], lambda frame, name: frame)
    rejects = {(row.record, row.field, row.value) for row in ingested.rejects.collect()}
    # Row 3 holds the headers: blank rows are not counted.
    assert rejects == {
        ("row 4", "earliest_priority_date", "soon"),
        ("row 5", "publication_number", "none"),
    }


def test_what_is_wrong_with_a_row_is_told_once(spark, tmp_path, cut) -> None:
    zeros = "\0" * 30
    bad = DOWNLOAD.replace('US2003098538A1\nUS6773003B2"', "US1A\nUS2B1\nUS3B2\nUS4B2" + '"')
    bad = bad.replace("2003-05-29\n2004-08-10", "\n".join(["2003-05-29"] * 4))
    bad = bad.replace("2001-11-27", zeros).replace("EP1\nEP2", "no number at all")
    (tmp_path / "a.csv").write_text(bad, encoding="utf-8")
    ingested = Espacenet().read(spark, [str(tmp_path)], cut)
    patents = {row.publication_number for row in ingested.patents.collect()}
    assert patents == {"US1A", "US2B1", "US3B2", "US4B2"}
    rejects = [(row.record, row.field, row.value) for row in ingested.rejects.collect()]
    assert sorted(rejects) == [
        ("row 4", "earliest_priority_date", zeros),
        ("row 5", "publication_number", "no number at all"),
    ]


def test_a_row_s_problem_is_told_with_the_first_publication_that_can_be_used(
    spark, tmp_path, cut
) -> None:
    bad = DOWNLOAD.replace("US2003098538A1", "none").replace("2001-11-27", "soon")
    (tmp_path / "a.csv").write_text(bad, encoding="utf-8")
    ingested = Espacenet().read(spark, [str(tmp_path)], cut)
    rejects = [(row.record, row.field, row.value) for row in ingested.rejects.collect()]
    assert sorted(rejects) == [
        ("row 4", "earliest_priority_date", "soon"),
        ("row 4", "publication_number", "none"),
    ]


def test_a_row_of_countless_publications_is_not_repeated_as_often() -> None:
    numbers = " ".join(f"EP{number}A1" for number in range(1, 1002))
    batch = pa.RecordBatch.from_pydict(
        {"publication_number": [numbers, "EP1A1 EP2A1"], "title": ["a" * 100, None]}
    )
    parted = one_row_a_publication(batch)
    assert parted.column("publication_number").to_pylist() == [numbers, "EP1A1", "EP2A1"]


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("EP1A1 \nEP2A1", ["EP1A1", "EP2A1"]),
        ("EP1A1\nEP2A1", ["EP1A1", "EP2A1"]),
        ("EP1A1 \n\r\nEP2A1\nEP3A1", ["EP1A1", "EP2A1", "EP3A1"]),
        ("EP1A1 EP2A1\nEP3A1", ["EP1A1", "EP2A1", "EP3A1"]),
        ("EP1A1\t\tEP2A1", ["EP1A1", "EP2A1"]),
        ("É \nEP2A1", ["É", "EP2A1"]),
        ("EP1A1", ["EP1A1"]),
        ("none \nat all", ["none \nat all"]),
        (None, [None]),
    ],
)
@pytest.mark.parametrize("beside", ["EP9A1", "EP9A1 \nEP8A1", None, "EP9A1 EP8A1"])
def test_numbers_are_parted_at_blanks_and_breaks(
    cell: str | None, parts: list[str | None], beside: str | None
) -> None:
    batch = pa.RecordBatch.from_pydict(
        {"publication_number": pa.array([cell, beside], pa.string()), "title": ["a", "b"]}
    )
    parted = one_row_a_publication(batch)
    mine = parted.filter(pc.equal(parted.column("title"), "a"))
    assert mine.column("publication_number").to_pylist() == parts
