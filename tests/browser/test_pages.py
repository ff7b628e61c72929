"""Every page holds on every screen, for everybody, and calls nobody."""

import gzip
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import AXE
from tests.browser.judging import SCHEMES, WIDTHS, judge, overflow
from tests.browser.reading import Address, everything, some_of_each
from tests.plugins.processes import PATIENCE
from tests.plugins.site import Site


@dataclass
class Seen:
    """What was wrong with the pages that were opened."""

    frame: list[str] = field(default_factory=list)
    axe: dict[str, list[str]] = field(default_factory=lambda: {scheme: [] for scheme in SCHEMES})


@pytest.fixture(scope="module")
def pages(site: Site) -> list[Address]:
    """Return every page."""
    return everything(site.url)


@pytest.fixture(scope="module")
def visitor(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Give somebody who keeps what pages share, and to whom no page may give a cookie."""
    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def seen(pages: list[Address], visitor: BrowserContext, site: Site) -> Seen:
    """Open several pages of each kind once, look at their frame, and judge one of each kind."""
    judged = {address.path for address in some_of_each(pages, each=1)}
    found = Seen()
    for address in some_of_each(pages, each=3, all_of={"awareness:page"}):
        page, told = _open(visitor, site, address.path)
        found.frame += told + _faults_of_frame(page, address)
        if AXE.exists() and address.path in judged:
            judge(page, address.path, found.axe)
        page.close()
        visitor.clear_cookies()
    return found


def _open(visitor: BrowserContext, site: Site, path: str) -> tuple[Page, list[str]]:
    """Open a page in a tab of its own; return it and the list of what goes wrong on it."""
    page = visitor.new_page()
    told: list[str] = []

    def on_words(words: object) -> None:
        told.append(f"{path}: {words}")

    page.on("console", lambda said: on_words(said.text) if said.type == "error" else None)
    page.on("pageerror", on_words)
    page.on("request", lambda sent: None if site.is_own(sent.url) else on_words(sent.url))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(path)
    return page, told


def test_both_languages_have_as_many_pages(pages):
    english = [page.path for page in pages if page.language == "en"]
    spanish = [page.path for page in pages if page.language == "es"]
    assert len(english) == len(spanish) > 20


def _faults_of_frame(page: Page, address: Address) -> list[str]:
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{address.path} at {width}: {part}" for part in overflow(page)]
    if page.locator("h1").count() != 1:
        wrong.append(f"{address.path} has {page.locator('h1').count()} h1")
    if page.locator("html").get_attribute("lang") != address.language:
        wrong.append(f"{address.path} states another language")
    if not page.title().strip() or page.title().startswith("–"):
        wrong.append(f"{address.path} has no title")
    if page.locator("a.exit").count() != 1:
        wrong.append(f"{address.path} has no exit")
    if address.is_for_readers and page.context.cookies():
        wrong.append(f"{address.path} sets a cookie")
    return wrong


def test_no_page_scrolls_sideways_or_misses_its_frame(seen):
    assert not seen.frame, "\n".join(seen.frame)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing(axe, seen, scheme):
    assert not seen.axe[scheme], "\n".join(seen.axe[scheme])


@pytest.mark.parametrize("width", WIDTHS)
def test_each_of_several_values_stands_beside_their_name(page, width):
    page.goto("/en/facts/profits-europe-central-asia/")
    page.set_viewport_size({"width": width, "height": 800})
    places = page.evaluate(
        """() => [...document.querySelectorAll(".spec > *")]
          .map((e) => [e.tagName, Math.round(e.getBoundingClientRect().left)])"""
    )
    names = {left for tag, left in places if tag == "DT"}
    values = {left for tag, left in places if tag == "DD"}
    assert sum(tag == "DD" for tag, _ in places) > sum(tag == "DT" for tag, _ in places)
    assert len(names) == len(values) == 1
    assert max(names) < min(values)


@pytest.mark.soak
def test_axe_finds_nothing_on_any_page(axe, pages, visitor, site):
    found = Seen().axe
    for address in pages:
        page, _told = _open(visitor, site, address.path)
        judge(page, address.path, found)
        page.close()
        visitor.clear_cookies()
    assert not any(found.values()), found


def test_the_w3c_checker_finds_nothing(pages, checker, tmp_path: Path):
    for number, address in enumerate(pages):
        (tmp_path / f"{number:03}.html").write_text(address.html)
    done = subprocess.run(
        [*checker, "--format", "json", "--stdout", "--exit-zero-always", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    wrong = {
        f"{pages[int(Path(m['url']).stem)].path}: {m['message']} {m.get('extract', '')[:100]}"
        for m in json.loads(done.stdout)["messages"]
        if m["type"] == "error" or m.get("subType") == "warning"
    }
    assert not wrong, "\n".join(sorted(wrong)[:40])


def test_every_page_s_own_text_is_light(pages):
    heavy = {}
    for page in pages:
        html = page.html.encode()
        packed = len(gzip.compress(html))
        if len(html) > 40_000 or packed > 10_000:
            heavy[page.path] = (len(html), packed)
    assert not heavy


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/en/understand/", 40_000), ("/es/facts/", 40_000), ("/es/help/", 40_000)],
)
def test_a_first_view_is_light(browser: Browser, site: Site, path: str, limit: int):
    """Counted as it comes over the wire, heads of the answers included.

    Pages with pictures are left out: nobody makes their smaller files here.
    """
    context = browser.new_context(viewport={"width": 412, "height": 823}, device_scale_factor=2)
    page = context.new_page()
    came: list[int] = []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    page.goto(f"{site.url}{path}", wait_until="networkidle")
    context.close()
    assert 3 < len(came) <= 12
    assert sum(came) <= limit, came
