import pytest
import stripe


def test_an_endpoint_gets_what_it_asked_for_with_its_own_secret(client, standin, session, receiver):
    made = client.v1.webhook_endpoints.create(
        {
            "url": receiver.url,
            "enabled_events": ["checkout.session.completed"],
            "api_version": "2026-10-28.endive",
        }
    )
    standin.pay(session.id)
    assert receiver.wait_for(1) == ["checkout.session.completed"]
    event = stripe.Webhook.construct_event(receiver.bodies[0], receiver.headers[0], made.secret)
    assert event.data.object["id"] == session.id
    [listed] = client.v1.webhook_endpoints.list({}).data
    assert (listed.id, listed.url) == (made.id, receiver.url)
    assert "secret" not in listed


def test_a_deleted_endpoint_gets_nothing(client, standin, session, receiver):
    made = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    assert client.v1.webhook_endpoints.delete(made.id).deleted is True
    standin.pay(session.id)
    assert standin.state()["pending_deliveries"] == 0
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.webhook_endpoints.delete(made.id)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"url": "shop"}, "url"),
        ({"enabled_events": ["charge.exploded"]}, "enabled_events[0]"),
        ({"api_version": "2020-08-27"}, "api_version"),
    ],
)
def test_an_endpoint_that_does_not_fit_is_refused(client, change, param):
    given = {"url": "http://127.0.0.1:1/", "enabled_events": ["*"], **change}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.webhook_endpoints.create(given)
    assert caught.value.param == param
