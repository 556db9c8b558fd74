from __future__ import annotations

import json
from pathlib import Path

import pytest

from patentcore.errors import ConfigError
from patentcore.sources import ingest
from patentcore.sources.merge import precedence

LENS = """\
#,Lens ID,Publication Number,Title,Applicants,Cited by Patent Count,Cites Patent Count,\
Simple Family Size,IPCR Classifications
1,1-1,EP 1000000 A1,Title of the Lens,LENS CO,7,2,3,G06F3/041
2,1-2,EP 2000000 A1,Other,,,,,
"""
PATSNAP = (
    "Publication Number,Title,Claims Count,Cited By Count,Original Assignee,Cited Patents,"
    "Legal Events\n"
    "EP1000000A1,Title of PatSnap,12,9,PATSNAP CO,US1A | US2A,Transfer(2019-03-01)\n"
    "EP3000000A1,Third,5,1,C,US1A,-\n"
)
OPS = """<?xml version="1.0"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">
<ops:patent-family total-result-count="9">%s</ops:patent-family></ops:world-patent-data>"""
MEMBER = """<ops:family-member family-id="1"><publication-reference>
<document-id document-id-type="docdb"><country>EP</country><doc-number>%s</doc-number>
<kind>A1</kind><date>20000517</date></document-id></publication-reference>
<ops:legal code="26  " desc="OPPOSITION FILED"><ops:L007EP>2003-11-12</ops:L007EP></ops:legal>
</ops:family-member>"""
EDGES = "citing,cited\nEP1000000A1,US1A\nEP1000000A1,US3A\nEP9000000A1,US3A\n"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("merge")
    (folder / "lens.csv").write_text(LENS, encoding="utf-8")
    (folder / "patsnap.csv").write_text(PATSNAP, encoding="utf-8")
    coarser = (MEMBER % 2000000).replace("<kind>A1", "<kind>A")
    members = MEMBER % 1000000 + MEMBER % 4000000 + coarser
    (folder / "ops.xml").write_text(OPS % members, encoding="utf-8")
    (folder / "edges.txt").write_text(EDGES, encoding="utf-8")
    (folder / "notes.txt").write_text("what this is\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def merged(spark, inputs, tmp_path_factory):
    output = tmp_path_factory.mktemp("merged") / "out"
    names = ("lens.csv", "patsnap.csv", "ops.xml", "edges.txt")
    paths = [str(inputs / name) for name in names]
    return ingest(spark, "auto", paths, str(output)), output


def test_fields_come_from_the_first_source_that_has_them(spark, merged) -> None:
    summary, output = merged
    patents = {
        row.publication_number: row for row in spark.read.parquet(f"{output}/patents").collect()
    }
    # Neither the responses of OPS nor the ends of edges make publications of their own.
    assert set(patents) == {"EP1000000A1", "EP2000000A1", "EP3000000A1"}
    patent = patents["EP1000000A1"]
    assert patent.title == "Title of the Lens"
    assert patent.cited_by_count == 7
    assert patent.claim_count == 12  # the Lens has none
    assert [applicant.name for applicant in patent.applicants] == ["PATSNAP CO"]  # preferred
    assert [event.kind for event in patent.legal_events] == ["opposition"]  # OPS before PatSnap
    assert patent.source == "lens+patsnap+ops+edges"
    assert patents["EP3000000A1"].source == "patsnap"
    assert patents["EP2000000A1"].claim_count is None
    # OPS names it by its letter alone.
    assert [event.kind for event in patents["EP2000000A1"].legal_events] == ["opposition"]
    assert summary.patents == 3


def test_citations_are_those_of_all(spark, merged) -> None:
    _, output = merged
    citations = spark.read.parquet(f"{output}/citations").collect()
    assert {(row.citing, row.cited) for row in citations} == {
        ("EP1000000A1", "US1A"),
        ("EP1000000A1", "US2A"),
        ("EP1000000A1", "US3A"),
        ("EP3000000A1", "US1A"),
        ("EP9000000A1", "US3A"),
    }
    assert len(citations) == 5


def test_what_no_other_source_has_is_rejected_not_lost(spark, merged) -> None:
    _, output = merged
    (reject,) = spark.read.parquet(f"{output}/rejects").collect()
    assert (reject.source, reject.value) == ("ops", "EP4000000A1")
    assert reject.reason == "publication in no other source"


def test_the_summary_states_precedence_and_origin(merged) -> None:
    summary, output = merged
    text = str(summary)
    assert "precedence: lens > patsnap > ops > edges" in text
    assert "precedence of legal_events: ops > patsnap > lens > edges" in text
    written = json.loads((output / "ingest.json").read_text(encoding="utf-8"))
    assert written["filled_by"]["claim_count"] == {"patsnap": 2}
    assert written["filled_by"]["title"] == {"lens": 2, "patsnap": 1}
    assert written["source"] == "lens+patsnap+ops+edges"


def test_a_preference_wins(spark, inputs, tmp_path) -> None:
    paths = [str(inputs / name) for name in ("lens.csv", "patsnap.csv")]
    out = str(tmp_path / "out")
    summary = ingest(spark, "auto", paths, out, {"title": ["patsnap"]})
    assert summary.filled_by["title"] == {"lens": 1, "patsnap": 2}


def test_a_folder_of_several_formats_names_what_it_passed_over(spark, inputs, tmp_path) -> None:
    summary = ingest(spark, "auto", [str(inputs)], str(tmp_path / "out"))
    assert set(summary.source.split("+")) == {"lens", "patsnap", "ops", "edges"}
    assert summary.passed_over == ["notes.txt"]
    assert "passed over: notes.txt" in str(summary)


def test_unknown_preferences_are_refused() -> None:
    with pytest.raises(ConfigError, match="no field colour"):
        precedence(["lens"], {"colour": ["lens"]})
    with pytest.raises(ConfigError, match="no source ops among the inputs"):
        precedence(["lens"], {"title": ["ops"]})


def test_a_list_of_numbers_selects_from_the_other_sources(spark, inputs, tmp_path) -> None:
    seed = tmp_path / "seed.txt"
    seed.write_text(
        "Publication number\nhttps://patents.google.com/patent/EP1000000A1/en?oq=x\n"
        "EP 3000000\nEP 8000000 A1\n# a comment\n",
        encoding="utf-8",
    )
    paths = [str(inputs / "lens.csv"), str(inputs / "patsnap.csv"), str(seed)]
    output = tmp_path / "out"
    summary = ingest(spark, "auto", paths, str(output))
    patents = spark.read.parquet(f"{output}/patents").collect()
    assert {row.publication_number: row.source for row in patents} == {
        "EP1000000A1": "lens+patsnap+numbers",
        "EP3000000A1": "patsnap+numbers",
    }
    assert summary.rejects == {"publication in no other source": 1}


def test_a_list_of_numbers_alone_is_a_corpus(spark, tmp_path) -> None:
    seed = tmp_path / "seed.csv"
    seed.write_text("7,654,321\nUSRE46653E1\nEP1000000A1,\nnot one\n", encoding="utf-8")
    summary = ingest(spark, "auto", [str(seed)], str(tmp_path / "out"))
    rows = spark.read.parquet(str(tmp_path / "out" / "patents")).collect()
    assert {row.publication_number for row in rows} == {"US7654321", "USRE46653E1", "EP1000000A1"}
    assert summary.rejects == {"not a publication number": 1}


def test_priorities_with_numbers_come_before_offices_alone(spark, tmp_path) -> None:
    """Families are told by numbers, whichever source is asked first."""
    (tmp_path / "patsnap.csv").write_text(
        "公开(公告)号,标题,申请日,优先权国家/地区\nEP1000000A1,a,2017-01-02,US\n"
        "EP2000000A1,b,2017-01-02,FR\n",
        encoding="utf-8",
    )
    (tmp_path / "lens.csv").write_text(
        "#,Lens ID,Publication Number,Title,Applicants,Simple Family Size,Priority Numbers\n"
        "1,1-1,EP 1000000 A1,a,X,1,US 201662302001 P\n2,1-2,EP 2000000 A1,b,X,1,\n",
        encoding="utf-8",
    )
    paths = [str(tmp_path / name) for name in ("patsnap.csv", "lens.csv")]
    summary = ingest(spark, "auto", paths, str(tmp_path / "out"))
    patents = spark.read.parquet(f"{tmp_path / 'out'}/patents").collect()
    assert {
        row.publication_number: [(one.number, one.country) for one in row.priorities]
        for row in patents
    } == {"EP1000000A1": [("US201662302001P", "US")], "EP2000000A1": [(None, "FR")]}
    assert summary.filled_by["priorities"] == {"lens": 1, "patsnap": 1}
