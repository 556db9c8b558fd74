"""The page in a real browser: no request, no error, and all of it to be used."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.results.report.conftest import Draft, key_patent, score

HOSTILE = "</script><img src=x onerror=alert(1)>=1+1" + "触" * 10_000
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, draft: Draft) -> Iterator[Any]:
    """The page of a run with 120 ranked patents, one of them hostile, on a telephone."""
    rows = [f"CN{i:07}A" for i in range(10, 130)]
    draft.content["key_patents"] += [key_patent(number, title=HOSTILE) for number in rows]
    draft.content["scores"] += [score(n, i) for i, n in enumerate(rows, start=4)]
    draft.content["edges"] += [{"src": "X2", "dst": n, "weight": 1} for n in rows[:50]]
    folder = draft.write()
    draft_page = browser.new_page(viewport={"width": 390, "height": 800})
    troubles: list[str] = []
    draft_page.on("console", lambda message: troubles.append(message.text))
    draft_page.on("pageerror", lambda error: troubles.append(str(error)))
    draft_page.on("dialog", lambda dialog: troubles.append("dialog"))
    draft_page.on("request", lambda request: troubles.append(request.url))
    draft_page.goto(report_of(folder).as_uri())
    assert troubles.pop(0) == report_of(folder).as_uri()
    yield draft_page
    assert troubles == []
    draft_page.close()


def report_of(folder: Path) -> Path:
    from patentcore.results.report import write_report

    target = folder / "report.html"
    if not target.exists():
        write_report(str(folder))
    return target


def cells(page: Any, column: int) -> list[str]:
    found: list[str] = page.locator(
        f"#ranking-all tbody tr > :nth-child({column}) > bdi"
    ).all_inner_texts()
    return found


def test_ranking_is_paged_ordered_and_filtered(opened: Any) -> None:
    assert cells(opened, 1) == [str(i) for i in range(1, 51)]
    opened.click("#ranking-on")
    assert cells(opened, 1)[0] == "51"
    opened.click("#ranking-all th button >> nth=1")
    assert cells(opened, 2)[0] == "CN0000010A"
    opened.click("#ranking-all th button >> nth=1")
    assert cells(opened, 2)[0] == "CN3B"
    opened.fill("#ranking-filter", "cn0000077")
    assert cells(opened, 2) == ["CN0000077A"]
    addresses = opened.locator("#ranking-all a").evaluate_all("nodes => nodes.map(n => n.href)")
    assert addresses[0] == "https://patents.google.com/patent/CN0000077A"
    assert cells(opened, 3)[0].startswith("</script><img src=x")


def test_language_and_colours_are_switched(opened: Any) -> None:
    assert opened.locator("h1").inner_text() == "Key core technology patents"
    opened.click("[data-language=zh]")
    assert opened.locator("h1").inner_text() == "关键核心技术专利"
    assert "件专利" in opened.locator("#ranking-count").inner_text()
    assert opened.locator("nav").get_attribute("aria-label") == "章节"
    ground = "getComputedStyle(document.body).backgroundColor"
    before = opened.evaluate(ground)
    opened.click("[data-theme-switch]")
    assert opened.evaluate(ground) != before


def test_every_chart_is_drawn_and_fits_a_telephone(opened: Any) -> None:
    for chart in opened.locator(".vega").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg").wait_for()
    assert opened.evaluate("document.documentElement.scrollWidth") == 390


def test_map_is_searched_and_shows_neighbours(opened: Any) -> None:
    opened.fill("#map-search", "X2")
    opened.click("#map-chosen button >> nth=0")
    assert "neighbours on the map: 50" in opened.locator("#map-chosen").inner_text()
    before = opened.locator("#map-canvas").evaluate("node => node.toDataURL()")
    opened.click("#map-in")
    assert opened.locator("#map-canvas").evaluate("node => node.toDataURL()") != before
    opened.select_option("#map-colour", "year")
    assert "2016" in opened.locator("#map-legend").inner_text()


def test_page_is_printed(opened: Any) -> None:
    assert opened.pdf().startswith(b"%PDF")
