"""Each export is opened by a library of the programs that read it, hostile titles and all."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np
import openpyxl
import pandas as pd
import pybtex.database
import pytest
from python_calamine import CalamineWorkbook
from tests.results.report.conftest import MANIFEST, Tables, key_patent, tables, write_run

from patentcore import cli, schemas
from patentcore.errors import ConfigError, InputError, OutputError
from patentcore.lake.results import Result
from patentcore.results.export import FORMATS, Request, export
from patentcore.results.export import workbook as books
from patentcore.results.export.network import network_of

NETWORK_FORMATS = ("graphml", "gexf", "vosviewer", "pajek")
HOSTILE = {
    "CN1A": "<script>alert(1)</script>",
    "CN2A": "=cmd|' /C calc'!A0",
    "CN3B": '\u202eevil\x00\x1b[31m\x07\x9b tab\there "quoted"; @SUM(1)\r\nnew',
    "CN4A": "x" * 10_000,
}


def hostile() -> Tables:
    content = tables()
    content["key_patents"] = [
        key_patent(number, title=title, ipc=["G06F3/041", "H04W4/02"], inventors=[title[:30]])
        for number, title in HOSTILE.items()
    ]
    content["edges"] = [
        {"src": "X1", "dst": "CN1A", "weight": 3},
        {"src": "CN1A", "dst": "CN2A", "weight": 1},
        {"src": "X2", "dst": "X1", "weight": 1},
        {"src": "CN2A", "dst": "X\x00\"'\\<&>", "weight": 2},
    ]
    return content


@pytest.fixture
def run(tmp_path: Path) -> str:
    return str(write_run(tmp_path / "run", hostile(), MANIFEST))


def exported(run: str, to: str, **asked: Any) -> Path:
    target = Path(run).parent / f"out{FORMATS[to].ending}"
    return Path(export(run, Request(to, str(target), **asked)))


# --- tables -------------------------------------------------------------------------------------


def test_a_workbook_has_a_sheet_a_table_and_says_what_the_columns_mean(run: str) -> None:
    path = exported(run, "xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["README", *Result(run, pytest.fail).tables()]
    readme = [list(row) for row in book["README"].iter_rows(values_only=True)]
    assert ["scores", "core_degree", "double", "weighted sum of the four measures, equation 6"] in (
        readme
    )
    described = {(row[0], row[1]) for row in readme}
    assert {("edges", name) for name in schemas.EDGES.names} <= described
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("funnel").to_python()
    assert rows[1] == [0.0, "Patent total", "-", 2000.0, 0.0, 0.0]


def test_what_looks_like_a_formula_is_text_in_a_workbook_and_stays_so_when_edited(
    run: str,
) -> None:
    sheet = openpyxl.load_workbook(exported(run, "xlsx"))["key_patents"]
    rows = [list(row) for row in sheet.iter_rows()]
    at = [cell.value for cell in rows[0]].index("title")
    cells = {row[0].value: row[at] for row in rows[1:]}
    assert cells["CN2A"].value == HOSTILE["CN2A"]
    assert cells["CN2A"].data_type == "s"
    assert cells["CN2A"].quotePrefix
    assert cells["CN4A"].value == HOSTILE["CN4A"]
    assert "\x00" not in cells["CN3B"].value
    assert "\u202eevil\ufffd\ufffd[31m" in cells["CN3B"].value


def test_dates_numbers_and_texts_have_their_types_in_a_workbook(run: str) -> None:
    sheet = openpyxl.load_workbook(exported(run, "xlsx"))["key_patents"]
    header, first = (list(row) for row in sheet.iter_rows(min_row=1, max_row=2))
    row = {name.value: cell for name, cell in zip(header, first, strict=True)}
    assert row["publication_date"].is_date
    assert row["applicants"].value == "华为技术有限公司 | CN | enterprise"
    assert row["ipc"].value == "G06F3/041; H04W4/02"


def test_text_longer_than_a_cell_stands_whole_in_a_sheet_of_its_own(tmp_path: Path) -> None:
    text = "很长😀" * 20_000
    content = tables() | {"key_patents": [key_patent("CN1A", abstract=text)]}
    book = openpyxl.load_workbook(
        exported(str(write_run(tmp_path / "run", content, MANIFEST)), "xlsx")
    )
    cells = [c.value for c in next(book["key_patents"].iter_rows(min_row=2, max_row=2))]
    cut = next(value for value in cells if isinstance(value, str) and value.startswith("很长"))
    assert books.units(cut) <= books.MOST_CHARACTERS
    assert cut.endswith("[whole in sheet Long texts]")
    rows = list(book[books.LONG].iter_rows(min_row=2, values_only=True))
    assert [row[:4] for row in rows] == [
        ("key_patents", 2, "abstract", n) for n in range(1, len(rows) + 1)
    ]
    assert "".join(str(row[4]) for row in rows) == text


def test_a_table_of_more_rows_than_a_sheet_goes_on_in_the_next(run: str, tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    result = Result(run, pytest.fail)
    books.write_workbook(result, ["edges", "scores"], path, most_rows=3)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["README", "edges", "edges 2", "scores", "scores 2"]
    found = [
        row
        for name in ("edges", "edges 2")
        for row in book[name].iter_rows(min_row=2, values_only=True)
    ]
    assert len(found) == 4
    assert [book["edges 2"].cell(1, c).value for c in (1, 2, 3)] == ["src", "dst", "weight"]


@pytest.mark.parametrize(
    ("value", "number"), [(2**53, True), (2**53 + 1, False), (float("inf"), False), (0.1, True)]
)
def test_numbers_that_a_spreadsheet_would_change_are_text(value: float, number: bool) -> None:
    assert books.is_number(value) is number


def test_csv_has_a_mark_for_excel_and_each_value_as_it_was(run: str) -> None:
    folder = exported(run, "csv")
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in folder.iterdir())
    scores = pd.read_csv(folder / "scores.csv")
    before = pd.read_parquet(Path(run) / "scores")[scores.columns.tolist()].fillna(np.nan)
    pd.testing.assert_frame_equal(scores, before, check_dtype=False)
    patents = pd.read_csv(folder / "key_patents.csv").set_index("publication_number")
    assert patents.loc["CN2A", "title"] == "'" + HOSTILE["CN2A"]
    assert patents.loc["CN3B", "title"].endswith('"quoted";\' @SUM(1)\r\nnew')
    assert patents.loc["CN4A", "title"] == HOSTILE["CN4A"]
    with (folder / "README.csv").open(encoding="utf-8-sig", newline="") as file:
        readme = list(csv.reader(file))
    assert ["edges", "weight", "bigint", "parallel edges merged into this one"] in readme


def test_tables_can_be_chosen_and_a_wrong_name_is_told_the_nearest(run: str) -> None:
    folder = exported(run, "csv", tables=["scores", "funnel"])
    assert {path.name for path in folder.iterdir()} == {"scores.csv", "funnel.csv", "README.csv"}
    with pytest.raises(ConfigError, match="no table score; did you mean scores"):
        export(run, Request("xlsx", str(folder.parent / "x.xlsx"), tables=["score"]))


def test_of_several_runs_the_last_ones_rows_are_exported(tmp_path: Path) -> None:
    content = {"funnel": tables()["funnel"]}
    run = write_run(tmp_path / "run", content, MANIFEST | {"run_id": "007"})
    part = run / "funnel" / "part-0.parquet"
    for name in ("007", "7"):
        (run / "funnel" / f"run_id={name}").mkdir()
        shutil.copy(part, run / "funnel" / f"run_id={name}")
    part.unlink()
    funnel = pd.read_csv(exported(str(run), "csv") / "funnel.csv")
    assert len(funnel) == len(content["funnel"])
    assert "run_id" not in funnel


# --- networks -----------------------------------------------------------------------------------


def test_the_network_is_key_patents_their_neighbours_and_the_edges_between(run: str) -> None:
    network = network_of(Result(run, pytest.fail))
    assert network.is_directed
    assert set(network.names) >= {"CN1A", "CN2A", "CN3B", "X1"}
    assert "X2" not in network.names  # a neighbour of a neighbour
    assert len(network.edges) == 3


def test_graphml_is_read_by_networkx_and_igraph(run: str) -> None:
    path = exported(run, "graphml")
    graph = nx.read_graphml(path)
    assert graph.is_directed()
    assert graph["X1"]["CN1A"]["weight"] == 3
    assert graph.nodes["CN1A"] == {
        "is_key": True,
        "rank": 1,
        "core_degree": 31.36,
        "degree": 3,
        "betweenness": 0.0,
        "year": 2016,
        "main_class": "G06F3/041",
        "title": HOSTILE["CN1A"],
        "cluster": graph.nodes["CN1A"]["cluster"],
    }
    assert "year" not in graph.nodes["X1"]
    assert graph.nodes["CN3B"]["title"].startswith("\u202eevil\ufffd\ufffd[31m\ufffd\ufffd tab")
    again = igraph.Graph.Read_GraphML(str(path))
    assert (again.vcount(), again.ecount()) == (len(graph), graph.size())


def test_gexf_is_read_by_networkx(run: str) -> None:
    graph = nx.read_gexf(exported(run, "gexf"))
    assert graph.is_directed()
    assert graph["X1"]["CN1A"]["weight"] == 3.0
    node = graph.nodes["CN2A"]
    assert (node["title"], node["rank"], node["year"]) == (HOSTILE["CN2A"], 2, 2016)
    assert graph.size() == 3


def test_pajek_is_read_by_networkx_and_igraph_its_vectors_in_the_same_order(run: str) -> None:
    folder = exported(run, "pajek")
    graph = nx.read_pajek(folder / "network.net")
    assert graph.is_directed()
    assert graph["X1"]["CN1A"][0]["weight"] == 3.0
    again = igraph.Graph.Read_Pajek(str(folder / "network.net"))
    assert (again.vcount(), again.ecount()) == (len(graph), graph.size())
    names = list(graph)
    for path in [*folder.glob("*.clu"), *folder.glob("*.vec")]:
        head, *values = path.read_text(encoding="utf-8").split("\n")
        assert head == f"*Vertices {len(names)}"
        assert values.pop() == ""
        assert len([float(value) for value in values]) == len(names)
    years = (folder / "year.clu").read_text().split("\n")[1:]
    assert years[names.index("CN1A")] == "2016"
    assert years[names.index("X1")] == "9999998"
    classes = (folder / "main_class.txt").read_text().split("\t")
    assert (
        classes[0] == (folder / "main_class.clu").read_text().split("\n")[1:][names.index("CN1A")]
    )


def test_vosviewer_files_have_the_columns_of_its_manual(run: str) -> None:
    """A map has a header and ids, a network two ids and a strength without a header."""
    folder = exported(run, "vosviewer")
    items = pd.read_csv(folder / "map.txt", sep="\t")
    assert list(items)[:4] == ["id", "label", "description", "cluster"]
    others = list(items)[4:]
    assert all(name.startswith(("weight<", "score<")) and name.endswith(">") for name in others)
    weights = items[[name for name in others if name.startswith("weight<")]]
    assert (weights >= 0).all(axis=None)
    assert items["cluster"].between(1, 1000).all()
    links = pd.read_csv(folder / "network.txt", sep="\t", header=None)
    assert list(links.dtypes) == ["int64"] * 3
    assert set(links[0]) | set(links[1]) <= set(items["id"])
    label = items.set_index("id")["label"]
    pairs = {frozenset((label[a], label[b])): w for a, b, w in links.itertuples(index=False)}
    assert pairs[frozenset(("X1", "CN1A"))] == 3
    described = items.set_index("label")["description"]
    assert described["CN1A"] == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert len((folder / "map.txt").read_text(encoding="utf-8").splitlines()) == len(items) + 1


def test_citations_in_both_directions_are_one_link_of_vosviewer(tmp_path: Path) -> None:
    content = tables() | {
        "edges": [
            {"src": "CN1A", "dst": "CN2A", "weight": 1},
            {"src": "CN2A", "dst": "CN1A", "weight": 2},
        ]
    }
    folder = exported(str(write_run(tmp_path / "run", content, MANIFEST)), "vosviewer")
    assert (folder / "network.txt").read_text() == "1\t2\t3\n"


@pytest.mark.parametrize("to", NETWORK_FORMATS)
def test_codes_of_key_patents_make_a_network_in_every_format(run: str, to: str) -> None:
    path = exported(run, to, network="codes")
    if to == "graphml":
        graph = nx.read_graphml(path)
        assert not graph.is_directed()
        assert graph["G06F"]["H04W"]["weight"] == 4
    assert path.exists()


def test_a_run_of_codes_has_no_citation_network(tmp_path: Path) -> None:
    manifest = MANIFEST | {"configuration": {"network": {"kind": "co_classification"}}}
    run = str(write_run(tmp_path / "run", tables(), manifest))
    with pytest.raises(ConfigError, match="of codes"):
        exported(run, "gexf", network="citation")


@pytest.mark.parametrize("to", FORMATS)
def test_a_result_of_nothing_is_exported_too(tmp_path: Path, to: str) -> None:
    empty: Tables = {name: [] for name in tables()}
    path = exported(str(write_run(tmp_path / "run", empty, MANIFEST)), to)
    assert path.exists()
    if to == "graphml":
        assert len(nx.read_graphml(path)) == 0


# --- the list -----------------------------------------------------------------------------------


def test_bibtex_has_the_ranked_patents_by_rank_read_by_pybtex(run: str) -> None:
    path = exported(run, "bibtex")
    found = pybtex.database.parse_file(str(path), "bibtex")
    assert list(found.entries) == ["CN1A", "CN2A", "CN3B"]
    entry = found.entries["CN1A"]
    assert (entry.type, entry.fields["year"], entry.fields["date"]) == (
        "patent",
        "2016",
        "2016-04-20",
    )
    assert entry.fields["note"] == "rank 1, core degree 31.36"
    assert entry.fields["holder"] == "{华为技术有限公司}"
    text = path.read_text(encoding="utf-8")
    assert not {"\x00", "\x1b", "\x9b"} & set(text)


def test_latex_commands_in_titles_are_text(tmp_path: Path) -> None:
    title = r"\input{/etc/passwd} 50% #1 $x_1^2$ & ~ }{"
    content = tables() | {"key_patents": [key_patent("CN1A", title=title)]}
    path = exported(str(write_run(tmp_path / "run", content, MANIFEST)), "bibtex")
    shown = pybtex.database.parse_file(str(path), "bibtex").entries["CN1A"].fields["title"]
    assert shown == (
        r"{\textbackslash{}input\{/etc/passwd\} 50\% \#1 \$x\_1\textasciicircum{}2\$ \& "
        r"\textasciitilde{} \}\{}"
    )


# --- whole or not at all ------------------------------------------------------------------------


@pytest.mark.parametrize("to", FORMATS)
def test_nothing_is_replaced_unasked_and_an_earlier_export_when_asked(run: str, to: str) -> None:
    path = exported(run, to)
    before = {p: p.read_bytes() for p in ([path] if path.is_file() else path.iterdir())}
    with pytest.raises(OutputError, match="exists; choose another --output or give --overwrite"):
        exported(run, to)
    exported(run, to, overwrite=True)
    after = {p: p.read_bytes() for p in ([path] if path.is_file() else path.iterdir())}
    assert before.keys() == after.keys()
    assert sorted(p.name for p in Path(run).parent.iterdir()) == sorted(["run", path.name])


@pytest.mark.parametrize("to", ["xlsx", "csv", "graphml", "pajek", "bibtex"])
def test_what_breaks_off_leaves_the_old_export_and_nothing_beside(
    run: str, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(run, to)
    before = {p: p.read_bytes() for p in ([path] if path.is_file() else path.iterdir())}
    batches = Result.batches

    def broken(self: Result, table: str, *given: Any, **named: Any) -> Any:
        yield from batches(self, table, *given, **named)
        if table in ("edges", "scores"):
            raise KeyboardInterrupt

    monkeypatch.setattr(Result, "batches", broken)
    with pytest.raises(KeyboardInterrupt):
        exported(run, to, overwrite=True)
    assert {p: p.read_bytes() for p in before} == before
    assert sorted(p.name for p in Path(run).parent.iterdir()) == sorted(["run", path.name])


def test_a_folder_with_what_no_export_writes_is_never_replaced(run: str) -> None:
    path = exported(run, "csv")
    (path / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"not of an export \(notes.txt\)"):
        exported(run, "csv", overwrite=True)
    assert (path / "notes.txt").read_text() == "mine"


def test_a_folder_is_not_replaced_by_a_file_nor_what_a_link_leads_to(run: str) -> None:
    beside = Path(run).parent
    (beside / "folder").mkdir()
    with pytest.raises(OutputError, match="is not one file"):
        export(run, Request("xlsx", str(beside / "folder"), overwrite=True))
    (beside / "mine").write_text("mine")
    (beside / "link").symlink_to(beside / "mine")
    export(run, Request("bibtex", str(beside / "link"), overwrite=True))
    assert (beside / "mine").read_text() == "mine"


@pytest.mark.parametrize("inside", [".", "export.xlsx", "sub/export.xlsx"])
def test_nothing_is_written_into_the_result(run: str, inside: str) -> None:
    with pytest.raises(ConfigError, match="lies in the result"):
        export(run, Request("xlsx", f"{run}/{inside}", overwrite=True))


def test_other_stores_are_refused_before_any_work(run: str) -> None:
    with pytest.raises(ConfigError, match="this machine's disk"):
        export(run, Request("xlsx", "s3a://bucket/x.xlsx"))


def test_a_place_that_cannot_be_written_is_an_output_error(run: str) -> None:
    file = Path(run).parent / "file"
    file.write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        export(run, Request("bibtex", str(file / "x.bib")))


@pytest.mark.parametrize("to", ["bibtex", "pajek"])
def test_what_was_put_there_meanwhile_stays(
    run: str, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Path(run).parent / "mine"
    batches = Result.batches

    def slow(self: Result, table: str, *given: Any, **named: Any) -> Any:
        target.write_text("mine")
        yield from batches(self, table, *given, **named)

    monkeypatch.setattr(Result, "batches", slow)
    with pytest.raises(OutputError, match="was put there meanwhile"):
        export(run, Request(to, str(target)))
    assert target.read_text() == "mine"


def test_a_folder_that_is_no_result_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a finished run"):
        export(str(tmp_path), Request("bibtex", str(tmp_path.parent / f"{tmp_path.name}.bib")))
    assert not (tmp_path.parent / f"{tmp_path.name}.bib").exists()


# --- the command --------------------------------------------------------------------------------


def test_the_command_says_where_the_export_is_and_names_it_after_the_result(
    run: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    assert cli.main(["export", run, "--to", "csv", "--tables", "funnel"]) == 0
    assert capsys.readouterr().out.strip() == str(work / "run-csv")
    assert cli.main(["export", run, "--to", "csv"]) == 4
    assert cli.main(["export", run, "--to", "bibtex", "--tables", "funnel"]) == 2
    assert cli.main(["export", run, "--to", "csv", "--network", "codes"]) == 2
    assert cli.main(["export", str(work), "--to", "csv", "--output", str(tmp_path / "x")]) == 3
    assert "not a finished run" in capsys.readouterr().err
