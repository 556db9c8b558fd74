"""Runs to be looked at in a browser, and a page that notes every trouble."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.results.report.conftest import (
    MANIFEST,
    Draft,
    centrality,
    key_patent,
    score,
    tables,
)
from tests.results.report.test_technologies import filled, with_technologies

from patentcore.results.report import write_report

HOSTILE = "</script><img src=x onerror=alert(1)>=1+1\u202e" + "触" * 10_000
ROOMS = {"telephone": {"width": 390, "height": 800}, "desk": {"width": 1440, "height": 900}}


def drafted(folder: Path) -> Draft:
    """A run that a test fills; the manifest is its own."""
    return Draft(tables(), {**MANIFEST, "network": dict(MANIFEST["network"])}, folder)


def full(folder: Path) -> Draft:
    """A run with every part: 120 more patents, hostile titles, a technology, windows, weights."""
    draft = with_technologies(drafted(folder))
    for row in draft.content["technology_judgements"]:
        row["reason"] = "no patents; not known: public_good"
    numbers = [f"CN{i:07}A" for i in range(10, 130)]
    draft.content["key_patents"] += [
        key_patent(n, title=HOSTILE if i % 2 else f"一种触控面板及其控制方法{i}")
        for i, n in enumerate(numbers)
    ]
    draft.content["scores"] += [
        score(n, i, betweenness=500.0 / i) for i, n in enumerate(numbers, start=4)
    ]
    draft.content["centrality"] += [centrality(n, 1) for n in numbers]
    draft.content["edges"] += [{"src": "X2", "dst": n, "weight": 1} for n in numbers[:50]]
    draft.content["robustness"] = [
        filled("robustness", publication_number=n, rank=i, rank_lowest=i, rank_highest=2 * i)
        | {"rank_p05": float(i), "rank_median": 1.2 * i, "rank_p95": 1.5 * i}
        | {"betweenness_rank": float(i), "top_share": 0.5}
        for i, n in enumerate(["CN1A", "CN2A", "CN3B", *numbers], start=1)
    ]
    draft.manifest["robustness"] = {"samples": 100, "median_rank_range": 2.5, "top_stable": 9}
    spans = [{"window_from": year, "window_to": year + 4} for year in (2001, 2006, 2011)]
    draft.content["window_scores"] = [
        span | score(n, rank)
        for turn, span in enumerate(spans)
        for rank, n in enumerate(numbers[turn : turn + 10], start=1)
    ]
    draft.content["window_movers"] = [
        filled("window_movers", publication_number=n, **spans[1], move="up", standing_gained=0.5)
        | {"rank_before": 30 + i, "rank_after": 3 + i}
        for i, n in enumerate(numbers[:5])
    ]
    return draft


def large(folder: Path, ranked: int, vertices: int, edges: int) -> Draft:
    """A run of a size; the neighbours of a patent are those that a small generator names."""
    draft = drafted(folder)
    numbers = [f"CN{i:07}A" for i in range(ranked)]
    others = [f"US{i:07}A" for i in range(vertices - ranked)]
    draft.content["key_patents"] = [key_patent(n, title=f"触控面板 {n}") for n in numbers]
    draft.content["scores"] = [
        score(n, i, core_degree=1e5 / i, betweenness=3e5 / i)
        for i, n in enumerate(numbers, start=1)
    ]
    names = numbers + others
    draft.content["centrality"] = [centrality(n, i % 40) for i, n in enumerate(names)]
    draft.content["vertices"] = [{"id": n, "is_key": i < ranked} for i, n in enumerate(names)]
    draft.content["edges"] = [
        {"src": names[(i * 7919) % vertices], "dst": numbers[(i * i) % ranked], "weight": 1}
        for i in range(edges)
    ]
    draft.manifest["network"] |= {"vertices": vertices, "key_vertices": ranked, "edges": edges}
    return draft


def without_scores(folder: Path) -> Draft:
    """A run in which no key patent has a score."""
    draft = drafted(folder)
    draft.content["scores"] = draft.content["scores"][3:]
    return draft


def without_network(folder: Path) -> Draft:
    """A run whose network has no edge."""
    draft = drafted(folder)
    draft.content["edges"] = []
    draft.manifest["network"] |= {"edges": 0}
    return draft


def one_patent(folder: Path) -> Draft:
    """A run with one key patent and nothing beside it."""
    draft = without_network(folder)
    for table in ("scores", "key_patents", "centrality", "vertices"):
        draft.content[table] = draft.content[table][:1]
    draft.manifest["network"] |= {"vertices": 1, "key_vertices": 1}
    return draft


def written(draft: Draft) -> Path:
    """Write a run and its report; return the page's path."""
    return Path(write_report(str(draft.write())))


@contextmanager
def visit(
    browser: Any,
    report: Path,
    room: str = "desk",
    *,
    before: Callable[[Any], object] = lambda page: None,
    **context: Any,
) -> Iterator[Any]:
    """Open a page; it is small, and at the end has said nothing on its console, asked for nothing.

    Args:
        browser: that shows it.
        report: the file.
        room: what it is shown in.
        before: is done with the page while it is still empty.
        context: further settings of the browser.
    """
    assert report.stat().st_size < 5_000_000
    page = browser.new_page(viewport=ROOMS[room], **context)
    before(page)
    page.set_default_timeout(60_000)  # other work may hold a page up
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append("dialog"))
    page.on("request", lambda request: troubles.append(request.url))
    page.goto(report.as_uri())
    assert troubles.pop(0) == report.as_uri()
    yield page
    assert troubles == []
    page.close()


def draw_all(page: Any) -> None:
    """Open every fold and wait until every chart is drawn."""
    page.evaluate("document.querySelectorAll('details').forEach(node => { node.open = true; })")
    for chart in page.locator(".vega").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg").wait_for()


@contextmanager
def explained(page: Any) -> Iterator[None]:
    """Show the explanation of the first patent."""
    page.evaluate("openExplanation(report.ranking[0][1])")
    yield
    page.evaluate("document.getElementById('explained').close()")


def show_whole(page: Any, room: str) -> None:
    """Give the page a window of a room's width and as high as it is.

    Parts beyond a window's edge take a browser twice as long to draw.
    """
    page.set_viewport_size(ROOMS[room])
    high = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": ROOMS[room]["width"], "height": high})
    page.wait_for_timeout(300)


def parts_of(page: Any) -> dict[str, bytes]:
    """Return a picture of every part of a page that is shown whole, by the part's name."""
    boxes = page.evaluate(
        "[...document.querySelectorAll('main > section')].map(node => [node.id,"
        " node.getBoundingClientRect().toJSON()])"
    )
    session = page.context.new_cdp_session(page)
    found = {name: _picture(session, box) for name, box in boxes}
    with explained(page):
        found["explained"] = _picture(session, page.locator("#explained").bounding_box())
    session.detach()
    return found


def _picture(session: Any, box: dict[str, float]) -> bytes:
    """Return a part of the page as the protocol takes it; Playwright waits for more."""
    clip = {name: box[name] for name in ("x", "y", "width", "height")} | {"scale": 1}
    asked = {"format": "jpeg", "quality": 80, "clip": clip}
    return base64.b64decode(session.send("Page.captureScreenshot", asked)["data"])
