"""A running stand-in at which the shop's payments point, and news from it."""

from collections.abc import Iterator

import pytest

from tests.plugins.standin import StandIn, start_standin

SECRET = "whsec_tests"


@pytest.fixture(scope="module")
def running_standin(tmp_path_factory) -> Iterator[StandIn]:
    """One process for a module; fees settle only when a test says so."""
    with start_standin(tmp_path_factory.mktemp("standin"), secret=SECRET) as standin:
        yield standin


@pytest.fixture
def standin(running_standin, settings) -> StandIn:
    """An empty stand-in."""
    running_standin.reset()
    running_standin.clear_faults()
    running_standin.clock(reset=True)
    running_standin.webhooks(url="", deliver=True)
    settings.STRIPE_API_BASE = running_standin.url
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    return running_standin
