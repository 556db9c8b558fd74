"""Charts as markup: geometry that can be checked by hand, and labels that cannot do harm."""

from __future__ import annotations

import re

from patentcore.results.report import charts


def numbers(markup: str, tag: str, attribute: str) -> list[float]:
    return [float(n) for n in re.findall(rf'<{tag} [^>]*\b{attribute}="([^"]*)"', markup)]


def test_stacked_parts_fill_the_bar_and_are_spoken() -> None:
    chart = charts.stacked({"degree": 0.25, "main_class": 0.75}, width=100)
    assert numbers(chart, "rect", "width") == [100, 25, 75]
    assert numbers(chart, "rect", "x") == [0, 0, 25]
    assert 'aria-label="degree 25.0\xa0%, main class 75.0\xa0%"' in chart


def test_a_bar_is_as_long_as_asked_and_its_labels_are_escaped() -> None:
    chart = charts.stacked({"<script>": 0.5, "degree": 0.5}, length=0.5, width=100)
    assert numbers(chart, "rect", "width") == [100, 25, 25]
    assert "<script" not in chart
