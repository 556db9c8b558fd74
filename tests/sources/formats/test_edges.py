from __future__ import annotations

import itertools

import openpyxl
import pyarrow as pa
import pytest

from patentcore.errors import InputError
from patentcore.sources import ingest, recognise
from patentcore.sources.formats import edges
from patentcore.sources.formats.edges import Columns, Edges, _ends, columns_of, tokens_of

SNAP = (
    "# Directed graph: cit-Patents.txt\n# FromNodeId\tToNodeId\n"
    "3858241\t956203\n3858241\t1324234\n3858242\t956203\nbroken\n"
)


def test_a_snap_list(spark, tmp_path) -> None:
    (tmp_path / "cit-Patents.txt").write_text(SNAP, encoding="utf-8")
    ingested = Edges().read(spark, [str(tmp_path)])
    assert {(row.citing, row.cited, row.origin) for row in ingested.citations.collect()} == {
        ("US3858241", "US956203", "cites"),
        ("US3858241", "US1324234", "cites"),
        ("US3858242", "US956203", "cites"),
    }
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"US3858241", "US3858242", "US956203", "US1324234"}
    assert (patents["US956203"].cited_by_count, patents["US956203"].cites_count) == (2, None)
    assert (patents["US3858241"].cited_by_count, patents["US3858241"].cites_count) == (None, 2)
    (reject,) = ingested.rejects.collect()
    assert (reject.value, reject.reason) == ("broken", "not two publication numbers")


def test_a_list_of_one_line_is_recognised(spark, tmp_path) -> None:
    (tmp_path / "one.txt").write_text("3858241 956203", encoding="utf-8")
    assert recognise(spark, [str(tmp_path / "one.txt")])[0][0].adapter.name == "edges"


@pytest.mark.parametrize(
    "text",
    [
        "citing,cited,n\nUS1A,EP2B1,0\n",
        '"src";"dst"\n"US 1A";"EP2B1"\n'.replace(" ", ""),
        "US1A EP2B1\n% c\n",
    ],
)
def test_separators_headers_and_comments(spark, tmp_path, text: str) -> None:
    (tmp_path / "edges.csv").write_text(text + "US1A,EP2B1\n", encoding="utf-8")
    ingested = Edges().read(spark, [str(tmp_path)])
    assert [(row.citing, row.cited) for row in ingested.citations.collect()] == [("US1A", "EP2B1")]
    assert ingested.rejects.count() == 0


def test_quoted_lists_of_numbers_as_the_office_writes_them(spark, tmp_path) -> None:
    (tmp_path / "a.csv").write_text(
        '"CITING","CITED"\n3858241,956203\n3858242,D295437\nRE28671,3858241\n'
        '3858243,PP12345\n"3,858,244","3,858,241"\n',
        encoding="utf-8",
    )
    summary = ingest(spark, "auto", [str(tmp_path / "a.csv")], str(tmp_path / "out"))
    assert (summary.source, summary.citations, summary.rejects) == ("edges", 5, {})
    found = spark.read.parquet(str(tmp_path / "out" / "citations")).collect()
    assert {(row.citing, row.cited) for row in found} == {
        ("US3858241", "US956203"),
        ("US3858242", "USD295437"),
        ("USRE28671", "US3858241"),
        ("US3858243", "USPP12345"),
        ("US3858244", "US3858241"),
    }


@pytest.mark.parametrize("last", ['3858244,"3,858,241"', '="3858244",="3858241"'])
def test_a_quoted_number_with_thousands_parted_is_a_citation_as_the_others(
    spark, tmp_path, last: str
) -> None:
    """Of eight lines below the header, the last makes a citation, too: eight, not seven."""
    text = (
        '"CITING","CITED"\n3858241,956203\n3858241,1324234\n3858241,3398406\n3858242,D295437\n'
        f"RE28671,3858241\n3858243,RE46653\n3858243,PP12345\n{last}\n"
    )
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    summary = ingest(spark, "auto", [str(tmp_path / "a.csv")], str(tmp_path / "out"))
    assert (summary.source, summary.citations, summary.rejects) == ("edges", 8, {})
    found = spark.read.parquet(str(tmp_path / "out" / "citations")).collect()
    assert ("US3858244", "US3858241") in {(row.citing, row.cited) for row in found}


def test_lines_of_which_an_end_is_missing_become_rejects(spark, tmp_path) -> None:
    (tmp_path / "a.csv").write_text(
        "citing,cited\nUS7654321B2,NA\nNULL,US7654321B2\nUS7654321B2,US6543210B1\n#N/A,#N/A\n",
        encoding="utf-8",
    )
    summary = ingest(spark, "auto", [str(tmp_path / "a.csv")], str(tmp_path / "out"))
    assert (summary.source, summary.citations) == ("edges", 1)
    patents = spark.read.parquet(str(tmp_path / "out" / "patents")).collect()
    assert {row.publication_number for row in patents} == {"US7654321B2", "US6543210B1"}


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        ('"7,654,321"\t"D668,832"', ["7654321", "USD668832"]),
        ('"US 7654321 B2";"EP-1234567-A1"', ["US7654321B2", "EP1234567A1"]),
        ("'7654321','RE46653'", ["7654321", "USRE46653"]),
        ("“7654321” “3858241”", ["7654321", "3858241"]),
        ('"WO 2006/004337","3858241.0"', ["WO2006004337", "3858241"]),
        ("\ufeffUS1A EP2B1", ["US1A", "EP2B1"]),
    ],
)
def test_what_stands_in_quotation_marks_is_one_word(line: str, tokens: list[str]) -> None:
    assert tokens_of(line) == tokens
    raw = pa.RecordBatch.from_pylist([{"file": "a", "block": line.encode()}])
    (read,) = _ends(raw).to_pylist()
    bare = [f"US{word}" if word.isdigit() else word for word in tokens]
    assert ([read["citing"], read["cited"]], read["line"]) == (bare, None)


@pytest.mark.parametrize("mark", [",", ";", "\t", " "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("others", ["", "x", "x y"])
def test_lines_read_at_once_are_as_lines_read_with_care(
    mark: str, end: str, others: str, monkeypatch
) -> None:
    words = ["US7654321B2", "7654321", "7654321.0", "EP-1234567-A1", "RE46653", "US2017064599A1"]
    pairs = [("citing", "cited"), *itertools.product([*words, "none", "WO2006/004337"], repeat=2)]
    lines = (mark.join([*pair, *others.split()]) for pair in pairs)
    raw = pa.RecordBatch.from_pylist([{"file": "a", "block": end.join(lines).encode()}])
    assert edges._plain_words(raw["block"][0].as_py()) is not None
    at_once = _ends(raw)
    monkeypatch.setattr(edges, "_plain_words", lambda *_: None)
    assert at_once.to_pylist() == _ends(raw).to_pylist()
    assert len(at_once) == len(pairs) - 1


@pytest.mark.parametrize(
    "header",
    ["citing_patent_id,cited_patent_id", "patent;cited_patent", '"Citing_Doc"\t"Cited_Doc"'],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_headers_and_encodings_of_lists(spark, tmp_path, header: str, encoding: str) -> None:
    path = tmp_path / "edges.csv"
    path.write_bytes(f"{header}\nUS1A,EP2B1\nUS3A,EP2B1\n".encode(encoding))
    (found,), _ = recognise(spark, [str(path)])
    assert found.adapter.name == "edges"
    ingested = Edges().read(spark, [str(path)])
    assert (ingested.citations.count(), ingested.rejects.count()) == (2, 0)


@pytest.mark.parametrize(
    "first", ["", "broken\n", "US1A\n", "a line of 9 words, one of them US1A\n"]
)
def test_it_is_recognised_by_most_of_its_lines(spark, tmp_path, first: str) -> None:
    (tmp_path / "cit-Patents.txt").write_text(first + SNAP, encoding="utf-8")
    (found,), _ = recognise(spark, [str(tmp_path)])
    assert (found.adapter.name, "3858241" in found.why) == ("edges", True)


@pytest.mark.parametrize(
    "text",
    [
        "US1A EP2B1\nbroken\nbroken too\nUS3A EP2B1\n",
        "Publication Number,Priority Number\nUS1A,EP2B1\nUS3A,EP2B1\n",
        "公开号,申请号,题\nCN1A,CN2A,甲\nCN3A,CN4A,乙\n",
    ],
)
def test_tables_of_numbers_are_no_edges(spark, tmp_path, text: str) -> None:
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no format known here"):
        recognise(spark, [str(tmp_path / "table.csv")])


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        (["cited,citing", "US1A,EP2B1"], Columns(",", citing=1, cited=0)),
        ([",citing,cited", "0,EP2B1,US1A"], Columns(",", citing=1, cited=2)),
        (["施引专利\t被引专利", "EP2B1\tUS1A"], Columns("\t")),
        (["brevet citant;brevet cité", "EP 2 B1;US 1 A"], Columns(";")),
        (["US 7,654,321 B2|EP 1 234 567 A1"], Columns("|")),
        (["US1A -> EP2B1"], Columns("->")),
        (["US1A EP2B1", "US3A, EP2B1"], Columns()),
        (["title,citing,cited", "a,EP2B1,US1A"], Columns(",")),  # no list, but a table
    ],
)
def test_where_the_ends_stand(lines: list[str], columns: Columns) -> None:
    assert columns_of(lines) == columns


@pytest.mark.parametrize("mark", [";", "\t", "|", " -> "])
def test_numbers_with_blanks_and_commas_between_other_marks(mark: str) -> None:
    lines = ["citing{}cited", "US 7,654,321 B2{}3,858,241", '"WO 2006/004337"{}"Des. 295,437"']
    written = [line.format(mark) for line in lines]
    raw = pa.RecordBatch.from_pylist([{"file": "a", "block": "\n".join(written).encode()}])
    found = _ends(raw, columns_of(written)).to_pylist()
    assert [(row["citing"], row["cited"]) for row in found] == [
        ("US7654321B2", "US3858241"),
        ("WO2006004337", "USD295437"),
    ]


def test_an_edge_list_in_a_workbook(spark, tmp_path) -> None:
    book = openpyxl.Workbook()
    for row in (("", "cited", "citing"), (1, 3858241, "D295437"), (2, "EP 1 234 567 A1", 956203)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (found,), _ = recognise(spark, [str(tmp_path / "a.xlsx")])
    ingested = found.adapter.read(spark, [str(tmp_path / "a.xlsx")])
    assert {(row.citing, row.cited) for row in ingested.citations.collect()} == {
        ("USD295437", "US3858241"),
        ("US956203", "EP1234567A1"),
    }


def test_malformed_lines_of_a_recognised_list_are_rejects(spark, tmp_path) -> None:
    (tmp_path / "a.txt").write_text("US1A EP2B1\nbroken\nUS3A EP2B1\nUS4A\nUS5A US1A", "utf-8")
    summary = ingest(spark, "auto", [str(tmp_path / "a.txt")], str(tmp_path / "out"))
    assert (summary.source, summary.citations) == ("edges", 3)
    assert summary.rejects == {"not two publication numbers": 2}


def test_citations_of_the_oecd(spark, tmp_path, cut) -> None:
    header = (
        "Citing_pub_nbr|Citing_pub_date|Citing_app_nbr|Citing_appln_id|Cited_pub_nbr|"
        "Cited_pub_date|Cited_App_auth|Cited_App_nbr|Cited_Appln_id|Cit_Total|Citn_origin|"
        "Citn_category|Citn_lag_year|Citn_lag_month"
    )
    rows = (
        '"WO1980000020"|19800110|"1979WO00001"|1|"US3858241"|19750107|"US"|"1974"|2|3|"SEA"|"X"|5|60',
        "EP0000001|19781220|1978EP1|3|DE2200000|19720101|DE|1|4|1|SEA||6|72",
        "EP0000001|19781220|1978EP1|3||||||1|SEA|A||",
    )
    path = tmp_path / "201907_WO_Citations.txt"
    path.write_text("\r\n".join((header, *rows)), encoding="utf-8")
    (part,), _ = recognise(spark, [str(path)])
    assert part.adapter.name == "oecd"
    tables = part.adapter.read(spark, [str(path)], cut)
    assert {(row.citing, row.cited, row.category) for row in tables.citations.collect()} == {
        ("WO1980000020", "US3858241", "X"),
        ("EP0000001", "DE2200000", None),
    }
    assert {row.source for row in tables.patents.collect()} == {"oecd"}
    (reject,) = tables.rejects.collect()
    assert reject.reason == "not two publication numbers"
