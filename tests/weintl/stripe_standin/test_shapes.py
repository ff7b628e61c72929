"""Answers held against Stripe's published API description, where it is at hand."""

import json
from typing import Any

import pytest

from tests.plugins import description
from weintl.stripe_standin.shapes import SHAPES, new_id, shape


def test_a_property_that_does_not_exist_cannot_be_set():
    with pytest.raises(KeyError):
        shape("charge", colour="red")


def test_two_objects_share_nothing():
    first, second = shape("charge"), shape("charge")
    first["billing_details"]["address"]["city"] = "Sampletown"
    assert second["billing_details"]["address"]["city"] is None


def test_ids_do_not_repeat():
    assert len({new_id("ch_") for _ in range(1000)}) == 1000


def test_no_shape_carries_another_accounts_ids():
    assert "1Pga" not in json.dumps(SHAPES)
    assert "example.com" not in json.dumps(SHAPES)


@pytest.fixture
def validate():
    description.folder()

    def check(kind: str, body: Any) -> None:
        assert description.faults_of_object(kind, body) == [], kind

    return check


def _plans(client, standin, params) -> None:
    """Bring subscriptions and their invoices about, in all their states."""
    price = {
        "currency": "usd",
        "unit_amount": 2500,
        "product_data": {"name": "Gift"},
        "recurring": {"interval": "month"},
    }
    given = params(mode="subscription", line_items=[{"quantity": 1, "price_data": price}])
    begun = []
    for _ in range(4):
        session = client.v1.checkout.sessions.create(given)
        standin.pay(session.id)
        begun.append(client.v1.checkout.sessions.retrieve(session.id).subscription)
    plain, declined, paused, ended = begun
    standin.next_card(declined, "4000000000009995")
    client.v1.subscriptions.pause(paused)
    client.v1.subscriptions.update(plain, {"pause_collection": {"behavior": "void"}})
    client.v1.subscriptions.cancel(ended)
    customer = client.v1.subscriptions.retrieve(plain).customer
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": plain}}
    client.v1.billing_portal.sessions.create({"customer": customer, "flow_data": flow})
    setup = {
        "mode": "setup",
        "currency": "usd",
        "customer": customer,
        "success_url": "http://localhost/",
    }
    for tried in (
        {},
        {"card": "4000000000000002"},
        {"card": "4000002760003184"},
        {"card": "4000002760003184", "confirm": False},
    ):
        standin.pay(client.v1.checkout.sessions.create(setup).id, **tried)
    standin.renew(declined, card="4000002760003184")
    # Within what events are kept for.
    standin.clock(advance=29 * 86_400)
    client.v1.subscriptions.resume(paused)
    standin.clock(advance=3 * 86_400)


def everything(client, standin, params) -> list[dict[str, Any]]:
    """Bring all kinds of objects about, in all their states, and return their JSON."""
    sessions = client.v1.checkout.sessions
    customer = client.v1.customers.create({"email": "donor@example.org", "name": "Donor"})
    given = {k: v for k, v in params(customer=customer.id).items() if k != "customer_email"}
    rich = params(
        locale="es",
        submit_type="donate",
        metadata={"order": "1"},
        billing_address_collection="auto",
        phone_number_collection={"enabled": False},
        custom_text={"submit": {"message": "Thank you"}},
        payment_intent_data={"description": "Order", "metadata": {"order": "1"}},
    )
    paid = [standin.pay(sessions.create(one).id) for one in (given, rich, params(), params())]
    standin.pay(sessions.create(params()).id, card="4000000000009995")
    standin.pay(sessions.create(params()).id, card="4000002760003184")
    standin.pay(sessions.create(params()).id, bank="ok")
    standin.pay(sessions.create(params()).id, bank="fails")
    sessions.expire(sessions.create(params()).id)
    standin.settle()
    refund = client.v1.refunds.create({"charge": paid[0]["charge"], "amount": 500})
    client.v1.refunds.create({"charge": paid[1]["charge"], "reason": "duplicate"})
    standin.fail_refund(refund.id)
    won = standin.dispute(charge=paid[2]["charge"])
    standin.close_dispute(won["id"], "won")
    standin.dispute(charge=paid[3]["charge"], inquiry=True)
    standin.settle()
    payout = standin.payout()
    standin.fail_payout(payout[0]["id"])
    standin.payout()
    client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    _plans(client, standin, params)
    page = {"limit": 100}
    lists = [
        sessions.list(
            {
                **page,
                "expand": [
                    "data.line_items.data.price.product",
                    "data.payment_intent",
                    "data.setup_intent.payment_method",
                ],
            }
        ),
        sessions.list(page),
        client.v1.charges.list({**page, "expand": ["data.balance_transaction", "data.refunds"]}),
        client.v1.charges.list(page),
        client.v1.refunds.list({**page, "expand": ["data.charge"]}),
        client.v1.balance_transactions.list(page),
        client.v1.disputes.list(page),
        client.v1.payouts.list(page),
        client.v1.webhook_endpoints.list(page),
        client.v1.events.list(page),
        client.v1.subscriptions.list({**page, "expand": ["data.latest_invoice", "data.customer"]}),
        client.v1.subscriptions.list({**page, "status": "all"}),
        client.v1.invoices.list({**page, "expand": ["data.payments"]}),
        client.v1.invoices.list(page),
        client.v1.invoice_payments.list(page),
        client.v1.payment_methods.list({**page, "expand": ["data.customer"]}),
    ]
    bodies = [one for listed in lists for one in json.loads(listed.last_response.body)["data"]]
    for one in [client.v1.balance.retrieve(), client.v1.customers.retrieve(customer.id)]:
        bodies.append(json.loads(one.last_response.body))
    return bodies


def test_every_answer_fits_stripes_description(client, standin, params, validate):
    bodies = everything(client, standin, params)
    assert {body["object"] for body in bodies} == {
        "balance",
        "balance_transaction",
        "charge",
        "checkout.session",
        "customer",
        "dispute",
        "event",
        "invoice",
        "invoice_payment",
        "payment_method",
        "payout",
        "refund",
        "subscription",
        "webhook_endpoint",
    }
    for body in bodies:
        validate(body["object"], body)
        if body["object"] == "event":
            validate(body["data"]["object"]["object"], body["data"]["object"])


def test_the_comparison_notices_what_does_not_fit(validate):
    with pytest.raises(AssertionError):
        validate("refund", {**shape("refund"), "colour": "red"})
