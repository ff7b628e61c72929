"""One running site for all errands, each done as the person would do it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.plugins.processes import PATIENCE
from tests.plugins.site import Site, running_site

HERE = Path(__file__).parent
LAST = "test_auditor_finds_nothing_after_all_of_it.py"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the errands that use the site in one worker: it is seeded once.

    The auditor comes last, to look at what all the others left. First of all hooks: xdist reads
    the marks in one of them.
    """
    for item in items:
        if HERE not in item.path.parents:
            continue
        fixtures = getattr(item, "fixturenames", ())
        if "site" in fixtures:
            item.add_marker(pytest.mark.xdist_group("journeys"))
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.name == LAST)


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker
) -> Iterator[Site]:
    """Serve the demonstration, with worker and stand-in, on a database of its own."""
    with running_site(
        tmp_path_factory.mktemp("journeys"), name="journeys", blocker=django_db_blocker
    ) as found:
        yield found


@pytest.fixture
def site(running: Site) -> Iterator[Site]:
    """Give the site in good order; whatever a test told the stand-in or the worker is undone."""
    yield running
    running.standin.clear_faults()
    running.standin.webhooks(
        deliver=True, delay_ms=0, duplicate=1, parallel=False, reorder=False, drop=False,
        bad_signature=False, old_timestamp=False,
    )  # fmt: skip
    running.standin.clock(reset=True)
    running.start_worker()


@pytest.fixture
def arrive(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Let people come, each with a browser of their own: `arrive(java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def arrived(**options: Any) -> Page:
        context = browser.new_context(base_url=site.url, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        return context.new_page()

    yield arrived
    for context in contexts:
        context.close()
