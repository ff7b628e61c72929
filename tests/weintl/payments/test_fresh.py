"""New events are looked at by one task, however many come before it begins."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from tests.weintl.payments.conftest import sign
from tests.weintl.payments.test_inbox import event
from weintl.celery import app
from weintl.payments import fresh, inbox
from weintl.payments.models import WebhookEvent

pytestmark = pytest.mark.django_db(transaction=True)
STATE = WebhookEvent.State


@pytest.fixture
def queue():
    """The queue of payments, empty, without the mark."""
    cache.delete(fresh.MARK)
    with app.connection_for_write() as link:
        found = link.SimpleQueue("payments")
        found.clear()
        yield found
        found.clear()
        found.close()
    cache.delete(fresh.MARK)


def waiting(queue) -> int:
    return queue.channel.client.llen("payments")


def take(*ids: str) -> list[WebhookEvent]:
    rows = []
    for event_id in ids:
        body = json.dumps(event(id=event_id))
        rows.append(inbox.receive(body=body.encode(), signature=sign(body), now=timezone.now()))
    return rows


def test_many_events_are_one_task_and_one_look(queue):
    take("evt_1", "evt_2", "evt_3")
    assert waiting(queue) == 1
    assert queue.get(timeout=1).headers["task"] == fresh.TASK
    assert fresh.process() == 3
    assert not WebhookEvent.objects.filter(state=STATE.RECEIVED).exists()
    assert waiting(queue) == 0


def test_what_comes_after_the_look_began_is_a_task_of_its_own(queue):
    take("evt_1")
    fresh.process()
    take("evt_2")
    assert waiting(queue) == 2


def test_a_known_event_is_no_task(queue):
    take("evt_1")
    fresh.process()
    take("evt_1")
    assert waiting(queue) == 1


def test_nothing_is_announced_that_was_taken_back(queue):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take("evt_1")
        raise ZeroDivisionError
    assert waiting(queue) == 0
    assert cache.get(fresh.MARK) is None


def test_a_lost_task_does_not_silence_those_after_it(queue, monkeypatch):
    monkeypatch.setattr(fresh, "MARK_SECONDS", 0.05)
    take("evt_1")
    queue.clear()
    cache.touch(fresh.MARK, 0)
    take("evt_2")
    assert waiting(queue) == 1
    assert fresh.process() == 2


def test_a_long_row_lets_others_have_their_turn(queue, monkeypatch):
    monkeypatch.setattr(fresh, "MOST", 2)
    take("evt_1", "evt_2", "evt_3")
    queue.clear()
    assert fresh.process() == 2
    assert waiting(queue) == 1
    assert fresh.process() == 1
    assert waiting(queue) == 1
    monkeypatch.setattr(fresh, "TURN_SECONDS", -1)
    take("evt_4")
    queue.clear()
    assert fresh.process() == 0
    assert waiting(queue) == 1


def test_what_another_process_holds_is_passed_over(queue):
    held, _other = take("evt_1", "evt_2")

    def look() -> int:
        try:
            return fresh.process()
        finally:
            connection.close()

    with transaction.atomic():
        WebhookEvent.objects.select_for_update().get(pk=held.pk)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(look).result(timeout=10) == 2
    states = dict(WebhookEvent.objects.values_list("event_id", "state"))
    assert states == {"evt_1": STATE.RECEIVED, "evt_2": STATE.IGNORED}
    fresh.process()
    held.refresh_from_db()
    assert held.state == STATE.IGNORED


def test_what_failed_waits_for_its_time(queue):
    (row,) = take("evt_1")
    WebhookEvent.objects.filter(pk=row.pk).update(attempts=1)
    assert fresh.process() == 0


def test_a_cache_that_is_away_loses_no_event(queue, caplog):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}
    with override_settings(CACHES={"default": away}):
        take("evt_1")
    assert "queue.unreachable" in caplog.messages
    assert waiting(queue) == 0
    assert WebhookEvent.objects.get().state == STATE.RECEIVED
