"""Who asks, from which neighbourhood, and how often."""

import pytest

from weintl import limits


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 198.51.100.1", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "nonsense", "unknown"),
    ],
)
def test_who_asks_is_whom_our_outermost_proxy_has_seen(rf, settings, proxies, forwarded, found):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}))
    assert limits.client_network(request) == found


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("nonsense", "unknown"),
    ],
)
def test_neighbours_are_those_of_one_line(rf, address, found):
    assert limits.client_range(rf.get("/", REMOTE_ADDR=address)) == found


def test_uses_are_counted_and_a_cache_that_is_away_counts_nothing(monkeypatch):
    assert [limits.uses("a", seconds=60) for _ in range(3)] == [1, 2, 3]
    assert limits.uses("b", seconds=60) == 1

    class Away:
        def add(self, *args):
            raise ConnectionError

    monkeypatch.setattr(limits, "cache", Away())
    assert limits.uses("a", seconds=60) == 0
