"""One running site for all errands, each done as the person would do it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.site import Site, running_site

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the errands that use the site in one worker: it is seeded once."""
    for item in items:
        if HERE in item.path.parents and "site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("journeys"))


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
