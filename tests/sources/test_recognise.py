"""Formats are told by all of a table's headers, and what nobody reads is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from patentcore.errors import InputError
from patentcore.sources import ingest, recognise

# One header that incoPat has, among those of PatSnap.
CLAIMS = (
    "公开(公告)号,标题,申请日,公开(公告)日,[标]原始申请(专利权)人,IPC主分类号,权利要求数量,被引用专利,引用专利\n"
    "CN105000001A,made up,2014-01-02,2015-01-02,Alpha Co,G06F3/00,12,"
    "US9999999B2 | US8888888B2,EP1234567A1\n"
)
ESPACENET = (
    "Title;Publication number;Publication date;Inventor(s);Applicant(s);"
    "International classification;Cooperative Patent Classification;Application number;"
    "Date of application;Priority number(s)\n"
    "Valve;EP1234567 (A1);2015-01-02;SMITH JOHN [US];ALPHA CO [US];F16K1/00;F16K1/00;"
    "EP20140000001;2014-01-02;\n"
)
VANTAGE_POINT = (
    "Publication Number,Title,Abstract,Publication Date,Application Number,"
    "Inventors (Cleaned),Assignees (Cleaned),IPC (full),Priority Years\n"
    "EP1234567A1,Valve,A valve,2015-01-02,EP20140000001,Smith; Doe,Alpha,F16K1/00,2013\n"
)
# One header that Derwent Innovation has, among others that it has not.
ONE_OF_DERWENT = (
    "Publication number,Publication kind code,Title,Owner names,Inventor names,Publication date\n"
    "US7654321 B2,B2,Valve,Alpha,Smith,2010-02-02\n"
)
PRE_GRANT = "pgpub_id,cpc_sequence,cpc_group,cpc_type\n20140044226,2,G21B1/23,inventional\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "export"
    made.mkdir()
    return made


def test_one_header_of_another_format_does_not_outweigh_all_others(spark, folder) -> None:
    (folder / "a.csv").write_text(CLAIMS, encoding="utf-8")
    out = folder.parent / "out"
    summary = ingest(spark, "auto", [str(folder)], str(out))
    assert summary.source == "patsnap"
    assert summary.citations == 3
    (patent,) = spark.read.parquet(str(out / "patents")).collect()
    assert [one["name"] for one in patent["applicants"]] == ["Alpha Co"]
    assert (patent["main_ipc"], patent["claim_count"]) == ("G06F3/00", 12)
    assert summary.unread == {}


def test_the_classic_list_of_espacenet_is_its_own_format(spark, folder) -> None:
    (folder / "a.csv").write_text(ESPACENET, encoding="utf-8")
    ((found,), _) = recognise(spark, [str(folder)])
    assert found.adapter.name == "espacenet-classic"


def test_a_close_second_is_said(spark, folder) -> None:
    header = "公开(公告)号,标题,申请日,公开(公告)日,摘要,权利要求数量\n"
    (folder / "a.csv").write_text(header + "CN1A,x,2014-01-02,2015-01-02,y,3\n", encoding="utf-8")
    ((found,), _) = recognise(spark, [str(folder)])
    assert "is a close second, which knows 6 of 6" in found.why


@pytest.mark.parametrize(
    ("text", "lacking"),
    [(VANTAGE_POINT, "Inventors (Cleaned)"), (ONE_OF_DERWENT, "Inventor names")],
    ids=["VantagePoint", "one of Derwent's"],
)
def test_a_table_of_common_headers_is_not_patsnaps(spark, folder, text: str, lacking: str) -> None:
    (folder / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="is of no format known here: nearest is") as error:
        recognise(spark, [str(folder)])
    assert lacking in str(error.value)
    assert len(str(error.value)) < 700


def test_columns_that_nobody_reads_are_named_with_a_value(spark, folder) -> None:
    rows = "Publication Number,Title,Original Assignee,Cited Patents,Novelty,Note\n"
    (folder / "a.csv").write_text(rows + "EP1A1,x,A Co,US1A,high,\n", encoding="utf-8")
    out = folder.parent / "out"
    summary = ingest(spark, "auto", [str(folder)], str(out))
    assert summary.unread == {"Novelty": "high", "Note": ""}
    assert "columns not read: Novelty (such as high), Note" in str(summary)
    written = json.loads((out / "ingest.json").read_text(encoding="utf-8"))
    assert written["unread"] == {"Novelty": "high", "Note": ""}


def test_a_thin_field_is_named(spark, folder) -> None:
    rows = [f"EP{n}A1,x,,US1A,{'12' if n == 1 else ''}" for n in range(1, 11)]
    header = "Publication Number,Title,Original Assignee,Cited Patents,Claims Count"
    (folder / "a.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    summary = ingest(spark, "auto", [str(folder)], str(folder.parent / "out"))
    assert "thin, in fewer than 20%: claim_count" in str(summary)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "id,name\n1,x\n", "a table whose columns are no format's: id, name"),
        ("a.json", '{"name": 1}', "a table whose columns are no format's: name"),
        ("a.json", '{"name": [1]}', "JSON that begins '{\"name\": [1]}'"),
        ("a.xml", "<catalogue><book/></catalogue>", "XML that begins '<catalogue>"),
        ("a.xls", "<html><table><tr><td>Title</td></tr></table></html>", "save it as .xlsx"),
        ("a.txt", "TY  - PAT\nTI  - Valve\nER  -\n", "references for a manager of literature"),
        ("a.txt", "@patent{a,\n title = {Valve}\n}\n", "references for a manager of literature"),
        ("a.csv", "%PDF-1.4\n1 0 obj\n", "a PDF; export the list"),
    ],
)
def test_an_unknown_file_is_said_to_be_what_it_is(
    spark, folder, name: str, content: str, said: str
) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is of no format known here") as error:
        recognise(spark, [str(folder)])
    assert said in str(error.value)
    assert len(str(error.value)) < 400


def test_a_table_of_applications_is_not_sent_for_the_table_of_patents(spark, folder) -> None:
    (folder / "pg_cpc_at_issue.csv").write_text(PRE_GRANT, encoding="utf-8")
    with pytest.raises(InputError) as error:
        recognise(spark, [str(folder)])
    assert "holds a table of PatentsView's published applications" in str(error.value)
    assert "table pg_published_application must be there too" in str(error.value)


@pytest.mark.parametrize(
    ("name", "header", "said"),
    [
        ("g_cpc_current.tsv", "patent_id\tcpc_sequence\tcpc_group\tcpc_type", "table patent must"),
        (
            "tls201_part01.csv",
            "appln_id,appln_auth,appln_nr,appln_kind,appln_filing_date",
            "holds PATSTAT's table tls201_appln; its table tls211_pat_publn must be there too",
        ),
        (
            "tls212_part01.csv",
            "pat_publn_id,citn_replenished,citn_id,citn_origin,cited_pat_publn_id",
            "holds PATSTAT's table tls212_citation; its table tls211_pat_publn must be there too",
        ),
    ],
    ids=["PatentsView", "applications", "citations"],
)
def test_a_table_of_several_is_told_which_one_lacks(
    spark, folder, name: str, header: str, said: str
) -> None:
    (folder / name).write_text(header + "\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        recognise(spark, [str(folder)])
    assert said in str(error.value)


def test_a_folder_of_other_kinds_is_told_what_it_holds(spark, folder) -> None:
    (folder / "export.ris").write_text("TY  - PAT\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"\.csv, \.tsv, .*; there is export\.ris$") as error:
        recognise(spark, [str(folder)])
    assert len(str(error.value)) < 200 + len(str(folder))


def test_a_table_of_applications_is_no_other_format(spark, folder) -> None:
    (folder / "a.csv").write_text(CLAIMS, encoding="utf-8")
    table = "pgpub_id,application_id,filing_date\n20200000001,16123456,2019-01-02\n"
    (folder / "g_application.csv").write_text(table, encoding="utf-8")
    found, passed_over = recognise(spark, [str(folder)])
    assert [part.adapter.name for part in found] == ["patsnap"]
    assert passed_over == ["g_application.csv"]


@pytest.mark.parametrize("source", ["lens", "uspto", "dii"])
def test_a_wrong_source_is_told_what_the_input_is(spark, folder, source: str) -> None:
    (folder / "a.csv").write_text(CLAIMS, encoding="utf-8")
    with pytest.raises(InputError, match=r"--source auto takes it for patsnap$"):
        ingest(spark, source, [str(folder)], str(folder.parent / "out"))


def test_a_list_of_citations_beside_tables_without_any_is_read(spark, folder) -> None:
    (folder / "g_patent.tsv").write_text(
        "patent_id\tpatent_type\tpatent_date\tpatent_title\twipo_kind\tnum_claims\n"
        "7654321\tutility\t2010-02-02\tvalve\tB2\t12\n",
        encoding="utf-8",
    )
    (folder / "edges.txt").write_text("8765432\t7654321\n8765432\t3858241\n", encoding="utf-8")
    found, passed_over = recognise(spark, [str(folder)])
    assert [part.adapter.name for part in found] == ["patentsview", "edges"]
    assert passed_over == []
    (folder / "g_us_patent_citation.tsv").write_text(
        "patent_id\tcitation_patent_id\twipo_kind\n7654321\t1\tA\n", encoding="utf-8"
    )
    found, passed_over = recognise(spark, [str(folder)])
    assert [part.adapter.name for part in found] == ["patentsview"]
    assert passed_over == ["edges.txt"]
