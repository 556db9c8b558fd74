"""Chinese for everything that the tables say in words of ours."""

from __future__ import annotations

import re

import pytest
from tests.conftest import ROOT

from patentcore.results.report.chinese import CHINESE
from patentcore.results.report.chinese_columns import COLUMNS
from patentcore.results.report.words import both, chinese, column, word
from patentcore.technologies.catalogue import load
from patentcore.technologies.owners import SECTOR_OF_KIND
from patentcore.technologies.questions import QUESTIONS
from patentcore.technologies.sectors import SECTORS

SAYS = re.compile(r'"([a-z][a-z0-9,:; \-]*)"')
REPORT = ROOT / "lib" / "patentcore" / "results" / "report"
TEXT = r'"((?:[^"\\]|\\.)*)"'
# Texts in both languages as templates and scripts write them, and how their calls begin.
PAIRS = {
    "*.html": (
        (r"\bt\((?=\s*\")", rf"\bt\(\s*{TEXT},\s*{TEXT}"),
        (r"\bspoken\((?=\s*\")", rf"\bspoken\(\s*{TEXT},\s*{TEXT}\)"),
        (r"\bcall table\(", rf"\bcall table\({TEXT},\s*{TEXT}"),
        (r"\{ chart\(", rf"\bchart\(\"\w+\",\s*{TEXT},\s*{TEXT}\)"),
    ),
    "*.js": ((r"\binLanguage\((?=\")", rf"\binLanguage\({TEXT},\s*{TEXT}\)"),),
}
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
    reason = "not known: layout; too few are known: cited inventions, assignments and licences"
    assert chinese(reason) == "未知：布局特征；已知过少：被引发明、转让与许可"


def test_words_of_the_data_stay_as_they_are_and_are_escaped() -> None:
    assert word("<b>Touch; panel") == "&lt;b&gt;Touch; panel"
    assert "<b>" not in both("{x}", "{x}", x="<b>")
    assert all(re.search("[\u4e00-\u9fff]", text) for text in CHINESE.values())


@pytest.mark.parametrize("files", PAIRS)
def test_every_text_of_the_page_is_in_both_languages(files: str) -> None:
    source = "".join(path.read_text("utf-8") for path in sorted(REPORT.glob(files)))
    for begin, pair in PAIRS[files]:
        found = re.findall(pair, source)
        assert len(found) == len(re.findall(begin, source)) > 2
        for english, translated in found:
            words = re.sub(r"<[^>]*>|\{\w+\}", "", english)
            assert re.search("[\u4e00-\u9fff]", translated) or not re.search("[a-z]{2}", words)


def test_types_of_the_catalogue_have_their_chinese() -> None:
    types = {one.type for one in load("technologies").values() if one.type}
    assert len(types) > 15
    assert {text for text in types if re.search("[a-z]{3}", chinese(text))} == set()


def test_heads_of_tables_are_in_both_languages() -> None:
    source = "".join(path.read_text("utf-8") for path in REPORT.glob("*.html"))
    lines = "".join(re.findall(r"\{\{ heads\(.*", source))
    heads = re.findall(rf'\({TEXT}, {TEXT}, "[a-z]*"\)', lines)
    assert len(heads) > 60
    assert {e for e, z in heads if not re.search("[\u4e00-\u9fff]", z)} <= {"5 %", "95 %"}


def test_figures_and_limits_of_verdicts_have_a_chinese_name() -> None:
    from patentcore.config import Config

    limits = Config().model_dump()["technologies"]["thresholds"]
    assert limits
    assert {name for name in limits if name.replace("_", " ") not in COLUMNS} == set()
    figures = {name for question in QUESTIONS for name in question.figures}
    assert {name for name in figures if name.replace("_", " ") not in COLUMNS} == set()
    assert "关键专利" in column("key_patents")


def test_questions_and_who_leads_have_a_chinese_name() -> None:
    leads = {*SECTOR_OF_KIND, *SECTORS, "enterprise that no list names"} - {"enterprise"}
    assert {name for name in leads if name not in CHINESE} == set()
    assert {question.name for question in QUESTIONS if question.name not in CHINESE} == set()
