"""Take pictures of pages: python -m tests.browser.shots http://localhost:8000 FOLDER /en/ …

Each address is taken at 360 and 1280 pixels in light, and at 360 in dark with --dark. A path
that begins with /en/ is taken in Spanish too where the page offers it.
"""

import argparse
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.plugins.browsers import ARGUMENTS, executable


def take(browser: Browser, *, base: str, path: str, folder: Path, width: int, scheme: str) -> str:
    """Save one picture of the whole page; return the address of its Spanish version, or ""."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(base + path)
    # A full-page picture does not scroll: lazy pictures must be asked for.
    page.evaluate("document.querySelectorAll('img').forEach(i => { i.loading = 'eager' })")
    page.wait_for_load_state("networkidle")
    name = path.strip("/").replace("/", "-").replace("?", "-") or "root"
    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    other = page.locator("a.language[hreflang=es]")
    found = other.first.get_attribute("href") if other.count() else ""
    context.close()
    return found or ""


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--english-only", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        kinds = [(360, "light"), (1280, "light")] + [(360, "dark")] * options.dark
        for path in options.paths:
            todo = [path]
            for address in todo:
                for width, scheme in kinds:
                    other = take(
                        browser,
                        base=options.base,
                        path=address,
                        folder=options.folder,
                        width=width,
                        scheme=scheme,
                    )
                if other and not options.english_only and other not in todo:
                    todo.append(other)
                print(address)
        browser.close()


if __name__ == "__main__":
    main()
