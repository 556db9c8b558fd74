"""The documentation site, built strictly; its reference names what the code has."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from patentcore import schemas
from patentcore.arguments import STAGES
from patentcore.config import Config
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
pytest.importorskip("material")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "pages"
    built = subprocess.run(
        [ROOT / "scripts/site/build", folder], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return folder


def page(site: Path, name: str) -> str:
    return (site / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["", "zh/"])
def test_reference_names_every_command_key_and_column(site: Path, language: str) -> None:
    commands = page(site, f"{language}reference/commands")
    assert all(f"patentcore {name}<" in commands for name in ("run", "show", *STAGES))
    tables = page(site, f"{language}reference/tables")
    assert all(f">{name}</code>" in tables for name in schemas.TABLES)
    keys = re.sub(r"<[^>]+>", "", page(site, f"{language}reference/configuration"))
    assert not [name for name in Config.model_fields["screening"].annotation.model_fields
                if f"{name} = " not in keys]  # fmt: skip
    assert 'applicants = "' in keys


def test_pages_have_no_reference_that_leads_nowhere(site: Path) -> None:
    unresolved = [
        name.relative_to(site)
        for name in site.rglob("*.html")
        if re.search(r"\]\[patentcore\.|\]\(\.\./", name.read_text(encoding="utf-8"))
    ]
    assert unresolved == []


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loads = re.compile(r"<(?:script|img|iframe)[^>]+src=\"https?:|<link[^>]+href=\"https?:")
    assert [p.name for p in site.rglob("*.html") if loads.search(p.read_text("utf-8"))] == []


def test_chinese_pages_are_chinese_and_say_what_the_english_ones_do(site: Path) -> None:
    for name in ("index", "tutorial", "method", "howto/thresholds", "howto/networks"):
        chinese, english = page(site, f"zh/{name}"), page(site, name)
        assert len(re.findall(r"[\u4e00-\u9fff]", chinese)) > 200
        # Two of the footer's links to the other language may differ.
        assert chinese.count("<h2") == english.count("<h2")
        assert chinese.count("<tr>") == english.count("<tr>")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_search_finds_a_page_and_asks_nobody_else(address: str) -> None:
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    asked: list[str] = []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{address}/index.html")
        tab.locator("[data-md-component=search-query]").fill("popularity")
        found = tab.locator(".md-search-result__link", has_text="formula by formula").first
        found.wait_for()
        browser.close()
    assert [url for url in asked if not url.startswith(address)] == []
