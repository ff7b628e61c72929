"""Waits double, never exceed six hours, and are never the same for all."""

from datetime import timedelta

from weintl.payments import backoff


def test_waits_grow_up_to_a_limit():
    for attempt in range(1, 40):
        plain = min(backoff.FIRST * 2 ** min(attempt - 1, 20), backoff.LONGEST)
        assert plain * 0.8 <= backoff.delay(attempt) <= plain * 1.2


def test_what_failed_together_does_not_come_back_together():
    assert len({backoff.delay(5) for _ in range(20)}) > 1


def test_giving_up_takes_more_than_a_day():
    waits = [backoff.FIRST * 2 ** (n - 1) for n in range(1, backoff.ATTEMPTS)]
    assert sum((min(w, backoff.LONGEST) for w in waits), timedelta()) * 0.8 > timedelta(hours=24)
