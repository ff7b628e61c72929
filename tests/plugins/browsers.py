"""Which browser the tests drive, and how it is kept off the network.

What reads at once (`all`, `count`, `all_inner_texts`, `is_visible`, `evaluate`, `url`) is no
question to a page that is still on its way: it answers of the page before, or of half a page.
After a click come first `page.wait_for_url(…)`, `expect(…)` or `eventually(…)`, which wait.
"""

import shutil
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.plugins.processes import PATIENCE

# Without these the browser calls its maker's hosts at every start.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def executable() -> str:
    """Return the path of a Chromium, "" where none is installed.

    The headless build first: without the frame of a window a visitor comes three times as fast.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    return ""


def be_patient() -> None:
    """Let every expectation wait for so long: it is five seconds otherwise."""
    expect.set_options(timeout=PATIENCE * 1000)


def eventually(page: Page, holds: Callable[[], object]) -> None:
    """Wait until `holds()`, letting `page` work meanwhile."""
    last = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < last, f"It did not come about on {page.url}."
        page.wait_for_timeout(20)
