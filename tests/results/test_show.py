from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from patentcore import cli
from patentcore.errors import ConfigError, InputError
from patentcore.results import compare, show


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


def test_scores_are_shown_by_rank_with_the_unranked_last(finished: Path) -> None:
    lines = show.show(str(finished), "scores", top=3).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["CN103454808A", "CN2A", "CN1A"]


def test_top_limits_the_rows_and_says_how_many_there_are(finished: Path) -> None:
    text = show.show(str(finished), "scores", top=1)
    assert "CN2A" not in text
    assert "(3 rows in all)" in text


def test_a_table_without_rows_is_said_to_have_none(finished: Path) -> None:
    (finished / "rejects").mkdir()
    pd.DataFrame({"source": [], "reason": []}).to_parquet(finished / "rejects" / "part-0.parquet")
    assert show.show(str(finished), "rejects", top=1) == "rejects: no rows"


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
    assert json.loads(show.show(str(finished), "run", top=1)) == {"seconds": 1.5}


def test_an_unknown_table_names_those_there_are(finished: Path) -> None:
    with pytest.raises(InputError, match="has no table nope; it has funnel, scores"):
        show.show(str(finished), "nope", top=1)


def test_a_folder_without_manifest_is_no_result(finished: Path) -> None:
    (finished / "run.json").unlink()
    with pytest.raises(InputError, match="not a finished run"):
        show.show(str(finished), "scores", top=1)


def test_a_top_of_zero_is_refused(finished: Path) -> None:
    with pytest.raises(ConfigError, match="positive"):
        show.show(str(finished), "scores", top=0)


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
    assert [" ".join(line.split()) for line in lines[start + 2 :]] == [
        "chip yes no 40 100% 0.12 to 0.12 differs",
        "Laser radar yes unknown 24 75% 0.25 to 0.50 sides are known of 75 %",
        "photoresist no unknown 0 - - no patents",
    ]
