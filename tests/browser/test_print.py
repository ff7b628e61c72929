"""What comes out of the printer: the matter with its sources, none of the site's controls."""

import pytest
from playwright.sync_api import Page

BARS = ".safety, .nav, .foot, .demo, .toc, .crumbs, .search, .choices, .pager"


def shown(page: Page, selector: str) -> int:
    found = page.locator(selector)
    return sum(found.nth(place).is_visible() for place in range(found.count()))


@pytest.mark.parametrize(
    "path",
    ["/en/understand/modern-slavery-today/", "/es/help/", "/en/facts/", "/en/shop/", "/en/search/"],
)
def test_controls_stay_off_the_paper(page: Page, path: str):
    page.goto(path)
    page.emulate_media(media="print")
    assert shown(page, BARS) == 0
    assert page.locator("h1").is_visible()


def test_addresses_of_sources_and_earlier_sentences_are_printed(page: Page):
    page.goto("/en/understand/modern-slavery-today/")
    page.emulate_media(media="print")
    added = page.locator(".source a[href^=http]").first.evaluate(
        "link => getComputedStyle(link, '::after').content"
    )
    assert "(" in added
    assert "http" in added or "attr(href)" in added
    assert page.locator("details > div").first.is_visible()


def test_cards_with_numbers_bear_nothing_else(page: Page):
    page.goto("/en/help/mx/card/")
    page.emulate_media(media="print")
    assert shown(page, ".mast, h1, .safety, .foot") == 0
    assert page.locator(".numbers").is_visible()
