"""Chinese for everything that the tables say in words of ours."""

from __future__ import annotations

import re

import pytest
from tests.conftest import ROOT

from patentcore.results.report.words import CHINESE, both, chinese, word

SAYS = re.compile(r'"([a-z][a-z0-9,:; \-]*)"')
VERDICTS = ROOT / "lib" / "patentcore" / "technologies"


def sentences(module: str) -> set[str]:
    """Texts of several words that a module gives as verdicts, windows or barriers."""
    code = re.sub(r'""".*?"""', "", (VERDICTS / module).read_text("utf-8"), flags=re.S)
    code = re.sub(r'"\s*\n\s*"', "", code)
    return {text for text in SAYS.findall(code) if " " in text.strip() and text.strip(" ,;:")}


@pytest.mark.parametrize("module", ["opportunities.py", "judgements.py"])
def test_every_verdict_window_and_barrier_has_its_chinese(module: str) -> None:
    said = sentences(module)
    assert len(said) > 10
    assert {text for text in said if re.search("[a-z]{3}", chinese(text))} == set()


def test_reasons_are_translated_part_by_part() -> None:
    reason = "publication year unknown; published after the reference year 2023"
    assert chinese(reason) == "公开年未知；公开晚于基准年 2023"


def test_words_of_the_data_stay_as_they_are_and_are_escaped() -> None:
    assert word("<b>Touch; panel") == "&lt;b&gt;Touch; panel"
    assert "<b>" not in both("{x}", "{x}", x="<b>")
    assert all(re.search("[\u4e00-\u9fff]", text) for text in CHINESE.values())
