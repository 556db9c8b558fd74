"""Charts as inline SVG: plain functions from numbers to markup, every label escaped."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from patentcore.results.report.text import number, percent, shorten

_WIDTH = 680
_ROW = 34


def bars(rows: Sequence[tuple[str, float]], *, label: str) -> Markup:
    """Draw one horizontal bar a row, with its value behind it.

    Args:
        rows: name and value, not negative.
        label: what the chart shows, for those who hear it.
    """
    left, right = 230, 90
    longest = max((value for _, value in rows), default=0) or 1
    parts = []
    for i, (name, value) in enumerate(rows):
        y, width = i * _ROW + 5, (_WIDTH - left - right) * value / longest
        parts += [
            _text(left - 10, y + 16, shorten(name, 32), anchor="end"),
            _rect(left, y, width, _ROW - 12, "bar"),
            _text(left + width + 7, y + 16, number(value)),
        ]
    return _svg(parts, height=len(rows) * _ROW + 4, label=label)


def columns(rows: Sequence[tuple[int, int]], *, label: str) -> Markup:
    """Draw one column for every whole number from the first to the last, e.g. years.

    Args:
        rows: number and count, ascending; numbers between that are not there count 0.
        label: what the chart shows, for those who hear it.
    """
    counts = dict(rows)
    first, last = min(counts), max(counts)
    left, top, height, bottom = 52, 12, 190, 26
    step = (_WIDTH - left - 8) / (last - first + 1)
    ticks = _nice_ticks(max(counts.values()))
    parts = []
    for tick in ticks:
        y = top + height * (1 - tick / ticks[-1])
        parts += [_line(left, y, _WIDTH - 8, y), _text(left - 8, y + 4, number(tick), "end")]
    every = max(1, math.ceil(46 / step))
    for i, year in enumerate(range(first, last + 1)):
        x, tall = left + i * step, height * counts.get(year, 0) / ticks[-1]
        parts.append(_rect(x + step * 0.12, top + height - tall, step * 0.76, tall, "bar"))
        if i % every == 0:
            parts.append(_text(x + step / 2, top + height + 18, str(year), "middle"))
    return _svg(parts, height=top + height + bottom, label=label)


def log_points(
    series: Mapping[str, Sequence[tuple[int, int]]], *, x_label: str, y_label: str, label: str
) -> Markup:
    """Draw points on two logarithmic axes; what is not positive has no place there.

    Args:
        series: by name; the first is drawn hollow, the second filled on top of it.
        x_label: name of the horizontal axis.
        y_label: name of the vertical axis.
        label: what the chart shows, for those who hear it.
    """
    left, top, height, width = 72, 34, 260, _WIDTH - 72 - 24
    drawn = {name: [p for p in points if min(p) > 0] for name, points in series.items()}
    everything = [point for points in drawn.values() for point in points]
    decades_x = _decades(max((x for x, _ in everything), default=1))
    decades_y = _decades(max((y for _, y in everything), default=1))

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + width * math.log10(x) / decades_x,
            top + height * (1 - math.log10(y) / decades_y),
        )

    parts: list[Markup] = []
    for power in range(decades_x + 1):
        x, bottom = at(10**power, 1)
        parts += [_line(x, top, x, bottom), _text(x, bottom + 18, number(10**power), "middle")]
    for power in range(decades_y + 1):
        _, y = at(1, 10**power)
        parts += [_line(left, y, left + width, y), _text(left - 8, y + 4, number(10**power), "end")]
    parts += [
        _text(left + width / 2, top + height + 40, x_label, "middle"),
        _text(left - 56, 16, y_label),
    ]
    for name, kind, legend in zip(drawn, ("hollow", "filled"), (340, 500), strict=False):
        parts += [_circle(*at(x, y), 3.2, kind) for x, y in drawn[name]]
        parts += [_circle(legend, 12, 4, kind), _text(legend + 10, 16, name)]
    return _svg(parts, height=top + height + 48, label=label)


def stacked(shares: Mapping[str, float], *, width: int = 160, height: int = 12) -> Markup:
    """Draw one bar of full length whose parts are the shares, which add up to 1 (or are all 0).

    Args:
        shares: by name; the name is also the CSS class that colours the part.
        width: in units of the page.
        height: likewise.
    """
    spoken = ", ".join(f"{name.replace('_', ' ')} {percent(part)}" for name, part in shares.items())
    parts, x = [_rect(0, 0, width, height, "empty")], 0.0
    for name, part in shares.items():
        parts.append(_rect(x, 0, width * part, height, name))
        x += width * part
    return _svg(parts, width=width, height=height, label=spoken, css="small")


def small_bar(share: float, *, width: int = 120, height: int = 12) -> Markup:
    """Draw a bar that fills its cell to a share; the number stands in a cell beside it."""
    return _svg(
        [_rect(0, 0, width * share, height, "bar")], width=width, height=height, css="small"
    )


# --- pieces -------------------------------------------------------------------------------------


def _svg(
    parts: Sequence[Markup], *, height: float, width: float = _WIDTH, label: str = "", css: str = ""
) -> Markup:
    spoken = Markup('aria-hidden="true"')
    if label:
        spoken = Markup('role="img" aria-label="{}"').format(label)
    return Markup('<svg class="{}" viewBox="0 0 {} {}" {}>{}</svg>').format(
        css or "chart", f"{width:g}", f"{height:g}", spoken, Markup("").join(parts)
    )


def _rect(x: float, y: float, width: float, height: float, css: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        css, *map(_short, (x, y, max(width, 0.0), height))
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}"/>').format(*map(_short, (x1, y1, x2, y2)))


def _circle(x: float, y: float, radius: float, css: str) -> Markup:
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
        css, *map(_short, (x, y, radius))
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        _short(x), _short(y), anchor, escape(text)
    )


def _short(coordinate: float) -> str:
    return f"{coordinate:.1f}".removesuffix(".0")


def _decades(largest: float) -> int:
    """Number of powers of ten that an axis from 1 needs, at least one.

    >>> _decades(1), _decades(10), _decades(11)
    (1, 1, 2)
    """
    return max(1, math.ceil(math.log10(largest)))


def _nice_ticks(largest: int) -> list[int]:
    """Whole round numbers from 0 to at least the largest, about four steps.

    >>> _nice_ticks(187), _nice_ticks(1), _nice_ticks(0)
    ([0, 50, 100, 150, 200], [0, 1], [0, 1])
    """
    step = next(size for size in _round_steps() if size * 5 >= largest)
    return list(range(0, max(largest, 1) + step, step))[: math.ceil(max(largest, 1) / step) + 1]


def _round_steps() -> Iterator[int]:
    scale = 1
    while True:
        yield from (scale, 2 * scale, 5 * scale)
        scale *= 10
