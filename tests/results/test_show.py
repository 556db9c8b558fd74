from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from patentcore import cli
from patentcore.errors import ConfigError, InputError
from patentcore.results import compare, show
from patentcore.results.text_table import width_of


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    tables = {
        "funnel": pd.DataFrame(
            {"step": [0, 1], "criterion": ["total", "office"], "patents": [306561, 9]}
        ),
        "scores": pd.DataFrame(
            {
                "publication_number": ["CN2A", "CN103454808A", "CN1A"],
                "rank": [2.0, 1.0, None],
                "core_degree": [1.0, 99.9, None],
                "degree_centrality": [0.0, 37 / 20820, 0.0],
                "betweenness": [0.0, 330.0, 0.0],
                "popularity": [0.0, 22.5 / 11, None],
                "main_class_frequency": [0.0, 2700 / 1993, 0.0],
            }
        ),
    }
    for name, frame in tables.items():
        (tmp_path / name).mkdir()
        frame.to_parquet(tmp_path / name / "part-0.parquet")
    (tmp_path / "run.json").write_text(json.dumps({"seconds": 1.5}))
    return tmp_path


def text(folder: Path, table: str, width: int | None = None, **wish: Any) -> str:
    return show.shown(str(folder), table, show.Wish(**wish)).text(width)


def test_scores_are_shown_by_rank_with_the_unranked_last(finished: Path) -> None:
    lines = text(finished, "scores", top=3).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["CN103454808A", "CN2A", "CN1A"]


def test_figures_stand_to_the_right_as_the_paper_prints_them(finished: Path) -> None:
    columns = ("publication_number", "rank", "core_degree", "degree_centrality", "popularity")
    assert text(finished, "scores", columns=columns) == (
        "publication_number  rank  core_degree  degree_centrality  popularity\n"
        "CN103454808A           1        99.90           0.001777    2.045455\n"
        "CN2A                   2         1.00                  0           0\n"
        "CN1A                                                   0"
    )


def test_a_terminals_width_cuts_texts_then_leaves_columns_out(finished: Path) -> None:
    (finished / "key_patents").mkdir()
    pd.DataFrame(
        {
            "publication_number": ["CN1A", "CN2A"],
            "title": ["触控显示面板及其驱动方法和显示装置", "Panel"],
            "claim_count": [12, 9],
            "ipc": [["G06F3/041"], ["H04W4/02"]],
        }
    ).to_parquet(finished / "key_patents" / "part-0.parquet")
    shown = text(finished, "key_patents", 48)
    assert shown == (
        "publication_number  title            claim_count\n"
        "CN1A                触控显示面板及…           12\n"
        "CN2A                Panel                      9\n"
        "(no room for ipc; choose with --columns)"
    )
    assert all(width_of(line) <= 48 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (["core_degree>1"], ["CN103454808A"]),
        (["core_degree>=1", "publication_number!=CN2A"], ["CN103454808A"]),
        (["publication_number~034"], ["CN103454808A"]),
        (["rank = 2"], ["CN2A"]),
        (["core_degree<0"], []),
    ],
)
def test_rows_are_kept_by_conditions(finished: Path, where: list[str], numbers: list[str]) -> None:
    rows = show.shown(str(finished), "scores", show.Wish(where=where)).as_dict()["rows"]
    assert [row["publication_number"] for row in rows] == numbers


def test_rows_are_sorted_as_asked_for(finished: Path) -> None:
    wish = show.Wish(sort=("betweenness", "core_degree:desc"), columns=("core_degree",))
    rows = show.shown(str(finished), "scores", wish).as_dict()["rows"]
    assert [row["core_degree"] for row in rows] == [1.0, None, 99.9]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"columns": ("betweeness",)}, "--columns: no column 'betweeness'; did you mean between"),
        ({"sort": ("rnk",)}, "--sort: no column 'rnk'; did you mean rank?"),
        ({"sort": ("rank:down",)}, "--sort wants rank or rank:desc"),
        ({"where": ["rank"]}, "for example --where"),
        ({"where": ["rank=first"]}, "--where rank= wants a number, not 'first'"),
        ({"where": ["x=1"]}, "--where: no column 'x'; there are publication_number, rank"),
        ({"top": 0}, "--top wants a positive number"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_with_the_remedy(
    finished: Path, wish: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        text(finished, "scores", **wish)


def test_top_limits_the_rows_and_says_how_many_there_are(finished: Path) -> None:
    shown = text(finished, "scores", top=1)
    assert "CN2A" not in shown
    assert "(3 rows in all)" in shown


def test_a_table_without_rows_is_said_to_have_none(finished: Path) -> None:
    (finished / "rejects").mkdir()
    pd.DataFrame({"source": [], "reason": []}).to_parquet(finished / "rejects" / "part-0.parquet")
    assert text(finished, "rejects") == "rejects: no rows"


HOSTILE = "\x1b]0;pwned\x07\x9b31m\u202e\u2066\x00\r"


def test_what_would_command_the_terminal_is_shown_as_what_it_is(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (finished / "rejects").mkdir()
    rows = pd.DataFrame({"value": [HOSTILE, "触控\u3000面板"], "reason": ["a\nb", "c"]})
    rows.to_parquet(finished / "rejects" / "part-0.parquet")
    (finished / "run.json").write_text(json.dumps({"source": HOSTILE}, ensure_ascii=False))
    for table in ("rejects", "run"):
        assert cli.main(["show", str(finished), table]) == 0
        shown = capsys.readouterr().out
        assert not set(HOSTILE) - set("]0;pwned31m") & set(shown)
        assert "\\u001b]0;pwned\\u0007\\u009b31m\\u202e\\u2066\\u0000\\r" in shown
        assert json.loads(shown)["source"] == HOSTILE if table == "run" else "触控　面板" in shown


def test_messages_command_no_terminal_either(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", str(finished), f"no{HOSTILE}"]) == 3
    told = capsys.readouterr().err
    assert "no\\u001b]0;pwned" in told
    assert not set(HOSTILE) - set("]0;pwned31m") & set(told)


def test_the_manifest_is_shown_as_run(finished: Path) -> None:
    assert json.loads(show.manifest_text(str(finished))[1]) == {"seconds": 1.5}


def test_an_unknown_table_names_those_there_are(finished: Path) -> None:
    with pytest.raises(InputError, match="has no table nope; it has funnel, scores"):
        text(finished, "nope")


def test_a_folder_without_manifest_is_no_result(finished: Path) -> None:
    (finished / "run.json").unlink()
    with pytest.raises(InputError, match="not a finished run"):
        text(finished, "scores")


def test_published_figures_are_78_and_compared_to_the_last_printed_digit(finished: Path) -> None:
    figures = compare.published_figures(str(finished))
    assert [sum(f.table == n for f in figures) for n in (2, 4, 5)] == [8, 60, 10]
    equal = {(f.row, f.column) for f in figures if f.is_equal}
    assert equal == {
        ("Patent total", "patents"),
        ("CN103454808A", "degree_centrality"),
        ("CN103454808A", "betweenness"),
        ("CN103454808A", "popularity"),
        ("CN103454808A", "main_class_frequency"),
    }


@pytest.mark.parametrize(
    ("value", "printed", "equal"),
    [
        (1.354741595, "1.354742", True),
        (1.3547425001, "1.354742", False),
        (0.0000960614793, "9.61E-05", True),
        (0.0000966, "9.61E-05", False),
        (330.0, "330", True),
        (330.6, "330", False),
        (310.2849, "310.28", True),
        (None, "330", False),
    ],
)
def test_a_figure_is_equal_when_its_printed_digits_are(
    value: float | None, printed: str, equal: bool
) -> None:
    assert compare.Figure(4, "row", "column", printed, value).is_equal is equal


def test_comparison_marks_what_differs_and_counts_what_does_not(finished: Path) -> None:
    text = compare.compare(str(finished))
    assert "Table 4: indicators (4 of 60 figures as published)" in text
    assert "differs" in text
    assert text.endswith("5 of 78 published figures matched to the last digit")


def test_table_6_stands_beside_the_computed_status_with_known_share_and_bounds(
    finished: Path,
) -> None:
    tables = {
        "technologies": {
            "technology": ["chip", "laser_radar", "photoresist"],
            "name_en": ["chip", "Laser radar", "photoresist"],
            "patent_count": [40, 24, 0],
            "known_quality_share": [1.0, 0.75, None],
            "domestic_share_low": [0.12, 0.25, None],
            "domestic_share_high": [0.12, 0.5, None],
        },
        "technology_judgements": {
            "technology": ["chip", "laser_radar", "photoresist", "chip"],
            "question": ["status", "status", "status", "absence"],
            "verdict": ["no", "unknown", "unknown", "foreign strong, domestic weak"],
            "reason": [None, "sides are known of 75 %", "no patents", None],
        },
    }
    for name, columns in tables.items():
        (finished / name).mkdir()
        pd.DataFrame(columns).to_parquet(finished / name / "part-0.parquet")
    lines = compare.compare(str(finished)).splitlines()
    start = lines.index("Table 6: breakthrough (0 of 1 told as published, 2 unknown)")
    end = lines.index("Table 6 by kind (section 3.1)")
    assert [" ".join(line.split()) for line in lines[start + 2 : end - 1]] == [
        "chip yes no 40 100% 0.12 to 0.12 differs",
        "Laser radar yes unknown 24 75% 0.25 to 0.50 sides are known of 75 %",
        "photoresist no unknown 0 - - no patents",
    ]
    # Chips and laser radar are components, of which both are printed yes, and a resist a material.
    assert [line.split() for line in lines[end + 2 :]] == [
        ["component", "2", "2", "0", "1"],
        ["material", "1", "0", "0", "1"],
    ]


def test_the_kinds_of_section_3_1_part_table_6() -> None:
    kinds = Counter(
        compare.kind_of(row["technology_type"])
        for row in compare.reference("table6_technology_status")
    )
    assert kinds == {"equipment": 5, "component": 13, "material": 9, "algorithm": 5, "other": 3}
