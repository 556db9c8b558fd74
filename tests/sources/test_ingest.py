from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from patentcore import progress, schemas
from patentcore.engine import running
from patentcore.errors import ConfigError, InputError, OutputError
from patentcore.sources import ADAPTERS, ingest, recognise

EXPORT = "公开(公告)号,标题,专利类型,IPC分类号,引用专利\nCN1A,x,发明申请,H04W4/02,US1A\n-,y,,,\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.csv").write_text(EXPORT, encoding="utf-8")
    return folder


def test_the_canonical_tables_are_written_whole(spark, export, tmp_path) -> None:
    output = tmp_path / "deep" / "out"
    summary = ingest(spark, "auto", [str(export)], str(output))
    assert summary.source == "patsnap"
    assert (summary.rows_read, summary.patents, summary.citations) == (2, 1, 1)
    assert summary.rejects == {"no publication number": 1}
    assert summary.coverage["title"] == 1.0
    assert summary.coverage["abstract"] == 0.0
    assert "2 rows read, 1 patents" in str(summary)
    assert {path.name for path in output.iterdir() if path.name[0] != "."} == {
        "patents", "citations", "rejects", "ingest.json",
    }  # fmt: skip
    assert json.loads((output / "ingest.json").read_text(encoding="utf-8"))["patents"] == 1
    for table in ("patents", "citations", "rejects"):
        found = spark.read.parquet(str(output / table)).schema
        wanted = schemas.TABLES[table]
        assert [(f.name, f.dataType) for f in found] == [(f.name, f.dataType) for f in wanted]
    assert list(output.parent.iterdir()) == [output]


def test_each_byte_and_file_that_is_read_counts_as_progress(spark, tmp_path) -> None:
    if running().name != "embedded":
        pytest.skip("tasks run in other processes")
    folder = tmp_path / "export"
    folder.mkdir()
    for n in range(3):
        rows = "".join(f"EP{n}{at:06}A1,x,A Co,US1A\n" for at in range(2000))
        header = "Publication Number,Title,Original Assignee,Cited Patents\n"
        (folder / f"{n}.csv").write_text(header + rows, encoding="utf-8")
    ingest(spark, "patsnap", [str(folder)], str(tmp_path / "out"))
    size = sum(file.stat().st_size for file in folder.iterdir())
    assert (progress._done.files, progress._done.bytes) == (3, size)


def test_an_existing_output_is_refused_before_the_work(spark, export, tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").touch()
    with pytest.raises(OutputError, match="exists"):
        ingest(spark, "patsnap", [str(tmp_path / "no such input")], str(tmp_path / "out"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "公开(公告)号,标题,摘要,申请号\n".encode(), "has no rows"),
        ("a.csv.gz", gzip.compress(EXPORT.encode() * 2_000)[:200], "is truncated"),
    ],
)
def test_a_failure_leaves_nothing(spark, tmp_path, name: str, content: bytes, message: str) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        ingest(spark, "patsnap", [str(folder)], str(tmp_path / "out"))
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_unknown_source_is_named(spark, export, tmp_path) -> None:
    with pytest.raises(
        ConfigError, match=r"no source atlas.*auto, .*derwent-table, dii, .*edges.*patsnap"
    ):
        ingest(spark, "atlas", [str(export)], str(tmp_path / "out"))


def test_a_missing_input_is_named(spark, tmp_path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        ingest(spark, "auto", [str(tmp_path / "absent")], str(tmp_path / "out"))


def test_recognition_says_why(spark, export) -> None:
    (found,), passed_over = recognise(spark, [str(export)])
    assert found.adapter.name == "patsnap"
    assert "公开(公告)号" in found.why
    assert passed_over == []


def test_an_unknown_format_is_refused(spark, tmp_path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="no format known here"):
        recognise(spark, [str(tmp_path)])


def test_a_file_without_header_is_read_with_the_header_given(spark, tmp_path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("CN1A,一,2019-06-20,x\nCN2A,二,2019-06-21,x\n?,三,,\n", encoding="utf-8")
    header = ("公开号", "标题", "申请日", "无此列")
    summary = ingest(spark, "patsnap", [str(plain)], str(tmp_path / "out"), header=header)
    assert (summary.rows_read, summary.patents) == (3, 2)
    titles = spark.read.parquet(str(tmp_path / "out" / "patents")).orderBy("publication_number")
    assert [row["title"] for row in titles.collect()] == ["一", "二"]
    rejects = spark.read.parquet(str(tmp_path / "out" / "rejects")).collect()
    assert [(row["record"], row["value"]) for row in rejects] == [("row 3", "?")]


def test_a_header_that_does_not_fit_is_refused(spark, export, tmp_path) -> None:
    output = str(tmp_path / "out")
    with pytest.raises(InputError, match=r"has 5 columns in its first row.*names 2"):
        ingest(spark, "patsnap", [str(export)], output, header=("公开号", "标题"))
    with pytest.raises(ConfigError, match=r"edges takes no header; those that do: .*patsnap"):
        ingest(spark, "edges", [str(export)], output, header=("公开号",))
    with pytest.raises(ConfigError, match="needs the source's name"):
        ingest(spark, "auto", [str(export)], output, header=("公开号",))


def test_adapters_fill_canonical_fields_only() -> None:
    for name, adapter in ADAPTERS.items():
        assert adapter.name == name
        assert adapter.fields <= set(schemas.PATENTS.names)


@pytest.mark.parametrize("name", ["导出 [1].csv", "a{b,c}.csv", "50% #1*.csv", "[2].xlsx"])
def test_names_that_look_like_patterns_are_names(spark, tmp_path, name: str) -> None:
    (tmp_path / name).write_text(EXPORT, encoding="utf-8")
    (tmp_path / "50% #1 other.csv").write_text(EXPORT.replace("CN1A", "CN2A"), encoding="utf-8")
    summary = ingest(spark, "auto", [str(tmp_path / name)], str(tmp_path / "out"))
    assert (summary.rows_read, summary.patents) == (2, 1)


def test_a_pattern_finds_files_where_no_shell_did(spark, tmp_path) -> None:
    for name in ("a1.csv", "a2.csv", "b.csv"):
        (tmp_path / name).write_text(EXPORT, encoding="utf-8")
    (found,), passed_over = recognise(spark, [str(tmp_path / "a*.csv")])
    assert [path.rpartition("/")[2] for path in found.paths] == ["a1.csv", "a2.csv"]
    assert passed_over == []
    with pytest.raises(InputError, match="no such file or folder"):
        recognise(spark, [str(tmp_path / "c*.csv")])


def test_every_file_of_a_folder_that_is_not_read_is_named(spark, export) -> None:
    for name in ("more.zip", "old.xls", "note.txt"):
        (export / name).write_bytes(b"no table")
    _, passed_over = recognise(spark, [str(export)])
    assert sorted(passed_over) == ["more.zip", "note.txt", "old.xls"]


PATENT = "patent_id,num_claims,wipo_kind,patent_title\n9000001,3,B2,x\n"
CPC = "patent_id,cpc_sequence,cpc_group\n9000001,0,H04W4/02\n"


def test_tables_of_one_export_may_be_named_one_by_one(spark, export, tmp_path) -> None:
    (tmp_path / "p.csv").write_text(PATENT, encoding="utf-8")
    (tmp_path / "c.csv").write_text(CPC, encoding="utf-8")
    named = [str(tmp_path / "c.csv"), str(export / "a.csv"), str(tmp_path / "p.csv")]
    found, passed_over = recognise(spark, named)
    assert [(part.adapter.name, len(part.paths)) for part in found] == [
        ("patentsview", 2), ("patsnap", 1),
    ]  # fmt: skip
    assert passed_over == []


def test_a_folder_of_one_export_names_what_is_no_part_of_it(spark, export) -> None:
    (export / "p.csv").write_text(PATENT, encoding="utf-8")
    (found,), passed_over = recognise(spark, [str(export)])
    assert found.adapter.name == "patentsview"
    assert passed_over == ["a.csv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("标题,申请号,申请日,专利类型,IPC主分类号\nx,CN1,,,\n", "columns of patsnap, but none of"),
        (CPC, "PatentsView's table cpc; its table patent must be there too"),
    ],
)
def test_a_file_near_to_a_format_is_told_what_it_lacks(spark, tmp_path, content, message) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        recognise(spark, [str(tmp_path / "a.csv")])


def test_other_tools_lists_are_not_taken_for_patsnaps(spark, tmp_path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(
        "Publication Number,Title,Publication Date,Inventors,IPC\nWO1A1,x,,A B; C D,A21B 1/00\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="no format known here"):
        recognise(spark, [str(other)])
    other.write_text(other.read_text(encoding="utf-8").replace("; ", " | "), encoding="utf-8")
    assert recognise(spark, [str(other)])[0][0].adapter.name == "patsnap"


@pytest.mark.parametrize(
    ("header", "row", "source"),
    [
        # PatSnap's own headers, with underscores for blanks.
        (
            "application_number,application_date,priority_date,family_members,publication_number",
            "PCT/EP2014/1,2014-12-18,-,WO2016096014A1 | EP1A1,WO2016096014A1",
            "patsnap",
        ),
        ("publication_number,application_date,title,application_number", "US-1-A,,x,", "google"),
        ("publication_number,title,ipc,filing_date", "US1A,x,,", "google"),
    ],
)
def test_tables_with_common_names_are_told_by_their_other_headers(
    spark, tmp_path, header: str, row: str, source: str
) -> None:
    path = tmp_path / "patsnap_family.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert recognise(spark, [str(path)])[0][0].adapter.name == source


def test_an_export_of_which_nothing_can_be_used_is_an_error(spark, tmp_path) -> None:
    (tmp_path / "a.csv").write_text(EXPORT.replace("CN1A", "?"), encoding="utf-8")
    with pytest.raises(InputError, match=r"none of 2 records can be used: .*a\.csv, row 2: '\?'"):
        ingest(spark, "auto", [str(tmp_path / "a.csv")], str(tmp_path / "out"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_formats_come_in_the_order_of_the_inputs(spark, export, tmp_path) -> None:
    (tmp_path / "z.csv").write_text(PATENT, encoding="utf-8")
    (tmp_path / "a.txt").write_text("US1A US2A\n", encoding="utf-8")
    for named in (["z.csv", "export", "a.txt"], ["a.txt", "export", "z.csv"]):
        found, _ = recognise(spark, [str(tmp_path / name) for name in named])
        names = {"z.csv": "patentsview", "export": "patsnap", "a.txt": "edges"}
        assert [part.adapter.name for part in found] == [names[name] for name in named]
