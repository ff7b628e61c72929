import time

import pytest
import stripe

from tests.plugins.processes import PATIENCE
from tests.plugins.standin import start_standin


def verified(receiver, secret="whsec_test", number=0):
    return stripe.Webhook.construct_event(receiver.bodies[number], receiver.headers[number], secret)


def test_the_sdk_accepts_the_signature_and_its_true_time(standin, session, receiver):
    standin.clock(advance=-90 * 86_400)
    standin.webhooks(url=receiver.url)
    standin.pay(session.id)
    receiver.wait_for(4)
    event = verified(receiver)
    # The object lies in the past, the signature does not.
    assert event.created < time.time() - 89 * 86_400
    signed_at = int(receiver.headers[0].split(",")[0].removeprefix("t="))
    assert abs(signed_at - time.time()) < PATIENCE


def test_a_failed_webhook_is_tried_again_and_then_given_up(standin, session, receiver):
    standin.webhooks(url=receiver.url, retries=[0.05, 0.05])
    receiver.statuses = [500, 301, 404, 500]
    standin.expire(session.id)
    standin.wait_idle()
    assert receiver.types == ["checkout.session.expired"] * 3
    seen = standin.deliveries()
    assert [entry["status"] for entry in seen["attempts"]] == [500, 301, 404]
    assert [entry["state"] for entry in seen["deliveries"]] == ["failed"]


def test_a_second_try_may_succeed(standin, session, receiver):
    standin.webhooks(url=receiver.url, retries=[0.05])
    receiver.statuses = [503]
    standin.expire(session.id)
    standin.wait_idle()
    assert [entry["status"] for entry in standin.deliveries()["attempts"]] == [503, 200]
    assert standin.deliveries()["deliveries"][0]["state"] == "delivered"
    assert receiver.bodies[0] == receiver.bodies[1]


def test_nobody_listening_is_a_failed_try(standin, session):
    standin.webhooks(url="http://127.0.0.1:9/", retries=[])
    standin.expire(session.id)
    standin.wait_idle()
    [attempt] = standin.deliveries()["attempts"]
    assert attempt["status"] is None
    assert "refused" in attempt["error"]


@pytest.mark.parametrize("is_parallel", [False, True])
def test_each_webhook_is_repeated_as_often_as_asked(standin, session, receiver, is_parallel):
    standin.webhooks(url=receiver.url, duplicate=3, parallel=is_parallel)
    standin.expire(session.id)
    standin.wait_idle()
    assert receiver.types == ["checkout.session.expired"] * 3


def test_all_or_some_webhooks_are_lost_on_demand(client, standin, receiver, params):
    standin.webhooks(url=receiver.url, drop=2)
    standin.pay(client.v1.checkout.sessions.create(params()).id)
    standin.wait_idle()
    assert receiver.types == ["payment_intent.succeeded", "checkout.session.completed"]
    standin.webhooks(drop=True)
    standin.pay(client.v1.checkout.sessions.create(params()).id)
    standin.wait_idle()
    assert len(receiver.bodies) == 2
    assert len(client.v1.events.list({"delivery_success": False}).data) == 6


def test_order_is_turned_around_on_demand(standin, session, receiver):
    standin.webhooks(url=receiver.url, reorder=True)
    standin.pay(session.id)
    assert receiver.wait_for(4) == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


def test_webhooks_are_delayed_on_demand(standin, session, receiver):
    standin.webhooks(url=receiver.url, delay_ms=400)
    started = time.monotonic()
    standin.expire(session.id)
    receiver.wait_for(1)
    assert time.monotonic() - started > 0.35


@pytest.mark.parametrize("how", ["bad_signature", "old_timestamp"])
def test_signatures_are_spoilt_on_demand(standin, session, receiver, how):
    standin.webhooks(url=receiver.url, **{how: True})
    standin.expire(session.id)
    receiver.wait_for(1)
    with pytest.raises(stripe.SignatureVerificationError):
        verified(receiver)


def test_an_event_is_sent_again_on_demand(client, standin, session, receiver):
    standin.pay(session.id)
    standin.webhooks(url=receiver.url)
    event = client.v1.events.list({"type": "checkout.session.completed"}).data[0]
    assert standin.redeliver(event.id) == {"queued": 1}
    assert receiver.wait_for(1) == ["checkout.session.completed"]
    standin.redeliver("all")
    assert receiver.wait_for(5)[1:] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_the_queue_survives_a_kill(tmp_path, reconnect, params, receiver):
    with start_standin(tmp_path) as first:
        first.webhooks(url=receiver.url, deliver=False)
        made = reconnect(first).v1.checkout.sessions.create(params())
        first.pay(made.id)
        first.kill()
        first.restart()
        assert first.state()["pending_deliveries"] == 4
        assert reconnect(first).v1.checkout.sessions.retrieve(made.id).payment_status == "paid"
        # The address is that of the start again: none. What is queued still names its endpoint.
        first.webhooks(url=receiver.url, deliver=True)
        assert len(receiver.wait_for(4)) == 4
