"""Small bars in cells as inline SVG: plain functions from numbers to markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from patentcore.results.report.text import percent


def stacked(
    shares: Mapping[str, float], *, length: float = 1.0, width: int = 160, height: int = 12
) -> Markup:
    """Draw one bar whose parts are the shares, which add up to 1 (or are all 0).

    Args:
        shares: by name; the name is also the CSS class that colours the part.
        length: of the bar, as a share of the width.
        width: in units of the page.
        height: likewise.
    """
    spoken = ", ".join(f"{name.replace('_', ' ')} {percent(part)}" for name, part in shares.items())
    parts, x = [_rect(0, 0, width, height, "empty")], 0.0
    for name, part in shares.items():
        parts.append(_rect(x, 0, width * length * part, height, name))
        x += width * length * part
    return _svg(parts, width=width, height=height, label=spoken, css="small")


# --- pieces -------------------------------------------------------------------------------------


def _svg(
    parts: Sequence[Markup], *, height: float, width: float, label: str = "", css: str = ""
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


def _short(coordinate: float) -> str:
    return f"{coordinate:.1f}".removesuffix(".0")
