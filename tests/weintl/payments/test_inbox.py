"""Only what the provider signed, now, for this mode, is stored; and stored once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tests.plugins.processes import PATIENCE
from tests.weintl.payments.conftest import SECRET, sign
from weintl.payments import inbox
from weintl.payments.models import WebhookEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def event(**more) -> dict:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "api_version": "2026-10-28.endive",
        "created": 1_790_000_000,
        "livemode": False,
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session"}},
        **more,
    }


def receive(body, now, *, at=None, secret=SECRET):
    text = body if isinstance(body, str) else json.dumps(body)
    header = sign(text, at=at, secret=secret)
    return inbox.receive(body=text.encode(), signature=header, now=now)


def test_an_event_is_stored_as_received(now):
    body = json.dumps(event(), indent=3)
    row = receive(body, now)
    assert row.body == body
    assert row.state == "received"
    assert row.object_id == "cs_test_1"
    assert row.occurred_at == datetime.fromtimestamp(1_790_000_000, UTC)
    assert row.next_attempt_at == now + timedelta(minutes=1)


def test_an_event_comes_twice_and_is_stored_once(now):
    first = receive(event(), now)
    again = receive(event(), now + timedelta(seconds=30))
    assert again.pk == first.pk
    assert again.received_at == now


def test_a_known_event_does_not_change_what_stands(now):
    WebhookEvent.objects.filter(pk=receive(event(), now).pk).update(state="processed")
    assert receive(event(type="refund.created"), now).type == "checkout.session.completed"


@pytest.mark.parametrize("seconds", [-301, 301, -100_000, 100_000])
def test_old_and_future_signatures_are_refused(now, seconds):
    with pytest.raises(inbox.BadEvent, match="time"):
        receive(event(), now, at=int(time.time()) + seconds)
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("seconds", [-295, 295])
def test_clocks_may_differ_a_little(now, seconds):
    assert receive(event(), now, at=int(time.time()) + seconds)


@pytest.mark.parametrize(
    "header", ["", "nonsense", "t=1,v1=", "t=x,v1=abc", "v1=abc", "t=1", "t=1,v1=\xe9\xe9"]
)
def test_a_bad_signature_is_refused(now, header):
    with pytest.raises(inbox.BadEvent, match="signature"):
        inbox.receive(body=json.dumps(event()).encode(), signature=header, now=now)
    assert not WebhookEvent.objects.exists()


def test_another_secret_is_refused(now):
    with pytest.raises(inbox.BadEvent, match="signature"):
        receive(event(), now, secret="whsec_other")


def test_a_changed_body_is_refused(now):
    header = sign(json.dumps(event()))
    with pytest.raises(inbox.BadEvent, match="signature"):
        inbox.receive(body=json.dumps(event(id="evt_2")).encode(), signature=header, now=now)


def test_without_a_secret_nothing_is_taken(now, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    with pytest.raises(inbox.BadEvent, match="signature"):
        receive(event(), now)
    settings.STRIPE_WEBHOOK_SECRETS = [""]
    with pytest.raises(inbox.BadEvent, match="signature"):
        receive(event(), now, secret="")


def test_while_secrets_are_replaced_both_are_taken(now, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    assert receive(event(), now)
    assert receive(event(id="evt_2"), now, secret="whsec_new")


def test_an_event_of_live_mode_is_refused_in_test_mode(now):
    with pytest.raises(inbox.BadEvent, match="mode"):
        receive(event(livemode=True), now)


def test_an_event_of_test_mode_is_refused_in_live_mode(now, settings):
    settings.STRIPE_LIVE = True
    with pytest.raises(inbox.BadEvent, match="mode"):
        receive(event(), now)


@pytest.mark.parametrize(
    "body",
    [
        "null",
        "[]",
        "7",
        '"text"',
        "",
        "{",
        "{}",
        "[" * 100_000,
        "9" * 5000,
        json.dumps(event(id=None)),
        json.dumps(event(id="x" * 300)),
        json.dumps(event(id="evt_\u0000")),
        json.dumps(event(type=None)),
        json.dumps(event(type="a b")),
        json.dumps(event(object="v2.core.event")),
        json.dumps(event(livemode=None)),
        json.dumps(event(created="yesterday")),
        json.dumps(event(created=True)),
        json.dumps(event(created=10**30)),
        json.dumps(event(data=None)),
        json.dumps(event(data={"object": []})),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(now, body):
    with pytest.raises(inbox.BadEvent):
        receive(body, now)
    assert not WebhookEvent.objects.exists()


def test_a_body_that_is_no_utf8_is_refused(now):
    with pytest.raises(inbox.BadEvent):
        inbox.receive(body=b'{"id": "\xff\xfe"}', signature=sign("{}"), now=now)


def test_a_huge_body_is_refused_unread(now):
    with pytest.raises(inbox.BadEvent, match="size"):
        inbox.receive(body=b" " * (inbox.LARGEST + 1), signature="", now=now)


def test_odd_texts_inside_an_event_do_no_harm(now):
    odd = event(api_version="\u0000", data={"object": {"id": "\ud800", "note": "\u0000"}})
    row = receive(odd, now)
    assert (row.api_version, row.object_id) == ("", "")


def test_a_type_that_nobody_hears_is_ignored_at_once(now):
    row = receive(event(type="invoice.created"), now)
    assert row.state == "ignored"
    assert row.note


def test_of_a_type_that_nobody_hears_no_person_is_kept(now):
    customer = {"id": "cus_1", "object": "customer", "email": "ana@example.org", "name": "Ana"}
    receive(event(type="customer.created", data={"object": customer}), now)
    kept = json.loads(WebhookEvent.objects.get().body)
    assert kept["data"]["object"] == {"id": "cus_1", "object": "customer"}
    assert kept["type"] == "customer.created"


def test_the_provider_waits_for_one_statement(now, django_assert_num_queries):
    body = event(data={"object": {"id": "cs_test_1", "note": "100 % \\u0000 'quoted'"}})
    with django_assert_num_queries(1):
        row = receive(body, now)
    with django_assert_num_queries(1):
        again = receive(body, now)
    assert again == row == WebhookEvent.objects.get()
    assert WebhookEvent.objects.get().body == json.dumps(body)


def test_an_event_is_queued_once_however_often_it_comes(now, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as queued:
        receive(event(), now)
    assert len(queued) == 1
    with django_capture_on_commit_callbacks() as queued:
        assert receive(event(), now).state == "received"
    assert not queued


def until_one_waits() -> None:
    end = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits.")


@pytest.mark.django_db(transaction=True)
def test_an_event_that_another_request_is_just_storing_is_the_same_one(now):
    def second() -> int:
        try:
            return receive(event(), now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = receive(event(), now)
            other = pool.submit(second)
            until_one_waits()
        assert other.result(timeout=PATIENCE) == first.pk
    assert WebhookEvent.objects.count() == 1
