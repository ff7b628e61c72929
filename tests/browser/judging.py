"""What is asked of every page, whoever opens it: nothing sticks out, axe finds nothing."""

from playwright.sync_api import Page

from tests.browser.conftest import AXE

WIDTHS = (1280, 360, 320)
# In which colours a page is judged at which widths.
SCHEMES = {"light": (1280, 360), "dark": (360,)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def overflow(page: Page) -> list[str]:
    """Return words wider than their frame, and what makes the page scroll sideways."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          const framed = [...document.querySelectorAll(".tile, .btn, .chip")]
            .filter((e) => e.scrollWidth > e.clientWidth + 1)
            .map((e) => `${e.className}: ${e.textContent.trim().slice(0, 40)}`);
          if (document.documentElement.scrollWidth <= width) return framed;
          return [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".vh"))
            .slice(0, 3).map((e) => `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`)
            .concat(`page is ${document.documentElement.scrollWidth} wide`, framed);
        }"""
    )


def judge(page: Page, path: str, found: dict[str, list[str]]) -> None:
    """Add to `found`, by colour scheme, what axe says of the page at each width."""
    page.evaluate(AXE.read_text())
    for scheme, widths in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            answer = page.evaluate(
                "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES
            )
            found[scheme] += [
                f"{path} at {width}: {fault['id']} {fault['nodes'][0]['html'][:120]}"
                for fault in answer["violations"]
            ]
