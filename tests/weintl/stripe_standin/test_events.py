import pytest
import stripe


def test_events_carry_version_request_and_object(client, standin, session):
    client.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "expire-1"})
    event = client.v1.events.list({}).data[0]
    assert event.api_version == "2026-10-28.endive"
    assert event.request.idempotency_key == "expire-1"
    assert event.request.id.startswith("req_")
    assert event.data.object["id"] == session.id
    assert event.livemode is False
    assert client.v1.events.retrieve(event.id).type == "checkout.session.expired"


def test_what_happens_by_itself_has_no_request(client, standin, paid):
    event = client.v1.events.list({"type": "charge.updated"}).data[0]
    assert (event.request.id, event.request.idempotency_key) == (None, None)


def test_events_are_kept_for_thirty_days(client, standin, paid):
    event = client.v1.events.list({"type": "charge.updated"}).data[0]
    standin.clock(advance=31 * 86_400)
    assert client.v1.events.list({}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.retrieve(event.id)


def test_events_are_found_by_type_and_time(client, standin, paid):
    listed = client.v1.events.list
    assert {event.type for event in listed({"type": "charge.*"}).data} == {
        "charge.succeeded",
        "charge.updated",
    }
    both = ["charge.updated", "checkout.session.completed"]
    assert len(listed({"types": both}).data) == 2
    with pytest.raises(stripe.InvalidRequestError):
        listed({"types": both, "type": "charge.updated"})
    with pytest.raises(stripe.InvalidRequestError):
        listed({"types": ["charge.updated"] * 21})
    assert listed({"created": {"gt": int(2e9)}}).data == []


def test_undelivered_events_are_told_from_delivered_ones(client, standin, receiver, params):
    standin.webhooks(url=receiver.url, retries=[])
    receiver.statuses = [500]
    standin.pay(client.v1.checkout.sessions.create(params()).id)
    standin.wait_idle()
    missed = client.v1.events.list({"delivery_success": False}).data
    assert [event.type for event in missed] == ["payment_intent.created"]
    assert len(client.v1.events.list({"delivery_success": True}).data) == 3


def test_pending_webhooks_are_counted(client, standin, receiver, session):
    standin.webhooks(url=receiver.url, deliver=False)
    standin.pay(session.id)
    assert {event.pending_webhooks for event in client.v1.events.list({}).data} == {1}
    standin.webhooks(deliver=True)
    standin.wait_idle()
    assert {event.pending_webhooks for event in client.v1.events.list({}).data} == {0}
