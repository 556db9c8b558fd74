"""The page in a real browser: no request, no error, and all of it to be used."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.results.report import browsing
from tests.results.report.browsing import draw_all, visit, written

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
# Text that is ours: what is data stands in bdi, code and the numbers of documents.
OURS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const of = node.parentElement;
    if (of.closest("bdi, code, script, style, .id, .document, [data-language]")) continue;
    if (of.checkVisibility()) found.push(node.textContent);
  }
  return found;
}"""
# What stays Latin in Chinese: names, and how versions and addresses are written.
NAMES = {"PatentCore", "Zheng", "Liu", "Espacenet", "Google", "Fruchterman", "Reingold"}
NAMES |= {"Leiden", "Ctrl", "UTC", "MB", "min", "Bytes", "kB", "Python", "JVM", "NaN"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(browsing.full(tmp_path_factory.mktemp("full") / "run"))


@pytest.fixture
def opened(browser: Any, report: Path) -> Iterator[Any]:
    """The page of the full run on a telephone."""
    with visit(browser, report, "telephone") as page:
        yield page


@pytest.fixture
def wide(browser: Any, report: Path) -> Iterator[Any]:
    """The same on a desk."""
    with visit(browser, report) as page:
        yield page


def cells(page: Any, column: int) -> list[str]:
    found: list[str] = page.locator(
        f"#ranking-all tbody tr > :nth-child({column}) > bdi"
    ).all_inner_texts()
    return found


def picture(page: Any) -> str:
    drawn: str = page.locator("#map-canvas").evaluate("node => node.toDataURL()")
    return drawn


# --- used ---------------------------------------------------------------------------------------


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


def test_hostile_titles_are_text(opened: Any) -> None:
    opened.fill("#ranking-filter", "</script>")
    assert len(cells(opened, 3)) == 50
    assert cells(opened, 3)[0].startswith("</script><img src=x onerror=alert(1)>=1+1")
    opened.fill("#map-search", "</script>")
    assert "</script><img" in opened.locator("#map-chosen").inner_text()
    assert opened.locator("img").count() == 0


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


def test_map_is_searched_and_shows_neighbours(opened: Any) -> None:
    opened.fill("#map-search", "X2")
    opened.click("#map-chosen button >> nth=0")
    assert "neighbours on the map: 50" in opened.locator("#map-chosen").inner_text()
    before = picture(opened)
    opened.click("#map-in")
    assert picture(opened) != before
    for by, seen in (("year", "2016"), ("applicant", "华为"), ("technology", "others")):
        opened.select_option("#map-colour", by)
        assert seen in opened.locator("#map-legend").inner_text()


def test_map_is_hovered_clicked_and_told_apart_by_its_legend(wide: Any) -> None:
    canvas = wide.locator("#map-canvas")
    canvas.scroll_into_view_if_needed()
    whole = picture(wide)
    wide.click("#map-legend button >> nth=0")
    assert wide.locator("#map-legend button >> nth=0").get_attribute("aria-pressed") == "true"
    assert picture(wide) != whole
    wide.click("#map-reset")
    assert picture(wide) == whole
    # The vertex that a search finds is where the map says, so a click there chooses it.
    place = wide.evaluate(
        "() => { const i = report.map.id.indexOf('X2'), box ="
        " document.getElementById('map-canvas').getBoundingClientRect();"
        " return [20 + report.map.x[i] * (box.width - 40) + 1,"
        " 20 + report.map.y[i] * (box.height - 40) + 1]; }"
    )
    canvas.hover(position={"x": place[0], "y": place[1]})
    assert picture(wide) != whole
    canvas.click(position={"x": place[0], "y": place[1]})
    assert wide.locator("#map-chosen h3").inner_text().startswith("X2")


def test_labels_of_the_map_do_not_cover_each_other(wide: Any) -> None:
    for _ in range(3):
        boxes = wide.locator("#map-canvas").evaluate("node => node.labels")
        assert len(boxes) > 3
        for i, (left, top, right, bottom) in enumerate(boxes):
            for x, y, u, v in boxes[:i]:
                assert left >= u or right <= x or top >= v or bottom <= y
        wide.click("#map-in")


def test_technology_opens_from_the_first_page(wide: Any) -> None:
    assert not wide.locator("#technology-1").evaluate("node => node.open")
    wide.click("#verdicts a >> nth=0")
    wide.locator("#technology-1[open] .vega svg").wait_for()
    wide.locator("nav a[href='#technologies'][aria-current]").wait_for()


def test_page_is_used_by_the_keyboard_alone(wide: Any) -> None:
    wide.keyboard.press("Tab")
    assert wide.evaluate("document.activeElement.className") == "skip"
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.id") == "main"
    wide.focus("#ranking-all th button >> nth=6")
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.closest('th').ariaSort") == "descending"
    wide.focus("#map-canvas")
    for key in ("ArrowLeft", "+", "-", "Escape"):
        before = picture(wide)
        wide.keyboard.press(key)
        assert picture(wide) != before or key == "Escape"
    unreachable = wide.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(node => node.tabIndex < 0).length"
    )
    assert unreachable == 0


def test_page_is_printed(wide: Any) -> None:
    wide.emulate_media(media="print")
    assert not wide.locator("nav").is_visible()
    assert not wide.locator(".switches").is_visible()
    assert wide.locator("#funnel-picture").is_visible()
    assert wide.pdf().startswith(b"%PDF")


def test_values_behind_a_chart_are_a_table(wide: Any) -> None:
    wide.locator("#parts .vega").scroll_into_view_if_needed()
    wide.locator("#parts .vega svg").wait_for()
    wide.click("#parts .behind summary")
    assert "CN1A" in wide.locator("#parts .behind table").inner_text()


# --- looked at ----------------------------------------------------------------------------------


@pytest.mark.parametrize("room", browsing.ROOMS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_is_drawn_in_both_languages_and_free_of_barriers(
    browser: Any, report: Path, tmp_path: Path, theme: str, room: str
) -> None:
    """Axe finds nothing serious; pictures stay in PATENTCORE_SCREENSHOTS, else pytest's folder."""
    kept = Path(os.environ.get("PATENTCORE_SCREENSHOTS") or tmp_path)
    kept.mkdir(parents=True, exist_ok=True)
    with visit(browser, report, room, color_scheme=theme) as page:
        draw_all(page)
        for language in ("en", "zh"):
            page.click(f"[data-language={language}]")
            page.wait_for_timeout(300)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide == browsing.ROOMS[room]["width"]
            if language == "zh":
                assert latin_words(page) == set()
            # Each theme and each room once: it takes seconds.
            if (language, theme, room) in (("en", "light", "desk"), ("zh", "dark", "telephone")):
                assert barriers(page) == []
            for part in page.locator("main > section").all():
                name = f"{part.get_attribute('id')}-{language}-{theme}-{room}.png"
                part.screenshot(path=kept / name, animations="disabled")
    assert len(list(kept.glob(f"*-{theme}-{room}.png"))) >= 28


def barriers(page: Any) -> list[str]:
    found = axe.Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def latin_words(page: Any) -> set[str]:
    said = " ".join(page.evaluate(OURS))
    return set(re.findall("[A-Za-z]{3,}", said)) - NAMES


@pytest.mark.parametrize(
    "make", [browsing.without_scores, browsing.without_network, browsing.one_patent]
)
def test_page_of_a_run_that_lacks_parts(browser: Any, tmp_path: Path, make: Any) -> None:
    with visit(browser, written(make(tmp_path / "run")), "telephone") as page:
        draw_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.click("[data-language=zh]")
        assert latin_words(page) == set()
        assert page.locator("#funnel-picture li").count() == 3


@pytest.mark.parametrize(
    ("ranked", "vertices", "edges"), [(1_993, 20_821, 49_243), (100_000, 100_000, 100_000)]
)
def test_large_results_are_small_pages_that_answer_soon(
    browser: Any, tmp_path: Path, ranked: int, vertices: int, edges: int
) -> None:
    """The first size is the paper's; the time is the page's processor time until it answers."""
    report = written(browsing.large(tmp_path / "run", ranked, vertices, edges))
    assert report.stat().st_size < 5_000_000
    page = browser.new_page(viewport=browsing.ROOMS["desk"])
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(report.as_uri())
    page.fill("#ranking-filter", "CN0000007A")
    assert cells(page, 2) == ["CN0000007A"]
    told = {one["name"]: one["value"] for one in metrics.send("Performance.getMetrics")["metrics"]}
    page.close()
    assert 0 < told["TaskDuration"] < 2
