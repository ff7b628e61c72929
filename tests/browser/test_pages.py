"""Every page holds on every screen, for everybody, and calls nobody."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.reading import Address, everything, some_of_each
from tests.plugins.site import Site

WIDTHS = (1280, 360, 320)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def pages(site: Site) -> list[Address]:
    """Return every page."""
    return everything(site.url)


@pytest.fixture
def open_page(browser: Browser, site: Site):
    """Open pages one after the other as a new visitor each time; collect what went wrong."""
    made = []

    def opened(path: str, *, scheme: str = "light") -> tuple[Page, list[str], list[str]]:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": 1280, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        made.append(context)
        page = context.new_page()
        words: list[str] = []
        foreign: list[str] = []
        page.on("console", lambda said: words.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: words.append(str(error)))
        page.on(
            "request",
            lambda sent: None if site.is_own(sent.url) else foreign.append(sent.url),
        )
        page.goto(path)
        return page, words, foreign

    yield opened
    for context in made:
        context.close()


def _overflow(page: Page) -> list[str]:
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".vh"))
            .slice(0, 3).map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`)
            .concat(`page is ${document.documentElement.scrollWidth} wide`);
        }"""
    )


def test_both_languages_have_as_many_pages(pages):
    english = [page.path for page in pages if page.language == "en"]
    spanish = [page.path for page in pages if page.language == "es"]
    assert len(english) == len(spanish) > 20


def test_no_page_scrolls_sideways_or_misses_its_frame(pages, open_page, site):
    wrong = []
    for address in some_of_each(pages, each=3, all_of={"awareness:page"}):
        page, words, foreign = open_page(address.path)
        wrong += [f"{address.path}: {said}" for said in words]
        wrong += [f"{address.path} calls {url}" for url in foreign]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wrong += [f"{address.path} at {width}: {part}" for part in _overflow(page)]
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
        page.context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", WIDTHS)
def test_each_of_several_values_stands_beside_their_name(open_page, width):
    page, _, _ = open_page("/en/facts/profits-europe-central-asia/")
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
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(pages, open_page, axe, scheme):
    assert not _violations(pages, open_page, axe, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(pages, open_page, axe, scheme):
    assert not _violations(some_of_each(pages, each=1), open_page, axe, scheme)


def _violations(pages, open_page, axe, scheme) -> str:
    wrong = []
    for address in pages:
        page, _, _ = open_page(address.path, scheme=scheme)
        page.evaluate(axe)
        for width in (1280, 360) if scheme == "light" else (360,):
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate(
                "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES
            )
            wrong += [
                f"{address.path} at {width}: {v['id']} {v['nodes'][0]['html'][:120]}"
                for v in found["violations"]
            ]
        page.context.close()
    return "\n".join(wrong)


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
