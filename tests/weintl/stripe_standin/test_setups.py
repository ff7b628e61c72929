"""A card kept for later: the page in mode `setup`, its intent, and what may be done with it."""

import pytest
import stripe

from tests.weintl.stripe_standin.test_portal import sub, visit

__all__ = ["sub"]


@pytest.fixture
def customer(client):
    return client.v1.customers.create({"email": "donor@example.org", "name": "Donor"})


@pytest.fixture
def opened(client, customer):
    """Open a page that asks for a card: `opened(**changes)`."""

    def made(**changes):
        return client.v1.checkout.sessions.create(
            {
                "mode": "setup",
                "currency": "usd",
                "customer": customer.id,
                "success_url": "http://localhost/thanks/",
                "cancel_url": "http://localhost/mine/",
                "setup_intent_data": {"metadata": {"plan": "p-1"}},
                **changes,
            }
        )

    return made


def test_a_card_is_kept_and_nothing_is_taken(client, standin, customer, opened, types_of):
    session = opened()
    assert (session.payment_status, session.amount_total, session.payment_intent) == (
        "no_payment_required", None, None,
    )  # fmt: skip
    assert standin.pay(session.id)["state"] == "paid"
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    assert session.status == "complete"
    intent = session.setup_intent
    assert (intent.status, intent.customer, intent.metadata["plan"]) == (
        "succeeded", customer.id, "p-1",
    )  # fmt: skip
    kept = client.v1.customers.payment_methods.list(customer.id).data
    assert [one.id for one in kept] == [intent.payment_method]
    assert client.v1.charges.list().data == []
    assert types_of() == [
        "customer.created",
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]


def test_the_page_says_what_it_is_for(opened):
    session = opened(locale="es")
    status, _where, text = visit(session.url)
    assert status == 200
    assert "Otra tarjeta" in text
    assert "Débito" not in text
    status, where, _text = visit(session.url, action="pay", card="4242 4242 4242 4242")
    assert (status, where) == (303, "http://localhost/thanks/")
    assert "queda guardada" in visit(session.url)[2]


def test_a_refused_card_leaves_the_page_open(client, standin, opened):
    session = opened()
    assert standin.pay(session.id, card="4000000000009995")["code"] == "card_declined"
    intent = client.v1.setup_intents.retrieve(session.setup_intent)
    assert intent.status == "requires_payment_method"
    assert intent.last_setup_error.decline_code == "insufficient_funds"
    assert standin.pay(session.id)["state"] == "paid"


@pytest.mark.parametrize(("confirm", "state"), [(True, "paid"), (False, "declined")])
def test_a_bank_may_ask_first(client, standin, opened, confirm, state):
    session = opened()
    done = standin.pay(session.id, card="4000002500003155", confirm=confirm)
    assert done["state"] == state
    intent = client.v1.setup_intents.retrieve(session.setup_intent)
    assert (intent.status == "succeeded") is confirm


def test_a_page_that_closes_gives_its_intent_up(client, standin, opened):
    session = opened()
    standin.expire(session.id)
    assert client.v1.setup_intents.retrieve(session.setup_intent).status == "canceled"


def test_a_card_that_is_taken_may_decline_its_renewals(client, standin, sub, opened):
    session = opened(customer=sub.customer)
    assert standin.pay(session.id, card="4000000000000341")["state"] == "paid"
    card = client.v1.setup_intents.retrieve(session.setup_intent).payment_method
    client.v1.subscriptions.update(sub.id, {"default_payment_method": card})
    done = standin.renew(sub.id)
    assert done["invoice"]["status"] == "open"
    with pytest.raises(stripe.CardError) as declined:
        client.v1.invoices.pay(done["invoice"]["id"])
    assert declined.value.error.decline_code == "generic_decline"
    paid = client.v1.invoices.pay(
        done["invoice"]["id"], {"payment_method": sub.default_payment_method}
    )
    assert paid.status == "paid"
    # That card was for this once.
    assert client.v1.subscriptions.retrieve(sub.id).default_payment_method == card


def test_a_customer_may_name_a_card(client, standin, sub, opened):
    session = opened(customer=sub.customer)
    standin.pay(session.id, card="5555555555554444")
    card = client.v1.setup_intents.retrieve(session.setup_intent).payment_method
    settings = {"default_payment_method": card}
    customer = client.v1.customers.update(sub.customer, {"invoice_settings": settings})
    assert customer.invoice_settings.default_payment_method == card
    with pytest.raises(stripe.InvalidRequestError, match="does not imitate"):
        client.v1.customers.update(sub.customer, {"invoice_settings": {"footer": "x"}})


def test_a_card_belongs_to_one_customer(client, standin, customer, sub):
    card = sub.default_payment_method
    assert client.v1.payment_methods.retrieve(card).customer == sub.customer
    assert client.v1.payment_methods.attach(card, {"customer": sub.customer}).id == card
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        client.v1.payment_methods.attach(card, {"customer": customer.id})
    settings = {"default_payment_method": card}
    with pytest.raises(stripe.InvalidRequestError, match="must be attached"):
        client.v1.customers.update(customer.id, {"invoice_settings": settings})
    listed = client.v1.payment_methods.list({"customer": sub.customer, "type": "card"}).data
    assert [one.id for one in listed] == [card]


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "xxx"},
        {"submit_type": "donate"},
        {"setup_intent_data": {"on_behalf_of": "acct_1"}},
        {"payment_intent_data": {"metadata": {"a": "b"}}},
        {"customer": "cus_none"},
    ],
)
def test_what_does_not_fit_the_mode_is_refused(opened, changes):
    with pytest.raises(stripe.InvalidRequestError):
        opened(**changes)
