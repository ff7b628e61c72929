"""The whole site, seeded and served as in production, and a browser that never leaves loopback."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.browsers import ARGUMENTS, executable
from tests.plugins.processes import ROOT, database_url, environment, free_port, web_server
from tests.plugins.standin import start_standin

HERE = Path(__file__).parent


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


@dataclass(frozen=True, kw_only=True)
class Site:
    """The running site and where its quick exit leads."""

    url: str
    elsewhere: Elsewhere

    def is_own(self, address: str) -> bool:
        """Say whether `address` belongs to the site."""
        return urlsplit(address).netloc == urlsplit(self.url).netloc


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
    folder = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock():
        mine, shared = f"{connection.settings_dict['NAME']}_site", database_url()
        _execute(f'DROP DATABASE IF EXISTS "{mine}" WITH (FORCE)', f'CREATE DATABASE "{mine}"')
    name = connection.settings_dict["NAME"]
    port = free_port()
    with start_standin(folder / "standin") as standin:
        own = {
            "DATABASE_URL": shared.replace(f"/{name}?", f"/{mine}?")
            if "?" in shared
            else shared.removesuffix(name) + mine,
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "SITE_URL": f"http://localhost:{port}",
            "STRIPE_API_BASE": standin.url,
            "QUICK_EXIT_URL": elsewhere.url,
        }
        with django_db_blocker.unblock():
            known = environment(**own)
        for command in (["migrate"], ["collectstatic", "--noinput"], ["seed"]):
            done = subprocess.run(
                [sys.executable, "manage.py", *command, "-v0"],
                cwd=ROOT,
                env=known,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}: {done.stderr[-3000:]}"
        with django_db_blocker.unblock():
            server = web_server(folder / "web.log", port=port, **own)
            server.__enter__()
        yield Site(url=f"http://localhost:{port}", elsewhere=elsewhere)
        server.__exit__(None, None, None)
    with django_db_blocker.unblock():
        _execute(f'DROP DATABASE IF EXISTS "{mine}" WITH (FORCE)')


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; skip where none is installed (the run's last lines say so once)."""
    if not executable():
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        # pytest-django takes an open event loop for asynchronous code and refuses the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Give a visitor with an empty cookie jar, at a desk, in light."""
    context = browser.new_context(
        base_url=site.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give the visitor a tab."""
    return context.new_page()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core's source; skip where it is not installed."""
    source = ROOT / ".cache/node/node_modules/axe-core/axe.min.js"
    if not source.exists():
        pytest.skip("no axe-core")
    return source.read_text()


@pytest.fixture(scope="session")
def checker() -> list[str]:
    """Return the command of the W3C's checker; skip where it or Java is not installed."""
    jar = ROOT / ".cache/node/node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.exists() or not shutil.which("java"):
        pytest.skip("no vnu-jar or no Java")
    return ["java", "-Xss2m", "-jar", str(jar)]
