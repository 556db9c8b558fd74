"""Charts as markup: geometry that can be checked by hand, and labels that cannot do harm."""

from __future__ import annotations

import re

from patentcore.results.report import charts


def numbers(markup: str, tag: str, attribute: str) -> list[float]:
    return [float(n) for n in re.findall(rf'<{tag} [^>]*\b{attribute}="([^"]*)"', markup)]


def test_bars_are_in_proportion() -> None:
    widths = numbers(
        charts.bars([("all", 200), ("half", 100), ("none", 0)], label=""), "rect", "width"
    )
    assert widths == [widths[0], widths[0] / 2, 0]


def test_bars_of_nothing() -> None:
    assert numbers(charts.bars([("all", 0)], label=""), "rect", "width") == [0]
    assert "<rect" not in charts.bars([], label="")


def test_columns_leave_room_for_years_without_patents() -> None:
    chart = charts.columns([(2010, 4), (2012, 2)], label="")
    heights = numbers(chart, "rect", "height")
    assert heights[1] == 0
    assert heights[0] == 2 * heights[2]


def test_columns_over_centuries_label_only_some_years() -> None:
    chart = charts.columns([(1790, 1), (2023, 1)], label="")
    assert 5 < len(re.findall(r">(?:1[789]|20)\d\d</text>", chart)) < 20


def test_points_stand_at_their_logarithms() -> None:
    chart = charts.log_points(
        {"all": [(1, 100), (10, 10), (100, 1), (0, 7)]}, x_label="", y_label="", label=""
    )
    drawn = list(zip(numbers(chart, "circle", "cx"), numbers(chart, "circle", "cy"), strict=True))
    *points, _legend = drawn
    assert len(points) == 3
    (x1, y1), (x2, y2), (x3, y3) = points
    assert x2 - x1 == x3 - x2 > 0
    assert y2 - y1 == y3 - y2 > 0


def test_points_of_nothing() -> None:
    assert "<svg" in charts.log_points({"all": []}, x_label="", y_label="", label="")


def test_stacked_parts_fill_the_bar_and_are_spoken() -> None:
    chart = charts.stacked({"degree": 0.25, "main_class": 0.75}, width=100)
    assert numbers(chart, "rect", "width") == [100, 25, 75]
    assert numbers(chart, "rect", "x") == [0, 0, 25]
    assert 'aria-label="degree 25.0\xa0%, main class 75.0\xa0%"' in chart


def test_labels_are_escaped() -> None:
    chart = charts.bars([("<b>&", 1)], label='"><script>')
    assert "&lt;b&gt;&amp;" in chart
    assert "<script" not in chart
