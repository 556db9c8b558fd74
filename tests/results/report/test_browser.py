"""The page in a real browser: no request, no error, and all of it to be used."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.results.report import browsing
from tests.results.report.browsing import draw_all, visit, written

from patentcore.config import load, parse

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
NAMES |= {"Leiden", "Ctrl", "Zou", "UTC", "MB", "min", "Bytes", "kB", "Python", "JVM", "NaN"}


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
        f"#ranking-all tbody tr > :nth-child({column}) > :is(bdi, button)"
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


def test_patent_is_explained_from_the_table_by_the_keyboard(wide: Any) -> None:
    wide.focus("#ranking-all button.explain >> nth=0")
    wide.keyboard.press("Enter")
    panel = wide.locator("#explained")
    told = panel.inner_text()
    assert told.startswith("CN1A")
    assert "Patent type (invention): unknown" in told
    assert "0.3 × 20 = 6 betweenness" in told
    assert "0.6 = 3 / (6 - 1)" in told
    assert "100 draws: 90 % within 1 to 1.5" in told
    assert "cited by 1: X1" in told
    assert wide.evaluate("document.activeElement.id") == "explained-close"
    wide.keyboard.press("Escape")
    assert not panel.is_visible()
    assert wide.evaluate("document.activeElement.textContent") == "CN1A"


def test_patent_is_explained_on_the_map_and_from_the_first_page(opened: Any) -> None:
    opened.click("[data-language=zh]")
    opened.fill("#map-search", "CN0000010A")
    opened.click("#map-chosen button >> nth=0")
    told = opened.locator("#map-explained").inner_text()
    assert "得分（公式 6）" in told
    assert "被引于 1: X2" in told
    opened.click("#first-patents button.explain >> nth=1")
    opened.locator("#explained-title", has_text="CN2A").wait_for()
    opened.click("#explained-close")
    assert not opened.locator("#explained").is_visible()


def test_settings_are_saved_and_the_command_copied(wide: Any) -> None:
    with wide.expect_download() as waiting:
        wide.click("[data-save]")
    assert waiting.value.suggested_filename == "run.toml"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert parse(tomllib.loads(text)).model_dump(exclude={"output"}) == load("paper").model_dump(
        exclude={"output"}
    )
    wide.click("[data-copy=again-command]")
    wide.locator("[data-copy=again-command][data-done]").wait_for()


def test_enterprise_opens_from_the_table(wide: Any) -> None:
    wide.click("#enterprises a >> nth=0")
    wide.locator("#enterprise-1[open] dl").first.wait_for()


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


def test_every_part_is_drawn_in_both_languages_and_free_of_barriers(
    browser: Any, report: Path, tmp_path: Path
) -> None:
    """Axe finds nothing serious; pictures stay in PATENTCORE_SCREENSHOTS, else pytest's folder.

    One page goes through all combinations, what costs most the fewest times: to draw the charts.
    """
    kept = Path(os.environ.get("PATENTCORE_SCREENSHOTS") or tmp_path)
    kept.mkdir(parents=True, exist_ok=True)
    with visit(browser, report, color_scheme="light") as page:
        page.evaluate(axe.Axe().axe_script)
        draw_all(page)
        page.fill("#ranking-filter", "CN000010")  # ten rows: axe looks at every cell
        for language, theme, room in product(("en", "zh"), ("light", "dark"), browsing.ROOMS):
            page.click(f"[data-language={language}]")
            page.emulate_media(color_scheme=theme)
            browsing.show_whole(page, room)
            assert_is_sound(page, language, room)
            pictures = browsing.parts_of(page)
            for name, picture_of_it in pictures.items():
                (kept / f"{name}-{language}-{theme}-{room}.jpg").write_bytes(picture_of_it)
            assert len(pictures) == 17
            assert all(is_drawn(one) for one in pictures.values())


def assert_is_sound(page: Any, language: str, room: str) -> None:
    """Fails where the page is wider than its room, speaks another language, or shuts one out."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == browsing.ROOMS[room]["width"]
    if language == "zh":
        assert latin_words(page) == set()
    assert barriers(page, "document") == []
    with browsing.explained(page):
        assert barriers(page, "'#explained'") == []


def barriers(page: Any, of: str) -> list[str]:
    found = page.evaluate(f"axe.run({of}, {{resultTypes: ['violations']}})")["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def is_drawn(jpeg: bytes) -> bool:
    """Whether a picture has more than one colour: of a blank one a pixel takes few bits."""
    return len(jpeg) > 4000


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
    sessions = []

    def measure(page: Any) -> None:
        sessions.append(page.context.new_cdp_session(page))
        sessions[0].send("Performance.enable", {"timeDomain": "threadTicks"})

    with visit(browser, report, before=measure) as page:
        page.fill("#ranking-filter", "CN0000007A")
        assert cells(page, 2) == ["CN0000007A"]
        told = sessions[0].send("Performance.getMetrics")["metrics"]
        assert 0 < {one["name"]: one["value"] for one in told}["TaskDuration"] < 2
        page.click("#ranking-all button.explain")
        assert "CN0000007A" in page.locator("#explained-title").inner_text()
