"""The whole site, seeded and served as in production, and a browser that never leaves loopback."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.plugins.processes import PATIENCE, ROOT
from tests.plugins.site import Site, running_site

HERE = Path(__file__).parent
AXE = ROOT / ".cache/node/node_modules/axe-core/axe.min.js"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what needs the browser in one worker: the site is seeded once."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Elsewhere:
    """A harmless page of somebody else, where the quick exit leads; remembers who came how."""

    url: str = ""
    referrers: list[str | None] = field(default_factory=list)


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """Serve the page that the quick exit leads to, on another origin."""
    found = Elsewhere()

    class Weather(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/":
                found.referrers.append(self.headers.get("Referer"))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Weather</title><h1>Weather</h1>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    found.url = f"http://127.0.0.1:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker,
    elsewhere: Elsewhere,
) -> Iterator[Site]:
    """Fill a database of its own with the demonstration and serve it."""
    with running_site(
        tmp_path_factory.mktemp("site"),
        name="site",
        blocker=django_db_blocker,
        worker=False,
        QUICK_EXIT_URL=elsewhere.url,
    ) as found:
        yield found


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Give a visitor with an empty cookie jar, at a desk, in light."""
    context = browser.new_context(
        base_url=site.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give the visitor a tab."""
    return context.new_page()


@pytest.fixture(scope="session")
def axe() -> Path:
    """Return where axe-core is; skip where it is not installed."""
    if not AXE.exists():
        pytest.skip("no axe-core")
    return AXE


@pytest.fixture(scope="session")
def checker() -> list[str]:
    """Return the command of the W3C's checker; skip where it or Java is not installed."""
    jar = ROOT / ".cache/node/node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.exists() or not shutil.which("java"):
        pytest.skip("no vnu-jar or no Java")
    return ["java", "-Xss2m", "-jar", str(jar)]
