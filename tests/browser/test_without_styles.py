"""Where the styles do not arrive, a page is still read from top to bottom, and nothing is lost."""

import pytest
from playwright.sync_api import Browser

from tests.plugins.site import Site

# What stands in a drawing with its own size, such as a map, may fill the line.
LARGE = """() => [...document.querySelectorAll("svg")]
  .filter((e) => !e.closest("figure") && e.getAttribute("role") !== "img")
  .map((e) => e.getBoundingClientRect())
  .filter((r) => r.width > 64 || r.height > 64).length"""
# In the order of the document: is each of these seen, and further down than the one before?
PLACES = """names => names.map((name) => {
  const found = document.querySelector(name);
  return found.checkVisibility() ? found.getBoundingClientRect().top : -1;
})"""
ORDER = ["a.skip", "a.exit", "nav.nav", "main", "h1", ".foot form", ".foot ul"]


@pytest.mark.parametrize(
    "path", ["/en/", "/es/help/", "/en/understand/modern-slavery-today/", "/en/shop/", "/es/give/"]
)
def test_the_matter_comes_first_and_in_order(browser: Browser, site: Site, path: str):
    context = browser.new_context(base_url=site.url, viewport={"width": 700, "height": 900})
    page = context.new_page()
    page.route("**/*.css", lambda route: route.abort())
    page.goto(path)
    assert page.evaluate(LARGE) == 0
    places = page.evaluate(PLACES, ORDER)
    assert places == sorted(places)
    assert min(places) >= 0
    # One screen of bars and menu, then the matter.
    assert places[ORDER.index("h1")] < 900
    assert page.locator("[hidden]").count() == 0
    context.close()
