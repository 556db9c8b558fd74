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


def test_bars_of_cells_are_in_proportion_and_labels_escaped() -> None:
    assert numbers(charts.small_bar(0.5, width=100), "rect", "width") == [50]
    assert "<script" not in charts.stacked({"<script>": 1.0})
